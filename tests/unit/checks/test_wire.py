"""How values are laid out on the wire."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qsl

import pytest

from specproof.checks import wire, wire_bodies, wire_xml
from specproof.checks.wire import Parameter

_COLOURS = ["blue", "black", "brown"]
_RGB = {"R": 100, "G": 200, "B": 150}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (7, "7"),
        (1.5, "1.5"),
        ([1, "é"], '[1,"é"]'),
        ({"a": None}, '{"a":null}'),
    ],
)
def test_scalars_are_json_without_the_quotes_of_strings(value: object, text: str) -> None:
    assert wire.text_of(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_have_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        wire.text_of(value)


def test_everything_but_the_unreserved_characters_is_encoded() -> None:
    assert (
        wire.encode("aZ09-._~ /?#[]@!$&'()*+,;=%é") == "aZ09-._~%20%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25%C3%A9"
    )


@pytest.mark.parametrize(
    ("style", "explode", "value", "segment"),
    [
        ("simple", False, "a/b", "a%2Fb"),
        ("simple", False, True, "true"),
        ("simple", False, None, "null"),
        ("simple", False, _COLOURS, "blue,black,brown"),
        ("simple", False, ["a,b", "c"], "a%2Cb,c"),
        ("simple", False, _RGB, "R,100,G,200,B,150"),
        ("simple", True, _RGB, "R=100,G=200,B=150"),
        ("label", False, "blue", ".blue"),
        ("label", False, _COLOURS, ".blue,black,brown"),
        ("label", True, _COLOURS, ".blue.black.brown"),
        ("label", False, _RGB, ".R,100,G,200,B,150"),
        ("label", True, _RGB, ".R=100.G=200.B=150"),
        ("matrix", False, "blue", ";color=blue"),
        ("matrix", False, "", ";color"),
        ("matrix", False, _COLOURS, ";color=blue,black,brown"),
        ("matrix", True, _COLOURS, ";color=blue;color=black;color=brown"),
        ("matrix", False, _RGB, ";color=R,100,G,200,B,150"),
        ("matrix", True, _RGB, ";R=100;G=200;B=150"),
    ],
)
def test_path_styles_follow_the_table_of_the_openapi_specification(
    style: str, explode: bool, value: object, segment: str
) -> None:
    assert wire.path_segment(Parameter("color", value, style, explode)) == segment


def test_a_path_parameter_described_by_content_is_json() -> None:
    assert wire.path_segment(Parameter("f", {"a": [1]}, "simple", json_content=True)) == "%7B%22a%22%3A%5B1%5D%7D"


def test_a_path_is_filled_and_its_own_text_stays_legal() -> None:
    parameters = [Parameter("id", "7/8", "simple", False), Parameter("file name", "a b", "simple", False)]
    assert wire.fill_path("/图书/{id}:copy/{file name}", parameters) == "/%E5%9B%BE%E4%B9%A6/7%2F8:copy/a%20b"


def test_text_of_a_template_that_is_encoded_already_is_not_encoded_twice() -> None:
    assert wire.fill_path("/a%20b/{id}", [Parameter("id", 1)]) == "/a%20b/1"


def test_a_path_without_a_value_for_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a value for 'id'"):
        wire.fill_path("/books/{id}", [Parameter("other", 1)])


def test_a_value_cannot_bring_a_parameter_of_its_own() -> None:
    assert wire.fill_path("/a/{x}", [Parameter("x", "{y}")]) == "/a/%7By%7D"


@pytest.mark.parametrize(
    ("style", "explode", "value", "query"),
    [
        ("form", True, "a&b=c", "color=a%26b%3Dc"),
        ("form", True, "", "color="),
        ("form", True, None, ""),
        ("form", True, False, "color=false"),
        ("form", True, _COLOURS, "color=blue&color=black&color=brown"),
        ("form", True, ["a", None], "color=a"),
        ("form", True, [], ""),
        ("form", False, _COLOURS, "color=blue,black,brown"),
        ("form", False, ["a,b", "c"], "color=a%2Cb,c"),
        ("form", False, [], ""),
        ("form", True, _RGB, "R=100&G=200&B=150"),
        ("form", True, {"R": None, "G": 1}, "G=1"),
        ("form", False, _RGB, "color=R,100,G,200,B,150"),
        ("spaceDelimited", False, _COLOURS, "color=blue%20black%20brown"),
        ("spaceDelimited", True, _COLOURS, "color=blue&color=black&color=brown"),
        ("pipeDelimited", False, _COLOURS, "color=blue%7Cblack%7Cbrown"),
        ("deepObject", True, _RGB, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
        ("deepObject", False, {"a": {"b": [1, 2]}}, "color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bb%5D=2"),
        ("deepObject", True, ["a", "b"], "color=a&color=b"),
    ],
)
def test_query_styles_follow_the_table_of_the_openapi_specification(style: str, explode: bool, value: object, query: str) -> None:
    assert wire.query_string([Parameter("color", value, style, explode)]) == query


def test_several_query_parameters_are_joined_and_json_content_is_encoded() -> None:
    parameters = [Parameter("q", "é"), Parameter("none", None), Parameter("f", {"a": [1, None]}, json_content=True)]
    assert wire.query_string(parameters) == "q=%C3%A9&f=%7B%22a%22%3A%5B1%2Cnull%5D%7D"


def test_a_query_string_decodes_to_what_was_sent() -> None:
    texts = ["a+b", "x y", "100%", "=&;#", "汉字", "'\""]
    query = wire.query_string([Parameter("a&b", texts)])
    assert parse_qsl(query) == [("a&b", text) for text in texts]


@pytest.mark.parametrize(
    ("template", "query", "target"),
    [
        ("/books", [], "/books"),
        ("/books", [Parameter("p", 2)], "/books?p=2"),
        ("/books?kind=new", [Parameter("p", 2)], "/books?kind=new&p=2"),
        ("/books?kind=new", [], "/books?kind=new"),
    ],
)
def test_the_request_target_joins_path_and_query(template: str, query: list[Parameter], target: str) -> None:
    assert wire.request_target(template, (), query) == target


def test_headers_are_simple_and_not_encoded() -> None:
    parameters = [
        Parameter("X-One", "a b"),
        Parameter("X-Two", [1, True], "simple", False),
        Parameter("X-Three", {"a": 1, "b": None}, "simple", True),
        Parameter("X-Four", {"a": "é"}, "simple", False, json_content=True),
        Parameter("X-None", None),
    ]
    assert wire.header_values(parameters) == [
        ("X-One", "a b"),
        ("X-Two", "1,true"),
        ("X-Three", "a=1"),
        ("X-Four", '{"a": "\\u00e9"}'),
    ]


@pytest.mark.parametrize(
    ("parameter", "header"),
    [
        (Parameter("c", "a b;c"), "c=a%20b%3Bc"),
        (Parameter("c", "a=b/c"), "c=a=b/c"),
        (Parameter("c", None), ""),
        (Parameter("c", [1, 2]), "c=1; c=2"),
        (Parameter("c", [1, 2], "form", False), "c=1,2"),
        (Parameter("c", {"a": 1}), "a=1"),
        (Parameter("c", {"a": 1}, "form", False), "c=a,1"),
        (Parameter("c", {"a": 1}, json_content=True), "c={%22a%22:1}"),
    ],
)
def test_cookies_hold_only_what_a_cookie_may_hold(parameter: Parameter, header: str) -> None:
    assert wire.cookie_header([parameter]) == header


@pytest.mark.parametrize("module", [wire, wire_bodies, wire_xml], ids=lambda module: module.__name__)
def test_the_wire_imports_only_the_standard_library_and_itself(module: ModuleType) -> None:
    tree = ast.parse(Path(module.__file__ or "").read_text("utf-8"))
    modules = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert modules
    assert {name.split(".")[0] for name in modules} <= {*sys.stdlib_module_names, "wire", "wire_xml"}
