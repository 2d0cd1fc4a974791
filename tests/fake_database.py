"""The database's ports in memory. Kept honest by ``tests/contract``, which runs the same classes against SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypeVar

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
    ApiKeyView,
    AuditEntry,
    BreakerRecord,
    EngineBeat,
    EventQuery,
    Page,
)
from specproof.domain.runs import OutcomeKind, RunResult, RunStatus, RunView
from specproof.domain.suite_proofs import ProofDetails, SuiteProof
from specproof.domain.suites import SuiteRevision
from specproof.errors import DatabaseUnavailableError, LeaseLostError
from specproof.openapi.findings import Finding

T = TypeVar("T")


@dataclass
class StoredEvent:
    """One row of the events table."""

    seq: int
    new: NewEvent
    status: EventStatus
    received_at: datetime
    run_at: datetime
    burst_started_at: datetime
    attempts: int = 0
    token: int = 0
    stage: str = ""
    worker: str = ""
    lease_expires_at: datetime | None = None
    finished_at: datetime | None = None
    first_failed_at: datetime | None = None
    last_failed_at: datetime | None = None
    failure: Failure | None = None
    summary: str = ""
    revision: int | None = None
    run_id: str | None = None
    superseded_by: str | None = None

    def view(self, *, with_headers: bool = False) -> EventView:
        return EventView(
            event_id=self.new.event_id,
            project=self.new.project,
            source=self.new.source.value,
            event_type=self.new.event_type,
            title=self.new.title,
            content=self.new.content,
            action=self.new.action.value,
            status=self.status,
            attempts=self.attempts,
            stage=self.stage,
            received_at=self.received_at,
            run_at=self.run_at,
            finished_at=self.finished_at,
            first_failed_at=self.first_failed_at,
            last_failed_at=self.last_failed_at,
            failure=self.failure,
            summary=self.summary,
            revision=self.revision,
            run_id=self.run_id,
            superseded_by=self.superseded_by,
            headers=self.new.headers if with_headers else (),
        )


@dataclass
class StoredBreaker:
    state: str = "closed"
    failures: int = 0
    opened_at: datetime | None = None
    probing_at: datetime | None = None


@dataclass
class Tables:
    """Everything that a commit makes durable."""

    seq: int = 0
    events: dict[str, StoredEvent] = field(default_factory=dict)
    suites: list[SuiteRevision] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    proof_details: dict[str, ProofDetails] = field(default_factory=dict)
    runs: dict[str, RunView] = field(default_factory=dict)
    api_keys: dict[str, tuple[ApiKeyView, str]] = field(default_factory=dict)
    breakers: dict[str, StoredBreaker] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    beats: dict[str, datetime] = field(default_factory=dict)


class FakeDatabase:
    """``FakeDatabase(clock)`` is a :data:`UnitOfWorkFactory`; ``tables`` is what was committed.

    Units of work run one after another, as on SQLite: one inside another would wait for ever and is refused after five seconds.
    ``is_away`` makes every unit of work raise :class:`DatabaseUnavailableError`; ``fail_commits`` lets so many commits fail.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.tables = Tables()
        self.is_away = False
        self.fail_commits = 0
        self.commits = 0
        self.lock = asyncio.Lock()

    def __call__(self) -> FakeUnitOfWork:
        return FakeUnitOfWork(self)


class FakeUnitOfWork:
    def __init__(self, database: FakeDatabase) -> None:
        self._database = database

    async def __aenter__(self) -> Self:
        if self._database.is_away:
            raise DatabaseUnavailableError("the database is away")
        try:
            await asyncio.wait_for(self._database.lock.acquire(), 5)
        except TimeoutError as error:
            raise RuntimeError("a unit of work inside another one") from error
        self._draft = copy.deepcopy(self._database.tables)
        clock = self._database.clock
        self.events = FakeEvents(self._draft, clock)
        self.suites = FakeSuites(self._draft)
        self.runs = FakeRuns(self._draft, clock)
        self.api_keys = FakeApiKeys(self._draft, clock)
        self.breakers = FakeBreakers(self._draft, clock)
        self.audit = FakeAudit(self._draft)
        self.engines = FakeEngines(self._draft, clock)
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self._database.lock.release()

    async def commit(self) -> None:
        if self._database.is_away or self._database.fail_commits > 0:
            self._database.fail_commits -= 1
            raise DatabaseUnavailableError("the database went away")
        self._database.tables = copy.deepcopy(self._draft)
        self._database.commits += 1


