"""Starting a run: its row and its audit row in one transaction, then into the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from specproof.domain.ports import Clock
from specproof.domain.repositories import AuditEntry, UnitOfWorkFactory
from specproof.domain.runs import RunStatus, RunView
from specproof.domain.suites import SuiteRevision


@dataclass(frozen=True, slots=True)
class QueuedRunStarter:
    """:class:`~specproof.web.services.RunStarter` over a queue in this process: ``submit`` takes the id of a stored run and never blocks."""

    unit_of_work: UnitOfWorkFactory
    submit: Callable[[str], None]
    clock: Clock
    new_id: Callable[[], str]

    async def __call__(self, suite: SuiteRevision, *, api_url: str, audit: AuditEntry) -> str:
        """The id of the run, which is durable when this returns. Raises ``DatabaseUnavailableError``."""
        run = RunView(
            run_id=self.new_id(),
            project=suite.project,
            suite_id=suite.suite_id,
            revision=suite.revision,
            api_url=api_url,
            status=RunStatus.QUEUED,
            counts={},
            total=suite.case_count,
            queued_at=self.clock.now(),
            started_at=None,
            finished_at=None,
            message="",
            tier="",
        )
        async with self.unit_of_work() as uow:
            await uow.runs.add(run)
            await uow.audit.add(replace(audit, detail=f"{audit.detail}, run {run.run_id}"))
            await uow.commit()
        self.submit(run.run_id)
        return run.run_id
