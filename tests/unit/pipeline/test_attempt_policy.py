"""What becomes of a failed attempt."""

from __future__ import annotations

import pytest

from specproof.errors import CircuitOpenError, FetchRefusedError, FetchUnavailableError, SpecUnreadableError
from specproof.pipeline.attempt_policy import AttemptPolicy, Bury, RetryLater, failure_of

POLICY = AttemptPolicy(max_attempts=3, initial_seconds=1, max_seconds=60)


def test_transient_errors_are_tried_again_after_doubled_waits() -> None:
    policy = AttemptPolicy(max_attempts=9, initial_seconds=1, max_seconds=60)
    delays = [policy.decide(FetchUnavailableError("no answer"), attempt) for attempt in range(1, 9)]
    assert delays == [RetryLater(seconds) for seconds in (1, 2, 4, 8, 16, 32, 60, 60)]


@pytest.mark.parametrize("attempt", [3, 4])
def test_the_last_attempt_is_the_last(attempt: int) -> None:
    assert POLICY.decide(CircuitOpenError("open"), attempt) == Bury()


@pytest.mark.parametrize("error", [FetchRefusedError("401"), SpecUnreadableError("no JSON")])
def test_permanent_errors_are_not_tried_again(error: Exception) -> None:
    assert POLICY.decide(error, 1) == Bury()  # type: ignore[arg-type]


def test_jitter_takes_a_drawn_part_off_the_wait() -> None:
    policy = AttemptPolicy(initial_seconds=10, jitter=0.5)
    error = FetchUnavailableError("no answer")
    assert policy.decide(error, 1, drawn=0.0) == RetryLater(5)
    assert policy.decide(error, 1, drawn=1.0) == RetryLater(10)


def test_a_failure_says_what_where_when_and_what_to_do() -> None:
    failure = failure_of(FetchRefusedError("401", at="https://api", hint="new token"), "fetching")
    assert (failure.code, failure.message, failure.at) == ("fetch.refused", "401", "https://api")
    assert (failure.hint, failure.stage) == ("new token", "fetching")
