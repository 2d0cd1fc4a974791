"""A suite runs where other people's records are: it ends and changes none that it has not made, whatever words and places say it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planned import json_answer
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Family, Fresh, FromStep, Plan
from specproof.generators.planning.absent_ids import absent_number
from specproof.generators.reading.effects import Effect, effect_of
from specproof.generators.reading.shapes import shape_of
from specproof.openapi.parser import parse_spec
from strangers import document_of, plan_of_document, sent_to, strangers

N: dict[str, Any] = {"type": "integer"}
S: dict[str, Any] = {"type": "string"}
DONE: dict[str, Any] = {"responses": {"200": {"description": "done"}}}
IDS: dict[str, Any] = {"type": "array", "items": N, "minItems": 2, "example": [1, 2]}


def thing(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def sends(schema: dict[str, Any], media: str = "application/json") -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {media: {"schema": schema}}}, **DONE}


def asks(name: str, place: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": True, "schema": schema, **more}


def below(name: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"parameters": [asks(name, "path", schema or {**N, "example": 3})], **DONE}


RECORD = thing("id", "text", id=N, text=S)
MAKE: dict[str, Any] = {**sends(thing("text", text=S)), "responses": json_answer(RECORD, "201")}
BOXES: dict[str, Any] = {"/boxes": {"post": MAKE}, "/boxes/{id}": {"get": below("id", N)}}


def success(plan: Plan, label: str) -> Case:
    return next(case for case in plan.cases if case.subject.label == label and case.family is Family.FUNCTIONAL)


def bodies(plan: Plan, label: str) -> list[Any]:
    return [request.body.value for request in sent_to(plan, label) if request.body is not None and request.body.raw is None]


BY_BODY = {
    "an example": ("/boxes/delete", thing("box_id", box_id={**N, "example": 3})),
    "a default": ("/box/remove", thing("boxId", boxId={**N, "default": 3})),
    "a made-up number": ("/boxes/remove", thing("box_id", box_id=N)),
    "a list": ("/boxes/batch-remove", thing("box_ids", box_ids=IDS)),
    "a bare list": ("/boxes/archive", IDS),
    "items of a list": ("/boxes/close", thing("items", items={"type": "array", "items": thing("boxId", boxId=N)})),
    "a member that may be left out": ("/boxes/purge", thing(box_id=N, force={"type": "boolean"})),
    "a code": ("/coupons/revoke", thing("code", code={**S, "example": "SUMMER"})),
    "a name of a pattern": (
        "/boxes/block",
        thing("serial", serial={**S, "pattern": "^[A-Z]{2}[0-9]{6}$", "example": "AB123456"}),
    ),
    "a uuid": ("/boxes/end", thing("box_id", box_id={**S, "format": "uuid", "example": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"})),
    "an update": ("/boxes/update", thing("id", "text", id={**N, "example": 3}, text=S)),
    "what is paid": ("/pay", thing("orderNo", orderNo={**S, "example": "A100"})),
}


FORM = "application/x-www-form-urlencoded"
WAYS = {
    f"{words} in {media}": (media, path, schema)
    for words, (path, schema) in BY_BODY.items()
    for media in ("application/json", FORM)
    if media != FORM or schema["type"] == "object"
}


@pytest.mark.parametrize(("media", "path", "schema"), WAYS.values(), ids=WAYS)
def test_a_request_whose_record_nobody_makes_names_nobodys(media: str, path: str, schema: dict[str, Any]) -> None:
    document = document_of({path: {"post": sends(schema, media)}})
    plan, label = plan_of_document(document), f"POST {path}"
    assert strangers(document) == []
    case = success(plan, label)
    assert not case.skip_reason
    assert bodies(plan, label)
    # That nothing is there is no fault of the API: a refusal says nothing, a crash does.
    assert [check.id for check in case.steps[-1].checks][:2] == [CheckId.NO_SERVER_ERROR, CheckId.CONTROL]


def test_numbers_are_those_of_the_cases_with_unknown_ids_and_texts_are_drawn_anew() -> None:
    plan = plan_of_document(document_of({"/boxes/delete": {"post": sends(thing("box_ids", box_ids=IDS))},
                                         "/boxes/ban": {"post": sends(thing("box_id", box_id={**S, "example": "b1"}))}}))  # fmt: skip
    operation = parse_spec(
        b'{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/boxes/delete":{"post":{}}}}'
    ).operations
    first = absent_number(operation[0], shape_of(None))
    assert isinstance(first, int)
    assert bodies(plan, "POST /boxes/delete")[0] == {"box_ids": [first, first - 1]}
    assert isinstance(bodies(plan, "POST /boxes/ban")[0]["box_id"], Fresh)


@pytest.mark.parametrize(
    "schema", [{**S, "enum": ["a", "b"]}, {**N, "maximum": 99}, {**S, "pattern": "^(a|b)$", "example": "a"}], ids=str
)
def test_where_only_somebodys_id_is_allowed_nothing_is_sent(schema: dict[str, Any]) -> None:
    label = "POST /boxes/ban"
    plan = plan_of_document(document_of({"/boxes/ban": {"post": sends(thing("box_id", box_id=schema))}}))
    assert sent_to(plan, label) == []
    assert success(plan, label).skip_reason == (
        "no operation makes the record that `box_id` names, and records of others are not removed"
    )


def test_an_id_in_the_query_of_what_removes_is_nobodys() -> None:
    plan = plan_of_document(
        document_of({"/box/delete": {"post": {"parameters": [asks("box_id", "query", {**N, "example": 3})], **DONE}}})
    )
    values = [one.value for request in sent_to(plan, "POST /box/delete") for one in request.query]
    assert values
    assert all(isinstance(value, int) and value > 2**31 - 10_000 for value in values)


def test_what_the_suite_made_is_named_where_it_can_be() -> None:
    paths = {**BOXES, "/boxes/delete": {"get": {"parameters": [asks("id", "query", {**N, "example": 3})], **DONE},
                                        "post": sends(thing("box_id", box_id={**N, "example": 3}))},
             "/boxes/{id}/cancel": {"post": below("id")}}  # fmt: skip
    plan, made = plan_of_document(document_of(paths)), FromStep("box", "/id")
    assert strangers(document_of(paths)) == []
    assert success(plan, "GET /boxes/delete").steps[-1].request.query[0].value == made
    assert success(plan, "POST /boxes/{id}/cancel").steps[-1].request.path_parameters[0].value == made
    assert bodies(plan, "POST /boxes/delete")[0] == {"box_id": made}


def test_a_body_repeats_the_id_of_the_record_in_the_path() -> None:
    paths = {**BOXES, "/boxes/{id}": {"put": {**below("id", N), **sends(thing("id", "text", id={**N, "example": 3}, text=S))}}}
    plan = plan_of_document(document_of(paths))
    body = success(plan, "PUT /boxes/{id}").steps[-1].request.body
    assert body is not None
    assert isinstance(body.value, dict)
    assert body.value["id"] == FromStep("box", "/id")


ENUM = {**S, "enum": ["checkout", "search"]}


@pytest.mark.parametrize(
    ("method", "path"), [("put", "/flags/{name}"), ("patch", "/flags/{name}"), ("post", "/regions/{name}/switch")]
)
def test_one_of_a_few_places_is_somebodys(method: str, path: str) -> None:
    operation = {**below("name", ENUM), **sends(thing("on", on={"type": "boolean"}))}
    plan = plan_of_document(document_of({path: {method: operation}}))
    assert "records of others are not changed" in success(plan, f"{method.upper()} {path}").skip_reason
    shown = [one.value for request in sent_to(plan, f"{method.upper()} {path}") for one in request.path_parameters]
    assert not {"checkout", "search"} & {value for value in shown if isinstance(value, str)}


def test_a_kind_of_what_is_made_and_a_version_are_no_records() -> None:
    new = sends(thing("text", text=S))
    paths = {"/{kind}/items": {"post": {**below("kind", ENUM), **new}},
             "/{version}/flags/set": {"post": {**below("version", {**S, "enum": ["v1"]}), **new}}}  # fmt: skip
    plan = plan_of_document(document_of(paths))
    for path in paths:
        assert not success(plan, f"POST {path}").skip_reason
        assert sent_to(plan, f"POST {path}")


@pytest.mark.parametrize(
    "body", [thing("id", id={**N, "example": 10}, name=S), thing("petId", petId={**N, "example": 10})], ids=str
)
def test_an_update_without_a_documented_404_changes_nobodys_pet(body: dict[str, Any]) -> None:
    document = document_of({"/pet": {"put": sends(body)}})
    assert strangers(document) == []
    assert bodies(plan_of_document(document), "PUT /pet")


def test_an_update_of_all_there_is_is_not_sent() -> None:
    listed = {"responses": json_answer({"type": "array", "items": RECORD})}
    paths = {"/boxes": {"get": listed, "patch": sends(thing(state={**S, "enum": ["on", "off"]}))}}
    assert sent_to(plan_of_document(document_of(paths)), "PATCH /boxes") == []


EFFECTS = [
    ("post", "/delete/box/{id}", "", "", Effect.REMOVES),
    ("post", "/remove/{id}/now", "", "", Effect.REMOVES),
    ("post", "/box/op", "deleteBox", "", Effect.REMOVES),
    ("post", "/box/op", "", "删除盒子", Effect.REMOVES),
    ("post", "/box/op", "", "批量删除盒子", Effect.REMOVES),
    ("post", "/盒子/清空", "", "", Effect.REMOVES),
    ("post", "/box/op", "", "注销账号", Effect.REMOVES),
    ("post", "/box/op", "", "取消订单", Effect.ENDS),
    ("post", "/boxes/{id}/transfer", "", "", Effect.ENDS),
    ("post", "/boxes/unpublish", "", "", Effect.ENDS),
    ("get", "/boxes/delete", "", "", Effect.REMOVES),
    ("head", "/boxes/delete", "", "", Effect.REMOVES),
    ("get", "/users/{id}/remove", "", "", Effect.REMOVES),
    ("get", "/users/{id}", "deleteUser", "", Effect.REMOVES),
    ("get", "/users/{id}", "", "删除用户", Effect.REMOVES),
    ("get", "/logs", "", "获取已删除记录", Effect.SHOWS),
    ("get", "/posts/archive", "", "", Effect.SHOWS),
    ("get", "/boxes/deleted", "", "", Effect.SHOWS),
    ("query", "/boxes/delete", "", "", Effect.SHOWS),
    ("post", "/boxes/search", "", "", Effect.ASKS),
    ("post", "/orders", "", "", Effect.MAKES),
    ("post", "/users/register", "", "", Effect.MAKES),
    ("post", "/boxes/{id}/open", "", "", Effect.CHANGES),
]


@pytest.mark.parametrize(("method", "path", "name", "summary", "effect"), EFFECTS)
def test_words_tell_what_an_operation_does(method: str, path: str, name: str, summary: str, effect: Effect) -> None:
    names = {"operationId": name} if name else {}
    operation = {**(below("id") if "{" in path else DONE), **names, "summary": summary}
    spec = parse_spec(json.dumps({**document_of({path: {method: operation}}), "openapi": "3.2.0"}).encode())
    assert effect_of(spec.operations[0]) is effect


@pytest.mark.parametrize(("path", "name"), [("/users/{id}/remove", ""), ("/users/{id}", "deleteUser")])
def test_a_get_that_removes_takes_no_example(path: str, name: str) -> None:
    document = document_of({path: {"get": {**below("id"), **({"operationId": name} if name else {})}}})
    assert success(plan_of_document(document), f"GET {path}").skip_reason
    assert strangers(document) == []


def test_a_get_that_removes_all_there_is_is_not_sent() -> None:
    assert (
        sent_to(
            plan_of_document(document_of({"/boxes/clear-all": {"get": DONE}, "/boxes/deleteAll": {"get": DONE}})),
            "GET /boxes/deleteAll",
        )
        == []
    )


FORUM: dict[str, Any] = {
    "/blog/comments": {"post": MAKE},
    "/blog/comments/{id}": {"delete": below("id", N)},
    "/forum/comments/{commentId}": {
        "get": below("commentId", N),
        "delete": below("commentId", N),
        "put": {**below("commentId", N), **sends(thing("text", text=S))},
    },
    "/forum/comments/purge": {"post": sends(thing("comment_ids", comment_ids=IDS))},
}


def forum(**links: Any) -> Plan:
    made = json_answer(RECORD, "201")
    made["201"]["links"] = links
    return plan_of_document(document_of({**FORUM, "/blog/comments": {"post": {**MAKE, "responses": made}}}))


def test_what_one_place_numbers_removes_nothing_in_another() -> None:
    plan, made = forum(), FromStep("blog_comment", "/id")
    assert success(plan, "GET /forum/comments/{commentId}").steps[-1].request.path_parameters[0].value == made
    assert success(plan, "DELETE /blog/comments/{id}").steps[-1].request.path_parameters[0].value == made
    for label in ("DELETE /forum/comments/{commentId}", "PUT /forum/comments/{commentId}", "POST /forum/comments/purge"):
        assert "blog_comment" not in repr(sent_to(plan, label))


def test_a_link_says_that_two_places_share_their_ids() -> None:
    target = "#/paths/~1forum~1comments~1{commentId}/delete"
    plan = forum(gone={"operationRef": target, "parameters": {"commentId": "$response.body#/id"}})
    assert not success(plan, "DELETE /forum/comments/{commentId}").skip_reason


def labels(sent: dict[str, Any]) -> Plan:
    record = {**RECORD, "properties": {**sent["properties"], "id": N}}
    make = {**sends(sent), "responses": {**json_answer(record), **json_answer(record, "201")}}
    return plan_of_document(
        document_of({"/labels": {"post": make}, "/labels/{id}": {"get": below("id", N), "delete": below("id", N)}})
    )


def test_what_a_create_may_have_found_is_not_removed_when_its_case_is_over() -> None:
    old = labels(thing("code", "text", code={**N, "example": 5}, text=S))
    case = success(old, "POST /labels")
    assert not case.skip_reason
    assert [step.cleanup for step in case.steps] == [None]
    assert success(old, "DELETE /labels/{id}").skip_reason
    new = labels(thing("text", text=S))
    assert success(new, "POST /labels").steps[0].cleanup is not None
    assert not success(new, "DELETE /labels/{id}").skip_reason


def test_no_case_brings_in_an_id_that_the_usual_request_does_not_send() -> None:
    peer = {"type": ["integer", "string"]}
    document = document_of({"/send_card": {"post": sends(thing("text", text=S, group_id=peer, user_id={**N, "minimum": 1}))},
                            "/mark_as_read": {"post": sends(thing(message_id=N, text=S))}})  # fmt: skip
    assert strangers(document) == []


def test_what_a_new_record_says_as_its_id_is_new() -> None:
    for path, schema in {"/pets": thing("id", "name", id={**N, "example": 10}, name=S), "/pets/add": thing("id", id=N)}.items():
        sent = bodies(plan_of_document(document_of({path: {"post": sends(schema)}})), f"POST {path}")
        assert sent
        assert all(isinstance(body["id"], Fresh) for body in sent if isinstance(body, dict))


@pytest.mark.parametrize("place", ["header", "cookie", "query"])
def test_a_header_a_cookie_or_a_query_that_says_which_record_is_changed_says_nobodys(place: str) -> None:
    parameters = [asks("box_id", place, {**N, "example": 3}), asks("X-Request-Id", "header", {**S, "example": "r1"})]
    document = document_of({"/box": {"put": {"parameters": parameters, **sends(thing("text", text=S))}}})
    assert strangers(document) == []
    request = success(plan_of_document(document), "PUT /box").steps[-1].request
    named = {one.name.raw(): one.value for one in (*request.query, *request.headers, *request.cookies)}
    assert isinstance(named["box_id"], int)
    assert named["box_id"] > 2**31 - 10_000
    assert named["X-Request-Id"] == "r1"


def test_what_takes_all_of_one_state_is_not_asked_with_the_state_of_ours() -> None:
    state = {**S, "enum": ["open", "done"]}
    record = thing("id", "name", "state", id=N, name=S, state=state)
    make = {**sends(thing("name", "state", name=S, state=state)), "responses": json_answer(record, "201")}
    paths = {"/pets": {"post": make}, "/pets/{id}": {"get": below("id", N)}, "/pets/name/{name}": {"delete": below("name", S)},
             "/pets/state/{state}": {"get": below("state", S), "delete": below("state", S)}}  # fmt: skip
    plan = plan_of_document(document_of(paths))
    assert success(plan, "GET /pets/state/{state}").steps[-1].request.path_parameters[0].value == FromStep("pet", "/state")
    assert success(plan, "DELETE /pets/state/{state}").skip_reason
    assert success(plan, "DELETE /pets/name/{name}").steps[-1].request.path_parameters[0].value == FromStep("pet", "/name")


def test_a_key_that_the_suite_could_not_draw_is_not_removed_where_its_create_is_judged() -> None:
    coupon = thing("code", code={**N, "maximum": 999})
    paths = {"/coupons": {"post": {**sends(coupon), "responses": {"201": {"description": "made"}}}},
             "/coupons/{code}": {"get": below("code", N), "delete": below("code", N)}}  # fmt: skip
    plan = plan_of_document(document_of(paths))
    judged = [
        step
        for case in plan.cases
        for step in case.steps
        if step.request.operation.label == "POST /coupons" and not step.is_setup
    ]
    assert judged
    assert [step.cleanup for step in judged if step.cleanup is not None] == []


COMMAND = {**S, "enum": ["view", "delete"]}


def test_a_query_never_tells_an_api_to_remove_something() -> None:
    paths = {"/admin": {"get": {"parameters": [asks("action", "query", COMMAND), asks("id", "query", {**N, "example": 3})], **DONE}},
             "/boxes": {"get": {"parameters": [{**asks("cmd", "query", COMMAND), "required": False}],
                                "responses": json_answer({"type": "array", "items": RECORD})}},
             "/boxes/search": {"post": sends(thing("op", op=COMMAND))}}  # fmt: skip
    plan = plan_of_document(document_of(paths))
    said = [one.value for path in paths for request in sent_to(plan, f"GET {path}") for one in request.query]
    assert "view" in said
    assert "delete" not in said
    assert not any("delete" in str(body) for body in bodies(plan, "POST /boxes/search"))


def rpc(summary: str = "", **members: Any) -> dict[str, Any]:
    return {"summary": summary, **sends(thing(*members, **members))}


ID = {**N, "format": "int64", "example": 1024}
SYSTEMS: dict[str, dict[str, Any]] = {
    "verbs behind a noun": {
        "/admin-api/system/user/delete": {"delete": {"summary": "删除用户", "parameters": [asks("id", "query", ID)], **DONE}},
        "/admin-api/system/user/delete-list": {"delete": {"parameters": [asks("ids", "query", IDS)], **DONE}},
        "/admin-api/system/user/update": {"put": rpc("修改用户", id=ID, nickname=S)},
        "/admin-api/system/user/create": {"post": rpc("新增用户", username=S, id=ID)},
        "/admin-api/bpm/process-instance/cancel-by-admin": {"delete": rpc("管理员取消流程", id=S, reason=S)},
        "/admin-api/bpm/task/transfer": {"put": rpc("转派任务", id=S, assigneeUserId=ID)},
        "/admin-api/pay/order/submit": {"post": rpc("提交支付订单", id=ID)},
    },
    "lists of ids": {
        "/system/user/{userIds}": {"delete": below("userIds", IDS)},
        "/system/role/authUser/cancelAll": {
            "put": {"parameters": [asks("roleId", "query", ID), asks("userIds", "query", IDS)], **DONE}
        },
        "/system/user/changeStatus": {"put": rpc(userId=ID, status={**S, "enum": ["0", "1"]})},
        "/monitor/online/{tokenId}": {"delete": {"summary": "强退用户", **below("tokenId", {**S, "example": "abc"})}},
        "/system/user/resetPwd": {"put": rpc(userId=ID, password=S)},
    },
    "methods behind a dot": {
        "/v2/users.delete": {"post": rpc(user={**S, "example": "U1"})},
        "/v2/files.revokePublicURL": {"post": rpc(file={**S, "example": "F1"})},
        "/service": {"post": rpc(method={**S, "enum": ["deleteBox", "getBox"]}, params=thing("id", id=ID))},
    },
    "states and batches": {
        "/items/batch": {"put": rpc(list={"type": "array", "items": thing("id", id=ID, name=S)})},
        "/items/status": {"patch": rpc(itemId=ID, on={"type": "boolean"})},
        "/item/edit": {"post": {"parameters": [asks("id", "query", {**N, "default": 1})], **rpc(name=S)}},
        "/item/update": {"get": {"parameters": [asks("id", "query", ID), asks("name", "query", S)], **DONE}},
        "/groups/members": {"delete": rpc(group_id=ID, user_id=ID), "put": rpc(group_id=ID, role=S)},
        "/profile": {"put": rpc(user_id=ID, bio=S)},
    },
}


@pytest.mark.parametrize("paths", SYSTEMS.values(), ids=SYSTEMS)
def test_no_step_of_a_common_kind_of_api_touches_what_is_not_ours(paths: dict[str, Any]) -> None:
    assert strangers(document_of(paths)) == []
