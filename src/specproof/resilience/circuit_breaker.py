"""A circuit breaker whose state lives in a store, so that all processes share it.

::

    CLOSED --failures in a row >= threshold--> OPEN --recovery time, one caller--> HALF_OPEN --success--> CLOSED
                                                ^------------------failure---------------'

Only transient failures count: a refusal (4xx) is an answer, so the target is alive.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from specproof.errors import AddressBlockedError, CircuitOpenError, SpecProofError, TransientError

T = TypeVar("T")


class BreakerState(StrEnum):
    """Whether calls are let through (closed), refused (open), or one is trying (half-open)."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """``failure_threshold`` failures in a row open the breaker; after ``recovery_seconds`` one call may probe."""

    failure_threshold: int = 5
    recovery_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class BreakerSnapshot:
    """What the store knows of one breaker. ``opened_seconds_ago`` is None unless it is open or half-open."""

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    opened_seconds_ago: float | None = None


class BreakerStore(Protocol):
    """Where breaker states live; each method is atomic and durable when it returns."""

    async def load(self, name: str) -> BreakerSnapshot:
        """The state; a closed one if none is stored."""

    async def record_success(self, name: str) -> None:
        """Any state -> closed, no failures."""

    async def record_failure(self, name: str, threshold: int) -> BreakerSnapshot:
        """One more failure; opens at ``threshold``, and at once from half-open."""

    async def try_probe(self, name: str, recovery_seconds: float) -> bool:
        """True for exactly one caller once the recovery time has passed."""


class CircuitBreaker:
    """Guards the calls to one target, named ``name``."""

    def __init__(self, name: str, *, store: BreakerStore, policy: BreakerPolicy | None = None) -> None:
        self.name = name
        self._store = store
        self._policy = policy or BreakerPolicy()

    async def call(self, operation: Callable[[], Awaitable[T]]) -> T:
        """What ``operation`` returns. Raises ``CircuitOpenError`` without calling it while the circuit is open."""
        before = await self._store.load(self.name)
        if before.state is not BreakerState.CLOSED and not await self._store.try_probe(self.name, self._policy.recovery_seconds):
            raise self._open(before)
        try:
            result = await operation()
        except TransientError:
            await self._store.record_failure(self.name, self._policy.failure_threshold)
            raise
        except AddressBlockedError:
            # Nothing was dialled: that says nothing about the target.
            raise
        except SpecProofError:
            await self._succeeded(before)
            raise
        await self._succeeded(before)
        return result

    async def _succeeded(self, before: BreakerSnapshot) -> None:
        # A breaker that was clean stays unwritten: a healthy target costs one read per call.
        if before.state is not BreakerState.CLOSED or before.failures:
            await self._store.record_success(self.name)

    def _open(self, snapshot: BreakerSnapshot) -> CircuitOpenError:
        remaining = max(0.0, self._policy.recovery_seconds - (snapshot.opened_seconds_ago or 0.0))
        return CircuitOpenError(
            f"{self.name} failed {snapshot.failures} times in a row; no call is made now",
            at=self.name,
            hint=f"One probing call is let through in about {remaining:.0f} s.",
            retry_after_seconds=remaining,
        )
