"""The transport that a proven suite's client sends through: a call of the reference in the place of the network."""

from __future__ import annotations

from typing import Any

import httpx2

from specproof.quality.proof.clock import SuiteClock
from specproof.quality.proof.recording import Exchange, Server
from specproof.reference.messages import Headers, Reply

API_URL = "http://reference.invalid"
MOST_REQUESTS = 2_000
"""A case that sends more is stopped: a fault of the server keeps it in a loop."""


class TooManyRequestsError(Exception):
    """A case does not come to an end."""


class ReferenceTransport(httpx2.BaseTransport):
    """Hands each request to :attr:`server` and keeps what went over the wire."""

    def __init__(self, clock: SuiteClock) -> None:
        self._clock = clock
        self.server: Server | None = None
        self.exchanges: list[Exchange] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as the network would; a reply slower than the client's patience is a timeout."""
        if self.server is None:
            raise httpx2.ConnectError("no server is set", request=request)
        if len(self.exchanges) >= MOST_REQUESTS:
            raise TooManyRequestsError(f"the case has sent {MOST_REQUESTS} requests and goes on")
        method, target = request.method, request.url.raw_path.decode("ascii")
        headers, body = _plain(request.headers), request.read()
        reply = self.server(method, target, headers, body)
        self.exchanges.append(Exchange(method, target, headers, body, reply))
        return self._arrived(request, reply)

    def _arrived(self, request: httpx2.Request, reply: Reply) -> httpx2.Response:
        patience: dict[str, Any] = request.extensions.get("timeout", {})
        limit = patience.get("read")
        if limit is not None and reply.seconds > limit:
            self._clock.sleep(limit)
            raise httpx2.ReadTimeout("the server took too long", request=request)
        self._clock.sleep(reply.seconds)
        headers = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in reply.headers]
        return httpx2.Response(reply.status, headers=headers, stream=httpx2.ByteStream(reply.body), request=request)


def _plain(headers: httpx2.Headers) -> Headers:
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers.raw)
