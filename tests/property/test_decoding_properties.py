"""What the suites' serialiser sends, the reference reads as what it was: two readings of the same standards that share no line."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from decodingoperations import body_of, decoded_of, operation_with
from specproof.checks import wire
from specproof.checks.wire import Parameter
from specproof.checks.wire_bodies import Field, form_body, json_lines, multipart_body
from specproof.openapi.schema import Schema
from specproof.reference.decoding import Decoded, Malformed, RequestDecoder, encode_answer
from specproof.reference.messages import Request

BOUNDED = settings(max_examples=60, deadline=None)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def texts_without(excluded: str, **more: Any) -> st.SearchStrategy[str]:
    """Surrogates have no UTF-8 and therefore no wire form."""
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters=excluded, **more), max_size=8)


TEXT = texts_without("")
KEYS = st.text("abcxyz", min_size=1, max_size=3)


def values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[dict[str, Any], Any]]:
    """A schema with a value of it: scalars, arrays, objects. Empty arrays and objects are undefined in RFC 6570: nothing is sent."""
    kinds: list[tuple[dict[str, Any], st.SearchStrategy[Any]]] = [
        ({"type": "string"}, texts),
        ({"type": "integer"}, st.integers()),
        ({"type": "number"}, NUMBERS),
        ({"type": "boolean"}, st.booleans()),
        ({"type": ["integer", "null"]}, st.integers()),
        ({"oneOf": [{"type": "integer"}, {"type": "boolean"}]}, st.integers() | st.booleans()),
    ]
    scalars = st.one_of([st.tuples(st.just(schema), drawn) for schema, drawn in kinds])
    arrays = st.one_of(
        [
            st.lists(drawn, min_size=1, max_size=3).map(lambda items, schema=schema: ({"type": "array", "items": schema}, items))
            for schema, drawn in kinds
        ]
    )
    objects = st.dictionaries(KEYS, scalars, min_size=1, max_size=3).map(_object)
    return scalars | arrays | objects


def _object(members: Mapping[str, tuple[dict[str, Any], Any]]) -> tuple[dict[str, Any], Any]:
    properties = {name: schema for name, (schema, _) in members.items()}
    return {"type": "object", "properties": properties}, {name: value for name, (_, value) in members.items()}


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types: 1 is neither True nor, for a reader, ``1.0`` where the text says otherwise."""
    if isinstance(one, float) and isinstance(other, (int, float)) and not isinstance(other, bool):
        return one == other
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def described(location: str, name: str, schema: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"name": name, "in": location, "required": location == "path", "schema": schema, **more}]


# RFC 6570 lets pass what is percent-encoded already, so such a text comes back decoded: no "%".
PATH_VALUES, PATH_VALUES_WITHOUT_DOTS = values(texts_without("%")), values(texts_without("%."))
# The separators of spaceDelimited and pipeDelimited are percent-encoded themselves, so a member cannot hold one: OpenAPI 3.1, appendix D.
QUERY_VALUES = {"form": PATH_VALUES, "spaceDelimited": values(texts_without("% ")), "pipeDelimited": values(texts_without("%|"))}
MEMBERS = values(TEXT)
# Nothing is encoded: a comma in a member is a separator, and blanks around it are trimmed.
HEADER_VALUES = values(texts_without(",", min_codepoint=0x20, max_codepoint=0x7E).map(lambda text: text.strip(" ")))
# RFC 6265 cookie-octet: style ``cookie`` encodes nothing, so it can carry nothing else.
COOKIE_VALUES = values(texts_without('",;\\', min_codepoint=0x21, max_codepoint=0x7E))


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize("style", ["simple", "label", "matrix"])
@BOUNDED
@given(data=st.data(), reserved=st.booleans())
def test_path_parameters_come_back(style: str, explode: bool, data: st.DataObject, reserved: bool) -> None:
    # A dot is unreserved and never encoded: in an exploded label nothing can tell it from the separator (RFC 6570, 3.2.5).
    dotless = style == "label" and explode
    drawn = PATH_VALUES_WITHOUT_DOTS.filter(lambda each: "." not in json.dumps(each[1])) if dotless else PATH_VALUES
    schema, value = data.draw(drawn)
    segment = wire.path_segment(Parameter("colour", value, style, explode, allow_reserved=reserved))
    operation = operation_with(described("path", "colour", schema, style=style, explode=explode, allowReserved=reserved))
    assert same(value, decoded_of(operation, path={"colour": segment}).parameters["path", "colour"])


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited"])
@BOUNDED
@given(data=st.data(), reserved=st.booleans())
def test_query_parameters_come_back(style: str, explode: bool, data: st.DataObject, reserved: bool) -> None:
    schema, value = data.draw(QUERY_VALUES["form" if explode else style])
    query = wire.query_string([Parameter("colour", value, style, explode, allow_reserved=reserved), Parameter("limit", 3)])
    parameters = described("query", "colour", schema, style=style, explode=explode, allowReserved=reserved)
    read = decoded_of(operation_with(parameters), f"/pets?{query}").parameters
    assert same(value, read["query", "colour"])


@BOUNDED
@given(st.dictionaries(KEYS, MEMBERS, min_size=1, max_size=3))
def test_deep_objects_come_back(members: dict[str, tuple[dict[str, Any], Any]]) -> None:
    schema = {"type": "object", "properties": {name: schema for name, (schema, _) in members.items()}}
    value = {name: value for name, (_, value) in members.items()}
    query = wire.query_string([Parameter("filter", value, "deepObject")])
    operation = operation_with(described("query", "filter", schema, style="deepObject", explode=True))
    assert same(value, decoded_of(operation, f"/pets?{query}").parameters["query", "filter"])


