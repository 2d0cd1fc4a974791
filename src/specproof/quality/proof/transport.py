"""The transport that a proven suite's client sends through: a call of the reference in the place of the network."""

from __future__ import annotations

import httpx2

from specproof.quality.proof.clock import SuiteClock
from specproof.quality.proof.consulting import Notes
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
        self.clock = clock
        self.server: Server | None = None
        self.exchanges: list[Exchange] = []
        self.limit: float | None = None
        """How long the client of the latest request would have waited."""
        self.notes: list[Notes | None] = []
        """For each exchange, what is read of its answer."""

    def begin(self) -> None:
        """A case begins."""
        self.exchanges, self.notes = [], []

    def forget_from(self, index: int) -> None:
        """The exchanges from there on are no part of the case."""
        del self.exchanges[index:], self.notes[index:]

    def pause(self, seconds: float) -> None:
        """How a suite waits for the API to catch up."""
        self.clock.sleep(seconds)

    def notes_of_latest(self) -> Notes:
        """Where what is read of the latest answer is noted."""
        if not self.notes:
            return Notes()
        notes = self.notes[-1] = self.notes[-1] or Notes(self.limit)
        return notes

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as the network would; a reply slower than the client's patience is a timeout."""
        limit = request.extensions.get("timeout", {}).get("read")
        headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers.raw)
        reply = self.reply(request.method, request.url.raw_path.decode("ascii"), headers, request.read(), limit)
        return as_response(reply, request)

    def reply(self, method: str, target: str, headers: Headers, body: bytes, limit: float | None) -> Reply:
        """What the server answers; nobody sleeps for what it pretends to take."""
        if self.server is None:
            raise httpx2.ConnectError("no server is set")
        if len(self.exchanges) >= MOST_REQUESTS:
            raise TooManyRequestsError(f"the case has sent {MOST_REQUESTS} requests and goes on")
        reply = self.server(method, target, headers, body)
        self.exchanges.append(Exchange(method, target, headers, body, reply))
        self.notes.append(None)
        self.limit = limit
        if limit is not None and reply.seconds > limit:
            self.clock.sleep(limit)
            raise httpx2.ReadTimeout("the server took too long")
        self.clock.sleep(reply.seconds)
        return reply


def as_response(reply: Reply, request: httpx2.Request | None = None) -> httpx2.Response:
    """The reply as a client gets it from the network."""
    headers = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in reply.headers]
    return httpx2.Response(reply.status, headers=headers, stream=httpx2.ByteStream(reply.body), request=request)
