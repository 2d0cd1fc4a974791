"""Answers as bytes: the other direction of the wire, which reads back as it was."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.reference.decoding import media_types
from specproof.reference.decoding.binary import bytes_of_text, encoding_of
from specproof.reference.decoding.json_text import json_bytes
from specproof.reference.decoding.rows import row_bytes
from specproof.reference.decoding.value_reader import ValueReader
from specproof.reference.decoding.xml_writing import xml_bytes

_ANYTHING: Final = Schema(True, "", {})


def encode_answer(value: JsonValue, media_type: str, schema: Schema | None) -> bytes:
    """The bytes of an answer; ``schema`` says how XML and binary content are laid out. ``media_type`` may have parameters.

    What is neither JSON nor XML, a form or rows of JSON is the value's text; of binary content, the bytes that the text stands for.
    """
    name = media_types.bare(media_type)
    if media_types.is_json(name):
        return json_bytes(value)
    if media_types.is_rows(name):
        return row_bytes(value, name)
    if media_types.is_xml(name):
        return xml_bytes(value, ValueReader((schema or _ANYTHING).raw, (schema or _ANYTHING).definitions))
    if name == media_types.FORM and isinstance(value, dict):
        return urlencode(_fields(value), errors="replace").encode()
    return _text_bytes(value, name, schema or _ANYTHING)


def _text_bytes(value: JsonValue, name: str, schema: Schema) -> bytes:
    if not isinstance(value, str):
        return json_bytes(value)
    if media_types.is_text(name):
        return value.encode("utf-8", "replace")
    return bytes_of_text(value, encoding_of(schema.raw, schema.definitions))


def _fields(value: JsonObject) -> list[tuple[str, str]]:
    """The fields of a form: arrays repeat their name, objects are JSON, null is left out."""
    return [
        (name, item if isinstance(item, str) else json_bytes(item).decode())
        for name, member in value.items()
        for item in (member if isinstance(member, list) else [member])
        if item is not None
    ]
