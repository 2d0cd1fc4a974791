"""Values at the edge of what is allowed: each proven by two validators, each where it should be."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.domain.plans import Fresh
from specproof.generators.plan_values import edited
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_data_factory.fresh import as_json
from specproof.generators.test_data_factory.model import Boundary, ProvenValue
from specproof.openapi.findings import Severity
from unit.values.valuekit import is_valid, parameter, request_for


def boundaries_of(raw: Any, **options: Any) -> tuple[dict[str, Boundary], dict[str, Any]]:
    """The boundaries of the engine's own value, and each whole value, by slug."""
    factory = ValueFactory(seed="s")
    request = request_for(raw, **options)
    found = factory.valid(request)
    assert isinstance(found, ProvenValue), found
    boundaries = {one.slug: one for one in factory.boundaries(request, found.value)}
    wholes = {slug: as_json(_applied(found.value, one)) for slug, one in boundaries.items()}
    return boundaries, wholes


def _applied(base: Any, boundary: Boundary) -> Any:
    value = base
    for edit in boundary.edits:
        value = edit.value if edit.pointer == "" else edited(value, (edit,))
    return value


PET = {
    "type": "object",
    "required": ["name", "age"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 40},
        "age": {"type": "integer", "minimum": 0, "exclusiveMaximum": 50},
        "weight": {"type": "number", "exclusiveMinimum": 0, "maximum": 99.5},
        "kind": {"type": "string", "enum": ["cat", "dog", "-dog"]},
        "chip": {"type": "string", "pattern": "^[0-9]{4,9}$", "minLength": 5, "maxLength": 7},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 8}, "maxItems": 4},
        "nickname": {"type": ["string", "null"]},
        "is_tame": {"type": "boolean"},
    },
}


def test_every_boundary_of_a_body_is_valid_and_stands_at_its_edge() -> None:
    boundaries, wholes = boundaries_of(PET)
    assert all(is_valid(PET, whole) for whole in wholes.values()), wholes
    assert len(wholes["name_at_max_length"]["name"]) == 40
    assert len(wholes["name_at_min_length"]["name"]) == 2
    assert (wholes["age_at_minimum"]["age"], wholes["age_at_exclusive_maximum"]["age"]) == (0, 49)
    assert wholes["weight_at_maximum"]["weight"] == 99.5
    assert 0 < wholes["weight_at_exclusive_minimum"]["weight"] <= 0.25
    assert {len(wholes[f"chip_at_{end}_length"]["chip"]) for end in ("min", "max")} == {5, 7}
    assert (wholes["tags_empty"]["tags"], len(wholes["tags_at_max_items"]["tags"])) == ([], 4)
    assert wholes["nickname_allowed_null"]["nickname"] is None
    assert set(wholes["body_only_required"]) == {"name", "age"}
    kinds = {whole["kind"] for slug, whole in wholes.items() if "kind_member" in slug}
    assert len(kinds) == 2
    assert isinstance(boundaries["name_at_max_length"].edits[0].value, Fresh)


def test_letters_beyond_ascii_are_only_worth_a_remark_where_they_are_refused() -> None:
    boundaries, wholes = boundaries_of(PET)
    foreign = boundaries["name_beyond_ascii"]
    assert foreign.severity is Severity.MINOR
    assert not wholes["name_beyond_ascii"]["name"].isascii()
    assert {one.severity for slug, one in boundaries.items() if "beyond_ascii" not in slug} == {Severity.MAJOR}


def test_a_parameter_is_sent_as_it_was_proven() -> None:
    boundaries, wholes = boundaries_of({"type": "integer", "minimum": 1, "maximum": 100}, **parameter("query"))
    assert (wholes["p_at_minimum"], wholes["p_at_maximum"]) == (1, 100)
    assert all(one.edits[0].pointer == "" for one in boundaries.values())
    _, texts = boundaries_of({"type": "string", "maxLength": 12}, **parameter("query"))
    assert len(texts["p_at_max_length"]) == 12


@pytest.mark.parametrize("raw", [{"type": "string"}, True, {"type": "integer"}, {"const": "x"}])
def test_where_nothing_bounds_there_is_no_edge(raw: Any) -> None:
    boundaries, _ = boundaries_of(raw)
    assert {slug for slug in boundaries if "beyond_ascii" not in slug} == set()


def test_a_boundary_that_another_rule_forbids_is_not_sent() -> None:
    raw = {"allOf": [{"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "maximum": 9}}}]}
    raw["not"] = {"properties": {"n": {"const": 9}}, "required": ["n"]}
    boundaries, wholes = boundaries_of(raw)
    assert all(is_valid(raw, whole) for whole in wholes.values())
    assert "n_at_maximum" not in boundaries or wholes["n_at_maximum"]["n"] != 9


def test_where_all_is_optional_one_member_stays_so_that_each_is_left_out_once() -> None:
    raw = {"type": "object", "properties": {name: {"type": "integer"} for name in "abc"}}
    wholes = boundaries_of(raw)[1]
    assert set(wholes["body_only_a"]) == {"a"}
    assert set(wholes["body_only_c"]) == {"c"}
    assert "body_only_required" not in wholes


def test_of_a_nested_object_one_member_stays_as_well() -> None:
    inner = {"type": "object", "properties": {name: {"type": "integer"} for name in "abc"}}
    raw = {"type": "object", "required": ["one", "many"], "properties": {"one": inner, "many": {"type": "array", "items": inner}}}
    wholes = boundaries_of(raw)[1]
    found = [(set(whole["one"]), set(whole["many"][0])) for whole in wholes.values() if whole["many"]]
    assert ({"a"}, {"a", "b", "c"}) in found
    assert ({"c"}, {"a", "b", "c"}) in found
    assert ({"a", "b", "c"}, {"a"}) in found
    assert ({"a", "b", "c"}, {"c"}) in found


def test_members_of_a_map_stand_on_their_bounds() -> None:
    raw = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 3, "maximum": 9}}
    _, wholes = boundaries_of(raw)
    assert {3, 9} <= {value for whole in wholes.values() for value in whole.values()}


@pytest.mark.parametrize(("pattern", "ending"), [(r'^"[0-9]+"$|\*', "*~d"), ("^[0-9]{4}", "~d"), ("[0-9]{4}$", "")])
def test_a_pattern_without_an_end_is_kept_with_more_beside_it(pattern: str, ending: str) -> None:
    schema = {"type": "string", "pattern": pattern, "maxLength": 9}
    boundaries, wholes = boundaries_of(schema, **parameter("header"))
    value = wholes["p_beside_more"]
    assert is_valid(schema, value)
    assert value.endswith(ending)
    assert "~d" in value
    # Whoever ends the pattern in his mind refuses it, and is not far from being right.
    assert boundaries["p_beside_more"].severity is Severity.MINOR


def test_a_pattern_with_its_ends_or_without_room_has_nothing_beside_it() -> None:
    for schema in ({"type": "string", "pattern": "^[0-9]+$"}, {"type": "string", "pattern": "[0-9]{4}", "maxLength": 5}):
        assert "p_beside_more" not in boundaries_of(schema, **parameter("header"))[0]
