"""The table "Style Examples" of OpenAPI 3.1.1 and what RFC 6570 says beside it, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from decodingoperations import decoded_of, operation_with
from specproof.reference.decoding import Malformed, RequestDecoder
from specproof.reference.messages import Request
from wiredecoder import ARRAY, OBJECT, SCALAR, decode_cookie, decode_header, decode_path, decode_query

TEXT = {"type": "string"}
COLOURS = {"type": "array", "items": TEXT}
LEVELS = {"type": "object", "properties": {name: {"type": "integer"} for name in "RGB"}}
LIST = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}
ABSENT = object()
SCHEMAS = {"string": TEXT, "array": COLOURS, "object": LEVELS}
KINDS = {"string": SCALAR, "array": ARRAY, "object": OBJECT}

PATHS = [
    ("simple", False, "string", "", ""),
    ("simple", False, "string", "blue", "blue"),
    ("simple", False, "array", "blue,black,brown", LIST),
    ("simple", False, "object", "R,100,G,200,B,150", RGB),
    ("simple", True, "array", "blue,black,brown", LIST),
    ("simple", True, "object", "R=100,G=200,B=150", RGB),
    ("label", False, "string", ".", ""),
    ("label", False, "string", ".blue", "blue"),
    ("label", False, "array", ".blue,black,brown", LIST),
    ("label", False, "object", ".R,100,G,200,B,150", RGB),
    ("label", True, "string", ".blue", "blue"),
    ("label", True, "array", ".blue.black.brown", LIST),
    ("label", True, "object", ".R=100.G=200.B=150", RGB),
    ("matrix", False, "string", ";color", ""),
    ("matrix", False, "string", ";color=blue", "blue"),
    ("matrix", False, "array", ";color=blue,black,brown", LIST),
    ("matrix", False, "object", ";color=R,100,G,200,B,150", RGB),
    ("matrix", True, "string", ";color", ""),
    ("matrix", True, "string", ";color=blue", "blue"),
    ("matrix", True, "array", ";color=blue;color=black;color=brown", LIST),
    ("matrix", True, "object", ";R=100;G=200;B=150", RGB),
]
QUERIES = [
    ("form", False, "string", "color=", ""),
    ("form", False, "string", "color=blue", "blue"),
    ("form", False, "array", "color=blue,black,brown", LIST),
    ("form", False, "object", "color=R,100,G,200,B,150", RGB),
    ("form", True, "string", "color=", ""),
    ("form", True, "array", "color=blue&color=black&color=brown", LIST),
    ("form", True, "object", "R=100&G=200&B=150", RGB),
    ("spaceDelimited", False, "array", "color=blue%20black%20brown", LIST),
    ("spaceDelimited", False, "object", "color=R%20100%20G%20200%20B%20150", RGB),
    ("pipeDelimited", False, "array", "color=blue%7Cblack%7Cbrown", LIST),
    ("pipeDelimited", False, "object", "color=R%7C100%7CG%7C200%7CB%7C150", RGB),
    ("deepObject", True, "object", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150", RGB),
]


def parameter(location: str, schema: Any, name: str = "color", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "required": location == "path", "schema": schema, **more}


def from_path(raw: str, schema: Any, **more: Any) -> Any:
    read = decoded_of(operation_with([parameter("path", schema, **more)]), path={"color": raw})
    return read.parameters.get(("path", "color"), ABSENT)


def from_query(query: str, schema: Any, **more: Any) -> Any:
    read = decoded_of(operation_with([parameter("query", schema, **more)]), f"/pets?{query}")
    return read.parameters.get(("query", "color"), ABSENT)


def as_texts(value: Any) -> Any:
    return {key: str(member) for key, member in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize(("style", "explode", "kind", "raw", "value"), PATHS)
def test_path_styles_are_read_as_the_table_has_them(style: str, explode: bool, kind: str, raw: str, value: Any) -> None:
    assert from_path(raw, SCHEMAS[kind], style=style, explode=explode) == value
    assert decode_path(raw, "color", style, KINDS[kind], explode=explode) == as_texts(value)


@pytest.mark.parametrize(("style", "explode", "kind", "query", "value"), QUERIES)
def test_query_styles_are_read_as_the_table_has_them(style: str, explode: bool, kind: str, query: str, value: Any) -> None:
    assert from_query(query, SCHEMAS[kind], style=style, explode=explode) == value
    assert decode_query(query, "color", style, KINDS[kind], explode=explode) == as_texts(value)


@pytest.mark.parametrize(
    ("explode", "kind", "text", "value"),
    [
        (False, "string", "", ""),
        (False, "string", "blue", "blue"),
        (False, "array", "blue,black,brown", LIST),
        (False, "object", "R,100,G,200,B,150", RGB),
        (True, "array", "blue,black,brown", LIST),
        (True, "object", "R=100,G=200,B=150", RGB),
    ],
)
def test_headers_are_read_as_the_table_has_them(explode: bool, kind: str, text: str, value: Any) -> None:
    operation = operation_with([parameter("header", SCHEMAS[kind], "X-Color", explode=explode)])
    assert decoded_of(operation, X_Color=text).parameters == {("header", "X-Color"): value}
    assert decode_header(text, KINDS[kind], explode=explode) == as_texts(value)


@pytest.mark.parametrize(
    ("style", "explode", "kind", "text", "value"),
    [
        ("form", False, "string", "color=bl%C3%BCe", "blüe"),
        ("form", False, "array", "color=blue,black,brown", LIST),
        ("form", False, "object", "color=R,100,G,200,B,150", RGB),
        ("form", True, "array", "color=blue; color=black; color=brown", LIST),
        ("form", True, "object", "R=100; G=200; B=150", RGB),
        ("cookie", True, "string", "color=a%20b+c", "a%20b+c"),
        ("cookie", True, "array", "color=blue; color=black; color=brown", LIST),
        ("cookie", True, "object", "R=100; G=200; B=150", RGB),
    ],
)
def test_cookies_are_read_as_the_table_has_them(style: str, explode: bool, kind: str, text: str, value: Any) -> None:
    operation = operation_with([parameter("cookie", SCHEMAS[kind], style=style, explode=explode)], version="3.2.0")
    assert decoded_of(operation, cookie=text).parameters == {("cookie", "color"): value}
    assert decode_cookie(text, "color", style, KINDS[kind], explode=explode) == as_texts(value)


@pytest.mark.parametrize("kind", ["string", "array", "object"])
@pytest.mark.parametrize(("style", "explode"), [("form", False), ("form", True), ("pipeDelimited", False), ("deepObject", True)])
def test_what_is_not_sent_is_absent(style: str, explode: bool, kind: str) -> None:
    assert from_query("other=1", SCHEMAS[kind], style=style, explode=explode) is ABSENT
    assert from_query("", SCHEMAS[kind], style=style, explode=explode) is ABSENT


@pytest.mark.parametrize(("style", "raw"), [("label", "blue"), ("matrix", "blue"), ("matrix", ";colour=blue"), ("matrix", "")])
def test_a_path_that_is_not_laid_out_as_its_style_says_holds_no_value(style: str, raw: str) -> None:
    assert from_path(raw, TEXT, style=style) is ABSENT


def test_a_name_without_text_is_an_empty_text() -> None:
    assert from_query("color", TEXT) == ""
    assert from_query("color=", {"type": "integer"}) == ""
    assert from_query("color=", {"type": ["integer", "null"]}) is None
    assert from_query("color=", {"type": ["string", "null"]}) == ""
    assert from_query("color=", {"type": ["string", "null"], "minLength": 1}) is None


def test_an_encoded_separator_is_a_part_of_the_value() -> None:
    assert from_query("color=a%2Cb,c", COLOURS, explode=False) == ["a,b", "c"]
    assert from_path("a%2Cb,c%2Fd", COLOURS) == ["a,b", "c/d"]
    assert from_query("color=a%26b%3Dc", TEXT) == "a&b=c"


def test_plus_is_a_blank_in_the_query_alone() -> None:
    assert from_query("color=a+b%2Bc", TEXT) == "a b+c"
    assert from_path("a+b", TEXT) == "a+b"
    assert decoded_of(operation_with([parameter("cookie", TEXT)]), cookie="color=a+b").parameters == {("cookie", "color"): "a+b"}


def test_reserved_characters_arrive_with_and_without_encoding() -> None:
    for query in ("color=a/b?c:d@e", "color=a%2Fb%3Fc%3Ad%40e"):
        assert from_query(query, TEXT, allowReserved=True) == "a/b?c:d@e"
    assert from_query("color=a=b", TEXT, allowReserved=True) == "a=b"


def test_of_repeated_scalars_the_last_counts() -> None:
    assert from_query("color=a&color=b", TEXT) == "b"
    assert from_query("color=1,2&color=3", {"type": "array", "items": {"type": "integer"}}, explode=False) == [3]


def test_an_exploded_array_does_not_split_its_texts() -> None:
    assert from_query("color=1,2", {"type": "array", "items": {"type": "integer"}}) == ["1,2"]


def test_names_are_decoded_too() -> None:
    operation = operation_with([parameter("query", TEXT, "filter[größe]")])
    for target in ("/pets?filter[gr%C3%B6%C3%9Fe]=7", "/pets?filter%5Bgr%C3%B6%C3%9Fe%5D=7"):
        assert decoded_of(operation, target).parameters == {("query", "filter[größe]"): "7"}


def test_an_exploded_object_takes_its_own_members_and_leaves_the_others() -> None:
    closed = parameter("query", {"type": "object", "properties": {"age": {"type": "integer"}}}, "filter")
    open_ = parameter("query", {"type": "object", "additionalProperties": {"type": "integer"}}, "filter")
    limit = parameter("query", {"type": "integer"}, "limit")
    assert decoded_of(operation_with([closed, limit]), "/pets?age=3&limit=4&x=5").parameters == {
        ("query", "filter"): {"age": 3},
        ("query", "limit"): 4,
    }
    assert decoded_of(operation_with([open_, limit]), "/pets?age=3&limit=4&x=5").parameters == {
        ("query", "filter"): {"age": 3, "x": 5},
        ("query", "limit"): 4,
    }


def test_deep_objects_go_as_deep_as_servers_agree() -> None:
    tags = {"type": "array", "items": {"type": "integer"}}
    item = {"type": "object", "properties": {"sku": {"type": "integer"}}}
    schema = {
        "type": "object",
        "properties": {
            "tags": tags,
            "owner": {"type": "object", "properties": {"age": {"type": "integer"}}},
            "items": {"type": "array", "items": item},
        },
    }
    deep = {"style": "deepObject", "explode": True}
    for query in ("color[tags]=1&color[tags]=2", "color[tags][]=1&color[tags][]=2", "color[tags][1]=2&color[tags][0]=1"):
        assert from_query(query, schema, **deep) == {"tags": [1, 2]}
    assert from_query("color[owner][age]=3&color[x]=4", schema, **deep) == {"owner": {"age": 3}, "x": "4"}
    assert from_query("color[items][0][sku]=7&color[items][1][sku]=8", schema, **deep) == {"items": [{"sku": 7}, {"sku": 8}]}
    assert from_query("color[]=1&color[]=2", tags, **deep) == [1, 2]


@pytest.mark.parametrize(
    "query", ["color[a=1", "color[a]b=1", "colors[a]=1", "color" + "[a]" * 40 + "=1", "color" + "[" * 5000 + "=1"]
)
def test_names_that_are_no_bracketed_ones_are_not_of_a_deep_object(query: str) -> None:
    assert from_query(query, LEVELS, style="deepObject", explode=True) is ABSENT


def test_header_lines_of_one_name_are_one_list_and_blanks_do_not_count() -> None:
    operation = operation_with([parameter("header", {"type": "array", "items": {"type": "integer"}}, "X-Ids")])
    read = RequestDecoder.of(operation).decode(Request("POST", "/pets", (("x-ids", "1, 2"), ("x-ids", "3"))), {})
    assert not isinstance(read, Malformed)
    assert read.parameters == {("header", "X-Ids"): [1, 2, 3]}


def test_headers_that_openapi_describes_elsewhere_are_no_parameters() -> None:
    operation = operation_with([parameter("header", TEXT, name) for name in ("Accept", "CONTENT-TYPE", "Authorization", "X-A")])
    read = decoded_of(operation, accept="text/csv", content_type="text/csv", authorization="Bearer x", x_a="1")
    assert read.parameters == {("header", "X-A"): "1"}


def described(location: str, media_type: str, schema: Any, **media: Any) -> dict[str, Any]:
    content = {media_type: {"schema": schema, **media}}
    return {"name": "color", "in": location, "required": location == "path", "content": content}


@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
def test_parameters_with_json_content_are_json(location: str) -> None:
    raw = '{"R":100,"tags":["a"]}' if location == "header" else "%7B%22R%22%3A100%2C%22tags%22%3A%5B%22a%22%5D%7D"
    operation = operation_with([described(location, "application/json", {"type": "object"})])
    headers = {"color": raw} if location == "header" else {"cookie": f"color={raw}"} if location == "cookie" else {}
    read = decoded_of(operation, f"/pets?color={raw}" if location == "query" else "/pets", {"color": raw}, **headers)
    assert read.parameters == {(location, "color"): {"R": 100, "tags": ["a"]}}


def test_a_parameter_that_should_be_json_and_is_not_stays_text_or_is_refused() -> None:
    strict, lax = (operation_with([described("query", "application/json", {"type": kind})]) for kind in ("object", "string"))
    assert decoded_of(strict, "/pets?color={").parameters == {("query", "color"): "{"}
    assert isinstance(RequestDecoder.of(lax).decode(Request("POST", "/pets?color=blue"), {}), Malformed)


@pytest.mark.parametrize(
    ("media_type", "query", "value"),
    [
        ("application/json", "%7B%22R%22%3A1%7D", {"R": 1}),
        ("application/x-www-form-urlencoded", "R=1&x=a+b", {"R": 1, "x": "a b"}),
        ("text/plain", "a%20b", "a b"),
    ],
)
def test_one_parameter_may_be_the_whole_query(media_type: str, query: str, value: Any) -> None:
    schema = LEVELS if isinstance(value, dict) else TEXT
    operation = operation_with([described("querystring", media_type, schema)], version="3.2.0")
    assert decoded_of(operation, f"/pets?{query}").parameters == {("querystring", "color"): value}
    assert decoded_of(operation, "/pets").parameters == {}


@pytest.mark.parametrize("target", ["/pets?color=%FF%", "/pets?color=\ud800", "/pets?=&&=x&color=%00", "/pets?color=a?b#c"])
def test_strange_targets_are_read_without_an_exception(target: str) -> None:
    value = decoded_of(operation_with([parameter("query", TEXT)]), target).parameters["query", "color"]
    assert isinstance(value, str)
    assert value.encode()


@pytest.mark.parametrize("shape", [{"schema": TEXT}, {"content": {"text/plain": {"schema": TEXT}}}])
def test_headers_that_no_utf8_can_hold_are_read_without_an_exception(shape: dict[str, Any]) -> None:
    operation = operation_with([{"name": "X-A", "in": "header", **shape}])
    assert decoded_of(operation, x_a=" \ud800").parameters["header", "X-A"] in {"?", " ?"}
