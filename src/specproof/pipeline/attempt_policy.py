"""What becomes of a job whose attempt failed: decided here, carried out by the worker."""

from __future__ import annotations

from dataclasses import dataclass

from specproof.domain.events import Failure
from specproof.errors import SpecProofError, TransientError


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Try again after ``delay_seconds``."""

    delay_seconds: float


@dataclass(frozen=True, slots=True)
class Bury:
    """Do not try again by itself: a dead letter."""


Decision = RetryLater | Bury


@dataclass(frozen=True, slots=True)
class AttemptPolicy:
    """Exponential waiting between attempts; times in seconds.

    ``jitter`` is the part of each wait that is drawn (0 none, 1 all of it): many jobs that failed together do not come back together.
    """

    max_attempts: int = 3
    initial_seconds: float = 1.0
    max_seconds: float = 60.0
    jitter: float = 0.0

    def decide(self, error: SpecProofError, attempt: int, *, drawn: float = 1.0) -> Decision:
        """What to do after the ``attempt``-th attempt (from 1) ended in ``error``. Only transient errors are tried again.

        ``drawn`` is a random number from 0 to 1.
        """
        if not isinstance(error, TransientError) or attempt >= self.max_attempts:
            return Bury()
        return RetryLater(self.delay(attempt) * (1 - self.jitter * (1 - drawn)))

    def delay(self, attempt: int) -> float:
        """The longest wait after the ``attempt``-th attempt: doubled each time, never over ``max_seconds``."""
        exponent = min(max(attempt - 1, 0), 1000)
        return min(self.initial_seconds * 2.0**exponent, self.max_seconds)


def failure_of(error: SpecProofError, stage: str) -> Failure:
    """The analysed part of a dead letter: what happened, where, in which stage, and what to do."""
    return Failure(code=error.code, message=error.message, stage=stage, hint=error.hint, at=error.at)
