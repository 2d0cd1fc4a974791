"""The web application over the composed parts: ``uvicorn specproof.main:create_app --factory``, or ``specproof serve``."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from specproof import __version__
from specproof.bootstrap.generation import assess_files
from specproof.bootstrap.policies import every_secret, proof_policy
from specproof.bootstrap.service import Parts, compose, configured_database, log_start, new_id
from specproof.errors import DatabaseUnavailableError, SpecProofError
from specproof.observability.logging import LogPolicy, configure_logging
from specproof.settings.loading import load_settings
from specproof.settings.sections import ProjectSettings, Settings
from specproof.web.policy import BodyPolicy, CorsPolicy, WebPolicy
from specproof.web.services import EngineStatus, ProjectDirectory, ProjectReception, Services
from specproof.webhook.application import build_application
from specproof.webhook.run_starter import QueuedRunStarter


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, from ``settings`` or the environment. Raises ``SettingsError``; everything else waits for the start."""
    settings = settings or load_settings(os.environ)
    log = settings.logging
    configure_logging(LogPolicy(level=log.level, format=log.format, known_secrets=every_secret(settings)))
    database = configured_database(settings)
    parts = compose(settings, database, works=settings.engine.mode == "embedded")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await _start(parts)
        except SpecProofError as error:
            app.state.start_failure = error
            await parts.stop()
            raise
        try:
            yield
        finally:
            await parts.stop()

    return build_application(web_services(parts), web_policy(settings), lifespan=lifespan)


async def _start(parts: Parts) -> None:
    if parts.database.is_sqlite:
        await parts.database.upgrade()
    elif not await parts.database.is_current():
        raise DatabaseUnavailableError("the tables are missing or old", hint="Run: specproof db upgrade")
    await parts.start()
    log_start(parts.settings, parts.database)


def web_services(parts: Parts) -> Services:
    """What the routes need."""
    engine = EngineStatus(mode=parts.settings.engine.mode, max_beat_seconds=parts.settings.engine.lease_seconds)
    return Services(
        unit_of_work=parts.database.unit_of_work,
        receiver=parts.database.receiver,
        signal=parts.signal,
        projects=project_directory(parts.settings),
        storage=parts.storage,
        start_run=QueuedRunStarter(parts.database.unit_of_work, parts.run_queue.submit, parts.clock, new_id),
        validate_suite=assess_files,
        clock=parts.clock,
        new_id=new_id,
        engine_status=lambda: engine,
        version=__version__,
    )


def web_policy(settings: Settings) -> WebPolicy:
    """Limits, CORS and documentation."""
    webhook = settings.webhook
    body = BodyPolicy(
        default_bytes=webhook.max_body_bytes,
        document_bytes=webhook.max_document_bytes,
        timeout_seconds=webhook.body_timeout_seconds,
    )
    cors = CorsPolicy(origins=settings.cors.origins, allow_credentials=settings.cors.allow_credentials)
    return WebPolicy(body=body, cors=cors, serve_docs=settings.server.docs)


def project_directory(settings: Settings) -> ProjectDirectory:
    """What receiving needs to know of each project."""
    receptions = {name: _reception(settings, name, project) for name, project in settings.projects.items()}
    return receptions.get


def _reception(settings: Settings, name: str, project: ProjectSettings) -> ProjectReception:
    secrets = tuple(secret.get_secret_value().encode() for secret in project.secrets)
    return ProjectReception(
        name=name,
        secrets=secrets,
        bearer_tokens=secrets,
        url_tokens=secrets,
        allow_unsigned=project.allow_unsigned,
        settle_seconds=settings.webhook.settle_seconds,
        settle_limit_seconds=max(settings.webhook.settle_seconds, settings.webhook.settle_limit_seconds),
        pinned_header=project.signature_header,
        spec_url=project.spec_url,
        target_url=project.target_url.rstrip("/"),
        allowed_addresses=project.allowed_addresses,
        runs_below_gate=proof_policy(settings, project).runs_below_gate,
    )
