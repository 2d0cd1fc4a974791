"""One request as it goes over the wire, and the curl command that sends the same again."""

from __future__ import annotations

import json as json_text
import re
import shlex
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
ACCEPT = "application/json, */*;q=0.8"


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: ``content`` as sent, ``media_type`` ("" for none), ``value`` as it was before it was laid out."""

    content: bytes = b""
    media_type: str = ""
    value: object = ABSENT


@dataclass(frozen=True, slots=True)
class Message:
    """One request. ``label`` is ``METHOD /template``; ``target`` and ``headers`` hold secrets, ``curl`` does not."""

    label: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: Body
    curl: str


def parameters(given: Parameters, style: str, *, explode: bool) -> list[Parameter]:
    """Parameters as they were given, or a mapping laid out in the style that is the default of their place."""
    if isinstance(given, Mapping):
        return [Parameter(name, value, style, explode) for name, value in given.items()]
    return list(given)


def request_body(*, json: object, form: object, multipart: object, content: str | None, media_type: str) -> Body:
    """The one body that was given (:data:`~.pointers.ABSENT` and None: not given)."""
    if json is not ABSENT:
        text = json_text.dumps(json, ensure_ascii=False, allow_nan=False)
        return Body(text.encode("utf-8", "surrogatepass"), media_type or "application/json", json)
    if isinstance(form, Mapping):
        return Body(wire.form_body(form), media_type or FORM, form)
    if isinstance(multipart, Mapping):
        return Body(wire.multipart_body(multipart, BOUNDARY), f"multipart/form-data; boundary={BOUNDARY}", multipart)
    if content is not None:
        return Body(content.encode("utf-8", "surrogatepass"), media_type, content)
    return Body()


def compose(
    base_url: str,
    method: str,
    template: str,
    *,
    path: list[Parameter],
    query: list[Parameter],
    headers: list[Parameter],
    cookies: list[Parameter],
    body: Body,
    placed: list[Placed],
) -> Message:
    """Put a request together. Raises ValueError if ``template`` names a path parameter that is not given."""
    target = base_url.rstrip("/") + wire.request_target(template, path, query)
    plain = wire.header_values(headers)
    if body.media_type:
        plain = [*_without(plain, "content-type"), ("Content-Type", body.media_type)]
    if not any(name.lower() == "accept" for name, _ in plain):
        plain.append(("Accept", ACCEPT))
    cookie = wire.cookie_header(cookies)
    url, sent_headers = _with_secrets(target, plain, cookie, [(entry, entry.value) for entry in placed])
    shown_url, shown_headers = _with_secrets(target, plain, cookie, [(entry, _marked(entry)) for entry in placed])
    return Message(
        label=f"{method} {template}",
        method=method,
        url=url,
        headers=tuple(sent_headers),
        body=body,
        curl=curl_command(method, shown_url, shown_headers, body),
    )


def curl_command(method: str, url: str, headers: Iterable[tuple[str, str]], body: Body) -> str:
    """A command for a POSIX shell that sends the same bytes; ``@@NAME@@`` becomes the variable ``$NAME``."""
    words = ["curl", "--head" if method == "HEAD" else f"-X {method}", _quoted(url)]
    if re.search(r"[\[\]{}]", url):
        words.append("--globoff")
    for name, value in headers:
        if name == "Authorization" and value.startswith("@@basic:"):
            words.append(f"-u {_quoted(value.replace('@@basic:', '@@', 1))}")
        else:
            words.append(f"-H {_quoted(f'{name}: {value}' if value else f'{name};')}")
    if not body.content:
        return " ".join(words)
    if not body.media_type:
        words.append("-H 'Content-Type:'")
    try:
        text = body.content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # no shell word can hold it
        octal = "".join(f"\\0{byte:03o}" for byte in body.content)
        return f"printf '%b' '{octal}' | {' '.join(words)} --data-binary @-"
    return f"{' '.join(words)} --data-raw {shlex.quote(text)}"


def _with_secrets(
    url: str, headers: list[tuple[str, str]], cookie: str, placed: list[tuple[Placed, str]]
) -> tuple[str, list[tuple[str, str]]]:
    """The URL and the headers with each credential in its place (a credential replaces what a parameter put there)."""
    headers = list(headers)
    cookies = [cookie] if cookie else []
    for entry, value in placed:
        marked = value.startswith("@@")
        if entry.location == "query":
            text = value if marked else wire.encode(value)
            url += f"{'&' if '?' in url else '?'}{wire.encode(entry.name)}={text}"
        elif entry.location == "cookie":
            cookies.append(f"{entry.name}={value}")
        else:
            shown = f"Bearer {value}" if marked and entry.kind == "bearer" else value
            headers = [*_without(headers, entry.name), (entry.name, shown)]
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    return url, headers


def _marked(entry: Placed) -> str:
    """What stands in a curl command in the place of a secret."""
    if not entry.variable:
        return entry.value
    return f"@@basic:{entry.variable}@@" if entry.kind == "basic" else f"@@{entry.variable}@@"


def _without(headers: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    return [(key, value) for key, value in headers if key.lower() != name.lower()]


def _quoted(text: str) -> str:
    """One shell word. Variables stand in double quotes, everything else is literal."""
    parts = re.split(r"@@(SPECPROOF_[A-Z0-9_]+)@@", text)
    if len(parts) == 1:
        return shlex.quote(text)
    literal = "".join(parts[::2])
    if not re.search(r'["$`\\!]', literal) and not any(re.match(r"\w", part) for part in parts[2::2]):
        return '"' + "".join(f"${part}" if index % 2 else part for index, part in enumerate(parts)) + '"'
    return "".join(f'"${part}"' if index % 2 else shlex.quote(part) for index, part in enumerate(parts) if part)
