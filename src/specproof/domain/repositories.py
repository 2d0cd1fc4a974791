"""The database's ports: repositories and the unit of work.

``tests/fakes.py`` holds an in-memory implementation, kept honest by ``tests/contract``. No method of a repository commits:
:meth:`UnitOfWork.commit` is the one place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from specproof.domain.events import Claim, EventStatus, EventView, Failure, NewEvent, QueueCounts, Received, Success
from specproof.domain.runs import RunResult, RunView
from specproof.domain.suite_proofs import ProofDetails, SuiteProof
from specproof.domain.suites import SuiteRevision
from specproof.openapi.findings import Finding


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted: ``limit`` 1 to 200."""

    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Filters of event lists; an empty field does not filter."""

    project: str = ""
    statuses: tuple[EventStatus, ...] = ()
    error_code: str = ""


class EventRepository(Protocol):
    """Events and the work on them. Leases and ``run_at`` use the **database's** clock."""

    async def receive(self, event: NewEvent) -> Received:
        """Insert the event, supersede older waiting ones of its project, or recognise a duplicate.

        A duplicate is the same (project, source, delivery_id), or, without a delivery id, the same digest while the first is still
        waiting; for duplicates nothing is written and the first event's id comes back. ``action=record`` events are stored
        ``recorded`` and supersede nothing. A new event's ``run_at`` is now + settle, but no later than the superseded burst's first
        arrival + settle limit.
        """

    async def claim(self, worker: str, lease_seconds: float) -> Claim | None:
        """The next due job whose project has none running, now ``running`` with a new token and one more attempt; None if there is none."""

    async def expire_leases(self, max_attempts: int) -> int:
        """Jobs whose lease has run out: back to ``retrying``, or ``dead`` after ``max_attempts`` (code ``attempt.interrupted``). How many."""

    async def beat(self, claim: Claim, lease_seconds: float, stage: str) -> None:
        """Extend the lease. Raises :class:`~specproof.errors.LeaseLostError` if the token is not the row's any more."""

    async def succeed(self, claim: Claim, success: Success) -> None:
        """``running`` -> ``succeeded``, fenced by the token."""

    async def retry_later(self, claim: Claim, failure: Failure, delay_seconds: float) -> None:
        """``running`` -> ``retrying`` with ``run_at`` = now + delay, fenced."""

    async def bury(self, claim: Claim, failure: Failure) -> None:
        """``running`` -> ``dead``, fenced."""

    async def release(self, claim: Claim) -> None:
        """``running`` -> ``pending`` without charging the attempt, fenced."""

    async def revive(self, query: EventQuery, event_ids: Sequence[str] = (), limit: int = 1000) -> tuple[str, ...]:
        """Dead letters (those ids, or all that match ``query``) -> ``pending``, attempts 0, ids kept. Which ids."""

    async def get(self, event_id: str) -> EventView | None:
        """One event, headers included."""

    async def body(self, event_id: str) -> bytes | None:
        """The delivery's raw body, or None."""

    async def document(self, event_id: str) -> bytes | None:
        """The specification that came with the delivery, or None."""

    async def find(self, query: EventQuery, page: Page) -> tuple[tuple[EventView, ...], int]:
        """Matching events, newest first, and how many there are in all."""

    async def counts(self) -> QueueCounts:
        """Numbers for the status page."""

    async def next_due_seconds(self) -> float | None:
        """Seconds until the next waiting event is due (0 if one is), None if nothing waits."""


class SuiteRepository(Protocol):
    """Stored revisions and the documents that they were made from."""

    async def latest(self, project: str) -> SuiteRevision | None:
        """The newest revision that is not retired."""

    async def get(self, suite_id: str) -> SuiteRevision | None:
        """One revision."""

    async def next_revision(self, project: str) -> int:
        """The number that the next revision will have."""

    async def add(self, revision: SuiteRevision, document: bytes) -> None:
        """Store a revision with its document (bytes as fetched). Unique by project + revision, and by event id: no revision twice."""

    async def record_proof(self, suite_id: str, proof: SuiteProof, details: ProofDetails, findings: Sequence[Finding]) -> None:
        """Write what the proof came to, over an earlier one; ``findings`` are all that the revision has from now on."""

    async def proof_details(self, suite_id: str) -> ProofDetails | None:
        """The long part of a revision's proof; None if there is none."""

    async def by_event(self, event_id: str) -> SuiteRevision | None:
        """The revision that this event made, if an earlier attempt got that far."""

    async def document(self, suite_id: str) -> bytes | None:
        """The document of a revision."""

    async def find(self, project: str, page: Page, *, include_retired: bool = False) -> tuple[tuple[SuiteRevision, ...], int]:
        """Revisions, newest first (``project`` "" is all), and how many."""

    async def retire(self, project: str) -> int:
        """Mark all revisions of a project as retired. How many."""


