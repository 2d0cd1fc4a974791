"""Each rule about schemas: a document that it speaks about, and the nearest one that it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from countedwork import LINEAR, SQUARE, growth
from lint_documents import ANSWER, BODY, places, report_of, with_answer, with_body, with_operation
from specproof.openapi.lint.examples import ExampleChecker
from specproof.openapi.lint.linter import LintReport

TEXT = {"type": "string", "maxLength": 5}
CLOSED = {"additionalProperties": False, "required": ["a"]}

SPOKEN: list[tuple[str, dict[str, Any], list[str]]] = [
    ("lint.string_unconstrained", with_body({"type": "string"}), [BODY]),
    ("lint.string_unconstrained", with_body({"type": ["string", "null"], "minLength": 1}), [BODY]),
    ("lint.string_unconstrained", with_body({"allOf": [{"type": "string"}, {"minLength": 1}]}), [f"{BODY}/allOf/0"]),
    (
        "lint.string_unconstrained",
        with_body({"$ref": "#/components/schemas/A"}, A={"type": "string"}),
        ["#/components/schemas/A"],
    ),
    ("lint.number_unbounded", with_body({"type": "integer", "format": "int32"}), [BODY]),
    ("lint.number_unbounded", with_body({"type": "number", "multipleOf": 2}), [BODY]),
    ("lint.array_unbounded", with_body({"type": "array", "items": TEXT}), [BODY]),
    ("lint.free_form", with_body({"type": "object"}), [BODY]),
    ("lint.free_form", with_body({"type": "object", "additionalProperties": {}}), [BODY]),
    ("lint.free_form", with_answer({"type": "object", "properties": {"a": {}}}), [f"{ANSWER}/properties/a"]),
    ("lint.nothing_required", with_answer({"type": "object", "properties": {"a": TEXT}}), [ANSWER]),
    ("lint.object_open", with_body({"type": "object", "properties": {"a": TEXT}}), [BODY]),
    (
        "lint.read_only_required",
        with_body({"type": "object", "required": ["a"], "properties": {"a": {**TEXT, "readOnly": True}}}),
        [f"{BODY}/required/0"],
    ),
    ("lint.enum_type", with_body({"type": "string", "enum": ["a", 1]}), [f"{BODY}/enum/1"]),
    ("lint.default_not_in_enum", with_body({"type": "string", "enum": ["a"], "default": "b"}), [f"{BODY}/default"]),
    (
        "lint.default_not_in_enum",
        with_body({"$ref": "#/components/schemas/A", "default": "b"}, A={"enum": ["a"]}),
        [f"{BODY}/default"],
    ),
    ("lint.default_invalid", with_body({**TEXT, "default": "too long"}), [f"{BODY}/default"]),
    ("lint.default_invalid", with_body({**TEXT, "default": 1}), [f"{BODY}/default"]),
    ("example.invalid", with_body({**TEXT, "examples": ["fine", "too long"]}), [f"{BODY}/examples/1"]),
    ("example.invalid", with_body({**TEXT, "example": "too long"}, "3.0.3"), [f"{BODY}/example"]),
    ("example.invalid", with_body({"type": "object", "required": ["a"], "examples": [{}]}), [f"{BODY}/examples/0"]),
    (
        "lint.discriminator_not_required",
        with_answer({"oneOf": [{"properties": {"k": TEXT}}], "discriminator": {"propertyName": "k"}}),
        [f"{ANSWER}/discriminator"],
    ),
    (
        "lint.discriminator_not_required",
        with_answer({"type": "object", "discriminator": {"propertyName": "k"}}),
        [f"{ANSWER}/discriminator"],
    ),
    ("lint.one_of_overlap", with_body({"oneOf": [TEXT, {"type": "string"}]}), [f"{BODY}/oneOf"]),
    ("lint.one_of_overlap", with_body({"oneOf": [{"type": "string"}, {"type": "string"}]}), [f"{BODY}/oneOf"]),
    (
        "lint.one_of_overlap",
        with_body(
            {
                "oneOf": [
                    {"type": "object", "required": ["a"], "properties": {"a": TEXT}},
                    {"type": "object", "properties": {"a": TEXT}},
                ]
            }
        ),
        [f"{BODY}/oneOf"],
    ),
    (
        "lint.one_of_overlap",
        with_body({"oneOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "string", "const": "b"}]}),
        [f"{BODY}/oneOf"],
    ),
    ("lint.one_of_overlap", with_body({"oneOf": [{"type": "integer"}, {"type": "number"}]}), [f"{BODY}/oneOf"]),
    ("lint.pattern_length", with_body({"type": "string", "pattern": "^[a-z]{5}$", "maxLength": 4}), [BODY]),
    ("lint.pattern_length", with_body({"type": "string", "pattern": "^[a-z]{5}$", "minLength": 6}), [BODY]),
    ("lint.pattern_length", with_body({"type": "string", "pattern": "abc", "maxLength": 2}), [BODY]),
]

SILENT: list[tuple[str, dict[str, Any]]] = [
    ("lint.string_unconstrained", with_body(TEXT)),
    ("lint.string_unconstrained", with_body({"type": "string", "format": "uuid"})),
    ("lint.string_unconstrained", with_body({"allOf": [{"type": "string"}, {"maxLength": 1}]})),
    ("lint.string_unconstrained", with_body({"maxLength": 3, "anyOf": [{"type": "string"}, {"type": "null"}]})),
    ("lint.string_unconstrained", with_body({"type": "object", "if": {"properties": {"a": {"type": "string"}}}})),
    ("lint.string_unconstrained", with_answer({"type": "string"})),
    ("lint.number_unbounded", with_body({"type": "integer", "exclusiveMinimum": 0})),
    ("lint.number_unbounded", with_body({"enum": [1, 2], "type": "integer"})),
    ("lint.array_unbounded", with_body({"type": "array", "items": TEXT, "maxItems": 2})),
    ("lint.free_form", with_body({"type": "object", "additionalProperties": TEXT})),
    ("lint.free_form", with_body({"type": "object", "required": ["a"]})),
    ("lint.free_form", with_body({"type": "object", "additionalProperties": False})),
    ("lint.nothing_required", with_answer({"type": "object", "required": ["a"], "properties": {"a": TEXT}})),
    ("lint.nothing_required", with_answer({"allOf": [{"properties": {"a": TEXT}}, {"required": ["a"]}]})),
    ("lint.object_open", with_body({"type": "object", "properties": {"a": TEXT}, **CLOSED})),
    ("lint.object_open", with_answer({"type": "object", "properties": {"a": TEXT}})),
    (
        "lint.read_only_required",
        with_answer({"type": "object", "required": ["a"], "properties": {"a": {**TEXT, "readOnly": True}}}),
    ),
    ("lint.read_only_required", with_body({"type": "object", "required": ["a"], "properties": {"a": TEXT}})),
    ("lint.enum_type", with_body({"type": ["string", "integer"], "enum": ["a", 1]})),
    ("lint.enum_type", with_body({"type": "string", "nullable": True, "enum": ["a", None]}, "3.0.3")),
    ("lint.default_not_in_enum", with_body({"type": "integer", "enum": [1], "default": 1.0})),
    ("lint.default_invalid", with_body({**TEXT, "default": "fine"})),
    ("example.invalid", with_body({**TEXT, "examples": ["fine"]})),
    (
        "example.invalid",  # a client must not send what is readOnly
        with_body({"type": "object", "required": ["a"], "properties": {"a": {**TEXT, "readOnly": True}}, "examples": [{}]}),
    ),
    (
        "lint.discriminator_not_required",
        with_answer(
            {
                "oneOf": [{"$ref": "#/components/schemas/A"}],
                "discriminator": {"propertyName": "k"},
            },
            A={"allOf": [{"properties": {"k": TEXT}}, {"required": ["k"]}]},
        ),
    ),
    ("lint.one_of_overlap", with_body({"oneOf": [{"type": "string"}, {"type": "integer"}]})),
    ("lint.one_of_overlap", with_body({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}]})),
    (
        "lint.one_of_overlap",
        with_body(
            {
                "oneOf": [
                    {"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}},
                    {"type": "object", "required": ["k"], "properties": {"k": {"const": "b"}}},
                ]
            }
        ),
    ),
    (
        "lint.one_of_overlap",
        with_body(
            {
                "oneOf": [
                    {"type": "object", "required": ["a"], "properties": {"a": TEXT}},
                    {"type": "object", "required": ["b"], "properties": {"b": TEXT}},
                ]
            }
        ),
    ),
    (
        "lint.one_of_overlap",
        with_body(
            {
                "oneOf": [
                    {"type": "object", "additionalProperties": {"type": "string"}},
                    {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
                ]
            }
        ),
    ),
    (
        "lint.one_of_overlap",
        with_body({"oneOf": [{"type": "object"}, {"type": "object"}], "discriminator": {"propertyName": "k"}}),
    ),
    ("lint.pattern_length", with_body({"type": "string", "pattern": "[a-z]{5}", "minLength": 6})),
    ("lint.pattern_length", with_body({"type": "string", "pattern": "^[a-z]{5}$", "maxLength": 5})),
]


@pytest.mark.parametrize(("code", "tree", "where"), SPOKEN, ids=lambda value: value if isinstance(value, str) else "")
def test_a_rule_speaks_where_it_has_to_be_mended(code: str, tree: dict[str, Any], where: list[str]) -> None:
    assert places(tree, code) == where


@pytest.mark.parametrize(("code", "tree"), SILENT, ids=lambda value: value if isinstance(value, str) else "")
def test_a_rule_is_silent_where_nothing_is_wrong(code: str, tree: dict[str, Any]) -> None:
    assert places(tree, code) == []


CONTRADICTIONS: list[tuple[Any, str]] = [
    ({"type": "integer", "minimum": 5, "maximum": 4}, "lowest number"),
    ({"type": "number", "exclusiveMinimum": 4, "maximum": 4}, "lowest number"),
    ({"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 5}, "no multiple of 1"),
    ({"type": "number", "minimum": 0.1, "maximum": 0.2, "multipleOf": 0.25}, "no multiple of 0.25"),
    ({"type": "string", "minLength": 5, "maxLength": 4}, "minLength 5"),
    ({"type": "array", "minItems": 5, "maxItems": 4}, "minItems 5"),
    ({"type": "object", "minProperties": 5, "maxProperties": 4}, "minProperties 5"),
    ({"type": "string", "enum": [1, 2]}, "none of the values"),
    ({"type": "string", "const": 1}, "none of the values"),
    ({"enum": ["a"], "const": "b"}, "leave no value"),
    ({"enum": [1], "const": True}, "leave no value"),
    ({"required": ["a", "b"], "properties": {"a": {}}, "additionalProperties": False}, '"b" is required'),
    ({"required": ["a", "b"], "maxProperties": 1}, "2 properties are required"),
    ({"required": ["a"], "properties": {"a": False}}, "its schema allows nothing"),
    ({"minProperties": 2, "properties": {"a": {}}, "additionalProperties": False}, "only 1 properties"),
    ({"type": "array", "minItems": 3, "uniqueItems": True, "items": {"enum": ["a", "b"]}}, "only 2 different"),
    ({"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "boolean"}}, "only 2 different"),
    ({"type": "array", "minItems": 2, "prefixItems": [{}], "items": False}, "only 1 items"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "nothing in common"),
    ({"allOf": [{"minLength": 3}, {"maxLength": 2}]}, "minLength 3"),
    ({"allOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, "leave no value"),
    ({"allOf": [{"required": ["b"]}, {"properties": {"a": {}}, "additionalProperties": False}]}, '"b" is required'),
    ({"$ref": "#/components/schemas/A", "minLength": 9}, "minLength 9"),
]


@pytest.mark.parametrize(("schema", "told"), CONTRADICTIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_contradicting_keywords_are_reported_once_where_they_meet(schema: Any, told: str) -> None:
    report = report_of(with_body(schema, A={"type": "string", "maxLength": 8}))
    found = [finding for finding in report.findings if finding.code.value == "lint.contradiction"]
    assert [finding.at for finding in found] == [BODY]
    assert told in found[0].message


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 4, "maximum": 4},
        {"type": "number", "exclusiveMinimum": 4, "maximum": 4.5},
        {"type": "number", "minimum": 0.3, "maximum": 0.3, "multipleOf": 0.1},
        {"enum": [1, "a"], "type": "string"},
        {"enum": ["a", 1], "const": 1.0},
        {"required": ["a"], "patternProperties": {"^a": {}}, "additionalProperties": False},
        {"allOf": [{"type": "number"}, {"type": "integer"}]},
        {"anyOf": [{"minLength": 3}, {"maxLength": 2}]},
        {"minContains": 3, "maxContains": 2},
    ],
    ids=str,
)
def test_what_can_be_satisfied_is_no_contradiction(schema: Any) -> None:
    assert places(with_body(schema), "lint.contradiction") == []


def test_a_contradiction_in_a_shared_component_is_told_there_and_not_at_its_users() -> None:
    shared = {"$ref": "#/components/schemas/A"}
    tree = with_body({"allOf": [shared, {"type": "string"}]}, A={"type": "string", "minLength": 2, "maxLength": 1}, B=shared)
    assert places(tree, "lint.contradiction") == ["#/components/schemas/A"]


def test_a_shared_component_is_reported_once_whoever_uses_it() -> None:
    shared = {"$ref": "#/components/schemas/A"}
    user = {"type": "object", "required": ["a"], "properties": {"a": shared, "b": {"type": "array", "items": shared}}}
    assert places(with_body(user, A={"type": "string"}), "lint.string_unconstrained") == ["#/components/schemas/A"]


def test_nullable_beside_a_combination_leaves_the_place_as_it_is_written() -> None:
    tree = with_body({"nullable": True, "allOf": [{"type": "string"}]}, "3.0.3")
    assert places(tree, "lint.string_unconstrained") == [f"{BODY}/allOf/0"]


def test_an_example_that_is_json_text_is_named_as_such() -> None:
    body = {"content": {"application/json": {"schema": {"type": "object", "required": ["a"]}, "example": '{"a": 1}'}}}
    findings = report_of(with_operation({"requestBody": body}, "put")).findings
    told = [finding.message for finding in findings if finding.code.value == "example.invalid"]
    assert told == ["the example is a text that holds JSON, and the schema wants object"]


def test_a_field_of_a_swagger_form_is_named_as_the_parameter_that_it_is() -> None:
    parameters = [
        {"name": "first", "in": "formData", "type": "string", "maxLength": 3},
        {"name": "second", "in": "formData", "type": "string"},
    ]
    operation = {"operationId": "o", "parameters": parameters, "responses": {"200": {"description": "ok"}}}
    tree = {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"post": operation}}}
    assert places(tree, "lint.string_unconstrained") == ["#/paths/~1a/post/parameters/1"]


def test_beyond_its_budget_the_validator_is_not_asked_any_more() -> None:
    checker = ExampleChecker({}, max_nodes=2)
    schemas: list[dict[str, Any]] = [{"maxLength": 1}, {"maxLength": 2}]
    faults = [checker.fault(schema, "long", is_request=True, is_response=False) for schema in schemas]
    assert faults == ['violates "maxLength"', ""]
    assert checker.is_exhausted


def test_what_is_read_only_by_reference_may_be_missing_from_a_request_too() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/A"}}, "examples": [{}]}
    assert places(with_body(schema, A={**TEXT, "readOnly": True}), "example.invalid") == []
    assert places(with_body(schema, A=TEXT), "example.invalid") == [f"{BODY}/examples/0"]


def test_a_long_chain_of_references_ends_soon() -> None:
    def reported(links: int) -> LintReport:
        chain: dict[str, Any] = {
            f"C{index}": {"allOf": [{"$ref": f"#/components/schemas/C{index + 1}"}, {"minLength": 2}], "default": "x"}
            for index in range(links)
        }
        return report_of(with_body({"$ref": "#/components/schemas/C0"}, **chain, **{f"C{links}": {"type": "string"}}))

    # Each of the defaults is held against the rest of the chain.
    assert growth(lambda links: lambda: reported(links), 40) < SQUARE
    assert "the default violates the schema" in {finding.message for finding in reported(600).findings}


def test_many_schemas_that_share_a_long_enum_take_time_linear_in_either() -> None:
    shared = {"$ref": "#/components/schemas/A"}

    def reported(count: int, values: int) -> LintReport:
        users = [{"allOf": [shared, {"minLength": index}], "default": "v1"} for index in range(count)]
        return report_of(with_body({"prefixItems": users}, A={"type": "string", "enum": [f"v{n}" for n in range(values)]}))

    assert growth(lambda count: lambda: reported(count, 200), 50) < LINEAR
    assert growth(lambda values: lambda: reported(20, values), 500) < LINEAR
    assert reported(2_000, 20_000).operations


def test_a_recursive_schema_ends() -> None:
    tree = {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/A"}}}
    assert places(with_body({"$ref": "#/components/schemas/A"}, A=tree), "lint.object_open") == ["#/components/schemas/A"]