@pytest.mark.parametrize("explode", [False, True])
@BOUNDED
@given(data=st.data())
def test_headers_come_back(explode: bool, data: st.DataObject) -> None:
    schema, value = data.draw(HEADER_VALUES)
    [(name, text)] = wire.header_values([Parameter("X-Colour", value, "simple", explode)])
    operation = operation_with(described("header", "X-Colour", schema, explode=explode))
    read = RequestDecoder.of(operation).decode(Request("POST", "/pets", ((name.lower(), text),)), {})
    assert isinstance(read, Decoded)
    assert same(value, read.parameters["header", "X-Colour"])


@pytest.mark.parametrize(("style", "explode"), [("form", False), ("form", True), ("cookie", True)])
@BOUNDED
@given(data=st.data())
def test_cookies_come_back(style: str, explode: bool, data: st.DataObject) -> None:
    schema, value = data.draw(COOKIE_VALUES if style == "cookie" else MEMBERS)
    header = wire.cookie_header([Parameter("colour", value, style, explode), Parameter("other", "x")])
    operation = operation_with(described("cookie", "colour", schema, style=style, explode=explode), version="3.2.0")
    assert same(value, decoded_of(operation, cookie=header).parameters["cookie", "colour"])


JSON = st.recursive(
    st.none() | TEXT | NUMBERS | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@BOUNDED
@given(JSON)
def test_parameters_with_json_content_come_back(value: Any) -> None:
    parameter = {"name": "filter", "in": "query", "content": {"application/json": {"schema": {}}}}
    query = wire.query_string([Parameter("filter", value, json_content=True)])
    read = decoded_of(operation_with([parameter]), f"/pets?{query}").parameters
    assert read == ({} if value is None else {("query", "filter"): value})


@BOUNDED
@given(st.dictionaries(KEYS, MEMBERS, max_size=4))
def test_forms_come_back(members: dict[str, tuple[dict[str, Any], Any]]) -> None:
    schema = {"type": "object", "properties": {name: schema for name, (schema, _) in members.items()}}
    value = {name: value for name, (_, value) in members.items()}
    assert same(value, body_of("application/x-www-form-urlencoded", form_body(value), schema))


@BOUNDED
@given(st.dictionaries(KEYS, MEMBERS, min_size=1, max_size=4), st.binary(min_size=1))
def test_multipart_comes_back(members: dict[str, tuple[dict[str, Any], Any]], picture: bytes) -> None:
    file = {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}
    # A picture that reads as base64 may as well be one that was sent so.
    assume(len(picture) % 4 or not re.fullmatch(rb"[A-Za-z0-9+/_-]*={0,2}", picture))
    schema = {"type": "object", "properties": {**{name: schema for name, (schema, _) in members.items()}, "the picture": file}}
    value = {**{name: value for name, (_, value) in members.items()}, "the picture": base64.b64encode(picture).decode()}
    fields = [Field("the picture", "image/png", file_name="file.png", is_base64=True)]
    boundary, content = multipart_body(value, fields)
    read = body_of(f"multipart/form-data; boundary={boundary}", content, schema)
    assert not isinstance(read, Malformed)
    assert same(value, read)


@pytest.mark.parametrize("media_type", ["application/x-ndjson", "application/json-seq"])
@BOUNDED
@given(st.lists(JSON, max_size=4))
def test_rows_come_back(media_type: str, rows: list[Any]) -> None:
    assert body_of(media_type, json_lines(rows, media_type), None) == rows
    assert body_of(media_type, encode_answer(rows, media_type, None), None) == rows


# What XML cannot hold is replaced, so it is not drawn.
XML_VALUES = values(texts_without("\ufffe\uffff", min_codepoint=0x20))
HINTS = st.sampled_from([{}, {"name": "other"}, {"attribute": True}, {"prefix": "p", "namespace": "urn:pets"}, {"prefix": "p"}])


@BOUNDED
@given(st.dictionaries(KEYS, st.tuples(XML_VALUES, HINTS, st.booleans()), max_size=4))
def test_xml_answers_read_back(members: dict[str, tuple[tuple[dict[str, Any], Any], dict[str, Any], bool]]) -> None:
    properties: dict[str, Any] = {}
    for name, ((schema, _), hint, wrapped) in members.items():
        own = {**hint, "name": f"x-{name}"} if "name" in hint else hint
        is_structure = schema.get("type") in ("array", "object")
        properties[name] = {**schema, "xml": {"wrapped": wrapped} if is_structure else own}
    raw = {"type": "object", "properties": properties}
    value = {name: value for name, ((_, value), _, _) in members.items()}
    written = encode_answer(value, "application/xml", Schema(raw, "", {}))
    assert same(value, body_of("application/xml", written, raw))


@BOUNDED
@given(
    st.binary(max_size=60), st.sampled_from(["application/json", "application/xml", "text/plain", "application/x-ndjson"]), JSON
)
def test_any_bytes_are_a_value_or_malformed(body: bytes, media_type: str, example: Any) -> None:
    mixed = json.dumps(example).encode()[: len(body)] + body
    read = body_of(media_type, mixed or b" ", {"type": "object"})
    assert isinstance(read, Malformed) or read is None or isinstance(read, (bool, int, float, str, list, dict))


@BOUNDED
@given(st.binary(max_size=80))
def test_any_multipart_and_form_bytes_are_a_value_or_malformed(body: bytes) -> None:
    wrapped = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + body + b"\r\n--b--\r\n"
    for content in (wrapped, body + b"\r\n--b" + body, b"--b\r\n" + body + b"\r\n--b--"):
        assert isinstance(body_of("multipart/form-data; boundary=b", content, None), (dict, Malformed))
    assert isinstance(body_of("application/x-www-form-urlencoded", body, None), (dict, Malformed))
