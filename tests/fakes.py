"""Real ports in memory, for tests: pass them in instead of patching. ``import fakes``.

::

    clock = FakeClock()
    database = FakeDatabase(clock)              # a UnitOfWorkFactory
    async with database() as uow: ...
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fake_database import FakeDatabase, FakeUnitOfWork
from fake_tables import StoredEvent, Tables
from specproof.domain.events import Action, NewEvent, Received, Source, SpecSource
from specproof.domain.ports import FetchedDocument, GeneratedSuite, Notice, ProofLimits
from specproof.domain.proofs import HealthyRun, ProofReport
from specproof.domain.runs import Outcome, OutcomeKind, RunRequest, RunResult, RunStatus
from specproof.domain.suites import USUAL_CHOICES, QualityReport, RenderedSuite, SpecChange, SuiteChoices, SuiteFile
from specproof.errors import StorageError

__all__ = [
    "FakeBuilder",
    "FakeClock",
    "FakeDatabase",
    "FakeFetcher",
    "FakeNotifier",
    "FakeObserver",
    "FakeProver",
    "FakeReceiver",
    "FakeRunner",
    "FakeSignal",
    "FakeStorage",
    "FakeUnitOfWork",
    "StoredEvent",
    "Tables",
    "new_event",
    "numbered_ids",
    "outcome",
]


class FakeClock:
    """Time that stands still. ``sleep`` advances it at once; with ``is_manual`` it waits until ``advance`` has gone far enough."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC), *, is_manual: bool = False) -> None:
        self._start = start
        self._elapsed = 0.0
        self._is_manual = is_manual
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let time pass; sleepers whose time has come go on."""
        self._elapsed += seconds
        for due, sleeper in self._sleepers:
            if due <= self._elapsed and not sleeper.done():
                sleeper.set_result(None)
        self._sleepers = [entry for entry in self._sleepers if not entry[1].done()]

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        if not self._is_manual:
            self._elapsed += seconds
            await asyncio.sleep(0)
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._elapsed + seconds, sleeper))
        await sleeper


class FakeFetcher:
    """Gives ``answers`` one after another, the last one again and again; an exception among them is raised."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self._answers: list[bytes | Exception] = list(answers or (b'{"openapi": "3.1.0"}',))
        self.calls: list[tuple[str, SpecSource]] = []

    async def fetch(self, project: str, source: SpecSource) -> FetchedDocument:
        self.calls.append((project, source))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return FetchedDocument(answer, origin="memory", content_type="application/json")


class FakeBuilder:
    """A suite of one file that holds the document's digest. ``errors`` maps a method's name to what it raises."""

    def __init__(self, *, score: float = 90.0, errors: dict[str, Exception] | None = None, case_count: int = 3) -> None:
        self.score = score
        self.errors = errors or {}
        self.case_count = case_count
        self.calls: list[str] = []
        self.previous: list[bytes | None] = []
        self.choices: list[SuiteChoices] = []

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.errors:
            raise self.errors[name]

    async def digest(self, document: bytes) -> str:
        self._call("digest")
        return hashlib.sha256(document).hexdigest()

    async def generate(
        self, document: bytes, *, slug: str, previous: bytes | None, choices: SuiteChoices = USUAL_CHOICES
    ) -> GeneratedSuite:
        self._call("generate")
        self.choices.append(choices)
        self.previous.append(previous)
        digest = hashlib.sha256(document).hexdigest()
        files = (SuiteFile("tests/test_it.py", f'"""{digest}"""\n', is_code=True),)
        suite = RenderedSuite(slug, files, case_count=self.case_count, operation_count=1)
        change = SpecChange() if previous is None else SpecChange(changed=("GET /things",), details=("GET /things changed",))
        return GeneratedSuite(suite, f"Suite {slug}", digest, operations_total=1, findings=(), change=change)

    async def assess(self, generated: GeneratedSuite) -> QualityReport:
        self._call("assess")
        return QualityReport(
            score=self.score,
            grade="A" if self.score >= 90 else "F",
            rules={},
            findings=(),
            case_count=generated.suite.case_count,
            operations_total=1,
            operations_covered=1,
        )


