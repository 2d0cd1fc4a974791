"""Examples, defaults and enums: used if the whole schema accepts them, reported if not."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.generators.test_data_factory.model import Origin
from specproof.openapi.schema import Example
from unit.values.valuekit import parameter, proven, value_of

BOOK: dict[str, Any] = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string", "maxLength": 40}, "pages": {"type": "integer", "minimum": 1}},
}


def test_a_media_type_example_comes_before_the_schema_s() -> None:
    raw = {**BOOK, "examples": [{"title": "From the schema"}]}
    found = proven(raw, examples=(Example({"title": "From the media type"}, "#/e"),), fresh_strings=False)
    assert (found.value, found.origin) == ({"title": "From the media type"}, Origin.EXAMPLE)


def test_a_schema_example_comes_before_construction() -> None:
    found = proven({**BOOK, "examples": [{"title": "From the schema"}]}, fresh_strings=False)
    assert (found.value, found.origin) == ({"title": "From the schema"}, Origin.EXAMPLE)


def test_the_old_example_keyword_counts_too() -> None:
    assert proven({"type": "integer", "example": 17}).value == 17


def test_an_example_that_breaks_its_schema_is_reported_and_not_used() -> None:
    found = proven(BOOK, examples=(Example({"title": 7}, "#/paths/e"), Example({"title": "Fine", "pages": 0}, "#/paths/f")))
    assert found.origin is Origin.DERIVED
    assert [(finding.code.value, finding.at) for finding in found.findings] == [
        ("example.invalid", "#/paths/e"),
        ("example.invalid", "#/paths/f"),
    ]
    assert "/title" in found.findings[0].message


def test_the_first_example_that_is_valid_is_used() -> None:
    found = proven(BOOK, examples=(Example({}, "#/e"), Example({"title": "Good"}, "#/f")), fresh_strings=False)
    assert found.value == {"title": "Good"}
    assert len(found.findings) == 1


def test_a_placeholder_is_never_sent() -> None:
    found = proven(BOOK, examples=(Example({"title": "{{$string.uuid}}"}, "#/e"),))
    assert "{{" not in str(found.value)
    assert [finding.code.value for finding in found.findings] == ["example.placeholder"]


@pytest.mark.parametrize("value", [None, "", "string", "x\0y", "y" * 3000])
def test_examples_that_nobody_means_are_passed_over_silently(value: Any) -> None:
    found = proven({"type": ["string", "null"], "examples": [value]}, name="title")
    assert found.origin is Origin.DERIVED
    assert found.findings == ()


def test_an_invalid_example_of_a_property_is_reported_with_its_place() -> None:
    raw = {"type": "object", "properties": {"a": {"type": "integer", "examples": ["seven"]}}}
    found = proven(raw)
    assert isinstance(found.value, dict)
    assert isinstance(found.value["a"], int)
    assert [finding.at for finding in found.findings] == ["#/schema/properties/a/examples/0"]


def test_only_the_required_part_of_an_example_is_kept_where_that_is_wanted() -> None:
    found = proven(BOOK, examples=(Example({"title": "Good", "pages": 3}, "#/e"),), fresh_strings=False, only_required=True)
    assert found.value == {"title": "Good"}


def test_an_example_that_needs_its_optional_parts_keeps_them() -> None:
    raw = {**BOOK, "minProperties": 2}
    found = proven(raw, examples=(Example({"title": "Good", "pages": 3}, "#/e"),), fresh_strings=False, only_required=True)
    assert found.value == {"title": "Good", "pages": 3}


def test_a_default_is_the_value_of_a_parameter() -> None:
    assert proven({"type": "integer", "default": 20}, **parameter("query")).origin is Origin.DEFAULT


def test_a_flag_and_an_enum_of_a_body_differ_from_their_default() -> None:
    raw = {
        "type": "object",
        "properties": {
            "flag": {"type": "boolean", "default": True},
            "kind": {"enum": ["a", "b"], "default": "a"},
            "only": {"enum": ["a"], "default": "a"},
            "size": {"type": "integer", "default": 33},
        },
    }
    assert value_of(raw) == {"flag": True, "kind": "b", "only": "a", "size": 33}


def test_an_enum_member_that_the_rest_refuses_is_passed_over() -> None:
    found = proven({"type": "integer", "enum": ["one", None, 2]})
    assert (found.value, found.origin) == (2, Origin.ENUM)


def test_null_is_the_last_choice_of_an_enum() -> None:
    assert proven({"enum": [None, "", "x"]}).value == "x"
    assert proven({"enum": [None]}).value is None


def test_a_constant_is_that_constant() -> None:
    assert proven({"const": {"a": [1]}}).value == {"a": [1]}


@pytest.mark.parametrize(
    ("raw", "example", "value"),
    [({"type": "integer"}, "7", 7), ({"type": "string"}, 7, "7"), ({"type": "boolean"}, "true", True)],
)
def test_a_parameter_s_example_may_be_written_as_text_or_number(raw: Any, example: Any, value: Any) -> None:
    found = proven(raw, examples=(Example(example, "#/e"),), **parameter("query"))
    assert (found.value, found.findings) == (value, ())


def test_in_json_text_and_number_differ() -> None:
    assert proven({"type": "integer"}, examples=(Example("7", "#/e"),)).findings[0].code.value == "example.invalid"


def test_an_example_that_the_wire_would_change_is_not_used() -> None:
    assert value_of({"type": "string"}, examples=(Example("a/b", "#/e"),), **parameter("path")) != "a/b"


def test_strings_of_nested_examples_are_made_fresh_where_their_schema_allows() -> None:
    raw = {"type": "object", "properties": {"tags": {"type": "array", "items": {"type": "string"}}, "kind": {"enum": ["big"]}}}
    value = proven(raw, examples=(Example({"tags": ["Red"], "kind": "big", "more": ["Extra"]}, "#/e"),)).value
    assert isinstance(value, dict)
    assert value["kind"] == "big"
    assert value["more"] == ["Extra"]
    assert str(value["tags"]).startswith("[Fresh(")


def test_a_schema_that_refuses_some_draws_gets_a_constant() -> None:
    raw = {"type": "string", "examples": ["Rex"], "not": {"pattern": "-[a-m]"}}
    assert proven(raw).value == "Rex" or "-" in str(proven(raw).value)
    assert isinstance(
        proven({"type": "object", "properties": {"a": {"type": "string", "not": {"pattern": "[m-z0-9]$"}}}}).value, dict
    )
