"""What an example leaves out is sent, and broken, too."""

from __future__ import annotations

from typing import Any

from planned import case_of, json_answer, plan_of_spec, spec_of
from specproof.domain.plans import Edit, EditKind, Plan
from specproof.openapi.findings import Severity

SIDE = {"type": "object", "required": ["size"], "properties": {"size": {"type": "string", "enum": ["small", "large"]}}}
BURGER: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "side": SIDE,
        "slices": {"type": "integer", "minimum": 1, "maximum": 9},
        "made_at": {"type": "string", "readOnly": True},
        "shop_id": {"type": "integer"},
    },
}


def plan_of(schema: dict[str, Any] = BURGER, example: object = None) -> Plan:
    media = {"application/json": {"schema": schema, "example": example or {"name": "Big"}}}
    post = {"requestBody": {"content": media, "required": True}, "responses": json_answer(schema, "201")}
    return plan_of_spec(spec_of({"/burgers": {"post": post}}))


def edits_of(plan: Plan, slug: str) -> tuple[Edit, ...]:
    body = case_of(plan, f"POST /burgers :: {slug}").steps[-1].request.body
    assert body is not None
    assert body.value == {"name": body.value["name"]}  # type: ignore[index,call-overload]
    return body.edits


def test_one_case_sends_all_that_the_example_leaves_out() -> None:
    edits = edits_of(plan_of(), "body_with_everything_accepted")
    assert [edit.pointer for edit in edits] == ["/side", "/slices"]
    assert edits[0].value == {"size": "small"}


def test_a_fault_inside_of_such_a_member_comes_with_the_member() -> None:
    edits = edits_of(plan_of(), "side_size_not_allowed")
    assert [(edit.kind, edit.pointer) for edit in edits] == [(EditKind.SET, "/side"), (EditKind.SET, "/side/size")]
    assert edits_of(plan_of(), "side_size_missing")[1] == Edit(EditKind.REMOVE, "/side/size")


def test_a_fault_of_the_member_itself_is_one_edit() -> None:
    edits = edits_of(plan_of(), "slices_too_large")
    assert [(edit.pointer, edit.value) for edit in edits] == [("/slices", 10)]
    assert case_of(plan_of(), "POST /burgers :: slices_too_large").severity is Severity.MAJOR


def test_an_example_with_everything_needs_no_more() -> None:
    plan = plan_of(example={"name": "Big", "side": {"size": "large"}, "slices": 2})
    assert not [case for case in plan.cases if "with_everything" in case.id]
    assert len([case for case in plan.cases if case.id.endswith(":: slices_too_large")]) == 1


def test_members_that_are_not_valid_together_are_not_sent_together() -> None:
    # Either a side or slices: the schema says so.
    schema = {**BURGER, "not": {"required": ["side", "slices"]}}
    plan = plan_of(schema)
    assert not [case for case in plan.cases if "with_everything" in case.id]


def test_an_edge_inside_of_such_a_member_comes_with_the_member() -> None:
    edits = edits_of(plan_of(), "side_size_member_large_accepted")
    assert [(edit.kind, edit.pointer) for edit in edits] == [(EditKind.SET, "/side"), (EditKind.SET, "/side/size")]
    assert edits[0].value == {"size": "small"}
    assert edits[1].value == "large"


def test_an_edge_of_the_member_itself_is_one_edit_and_to_leave_it_out_is_none() -> None:
    schema = {**BURGER, "properties": {**BURGER["properties"], "notes": {"type": "array", "items": {"type": "string"}}}}
    assert [(edit.pointer, edit.value) for edit in edits_of(plan_of(schema), "notes_empty_accepted")] == [("/notes", [])]
    accepted = [case.id for case in plan_of(schema).cases if case.id.endswith("_accepted")]
    assert not [one for one in accepted if "only_required" in one]


def test_bodies_that_are_no_object_have_edges_too() -> None:
    for schema, slug in (
        ({"type": "string"}, "body_beyond_ascii_accepted"),
        ({"type": "array", "items": {"type": "string"}}, "body_empty_accepted"),
    ):
        media = {"application/json": {"schema": schema}}
        put = {"requestBody": {"content": media, "required": True}, "responses": {"200": {"description": "x"}}}
        body = case_of(plan_of_spec(spec_of({"/note": {"put": put}})), f"PUT /note :: {slug}").steps[-1].request.body
        assert body is not None
        assert [edit.pointer for edit in body.edits] == [""]
