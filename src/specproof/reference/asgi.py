"""The reference as an ASGI application: ``specproof mock`` serves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from threading import Lock
from typing import Any, TypeAlias

from specproof.reference.messages import Reply, Request
from specproof.reference.server import ReferenceServer

Scope: TypeAlias = "MutableMapping[str, Any]"
Receive: TypeAlias = "Callable[[], Awaitable[MutableMapping[str, Any]]]"
Send: TypeAlias = "Callable[[MutableMapping[str, Any]], Awaitable[None]]"


class ReferenceApp:
    """Serves one :class:`ReferenceServer`. Its records are kept between requests; requests are answered one after the other.

    Bodies of more than ``largest_body`` bytes are answered 413.
    """

    def __init__(self, server: ReferenceServer, *, largest_body: int = 16 * 1024 * 1024) -> None:
        self._server = server
        self._largest = largest_body
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or go along with the server's lifespan."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"a reference answers HTTP, not {scope['type']}")
        body = await self._body(receive)
        reply = Reply(413, (), b"") if body is None else self._reply(_request(scope, body))
        headers = [*reply.headers, ("content-length", str(len(reply.body)))]
        if reply.status in {204, 304} or scope["method"] == "HEAD":
            headers = list(reply.headers)
        encoded = [(name.encode("latin-1"), value.encode("latin-1", errors="replace")) for name, value in headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
        await send({"type": "http.response.body", "body": reply.body})

    def _reply(self, request: Request) -> Reply:
        with self._lock:
            return self._server.answer(request)

    async def _body(self, receive: Receive) -> bytes | None:
        """The whole body; None where it is too large or the client has gone."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._largest:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)


def _request(scope: Scope, body: bytes) -> Request:
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    target = raw.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"])
    return Request(scope["method"].upper(), target, headers, body)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
