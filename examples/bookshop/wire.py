"""What comes in and what goes out: requests, responses and the one shape of every refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``target`` is the raw path without the query; header names are lower case."""

    method: str
    target: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's segments, percent-decoded one by one, so that an encoded slash stays inside its segment."""
        return tuple(unquote(part) for part in self.target.strip("/").split("/"))

    def header(self, name: str) -> str:
        """The header's value, "" if it is absent. ``name`` is lower case."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """The header's value, "" if it is absent. ``name`` is compared without regard to case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class ApiRefusal(Exception):  # noqa: N818  # it is an answer of the API, not an error of the program
    """A request that the API refuses: status, machine-readable code, message for people, and one problem per field."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        problems: tuple[tuple[str, str], ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.problems = problems
        self.headers = headers

    def response(self) -> Response:
        """The refusal as the document's error schema."""
        content: Json = {"code": self.code, "message": self.message}
        if self.problems:
            content["problems"] = [{"field": field, "message": message} for field, message in self.problems]
        return json_response(self.status, content, *self.headers)


def bad_request(message: str) -> ApiRefusal:
    """400: the request cannot be read (broken JSON, a query or path parameter that breaks its schema)."""
    return ApiRefusal(400, "bad_request", message)


def unprocessable(*problems: tuple[str, str]) -> ApiRefusal:
    """422: the body is JSON, but breaks its schema or refers to a record that does not exist."""
    return ApiRefusal(422, "unprocessable", "the body is not acceptable", problems=problems)


def not_found(what: str) -> ApiRefusal:
    """404: there is no such record."""
    return ApiRefusal(404, "not_found", f"there is no such {what}")


def conflict(message: str) -> ApiRefusal:
    """409: the request contradicts what is stored."""
    return ApiRefusal(409, "conflict", message)


def unauthorized() -> ApiRefusal:
    """401: no token, or one that we do not know."""
    challenge = ("WWW-Authenticate", 'Bearer realm="api"')
    return ApiRefusal(401, "unauthorized", "a valid bearer token is needed", headers=(challenge,))


def json_response(status: int, content: object, *headers: tuple[str, str], media_type: str = "application/json") -> Response:
    """A JSON answer. ASCII escapes keep lone surrogates, which JSON may carry and UTF-8 may not, from breaking the encoder."""
    body = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")
    return Response(status, body, (("Content-Type", media_type), *headers))


def is_json_type(media_type: str) -> bool:
    """Whether a Content-Type is that of JSON, whatever its case and parameters."""
    return media_type.split(";", maxsplit=1)[0].strip().lower() == "application/json"


def is_bare_json_type(media_type: str) -> bool:
    """``is_json_type`` by somebody who never met a parameter in one."""
    return media_type == "application/json"


def read_json_object(request: Request, *, accepts: Callable[[str], bool] = is_json_type) -> Json:
    """The body as a JSON object; 415 for a Content-Type not accepted, 400 for what is not JSON, 422 for what is no object."""
    if not accepts(request.header("content-type")):
        raise ApiRefusal(415, "unsupported_media_type", "the body must be application/json")
    try:
        content = json.loads(request.body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:  # ValueError covers broken JSON, broken UTF-8 and numbers without end
        raise bad_request("the body is not valid JSON") from error
    if not isinstance(content, dict):
        raise unprocessable(("", "must be an object"))
    return content


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
