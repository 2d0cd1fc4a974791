"""The typed reading of a specification: what every other room sees of it.

One dialect inside, whatever came in: schemas are JSON Schema 2020-12. Named text fields are
:class:`~specproof.openapi.text.UntrustedText`; raw schemas stay opaque behind :class:`Schema`. Every part keeps the JSON pointer
of the place in the document that it came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from specproof.openapi.findings import Finding
from specproof.openapi.text import UntrustedText

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"


class SpecVersion(StrEnum):
    """The dialect that a document was written in."""

    SWAGGER_20 = "2.0"
    OPENAPI_30 = "3.0"
    OPENAPI_31 = "3.1"


class Method(StrEnum):
    """The HTTP methods that an OpenAPI path item can hold."""

    GET = "GET"
    HEAD = "HEAD"
    OPTIONS = "OPTIONS"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"
    TRACE = "TRACE"


class ParameterLocation(StrEnum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


class ParameterStyle(StrEnum):
    """How a parameter's value is laid out on the wire (OpenAPI ``style``)."""

    SIMPLE = "simple"
    FORM = "form"
    SPACE_DELIMITED = "spaceDelimited"
    PIPE_DELIMITED = "pipeDelimited"
    DEEP_OBJECT = "deepObject"
    LABEL = "label"
    MATRIX = "matrix"


class SchemeKind(StrEnum):
    """How a security scheme carries its secret, reduced to what a client has to send."""

    BEARER = "bearer"
    """``Authorization: Bearer SECRET``: http bearer, oauth2 and openIdConnect."""
    BASIC = "basic"
    """``Authorization: Basic`` of ``user:password``."""
    API_KEY = "apiKey"
    """The secret as it is, in a header, query parameter or cookie."""
    UNSUPPORTED = "unsupported"
    """mutualTLS, http digest and whatever else we cannot send."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema: opaque 2020-12 JSON plus the definitions that it can reach.

    ``raw`` may hold ``{"$ref": "#/$defs/NAME"}``; ``definitions`` maps NAME to its schema. ``definitions`` is **shared** by all
    schemas of a document and lazy where it can be: never walk all of it, never mutate it. NAME is a stable ASCII slug chosen by the
    loader (``Pet``, ``Pet_1f0c`` for names that collide or are not plain), never the raw name. ``pointer`` is where the schema stands
    in the document.

    Only the validator, the value engine and the JSON writer look inside.
    """

    raw: JsonObject | bool
    pointer: str
    definitions: Mapping[str, JsonObject | bool] = field(repr=False, hash=False, compare=False)

    def resolved(self) -> JsonObject | bool:
        """``raw`` with top-level ``$ref`` chains followed; siblings of a ``$ref`` are kept by wrapping in ``allOf``.

        A reference chain that leads back to itself gives ``True`` (anything): the loader has left a ``ref.cycle`` finding.
        """
        return resolve_reference(self.raw, self.definitions)

    def bundle(self) -> JsonObject:
        """A self-contained schema: ``raw`` plus a ``$defs`` with exactly the definitions that it can reach."""
        return bundle_schema(self.raw, self.definitions)


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a media type or parameter: the value as the document gives it, *not* yet validated."""

    value: JsonValue
    pointer: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation (path-level parameters are merged in, ``$ref`` resolved)."""

    name: UntrustedText
    location: ParameterLocation
    required: bool
    schema: Schema
    style: ParameterStyle
    explode: bool
    pointer: str
    description: UntrustedText = UntrustedText("")
    examples: tuple[Example, ...] = ()
    content_type: str = ""
    """Set where the parameter is described by ``content`` (then serialised as JSON) instead of ``schema``."""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class MediaType:
    """One media type of a request body or response. ``name`` is lower-case, without parameters (``application/json``)."""

    name: str
    schema: Schema | None
    pointer: str
    examples: tuple[Example, ...] = ()

    @property
    def is_json(self) -> bool:
        """``application/json`` and every ``+json``; ``*/*`` counts too, as the wild world uses it for JSON."""
        return self.name in {"application/json", "text/json", "*/*", "application/*"} or self.name.endswith("+json")


@dataclass(frozen=True, slots=True)
class RequestBody:
    """What an operation takes as its body."""

    required: bool
    media_types: tuple[MediaType, ...]
    pointer: str
    description: UntrustedText = UntrustedText("")


@dataclass(frozen=True, slots=True)
class ResponseHeader:
    """A documented response header. ``name`` is lower-case."""

    name: str
    required: bool
    schema: Schema | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Response:
    """One documented response. ``status`` is ``"200"``, ``"4XX"`` or ``"default"``."""

    status: str
    media_types: tuple[MediaType, ...]
    headers: tuple[ResponseHeader, ...]
    pointer: str
    description: UntrustedText = UntrustedText("")

    @property
    def is_success(self) -> bool:
        """Whether this is a 2xx (``default`` is not)."""
        return self.status.startswith("2")


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """One security scheme. ``parameter`` and ``location`` are set for API keys only."""

    name: UntrustedText
    kind: SchemeKind
    pointer: str
    parameter: UntrustedText = UntrustedText("")
    location: ParameterLocation = ParameterLocation.HEADER


