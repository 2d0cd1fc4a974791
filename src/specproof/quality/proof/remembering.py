"""A client that spares the way through httpx2 for messages of which it is known what they look like on the wire.

Cases send the same few kinds of messages thousands of times, and httpx2 takes several times as long over one as the reference does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import httpx2

from specproof.quality.proof.recording import Exchange
from specproof.quality.proof.transport import ReferenceTransport, as_response
from specproof.reference.messages import Headers, Reply

TRUSTED_AFTER: Final = 3
"""A form is believed when it has foretold so many messages."""
_PLAIN_TARGET: Final = re.compile(r"/(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*(?:\?(?:[A-Za-z0-9._~=&-]|%[0-9A-F]{2})*)?")
"""What goes over the wire as it is written in a URL."""

Given = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class PlainResponse:
    """What a suite's own client reads of a response."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(slots=True)
class Form:
    """What the headers of messages of one kind become: each is a text as it is, the number of a given header, or the length of the body."""

    parts: tuple[tuple[str, str | int | None], ...]
    limit: float | None
    foretold: int = 0

    @classmethod
    def of(cls, given: Given, sent: Exchange, limit: float | None) -> Form:
        """Read it off one message that httpx2 has sent."""
        places = {(name.decode("latin-1").lower(), value.decode("latin-1")): place for place, (name, value) in enumerate(given)}
        parts: list[tuple[str, str | int | None]] = []
        for name, value in sent.headers:
            counted = name == "content-length" and value == str(len(sent.body))
            parts.append((name, places.get((name, value), None if counted else value)))
        return cls(tuple(parts), limit)

    def headers(self, given: Given, body: bytes) -> Headers:
        """The headers of another message of the kind."""
        return tuple((name, self._value(part, given, body)) for name, part in self.parts)

    @staticmethod
    def _value(part: str | int | None, given: Given, body: bytes) -> str:
        if isinstance(part, str):
            return part
        return str(len(body)) if part is None else given[part][1].decode("latin-1")


@dataclass(slots=True)
class Forms:
    """What has been learnt. It outlives the sessions of a suite."""

    known: dict[tuple[object, ...], Form] = field(default_factory=dict)


Message: TypeAlias = tuple[str, str, Given, bytes | None, float | None]


class RememberingClient:
    """In the place of a suite's ``httpx2.Client``.

    A form is learnt from a message that httpx2 sends, and trusted after it has foretold others of its kind exactly. Whatever has more to it
    than that - odd characters in the URL, cookies - goes through httpx2.
    """

    def __init__(self, client: httpx2.Client, transport: ReferenceTransport, origin: str, forms: Forms) -> None:
        self._client = client
        self._transport = transport
        self._origin = origin.rstrip("/")
        self._forms = forms
        self.cookies = client.cookies

    def close(self) -> None:
        """Close the real client."""
        self._client.close()

    def request(
        self, method: str, url: str, *, headers: Given, content: bytes | None, timeout: float | None = None
    ) -> httpx2.Response | PlainResponse:
        """Send a message; ``timeout`` in seconds of the suite's clock, None for the client's."""
        target, body = url.removeprefix(self._origin), content or b""
        if target == url or not _PLAIN_TARGET.fullmatch(target) or self.cookies:
            return self._real(method, url, headers, content, timeout)
        kind = (method, tuple(name for name, _ in headers), bool(body), timeout)
        form = self._forms.known.get(kind)
        if form is None or form.foretold < TRUSTED_AFTER:
            return self._learning(kind, (method, url, headers, content, timeout), target)
        reply = self._transport.reply(method, target, form.headers(headers, body), body, form.limit)
        return _plain_response(reply)

    def _learning(self, kind: tuple[object, ...], message: Message, target: str) -> httpx2.Response:
        transport = self._transport
        before = len(transport.exchanges)
        try:
            return self._real(*message)
        finally:
            sent = transport.exchanges[before:]
            if len(sent) == 1:
                self._compare(kind, message[2], target, sent[0])

    def _compare(self, kind: tuple[object, ...], given: Given, target: str, sent: Exchange) -> None:
        form = self._forms.known.get(kind)
        is_foretold = (
            form is not None
            and form.limit == self._transport.limit
            and form.headers(given, sent.body) == sent.headers
            and target == sent.target
        )
        if form is not None and is_foretold:
            form.foretold += 1
        else:
            self._forms.known[kind] = Form.of(given, sent, self._transport.limit)

    def _real(self, method: str, url: str, headers: Given, content: bytes | None, timeout: float | None) -> httpx2.Response:
        patience = httpx2.USE_CLIENT_DEFAULT if timeout is None else timeout
        with self._transport.clock.overlooked():  # httpx2 takes the time of each request
            return self._client.request(method, url, headers=list(headers), content=content, timeout=patience)


def _plain_response(reply: Reply) -> httpx2.Response | PlainResponse:
    plain = {name.lower(): value for name, value in reply.headers}
    if len(plain) < len(reply.headers) or not plain.keys().isdisjoint(_TAKES_MORE) or not "".join(plain.values()).isascii():
        response = as_response(reply)
        response.read()
        return response
    return PlainResponse(reply.status, plain, reply.body)


_TAKES_MORE: Final = frozenset({"content-encoding", "set-cookie"})
