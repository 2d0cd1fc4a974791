"""Which deliveries are new, which repeat an earlier one, and which fall to a newer one: decided in memory, carried out elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from specproof.database.types import storable_text
from specproof.domain.events import WAITING, Action, EventStatus, NewEvent, Received


@dataclass(slots=True)
class KnownEvent:
    """An event that a delivery may repeat or supersede: a stored one, or an earlier one of the same batch."""

    event_id: str
    project: str
    source: str
    delivery_id: str
    digest: str
    status: EventStatus
    token: int
    burst_started_at: datetime


@dataclass(slots=True)
class Admitted:
    """A delivery that becomes a row, and what its row says."""

    event: NewEvent
    known: KnownEvent
    run_at: datetime
    superseded_by: str | None = None


@dataclass(slots=True)
class Admission:
    """What to write, and what to answer. ``answers`` are in the order of the deliveries."""

    answers: list[Received] = field(default_factory=list)
    admitted: list[Admitted] = field(default_factory=list)
    superseded: dict[str, str] = field(default_factory=dict)
    """Stored events that fall to a delivery: id to the newer event's id."""


def bounded_delivery_id(delivery_id: str) -> str:
    """A sender's id that fits an index, whatever the sender calls an id."""
    text = storable_text(delivery_id)
    return text if len(text) <= 200 else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def admit(events: Sequence[NewEvent], stored: Iterable[KnownEvent], now: datetime) -> Admission:
    """Decide about ``events`` in their order, as if each had its own transaction. ``stored`` are the projects' waiting events and those
    with the same delivery ids."""
    admission = Admission()
    known = list(stored)
    fresh: dict[str, Admitted] = {}
    for event in events:
        mine = _described(event, now)
        first = next((other for other in known if _repeats(mine, other)), None)
        if first is not None:
            admission.answers.append(Received(first.event_id, first.status, is_duplicate=True))
            continue
        older = [other for other in known if other.project == event.project and other.status in WAITING]
        older = older if mine.status is EventStatus.PENDING else []
        mine.burst_started_at = min([now, *(one.burst_started_at for one in older if one.status is EventStatus.PENDING)])
        for one in older:
            one.status = one.status.moved_to(EventStatus.SUPERSEDED)
            if one.event_id in fresh:
                fresh[one.event_id].superseded_by = event.event_id
            else:
                admission.superseded[one.event_id] = event.event_id
        fresh[event.event_id] = Admitted(event, mine, _due(event, mine, now))
        known.append(mine)
        admission.answers.append(Received(event.event_id, mine.status, superseded=len(older)))
    admission.admitted = list(fresh.values())
    return admission


def _described(event: NewEvent, now: datetime) -> KnownEvent:
    return KnownEvent(
        event_id=event.event_id,
        project=event.project,
        source=event.source.value,
        delivery_id=bounded_delivery_id(event.delivery_id),
        digest=event.digest,
        status=EventStatus.RECORDED if event.action is Action.RECORD else EventStatus.PENDING,
        token=0,
        burst_started_at=now,
    )


def _repeats(mine: KnownEvent, other: KnownEvent) -> bool:
    if (mine.project, mine.source, mine.delivery_id) != (other.project, other.source, other.delivery_id):
        return False
    # Without an id the same words can announce a second edit: they repeat the first only while its work has not begun.
    return bool(mine.delivery_id) or (mine.digest == other.digest and other.status is EventStatus.PENDING and other.token == 0)


def _due(event: NewEvent, mine: KnownEvent, now: datetime) -> datetime:
    if mine.status is not EventStatus.PENDING:
        return now
    latest = mine.burst_started_at + timedelta(seconds=event.settle_limit_seconds)
    return min(now + timedelta(seconds=event.settle_seconds), latest)
