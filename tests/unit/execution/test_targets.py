"""A run whose target is not there, or is not the API."""

from __future__ import annotations

import json

from specproof.cli.run_reports import run_lines
from specproof.domain.runs import RunResult, RunStatus
from specproof.execution.progress import RunProgress, verdict
from specproof.execution.redaction import Redactor

STRANGE = (
    "the target does not look like this API: all 2 operations that were asked answered 404 text/html; is the base URL right?"
)
HANGING = "the API answered no request in time: is it running, and is that its address?"


def outcome(name: str, kind: str = "failed", **fields: str) -> dict[str, object]:
    return {"type": "outcome", "node_id": f"t::{name}", "kind": kind, "operation": f"GET /{name}", **fields}


def garbage(name: str, kind: str = "failed") -> dict[str, object]:
    return outcome(
        name, kind, unrecognised=f"GET /{name}: 404 text/html", actual="404 Not Found, text/html", check="status_expected"
    )


def run_of(*outcomes: dict[str, object], ends: bool = True) -> tuple[RunProgress, tuple[RunStatus, str]]:
    progress = RunProgress(Redactor([]), 100)
    lines = [{"type": "collected", "total": len(outcomes)}, *outcomes, *([{"type": "finished", "exit_code": 1}] if ends else [])]
    for line in lines:
        list(progress.feed(json.dumps(line).encode() + b"\n"))
    return progress, verdict(progress, 1)


def test_a_run_against_something_else_is_broken() -> None:
    assert run_of(garbage("a"), garbage("b", "passed"), outcome("c", "skipped"))[1] == (RunStatus.BROKEN, STRANGE)


def test_a_run_in_which_one_answer_came_from_the_api_has_failed() -> None:
    assert run_of(garbage("a"), garbage("b"), outcome("c", "passed"))[1] == (RunStatus.FAILED, "")


def test_a_run_against_a_target_that_hangs_is_broken() -> None:
    late = outcome("a", actual="no answer within 30 seconds; a plain GET of the base address is not answered afterwards either")
    unasked = outcome("b", "skipped", message="the API at http://x did not answer the last 3 requests")
    assert run_of(late, unasked)[1] == (RunStatus.BROKEN, HANGING)
    assert run_of(late, unasked, outcome("c", "passed"))[1] == (RunStatus.FAILED, "")


def test_a_run_all_of_whose_controls_were_silent_is_broken_for_that_reason() -> None:
    late = "the control failed no_server_error: POST /a: no answer within 30 seconds"
    gone = "the API at http://x did not answer the last 3 requests"
    assert run_of(outcome("a", "skipped", message=late), outcome("b", "skipped", message=gone))[1] == (RunStatus.BROKEN, HANGING)
    answered = outcome("c", "skipped", message="the control request was refused: POST /c answered 422 Unprocessable Entity")
    assert "skipped" in run_of(outcome("a", "skipped", message=late), answered)[1][1]


def test_a_run_that_was_ended_while_its_target_hung_says_so() -> None:
    progress, _ = run_of(outcome("a", "skipped", message="the control failed: no answer within 30 seconds"), ends=False)
    progress.end_reason, progress.is_timed_out = "the time limit of 90 s was reached", True
    assert verdict(progress, 143) == (RunStatus.TIMED_OUT, f"the time limit of 90 s was reached; {HANGING}")


def test_what_makes_the_failures_meaningless_is_read_before_them() -> None:
    progress, (status, message) = run_of(garbage("a"), garbage("b"))
    lines = run_lines(RunResult(status, tuple(progress.outcomes), 1.0, message, log_tail="a long tail"))
    assert lines[0] == f"broken: {STRANGE}"
    assert lines[-1] == STRANGE
    assert any(line.startswith("FAILED  GET /a") for line in lines)


def test_a_run_that_broke_otherwise_shows_the_last_of_its_output() -> None:
    result = RunResult(RunStatus.BROKEN, (), 1.0, "it was killed (signal 9)", log_tail="the tail")
    assert [line for line in run_lines(result) if line in ("the tail", "it was killed (signal 9)")] == [
        result.message,
        "the tail",
    ]
