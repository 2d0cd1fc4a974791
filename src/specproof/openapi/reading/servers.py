"""Where a document says that its API lies: ``servers`` lists, variables filled in with their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import Operation, Server, ServerVariable
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import DocumentReader, text_of
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.text import UntrustedText

_VARIABLE = re.compile(r"\{([^{}]*)\}")
# What means nothing in a shell, in Markdown or in a URL's other parts.
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_LONGEST_PATH = 200
_MOST_SERVERS = 20
_MOST_VARIABLES = 20
_MOST_CHOICES = 50


def read_servers(reader: DocumentReader, raw: JsonValue, at: Tokens) -> tuple[Server, ...]:
    """The servers of a list, in the document's order, each URL once. What is no server is a finding and left out."""
    servers: dict[UntrustedText, Server] = {}
    for place, entry in reader.entries(raw, at, FindingCode.DOCUMENT_INVALID, "servers", _MOST_SERVERS):
        server = _read_server(entry, place) if isinstance(entry, dict) else None
        if server is None or not server.url:
            reader.report(FindingCode.DOCUMENT_INVALID, place, "a server must be an object with a url; it is left out")
        else:
            servers.setdefault(server.url, server)
    return tuple(servers.values())


def report_other_servers(reader: DocumentReader, operations: Iterable[Operation], servers: tuple[Server, ...]) -> None:
    """Leave one finding for each place of an operation's own servers that is none of the document's: a run has one address."""
    known = {_place(server) for server in servers} or {("", "")}
    for operation in operations:
        for server in operation.servers:
            place = _place(server)
            if place not in known:
                known.add(place)
                message = "operations have a server of their own here; the suite sends them to the run's address like all others"
                reader.log.add(FindingCode.OPERATION_SERVER, server.pointer, message, Severity.INFO)


def _place(server: Server) -> tuple[str, str]:
    """Host and path of a server; all of its URL where that is none."""
    try:
        parts = urlsplit(server.url.raw())
    except ValueError:
        return server.url.raw(), ""
    return parts.netloc.lower(), parts.path.rstrip("/")


def base_path(server: Server) -> str:
    """The path of a server's URL (``/v1`` of ``https://host/v1/``); "" if there is none, or none of plain characters."""
    try:
        path = urlsplit(server.url.raw()).path.rstrip("/")
    except ValueError:
        return ""
    is_plain = len(path) <= _LONGEST_PATH and _PLAIN_PATH.fullmatch(path) and not {".", ".."} & set(path.split("/"))
    return path if is_plain else ""


def _read_server(raw: JsonObject, at: Tokens) -> Server:
    template = text_of(raw, "url")
    variables = _read_variables(raw.get("variables"))
    defaults = {variable.name.raw(): variable.default.raw() for variable in variables if variable.default}
    url = _VARIABLE.sub(lambda found: defaults.get(found[1], found[0]), template.raw())
    return Server(UntrustedText(url), template, pointer(at), variables, text_of(raw, "name"))


def _read_variables(raw: JsonValue) -> tuple[ServerVariable, ...]:
    described: JsonObject = raw if isinstance(raw, dict) else {}
    found: list[ServerVariable] = []
    for name in sorted(described)[:_MOST_VARIABLES]:
        variable = described[name]
        if isinstance(variable, dict):
            listed = variable.get("enum")
            choices = [choice for choice in listed if isinstance(choice, str)] if isinstance(listed, list) else []
            texts = tuple(UntrustedText(choice) for choice in choices[:_MOST_CHOICES])
            found.append(ServerVariable(UntrustedText(name), text_of(variable, "default"), texts))
    return tuple(found)
