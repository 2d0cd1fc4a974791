"""From texts to the types that a schema wants."""

from __future__ import annotations

from typing import Any

import pytest

from decodingoperations import decoded_of, operation_with
from specproof.reference.decoding.value_reader import ValueReader

INTEGER, NUMBER, BOOLEAN, TEXT = ({"type": kind} for kind in ("integer", "number", "boolean", "string"))


def read(text: str, schema: Any, **definitions: Any) -> Any:
    return ValueReader(schema, definitions).scalar(text)


def same(one: Any, other: Any) -> bool:
    return one == other and type(one) is type(other)


@pytest.mark.parametrize("text", ["0", "7", "-7", "9007199254740993", "123456789012345678901234567890"])
def test_integers_are_read_exactly(text: str) -> None:
    assert same(read(text, INTEGER), int(text))
    assert same(read(text, NUMBER), int(text))


@pytest.mark.parametrize("text", ["", " 7", "7 ", "+7", "07", "-", "1e3", "1.0", "0x1", "1_000", "٣", "7\n", "NaN", "9" * 5000])
def test_what_is_no_integer_stays_text(text: str) -> None:
    assert same(read(text, INTEGER), text)


@pytest.mark.parametrize(("text", "value"), [("1.5", 1.5), ("-0.25", -0.25), ("1e3", 1000.0), ("1E-2", 0.01), ("0.0", 0.0)])
def test_numbers_are_read_as_json_has_them(text: str, value: float) -> None:
    assert same(read(text, NUMBER), value)


@pytest.mark.parametrize("text", ["", ".5", "1.", "01.5", "+1.5", "1e999", "-1e999", "Infinity", "nan", "1,5", "1.5 "])
def test_what_is_no_number_stays_text(text: str) -> None:
    assert same(read(text, NUMBER), text)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("false", False), ("True", "True"), ("1", "1"), ("", ""), ("yes", "yes")]
)
def test_booleans_are_true_and_false_in_lower_case(text: str, value: Any) -> None:
    assert same(read(text, BOOLEAN), value)


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("7", {"oneOf": [INTEGER, TEXT]}, 7),
        ("x", {"oneOf": [INTEGER, TEXT]}, "x"),
        ("7", {"type": ["string", "integer"]}, 7),
        ("7", {"anyOf": [{"type": "integer", "minimum": 10}, TEXT]}, "7"),
        ("7", {"anyOf": [{"type": "integer", "minimum": 10}, {"type": "string", "minLength": 2}]}, 7),
        ("true", {"type": ["boolean", "string"]}, True),
        ("null", {"type": ["integer", "null"]}, None),
        ("null", {"type": ["string", "null"]}, "null"),
        ("", {"anyOf": [{"type": "integer"}, {"type": "null"}]}, None),
        ("1", {"enum": [1, 2, "a"]}, 1),
        ("a", {"enum": [1, 2, "a"]}, "a"),
        ("1", {"enum": ["1", "2"]}, "1"),
        ("2.0", {"const": 2.0}, 2.0),
        ("7", {}, "7"),
        ("7", True, "7"),
        ("7", {"allOf": [INTEGER, {"minimum": 3}]}, 7),
        ("7", {"allOf": [NUMBER, INTEGER]}, 7),
        ("7.5", {"allOf": [NUMBER, INTEGER]}, "7.5"),
        ("7", {"allOf": [{"type": ["integer", "null"]}, INTEGER]}, 7),
        ("7", {"$ref": "#/$defs/Age"}, 7),
        ("7", {"$ref": "#/$defs/Loop"}, "7"),
        ("[1]", {"type": "array", "items": INTEGER}, [1]),
        ("[1", {"type": "array", "items": INTEGER}, "[1"),
    ],
)
def test_the_type_is_the_one_that_the_schema_accepts(text: str, schema: Any, value: Any) -> None:
    definitions = {"Age": {"$ref": "#/$defs/Whole"}, "Whole": INTEGER, "Loop": {"allOf": [{"$ref": "#/$defs/Loop"}]}}
    assert same(read(text, schema, **definitions), value)


def test_members_are_read_by_the_schemas_that_count_for_them() -> None:
    reader = ValueReader(
        {
            "allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"age": {"minimum": 1}}}],
            "patternProperties": {"^is_": BOOLEAN, "(?=": INTEGER},
            "additionalProperties": NUMBER,
        },
        {"Base": {"type": "object", "properties": {"age": INTEGER, "name": TEXT}}},
    )
    pairs = [("age", "3"), ("name", "4"), ("is_old", "true"), ("size", "1.5")]
    assert reader.object(pairs) == {"age": 3, "name": "4", "is_old": True, "size": 1.5}


def test_members_of_branches_are_read_as_one_of_them_has_them() -> None:
    cat = {"type": "object", "properties": {"size": INTEGER}, "required": ["size"]}
    dog = {"type": "object", "properties": {"size": {"enum": ["big"]}, "loud": BOOLEAN}}
    reader = ValueReader({"oneOf": [cat, dog]}, {})
    assert reader.object([("size", "3"), ("loud", "true")]) == {"size": 3, "loud": True}
    assert reader.object([("size", "big")]) == {"size": "big"}
    later = ValueReader({"type": "object", "if": cat, "then": {"properties": {"lives": INTEGER}}}, {})
    assert later.object([("lives", "9")]) == {"lives": 9}


def test_items_are_read_by_their_place() -> None:
    assert ValueReader({"type": "array", "prefixItems": [INTEGER, TEXT], "items": BOOLEAN}, {}).array(["1", "2", "true"]) == [
        1,
        "2",
        True,
    ]
    assert ValueReader({"type": "array"}, {}).array(["1"]) == ["1"]


def test_a_value_or_a_list_of_them_is_what_the_schema_accepts() -> None:
    ids = {"name": "ids", "in": "query", "schema": {"anyOf": [INTEGER, {"type": "array", "items": INTEGER, "minItems": 2}]}}
    plain = operation_with([{**ids, "explode": False}])
    repeated = operation_with([ids])
    key = ("query", "ids")
    assert [decoded_of(plain, f"/pets?ids={text}").parameters[key] for text in ("1", "1,2", "x")] == [1, [1, 2], "x"]
    assert [decoded_of(repeated, f"/pets?{text}").parameters[key] for text in ("ids=1", "ids=1&ids=2")] == [1, [1, 2]]


def test_a_schema_that_contains_itself_is_read_as_far_as_there_are_texts() -> None:
    tree = {"type": "object", "properties": {"age": INTEGER, "child": {"$ref": "#/$defs/Tree"}}}
    reader = ValueReader({"$ref": "#/$defs/Tree"}, {"Tree": tree})
    assert reader.member("child").member("child").object([("age", "7")]) == {"age": 7}
