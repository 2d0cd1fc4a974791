"""Where a document says that its API lies: ``servers`` lists, variables filled in with their defaults."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from specproof.openapi.model import Server, ServerVariable
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import text_of
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.text import UntrustedText

_VARIABLE = re.compile(r"\{([^{}]*)\}")
# What means nothing in a shell, in Markdown or in a URL's other parts.
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_LONGEST_PATH = 200
_MOST_SERVERS = 20
_MOST_VARIABLES = 20
_MOST_CHOICES = 50


def read_servers(raw: JsonValue, at: Tokens) -> tuple[Server, ...]:
    """The servers of a list, in the document's order, each URL once. What is no server is passed over: nothing depends on it."""
    servers: dict[UntrustedText, Server] = {}
    for index, entry in enumerate(raw if isinstance(raw, list) else []):
        if isinstance(entry, dict) and len(servers) < _MOST_SERVERS:
            server = _read_server(entry, (*at, str(index)))
            if server.url:
                servers.setdefault(server.url, server)
    return tuple(servers.values())


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
