"""What a tester reads of a faulty API: each cause once, its number and its rule, and no failure that a second run does not show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.checks.retrying import MOST_RETRIES
from suiteruns import SuiteRun, run_suites, written

THING = {
    "type": "object",
    "required": ["label"],
    "properties": {"label": {"type": "string", "minLength": 1, "maxLength": 20}},
}
ERROR = {"type": "object", "properties": {"error": {"type": "string"}}}
HEAD = re.compile(r"^(?:[A-Z]+ /\S*) fails (\w+) \(major(?:, WFC (\d+))?\)$", re.MULTILINE)


def operation(operation_id: str) -> dict[str, Any]:
    shown = {"description": "refused", "content": {"application/json": {"schema": ERROR}}}
    return {
        "operationId": operation_id,
        "requestBody": {"required": True, "content": {"application/json": {"schema": THING}}},
        "responses": {
            "200": {"description": "done", "content": {"application/json": {"schema": THING}}},
            **dict.fromkeys(("400", "405", "415"), shown),
        },
    }


def document(*names: str) -> bytes:
    paths = {f"/{name}": {"post": operation(f"weigh_{name}")} for name in names}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "Scales", "version": "1"}, "paths": paths}).encode()


class Scales(ThreadingHTTPServer):
    """Refuses what is wrong, apart from its faults: ``null`` crashes on a label that is null, ``once`` on the first of each body."""

    daemon_threads = True

    def __init__(self, fault: str) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.fault = fault
        self.seen: list[bytes] = []


class Answering(BaseHTTPRequestHandler):
    server: Scales

    def log_message(self, *_: Any) -> None:
        """Silence."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = self.path.encode() + raw
        self.server.seen.append(request)
        try:
            body = json.loads(raw)
        except ValueError:
            return self.answer(400, {"error": "no JSON"})
        is_taken = isinstance(body, dict) and (self.headers.get("Content-Type") or "").partition(";")[0] == "application/json"
        label = body.get("label") if isinstance(body, dict) else None
        is_first = self.server.seen.count(request) == 1
        if (self.server.fault == "null" and isinstance(body, dict) and "label" in body and label is None) or (
            self.server.fault == "once" and label == "" and is_first
        ):
            return self.answer(500, {"error": f"AttributeError at {self.path}"})
        if self.server.fault != "lenient" and not (is_taken and isinstance(label, str) and 1 <= len(label) <= 20):
            return self.answer(400, {"error": "no good label"})
        return self.answer(200, {"label": label if isinstance(label, str) else "?"})

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def scales(fault: str) -> Iterator[tuple[str, Scales]]:
    server = Scales(fault)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def suite_of(folder: Path, *names: str) -> Path:
    return written(folder, generate_suite(GenerationPolicy(), document(*names), "scales", None).suite.files)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return suite_of(tmp_path_factory.mktemp("reports") / "scales", "apples", "pears")


def run_against(suite: Path, fault: str, *options: str) -> tuple[SuiteRun, Scales]:
    with scales(fault) as (url, server):
        return run_suites(suite, api_url=url, options=options), server


def test_the_api_without_a_fault_is_green_and_nothing_runs_twice(suite: Path) -> None:
    (calm, seen), (once, seen_once) = run_against(suite, "none"), run_against(suite, "none", "--no-retry")
    assert calm.returncode == once.returncode == 0, calm.output
    assert len(seen.seen) == len(seen_once.seen)


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_one_cause_in_two_operations_is_told_once(suite: Path, options: tuple[str, ...]) -> None:
    run, _ = run_against(suite, "null", *options)
    assert run.returncode == 1
    failed = run.names("failure")
    causes = {name: run.property(name, "specproof_cause") for name in failed}
    assert {name.split("__")[0] for name in failed} == {"test_weigh_apples", "test_weigh_pears"}
    assert all(cause == [cause[0]] and cause[0].startswith("500 {error: string} to ") for cause in causes.values())
    # Every failed case still has its line, and its own details in the report; the details are shown once for each cause.
    assert all(f"::{name}" in run.output for name in failed)
    assert len(HEAD.findall(run.output)) == len({cause[0] for cause in causes.values()}) < len(failed)
    assert "  same cause at 1 other place: POST /" in run.output
    assert all(run.property(name, "specproof_curl")[0].startswith("curl ") for name in failed)
    assert f"{len(failed)} failed" in run.output


def test_a_failure_has_its_number_its_rule_and_its_severity(suite: Path) -> None:
    run, _ = run_against(suite, "lenient")
    name = "test_weigh_apples__body_edited__is_rejected[label_too_long]"
    assert run.property(name, "specproof_wfc") == ["102"]
    assert run.property(name, "specproof_severity") == ["major"]
    assert run.property(name, "specproof_cause") == ["200 {label: string} to maxLength: too long"]
    rule = "label longer than 20 characters breaks `maxLength`. (#/"
    assert run.property(name, "specproof_rule")[0].startswith(rule)
    assert f"  rule:      {rule}" in run.output
    assert ("rejected", "102") in HEAD.findall(run.output)


def test_what_a_second_run_does_not_show_is_a_remark(suite: Path) -> None:
    run, _ = run_against(suite, "once")
    assert run.returncode == 0, run.output
    unstable = [
        (name, value) for name, listed in run.properties.items() for key, value in listed if "unstable: " in value and key
    ]
    assert unstable
    for name, remark in unstable:
        assert run.outcomes[name] == "passed"
        assert "first it failed no_server_error: expected no server error" in remark
        assert "got 500 Internal Server Error" in remark
        assert run.property(name, "specproof_check") == []
    assert "unstable: passed when it ran again alone" in run.output


def test_without_a_retry_the_first_run_counts(suite: Path) -> None:
    run, _ = run_against(suite, "once", "--no-retry")
    assert run.returncode == 1
    assert run.names("failure")
    assert "unstable" not in run.output


def test_a_failure_that_a_second_run_shows_too_says_so(suite: Path) -> None:
    run, server = run_against(suite, "null")
    _, unretried = run_against(suite, "null", "--no-retry")
    for name in run.names("failure"):
        assert run.property(name, "specproof_retry") == ["failed again when it ran alone"]
    assert len(server.seen) >= len(unretried.seen) + len(run.names("failure"))


def test_there_are_not_more_retries_than_a_session_has(tmp_path: Path) -> None:
    suite = suite_of(tmp_path / "scales", *(f"fruit{number}" for number in range(8)))
    run, _ = run_against(suite, "lenient")
    failed = run.names("failure")
    again = {name for name in failed if "failed again when it ran alone" in run.property(name, "specproof_retry")}
    assert len(failed) > MOST_RETRIES
    assert len(again) == MOST_RETRIES
    rest = len(failed) - MOST_RETRIES
    assert f"{rest} failures were not run again alone: a session runs {MOST_RETRIES} again at most." in run.output
    assert "same cause at 7 other places: " in run.output
