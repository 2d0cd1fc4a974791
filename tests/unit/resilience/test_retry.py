"""Which failures are tried again, how often, and after how long."""

from __future__ import annotations

from functools import partial

import pytest

from fakes import FakeClock
from specproof.errors import CircuitOpenError, FetchRefusedError, FetchUnavailableError
from specproof.resilience.retry import RetryNotice, RetryPolicy, call_with_retry


class Flaky:
    """Raises what it is given, one after another, and then returns."""

    def __init__(self, *errors: BaseException) -> None:
        self._errors = list(errors)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self._errors:
            raise self._errors.pop(0)
        return "done"


async def test_a_transient_failure_is_tried_again_with_growing_waits() -> None:
    clock = FakeClock()
    flaky = Flaky(FetchUnavailableError("one"), FetchUnavailableError("two"))

    result = await call_with_retry(flaky, policy=RetryPolicy(), sleep=clock.sleep)

    assert (result, flaky.calls, clock.sleeps) == ("done", 3, [1.0, 2.0])


async def test_a_plain_callable_that_returns_an_awaitable_is_awaited() -> None:
    flaky = Flaky(FetchUnavailableError("one"))

    result = await call_with_retry(partial(flaky), policy=RetryPolicy(), sleep=FakeClock().sleep)

    assert result == "done"


async def test_the_last_error_comes_out_unchanged() -> None:
    last = FetchUnavailableError("three")
    flaky = Flaky(FetchUnavailableError("one"), FetchUnavailableError("two"), last)

    with pytest.raises(FetchUnavailableError) as caught:
        await call_with_retry(flaky, policy=RetryPolicy(max_attempts=3), sleep=FakeClock().sleep)

    assert caught.value is last
    assert flaky.calls == 3


@pytest.mark.parametrize("error", [FetchRefusedError("no"), CircuitOpenError("open"), ValueError("a defect")])
async def test_what_cannot_pass_soon_is_tried_once(error: Exception) -> None:
    clock = FakeClock()
    flaky = Flaky(error)

    with pytest.raises(type(error)):
        await call_with_retry(flaky, policy=RetryPolicy(), sleep=clock.sleep)

    assert (flaky.calls, clock.sleeps) == (1, [])


async def test_a_wait_that_the_other_side_asks_for_is_honoured_up_to_the_limit() -> None:
    clock = FakeClock()
    flaky = Flaky(FetchUnavailableError("a", retry_after_seconds=7), FetchUnavailableError("b", retry_after_seconds=3600))

    await call_with_retry(flaky, policy=RetryPolicy(), sleep=clock.sleep)

    assert clock.sleeps == [7, 60.0]


async def test_each_wait_is_told_with_its_attempt_and_error() -> None:
    notices: list[RetryNotice] = []
    error = FetchUnavailableError("one")

    await call_with_retry(Flaky(error), policy=RetryPolicy(), sleep=FakeClock().sleep, on_retry=notices.append)

    assert notices == [RetryNotice(attempt=1, error=error, delay_seconds=1.0)]


async def test_chance_shortens_a_wait_by_the_jitter() -> None:
    clock = FakeClock()

    await call_with_retry(
        Flaky(FetchUnavailableError("one")), policy=RetryPolicy(jitter=0.5), sleep=clock.sleep, chance=lambda: 1.0
    )

    assert clock.sleeps == [0.5]


async def test_who_calls_can_say_what_is_transient() -> None:
    flaky = Flaky(OSError("busy"))

    result = await call_with_retry(
        flaky, policy=RetryPolicy(), sleep=FakeClock().sleep, is_transient=lambda error: isinstance(error, OSError)
    )

    assert (result, flaky.calls) == ("done", 2)


@pytest.mark.parametrize(
    "wrong",
    [{"max_attempts": 0}, {"multiplier": 0.5}, {"jitter": 1.5}, {"initial_seconds": -1.0}, {"max_seconds": -1.0}],
)
def test_an_impossible_policy_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="retry policy"):
        RetryPolicy(**wrong)  # type: ignore[arg-type]


def test_a_policy_allows_exactly_its_attempts() -> None:
    policy = RetryPolicy(max_attempts=3)

    assert [policy.allows_another(failed) for failed in (0, 1, 2, 3, 4)] == [True, True, True, False, False]
