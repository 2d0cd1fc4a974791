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
    known: tuple[str, ...] = ()
    """Failures that the baseline knows; the case then counts as skipped. Kept as ``group`` is."""
    weight: str = ""
    """``minor`` where only a strict run calls it a failure; kept as ``group`` is."""
    rule: str = ""
    """The rule of the document that the case is about, and where it stands; kept as ``group`` is."""
    failure_keys: tuple[str, ...] = ()
    """Of failures that stand in the baseline: operation, check and cause as a JSON list; kept as ``group`` is."""
    timings: tuple[str, ...] = ()
    """How long answers took, in words; kept as ``group`` is."""
    entry: str = ""
    """The failure as a baseline holds it, as JSON; kept as ``group`` is."""
    unrecognised: str = ""
    """What was answered (``GET /things: 404 text/html``) where nothing of it can have come from the API of the document; kept as ``group`` is."""

    @property
    def is_known(self) -> bool:
        """Whether the case failed in nothing but what the baseline knows."""
        return self.kind is OutcomeKind.SKIPPED and bool(self.known)


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
    baseline: str = ""
    """The file of known failures; "" leaves it to the suite, which uses the one in its folder."""
    write_baseline: str = ""
    """The file to write the failures of this run into; "" for none."""
    harvest: str = ""
    """The file to write ids into that the API's lists show; "" for none."""
    is_as_documented: bool = False
    """Judge by the document alone, whatever is accepted."""
    is_risky: bool = False
    """Whether to call what may stop the API or never end."""
    strictness: str = ""
    """How strictly the suite judges (``specproof.checks.strictness``); "" is the usual one."""
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

    @property
    def known(self) -> int:
        """How many of the skipped outcomes are known failures."""
        return sum(1 for outcome in self.outcomes if outcome.is_known)


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
