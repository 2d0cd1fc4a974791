"""What is taken away stays away: by null in a merge patch, by a delete that comes twice."""

from __future__ import annotations

from typing import Any

import pytest

from planned import case_of, check_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import FromStep, Plan

MERGE = "application/merge-patch+json"
REMOVED = "PATCH /plants/{plantId} :: null_for_an_optional_field_removes_it"


def plants(media: str = MERGE, needed: tuple[str, ...] = ("name",), **patch: Any) -> Plan:
    sent = {
        "type": "object",
        "required": list(needed),
        "properties": {"name": {"type": "string"}, "place": {"type": "string", "maxLength": 20}},
    }
    record = {**sent, "required": ["id", *needed], "properties": {"id": {"type": "integer"}, **sent["properties"]}}
    item = [{"name": "plantId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    changed = {"type": "object", "properties": sent["properties"], **patch}
    answers = {**json_answer(record), "404": {"description": "d"}}
    operations = {
        "get": {"parameters": item, "responses": answers},
        "patch": {"parameters": item, "requestBody": {"content": {media: {"schema": changed}}}, "responses": answers},
        "delete": {"parameters": item, "responses": {"204": {"description": "d"}}},
    }
    post = {"requestBody": json_body(sent), "responses": json_answer(record, "201")}
    return plan_of_spec(spec_of({"/plants": {"post": post}, "/plants/{plantId}": operations}))


def test_null_in_a_merge_patch_removes() -> None:
    case = case_of(plants(), REMOVED)
    patched = case.steps[1].request.body
    assert patched is not None
    assert (patched.media_type, patched.value) == (MERGE, {"place": None})
    assert case.steps[1].is_setup  # Who refuses it is asked no further.
    assert check_of(case, CheckId.CLEARED).arguments == {"value": FromStep("plant", "/place", sent=True), "at": "/place"}


@pytest.mark.parametrize(
    "plan",
    [
        plants("application/json"),  # Null is a value there.
        plants(needed=("name", "place")),  # What has to be there cannot go.
        plants(required=["name"]),  # More than one member has to be sent.
    ],
)
def test_elsewhere_null_is_no_removal(plan: Plan) -> None:
    assert REMOVED not in {case.id for case in plan.cases}


def test_a_second_delete_may_be_answered_in_any_way_but_a_crash() -> None:
    again = case_of(plants(), "DELETE /plants/{plantId} :: then_read_is_gone").steps[-1]
    assert (again.request.operation.label, [check.id for check in again.checks]) == (
        "DELETE /plants/{plantId}",
        [CheckId.NO_SERVER_ERROR],
    )
