"""Callbacks and webhooks: read and named, never tested; and servers that only some operations have."""

from __future__ import annotations

from typing import Any

import pytest

from openapi_documents import OK, found_at, operation_of, parsed
from specproof.openapi.findings import FindingCode, Severity

EXPRESSION = "{$request.body#/url}"
EVENT = {
    "post": {"operationId": "onEvent", "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}, **OK}
}
CALLBACKS = {"event": {EXPRESSION: EVENT, "x-note": 1}}


# -- callbacks ------------------------------------------------------------------------------------------------------


def test_callbacks_are_read_with_their_expression() -> None:
    operation, spec = operation_of({"callbacks": CALLBACKS})
    (callback,) = operation.callbacks
    (inbound,) = callback.operations
    at = "#/paths/~1a/post/callbacks/event/{$request.body#~1url}"
    assert (callback.name.raw(), callback.expression.raw(), callback.pointer) == ("event", EXPRESSION, at)
    assert (inbound.key.label, inbound.operation_id.raw(), inbound.pointer) == (f"POST {EXPRESSION}", "onEvent", f"{at}/post")
    assert inbound.request_body is not None
    assert [one.key.label for one in spec.operations] == ["POST /a"]
    assert [(one.code, one.at, one.severity) for one in spec.findings] == [(FindingCode.INBOUND_NOT_TESTED, at, Severity.INFO)]


def test_all_callbacks_of_a_document_leave_one_finding() -> None:
    paths = {
        f"/p{number}": {"post": {"callbacks": {"event": {"$ref": "#/components/callbacks/Event"}}, **OK}} for number in range(3)
    }
    spec = parsed(paths, components={"callbacks": {"Event": CALLBACKS["event"]}})
    assert [len(operation.callbacks) for operation in spec.operations] == [1, 1, 1]
    assert found_at(spec, FindingCode.INBOUND_NOT_TESTED) == ["#/components/callbacks/Event/{$request.body#~1url}"]


def test_callbacks_of_callbacks_are_not_followed() -> None:
    nested = {"event": {EXPRESSION: {"post": {"callbacks": CALLBACKS, **OK}}}}
    operation, _ = operation_of({"callbacks": nested})
    assert operation.callbacks[0].operations[0].callbacks == ()


def test_a_callback_that_leads_back_to_itself_ends() -> None:
    spec = parsed({"/a": {"post": {"callbacks": {"again": {"/a": {"$ref": "#/paths/~1a"}}}, **OK}}})
    (callback,) = spec.operations[0].callbacks
    assert [one.key.label for one in callback.operations] == ["POST /a"]
    assert callback.operations[0].callbacks == ()


def test_inbound_requests_add_no_credential_and_no_path_parameter() -> None:
    parameters = [{"name": "Authorization", "in": "header", "schema": {}}, {"name": "X-Id", "in": "header", "schema": {}}]
    operation, spec = operation_of(
        {"callbacks": {"event": {"https://{host}/x": {"post": {"parameters": parameters, **OK}}}}},
        security=[{"key": []}],
        components={"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    )
    (inbound,) = operation.callbacks[0].operations
    assert [one.name.raw() for one in inbound.parameters] == ["X-Id"]
    assert inbound.security == ()
    assert [one.name.raw() for one in spec.security_schemes] == ["key"]


@pytest.mark.parametrize(
    ("callbacks", "code"),
    [
        ([], FindingCode.INBOUND_NOT_TESTED),
        ("x", FindingCode.INBOUND_NOT_TESTED),
        ({"event": None}, FindingCode.INBOUND_NOT_TESTED),
        ({"event": []}, FindingCode.INBOUND_NOT_TESTED),
        ({"event": {EXPRESSION: []}}, FindingCode.OPERATION_INVALID),
        ({"event": {EXPRESSION: {"post": 1}}}, FindingCode.OPERATION_INVALID),
        ({"event": {"$ref": "#/nowhere"}}, FindingCode.REF_NOT_FOUND),
    ],
)
def test_impossible_callbacks_are_findings(callbacks: Any, code: FindingCode) -> None:
    operation, spec = operation_of({"callbacks": callbacks})
    assert [one.operations for one in operation.callbacks if one.operations] == []
    assert code in {finding.code for finding in spec.findings}


def test_number_of_inbound_requests_is_limited() -> None:
    callbacks = {f"event{number:02}": {f"http://x/{number}": EVENT for number in range(10)} for number in range(30)}
    operation, spec = operation_of({"callbacks": callbacks}, webhooks={"late": EVENT})
    assert len(operation.callbacks) == 200
    assert spec.webhooks == ()
    assert len(found_at(spec, FindingCode.INBOUND_NOT_TESTED)) == 2


# -- webhooks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "key", "number"),
    [
        ("3.0.3", "x-webhooks", 1),
        ("3.1.0", "webhooks", 1),
        ("3.2.0", "webhooks", 1),
        ("3.0.3", "webhooks", 0),
        ("3.1.0", "x-webhooks", 0),
    ],
)
def test_webhooks_are_read_where_the_version_has_them(version: str, key: str, number: int) -> None:
    spec = parsed(None if version != "3.0.3" else {}, openapi=version, **{key: {"pet.born": EVENT, "x-note": EVENT}})
    assert spec.operations == ()
    assert [(one.name.raw(), one.expression.raw(), one.pointer) for one in spec.webhooks] == [
        ("pet.born", "", f"#/{key}/pet.born")
    ] * number
    assert [one.key.label for webhook in spec.webhooks for one in webhook.operations] == ["POST pet.born"] * number
    assert found_at(spec, FindingCode.INBOUND_NOT_TESTED) == [f"#/{key}"] * number


def test_swagger_20_has_no_webhooks_callbacks_or_servers_of_operations() -> None:
    operation = {"callbacks": CALLBACKS, "servers": [{"url": "https://other.example"}], **OK}
    spec = parsed(
        {"/a": {"post": operation}},
        openapi=None,
        swagger="2.0",
        **{"x-webhooks": {"pet.born": EVENT}, "webhooks": {"pet.born": EVENT}},
    )
    assert (spec.webhooks, spec.operations[0].callbacks, spec.operations[0].servers, spec.findings) == ((), (), (), ())


def test_a_path_item_that_only_a_webhook_uses_is_no_operation() -> None:
    spec = parsed(None, components={"pathItems": {"Born": EVENT}}, webhooks={"pet.born": {"$ref": "#/components/pathItems/Born"}})
    assert spec.operations == ()
    assert spec.webhooks[0].operations[0].pointer == "#/components/pathItems/Born/post"


@pytest.mark.parametrize("webhooks", [[], "x", 5])
def test_impossible_webhooks_are_a_finding(webhooks: Any) -> None:
    spec = parsed({}, webhooks=webhooks)
    assert spec.webhooks == ()
    assert found_at(spec, FindingCode.INBOUND_NOT_TESTED) == ["#/webhooks"]


# -- servers --------------------------------------------------------------------------------------------------------


def test_servers_of_an_operation_come_before_those_of_its_path() -> None:
    item = {
        "servers": [{"url": "https://path.example", "name": "path"}],
        "get": OK,
        "post": {"servers": [{"url": "https://own.example/v2"}], **OK},
    }
    spec = parsed({"/a": item, "/b": {"get": OK}}, servers=[{"url": "https://api.example"}])
    assert [[server.url.raw() for server in one.servers] for one in spec.operations] == [
        ["https://path.example"],
        ["https://own.example/v2"],
        [],
    ]
    assert spec.operations[0].servers[0].name.raw() == "path"
    assert [(one.code, one.at, one.severity) for one in spec.findings] == [
        (FindingCode.OPERATION_SERVER, "#/paths/~1a/post/servers/0", Severity.INFO),
        (FindingCode.OPERATION_SERVER, "#/paths/~1a/servers/0", Severity.INFO),
    ]
    assert "example" not in " ".join(finding.message for finding in spec.findings)


@pytest.mark.parametrize(
    ("servers", "own", "is_other"),
    [
        ([{"url": "https://api.example/v1"}], "https://api.example/v1/", False),
        ([{"url": "https://api.example/v1"}], "http://API.example/v1", False),
        ([{"url": "https://api.example/v1"}], "https://api.example/v2", True),
        ([{"url": "https://api.example/v1"}], "/v1", True),
        (None, "/", False),
        (None, "/v1", True),
        (None, "http://[broken", True),
    ],
)
def test_another_host_or_base_path_is_a_remark(servers: Any, own: str, is_other: bool) -> None:
    _, spec = operation_of({"servers": [{"url": own}, {"url": own}]}, servers=servers)
    assert found_at(spec, FindingCode.OPERATION_SERVER) == ["#/paths/~1a/post/servers/0"] * is_other


def test_one_server_of_many_operations_is_one_remark() -> None:
    paths = {f"/p{number}": {"get": {"servers": [{"url": "https://other.example/"}], **OK}} for number in range(5)}
    assert found_at(parsed(paths), FindingCode.OPERATION_SERVER) == ["#/paths/~1p0/get/servers/0"]


@pytest.mark.parametrize(
    ("servers", "number", "places"),
    [
        ({}, 0, [""]),
        ("x", 0, [""]),
        ([None, {}, {"url": []}], 0, ["/0", "/1", "/2"]),
        ([{"url": f"/{n}"} for n in range(30)], 20, [""]),
    ],
)
def test_impossible_and_too_many_servers_are_findings(servers: Any, number: int, places: list[str]) -> None:
    operation, spec = operation_of({"servers": servers})
    assert len(operation.servers) == number
    assert found_at(spec, FindingCode.DOCUMENT_INVALID) == [f"#/paths/~1a/post/servers{place}" for place in places]
