"""What a legal server need not do is not asked for."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from planned import plan_of_spec
from specproof.domain.plans import Case, Plan
from specproof.openapi.findings import Severity
from specproof.openapi.parser import parse_spec

RECORD = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}, "required": ["name"]}
SHOWN = {"200": {"description": "", "content": {"application/json": {"schema": RECORD}}}}
ID = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]


def plan_of(paths: dict[str, Any]) -> Plan:
    tree = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    return plan_of_spec(parse_spec(orjson.dumps(tree)))


def slugs(plan: Plan) -> dict[str, Case]:
    return {case.id: case for case in plan.cases}


def test_an_unknown_id_is_only_remarked_where_nothing_says_that_ids_can_be_unknown() -> None:
    plan = plan_of({"/names/{id}": {"get": {"parameters": ID, "responses": SHOWN}}})
    assert slugs(plan)["GET /names/{id} :: unknown_id_is_not_found"].severity is Severity.MINOR


@pytest.mark.parametrize("responses", [{**SHOWN, "404": {"description": ""}}])
def test_a_documented_404_makes_an_unknown_id_a_failure(responses: dict[str, Any]) -> None:
    plan = plan_of({"/names/{id}": {"get": {"parameters": ID, "responses": responses}}})
    assert slugs(plan)["GET /names/{id} :: unknown_id_is_not_found"].severity is Severity.MAJOR


@pytest.mark.parametrize(("shown", "severity"), [({}, Severity.MINOR), ({"id": {"type": "string"}}, Severity.MAJOR)])
def test_a_create_whose_answer_shows_no_id_makes_no_record_that_can_be_unknown(shown: dict[str, Any], severity: Severity) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}, **shown}, "required": list(shown)}
    answers = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    sent = {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "properties": {"name": {"type": "string"}}}}},
    }
    create = {"requestBody": sent, "responses": {"201": answers["200"]}}
    plan = plan_of({"/names": {"post": create}, "/names/{id}": {"get": {"parameters": ID, "responses": answers}}})
    assert slugs(plan)["GET /names/{id} :: unknown_id_is_not_found"].severity is severity


def records(record: dict[str, Any]) -> dict[str, Any]:
    media = {"application/json": {"schema": record}}
    create = {"requestBody": {"required": True, "content": media}, "responses": {"201": {"description": "", "content": media}}}
    return {
        "/things": {"post": create},
        "/things/{id}": {"get": {"parameters": ID, "responses": {"200": {"description": "", "content": media}}}},
    }


def test_a_new_record_does_not_say_its_own_id_where_it_need_not() -> None:
    plan = plan_of(records({**RECORD, "properties": {"id": {"type": "integer", "example": 10}, "name": {"type": "string"}}}))
    bodies = [step.request.body.value for case in plan.cases for step in case.steps if step.request.body is not None]
    assert bodies
    assert not any(isinstance(body, dict) and "id" in body for body in bodies)
    assert "POST /things :: created_twice_has_its_own_id" in slugs(plan)


def test_two_records_of_one_fixed_id_are_not_told_apart() -> None:
    plan = plan_of(records({**RECORD, "required": ["id", "name"]}))
    assert "POST /things :: created_twice_has_its_own_id" not in slugs(plan)


@pytest.mark.parametrize(("required", "planned"), [(True, True), (False, False)])
def test_a_form_without_fields_is_refused_only_where_a_body_is_asked_for(required: bool, planned: bool) -> None:
    form = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    body = {"required": required, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    plan = plan_of({"/names": {"post": {"requestBody": body, "responses": SHOWN}}})
    assert ("POST /names :: name_missing" in slugs(plan)) is planned


@pytest.mark.parametrize(("required", "planned"), [([], False), (["a"], True)])
def test_a_required_object_that_leaves_nothing_on_the_wire_is_not_missed(required: list[str], planned: bool) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": required}
    parameter = {"name": "where", "in": "query", "required": True, "schema": schema}
    plan = plan_of({"/names": {"get": {"parameters": [parameter], "responses": SHOWN}}})
    assert ("GET /names :: where_missing" in slugs(plan)) is planned


@pytest.mark.parametrize(("name", "planned"), [("User-Agent", False), ("X-Agent", True)])
def test_a_header_that_every_client_sends_is_not_missed(name: str, planned: bool) -> None:
    parameter = {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    plan = plan_of({"/names": {"get": {"parameters": [parameter], "responses": SHOWN}}})
    assert any(slug.endswith("_missing") for slug in slugs(plan)) is planned
