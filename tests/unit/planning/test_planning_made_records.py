"""Records whose key the client sends: made by the create, by operations beside it, and not at all."""

from __future__ import annotations

from typing import Any

import pytest

from planned import case_of, cases_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Family, Fresh, FromStep, Plan

STRING, NUMBER = {"type": "string"}, {"type": "integer"}
PET = {
    "type": "object",
    "required": ["name"],
    "properties": {"id": NUMBER, "name": STRING, "status": {"type": "string", "maxLength": 9}},
}
PETS = {"type": "array", "items": PET}
DONE = {"default": {"description": "d"}}


def document(path: str = "/pet/add", body: Any = PET) -> Plan:
    """Pets that are made in two ways, replaced by their body, read and removed."""
    by_id = [{"name": "petId", "in": "path", "required": True, "schema": NUMBER}]
    paths = {
        "/pet": {
            "post": {"requestBody": json_body(PET), "responses": DONE},
            "put": {"requestBody": json_body(PET), "responses": DONE},
        },
        path: {"post": {"requestBody": json_body(body), "responses": DONE, **({"parameters": by_id} if "{" in path else {})}},
        "/pet/{petId}": {
            "get": {"parameters": by_id, "responses": json_answer(PET)},
            "delete": {"parameters": by_id, "responses": {"204": {"description": "d"}}},
        },
    }
    for methods in paths.values():
        for operation in methods.values():
            operation["security"] = [{"token": []}]  # type: ignore[index]
    return plan_of_spec(spec_of(paths, securitySchemes={"token": {"type": "http", "scheme": "bearer"}}))


def made(plan: Plan, path: str) -> list[Case]:
    return [case for case in cases_of(plan, f"POST {path}", Family.CRUD) if "shows_the_record" in case.id]


@pytest.mark.parametrize(("path", "body", "at"), [("/pet/add", PET, ""), ("/pet/createWithList", PETS, "/0")])
def test_what_another_create_was_sent_is_read_by_its_key_and_removed(path: str, body: Any, at: str) -> None:
    plan = document(path, body)
    [case] = made(plan, path)
    first, read = case.steps
    sent = first.request.body.value if first.request.body is not None else None
    record = sent[0] if isinstance(sent, list) else sent
    assert isinstance(record, dict)
    assert isinstance(record["id"], Fresh)
    key = FromStep("made", f"{at}/id", sent=True)
    assert read.request.path_parameters[0].value == key
    assert first.cleanup is not None
    assert first.cleanup.path_parameters[0].value == key
    assert read.checks[0].arguments["expected"] == FromStep("made", at, sent=True)
    assert case_of(plan, f"POST {path} :: success").steps[-1].cleanup is not None


@pytest.mark.parametrize(
    ("path", "body"),
    [("/pet/validate", PET), ("/pet/add", {"type": "object", "properties": {"id": NUMBER}}), ("/pet/addresses/find", PET)],
)
def test_other_operations_make_no_records(path: str, body: Any) -> None:
    assert made(document(path, body), path) == []


@pytest.mark.parametrize("path", ["/pet", "/pet/add"])
@pytest.mark.parametrize("condition", ["refused", "without_a_credential"])
def test_nothing_has_the_key_of_a_record_that_was_refused(condition: str, path: str) -> None:
    case = case_of(document(), f"POST {path} :: {condition}_makes_nothing")
    assert case.steps[0].request.operation.path == path
    assert [step.name for step in case.steps] == ["refused", "read"]
    assert [check.id for check in case.steps[-1].checks] == [CheckId.NO_SERVER_ERROR, CheckId.UNKNOWN_ID]
    assert case.steps[-1].request.path_parameters[0].value == FromStep("refused", "/id", sent=True)


def test_a_replacement_that_its_body_addresses_keeps_its_key() -> None:
    case = case_of(document(), "PUT /pet :: without_an_optional_field_clears_it")
    assert case.steps[-1].checks[0].arguments["at"] == "/status"


def test_an_action_without_a_credential_changes_nothing() -> None:
    case = case_of(
        document("/pet/{petId}/move", {"type": "object"}), "POST /pet/{petId}/move :: without_a_credential_changes_nothing"
    )
    assert [step.name for step in case.steps] == ["pet", "before", "refused", "read"]
    assert [check.id for check in case.steps[-1].checks] == [CheckId.UNCHANGED]


def test_an_action_on_nothing_crashes_nothing_and_leaves_what_there_is() -> None:
    plan = document("/pet/{petId}/move", {"type": "object"})
    case = case_of(plan, "POST /pet/{petId}/move :: unknown_id_changes_nothing")
    assert [step.name for step in case.steps] == ["pet", "before", "answer", "read"]
    assert case.steps[2].request.path_parameters[0].value != case.steps[1].request.path_parameters[0].value
    assert [[check.id for check in step.checks] for step in case.steps[2:]] == [[CheckId.NO_SERVER_ERROR], [CheckId.UNCHANGED]]
