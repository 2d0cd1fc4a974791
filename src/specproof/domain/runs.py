"""Runs: one execution of a suite, and the outcome of each of its cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class OutcomeKind(StrEnum):
    """How one case ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    SKIPPED = "skipped"


class RunStatus(StrEnum):
    """How far a run has come. ``failed`` means that cases failed; ``broken`` that the run itself could not be carried out."""

    QUEUED = "queued"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    TIMED_OUT = "timed_out"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to the run."""
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the result plug-in says of one case. Secrets are already redacted in ``curl``, ``expected`` and ``actual``."""

    case_id: str
    node_id: str
    kind: OutcomeKind
    duration_seconds: float
    operation: str = ""
    family: str = ""
    title: str = ""
    check: str = ""
    """The :class:`~specproof.domain.check_ids.CheckId` value of the failed check; "" for none."""
    expected: str = ""
    actual: str = ""
    curl: str = ""
    message: str = ""
    remarks: tuple[str, ...] = ()
    """Minor observations that fail nothing."""
    group: str = ""
    """The operation's folder or first tag; kept with the outcomes of a running suite, not in the database."""
    maintainer: str = ""
    """Whom the document calls responsible; kept as ``group`` is."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to run, against what, and within which limits.

    ``credentials`` maps ``SPECPROOF_CREDENTIAL_<SCHEME>`` and ``SPECPROOF_SECOND_CREDENTIAL_<SCHEME>`` to raw secrets.
    """

    suite_dir: str
    api_url: str
    credentials: dict[str, str] = field(default_factory=dict, repr=False)
    timeout_seconds: float = 600.0
    memory_bytes: int = 1 << 30
    select: tuple[str, ...] = ()
    """pytest node ids or ``-k`` free: relative file paths of the suite; empty runs all."""
    junit_path: str = ""
    """Where to put the JUnit XML; "" leaves it to the runner."""
    is_stateless: bool = False
    """Whether the target is a mock, which remembers nothing: what only a memory could answer is skipped."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. ``message`` says why it is broken or timed out; ``log_tail`` is the last of pytest's output, redacted."""

    status: RunStatus
    outcomes: tuple[Outcome, ...]
    duration_seconds: float
    message: str = ""
    log_tail: str = ""
    junit_path: str = ""
    tier: str = ""
    """The isolation that the run had (``rlimits``)."""

    def count(self, kind: OutcomeKind) -> int:
        """How many outcomes are of ``kind``."""
        return sum(1 for outcome in self.outcomes if outcome.kind is kind)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as the API shows it. Times are UTC. ``counts`` maps an :class:`OutcomeKind` value to a number."""

    run_id: str
    project: str
    suite_id: str
    revision: int
    api_url: str
    status: RunStatus
    counts: dict[str, int]
    total: int
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    message: str
    tier: str
    event_id: str = ""
    outcomes: tuple[Outcome, ...] = ()