class RunRepository(Protocol):
    """Runs and their outcomes."""

    async def add(self, run: RunView) -> None:
        """Store a run, queued or running."""

    async def start(self, run_id: str, total: int) -> None:
        """Queued -> running."""

    async def progress(self, run_id: str, counts: dict[str, int]) -> None:
        """Write the counts so far."""

    async def finish(self, run_id: str, result: RunResult) -> None:
        """Write the end and all outcomes, replacing earlier ones of the run."""

    async def get(self, run_id: str) -> RunView | None:
        """One run with its outcomes, failed ones first."""

    async def by_event(self, event_id: str) -> RunView | None:
        """The run that this event caused, without outcomes."""

    async def find(self, project: str, page: Page) -> tuple[tuple[RunView, ...], int]:
        """Runs without outcomes, newest first, and how many."""

    async def abandon_unfinished(self, message: str) -> int:
        """At start of an embedded engine: queued or running runs without an event become ``broken`` with ``message``. How many."""


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """An API key without its secret."""

    key_id: str
    name: str
    scopes: tuple[str, ...]
    project: str
    """"" for all projects."""
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    is_revoked: bool


class ApiKeyRepository(Protocol):
    """API keys: only the SHA-256 of a secret is stored."""

    async def add(self, key: ApiKeyView, secret_sha256: str) -> None:
        """Store a new key."""

    async def find(self, key_id: str) -> tuple[ApiKeyView, str] | None:
        """A key and the hexadecimal SHA-256 of its secret."""

    async def all(self) -> tuple[ApiKeyView, ...]:
        """Every key, newest first."""

    async def revoke(self, key_id: str) -> bool:
        """Revoke; False if there is no such key."""

    async def touch(self, key_id: str) -> None:
        """Note that it was used now."""


@dataclass(frozen=True, slots=True)
class BreakerRecord:
    """The shared state of one circuit breaker. ``state`` is ``closed``, ``open`` or ``half_open``; times by the database's clock."""

    name: str
    state: str
    failures: int
    opened_seconds_ago: float | None
    probing_seconds_ago: float | None


class BreakerRepository(Protocol):
    """Circuit breaker states, shared by all processes through the database."""

    async def get(self, name: str) -> BreakerRecord:
        """The state; a closed one if none is stored."""

    async def all(self) -> tuple[BreakerRecord, ...]:
        """Every stored breaker, by name."""

    async def record_success(self, name: str) -> None:
        """Any state -> closed, no failures."""

    async def record_failure(self, name: str, threshold: int) -> BreakerRecord:
        """One more failure; opens at ``threshold``, and at once from half-open."""

    async def try_probe(self, name: str, recovery_seconds: float) -> bool:
        """open -> half-open if ``recovery_seconds`` have passed: True for exactly one caller (a lost probe frees itself after as long)."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One mutating call: who did what to what."""

    actor: str
    operation: str
    subject: str
    detail: str = ""


class AuditRepository(Protocol):
    """One row per mutating call of an admin operation."""

    async def add(self, entry: AuditEntry) -> None:
        """Store."""


@dataclass(frozen=True, slots=True)
class EngineBeat:
    """When an engine was last alive, by the database's clock."""

    engine: str
    seconds_ago: float


class EngineRepository(Protocol):
    """Life signs of the engines."""

    async def beat(self, engine: str) -> None:
        """Note that ``engine`` is alive now."""

    async def last_beats(self) -> tuple[EngineBeat, ...]:
        """Every engine of the last hour, newest beat first."""


class UnitOfWork(AbstractAsyncContextManager["UnitOfWork"], Protocol):
    """One transaction. Leaving the block without :meth:`commit` rolls back.

    ``async with work() as uow: ...; await uow.commit()``. Connection trouble comes out as
    :class:`~specproof.errors.DatabaseUnavailableError`.
    """

    events: EventRepository
    suites: SuiteRepository
    runs: RunRepository
    api_keys: ApiKeyRepository
    breakers: BreakerRepository
    audit: AuditRepository
    engines: EngineRepository

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

    async def commit(self) -> None:
        """Make everything since the start of the block durable."""


UnitOfWorkFactory = Callable[[], UnitOfWork]
