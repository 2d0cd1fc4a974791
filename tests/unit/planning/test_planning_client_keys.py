"""Records whose key the client sends in the body: ``POST /pet`` with an ``id``, answered by nothing that would tell another one."""

from __future__ import annotations

from typing import Any

import pytest

from planned import case_of, checks_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import BodyPlan, Case, Edit, Fresh, FromStep, Plan, Step

PET = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "integer", "format": "int64"},
        "name": {"type": "string"},
        "status": {"type": "string", "enum": ["available", "sold"]},
    },
}
INVALID = {"405": {"description": "invalid"}}
PET_ID = {"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}


def plan_of(pet: dict[str, Any] = PET, created: dict[str, Any] = INVALID, **item: Any) -> Plan:
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"status": {"type": "string"}}}}}
    paths: dict[str, Any] = {
        "/pet": {
            "post": {"requestBody": json_body(pet), "responses": created},
            "put": {"requestBody": json_body(pet), "responses": {**INVALID, "404": {"description": "unknown"}}},
        },
        "/pet/{petId}": {
            "parameters": [PET_ID],
            "get": {"responses": {**json_answer(pet), "404": {"description": "unknown"}}},
            "post": {"requestBody": {"content": form}, "responses": INVALID},
            "delete": {"responses": {"400": {"description": "no"}}},
            **item,
        },
    }
    return plan_of_spec(spec_of(paths))


def body_of(case: Case, step: int = -1) -> BodyPlan:
    body = case.steps[step].request.body
    assert body is not None
    assert isinstance(body.value, dict)
    return body


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of()


def test_the_key_is_a_new_number_in_every_run_and_what_was_made_is_removed(plan: Plan) -> None:
    case = case_of(plan, "POST /pet :: success")
    key = body_of(case).value["id"]  # type: ignore[index,call-overload]
    assert isinstance(key, Fresh)
    assert key.is_number
    assert isinstance(key.proven, int)
    cleanup = case.steps[-1].cleanup
    assert cleanup is not None
    assert cleanup.operation.label == "DELETE /pet/{petId}"
    assert [one.value for one in cleanup.path_parameters] == [FromStep("pet", "/id", sent=True)]


def test_what_was_sent_is_read_back_by_the_key_that_was_sent(plan: Plan) -> None:
    case = case_of(plan, "GET /pet/{petId} :: after_create_shows_the_record")
    assert [one.value for one in case.steps[-1].request.path_parameters] == [FromStep("pet", "/id", sent=True)]
    (check,) = [check for _, check in checks_of(case) if check.id is CheckId.READ_BACK]
    assert check.arguments["expected"] == FromStep("pet", "", sent=True)


def test_an_update_that_names_its_record_in_the_body_names_the_one_that_was_made(plan: Plan) -> None:
    case = case_of(plan, "PUT /pet :: success")
    assert not case.skip_reason
    assert [step.is_setup for step in case.steps] == [True, False]
    assert body_of(case).value["id"] == FromStep("pet", "/id", sent=True)  # type: ignore[index,call-overload]
    persisted = case_of(plan, "PUT /pet :: then_read_is_persisted")
    assert [step.request.operation.label for step in persisted.steps] == ["POST /pet", "PUT /pet", "GET /pet/{petId}"]


def test_no_case_sends_another_key_than_a_new_one(plan: Plan) -> None:
    for case in plan.cases:
        for step in case.steps:
            body = step.request.body
            if step.request.operation.label in {"POST /pet", "PUT /pet"} and body is not None:
                edited = [edit for edit in body.edits if edit.pointer == "/id" and isinstance(edit.value, int)]
                assert not edited, case.id


def test_a_free_text_about_a_record_is_one_that_the_record_may_have(plan: Plan) -> None:
    case = case_of(plan, "POST /pet/{petId} :: success")
    assert body_of(case).value == {"status": "available"}


@pytest.mark.parametrize(
    ("pet", "created"),
    [
        # The answer tells an id of its own: that one counts.
        (PET, json_answer(PET, "201")),
        # Only the server sets it.
        ({**PET, "properties": {**PET["properties"], "id": {"type": "integer", "readOnly": True}}}, INVALID),
    ],
)
def test_an_id_that_the_server_gives_is_not_chosen(pet: dict[str, Any], created: dict[str, Any]) -> None:
    body = body_of(case_of(plan_of(pet, created), "POST /pet :: success"))
    assert "id" not in body.value  # type: ignore[operator]


def test_a_put_on_the_record_itself_is_the_update() -> None:
    put = {"requestBody": json_body(PET), "responses": json_answer(PET)}
    plan = plan_of(put=put)
    assert case_of(plan, "PUT /pet/{petId} :: then_read_is_persisted")
    assert not [case for case in plan.cases if case.id == "PUT /pet :: then_read_is_persisted"]
    case = case_of(plan, "PUT /pet/{petId} :: success")
    assert body_of(case).value["id"] == FromStep("pet", "/id", sent=True)  # type: ignore[index,call-overload]


def test_what_a_faulty_api_makes_of_a_wrong_create_is_removed_unless_its_key_may_be_anybodys(plan: Plan) -> None:
    refused = case_of(plan, "POST /pet :: name_missing").steps[-1]
    assert refused.cleanup is not None
    touched = [case for case in plan.cases if any(edit.pointer in {"", "/id"} for step in case.steps for edit in _edits(step))]
    refusals = [case for case in touched if case.subject.label == "POST /pet" and case.name.endswith("__is_rejected")]
    assert refusals
    assert all(case.steps[-1].cleanup is None for case in refusals)


def _edits(step: Step) -> tuple[Edit, ...]:
    return step.request.body.edits if step.request.body is not None else ()
