"""The tables of the standards, row by row: OpenAPI's "Style Examples" and the expansions of RFC 6570 that it names.

OpenAPI 3.1.1 and 3.2, "Style Examples": ``color`` with ``string -> "blue"``, ``array -> ["blue", "black", "brown"]``,
``object -> { "R": 100, "G": 200, "B": 150 }``, and the empty string. RFC 6570, 3.2: ``count := ("one", "two", "three")``,
``keys := [("semi", ";"), ("dot", "."), ("comma", ",")]``, and so on.
"""

from __future__ import annotations

from typing import Any

import pytest

from specproof.checks import wire
from specproof.checks.wire import Parameter

EMPTY, STRING = "", "blue"
ARRAY: list[Any] = ["blue", "black", "brown"]
OBJECT: dict[str, Any] = {"R": 100, "G": 200, "B": 150}
NOTHING: list[Any] = []

# style, explode, value, what stands in the path
PATHS = [
    ("matrix", False, EMPTY, ";color"),
    ("matrix", False, STRING, ";color=blue"),
    ("matrix", False, ARRAY, ";color=blue,black,brown"),
    ("matrix", False, OBJECT, ";color=R,100,G,200,B,150"),
    ("matrix", True, EMPTY, ";color"),
    ("matrix", True, STRING, ";color=blue"),
    ("matrix", True, ARRAY, ";color=blue;color=black;color=brown"),
    ("matrix", True, OBJECT, ";R=100;G=200;B=150"),
    ("label", False, EMPTY, "."),
    ("label", False, STRING, ".blue"),
    ("label", False, ARRAY, ".blue,black,brown"),
    ("label", False, OBJECT, ".R,100,G,200,B,150"),
    ("label", True, EMPTY, "."),
    ("label", True, STRING, ".blue"),
    ("label", True, ARRAY, ".blue.black.brown"),
    ("label", True, OBJECT, ".R=100.G=200.B=150"),
    ("simple", False, EMPTY, ""),
    ("simple", False, STRING, "blue"),
    ("simple", False, ARRAY, "blue,black,brown"),
    ("simple", False, OBJECT, "R,100,G,200,B,150"),
    ("simple", True, STRING, "blue"),
    ("simple", True, ARRAY, "blue,black,brown"),
    ("simple", True, OBJECT, "R=100,G=200,B=150"),
]
QUERIES = [
    ("form", False, EMPTY, "color="),
    ("form", False, STRING, "color=blue"),
    ("form", False, ARRAY, "color=blue,black,brown"),
    ("form", False, OBJECT, "color=R,100,G,200,B,150"),
    ("form", True, EMPTY, "color="),
    ("form", True, STRING, "color=blue"),
    ("form", True, ARRAY, "color=blue&color=black&color=brown"),
    ("form", True, OBJECT, "R=100&G=200&B=150"),
    ("spaceDelimited", False, ARRAY, "color=blue%20black%20brown"),
    ("spaceDelimited", False, OBJECT, "color=R%20100%20G%20200%20B%20150"),
    ("pipeDelimited", False, ARRAY, "color=blue%7Cblack%7Cbrown"),
    ("pipeDelimited", False, OBJECT, "color=R%7C100%7CG%7C200%7CB%7C150"),
    ("deepObject", True, OBJECT, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    # Not in the table: what is undefined there is undefined in RFC 6570 too, and left out.
    *((style, explode, NOTHING, "") for style in ("form", "spaceDelimited", "pipeDelimited") for explode in (False, True)),
    *((style, explode, {}, "") for style in ("form", "deepObject") for explode in (False, True)),
    ("form", False, [None], ""),
    ("form", False, [""], "color="),
    ("form", False, {"R": None}, ""),
    ("deepObject", True, {"R": None, "G": 1}, "color%5BG%5D=1"),
]
COOKIES = [
    ("form", False, STRING, "color=blue"),
    ("form", False, ARRAY, "color=blue,black,brown"),
    ("form", False, OBJECT, "color=R,100,G,200,B,150"),
    ("cookie", False, EMPTY, "color="),
    ("cookie", False, STRING, "color=blue"),
    ("cookie", False, ARRAY, "color=blue,black,brown"),
    ("cookie", False, OBJECT, "color=R,100,G,200,B,150"),
    ("cookie", True, EMPTY, "color="),
    ("cookie", True, STRING, "color=blue"),
    ("cookie", True, ARRAY, "color=blue; color=black; color=brown"),
    ("cookie", True, OBJECT, "R=100; G=200; B=150"),
    ("cookie", False, "a%20b=c", "color=a%20b=c"),
    ("cookie", True, NOTHING, ""),
    ("form", False, NOTHING, ""),
]


@pytest.mark.parametrize(("style", "explode", "value", "text"), PATHS)
def test_path_parameters(style: str, explode: bool, value: Any, text: str) -> None:
    assert wire.path_segment(Parameter("color", value, style, explode)) == text


@pytest.mark.parametrize(("style", "explode", "value", "text"), QUERIES)
def test_query_parameters(style: str, explode: bool, value: Any, text: str) -> None:
    assert wire.query_string([Parameter("color", value, style, explode)]) == text


@pytest.mark.parametrize(("style", "explode", "value", "text"), COOKIES)
def test_cookie_parameters(style: str, explode: bool, value: Any, text: str) -> None:
    assert wire.cookie_header([Parameter("color", value, style, explode)]) == text


@pytest.mark.parametrize(
    ("explode", "value", "text"),
    [(False, ARRAY, "blue,black,brown"), (False, OBJECT, "R,100,G,200,B,150"), (True, OBJECT, "R=100,G=200,B=150")],
)
def test_header_parameters(explode: bool, value: Any, text: str) -> None:
    assert wire.header_values([Parameter("Color", value, "simple", explode)]) == [("Color", text)]


KEYS = {"semi": ";", "dot": ".", "comma": ","}
COUNT = ["one", "two", "three"]


# RFC 6570, 3.2.2 and following: the expansion, our style and explode for it, and the text behind ``?``, ``;`` or nothing.
@pytest.mark.parametrize(
    ("style", "explode", "name", "value", "text"),
    [
        ("simple", False, "count", COUNT, "one,two,three"),
        ("simple", False, "keys", KEYS, "semi,%3B,dot,.,comma,%2C"),
        ("simple", True, "keys", KEYS, "semi=%3B,dot=.,comma=%2C"),
        ("simple", False, "hello", "Hello World!", "Hello%20World%21"),
        ("simple", False, "half", "50%", "50%25"),
        ("label", False, "keys", KEYS, ".semi,%3B,dot,.,comma,%2C"),
        ("label", True, "keys", KEYS, ".semi=%3B.dot=..comma=%2C"),
        ("matrix", False, "keys", KEYS, ";keys=semi,%3B,dot,.,comma,%2C"),
        ("matrix", True, "keys", KEYS, ";semi=%3B;dot=.;comma=%2C"),
        ("matrix", True, "count", COUNT, ";count=one;count=two;count=three"),
    ],
)
def test_expansions_of_rfc_6570_in_paths(style: str, explode: bool, name: str, value: Any, text: str) -> None:
    assert wire.path_segment(Parameter(name, value, style, explode)) == text


@pytest.mark.parametrize(
    ("explode", "name", "value", "text"),
    [
        (False, "keys", KEYS, "keys=semi,%3B,dot,.,comma,%2C"),
        (True, "keys", KEYS, "semi=%3B&dot=.&comma=%2C"),
        (False, "count", COUNT, "count=one,two,three"),
        (True, "count", COUNT, "count=one&count=two&count=three"),
    ],
)
def test_expansions_of_rfc_6570_in_queries(explode: bool, name: str, value: Any, text: str) -> None:
    assert wire.query_string([Parameter(name, value, "form", explode)]) == text


@pytest.mark.parametrize(
    ("value", "query", "segment"),
    [
        # RFC 6570, 3.2.3 ({+hello}, {+half}, {+path}); what the place does not allow is encoded all the same.
        ("Hello World!", "Hello%20World!", "Hello%20World!"),
        ("50%", "50%25", "50%25"),
        ("/foo/bar", "/foo/bar", "%2Ffoo%2Fbar"),
        (":/?#[]@", ":/?%23%5B%5D@", ":%2F%3F%23%5B%5D@"),
        ("!$&'()*+,;=", "!$%26'()*%2B,;=", "!$&'()*+,;="),
        ("a%2Fb", "a%2Fb", "a%2Fb"),
        (["a,b", "c;d"], "a%2Cb,c;d", "a%2Cb,c;d"),
    ],
)
def test_reserved_characters_stay_as_far_as_the_place_allows(value: Any, query: str, segment: str) -> None:
    assert wire.query_string([Parameter("q", value, "form", explode=False, allow_reserved=True)]) == f"q={query}"
    assert wire.path_segment(Parameter("q", value, "simple", explode=False, allow_reserved=True)) == segment


@pytest.mark.parametrize(
    ("value", "json_content", "query"),
    [
        ({"a": [1], "b": {"c": None}}, True, "%7B%22a%22%3A%5B1%5D%2C%22b%22%3A%7B%22c%22%3Anull%7D%7D"),
        ("blue", True, "%22blue%22"),
        ({"a": ["x", "y"], "b": {"c": 1}, "d": None}, False, "a=x&a=y&b=%7B%22c%22%3A1%7D"),
        ("free text?&=", False, "free%20text%3F%26%3D"),
        (None, False, ""),
    ],
)
def test_a_whole_query_is_json_or_a_form(value: Any, json_content: bool, query: str) -> None:
    parameter = Parameter("whole", value, wire.WHOLE_QUERY, json_content=json_content)
    assert wire.request_target("/search", (), [parameter]) == ("/search?" + query if query else "/search")


def test_a_string_described_by_json_content_keeps_its_quotes() -> None:
    assert wire.query_string([Parameter("q", "blue", json_content=True)]) == "q=%22blue%22"
    assert wire.path_segment(Parameter("q", "blue", "simple", json_content=True)) == "%22blue%22"
    assert wire.cookie_header([Parameter("q", "blue", json_content=True)]) == "q=%22blue%22"
    assert wire.header_values([Parameter("Q", "blue", "simple", json_content=True)]) == [("Q", '"blue"')]


@pytest.mark.parametrize("text", ["a;b", "a b", 'a"b', "a\\b", "é", "a\r\nSet-Cookie: x=1"])
def test_a_cookie_that_may_not_be_encoded_is_refused_where_it_would_not_stay_one(text: str) -> None:
    with pytest.raises(wire.NotSendableError):
        wire.cookie_header([Parameter("c", text, "cookie")])


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a\0", "a\x7f", "\ud800"])
def test_a_header_that_would_not_stay_one_is_refused(text: str) -> None:
    with pytest.raises(wire.NotSendableError):
        wire.header_values([Parameter("X-A", text, "simple", explode=False)])
