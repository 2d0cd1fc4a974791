"""The transport that a proven suite's client sends through: a call of the reference in the place of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import httpx2

from specproof.quality.proof.clock import SuiteClock
from specproof.quality.proof.consulting import Notes
from specproof.quality.proof.recording import Exchange, Server
from specproof.reference.messages import Headers, Reply

API_URL = "http://reference.invalid"
MOST_REQUESTS = 2_000
"""A case that sends more is stopped: a fault of the server keeps it in a loop."""
MOST_REMEMBERED = 20_000


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


@dataclass(frozen=True, slots=True)
class PlainResponse:
    """What a suite's own client reads of a response."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes


Wire: TypeAlias = "dict[tuple[object, ...], tuple[Exchange, float | None]]"
"""What became of a message on the wire, and how long the client would have waited."""


class RememberingClient:
    """Spares the way through httpx2 for a message that went through it before.

    What a message looks like on the wire follows from the message alone. The same messages are sent to one server after the other, and httpx2
    takes several times as long over one as the server does.
    """

    def __init__(self, client: httpx2.Client, transport: ReferenceTransport, wire: Wire) -> None:
        self._client = client
        self._transport = transport
        self.cookies = client.cookies
        self._wire = wire

    def close(self) -> None:
        """Close the real client."""
        self._client.close()

    def request(
        self, method: str, url: str, *, headers: Sequence[tuple[bytes, bytes]], content: bytes | None
    ) -> httpx2.Response | PlainResponse:
        """Send a message."""
        message = (method, url, tuple(headers), content)
        known = self._wire.get(message)
        if known is None:
            before = len(self._transport.exchanges)
            with self._transport.clock.overlooked():  # httpx2 takes the time of each request
                response = self._client.request(method, url, headers=list(headers), content=content)
            sent = self._transport.exchanges[before:]
            if len(sent) == 1 and len(self._wire) < MOST_REMEMBERED:
                self._wire[message] = sent[0], self._transport.limit
            return response
        wire, limit = known
        reply = self._transport.reply(wire.method, wire.target, wire.headers, wire.body, limit)
        plain = {name.lower(): value for name, value in reply.headers}
        if len(plain) < len(reply.headers) or "content-encoding" in plain or not "".join(plain.values()).isascii():
            response = as_response(reply)
            response.read()
            return response
        return PlainResponse(reply.status, plain, reply.body)
