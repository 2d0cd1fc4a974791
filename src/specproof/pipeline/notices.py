"""What is told of an attempt, in words for people."""

from __future__ import annotations

from specproof.domain.events import Claim, Failure, Success
from specproof.domain.ports import Notice
from specproof.domain.suites import SuiteRevision
from specproof.pipeline.prove_suite import proof_line


def generated_notice(suite: SuiteRevision) -> Notice:
    """A new revision, and what changed in the document."""
    facts: dict[str, object] = {
        "suite_id": suite.suite_id,
        "revision": suite.revision,
        "files": suite.file_count,
        "cases": suite.case_count,
        "operations": suite.operations_total,
        "quality_score": suite.quality_score,
        "quality_grade": suite.quality_grade,
        "added": list(suite.change.added),
        "removed": list(suite.change.removed),
        "changed": list(suite.change.changed),
        "breaking": suite.change.breaking,
        "proof": suite.proof.state.value,
        "strength": suite.proof.strength,
        "trust": suite.proof.trust,
        "proof_grade": suite.proof.grade,
    }
    judged = [] if suite.change.is_empty else [f"breaking: {suite.change.breaking}, warnings: {suite.change.warnings}"]
    lines = [
        f"{suite.case_count} cases for {suite.operations_covered} of {suite.operations_total} operations",
        *([proven] if (proven := proof_line(suite.proof)) else []),
        *judged,
        *suite.change.details,
    ]
    return Notice(
        kind="suite.generated",
        project=suite.project,
        event_id=suite.event_id,
        title=f"{suite.project}: revision {suite.revision} of {suite.title}",
        text="\n".join(lines[:30]),
        facts=facts,
    )


def unchanged_notice(claim: Claim, success: Success) -> Notice:
    """The document is the one that we know."""
    return Notice(
        kind="suite.unchanged",
        project=claim.project,
        event_id=claim.event_id,
        title=f"{claim.project}: the document did not change",
        text=success.summary,
        facts={"revision": success.revision},
    )


def retired_notice(claim: Claim, revisions: int) -> Notice:
    """The project is gone at its source."""
    return Notice(
        kind="suite.retired",
        project=claim.project,
        event_id=claim.event_id,
        title=f"{claim.project}: retired",
        text=f"The project is gone at its source; {revisions} revisions are retired and kept.",
        facts={"revisions": revisions},
    )


def dead_notice(claim: Claim, failure: Failure) -> Notice:
    """A job became a dead letter."""
    return Notice(
        kind="event.dead",
        project=claim.project,
        event_id=claim.event_id,
        title=f"{claim.project}: an event could not be worked on",
        text=f"{failure.message}\n{failure.hint}".strip(),
        facts={"code": failure.code, "stage": failure.stage, "at": failure.at, "attempts": claim.attempt},
    )
