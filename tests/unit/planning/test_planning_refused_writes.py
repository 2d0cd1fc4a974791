"""What only the server sets, sent with an update, too; writes of somebody without leave that would change nothing are sent twice."""

from __future__ import annotations

from typing import Any

from planned import case_of, check_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, CredentialUse, Plan

STATE = {"type": "string", "enum": ["placed", "sent"]}
MOMENT = {"type": "string", "format": "date-time", "readOnly": True}


def orders(**patched: Any) -> Plan:
    """Orders that a create gives a name, and a patch ``patched``."""
    record = {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "name": {"type": "string"},
            "state": {**STATE, "readOnly": True},
            "made": MOMENT,
            "total": {"type": "integer", "readOnly": True},
        },
    }
    sent = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    change = {"type": "object", "required": sorted(patched), "properties": patched}
    hole = [{"name": "orderId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    secured = {"security": [{"TOKEN": []}]}
    return plan_of_spec(
        spec_of(
            {
                "/orders": {"post": {"requestBody": json_body(sent), "responses": json_answer(record, "201"), **secured}},
                "/orders/{orderId}": {
                    "parameters": hole,
                    "get": {"responses": json_answer(record), **secured},
                    "patch": {"requestBody": json_body(change), "responses": json_answer(record), **secured},
                },
            },
            securitySchemes={"TOKEN": {"type": "http", "scheme": "bearer"}},
        )
    )


def assigned(plan: Plan, label: str) -> set[str]:
    return {
        case.id.partition(" :: ")[2].removesuffix("_assigns_nothing")
        for case in plan.cases
        if case.id.startswith(label) and case.id.endswith("_assigns_nothing")
    }


def steps(case: Case) -> list[str]:
    return [step.name for step in case.steps]


def test_what_only_the_server_sets_is_sent_with_updates_too() -> None:
    plan = orders(state=STATE)
    assert assigned(plan, "POST") == {"with_made", "with_total"}
    assert assigned(plan, "PATCH") == {"with_made", "with_total"}
    case = case_of(plan, "PATCH /orders/{orderId} :: with_made_assigns_nothing")
    assert steps(case) == ["order", "written"]
    assert check_of(case, CheckId.NOT_TAKEN).arguments == {"value": "2001-02-03T04:05:06Z", "at": "/made"}


def test_what_an_update_may_set_is_not_the_servers_alone() -> None:
    assert assigned(orders(total={"type": "integer"}), "PATCH") == {"with_made"}


def test_a_write_without_leave_that_may_change_nothing_is_sent_with_another_value() -> None:
    case = case_of(orders(state=STATE), "PATCH /orders/{orderId} :: without_a_credential_changes_nothing")
    assert steps(case) == ["order", "before", "refused", "refused_again", "read"]
    first, again = case.steps[2].request, case.steps[3].request
    assert first.body is not None
    assert again.body is not None
    assert first.credential is again.credential is CredentialUse.NONE
    assert [(edit.pointer, edit.value) for edit in again.body.edits] != [("/state", first.body.value["state"])]  # type: ignore[index,call-overload]
    case = case_of(orders(state=STATE), "PATCH /orders/{orderId} :: by_another_user_changes_nothing")
    assert steps(case)[-3:] == ["written", "written_again", "read"]


def test_after_an_accepted_update_a_write_without_leave_sends_another_value() -> None:
    case = case_of(orders(state=STATE), "PATCH /orders/{orderId} :: without_a_credential_after_another_changes_nothing")
    assert steps(case) == ["order", "updated", "before", "refused", "read"]
    first, refused = case.steps[1].request, case.steps[3].request
    assert refused.body is not None
    assert (first.credential, refused.credential) == (CredentialUse.VALID, CredentialUse.NONE)
    assert [edit.pointer for edit in refused.body.edits] == ["/state"]
    case = case_of(orders(state=STATE), "PATCH /orders/{orderId} :: by_another_user_after_an_update_changes_nothing")
    assert steps(case) == ["order", "updated", "before", "refused", "written", "written_again", "read"]


def test_a_write_that_surely_changes_something_is_sent_once() -> None:
    for patched in ({"name": {"type": "string"}}, {"name": {"type": "string"}, "state": STATE}):
        case = case_of(orders(**patched), "PATCH /orders/{orderId} :: without_a_credential_changes_nothing")
        assert steps(case) == ["order", "before", "refused", "read"]
        assert not [one.id for one in orders(**patched).cases if "after_another" in one.id or "after_an_update" in one.id]
