"""What a request must satisfy, in words that say where and why it does not."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from decodingoperations import operation_with
from specproof.reference.contracts import Problem, RequestContract
from specproof.reference.decoding import Decoded, Malformed, RequestDecoder
from specproof.reference.messages import Request

JSON = "application/json"
INTEGER, TEXT = {"type": "integer"}, {"type": "string"}


def contract_of(schema: Any, schemas: dict[str, Any] | None = None, media_type: str = JSON, **media: Any) -> RequestContract:
    described = {**({} if schema is None else {"schema": schema}), **media}
    return RequestContract.of(operation_with(content={media_type: described}, schemas=schemas, version="3.2.0"))


def broken(contract: RequestContract, body: Any, media_type: str = JSON) -> list[tuple[str, str]]:
    """Pointer and keyword of each problem of a body."""
    return [(problem.pointer, problem.keyword) for problem in contract.problems(Decoded({}, body, True, media_type))]


def test_each_parameter_and_the_body_are_held_against_their_schemas() -> None:
    parameters = [
        {"name": "petId", "in": "path", "required": True, "schema": {**INTEGER, "minimum": 1}},
        {"name": "limit", "in": "query", "schema": {**INTEGER, "maximum": 10}},
        {"name": "ids", "in": "query", "schema": {"type": "array", "items": INTEGER}},
        {"name": "X-Kind", "in": "header", "required": True, "schema": {"enum": ["cat"]}},
        {"name": "theme", "in": "cookie", "required": True, "schema": TEXT},
    ]
    body = {"type": "object", "required": ["name"], "properties": {"a/b": {"type": "array", "items": {"maxLength": 2}}}}
    operation = operation_with(parameters, {JSON: {"schema": body}})
    decoder, contract = RequestDecoder.of(operation), RequestContract.of(operation)
    good = Request("POST", "/pets/7?limit=3&other=1", (("x-kind", "cat"), ("cookie", "theme=")), b'{"name": 1}')
    read = decoder.decode(good, {"petId": "7"})
    assert not isinstance(read, Malformed)
    assert contract.problems(read) == ()
    bad = Request("POST", "/pets/0?limit=x&ids=1&ids=b", (("x-kind", "dog"),), b'{"a/b": ["x", "xyz"]}')
    read = decoder.decode(bad, {"petId": "0"})
    assert not isinstance(read, Malformed)
    found = contract.problems(read)
    assert {(each.location, each.name, each.pointer, each.keyword) for each in found} == {
        ("path", "petId", "", "minimum"),
        ("query", "limit", "", "type"),
        ("query", "ids", "/1", "type"),
        ("header", "X-Kind", "", "enum"),
        ("cookie", "theme", "", "required"),
        ("body", "", "", "required"),
        ("body", "", "/a~1b/1", "maxLength"),
    }
    assert all(each.message for each in found)


def test_a_required_body_is_missed_and_an_optional_one_is_not() -> None:
    absent = Decoded({}, None, False, JSON)
    assert contract_of(TEXT).problems(absent) == (Problem("body", "", "", "required", "a body is required"),)
    assert RequestContract.of(operation_with(content={JSON: {"schema": TEXT}}, required=False)).problems(absent) == ()
    assert RequestContract.of(operation_with()).problems(Decoded({}, "x", True, JSON)) == ()


def test_null_is_a_body() -> None:
    assert broken(contract_of(TEXT), None) == [("", "type")]
    assert broken(contract_of({"type": ["string", "null"]}), None) == []


def test_a_body_is_held_against_the_media_type_or_range_that_it_came_as() -> None:
    content = {JSON: {"schema": INTEGER}, "application/*": {"schema": TEXT}, "text/plain": {}}
    contract = RequestContract.of(operation_with(content=content))
    assert set(contract.bodies) == set(content)
    assert contract.bodies["text/plain"] is None
    assert broken(contract, "x") == [("", "type")]
    assert broken(contract, "x", "application/vnd.pets+json") == []
    assert broken(contract, 7, "application/vnd.pets+json") == [("", "type")]
    assert broken(contract, 7, "text/plain") == []
    assert broken(contract, 7, "image/png") == []


SCHEMAS: dict[str, Any] = {
    "Id": {"type": "integer", "readOnly": True},
    "Base": {
        "type": "object",
        "required": ["id", "name", "made"],
        "properties": {"id": {"$ref": "#/components/schemas/Id"}, "name": TEXT, "made": {"type": "string", "readOnly": True}},
    },
    "Pet": {
        "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {"required": ["id", "secret"], "properties": {"secret": {"type": "string", "writeOnly": True}}},
        ],
    },
    "Owner": {
        "type": "object",
        "required": ["id", "pets"],
        "additionalProperties": False,
        "dependentRequired": {"pets": ["id"], "id": ["never"]},
        "properties": {
            "id": {"allOf": [{"$ref": "#/components/schemas/Id"}]},
            "pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
            "friend": {"anyOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
        },
    },
}  # fmt: skip


def test_what_is_read_only_is_neither_required_nor_looked_at() -> None:
    before = copy.deepcopy(SCHEMAS)
    operation = operation_with(content={JSON: {"schema": {"$ref": "#/components/schemas/Owner"}}}, schemas=SCHEMAS)
    body = operation.request_body
    assert body is not None
    schema = body.media_types[0].schema
    assert schema is not None
    bundle = copy.deepcopy(schema.bundle())
    contract = RequestContract.of(operation)
    pet = {"name": "Rex", "secret": "s"}
    assert broken(contract, {"pets": [pet]}) == []
    assert broken(contract, {"pets": [{**pet, "id": "no integer", "made": 3}], "id": [], "friend": {"pets": []}}) == []
    assert broken(contract, {"pets": [{"name": "Rex"}]}) == [("/pets/0", "required")]
    assert broken(contract, {"pets": [], "more": 1}) == [("", "additionalProperties")]
    assert broken(contract, {"pets": [{**pet, "secret": 3}]}) == [("/pets/0/secret", "type")]
    assert schema.bundle() == bundle
    assert before == SCHEMAS


def test_a_definition_that_requires_what_another_marks_read_only_is_seen_without_it_there_alone() -> None:
    schemas = {
        "Strict": {"type": "object", "required": ["id", "name"]},
        "Marked": {"allOf": [{"properties": {"id": {"readOnly": True}}}, {"$ref": "#/components/schemas/Strict"}]},
    }
    schema = {
        "type": "object",
        "properties": {"marked": {"$ref": "#/components/schemas/Marked"}, "plain": {"$ref": "#/components/schemas/Strict"}},
    }
    contract = contract_of(schema, schemas)
    assert broken(contract, {"marked": {"name": 1}}) == []
    assert broken(contract, {"marked": {}}) == [("/marked", "required")]
    assert broken(contract, {"plain": {"name": 1}}) == [("/plain", "required")]


def test_read_only_counts_inside_branches_and_conditions() -> None:
    schema = {
        "type": "object",
        "properties": {"id": {"type": "integer", "readOnly": True}, "kind": TEXT},
        "oneOf": [{"required": ["id", "kind"]}, {"required": ["id", "name"]}],
        "if": {"required": ["kind"]},
        "then": {"required": ["id", "colour"]},
    }
    assert broken(contract_of(schema), {"kind": "x", "colour": 1}) == []
    assert [keyword for _, keyword in broken(contract_of(schema), {"kind": "x"})] == ["required"]


def test_a_schema_that_contains_itself_is_seen_to_any_depth() -> None:
    tree = {
        "type": "object",
        "required": ["id", "children"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    }
    contract = contract_of({"$ref": "#/components/schemas/Tree"}, {"Tree": tree})
    assert broken(contract, {"children": [{"children": []}]}) == []
    assert broken(contract, {"children": [{"children": [{}]}]}) == [("/children/0/children/0", "required")]


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("date", "2024-02-29", "2023-02-29"),
        ("date-time", "2024-01-01T00:00:00Z", "2024-01-01 00:00"),
        ("email", "a@b.example", "a.b"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
        ("uri", "https://a.example/b", "a b"),
        ("ipv4", "10.0.0.1", "10.0.0.256"),
        ("ipv6", "::1", "::g"),
        ("hostname", "a.example", "-a-"),
    ],
)
def test_known_formats_count(format_: str, good: str, bad: str) -> None:
    contract = contract_of({**TEXT, "format": format_})
    assert broken(contract, good) == []
    assert broken(contract, bad) == [("", "format")]


def test_unknown_formats_and_the_sizes_of_integers_do_not_count() -> None:
    assert broken(contract_of({**TEXT, "format": "colour"}), "anything") == []
    for format_ in ("int32", "int64"):
        assert broken(contract_of({**INTEGER, "format": format_}), 2**80) == []


def test_a_pattern_that_does_not_compile_is_no_pattern_and_the_rest_counts() -> None:
    assert broken(contract_of({**TEXT, "pattern": "(?<=a)b", "maxLength": 3}), "x") == []
    assert broken(contract_of({**TEXT, "pattern": "(?<=a)b", "maxLength": 3}), "xyzu") == [("", "maxLength")]


def test_rows_are_held_against_the_schema_of_each() -> None:
    rows = "application/x-ndjson"
    for contract in (contract_of(INTEGER, media_type=rows), contract_of(None, media_type=rows, itemSchema=INTEGER)):
        assert broken(contract, [1, 2], rows) == []
        assert broken(contract, [1, "x"], rows) == [("/1", "type")]
    whole = contract_of({"type": "array", "maxItems": 1}, media_type=rows, itemSchema=INTEGER)
    assert sorted(broken(whole, [1, "x"], rows)) == [("", "maxItems"), ("/1", "type")]


def test_a_changed_copy_changes_nothing_else_and_shares_what_is_compiled() -> None:
    parameters = [{"name": "limit", "in": "query", "required": True, "schema": {**INTEGER, "maximum": 10}}]
    original = RequestContract.of(operation_with(parameters, {JSON: {"schema": {**TEXT, "maxLength": 2}}}))
    key = ("query", "limit")
    request = Decoded({key: 11}, "abc", True, JSON)
    assert [each.keyword for each in original.problems(request)] == ["maximum", "maxLength"]
    lax = original.replace(parameters={key: INTEGER})
    assert [each.keyword for each in lax.problems(request)] == ["maxLength"]
    assert lax.bodies is original.bodies
    assert [each.keyword for each in original.replace(bodies={JSON: {**TEXT, "maxLength": 3}}).problems(request)] == ["maximum"]
    nothing = replace(request, parameters={}, has_body=False)
    assert [each.keyword for each in original.problems(nothing)] == ["required", "required"]
    assert original.replace(required=frozenset(), body_required=False).problems(nothing) == ()
    assert [each.name for each in original.replace(required=frozenset({key, ("query", "new")})).problems(request)] == [
        "limit",
        "new",
        "",
    ]
    assert [each.keyword for each in original.problems(request)] == ["maximum", "maxLength"]


def test_a_schema_is_compiled_once_for_all_copies_and_only_when_a_value_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    from specproof.reference import contracts

    real = contracts.proof_of
    monkeypatch.setattr(contracts, "proof_of", lambda schema: (compiled.append(schema), real(schema))[1])
    original = contract_of({**TEXT, "maxLength": 2})
    copies = [original.replace(body_required=False) for _ in range(10)]
    assert compiled == []
    for contract in (copies[3], original, *copies):
        assert broken(contract, "abc") == [("", "maxLength")]
    assert len(compiled) == 1


def test_problems_of_one_value_are_bounded() -> None:
    contract = contract_of({"type": "array", "items": INTEGER})
    assert len(broken(contract, ["x"] * 5_000)) == 100


def test_nothing_is_fetched_from_elsewhere() -> None:
    contract = contract_of({"type": "object", "properties": {"a": {"$ref": "https://127.0.0.1:1/pet.json"}, "b": INTEGER}})
    assert broken(contract, {"a": 1, "b": "x"}) == [("/b", "type")]
