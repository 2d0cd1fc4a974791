"""Answers as bytes, held against what reads bodies."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from decodingoperations import body_of
from specproof.openapi.schema import Schema
from specproof.reference.decoding import encode_answer

TEXT = Schema({"type": "string"}, "", {})
BASE64 = Schema({"type": "string", "contentEncoding": "base64"}, "", {})
PET = {
    "type": "object",
    "properties": {
        "age": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "owner": {"type": "object"},
    },
}


@pytest.mark.parametrize(
    ("value", "media_type", "schema", "body"),
    [
        ({"ä": [1, 1.5, None, True]}, "application/json", None, '{"ä":[1,1.5,null,true]}'.encode()),
        ("x", "application/problem+json", TEXT, b'"x"'),
        ({"a": 1}, "*/*", None, b'{"a":1}'),
        ({"a": 1}, "Application/JSON; charset=utf-8", None, b'{"a":1}'),
        (2**70, "application/json", None, str(2**70).encode()),
        ("\ud800", "application/json", None, b'"\\ud800"'),
        ("ü\ud800", "text/plain", TEXT, "ü?".encode()),
        (7, "text/plain", None, b"7"),
        (True, "text/csv", None, b"true"),
        (None, "text/plain", None, b"null"),
        ([{"a": 1}, 2], "application/x-ndjson", None, b'{"a":1}\n2\n'),
        ([1], "application/json-seq", None, b"\x1e1\n"),
        ({"a": 1}, "application/jsonl", None, b'{"a":1}\n'),
        (
            {"a": "x y", "b": [1, True], "c": {"d": 1}, "e": None},
            "application/x-www-form-urlencoded",
            None,
            b"a=x+y&b=1&b=true&c=%7B%22d%22%3A1%7D",
        ),
        ("\x00\xff", "application/octet-stream", TEXT, b"\x00\xff"),
        ("☃", "application/octet-stream", TEXT, "☃".encode()),
        ("AAEC/w==", "image/png", BASE64, b"\x00\x01\x02\xff"),
        ("no base64!", "image/png", BASE64, b"no base64!"),
        ("AAEC/w==", "application/json", BASE64, b'"AAEC/w=="'),
    ],
)
def test_answers_are_written_as_their_media_type_says(value: Any, media_type: str, schema: Schema | None, body: bytes) -> None:
    assert encode_answer(value, media_type, schema) == body


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/x-www-form-urlencoded", "application/xml", "application/hal+json"]
)
def test_what_is_written_can_be_read(media_type: str) -> None:
    value = {"age": 3, "tags": [1, 2], "owner": {"name": "ü &<>\"'"}}
    assert body_of(media_type, encode_answer(value, media_type, Schema(PET, "", {})), PET) == value


def test_bytes_survive_both_directions() -> None:
    content = bytes(range(256))
    for schema, text in (({"type": "string"}, content.decode("latin-1")), (BASE64.raw, base64.b64encode(content).decode())):
        assert encode_answer(text, "image/png", Schema(schema, "", {})) == content
        assert body_of("image/png", content, schema) == text
