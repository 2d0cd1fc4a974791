"""A request id for every request, and one log line about it: route, status, duration - no query string, no body."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_logger = structlog.get_logger("specproof.access")


class RequestLog:
    """ASGI middleware, the outermost of ours. A sender's plain ``X-Request-Id`` is kept, so that logs can be joined across services."""

    def __init__(self, app: ASGIApp, *, new_id: Callable[[], str], monotonic: Callable[[], float]) -> None:
        self._app = app
        self._new_id = new_id
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bind the id to the log context, pass the request on, and log it when it has ended, however it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or self._new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        started = self._monotonic()
        status = 500  # what the server answers if nothing else does

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", request_id.encode())]}
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                _logger.info(
                    "request",
                    method=scope["method"],
                    route=route_template(scope),
                    status=status,
                    duration_ms=round((self._monotonic() - started) * 1000, 1),
                )


def _given_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            return text if _GIVEN_ID.fullmatch(text) else ""
    return ""


def route_template(scope: Scope) -> str:
    """The matched route's template (``/api/v1/events/{event_id}``); never the path itself, which may hold what nobody should log."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "(unmatched)"
