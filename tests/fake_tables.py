"""The rows of the database in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from specproof.domain.events import (
    EventStatus,
    EventView,
    Failure,
    NewEvent,
)
from specproof.domain.repositories import (
    ApiKeyView,
    AuditEntry,
    Page,
)
from specproof.domain.runs import RunView
from specproof.domain.suite_proofs import ProofDetails
from specproof.domain.suites import SuiteRevision

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


def cut(rows: list[T], page: Page) -> tuple[tuple[T, ...], int]:
    return tuple(rows[page.offset : page.offset + page.limit]), len(rows)
