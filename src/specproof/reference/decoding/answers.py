"""Answers as bytes."""

from __future__ import annotations

from specproof.openapi.schema import JsonValue, Schema
from specproof.reference.decoding import media_types
from specproof.reference.decoding.json_text import json_bytes


def encode_answer(value: JsonValue, media_type: str, schema: Schema | None) -> bytes:  # noqa: ARG001
    """The bytes of an answer; ``schema`` says how XML and binary content are laid out."""
    if isinstance(value, str) and not media_types.is_json(media_type):
        return value.encode("utf-8", "replace")
    return json_bytes(value)
