"""The events table: receiving, claiming, and the fenced writes of whoever holds a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, undefer

from specproof.database import event_statements as statements
from specproof.database.admission import KnownEvent, admit, bounded_delivery_id
from specproof.database.event_views import claim_of, view_of
from specproof.database.models import DocumentRow, EventRow
from specproof.database.times import MomentFromNow
from specproof.database.transaction import Transaction
from specproof.domain.events import (
    Claim,
    EventStatus,
    EventView,
    Failure,
    NewEvent,
    QueueCounts,
    Received,
    Success,
)
from specproof.domain.repositories import EventQuery, Page
from specproof.errors import LeaseLostError

INTERRUPTED = Failure(
    "attempt.interrupted",
    "the worker that made the attempt stopped or died before it finished",
    stage="",
    hint="If it happens again, the document may need more memory or time than the worker has.",
)
CLAIM_TRIES = 8
"""How often a claim starts anew because another worker was quicker with the same project."""


class SqlEvents:
    """:class:`~specproof.domain.repositories.EventRepository` on a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def receive(self, event: NewEvent) -> Received:
        """See the port."""
        return (await self.receive_all((event,)))[0]

    async def receive_all(self, events: Sequence[NewEvent]) -> tuple[Received, ...]:
        """Receive several deliveries with a handful of statements, as if one after another. The answers are in their order."""
        for project in sorted({event.project for event in events}):
            await self._tx.lock_project(project)
        now = await self._tx.now()
        admission = admit(events, await self._relatives(events), now)
        if admission.superseded:
            changes = [{"old": old, "newer": newer} for old, newer in admission.superseded.items()]
            await self._tx.execute(statements.SUPERSEDE, changes)
        rows = [statements.event_columns(admitted, now) for admitted in admission.admitted]
        if rows:
            await self._tx.execute(statements.INSERT_EVENT, rows)
        documents = [(one.event.event_id, one.event.document) for one in admission.admitted if one.event.document]
        if documents:
            values = [{"document_id": event_id, "content": content} for event_id, content in documents]
            await self._tx.execute(statements.INSERT_DOCUMENT, values)
        return tuple(admission.answers)

    async def _relatives(self, events: Sequence[NewEvent]) -> list[KnownEvent]:
        """The projects' waiting events, oldest first, and those with the same delivery ids."""
        wanted = {
            "projects": sorted({event.project for event in events}),
            "delivery_ids": sorted({bounded_delivery_id(event.delivery_id) for event in events if event.delivery_id}),
        }
        rows = await self._tx.execute(statements.RELATIVES, wanted)
        return [KnownEvent(**{**row, "status": EventStatus(row["status"])}) for row in rows.mappings()]

    async def _yield_to_newer(self, event_id: str) -> None:
        """A job that is waiting again beside a newer event of its project is superseded: its document would come last otherwise."""
        mine, newer = aliased(EventRow), aliased(EventRow)
        seq = select(mine.seq).where(mine.event_id == event_id).scalar_subquery()
        project = select(mine.project).where(mine.event_id == event_id).scalar_subquery()
        newest = (
            select(newer.event_id)
            .where(newer.project == project, newer.status.in_(statements.WAITING_VALUES), newer.seq > seq)
            .order_by(newer.seq.desc())
            .limit(1)
        )
        by = await self._tx.scalar(newest)
        if by is not None:
            values = {"status": EventStatus.SUPERSEDED.value, "superseded_by": by, "finished_at": MomentFromNow()}
            await self._tx.execute(update(EventRow).where(EventRow.event_id == event_id).values(values))

    async def claim(self, worker: str, lease_seconds: float) -> Claim | None:
        """See the port. SQLite has no SKIP LOCKED: there BEGIN IMMEDIATE puts the claims one after another."""
        for _ in range(CLAIM_TRIES):
            seq = await self._tx.scalar(statements.NEXT_DUE)
            if seq is None:
                return None
            try:
                async with self._tx.savepoint():
                    values = {"claimed": seq, "by": worker, "lease": lease_seconds}
                    await self._tx.execute(statements.CLAIM, values)
            except IntegrityError:
                continue  # another worker took an event of the same project in this moment: look again
            return claim_of(await self._tx.scalar(select(EventRow).where(EventRow.seq == seq)))
        return None

    async def expire_leases(self, max_attempts: int) -> int:
        """See the port."""
        lapsed = (EventRow.status == EventStatus.RUNNING.value, EventRow.lease_expires_at <= MomentFromNow())
        found = await self._tx.execute(select(EventRow.project).where(*lapsed).order_by(EventRow.project))
        for project in found.scalars().all():
            await self._tx.lock_project(project)
        chosen = select(EventRow).where(*lapsed).order_by(EventRow.project).with_for_update(skip_locked=True)
        rows = (await self._tx.execute(chosen)).scalars().all()
        for row in rows:
            failure = Failure(INTERRUPTED.code, INTERRUPTED.message, stage=row.stage, hint=INTERRUPTED.hint)
            status = EventStatus.DEAD if row.attempts >= max_attempts else EventStatus.RETRYING
            values = _failed(failure, status, MomentFromNow())
            await self._tx.execute(update(EventRow).where(EventRow.event_id == row.event_id).values(values))
            if status is EventStatus.RETRYING:
                await self._yield_to_newer(row.event_id)
        return len(rows)

    async def _fenced(self, claim: Claim, values: dict[str, Any]) -> None:
        """Write to the row only while its token is the claim's."""
        held = (
            EventRow.event_id == claim.event_id,
            EventRow.token == claim.token,
            EventRow.status == EventStatus.RUNNING.value,
        )
        if await self._tx.count(update(EventRow).where(*held).values(values)) == 0:
            raise LeaseLostError("another worker has taken over the job", at=claim.event_id)

    async def beat(self, claim: Claim, lease_seconds: float, stage: str) -> None:
        """See the port."""
        await self._fenced(claim, {"lease_expires_at": MomentFromNow(lease_seconds), "stage": stage})

    async def succeed(self, claim: Claim, success: Success) -> None:
        """See the port."""
        values = {
            "status": EventStatus.SUCCEEDED.value,
            "lease_expires_at": None,
            "finished_at": MomentFromNow(),
            "stage": "",
            "summary": success.summary,
            "revision": success.revision,
            "run_id": success.run_id,
            **_failure_columns(None),
        }
        await self._fenced(claim, values)

    async def retry_later(self, claim: Claim, failure: Failure, delay_seconds: float) -> None:
        """See the port. If a newer event of the project waits, this one is superseded instead."""
        await self._tx.lock_project(claim.project)
        await self._fenced(claim, _failed(failure, EventStatus.RETRYING, MomentFromNow(delay_seconds)))
        await self._yield_to_newer(claim.event_id)

    async def bury(self, claim: Claim, failure: Failure) -> None:
        """See the port."""
        await self._fenced(claim, _failed(failure, EventStatus.DEAD, MomentFromNow()))

    async def release(self, claim: Claim) -> None:
        """See the port. If a newer event of the project waits, this one is superseded instead."""
        await self._tx.lock_project(claim.project)
        values = {
            "status": EventStatus.PENDING.value,
            "attempts": EventRow.attempts - 1,
            "lease_expires_at": None,
            "run_at": MomentFromNow(),
        }
        await self._fenced(claim, values)
        await self._yield_to_newer(claim.event_id)

    async def revive(self, query: EventQuery, event_ids: Sequence[str] = (), limit: int = 1000) -> tuple[str, ...]:
        """See the port. ``event_ids`` narrows ``query``; ids of events that are not dead are left out."""
        wanted = [*_conditions(EventQuery(project=query.project, error_code=query.error_code))]
        wanted.append(EventRow.status == EventStatus.DEAD.value)
        if event_ids:
            wanted.append(EventRow.event_id.in_(event_ids))
        chosen = select(EventRow.event_id).where(*wanted).order_by(EventRow.seq).limit(limit).with_for_update(skip_locked=True)
        ids = tuple((await self._tx.execute(chosen)).scalars().all())
        values = {
            "status": EventStatus.PENDING.value,
            "attempts": 0,
            "stage": "",
            "run_at": MomentFromNow(),
            "burst_started_at": MomentFromNow(),
            "finished_at": None,
            **_failure_columns(None),
        }
        if ids:
            await self._tx.execute(update(EventRow).where(EventRow.event_id.in_(ids)).values(values))
        return ids

    async def get(self, event_id: str) -> EventView | None:
        """See the port."""
        statement = select(EventRow).where(EventRow.event_id == event_id).options(undefer(EventRow.headers))
        row = await self._tx.scalar(statement)
        return None if row is None else view_of(row, headers=row.headers)

    async def body(self, event_id: str) -> bytes | None:
        """See the port."""
        found = await self._tx.scalar(select(EventRow.body).where(EventRow.event_id == event_id))
        return None if found is None else bytes(found)

    async def document(self, event_id: str) -> bytes | None:
        """See the port."""
        found = await self._tx.scalar(select(DocumentRow.content).where(DocumentRow.document_id == event_id))
        return None if found is None else bytes(found)

    async def find(self, query: EventQuery, page: Page) -> tuple[tuple[EventView, ...], int]:
        """See the port."""
        wanted = _conditions(query)
        total = await self._tx.scalar(select(func.count()).select_from(EventRow).where(*wanted))
        statement = select(EventRow).where(*wanted).order_by(EventRow.seq.desc()).limit(page.limit).offset(page.offset)
        rows = (await self._tx.execute(statement)).scalars().all()
        return tuple(view_of(row) for row in rows), int(total)

    async def counts(self) -> QueueCounts:
        """See the port."""
        rows = await self._tx.execute(select(EventRow.status, func.count().label("number")).group_by(EventRow.status))
        by_status = {status.value: 0 for status in EventStatus} | {row.status: int(row.number) for row in rows}
        waiting = EventRow.status.in_(statements.WAITING_VALUES)
        first = await self._tx.scalar(select(func.min(EventRow.run_at)).where(waiting))
        waited = (await self._tx.now() - first).total_seconds() if first is not None else 0.0
        return QueueCounts(by_status, max(0.0, waited))

    async def next_due_seconds(self) -> float | None:
        """See the port. Events behind another of their project do not count: their turn comes when that one ends."""
        row = (await self._tx.execute(statements.FIRST_WAITING)).one_or_none()
        return None if row is None else max(0.0, (row.run_at - row.now).total_seconds())


def _conditions(query: EventQuery) -> list[Any]:
    conditions: list[Any] = []
    if query.project:
        conditions.append(EventRow.project == query.project)
    if query.statuses:
        conditions.append(EventRow.status.in_([status.value for status in query.statuses]))
    if query.error_code:
        conditions.append(EventRow.failure_code == query.error_code)
    return conditions


def _failure_columns(failure: Failure | None) -> dict[str, Any]:
    return {
        "failure_code": failure and failure.code,
        "failure_message": failure and failure.message,
        "failure_stage": failure and failure.stage,
        "failure_hint": failure and failure.hint,
        "failure_at": failure and failure.at,
    }


def _failed(failure: Failure, status: EventStatus, run_at: MomentFromNow) -> dict[str, Any]:
    """The columns of a failed attempt."""
    return {
        "status": status.value,
        "stage": failure.stage,
        "lease_expires_at": None,
        "run_at": run_at,
        "finished_at": MomentFromNow() if status is EventStatus.DEAD else None,
        "first_failed_at": func.coalesce(EventRow.first_failed_at, MomentFromNow()),
        "last_failed_at": MomentFromNow(),
        **_failure_columns(failure),
    }
