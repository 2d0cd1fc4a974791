"""The typed reading of a specification: what every other room sees of it.

One dialect inside, whatever came in: schemas are JSON Schema 2020-12. Named text fields are
:class:`~specproof.openapi.text.UntrustedText`; raw schemas stay opaque behind
:class:`~specproof.openapi.schema.Schema`. Every part keeps the JSON pointer of the place in the document that it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from specproof.openapi.findings import Finding
from specproof.openapi.schema import Example, JsonObject, JsonValue, Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import Method, ParameterLocation, ParameterStyle, SchemeKind, SpecVersion

SEQUENTIAL_JSON = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines", "application/json-seq"}
)
"""Media types whose body is a row of JSON values."""


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
    allow_reserved: bool = False
    """Whether the reserved characters of RFC 3986 (``:/?#[]@!$&'()*+,;=``) are sent as they are."""
    encodings: tuple[Encoding, ...] = ()
    """Of the one media type in ``content``."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one property of a form or multipart body is sent (the ``encoding`` of a media type).

    ``content_types`` are lower-case and without parameters; empty means the default for the property's type. ``style`` is None where
    none of ``style``, ``explode`` and ``allowReserved`` stands: then ``content_types`` count, else they do not (OpenAPI 3.1, 4.8.15).
    """

    name: UntrustedText
    content_types: tuple[str, ...]
    pointer: str
    style: ParameterStyle | None = None
    explode: bool = True
    allow_reserved: bool = False
    headers: tuple[ResponseHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaType:
    """One media type of a request body or response. ``name`` is lower-case, without parameters (``application/json``)."""

    name: str
    schema: Schema | None
    pointer: str
    examples: tuple[Example, ...] = ()
    item_schema: Schema | None = None
    """OpenAPI 3.2: the schema of each item of a sequential media type (``application/x-ndjson``, ``text/event-stream``)."""
    encodings: tuple[Encoding, ...] = ()

    @property
    def is_sequential(self) -> bool:
        """Whether the body is a row of JSON items, one a line or one a record: NDJSON, JSON Lines, JSON text sequences."""
        return self.name in SEQUENTIAL_JSON

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
    links: tuple[Link, ...] = ()

    @property
    def is_success(self) -> bool:
        """Whether this is a 2xx (``default`` is not)."""
        return self.status.startswith("2")


class ExpressionSource(StrEnum):
    """Where a runtime expression takes its value from."""

    URL = "url"
    METHOD = "method"
    STATUS_CODE = "statusCode"
    REQUEST_PATH = "request.path"
    REQUEST_QUERY = "request.query"
    REQUEST_HEADER = "request.header"
    REQUEST_BODY = "request.body"
    RESPONSE_HEADER = "response.header"
    RESPONSE_BODY = "response.body"


@dataclass(frozen=True, slots=True)
class RuntimeExpression:
    """A parsed runtime expression (``$response.body#/id``): a closed grammar, never evaluated as anything else.

    ``name`` is the parameter's or header's name, or the JSON pointer into a body (``/id``, "" for all of it).
    """

    source: ExpressionSource
    name: UntrustedText = UntrustedText("")


@dataclass(frozen=True, slots=True)
class LinkArgument:
    """One input of a link: a literal or a runtime expression for the parameter ``name``; ``location`` is None where it does not say."""

    name: UntrustedText
    value: RuntimeExpression | JsonLiteral
    location: ParameterLocation | None = None


@dataclass(frozen=True, slots=True)
class JsonLiteral:
    """A constant of a document, kept apart from what is computed."""

    value: JsonValue = field(hash=False)


@dataclass(frozen=True, slots=True)
class Link:
    """A documented link of a response: how its answer leads to a call of ``target``."""

    name: UntrustedText
    target: OperationKey
    pointer: str
    arguments: tuple[LinkArgument, ...] = ()
    body: RuntimeExpression | JsonLiteral | None = None


@dataclass(frozen=True, slots=True)
class OAuthFlow:
    """One flow of an oauth2 scheme. Its addresses are for people: they are never called."""

    kind: str
    """``implicit``, ``password``, ``clientCredentials``, ``authorizationCode`` or ``deviceAuthorization``."""
    authorization_url: UntrustedText
    token_url: UntrustedText
    scopes: tuple[UntrustedText, ...]


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """One security scheme. ``parameter`` and ``location`` are set for API keys only; ``declared`` is the document's own word.

    ``declared`` is ``http basic``, ``apiKey``, ``oauth2``, ``openIdConnect``, ``mutualTLS`` or what else stands there.
    """

    name: UntrustedText
    kind: SchemeKind
    pointer: str
    parameter: UntrustedText = UntrustedText("")
    location: ParameterLocation = ParameterLocation.HEADER
    declared: UntrustedText = UntrustedText("")
    flows: tuple[OAuthFlow, ...] = ()
    is_defined: bool = True
    """False where a requirement names the scheme and the document defines none of that name."""


@dataclass(frozen=True, slots=True)
class SecurityRequirement:
    """One alternative of an operation's security: all its ``schemes`` together; none means anonymous access is allowed.

    ``scopes`` are those that the schemes have to grant, each scheme's in the order of ``schemes``; empty where none are named.
    """

    schemes: tuple[SecurityScheme, ...]
    scopes: tuple[tuple[UntrustedText, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable of a server's URL. ``choices`` is the ``enum``, empty where any value is allowed."""

    name: UntrustedText
    default: UntrustedText
    choices: tuple[UntrustedText, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """Where the document says that the API lies. Never called: the user says which API is meant.

    ``url`` has its variables filled in with their defaults; ``template`` is what the document writes.
    """

    url: UntrustedText
    template: UntrustedText
    pointer: str
    variables: tuple[ServerVariable, ...] = ()
    name: UntrustedText = UntrustedText("")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that the document describes; ``parent`` (OpenAPI 3.2) is the name of the tag above it."""

    name: UntrustedText
    pointer: str
    parent: UntrustedText = UntrustedText("")


@dataclass(frozen=True, slots=True)
class Inbound:
    """A request that the API itself sends: a callback of an operation, or a webhook. Read and named, never planned.

    ``expression`` is the runtime expression that gives a callback's address; empty for webhooks. The keys of ``operations`` hold the
    expression, or the webhook's name, as their path.
    """

    name: UntrustedText
    pointer: str
    operations: tuple[Operation, ...]
    expression: UntrustedText = UntrustedText("")


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
    sunset: str = ""
    """``x-sunset``: the day from which a deprecated operation may be gone, as the document writes it."""
    maintainer: UntrustedText = UntrustedText("")
    deprecated: bool = False
    servers: tuple[Server, ...] = ()
    """Its own, or else its path's; empty where the document's count."""
    callbacks: tuple[Inbound, ...] = ()

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
    servers: tuple[Server, ...] = ()
    webhooks: tuple[Inbound, ...] = ()
    tags: tuple[Tag, ...] = ()

    def operation(self, key: OperationKey) -> Operation | None:
        """The operation of that identity, or None."""
        return next((operation for operation in self.operations if operation.key == key), None)
