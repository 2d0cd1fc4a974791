"""What each direction sees of a schema, and what is proven against it."""

from __future__ import annotations

from typing import Any

from specproof.generators.test_data_factory.places import Node, Shape, Shapes
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_data_factory.views import HIDDEN, View
from unit.values.valuekit import proven, value_of, violations_of

PET: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "secret": {"type": "string", "writeOnly": True},
        "owner": {"$ref": "#/$defs/Owner"},
    },
}
OWNER: dict[str, Any] = {
    "type": "object",
    "required": ["since", "name"],
    "properties": {"since": {"$ref": "#/$defs/Stamp"}, "name": {"type": "string"}},
}
STAMP: dict[str, Any] = {"type": "string", "format": "date-time", "readOnly": True}
DEFINITIONS = {"Pet": PET, "Owner": OWNER, "Stamp": STAMP}


def test_a_request_leaves_readonly_properties_out_deeply_even_if_required() -> None:
    value = value_of({"$ref": "#/$defs/Pet"}, DEFINITIONS)
    assert set(value) == {"name", "secret", "owner"}
    assert set(value["owner"]) == {"name"}


def test_a_response_leaves_writeonly_properties_out() -> None:
    value = value_of({"$ref": "#/$defs/Pet"}, DEFINITIONS, is_response=True)
    assert set(value) == {"id", "name", "owner"}
    assert set(value["owner"]) == {"since", "name"}


def test_dropping_a_readonly_property_is_no_violation() -> None:
    slugs = set(violations_of({"$ref": "#/$defs/Pet"}, definitions=DEFINITIONS))
    assert {slug for slug in slugs if slug.endswith("_missing")} == {"name_missing", "secret_missing", "owner_name_missing"}


def test_a_sibling_that_requires_a_readonly_property_does_not_ask_for_it() -> None:
    raw = {"allOf": [{"$ref": "#/$defs/Base"}, {"required": ["id"]}, {"$ref": "#/$defs/Asks"}]}
    definitions = {
        "Base": {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "a": {"type": "string"}}},
        "Asks": {"type": "object", "required": ["id", "a"]},
    }
    assert set(value_of(raw, definitions)) == {"a"}
    assert "id_missing" not in violations_of(raw, definitions=definitions)


def test_readonly_behind_one_allof_is_seen() -> None:
    raw = {"type": "object", "properties": {"id": {"allOf": [{"$ref": "#/$defs/Stamp"}]}, "a": {"type": "string"}}}
    assert set(value_of(raw, DEFINITIONS)) == {"a"}


def test_hidden_properties_are_pruned_from_examples() -> None:
    raw = {
        "$ref": "#/$defs/Pet",
        "examples": [{"id": 7, "name": "Rex", "secret": "s3cr3t!", "owner": {"since": "x", "name": "Ann"}}],
    }
    found = proven(raw, DEFINITIONS, fresh_strings=False)
    assert found.value == {"name": "Rex", "secret": "s3cr3t!", "owner": {"name": "Ann"}}
    assert found.findings == ()


def test_a_property_that_is_called_readonly_is_only_a_property() -> None:
    assert set(value_of({"type": "object", "properties": {"readOnly": {"type": "boolean"}, "$ref": {"type": "string"}}})) == {
        "readOnly",
        "$ref",
    }


def test_a_view_keeps_references_and_does_not_touch_its_source() -> None:
    view = View(DEFINITIONS, is_response=False)
    raw = {"$ref": "#/$defs/Pet"}
    seen = view.transformed(raw)
    assert isinstance(seen, dict)
    assert seen["$ref"] == "#/$defs/Pet"
    assert view.transformed(raw) is seen
    assert set(view) == set(DEFINITIONS)
    assert len(view) == 3
    assert view["Pet"][HIDDEN] == ["id"]  # type: ignore[index]
    assert HIDDEN not in PET
    assert view.reachable(seen) == ["Owner", "Pet"]
    assert View(DEFINITIONS, is_response=True).reachable(seen) == ["Owner", "Pet", "Stamp"]


def test_references_to_nowhere_and_loops_end() -> None:
    definitions: dict[str, Any] = {
        "A": {"allOf": [{"$ref": "#/$defs/A"}]},
        "B": {"$ref": "#/$defs/C"},
        "C": {"$ref": "#/$defs/B"},
    }
    assert value_of({"$ref": "#/$defs/Nowhere"}, definitions) is not None
    assert isinstance(value_of({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}}, definitions), dict)


def test_a_keyword_that_is_no_json_schema_does_not_stop_the_proof_of_the_others() -> None:
    view = View({}, is_response=False)
    prover = Prover(view)
    place = (Node({"type": "object", "required": True, "properties": {"a": {"type": "string", "minLength": "3"}}}, "#"),)
    assert prover.compiles(place)
    assert prover.accepts(place, {"a": "x"})
    assert not prover.accepts(place, {"a": 1})


def test_a_place_that_cannot_be_compiled_accepts_nothing() -> None:
    prover = Prover(View({}, is_response=False))
    place = (Node({"$ref": "https://example.com/schema"}, "#"),)
    assert not prover.compiles(place)
    assert not prover.accepts(place, 1)
    assert prover.faults(place, 1) is None


def test_faults_name_the_keyword_the_place_and_the_property() -> None:
    prover = Prover(View({}, is_response=False))
    raw = {"type": "object", "required": ["b"], "properties": {"a": {"type": "integer"}}, "additionalProperties": False}
    faults = prover.faults((Node(raw, "#"),), {"a": "x", "c": 1})
    assert faults is not None
    assert {(fault.keyword, fault.path, fault.names) for fault in faults} == {
        ("type", ("a",), ()),
        ("required", (), ("b",)),
        ("additionalProperties", (), ("c",)),
    }


def test_old_validators_are_dropped_and_compiled_again() -> None:
    prover = Prover(View({"Small": {"maximum": 9}}, is_response=False), max_weight=4)
    places = [(Node({"$ref": "#/$defs/Small", "minimum": low}, "#"),) for low in range(5)]
    assert all(prover.accepts(place, 7) for place in places)
    assert not prover.accepts(places[0], -1)
    assert not prover.accepts(places[4], 3)


def test_a_shape_says_what_all_its_schemas_say_together() -> None:
    raw = {
        "allOf": [{"$ref": "#/$defs/Small"}, {"type": ["number", "null"], "minimum": 2, "maximum": 50}],
        "minimum": 1,
    }
    shape = Shape((Node(raw, "#/x"),), {"Small": {"type": "integer", "maximum": 10}})
    assert shape.types == ("integer",)
    assert shape.largest("minimum") == 2
    assert shape.smallest("maximum") == 10
    assert shape.names == {"Small"}
    assert [said.pointer for said in shape.said("maximum")] == ["#/$defs/Small/maximum", "#/x/allOf/1/maximum"]


def test_a_contradiction_of_types_leaves_none() -> None:
    assert Shape((Node({"allOf": [{"type": "string"}, {"type": "integer"}]}, "#"),), {}).types == ()


def test_a_shape_is_expanded_once() -> None:
    shapes = Shapes({})
    place = (Node({"type": "string"}, "#"),)
    assert shapes.of(place) is shapes.of(place)
