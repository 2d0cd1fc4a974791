"""Answers without a network: a transport of canned responses, and the pieces that an ``Api`` is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from specproof.checks.client import Api, Connection
from specproof.checks.contracts import Contracts, Expectation
from specproof.checks.credentials import Credentials, Scheme
from specproof.checks.outcome import CaseNotes
from specproof.checks.records import Answer

SECRET = "s3cr3t-token"
SCHEMES = {
    "TOKEN": Scheme("bearer"),
    "PAIR": Scheme("basic"),
    "KEY": Scheme("apiKey", "X-Key", "header"),
    "QUERY": Scheme("apiKey", "key", "query"),
    "COOKIE": Scheme("apiKey", "sid", "cookie"),
}
SECRETS = {f"SPECPROOF_CREDENTIAL_{name}": SECRET for name in ("TOKEN", "KEY", "QUERY", "COOKIE")} | {
    "SPECPROOF_CREDENTIAL_PAIR": "user:pa$$ word",
    "SPECPROOF_SECOND_CREDENTIAL_TOKEN": "another-token",
}


class Canned(httpx2.MockTransport):
    """Canned responses, and a clock on which waiting takes no time."""

    def pause(self, seconds: float) -> None:
        assert 0 < seconds <= 2


Responder = Callable[[httpx2.Request], httpx2.Response]


def api_of(
    responder: Responder,
    *,
    contracts: Contracts | None = None,
    case: CaseNotes | None = None,
    secrets: Mapping[str, str] = SECRETS,
    url: str = "http://api.test/v1/",
) -> Api:
    connection = Connection(url, transport=Canned(responder))
    return Api(connection, contracts or Contracts({}, {}), Credentials(SCHEMES, secrets), case or CaseNotes())


def response(status: int = 200, body: Any = None, content: bytes | None = None, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if content is None:
        content = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            named.setdefault("content-type", "application/json")
    return httpx2.Response(status, content=content, headers=named)


def answer_of(
    status: int = 200,
    body: Any = None,
    *,
    method: str = "GET",
    path: str = "/things",
    responses: Mapping[str, Expectation] | None = None,
    definitions: Mapping[str, Any] | None = None,
    severity: str = "major",
    content: bytes | None = None,
    sending: Mapping[str, Any] | None = None,
    **headers: str,
) -> Answer:
    """The answer to one request; ``responses`` is what the document says of the operation."""
    contracts = Contracts({f"{method} {path}": responses or {}}, definitions or {})
    api = api_of(lambda _: response(status, body, content, **headers), contracts=contracts, case=CaseNotes(severity=severity))
    return api.send(method, path, **(sending or {}))


def remarks(answer: Answer) -> list[object]:
    return [value for key, value in answer.case.properties if key == "specproof_remark"]
