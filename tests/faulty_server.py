"""What the small APIs of the tests have in common: a real HTTP server on 127.0.0.1 for the length of a block, with faults to switch on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar


class FaultyServer(ThreadingHTTPServer):
    """``faults``: what is broken, or differs in a way that is allowed; ``answering`` decides what is answered."""

    daemon_threads = True

    def __init__(self, answering: type[Answering], faults: tuple[str, ...]) -> None:
        super().__init__(("127.0.0.1", 0), answering)
        self.faults = frozenset(faults)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


Server = TypeVar("Server", bound=ThreadingHTTPServer)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server, running for the length of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Answering(BaseHTTPRequestHandler):
    """One request: reads its content, and sends an answer of a known length."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Silence."""

    def received(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send_whole(self, status: int, content_type: str = "", content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
