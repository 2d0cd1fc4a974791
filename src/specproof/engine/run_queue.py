"""Runs that a person asked for: one after another in the background. Their rows tell how far they are, also after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from specproof.domain.repositories import UnitOfWorkFactory

log = structlog.get_logger(__name__)

ABANDONED = "the service stopped before the run had finished; start it again"


class RunQueue:
    """``execute`` carries out the stored run of that id and never raises for a failing one; ``concurrency`` runs go on at once."""

    def __init__(self, *, execute: Callable[[str], Awaitable[None]], work: UnitOfWorkFactory, concurrency: int = 1) -> None:
        self._execute = execute
        self._work = work
        self._free = asyncio.Semaphore(concurrency)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Call an unfinished run of an earlier process broken: nothing works on it any more. Raises ``DatabaseUnavailableError``."""
        async with self._work() as uow:
            abandoned = await uow.runs.abandon_unfinished(ABANDONED)
            await uow.commit()
        if abandoned:
            log.warning("Unfinished runs of an earlier process are given up", runs=abandoned)

    def submit(self, run_id: str) -> None:
        """Carry out the stored run as soon as its turn comes."""
        task = asyncio.create_task(self._turn(run_id), name=f"run-{run_id}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def join(self) -> None:
        """Until all submitted runs have ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """End running runs and drop waiting ones; the next start gives them up."""
        for task in self._tasks:
            task.cancel()
        await self.join()

    async def _turn(self, run_id: str) -> None:
        async with self._free:
            await self._execute(run_id)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("A run ended by a defect of ours", task=task.get_name(), exc_info=error)
