"""A suite changes and removes nothing but what it made itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from planned import case_of, cases_of, check_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Family, Fresh, FromStep, Plan, RequestPlan
from specproof.generators.reading.resources import build_resources
from specproof.openapi.findings import FindingCode, Severity

S, N = {"type": "string"}, {"type": "integer"}
DONE = {"200": {"description": "d"}, "404": {"description": "none"}}


def thing(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


MEMBER = thing({"id": N, "name": S}, "id", "name")
NEW = thing({"name": S}, "name")


def at_path(name: str, schema: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema or N, **more}


def members(answer: dict[str, Any], parameter: str = "id", body: dict[str, Any] | None = None) -> dict[str, Any]:
    responses = {**json_answer(answer), "404": {"description": "none"}}
    one = {"parameters": [at_path(parameter)], "responses": responses}
    return {
        "/members": {"post": {"requestBody": json_body(body or NEW), "responses": responses}},
        f"/members/{{{parameter}}}": {"get": one, "delete": one},
    }


def identity(answer: dict[str, Any], parameter: str = "id", body: dict[str, Any] | None = None) -> str | None:
    found = build_resources(spec_of(members(answer, parameter, body)).operations).resources[0].identity
    return found.pointer if found is not None else None


def requests(plan: Plan) -> Iterator[RequestPlan]:
    for case in plan.cases:
        for step in case.steps if not case.skip_reason else ():
            yield step.request
            if step.cleanup is not None:
                yield step.cleanup


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        (thing({"resultCode": N, "resultMsg": S, "data": MEMBER}), "/data/id"),
        (thing({"errno": N, "errmsg": S, "data": MEMBER}), "/data/id"),
        (thing({"statusCode": N, "data": MEMBER}), "/data/id"),
        (thing({"code": N, "message": S, "path": S, "data": MEMBER}), "/data/id"),
        (thing({"status": N, "info": S, "data": MEMBER}), "/data/id"),
        (thing({"code": N, "msg": S, "member": MEMBER}), "/member/id"),
        (thing({"code": N, "msg": S, "traceId": S, "host": S, "took": N, "member": MEMBER}), "/member/id"),
        (thing({"code": N, "data": thing({"member": MEMBER})}), "/data/member/id"),
        (thing({"data": MEMBER, "elapsedMs": N}), "/data/id"),
        (thing({"count": N, "results": MEMBER}), "/results/id"),
        (thing({"id": N, "attributes": NEW}), "/id"),
        (thing({"code": N, "data": thing({"member_id": N})}), "/data/member_id"),
    ],
)
def test_the_id_of_a_record_is_found_inside_any_envelope(answer: dict[str, Any], pointer: str) -> None:
    assert identity(answer) == pointer


@pytest.mark.parametrize(
    ("answer", "parameter"),
    [
        (thing({"resultCode": N, "data": thing({"name": S})}), "id"),
        (thing({"resultCode": N, "name": S}), "id"),
        (thing({"total": N, "name": S}), "id"),
        (thing({"elapsedMs": N, "name": S}), "id"),
        (thing({"kind": {"type": "integer", "enum": [3]}, "name": S}), "id"),
        (thing({"blik": N}), "id"),
        (thing({"code": N, "msg": S}), "code"),
        (thing({"code": N, "msg": S}), "member"),
        (thing({"name": S, "age": N, "address": thing({"id": N, "street": S})}), "id"),
        (thing({"ok": S, "customer": thing({"id": N})}), "id"),
    ],
)
def test_what_only_looks_like_an_id_is_none(answer: dict[str, Any], parameter: str) -> None:
    body = thing({"name": S, "age": N}) if "age" in answer["properties"] else None
    assert identity(answer, parameter, body) is None


def test_without_a_sure_id_no_case_changes_or_removes_a_record() -> None:
    paths = members(thing({"resultCode": N, "name": S}))
    paths["/members/{id}"]["delete"]["parameters"] = [at_path("id", example=7)]
    plan = plan_of_spec(spec_of(paths))
    removed = [one.path_parameters[0].value for one in requests(plan) if one.operation.method == "DELETE"]
    unknown = case_of(plan, "DELETE /members/{id} :: unknown_id_is_not_found").steps[-1].request.path_parameters[0].value
    # A word is no id where ids are numbers.
    assert sorted(removed, key=str) == [unknown, "specproof-nobody"]
    skipped = case_of(plan, "DELETE /members/{id} :: success").skip_reason
    assert "records of others are not changed" in skipped
    assert "a create operation whose answer shows the new record's id is missing" in skipped


def test_reads_use_a_documented_id_and_writes_never() -> None:
    item = {"parameters": [at_path("id", example=7)], "responses": DONE}
    update = {**item, "requestBody": json_body(NEW)}
    plan = plan_of_spec(
        spec_of({"/members/{id}": {"get": item, "put": update, "patch": update}, "/members/{id}/freeze": {"post": item}})
    )
    used = {one.operation.label: one.path_parameters[0].value for one in requests(plan) if one.path_parameters[0].value == 7}
    assert used == {"GET /members/{id}": 7}
    reasons = {case.subject.label: case.skip_reason for case in plan.cases if case.family is Family.FUNCTIONAL}
    assert all(reasons[label] for label in ("PUT /members/{id}", "PATCH /members/{id}", "POST /members/{id}/freeze"))


def test_what_was_made_below_a_documented_parent_may_be_changed() -> None:
    tenant, both = at_path("tenant", S, example="acme"), [at_path("tenant", S, example="acme"), at_path("id")]
    one = {"parameters": both, "responses": json_answer(MEMBER)}
    create = {"parameters": [tenant], "requestBody": json_body(NEW), "responses": json_answer(MEMBER, "201")}
    plan = plan_of_spec(
        spec_of({"/t/{tenant}/members": {"post": create}, "/t/{tenant}/members/{id}": {"get": one, "delete": one}})
    )
    assert not case_of(plan, "DELETE /t/{tenant}/members/{id} :: success").skip_reason
    assert [
        one.value for one in case_of(plan, "DELETE /t/{tenant}/members/{id} :: success").steps[-1].request.path_parameters
    ] == [
        "acme",
        FromStep("member", "/id"),
    ]


def test_removals_by_a_body_or_a_query_name_only_what_was_made() -> None:
    batch = {"requestBody": json_body(thing({"ids": {"type": "array", "items": N}}, "ids")), "responses": DONE}
    paths = members(MEMBER)
    made = plan_of_spec(spec_of({**paths, "/members/batch-delete": {"post": batch}}))
    body = case_of(made, "POST /members/batch-delete :: success").steps[-1].request.body
    assert body is not None
    assert body.value == {"ids": [FromStep("member", "/id")]}
    query = {"parameters": [{"name": "userId", "in": "query", "required": True, "schema": N}], "responses": DONE}
    alone = plan_of_spec(spec_of({"/members/batch-delete": {"post": batch}, "/purge": {"delete": query}}))
    assert case_of(alone, "POST /members/batch-delete :: success").skip_reason
    assert case_of(alone, "DELETE /purge :: success").skip_reason


def test_a_create_that_must_be_refused_removes_what_a_faulty_api_makes_of_it() -> None:
    plan = plan_of_spec(spec_of(members(thing({"code": N, "data": MEMBER}))))
    negative = [case for family in (Family.VALIDATION, Family.ERROR) for case in cases_of(plan, "POST /members", family)]
    sent = [step for case in negative for step in case.steps if step.request.operation.method == "POST"]
    assert len(sent) > 12
    assert {step.name for step in sent} == {"refused", "answer", "created", "member"}
    for step in sent:
        assert step.cleanup is not None
        assert step.cleanup.path_parameters[0].value == FromStep(step.name, "/data/id")


DEVICE = thing({"serial": S, "title": S, "revision": N}, "serial")


def registry(serial: dict[str, Any], body: dict[str, Any], answer: dict[str, Any] | None = DEVICE, **more: Any) -> dict[str, Any]:
    shown = {"200": {"description": "d"}, "201": {"description": "d"}}
    if answer is not None:
        shown = {**json_answer(answer), **json_answer(answer, "201")}
    parameters = [at_path("serial", serial, **more)]
    one = {"parameters": parameters, "responses": json_answer(answer or {}) | {"404": {"description": "none"}}}
    put = {"parameters": parameters, "requestBody": json_body(body), "responses": shown}
    return {"/devices/{serial}": {"get": one, "put": put, "delete": one}}


def told(plan: Plan, family: Family) -> list[str]:
    return [case.id for case in plan.cases if case.family is family and not case.skip_reason]


def first_put(case: Case) -> RequestPlan:
    return next(step.request for step in case.steps if step.request.operation.method == "PUT")


def test_a_put_that_documents_201_makes_records_under_fresh_ids() -> None:
    serial = {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{6}$", "example": "AB-123456"}
    plan = plan_of_spec(spec_of(registry(serial, thing({"title": S}, "title"), example="AB-123456")))
    assert told(plan, Family.CRUD) == [
        "GET /devices/{serial} :: after_create_shows_the_record",
        "PUT /devices/{serial} :: created_echoes_what_was_sent",
        "PUT /devices/{serial} :: of_one_record_leaves_others_alone",
        "PUT /devices/{serial} :: then_read_is_persisted",
        "DELETE /devices/{serial} :: of_one_record_leaves_others_alone",
        "DELETE /devices/{serial} :: then_read_is_gone",
    ]
    assert not any("unknown_id" in case.id for case in plan.cases if case.subject.method == "PUT")
    case = case_of(plan, "PUT /devices/{serial} :: then_read_is_persisted")
    assert [step.name for step in case.steps] == ["device", "replaced", "read"]
    assert isinstance(case.steps[0].request.path_parameters[0].value, Fresh)
    assert case.steps[1].request.path_parameters[0].value == FromStep("device", "/serial")
    assert case.steps[0].cleanup is not None
    assert not any("AB-123456" in repr(one.path_parameters) for one in requests(plan))


def test_an_id_that_no_answer_tells_is_the_one_that_the_put_was_sent() -> None:
    paths = registry(S, thing({"title": S}), None)
    untold = {"post": {"requestBody": json_body(thing({"title": S})), "responses": json_answer(thing({"title": S}), "201")}}
    part = {"parameters": [at_path("device_serial", S)], "get": {"responses": {"200": {"description": "d"}}}}
    for more in ({}, {"/devices": untold}):
        plan = plan_of_spec(spec_of({**paths, **more, "/devices/{device_serial}/parts": part}))
        case = case_of(plan, "DELETE /devices/{serial} :: success")
        assert isinstance(first_put(case).path_parameters[0].value, Fresh)
        chosen = FromStep("device", "{serial}", sent=True)
        assert case.steps[-1].request.path_parameters[0].value == chosen
        assert case.steps[0].cleanup is not None
        assert case.steps[0].cleanup.path_parameters[0].value == chosen
        below = case_of(plan, "GET /devices/{device_serial}/parts :: success")
        assert below.steps[-1].request.path_parameters[0].value == chosen
    assert case_of(plan, "POST /devices :: success").steps[-1].cleanup is None


def test_a_post_that_tells_the_new_id_makes_the_records() -> None:
    told_id = thing({"serial": S, "title": S})
    post = {"post": {"requestBody": json_body(thing({"title": S})), "responses": json_answer(told_id, "201")}}
    plan = plan_of_spec(spec_of({**registry(S, thing({"title": S}), told_id), "/devices": post}))
    assert case_of(plan, "DELETE /devices/{serial} :: success").steps[0].request.operation.method == "POST"


def test_numbers_that_the_client_chooses_are_large_and_a_body_repeats_them() -> None:
    numbered = thing({"serial": N, "title": S}, "serial")
    alone = plan_of_spec(spec_of(registry({"type": "integer", "maximum": 2000000000}, thing({"title": S}, "title"), numbered)))
    value = first_put(case_of(alone, "PUT /devices/{serial} :: success")).path_parameters[0].value
    assert isinstance(value, Fresh)
    assert 10**9 <= int(value.sample) < 2 * 10**9
    repeating = plan_of_spec(spec_of(registry(N, thing({"serial": N, "title": S}, "serial", "title"), None)))
    case = case_of(repeating, "DELETE /devices/{serial} :: success")
    request = first_put(case)
    assert request.body is not None
    assert isinstance(request.body.value, dict)
    assert request.path_parameters[0].value == request.body.value["serial"]
    assert isinstance(request.body.value["serial"], int)
    assert case.steps[-1].request.path_parameters[0].value == FromStep("device", "/serial", sent=True)


def test_ids_that_cannot_be_free_for_sure_are_not_taken() -> None:
    for serial in ({"type": "integer", "maximum": 99}, {"type": "string", "enum": ["a", "b"]}):
        plan = plan_of_spec(spec_of(registry(serial, thing({"title": S}, "title"))))
        assert "surely free" in case_of(plan, "PUT /devices/{serial} :: success").skip_reason


def test_what_is_still_being_worked_on_is_compared_by_its_id_and_what_was_sent_alone() -> None:
    job = thing({"id": N, "format": S, "rows": N, "state": S})
    answered = {"get": {"parameters": [at_path("id")], "responses": json_answer(job)}}
    for status, ignored in (("201", ["/state"]), ("202", ["/rows", "/state"])):
        create = {"requestBody": json_body(thing({"format": S}, "format")), "responses": json_answer(job, status)}
        plan = plan_of_spec(spec_of({"/jobs": {"post": create}, "/jobs/{id}": answered}))
        case = case_of(plan, "GET /jobs/{id} :: after_create_shows_the_record")
        assert check_of(case, CheckId.READ_BACK).arguments["ignore"] == ignored


def gaps(plan: Plan) -> list[str]:
    found = [one for one in plan.findings if one.code is FindingCode.NO_PROVEN_VIOLATION]
    assert all(one.severity is Severity.INFO for one in found)
    return [one.message for one in found]


def test_rules_that_cannot_be_broken_on_the_wire_are_named() -> None:
    fields = thing(
        {"tags": {"type": "array", "maxItems": 2, "items": S}, "size": {"type": "integer", "minimum": 3}}, "tags", "size"
    )
    form = {"required": True, "content": {"multipart/form-data": {"schema": fields}}}
    text = {"required": True, "content": {"text/plain": {"schema": {"type": "string", "maxLength": 5}}}}
    deep = {"name": "filter", "in": "query", "style": "deepObject", "required": True,
            "schema": thing({"low": {"type": "integer", "minimum": 0}})}  # fmt: skip
    plan = plan_of_spec(
        spec_of(
            {
                "/forms": {"post": {"requestBody": form, "responses": DONE}},
                "/texts": {"post": {"requestBody": text, "responses": DONE}},
                "/deep": {"get": {"parameters": [deep], "responses": DONE}},
                "/plain": {"post": {"requestBody": json_body(NEW), "responses": DONE}},
            }
        )
    )
    found = gaps(plan)
    assert [message.partition(":")[0] for message in found] == ["GET /deep", "POST /forms", "POST /texts"]
    assert "its query parameter `filter` (style deepObject)" in found[0]
    assert found[0].endswith(": minimum, type")
    assert "maxItems" in found[1]
    assert "minimum" not in found[1]
    assert found[2].endswith("no negative cases are made for this media type: maxLength")


def test_items_of_a_list_in_the_query_break_their_rules() -> None:
    levels = {"name": "level", "in": "query", "schema": {"type": "array", "items": {"type": "integer", "enum": [1, 2]}}}
    plan = plan_of_spec(spec_of({"/devices": {"get": {"parameters": [{**levels, "required": True}], "responses": DONE}}}))
    broken = [case for case in cases_of(plan, "GET /devices", Family.VALIDATION) if case.rationale.keyword == "enum"]
    broken = [case for case in broken if "is_rejected" in case.name]
    assert len(broken) == 1
    assert isinstance(broken[0].steps[-1].request.query[0].value, list)
