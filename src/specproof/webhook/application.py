"""The application: services and policy in, FastAPI out. ``main`` fills both from the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from specproof.web.body_guard import BodyGuard
from specproof.web.documentation import documentation_router
from specproof.web.error_handlers import answer_errors_with_problems
from specproof.web.policy import CorsPolicy, WebPolicy
from specproof.web.request_log import RequestLog
from specproof.web.security_headers import SecurityHeaders
from specproof.web.services import Services
from specproof.webhook.routes import api_routers

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

PAGE_PREFIXES = ("/docs",)


def build_application(
    services: Services,
    policy: WebPolicy,
    *,
    lifespan: Lifespan | None = None,
    extra_routers: Sequence[APIRouter] = (),
    page_prefixes: Sequence[str] = (),
) -> FastAPI:
    """Put the application together. Raises ``SettingsError`` for a CORS policy that would let everybody in.

    ``extra_routers`` are the ones of other rooms (the dashboard); ``page_prefixes`` their paths that serve pages instead of JSON.
    """
    cors = policy.cors.checked()
    app = FastAPI(
        title="SpecProof",
        version=services.version,
        summary="From a change of an API specification to a pytest suite that has run.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if policy.serve_docs else None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
    )
    app.state.services = services
    answer_errors_with_problems(app)
    for router in (*api_routers(), *extra_routers):
        app.include_router(router)
    if policy.serve_docs:
        app.include_router(documentation_router())
    _add_middleware(app, services, policy, cors, (*PAGE_PREFIXES, *page_prefixes))
    return app


def _add_middleware(app: FastAPI, services: Services, policy: WebPolicy, cors: CorsPolicy, pages: tuple[str, ...]) -> None:
    """Innermost first: the last one added sees a request first."""
    monotonic = services.clock.monotonic
    app.add_middleware(BodyGuard, policy=policy.body, monotonic=monotonic)
    if cors.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(cors.origins),
            allow_credentials=cors.allow_credentials,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-Id"],
            expose_headers=["Location", "Retry-After", "X-Request-Id"],
        )
    app.add_middleware(SecurityHeaders, page_prefixes=pages)
    app.add_middleware(RequestLog, new_id=services.new_id, monotonic=monotonic)


def _operation_id(route: APIRoute) -> str:
    return route.name.replace(" ", "_")
