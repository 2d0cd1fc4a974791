"""The ports between rooms: what the pipeline and the routes need, and others provide. The database's are in ``repositories.py``.

``tests/fakes.py`` holds an in-memory implementation of each, kept honest by ``tests/contract``. Everything that touches a disk or a
socket is asynchronous.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from specproof.domain.events import NewEvent, Received, SpecSource
from specproof.domain.proofs import ProofReport
from specproof.domain.runs import Outcome, RunRequest, RunResult
from specproof.domain.suites import USUAL_CHOICES, QualityReport, RenderedSuite, SpecChange, SuiteChoices, SuiteFile
from specproof.openapi.findings import Finding


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """The time now, in UTC, with a time zone."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """A specification as it came: bytes, where from (for logs; no secrets), and its declared content type."""

    content: bytes
    origin: str
    content_type: str = ""


class SpecFetcher(Protocol):
    """Brings the document of a project."""

    async def fetch(self, project: str, source: SpecSource) -> FetchedDocument:
        """Raises ``FetchUnavailableError``, ``CircuitOpenError`` (transient), ``FetchRefusedError``, ``AddressBlockedError``, ``SpecLimitError``."""


class SuiteStorage(Protocol):
    """Where suites lie."""

    async def save(self, project: str, revision: int, event_id: str, suite: RenderedSuite) -> str:
        """Write atomically (staged under the event's id, then renamed) and return the path relative to the root. Repeating is harmless."""

    async def absolute(self, path: str) -> str:
        """The folder of a stored suite; :class:`~specproof.errors.StorageError` if it is gone or outside of the root."""

    async def load(self, path: str) -> tuple[SuiteFile, ...]:
        """The files of a stored suite."""


class CodeFormatter(Protocol):
    """Formats generated Python."""

    async def format(self, files: Sequence[SuiteFile]) -> tuple[SuiteFile, ...]:
        """All files, the ``is_code`` ones formatted. Raises ``GenerationError`` naming the file that does not parse."""


@dataclass(frozen=True, slots=True)
class GeneratedSuite:
    """What became of a document: the suite (already formatted) and what the document held.

    ``title`` is printable text of ours made from the document's title; ``change`` is against the previous document (empty for none).
    """

    suite: RenderedSuite
    title: str
    spec_digest: str
    operations_total: int
    findings: tuple[Finding, ...]
    change: SpecChange


class SuiteBuilder(Protocol):
    """The CPU work of an attempt, in a child process so that lease beats cannot starve. The child never opens the database."""

    async def digest(self, document: bytes) -> str:
        """The canonical digest of a document (same as ``ApiSpec.digest``). Raises a ``SpecificationError``."""

    async def generate(
        self, document: bytes, *, slug: str, previous: bytes | None, choices: SuiteChoices = USUAL_CHOICES
    ) -> GeneratedSuite:
        """Parse, diff, plan, render and format. Raises ``SpecificationError`` or ``GenerationError``, also across the process."""

    async def assess(self, generated: GeneratedSuite) -> QualityReport:
        """Apply the static quality rules."""


@dataclass(frozen=True, slots=True)
class ProofLimits:
    """How much a proof may try, and for how long."""

    max_mutants: int = 120
    seconds: float = 120.0


class SuiteProver(Protocol):
    """Proves suites, in a child process like all work that takes a processor."""

    def prepare(self) -> None:
        """A proof will be wanted soon: start what takes long to start. Never blocks, never raises."""

    async def prove(self, files: Sequence[SuiteFile], document: bytes, limits: ProofLimits, *, project: str = "") -> ProofReport:
        """What the suite of ``files`` is worth. What was found of the ``project``'s earlier revisions need not be found again.

        Raises :class:`~specproof.errors.ProofError`, also for a child that crashes or is too slow.
        """


class SuiteRunner(Protocol):
    """Runs a suite in a child process."""

    def run(self, request: RunRequest, *, on_outcome: Callable[[Outcome], Awaitable[None]] | None = None) -> Awaitable[RunResult]:
        """Never raises for failing tests; ``ExecutionError`` if the suite cannot be started at all."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell people: ``kind`` is ``suite.generated``, ``suite.unchanged``, ``suite.retired``,
    ``run.finished`` or ``event.dead``."""

    kind: str
    project: str
    event_id: str
    title: str
    text: str
    facts: dict[str, object]


class Notifier(Protocol):
    """Tells people."""

    async def notify(self, notice: Notice) -> None:
        """Deliver. May raise; the event bus keeps a failing notifier away from the job."""


class PipelineObserver(Protocol):
    """Watches attempts: published after the commit, and a failing observer never fails a job."""

    async def observe(self, notice: Notice) -> None:
        """Told once for each notice."""


class DeliveryReceiver(Protocol):
    """The way in for deliveries."""

    async def receive(self, event: NewEvent) -> Received:
        """What became of the delivery, once it is durable. Raises ``DatabaseUnavailableError``: then it was not stored."""


class WorkSignal(Protocol):
    """How receiving tells the engine that there is work."""

    def wake(self) -> None:
        """There may be work now. Never blocks, never raises."""

    def waits(self) -> AsyncIterator[None]:
        """Yields whenever there may be work."""
