"""The places of schemas, and schemas that are changed at one of them."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from specproof.reference.mutants.schema_walk import ITEM, Place, edited, places

PET: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
        "id": {"type": "integer", "readOnly": True},
        "owner": {"$ref": "#/$defs/Owner"},
    },
}
OWNER: dict[str, Any] = {"type": "object", "properties": {"name": {"type": "string"}, "pet": {"$ref": "#/$defs/Pet"}}}
DEFINITIONS = {"Pet": PET, "Owner": OWNER}


def walked(raw: Any, hidden: str = "", **definitions: Any) -> dict[str, Place]:
    return {place.pointer: place for place in places(raw, definitions or DEFINITIONS, hidden)}


def without(keyword: str) -> Any:
    return lambda schema: {name: value for name, value in schema.items() if name != keyword}


def holds(schema: Any, value: Any) -> bool:
    return jsonschema_rs.Draft202012Validator(schema).is_valid(value)


def test_places_are_found_through_references_and_lists_and_recursion_ends() -> None:
    found = walked({"$ref": "#/$defs/Pet"})

    assert list(found) == ["", "/name", "/tags", "/id", "/owner", "/tags/*", "/owner/name", "/owner/pet"]
    assert found["/tags/*"].steps == ("tags", ITEM)
    assert found["/tags/*"].is_in_list
    assert found[""].required == ("name",)
    assert found["/name"].is_needed
    assert not found["/tags"].is_needed


def test_what_the_side_never_sends_is_left_out() -> None:
    assert "/id" not in walked({"$ref": "#/$defs/Pet"}, "readOnly")


def test_a_member_named_like_the_mark_of_items_has_a_pointer_of_its_own() -> None:
    found = walked({"properties": {"*": {}, "a/b": {}, "a~b": {}}, "items": {"type": "string"}})

    assert set(found) == {"", "/~2", "/a~1b", "/a~0b", "/*"}


def test_a_branch_of_null_makes_a_place_nullable_and_is_no_choice() -> None:
    place = walked({"oneOf": [{"type": "string"}, {"type": "null"}]})[""]

    assert place.kinds == {"string", "null"}
    assert place.is_nullable
    assert not place.is_choice
    assert len(place.nulls) == 1


def test_types_of_all_parts_count_together_and_properties_alone_say_none() -> None:
    assert walked({"allOf": [{"type": ["string", "integer"]}, {"type": "string"}]})[""].kinds == {"string"}
    assert walked({"properties": {"a": {}}, "items": {}})[""].kinds == frozenset()
    assert walked({"enum": ["a", 1, None]})[""].kinds == {"string", "integer", "null"}


def test_branches_that_a_value_cannot_both_fit_have_their_own_members_as_places() -> None:
    cat = {"properties": {"kind": {"const": "cat"}, "lives": {}, "age": {}}, "required": ["kind", "lives"]}
    dog = {"properties": {"kind": {"const": "dog"}, "barks": {}, "age": {}}, "required": ["kind"]}
    found = walked({"oneOf": [cat, dog]})

    assert set(found) == {"", "/lives", "/barks"}
    assert found["/lives"].is_alternative
    assert found[""].required == ("kind",)
    assert found[""].is_choice


def test_branches_that_may_both_fit_are_not_looked_into() -> None:
    assert set(walked({"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]})) == {""}


@pytest.mark.parametrize(
    ("schema", "pointer", "keyword", "value"),
    [
        ({"$ref": "#/$defs/Pet"}, "/name", "maxLength", {"name": "longer than five"}),
        ({"$ref": "#/$defs/Pet", "description": "beside"}, "/name", "maxLength", {"name": "longer than five"}),
        ({"$ref": "#/$defs/Pet"}, "/tags/*", "minLength", {"name": "a", "tags": [""]}),
        ({"$ref": "#/$defs/Owner"}, "/pet/name", "maxLength", {"pet": {"name": "longer than five"}}),
        ({"allOf": [{"$ref": "#/$defs/Pet"}, {"required": ["tags"]}]}, "", "required", {}),
    ],
)
def test_one_keyword_is_taken_away_at_one_place_alone(schema: Any, pointer: str, keyword: str, value: Any) -> None:
    place = walked(schema)[pointer]
    whole = {**schema, "$defs": DEFINITIONS}
    changed = edited(whole, place.paths(keyword), without(keyword))

    assert changed is not None
    assert not holds(whole, value)
    assert holds(changed, value)
    assert changed["$defs"] == DEFINITIONS
    assert PET["properties"]["name"]["maxLength"] == 5


def test_a_rule_stays_where_the_same_schema_is_used_elsewhere() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"first": {"$ref": "#/$defs/Pet"}, "second": {"$ref": "#/$defs/Pet"}},
    }
    whole = {**schema, "$defs": DEFINITIONS}
    changed = edited(whole, walked(schema)["/first/name"].paths("maxLength"), without("maxLength"))

    assert changed is not None
    assert holds(changed, {"first": {"name": "longer than five"}})
    assert not holds(changed, {"second": {"name": "longer than five"}})


def test_a_rule_that_stands_twice_is_taken_away_twice() -> None:
    schema: dict[str, Any] = {"maxLength": 5, "allOf": [{"maxLength": 6}]}
    changed = edited(schema, walked(schema)[""].paths("maxLength"), without("maxLength"))

    assert changed == {"allOf": [{}]}


def test_nothing_is_changed_at_a_place_that_is_not_there() -> None:
    assert edited({"type": "object"}, (("properties", "name"),), without("maxLength")) is None
    assert edited({"$ref": "#/$defs/Gone"}, (("$ref",),), without("maxLength")) is None
