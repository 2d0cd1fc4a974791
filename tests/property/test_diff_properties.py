"""The comparison of documents, for any edits of real ones."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specproof.errors import SpecificationError
from specproof.openapi.diff.changes import SpecDifference
from specproof.openapi.diff.spec_diff import diff_specs
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec

FIXTURES = Path(__file__).parents[1] / "fixtures" / "openapi"
DOCUMENTS = [
    document
    for path in sorted(FIXTURES.glob("*.json"))
    if isinstance(document := json.loads(path.read_text(encoding="utf-8")), dict) and "paths" in document
]
NAMES = (
    "type", "properties", "required", "allOf", "oneOf", "anyOf", "items", "enum", "const", "minimum", "maxLength", "pattern", "format",
    "readOnly", "nullable", "additionalProperties", "$ref", "discriminator", "not", "parameters", "in", "security", "x-sunset", "default",
)  # fmt: skip
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from(["string", "object", "array", "#/components/schemas/Book", "query", ""]),
)
values = st.recursive(
    leaves,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(st.sampled_from(NAMES), below, max_size=4)),
    max_leaves=8,
)


def containers(document: Any) -> list[Any]:
    found, waiting = [], [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (dict, list)) and node:
            found.append(node)
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return found


@st.composite
def edited(draw: st.DrawFn) -> dict[str, Any]:
    """A fixture with a few nodes replaced, removed or moved."""
    document: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(0, 6))):
        places = containers(document["paths"]) + containers(document.get("components", {}))
        if not places:
            break
        node = places[draw(st.integers(0, len(places) - 1))]
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        match draw(st.integers(0, 2)):
            case 0:
                node[key] = draw(values)
            case 1:
                del node[key]
            case _ if isinstance(node, dict):
                node[draw(st.sampled_from(NAMES))] = draw(values)
    return document


def read(document: dict[str, Any]) -> ApiSpec | None:
    try:
        return parse_spec(json.dumps(document).encode())
    except SpecificationError:
        return None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edited(), edited())
def test_any_two_documents_can_be_compared(one: dict[str, Any], other: dict[str, Any]) -> None:
    before, after = read(one), read(other)
    if before is None or after is None:
        return
    there, back = diff_specs(before, after), diff_specs(after, before)
    assert [item.label for item in there.added] == [item.label for item in back.removed]
    assert [item.label for item in there.removed] == [item.label for item in back.added]
    assert {item.key for item in there.changed} == {item.previous_key for item in back.changed}
    assert all(change.sentence.isprintable() for change in there.changes)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edited())
def test_no_document_differs_from_itself(document: dict[str, Any]) -> None:
    spec, marked = read(document), read({**document, "x-revision": 2})
    if spec is not None and marked is not None:
        assert diff_specs(spec, marked) == SpecDifference()
