"""What holds for every retry policy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specproof.resilience.retry import RetryPolicy

seconds = st.floats(0, 1e6)
policies = st.builds(
    RetryPolicy,
    max_attempts=st.integers(1, 50),
    initial_seconds=seconds,
    max_seconds=seconds,
    multiplier=st.floats(1, 1e6),
    jitter=st.floats(0, 1),
)
attempts = st.integers(1, 10_000)
chances = st.floats(0, 1)


@given(policies, attempts, chances, st.none() | seconds)
def test_a_wait_is_never_negative_and_never_over_the_limit(
    policy: RetryPolicy, failed: int, chance: float, asked: float | None
) -> None:
    assert 0 <= policy.delay_seconds(failed, chance=chance, asked_seconds=asked) <= policy.max_seconds


@given(policies, attempts, chances)
def test_waits_never_shrink_from_one_failure_to_the_next(policy: RetryPolicy, failed: int, chance: float) -> None:
    assert policy.delay_seconds(failed, chance=chance) <= policy.delay_seconds(failed + 1, chance=chance)


@given(policies, attempts, chances)
def test_jitter_takes_away_no_more_than_its_part(policy: RetryPolicy, failed: int, chance: float) -> None:
    full = policy.delay_seconds(failed)

    assert full * (1 - policy.jitter) <= policy.delay_seconds(failed, chance=chance) * (1 + 1e-9) <= full * (1 + 2e-9)


@given(policies, attempts, st.floats(0, 1e6))
def test_a_wait_is_at_least_what_was_asked_for_within_the_limit(policy: RetryPolicy, failed: int, asked: float) -> None:
    assert policy.delay_seconds(failed, asked_seconds=asked) >= min(asked, policy.max_seconds)
