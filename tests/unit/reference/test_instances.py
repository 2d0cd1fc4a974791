"""Values of schemas: valid, repeatable, as the sender's side sees them; answers filled from records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from countedwork import lines_run
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import JsonValue, Schema
from specproof.reference.values import Impossible, Instances, View

BOOKSHOP = Path(__file__).parents[3] / "examples" / "bookshop" / "openapi.json"


def schema(raw: Any, **definitions: Any) -> Schema:
    return Schema(raw, "#/x", definitions)


def made(raw: Any, view: View = View.RESPONSE, key: str = "a", *, is_fresh: bool = False, **definitions: Any) -> JsonValue:
    value = Instances().instance(schema(raw, **definitions), key=key, view=view, is_fresh=is_fresh)
    assert not isinstance(value, Impossible), value.reason
    return value


SATISFIABLE: dict[str, Any] = {
    "nothing asked": {},
    "anything": True,
    "short text": {"type": "string", "maxLength": 2},
    "long text": {"type": "string", "minLength": 70, "maxLength": 71},
    "digits": {"type": "string", "pattern": "^[0-9]{3}-[0-9]{4}$"},
    "alternatives in a pattern": {"type": "string", "pattern": "^(cat|dog)s?$", "minLength": 4},
    "named group of other engines": {"type": "string", "pattern": "^(?<year>\\d{4})$"},
    "letters of any script": {"type": "string", "pattern": "^\\p{L}+$"},
    "open repetition with lengths": {"type": "string", "pattern": "^[a-z]+$", "minLength": 30, "maxLength": 31},
    "pattern that does not compile is no demand": {"type": "string", "pattern": "^(?=x)y"},
    "email with a length": {"type": "string", "format": "email", "maxLength": 8},
    "exclusive bounds": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.02},
    "narrow integers": {"type": "integer", "exclusiveMinimum": 6, "exclusiveMaximum": 8},
    "negative": {"type": "integer", "maximum": -5},
    "multiples": {"type": "integer", "multipleOf": 7, "minimum": 20, "maximum": 22},
    "cents": {"type": "number", "multipleOf": 0.01, "minimum": 0.015, "maximum": 0.025},
    "unique": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    "unique booleans": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False, "minItems": 2},
    "contains": {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 90}, "minContains": 2},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 3},
    "map by pattern": {"patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": False, "minProperties": 1},
    "property names": {"propertyNames": {"pattern": "^[A-Z]{2}$"}, "minProperties": 2},
    "dependents": {
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "dependentRequired": {"a": ["b"]},
        "dependentSchemas": {"b": {"properties": {"c": {"const": 3}}, "required": ["c"]}},
    },
    "merged": {"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 4}, {"multipleOf": 4}]},
    "merged enums": {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]},
    "two choices at once": {"allOf": [{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"anyOf": [{"required": ["c"]}]}]},
    "exactly one": {"oneOf": [{"type": "integer"}, {"type": "number", "multipleOf": 0.5}]},
    "condition": {
        "properties": {"kind": {"const": "dog"}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "dog"}}},
        "then": {"required": ["barks"], "properties": {"barks": {"const": True}}},
    },
    "not": {"type": "string", "enum": ["a", "b"], "not": {"const": "a"}},
    "not a type": {"type": ["null", "integer"], "not": {"type": "null"}},
    "null only": {"type": "null"},
    "nullable first": {"type": ["null", "string"], "minLength": 3},
    "bad example": {"type": "string", "examples": [3], "default": None},
    "bad reference": {"$ref": "#/$defs/Nowhere"},
    "foreign reference": {"$ref": "https://example.com/x.json", "type": "string"},
}


@pytest.mark.parametrize("case", SATISFIABLE)
@pytest.mark.parametrize("is_fresh", [False, True])
def test_every_satisfiable_schema_gets_a_value(case: str, is_fresh: bool) -> None:
    value = made(SATISFIABLE[case], is_fresh=is_fresh)
    raw = SATISFIABLE[case]
    if isinstance(raw, dict) and "reference" not in case and "compile" not in case:
        assert jsonschema_rs.Draft202012Validator(
            raw, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
        ).is_valid(value)


@pytest.mark.parametrize(
    "raw",
    [
        False,
        {"not": {}},
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"enum": []},
        {"required": ["a"], "properties": {"a": False}},
        {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True},
        {"type": "string", "pattern": "^a$", "minLength": 2},
    ],
)
def test_an_unsatisfiable_schema_is_said_to_be_impossible(raw: Any) -> None:
    value = Instances().instance(schema(raw), key="a", view=View.REQUEST)
    assert isinstance(value, Impossible)
    assert value.reason


def test_endless_requirements_are_impossible_and_optional_recursion_ends() -> None:
    endless = {"type": "object", "required": ["child"], "properties": {"child": {"$ref": "#/$defs/Node"}}}
    assert isinstance(
        Instances().instance(schema({"$ref": "#/$defs/Node"}, Node=endless), key="a", view=View.REQUEST), Impossible
    )
    tree = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/T"}}},
    }
    value = made({"$ref": "#/$defs/T"}, T=tree)
    assert isinstance(value, dict)
    assert "name" in value


def test_a_chain_of_references_to_itself_does_not_hang() -> None:
    value = Instances().instance(schema({"$ref": "#/$defs/A"}, A={"$ref": "#/$defs/A"}), key="a", view=View.REQUEST)
    assert value is not None


PET = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1},
        "secret": {"type": "string", "writeOnly": True},
        "owner": {"$ref": "#/$defs/Owner"},
    },
    "required": ["id", "name", "secret"],
}
OWNER = {
    "type": "object",
    "properties": {"pin": {"$ref": "#/$defs/Pin"}, "city": {"type": "string"}},
    "required": ["pin", "city"],
}
PIN = {"type": "string", "writeOnly": True}


def test_each_side_sends_what_is_its_to_send() -> None:
    request = made(PET, View.REQUEST, Owner=OWNER, Pin=PIN)
    response = made(PET, View.RESPONSE, Owner=OWNER, Pin=PIN)
    assert isinstance(request, dict)
    assert isinstance(response, dict)
    assert list(request) == ["name", "secret", "owner"]
    assert list(response) == ["id", "name", "owner"]
    assert set(request["owner"]) == {"pin", "city"}  # type: ignore[arg-type]
    assert set(response["owner"]) == {"city"}  # type: ignore[arg-type]


def test_a_property_that_another_branch_marks_is_hidden_too() -> None:
    raw = {"allOf": [{"$ref": "#/$defs/Base"}, {"required": ["id", "name"], "properties": {"name": {"type": "string"}}}]}
    base = {"properties": {"id": {"type": "integer", "readOnly": True}}}
    assert set(made(raw, View.REQUEST, Base=base)) == {"name"}  # type: ignore[arg-type]
    assert set(made(raw, View.RESPONSE, Base=base)) == {"id", "name"}  # type: ignore[arg-type]


def test_a_property_that_is_called_like_a_keyword_stays_a_property() -> None:
    raw = {"properties": {"required": {"type": "string"}, "properties": {"type": "integer"}, "$ref": {"type": "boolean"}}}
    assert set(made(raw, View.REQUEST)) == {"required", "properties", "$ref"}  # type: ignore[arg-type]


def test_the_same_key_gives_the_same_value_and_another_key_another() -> None:
    raw = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]}
    assert made(raw, key="one", is_fresh=True) == made(raw, key="one", is_fresh=True)
    assert made(raw, key="one", is_fresh=True) != made(raw, key="two", is_fresh=True)
    assert Instances("x").instance(schema(raw), key="a", view=View.REQUEST, is_fresh=True) != made(raw, is_fresh=True)


def test_examples_of_the_document_come_first_unless_fresh_values_are_asked_for() -> None:
    raw = {"type": "string", "examples": ["Rex"]}
    assert made(raw) == "Rex"
    assert made(raw, is_fresh=True) != "Rex"
    assert made({"type": "string", "default": "new"}) == "new"
    assert made({"enum": [None, "b", "a"]}) == "b"


def test_values_of_the_document_are_copied() -> None:
    raw = {"type": "object", "examples": [{"tags": ["a"]}]}
    value: Any = made(raw)
    value["tags"].append("b")
    assert raw["examples"][0] == {"tags": ["a"]}


def test_the_discriminator_names_the_branch_that_was_taken() -> None:
    cat = {
        "type": "object",
        "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}},
        "required": ["kind", "lives"],
    }
    raw = {
        "oneOf": [{"$ref": "#/$defs/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"feline": "#/components/schemas/Cat"}},
    }
    assert made(raw, Cat=cat)["kind"] == "feline"  # type: ignore[index,call-overload]
    assert made({**raw, "discriminator": {"propertyName": "kind"}}, Cat=cat)["kind"] == "Cat"  # type: ignore[index,call-overload]


def test_without_optional_members_only_required_ones_are_made() -> None:
    raw = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["b"]}
    value = Instances().instance(schema(raw), key="a", view=View.REQUEST, is_full=False)
    assert isinstance(value, dict)
    assert list(value) == ["b"]


def test_every_schema_of_the_bookshop_has_a_value() -> None:
    spec = parse_spec(BOOKSHOP.read_bytes())
    instances = Instances()
    count = 0
    for operation in spec.operations:
        bodies = operation.request_body.media_types if operation.request_body else ()
        answers = [media for response in operation.responses for media in response.media_types]
        for media, view in [*((media, View.REQUEST) for media in bodies), *((media, View.RESPONSE) for media in answers)]:
            assert media.schema is not None
            value = instances.instance(media.schema, key=media.pointer, view=view)
            assert instances.proven(media.schema, value, view)  # type: ignore[arg-type]
            count += 1
    assert count > 80


def test_a_record_that_fits_is_kept_as_it_is() -> None:
    known: dict[str, JsonValue] = {"id": 7, "name": "Rex"}
    assert Instances().filled(schema(PET, Owner=OWNER, Pin=PIN), known, key="a") == {"id": 7, "name": "Rex"}


def test_what_an_answer_may_not_show_is_dropped_at_any_depth() -> None:
    known: dict[str, JsonValue] = {"id": 7, "name": "Rex", "secret": "s", "other": 1, "owner": {"pin": "1", "city": "Y"}}
    filled = Instances().filled(schema(PET, Owner=OWNER, Pin=PIN), known, key="a")
    assert filled == {"id": 7, "name": "Rex", "owner": {"city": "Y"}}
    assert known["owner"] == {"pin": "1", "city": "Y"}


def test_hidden_members_of_items_are_dropped_too() -> None:
    raw = {"properties": {"owners": {"type": "array", "items": {"$ref": "#/$defs/Owner"}}}}
    known: dict[str, JsonValue] = {"owners": [{"pin": "1", "city": "Y"}, {"city": "Z"}]}
    filled = Instances().filled(schema(raw, Owner=OWNER, Pin=PIN), known, key="a")
    assert filled == {"owners": [{"city": "Y"}, {"city": "Z"}]}


def test_missing_required_members_are_made_up_and_optional_ones_left_out() -> None:
    filled = Instances().filled(schema(PET, Owner=OWNER, Pin=PIN), {"name": "Rex"}, key="a")
    assert isinstance(filled, dict)
    assert filled["name"] == "Rex"
    assert set(filled) == {"id", "name"}
    assert filled == Instances().filled(schema(PET, Owner=OWNER, Pin=PIN), {"name": "Rex"}, key="a")


def test_a_member_that_does_not_fit_is_replaced_and_the_others_stay() -> None:
    filled = Instances().filled(schema(PET, Owner=OWNER, Pin=PIN), {"id": "seven", "name": "Rex"}, key="a")
    assert isinstance(filled, dict)
    assert isinstance(filled["id"], int)
    assert filled["name"] == "Rex"


def test_objects_inside_are_completed_and_keep_what_they_have() -> None:
    raw = {"properties": {"owner": {"$ref": "#/$defs/Owner"}, "owners": {"type": "array", "items": {"$ref": "#/$defs/Owner"}}}}
    owner = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "since": {"type": "integer"}},
        "required": ["name", "since"],
    }
    filled: Any = Instances().filled(schema(raw, Owner=owner), {"owner": {"name": "Ann"}, "owners": [{"name": "Bob"}]}, key="a")
    assert filled["owner"]["name"] == "Ann"
    assert filled["owners"][0]["name"] == "Bob"
    assert isinstance(filled["owner"]["since"], int)


def test_an_open_schema_keeps_members_that_it_does_not_name() -> None:
    known: dict[str, JsonValue] = {"name": "Rex", "more": 1}
    assert Instances().filled(schema({"type": "object"}), known, key="a") == known
    assert Instances().filled(schema({"properties": {"name": {}}, "additionalProperties": True}), known, key="a") == known
    assert Instances().filled(schema({"properties": {"name": {}}}), known, key="a") == {"name": "Rex"}


def test_an_answer_of_several_forms_takes_the_one_that_the_record_fits() -> None:
    cat = {"type": "object", "properties": {"lives": {"type": "integer"}}, "required": ["lives"], "additionalProperties": False}
    dog = {"type": "object", "properties": {"barks": {"type": "boolean"}, "n": {"type": "integer"}}, "required": ["barks", "n"]}
    raw = {"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}
    filled: Any = Instances().filled(schema(raw, Cat=cat, Dog={**dog, "additionalProperties": False}), {"barks": True}, key="a")
    assert filled["barks"] is True
    assert set(filled) == {"barks", "n"}


def test_a_record_that_fits_is_filled_at_once() -> None:
    spec = parse_spec(BOOKSHOP.read_bytes())
    author = Schema({"$ref": "#/$defs/Author"}, "#/a", spec.definitions)
    instances = Instances()
    known = instances.instance(author, key="a", view=View.RESPONSE)
    assert isinstance(known, dict)
    filler = instances.filler(author)
    assert filler is instances.filler(author)
    # Whoever judges or draws anew for a record that fits runs hundreds of lines.
    assert lines_run(lambda: filler.fill(known)) < 30
