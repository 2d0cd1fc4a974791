"""Which secrets open what: every kind of scheme, all of several, one of several."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from petserver import answers, document
from specproof.openapi.parser import parse_spec
from specproof.reference.credentials import issued
from specproof.reference.model import ReferenceModel
from specproof.reference.server import ReferenceServer

SCHEMES: dict[str, Any] = {
    "Token": {"type": "http", "scheme": "bearer"},
    "Login": {"type": "http", "scheme": "basic"},
    "Header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Query": {"type": "apiKey", "in": "query", "name": "key"},
    "Cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "Certificate": {"type": "mutualTLS"},
}


def server_asking_for(*security: dict[str, list[str]]) -> ReferenceServer:
    paths = {"/me": {"get": {"security": list(security), "responses": answers(200, 401, schema={"type": "object"})}}}
    spec = parse_spec(json.dumps(document(paths, securitySchemes=SCHEMES)).encode())
    return ReferenceServer(ReferenceModel(spec))


def status_of(server: ReferenceServer, user: int, *schemes: str, others: int | None = None) -> int:
    secrets = {name: pair[user] for name, pair in issued(server.model.spec).items()}
    headers: dict[str, str] = {}
    target = "/me"
    for index, name in enumerate(schemes):
        secret = secrets[name] if index == 0 or others is None else issued(server.model.spec)[name][others]
        if name == "Query":
            target = f"/me?key={secret}"
        else:
            basic = base64.b64encode(secret.encode()).decode()
            headers |= {
                "Token": {"Authorization": f"bearer {secret}"},
                "Login": {"Authorization": f"Basic {basic}"},
                "Header": {"x-key": secret},
                "Cookie": {"Cookie": f"a=b; session={secret}"},
            }[name]
    return server("GET", target, headers, b"").status


@pytest.mark.parametrize("scheme", ["Token", "Login", "Header", "Query", "Cookie"])
@pytest.mark.parametrize("user", [0, 1])
def test_both_users_are_let_in_by_each_kind_of_scheme(scheme: str, user: int) -> None:
    server = server_asking_for({scheme: []})
    assert status_of(server, user, scheme) == 200
    assert status_of(server, user) == 401


def test_all_schemes_of_one_alternative_are_needed_and_for_the_same_user() -> None:
    server = server_asking_for({"Token": [], "Header": []})
    assert status_of(server, 0, "Token") == 401
    assert status_of(server, 0, "Token", "Header") == 200
    assert status_of(server, 0, "Token", "Header", others=1) == 401


def test_any_alternative_is_enough() -> None:
    server = server_asking_for({"Token": []}, {"Query": []})
    assert [status_of(server, 0, "Token"), status_of(server, 1, "Query"), status_of(server, 0, "Header")] == [200, 200, 401]


def test_an_empty_alternative_lets_everybody_in() -> None:
    assert status_of(server_asking_for({"Token": []}, {}), 0) == 200


def test_what_no_request_can_show_is_not_asked_for() -> None:
    assert status_of(server_asking_for({"Certificate": []}), 0) == 200


def test_secrets_differ_by_scheme_and_user_and_are_the_same_every_time() -> None:
    spec = server_asking_for({"Token": []}).model.spec
    secrets = [secret for pair in issued(spec).values() for secret in pair]
    assert len(set(secrets)) == len(secrets) == 12
    assert issued(spec) == issued(spec)
    assert all(":" in secret for secret in issued(spec)["Login"])
