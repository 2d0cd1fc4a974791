"""Breaker states in the database, each step in a unit of work of its own, so that all processes see it at once."""

from __future__ import annotations

from specproof.domain.repositories import BreakerRecord, UnitOfWorkFactory
from specproof.resilience.circuit_breaker import BreakerSnapshot, BreakerState


class DatabaseBreakerStore:
    """A :class:`~specproof.resilience.circuit_breaker.BreakerStore` over the unit of work."""

    def __init__(self, work: UnitOfWorkFactory) -> None:
        self._work = work

    async def load(self, name: str) -> BreakerSnapshot:
        """The state; a closed one if none is stored."""
        async with self._work() as uow:
            return _snapshot(await uow.breakers.get(name))

    async def record_success(self, name: str) -> None:
        """Any state -> closed, no failures."""
        async with self._work() as uow:
            await uow.breakers.record_success(name)
            await uow.commit()

    async def record_failure(self, name: str, threshold: int) -> BreakerSnapshot:
        """One more failure; opens at ``threshold``, and at once from half-open."""
        async with self._work() as uow:
            record = await uow.breakers.record_failure(name, threshold)
            await uow.commit()
        return _snapshot(record)

    async def try_probe(self, name: str, recovery_seconds: float) -> bool:
        """True for exactly one caller once the recovery time has passed."""
        async with self._work() as uow:
            is_probe = await uow.breakers.try_probe(name, recovery_seconds)
            await uow.commit()
        return is_probe


def _snapshot(record: BreakerRecord) -> BreakerSnapshot:
    return BreakerSnapshot(BreakerState(record.state), record.failures, record.opened_seconds_ago)
