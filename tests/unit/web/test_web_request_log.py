"""The access line: one for each request, without anything that nobody should log; other protocols pass untouched."""

from __future__ import annotations

import pytest
import structlog
from starlette.types import Message, Receive, Scope, Send

from http_service import HttpService, sha1_signature
from specproof.web.request_log import RequestLog
from specproof.web.security_headers import SecurityHeaders


async def test_a_request_leaves_one_line_with_its_route_and_no_query_string() -> None:
    body = b"{}"
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        async with HttpService().client() as client:
            answer = await client.post(
                "/api/v1/webhooks/apifox/shop?token=topsecret", content=body, headers={"X-Sign": sha1_signature(body)}
            )
            await client.get("/nothing/topsecret")
    found, missing = [line for line in lines if line["event"] == "request"]
    assert (found["method"], found["route"], found["status"]) == ("POST", "/api/v1/webhooks/apifox/{project}", 202)
    assert found["request_id"] == answer.headers["x-request-id"]
    assert (missing["route"], missing["status"]) == ("(unmatched)", 404)
    assert "topsecret" not in str(lines)


async def test_an_accepted_delivery_is_logged_with_its_event() -> None:
    body = '{"event":"API_UPDATED","content":"li 修改了接口 a"}'.encode()
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        async with HttpService().client() as client:
            answers = [
                await client.post("/api/v1/webhooks/apifox/shop", content=body, headers={"X-Sign": sha1_signature(body)})
                for _ in range(2)
            ]
            await client.post("/api/v1/webhooks/apifox/nobody", content=body)
    accepted = [line for line in lines if line["event"] == "delivery accepted"]
    assert [line["event_id"] for line in accepted] == [answers[0].json()["event_id"]] * 2
    assert (accepted[0]["changed"], accepted[0]["by"], accepted[0]["is_duplicate"]) == ("a", "li", False)
    assert [line["header"] for line in lines if line["event"] == "signature found in a header"] == ["x-sign"]
    assert [line["reason"] for line in lines if line["event"] == "delivery refused"] == ["unknown project"]


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
async def test_other_protocols_pass(kind: str) -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(message: Message | None = None) -> Message:
        return {}

    await SecurityHeaders(RequestLog(app, new_id=lambda: "x", monotonic=lambda: 0.0))({"type": kind}, nothing, nothing)
    assert seen == [kind]
