"""Places of the model, led to the places of the document that a person has before them.

The parser reads some parts in another form than they are written in (``items`` with a list, ``oneOf`` that became ``anyOf``, the
fields of a Swagger 2.0 form). A finding names what is written.
"""

from __future__ import annotations

from specproof.openapi.pointers import pointer
from specproof.openapi.schema import JsonObject, JsonValue

_WRITTEN_AS = {"anyOf": ("oneOf",), "prefixItems": ("items",), "examples": ("example",), "requestBody": ("parameters",)}


def as_written(root: JsonObject, at: str) -> str:
    """``at``, or the nearest place above it that ``root`` has. Places in other files are left as they are."""
    if not at.startswith("#"):
        return at
    node: JsonValue = root
    place = "#"
    tokens = at[1:].split("/")[1:]
    while tokens:
        step = _step(node, tokens)
        if step is None:
            break
        written, node, used = step
        place += f"/{written}"
        tokens = tokens[used:]
    if "swagger" in root and at in ("#/host/url", "#/basePath/url"):
        # Swagger 2.0 has no servers: their addresses are made of these.
        return next((f"#/{key}" for key in ("schemes", "host", "basePath") if key in root), place)
    return place


def _step(node: JsonValue, tokens: list[str]) -> tuple[str, JsonValue, int] | None:
    """(token as it is written, what stands there, how many of ``tokens`` that takes)."""
    token = tokens[0]
    if isinstance(node, list):
        if token.isascii() and token.isdigit() and len(token) < 10 and int(token) < len(node):
            return token, node[int(token)], 1
        return _form_field(node, tokens)
    if not isinstance(node, dict):
        return None
    for candidate in (token, *_WRITTEN_AS.get(token, ())):
        key = _key(node, candidate)
        if key is not None:
            # ``examples`` that is written as ``example`` is no list.
            is_single = tokens[0] == "examples" and candidate == "example" and len(tokens) > 1
            return candidate, node[key], 2 if is_single else 1
    return None


def _key(node: JsonObject, token: str) -> str | None:
    """The key of ``node`` that a pointer writes as ``token``."""
    plain = token.replace("~1", "/").replace("~0", "~")
    if plain in node:
        return plain
    if "%" not in token and not token.endswith("..."):
        return None
    return next((key for key in node if pointer((key,))[2:] == token), None)


def _form_field(parameters: list[JsonValue], tokens: list[str]) -> tuple[str, JsonValue, int] | None:
    """Swagger 2.0 writes a property of a form as a parameter of that name."""
    if tokens[0] != "properties" or len(tokens) < 2:
        return None
    for index, entry in enumerate(parameters):
        if isinstance(entry, dict) and isinstance(entry.get("name"), str) and pointer((str(entry["name"]),))[2:] == tokens[1]:
            return str(index), entry, 2
    return None
