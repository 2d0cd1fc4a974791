"""What an API answers, is told or is asked in an unusual way is not taken for a record of the suite's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planned import json_answer
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Edit, EditKind, FromStep, Plan, RequestPlan
from specproof.generators.reading.effects import Effect, effect_of
from specproof.openapi.model import Operation
from specproof.openapi.parser import parse_spec
from strangers import document_of, plan_of_document, sent_to

N: dict[str, Any] = {"type": "integer"}
S: dict[str, Any] = {"type": "string"}
DONE: dict[str, Any] = {"responses": {"200": {"description": "done"}}}


def thing(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def sends(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}, **DONE, **more}


def asks(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": True, "schema": schema}


def plan_of(paths: dict[str, Any]) -> Plan:
    return plan_of_document(document_of(paths))


def reports(status: str, answered: dict[str, Any]) -> Plan:
    record = thing("id", "title", id=N, title=S)
    item = {"parameters": [asks("id", "path", N)], "get": {"responses": json_answer(record, "200")}, "delete": DONE}
    make = sends(thing("title", title=S), responses=json_answer(answered, status))
    return plan_of({"/reports": {"post": make}, "/reports/{id}": item})


def removals(plan: Plan, label: str) -> list[RequestPlan]:
    cleanups = (step.cleanup for case in plan.cases for step in case.steps if step.cleanup is not None)
    asked = (step.request for case in plan.cases if not case.skip_reason for step in case.steps)
    return [one for one in (*cleanups, *asked) if one.operation.label == label]


def test_the_id_of_a_job_is_no_record_s() -> None:
    job = thing("id", "state", id=N, state=S)
    assert not any(named_by_a_step(reports("202", job)))
    # Who shows what was sent has made it, accepted or not.
    assert any(named_by_a_step(reports("202", thing("id", "title", id=N, title=S))))
    assert any(named_by_a_step(reports("201", job)))


def named_by_a_step(plan: Plan) -> list[bool]:
    return [isinstance(one.path_parameters[0].value, FromStep) for one in removals(plan, "DELETE /reports/{id}")]


def edits(plan: Plan, label: str) -> list[Edit]:
    return [edit for request in sent_to(plan, label) if request.body is not None for edit in request.body.edits]


def test_a_change_keeps_what_it_is_aimed_by() -> None:
    plan = plan_of({"/user/setStatus": {"post": sends(thing("userId", "status", userId=N, status=S))}})
    touched = edits(plan, "POST /user/setStatus")
    lost = [
        one for one in touched if one.pointer == "/userId" and (one.kind is EditKind.REMOVE or one.value in (None, "", [], {}))
    ]
    assert lost == []
    assert any(one.pointer == "/status" and one.kind is EditKind.REMOVE for one in touched)


def test_a_query_that_aims_a_change_is_never_left_out() -> None:
    aimed = {**sends(thing("stock", stock=N)), "parameters": [asks("userId", "query", N)]}
    sent = sent_to(plan_of({"/user/update": {"put": aimed}}), "PUT /user/update")
    assert sent
    assert all([one.name.raw() for one in request.query if one.value not in (None, "")] == ["userId"] for request in sent)


@pytest.mark.parametrize(("path", "is_tried"), [("/user/delete", False), ("/user/show", True)])
def test_no_other_method_is_tried_where_a_path_says_that_it_removes(path: str, is_tried: bool) -> None:
    plan = plan_of({path: {"get": {"parameters": [asks("q", "query", S)], **DONE}}})
    assert any("is_undeclared" in case.id and not case.skip_reason for case in plan.cases) is is_tried


@pytest.mark.parametrize("path", ["/me", "/me/password", "/api/password", "/users/self/name"])
def test_the_account_that_the_suite_uses_is_not_changed(path: str) -> None:
    label = f"PUT {path}"
    assert sent_to(plan_of({path: {"put": sends(thing("password", password=S))}}), label) == []


def test_a_password_of_a_user_that_the_suite_made_may_be_changed() -> None:
    user = thing("id", "name", id=N, name=S)
    paths = {
        "/users": {"post": sends(thing("name", name=S), responses=json_answer(user, "201"))},
        "/users/{id}": {"parameters": [asks("id", "path", N)], "get": {"responses": json_answer(user, "200")}},
        "/users/{id}/password": {"parameters": [asks("id", "path", N)], "put": sends(thing("password", password=S))},
    }
    assert sent_to(plan_of(paths), "PUT /users/{id}/password")


@pytest.mark.parametrize(("conflict", "cleans_up"), [({}, False), ({"409": {"description": "taken"}}, True)])
def test_a_key_that_is_not_new_is_cleaned_up_only_where_a_taken_one_is_refused(conflict: dict[str, Any], cleans_up: bool) -> None:
    pref = thing("key", "value", key={**S, "pattern": "^[a-z]$"}, value=S)
    paths = {
        "/prefs": {"post": sends(pref, responses={"200": json_answer(pref, "200")["200"], **conflict})},
        "/prefs/{key}": {"parameters": [asks("key", "path", S)], "delete": DONE, "get": {"responses": json_answer(pref, "200")}},
    }
    plan = plan_of(paths)
    steps = [step for case in plan.cases for step in case.steps if step.request.operation.label == "POST /prefs"]
    # What has no key at all may be given one by the API, which is new then.
    made = [
        step for step in steps if step.request.body is not None and not step.request.body.edits and step.request.body.raw is None
    ]
    assert made
    assert any(step.cleanup is not None for step in made) is cleans_up


@pytest.mark.parametrize(
    ("path", "effect"),
    [
        ("/user/ban", Effect.ENDS), ("/user/enable", Effect.CHANGES), ("/user/setRole", Effect.CHANGES), ("/articles/publish", Effect.CHANGES),
        ("/user/resetPwd", Effect.CHANGES), ("/user/settings", Effect.SHOWS), ("/archives", Effect.SHOWS),
    ],
)  # fmt: skip
def test_a_read_that_is_told_what_to_do_is_none(path: str, effect: Effect) -> None:
    assert effect_of(read_of(path, {"parameters": [asks("id", "query", N)]})) is effect
    assert effect_of(read_of(path, {})) is Effect.SHOWS


def read_of(path: str, more: dict[str, Any]) -> Operation:
    return parse_spec(json.dumps(document_of({path: {"get": {**DONE, **more}}})).encode()).operations[0]


@pytest.mark.parametrize("name", ["requestId", "serverTime", "trace_id"])
def test_what_belongs_to_one_answer_is_not_compared_with_another(name: str) -> None:
    record = thing("id", "title", id=N, title=S, **{name: S})
    item = {
        "parameters": [asks("id", "path", N)],
        "get": {"responses": json_answer(record, "200")},
        "put": sends(thing("title", title=S), responses=json_answer(record, "200")),
    }
    make = sends(thing("title", title=S), responses=json_answer(record, "201"))
    plan = plan_of({"/notes": {"post": make}, "/notes/{id}": item})
    ignored = [
        check.arguments["ignore"]
        for case in plan.cases
        for step in case.steps
        for check in step.checks
        if "ignore" in check.arguments and check.id is CheckId.UNCHANGED
    ]
    assert ignored
    assert all(f"/{name}" in (one if isinstance(one, list) else []) for one in ignored)
