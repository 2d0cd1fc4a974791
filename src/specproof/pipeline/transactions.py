"""Transactions that outlast an outage: what an attempt has achieved is not lost because the database is away for a minute."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from specproof.domain.ports import Clock
from specproof.domain.repositories import UnitOfWork, UnitOfWorkFactory
from specproof.errors import DatabaseUnavailableError

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OutagePolicy:
    """How long to wait before the next try while the database is away; doubled each time. In seconds."""

    initial_seconds: float = 0.25
    max_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Transactions:
    """Runs a function in a transaction of its own, again and again until the database has taken it.

    There is no last try: the fence tells whether the job is still ours once the database is back. Cancelling ends the waiting.
    """

    work: UnitOfWorkFactory
    clock: Clock
    policy: OutagePolicy = OutagePolicy()

    async def run(self, write: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """What ``write`` returned, after the commit. ``write`` may be called several times and must not hold on to anything."""
        pause = self.policy.initial_seconds
        while True:
            try:
                async with self.work() as uow:
                    result = await write(uow)
                    await uow.commit()
            except DatabaseUnavailableError as error:
                log.warning("Waiting for the database", reason=error.message, seconds=pause)
                await self.clock.sleep(pause)
                pause = min(2 * pause, self.policy.max_seconds)
            else:
                return result
