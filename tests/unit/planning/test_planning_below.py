"""What lies below a record: listed below that one alone, and asked for below nothing without a crash."""

from __future__ import annotations

from typing import Any

from planned import case_of, check_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import FromStep, Plan

PET = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
}
SENT = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
GONE = {"404": {"description": "d"}}


def hole(name: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}]


def plan_of(*, lists: str = "/owners/{ownerId}/pets", **answers: Any) -> Plan:
    listed = {"get": {"responses": {**json_answer({"type": "array", "items": PET}), **answers}}}
    make = {"post": {"requestBody": json_body(SENT), "responses": json_answer(PET, "201")}}
    paths: dict[str, Any] = {
        "/owners": make,
        "/owners/{ownerId}": {"parameters": hole("ownerId"), "get": {"responses": json_answer(PET)}},
        "/owners/{ownerId}/pets": {"parameters": hole("ownerId"), **make},
        "/pets/{petId}": {"parameters": hole("petId"), "get": {"responses": json_answer(PET)}},
    }
    paths[lists] = {**paths.get(lists, {}), **listed}
    return plan_of_spec(spec_of(paths))


def ids(plan: Plan) -> set[str]:
    return {case.id for case in plan.cases}


LISTED = "GET /owners/{ownerId}/pets :: through_another_parent_lists_nothing_foreign"
BELOW = "GET /owners/{ownerId}/pets :: unknown_id_does_not_crash"


def test_what_was_made_below_one_is_not_listed_below_another() -> None:
    case = case_of(plan_of(), LISTED)
    assert [step.name for step in case.steps] == ["owner", "pet", "other_owner", "listing"]
    assert [one.value for one in case.steps[-1].request.path_parameters] == [FromStep("other_owner", "/id")]
    assert check_of(case, CheckId.NOT_LISTED).arguments["value"] == FromStep("pet", "/id")


def test_a_list_that_lies_below_nothing_may_hold_all() -> None:
    assert not [one for one in ids(plan_of(lists="/pets")) if "lists_nothing_foreign" in one]


def test_below_what_does_not_exist_nothing_crashes() -> None:
    case = case_of(plan_of(), BELOW)
    assert [check.id for check in case.steps[-1].checks] == [CheckId.NO_SERVER_ERROR]
    # Where the document knows a 404, that is asked for.
    judged = ids(plan_of(**GONE))
    assert BELOW not in judged
    assert "GET /owners/{ownerId}/pets :: unknown_id_is_not_found" in judged
    assert not [one for one in ids(plan_of()) if one.startswith("POST") and "unknown_id" in one]


def test_one_case_leaves_out_the_optional_parameters_that_the_others_send() -> None:
    since = {"name": "since", "in": "query", "schema": {"type": "string"}, "example": "monday"}
    kind = {"name": "kind", "in": "query", "required": True, "schema": {"type": "string"}, "example": "a"}
    report = {"parameters": [since, kind], "responses": {"200": {"description": "d"}}}
    case = case_of(plan_of_spec(spec_of({"/report": {"post": report}})), "POST /report :: parameters_only_required_accepted")
    assert [one.name.raw() for one in case.steps[-1].request.query] == ["kind"]
    alone = {**report, "parameters": [kind]}
    assert not [one for one in ids(plan_of_spec(spec_of({"/report": {"post": alone}}))) if "only_required" in one]
