"""The figure says what its formula says."""

from __future__ import annotations

from typing import Any

import pytest

from lint_documents import JSON, OK, document, report_of, with_answer, with_body, with_operation

BOUND = {"type": "string", "maxLength": 5}
BEARER = {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}, "m": {"type": "mutualTLS"}}}


def parts(tree: dict[str, Any]) -> dict[str, float | None]:
    (operation,) = report_of(tree).operations
    return dict(operation.parts)


def test_a_document_without_operations_has_no_figure() -> None:
    report = report_of(document({}))
    assert (report.testability, report.operations) == (None, ())


def test_a_document_that_says_nothing_is_low() -> None:
    operation = {
        "requestBody": {"content": {JSON: {"schema": {}}}},
        "responses": {"200": {"description": "d", "content": {JSON: {}}}},
    }
    report = report_of(document({"/a": {"post": operation}}))
    assert report.testability is not None
    # (25 * 0 + 25 * 0 + 25 * 1/2 + 10 * 0) / 85
    assert report.testability.figure == 14


def test_a_document_that_says_everything_has_100() -> None:
    statuses = {status: {"description": "d"} for status in ("400", "401")}
    operation = {
        "parameters": [{"name": "q", "in": "query", "schema": BOUND, "example": "abc"}],
        "security": [{"b": []}],
        "responses": OK | statuses,
    }
    report = report_of(with_operation(operation, components=BEARER))
    assert report.testability is not None
    assert report.testability.figure == 100
    assert set(report.testability.parts.values()) == {1.0}


@pytest.mark.parametrize(
    ("schema", "share"),
    [
        (BOUND, 1.0),
        ({"type": "string"}, 0.0),
        ({"type": "boolean"}, 1.0),
        ({"enum": [1]}, 1.0),
        ({"type": "object"}, 0.0),
        ({"type": "array", "items": BOUND}, 0.5),
        ({"type": "object", "properties": {"a": BOUND, "b": {"type": "integer"}, "c": BOUND, "d": {}}}, 0.5),
        ({"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "integer"}}}]}, 0.5),
    ],
    ids=str,
)
def test_inputs_are_the_share_of_fields_that_say_what_is_allowed(schema: Any, share: float) -> None:
    assert parts(with_body(schema, A={"type": "object", "properties": {"a": BOUND}}))["inputs"] == share


def test_without_input_there_is_no_part_for_it() -> None:
    assert parts(with_answer(BOUND))["inputs"] is None


def test_statuses_are_the_share_of_those_that_matter() -> None:
    tree = with_operation({"parameters": [{"name": "i", "in": "path", "required": True, "schema": BOUND}]}, path="/a/{i}")
    assert parts(tree)["statuses"] == pytest.approx(1 / 3)  # success, and neither 400 nor 404


@pytest.mark.parametrize(
    ("security", "components", "share"),
    [([{"b": []}], BEARER, 1.0), ([{"b": []}, {"m": []}], BEARER, 0.5), ([], BEARER, 1.0), ([], {}, 0.0)],
)
def test_security_is_the_share_of_schemes_that_can_be_sent(security: Any, components: Any, share: float) -> None:
    assert parts(with_operation({"security": security}, components=components))["security"] == share


def test_examples_are_the_share_of_valid_ones() -> None:
    examples = {"good": {"value": "abc"}, "bad": {"value": "too long"}}
    body = {"content": {JSON: {"schema": BOUND, "examples": examples}}}
    assert parts(with_operation({"requestBody": body}, "put"))["examples"] == 0.5


def test_the_document_is_the_mean_of_its_operations() -> None:
    good, bad = {"operationId": "a", "responses": OK}, {"operationId": "b", "responses": {"400": {"description": "d"}}}
    report = report_of(document({"/a": {"get": good, "put": bad}}))
    figures = [operation.figure for operation in report.operations]
    assert figures == [83, 0]
    assert report.testability is not None
    assert report.testability.figure == 41
    assert report.testability.parts["responses"] == 0.5
