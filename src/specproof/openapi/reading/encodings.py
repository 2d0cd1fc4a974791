"""The ``encoding`` of a media type: how each property of a form or multipart body is sent."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import Encoding
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import TOKEN, DocumentReader
from specproof.openapi.reading.headers import read_headers
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue, Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterStyle

_URLENCODED = "application/x-www-form-urlencoded"
_FORM_DATA = "multipart/form-data"
_STYLES = {
    style.value: style
    for style in (
        ParameterStyle.FORM,
        ParameterStyle.SPACE_DELIMITED,
        ParameterStyle.PIPE_DELIMITED,
        ParameterStyle.DEEP_OBJECT,
    )
}
_LAYOUT = ("style", "explode", "allowReserved")
_BY_POSITION = ("prefixEncoding", "itemEncoding")
_MOST_ENCODINGS = 100
_MOST_CONTENT_TYPES = 20
_MOST_SCHEMAS = 50
"""Looked through for the names of properties."""


def read_encodings(
    reader: DocumentReader, name: str, node: JsonObject, at: Tokens, schema: Schema | None
) -> tuple[Encoding, ...]:
    """The encodings of the media type ``name`` that ``node`` describes, sorted by property.

    Left out, with a finding: those of names that the schema knows no property of, and all of media types that are no form.
    """
    if not any(key in node for key in ("encoding", *_BY_POSITION)):
        return ()
    known = reader.known_encodings.get((name, at))
    if known is None:
        known = reader.known_encodings[name, at] = tuple(_encodings(reader, name, node, at, schema))
    return known


def _encodings(reader: DocumentReader, name: str, node: JsonObject, at: Tokens, schema: Schema | None) -> Iterator[Encoding]:
    for key in _BY_POSITION:
        if key in node:
            message = "encodings by position are not read; each part is sent as its type asks for"
            reader.report(FindingCode.ENCODING_INVALID, (*at, key), message, Severity.INFO)
    place = (*at, "encoding")
    if "encoding" in node and name != _URLENCODED and not name.startswith("multipart/"):
        message = f"OpenAPI ignores the encodings of {quoted(name)}: it is no form"
        reader.report(FindingCode.ENCODING_INVALID, place, message, Severity.INFO)
        return
    properties, is_open = _properties(schema)
    for key, raw in reader.members(node.get("encoding"), place, FindingCode.ENCODING_INVALID, "encodings", _MOST_ENCODINGS):
        where = (*place, key)
        if not is_open and not any(key in group for group in properties):
            message = f"{quoted(key)} is no property of the schema; its encoding is left out"
            reader.report(FindingCode.ENCODING_INVALID, where, message)
            continue
        found = reader.object_at(raw, where, FindingCode.ENCODING_INVALID, "an encoding")
        if found is not None:
            yield _read_encoding(reader, name, key, *found)


def _read_encoding(reader: DocumentReader, media_type: str, name: str, node: JsonObject, at: Tokens) -> Encoding:
    for key in ("encoding", *_BY_POSITION):
        if key in node:
            message = "encodings inside of a part are not read; it is sent as its type asks for"
            reader.report(FindingCode.ENCODING_INVALID, (*at, key), message, Severity.INFO)
    headers = node.get("headers") if media_type.startswith("multipart/") else None
    style, explode, allow_reserved = _layout(reader, media_type, node, at)
    return Encoding(
        name=UntrustedText(name),
        content_types=_content_types(reader, node.get("contentType"), (*at, "contentType")),
        pointer=pointer(at),
        style=style,
        explode=explode,
        allow_reserved=allow_reserved,
        headers=read_headers(reader, headers, (*at, "headers"), FindingCode.ENCODING_INVALID),
    )


def _layout(reader: DocumentReader, media_type: str, node: JsonObject, at: Tokens) -> tuple[ParameterStyle | None, bool, bool]:
    """``style``, ``explode`` and ``allowReserved``; the style is None where none of them stands or counts."""
    stated = [key for key in _LAYOUT if node.get(key) is not None]
    if stated and media_type not in (_URLENCODED, _FORM_DATA):
        message = f"OpenAPI ignores this in a body of {quoted(media_type)}"
        reader.report(FindingCode.ENCODING_INVALID, (*at, stated[0]), message, Severity.INFO)
        stated = []
    if not stated:
        return None, True, False
    style = ParameterStyle.FORM
    wanted = node.get("style")
    if isinstance(wanted, str) and wanted in _STYLES:
        style = _STYLES[wanted]
    elif wanted is not None:
        shown = quoted(wanted) if isinstance(wanted, str) else "this"
        message = f"{shown} is no style of a form's field; it is sent as form"
        reader.report(FindingCode.PARAMETER_STYLE_UNSUPPORTED, (*at, "style"), message)
    explode = reader.flag(node, "explode", at, FindingCode.ENCODING_INVALID)
    allow_reserved = reader.flag(node, "allowReserved", at, FindingCode.ENCODING_INVALID)
    return style, style is ParameterStyle.FORM if explode is None else explode, bool(allow_reserved)


def _content_types(reader: DocumentReader, raw: JsonValue, at: Tokens) -> tuple[str, ...]:
    """``"image/png, image/*"``: each lower-case and without parameters, in the document's order."""
    if raw is None:
        return ()
    if not isinstance(raw, str):
        reader.report(FindingCode.ENCODING_INVALID, at, "a content type must be a text; it is left out")
        return ()
    found: dict[str, None] = {}
    for written in raw[:2_000].split(",")[:_MOST_CONTENT_TYPES]:
        kind, _, subtype = written.split(";")[0].strip().lower().partition("/")
        if TOKEN.fullmatch(kind) and TOKEN.fullmatch(subtype):
            found[f"{kind}/{subtype}"] = None
        else:
            reader.report(FindingCode.ENCODING_INVALID, at, f"{quoted(written)} is no media type; it is left out")
    return tuple(found)


def _properties(schema: Schema | None) -> tuple[list[JsonObject], bool]:
    """The ``properties`` of all parts of a schema, and whether it may have others that nobody can know by name."""
    groups: list[JsonObject] = []
    seen: set[str] = set()
    waiting: list[JsonValue] = [True if schema is None else schema.raw]
    for _ in range(_MOST_SCHEMAS):
        if not waiting:
            return groups, not groups
        part = waiting.pop()
        if not isinstance(part, dict):
            continue
        named = part.get("properties")
        if isinstance(named, dict):
            groups.append(named)
        if "patternProperties" in part:
            return groups, True
        for keyword in ("allOf", "anyOf", "oneOf"):
            below = part.get(keyword)
            waiting.extend(below if isinstance(below, list) else [])
        reference = part.get("$ref")
        if schema is not None and isinstance(reference, str) and reference not in seen:
            seen.add(reference)
            waiting.append(schema.definitions.get(reference.removeprefix(DEFINITION_PREFIX), True))
    return groups, True
