"""Which failures are tried again, how often, and after how long.

:class:`RetryPolicy` only computes: jobs use it for their ``run_at``, calls out use it through :func:`call_with_retry`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from specproof.errors import CircuitOpenError, TransientError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """At most ``max_attempts`` tries; waits grow from ``initial_seconds`` by ``multiplier`` up to ``max_seconds``.

    ``jitter`` (0 to 1) is the part of a wait that chance may take away, so that many waiting callers do not come back at once.
    """

    max_attempts: int = 3
    initial_seconds: float = 1.0
    max_seconds: float = 60.0
    multiplier: float = 2.0
    jitter: float = 0.0

    def __post_init__(self) -> None:
        if self.max_attempts < 1 or self.multiplier < 1 or not 0 <= self.jitter <= 1:
            raise ValueError("a retry policy needs max_attempts >= 1, multiplier >= 1 and jitter from 0 to 1")
        if self.initial_seconds < 0 or self.max_seconds < 0:
            raise ValueError("a retry policy cannot wait for less than 0 seconds")

    def allows_another(self, failed_attempts: int) -> bool:
        """Whether there may be another try after so many failed ones."""
        return failed_attempts < self.max_attempts

    def delay_seconds(self, failed_attempts: int, *, chance: float = 0.0, asked_seconds: float | None = None) -> float:
        """How long to wait after ``failed_attempts`` (1 or more) failures in a row.

        ``chance`` (0 to 1) is the caller's random number for the jitter. ``asked_seconds`` is what the other side asked for
        (``Retry-After``): the wait is at least that long, but never longer than ``max_seconds``.
        """
        try:
            grown = self.initial_seconds * self.multiplier ** (failed_attempts - 1)
        except OverflowError:
            grown = self.max_seconds if self.initial_seconds else 0.0
        wait = min(grown, self.max_seconds) * (1 - self.jitter * chance)
        return min(max(wait, asked_seconds or 0.0), self.max_seconds)


@dataclass(frozen=True, slots=True)
class RetryNotice:
    """Told before each wait: the attempt that failed (from 1), what it raised, and how long the wait is."""

    attempt: int
    error: BaseException
    delay_seconds: float


def is_retried_at_once(error: BaseException) -> bool:
    """Transient errors, save an open circuit: that one outlasts any wait that a call can afford."""
    return isinstance(error, TransientError) and not isinstance(error, CircuitOpenError)


async def call_with_retry(
    operation: Callable[[], Awaitable[T]],
    *,
    policy: RetryPolicy,
    sleep: Callable[[float], Awaitable[None]],
    is_transient: Callable[[BaseException], bool] = is_retried_at_once,
    chance: Callable[[], float] = lambda: 0.0,
    on_retry: Callable[[RetryNotice], None] | None = None,
) -> T:
    """What ``operation`` returns, tried again after transient errors as ``policy`` says; the last error comes out unchanged."""

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_seconds if isinstance(error, TransientError) else None
        return policy.delay_seconds(state.attempt_number, chance=chance(), asked_seconds=asked)

    def tell(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if on_retry is not None and error is not None and state.next_action is not None:
            on_retry(RetryNotice(state.attempt_number, error, state.next_action.sleep))

    async def attempt() -> T:
        # tenacity awaits coroutine functions only: a lambda that returns an awaitable would come out unawaited.
        return await operation()

    retrying = tenacity.AsyncRetrying(
        sleep=sleep,
        stop=tenacity.stop_after_attempt(policy.max_attempts),
        wait=wait,
        retry=tenacity.retry_if_exception(is_transient),
        before_sleep=tell,
        reraise=True,
    )
    return await retrying(attempt)
