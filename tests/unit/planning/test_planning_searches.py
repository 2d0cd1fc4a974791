"""Searches beside a collection that has no list."""

from __future__ import annotations

from typing import Any

import pytest

from planned import case_of, cases_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, CredentialUse, Family, FromStep, Plan

STRING, NUMBER = {"type": "string"}, {"type": "integer"}
TAG = {"type": "object", "properties": {"id": NUMBER, "name": STRING}}
PET = {
    "type": "object",
    "properties": {"id": NUMBER, "name": STRING, "status": STRING, "tags": {"type": "array", "items": TAG}},
}
TEXTS = {"type": "array", "items": STRING}


def searched(parameter: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    answers = json_answer({"type": "array", "items": shown})
    return {"get": {"parameters": [{"in": "query", **parameter}], "responses": answers}}


def document(
    parameter: dict[str, Any], *, pet: dict[str, Any] = PET, shown: dict[str, Any] = PET, more: dict[str, Any] | None = None
) -> Plan:
    """Pets that are made, read, removed and searched for."""
    by_id = [{"name": "petId", "in": "path", "required": True, "schema": NUMBER}]
    paths = {
        "/pet": {"post": {"requestBody": json_body(pet), "responses": {"default": {"description": "d"}}}},
        "/pet/find": searched(parameter, shown),
        **({"/pet/more": searched(more, shown)} if more is not None else {}),
        "/pet/{petId}": {
            "get": {"parameters": by_id, "responses": json_answer(shown)},
            "delete": {"parameters": by_id, "responses": {"204": {"description": "d"}}},
        },
    }
    for methods in paths.values():
        for operation in methods.values():
            operation["security"] = [{"token": []}]  # type: ignore[index]
    return plan_of_spec(spec_of(paths, securitySchemes={"token": {"type": "http", "scheme": "bearer"}}))


def found_by(plan: Plan) -> list[Case]:
    return [case for case in cases_of(plan, "GET /pet/find", Family.FUNCTIONAL) if "finds_it" in case.id]


def checked(case: Case) -> list[CheckId]:
    return [check.id for check in case.steps[-1].checks]


def test_a_record_is_found_by_a_value_that_a_read_shows_and_others_are_not() -> None:
    [case] = found_by(document({"name": "tags", "schema": TEXTS}))
    assert [step.name for step in case.steps] == ["other_pet", "pet", "seen", "listing"]
    [sent] = case.steps[-1].request.query
    assert sent.value == [FromStep("seen", "/tags/0/name")]
    assert checked(case)[-3:] == [CheckId.BODY_SCHEMA, CheckId.LISTED, CheckId.NOT_LISTED]
    assert case.steps[-1].checks[-2].arguments["value"] == FromStep("pet", "/id", sent=True)


def test_a_word_that_many_records_have_is_held_against_all_items_and_another_record_has_another_one() -> None:
    [case] = found_by(document({"name": "statuses", "required": True, "schema": STRING}))
    assert checked(case)[-2:] == [CheckId.FILTER, CheckId.LISTED]
    assert case.steps[-1].request.query[0].value == FromStep("seen", "/status")
    [edit] = case.steps[0].request.body.edits if case.steps[0].request.body is not None else ()
    assert (edit.pointer, edit.value) == ("/status", "inactive")


@pytest.mark.parametrize(
    ("parameter", "pet", "shown"),
    [
        ({"name": "colour", "schema": STRING}, PET, PET),
        ({"name": "status", "schema": NUMBER}, PET, PET),
        ({"name": "status", "schema": {"type": "string", "enum": ["a", "b"]}}, PET, PET),
        ({"name": "status", "deprecated": True, "schema": STRING}, PET, PET),
        ({"name": "status", "schema": STRING}, PET, {"type": "object", "properties": {"status": STRING}}),
        ({"name": "name", "schema": {**STRING, "format": "date"}}, PET, PET),
    ],
)
def test_what_need_not_be_a_search_of_these_records_is_none(parameter: Any, pet: Any, shown: Any) -> None:
    assert found_by(document(parameter, pet=pet, shown=shown)) == []


def test_what_was_deleted_is_not_found() -> None:
    case = case_of(document({"name": "tags", "schema": TEXTS}), "DELETE /pet/{petId} :: then_read_is_gone")
    (listing,) = [step for step in case.steps if step.name == "listing"]
    assert [check.id for check in listing.checks] == [CheckId.NOT_LISTED]
    assert listing.request.query[0].value == [FromStep("before", "/tags/0/name")]


def test_another_user_neither_finds_nor_reads_what_only_its_owner_finds() -> None:
    plan = document({"name": "tags", "schema": TEXTS})
    read = case_of(plan, "GET /pet/{petId} :: by_another_user_is_refused")
    assert [step.name for step in read.steps] == ["pet", "seen", "ours", "theirs", "read"]
    assert [step.request.credential for step in read.steps[-2:]] == [CredentialUse.SECOND, CredentialUse.SECOND]
    assert checked(read) == [CheckId.HIDDEN]
    listing = case_of(plan, "GET /pet/find :: by_another_user_finds_nothing_foreign")
    assert [step.name for step in listing.steps] == ["pet", "seen", "refused", "ours", "theirs"]
    assert checked(listing) == [CheckId.NOT_LISTED]
    assert [check.id for check in listing.steps[-2].checks] == [CheckId.LISTED]


def test_each_search_is_asked_as_another_user_and_the_record_is_read_once() -> None:
    plan = document({"name": "status", "schema": STRING}, more={"name": "tags", "schema": TEXTS})
    assert {case.subject.label for case in plan.cases if "finds_nothing_foreign" in case.id} == {"GET /pet/find", "GET /pet/more"}
    [read] = [case for case in plan.cases if case.id == "GET /pet/{petId} :: by_another_user_is_refused"]
    assert read.steps[3].request.operation.path == "/pet/more"


def test_values_of_a_list_in_a_query_are_long_too() -> None:
    plan = document({"name": "tags", "schema": TEXTS})
    case = case_of(plan, "GET /pet/find :: tags_5000_characters_crashes_nothing")
    assert [len(text) for text in case.steps[-1].request.query[0].value] == [5000]  # type: ignore[union-attr, arg-type]
