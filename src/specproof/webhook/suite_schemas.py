"""The shapes of suites, validation and runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from specproof.domain.runs import Outcome, RunView
from specproof.domain.suites import ChangeRecord, QualityReport, SpecChange, SuiteRevision
from specproof.execution.failures import cause_of_failure, failure_groups, wfc_number
from specproof.observability.redaction import redact_text
from specproof.openapi.findings import Finding
from specproof.webhook.proof_schemas import ProofShape
from specproof.webhook.schemas import Identifier, Input, Output, ProjectName

SuitePath = Annotated[
    str, StringConstraints(min_length=1, max_length=240, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")
]
"""Relative, POSIX, no part begins with a dot: nothing climbs out, nothing hides."""


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


class ChangeRecordShape(Output):
    """One change of the contract: `severity` is breaking, warning or info; `rule` is explained in docs/diff.md."""

    operation: str
    rule: str
    severity: str
    direction: str
    pointer_before: str
    pointer_after: str
    sentence: str

    @classmethod
    def of(cls, record: ChangeRecord) -> ChangeRecordShape:
        """From the domain's record."""
        return cls(
            operation=record.operation,
            rule=record.rule,
            severity=record.severity,
            direction=record.direction,
            pointer_before=record.pointer_before,
            pointer_after=record.pointer_after,
            sentence=record.sentence,
        )


class ChangeShape(Output):
    """What changed against the revision before: labels of operations, sentences for people, counts, and the worst changes as records."""

    added: list[str]
    removed: list[str]
    changed: list[str]
    details: list[str]
    breaking: int
    warnings: int
    harmless: int
    records: list[ChangeRecordShape]

    @classmethod
    def of(cls, change: SpecChange) -> ChangeShape:
        """From the domain's change."""
        return cls(
            added=list(change.added),
            removed=list(change.removed),
            changed=list(change.changed),
            details=list(change.details),
            breaking=change.breaking,
            warnings=change.warnings,
            harmless=change.harmless,
            records=[ChangeRecordShape.of(record) for record in change.records],
        )


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
    proof: ProofShape
    breaking: int = Field(description="breaking changes of the document against the revision before")
    event_id: str
    created_at: datetime
    is_retired: bool

    @classmethod
    def of(cls, suite: SuiteRevision) -> SuiteShape:
        """From the domain's revision."""
        return cls(**_suite_fields(suite))


class SuiteDetail(SuiteShape):
    """A revision with what changed and what was found."""

    change: ChangeShape
    findings: list[FindingShape]

    @classmethod
    def of(cls, suite: SuiteRevision) -> SuiteDetail:
        """From the domain's revision."""
        return cls(
            **_suite_fields(suite),
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
        "proof": ProofShape.of(suite.proof),
        "breaking": suite.change.breaking,
        "event_id": suite.event_id,
        "created_at": suite.created_at,
        "is_retired": suite.is_retired,
    }


class RunTests(Input):
    """Which suite to run: ``suite_id``, or the newest of ``project``. ``api_url`` must be the project's target or an allowed address.

    A suite below the project's gate is run with ``force`` only.
    """

    project: ProjectName | None = None
    suite_id: Identifier | None = None
    api_url: Annotated[str, StringConstraints(max_length=2000)] = ""
    force: bool = False


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
    wfc: int | None = Field(None, description="fault category of Web Fuzzing Commons; null where a case failed for none of them")
    cause: str = Field(
        "", description="what was answered to which kind of value; failures of one check and one cause belong together"
    )

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
            wfc=wfc_number(outcome),
            cause=cause_of_failure(outcome),
        )


class FailureGroupShape(Output):
    """Failures of one root cause. ``cases`` are case ids; the first stands for all, its details are among the outcomes."""

    check: str
    wfc: int | None
    cause: str
    count: int
    operations: list[str]
    cases: list[str]


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
    failures: list[FailureGroupShape] = Field(
        default_factory=list, description="the failed outcomes by root cause, each cause once"
    )

    @classmethod
    def of(cls, run: RunView) -> RunShape:
        """From the domain's view."""
        return cls(
            run_id=run.run_id,
            project=run.project,
            suite_id=run.suite_id,
            revision=run.revision,
            event_id=run.event_id,
            api_url=redact_text(run.api_url),  # a target may carry user:password
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
            failures=[FailureGroupShape(**group.summary()) for group in failure_groups(run.outcomes)],
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
