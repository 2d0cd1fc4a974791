"""From a step to the request that is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlsplit

from specproof.openapi.model import Parameter
from specproof.openapi.vocabulary import ParameterLocation
from specproof.reference.messages import Reply, Request
from specproof.reference.probes.access import Access
from specproof.reference.probes.layout import (
    body_bytes,
    cookie_pairs,
    header_text,
    joined_query,
    path_text,
    query_pairs,
    text_of,
    visible,
)
from specproof.reference.probes.steps import NOTHING, Step, Taken, resolved

_NAME: Final = re.compile(r"\{([^{}]*)\}")


def rendered(step: Step, replies: Sequence[Reply], access: Access) -> Request:
    """The request of a step, after these replies."""
    parameters = {(parameter.location.value, parameter.name.raw()): parameter for parameter in step.operation.parameters}
    path, fixed = _path(step, parameters, replies)
    pairs = [fixed] if fixed else []
    headers: list[tuple[str, str]] = []
    cookies: list[str] = []
    for place, piece in step.values.items():
        parameter = parameters.get(place)
        if parameter is None:
            continue
        value = resolved(piece, replies)
        if parameter.location is ParameterLocation.QUERY or parameter.location is ParameterLocation.QUERYSTRING:
            pairs += query_pairs(parameter, value)
        elif parameter.location is ParameterLocation.HEADER:
            headers.append((parameter.name.raw().lower(), header_text(parameter, value)))
        elif parameter.location is ParameterLocation.COOKIE:
            cookies += cookie_pairs(parameter, value)
    shown = access.shown(step.operation, step.caller)
    pairs += shown.query
    headers += shown.headers
    cookies += shown.cookies
    headers += [(name, visible(_text(value, replies))) for name, value in step.headers]
    if cookies:
        headers.append(("cookie", "; ".join(cookies)))
    body, content_type = _body(step, replies)
    if content_type:
        headers.append(("content-type", content_type))
    target = _whole_target(_text(step.target, replies)) if step.target else path + joined_query(pairs, step.query)
    return Request(step.method or step.operation.key.method.value, target, tuple(headers), body)


def _text(value: str | Taken, replies: Sequence[Reply]) -> str:
    return value if isinstance(value, str) else text_of(value.found(replies))


def _body(step: Step, replies: Sequence[Reply]) -> tuple[bytes, str]:
    body, content_type = b"", ""
    if step.raw is not None:
        body, content_type = step.raw, step.media_type
    elif step.body is not NOTHING:
        body, content_type = body_bytes(resolved(step.body, replies), step.media_type)
    return body, content_type if step.content_type is None else step.content_type


def _whole_target(text: str) -> str:
    address = urlsplit(text)
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def _path(step: Step, parameters: dict[tuple[str, str], Parameter], replies: Sequence[Reply]) -> tuple[str, str]:
    """The path, and the query that some documents write into their templates."""

    def written(found: re.Match[str]) -> str:
        name = found[1]
        piece = step.values.get(("path", name))
        if piece is None:
            return "missing"
        value = resolved(piece, replies)
        parameter = parameters.get(("path", name))
        text = path_text(parameter, value) if parameter is not None else quote(text_of(value), safe="")
        return text or "%20"

    path, _, fixed = _NAME.sub(written, step.operation.key.path).partition("?")
    return path.replace("#", "%23"), fixed
