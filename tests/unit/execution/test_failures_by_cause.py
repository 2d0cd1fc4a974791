"""The failures of a stored run by root cause, as the service and the command line show them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from specproof.cli.run_reports import is_judged, run_document, run_lines, written_line
from specproof.domain.runs import Outcome, OutcomeKind, RunResult, RunStatus
from specproof.execution.baselines import entries_of
from specproof.execution.failures import cause_of_failure, failure_groups, wfc_number
from specproof.webhook.suite_schemas import FailureGroupShape, OutcomeShape

CAUSE = "500 {error: string} to type: null"
FIRST = Outcome(
    case_id="POST /a :: x_null",
    node_id="tests_a/test_a.py::test_one",
    kind=OutcomeKind.FAILED,
    duration_seconds=0.1,
    operation="POST /a",
    title="x set to null",
    check="no_server_error",
    expected="none",
    actual="500 Internal Server Error",
    curl="curl",
    message=f"POST /a fails no_server_error (major, WFC 100)\n  expected:  none\n  cause:     {CAUSE}\n  reproduce: curl",
)
SAME = replace(FIRST, case_id="PUT /b :: y_null", node_id="n2", operation="PUT /b", title="y set to null")
BROKEN = Outcome("n3", "n3", OutcomeKind.ERRORED, 0.1, message="ValueError: no")
PASSED = Outcome("n4", "n4", OutcomeKind.PASSED, 0.1)
RUN = RunResult(RunStatus.FAILED, (FIRST, PASSED, BROKEN, SAME), 1.0)


def test_stored_outcomes_are_grouped_by_the_cause_in_their_message() -> None:
    assert [group.outcomes for group in failure_groups(RUN.outcomes)] == [(FIRST, SAME), (BROKEN,)]
    assert (cause_of_failure(FIRST), wfc_number(FIRST)) == (CAUSE, 100)
    assert (cause_of_failure(BROKEN), wfc_number(BROKEN)) == ("", None)


def test_the_service_shows_number_cause_and_groups() -> None:
    shown = OutcomeShape.of(SAME)
    assert (shown.wfc, shown.cause) == (100, CAUSE)
    group = failure_groups(RUN.outcomes)[0]
    assert FailureGroupShape(**group.summary()).model_dump() == {
        "check": "no_server_error",
        "wfc": 100,
        "cause": CAUSE,
        "count": 2,
        "operations": ["POST /a", "PUT /b"],
        "cases": ["POST /a :: x_null", "PUT /b :: y_null"],
    }
    assert OutcomeShape.of(PASSED).wfc is None


def test_the_command_line_tells_each_cause_once() -> None:
    lines = run_lines(RUN)
    assert [line for line in lines if line.startswith(("FAILED", "ERRORED"))] == ["FAILED  x set to null", "ERRORED  n3"]
    assert "  check    no_server_error (major, WFC 100)" in lines
    assert "  same cause at 1 other place: PUT /b (y_null)" in lines
    assert lines[-1].startswith("failed: 1 passed, 2 failed, 1 errored")
    document = run_document(RUN)
    assert [group["count"] for group in document["failures"]] == [2, 1]  # type: ignore[attr-defined]


def test_that_the_baseline_is_written_is_told_with_its_place() -> None:
    known = replace(FIRST, kind=OutcomeKind.SKIPPED, known=("POST /a fails no_server_error",))
    result = replace(RUN, status=RunStatus.PASSED, outcomes=(known,))
    assert written_line("b.json", result) == "baseline    b.json is written: it holds the 1 failure of this run"
    assert (is_judged(result), is_judged(replace(result, status=RunStatus.BROKEN))) == (True, False)


def test_the_rule_and_the_timings_are_shown_and_what_is_mended() -> None:
    timed = replace(PASSED, timings=("GET /a: p50 1.0 ms",))
    result = replace(RUN, outcomes=(replace(FIRST, rule="x longer than 3 breaks `maxLength`. (#/x)"), timed))
    lines = run_lines(result, ["mended: POST /a fails rejected"])
    assert "  rule     x longer than 3 breaks `maxLength`. (#/x)" in lines
    assert "timing: GET /a: p50 1.0 ms" in lines
    assert "mended: POST /a fails rejected" in lines
    first, second = run_document(result)["outcomes"]  # type: ignore[misc]
    assert (first["rule"], second["timings"]) == ("x longer than 3 breaks `maxLength`. (#/x)", ["GET /a: p50 1.0 ms"])


def entry(outcome: Outcome, case: str, cause: str = "500 {error} to type: null") -> Outcome:
    said = {"operation": "POST /a", "check": "no_server_error", "cause": cause, "cases": ["what a stranger says"]}
    return replace(outcome, case_id=case, entry=json.dumps(said))


def test_each_cause_shows_what_a_baseline_takes_and_the_case_that_an_override_names() -> None:
    lines = run_lines(RunResult(RunStatus.FAILED, (entry(FIRST, "POST /a :: x_null"), entry(SAME, "PUT /b :: y_null")), 1.0))
    assert "  case     POST /a :: x_null" in lines
    (told,) = [line for line in lines if line.startswith("  accept   ")]
    assert json.loads(told.removeprefix("  accept   ")) == {
        "operation": "POST /a",
        "check": "no_server_error",
        "cause": "500 {error} to type: null",
        "count": 2,
        "cases": ["POST /a :: x_null", "PUT /b :: y_null"],
    }


@pytest.mark.parametrize("text", ["", "{", "3", "[]", '{"operation": "a"}', "[" * 5000])
def test_what_is_no_entry_is_not_shown(text: str) -> None:
    assert entries_of([replace(FIRST, entry=text)]) == []


def test_many_entries_are_counted() -> None:
    many = tuple(entry(FIRST, f"c{number}", f"{number}") for number in range(7))
    lines = run_lines(RunResult(RunStatus.FAILED, many, 1.0))
    assert "           ... 4 more with --json, or all with --write-baseline FILE" in lines
