"""The guard: limits hold before anything is buffered, and the refusal is what the sender sees."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specproof.web.body_guard import BodyGuard
from specproof.web.policy import BodyPolicy

POLICY = BodyPolicy(default_bytes=100, document_bytes=1000, timeout_seconds=0.01, linger_seconds=0.01)


@dataclass
class Wire:
    """A server's side of one request: ``parts`` come in, ``sent`` went out; when the parts are used up, nothing comes any more."""

    parts: list[Message]
    sent: list[Message] = field(default_factory=list)
    taken: int = 0
    after_each: Callable[[], None] = lambda: None

    async def receive(self) -> Message:
        if self.taken == len(self.parts):
            await asyncio.Event().wait()
        self.taken += 1
        self.after_each()
        return self.parts[self.taken - 1]

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        (start,) = [message for message in self.sent if message["type"] == "http.response.start"]
        return int(start["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent if message["type"] == "http.response.body")

    @property
    def is_closed(self) -> bool:
        return self.sent[-1]["type"] == "http.response.body" and not self.sent[-1].get("more_body", False)


def parts(*chunks: bytes, ends: bool = True) -> list[Message]:
    last = len(chunks) - 1
    return [
        {"type": "http.request", "body": chunk, "more_body": number < last or not ends} for number, chunk in enumerate(chunks)
    ]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the whole body and answers its length."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def send_through(
    app: ASGIApp,
    wire: Wire,
    headers: Iterable[tuple[bytes, bytes]] = ((b"transfer-encoding", b"chunked"),),
    path: str = "/api/v1/webhooks/apifox",
    monotonic: Callable[[], float] = lambda: 0.0,
) -> Wire:
    scope: Scope = {"type": "http", "method": "POST", "path": path, "headers": list(headers), "query_string": b""}
    await BodyGuard(app, policy=POLICY, monotonic=monotonic)(scope, wire.receive, wire.send)
    return wire


def code(wire: Wire) -> object:
    return json.loads(wire.body)["code"]


async def test_a_body_at_the_limit_passes() -> None:
    wire = await send_through(echo, Wire(parts(b"x" * 60, b"x" * 40)))
    assert (wire.status, wire.body) == (200, b"100")
    assert b"connection" not in wire.headers


async def test_one_byte_more_is_refused_while_streaming() -> None:
    wire = await send_through(echo, Wire(parts(b"x" * 60, b"x" * 41, b"never", ends=False)))
    assert (wire.status, code(wire)) == (413, "request.body_too_large")
    assert wire.headers[b"connection"] == b"close"
    assert wire.is_closed


async def test_a_length_over_the_limit_is_refused_before_anything_is_read() -> None:
    was_called = False

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal was_called
        was_called = True

    wire = await send_through(app, Wire([]), headers=[(b"content-length", b"101")])
    assert (wire.status, code(wire)) == (413, "request.body_too_large")
    assert not was_called


@pytest.mark.parametrize("length", [b"-1", b"abc", b"9" * 5000, b"\xb2", b""])
async def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    assert (await send_through(echo, Wire([]), headers=[(b"content-length", length)])).status == 413


async def test_documents_have_their_own_limit() -> None:
    wire = await send_through(echo, Wire(parts(b"x" * 1000)), path="/api/v1/webhooks/openapi")
    assert (wire.status, wire.body) == (200, b"1000")
    wire = await send_through(echo, Wire(parts(b"x" * 1001)), path="/api/v1/webhooks/openapi")
    assert wire.status == 413
    assert "SPECPROOF_WEBHOOK__MAX_DOCUMENT_BYTES" in json.loads(wire.body)["hint"]


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"deflate, gzip", b"x", b"\xff"])
async def test_a_compressed_body_is_refused(encoding: bytes) -> None:
    wire = await send_through(echo, Wire(parts(b"x")), headers=[(b"content-length", b"1"), (b"content-encoding", encoding)])
    assert (wire.status, code(wire)) == (415, "request.content_encoding")


async def test_identity_is_no_compression() -> None:
    wire = await send_through(echo, Wire(parts(b"x")), headers=[(b"content-length", b"1"), (b"content-encoding", b"Identity")])
    assert wire.status == 200


async def test_a_body_that_stalls_is_refused() -> None:
    wire = await send_through(echo, Wire(parts(b"x", ends=False)))
    assert (wire.status, code(wire)) == (408, "request.body_stalled")
    assert wire.headers[b"connection"] == b"close"


async def test_a_body_that_trickles_is_refused_although_it_never_pauses_long() -> None:
    now = 0.0

    def later() -> None:
        nonlocal now
        now += 0.009

    wire = Wire(parts(*[b""] * 10, b"x", ends=True), after_each=later)
    await send_through(echo, wire, monotonic=lambda: now)
    assert wire.status == 408


async def test_a_fast_body_earns_the_time_that_it_needs() -> None:
    now = 0.0

    def later() -> None:
        nonlocal now
        now += 0.005

    wire = Wire(parts(*[b"x" * 20] * 5), after_each=later)
    await send_through(echo, wire, monotonic=lambda: now)
    assert (wire.status, wire.body) == (200, b"100")


async def test_a_sender_that_leaves_is_told_to_the_application() -> None:
    with pytest.raises(ClientDisconnect):
        await send_through(echo, Wire([*parts(b"x", ends=False), {"type": "http.disconnect"}]))


async def test_whatever_the_application_makes_of_a_refusal_is_replaced() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await Request(scope, receive).body()
        except ClientDisconnect:
            await PlainTextResponse("cannot read", status_code=400)(scope, receive, send)

    wire = await send_through(app, Wire(parts(b"x" * 101)))
    assert (wire.status, code(wire)) == (413, "request.body_too_large")


async def test_after_a_refusal_the_application_reads_nothing_more() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend([(await receive())["type"] for _ in range(3)])

    wire = await send_through(app, Wire(parts(b"x" * 101, b"y", ends=False)))
    assert seen == ["http.disconnect"] * 3
    assert wire.status == 413


async def test_an_answer_before_the_end_of_the_body_lets_the_sender_finish_and_closes() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("no", status_code=401)(scope, receive, send)

    wire = await send_through(app, Wire(parts(b"x" * 50, b"y" * 50)))
    assert (wire.status, wire.body) == (401, b"no")
    assert wire.headers[b"connection"] == b"close"
    assert wire.taken == 2
    assert wire.is_closed
    endless = await send_through(app, Wire(parts(b"x", ends=False)))
    assert endless.is_closed


async def test_a_request_without_a_body_is_left_alone() -> None:
    wire = await send_through(
        echo, Wire([{"type": "http.request", "body": b"", "more_body": False}]), headers=[(b"content-length", b"0")]
    )
    assert (wire.status, wire.body) == (200, b"0")
    assert b"connection" not in wire.headers


async def test_after_the_body_the_application_may_wait_for_the_senders_leaving() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        seen.append((await receive())["type"])

    await send_through(app, Wire([*parts(b"x"), {"type": "http.disconnect"}]))
    assert seen == ["http.disconnect"]


async def test_other_protocols_pass() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    never: Callable[[], Awaitable[Message]] = Wire([]).receive
    await BodyGuard(app, policy=POLICY, monotonic=lambda: 0.0)({"type": "lifespan"}, never, Wire([]).send)
    assert seen == ["lifespan"]
