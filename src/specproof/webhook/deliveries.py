"""Receiving: size cap (in the body guard), raw bytes, signature, parse, ONE committed transaction, 202."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace

import anyio.to_thread
import structlog
from fastapi import APIRouter, Query, Request, Response

from specproof.domain.events import Action, NewEvent, Received, Source, SpecSource
from specproof.errors import ForbiddenError, UnauthenticatedError
from specproof.observability.redaction import REDACTED, redact_headers, redact_text
from specproof.web.authentication import Scope, authenticate, looks_like_api_key
from specproof.web.dependencies import ServicesNeeded
from specproof.web.error_handlers import unauthenticated
from specproof.web.services import ProjectReception, Services
from specproof.webhook.responses import PROBLEMS
from specproof.webhook.schemas import DeliveryAccepted
from specproof.webhook.signature import RawHeaders, Verdict, bearer_text, claims_signature, stranger, verify_apifox, verify_plain
from specproof.webhook.sources.apifox import clean_text, parse_content, parse_message
from specproof.webhook.sources.plain import PlainMessage, parse_plain, permitted

LOOKED_AFTER_SECONDS = 0.5
"""Engines look for work this often by themselves: an event that settles for longer needs no waking, which would find nothing due."""

DEFAULT_PROJECT = "default"
_IN_THREAD_BYTES = 100_000

_logger = structlog.get_logger(__name__)

_RESPONSES = {
    200: {"model": DeliveryAccepted, "description": "A repetition of a delivery that still waits: the first one's id"},
    **PROBLEMS,
}
_APIFOX_BODY = {
    "requestBody": {
        "description": "What Apifox sends: `event`, `title`, `content`. Bodies that cannot be read are accepted and recorded.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"event": {"type": "string"}, "title": {"type": "string"}, "content": {"type": "string"}},
                }
            }
        },
    }
}
_OPENAPI_BODY = {
    "requestBody": {
        "required": True,
        "description": 'An OpenAPI document, a zip or tar of it and its files, or `{"url": "https://..."}`',
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/yaml": {"schema": {"type": "string"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class Deliveries:
    """The routes for deliveries. Keeps which signature headers were seen, so that each is logged once."""

    def __init__(self) -> None:
        self._seen_headers: set[tuple[str, str]] = set()
        # The secret of projects that do not exist: checking against it costs the same as checking a real one.
        self._unguessable = secrets.token_bytes(32)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/api/v1/webhooks", tags=["deliveries"])
        shared = {"methods": ["POST"], "status_code": 202, "response_model": DeliveryAccepted, "responses": _RESPONSES}
        router.add_api_route("/apifox", self.apifox_by_query, openapi_extra=_APIFOX_BODY, **shared)  # type: ignore[arg-type]
        router.add_api_route("/apifox/{project}", self.apifox_by_path, openapi_extra=_APIFOX_BODY, **shared)  # type: ignore[arg-type]
        router.add_api_route("/openapi", self.openapi, openapi_extra=_OPENAPI_BODY, **shared)  # type: ignore[arg-type]
        return router

    async def apifox_by_query(
        self,
        request: Request,
        response: Response,
        services: ServicesNeeded,
        project: str = Query(DEFAULT_PROJECT, description="the project's name"),
        token: str = Query("", description="a secret in the URL, where the sender can do nothing better"),
    ) -> Response | DeliveryAccepted:
        """Receive a notification of Apifox."""
        return await self._apifox(request, response, services, project, token)

    async def apifox_by_path(
        self,
        request: Request,
        response: Response,
        services: ServicesNeeded,
        project: str,
        token: str = Query("", description="a secret in the URL, where the sender can do nothing better"),
    ) -> Response | DeliveryAccepted:
        """Receive a notification of Apifox; one URL for each project."""
        return await self._apifox(request, response, services, project, token)

    async def _apifox(
        self, request: Request, response: Response, services: Services, name: str, token: str
    ) -> Response | DeliveryAccepted:
        body = await request.body()
        headers: RawHeaders = request.headers.raw
        known = services.projects(name)
        project = known or stranger(name, self._unguessable)
        verdict = verify_apifox(project, headers, token.encode("utf-8", "replace"), body)
        if known is None or not verdict.is_trusted:
            return self._refuse(Source.APIFOX, known, verdict)
        self._note_header(project.name, verdict.header)
        message = parse_message(body, request.headers.get("content-type", ""))
        known_secrets = project.known_secrets()
        event = replace(
            _event(services, project, Source.APIFOX, headers, body),
            body=_without(project, body),
            action=message.action,
            event_type=message.event_type,
            title=redact_text(message.title, known_secrets),
            content=redact_text(message.content, known_secrets),
        )
        summary = parse_content(message.content)
        return await self._store(
            services,
            event,
            response,
            changed=" ".join(filter(None, (summary.method, summary.path))) or summary.name,
            by=summary.actor,
        )

    async def openapi(
        self,
        request: Request,
        response: Response,
        services: ServicesNeeded,
        project: str = Query(DEFAULT_PROJECT, description="the project's name"),
    ) -> Response | DeliveryAccepted:
        """Receive a document, or the address of one, from anywhere but Apifox."""
        headers: RawHeaders = request.headers.raw
        known = services.projects(project)
        reception = known or stranger(project, self._unguessable)
        # Only a signature needs the body. Documents are large, so whoever offers none is checked before the body is read.
        body = await request.body() if claims_signature(headers) else b""
        verdict = verify_plain(reception, headers, body)
        if not verdict.is_trusted:
            verdict = await _verdict_by_key(services, reception, headers, verdict)
        if known is None or not verdict.is_trusted:
            return self._refuse(Source.OPENAPI, known, verdict)
        body = await request.body()
        message = permitted(await _parsed(body), reception)
        event = _event(services, reception, Source.OPENAPI, headers, body)
        source = SpecSource(url=message.url) if message.url else SpecSource(document_id=event.event_id)
        event = replace(
            event,
            event_type=message.event_type,
            title=message.title,
            delivery_id=clean_text(request.headers.get("idempotency-key"), 200).strip(),
            spec_source=source,
            document=message.document,
        )
        return await self._store(services, event, response, changed="", by="")

    async def _store(self, services: Services, event: NewEvent, response: Response, *, changed: str, by: str) -> DeliveryAccepted:
        received = await services.receiver.receive(event)
        if event.settle_seconds < LOOKED_AFTER_SECONDS:
            services.signal.wake()
        with structlog.contextvars.bound_contextvars(event_id=received.event_id, project=event.project):
            _logger.info(
                "delivery accepted",
                source=event.source.value,
                event_type=event.event_type,
                action=event.action.value,
                status=received.status.value,
                is_duplicate=received.is_duplicate,
                superseded=received.superseded,
                bytes=len(event.body),
                changed=changed,
                by=by,
            )
        return _answer(received, response)

    def _refuse(self, source: Source, known: ProjectReception | None, verdict: Verdict) -> Response:
        reason = verdict.reason if known is not None else "unknown project"
        _logger.warning("delivery refused", source=source.value, project=known.name if known else "", reason=reason)
        return unauthenticated()

    def _note_header(self, project: str, header: str) -> None:
        if header and (project, header) not in self._seen_headers:
            self._seen_headers.add((project, header))
            _logger.info(
                "signature found in a header",
                project=project,
                header=header,
                hint="To accept it there only, set the project's signature_header.",
            )


def _event(services: Services, project: ProjectReception, source: Source, headers: RawHeaders, body: bytes) -> NewEvent:
    """The parts of an event that every source shares."""
    return NewEvent(
        event_id=services.new_id(),
        project=project.name,
        source=source,
        action=Action.REGENERATE,
        event_type="",
        title="",
        content="",
        body=body,
        headers=redact_headers(headers, project.known_secrets()),
        digest=hashlib.sha256(body).hexdigest(),
        settle_seconds=project.settle_seconds,
        settle_limit_seconds=project.settle_limit_seconds,
        run_after=project.run_after,
    )


def _without(project: ProjectReception, body: bytes) -> bytes:
    """A body as it is stored: a sender that was set up wrongly may repeat the project's secret in it. Nothing is read from it again."""
    for secret in (*project.secrets, *project.bearer_tokens, *project.url_tokens):
        if secret.strip():
            body = body.replace(secret, REDACTED.encode())
    return body


async def _parsed(body: bytes) -> PlainMessage:
    if len(body) < _IN_THREAD_BYTES:
        return parse_plain(body)
    return await anyio.to_thread.run_sync(parse_plain, body)


async def _verdict_by_key(services: Services, project: ProjectReception, headers: RawHeaders, verdict: Verdict) -> Verdict:
    """An API key with the scope ``deliver`` proves the sender too; whatever is wrong with it is no different from a wrong signature."""
    token = bearer_text(headers)
    if not looks_like_api_key(token):
        return verdict
    try:
        caller = await authenticate(token, services.unit_of_work, services.clock.now())
        caller.require(Scope.DELIVER)
    except (UnauthenticatedError, ForbiddenError) as error:
        return Verdict(False, error.message)
    return Verdict(caller.may_see(project.name), f"API key {caller.key_id}")


def _answer(received: Received, response: Response) -> DeliveryAccepted:
    response.status_code = 200 if received.is_duplicate else 202
    response.headers["Location"] = f"/api/v1/events/{received.event_id}"
    return DeliveryAccepted(event_id=received.event_id, status=received.status, duplicate=received.is_duplicate)
