"""How forms, multipart and rows of JSON are laid out."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl

import pytest

from specproof.checks import wire
from specproof.checks.wire_bodies import BOUNDARY, Field, form_body, json_lines, multipart_body, octets
from specproof.checks.wire_xml import Xml


def lines_of(value: dict[str, Any], *fields: Field) -> list[str]:
    boundary, content = multipart_body(value, fields)
    assert boundary == BOUNDARY
    return content.decode("utf-8").split("\r\n")


def test_form_fields_repeat_arrays_and_hold_objects_as_json() -> None:
    value = {"a": [1, 2], "b": {"c": {"d": True}}, "e": [{"f": 1}, {"f": 2}], "g": None, "h": "", "i": []}
    assert wire.form_fields(value) == [
        ("a", "1"),
        ("a", "2"),
        ("b", '{"c":{"d":true}}'),
        ("e", '{"f":1}'),
        ("e", '{"f":2}'),
        ("h", ""),
    ]


def test_a_form_body_decodes_to_its_fields() -> None:
    value = {"name": "Ä & Söhne = 1+1", "tags": ["a b", "c"], "address": {"zip": "10115"}}
    assert parse_qsl(form_body(value).decode("ascii"), keep_blank_values=True) == wire.form_fields(value)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (Field("f", style="form", explode=False), ["a", "b"], b"f=a,b"),
        (Field("f", style="form"), {"a": 1, "b": "x y"}, b"a=1&b=x%20y"),
        (Field("f", style="spaceDelimited", explode=False), ["a", "b"], b"f=a%20b"),
        (Field("f", style="pipeDelimited", explode=False), ["a", "b"], b"f=a%7Cb"),
        (Field("f", style="deepObject"), {"a": 1, "b": [2, 3]}, b"f%5Ba%5D=1&f%5Bb%5D=2&f%5Bb%5D=3"),
        (Field("f", style="form", allow_reserved=True), "http://a/?b&c", b"f=http://a/?b%26c"),
        (Field("f", "application/json"), "a", b"f=%22a%22"),
        (Field("f", "application/json"), [{"a": 1}, {"a": 2}], b"f=%7B%22a%22%3A1%7D&f=%7B%22a%22%3A2%7D"),
        (Field("f", "text/plain"), 7, b"f=7"),
    ],
)
def test_an_encoding_lays_out_one_field_of_a_form(field: Field, value: Any, text: bytes) -> None:
    assert form_body({"f": value, "z": 1}, [field]) == text + b"&z=1"


def test_a_form_field_can_hold_xml() -> None:
    body = form_body({"f": {"a": 1}}, [Field("f", "application/xml", xml=Xml("r"))])
    [(_, text)] = parse_qsl(body.decode())
    assert text == '<?xml version="1.0" encoding="UTF-8"?>\n<r><a>1</a></r>\n'


def test_a_multipart_body_has_texts_files_and_json_parts() -> None:
    value = {"title": "Ä", "photo": "bytes", "meta": {"a": 1}, "tags": ["x", "y"], "none": None}
    assert lines_of(value, Field("photo", "application/octet-stream", file_name="file.bin")) == [
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="title"',
        "",
        "Ä",
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="photo"; filename="file.bin"',
        "Content-Type: application/octet-stream",
        "",
        "bytes",
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="meta"',
        "Content-Type: application/json",
        "",
        '{"a":1}',
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="tags"',
        "",
        "x",
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="tags"',
        "",
        "y",
        f"--{BOUNDARY}--",
        "",
    ]


@pytest.mark.parametrize(
    ("field", "value", "lines"),
    [
        (Field("f", "application/json"), "a", ["Content-Type: application/json", "", '"a"']),
        (Field("f", "text/csv"), "a;b", ["Content-Type: text/csv", "", "a;b"]),
        (Field("f", headers=(("X-Of", "7"),)), 1, ["X-Of: 7", "", "1"]),
        (Field("f", style="pipeDelimited", explode=False), ["a", "b c"], ["", "a|b c"]),
    ],
)  # fmt: skip
def test_an_encoding_lays_out_one_part(field: Field, value: Any, lines: list[str]) -> None:
    assert lines_of({"f": value}, field)[2:-2] == lines


def test_a_part_can_hold_xml() -> None:
    document = '<?xml version="1.0" encoding="UTF-8"?>\n<r><a>&lt;</a></r>\n'
    lines = lines_of({"f": {"a": "<"}}, Field("f", "text/xml", xml=Xml("r")))
    assert lines[2:-2] == ["Content-Type: text/xml", "", document]


def test_a_part_is_sent_as_the_bytes_that_its_base64_stands_for() -> None:
    content = bytes(range(256))
    _, body = multipart_body(
        {"f": base64.b64encode(content).decode()}, [Field("f", "image/png", file_name="f.png", is_base64=True)]
    )
    assert b"\r\n\r\n" + content + b"\r\n--" in body


@pytest.mark.parametrize(("text", "content"), [("AP8=", b"\0\xff"), ("", b""), ("no base64", b"no base64"), ("é", "é".encode())])
def test_octets_are_base64_and_anything_else_is_itself(text: str, content: bytes) -> None:
    assert octets(text) == content


def test_a_field_name_cannot_break_out_of_its_multipart_header() -> None:
    _, body = multipart_body({'a"\r\nX-Evil: 1': "v"})
    assert b'name="a%22%0D%0AX-Evil: 1"' in body


def test_a_header_of_a_part_cannot_break_out_of_its_line() -> None:
    with pytest.raises(wire.NotSendableError):
        multipart_body({"f": 1}, [Field("f", headers=(("X-A", "a\r\nX-Evil: 1"),))])
    with pytest.raises(wire.NotSendableError):
        multipart_body({"f": 1}, [Field("f", "text/plain\r\nX-Evil: 1")])


def test_a_boundary_that_occurs_in_the_body_is_not_taken() -> None:
    assert multipart_body({"a": "x"})[0] == BOUNDARY
    boundary, body = multipart_body({"a": f"--{BOUNDARY}", "b": f"{BOUNDARY}-2"})
    assert boundary == f"{BOUNDARY}-3"
    assert body.count(boundary.encode()) == 3


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/x-ndjson", b'{"a": "\xc3\xa9"}\n2\n'),
        ("application/jsonl", b'{"a": "\xc3\xa9"}\n2\n'),
        ("application/json-seq", b'\x1e{"a": "\xc3\xa9"}\n\x1e2\n'),
    ],
)
def test_rows_of_json_stand_in_lines_or_in_records(media_type: str, content: bytes) -> None:
    assert json_lines([{"a": "é"}, 2], media_type) == content


def test_one_value_is_a_row_of_one() -> None:
    assert json_lines({"a": "x\ny"}, "application/x-ndjson") == b'{"a": "x\\ny"}\n'
