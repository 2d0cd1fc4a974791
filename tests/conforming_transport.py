"""A pytest plug-in for a suite in a child process: its requests go to the reference of a document, by a call."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import httpx2
import pytest

from specproof.openapi.parser import parse_spec
from specproof.reference.model import ReferenceModel
from specproof.reference.server import ReferenceServer

DOCUMENT, RECORDS = "REFERENCE_DOCUMENT", "REFERENCE_RECORDS"
LEFT = "records left"


class CallTransport(httpx2.BaseTransport):
    """Hands each request to a server."""

    def __init__(self, server: ReferenceServer) -> None:
        self._server = server

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer at once."""
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
        reply = self._server(request.method, request.url.raw_path.decode("ascii"), headers, request.read())
        return httpx2.Response(reply.status, headers=list(reply.headers), content=reply.body, request=request)


class Conforming:
    """Gives the suite's client its transport, and tells in the end what was left behind."""

    def __init__(self, server: ReferenceServer) -> None:
        self._server = server
        self._before = server.record_count()

    def pytest_collection_finish(self) -> None:
        """The suite's package is imported now."""
        for name, module in list(sys.modules.items()):
            if name.startswith("checks_") and name.endswith(".client"):
                module.make_transport = lambda: CallTransport(self._server)  # type: ignore[attr-defined]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """How many records more there are than in the beginning."""
        terminalreporter.write_line(f"{LEFT}: {self._server.record_count() - self._before}")


def pytest_configure(config: pytest.Config) -> None:
    """Build the server that the environment asks for."""
    server = ReferenceServer(ReferenceModel(parse_spec(Path(os.environ[DOCUMENT]).read_bytes())))
    server.populate(int(os.environ.get(RECORDS, "0")))
    config.pluginmanager.register(Conforming(server))
