"""A suite never empties a collection, and never makes up ids for operations that change what they name."""

from __future__ import annotations

import json

import pytest

from specproof.domain.plans import Case, FromStep, Plan
from specproof.generators.base import GenerationConfig
from specproof.generators.registry import strategies
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_generator import SuiteGenerator
from specproof.openapi.parser import parse_spec

TASK = {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}
IDS = {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": True, "items": {"type": "integer"}}
CREATED = {**TASK, "properties": {**TASK["properties"], "id": {"type": "integer", "readOnly": True}}, "required": ["id", "title"]}


def body(schema: object) -> dict[str, object]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def planned(paths: dict[str, object]) -> Plan:
    tasks = {
        "/tasks": {
            "post": {
                "requestBody": body(TASK),
                "responses": {"201": {"description": "made", "content": {"application/json": {"schema": CREATED}}}},
            }
        },
        "/tasks/{id}": {
            "delete": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"204": {"description": "gone"}},
            }
        },
    }
    for path, item in paths.items():
        tasks[path] = {**tasks.get(path, {}), **item}
    document = {"openapi": "3.1.0", "info": {"title": "Tasks", "version": "1"}, "paths": tasks}
    spec = parse_spec(json.dumps(document).encode())
    return SuiteGenerator(strategies=strategies(), values=ValueFactory(seed="s")).plan(spec, GenerationConfig(slug="tasks"))


def sending(plan: Plan, label: str) -> list[Case]:
    return [
        case for case in plan.cases if not case.skip_reason and any(step.request.operation.label == label for step in case.steps)
    ]


ANSWER = {"responses": {"204": {"description": "done"}}}
STATE = {"name": "state", "in": "query", "schema": {"type": "string", "enum": ["open", "done"]}}


@pytest.mark.parametrize(
    ("path", "method", "operation"),
    [
        ("/tasks", "delete", ANSWER),
        ("/tasks", "delete", {**ANSWER, "parameters": [STATE]}),
        ("/tasks:purge", "post", ANSWER),
        (
            "/tasks/clear",
            "post",
            {**ANSWER, "requestBody": body({"type": "object", "properties": {"really": {"type": "boolean"}}})},
        ),
        ("/counters/reset", "put", ANSWER),
    ],
    ids=["delete all", "delete by a filter", "purge", "clear", "reset"],
)
def test_what_removes_whatever_there_is_is_never_sent(path: str, method: str, operation: dict[str, object]) -> None:
    plan = planned({path: {method: operation}})
    label = f"{method.upper()} {path}"
    assert sending(plan, label) == []
    assert any(finding.message.startswith(label) for finding in plan.findings)


@pytest.mark.parametrize(
    ("path", "method", "operation"),
    [
        ("/tasks/{id}", "delete", {}),
        (
            "/password/reset",
            "post",
            {**ANSWER, "requestBody": body({"type": "object", "properties": {"email": {"type": "string"}}})},
        ),
    ],
    ids=["a record of our own", "a reset that says of what"],
)
def test_what_names_its_record_is_sent(path: str, method: str, operation: dict[str, object]) -> None:
    plan = planned({path: {method: operation}} if operation else {})
    assert sending(plan, f"{method.upper()} {path}")


def test_rules_of_id_lists_are_not_broken_with_ids_that_were_made_up() -> None:
    label = "PATCH /tasks"
    schema = {"type": "object", "required": ["ids"], "properties": {"ids": IDS, "title": {"type": "string", "maxLength": 9}}}
    plan = planned({"/tasks": {"patch": {**ANSWER, "requestBody": body(schema)}}})
    slugs = {case.id.rpartition(" :: ")[2] for case in sending(plan, label)}
    assert not any("too_many" in slug or "duplicate" in slug or "unique" in slug for slug in slugs)
    assert any("title" in slug for slug in slugs)
    assert not any("too_few" in slug for slug in slugs)
    assert sum("somebody else's" in finding.message for finding in plan.findings) == 3


MISSING = {"responses": {"404": {"description": "no such note"}}}
NOTE = {"type": "object", "properties": {"id": {"type": "integer"}, "text": {"type": "string", "minLength": 1}}}


@pytest.mark.parametrize("method", ["put", "patch"])
def test_an_update_that_only_its_body_addresses_waits_for_an_operation_that_makes_the_record(method: str) -> None:
    plan = planned({"/notes": {method: {"requestBody": body(NOTE), **MISSING}}})
    assert sending(plan, f"{method.upper()} /notes") == []
    assert any("no operation makes the record that its body names" in finding.message for finding in plan.findings)


def test_an_update_of_the_only_one_of_its_kind_is_sent() -> None:
    plan = planned({"/settings": {"put": {"requestBody": body(NOTE), **ANSWER}}})
    assert sending(plan, "PUT /settings")


@pytest.mark.parametrize("required", [True, False])
def test_a_filter_that_is_left_out_spares_no_record_and_one_that_nobody_made_is_not_named(*, required: bool) -> None:
    names = {"name": "id", "in": "query", "required": required, "schema": {"type": "string", "example": "7"}}
    plan = planned({"/drafts": {"get": ANSWER, "delete": {"parameters": [names], **ANSWER}}})
    assert sending(plan, "DELETE /drafts") == []


def test_a_removal_below_one_of_a_few_names_is_not_sent() -> None:
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "enum": ["orders"]}}
    plan = planned({"/queues/{name}/purge": {"post": {"parameters": [name], **ANSWER}}})
    assert sending(plan, "POST /queues/{name}/purge") == []


def test_a_removal_always_says_what_it_removes() -> None:
    widget = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    named = {"name": "widget_id", "in": "query", "required": True, "schema": {"type": "integer"}}
    make = {
        "requestBody": body({"type": "object", "properties": {"name": {"type": "string"}}}),
        "responses": {"201": {"description": "d", "content": {"application/json": {"schema": widget}}}},
    }
    item = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}], **ANSWER}
    plan = planned({"/widgets": {"post": make, "delete": {"parameters": [named], **ANSWER}}, "/widgets/{id}": {"get": item}})
    sent = sending(plan, "DELETE /widgets")
    assert sent
    for case in sent:
        for step in case.steps:
            if step.request.operation.label == "DELETE /widgets":
                assert [(one.name.raw(), isinstance(one.value, FromStep)) for one in step.request.query] == [("widget_id", True)]


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_whole_list_of_records_is_neither_replaced_nor_changed(method: str) -> None:
    listed = {"type": "array", "items": NOTE}
    assert sending(planned({"/notes": {method: {"requestBody": body(listed), **ANSWER}}}), f"{method.upper()} /notes") == []


def test_a_record_that_takes_one_of_a_few_places_may_be_somebody_elses() -> None:
    limit = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string", "enum": ["daily", "weekly"]}}}
    key = {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}
    made = {"requestBody": body(limit), "responses": {"201": {"description": "made"}}}
    plan = planned({"/limits": {"post": made}, "/limits/{code}": {"delete": {"parameters": [key], **ANSWER}}})
    keys = [
        one.value
        for case in sending(plan, "DELETE /limits/{code}")
        for step in case.steps
        for one in step.request.path_parameters
    ]
    assert not [key for key in keys if isinstance(key, FromStep)]
    assert not [
        case
        for case in plan.cases
        if not case.skip_reason and any(step.cleanup and step.cleanup.operation.path.startswith("/limits") for step in case.steps)
    ]
