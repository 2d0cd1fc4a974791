"""Waiting between attempts, for any policy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specproof.errors import FetchUnavailableError
from specproof.pipeline.attempt_policy import AttemptPolicy, Bury, RetryLater

seconds = st.floats(min_value=0, max_value=1e6, allow_nan=False)
policies = st.builds(
    AttemptPolicy,
    max_attempts=st.integers(1, 50),
    initial_seconds=seconds,
    max_seconds=seconds,
    jitter=st.floats(0, 1),
)


@given(policies, st.integers(1, 100_000))
def test_waits_never_shrink_and_never_exceed_the_cap(policy: AttemptPolicy, attempt: int) -> None:
    assert policy.delay(attempt) <= policy.delay(attempt + 1) <= policy.max_seconds


@given(policies, st.integers(1, 100), st.floats(0, 1))
def test_a_retry_waits_between_nothing_and_the_whole_delay(policy: AttemptPolicy, attempt: int, drawn: float) -> None:
    decision = policy.decide(FetchUnavailableError("no answer"), attempt, drawn=drawn)
    if attempt >= policy.max_attempts:
        assert decision == Bury()
    else:
        assert isinstance(decision, RetryLater)
        assert 0 <= decision.delay_seconds <= policy.delay(attempt)
