"""What an update has to send back as the server showed it, and where it is taken from."""

from __future__ import annotations

from typing import Any

import pytest

from notes_api import CHECKSUM, NEW_NOTE, document
from planned import plan_of_spec, spec_of
from specproof.domain.plans import BodyPlan, Case, FromStep, Plan


def plan_with(*, create_shows_all: bool = True, put: dict[str, Any] | None = None, conflicts: bool = False) -> Plan:
    paths = document(create_shows_all=create_shows_all)["paths"]
    if put is not None:
        paths["/notes/{noteId}"]["put"]["requestBody"]["content"]["application/json"]["schema"] = put
    if conflicts:
        paths["/notes"]["post"]["responses"]["409"] = {"description": "taken"}
    return plan_of_spec(spec_of(paths))


def updates(plan: Plan) -> list[Case]:
    return [case for case in plan.cases if case.subject.label == "PUT /notes/{noteId}"]


def sent(case: Case, step: str) -> dict[str, Any]:
    body = next(one.request.body for one in case.steps if one.name == step)
    assert isinstance(body, BodyPlan)
    assert isinstance(body.value, dict)
    return {**body.value, **{edit.pointer[1:]: edit.value for edit in body.edits}}


def put_of(**properties: Any) -> dict[str, Any]:
    members = {**NEW_NOTE["properties"], **properties}
    return {"type": "object", "required": sorted(members), "properties": members}


def test_it_comes_from_the_answer_that_made_the_record() -> None:
    case = next(case for case in updates(plan_with()) if case.id.endswith("then_read_is_persisted"))
    assert [step.name for step in case.steps] == ["note", "replaced", "read"]
    assert sent(case, "replaced")["checksum"] == FromStep("note", "/checksum")


def test_it_is_read_where_no_create_shows_it() -> None:
    plan = plan_with(create_shows_all=False)
    case = next(case for case in updates(plan) if case.id.endswith("then_read_is_persisted"))
    assert [step.name for step in case.steps] == ["note", "current_note", "replaced", "read"]
    assert sent(case, "replaced")["checksum"] == FromStep("current_note", "/checksum")


def test_it_is_the_record_s_own_where_there_are_two() -> None:
    case = next(case for case in updates(plan_with()) if case.id.endswith("of_one_record_leaves_others_alone"))
    update = next(step for step in case.steps if step.request.operation.label == "PUT /notes/{noteId}")
    (key,) = update.request.path_parameters
    assert isinstance(key.value, FromStep)
    assert sent(case, update.name)["checksum"] == FromStep(key.value.step, "/checksum")


def test_what_an_update_may_need_not_be_refused_when_it_comes_again() -> None:
    assert not [case for case in updates(plan_with()) if "sent_twice" in case.id]
    assert [case for case in updates(plan_with(put=NEW_NOTE)) if "sent_twice" in case.id]


@pytest.mark.parametrize(
    ("member", "is_taken"),
    [
        ({"checksum": CHECKSUM}, True),
        ({"id": {"type": "string"}}, True),
        ({"stars": {"type": "integer"}}, False),  # A client says it when it makes the record.
        ({"stamp": {"type": "string"}}, False),  # Nothing shows it.
        ({"checksum": {"type": "string", "enum": ["md5", "sha256"]}}, False),  # A choice of the client's.
    ],
)
def test_only_what_the_server_makes_and_shows_is_taken(member: dict[str, Any], is_taken: bool) -> None:
    plan = plan_with(put=put_of(**member))
    case = next(case for case in updates(plan) if case.id.endswith("then_read_is_persisted"))
    assert isinstance(sent(case, "replaced")[next(iter(member))], FromStep) == is_taken


@pytest.mark.parametrize(("put", "is_asked"), [(None, False), (NEW_NOTE, True)])
def test_a_conflict_of_an_update_is_one_of_states_where_a_state_is_sent(put: dict[str, Any] | None, is_asked: bool) -> None:
    plan = plan_with(put=put, conflicts=True)
    assert [case for case in plan.cases if "same_key_twice" in case.id]
    assert bool([case for case in updates(plan) if "to_a_taken_key" in case.id]) == is_asked
