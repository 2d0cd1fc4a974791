"""Rows of the events table as the domain's types."""

from __future__ import annotations

from typing import Any

from specproof.database.models import EventRow
from specproof.domain.events import Action, Claim, EventStatus, EventView, Failure, SpecSource


def claim_of(row: EventRow) -> Claim:
    """A row that was just claimed, as the worker's claim on it."""
    assert row.lease_expires_at is not None  # noqa: S101  # the table's own check: a running row has a lease
    return Claim(
        event_id=row.event_id,
        project=row.project,
        action=Action(row.action),
        spec_source=SpecSource(document_id=row.spec_document_id, url=row.spec_url),
        run_after=row.run_after,
        attempt=row.attempts,
        token=row.token,
        lease_expires_at=row.lease_expires_at,
    )


def view_of(row: EventRow, *, headers: list[Any] | None = None) -> EventView:
    """A row as lists show it; ``headers`` only where the query has loaded them."""
    return EventView(
        event_id=row.event_id,
        project=row.project,
        source=row.source,
        event_type=row.event_type,
        title=row.title,
        content=row.content,
        action=row.action,
        status=EventStatus(row.status),
        attempts=row.attempts,
        stage=row.stage,
        received_at=row.received_at,
        run_at=row.run_at,
        finished_at=row.finished_at,
        first_failed_at=row.first_failed_at,
        last_failed_at=row.last_failed_at,
        failure=_failure_of(row),
        summary=row.summary,
        revision=row.revision,
        run_id=row.run_id,
        superseded_by=row.superseded_by,
        headers=tuple((name, value) for name, value in headers or []),
    )


def _failure_of(row: EventRow) -> Failure | None:
    if row.failure_code is None:
        return None
    return Failure(
        code=row.failure_code,
        message=row.failure_message or "",
        stage=row.failure_stage or "",
        hint=row.failure_hint or "",
        at=row.failure_at or "",
    )
