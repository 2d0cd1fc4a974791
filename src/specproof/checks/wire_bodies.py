"""How request bodies other than plain JSON are laid out: forms, multipart, rows of JSON."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from .wire import (
    Parameter,
    encode,
    form_fields,
    header_values,
    json_in_form,
    json_text,
    query_pairs,
    text_of,
)
from .wire_xml import Xml, xml_body

BOUNDARY = "specproof-8f0a1c5b7d"
RECORD_SEPARATOR = "\x1e"
_LINE_BREAKS = {'"': "%22", "\r": "%0D", "\n": "%0A"}


class Field(NamedTuple):
    """How one property of a form is sent where that is not the usual way (OpenAPI ``encoding``).

    ``content_type`` is the part's (multipart). ``style`` set: laid out as a parameter of that style. ``file_name`` set: sent as a file,
    since servers tell files from texts by that. ``is_base64``: the value is base64 and its bytes are sent. ``headers`` are further headers
    of the part, ``xml`` the layout where the content is XML.
    """

    name: str
    content_type: str = ""
    style: str = ""
    explode: bool = True
    allow_reserved: bool = False
    file_name: str = ""
    is_base64: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    xml: Xml | None = None


def form_body(value: Mapping[str, object], fields: Iterable[Field] = ()) -> bytes:
    """A body as ``application/x-www-form-urlencoded``."""
    known = {field.name: field for field in fields}
    pairs = [pair for name, member in value.items() for pair in _form_pairs(member, known.get(name, Field(name)))]
    return "&".join(f"{name}={text}" for name, text in pairs).encode("ascii")


def _form_pairs(value: object, field: Field) -> list[tuple[str, str]]:
    """The encoded pairs of one property."""
    if field.style:
        return query_pairs(_as_parameter(value, field))
    if field.xml is not None:
        return [(encode(field.name), encode(xml_body(item, field.xml).decode())) for item in _each(value)]
    if field.content_type.endswith("json"):
        # Said to be JSON: even a string has its quotes then.
        return [(encode(field.name), encode(json_text(item))) for item in _each(value)]
    return [(encode(name), encode(text)) for name, text in form_fields({field.name: value})]


def multipart_body(value: Mapping[str, object], fields: Iterable[Field] = ()) -> tuple[str, bytes]:
    """A body as ``multipart/form-data``, and its boundary, which occurs nowhere in the content.

    One part per field, arrays repeat their name, objects are JSON parts; ``fields`` say what differs. The same value gives the same bytes.
    """
    known = {field.name: field for field in fields}
    parts = [part for name, member in value.items() for part in _parts(member, known.get(name, Field(name)))]
    boundary, turn = BOUNDARY, 1
    while any(boundary.encode("ascii") in part for part in parts):
        turn += 1
        boundary = f"{BOUNDARY}-{turn}"
    delimiter = b"--" + boundary.encode("ascii")
    return boundary, b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"


def _parts(value: object, field: Field) -> list[bytes]:
    if field.style:
        # As in a query, but parts need no percent-encoding.
        pairs = query_pairs(_as_parameter(value, field))
        return [_part(unquote(name), unquote(text), field) for name, text in pairs]
    return [_part(field.name, item, field) for item in _each(value)]


def _part(name: str, value: object, field: Field) -> bytes:
    """One part of a multipart body: headers, an empty line, the content."""
    disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if field.file_name:
        disposition += f'; filename="{_quoted(field.file_name)}"'
    content_type = field.content_type or ("application/json" if isinstance(value, (list, Mapping)) else "")
    headers = [("Content-Type", content_type)] if content_type else []
    lines = [disposition, *header_lines([*headers, *field.headers])]
    return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + _part_content(value, field, content_type)


def _part_content(value: object, field: Field, content_type: str) -> bytes:
    if field.is_base64 and isinstance(value, str):
        return octets(value)
    if field.xml is not None:
        return xml_body(value, field.xml)
    text = json_text(value) if content_type.endswith("json") else text_of(value)
    return text.encode("utf-8", "surrogatepass")


def header_lines(headers: Iterable[tuple[str, str]]) -> list[str]:
    """``name: value`` per header. Raises :class:`~.wire.NotSendableError` for control characters."""
    return [f"{name}: {text}" for name, text in header_values(Parameter(name, text) for name, text in headers)]


def json_lines(value: object, media_type: str) -> bytes:
    """A row of JSON values: one a line, or one a record (``application/json-seq``, RFC 7464). What is no list is a row of one."""
    opening = RECORD_SEPARATOR if media_type == "application/json-seq" else ""
    rows = value if isinstance(value, list) else [value]
    text = "".join(f"{opening}{json_in_form(row, ensure_ascii=False)}\n" for row in rows)
    return text.encode("utf-8", "surrogatepass")


def octets(text: str) -> bytes:
    """The bytes that ``text`` (base64) stands for; text that is no base64 stands for itself: a faulty value has to be sent too."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return text.encode("utf-8", "surrogatepass")


def _each(value: object) -> list[object]:
    return [item for item in (value if isinstance(value, list) else [value]) if item is not None]


def _as_parameter(value: object, field: Field) -> Parameter:
    return Parameter(field.name, value, field.style, field.explode, allow_reserved=field.allow_reserved)


def _quoted(text: str) -> str:
    return "".join(_LINE_BREAKS.get(char, char) for char in text)
