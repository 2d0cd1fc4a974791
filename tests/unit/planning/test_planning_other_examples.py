"""Bodies that a document shows beside the first are sent, and what they alone hold is broken."""

from __future__ import annotations

from typing import Any

from planned import case_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.plans import Edit, EditKind, Fresh, Plan

CAT = {
    "type": "object",
    "required": ["kind", "lives"],
    "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer", "minimum": 1}, "owner_id": {"type": "integer"}},
}
DOG = {
    "type": "object",
    "required": ["kind", "tricks"],
    "properties": {"kind": {"const": "dog"}, "tricks": {"type": "string", "maxLength": 40}},
}
FIRST, SECOND = {"kind": "cat", "lives": 9}, {"kind": "dog", "tricks": "Roll over"}


def plan_of(*examples: dict[str, Any], media: str = "application/json", method: str = "post") -> Plan:
    shown = {f"e{number}": {"value": value} for number, value in enumerate(examples)}
    content = {media: {"schema": {"oneOf": [CAT, DOG]}, "examples": shown}}
    record = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "kind": {"type": "string"}}}
    sent = {"requestBody": {"content": content, "required": True}, "responses": json_answer(record, "201")}
    hole = [{"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    plain = {"requestBody": json_body({"type": "object"}), "responses": json_answer(record, "201")}
    item: dict[str, Any] = {"parameters": hole, "get": {"responses": json_answer(record)}}
    paths = {"/pets": {"post": sent if method == "post" else plain}, "/pets/{petId}": item}
    if method != "post":
        item[method] = sent
    return plan_of_spec(spec_of(paths))


def slugs(plan: Plan, word: str) -> list[str]:
    return [slug for case in plan.cases if word in (slug := case.id.partition(" :: ")[2])]


def edits_of(plan: Plan, slug: str) -> tuple[Edit, ...]:
    body = case_of(plan, f"POST /pets :: {slug}").steps[-1].request.body
    assert body is not None
    return body.edits


def test_another_example_is_sent_in_the_place_of_the_first() -> None:
    for media in ("application/json", "multipart/form-data"):
        plan = plan_of(FIRST, SECOND, media=media)
        (found,) = slugs(plan, "example_e1")
        edits = edits_of(plan, found)
        assert [(edit.kind, edit.pointer) for edit in edits] == [
            (EditKind.SET, "/kind"),
            (EditKind.SET, "/tricks"),
            (EditKind.REMOVE, "/lives"),
        ]
        assert edits[0].value == "dog"
        assert isinstance(edits[1].value, Fresh)


def test_what_only_another_example_holds_is_broken_with_it() -> None:
    plan = plan_of(FIRST, SECOND, media="multipart/form-data")
    edits = edits_of(plan, "tricks_too_long")
    assert [(edit.kind, edit.pointer) for edit in edits] == [
        (EditKind.SET, "/kind"),
        (EditKind.REMOVE, "/lives"),
        (EditKind.SET, "/tricks"),
    ]
    assert {"lives_too_small", "tricks_missing"} <= {*slugs(plan, "lives"), *slugs(plan, "tricks")}


def test_examples_that_are_wrong_or_the_same_or_name_records_are_not_sent() -> None:
    for other in (FIRST, {"kind": "cow"}, {**FIRST, "lives": 8, "owner_id": 7}):
        assert slugs(plan_of(FIRST, other), "example_e") == []
    assert slugs(plan_of(FIRST, {**FIRST, "lives": 8}), "example_e1") != []


def test_an_update_may_refuse_what_another_one_shows() -> None:
    assert slugs(plan_of(FIRST, SECOND, method="patch"), "example_e") == []
