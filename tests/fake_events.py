"""The events of the database in memory: received, claimed, settled, found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from fake_tables import StoredEvent, Tables, cut
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
from specproof.domain.ports import Clock
from specproof.domain.repositories import (
    EventQuery,
    Page,
)
from specproof.errors import LeaseLostError


class FakeEvents:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    @property
    def _rows(self) -> list[StoredEvent]:
        return sorted(self._tables.events.values(), key=lambda row: row.seq)

    async def receive(self, event: NewEvent) -> Received:
        for row in self._rows:
            if self._is_same(row, event):
                return Received(row.new.event_id, row.status, is_duplicate=True)
        now = self._clock.now()
        self._tables.seq += 1
        status = EventStatus.RECORDED if event.action is Action.RECORD else EventStatus.PENDING
        row = StoredEvent(self._tables.seq, event, status, received_at=now, run_at=now, burst_started_at=now)
        superseded = [old for old in self._waiting(event.project) if status is EventStatus.PENDING]
        burst = [old.burst_started_at for old in superseded if old.status is EventStatus.PENDING]
        row.burst_started_at = min([now, *burst])
        if status is EventStatus.PENDING:
            latest = row.burst_started_at + timedelta(seconds=event.settle_limit_seconds)
            row.run_at = min(now + timedelta(seconds=event.settle_seconds), latest)
        for old in superseded:
            self._supersede(old, row)
        self._tables.events[event.event_id] = row
        return Received(event.event_id, status, superseded=len(superseded))

    @staticmethod
    def _is_same(row: StoredEvent, event: NewEvent) -> bool:
        if (row.new.project, row.new.source, row.new.delivery_id) != (event.project, event.source, event.delivery_id):
            return False
        if event.delivery_id:
            return True
        return row.new.digest == event.digest and row.status is EventStatus.PENDING and row.token == 0

    def _waiting(self, project: str) -> list[StoredEvent]:
        return [row for row in self._rows if row.new.project == project and row.status in WAITING]

    def _supersede(self, old: StoredEvent, by: StoredEvent) -> None:
        old.status = old.status.moved_to(EventStatus.SUPERSEDED)
        old.superseded_by = by.new.event_id
        old.finished_at = self._clock.now()

    def _yield_to_newer(self, row: StoredEvent) -> None:
        newer = [other for other in self._waiting(row.new.project) if other.seq > row.seq]
        if newer:
            self._supersede(row, newer[-1])

    def _due(self) -> list[StoredEvent]:
        busy = {row.new.project for row in self._rows if row.status is EventStatus.RUNNING}
        oldest: dict[str, StoredEvent] = {}
        for row in self._rows:
            if row.status in WAITING and row.new.project not in busy:
                oldest.setdefault(row.new.project, row)
        return sorted(oldest.values(), key=lambda row: (row.run_at, row.seq))

    async def claim(self, worker: str, lease_seconds: float) -> Claim | None:
        now = self._clock.now()
        row = next((row for row in self._due() if row.run_at <= now), None)
        if row is None:
            return None
        row.status = row.status.moved_to(EventStatus.RUNNING)
        row.attempts += 1
        row.token += 1
        row.worker = worker
        row.lease_expires_at = now + timedelta(seconds=lease_seconds)
        new = row.new
        return Claim(
            new.event_id,
            new.project,
            new.action,
            new.spec_source,
            new.run_after,
            row.attempts,
            row.token,
            row.lease_expires_at,
        )

    async def expire_leases(self, max_attempts: int) -> int:
        now = self._clock.now()
        expired = [row for row in self._rows if row.lease_expires_at is not None and row.lease_expires_at <= now]
        for row in expired:
            failure = Failure("attempt.interrupted", "the worker stopped or died before it finished", row.stage)
            self._fail(row, failure, EventStatus.DEAD if row.attempts >= max_attempts else EventStatus.RETRYING)
            if row.status is EventStatus.RETRYING:
                row.run_at = now
                self._yield_to_newer(row)
        return len(expired)

    def _held(self, claim: Claim) -> StoredEvent:
        row = self._tables.events.get(claim.event_id)
        if row is None or row.token != claim.token or row.status is not EventStatus.RUNNING:
            raise LeaseLostError("another worker has taken over the job", at=claim.event_id)
        return row

    def _fail(self, row: StoredEvent, failure: Failure, status: EventStatus) -> None:
        now = self._clock.now()
        row.status = row.status.moved_to(status)
        row.failure = failure
        row.stage = failure.stage
        row.first_failed_at = row.first_failed_at or now
        row.last_failed_at = now
        row.lease_expires_at = None
        row.finished_at = now if status is EventStatus.DEAD else None

    async def beat(self, claim: Claim, lease_seconds: float, stage: str) -> None:
        row = self._held(claim)
        row.lease_expires_at = self._clock.now() + timedelta(seconds=lease_seconds)
        row.stage = stage

    async def succeed(self, claim: Claim, success: Success) -> None:
        row = self._held(claim)
        row.status = row.status.moved_to(EventStatus.SUCCEEDED)
        row.summary, row.revision, row.run_id = success.summary, success.revision, success.run_id
        row.failure, row.stage = None, ""
        row.lease_expires_at = None
        row.finished_at = self._clock.now()

    async def retry_later(self, claim: Claim, failure: Failure, delay_seconds: float) -> None:
        row = self._held(claim)
        self._fail(row, failure, EventStatus.RETRYING)
        row.run_at = self._clock.now() + timedelta(seconds=delay_seconds)
        self._yield_to_newer(row)

    async def bury(self, claim: Claim, failure: Failure) -> None:
        self._fail(self._held(claim), failure, EventStatus.DEAD)

    async def release(self, claim: Claim) -> None:
        row = self._held(claim)
        row.status = row.status.moved_to(EventStatus.PENDING)
        row.attempts -= 1
        row.lease_expires_at = None
        row.run_at = self._clock.now()
        self._yield_to_newer(row)

    async def revive(self, query: EventQuery, event_ids: Sequence[str] = (), limit: int = 1000) -> tuple[str, ...]:
        dead = [row for row in self._rows if self._matches(row, replace(query, statuses=(EventStatus.DEAD,)))]
        chosen = [row for row in dead if not event_ids or row.new.event_id in event_ids][:limit]
        for row in chosen:
            row.status = row.status.moved_to(EventStatus.PENDING)
            row.attempts, row.failure, row.stage, row.finished_at = 0, None, "", None
            row.run_at = self._clock.now()
            row.burst_started_at = row.run_at
        return tuple(row.new.event_id for row in chosen)

    @staticmethod
    def _matches(row: StoredEvent, query: EventQuery) -> bool:
        return (
            (not query.project or row.new.project == query.project)
            and (not query.statuses or row.status in query.statuses)
            and (not query.error_code or (row.failure is not None and row.failure.code == query.error_code))
        )

    async def get(self, event_id: str) -> EventView | None:
        row = self._tables.events.get(event_id)
        return row.view(with_headers=True) if row else None

    async def body(self, event_id: str) -> bytes | None:
        row = self._tables.events.get(event_id)
        return row.new.body if row else None

    async def document(self, event_id: str) -> bytes | None:
        row = self._tables.events.get(event_id)
        return (row.new.document or None) if row else None

    async def find(self, query: EventQuery, page: Page) -> tuple[tuple[EventView, ...], int]:
        return cut([row.view() for row in reversed(self._rows) if self._matches(row, query)], page)

    async def counts(self) -> QueueCounts:
        by_status = {status.value: 0 for status in EventStatus}
        for row in self._rows:
            by_status[row.status.value] += 1
        now = self._clock.now()
        waits = [(now - row.run_at).total_seconds() for row in self._rows if row.status in WAITING]
        return QueueCounts(by_status, max([0.0, *waits]))

    async def next_due_seconds(self) -> float | None:
        due = self._due()
        return max(0.0, (due[0].run_at - self._clock.now()).total_seconds()) if due else None
