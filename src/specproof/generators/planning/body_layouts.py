"""How a body is sent that is no plain JSON: which parts are files, which properties have an ``encoding``, which bytes stand for a picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

from specproof.domain.body_kinds import BodyKind, body_kind, concrete
from specproof.domain.plans import FieldLayout, PlanValue, XmlLayout
from specproof.generators.planning.xml_layouts import xml_layout
from specproof.generators.reading.shapes import shape_of
from specproof.openapi.model import Encoding, MediaType, ResponseHeader
from specproof.openapi.schema import JsonObject, JsonValue, Schema, resolve_reference
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterStyle

OCTETS = "application/octet-stream"
FILE_NAME = "file"
SAMPLES = MappingProxyType(
    {
        # One transparent pixel.
        "image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "image/gif": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
        # An archive of no files.
        "application/zip": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==",
        # An empty page.
        "application/pdf": (
            "JVBERi0xLjEKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9QYWdlcyAyIDAgUj4+ZW5kb2JqCjIgMCBvYmo8PC9UeXBlL1BhZ2VzL0tpZHNbMyAwIFJdL0NvdW50IDE+"
            "PmVuZG9iagozIDAgb2JqPDwvVHlwZS9QYWdlL1BhcmVudCAyIDAgUi9NZWRpYUJveFswIDAgOSA5XT4+ZW5kb2JqCnRyYWlsZXI8PC9Sb290IDEgMCBSPj4K"
        ),
    }
)
"""Small files, base64, of the types that servers look into."""
_SUFFIXES = MappingProxyType({"image/png": ".png", "image/gif": ".gif", "application/zip": ".zip", "application/pdf": ".pdf"})
_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")
_CONSTRAINTS = ("minLength", "maxLength", "pattern", "enum", "const")
_OWN_HEADERS = frozenset({"content-type", "content-disposition", "content-transfer-encoding", "content-length"})

# The kinds of bodies in the order in which requests prefer them: what says most about its values comes first.
_PREFERRED = (
    BodyKind.JSON,
    BodyKind.FORM,
    BodyKind.MULTIPART,
    BodyKind.LINES,
    BodyKind.TEXT,
    BodyKind.XML,
    BodyKind.OCTETS,
)

HeaderValue = Callable[[Encoding, ResponseHeader], str | None]
"""A proven text for a header of a part; None where there is none."""


@dataclass(frozen=True, slots=True)
class BodyLayout:
    """What a :class:`~specproof.domain.plans.BodyPlan` says beside the value; ``value`` is the value with files in place of texts."""

    value: PlanValue
    fields: tuple[FieldLayout, ...] = ()
    xml: XmlLayout | None = None
    is_base64: bool = False


def body_layout(media: MediaType, schema: Schema, value: PlanValue, header_value: HeaderValue) -> BodyLayout | str:
    """The layout of a body of ``media`` whose value is ``value``, or why there is none."""
    kind = body_kind(media.name)
    if kind is BodyKind.XML:
        layout = xml_layout(schema, value)
        return layout if isinstance(layout, str) else BodyLayout(value, xml=layout)
    if kind is BodyKind.OCTETS:
        sample = SAMPLES.get(media.name) if _is_free(schema) and not media.examples else None
        return BodyLayout(sample or value, is_base64=sample is not None)
    if kind not in {BodyKind.FORM, BodyKind.MULTIPART} or not isinstance(value, dict):
        return BodyLayout(value)
    return _of_fields(kind, media, schema, value, header_value)


def can_be_made(media: MediaType) -> bool:
    """Whether a body of this media type can be written at all."""
    kind = body_kind(media.name)
    if kind is BodyKind.OCTETS:
        shape = shape_of(media.schema)
        return not (shape.is_object or shape.is_array)
    is_patch = kind is BodyKind.JSON and "patch" in media.name and media.name != "application/merge-patch+json"
    return kind is not BodyKind.UNKNOWN and not is_patch


def chosen_media(media_types: tuple[MediaType, ...]) -> MediaType | None:
    """The media type that requests use, under a name that can be sent; None where no body of any of them can be made.

    JSON, ``+json``, merge patch, forms, multipart, rows of JSON, text, XML, then any other bytes; by name where several are equal.
    """

    def rank(media: MediaType) -> tuple[int, bool, bool, str]:
        is_plain = media.name in {"application/json", "text/plain"}
        return _PREFERRED.index(body_kind(media.name)), "patch" in media.name, not is_plain, media.name

    best = min((media for media in media_types if can_be_made(media)), key=rank, default=None)
    return None if best is None else replace(best, name=concrete(best.name))


def items_schema(media: MediaType) -> Schema | None:
    """The schema of each row of a sequential media type: ``itemSchema``, the items of an array schema, or the schema itself, which is
    what many documents of OpenAPI 3.0 and 3.1 mean by it."""
    if media.item_schema is not None or media.schema is None:
        return media.item_schema
    return shape_of(media.schema).items or media.schema


def _of_fields(
    kind: BodyKind, media: MediaType, schema: Schema, value: dict[str, PlanValue], header_value: HeaderValue
) -> BodyLayout | str:
    encodings = {encoding.name.raw(): encoding for encoding in media.encodings}
    properties = shape_of(schema).properties
    sent = dict(value)
    fields: list[FieldLayout] = []
    for name in properties:
        encoding = encodings.get(name)
        if encoding is not None and encoding.style is not None:
            if not _is_usual(encoding, value.get(name)):
                fields.append(_styled(kind, encoding, header_value))
            continue
        content_type = _content_type(encoding) if encoding is not None else ""
        part = properties[name]
        if isinstance(value.get(name), list):
            part = shape_of(part).items or part  # each member is a part of its own
        field = _with_xml(_encoded(kind, name, part, content_type), part, value.get(name))
        if isinstance(field, str):
            return field
        sample = SAMPLES.get(field.content_type) if field.file_name and _is_free(part) and name in sent else None
        if sample is not None:
            sent[name] = [sample for _ in _items(sent[name])] if isinstance(sent[name], list) else sample
            field = replace(field, is_base64=True)
        if kind is BodyKind.MULTIPART and encoding is not None:
            field = replace(field, headers=(*field.headers, *_headers(encoding, header_value)))
        if field != FieldLayout(field.name):
            fields.append(field)
    return BodyLayout(sent, tuple(fields))


def _encoded(kind: BodyKind, name: str, schema: Schema, content_type: str) -> FieldLayout:
    """The layout of a property by its content type and by what its schema says of files."""
    raw = _resolved(schema)
    encoded, media = str(raw.get("contentEncoding", "")).lower(), str(raw.get("contentMediaType", "")).lower()
    shape = shape_of(schema)
    if kind is BodyKind.FORM:
        usual = "application/json" if shape.is_object or shape.is_array else "text/plain"
        return FieldLayout(UntrustedText(name), "" if content_type == usual else content_type)
    is_file = (
        shape.format == "binary"
        or (bool(media) and not encoded and body_kind(media) in {BodyKind.OCTETS, BodyKind.UNKNOWN})
        or (shape.types <= {"string"} and not encoded and bool(content_type) and body_kind(content_type) is BodyKind.OCTETS)
    )
    # A transfer encoding says the same as ``contentEncoding`` (OpenAPI 3.1, "Media Types and Encoding").
    headers = (("Content-Transfer-Encoding", encoded),) if encoded == "base64" else ()
    said = content_type or (media or OCTETS if is_file or encoded else "")
    file_name = f"{FILE_NAME}{_SUFFIXES.get(said, '.bin')}" if is_file else ""
    return FieldLayout(UntrustedText(name), said, file_name=file_name, headers=headers)


def _content_type(encoding: Encoding) -> str:
    """The first content type that can be said in a header; "" where there is none."""
    return next((concrete(name) for name in encoding.content_types if _MEDIA_TYPE.fullmatch(name)), "")


def _is_usual(encoding: Encoding, value: PlanValue) -> bool:
    """Whether a style lays a property out as it would be without: exploded forms repeat arrays anyway."""
    is_form = encoding.style is ParameterStyle.FORM and not encoding.allow_reserved and not encoding.headers
    return is_form and not isinstance(value, dict) and (encoding.explode or not isinstance(value, list))


def _styled(kind: BodyKind, encoding: Encoding, header_value: HeaderValue) -> FieldLayout:
    style = encoding.style or ParameterStyle.FORM
    headers = _headers(encoding, header_value) if kind is BodyKind.MULTIPART else ()
    return FieldLayout(
        encoding.name, style=style.value, explode=encoding.explode, allow_reserved=encoding.allow_reserved, headers=headers
    )


def _with_xml(field: FieldLayout, schema: Schema, value: PlanValue) -> FieldLayout | str:
    """The field with the layout of its XML, where its content is that."""
    if not field.content_type or body_kind(field.content_type) is not BodyKind.XML or value is None or isinstance(value, str):
        return field
    first = next(iter(value), None) if isinstance(value, list) else value
    layout = xml_layout(schema, first, inferred=field.name.raw())
    return layout if isinstance(layout, str) else replace(field, xml=layout)


def _headers(encoding: Encoding, header_value: HeaderValue) -> tuple[tuple[str, str], ...]:
    """The required headers of a part that a value was found for; those that say how a part is written are ours."""
    found = [
        (header.name, header_value(encoding, header))
        for header in encoding.headers
        if header.required and header.name not in _OWN_HEADERS
    ]
    return tuple((name, text) for name, text in found if text is not None)


def _is_free(schema: Schema) -> bool:
    """Whether any text will do: a file of ours may then stand in its place."""
    return not any(keyword in _resolved(schema) for keyword in _CONSTRAINTS)


def _resolved(schema: Schema) -> JsonObject:
    raw: JsonValue = resolve_reference(schema.raw, schema.definitions)
    return raw if isinstance(raw, dict) else {}


def _items(value: PlanValue) -> list[PlanValue]:
    return value if isinstance(value, list) else []
