"""The verdict over a run, from the lines and the exit code."""

from __future__ import annotations

import json

import pytest

from specproof.domain.runs import RunStatus
from specproof.execution.progress import RunProgress, verdict
from specproof.execution.redaction import Redactor

PASSED = {"type": "outcome", "node_id": "t::a", "kind": "passed"}
FAILED = {"type": "outcome", "node_id": "t::b", "kind": "failed", "message": "topsecret"}
BROKEN = RunStatus.BROKEN


def told(*lines: dict[str, object], max_outcomes: int = 10) -> RunProgress:
    progress = RunProgress(Redactor(["topsecret"]), max_outcomes)
    for line in lines:
        list(progress.feed(json.dumps(line).encode() + b"\n"))
    return progress


def collected(total: int) -> dict[str, object]:
    return {"type": "collected", "total": total}


def finished(exit_code: int) -> dict[str, object]:
    return {"type": "finished", "exit_code": exit_code}


@pytest.mark.parametrize(
    ("lines", "exit_code", "status", "message"),
    [
        ([collected(1), PASSED, finished(0)], 0, RunStatus.PASSED, ""),
        (
            [collected(1), {**PASSED, "kind": "skipped"}, finished(0)],
            0,
            BROKEN,
            "every test was skipped: nothing was checked",
        ),
        (
            [collected(1), {**FAILED, "actual": "the API at http://x did not answer: refused"}, finished(1)],
            1,
            BROKEN,
            "the API did not answer: is it running, and is that its address?",
        ),
        ([collected(2), PASSED, FAILED, finished(1)], 1, RunStatus.FAILED, ""),
        # A conftest that turns red into green does not get away with it.
        ([collected(2), PASSED, FAILED, finished(0)], 0, RunStatus.FAILED, ""),
        # What is known was checked.
        ([collected(1), {**PASSED, "kind": "skipped", "known": ["GET / fails rejected"]}, finished(0)], 0, RunStatus.PASSED, ""),
        ([collected(2), PASSED, finished(0)], 0, BROKEN, "only 1 of 2 outcomes arrived"),
        ([collected(1), PASSED], 0, BROKEN, "the process ended (code 0) before pytest was done"),
        ([collected(1), PASSED, finished(0)], 1, BROKEN, "the process ended (code 1) before pytest was done"),
        (
            [collected(1), {"type": "started", "node_id": "t::a"}],
            137,
            BROKEN,
            "it was killed (signal 9): out of memory?, during t::a",
        ),
        ([], 139, BROKEN, "it was killed by signal 11"),
        ([], -9, BROKEN, "the supervising process was killed"),
        ([], 4, BROKEN, "pytest did not understand how it was called; is this the folder of a suite?"),
        ([collected(0), finished(5)], 5, BROKEN, "no tests were found"),
        ([collected(3), finished(2)], 2, BROKEN, "pytest was interrupted"),
        ([finished(3)], 3, BROKEN, "pytest failed inside"),
        ([collected(1), PASSED, finished(77)], 77, BROKEN, "pytest ended with code 77"),
        (
            [{"type": "collect_error", "node_id": "t.py", "message": "E  a\nE  SyntaxError: x\n"}, collected(0), finished(2)],
            2,
            BROKEN,
            "1 modules could not be collected; t.py: E  SyntaxError: x",
        ),
    ],
)
def test_the_verdict_needs_all_outcomes_and_an_end_in_good_order(
    lines: list[dict[str, object]], exit_code: int, status: RunStatus, message: str
) -> None:
    assert verdict(told(*lines), exit_code) == (status, message)


def test_a_run_that_we_ended_says_why_and_where() -> None:
    progress = told(collected(2), {"type": "started", "node_id": "t::a"})
    progress.end_reason = "it printed too much"
    assert verdict(progress, 143) == (RunStatus.BROKEN, "it printed too much, during t::a")

    progress.is_timed_out = True
    assert verdict(progress, 143)[0] is RunStatus.TIMED_OUT


def test_one_outcome_per_test_counts_and_secrets_are_gone() -> None:
    progress = told(FAILED, {**FAILED, "kind": "passed"}, collected(1), finished(1))

    assert [(outcome.kind.value, outcome.message) for outcome in progress.outcomes] == [("failed", "***")]
    assert verdict(progress, 1) == (RunStatus.FAILED, "(1 result lines could not be read)")


def test_outcomes_and_collect_errors_are_bounded() -> None:
    many = [{**PASSED, "node_id": f"t::{number}"} for number in range(20)]
    errors = [{"type": "collect_error", "node_id": f"{number}.py", "message": "m"} for number in range(50)]

    progress = told(*many, *errors, max_outcomes=10)

    assert (len(progress.outcomes), len(progress.collect_errors), progress.unreadable_lines) == (10, 20, 40)