@dataclass(frozen=True, slots=True)
class SecurityRequirement:
    """One alternative of an operation's security: all its ``schemes`` together; none means anonymous access is allowed."""

    schemes: tuple[SecurityScheme, ...]


@dataclass(frozen=True, slots=True, order=True)
class OperationKey:
    """An operation's identity: method and path template as the document writes them."""

    method: Method
    path: str

    @property
    def label(self) -> str:
        """``POST /pets``, for reports and data files. It holds text of the document: never put it into code unfiltered."""
        return f"{self.method.value} {self.path}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, complete: path-level parameters merged, security inherited, references resolved one level deep."""

    key: OperationKey
    pointer: str
    parameters: tuple[Parameter, ...]
    request_body: RequestBody | None
    responses: tuple[Response, ...]
    security: tuple[SecurityRequirement, ...]
    """Alternatives (OR). Empty: no credential is asked for."""
    operation_id: UntrustedText = UntrustedText("")
    summary: UntrustedText = UntrustedText("")
    description: UntrustedText = UntrustedText("")
    tags: tuple[UntrustedText, ...] = ()
    folder: UntrustedText = UntrustedText("")
    """``x-apifox-folder``: groups operations where tags are missing."""
    apifox_id: str = ""
    """The endpoint's id out of ``x-run-in-apifox``: digits, stable across renames."""
    apifox_status: str = ""
    maintainer: UntrustedText = UntrustedText("")
    deprecated: bool = False

    def parameters_in(self, location: ParameterLocation) -> tuple[Parameter, ...]:
        """The parameters that travel in ``location``, in document order."""
        return tuple(parameter for parameter in self.parameters if parameter.location is location)

    def success_responses(self) -> tuple[Response, ...]:
        """The documented 2xx responses, lowest status first."""
        return tuple(sorted((r for r in self.responses if r.is_success), key=lambda response: response.status))


@dataclass(frozen=True, slots=True)
class ApiSpec:
    """A specification as the rest of the product sees it.

    ``operations`` are sorted by (path, method): never in document order. ``digest`` is the SHA-256 of the canonical document
    (sorted keys, no insignificant white space), so that two documents that say the same in another order are the same revision.
    """

    title: UntrustedText
    version: UntrustedText
    dialect: SpecVersion
    operations: tuple[Operation, ...]
    security_schemes: tuple[SecurityScheme, ...]
    findings: tuple[Finding, ...]
    digest: str
    definitions: Mapping[str, JsonObject | bool] = field(repr=False, hash=False, compare=False)
    servers: tuple[UntrustedText, ...] = ()
    """The URLs of the document's ``servers``, variables filled in with their defaults. Never called: the user says which API is meant."""

    def operation(self, key: OperationKey) -> Operation | None:
        """The operation of that identity, or None."""
        return next((operation for operation in self.operations if operation.key == key), None)


DEFINITION_PREFIX = "#/$defs/"


def resolve_reference(raw: JsonObject | bool, definitions: Mapping[str, JsonObject | bool]) -> JsonObject | bool:
    """Follow top-level ``$ref`` chains of ``raw``. Unknown targets and cycles give ``True`` (see :meth:`Schema.resolved`)."""
    siblings: list[JsonValue] = []
    seen: set[str] = set()
    current = raw
    while isinstance(current, dict) and isinstance(current.get("$ref"), str):
        reference = str(current["$ref"])
        rest: JsonObject = {key: value for key, value in current.items() if key != "$ref"}
        if rest:
            siblings.append(rest)
        if reference in seen or not reference.startswith(DEFINITION_PREFIX):
            current = True
            break
        seen.add(reference)
        current = definitions.get(reference.removeprefix(DEFINITION_PREFIX), True)
    if not siblings:
        return current
    return {"allOf": [current, *siblings]}


def bundle_schema(raw: JsonObject | bool, definitions: Mapping[str, JsonObject | bool]) -> JsonObject:
    """``raw`` with a ``$defs`` of exactly what it reaches. The result shares structure with its input: do not mutate it."""
    root: JsonObject = dict(raw) if isinstance(raw, dict) else ({} if raw else {"not": {}})
    reached: JsonObject = {}
    waiting: list[JsonValue] = [root]
    while waiting:
        for name in _referenced_names(waiting.pop()):
            if name not in reached and name in definitions:
                reached[name] = definitions[name]
                waiting.append(definitions[name])
    if reached:
        root["$defs"] = {name: reached[name] for name in sorted(reached)}
    return root


def _referenced_names(schema: JsonValue) -> Sequence[str]:
    """The definition names that ``schema`` refers to anywhere. A property that is *named* ``$ref`` holds an object, not a string."""
    names: list[str] = []
    waiting: list[JsonValue] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX):
                names.append(reference.removeprefix(DEFINITION_PREFIX))
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return names
