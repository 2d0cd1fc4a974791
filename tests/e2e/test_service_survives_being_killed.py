"""kill -9 in the middle of a job, restart: the job finishes, and its effect exists once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from databases import migrate, postgres_database
from processes import ROOT, ServiceProcess, eventually

SECRET = "delivery-secret"
DOCUMENT = (ROOT / "examples" / "bookshop" / "openapi.json").read_bytes()


class SlowExport:
    """An export endpoint that holds its first answer until it is told to go on: so the kill falls into the middle of a job."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.go_on = threading.Event()
        self.requests = 0


@contextmanager
def serving(export: SlowExport) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            export.requests += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            export.asked.set()
            if export.requests == 1:
                export.go_on.wait(30)
            try:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(DOCUMENT)))
                self.end_headers()
                self.wfile.write(DOCUMENT)
            except (BrokenPipeError, ConnectionResetError):
                return  # the killed service does not wait for it

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        export.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/service.db"
        return
    with postgres_database() as url:
        migrate(url)
        yield url


@pytest.fixture
def export() -> SlowExport:
    return SlowExport()


def test_a_job_that_was_killed_midway_finishes_after_a_restart_and_counts_once(
    tmp_path: Path, export: SlowExport, database_url: str
) -> None:
    with serving(export) as address:
        project = {"apifox_project_id": "1", "apifox_token": "token", "secrets": [SECRET], "allowed_addresses": ["127.0.0.0/8"]}
        service = ServiceProcess(
            tmp_path,
            SPECPROOF_PROJECTS=json.dumps({"shop": project}),
            SPECPROOF_APIFOX__BASE_URL=address,
            SPECPROOF_ENGINE__LEASE_SECONDS="3",
            SPECPROOF_DATABASE__URL=database_url,
        )
        service.start()
        try:
            status, accepted = service.deliver("shop", SECRET, "someone 修改了接口 a")
            assert status == 202, accepted
            assert export.asked.wait(20), service.log()
            running = service.get(f"/api/v1/events/{accepted['event_id']}")
            assert (running["status"], running["attempts"]) == ("running", 1)
            service.kill()
            export.go_on.set()

            service.start()
            event = service.ended(accepted["event_id"])
            assert (event["status"], event["attempts"], event["revision"]) == ("succeeded", 2, 1), service.log()
            suites = service.get("/api/v1/webhooks/generated-tests?project=shop")
            assert suites["total"] == 1
            assert len(list((tmp_path / "suites").rglob("specproof.lock.json"))) == 1
        finally:
            assert service.stop() == 0


def test_an_acknowledged_delivery_survives_a_kill_before_its_job_begins(tmp_path: Path, export: SlowExport) -> None:
    export.go_on.set()
    with serving(export) as address:
        project = {"apifox_project_id": "1", "apifox_token": "token", "secrets": [SECRET], "allowed_addresses": ["127.0.0.0/8"]}
        service = ServiceProcess(tmp_path, SPECPROOF_PROJECTS=json.dumps({"shop": project}), SPECPROOF_APIFOX__BASE_URL=address)
        service.environment["SPECPROOF_WEBHOOK__SETTLE_SECONDS"] = "2"
        service.start()
        try:
            status, accepted = service.deliver("shop", SECRET, "someone 新增了接口 b")
            service.kill()
            assert status == 202
            assert export.requests == 0
            service.start()
            event = service.ended(accepted["event_id"])
            assert event["status"] == "succeeded", service.log()
        finally:
            assert service.stop() == 0


def test_a_second_service_on_one_sqlite_database_is_refused_with_a_hint(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path)
    service.start()
    try:
        eventually(lambda: service.get("/api/v1/webhooks/health").get("status"), 10, service.log)
        finished = service.command("worker", "--json", expect=3)
        assert finished == ""
    finally:
        assert service.stop() == 0
