"""Bodies of each media type, and bodies that mean harm."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from decodingoperations import body_of, operation_with
from specproof.reference.decoding import Decoded, Malformed, RequestDecoder
from specproof.reference.messages import Request

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
PET: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "age": INTEGER,
        "tags": {"type": "array", "items": INTEGER},
        "owner": {"type": "object", "properties": {"age": INTEGER}},
    },
}


def reading(content: dict[str, Any], body: bytes, content_type: str | None) -> Decoded | Malformed:
    headers = () if content_type is None else (("content-type", content_type),)
    return RequestDecoder.of(operation_with(content=content)).decode(Request("POST", "/pets", headers, body), {})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a":1,"a":2}', {"a": 2}),
        (b" [1.0, 1e3, -0] \n", [1.0, 1000.0, 0]),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'{"id":18446744073709551616}', {"id": 18446744073709551616}),
        (b"null", None),
        (b"[" * 200 + b"]" * 200, json.loads("[" * 200 + "]" * 200)),
        (b'"' + b"[" * 500 + b'"', "[" * 500),
    ],
)
def test_json_is_read_as_the_standard_has_it(body: bytes, value: Any) -> None:
    assert body_of(JSON, body, True) == value


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"NaN", b"[Infinity]", b"1e999", b'"\\ud800"', b"\xff", b'"\xed\xa0\x80"', b"\xef\xbb\xbf1", b"{'a':1}", b"[1,]", b"01", b"1 2", b" ",
        b"[" * 10_000, b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 201 + b"1" + b"}" * 201, b"\x00" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    assert isinstance(body_of(JSON, body, True), Malformed)


def test_digits_without_end_are_a_number_or_no_json() -> None:
    assert isinstance(body_of(JSON, b"9" * 5_000, True), Malformed)


def test_json_in_another_charset_is_read_in_it() -> None:
    assert body_of("application/json; charset=utf-16", '{"a":"ü"}'.encode("utf-16"), True) == {"a": "ü"}
    assert body_of('application/json; Charset="ISO-8859-1"', '"ü"'.encode("latin-1"), True) == "ü"
    for charset in ("hex", "nonsense", "utf-16", "\x00", "a" * 1000):
        assert isinstance(body_of(f"application/json; charset={charset}", b'"\xff', True), Malformed)


@pytest.mark.parametrize(
    ("documented", "sent", "is_taken"),
    [
        (JSON, "application/json", True),
        (JSON, "Application/JSON ; charset=utf-8", True),
        (JSON, "", True),
        (JSON, "text/plain", False),
        (JSON, "application/merge-patch+json", False),
        ("application/*", "application/vnd.pets+json", True),
        ("application/*", "text/json", False),
        ("*/*", "image/png", True),
        ("text/plain", "", False),
        ("multipart/form-data", "multipart/form-data; boundary=x", True),
    ],
)
def test_content_types_are_taken_as_documented(documented: str, sent: str, is_taken: bool) -> None:
    assert RequestDecoder.of(operation_with(content={documented: {"schema": TEXT}})).takes(sent) is is_taken


def test_without_a_documented_body_all_is_taken_and_nothing_read() -> None:
    decoder = RequestDecoder.of(operation_with())
    assert decoder.takes("text/csv")
    assert decoder.decode(Request("POST", "/pets", (("content-type", JSON),), b"{"), {}) == Decoded({}, None, False, "")


def test_no_bytes_are_no_body() -> None:
    assert reading({JSON: {"schema": PET}}, b"", JSON) == Decoded({}, None, False, JSON)
    assert reading({FORM: {"schema": PET}}, b"", None) == Decoded({}, None, False, FORM)


def test_a_form_without_fields_and_a_row_without_items_are_bodies() -> None:
    assert reading({FORM: {"schema": PET}}, b"", FORM) == Decoded({}, {}, True, FORM)
    assert reading({"application/x-ndjson": {"schema": PET}}, b"", "application/x-ndjson") == Decoded(
        {}, [], True, "application/x-ndjson"
    )


def test_a_missing_content_type_is_json_and_an_undocumented_one_is_read_as_the_first_json() -> None:
    content: dict[str, Any] = {"text/plain": {"schema": TEXT}, JSON: {"schema": PET}}
    for content_type in (None, "text/csv"):
        assert reading(content, b'{"age":3}', content_type) == Decoded({}, {"age": 3}, True, JSON)
    assert reading(content, b'{"age":3}', "text/plain") == Decoded({}, '{"age":3}', True, "text/plain")
    assert reading({"application/*": {"schema": PET}}, b"age=3", FORM) == Decoded({}, {"age": 3}, True, FORM)


def test_forms_repeat_arrays_and_write_objects_as_json() -> None:
    body = b"name=a+b%26c&age=3&tags=1&tags=2&owner=%7B%22age%22%3A4%7D&more=x&more=y&=z"
    assert body_of(FORM, body, PET) == {
        "name": "a b&c",
        "age": 3,
        "tags": [1, 2],
        "owner": {"age": 4},
        "more": ["x", "y"],
        "": "z",
    }
    assert body_of(FORM, b"tags=1&owner=x&age=", PET) == {"tags": [1], "owner": "x", "age": ""}


def test_fields_with_a_style_are_laid_out_in_it() -> None:
    encoding = {"tags": {"style": "pipeDelimited", "explode": False}, "owner": {"style": "deepObject", "explode": True}}
    assert body_of(FORM, b"tags=1%7C2&owner[age]=3&name=n", PET, encoding=encoding) == {
        "tags": [1, 2],
        "owner": {"age": 3},
        "name": "n",
    }
    encoding = {"tags": {"style": "form", "explode": False}, "owner": {"style": "form", "explode": True}}
    schema = {
        "type": "object",
        "properties": {"owner": {"type": "object", "properties": {"years": INTEGER}}, "tags": PET["properties"]["tags"]},
    }
    assert body_of(FORM, b"tags=1,2&years=3&name=n", schema, encoding=encoding) == {
        "tags": [1, 2],
        "owner": {"years": 3},
        "name": "n",
    }


def test_forms_are_read_in_their_charset_and_refused_outside_of_it() -> None:
    assert body_of(f"{FORM}; charset=iso-8859-1", b"name=%FC", PET) == {"name": "ü"}
    for body in (b"name=%FF", b"name=\xff", b"&" * 10_000_000):
        assert isinstance(body_of(FORM, body, PET), Malformed)


def multipart(*parts: tuple[str, bytes]) -> bytes:
    return b"".join(b"--x y\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + b"--x y--\r\n"


MULTIPART = 'multipart/form-data; boundary="x y"'


def field(name: str, more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"{more}'


def test_parts_are_read_as_their_schemas_want_them() -> None:
    body = multipart(
        (field("name"), "a\r\n--xü".encode()),
        (field("age"), b"3"),
        (field("tags"), b"1"),
        (field("tags"), b"2"),
        (field("owner") + "\r\nContent-Type: application/json", b'{"age": 4}'),
        (field("more"), b"x"),
    )
    assert body_of(MULTIPART, b"preamble\r\n" + body, PET) == {
        "name": "a\r\n--xü", "age": 3, "tags": [1, 2], "owner": {"age": 4}, "more": "x",
    }  # fmt: skip


def test_an_object_without_a_content_type_is_json_and_a_list_may_be() -> None:
    body = multipart((field("owner"), b'{"age":4}'), (field("tags") + "\r\nContent-Type: application/json", b"[1,2]"))
    assert body_of(MULTIPART, body, PET) == {"owner": {"age": 4}, "tags": [1, 2]}
    assert body_of(MULTIPART, multipart((field("tags"), b"1")), PET) == {"tags": [1]}


PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff--x\r\n--x"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "format": "binary"}, PICTURE.decode("latin-1")),
        ({"type": "string", "contentMediaType": "image/png"}, PICTURE.decode("latin-1")),
        ({}, PICTURE.decode("latin-1")),
        (TEXT, PICTURE.decode("latin-1")),
        ({"type": "string", "contentEncoding": "base64"}, base64.b64encode(PICTURE).decode()),
        ({"type": "string", "contentEncoding": "base64url"}, base64.urlsafe_b64encode(PICTURE).decode()),
        ({"type": "string", "format": "byte"}, base64.b64encode(PICTURE).decode()),
    ],
)
def test_files_are_one_character_a_byte_or_base64(schema: Any, value: str) -> None:
    for kind in ("\r\nContent-Type: image/png", ""):
        body = multipart((field("picture", '; filename="a.png"') + kind, PICTURE))
        assert body_of(MULTIPART, body, {"type": "object", "properties": {"picture": schema}}) == {"picture": value}


def test_what_is_base64_already_stays() -> None:
    schema = {"type": "object", "properties": {"picture": {"type": "string", "contentEncoding": "base64"}}}
    assert body_of(MULTIPART, multipart((field("picture"), b"AAEC/w==")), schema) == {"picture": "AAEC/w=="}
    wrapped = field("picture", "; filename*=UTF-8''a") + "\r\nContent-Transfer-Encoding: base64"
    assert body_of(MULTIPART, multipart((wrapped, b"AAEC\r\n/w==")), schema) == {"picture": "AAEC/w=="}


def test_names_of_parts_are_unescaped() -> None:
    for name in (r"a\"b", "a%22b"):
        assert body_of(MULTIPART, multipart((field(name), b"1")), PET) == {'a"b': "1"}
    assert body_of(MULTIPART, multipart(("content-disposition:form-data;\r\n name=größe", b"1")), PET) == {"größe": "1"}


def test_parts_without_names_are_a_row() -> None:
    body = multipart(("Content-Type: application/json", b"1"), ("X-A: b", b"2"))
    assert body_of('multipart/mixed; boundary="x y"', body, {"type": "array", "items": INTEGER}) == [1, 2]
    assert isinstance(body_of(MULTIPART, body, PET), Malformed)


def test_a_part_may_have_an_empty_name_but_not_no_name_at_all() -> None:
    assert body_of(MULTIPART, multipart((field(""), b"1"), (field("age"), b"3")), PET) == {"": "1", "age": 3}
    assert isinstance(body_of(MULTIPART, multipart(("Content-Disposition: form-data", b"1")), PET), Malformed)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/form-data; boundary=é",
    ],
)
def test_multipart_without_a_boundary_is_malformed(content_type: str) -> None:
    assert isinstance(body_of(content_type, multipart((field("age"), b"3")), PET), Malformed)


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense", b"--x y\r\n", b"--x y", multipart((field("age"), b"3"))[:-6], multipart(("no header", b"")),
        b"--x yz\r\n\r\n\r\n--x y--", b"--x y\r\n" + field("a").encode() + b"\r\n--x y--",
        multipart((field("owner") + "\r\nContent-Type: application/json", b"{")), multipart((field("name"), b"\xff")),
        b"--x y\r\n" * 100_000, multipart((field("name") + "\r\nX: " + "y" * 30_000, b"")), multipart(("X: y", b"1")),
        multipart((field("name") + "\r\nContent-Transfer-Encoding: base64", b"A")),
    ],
)  # fmt: skip
def test_broken_multipart_is_malformed(body: bytes) -> None:
    assert isinstance(body_of(MULTIPART, body, PET), Malformed)


def test_text_is_typed_and_read_in_its_charset() -> None:
    assert body_of("text/plain", b"7", INTEGER) == 7
    assert body_of("text/plain", "ü".encode(), TEXT) == "ü"
    assert body_of("text/plain; charset=latin-1", b"\xfc", TEXT) == "ü"
    assert isinstance(body_of("text/plain", b"\xff", TEXT), Malformed)


def test_binary_bodies_are_one_character_a_byte_or_base64() -> None:
    assert body_of("application/octet-stream", PICTURE, None) == PICTURE.decode("latin-1")
    assert body_of("image/png", PICTURE, {"type": "string", "contentEncoding": "base64"}) == base64.b64encode(PICTURE).decode()


@pytest.mark.parametrize("media_type", ["application/x-ndjson", "application/jsonl"])
def test_rows_of_json_are_an_array(media_type: str) -> None:
    assert body_of(media_type, b'{"a":1}\r\n\n[2]\n"x"', TEXT) == [{"a": 1}, [2], "x"]
    for body in (b"1\n{\n", b"\n" * 200_000, b"[" * 5_000):
        assert isinstance(body_of(media_type, body, TEXT), Malformed)


def test_json_text_sequences_are_records() -> None:
    assert body_of("application/json-seq", b'\x1e{"a":\n1}\n\x1e2\n', TEXT) == [{"a": 1}, 2]
    assert isinstance(body_of("application/json-seq", b"1\n\x1e2\n", TEXT), Malformed)


@pytest.mark.parametrize(
    "content_type", [JSON, FORM, MULTIPART, "application/xml", "text/plain", "application/x-ndjson", "application/json-seq"]
)
@pytest.mark.parametrize("piece", [b"\xff\xfe\x00[{<&=%\r\n", b'<a><b>&%%%==\x1e"\\', b"\x00"])
def test_ten_megabytes_of_garbage_are_malformed_or_a_value_and_never_an_exception(content_type: str, piece: bytes) -> None:
    read = body_of(content_type, piece * (10_000_000 // len(piece)), PET)
    is_readable = content_type in {FORM, "text/plain"} and b"\xff" not in piece and (content_type != FORM or b"&" not in piece)
    assert isinstance(read, Malformed) is not is_readable
