"""What lenient servers read, and what survives the wire."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.generators.test_data_factory.readings import parameter_texts, readings, scalar_readings, survives
from specproof.openapi.vocabulary import ParameterLocation

PATH, QUERY, HEADER, COOKIE = ParameterLocation.PATH, ParameterLocation.QUERY, ParameterLocation.HEADER, ParameterLocation.COOKIE


def has(found: list[Any], value: Any) -> bool:
    return any(type(reading) is type(value) and reading == value for reading in found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" a ", "a"),
        ("007", 7),
        ("+7", 7),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("7", 7.0),
        ("yes", True),
        ("OFF", False),
        ("1", True),
        ("", None),
        ("null", None),
        ('{"a": [1]}', {"a": [1]}),
        ('"7"', "7"),
    ],
)
def test_a_text_is_read_in_every_lenient_way(text: str, value: Any) -> None:
    assert has(scalar_readings(text), value)
    assert has(scalar_readings(text), text)


@pytest.mark.parametrize("text", ["not-of-this-type", "{broken", "1e999", "--1", "0x10", "1_000"])
def test_what_is_no_number_is_only_a_text(text: str) -> None:
    assert all(isinstance(reading, str) for reading in scalar_readings(text))


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (["a,b"], ["a", "b"]),
        (["1|2"], [1, 2]),
        (["a b"], ["a", "b"]),
        (["7"], [7]),
        (["a", "b"], ["a", "b"]),
        (["1", "2"], [1, 2]),
        (["1", "2"], 1),
        (["1", "2"], 2),
        (["1", "2"], "1,2"),
        (["a,,b"], ["a", "b"]),
    ],
)
def test_lists_are_read_from_one_text_or_several(texts: list[str], value: Any) -> None:
    assert has(readings(texts), value)


def test_nothing_is_read_from_nothing() -> None:
    assert readings([]) == []


@pytest.mark.parametrize(
    ("value", "location", "style", "explode", "texts"),
    [
        ("a b", QUERY, "form", True, ["a b"]),
        (["a", "b"], QUERY, "form", True, ["a", "b"]),
        (["a", "b"], QUERY, "pipeDelimited", False, ["a|b"]),
        (None, QUERY, "form", True, []),
        (["a", "b"], COOKIE, "form", True, ["a", "b"]),
        (None, COOKIE, "form", True, []),
        (["a", "b"], HEADER, "simple", False, ["a,b"]),
        ("a/b", PATH, "simple", False, ["a/b"]),
        (["a", "b"], PATH, "label", True, ["a.b"]),
        (["a", "b"], PATH, "matrix", True, ["a", "b"]),
        (["a", "b"], PATH, "matrix", False, ["a,b"]),
        ({"a": 1}, QUERY, "form", True, None),
    ],
)
def test_a_parameter_arrives_as_texts(
    value: Any, location: ParameterLocation, style: str, explode: bool, texts: list[str] | None
) -> None:
    assert parameter_texts(value, location, style, explode=explode) == texts


@pytest.mark.parametrize(
    ("value", "location", "style", "explode", "expected"),
    [
        ("a b", QUERY, "form", True, True),
        ("", QUERY, "form", True, False),
        (" a", QUERY, "form", True, False),
        ("a\nb", QUERY, "form", True, False),
        ("汉字", QUERY, "form", True, True),
        ("汉字", HEADER, "simple", False, False),
        ("a/b", PATH, "simple", False, False),
        ("..", PATH, "simple", False, False),
        ("1.5", PATH, "simple", False, True),
        (1.5, PATH, "simple", False, True),
        (True, QUERY, "form", True, True),
        (None, QUERY, "form", True, False),
        ([], QUERY, "form", True, False),
        (["a,b"], QUERY, "form", True, True),
        (["a,b", "c"], QUERY, "form", False, False),
        (["a b", "c"], QUERY, "spaceDelimited", False, False),
        (["a|b", "c"], QUERY, "pipeDelimited", False, False),
        (["a.b"], PATH, "label", True, False),
        ([["a"]], QUERY, "form", True, False),
        ([1, 2], HEADER, "simple", False, True),
        ({"a": 1}, QUERY, "deepObject", True, True),
        ({"a": {"b": [1]}}, QUERY, "deepObject", True, True),
        ({"a": None}, QUERY, "deepObject", True, False),
        ({}, QUERY, "deepObject", True, False),
    ],
)
def test_what_survives_the_wire(value: Any, location: ParameterLocation, style: str, explode: bool, expected: bool) -> None:
    assert survives(value, location, style, explode=explode) is expected
