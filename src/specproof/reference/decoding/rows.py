"""Rows of JSON values: NDJSON and JSON Lines, one a line; JSON text sequences (RFC 7464), one a record."""

from __future__ import annotations

from typing import Final

from specproof.openapi.schema import JsonValue
from specproof.reference.decoding.decoded import MalformedError
from specproof.reference.decoding.json_text import json_bytes, parsed_json

SEQUENCE: Final = "application/json-seq"
_RECORD: Final = b"\x1e"
_MAX_ROWS: Final = 100_000


def parsed_rows(body: bytes, media_type: str) -> list[JsonValue]:
    """The values of a body. Empty lines do not count."""
    mark = _RECORD if media_type == SEQUENCE else b"\n"
    if body.count(mark) > _MAX_ROWS:
        raise MalformedError(f"not readable: more than {_MAX_ROWS} rows")
    rows = body.split(mark)
    if media_type == SEQUENCE and rows.pop(0).strip():
        raise MalformedError("not a JSON text sequence: it does not begin with a record separator")
    return [parsed_json(row) for row in rows if row.strip()]


def row_bytes(value: JsonValue, media_type: str) -> bytes:
    """An array as rows; any other value as one row."""
    lead = _RECORD if media_type == SEQUENCE else b""
    return b"".join(lead + json_bytes(row) + b"\n" for row in (value if isinstance(value, list) else [value]))
