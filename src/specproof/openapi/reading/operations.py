"""Operations. Trouble in one is a finding; the others live."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from specproof.errors import SpecLimitError
from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import Inbound, Operation, Response, SecurityRequirement, SecurityScheme, Server
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import DocumentReader, flag_of, text_of
from specproof.openapi.reading.inbound import InboundReader
from specproof.openapi.reading.links import LinkReader
from specproof.openapi.reading.parameters import AuthorizationParameter, ParameterList, read_parameters
from specproof.openapi.reading.path_items import OperationPlace, PathItemReader
from specproof.openapi.reading.payloads import read_request_body, read_responses
from specproof.openapi.reading.security import authorization_scheme, read_requirements
from specproof.openapi.reading.servers import read_servers
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.text import UntrustedText

_MAX_PATH_LENGTH = 2_000
_TEMPLATE = re.compile(r"(?:[^{}]|\{[^{}]+\})*")
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f?#\\]")
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?=/|$)", re.IGNORECASE)
_APIFOX_ID = re.compile(r"/project/\d+/apis/api-(\d{1,20})")
_VARIABLE = re.compile(r"\{[^{}]+\}")


class OperationReader:
    """Reads all operations of a document."""

    def __init__(
        self,
        reader: DocumentReader,
        *,
        schemes: Mapping[str, SecurityScheme],
        default_security: tuple[SecurityRequirement, ...],
        max_operations: int,
    ) -> None:
        self._reader = reader
        self._schemes = schemes
        self._default_security = default_security
        self._max_operations = max_operations
        self._authorization: SecurityScheme | None = None
        self._items = PathItemReader(reader)
        self._inbound = InboundReader(reader, self._items, self._read_inbound)
        self._links: LinkReader | None = None
        self._known_servers: dict[Tokens, tuple[Server, ...]] = {}

    @property
    def synthetic_schemes(self) -> tuple[SecurityScheme, ...]:
        """The scheme made from ``Authorization`` parameters, if there were any and none was defined."""
        made = self._authorization
        return (made,) if made is not None and made not in self._schemes.values() else ()

    def read(self, paths: JsonValue) -> tuple[Operation, ...]:
        """Every operation, sorted by path and method. Raises :class:`SpecLimitError` where there are too many."""
        places: list[OperationPlace] = []
        for place in self._places(paths):
            places.append(place)
            if len(places) > self._max_operations:
                raise SpecLimitError(f"the document has more than {self._max_operations} operations")
        self._links = LinkReader(self._reader, places)
        return tuple(self._read_operation(place) for place in places)

    def read_webhooks(self, webhooks: JsonValue, at: Tokens) -> tuple[Inbound, ...]:
        """The requests that the API sends by itself."""
        return self._inbound.webhooks(webhooks, at)

    def _places(self, paths: JsonValue) -> Iterator[OperationPlace]:
        if not isinstance(paths, dict):
            self._reader.report(
                FindingCode.OPERATION_INVALID, ("paths",), "paths must be an object; there is nothing to test", Severity.MAJOR
            )
            return
        templates: dict[str, str] = {}
        for path in sorted(paths):
            at: Tokens = ("paths", path)
            if path.startswith("x-") or not self._is_usable_path(path, at):
                continue
            twin = templates.setdefault(_VARIABLE.sub("{}", path), path)
            if twin != path:
                message = (
                    f"this path differs from {quoted(twin)} by the names of its variables only; a server cannot tell them apart"
                )
                self._reader.report(FindingCode.OPERATION_DUPLICATE, at, message)
            yield from self._items.operations(path, paths[path], at)

    def _is_usable_path(self, path: str, at: Tokens) -> bool:
        if len(path) > _MAX_PATH_LENGTH:
            problem = "no server takes a path of this length"
        elif not path.startswith("/"):
            problem = "a path must begin with /"
        elif _UNSENDABLE.search(path):
            problem = "a path must not hold ?, #, a backslash or control characters"
        elif not _TEMPLATE.fullmatch(path):
            problem = "the braces of this path do not match"
        elif _DOT_SEGMENT.search(path):
            problem = "dot segments would lead a client elsewhere"
        else:
            return True
        self._reader.report(FindingCode.OPERATION_INVALID, at, f"{problem}; its operations are left out", Severity.MAJOR)
        return False

    def _read_operation(self, place: OperationPlace) -> Operation:
        reader, node, at = self._reader, place.node, place.at
        listed = self._parameters(place, place.key.path)
        return replace(
            self._described(place, read_responses(reader, node.get("responses"), (*at, "responses"), self._links)),
            parameters=listed.parameters,
            security=self._security(node, at, listed.authorization),
            servers=self._servers(node, at) or self._servers(place.item, place.item_at),
            callbacks=self._inbound.callbacks(node.get("callbacks"), (*at, "callbacks")),
        )

    def _read_inbound(self, place: OperationPlace) -> Operation:
        """An operation that the API calls: no variables in its path, no credential of ours, no callbacks of its own."""
        reader, node, at = self._reader, place.node, place.at
        return replace(
            self._described(place, read_responses(reader, node.get("responses"), (*at, "responses"))),
            parameters=self._parameters(place, "").parameters,
            security=read_requirements(reader, node.get("security"), (*at, "security"), self._schemes) or (),
        )

    def _parameters(self, place: OperationPlace, path: str) -> ParameterList:
        own = (place.node.get("parameters"), (*place.at, "parameters"))
        shared = (place.item.get("parameters"), (*place.item_at, "parameters"))
        return read_parameters(self._reader, path, own, shared)

    def _servers(self, node: JsonObject, at: Tokens) -> tuple[Server, ...]:
        if "servers" not in node:
            return ()
        if at not in self._known_servers:
            self._known_servers[at] = read_servers(self._reader, node["servers"], (*at, "servers"))
        return self._known_servers[at]

    def _described(self, place: OperationPlace, responses: tuple[Response, ...]) -> Operation:
        """What every operation has, whoever sends it."""
        node, at = place.node, place.at
        return Operation(
            key=place.key,
            pointer=pointer(at),
            parameters=(),
            request_body=read_request_body(self._reader, node.get("requestBody"), (*at, "requestBody")),
            responses=responses,
            security=(),
            operation_id=text_of(node, "operationId"),
            summary=text_of(node, "summary"),
            description=text_of(node, "description"),
            tags=self._tags(node.get("tags"), at),
            folder=text_of(node, "x-apifox-folder"),
            apifox_id=_apifox_id(text_of(node, "x-run-in-apifox")),
            apifox_status=text_of(node, "x-apifox-status").printable(40),
            sunset=text_of(node, "x-sunset").printable(40),
            maintainer=text_of(node, "x-apifox-maintainer"),
            deprecated=flag_of(node, "deprecated"),
        )

    def _security(
        self, node: JsonObject, at: Tokens, parameter: AuthorizationParameter | None
    ) -> tuple[SecurityRequirement, ...]:
        own = read_requirements(self._reader, node.get("security"), (*at, "security"), self._schemes)
        security = self._default_security if own is None else own
        if parameter is None:
            return security
        if security:
            message = "OpenAPI ignores an Authorization parameter; the operation's security says the same"
            self._reader.report(FindingCode.PARAMETER_INVALID, parameter.at, message, Severity.INFO)
            return security
        if self._authorization is None:
            self._authorization = authorization_scheme(self._schemes, parameter.at)
        message = "OpenAPI ignores an Authorization parameter; it is read as a credential in that header"
        self._reader.report(FindingCode.PARAMETER_INVALID, parameter.at, message, Severity.INFO)
        with_credential = SecurityRequirement((self._authorization,))
        return (with_credential,) if parameter.required else (with_credential, SecurityRequirement(()))

    def _tags(self, raw: JsonValue, at: Tokens) -> tuple[UntrustedText, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list):
            self._reader.report(FindingCode.OPERATION_INVALID, (*at, "tags"), "tags must be a list; they are left out")
            return ()
        return tuple(UntrustedText(tag) for tag in raw if isinstance(tag, str))


def _apifox_id(link: UntrustedText) -> str:
    """The endpoint's id out of ``https://app.apifox.com/web/project/<project>/apis/api-<id>-run``."""
    match = _APIFOX_ID.search(link.raw())
    return match.group(1) if match else ""
