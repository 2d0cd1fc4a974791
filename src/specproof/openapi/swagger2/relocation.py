"""Pointers of a translated document, led back to the places of the document that the user has.

A translation records where its parts came from; what was read from it is then given the pointers of the original.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import Finding
from specproof.openapi.model import (
    ApiSpec,
    Encoding,
    MediaType,
    Operation,
    Parameter,
    RequestBody,
    Response,
    ResponseHeader,
    SecurityScheme,
)
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.schema import Example, Schema

Relocate: TypeAlias = Callable[[str], str]


class Relocations:
    """Which place of a translated document stands for which place of the original. What is below a place follows it."""

    def __init__(self) -> None:
        self._origins: dict[str, str] = {}
        self._places: dict[Tokens, Tokens] = {}

    def add(self, at: Tokens, origin: Tokens) -> None:
        """``at`` of the translation came from ``origin``."""
        if at != origin:
            self._origins[pointer(at)] = pointer(origin)
            self._places[at] = origin

    def place(self, at: Tokens) -> Tokens:
        """The place of the original for a place of the translation."""
        for length in range(len(at), 0, -1):
            if at[:length] in self._places:
                return self._places[at[:length]] + at[length:]
        return at

    def origin(self, at: str) -> str:
        """The pointer into the original for a pointer into the translation."""
        prefix, rest = at, ""
        while prefix not in self._origins:
            prefix, slash, last = prefix.rpartition("/")
            if not slash:
                return at
            rest = f"/{last}{rest}"
        return self._origins[prefix] + rest


def relocated(spec: ApiSpec, relocations: Relocations, others: tuple[Finding, ...]) -> ApiSpec:
    """``spec`` with all its pointers led back, and with ``others``, findings that point into the original already."""
    move = relocations.origin
    log = FindingLog()
    log.extend(others)
    log.extend(tuple(replace(finding, at=move(finding.at)) for finding in spec.findings))
    return replace(
        spec,
        operations=tuple(_operation(operation, move) for operation in spec.operations),
        security_schemes=tuple(_scheme(scheme, move) for scheme in spec.security_schemes),
        servers=tuple(replace(server, pointer=move(server.pointer)) for server in spec.servers),
        findings=log.collected(),
    )


def _operation(operation: Operation, move: Relocate) -> Operation:
    return replace(
        operation,
        pointer=move(operation.pointer),
        parameters=tuple(_parameter(parameter, move) for parameter in operation.parameters),
        request_body=_request_body(operation.request_body, move),
        responses=tuple(_response(response, move) for response in operation.responses),
        security=tuple(
            replace(requirement, schemes=tuple(_scheme(scheme, move) for scheme in requirement.schemes))
            for requirement in operation.security
        ),
    )


def _parameter(parameter: Parameter, move: Relocate) -> Parameter:
    return replace(
        parameter,
        pointer=move(parameter.pointer),
        schema=replace(parameter.schema, pointer=move(parameter.schema.pointer)),
        examples=_examples(parameter.examples, move),
        encodings=_encodings(parameter.encodings, move),
    )


def _request_body(body: RequestBody | None, move: Relocate) -> RequestBody | None:
    if body is None:
        return None
    return replace(body, pointer=move(body.pointer), media_types=_media_types(body.media_types, move))


def _response(response: Response, move: Relocate) -> Response:
    return replace(
        response,
        pointer=move(response.pointer),
        media_types=_media_types(response.media_types, move),
        headers=tuple(_header(header, move) for header in response.headers),
    )


def _header(header: ResponseHeader, move: Relocate) -> ResponseHeader:
    return replace(header, pointer=move(header.pointer), schema=_schema(header.schema, move))


def _media_types(media_types: tuple[MediaType, ...], move: Relocate) -> tuple[MediaType, ...]:
    return tuple(
        replace(
            one,
            pointer=move(one.pointer),
            schema=_schema(one.schema, move),
            examples=_examples(one.examples, move),
            item_schema=_schema(one.item_schema, move),
            encodings=_encodings(one.encodings, move),
        )
        for one in media_types
    )


def _encodings(encodings: tuple[Encoding, ...], move: Relocate) -> tuple[Encoding, ...]:
    return tuple(
        replace(one, pointer=move(one.pointer), headers=tuple(_header(header, move) for header in one.headers))
        for one in encodings
    )


def _schema(schema: Schema | None, move: Relocate) -> Schema | None:
    return replace(schema, pointer=move(schema.pointer)) if schema is not None else None


def _examples(examples: tuple[Example, ...], move: Relocate) -> tuple[Example, ...]:
    return tuple(replace(example, pointer=move(example.pointer)) for example in examples)


def _scheme(scheme: SecurityScheme, move: Relocate) -> SecurityScheme:
    return replace(scheme, pointer=move(scheme.pointer))
