"""Values of schemas that reach a great many definitions: proven with those alone that the value meets, to the same verdict."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.generators.test_data_factory.places import Node
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_data_factory.views import View

COUNT = 50


def definitions() -> dict[str, Any]:
    """Fifty schemas, each of which refers to all of them."""
    links = {f"to{number}": {"$ref": f"#/$defs/N{number}"} for number in range(COUNT)}
    node = {
        "type": "object",
        "properties": {"size": {"type": "integer"}, "properties": {"$ref": "#/$defs/Leaf"}, **links},
        "patternProperties": {"^x-": {"$ref": "#/$defs/Leaf"}},
        "unevaluatedProperties": False,
    }
    return {**{f"N{number}": dict(node) for number in range(COUNT)}, "Leaf": {"type": "string", "minLength": 2}}


@pytest.fixture
def view() -> View:
    return View(definitions(), is_response=False)


ROOT = {"$ref": "#/$defs/N0"}


def test_definitions_behind_members_that_a_value_does_not_have_are_not_met(view: View) -> None:
    assert view.reached_by(ROOT, frozenset({"size"})) == {"N0", "Leaf"}
    assert view.reached_by(ROOT, frozenset({"to3"})) == {"N0", "N3", "Leaf"}
    assert len(view.reachable(ROOT)) == COUNT + 1


def test_a_property_called_properties_guards_what_stands_behind_it() -> None:
    view = View({"A": {"properties": {"properties": {"$ref": "#/$defs/B"}}}, "B": {}}, is_response=False)
    assert view.reached_by({"$ref": "#/$defs/A"}, frozenset()) == {"A"}
    assert view.reached_by({"$ref": "#/$defs/A"}, frozenset({"properties"})) == {"A", "B"}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"size": "x"}, ("size",)),
        ({"to1": {"to2": {"to49": {"size": None}}}}, ("to1", "to2", "to49", "size")),
        ({"properties": "x"}, ("properties",)),
        ({"to7": {"x-a": ""}}, ("to7", "x-a")),
        ({"to7": {"unknown": 1}}, ("to7",)),
    ],
)
def test_a_fault_is_found_however_deep_it_lies(view: View, value: Any, path: tuple[str, ...]) -> None:
    faults = Prover(view).faults((Node(ROOT, "#"),), value)
    assert faults is not None
    assert [fault.path for fault in faults][:1] == [path]


def test_values_that_keep_every_rule_are_accepted(view: View) -> None:
    prover, place = Prover(view), (Node(ROOT, "#"),)
    assert prover.accepts(place, {"size": 1, "to1": {"to2": {"properties": "ab", "x-b": "ab"}}})
    assert prover.accepts(place, {})
    assert prover.compiles(place)


def test_no_validator_holds_definitions_that_its_values_do_not_meet(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    original = Prover._compile

    def counting(self: Prover, root: Any, names: Any, *, with_formats: bool) -> Any:
        asked.append(sum(names.values()))
        return original(self, root, names, with_formats=with_formats)

    monkeypatch.setattr(Prover, "_compile", counting)
    prover, place = Prover(view), (Node(ROOT, "#"),)
    for size in range(5):
        assert prover.accepts(place, {"size": size})
        assert prover.accepts(place, {"to1": {"size": size}})
    assert asked == [2, 3]
