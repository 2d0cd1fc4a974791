"""What a document says about its security schemes: their own word, their flows, the scopes that operations need."""

from __future__ import annotations

from typing import Any

import pytest

from openapi_documents import found_at, operation_of, parsed
from specproof.generators.planning.security import usable_alternatives
from specproof.openapi.findings import FindingCode
from specproof.openapi.vocabulary import SchemeKind

SCHEMES = {
    "oauth": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "https://id.example", "scopes": {"read": ""}}}},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
}


@pytest.mark.parametrize(
    ("scheme", "declared", "kind"),
    [
        ({"type": "http", "scheme": "Basic"}, "http basic", SchemeKind.BASIC),
        ({"type": "http", "scheme": "digest"}, "http digest", SchemeKind.UNSUPPORTED),
        ({"type": "http"}, "http", SchemeKind.UNSUPPORTED),
        ({"type": "apiKey", "in": "query", "name": "k"}, "apiKey", SchemeKind.API_KEY),
        ({"type": "apiKey", "in": "nowhere", "name": "k"}, "apiKey", SchemeKind.UNSUPPORTED),
        ({"type": "mutualTLS"}, "mutualTLS", SchemeKind.UNSUPPORTED),
        ({"type": "oauth2"}, "oauth2", SchemeKind.BEARER),
        ({"type": "openIdConnect"}, "openIdConnect", SchemeKind.BEARER),
        ({"type": "hmac"}, "hmac", SchemeKind.UNSUPPORTED),
        ({"type": ["http"]}, "", SchemeKind.UNSUPPORTED),
        ("x", "", SchemeKind.UNSUPPORTED),
    ],
)
def test_schemes_keep_the_word_of_the_document(scheme: Any, declared: str, kind: SchemeKind) -> None:
    (found,) = parsed({}, components={"securitySchemes": {"s": scheme}}).security_schemes
    assert (found.declared.raw(), found.kind) == (declared, kind)


def test_a_scheme_that_no_component_defines_has_no_word() -> None:
    operation, _ = operation_of({"security": [{"nobody": ["a"]}]})
    assert operation.security[0].schemes[0].declared.raw() == ""
    assert [[scope.raw() for scope in scopes] for scopes in operation.security[0].scopes] == [["a"]]


def test_flows_are_read_in_the_order_of_their_names() -> None:
    flows = {
        "password": {"tokenUrl": "https://id.example/token", "scopes": {}},
        "authorizationCode": {
            "authorizationUrl": "https://id.example/a",
            "tokenUrl": "https://id.example/t",
            "scopes": {"w": "", "r": ""},
        },
        "x-note": 1,
    }
    spec = parsed({}, components={"securitySchemes": {"s": {"type": "oauth2", "flows": flows}}})
    assert [
        (flow.kind, flow.authorization_url.raw(), flow.token_url.raw(), [scope.raw() for scope in flow.scopes])
        for flow in spec.security_schemes[0].flows
    ] == [
        ("authorizationCode", "https://id.example/a", "https://id.example/t", ["r", "w"]),
        ("password", "", "https://id.example/token", []),
    ]
    assert spec.findings == ()


@pytest.mark.parametrize(
    ("flows", "number", "at"),
    [
        ([], 0, ""),
        ("x", 0, ""),
        ({"implicit": 5}, 0, "/implicit"),
        ({"accessCode": {}}, 0, "/accessCode"),
        ({"implicit": {"scopes": ["read"]}}, 1, "/implicit/scopes"),
        ({"implicit": {"scopes": {f"s{n}": "" for n in range(501)}}}, 1, "/implicit/scopes"),
    ],
)
def test_impossible_flows_are_findings(flows: Any, number: int, at: str) -> None:
    spec = parsed({}, components={"securitySchemes": {"s": {"type": "oauth2", "flows": flows}}})
    assert len(spec.security_schemes[0].flows) == number
    assert found_at(spec, FindingCode.DOCUMENT_INVALID) == [f"#/components/securitySchemes/s/flows{at}"]


@pytest.mark.parametrize(
    ("requirement", "scopes"),
    [
        ({"oauth": ["read", "write", "read"]}, [["read", "write"]]),
        ({"oauth": ["read"], "key": []}, [[], ["read"]]),
        ({"oauth": [], "key": []}, []),
        ({"oauth": None}, []),
        ({}, []),
    ],
)
def test_scopes_stand_beside_their_schemes(requirement: Any, scopes: list[list[str]]) -> None:
    operation, spec = operation_of({"security": [requirement]}, components={"securitySchemes": SCHEMES})
    (found,) = operation.security
    assert [[scope.raw() for scope in named] for named in found.scopes] == scopes
    assert [scheme.name.raw() for scheme in found.schemes] == sorted(requirement)
    assert spec.findings == ()


@pytest.mark.parametrize(("raw", "at"), [("read", ""), ({"read": 1}, ""), ([5], "/0"), ([f"s{n}" for n in range(501)], "")])
def test_impossible_scopes_are_findings(raw: Any, at: str) -> None:
    _, spec = operation_of({"security": [{"oauth": raw}]}, components={"securitySchemes": SCHEMES})
    assert found_at(spec, FindingCode.DOCUMENT_INVALID) == [f"#/paths/~1a/post/security/0/oauth{at}"]


def test_alternatives_that_differ_by_scopes_ask_for_one_credential() -> None:
    operation, _ = operation_of(
        {"security": [{"oauth": ["read"]}, {"oauth": ["write"]}]}, components={"securitySchemes": SCHEMES}
    )
    assert len(operation.security) == 2
    assert len(usable_alternatives(operation)) == 1


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("implicit", "implicit"),
        ("password", "password"),
        ("application", "clientCredentials"),
        ("accessCode", "authorizationCode"),
    ],
)
def test_flows_of_swagger_20_get_the_names_of_openapi(written: str, kind: str) -> None:
    scheme = {"type": "oauth2", "flow": written, "tokenUrl": "https://id.example/token", "scopes": {"read": "r"}}
    spec = parsed({}, openapi=None, swagger="2.0", securityDefinitions={"s": scheme})
    (found,) = spec.security_schemes
    (flow,) = found.flows
    assert (found.pointer, found.declared.raw(), flow.kind, flow.token_url.raw()) == (
        "#/securityDefinitions/s",
        "oauth2",
        kind,
        "https://id.example/token",
    )
    assert [scope.raw() for scope in flow.scopes] == ["read"]
    assert spec.findings == ()


def test_an_unknown_flow_of_swagger_20_is_a_finding_at_its_own_place() -> None:
    scheme = {"type": "oauth2", "flow": "magic", "scopes": {}}
    spec = parsed({}, openapi=None, swagger="2.0", securityDefinitions={"s": scheme})
    assert spec.security_schemes[0].flows == ()
    assert found_at(spec, FindingCode.DOCUMENT_INVALID) == ["#/securityDefinitions/s"]


def test_scopes_and_servers_of_swagger_20_point_into_the_document_that_the_user_has() -> None:
    operation = {"security": [{"s": ["read"]}], "responses": {"200": {"description": "d"}}}
    spec = parsed(
        {"/a": {"get": operation}},
        openapi=None,
        swagger="2.0",
        host="api.example",
        securityDefinitions={"s": {"type": "oauth2", "flow": "implicit", "scopes": {"read": "r"}}},
    )
    assert [scope.raw() for scope in spec.operations[0].security[0].scopes[0]] == ["read"]
    assert [server.pointer for server in spec.servers] == ["#/host"]
