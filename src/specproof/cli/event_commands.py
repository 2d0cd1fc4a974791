"""``events`` and ``dead-letters``: reading the queue and sending dead jobs back into it."""

from __future__ import annotations

from datetime import datetime

from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output, table
from specproof.cli.session import database
from specproof.domain.events import EventStatus, EventView
from specproof.domain.repositories import AuditEntry, EventQuery, Page
from specproof.errors import NotFoundError, RequestError
from specproof.openapi.text import UntrustedText


async def list_events(project: str, status: str, limit: int, output: Output) -> int:
    """Events, newest first."""
    query = EventQuery(project=project, statuses=_statuses(status))
    async with database() as db, db.unit_of_work() as uow:
        events, total = await uow.events.find(query, Page(limit=limit))
    rows = [_row(event) for event in events]
    lines = table(rows, ("event", "project", "type", "status", "attempts", "received", "says")) if rows else ["no events"]
    if total > len(events):
        lines.append(f"{len(events)} of {total}")
    output.result({"events": [_document(event) for event in events], "total": total}, lines)
    return ExitCode.DONE


def _statuses(status: str) -> tuple[EventStatus, ...]:
    if not status:
        return ()
    try:
        return (EventStatus(status),)
    except ValueError as error:
        known = ", ".join(known.value for known in EventStatus)
        raise RequestError(f"{status!r} is no status", at="--status", hint=f"Use one of: {known}.") from error


def _row(event: EventView) -> tuple[str, ...]:
    says = f"{event.failure.code}: {event.failure.message}" if event.failure else event.summary
    received = event.received_at.strftime("%Y-%m-%d %H:%M:%S")
    return (
        event.event_id,
        event.project,
        event.event_type or "-",
        event.status.value,
        str(event.attempts),
        received,
        _printable(says),
    )


def _printable(text: str) -> str:
    """Deliveries are foreign text: no control characters reach the terminal."""
    return UntrustedText(text).printable(80)


async def show_event(event_id: str, output: Output) -> int:
    """One event with everything known about it."""
    async with database() as db, db.unit_of_work() as uow:
        event = await uow.events.get(event_id)
    if event is None:
        raise NotFoundError(f"there is no event {event_id}", hint="specproof events list")
    document = _document(event)
    output.result(
        document, [f"{name:16}{_printable(str(value))}" for name, value in document.items() if value not in (None, "", [])]
    )
    return ExitCode.DONE


def _document(event: EventView) -> dict[str, object]:
    failure = event.failure
    return {
        "event_id": event.event_id,
        "project": event.project,
        "source": event.source,
        "event_type": event.event_type,
        "title": event.title,
        "content": event.content,
        "status": event.status.value,
        "stage": event.stage,
        "attempts": event.attempts,
        "received_at": event.received_at.isoformat(),
        "run_at": event.run_at.isoformat(),
        "finished_at": _time(event.finished_at),
        "summary": event.summary,
        "revision": event.revision,
        "run_id": event.run_id,
        "superseded_by": event.superseded_by,
        "error_code": failure.code if failure else None,
        "error": failure.message if failure else None,
        "error_at": failure.at if failure else None,
        "hint": failure.hint if failure else None,
        "failed_stage": failure.stage if failure else None,
        "first_failed_at": _time(event.first_failed_at),
        "last_failed_at": _time(event.last_failed_at),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


async def retry(event_ids: list[str], project: str, code: str, output: Output) -> int:
    """Send dead events back: the named ones, or all that match."""
    query = EventQuery(project=project, statuses=(EventStatus.DEAD,), error_code=code)
    async with database() as db, db.unit_of_work() as uow:
        revived = await uow.events.revive(query, event_ids)
        for event_id in revived:
            await uow.audit.add(AuditEntry(actor="command line", operation="events.retry", subject=event_id))
        await uow.commit()
    missing = sorted(set(event_ids) - set(revived))
    if missing:
        raise NotFoundError(
            f"no dead event {', '.join(missing)}", hint="Only dead events can be retried: specproof dead-letters list"
        )
    output.result({"retried": list(revived)}, [f"{len(revived)} events will be tried again", *revived])
    return ExitCode.DONE
