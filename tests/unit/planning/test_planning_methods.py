"""Operations of OpenAPI 3.2: the method QUERY, methods of a document's own, and queries that cannot be laid out yet."""

from __future__ import annotations

from typing import Any

import pytest

from openapi_documents import OK, parsed
from planned import plan_of_spec
from specproof.domain.plans import Family, Plan
from specproof.generators.naming import path_name
from specproof.generators.reading.effects import SAFE, is_removal
from specproof.generators.selection import story_order
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method

NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 2}}}
WITH_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": NAMED}}}, **OK}


def labels(plan: Plan, family: Family = Family.FUNCTIONAL) -> set[str]:
    return {case.subject.label for case in plan.cases if case.family is family and not case.skip_reason}


def test_query_and_methods_of_the_document_are_tested_with_their_bodies() -> None:
    spec = parsed({"/things": {"query": WITH_BODY, "additionalOperations": {"COPY": WITH_BODY}}})
    plan = plan_of_spec(spec)
    assert labels(plan) == {"QUERY /things", "COPY /things"}
    assert labels(plan, Family.VALIDATION) == {"QUERY /things", "COPY /things"}
    requests = [case.steps[-1].request for case in plan.cases if case.family is Family.FUNCTIONAL]
    assert all(request.body is not None for request in requests)


@pytest.mark.parametrize("item", [{"trace": OK}, {"additionalOperations": {"CONNECT": OK}}])
def test_what_never_reaches_an_api_is_not_tested(item: dict[str, Any]) -> None:
    spec = parsed({"/things": item})
    assert len(spec.operations) == 1
    assert plan_of_spec(spec).cases == ()


def test_query_is_safe_and_removes_nothing() -> None:
    operation = parsed({"/things/delete": {"query": OK}}).operations[0]
    assert Method.QUERY in SAFE
    assert not is_removal(operation)


def test_a_method_of_the_document_is_not_taken_for_a_safe_one() -> None:
    operation = parsed({"/things/purge": {"additionalOperations": {"PURGE": OK}}}).operations[0]
    assert operation.key.method not in SAFE
    assert is_removal(operation)


def test_other_methods_come_after_those_of_a_record() -> None:
    keys = [OperationKey(Method(name), "/a") for name in ("PURGE", "TRACE", "COPY", "QUERY", "POST", "GET")]
    assert [key.method.value for key in sorted(keys, key=story_order)] == ["POST", "GET", "QUERY", "TRACE", "COPY", "PURGE"]


def test_a_method_with_a_hyphen_makes_an_identifier() -> None:
    name = path_name(OperationKey(Method("M-SEARCH"), "/things/{id}"))
    assert name == "m_search_things_by_id"
    plan = plan_of_spec(parsed({"/things": {"additionalOperations": {"M-SEARCH": OK, "VERSION-CONTROL": OK}}}))
    assert {case.name for case in plan.cases if case.family is Family.FUNCTIONAL} == {
        "test_m_search_things__valid_request__succeeds",
        "test_version_control_things__valid_request__succeeds",
    }


FORM = "application/x-www-form-urlencoded"
WHOLE = {"name": "q", "in": "querystring", "content": {FORM: {"schema": NAMED}}}


@pytest.mark.parametrize(
    "whole", [{**WHOLE, "required": True}, {**WHOLE, "content": {FORM: {"schema": NAMED, "example": {"name": "abc"}}}}]
)
def test_a_parameter_that_lays_out_the_whole_query_is_sent(whole: dict[str, object]) -> None:
    plan = plan_of_spec(parsed({"/things": {"get": {"parameters": [whole], **OK}}}))
    assert labels(plan) == {"GET /things"}
    success = next(case for case in plan.cases if case.id == "GET /things :: success")
    assert [one.style for one in success.steps[-1].request.query] == ["querystring"]


def test_an_optional_whole_query_without_an_example_is_not_sent() -> None:
    plan = plan_of_spec(parsed({"/things": {"get": {"parameters": [WHOLE], **OK}}}))
    assert all(step.request.query == () for case in plan.cases for step in case.steps)
