"""Every error as problem+json (RFC 9457), with a stable code, a hint, and no trace.

:data:`HTTP_STATUSES` is the HTTP table: one row for each class of ``errors.py``; a test walks the tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from specproof import errors
from specproof.observability.redaction import redact_text
from specproof.web.security_headers import API_HEADERS

PROBLEM_TYPE = "application/problem+json"

HTTP_STATUSES: Mapping[type[errors.SpecProofError], int] = {
    errors.SpecProofError: 500,
    errors.TransientError: 503,
    errors.FetchUnavailableError: 502,
    errors.CircuitOpenError: 503,
    errors.DatabaseUnavailableError: 503,
    errors.AttemptInterruptedError: 503,
    errors.PermanentError: 500,
    errors.SettingsError: 500,
    errors.RequestError: 400,
    errors.BodyTooLargeError: 413,
    errors.BodyStalledError: 408,
    errors.ContentEncodingError: 415,
    errors.NotFoundError: 404,
    errors.ProjectNotFoundError: 404,
    errors.AccessError: 403,
    errors.UnauthenticatedError: 401,
    errors.ForbiddenError: 403,
    errors.SpecificationError: 422,
    errors.SpecUnreadableError: 422,
    errors.SpecUnsupportedError: 422,
    errors.SpecLimitError: 422,
    errors.FetchRefusedError: 502,
    errors.AddressBlockedError: 422,
    errors.GenerationError: 500,
    errors.TemplateError: 500,
    errors.UnsafeCodeError: 500,
    errors.QualityGateError: 422,
    errors.ProofGateError: 409,
    errors.StorageError: 500,
    errors.ExecutionError: 500,
    errors.ProofError: 500,
    errors.SuiteUnprovableError: 422,
    errors.TransitionError: 409,
    errors.LeaseLostError: 409,
    errors.EngineTakenError: 503,
}

RETRY_AFTER_SECONDS: Mapping[type[errors.SpecProofError], int] = {
    errors.TransientError: 30,
    errors.DatabaseUnavailableError: 5,
    errors.CircuitOpenError: 60,
}

_ROUTER_CODES = {404: "resource.not_found", 405: "request.method_not_allowed"}
_ROUTER_HINTS = {404: "See /docs for the paths of this service.", 405: "See the Allow header for the methods of this path."}
_CHALLENGE = 'Bearer realm="specproof"'

_logger = structlog.get_logger(__name__)


def status_of(error: errors.SpecProofError) -> int:
    """The HTTP status of an error, by its nearest row in the table."""
    return next(HTTP_STATUSES[cls] for cls in type(error).__mro__ if cls in HTTP_STATUSES)


def problem(
    *,
    status: int,
    code: str,
    detail: str,
    hint: str = "",
    at: str = "",
    instance: str = "",
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> JSONResponse:
    """One problem document. ``members`` are extension members of RFC 9457."""
    content: dict[str, object] = {
        "type": f"urn:specproof:error:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "hint": hint,
        "at": at,
        **(members or {}),
    }
    return JSONResponse(content, status_code=status, headers=dict(headers or {}), media_type=PROBLEM_TYPE)


def problem_of(error: errors.SpecProofError, instance: str) -> JSONResponse:
    """The answer to one of our errors. A 401 says nothing of the request, so that all refusals are the same bytes."""
    status = status_of(error)
    if isinstance(error, errors.UnauthenticatedError):
        return unauthenticated()
    headers = {}
    retry_after = next((RETRY_AFTER_SECONDS[cls] for cls in type(error).__mro__ if cls in RETRY_AFTER_SECONDS), None)
    if retry_after is not None and status in (502, 503):
        headers["Retry-After"] = str(retry_after)
    return problem(
        status=status,
        code=error.code,
        detail=redact_text(error.message),
        hint=error.hint,
        at=redact_text(error.at),
        instance=instance,
        headers=headers,
    )


def unauthenticated() -> JSONResponse:
    """The one constant 401: the same bytes whatever was wrong, and whether or not the project exists."""
    return problem(
        status=401,
        code=errors.UnauthenticatedError.code,
        detail="the request carries no valid credential or signature",
        hint=errors.UnauthenticatedError.default_hint,
        headers={"WWW-Authenticate": _CHALLENGE},
    )


def answer_errors_with_problems(app: FastAPI) -> None:
    """Make ``app`` answer every error with a problem document."""
    app.add_exception_handler(errors.SpecProofError, _on_own_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_unknown_error)


async def _on_own_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.SpecProofError)  # noqa: S101 - registered for this class only
    status = status_of(error)
    log = _logger.error if status == HTTPStatus.INTERNAL_SERVER_ERROR else _logger.info
    log("request refused", code=error.code, error=str(error), status=status)
    return problem_of(error, request.url.path)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    fields = [{"at": _location(item["loc"]), "message": str(item["msg"])} for item in error.errors()]
    first = fields[0] if fields else {"at": "", "message": "the request does not have the expected shape"}
    return problem(
        status=HTTP_STATUSES[errors.RequestError],
        code=errors.RequestError.code,
        detail=f"{first['at']}: {first['message']}" if first["at"] else first["message"],
        hint=errors.RequestError.default_hint,
        at=first["at"],
        instance=request.url.path,
        members={"fields": fields},
    )


def _location(parts: Sequence[object]) -> str:
    return ".".join(str(part) for part in parts)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    """404 and 405 of the router, and what FastAPI refuses while it reads a body."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    status = error.status_code
    return problem(
        status=status,
        code=_ROUTER_CODES.get(status, errors.RequestError.code),
        detail={404: "there is nothing at this path", 405: "this path does not take that method"}.get(status, str(error.detail)),
        hint=_ROUTER_HINTS.get(status, errors.RequestError.default_hint),
        instance=request.url.path,
        headers=error.headers,
    )


async def _on_disconnect(request: Request, _error: Exception) -> Response:
    """The sender went away before its body was complete. Nobody reads this answer; the log line is what counts."""
    _logger.info("sender disconnected before the body was complete")
    return problem(
        status=400,
        code=errors.RequestError.code,
        detail="the body ended before it was complete",
        instance=request.url.path,
    )


async def _on_unknown_error(request: Request, _error: Exception) -> Response:
    """Nothing of the error is shown. Starlette raises it again afterwards, so that the server logs it.

    This answer bypasses all middleware, hence it carries the security headers by itself.
    """
    headers = {name.decode(): value.decode() for name, value in API_HEADERS}
    request_id = request.scope.get("state", {}).get("request_id", "")
    return problem(
        status=500,
        code=errors.SpecProofError.code,
        detail="an unexpected error occurred; it is in the service's log",
        hint=f"Look for request_id {request_id} in the log." if request_id else "See the service's log.",
        instance=request.url.path,
        headers={**headers, **({"X-Request-Id": request_id} if request_id else {})},
    )