class FakeProver:
    """Gives ``answer``, a report or an error that is raised, and keeps what it was asked."""

    def __init__(self, answer: ProofReport | Exception | None = None) -> None:
        self.answer = answer or ProofReport((), (), (HealthyRun("first", 1, 0),), case_count=1, requests=1)
        self.calls: list[tuple[tuple[SuiteFile, ...], bytes, ProofLimits, str]] = []
        self.preparations = 0

    def prepare(self) -> None:
        self.preparations += 1

    async def prove(self, files: Sequence[SuiteFile], document: bytes, limits: ProofLimits, *, project: str = "") -> ProofReport:
        self.calls.append((tuple(files), document, limits, project))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class FakeStorage:
    """Suites in a dictionary: ``saved`` maps the relative path to the suite."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.saved: dict[str, RenderedSuite] = {}
        self.saves: list[tuple[str, int, str]] = []
        self.error = error

    async def save(self, project: str, revision: int, event_id: str, suite: RenderedSuite) -> str:
        if self.error:
            raise self.error
        path = f"{project}/r{revision}"
        self.saves.append((project, revision, event_id))
        self.saved[path] = suite
        return path

    async def absolute(self, path: str) -> str:
        if path not in self.saved:
            raise StorageError("the suite's folder is gone", at=path)
        return f"/suites/{path}"

    async def load(self, path: str) -> tuple[SuiteFile, ...]:
        await self.absolute(path)
        return self.saved[path].files


def outcome(case_id: str = "case-1", kind: OutcomeKind = OutcomeKind.PASSED, **fields: str) -> Outcome:
    """An outcome of a case."""
    return replace(Outcome(case_id, f"test_it.py::{case_id}", kind, duration_seconds=0.1), **fields)  # type: ignore[arg-type]


class FakeRunner:
    """Reports ``outcomes`` and gives a result of them; ``error`` is raised instead; ``hold`` is awaited before the end."""

    def __init__(
        self,
        *outcomes: Outcome,
        status: RunStatus | None = None,
        error: Exception | None = None,
        hold: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self.outcomes = outcomes
        self.status = status
        self.error = error
        self.hold = hold
        self.requests: list[RunRequest] = []

    async def run(self, request: RunRequest, *, on_outcome: Callable[[Outcome], Awaitable[None]] | None = None) -> RunResult:
        self.requests.append(request)
        if self.error:
            raise self.error
        for one in self.outcomes:
            if on_outcome:
                await on_outcome(one)
        if self.hold:
            await self.hold()
        bad = any(one.kind in (OutcomeKind.FAILED, OutcomeKind.ERRORED) for one in self.outcomes)
        status = self.status or (RunStatus.FAILED if bad else RunStatus.PASSED)
        return RunResult(status, tuple(self.outcomes), duration_seconds=1.0, tier="fake")


class FakeNotifier:
    """Keeps the notices; ``error`` is raised after that."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.notices: list[Notice] = []
        self.error = error

    async def notify(self, notice: Notice) -> None:
        self.notices.append(notice)
        if self.error:
            raise self.error


class FakeObserver:
    """Keeps what it was told; ``error`` is raised after that."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.notices: list[Notice] = []
        self.error = error

    @property
    def kinds(self) -> list[str]:
        return [notice.kind for notice in self.notices]

    async def observe(self, notice: Notice) -> None:
        self.notices.append(notice)
        if self.error:
            raise self.error


class FakeSignal:
    """Counts the wakes; ``waits`` yields as soon as there was one."""

    def __init__(self) -> None:
        self.wakes = 0
        self._event = asyncio.Event()

    def wake(self) -> None:
        self.wakes += 1
        self._event.set()

    async def waits(self) -> AsyncIterator[None]:
        while True:
            await self._event.wait()
            self._event.clear()
            yield


class FakeReceiver:
    """Receives into a :class:`FakeDatabase`, one transaction each."""

    def __init__(self, database: FakeDatabase) -> None:
        self._database = database
        self.received: list[NewEvent] = []

    async def receive(self, event: NewEvent) -> Received:
        async with self._database() as uow:
            received = await uow.events.receive(event)
            await uow.commit()
        self.received.append(event)
        return received


def new_event(event_id: str = "evt-1", **fields: object) -> NewEvent:
    """A delivery of project ``shop`` that asks for work; the digest follows the body unless given."""
    body = fields.get("body", f"body of {event_id}".encode())
    assert isinstance(body, bytes)
    event = NewEvent(
        event_id=event_id,
        project="shop",
        source=Source.APIFOX,
        action=Action.REGENERATE,
        event_type="API_UPDATED",
        title="an API was updated",
        content="",
        body=body,
        headers=(("content-type", "application/json"),),
        digest=hashlib.sha256(body).hexdigest(),
    )
    return replace(event, **fields)  # type: ignore[arg-type]


def numbered_ids(prefix: str = "id") -> Callable[[], str]:
    """Ids ``id-1``, ``id-2``, ..."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}-{next(numbers)}"
