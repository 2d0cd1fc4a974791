"""The embedded engine: works on jobs inside the process that receives them.

It is woken by a signal, and looks by itself every half second in case another process has written something. It outlives an outage of the
database, and a stop lets running work finish, or hands it back without charging an attempt.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import structlog

from specproof.domain.ports import Clock, WorkSignal
from specproof.domain.repositories import UnitOfWorkFactory
from specproof.errors import DatabaseUnavailableError

log = structlog.get_logger(__name__)

Step = Callable[[], Awaitable[bool]]
"""Claim one job and see it through; False if there was none. Cancelling it hands the job back. Raises ``DatabaseUnavailableError``."""


@dataclass(frozen=True, slots=True)
class EnginePolicy:
    """How the engine works; times in seconds. ``stop_seconds`` is how long a stop waits for running work."""

    name: str = "embedded"
    concurrency: int = 1
    poll_seconds: float = 0.5
    beat_seconds: float = 5.0
    stop_seconds: float = 20.0
    outage_initial_seconds: float = 0.5
    outage_max_seconds: float = 10.0
    max_attempts: int = 3


class EmbeddedEngine:
    """Start it once, stop it once. ``lock`` is held while it works: on SQLite it refuses a second engine."""

    def __init__(
        self,
        *,
        step: Step,
        work: UnitOfWorkFactory,
        signal: WorkSignal,
        clock: Clock,
        lock: AbstractAsyncContextManager[None],
        policy: EnginePolicy = EnginePolicy(),
    ) -> None:
        self._step = step
        self._work = work
        self._signal = signal
        self._clock = clock
        self._lock = lock
        self._policy = policy
        self._stopping = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []
        self._upkeep: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the lock and begin. Raises ``EngineTakenError`` if another engine works on this database."""
        await self._lock.__aenter__()
        self._upkeep = asyncio.create_task(self._keep_up(), name="engine-upkeep")
        self._workers = [
            asyncio.create_task(self._work_on(), name=f"engine-worker-{number}") for number in range(self._policy.concurrency)
        ]
        for worker in self._workers:
            worker.add_done_callback(_told_of_death)
        log.info("Engine started", engine=self._policy.name, concurrency=self._policy.concurrency)

    async def stop(self) -> None:
        """Begin nothing new, wait for running work, then hand back what is not finished. Does nothing if it was never started."""
        if self._upkeep is None:
            return
        self._stopping.set()
        _, unfinished = await asyncio.wait(self._workers, timeout=self._policy.stop_seconds)
        for worker in unfinished:
            worker.cancel()
        self._upkeep.cancel()
        results = await asyncio.gather(*self._workers, self._upkeep, return_exceptions=True)
        self._upkeep = None
        await self._lock.__aexit__(None, None, None)
        log.info("Engine stopped", engine=self._policy.name, handed_back=len(unfinished))
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def wait(self) -> None:
        """Until the engine ends by itself, which it does only through a defect: that is raised."""
        await asyncio.gather(*self._workers)

    async def _work_on(self) -> None:
        wakes = self._signal.waits()
        pause = self._policy.outage_initial_seconds
        while not self._stopping.is_set():
            try:
                has_worked = await self._step()
            except DatabaseUnavailableError as error:
                log.warning("The engine waits for the database", reason=error.message, seconds=pause)
                await self._sleep(pause)
                pause = min(2 * pause, self._policy.outage_max_seconds)
                continue
            pause = self._policy.outage_initial_seconds
            if not has_worked:
                await self._until_work(wakes)

    async def _until_work(self, wakes: AsyncIterator[None]) -> None:
        """Until the signal, the next look, or the stop: whichever is first."""
        await _first_of(_next(wakes), self._clock.sleep(self._policy.poll_seconds), self._stopping.wait())

    async def _sleep(self, seconds: float) -> None:
        await _first_of(self._clock.sleep(seconds), self._stopping.wait())

    async def _keep_up(self) -> None:
        """Show that the engine lives, and take up what dead workers have left."""
        while not any(worker.done() for worker in self._workers):  # a dead engine must not look alive
            try:
                await self._beat()
            except DatabaseUnavailableError as error:
                log.warning("No sign of life could be written", reason=error.message)
            await self._clock.sleep(self._policy.beat_seconds)

    async def _beat(self) -> None:
        async with self._work() as uow:
            await uow.engines.beat(self._policy.name)
            expired = await uow.events.expire_leases(self._policy.max_attempts)
            await uow.commit()
        if expired:
            log.warning("Leases of lost workers have run out", events=expired)
            self._signal.wake()


def _told_of_death(worker: asyncio.Task[None]) -> None:
    error = None if worker.cancelled() else worker.exception()
    if error is not None:
        log.critical("The engine's worker ended by a defect of ours", exc_info=error)


async def _next(wakes: AsyncIterator[None]) -> None:
    await anext(wakes)


async def _first_of(*awaitables: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
