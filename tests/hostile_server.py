"""A server on loopback that misbehaves as it is told."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Misbehaviour = Callable[[socket.socket], None]


def answer(body: bytes = b"{}", *lines: str, status: str = "200 OK", media_type: str = "application/json") -> bytes:
    """A whole answer; ``lines`` are further headers."""
    return head(f"content-type: {media_type}", f"content-length: {len(body)}", *lines, status=status) + body


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


def endless(first: bytes, piece: bytes, *, pause: float = 0.0) -> Misbehaviour:
    """Sends ``piece`` again and again, until nobody listens any more."""

    def send(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(piece)
            if pause:
                threading.Event().wait(pause)

    return send


@dataclass
class Hostile:
    """``given`` is what each request is answered; ``asked`` are the requests, as they came."""

    given: bytes | Misbehaviour = field(default_factory=answer)
    asked: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        try:
            with connection:
                request = _read(connection)
                if not request:
                    return
                self.asked.append(request)
                if isinstance(self.given, bytes):
                    connection.sendall(self.given)
                else:
                    self.given(connection)
        except OSError:
            return  # nobody listens any more


def _read(connection: socket.socket) -> bytes:
    """A whole request; empty where there is none."""
    request = b""
    missing = 1
    while missing > 0:
        received = connection.recv(65536)
        if not received:
            return b""
        request += received
        heads, separator, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"\ncontent-length: *(\d+)", heads, re.IGNORECASE)
        missing = (int(length[1]) if length else 0) - len(body) if separator else 1
    return request


@contextmanager
def hostile(given: bytes | Misbehaviour) -> Iterator[Hostile]:
    """The server, until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hostile(given, port=listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, server), daemon=True).start()
        try:
            yield server
        finally:
            # Closing alone does not wake the thread that waits in accept.
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: Hostile) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=server.serve, args=(connection,), daemon=True).start()
