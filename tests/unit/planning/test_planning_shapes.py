from __future__ import annotations

from typing import Any

from planned import json_answer, operation_of, spec_of
from specproof.generators.planning.comparing import not_echoed, not_read_back, not_settable
from specproof.generators.planning.updates import is_unique_key
from specproof.generators.reading.answers import has_business_code, list_of, record_of, success_schema
from specproof.generators.reading.shapes import NOTHING, shape_of
from specproof.openapi.schema import Schema


def schema(raw: Any, **definitions: Any) -> Schema:
    return Schema(raw, "#/s", definitions)


def test_references_and_all_of_are_merged() -> None:
    shape = shape_of(
        schema(
            {"allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"b": {"type": "integer"}}, "required": ["b"]}]},
            Base={"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        )
    )
    assert list(shape.properties) == ["a", "b"]
    assert shape.required == {"a", "b"}
    assert shape.is_object


def test_a_reference_to_itself_ends() -> None:
    shape = shape_of(schema({"$ref": "#/$defs/Node"}, Node={"allOf": [{"$ref": "#/$defs/Node"}], "properties": {"a": {}}}))
    assert list(shape.properties) == ["a"]


def test_what_only_one_of_several_branches_demands_is_not_demanded() -> None:
    branches = [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}, "required": ["b"]}]
    shape = shape_of(schema({"oneOf": branches}))
    assert set(shape.properties) == {"a", "b"}
    assert shape.required == frozenset()


def test_a_branch_beside_null_is_the_schema_itself() -> None:
    shape = shape_of(schema({"anyOf": [{"type": "null"}, {"type": "object", "properties": {"a": {}}, "required": ["a"]}]}))
    assert shape.types == {"object"}
    assert shape.required == {"a"}


def test_types_are_read_off_enums_properties_and_items() -> None:
    assert shape_of(schema({"enum": [1, None]})).types == {"integer"}
    assert shape_of(schema({"const": True})).types == {"boolean"}
    assert shape_of(schema({"items": {"type": "string"}})).is_array
    assert shape_of(schema({"type": ["integer", "null"], "minimum": 1, "maximum": 9})).is_numeric
    assert shape_of(schema(True)) is NOTHING
    assert shape_of(None) is NOTHING


def test_unique_keys_are_known_by_extension_and_by_words() -> None:
    assert is_unique_key(shape_of(schema({"type": "string", "x-unique": True})))
    assert is_unique_key(shape_of(schema({"type": "string", "description": "The unique name"})))
    assert is_unique_key(shape_of(schema({"type": "string", "description": "编号，全局唯一"})))
    assert not is_unique_key(shape_of(schema({"type": "string", "description": "Any name"})))


ITEM: dict[str, Any] = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}


def test_lists_are_found_bare_in_envelopes_and_below_them() -> None:
    rows = {"type": "array", "items": ITEM}
    bare, one, two = (
        list_of(schema(rows)),
        list_of(schema({"type": "object", "properties": {"total": {"type": "integer"}, "results": rows}})),
        list_of(
            schema(
                {
                    "type": "object",
                    "properties": {"code": {}, "data": {"type": "object", "properties": {"list": rows, "total": {}}}},
                }
            )
        ),
    )
    assert [place.pointer if place else None for place in (bare, one, two)] == ["", "/results", "/data/list"]
    assert list_of(schema({"type": "object", "properties": {"data": rows}})).pointer == "/data"  # type: ignore[union-attr]


def test_a_list_named_as_its_resource_comes_first() -> None:
    rows = {"type": "array", "items": ITEM}
    envelope = schema({"type": "object", "properties": {"dogs": rows, "tags": {"type": "array", "items": {"type": "string"}}}})
    place = list_of(envelope, ("dog",))
    assert place is not None
    assert place.pointer == "/dogs"
    assert list_of(schema({"type": "object", "properties": {"a": rows, "b": rows}})) is None


def test_records_are_found_inside_envelopes() -> None:
    like = shape_of(schema(ITEM))
    nested = record_of(schema({"type": "object", "properties": {"code": {"type": "integer"}, "data": ITEM}}), like)
    bare = record_of(schema(ITEM), like)
    assert nested is not None
    assert nested.pointer == "/data"
    assert nested.pointer_to("a/b") == "/data/a~1b"
    assert bare is not None
    assert bare.pointer == ""
    assert record_of(schema({"type": "string"}), like) is None


def test_business_codes_matter_only_where_no_refusal_is_documented() -> None:
    envelope = {"type": "object", "properties": {"code": {"type": "integer"}, "data": ITEM}}
    spec = spec_of(
        {
            "/a": {"get": {"responses": json_answer(envelope)}},
            "/b": {"get": {"responses": {**json_answer(envelope), "400": {"description": "bad"}}}},
            "/c": {"get": {"responses": {"204": {"description": "none"}}}},
        }
    )
    assert [has_business_code(operation_of(spec, f"GET /{name}")) for name in "abc"] == [True, False, False]
    assert success_schema(None) is None


def test_what_is_never_shown_is_not_expected_back() -> None:
    sent = shape_of(
        schema(
            {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "password": {"type": "string", "writeOnly": True},
                    "hidden": {"type": "string"},
                    "home": {"type": "object", "properties": {"zip": {"type": "string"}, "version": {"type": "integer"}}},
                    "legs": {"type": "array", "items": {"type": "object", "properties": {"etag": {"type": "string"}, "n": {}}}},
                },
            }
        )
    )
    answered = shape_of(
        schema(
            {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "password": {"type": "string"},
                    "home": {"type": "object", "properties": {"zip": {"type": "string"}, "version": {"type": "integer"}}},
                    "legs": {"type": "array", "items": {"type": "object", "properties": {"etag": {"type": "string"}, "n": {}}}},
                },
            }
        )
    )
    assert not_echoed(sent, answered) == ["/hidden", "/home/version", "/legs/*/etag", "/password"]


def test_what_the_server_moves_by_itself_is_not_compared_but_the_id_is() -> None:
    record = shape_of(
        schema(
            {
                "type": "object",
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "name": {"type": "string"},
                    "state": {"type": "string", "readOnly": True},
                    "touched": {"type": "string", "format": "date-time"},
                    "updated_at": {"type": "string", "readOnly": True},
                },
            }
        )
    )
    settable = shape_of(schema({"type": "object", "properties": {"name": {"type": "string"}}}))
    assert not_read_back(record, record, settable, "id") == ["/state", "/touched", "/updated_at"]
    assert not_read_back(record, record, settable, "id", with_read_only=True) == ["/touched", "/updated_at"]
    assert not_settable(record, settable, "id") == ["/state", "/touched", "/updated_at"]
