"""One request: as a case asks for it, and as it goes over the wire."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from . import wire
from .credentials import Placed
from .pointers import ABSENT
from .wire import Parameter

Parameters: TypeAlias = "Mapping[str, object] | Iterable[Parameter]"

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "specproof-8f0a1c5b7d"


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: ``kind`` is ``json``, ``form``, ``multipart``, ``content`` (text as it is) or "" for none."""

    kind: str = ""
    value: object = ABSENT
    media_type: str = ""

    @property
    def content(self) -> bytes:
        """The bytes that are sent."""
        if self.kind == "json":
            text = json_text.dumps(self.value, ensure_ascii=False, allow_nan=False)
            return text.encode("utf-8", "surrogatepass")
        if isinstance(self.value, Mapping):
            return wire.form_body(self.value) if self.kind == "form" else wire.multipart_body(self.value, BOUNDARY)
        return str(self.value).encode("utf-8", "surrogatepass") if self.kind else b""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What a case asks of the API, not laid out yet. Each is equal to itself only: values remember which one they came from."""

    base_url: str
    method: str
    template: str
    path: tuple[Parameter, ...] = ()
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    cookies: tuple[Parameter, ...] = ()
    body: Body = Body()
    placed: tuple[Placed, ...] = ()

    @property
    def operation(self) -> str:
        """``METHOD /template``."""
        return f"{self.method} {self.template}"


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it goes over the wire, secrets in their places."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    content: bytes = b""


def parameters(given: Parameters, style: str, *, explode: bool) -> tuple[Parameter, ...]:
    """Parameters as they were given, or a mapping laid out in the style that is the default of their place."""
    if isinstance(given, Mapping):
        return tuple(Parameter(name, value, style, explode) for name, value in given.items())
    return tuple(given)


def request_body(*, json: object, form: object, multipart: object, content: str | None, media_type: str) -> Body:
    """The one body that was given (:data:`~.pointers.ABSENT` and None: not given)."""
    if json is not ABSENT:
        return Body("json", json, media_type or "application/json")
    if isinstance(form, Mapping):
        return Body("form", form, media_type or FORM)
    if isinstance(multipart, Mapping):
        return Body("multipart", multipart, f"multipart/form-data; boundary={BOUNDARY}")
    return Body() if content is None else Body("content", content, media_type)


def laid_out(request: Request) -> Message:
    """``request`` on the wire. Raises ValueError if its template names a path parameter that is not given."""
    url = request.base_url.rstrip("/") + wire.request_target(request.template, request.path, request.query)
    headers = wire.header_values(request.headers)
    if request.body.media_type:
        headers = [*_without(headers, "content-type"), ("Content-Type", request.body.media_type)]
    cookies = [wire.cookie_header(request.cookies)]
    for entry in request.placed:
        if entry.location == "query":
            url += f"{'&' if '?' in url else '?'}{wire.encode(entry.name)}={wire.encode(entry.value)}"
        elif entry.location == "cookie":
            cookies.append(f"{entry.name}={entry.value}")
        else:  # a credential replaces what a parameter put there
            headers = [*_without(headers, entry.name), (entry.name, entry.value)]
    if any(cookies):
        headers.append(("Cookie", "; ".join(cookie for cookie in cookies if cookie)))
    return Message(request.method, url, tuple(headers), request.body.content)


def _without(headers: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    return [(key, value) for key, value in headers if key.lower() != name.lower()]
