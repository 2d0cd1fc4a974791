"""A suite calls what may stop the API last, and only when it is asked to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from suiteruns import run_suites, written

OK = {"200": {"description": "done", "content": {"application/json": {"schema": {"type": "object"}}}}}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Machine", "version": "1"},
    "paths": {"/a/shutdown": {"post": {"responses": OK}}, "/zones": {"get": {"responses": OK}}},
}
STOP, ZONES = "test_post_a_shutdown__valid_request__succeeds", "test_get_zones__valid_request__succeeds"


@contextmanager
def machine() -> Iterator[tuple[str, list[str]]]:
    """An API, and what it was asked."""
    asked: list[str] = []

    class Machine(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            known = {("GET", "/zones"), ("POST", "/a/shutdown")}
            self.send_response(200 if (self.command, self.path) in known else 404)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Machine)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = generate_suite(GenerationPolicy(), json.dumps(DOCUMENT).encode(), "machine", None)
    return written(tmp_path_factory.mktemp("suites") / "machine", made.suite.files)


def test_unasked_it_is_skipped_with_the_reason(suite: Path) -> None:
    with machine() as (url, asked):
        run = run_suites(suite, api_url=url, options=("-rs",))
    assert run.outcomes[STOP] == "skipped"
    assert run.outcomes[ZONES] == "passed"
    assert "/a/shutdown" not in asked
    assert "POST /a/shutdown looks as if it stopped or restarted the API: run with --risky" in run.output


@pytest.mark.parametrize(("options", "environment"), [(("--risky",), {}), ((), {"SPECPROOF_RISKY": "1"})])
def test_asked_for_it_comes_last(suite: Path, options: tuple[str, ...], environment: dict[str, str]) -> None:
    with machine() as (url, asked):
        run = run_suites(suite, api_url=url, options=options, environment=environment)
    assert run.outcomes[STOP] == "passed"
    assert asked.index("/a/shutdown") > max(index for index, path in enumerate(asked) if path.startswith("/zones"))
