"""What a run says at its end, from the reports alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from specproof.checks import plugin
from specproof.checks.summary import LONGEST_LINE, MOST_LINES, remark_lines, silence

URL = "http://127.0.0.1:1"


def report(name: str, *remarks: str, outcome: Any = "passed", longrepr: Any = None, actual: str = "") -> pytest.TestReport:
    properties: list[tuple[str, object]] = [("specproof_remark", remark) for remark in remarks]
    if actual:
        properties.append(("specproof_actual", actual))
    nodeid = f"tests_a/test_a.py::{name}"
    return pytest.TestReport(nodeid, ("tests_a/test_a.py", 0, name), {}, outcome, longrepr, "call", user_properties=properties)


def test_remarks_that_say_the_same_stand_together_and_the_most_frequent_first() -> None:
    reports = [
        report("one", "GET /a: 401 without WWW-Authenticate", "GET /a: the document does not list status 422"),
        report("two", "GET /b: 401 without WWW-Authenticate"),
        report("three", "POST /c: 401 without WWW-Authenticate"),
        report("four", "something else"),
        report("five", "could not clean up: DELETE /d: no answer"),
    ]
    assert remark_lines(reports) == [
        "3x  401 without WWW-Authenticate (GET /a, GET /b and 1 more)",
        "1x  could not clean up: no answer (DELETE /d)",
        "1x  something else",
        "1x  the document does not list status 422 (GET /a)",
    ]


def test_what_was_answered_does_not_keep_remarks_apart() -> None:
    answers = ("201 Created, application/json: {'id': 1}", '201 Created, application/json: {"id": 2}', "201 Created, no body")
    reports = [report(f"n{number}", f"POST /a: expected a 4xx, got {text}") for number, text in enumerate(answers)]
    assert remark_lines(reports) == ["3x  expected a 4xx, got 201 Created (POST /a)"]


def test_every_phase_of_a_case_repeats_its_remarks_and_they_count_once() -> None:
    assert remark_lines([report("one", "odd"), report("one", "odd"), report("two")]) == ["1x  odd"]
    assert remark_lines([report("one")]) == []


def test_there_are_never_more_lines_than_one_reads_and_none_is_endless() -> None:
    lines = remark_lines([report(f"n{number}", f"remark {number}") for number in range(50)])
    assert len(lines) == MOST_LINES
    assert lines[-1].startswith(f"and {50 - MOST_LINES + 1} more")
    assert len(remark_lines([report("one", f"GET /a: {'x' * 2000}")])[0]) <= LONGEST_LINE + 10


def test_a_silent_api_is_one_sentence() -> None:
    words = f"the API at {URL} did not answer"
    reports = [
        report("one", outcome="failed", actual=f"{words}: refused"),
        report("two", outcome="skipped", longrepr=("client.py", 3, f"Skipped: {words} the last 3 requests")),
        report("three", outcome="skipped", longrepr=("client.py", 3, "Skipped: no credential")),
    ]
    assert silence(reports) == (
        f"2 cases were not judged: the API at {URL} did not answer. Is it running, and is --api-url right?"
    )
    assert silence(reports[:1]).startswith("1 case was not judged")
    assert silence(reports[2:]) == ""


class Terminal:
    """Keeps what is written."""

    def __init__(self, root: Path, reports: list[Any]) -> None:
        self.config = SimpleNamespace(rootpath=root, stash=pytest.Stash(), getoption=lambda *_, **__: False)
        self.stats = {"passed": reports}
        self.lines: list[str] = []

    def section(self, title: str) -> None:
        self.lines.append(f"== {title}")

    def write_line(self, line: str) -> None:
        self.lines.append(line)


def test_a_suite_speaks_of_its_own_cases_only(tmp_path: Path) -> None:
    reports = [report("one", "odd", outcome="failed", actual=f"the API at {URL} did not answer"), "no report"]
    own, other = Terminal(plugin.FOLDER, reports), Terminal(tmp_path, reports)
    plugin.pytest_terminal_summary(own)  # type: ignore[arg-type]
    plugin.pytest_terminal_summary(other)  # type: ignore[arg-type]
    assert [line for line in own.lines if line.startswith("==")] == ["== remarks", "== no answer"]
    assert "1x  odd" in own.lines
    assert other.lines == []
