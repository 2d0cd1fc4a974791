"""Requests that are odd, and all the same right or wrong: media types with parameters, ids of any kind, references to nobody."""

from __future__ import annotations

from typing import Any

from planned import case_of, check_of, checks_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Plan

ID = {"type": "integer"}
BEYOND = "GET /jars/{jarId} :: id_beyond_32_bits_is_not_found"


def plan_of(identity: dict[str, Any], *, path: dict[str, Any] | None = None, **properties: Any) -> Plan:
    sent = {"type": "object", "required": sorted(properties), "properties": properties}
    record = {"type": "object", "required": ["id"], "properties": {"id": {**identity, "readOnly": True}, **properties}}
    hole = [{"name": "jarId", "in": "path", "required": True, "schema": path or identity}]
    return plan_of_spec(
        spec_of(
            {
                "/jars": {
                    "get": {"responses": json_answer({"type": "array", "items": record})},
                    "post": {"requestBody": json_body(sent), "responses": json_answer(record, "201")},
                },
                "/jars/{jarId}": {"get": {"parameters": hole, "responses": {**json_answer(record), "404": {"description": "d"}}}},
                "/lids": {
                    "get": {"responses": json_answer({"type": "array", "items": lid()})},
                    "post": {"requestBody": json_body(lid("name", "jar_id")), "responses": json_answer(lid(), "201")},
                },
            }
        )
    )


def lid(*required: str) -> dict[str, Any]:
    properties = {"id": {**ID, "readOnly": True}, "name": {"type": "string"}, "jar_id": ID}
    return {"type": "object", "required": list(required), "properties": properties}


def ids(plan: Plan) -> set[str]:
    return {case.id for case in plan.cases}


def test_json_is_sent_with_its_charset_and_has_to_be_accepted() -> None:
    case = case_of(plan_of(ID, name={"type": "string"}), "POST /jars :: media_type_with_charset_is_accepted")
    assert case.steps[-1].request.body.media_type == "application/json; charset=utf-8"  # type: ignore[union-attr]
    assert case.control == "POST /jars :: success"
    assert case.steps[-1].cleanup is not None or "DELETE /jars/{jarId}" not in ids(plan_of(ID))
    assert [check.id for _, check in checks_of(case)] == [CheckId.NO_SERVER_ERROR, CheckId.STATUS_EXPECTED]


def test_an_id_beyond_32_bits_is_asked_for_where_the_document_has_room_for_it() -> None:
    case = case_of(plan_of(ID), BEYOND)
    assert [one.value for one in case.steps[-1].request.path_parameters] == [2**32 + 1]
    assert check_of(case, CheckId.UNKNOWN_ID)
    assert BEYOND not in ids(plan_of({"type": "integer", "format": "int32"}))
    assert BEYOND not in ids(plan_of(ID, path={"type": "integer", "maximum": 2**31}))
    assert BEYOND not in ids(plan_of({"type": "string", "format": "uuid"}))


def test_what_is_no_id_crashes_nothing_and_is_sent_where_ids_have_a_form() -> None:
    malformed = "GET /jars/{jarId} :: jar_id_no_id_crashes_nothing"
    case = case_of(plan_of(ID), malformed)
    assert [check.id for _, check in checks_of(case)] == [CheckId.NO_SERVER_ERROR]
    assert malformed in ids(plan_of({"type": "string", "format": "uuid"}))
    assert malformed not in ids(plan_of({"type": "string"}))  # any text may be one


def test_a_create_that_names_nobody_is_looked_for_if_it_was_refused() -> None:
    case = case_of(plan_of(ID, name={"type": "string"}), "POST /lids :: of_an_unknown_record_makes_nothing")
    edits = case.steps[-2].request.body.edits  # type: ignore[union-attr]
    assert [edit.pointer for edit in edits] == ["/jar_id"]
    assert [check.id for _, check in checks_of(case)] == [CheckId.REFUSED, CheckId.NOT_LISTED]
    assert "POST /jars :: of_an_unknown_record_makes_nothing" not in ids(plan_of(ID, name={"type": "string"}))


def test_true_is_no_id_and_a_member_in_the_other_case_is_none() -> None:
    plan = plan_of(ID, price={"type": "number"}, count=ID, kind={"type": "string", "enum": ["tea", "TEA", "jam"]})
    assert "POST /jars :: price_boolean" in ids(plan)
    assert "POST /jars :: count_boolean" not in ids(plan)
    assert "POST /jars :: kind_other_case" not in ids(plan)
    assert "POST /jars :: kind_other_case" in ids(plan_of(ID, kind={"type": "string", "enum": ["tea", "jam"]}))
    tagged = ids(plan_of(ID, kind={"type": "string", "enum": ["en-US", "pt-BR"]}))
    assert "POST /jars :: kind_other_case" not in tagged
    assert "POST /jars :: kind_not_allowed" in tagged
