"""Where a document says that its API lies: the ``servers`` list, variables filled in with their defaults."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from specproof.openapi.model import JsonObject, JsonValue
from specproof.openapi.reading.document_reader import text_of
from specproof.openapi.text import UntrustedText

_VARIABLE = re.compile(r"\{([^{}]*)\}")
# What means nothing in a shell, in Markdown or in a URL's other parts.
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_LONGEST_PATH = 200
_MOST_SERVERS = 20


def read_servers(raw: JsonValue) -> tuple[UntrustedText, ...]:
    """The URL of each server, in the document's order. What is no server is passed over: nothing depends on it."""
    entries = [entry for entry in raw if isinstance(entry, dict)] if isinstance(raw, list) else []
    urls = [_filled(text_of(entry, "url").raw(), entry.get("variables")) for entry in entries[:_MOST_SERVERS]]
    return tuple(UntrustedText(url) for url in dict.fromkeys(urls) if url)


def base_path(server: UntrustedText) -> str:
    """The path of a server's URL (``/v1`` of ``https://host/v1/``); "" if there is none, or none of plain characters."""
    try:
        path = urlsplit(server.raw()).path.rstrip("/")
    except ValueError:
        return ""
    is_plain = len(path) <= _LONGEST_PATH and _PLAIN_PATH.fullmatch(path) and not {".", ".."} & set(path.split("/"))
    return path if is_plain else ""


def _filled(url: str, variables: JsonValue) -> str:
    described: JsonObject = variables if isinstance(variables, dict) else {}

    def default(found: re.Match[str]) -> str:
        variable = described.get(found[1])
        return text_of(variable, "default").raw() if isinstance(variable, dict) else found[0]

    return _VARIABLE.sub(default, url)
