"""Longer lives of a record: what is planned of them, and what is left alone."""

from __future__ import annotations

from typing import Any

from planned import case_of, check_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Edit, EditKind, Fresh, FromStep, Plan

PLANT: dict[str, Any] = {
    "name": {"type": "string", "maxLength": 40},
    "code": {"type": "string", "pattern": "^[A-Z]{10}$"},
    "height": {"type": "integer", "minimum": 0, "default": 0},
    "light": {"type": "string", "enum": ["full", "half"], "default": "half"},
    "status": {"type": "string", "default": "seed"},
}


def steps(case: Case) -> list[str]:
    return [("+" if step.is_setup else "") + step.name for step in case.steps]


def plants(*, shown: list[str], patched: Any = None, without: str = "", **changed: Any) -> Plan:
    properties = {name: schema for name, schema in {**PLANT, **changed}.items() if name != without}
    record = {
        "type": "object",
        "required": ["id", *shown],
        "properties": {"id": {"type": "integer", "readOnly": True}, **properties},
    }
    sent = {"type": "object", "required": ["name", "code"], "properties": properties}
    item = [{"name": "plantId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    code = [{"name": "code", "in": "path", "required": True, "schema": properties["code"]}]
    gone = {"404": {"description": "d"}}
    return plan_of_spec(
        spec_of(
            {
                "/plants": {"post": {"requestBody": json_body(sent), "responses": json_answer(record, "201")}},
                "/plants/{plantId}": {
                    "get": {"parameters": item, "responses": {**json_answer(record), **gone}},
                    "patch": {
                        "parameters": item,
                        "requestBody": json_body(patched or {"type": "object", "properties": properties}),
                        "responses": {**json_answer(record), **gone},
                    },
                    "put": {"parameters": item, "requestBody": json_body(sent), "responses": {**json_answer(record), **gone}},
                    "delete": {"parameters": item, "responses": {"204": {"description": "d"}, **gone}},
                },
                "/plants/by-code/{code}": {"get": {"parameters": code, "responses": {**json_answer(record), **gone}}},
            }
        )
    )


def test_a_record_made_after_a_removal_is_told_apart_from_the_one_that_stayed() -> None:
    case = case_of(plants(shown=["name"]), "POST /plants :: after_a_delete_has_its_own_id")
    assert steps(case) == ["+plant", "+other_plant", "+deleted", "created"]
    assert check_of(case, CheckId.DISTINCT_IDS).arguments == {
        "values": [FromStep("other_plant", "/id"), FromStep("created", "/id")]
    }


def test_two_changes_of_two_fields_are_both_looked_for() -> None:
    case = case_of(plants(shown=["name"]), "PATCH /plants/{plantId} :: one_field_after_another_keeps_both")
    assert steps(case) == ["+plant", "patched", "again", "read"]
    first, second = (set(step.request.body.value) for step in case.steps[1:3])  # type: ignore[arg-type, union-attr]
    assert len(first) == len(second) == 1
    assert first != second
    assert check_of(case, CheckId.READ_BACK).arguments["expected"] == FromStep("patched", "", sent=True)


def test_a_patch_of_a_single_field_has_no_second_change() -> None:
    plan = plants(shown=["name"], patched={"type": "object", "properties": {"name": PLANT["name"]}})
    assert not [case.id for case in plan.cases if "one_field_after_another" in case.id]


def test_a_record_is_looked_up_by_the_key_that_the_change_answered_with() -> None:
    case = case_of(plants(shown=["name", "code"]), "GET /plants/by-code/{code} :: after_a_change_of_the_key_finds_the_record")
    assert steps(case) == ["+plant", "+updated", "read"]
    body = case.steps[1].request.body
    assert body is not None
    assert [(edit.pointer, type(edit.value)) for edit in body.edits] == [("/code", Fresh)]
    assert [one.value for one in case.steps[2].request.path_parameters] == [FromStep("updated", "/code")]


def test_what_a_create_leaves_out_has_its_default_after_a_record_that_had_another() -> None:
    case = case_of(
        plants(shown=["name", "height", "light", "status"]), "POST /plants :: with_only_what_is_required_gets_the_defaults"
    )
    assert steps(case) == ["+plant", "other_plant", "read"]
    before, body = case.steps[0].request.body, case.steps[1].request.body
    assert before is not None
    assert body is not None
    assert {edit.kind for edit in body.edits} == {EditKind.REMOVE}
    # A state may have moved on by the time of the answer: nothing is said of it.
    assert check_of(case, CheckId.ECHO).arguments["sent"] == {"height": 0, "light": "half"}
    assert isinstance(before.value, dict)
    first = {**before.value, **{edit.pointer[1:]: edit.value for edit in before.edits}}
    assert first["height"] != 0
    assert first["light"] == "full"


def test_a_default_that_an_answer_need_not_show_is_not_looked_for() -> None:
    case = case_of(plants(shown=["name"]), "POST /plants :: with_only_what_is_required_is_kept")
    assert steps(case) == ["+plant", "read"]
    assert [check.id for step in case.steps for check in step.checks] == [CheckId.BODY_SCHEMA, CheckId.READ_BACK]
    assert Edit(EditKind.REMOVE, "/height") in case.steps[0].request.body.edits  # type: ignore[union-attr]


def test_a_record_is_looked_up_by_a_key_of_each_of_a_few_forms() -> None:
    few = {"type": "string", "pattern": "^X[AB][0-9]{9}$"}
    plan = plants(shown=["name", "code"], code=few)
    case = case_of(plan, "GET /plants/by-code/{code} :: by_a_key_of_each_form_finds_the_record")
    assert steps(case) == ["+plant_1", "read_1", "+plant_2", "read_2"]
    keys = [case.steps[index].request.body.edits[0].value for index in (0, 2)]  # type: ignore[union-attr]
    assert [key.parts[0] for key in keys if isinstance(key, Fresh)] == ["XA", "XB"]
    assert [key.sample[:2] for key in keys if isinstance(key, Fresh)] == ["XA", "XB"]
    assert [case.steps[index].request.path_parameters[0].value for index in (1, 3)] == [
        FromStep("plant_1", "/code"),
        FromStep("plant_2", "/code"),
    ]


def test_keys_of_one_form_are_looked_up_once() -> None:
    assert not [case.id for case in plants(shown=["name", "code"]).cases if "each_form" in case.id]


def test_a_replacement_sent_twice_is_no_conflict_where_no_state_can_have_moved_on() -> None:
    twice = "PUT /plants/{plantId} :: sent_twice_changes_nothing"
    alone = check_of(case_of(plants(shown=["name"], without="status"), twice), CheckId.STATUS_EXPECTED)
    assert alone.arguments == {"statuses": [200], "alone": True}
    assert check_of(case_of(plants(shown=["name"]), twice), CheckId.STATUS_EXPECTED).arguments == {"statuses": [200]}


def test_the_edge_of_a_parameter_is_not_looked_for_in_the_record() -> None:
    text = {"type": "string"}
    thing = {"type": "object", "properties": {"id": text, "title": text}}
    body = json_body({"type": "object", "required": ["title"], "properties": {"title": text}})
    form = {"name": "X-Form", "in": "header", "schema": {"type": "string", "enum": ["full", "light"]}}
    item = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": text}],
        "get": {"responses": json_answer(thing)},
    }
    create = {"parameters": [form], "requestBody": body, "responses": json_answer(thing, "201")}
    paths = {"/things": {"post": create}, "/things/{id}": item}
    case = case_of(plan_of_spec(spec_of(paths)), "POST /things :: x_form_member_light_accepted")
    assert CheckId.ECHO not in {check.id for step in case.steps for check in step.checks}
