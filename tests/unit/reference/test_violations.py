"""Values on the edges of a schema are valid; values that break a keyword are not, for that reason alone."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from specproof.openapi.schema import JsonValue, Schema
from specproof.reference.values import Instances, View
from specproof.reference.values.violations import Boundary, Violation, boundaries, violations

PET: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 20},
        "chip": {"type": "string", "pattern": "^[0-9]{6}$"},
        "kind": {"enum": ["cat", "dog"]},
        "age": {"type": ["integer", "null"], "minimum": 0, "maximum": 40},
        "weight": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
        "born": {"type": "string", "format": "date"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}, "minItems": 1, "maxItems": 3, "uniqueItems": True},
        "owner": {"$ref": "#/$defs/Owner"},
    },
    "required": ["name", "kind"],
    "additionalProperties": False,
    "minProperties": 2,
    "$defs": {"Owner": {"type": "object", "properties": {"city": {"type": "string", "minLength": 1}}, "required": ["city"]}},
}


def validator(raw: Any) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(raw, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions())


def base_of(raw: Any) -> JsonValue:
    definitions = raw.get("$defs", {}) if isinstance(raw, dict) else {}
    value = Instances().instance(Schema(raw, "#/x", definitions), key="base", view=View.WHOLE)
    assert validator(raw).is_valid(value)
    return value  # type: ignore[return-value]


def broken(raw: Any, cap: int = 400) -> list[Violation]:
    return list(violations(raw, base_of(raw), cap))


def edges(raw: Any, cap: int = 200) -> list[Boundary]:
    return list(boundaries(raw, base_of(raw), cap))


def names_of(value: JsonValue) -> set[str]:
    assert isinstance(value, dict)
    return set(value)


def test_every_keyword_at_every_place_is_broken_alone() -> None:
    found = broken(PET)
    assert all(not validator(PET).is_valid(violation.value) for violation in found)
    assert {(each.pointer, each.keyword) for each in found if each.is_pure} >= {
        ("", "type"),
        ("", "required"),
        ("", "additionalProperties"),
        ("/name", "type"),
        ("/name", "minLength"),
        ("/name", "maxLength"),
        ("/chip", "pattern"),
        ("/kind", "enum"),
        ("/age", "type"),
        ("/age", "minimum"),
        ("/age", "maximum"),
        ("/weight", "exclusiveMinimum"),
        ("/weight", "multipleOf"),
        ("/born", "format"),
        ("/tags", "minItems"),
        ("/tags", "maxItems"),
        ("/tags", "uniqueItems"),
        ("/tags/0", "maxLength"),
        ("/owner", "required"),
        ("/owner/city", "minLength"),
        ("/owner/city", "type"),
    }


def test_a_pure_violation_has_errors_of_its_keyword_at_its_place_alone() -> None:
    for violation in broken(PET):
        errors = list(validator(PET).iter_errors(violation.value))
        if violation.is_pure:
            assert {error.schema_path[-1] for error in errors} == {violation.keyword}
            assert {"".join(f"/{token}" for token in error.instance_path) for error in errors} == {violation.pointer}


def test_a_violation_says_where_in_the_schema_the_keyword_stands() -> None:
    for violation in broken(PET):
        node: Any = PET
        for token in violation.schema_pointer.removeprefix("/").split("/"):
            node = node[token]
        assert violation.schema_pointer.endswith(violation.keyword)
    assert "/$defs/Owner/properties/city/minLength" in {violation.schema_pointer for violation in broken(PET)}


def test_each_required_member_is_left_out_once() -> None:
    left_out = [
        set(PET["required"]) - names_of(each.value) for each in broken(PET) if (each.pointer, each.keyword) == ("", "required")
    ]
    assert left_out == [{"name"}, {"kind"}]


def test_members_that_the_base_lacks_are_reached_as_well() -> None:
    found = list(violations(PET, {"name": "Rex", "kind": "dog"}))
    assert ("/owner/city", "minLength") in {(each.pointer, each.keyword) for each in found}
    assert ("/tags/0", "maxLength") in {(each.pointer, each.keyword) for each in found}
    edge = {(each.pointer, each.keyword) for each in boundaries(PET, {"name": "Rex", "kind": "dog"})}
    assert ("/age", "maximum") in edge


def test_null_in_the_base_does_not_hide_what_else_is_asked() -> None:
    found = list(violations(PET, {"name": "Rex", "kind": "dog", "age": None}))
    assert ("/age", "maximum") in {(each.pointer, each.keyword) for each in found}


@pytest.mark.parametrize(
    ("keyword", "raw"),
    [
        ("minProperties", {"type": "object", "minProperties": 1, "properties": {"a": {"type": "string"}}}),
        ("maxProperties", {"type": "object", "maxProperties": 2, "properties": {"a": {"type": "string"}}}),
        ("propertyNames", {"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}, "minProperties": 1}),
        ("dependentRequired", {"properties": {"a": {}, "b": {}}, "required": ["a"], "dependentRequired": {"a": ["b"]}}),
        ("contains", {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 5}}),
        ("const", {"const": "a"}),
        ("const", {"const": 4}),
        ("unevaluatedProperties", {"properties": {"a": {"type": "string"}}, "unevaluatedProperties": False}),
        ("not", {"type": "string", "not": {"pattern": "^x"}}),
        ("maximum", {"allOf": [{"type": "integer"}, {"maximum": 5}]}),
        ("required", {"oneOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}]}),
        ("minLength", {"anyOf": [{"type": "string", "minLength": 3}, {"type": "null"}]}),
        (
            "minimum",
            {"properties": {"a": {"const": 1}}, "required": ["a"], "if": {}, "then": {"properties": {"b": {"minimum": 3}}}},
        ),
        ("maxLength", {"prefixItems": [{"type": "string", "maxLength": 3}], "type": "array"}),
        ("maximum", {"type": "object", "patternProperties": {"^x": {"type": "integer", "maximum": 3}}, "required": ["x1"]}),
        ("maximum", {"type": "object", "additionalProperties": {"type": "integer", "maximum": 3}}),
    ],
)
def test_other_keywords_are_broken_too(keyword: str, raw: Any) -> None:
    found = [violation for violation in broken(raw) if violation.keyword == keyword]
    assert found
    assert all(not validator(raw).is_valid(violation.value) for violation in found)


def test_a_wrong_discriminator_breaks_the_choice() -> None:
    raw = {
        "oneOf": [{"type": "object", "properties": {"kind": {"const": name}}, "required": ["kind"]} for name in ("cat", "dog")],
        "discriminator": {"propertyName": "kind"},
    }
    assert {"kind": "unknown"} in [violation.value for violation in broken(raw) if violation.keyword == "oneOf"]


def test_edges_are_valid_and_stand_on_the_bound() -> None:
    found = edges(PET)
    assert all(validator(PET).is_valid(edge.value) for edge in found)

    def at(pointer: str, keyword: str) -> list[Any]:
        name = pointer.removeprefix("/")
        return [edge.value[name] for edge in found if (edge.pointer, edge.keyword) == (pointer, keyword)]  # type: ignore[index,call-overload]

    assert len(at("/name", "minLength")[0]) == 2
    assert len(at("/name", "maxLength")[0]) == 20
    assert not at("/name", "unicode")[0].isascii()
    assert at("/kind", "enum") == ["dog"]
    assert at("/age", "null") == [None]
    assert at("/age", "maximum") == [40, 39]
    assert {len(tags) for tags in at("/tags", "maxItems")} == {3}


def test_each_optional_member_is_left_out_once_and_is_alone_once() -> None:
    required = set(PET["required"])
    objects = [names_of(edge.value) for edge in edges(PET) if edge.pointer == ""]
    assert required in objects
    for name in set(PET["properties"]) - required:
        assert required | {name} in objects
        assert set(PET["properties"]) - {name} in objects


def test_free_texts_and_numbers_have_edges_of_their_own() -> None:
    raw = {
        "type": "object",
        "properties": {"note": {"type": "string"}, "count": {"type": "integer"}},
        "required": ["note", "count"],
    }
    found = edges(raw)
    assert any(len(edge.value["note"]) >= 5_000 for edge in found)  # type: ignore[index,call-overload,arg-type]
    assert "" in [edge.value["note"] for edge in found]  # type: ignore[index,call-overload]
    assert {0, -1} <= {edge.value["count"] for edge in found}  # type: ignore[index,call-overload]


def test_every_branch_of_a_choice_is_taken() -> None:
    raw = {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "object", "required": ["a"]}]}
    kinds = {type(edge.value) for edge in edges(raw)} | {type(base_of(raw))}
    assert {int, str, dict} <= kinds


def test_caps_bound_how_many_there_are_and_nothing_is_random() -> None:
    assert len(broken(PET, cap=7)) == 7
    assert len(edges(PET, cap=7)) == 7
    assert broken(PET) == broken(PET)
    assert edges(PET) == edges(PET)


def test_a_base_that_is_not_valid_gives_nothing() -> None:
    assert list(violations(PET, {"name": "Rex"})) == []
    assert list(boundaries(PET, 7)) == []
    assert list(violations(False, 7)) == []
    assert list(violations(True, 7)) == []
