"""The comparison of real documents: with themselves, with edited copies of themselves, and how long the largest one takes."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from countedwork import lines_run
from specproof.errors import SpecificationError
from specproof.openapi.diff.changes import SpecDifference
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.spec_diff import diff_specs
from specproof.openapi.documents.loader import SpecLimits, load_document
from specproof.openapi.parser import parse_spec

pytestmark = pytest.mark.needs_shared

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")
ELASTIC = "10-elastic_elasticsearch-specification-elasticsearch-serverless-openapi.json"
METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}
MOST_LINES = 20_000_000
"""Of Python, for the largest document: three times what it takes."""
Document = dict[str, Any]


@pytest.fixture(autouse=True)
def _shared_corpus() -> None:
    if not (SHARED / "corpus").is_dir():
        pytest.skip(f"the shared corpus is not at {SHARED} (set SPECPROOF_CORPUS)")


def readable(folder: str) -> Iterator[tuple[str, Document]]:
    """The documents of a folder that can be read, as trees."""
    for path in sorted((SHARED / "corpus" / folder).rglob("*")):
        if path.suffix not in (".json", ".yaml", ".yml"):
            continue
        try:
            content = path.read_bytes()
            if parse_spec(content).operations:
                # By way of JSON: an alias of YAML is one object in several places, and an edit of it many edits.
                yield path.name, orjson.loads(orjson.dumps(load_document(content, limits=SpecLimits()).root))
        except SpecificationError:
            continue


def compared(old: Document, new: Document) -> SpecDifference:
    return diff_specs(*(parse_spec(orjson.dumps(document)) for document in (old, new)))


def first_operation(document: Document) -> tuple[Document, str]:
    """A path item of the document, and one of its methods that has an object."""
    for item in document["paths"].values():
        for method in sorted(METHODS & item.keys() if isinstance(item, dict) else ()):
            if isinstance(item[method], dict):
                return item, method
    raise LookupError("no operation stands in the paths themselves")


def objects(node: Any) -> Iterator[Document]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            yield current
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)


def resolves(document: Document, pointer: str) -> bool:
    node: Any = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        try:
            node = node[int(name)] if isinstance(node, list) else node[name]
        except (KeyError, ValueError, IndexError, TypeError):
            return False
    return True


@pytest.mark.parametrize("folder", ["dev", "hostile"])
def test_no_document_differs_from_itself(folder: str) -> None:
    names = []
    for name, document in readable(folder):
        assert compared(document, {**document, "x-revision": 2}) == SpecDifference(), name
        names.append(name)
    assert len(names) >= 20


def test_a_dropped_operation_is_found_in_every_document() -> None:
    tried = 0
    for name, document in readable("dev"):
        edited = copy.deepcopy(document)
        try:
            item, method = first_operation(edited)
        except LookupError:
            continue
        was_deprecated = item.pop(method).get("deprecated") is True
        found = compared(document, edited)
        rule = ChangeRule.OPERATION_REMOVED_DEPRECATED if was_deprecated else ChangeRule.OPERATION_REMOVED
        # More than one where another path refers to this one.
        assert {change.rule for change in found.changes} == {rule}, name
        assert {change.rule for change in compared(edited, document).changes} == {ChangeRule.OPERATION_ADDED}, name
        tried += 1
    assert tried >= 20


def test_a_required_parameter_that_came_is_found_in_every_document() -> None:
    tried = 0
    for name, document in readable("dev"):
        edited = copy.deepcopy(document)
        try:
            item, method = first_operation(edited)
        except LookupError:
            continue
        kind = {"type": "string"} if "swagger" in document else {"schema": {"type": "string"}}
        listed = item[method].setdefault("parameters", [])
        if not isinstance(listed, list):
            continue
        listed.append({"name": "zzNew", "in": "query", "required": True, **kind})
        found = list(compared(document, edited).changes)
        assert {change.rule for change in found} == {ChangeRule.PARAMETER_ADDED_REQUIRED}, name
        assert resolves(edited, found[0].pointer_after), (name, found[0].pointer_after)
        tried += 1
    assert tried >= 20


def test_a_narrowed_enum_is_found_where_it_is_reached() -> None:
    expected = {f"{place}.value.enum_value_removed" for place in ("parameter", "request", "response")}
    tried = 0
    for name, document in readable("dev"):
        edited = copy.deepcopy(document)
        changed = [
            schema
            for schema in objects({key: edited.get(key) for key in ("paths", "components", "definitions", "parameters")})
            if schema.get("type") == "string" and isinstance(schema.get("enum"), list) and len(set(map(str, schema["enum"]))) > 1
        ]
        for schema in changed:
            gone = schema["enum"][-1]
            schema["enum"] = [value for value in schema["enum"] if value != gone]
        found = list(compared(document, edited).changes)
        if not found:
            continue
        rules = {change.rule.value for change in found}
        tried += 1
        # An enum inside of an alternative or of a condition may be told as a change of that.
        assert rules & expected, name
        assert all(rule.split(".")[-1].startswith(("enum_", "alternative_", "condition_")) for rule in rules), (name, rules)
        for change in found:
            for side, place in ((document, change.pointer_before), (edited, change.pointer_after)):
                # The form of Swagger 2.0 is a list of parameters there: below it the place is that of its translation.
                real = place.partition("/parameters/properties/")[0] if "swagger" in document else place
                assert resolves(side, real), (name, place)
    assert tried >= 15


def test_a_changed_property_that_half_of_four_megabytes_reach_is_found_at_once() -> None:
    content = (SHARED / "corpus" / "dev" / ELASTIC).read_bytes()
    edited = orjson.loads(content)
    schemas = edited["components"]["schemas"]
    schemas["_types.query_dsl.QueryContainer"]["properties"]["bool"] = {"type": "integer"}
    old, new = parse_spec(content), parse_spec(orjson.dumps(edited))
    found = diff_specs(old, new)
    assert len(found.changed) > 100
    assert found.counts.breaking > 100
    # The two trees are walked once each, not once for each operation that reaches the change.
    assert lines_run(lambda: diff_specs(old, new)) < MOST_LINES


@pytest.mark.slow
def test_positions_that_nobody_could_count_are_not_counted() -> None:
    """Which of 22 schemas hold for a position is a subset of them, and a different one for each path of properties."""

    def document(bound: int) -> Document:
        links = [{"$ref": f"#/components/schemas/S{number}"} for number in range(24)]
        schemas = {f"S{number}": {"properties": dict.fromkeys("ab", links[number + 1])} for number in range(1, 23)}
        schemas["S0"] = {"allOf": [{"properties": {"a": links[0], "b": links[0]}}, {"properties": {"a": links[1]}}]}
        schemas["S23"] = {"maxLength": bound}
        body = {"content": {"application/json": {"schema": links[0]}}}
        paths = {"/a": {"post": {"requestBody": body, "responses": {"200": {}}}}}
        return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas}}

    # What cannot be counted would never come to an end.
    found = compared(document(1), document(2))
    assert ChangeRule.REQUEST_VALUE_SCHEMA_CHANGED in {change.rule for change in found.changes}
