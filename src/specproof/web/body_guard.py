"""The guard before every body: too long is 413, compressed is 415, stalled is 408 - before anything is buffered.

It counts what the application reads instead of reading by itself, so that a route can refuse a caller before a large body is taken.
When a limit is hit, the application's read fails, and whatever it then answers is replaced by the refusal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specproof.errors import BodyStalledError, BodyTooLargeError, ContentEncodingError, RequestError
from specproof.web.error_handlers import problem_of
from specproof.web.policy import BodyPolicy


class BodyGuard:
    """ASGI middleware that enforces a :class:`~specproof.web.policy.BodyPolicy`. ``monotonic`` gives seconds that never go back."""

    def __init__(self, app: ASGIApp, *, policy: BodyPolicy, monotonic: Callable[[], float]) -> None:
        self._app = app
        self._policy = policy
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on through a watched ``receive`` and ``send``."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watch = _BodyWatch(scope, receive, send, self._policy, self._monotonic)
        refusal = watch.refusal_by_headers()
        if refusal is not None:
            await watch.refuse(refusal)
            return
        try:
            await self._app(scope, watch.receive, watch.send)
        except ClientDisconnect:
            # Raised by our own receive after a refusal, where the application did not turn it into an answer.
            if watch.refusal is None:
                raise
        await watch.finish()


class _BodyWatch:
    """One request: what came, what was refused, and whether an answer has begun."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, policy: BodyPolicy, monotonic: Callable[[], float]) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._policy = policy
        self._monotonic = monotonic
        self._limit = policy.limit_for(scope["path"])
        self._received = 0
        self._started_at: float | None = None
        self._is_complete = not _announces_body(scope)
        self._is_answered = False
        self.refusal: RequestError | None = None

    def refusal_by_headers(self) -> RequestError | None:
        """What the headers alone forbid."""
        for name, value in self._scope["headers"]:
            if name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
                return ContentEncodingError("the body is compressed", at="Content-Encoding")
            if name == b"content-length" and (not value.isdigit() or len(value) > 18 or int(value) > self._limit):
                return self._too_large()
        return None

    def _too_large(self) -> BodyTooLargeError:
        setting = "MAX_BODY_BYTES" if self._limit == self._policy.default_bytes else "MAX_DOCUMENT_BYTES"
        hint = f"Raise SPECPROOF_WEBHOOK__{setting}, or send less."
        return BodyTooLargeError(f"the body is longer than {self._limit} bytes", at="body", hint=hint)

    async def receive(self) -> Message:
        """The next part of the body, counted and timed; after the end, whatever the server says."""
        if self.refusal is not None:
            return {"type": "http.disconnect"}
        if self._is_complete:
            return await self._receive()
        if self._started_at is None:
            self._started_at = self._monotonic()
        message = await self._next_part(self._patience(self._started_at))
        if message is None:
            self.refusal = BodyStalledError("the body did not arrive in time", at="body")
            return {"type": "http.disconnect"}
        if message["type"] != "http.request":
            self._is_complete = True
            return message
        self._received += len(message.get("body", b""))
        if self._received > self._limit:
            self.refusal = self._too_large()
            return {"type": "http.disconnect"}
        self._is_complete = not message.get("more_body", False)
        return message

    async def _next_part(self, patience: float) -> Message | None:
        """What comes within ``patience`` seconds; None for nothing, or for no patience left."""
        if patience <= 0:
            return None
        try:
            async with asyncio.timeout(patience):
                return await self._receive()
        except TimeoutError:
            return None

    def _patience(self, started_at: float) -> float:
        """Seconds until the body counts as stalled: the pause allowed, but never beyond what the slowest allowed sender needs."""
        policy = self._policy
        last_moment = started_at + policy.timeout_seconds + self._received / policy.min_bytes_per_second
        return min(policy.timeout_seconds, last_moment - self._monotonic())

    async def send(self, message: Message) -> None:
        """Pass an answer on; after a refusal, the refusal instead."""
        if self.refusal is not None and not self._is_answered:
            return
        if message["type"] == "http.response.start":
            self._is_answered = True
            if not self._is_complete:
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        elif not self._is_complete and not message.get("more_body", False):
            # Answered before the body had ended: let the sender finish or see the answer, then close.
            await self._send({**message, "more_body": True})
            await self._linger()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def finish(self) -> None:
        """After the application has returned: say the refusal, if there is one and no answer has begun."""
        if self.refusal is not None and not self._is_answered:
            await self.refuse(self.refusal)

    async def refuse(self, refusal: RequestError) -> None:
        """Answer with the refusal, and close the connection: the rest of the body is not wanted."""
        self.refusal = None
        response = problem_of(refusal, self._scope["path"])
        await response(self._scope, self._receive, self.send)

    async def _linger(self) -> None:
        """Throw away what is still coming, for a moment: a connection closed on unread bytes resets, and the answer is lost."""
        try:
            async with asyncio.timeout(self._policy.linger_seconds):
                while True:
                    message = await self._receive()
                    if message["type"] != "http.request" or not message.get("more_body", False):
                        return
        except TimeoutError:
            return


def _announces_body(scope: Scope) -> bool:
    """Whether the request has a body by its headers (HTTP/1.1: a length or a transfer coding)."""
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return True
        if name == b"content-length" and value.strip() != b"0":
            return True
    return False
