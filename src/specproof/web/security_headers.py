"""Response headers that every answer carries."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COMMON = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

API_HEADERS = (
    *_COMMON,
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"cache-control", b"no-store"),
)
"""What an answer of the API carries; also set on the answers that bypass all middleware."""

_PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    b"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

PAGE_HEADERS = (*_COMMON, (b"content-security-policy", _PAGE_POLICY))
"""What pages and their files carry: everything from ourselves, nothing inline."""


class SecurityHeaders:
    """ASGI middleware: adds the headers to each answer, without overriding what a route has set by itself."""

    def __init__(self, app: ASGIApp, *, page_prefixes: tuple[str, ...] = ()) -> None:
        self._app = app
        self._page_prefixes = page_prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``send`` that adds the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = PAGE_HEADERS if self._is_page(scope["path"]) else API_HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                message = {**message, "headers": headers + [pair for pair in wanted if pair[0] not in present]}
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _is_page(self, path: str) -> bool:
        return any(path == prefix or path.startswith(prefix + "/") for prefix in self._page_prefixes)
