"""The application: which operation answers a request, who may ask, and the door to a server (ASGI)."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from examples.bookshop import authors, books, orders
from examples.bookshop.bugs import Bugs
from examples.bookshop.call import Call
from examples.bookshop.shop import Shop, stock_the_shop
from examples.bookshop.wire import ApiRefusal, Request, Response, json_response, not_found, unauthorized

TOKEN = "clerk-7f3a9c"
SECOND_TOKEN = "clerk-b21e40"
LATEST_RELEASE = 2

Answer = Callable[[Request], Response]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def report_health(call: Call) -> Response:
    """GET /health."""
    release = call.release - 1 if call.bugs.on("health_release_from_zero") else call.release
    return json_response(200, {"status": "ok", "release": release})


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: ``since`` is the first release that has it."""

    method: str
    path: str
    answer: Callable[[Call], Response]
    needs_token: bool = False
    since: int = 1

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """The path parameters, if the path is this operation's."""
        parts = tuple(self.path.strip("/").split("/"))
        if len(parts) != len(segments):
            return None
        values: dict[str, str] = {}
        for part, segment in zip(parts, segments, strict=True):
            if part.startswith("{"):
                values[part[1:-1]] = segment
            elif part != segment:
                return None
        return values


ROUTES = (
    Route("GET", "/health", report_health),
    Route("GET", "/authors", authors.list_authors),
    Route("POST", "/authors", authors.create_author, needs_token=True),
    Route("GET", "/authors/{author_id}", authors.read_author),
    Route("PUT", "/authors/{author_id}", authors.replace_author, needs_token=True),
    Route("PATCH", "/authors/{author_id}", authors.change_author, needs_token=True),
    Route("DELETE", "/authors/{author_id}", authors.delete_author, needs_token=True),
    Route("GET", "/authors/{author_id}/books", authors.list_books_of_author, since=2),
    Route("GET", "/books", books.list_books),
    Route("POST", "/books", books.create_book, needs_token=True),
    Route("GET", "/books/isbn/{isbn}", books.read_book_by_isbn),
    Route("GET", "/books/{book_id}", books.read_book),
    Route("PUT", "/books/{book_id}", books.replace_book, needs_token=True),
    Route("PATCH", "/books/{book_id}", books.change_book, needs_token=True),
    Route("DELETE", "/books/{book_id}", books.delete_book, needs_token=True),
    Route("GET", "/orders", orders.list_orders, needs_token=True),
    Route("POST", "/orders", orders.create_order, needs_token=True),
    Route("GET", "/orders/{order_id}", orders.read_order, needs_token=True),
    Route("PATCH", "/orders/{order_id}", orders.change_order, needs_token=True),
    Route("DELETE", "/orders/{order_id}", orders.delete_order, needs_token=True),
    Route("POST", "/orders/{order_id}/cancel", orders.cancel_order, needs_token=True),
)


class Bookshop:
    """The API. Calling :meth:`answer` from several threads is safe."""

    def __init__(
        self,
        *,
        bugs: Bugs | None = None,
        release: int = 1,
        tokens: tuple[str, ...] = (TOKEN, SECOND_TOKEN),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_order_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._bugs = bugs or Bugs()
        self._release = release
        self._tokens = tokens
        self._shop = Shop(now=now, new_order_id=new_order_id)
        self._lock = threading.Lock()
        stock_the_shop(self._shop)

    def answer(self, request: Request) -> Response:
        """Answer one request. An error of a bug is answered with 500, as a framework would."""
        with self._lock:
            try:
                return self._answer(request)
            except ApiRefusal as refusal:
                return refusal.response()
            except (LookupError, TypeError):
                return json_response(500, {"code": "internal_error", "message": "something went wrong"})

    def _answer(self, request: Request) -> Response:
        segments = request.segments
        routes = [route for route in ROUTES if route.since <= self._release]
        matches = [(route, path) for route in routes if (path := route.match(segments)) is not None]
        if not matches:
            raise not_found("path")
        found = next(((route, path) for route, path in matches if route.method == request.method), None)
        if found is None:
            allowed = ", ".join(sorted({route.method for route, _ in matches}))
            raise ApiRefusal(405, "method_not_allowed", "this path has no such method", headers=(("Allow", allowed),))
        route, path = found
        call = Call(request, self._shop, self._bugs, self._release, self._caller(request), path)
        if route.needs_token and call.caller not in self._tokens and not self._lets_in(route, call):
            if call.caller and self._bugs.on("unknown_token_is_403"):
                raise ApiRefusal(403, "forbidden", "this token is not known")
            raise unauthorized()
        return route.answer(call)

    def _caller(self, request: Request) -> str:
        """The bearer token, "" if there is none."""
        scheme = "Bearer" if self._bugs.on("lowercase_bearer_refused") else "(?i:bearer)"
        found = re.fullmatch(scheme + r" +(\S+)", request.header("authorization"))
        return found.group(1) if found else ""

    def _lets_in(self, route: Route, call: Call) -> bool:
        """The ways in which a forgotten or careless check lets strangers in."""
        if (route.method, route.path) == ("PATCH", "/authors/{author_id}"):
            return self._bugs.on("author_change_unguarded")
        if (route.method, route.path) == ("GET", "/orders"):
            return call.caller != "" and self._bugs.on("any_token_lists_orders")
        if (route.method, route.path) == ("DELETE", "/books/{book_id}"):
            return call.caller.startswith(self._tokens) and self._bugs.on("longer_token_accepted")
        return False


def asgi(answer: Answer) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """``answer`` as an ASGI application (HTTP and lifespan)."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        response = answer(await _request(scope, receive))
        headers = [(b"content-length", str(len(response.body)).encode())] if response.status != 204 else []
        headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else response.body})

    return application


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _request(scope: Scope, receive: Receive) -> Request:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return Request(
        method=scope["method"],
        target=scope["raw_path"].split(b"?")[0].decode("latin-1"),
        query=tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )
