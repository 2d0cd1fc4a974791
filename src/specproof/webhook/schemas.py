"""The shapes of the API: what goes in is checked here, what comes out is made here from the domain's views."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from specproof.domain.events import EventStatus, EventView, Failure
from specproof.domain.repositories import Page

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
ErrorCode = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9_.]*$")]
ProjectName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
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
    headers: dict[str, str] = Field(
        default_factory=dict, description="as they came, secrets redacted; only when one event is asked for"
    )

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
    """Which dead letters to try again: ``event_ids``, or the ones that match ``project`` and ``error_code``, or ``all``."""

    event_ids: list[Identifier] = Field(default_factory=list, max_length=1000)
    project: ProjectName | None = None
    error_code: ErrorCode = ""
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
