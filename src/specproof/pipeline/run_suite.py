"""Running a stored suite: for an event (fenced by its claim), or because a person asked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from specproof.domain.ports import Clock, Notice, SuiteRunner, SuiteStorage
from specproof.domain.repositories import UnitOfWork
from specproof.domain.runs import Outcome, OutcomeKind, RunRequest, RunResult, RunStatus, RunView
from specproof.domain.suites import SuiteRevision
from specproof.errors import ExecutionError, NotFoundError, SpecProofError, StorageError
from specproof.pipeline.event_bus import EventBus
from specproof.pipeline.project_policy import ProjectPolicies, ProjectPolicy
from specproof.pipeline.transactions import Transactions

log = structlog.get_logger(__name__)

Fence = Callable[[UnitOfWork], Awaitable[None]]
"""Raises ``LeaseLostError`` inside a transaction that may not be committed any more."""


async def unfenced(_uow: UnitOfWork) -> None:
    """The fence of a run that belongs to no event."""


@dataclass(frozen=True, slots=True)
class SuiteRuns:
    """Runs suites and writes down how far they are. ``progress_seconds`` is the least time between two writes."""

    transactions: Transactions
    storage: SuiteStorage
    runner: SuiteRunner
    clock: Clock
    progress_seconds: float = 1.0

    async def carry_out(self, run: RunView, suite: SuiteRevision, policy: ProjectPolicy, *, fence: Fence = unfenced) -> RunResult:
        """Run ``suite`` for the stored ``run``; its end is *not* written here. A suite that cannot be started is a broken run, no error.

        Raises ``LeaseLostError`` where the fence says so.
        """

        async def begin(uow: UnitOfWork) -> None:
            await fence(uow)
            await uow.runs.start(run.run_id, suite.case_count)

        await self.transactions.run(begin)
        telling = _Telling(self, run.run_id, fence)
        began = self.clock.monotonic()
        try:
            folder = await self.storage.absolute(suite.path)
            result = await self.runner.run(_request(folder, run, policy), on_outcome=telling.hear)
        except (ExecutionError, StorageError) as error:
            result = broken(error, self.clock.monotonic() - began)
        log.info("Run finished", run_id=run.run_id, status=result.status.value, **_counts(result))
        return result


def broken(error: SpecProofError, seconds: float) -> RunResult:
    """The result of a run that could not be carried out."""
    return RunResult(RunStatus.BROKEN, (), duration_seconds=seconds, message=f"{error} {error.hint}".strip())


def run_notice(run: RunView, result: RunResult) -> Notice:
    """What to tell of a finished run."""
    counts = _counts(result)
    failed = [outcome for outcome in result.outcomes if outcome.kind in (OutcomeKind.FAILED, OutcomeKind.ERRORED)]
    lines = [_line(outcome) for outcome in failed[:10]]
    maintainers = dict(Counter(outcome.maintainer for outcome in failed if outcome.maintainer))
    text = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number) or result.message or "no cases"
    return Notice(
        kind="run.finished",
        project=run.project,
        event_id=run.event_id,
        title=f"{run.project}: revision {run.revision} {result.status.value}",
        text="\n".join([text, *lines]),
        facts={
            "run_id": run.run_id,
            "revision": run.revision,
            "status": result.status.value,
            "api_url": run.api_url,
            **counts,
            **({"maintainers": maintainers} if maintainers else {}),
        },
    )


def _line(outcome: Outcome) -> str:
    whom = f" (maintainer: {outcome.maintainer})" if outcome.maintainer else ""
    return f"{outcome.operation or outcome.node_id}: {outcome.title or outcome.check}{whom}"


def _counts(result: RunResult) -> dict[str, int]:
    return {kind.value: result.count(kind) for kind in OutcomeKind}


def _request(folder: str, run: RunView, policy: ProjectPolicy) -> RunRequest:
    # Whoever may ask for a run may not have the project's secrets sent to an address of their choice.
    is_own_target = run.api_url.rstrip("/") == policy.target_url.rstrip("/")
    return RunRequest(
        suite_dir=folder,
        api_url=run.api_url,
        credentials=dict(policy.credentials) if is_own_target else {},
        timeout_seconds=policy.run_timeout_seconds,
        memory_bytes=policy.memory_bytes,
        strictness=policy.strictness,
    )


class _Telling:
    """Counts outcomes as they come and writes the counts now and then."""

    def __init__(self, runs: SuiteRuns, run_id: str, fence: Fence) -> None:
        self._runs = runs
        self._run_id = run_id
        self._fence = fence
        self._counts: Counter[str] = Counter()
        self._told_at = runs.clock.monotonic()

    async def hear(self, outcome: Outcome) -> None:
        self._counts[outcome.kind.value] += 1
        if self._runs.clock.monotonic() - self._told_at >= self._runs.progress_seconds:
            await self._runs.transactions.run(self._tell)
            self._told_at = self._runs.clock.monotonic()

    async def _tell(self, uow: UnitOfWork) -> None:
        await self._fence(uow)
        await uow.runs.progress(self._run_id, dict(self._counts))


@dataclass(frozen=True, slots=True)
class RunSuite:
    """The use case behind ``POST run-tests``: carries out a stored, queued run. Call it from a :class:`RunQueue`."""

    transactions: Transactions
    runs: SuiteRuns
    projects: ProjectPolicies
    bus: EventBus

    async def __call__(self, run_id: str) -> None:
        """Carry out the run. What goes wrong is written into it; a run that does not exist is an error (``NotFoundError``)."""
        run = await self.transactions.run(lambda uow: uow.runs.get(run_id))
        if run is None:
            raise NotFoundError("there is no such run", at=run_id)
        if run.status.is_finished:
            return
        with structlog.contextvars.bound_contextvars(run_id=run_id, project=run.project):
            try:
                result = await self._result(run)
            except SpecProofError as error:
                result = broken(error, 0.0)
            await self.transactions.run(lambda uow: uow.runs.finish(run_id, result))
            await self.bus.publish(run_notice(run, result))

    async def _result(self, run: RunView) -> RunResult:
        suite = await self.transactions.run(lambda uow: uow.suites.get(run.suite_id))
        if suite is None:
            raise NotFoundError("the suite of this run does not exist any more", at=run.suite_id)
        return await self.runs.carry_out(run, suite, self.projects(run.project))
