"""Which way of writing a request body a media type asks for."""

from __future__ import annotations

from enum import StrEnum

from specproof.openapi.model import SEQUENTIAL_JSON


class BodyKind(StrEnum):
    """How a body is laid out: the argument of ``api.send`` that carries it."""

    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    LINES = "lines"
    """A row of JSON values: NDJSON, JSON Lines, JSON text sequences."""
    TEXT = "content"
    XML = "xml"
    OCTETS = "octets"
    UNKNOWN = ""
    """Needs a writer that we do not have: protobuf, other kinds of multipart."""


JSON_TYPES = frozenset({"application/json", "text/json", "*/*", "application/*"})
USUAL_NAMES = {
    BodyKind.FORM: "application/x-www-form-urlencoded",
    BodyKind.MULTIPART: "multipart/form-data",
    BodyKind.LINES: "application/x-ndjson",
    BodyKind.XML: "application/xml",
    BodyKind.OCTETS: "application/octet-stream",
}
"""What ``api.send`` says where nothing else is asked for (``checks/message.py``)."""
_CONCRETE = {
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
    "image/*": "image/png",
    "multipart/*": "multipart/form-data",
}
_KINDS = {
    **dict.fromkeys(JSON_TYPES, BodyKind.JSON),
    **dict.fromkeys(SEQUENTIAL_JSON, BodyKind.LINES),
    **dict.fromkeys(("application/xml", "text/xml"), BodyKind.XML),
    USUAL_NAMES[BodyKind.FORM]: BodyKind.FORM,
}
_SUFFIXES = {"json": BodyKind.JSON, "json-seq": BodyKind.LINES, "xml": BodyKind.XML}
# Formats with a grammar of their own: arbitrary bytes would be refused, rightly.
_STRUCTURED = ("protobuf", "grpc", "avro", "msgpack", "messagepack", "cbor", "thrift", "parquet", "bson", "amf")


def body_kind(media_type: str) -> BodyKind:
    """The kind of a media type's body; ``media_type`` is lower-case and without parameters."""
    family, _, subtype = media_type.partition("/")
    known = _KINDS.get(media_type) or _SUFFIXES.get(subtype.rpartition("+")[2] if "+" in subtype else "")
    if known is not None:
        return known
    if family == "multipart":
        return BodyKind.MULTIPART if subtype in {"form-data", "*"} else BodyKind.UNKNOWN
    if family == "text":
        return BodyKind.TEXT
    is_structured = any(word in subtype for word in _STRUCTURED)
    return BodyKind.UNKNOWN if is_structured or family in {"message", "*"} else BodyKind.OCTETS


def concrete(media_type: str) -> str:
    """What a request says where the document gives a range: ``text/*`` -> ``text/plain``."""
    return _CONCRETE.get(media_type, USUAL_NAMES[BodyKind.OCTETS] if media_type.endswith("/*") else media_type)
