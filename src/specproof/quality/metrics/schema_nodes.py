"""Schemas walked: all places of one, and the places that say something about parts of a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import jsonschema_rs

from specproof.openapi.dialects.definitions import origin_of
from specproof.openapi.lint.sites import children_of, referred_name
from specproof.openapi.pointers import pointer
from specproof.openapi.schema import JsonObject, JsonValue, Schema, bundle_schema, resolve_reference

MAX_NODES = 50_000
"""Places that are looked at, of one schema; touches of one value."""
_ALTERNATIVES = ("anyOf", "oneOf")
_OPTIONS = jsonschema_rs.RegexOptions()

Definitions: TypeAlias = "Mapping[str, JsonObject | bool]"


class Direction(StrEnum):
    """Which way a value goes: what is read-only is not sent, what is write-only is not answered."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Node(NamedTuple):
    """One schema object; ``at`` is where it stands in the document."""

    schema: JsonObject
    at: str
    definitions: Definitions


class Touch(NamedTuple):
    """A node that says something about ``value``, which stands at ``place`` in the whole value."""

    node: Node
    value: JsonValue
    place: str


def all_nodes(schema: Schema, direction: Direction) -> Iterator[Node]:
    """Every node that a value of ``schema`` can meet in that direction, each once."""
    seen: set[str] = set()
    waiting: list[tuple[JsonValue, str]] = [(schema.raw, schema.pointer)]
    while waiting and len(seen) < MAX_NODES:
        raw, at = waiting.pop()
        if not isinstance(raw, dict) or at in seen:
            continue
        seen.add(at)
        yield Node(raw, at, schema.definitions)
        waiting += [child for child in _below(raw, at, schema.definitions) if not _is_hidden(child, schema, direction, raw)]


def _below(raw: JsonObject, at: str, definitions: Definitions) -> Iterator[tuple[JsonValue, str]]:
    name = referred_name(raw)
    if name is not None and name in definitions:
        yield definitions[name], origin_of(definitions, name)
    for _, steps, child in children_of(raw):
        yield child, at + _steps(*steps)


def _is_hidden(child: tuple[JsonValue, str], schema: Schema, direction: Direction, parent: JsonObject) -> bool:
    """Whether a property does not go in this direction."""
    raw = child[0]
    named = parent.get("properties")
    is_property = isinstance(named, dict) and any(raw is each for each in named.values())
    return is_property and says(raw, direction.value, schema.definitions)


def says(raw: JsonValue, flag: str, definitions: Definitions) -> bool:
    """Whether the schema, or what it refers to, sets ``flag`` (``readOnly``)."""
    if not isinstance(raw, dict):
        return False
    resolved = resolve_reference(raw, definitions)
    parts = [raw, resolved, *(resolved.get("allOf") or [] if isinstance(resolved, dict) else [])]  # type: ignore[misc]
    return any(isinstance(part, dict) and part.get(flag) is True for part in parts)


def touches(schema: Schema, value: JsonValue) -> Iterator[Touch]:
    """The nodes that ``value`` and its parts meet. Of alternatives, only those that the value satisfies."""
    definitions = schema.definitions
    waiting: list[tuple[JsonValue, str, JsonValue, str]] = [(schema.raw, schema.pointer, value, "")]
    seen: set[tuple[str, str]] = set()
    while waiting and len(seen) < MAX_NODES:
        raw, at, part, place = waiting.pop()
        if not isinstance(raw, dict) or (at, place) in seen:
            continue
        seen.add((at, place))
        node = Node(raw, at, definitions)
        yield Touch(node, part, place)
        waiting += _same_value(node, part, place)
        waiting += _members(raw, at, part, place)
        waiting += _items(raw, at, part, place)


def _same_value(node: Node, part: JsonValue, place: str) -> Iterator[tuple[JsonValue, str, JsonValue, str]]:
    name = referred_name(node.schema)
    if name is not None and name in node.definitions:
        yield node.definitions[name], origin_of(node.definitions, name), part, place
    for keyword in ("allOf", *_ALTERNATIVES):
        listed = node.schema.get(keyword)
        for index, child in enumerate(listed if isinstance(listed, list) else ()):
            at = f"{node.at}/{keyword}/{index}"
            if keyword == "allOf" or (isinstance(child, dict) and holds(child, at, part, node.definitions)):
                yield child, at, part, place


def _members(raw: JsonObject, at: str, part: JsonValue, place: str) -> Iterator[tuple[JsonValue, str, JsonValue, str]]:
    if not isinstance(part, dict):
        return
    named, others = raw.get("properties"), raw.get("additionalProperties")
    for name, member in part.items():
        below = place + _steps(name)
        if isinstance(named, dict) and name in named:
            yield named[name], at + _steps("properties", name), member, below
        elif isinstance(others, dict) and not raw.get("patternProperties"):
            yield others, f"{at}/additionalProperties", member, below


@lru_cache(maxsize=50_000)
def _steps(*tokens: str) -> str:
    """``/properties/name``: the way from one place to one below it."""
    return pointer(tokens)[1:]


def _items(raw: JsonObject, at: str, part: JsonValue, place: str) -> Iterator[tuple[JsonValue, str, JsonValue, str]]:
    if not isinstance(part, list):
        return
    first = raw.get("prefixItems")
    prefixes = first if isinstance(first, list) else []
    for index, member in enumerate(part):
        if index < len(prefixes):
            yield prefixes[index], f"{at}/prefixItems/{index}", member, f"{place}/{index}"
        elif "items" in raw:
            yield raw["items"], f"{at}/items", member, f"{place}/{index}"


def holds(schema: JsonObject, key: str, value: JsonValue, definitions: Definitions) -> bool | None:
    """Whether ``value`` satisfies ``schema`` (``key`` names it, for the next time); None where it cannot be compiled."""
    validator = _compiled(_Keyed(key, schema, definitions))
    return None if validator is None else validator.is_valid(value)


class _Keyed:
    """A schema under a name that is unique within its definitions: what the cache goes by."""

    def __init__(self, key: str, schema: JsonObject, definitions: Definitions) -> None:
        self.key, self.schema, self.definitions = key, schema, definitions

    def __hash__(self) -> int:
        return hash((self.key, id(self.definitions)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.key == other.key and self.definitions is other.definitions


@lru_cache(maxsize=20_000)
def _compiled(keyed: _Keyed) -> jsonschema_rs.Draft202012Validator | None:
    bundle = bundle_schema(keyed.schema, keyed.definitions)
    try:
        return jsonschema_rs.Draft202012Validator(bundle, validate_formats=True, pattern_options=_OPTIONS)
    except (ValueError, TypeError, jsonschema_rs.ReferencingError):
        return None
