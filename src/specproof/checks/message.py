"""One request: as a case asks for it, and as it goes over the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from . import wire
from .credentials import Placed
from .pointers import ABSENT
from .wire import Parameter
from .wire_bodies import Field, form_body, json_lines, multipart_body, octets
from .wire_xml import PLAIN, Xml, xml_body

Parameters: TypeAlias = "Mapping[str, object] | Iterable[Parameter]"

USUAL_MEDIA_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "xml": "application/xml",
    "lines": "application/x-ndjson",
    "octets": "application/octet-stream",
}
"""What each kind of body is sent as where a case says nothing else."""


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: ``kind`` is ``json``, ``form``, ``multipart``, ``xml``, ``lines`` (a row of JSON values), ``octets`` (base64 of the
    bytes), ``content`` (text as it is) or "" for none.

    ``fields`` are for forms and multipart, ``layout`` is for XML.
    """

    kind: str = ""
    value: object = ABSENT
    media_type: str = ""
    fields: tuple[Field, ...] = ()
    layout: Xml = PLAIN

    @property
    def content(self) -> bytes:
        """The bytes that are sent."""
        return self.laid_out()[1]

    def laid_out(self) -> tuple[str, bytes]:
        """The Content-Type ("" for none) and the bytes that are sent.

        Raises :class:`~.wire.NotSendableError` where XML cannot hold a value.
        """
        if self.kind == "multipart" and isinstance(self.value, Mapping):
            boundary, content = multipart_body(self.value, self.fields)
            return f"{self.media_type}; boundary={boundary}", content
        return self.media_type, self._bytes()

    def _bytes(self) -> bytes:
        if self.kind == "json":
            return _json_bytes(self.value)
        if self.kind == "form" and isinstance(self.value, Mapping):
            return form_body(self.value, self.fields)
        if self.kind == "xml":
            return xml_body(self.value, self.layout)
        if self.kind == "lines":
            return json_lines(self.value, self.media_type)
        if self.kind == "octets":
            return octets(str(self.value))
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


def request_body(given: Mapping[str, object], media_type: str, fields: Iterable[Field], layout: Xml) -> Body:
    """The one body of ``given`` (kind -> value) that is not :data:`~.pointers.ABSENT`."""
    for kind, value in given.items():
        if value is not ABSENT:
            return Body(kind, value, media_type or USUAL_MEDIA_TYPES.get(kind, ""), tuple(fields), layout)
    return Body()


def laid_out(request: Request) -> Message:
    """``request`` on the wire. Raises ValueError if its template names a path parameter that is not given, and
    :class:`~.wire.NotSendableError` where a value cannot be sent in its place."""
    try:
        return _laid_out(request)
    except UnicodeEncodeError as error:
        raise wire.NotSendableError("a text holds half of a surrogate pair, which UTF-8 has no place for") from error


def _laid_out(request: Request) -> Message:
    url = request.base_url.rstrip("/") + wire.request_target(request.template, request.path, request.query)
    headers = wire.header_values(request.headers)
    media_type, content = request.body.laid_out()
    if media_type:
        headers = [*_without(headers, "content-type"), ("Content-Type", media_type)]
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
    return Message(request.method, url, tuple(headers), content)


def header_bytes(pairs: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Headers as they go over the wire. Raises :class:`~.wire.NotSendableError` for a name that is none."""
    try:
        return [(name.encode("ascii"), value.encode("utf-8")) for name, value in pairs]
    except UnicodeEncodeError as error:
        raise wire.NotSendableError(f"{error.object!r} cannot stand in a header") from error


def _without(headers: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    return [(key, value) for key, value in headers if key.lower() != name.lower()]


def _json_bytes(value: object) -> bytes:
    """JSON in UTF-8; escaped where UTF-8 cannot hold it: half of a surrogate pair (RFC 8259, section 8.2)."""
    try:
        return wire.json_in_form(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return wire.json_in_form(value).encode("ascii")
