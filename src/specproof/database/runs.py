"""Runs and their outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from specproof.database.models import OutcomeRow, RunRow
from specproof.database.times import MomentFromNow
from specproof.database.transaction import Transaction
from specproof.domain.repositories import Page
from specproof.domain.runs import Outcome, OutcomeKind, RunResult, RunStatus, RunView
from specproof.errors import LeaseLostError

UNFINISHED = tuple(status.value for status in RunStatus if not status.is_finished)
WORST_FIRST = (OutcomeKind.FAILED, OutcomeKind.ERRORED, OutcomeKind.SKIPPED, OutcomeKind.PASSED)
TEXTS = ("case_id", "node_id", "operation", "family", "title", "check", "expected", "actual", "curl", "message")


class SqlRuns:
    """:class:`~specproof.domain.repositories.RunRepository` on a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def add(self, run: RunView) -> None:
        """See the port. Raises ``LeaseLostError`` if the event has a run already."""
        values = {
            "run_id": run.run_id,
            "project": run.project,
            "suite_id": run.suite_id,
            "revision": run.revision,
            "api_url": run.api_url,
            "status": run.status.value,
            "counts": run.counts,
            "total": run.total,
            "queued_at": run.queued_at,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "message": run.message,
            "tier": run.tier,
            "log_tail": "",
            "event_id": run.event_id,
        }
        try:
            async with self._tx.savepoint():
                await self._tx.add(RunRow, **values)
        except IntegrityError as error:
            raise LeaseLostError("another worker has stored this run already", at=run.event_id or run.run_id) from error

    async def start(self, run_id: str, total: int) -> None:
        """See the port. A run that an earlier attempt had begun begins anew."""
        values = {
            "status": RunStatus.RUNNING.value,
            "total": total,
            "counts": {},
            "started_at": MomentFromNow(),
            "finished_at": None,
            "message": "",
        }
        await self._change(run_id, values)

    async def progress(self, run_id: str, counts: dict[str, int]) -> None:
        """See the port."""
        await self._change(run_id, {"counts": counts})

    async def finish(self, run_id: str, result: RunResult) -> None:
        """See the port."""
        values = {
            "status": result.status.value,
            "counts": {kind.value: result.count(kind) for kind in OutcomeKind},
            "finished_at": MomentFromNow(),
            "duration_seconds": result.duration_seconds,
            "message": result.message,
            "tier": result.tier,
            "log_tail": result.log_tail,
            "junit_path": result.junit_path,
        }
        await self._change(run_id, values)
        await self._tx.execute(delete(OutcomeRow).where(OutcomeRow.run_id == run_id))
        await self._tx.add_all(OutcomeRow, [_columns(run_id, at, one) for at, one in enumerate(result.outcomes)])

    async def _change(self, run_id: str, values: dict[str, Any]) -> None:
        await self._tx.execute(update(RunRow).where(RunRow.run_id == run_id).values(values))

    async def get(self, run_id: str) -> RunView | None:
        """See the port."""
        row = await self._tx.scalar(select(RunRow).where(RunRow.run_id == run_id))
        if row is None:
            return None
        rank = case({kind.value: at for at, kind in enumerate(WORST_FIRST)}, value=OutcomeRow.kind)
        statement = select(OutcomeRow).where(OutcomeRow.run_id == run_id).order_by(rank, OutcomeRow.position)
        outcomes = (await self._tx.execute(statement)).scalars().all()
        return replace(_view(row), outcomes=tuple(_outcome(outcome) for outcome in outcomes))

    async def by_event(self, event_id: str) -> RunView | None:
        """See the port."""
        if not event_id:
            return None
        row = await self._tx.scalar(select(RunRow).where(RunRow.event_id == event_id))
        return None if row is None else _view(row)

    async def find(self, project: str, page: Page) -> tuple[tuple[RunView, ...], int]:
        """See the port."""
        wanted = [RunRow.project == project] if project else []
        total = await self._tx.scalar(select(func.count()).select_from(RunRow).where(*wanted))
        statement = select(RunRow).where(*wanted).order_by(RunRow.seq.desc()).limit(page.limit).offset(page.offset)
        rows = (await self._tx.execute(statement)).scalars().all()
        return tuple(_view(row) for row in rows), int(total)

    async def abandon_unfinished(self, message: str) -> int:
        """See the port."""
        stranded = (RunRow.event_id == "", RunRow.status.in_(UNFINISHED))
        values = {"status": RunStatus.BROKEN.value, "message": message, "finished_at": MomentFromNow()}
        return await self._tx.count(update(RunRow).where(*stranded).values(values))


def _columns(run_id: str, position: int, outcome: Outcome) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "position": position,
        "kind": outcome.kind.value,
        "duration_seconds": outcome.duration_seconds,
        "remarks": list(outcome.remarks),
        **{name: getattr(outcome, name) for name in TEXTS},
    }


def _outcome(row: OutcomeRow) -> Outcome:
    return Outcome(
        case_id=row.case_id,
        node_id=row.node_id,
        kind=OutcomeKind(row.kind),
        duration_seconds=row.duration_seconds,
        operation=row.operation,
        family=row.family,
        title=row.title,
        check=row.check,
        expected=row.expected,
        actual=row.actual,
        curl=row.curl,
        message=row.message,
        remarks=tuple(row.remarks),
    )


def _view(row: RunRow) -> RunView:
    return RunView(
        run_id=row.run_id,
        project=row.project,
        suite_id=row.suite_id,
        revision=row.revision,
        api_url=row.api_url,
        status=RunStatus(row.status),
        counts=dict(row.counts),
        total=row.total,
        queued_at=row.queued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        message=row.message,
        tier=row.tier,
        event_id=row.event_id,
    )
