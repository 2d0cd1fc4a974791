"""Health (the process answers) and status (it can do its work)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from specproof.domain.events import EventStatus
from specproof.domain.repositories import BreakerRecord, EngineBeat
from specproof.errors import DatabaseUnavailableError
from specproof.web.authentication import Caller, Scope, authenticate
from specproof.web.dependencies import ServicesNeeded, presented_key
from specproof.web.error_handlers import problem
from specproof.web.services import EngineStatus
from specproof.webhook.responses import PROBLEMS
from specproof.webhook.status_schemas import BreakerShape, EngineShape, Health, QueueShape, StatusReport

_UNFINISHED = (EventStatus.PENDING, EventStatus.RETRYING, EventStatus.RUNNING)
_PATH = "/api/v1/webhooks/status"


def status_router() -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/v1/webhooks", tags=["status"], responses=PROBLEMS)
    router.add_api_route("/health", health, methods=["GET"], response_model=Health)
    router.add_api_route("/status", status, methods=["GET"], response_model=StatusReport, response_model_exclude_none=True)
    return router


async def health() -> Health:
    """Liveness: touches nothing but this process."""
    return Health()


async def status(services: ServicesNeeded, token: Annotated[str, Depends(presented_key)]) -> Response | StatusReport:
    """Readiness: 200 if deliveries are stored and work goes on, 503 if not.

    Details need a key with the scope `read` that is not confined to a project.
    """
    engine = services.engine_status()
    caller: Caller | None = None
    try:
        if token:
            caller = await authenticate(token, services.unit_of_work, services.clock.now())
            caller.require(Scope.READ)
        async with services.unit_of_work() as uow:
            counts = await uow.events.counts()
            breakers = await uow.breakers.all()
            beats = await uow.engines.last_beats()
    except DatabaseUnavailableError:
        return _not_ready(StatusReport(state="not_ready", version=services.version, reasons=["the database is away"]))
    beat = beats[0].seconds_ago if beats else None
    reasons = _reasons(engine, beats)
    report = StatusReport(state="not_ready" if reasons else "ready", version=services.version, reasons=reasons)
    if caller is not None and not caller.project:  # the numbers and names are of all projects
        by_status = counts.by_status
        report = StatusReport(
            state=report.state,
            version=services.version,
            reasons=reasons,
            database="reachable",
            engine=EngineShape(mode=engine.mode, last_beat_seconds=beat, max_beat_seconds=engine.max_beat_seconds),
            queue=QueueShape(
                depth=sum(by_status.get(name, 0) for name in _UNFINISHED),
                oldest_waiting_seconds=counts.oldest_waiting_seconds,
                by_status=by_status,
            ),
            dead_letters=by_status.get(EventStatus.DEAD, 0),
            breakers=[_breaker(record) for record in breakers],
        )
    return _not_ready(report) if reasons else report


def _reasons(engine: EngineStatus, beats: tuple[EngineBeat, ...]) -> list[str]:
    """Why work does not go on. A process that only receives (mode ``off``) is ready without an engine of its own."""
    if engine.mode == "off":
        return []
    if not beats:
        return ["the engine has not given a sign of life yet"]
    return ["the engine's last sign of life is too old"] if beats[0].seconds_ago > engine.max_beat_seconds else []


def _breaker(record: BreakerRecord) -> BreakerShape:
    return BreakerShape(
        name=record.name, state=record.state, failures=record.failures, opened_seconds_ago=record.opened_seconds_ago
    )


def _not_ready(report: StatusReport) -> Response:
    members = report.model_dump(mode="json", exclude_none=True)
    return problem(
        status=503,
        code="service.not_ready",
        detail="; ".join(report.reasons),
        hint="See the service's log, and `specproof doctor`.",
        instance=_PATH,
        headers={"Retry-After": "5"},
        members=members,
    )
