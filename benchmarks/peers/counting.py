"""A reverse proxy on the loopback that counts: it sees the requests of every tool with the same eyes."""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

LOOPBACK = "127.0.0.1"
UPSTREAM_SECONDS = 20.0
DROPPED = 0
"""The status of a request that the service did not answer."""
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "proxy-connection", "te", "upgrade"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its status; ``operation`` is "" where the document has none for it."""

    method: str
    path: str
    status: int
    operation: str = ""


class Operations:
    """The operations of a document, found by method and path."""

    def __init__(self, document: Mapping[str, Any], base_path: str) -> None:
        self._base = base_path.rstrip("/")
        self._known: list[tuple[str, str, re.Pattern[str]]] = []
        for path, item in document.get("paths", {}).items():
            pattern = re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in _parts(path)))
            self._known += [(method.upper(), path, pattern) for method in item if method.lower() in METHODS]
        # What is written out is meant before what is variable.
        self._known.sort(key=lambda known: (known[1].count("{"), known[1]))

    @property
    def labels(self) -> frozenset[str]:
        """``GET /things/{id}``, for each of them."""
        return frozenset(f"{method} {path}" for method, path, _ in self._known)

    def of(self, method: str, target: str) -> str:
        """The operation that a request line means; "" for none."""
        path = target.partition("?")[0].partition("#")[0]
        if not path.startswith(self._base):
            return ""
        path = path.removeprefix(self._base) or "/"
        for known, template, pattern in self._known:
            if known == method and (pattern.fullmatch(path) or pattern.fullmatch(unquote(path))):
                return f"{method} {template}"
        return ""


def _parts(path: str) -> list[str]:
    return re.findall(r"\{[^{}]*\}|[^{]+|\{", path)


@dataclass(frozen=True, slots=True)
class Counts:
    """What the proxy saw of one tool."""

    requests: int
    accepted: frozenset[str]
    """Operations that were answered with a 2xx at least once."""
    crashed: frozenset[str]
    """Operations that were answered with a 5xx, or not at all, at least once."""


def counted(exchanges: Iterable[Exchange]) -> Counts:
    """The exchanges summed up."""
    seen = list(exchanges)
    return Counts(
        requests=len(seen),
        accepted=frozenset(one.operation for one in seen if one.operation and 200 <= one.status < 300),
        crashed=frozenset(one.operation for one in seen if one.operation and (one.status >= 500 or one.status == DROPPED)),
    )


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy: its address, and what it has seen so far."""

    url: str
    exchanges: list[Exchange]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream: str, find: Callable[[str, str], str]) -> None:
        super().__init__((LOOPBACK, 0), _Relay)
        self.upstream = upstream
        self.find = find
        self.exchanges: list[Exchange] = []


class _Relay(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: held back for each other, each answer would wait 40 ms for an acknowledgement.
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The server looks for a method of its own for each HTTP method; whatever comes is relayed.
        if name.startswith("do_"):
            return self._relay
        raise AttributeError(name)

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, headers, content = self._upstream(body)
        except (OSError, http.client.HTTPException):
            self._note(DROPPED)
            self.close_connection = True
            return
        self._note(status)
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if self.command != "HEAD" and status not in (204, 304) and status >= 200:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _upstream(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(self.server.upstream, timeout=UPSTREAM_SECONDS)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    connection.putheader(name, value.encode("latin-1", "replace"))
            if body or "Content-Length" in self.headers:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _note(self, status: int) -> None:
        operation = self.server.find(self.command, self.path)
        self.server.exchanges.append(Exchange(self.command, self.path, status, operation))


@contextlib.contextmanager
def counting_proxy(upstream: str, find: Callable[[str, str], str]) -> Iterator[Proxy]:
    """Relays everything to ``upstream``; ``find`` names the operation of a method and a target."""
    server = _Server(urlsplit(upstream).netloc, find)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Proxy(f"http://{LOOPBACK}:{server.server_port}", server.exchanges)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
