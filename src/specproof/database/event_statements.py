"""The statements that run often, built once: building one costs more than the database needs to answer it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, exists, insert, or_, select, update

from specproof.database.admission import Admitted
from specproof.database.models import DocumentRow, EventRow
from specproof.database.times import MomentFromNow
from specproof.domain.events import WAITING, EventStatus

EVENTS = cast(Table, EventRow.__table__)
DOCUMENTS = cast(Table, DocumentRow.__table__)
WAITING_VALUES = tuple(sorted(status.value for status in WAITING))

_waiting = or_(*(EVENTS.c.status == value for value in WAITING_VALUES))  # an IN list cannot be part of an executemany
_busy = EVENTS.alias("busy")
_older = EVENTS.alias("older")
_is_next = and_(
    _waiting,
    ~exists().where(_busy.c.project == EVENTS.c.project, _busy.c.status == EventStatus.RUNNING.value),
    # Within a project the newest comes last, whatever was revived or retried in between.
    ~exists().where(
        _older.c.project == EVENTS.c.project,
        _older.c.status.in_(WAITING_VALUES),
        _older.c.seq < EVENTS.c.seq,
    ),
)

RELATIVES = (
    select(
        EVENTS.c.event_id,
        EVENTS.c.project,
        EVENTS.c.source,
        EVENTS.c.delivery_id,
        EVENTS.c.digest,
        EVENTS.c.status,
        EVENTS.c.token,
        EVENTS.c.burst_started_at,
    )
    .where(
        EVENTS.c.project.in_(bindparam("projects", expanding=True)),
        or_(_waiting, EVENTS.c.delivery_id.in_(bindparam("delivery_ids", expanding=True))),
    )
    .order_by(EVENTS.c.seq)
)
"""``projects`` and ``delivery_ids``: the waiting events, and those that may be repeated."""

INSERT_EVENT = insert(EVENTS)
INSERT_DOCUMENT = insert(DOCUMENTS)

SUPERSEDE = (
    update(EVENTS)
    .where(EVENTS.c.event_id == bindparam("old"), _waiting)
    .values(status=EventStatus.SUPERSEDED.value, superseded_by=bindparam("newer"), finished_at=MomentFromNow())
)
"""``old`` and ``newer``. Named ids, seen before the newer row was written: what came later can never fall to what came earlier."""

NEXT_DUE = (
    select(EVENTS.c.seq)
    .where(_is_next, EVENTS.c.run_at <= MomentFromNow())
    .order_by(EVENTS.c.run_at, EVENTS.c.seq)
    .limit(1)
    .with_for_update(skip_locked=True, of=EVENTS)
)

FIRST_WAITING = select(EVENTS.c.run_at, MomentFromNow().label("now")).where(_is_next).order_by(EVENTS.c.run_at).limit(1)

CLAIM = (
    update(EVENTS)
    .where(EVENTS.c.seq == bindparam("claimed"))
    .values(
        status=EventStatus.RUNNING.value,
        attempts=EVENTS.c.attempts + 1,
        token=EVENTS.c.token + 1,
        worker=bindparam("by"),
        stage="",
        lease_expires_at=MomentFromNow(bindparam("lease")),
    )
)
"""``claimed`` (seq), ``by`` (worker), ``lease`` (seconds)."""


def event_columns(admitted: Admitted, now: datetime) -> dict[str, Any]:
    """The row of an admitted delivery."""
    event, known = admitted.event, admitted.known
    return {
        "event_id": event.event_id,
        "project": event.project,
        "source": known.source,
        "delivery_id": known.delivery_id,
        "digest": event.digest,
        "action": event.action.value,
        "event_type": event.event_type[:100],
        "title": event.title,
        "content": event.content,
        "status": known.status.value,
        "attempts": 0,
        "token": 0,
        "worker": "",
        "stage": "",
        "summary": "",
        "received_at": now,
        "run_at": admitted.run_at,
        "burst_started_at": known.burst_started_at,
        "superseded_by": admitted.superseded_by,
        "finished_at": now if admitted.superseded_by else None,
        "spec_document_id": event.spec_source.document_id,
        "spec_url": event.spec_source.url,
        "run_after": event.run_after,
        "headers": [list(header) for header in event.headers],
        "body": event.body,
    }
