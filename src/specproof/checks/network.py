"""The way to an API that may misbehave: an exchange has one deadline, from dialling to the last byte, and a limit on what it may bring.

The limits of the HTTP library are per read: a byte now and then keeps it waiting for ever, and it holds whatever comes in memory.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, NoReturn

import httpcore2
import httpx2

from .fault_numbers import NO_ANSWER, NO_ANSWER_IN_TIME, TOO_LARGE

MOST_BYTES: Final = 32 << 20
"""Of one answer, packed or unpacked, where nobody says otherwise."""
# Status line, headers and the frames of chunks are no part of a body.
_AROUND_A_BODY: Final = 1 << 20
_PIECE: Final = 64 << 10


class NoAnswerError(Exception):
    """A request was not answered; the text says why, ``answered`` what a cause calls it."""

    answered = NO_ANSWER
    expected = "an answer"


class LateAnswerError(NoAnswerError):
    """The client has lost its patience."""

    answered = NO_ANSWER_IN_TIME


class LargeAnswerError(NoAnswerError):
    """The answer was not read to its end, because it had none within reason."""

    answered = TOO_LARGE
    expected = "an answer of a size that a client can hold"


class OversizeError(Exception):
    """An answer is larger than what is read; the text says how large."""


class UnfinishedError(httpx2.ReadTimeout):
    """The time is over, and an answer has begun; the text says how much of it has come."""


class Received(NamedTuple):
    """A whole answer, its content unpacked."""

    status_code: int
    headers: httpx2.Headers
    content: bytes


@dataclass(slots=True)
class _Allowance:
    """What an exchange may still take."""

    ends: float
    most_bytes: int
    taken: int = 0

    def seconds(self, limit: float | None) -> float:
        """How long the next step may take."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time is over")
        return left if limit is None else min(left, limit)

    def take(self, count: int) -> None:
        """So many bytes came."""
        self.taken += count
        if self.taken > self.most_bytes + _AROUND_A_BODY:
            raise OversizeError(f"more than {megabytes(self.most_bytes)}")


# Each thread has its own: ten requests at once have ten deadlines.
_ALLOWANCE: ContextVar[_Allowance] = ContextVar("allowance")


class Network(httpx2.BaseTransport):
    """The transport of a run: HTTP/1.1 over sockets, each exchange within its allowance."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        context = httpx2.create_ssl_context(trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )

    def exchange(self, client: httpx2.Client, request: httpx2.Request, seconds: float) -> Received:
        """Send ``request`` by ``client``, whose transport this is, and read its whole answer.

        Raises :class:`OversizeError`, and what httpx2 raises; its ``TimeoutException`` when ``seconds`` are over.
        """
        with _allowed(seconds, self._most_bytes) as allowance:
            try:
                with closing(client.send(request, stream=True)) as response:
                    return Received(response.status_code, response.headers, self._content(response))
            except httpx2.TimeoutException as error:
                if not allowance.taken:
                    raise
                raise UnfinishedError(f"it had begun: {allowance.taken} bytes had come") from error

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """What httpx2 asks of a transport."""
        url = httpcore2.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        sent = httpcore2.Request(
            method=request.method, url=url, headers=request.headers.raw, content=request.stream, extensions=request.extensions
        )
        try:
            got = self._pool.handle_request(sent)
        except _FAILURES as error:
            _fail(error)
        return httpx2.Response(status_code=got.status, headers=got.headers, stream=_Content(got), extensions=got.extensions)

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()

    def _content(self, response: httpx2.Response) -> bytes:
        """Unpacked piece by piece: a few packed bytes can stand for many."""
        content = bytearray()
        for piece in response.iter_bytes():
            if len(content) + len(piece) > self._most_bytes:
                raise OversizeError(f"more than {megabytes(self._most_bytes)}{_unpacked(response)}")
            content += piece
        return bytes(content)


class _Backend(httpcore2.SyncBackend):
    """Dials within the allowance."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection that reads and writes within the allowance of the exchange that uses it."""
        seconds = _ALLOWANCE.get().seconds(timeout)
        return _Stream(super().connect_tcp(host, port, seconds, local_address, socket_options))


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        allowance = _ALLOWANCE.get()
        read = self._stream.read(max_bytes, allowance.seconds(timeout))
        allowance.take(len(read))
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for begin in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[begin : begin + _PIECE], _ALLOWANCE.get().seconds(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _ALLOWANCE.get().seconds(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Content(httpx2.SyncByteStream):
    """The bytes of an answer as they come."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._response.iter_stream()
        except _FAILURES as error:
            _fail(error)

    def close(self) -> None:
        self._response.close()


def is_there(client: httpx2.Client, url: str, seconds: float) -> bool:
    """Whether a plain GET of ``url`` is answered with anything at all."""
    try:
        with _allowed(seconds), client.stream("GET", url, timeout=seconds):
            return True
    except (httpx2.TransportError, OversizeError):
        return False


@contextmanager
def _allowed(seconds: float, most_bytes: int = MOST_BYTES) -> Iterator[_Allowance]:
    allowance = _Allowance(time.monotonic() + seconds, most_bytes)
    token = _ALLOWANCE.set(allowance)
    try:
        yield allowance
    finally:
        _ALLOWANCE.reset(token)


def megabytes(count: int) -> str:
    """``32 MB``."""
    return f"{count / (1 << 20):g} MB"


def _unpacked(response: httpx2.Response) -> str:
    coding = response.headers.get("content-encoding", "")
    return f" once unpacked (Content-Encoding: {coding[:40]})" if coding else ""


_FAILURES: Final = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
)


def _fail(error: Exception) -> NoReturn:
    """The same in the words of httpx2, which has a class of the same name for each."""
    raise getattr(httpx2, type(error).__name__, httpx2.TransportError)(str(error)) from error