def _cut(rows: list[T], page: Page) -> tuple[tuple[T, ...], int]:
    return tuple(rows[page.offset : page.offset + page.limit]), len(rows)


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
        return _cut([row.view() for row in reversed(self._rows) if self._matches(row, query)], page)

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


class FakeSuites:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def latest(self, project: str) -> SuiteRevision | None:
        rows, _ = await self.find(project, Page(limit=1))
        return rows[0] if rows else None

    async def get(self, suite_id: str) -> SuiteRevision | None:
        return next((row for row in self._tables.suites if row.suite_id == suite_id), None)

    async def next_revision(self, project: str) -> int:
        return max([0, *(row.revision for row in self._tables.suites if row.project == project)]) + 1

    async def add(self, revision: SuiteRevision, document: bytes) -> None:
        for row in self._tables.suites:
            if (row.event_id and row.event_id == revision.event_id) or (row.project, row.revision) == (
                revision.project,
                revision.revision,
            ):
                raise LeaseLostError("another worker has stored this revision already", at=revision.event_id)
        self._tables.suites.append(revision)
        self._tables.documents[revision.suite_id] = document

    async def record_proof(self, suite_id: str, proof: SuiteProof, details: ProofDetails, findings: Sequence[Finding]) -> None:
        for index, row in enumerate(self._tables.suites):
            if row.suite_id == suite_id:
                self._tables.suites[index] = replace(row, proof=proof, findings=tuple(findings))
                self._tables.proof_details[suite_id] = details

    async def proof_details(self, suite_id: str) -> ProofDetails | None:
        return self._tables.proof_details.get(suite_id)

    async def by_event(self, event_id: str) -> SuiteRevision | None:
        return next((row for row in self._tables.suites if row.event_id == event_id), None)

    async def document(self, suite_id: str) -> bytes | None:
        return self._tables.documents.get(suite_id)

    async def find(self, project: str, page: Page, *, include_retired: bool = False) -> tuple[tuple[SuiteRevision, ...], int]:
        rows = [row for row in self._tables.suites if project in ("", row.project)]
        return _cut([row for row in reversed(rows) if include_retired or not row.is_retired], page)

    async def retire(self, project: str) -> int:
        live = [row for row in self._tables.suites if row.project == project and not row.is_retired]
        self._tables.suites[:] = [replace(row, is_retired=True) if row in live else row for row in self._tables.suites]
        return len(live)


class FakeRuns:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def _change(self, run_id: str, **changes: object) -> None:
        if run_id in self._tables.runs:
            self._tables.runs[run_id] = replace(self._tables.runs[run_id], **changes)  # type: ignore[arg-type]

    async def add(self, run: RunView) -> None:
        if run.run_id in self._tables.runs or await self.by_event(run.event_id):
            raise LeaseLostError("another worker has stored this run already", at=run.event_id or run.run_id)
        self._tables.runs[run.run_id] = run

    async def start(self, run_id: str, total: int) -> None:
        self._change(run_id, status=RunStatus.RUNNING, total=total, started_at=self._clock.now(), counts={})

    async def progress(self, run_id: str, counts: dict[str, int]) -> None:
        self._change(run_id, counts=dict(counts))

    async def finish(self, run_id: str, result: RunResult) -> None:
        counts = {kind.value: result.count(kind) for kind in OutcomeKind}
        worst = {OutcomeKind.FAILED: 0, OutcomeKind.ERRORED: 1, OutcomeKind.SKIPPED: 2, OutcomeKind.PASSED: 3}
        outcomes = tuple(sorted(result.outcomes, key=lambda outcome: worst[outcome.kind]))
        self._change(
            run_id,
            status=result.status,
            counts=counts,
            message=result.message,
            tier=result.tier,
            outcomes=outcomes,
            finished_at=self._clock.now(),
        )

    async def get(self, run_id: str) -> RunView | None:
        return self._tables.runs.get(run_id)

    async def by_event(self, event_id: str) -> RunView | None:
        found = [run for run in self._tables.runs.values() if event_id and run.event_id == event_id]
        return replace(found[-1], outcomes=()) if found else None

    async def find(self, project: str, page: Page) -> tuple[tuple[RunView, ...], int]:
        rows = [replace(run, outcomes=()) for run in self._tables.runs.values() if project in ("", run.project)]
        return _cut(rows[::-1], page)

    async def abandon_unfinished(self, message: str) -> int:
        stranded = [run for run in self._tables.runs.values() if not run.event_id and not run.status.is_finished]
        for run in stranded:
            self._change(run.run_id, status=RunStatus.BROKEN, message=message, finished_at=self._clock.now())
        return len(stranded)


