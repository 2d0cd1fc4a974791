"""The database's ports in memory. Kept honest by ``tests/contract``, which runs the same classes against SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from fake_events import FakeEvents
from fake_tables import StoredBreaker, Tables, cut
from specproof.domain.ports import Clock
from specproof.domain.repositories import (
    ApiKeyView,
    AuditEntry,
    BreakerRecord,
    EngineBeat,
    Page,
)
from specproof.domain.runs import OutcomeKind, RunResult, RunStatus, RunView
from specproof.domain.suite_proofs import ProofDetails, SuiteProof
from specproof.domain.suites import SuiteRevision
from specproof.errors import DatabaseUnavailableError, LeaseLostError
from specproof.openapi.findings import Finding


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
        return cut([row for row in reversed(rows) if include_retired or not row.is_retired], page)

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
        return cut(rows[::-1], page)

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
