"""Events: what happened at the sender, and how far our work on it has come.

The status is an enum with listed transitions, held by :data:`TRANSITIONS` and by the database::

    recorded                      (nothing to do: kept as it came)
    pending  -> running | superseded
    running  -> succeeded | retrying | dead | pending     (pending: released by a graceful stop, no attempt charged)
    retrying -> running | superseded | dead
    dead     -> pending           (a person asked for another try)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from specproof.errors import TransitionError


class EventStatus(StrEnum):
    """How far the work that an event causes has come."""

    RECORDED = "recorded"
    PENDING = "pending"
    RUNNING = "running"
    RETRYING = "retrying"
    SUCCEEDED = "succeeded"
    SUPERSEDED = "superseded"
    DEAD = "dead"

    def moved_to(self, target: EventStatus) -> EventStatus:
        """``target``, if the table lists the step; :class:`~specproof.errors.TransitionError` otherwise."""
        if target not in TRANSITIONS[self]:
            raise TransitionError(f"an event that is {self.value} cannot become {target.value}")
        return target


TRANSITIONS: dict[EventStatus, frozenset[EventStatus]] = {
    EventStatus.RECORDED: frozenset(),
    EventStatus.PENDING: frozenset({EventStatus.RUNNING, EventStatus.SUPERSEDED}),
    EventStatus.RUNNING: frozenset({EventStatus.SUCCEEDED, EventStatus.RETRYING, EventStatus.DEAD, EventStatus.PENDING}),
    EventStatus.RETRYING: frozenset({EventStatus.RUNNING, EventStatus.SUPERSEDED, EventStatus.DEAD}),
    EventStatus.SUCCEEDED: frozenset(),
    EventStatus.SUPERSEDED: frozenset(),
    EventStatus.DEAD: frozenset({EventStatus.PENDING}),
}

WAITING = frozenset({EventStatus.PENDING, EventStatus.RETRYING})


class Source(StrEnum):
    """Which door a delivery came through."""

    APIFOX = "apifox"
    OPENAPI = "openapi"


class Action(StrEnum):
    """What an event asks of us."""

    REGENERATE = "regenerate"
    """Fetch the specification, and make a new revision if it changed."""
    RETIRE = "retire"
    """The project is gone: retire its suites."""
    RECORD = "record"
    """Keep it; nothing to do."""


class Stage(StrEnum):
    """The stages of an attempt, in order: for logs, progress and dead letters."""

    FETCHING = "fetching"
    PARSING = "parsing"
    GENERATING = "generating"
    FORMATTING = "formatting"
    QUALITY = "quality"
    STORING = "storing"
    PROVING = "proving"
    RUNNING = "running"
    NOTIFYING = "notifying"


@dataclass(frozen=True, slots=True)
class SpecSource:
    """Where the specification of an event is to be had. Exactly one of the fields is set; none: as the project's settings say."""

    document_id: str = ""
    """The id of a stored document that came in the delivery's body."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A delivery that was accepted and is about to be stored. ``body`` is raw; ``headers`` are already redacted."""

    event_id: str
    project: str
    source: Source
    action: Action
    event_type: str
    """The sender's name for it (``API_UPDATED``), at most 100 characters; "" if none could be read."""
    title: str
    content: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    digest: str
    """SHA-256 of ``body``, hexadecimal."""
    delivery_id: str = ""
    """The sender's own id of the delivery, if it gives one: then duplicates are found by it for ever."""
    settle_seconds: float = 0.0
    """Wait at least this long for more of the same burst ..."""
    settle_limit_seconds: float = 0.0
    """... but at most this long after the first of the burst."""
    spec_source: SpecSource = SpecSource()
    document: bytes = b""
    """The specification itself, if the delivery carried it (then ``spec_source.document_id`` is the event's id)."""
    run_after: bool = True
    """Whether the suite is to be run against the project's target afterwards."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a delivery: the event's id, whether it is a duplicate of an earlier one, and how many it superseded."""

    event_id: str
    status: EventStatus
    is_duplicate: bool = False
    superseded: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker holds: every write for it carries ``token``, which grows with each claim (fencing)."""

    event_id: str
    project: str
    action: Action
    spec_source: SpecSource
    run_after: bool
    attempt: int
    """1 for the first try."""
    token: int
    lease_expires_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed: the analysed part of a dead letter."""

    code: str
    message: str
    stage: str
    hint: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Success:
    """What an attempt brought: a new revision, or the word that nothing had changed."""

    summary: str
    revision: int | None = None
    run_id: str | None = None
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as lists and pages show it. Times are UTC."""

    event_id: str
    project: str
    source: str
    event_type: str
    title: str
    content: str
    action: str
    status: EventStatus
    attempts: int
    stage: str
    received_at: datetime
    run_at: datetime
    finished_at: datetime | None = None
    first_failed_at: datetime | None = None
    last_failed_at: datetime | None = None
    failure: Failure | None = None
    summary: str = ""
    revision: int | None = None
    run_id: str | None = None
    superseded_by: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many events are in each status; ``oldest_waiting_seconds`` is how long the first due one has been waiting."""

    by_status: dict[str, int]
    oldest_waiting_seconds: float = 0.0
