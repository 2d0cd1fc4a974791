"""The shapes of the API: what goes in is checked here, what comes out is made here from the domain's views."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from specproof.domain.events import EventStatus, EventView, Failure
from specproof.domain.repositories import Page
from specproof.domain.runs import Outcome, RunView
from specproof.domain.suites import QualityReport, SpecChange, SuiteRevision
from specproof.openapi.findings import Finding

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
ProjectName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
SuitePath = Annotated[str, StringConstraints(min_length=1, max_length=240, pattern=r"^[A-Za-z0-9_.][A-Za-z0-9_.-]*(/[A-Za-z0-9_.][A-Za-z0-9_.-]*)*$")]

T = TypeVar("T")


class Input(BaseModel):
    """A request body: unknown members are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Output(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


class Problem(Output):
    """An error (RFC 9457). ``code`` is stable, ``hint`` says what to do, ``at`` where it is."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    hint: str
    at: str


class Listing(Output, Generic[T]):
    """A part of a list; ``total`` counts all that match."""

    items: list[T]
    total: int
    limit: int
    offset: int

    @classmethod
    def of(cls, items: list[T], total: int, page: Page) -> Listing[T]:
        """A listing of ``items``, which are the ones that ``page`` asked for."""
        return cls(items=items, total=total, limit=page.limit, offset=page.offset)


class DeliveryAccepted(Output):
    """What became of a delivery. ``duplicate``: it repeats an earlier one, whose id this is."""

    event_id: str
    status: EventStatus
    duplicate: bool


class Health(Output):
    """Liveness: the process answers."""

    status: str = "alive"


class FailureShape(Output):
    """Why an attempt failed: the analysed part of a dead letter."""

    code: str
    message: str
    stage: str
    hint: str
    at: str

    @classmethod
    def of(cls, failure: Failure) -> FailureShape:
        """From the domain's failure."""
        return cls(code=failure.code, message=failure.message, stage=failure.stage, hint=failure.hint, at=failure.at)


class EventShape(Output):
    """An event and how far the work on it has come. ``stage`` is the stage of the running or last attempt."""

    event_id: str
    project: str
    source: str
    event_type: str
    title: str
    content: str
    action: str
    status: EventStatus
    stage: str
    attempts: int
    received_at: datetime
    run_at: datetime
    finished_at: datetime | None
    first_failed_at: datetime | None
    last_failed_at: datetime | None
    failure: FailureShape | None
    summary: str
    revision: int | None
    suite_id: str | None = None
    run_id: str | None
    superseded_by: str | None
    headers: dict[str, str] = Field(default_factory=dict, description="as they came, secrets redacted; only when one event is asked for")

    @classmethod
    def of(cls, view: EventView, suite_id: str | None = None) -> EventShape:
        """From the domain's view."""
        return cls(
            event_id=view.event_id,
            project=view.project,
            source=view.source,
            event_type=view.event_type,
            title=view.title,
            content=view.content,
            action=view.action,
            status=view.status,
            stage=view.stage,
            attempts=view.attempts,
            received_at=view.received_at,
            run_at=view.run_at,
            finished_at=view.finished_at,
            first_failed_at=view.first_failed_at,
            last_failed_at=view.last_failed_at,
            failure=FailureShape.of(view.failure) if view.failure else None,
            summary=view.summary,
            revision=view.revision,
            suite_id=suite_id,
            run_id=view.run_id,
            superseded_by=view.superseded_by,
            headers=dict(view.headers),
        )


class RetryFailedEvents(Input):
    """Which dead letters to try again: ``event_ids``, or all that match ``project`` and ``error_code`` (then ``all`` must be true if both are empty)."""

    event_ids: list[Identifier] = Field(default_factory=list, max_length=1000)
    project: ProjectName | None = None
    error_code: Annotated[str, StringConstraints(max_length=100)] = ""
    all: bool = Field(False, description="every dead letter; needed when nothing else is given")
    limit: int = Field(1000, ge=1, le=1000)


class SkippedEvent(Output):
    """An event that was not retried, and why."""

    event_id: str
    reason: str


class RetriedEvents(Output):
    """What was put back into the queue; ids are kept."""

    retried: list[str]
    skipped: list[SkippedEvent]


class FindingShape(Output):
    """Something worth saying about a specification or a suite."""

    code: str
    at: str
    message: str
    severity: str

    @classmethod
    def of(cls, finding: Finding) -> FindingShape:
        """From the domain's finding."""
        return cls(code=finding.code.value, at=finding.at, message=finding.message, severity=finding.severity.value)


class ChangeShape(Output):
    """What changed against the revision before: labels of operations, and sentences for people."""

    added: list[str]
    removed: list[str]
    changed: list[str]
    details: list[str]

    @classmethod
    def of(cls, change: SpecChange) -> ChangeShape:
        """From the domain's change."""
        return cls(added=list(change.added), removed=list(change.removed), changed=list(change.changed), details=list(change.details))


class QualityShape(Output):
    """What the static rules say: ``score`` 0 to 100, ``grade`` A to F."""

    score: float
    grade: str
    case_count: int
    operations_total: int
    operations_covered: int


class SuiteShape(Output):
    """A stored revision of a suite."""

    suite_id: str
    project: str
    revision: int
    slug: str
    title: str
    path: str
    spec_digest: str
    file_count: int
    quality: QualityShape
    event_id: str
    created_at: datetime
    is_retired: bool

    @classmethod
    def of(cls, suite: SuiteRevision) -> SuiteShape:
        """From the domain's revision."""
        return cls(**_suite_fields(suite))  # type: ignore[arg-type]


class SuiteDetail(SuiteShape):
    """A revision with what changed and what was found."""

    change: ChangeShape
    findings: list[FindingShape]

    @classmethod
    def of(cls, suite: SuiteRevision) -> SuiteDetail:
        """From the domain's revision."""
        return cls(
            **_suite_fields(suite),  # type: ignore[arg-type]
            change=ChangeShape.of(suite.change),
            findings=[FindingShape.of(finding) for finding in suite.findings],
        )


def _suite_fields(suite: SuiteRevision) -> dict[str, object]:
    return {
        "suite_id": suite.suite_id,
        "project": suite.project,
        "revision": suite.revision,
        "slug": suite.slug,
        "title": suite.title,
        "path": suite.path,
        "spec_digest": suite.spec_digest,
        "file_count": suite.file_count,
        "quality": QualityShape(
            score=suite.quality_score,
            grade=suite.quality_grade,
            case_count=suite.case_count,
            operations_total=suite.operations_total,
            operations_covered=suite.operations_covered,
        ),
        "event_id": suite.event_id,
        "created_at": suite.created_at,
        "is_retired": suite.is_retired,
    }


class RunTests(Input):
    """Which suite to run: ``suite_id``, or the newest of ``project``. ``api_url`` must be the project's target or an allowed address."""

    project: ProjectName | None = None
    suite_id: Identifier | None = None
    api_url: Annotated[str, StringConstraints(max_length=2000)] = ""
    select: list[SuitePath] = Field(default_factory=list, max_length=500, description="files of the suite; empty runs all")


class RunAccepted(Output):
    """A run was queued; its progress is at ``Location``."""

    run_id: str
    status: str = "queued"


class OutcomeShape(Output):
    """How one case ended; for a failed one what was expected, what came, and the request that shows it."""

    case_id: str
    node_id: str
    kind: str
    duration_seconds: float
    operation: str
    family: str
    title: str
    check: str
    expected: str
    actual: str
    curl: str
    message: str
    remarks: list[str]

    @classmethod
    def of(cls, outcome: Outcome) -> OutcomeShape:
        """From the domain's outcome."""
        return cls(
            case_id=outcome.case_id,
            node_id=outcome.node_id,
            kind=outcome.kind.value,
            duration_seconds=outcome.duration_seconds,
            operation=outcome.operation,
            family=outcome.family,
            title=outcome.title,
            check=outcome.check,
            expected=outcome.expected,
            actual=outcome.actual,
            curl=outcome.curl,
            message=outcome.message,
            remarks=list(outcome.remarks),
        )


class RunShape(Output):
    """A run: ``counts`` by outcome so far of ``total`` cases."""

    run_id: str
    project: str
    suite_id: str
    revision: int
    event_id: str
    api_url: str
    status: str
    is_finished: bool
    counts: dict[str, int]
    total: int
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    message: str
    tier: str
    outcomes: list[OutcomeShape] = Field(default_factory=list, description="failed ones first; only when one run is asked for")

    @classmethod
    def of(cls, run: RunView) -> RunShape:
        """From the domain's view."""
        return cls(
            run_id=run.run_id,
            project=run.project,
            suite_id=run.suite_id,
            revision=run.revision,
            event_id=run.event_id,
            api_url=run.api_url,
            status=run.status.value,
            is_finished=run.status.is_finished,
            counts=run.counts,
            total=run.total,
            queued_at=run.queued_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
            message=run.message,
            tier=run.tier,
            outcomes=[OutcomeShape.of(outcome) for outcome in run.outcomes],
        )


class ValidateTests(Input):
    """What to validate: uploaded ``files`` (relative path to text), or a stored suite."""

    files: dict[SuitePath, str] | None = Field(None, max_length=5000)
    suite_id: Identifier | None = None


class ValidationReport(Output):
    """What the static rules say of a suite. ``valid``: no finding is major."""

    valid: bool
    score: float
    grade: str
    rules: dict[str, float]
    findings: list[FindingShape]
    case_count: int
    file_count: int

    @classmethod
    def of(cls, report: QualityReport, file_count: int) -> ValidationReport:
        """From the domain's report."""
        findings = [FindingShape.of(finding) for finding in report.findings]
        return cls(
            valid=all(finding.severity != "major" for finding in findings),
            score=report.score,
            grade=report.grade,
            rules=report.rules,
            findings=findings,
            case_count=report.case_count,
            file_count=file_count,
        )


class StatusReport(Output):
    """Readiness. Without an API key only ``state`` and ``version`` are filled."""

    state: str = Field(description="`ready` or `not_ready`")
    version: str
    reasons: list[str] = Field(default_factory=list, description="why it is not ready")
    database: str | None = None
    engine: EngineShape | None = None
    queue: QueueShape | None = None
    dead_letters: int | None = None
    breakers: list[BreakerShape] | None = None


class EngineShape(Output):
    """The worker: when it was last alive (None: never seen), and how old that may be."""

    mode: str
    last_beat_seconds: float | None
    max_beat_seconds: float


class QueueShape(Output):
    """Events by status; ``depth`` counts the ones that wait or run."""

    depth: int
    oldest_waiting_seconds: float
    by_status: dict[str, int]


class BreakerShape(Output):
    """A circuit breaker around calls out."""

    name: str
    state: str
    failures: int
    opened_seconds_ago: float | None
