"""Values by construction: numbers, arrays, objects, combinations, recursion, and when there are none."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.domain.plans import Fresh
from specproof.generators.test_data_factory.budget import Budget
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_data_factory.model import ProvenValue
from unit.values.valuekit import is_valid, parameter, proven, refusal, request_for, value_of

VALID: list[Any] = [
    {"type": "integer", "minimum": 5, "maximum": 5},
    {"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7},
    {"type": "integer", "multipleOf": 7, "minimum": 100, "maximum": 105},
    {"type": "integer", "multipleOf": 0.5},
    {"type": "integer", "minimum": -10, "maximum": -3},
    {"type": "integer", "format": "int32", "minimum": 2147483000},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    {"type": "number", "multipleOf": 0.01, "minimum": 0.295, "maximum": 0.305},
    {"type": "number", "minimum": 1e15},
    {"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "type": "integer", "minimum": 1},
    {"minimum": 3},
    {"type": "boolean", "not": {"const": True}},
    {"type": ["null", "integer"]},
    {"type": "null"},
    {"type": "array", "items": {"type": "integer"}, "minItems": 4, "uniqueItems": True},
    {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, "minItems": 2, "uniqueItems": True},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False, "minItems": 2},
    {"type": "array", "contains": {"const": 9}},
    {"type": "array", "contains": {"type": "integer", "minimum": 5}, "minContains": 2},
    {"type": "array", "maxItems": 0},
    {"type": "array", "items": False},
    {"type": "array"},
    {"type": "object", "minProperties": 3},
    {
        "type": "object",
        "minProperties": 2,
        "additionalProperties": {"type": "integer"},
        "propertyNames": {"pattern": "^[a-z]{8}$"},
    },
    {"type": "object", "required": ["x_a"], "patternProperties": {"^x_": {"type": "integer"}}},
    {"type": "object", "required": ["extra"], "additionalProperties": {"type": "boolean"}},
    {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "maxProperties": 2, "required": ["c"]},
    {"type": "object", "properties": {"a": {"type": "string"}}, "dependentRequired": {"a": ["b"]}},
    {"type": "object", "properties": {"a": {"type": "integer"}}, "dependentSchemas": {"a": {"required": ["b"]}}},
    {"type": "object", "properties": {"a": {"type": "integer"}, "b": False}},
    {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    {"anyOf": [{"type": "object", "properties": {"a": {"type": "integer"}}}, {"type": "null"}]},
    {"oneOf": [{"type": "string"}, {"type": ["string", "null"]}]},
    {
        "type": "object",
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
    },
    {"type": "string", "oneOf": [{"const": "a"}, {"const": "b"}]},
    {"anyOf": [False, {"type": "integer"}]},
    {"anyOf": [{"oneOf": [{"type": "integer", "minimum": 3}]}, {"type": "null"}]},
    {"type": "string", "not": {"enum": ["a"]}},
    {
        "type": "object",
        "properties": {"k": {"enum": ["x", "y"]}},
        "required": ["k"],
        "if": {"properties": {"k": {"const": "x"}}},
        "then": {"required": ["z"]},
    },
    {"type": "object", "if": {"required": ["a"]}, "else": {"required": ["b"], "properties": {"b": {"type": "integer"}}}},
    {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}},
            {"required": ["a"], "properties": {"a": {"maximum": 3}}},
        ]
    },
    {"type": "object", "properties": {"a": {"type": "integer"}}, "unevaluatedProperties": False},
    {"properties": {"a": {"type": "integer"}}},
    {"items": {"type": "integer"}},
    {"minLength": 3},
    {"format": "date"},
    {"format": "int64"},
    {"required": ["a"]},
    {},
    True,
]


@pytest.mark.parametrize("raw", VALID, ids=lambda raw: str(raw)[:90])
def test_a_constructed_value_is_valid_in_a_second_opinion(raw: Any) -> None:
    for only_required in (False, True):
        assert is_valid(raw, value_of(raw, only_required=only_required))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (False, "schema.unsatisfiable"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "schema.unsatisfiable"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, "plan.no_valid_value"),
        ({"type": "integer", "enum": ["a"]}, "plan.no_valid_value"),
        ({"type": "array", "minItems": 100_000}, "plan.no_valid_value"),
        ({"type": "array", "items": {"enum": [1]}, "minItems": 2, "uniqueItems": True}, "plan.no_valid_value"),
        ({"type": "boolean", "not": {"type": "boolean"}}, "plan.no_valid_value"),
        ({"oneOf": [{"type": "string"}, {"type": "string"}]}, "plan.no_valid_value"),
        ({"type": "object", "required": ["a"], "properties": {"a": False}}, "schema.unsatisfiable"),
        ({"$ref": "#/$defs/Endless"}, "plan.no_valid_value"),
        ({"$ref": "https://elsewhere.example/x"}, None),
    ],
)
def test_where_there_is_no_value_a_finding_says_why(raw: Any, code: str | None) -> None:
    definitions = {"Endless": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/$defs/Endless"}}}}
    if code is None:
        assert isinstance(value_of(raw, definitions), dict)  # A reference that is not ours allows anything.
    else:
        finding = refusal(raw, definitions)
        assert finding.code.value == code
        assert finding.message


def test_a_minitems_that_nobody_should_send_is_not_allocated() -> None:
    assert "minItems is 100000" in refusal({"type": "array", "items": {}, "minItems": 100_000}).message


def test_all_optional_properties_are_there_so_that_echoes_can_be_seen() -> None:
    raw = {
        "type": "object",
        "required": ["b"],
        "properties": {"c": {"type": "integer"}, "b": {"type": "integer"}, "a": {"type": "integer"}},
    }
    assert list(value_of(raw)) == ["c", "b", "a"]
    assert list(value_of(raw, only_required=True)) == ["b"]


def test_what_says_no_type_has_the_one_that_its_keywords_are_about() -> None:
    tag = {"properties": {"id": {"type": "integer"}}}
    raw = {"properties": {"tag": tag, "tags": {"type": "array", "items": tag}, "list": {"items": {"type": "boolean"}}}}
    raw["properties"]["size"], raw["properties"]["any"] = {"minimum": 3}, {}
    found = value_of(raw)
    assert isinstance(found["tag"]["id"], int)
    assert [list(member) for member in found["tags"]] == [["id"]]
    assert (found["list"], found["size"] >= 3, type(found["any"])) == ([True], True, str)


def test_recursion_through_optional_properties_ends_at_once() -> None:
    definitions = {
        "Node": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "parent": {"$ref": "#/$defs/Node"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                "by_name": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Node"}},
            },
        }
    }
    assert set(value_of({"$ref": "#/$defs/Node"}, definitions)) <= {"name", "by_name", "children"}


def test_required_arrays_of_oneself_are_empty() -> None:
    definitions = {
        "Tree": {
            "type": "object",
            "required": ["kids"],
            "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
        }
    }
    assert value_of({"$ref": "#/$defs/Tree"}, definitions) == {"kids": []}


def test_optional_parts_end_at_a_depth_and_a_number() -> None:
    deep: dict[str, Any] = {"type": "integer"}
    for _ in range(10):
        deep = {"type": "object", "properties": {"in": deep}}
    assert str(value_of(deep)).count("in") <= 5
    wide = {"type": "object", "properties": {f"p{index:03}": {"type": "integer"} for index in range(300)}}
    assert len(value_of(wide)) == 60


def test_a_map_shows_one_entry() -> None:
    assert len(value_of({"type": "object", "additionalProperties": {"type": "integer"}})) == 1
    assert value_of({"type": "object", "additionalProperties": {"type": "integer"}}, only_required=True) == {}


def test_an_optional_property_without_a_value_is_left_out() -> None:
    raw = {"type": "object", "properties": {"a": {"type": "integer", "minimum": 2, "maximum": 1}, "b": {"type": "integer"}}}
    assert set(value_of(raw)) == {"b"}


def test_a_property_that_the_whole_refuses_is_taken_back() -> None:
    raw = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "not": {"required": ["a"]}}
    assert is_valid(raw, value_of(raw))


@pytest.mark.parametrize("mapping", [None, {"feline": "#/$defs/Cat", "canine": "#/$defs/Dog"}])
def test_a_discriminator_says_which_branch_was_taken(mapping: dict[str, str] | None) -> None:
    discriminator: dict[str, Any] = {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    animal: dict[str, Any] = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    raw = {"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}], "discriminator": discriminator}
    definitions = {
        "Cat": {**animal, "required": ["kind", "claws"]},
        "Dog": {**animal, "required": ["kind", "tail"], "not": {"required": ["claws"]}},
    }
    value = value_of(raw, definitions)
    assert value["kind"] == ("feline" if mapping else "Cat")
    assert "claws" in value


def test_a_base_with_a_mapping_is_sent_as_one_of_its_children() -> None:
    definitions = {
        "Base": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}},
            "discriminator": {"propertyName": "kind", "mapping": {"a": "#/$defs/A", "b": "#/$defs/B"}},
        },
        "A": {"allOf": [{"$ref": "#/$defs/Base"}, {"required": ["x"], "properties": {"x": {"type": "integer"}}}]},
        "B": {"allOf": [{"$ref": "#/$defs/Base"}, {"required": ["y"], "properties": {"y": {"type": "integer"}}}]},
    }
    assert value_of({"$ref": "#/$defs/Base"}, definitions)["kind"] == "a"
    assert set(value_of({"$ref": "#/$defs/Base"}, definitions)) == {"kind", "x"}
    assert value_of({"$ref": "#/$defs/B"}, definitions)["kind"] == "b"


def test_a_value_depends_on_the_seed_the_key_and_the_place_alone() -> None:
    raw = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
    turned = {"properties": {"b": {"type": "string"}, "a": {"type": "integer"}}, "type": "object"}
    more = {"type": "object", "properties": {"0": {"type": "integer"}, **raw["properties"]}}  # type: ignore[dict-item]
    assert value_of(raw) == value_of(turned)
    assert value_of(more).items() >= value_of(raw).items()
    other_seed = ValueFactory(seed="t").valid(request_for(raw))
    assert isinstance(other_seed, ProvenValue)
    assert other_seed.value != proven(raw).value
    assert proven(raw, key="PUT /things body").value != proven(raw).value


def test_asking_in_another_order_changes_nothing() -> None:
    one, two = request_for({"type": "string"}, name="name", key="a"), request_for({"type": "integer"}, key="b")
    forth, back = ValueFactory(seed="s"), ValueFactory(seed="s")
    assert [forth.valid(one), forth.valid(two)] == [back.valid(two), back.valid(one)][::-1]


def test_integers_stay_exact_everywhere() -> None:
    assert value_of({"type": "integer", "minimum": 2**53 - 1}) == 2**53 - 1
    assert refusal({"type": "integer", "minimum": 2**53 + 1})


def test_numbers_follow_their_names() -> None:
    raw = {"type": "object", "properties": {name: {"type": "number"} for name in ("price", "latitude", "quantity", "user_id")}}
    assert value_of(raw) == {"price": 19.5, "latitude": 52.5, "quantity": 3, "user_id": 1}


def test_every_fresh_string_of_a_value_stands_with_its_sample() -> None:
    factory = ValueFactory(seed="s")
    found = factory.valid(request_for({"type": "array", "items": {"type": "string"}}, name="tags"))
    assert isinstance(found, ProvenValue)
    assert isinstance(found.value, list)
    assert isinstance(found.value[0], Fresh)
    assert factory.sample(found.value) == [found.value[0].sample]


def test_a_search_ends_when_its_budget_is_spent() -> None:
    budget = Budget(2)
    assert [budget.spend(), budget.spend(), budget.spend()] == [True, True, False]
    assert budget.is_spent
    branches: list[Any] = [
        {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/$defs/Deep"}}},
        {"type": "string"},
    ]
    raw = {"$ref": "#/$defs/Deep"}
    assert value_of(raw, {"Deep": {"anyOf": branches}}) is not None


@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
@pytest.mark.parametrize(
    "raw",
    [
        {"type": "string"},
        {"type": ["string", "null"]},
        {"type": "string", "minLength": 0, "maxLength": 3},
        {"type": "string", "pattern": "^[a-z/.]+$"},
        {"type": "string", "enum": ["", "..", "ok"]},
        {"type": "integer"},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "array", "items": {"type": "string"}, "minItems": 2},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "array", "items": {"type": "string", "enum": ["a,b", "c"]}},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "uuid"},
    ],
    ids=str,
)
def test_a_parameter_s_value_survives_its_place(raw: Any, location: str) -> None:
    value = value_of(raw, **parameter(location))
    assert is_valid(raw, value)
    members = value if isinstance(value, list) else [value]
    assert members
    assert all(member not in {None, ""} and not set(str(member)) & set("\r\n") for member in members)
    if location == "path":
        assert all(member not in {".", ".."} and not set(str(member)) & set("/\\%") for member in members)


def test_an_object_can_be_a_query_parameter() -> None:
    raw = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
    assert set(value_of(raw, **parameter("query", style="deepObject"))) == {"a", "b"}


def test_what_has_no_wire_form_is_a_finding() -> None:
    assert refusal({"type": "null"}, **parameter("query")).code.value == "plan.no_valid_value"
    assert refusal({"type": "string", "maxLength": 0}, **parameter("path")).code.value == "plan.no_valid_value"
    assert refusal({"type": "object"}, **parameter("query")).code.value == "plan.no_valid_value"