class FakeApiKeys:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._keys = tables.api_keys
        self._clock = clock

    async def add(self, key: ApiKeyView, secret_sha256: str) -> None:
        self._keys[key.key_id] = (key, secret_sha256)

    async def find(self, key_id: str) -> tuple[ApiKeyView, str] | None:
        return self._keys.get(key_id)

    async def all(self) -> tuple[ApiKeyView, ...]:
        return tuple(key for key, _ in reversed(self._keys.values()))

    async def revoke(self, key_id: str) -> bool:
        return self._change(key_id, is_revoked=True)

    async def touch(self, key_id: str) -> None:
        self._change(key_id, last_used_at=self._clock.now())

    def _change(self, key_id: str, **changes: object) -> bool:
        if key_id not in self._keys:
            return False
        key, secret = self._keys[key_id]
        self._keys[key_id] = (replace(key, **changes), secret)  # type: ignore[arg-type]
        return True


class FakeBreakers:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._breakers = tables.breakers
        self._clock = clock

    def _record(self, name: str, breaker: StoredBreaker) -> BreakerRecord:
        def ago(moment: datetime | None) -> float | None:
            return (self._clock.now() - moment).total_seconds() if moment else None

        return BreakerRecord(name, breaker.state, breaker.failures, ago(breaker.opened_at), ago(breaker.probing_at))

    async def get(self, name: str) -> BreakerRecord:
        return self._record(name, self._breakers.get(name, StoredBreaker()))

    async def all(self) -> tuple[BreakerRecord, ...]:
        return tuple(self._record(name, breaker) for name, breaker in sorted(self._breakers.items()))

    async def record_success(self, name: str) -> None:
        self._breakers[name] = StoredBreaker()

    async def record_failure(self, name: str, threshold: int) -> BreakerRecord:
        breaker = self._breakers.setdefault(name, StoredBreaker())
        breaker.failures += 1
        if breaker.state == "half_open" or (breaker.state == "closed" and breaker.failures >= threshold):
            breaker.state, breaker.opened_at, breaker.probing_at = "open", self._clock.now(), None
        return self._record(name, breaker)

    async def try_probe(self, name: str, recovery_seconds: float) -> bool:
        breaker = self._breakers.get(name, StoredBreaker())
        since = {"open": breaker.opened_at, "half_open": breaker.probing_at}.get(breaker.state)
        if since is None or (self._clock.now() - since).total_seconds() < recovery_seconds:
            return False
        breaker.state, breaker.probing_at = "half_open", self._clock.now()
        return True


class FakeAudit:
    def __init__(self, tables: Tables) -> None:
        self._entries = tables.audit

    async def add(self, entry: AuditEntry) -> None:
        self._entries.append(entry)


class FakeEngines:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._beats = tables.beats
        self._clock = clock

    async def beat(self, engine: str) -> None:
        self._beats[engine] = self._clock.now()

    async def last_beats(self) -> tuple[EngineBeat, ...]:
        beats = [EngineBeat(name, (self._clock.now() - at).total_seconds()) for name, at in self._beats.items()]
        return tuple(sorted((beat for beat in beats if beat.seconds_ago < 3600), key=lambda beat: beat.seconds_ago))
