"""Events: how far the work has come, what failed for good, and another try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from specproof.domain.events import EventStatus
from specproof.domain.repositories import AuditEntry, EventQuery, UnitOfWork
from specproof.errors import RequestError
from specproof.web.authentication import Caller
from specproof.web.dependencies import Admin, Paged, Reader, ServicesNeeded, not_found, visible_project
from specproof.webhook.responses import PROBLEMS, CodeFilter, Id, ProjectFilter
from specproof.webhook.schemas import EventShape, Listing, RetriedEvents, RetryFailedEvents, SkippedEvent

StatusFilter = Annotated[list[EventStatus] | None, Query(description="only these statuses; repeat for several")]


def event_router() -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/v1", tags=["events"], responses=PROBLEMS)
    router.add_api_route("/webhooks/failed-events", failed_events, methods=["GET"], response_model=Listing[EventShape])
    router.add_api_route("/webhooks/retry-failed-events", retry_failed_events, methods=["POST"], response_model=RetriedEvents)
    router.add_api_route("/events", events, methods=["GET"], response_model=Listing[EventShape])
    router.add_api_route("/events/{event_id}", event, methods=["GET"], response_model=EventShape)
    return router


async def failed_events(
    services: ServicesNeeded, caller: Reader, page: Paged, project: ProjectFilter = "", error_code: CodeFilter = ""
) -> Listing[EventShape]:
    """Dead letters, newest first, each with its failure analysed."""
    query = EventQuery(project=visible_project(caller, project), statuses=(EventStatus.DEAD,), error_code=error_code)
    async with services.unit_of_work() as uow:
        views, total = await uow.events.find(query, page)
    return Listing.of([EventShape.of(view) for view in views], total, page)


async def events(
    services: ServicesNeeded,
    caller: Reader,
    page: Paged,
    project: ProjectFilter = "",
    status: StatusFilter = None,
    error_code: CodeFilter = "",
) -> Listing[EventShape]:
    """Events, newest first."""
    query = EventQuery(project=visible_project(caller, project), statuses=tuple(status or ()), error_code=error_code)
    async with services.unit_of_work() as uow:
        views, total = await uow.events.find(query, page)
    return Listing.of([EventShape.of(view) for view in views], total, page)


async def event(services: ServicesNeeded, caller: Reader, event_id: Id) -> EventShape:
    """One event: its status, the stage that its work is in, and what came of it."""
    async with services.unit_of_work() as uow:
        view = await uow.events.get(event_id)
        suite = await uow.suites.by_event(event_id) if view is not None else None
    if view is None or not caller.may_see(view.project):
        raise not_found("event", event_id)
    return EventShape.of(view, suite.suite_id if suite is not None else None)


async def retry_failed_events(services: ServicesNeeded, caller: Admin, wanted: RetryFailedEvents) -> RetriedEvents:
    """Put dead letters back into the queue. Their ids stay; their attempts count anew."""
    if not (wanted.event_ids or wanted.project or wanted.error_code or wanted.all):
        raise RequestError("nothing is chosen", at="event_ids", hint='Give event_ids, project or error_code, or {"all": true}.')
    project = visible_project(caller, wanted.project or "")
    query = EventQuery(project=project, statuses=(EventStatus.DEAD,), error_code=wanted.error_code)
    ids = list(dict.fromkeys(wanted.event_ids))
    async with services.unit_of_work() as uow:
        skipped = await _not_retriable(uow, caller, ids, query)
        left_out = {entry.event_id for entry in skipped}
        chosen = [event_id for event_id in ids if event_id not in left_out]
        retried: Sequence[str] = ()
        if chosen or not ids:
            retried = await uow.events.revive(query, chosen, wanted.limit)
        await uow.audit.add(_audit(caller, wanted, retried))
        await uow.commit()
    services.signal.wake()
    return RetriedEvents(retried=list(retried), skipped=skipped)


async def _not_retriable(uow: UnitOfWork, caller: Caller, ids: Sequence[str], query: EventQuery) -> list[SkippedEvent]:
    skipped = []
    for event_id in ids:
        view = await uow.events.get(event_id)
        if view is None or not caller.may_see(view.project):
            skipped.append(SkippedEvent(event_id=event_id, reason="there is no such event"))
        elif view.status is not EventStatus.DEAD:
            skipped.append(SkippedEvent(event_id=event_id, reason=f"it is {view.status.value}, not dead"))
        elif query.project not in ("", view.project) or (
            query.error_code and (view.failure is None or view.failure.code != query.error_code)
        ):
            skipped.append(SkippedEvent(event_id=event_id, reason="it does not match the filter"))
    return skipped


def _audit(caller: Caller, wanted: RetryFailedEvents, retried: Sequence[str]) -> AuditEntry:
    subject = ",".join(retried[:10]) + (",..." if len(retried) > 10 else "")
    detail = f"{len(retried)} of {len(wanted.event_ids)} asked" if wanted.event_ids else f"{len(retried)} by filter"
    return AuditEntry(actor=caller.actor, operation="retry-failed-events", subject=subject, detail=detail)
