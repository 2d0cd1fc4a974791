"""A pytest plug-in that tells what became of each test, one JSON object per line, while the run goes on.

It is copied into the run's own folder and loaded by ``-p``; it imports nothing of specproof, so that the process of a suite never
needs it. Lines go to the descriptor that ``--specproof-results-fd`` names::

    {"type": "collected", "total": 12}
    {"type": "started", "node_id": "tests_x/test_pets.py::test_a"}
    {"type": "outcome", "node_id": ..., "kind": "passed|failed|errored|skipped", "duration": 0.1, "case_id": ...,
     "known": ["what the baseline knows", ...], ...}
    {"type": "collect_error", "node_id": "tests_x/test_pets.py", "message": "ImportError: ..."}
    {"type": "finished", "exit_code": 0}
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

PROPERTIES = {
    "specproof_case": "case_id",
    "specproof_operation": "operation",
    "specproof_family": "family",
    "specproof_title": "title",
    "specproof_severity": "severity",
    "specproof_group": "group",
    "specproof_maintainer": "maintainer",
    "specproof_check": "check",
    "specproof_weight": "weight",
    "specproof_expected": "expected",
    "specproof_actual": "actual",
    "specproof_curl": "curl",
    "specproof_rule": "rule",
    "specproof_unrecognised": "unrecognised",
    "specproof_entry": "entry",
}
LISTS = {
    "specproof_remark": "remarks",
    "specproof_known": "known",
    "specproof_failure_key": "failure_keys",
    "specproof_timing": "timings",
}
CURL = "specproof_curl"
MAX_TEXT = 8_000
MAX_CURL = 120_000  # half a command would be worse than none
MAX_REMARKS = 20


class ResultWriter:
    """Writes the lines; goes quiet for good when nobody reads them any more."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        # Children of tests must not hold the pipe open.
        os.set_inheritable(descriptor, False)

    def write(self, line: dict[str, object]) -> None:
        """One line, whole."""
        if self._descriptor is None:
            return
        rest = memoryview(json.dumps(line).encode() + b"\n")
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            self._descriptor = None


class ResultPlugin:
    """Collects the phases of each test and tells one outcome per test."""

    def __init__(self, writer: ResultWriter) -> None:
        self._writer = writer
        self._phases: dict[str, list[pytest.TestReport]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many tests there will be."""
        self._writer.write({"type": "collected", "total": len(session.items)})

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Modules that cannot be imported."""
        if report.failed:
            message = text_of(str(report.longrepr))
            self._writer.write({"type": "collect_error", "node_id": text_of(report.nodeid), "message": message[-2000:]})

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Which test was on when the process died."""
        self._writer.write({"type": "started", "node_id": text_of(nodeid)})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Setup, call and teardown of one test become one outcome."""
        phases = self._phases.setdefault(report.nodeid, [])
        phases.append(report)
        if report.when == "teardown":
            del self._phases[report.nodeid]
            self._writer.write(outcome_of(report.nodeid, phases))

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """The end came in good order."""
        self._writer.write({"type": "finished", "exit_code": int(exitstatus)})


def outcome_of(node_id: str, phases: list[pytest.TestReport]) -> dict[str, object]:
    """The line for one test: the first phase that did not pass decides; setup and teardown failures are errors."""
    deciding = next((phase for phase in phases if phase.outcome != "passed"), None)
    line: dict[str, object] = {
        "type": "outcome",
        "node_id": text_of(node_id),
        "kind": kind_of(deciding),
        "duration": sum(phase.duration for phase in phases),
        "message": message_of(deciding) if deciding is not None else "",
    }
    # A property may hang on the item (then every later phase repeats it) or on one phase's report alone.
    lists: dict[str, dict[str, None]] = {field: {} for field in LISTS.values()}
    for name, value in (pair for phase in phases for pair in phase.user_properties):
        if name in LISTS and len(lists[LISTS[name]]) < MAX_REMARKS:
            lists[LISTS[name]][text_of(value)] = None
        elif name in PROPERTIES:
            line[PROPERTIES[name]] = curl_of(str(value), node_id) if name == CURL else text_of(value)
    return {**line, **{field: list(texts) for field, texts in lists.items()}}


def curl_of(script: str, node_id: str) -> str:
    """The whole script, or, if it is too long to pass on, how to get at it."""
    if len(script) > MAX_CURL:
        return f"# too long to show here: run {text_of(node_id)} with pytest"
    return script.encode("utf-8", "replace").decode("utf-8")


def kind_of(deciding: pytest.TestReport | None) -> str:
    """passed, failed, errored or skipped."""
    if deciding is None:
        return "passed"
    if deciding.outcome == "skipped":
        return "skipped"
    return "failed" if deciding.when == "call" else "errored"


def message_of(report: pytest.TestReport) -> str:
    """The reason of a skip, the exception's message of a failure."""
    representation: Any = report.longrepr
    if hasattr(report, "wasxfail"):
        return text_of(report.wasxfail)
    if isinstance(representation, tuple) and len(representation) == 3:
        return text_of(representation[2]).removeprefix("Skipped: ")
    crash = getattr(representation, "reprcrash", None)
    return text_of(crash.message if crash is not None else representation)


def text_of(value: object) -> str:
    """A bounded text that is valid UTF-8."""
    return str(value)[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the lines go."""
    parser.addoption("--specproof-results-fd", type=int, default=None, help="descriptor for outcomes, one JSON object per line")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plug-in proper."""
    descriptor = config.getoption("--specproof-results-fd")
    if descriptor is not None:
        config.pluginmanager.register(ResultPlugin(ResultWriter(descriptor)), "specproof-results")
