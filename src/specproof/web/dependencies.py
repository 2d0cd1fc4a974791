"""FastAPI dependencies: the services, the caller, and what every route of a project has in common.

All are coroutines, although some wait for nothing: FastAPI runs plain functions in a thread, which costs more than the work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from specproof.domain.repositories import Page
from specproof.errors import NotFoundError, ProjectNotFoundError, UnauthenticatedError
from specproof.web.authentication import Caller, Scope, authenticate
from specproof.web.services import ProjectReception, Services

_BEARER = HTTPBearer(auto_error=False, scheme_name="apiKeyBearer", description="An API key: `sp_..._...`")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="apiKeyHeader", description="An API key: `sp_..._...`")


async def current_services(request: Request) -> Services:
    """The ports that the application was assembled with."""
    services: Services = request.app.state.services
    return services


ServicesNeeded = Annotated[Services, Depends(current_services)]


async def presented_key(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    header: Annotated[str | None, Security(_HEADER)],
) -> str:
    """The API key as it was sent, unproven; "" for none."""
    return bearer.credentials if bearer is not None else (header or "")


async def optional_caller(services: ServicesNeeded, token: Annotated[str, Depends(presented_key)]) -> Caller | None:
    """The caller, or None if no key was sent. A key that was sent must be right."""
    return await authenticate(token, services.unit_of_work, services.clock.now()) if token else None


async def _caller(found: Annotated[Caller | None, Depends(optional_caller)]) -> Caller:
    if found is None:
        raise UnauthenticatedError("no API key")
    return found


def requires(scope: Scope) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency: a caller whose key has ``scope``."""

    async def caller_with_scope(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
        caller.require(scope)
        return caller

    return caller_with_scope


Reader = Annotated[Caller, Depends(requires(Scope.READ))]
Runner = Annotated[Caller, Depends(requires(Scope.RUN))]
Admin = Annotated[Caller, Depends(requires(Scope.ADMIN))]


async def page_of(
    limit: Annotated[int, Query(ge=1, le=200, description="how many items")] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000, description="how many to leave out first")] = 0,
) -> Page:
    """The wanted part of a list."""
    return Page(limit=limit, offset=offset)


Paged = Annotated[Page, Depends(page_of)]


def visible_project(caller: Caller, project: str) -> str:
    """The project that a list is confined to: the asked one, else the caller's own ("" for all).

    Raises ``ProjectNotFoundError`` if the caller's key belongs to another project: it does not learn that this one exists.
    """
    if project and not caller.may_see(project):
        raise ProjectNotFoundError(f"there is no project {project}", at="project")
    return project or caller.project


def existing_project(services: Services, caller: Caller, name: str) -> ProjectReception:
    """A configured project that the caller may see; ``ProjectNotFoundError`` otherwise."""
    reception = services.projects(name) if caller.may_see(name) else None
    if reception is None:
        raise ProjectNotFoundError(f"there is no project {name}", at="project")
    return reception


def not_found(kind: str, identifier: str) -> NotFoundError:
    """The error for a thing that does not exist, or not for this caller."""
    return NotFoundError(f"there is no {kind} {identifier}", at=f"{kind}_id")
