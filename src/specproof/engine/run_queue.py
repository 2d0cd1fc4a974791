"""Runs that a person asked for: one after another in the background. Their rows tell how far they are, also after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

import structlog

from specproof.domain.repositories import UnitOfWorkFactory
from specproof.domain.runs import RunResult, RunStatus
from specproof.errors import SpecProofError

log = structlog.get_logger(__name__)

ABANDONED = "the service stopped before the run had finished; start it again"
DEFECT = "the run ended by a defect of ours; the service's log has the details under this run's id"


class RunQueue:
    """``execute`` carries out the stored run of that id and never raises for a failing one; ``concurrency`` runs go on at once."""

    def __init__(self, *, execute: Callable[[str], Awaitable[None]], work: UnitOfWorkFactory, concurrency: int = 1) -> None:
        self._execute = execute
        self._work = work
        self._free = asyncio.Semaphore(concurrency)
        self._tasks: dict[asyncio.Task[None], str] = {}

    async def start(self) -> None:
        """Call an unfinished run of an earlier process broken: nothing works on it any more. Raises ``DatabaseUnavailableError``."""
        async with self._work() as uow:
            abandoned = await uow.runs.abandon_unfinished(ABANDONED)
            await uow.commit()
        if abandoned:
            log.warning("Unfinished runs of an earlier process are given up", runs=abandoned)

    def submit(self, run_id: str) -> None:
        """Carry out the stored run as soon as its turn comes."""
        self._begin(self._turn(run_id), run_id)

    async def join(self) -> None:
        """Until all submitted runs have ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            # From Python 3.12 on, gathering what is done does not yield: the callbacks that empty the set would never run.
            await asyncio.sleep(0)

    async def stop(self) -> None:
        """End running runs and drop waiting ones; the next start gives them up."""
        for task in tuple(self._tasks):
            task.cancel()
        await self.join()

    async def _turn(self, run_id: str) -> None:
        async with self._free:
            await self._execute(run_id)

    def _begin(self, work: Coroutine[None, None, None], run_id: str) -> None:
        task = asyncio.create_task(work, name=f"run-{run_id}")
        self._tasks[task] = run_id
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        run_id = self._tasks.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        log.error("A run ended by a defect of ours", run_id=run_id, exc_info=error)
        if not isinstance(error, SpecProofError):
            self._begin(self._give_up(run_id), run_id)

    async def _give_up(self, run_id: str) -> None:
        """A run that nothing works on any more must not look as if something did."""
        async with self._work() as uow:
            await uow.runs.finish(run_id, RunResult(RunStatus.BROKEN, (), duration_seconds=0.0, message=DEFECT))
            await uow.commit()
