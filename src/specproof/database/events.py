"""The events table: receiving, claiming, and the fenced writes of whoever holds a job."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, undefer

from specproof.database.event_views import claim_of, view_of
from specproof.database.models import DocumentRow, EventRow
from specproof.database.times import MomentFromNow
from specproof.database.transaction import Transaction
from specproof.database.types import storable_text
from specproof.domain.events import (
    WAITING,
    Action,
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

WAITING_VALUES = tuple(sorted(status.value for status in WAITING))
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
        """See the port. One transaction at a time per project."""
        await self._tx.lock_project(event.project)
        delivery_id = _bounded(event.delivery_id)
        known = await self._relatives(event, delivery_id)
        first = next((row for row in known if _repeats(row, event, delivery_id)), None)
        if first is not None:
            return Received(first.event_id, EventStatus(first.status), is_duplicate=True)
        status = EventStatus.RECORDED if event.action is Action.RECORD else EventStatus.PENDING
        now = await self._tx.now()
        burst = min((row.burst_started_at for row in known if row.status == EventStatus.PENDING.value), default=now)
        started = burst if status is EventStatus.PENDING else now
        settled = min(now + timedelta(seconds=event.settle_seconds), started + timedelta(seconds=event.settle_limit_seconds))
        due = settled if status is EventStatus.PENDING else now
        values = _columns(event, status=status, delivery_id=delivery_id, received_at=now, run_at=due, burst_started_at=started)
        await self._tx.add(EventRow, **values)
        if event.document:
            await self._tx.add(DocumentRow, document_id=event.event_id, content=event.document)
        older = [row for row in known if row.status in WAITING_VALUES] if status is EventStatus.PENDING else []
        superseded = await self._supersede(event) if older else 0
        return Received(event.event_id, status, superseded=superseded)

    async def _relatives(self, event: NewEvent, delivery_id: str) -> Sequence[Any]:
        """The project's waiting events, and the one with the same delivery id."""
        waiting = EventRow.status.in_(WAITING_VALUES)
        same = and_(EventRow.source == event.source.value, EventRow.delivery_id == delivery_id)
        columns = (
            EventRow.event_id,
            EventRow.source,
            EventRow.delivery_id,
            EventRow.digest,
            EventRow.status,
            EventRow.token,
            EventRow.burst_started_at,
        )
        wanted = or_(waiting, same) if delivery_id else waiting
        result = await self._tx.execute(select(*columns).where(EventRow.project == event.project, wanted))
        return result.all()

    async def _supersede(self, event: NewEvent) -> int:
        # seq < mine, never id != mine: what came later must not fall to what came earlier.
        mine = select(EventRow.seq).where(EventRow.event_id == event.event_id).scalar_subquery()
        return await self._tx.count(
            update(EventRow)
            .where(EventRow.project == event.project, EventRow.status.in_(WAITING_VALUES), EventRow.seq < mine)
            .values(status=EventStatus.SUPERSEDED.value, superseded_by=event.event_id, finished_at=MomentFromNow())
        )

    async def _yield_to_newer(self, event_id: str) -> None:
        """A job that is waiting again beside a newer event of its project is superseded: its document would come last otherwise."""
        mine, newer = aliased(EventRow), aliased(EventRow)
        seq = select(mine.seq).where(mine.event_id == event_id).scalar_subquery()
        project = select(mine.project).where(mine.event_id == event_id).scalar_subquery()
        newest = (
            select(newer.event_id)
            .where(newer.project == project, newer.status.in_(WAITING_VALUES), newer.seq > seq)
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
            try:
                async with self._tx.savepoint():
                    return await self._claim_next(worker, lease_seconds)
            except IntegrityError:
                continue  # another worker took an event of the same project in this moment: look again
        return None

    async def _claim_next(self, worker: str, lease_seconds: float) -> Claim | None:
        busy = aliased(EventRow)
        due = (
            select(EventRow.seq)
            .where(
                EventRow.status.in_(WAITING_VALUES),
                EventRow.run_at <= MomentFromNow(),
                ~exists().where(busy.project == EventRow.project, busy.status == EventStatus.RUNNING.value),
            )
            .order_by(EventRow.run_at, EventRow.seq)
            .limit(1)
            .with_for_update(skip_locked=True, of=EventRow)
        )
        seq = await self._tx.scalar(due)
        if seq is None:
            return None
        values = {
            "status": EventStatus.RUNNING.value,
            "attempts": EventRow.attempts + 1,
            "token": EventRow.token + 1,
            "worker": worker,
            "stage": "",
            "lease_expires_at": MomentFromNow(lease_seconds),
        }
        await self._tx.execute(update(EventRow).where(EventRow.seq == seq).values(values))
        row = await self._tx.scalar(select(EventRow).where(EventRow.seq == seq))
        return claim_of(row)

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
        rows = (await self._tx.execute(select(EventRow.status, func.count()).group_by(EventRow.status))).all()
        by_status = {status.value: 0 for status in EventStatus} | {status: int(number) for status, number in rows}
        first = await self._tx.scalar(select(func.min(EventRow.run_at)).where(EventRow.status.in_(WAITING_VALUES)))
        waited = (await self._tx.now() - first).total_seconds() if first is not None else 0.0
        return QueueCounts(by_status, max(0.0, waited))

    async def next_due_seconds(self) -> float | None:
        """See the port. Events behind a running one of their project do not count: their turn comes when that one ends."""
        busy = aliased(EventRow)
        free = ~exists().where(busy.project == EventRow.project, busy.status == EventStatus.RUNNING.value)
        first = await self._tx.scalar(select(func.min(EventRow.run_at)).where(EventRow.status.in_(WAITING_VALUES), free))
        return None if first is None else max(0.0, (first - await self._tx.now()).total_seconds())


def _bounded(delivery_id: str) -> str:
    """A sender's id that fits an index, whatever the sender calls an id."""
    text = storable_text(delivery_id)
    return text if len(text) <= 200 else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _repeats(row: Any, event: NewEvent, delivery_id: str) -> bool:
    if (row.source, row.delivery_id) != (event.source.value, delivery_id):
        return False
    return bool(delivery_id) or (row.digest == event.digest and row.status == EventStatus.PENDING.value and row.token == 0)


def _columns(
    event: NewEvent,
    *,
    status: EventStatus,
    delivery_id: str,
    received_at: datetime,
    run_at: datetime,
    burst_started_at: datetime,
) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "project": event.project,
        "source": event.source.value,
        "delivery_id": delivery_id,
        "digest": event.digest,
        "action": event.action.value,
        "event_type": event.event_type[:100],
        "title": event.title,
        "content": event.content,
        "status": status.value,
        "attempts": 0,
        "token": 0,
        "worker": "",
        "stage": "",
        "summary": "",
        "received_at": received_at,
        "run_at": run_at,
        "burst_started_at": burst_started_at,
        "spec_document_id": event.spec_source.document_id,
        "spec_url": event.spec_source.url,
        "run_after": event.run_after,
        "headers": [list(header) for header in event.headers],
        "body": event.body,
    }


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
