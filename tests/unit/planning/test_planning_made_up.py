"""Reads whose path nobody can fill are asked all the same, and judged by what the document says of any answer."""

from __future__ import annotations

from typing import Any

import pytest

from planned import json_answer, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case

S = {"type": "string"}


def cases_of(method: str = "get", schema: dict[str, Any] | None = None, **operation: Any) -> list[Case]:
    parameter = {"name": "name", "in": "path", "required": True, "schema": schema or S}
    asked = {"parameters": [parameter], "responses": json_answer({"type": "object"}), **operation}
    plan = plan_of_spec(spec_of({"/greetings/{name}/card": {method: asked}}))
    return [case for case in plan.cases if case.id.endswith(":: made_up_values_are_answered")]


def test_a_value_of_the_documented_type_is_sent() -> None:
    (case,) = cases_of()
    assert not case.skip_reason
    request = case.steps[-1].request
    assert [one.name.raw() for one in request.path_parameters] == ["name"]
    assert isinstance(request.path_parameters[0].value, str)
    assert [check.id for check in case.steps[-1].checks] == [
        CheckId.NO_SERVER_ERROR,
        CheckId.STATUS_DOCUMENTED,
        CheckId.BODY_SCHEMA,
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "delete"},
        {"method": "post"},
        {"schema": {**S, "enum": ["Ann", "Bob"]}},
        {"schema": {**S, "example": "Ann"}},
        # Where the document says 404, an unknown one is judged.
        {"responses": {**json_answer({"type": "object"}), "404": {"description": "no"}}},
    ],
)
def test_what_another_case_sends_or_what_changes_something_is_left_alone(changes: dict[str, Any]) -> None:
    assert not cases_of(**changes)


def test_without_a_documented_success_only_a_crash_counts() -> None:
    (case,) = cases_of(responses={"400": {"description": "no"}})
    assert [check.id for check in case.steps[-1].checks] == [CheckId.NO_SERVER_ERROR]


@pytest.mark.parametrize(("more", "is_asked"), [({}, True), ({"404": {"description": "no"}}, False)])
def test_a_record_that_nothing_says_can_be_unknown_is_asked_for_too(more: dict[str, Any], *, is_asked: bool) -> None:
    parameters = [{"name": name, "in": "path", "required": True, "schema": S} for name in ("name", "value")]
    read = {"get": {"parameters": parameters, "responses": {**json_answer({"type": "object"}), **more}}}
    plan = plan_of_spec(spec_of({"/cookies/set/{name}/{value}": read}))
    found = [case for case in plan.cases if case.id.endswith(":: made_up_values_are_answered")]
    assert len(found) == is_asked
    assert all(not case.skip_reason and len(case.steps[-1].request.path_parameters) == 2 for case in found)
