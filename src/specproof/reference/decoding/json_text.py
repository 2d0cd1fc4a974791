"""JSON as RFC 8259 has it: no NaN, no lone surrogates, no byte order mark; of two members with one name the last counts."""

from __future__ import annotations

import json
import re
from typing import Final

import orjson

from specproof.openapi.schema import JsonValue
from specproof.reference.decoding.decoded import MalformedError

MAX_DEPTH: Final = 200
"""How deep values may be nested. All that later looks at them does so by recursion."""
_LONG_DIGITS: Final = re.compile(rb"\d{19}")
_BRACKETS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def parsed_json(text: bytes | str) -> JsonValue:
    """The value. Raises :class:`MalformedError` for what is no JSON, and for what is nested too deep."""
    try:
        raw = text.encode() if isinstance(text, str) else text
        value: JsonValue = orjson.loads(raw)
    except ValueError as error:
        raise MalformedError(f"not JSON: {error}") from None
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _depth(raw) > MAX_DEPTH:
        raise MalformedError(f"not readable JSON: nested more than {MAX_DEPTH} levels deep")
    return _exact(raw, value) if _LONG_DIGITS.search(raw) else value


def json_bytes(value: JsonValue) -> bytes:
    """A value as compact JSON: UTF-8, integers of any size; lone surrogates are escaped."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _depth(raw: bytes) -> int:
    deepest = depth = 0
    for match in _BRACKETS.finditer(raw):
        mark = match.group()
        if mark in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in b"]}":
            depth -= 1
    return deepest


def _exact(raw: bytes, value: JsonValue) -> JsonValue:
    """The value with integers beyond 64 bits as they are: orjson makes them floating point numbers."""
    try:
        exact: JsonValue = json.loads(raw)
    except ValueError:
        # More digits than Python makes an integer of: the nearest floating point number has to do.
        return value
    return exact
