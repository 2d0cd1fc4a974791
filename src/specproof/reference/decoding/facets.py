"""What a schema says about the form of its values: which JSON types, which members, which items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

Raw: TypeAlias = "JsonObject | bool"
Definitions: TypeAlias = "Mapping[str, JsonObject | bool]"

_MAX_DEPTH: Final = 32
_OBJECT: Final = frozenset({"object"})
_ARRAY: Final = frozenset({"array"})
_OBJECT_KEYWORDS: Final = ("properties", "patternProperties", "additionalProperties")
_ARRAY_KEYWORDS: Final = ("items", "prefixItems")


@dataclass(frozen=True, slots=True)
class Facets:
    """The form of a schema's values. ``kinds`` are JSON types, None for any; the others are schemas of members and items."""

    kinds: frozenset[str] | None = None
    properties: Mapping[str, Raw] = field(default_factory=dict)
    patterns: Mapping[str, Raw] = field(default_factory=dict)
    additional: Raw | None = None
    """None where the schema does not say."""
    items: Raw | None = None
    prefix: tuple[Raw, ...] = ()


_ANYTHING: Final = Facets()


def facets_of(raw: Raw, definitions: Definitions) -> Facets:
    """The form that ``raw`` asks for, with references and combinations followed."""
    return _facets(raw, definitions, frozenset(), 0)


def _facets(raw: Raw, definitions: Definitions, seen: frozenset[str], depth: int) -> Facets:
    if isinstance(raw, bool) or depth > _MAX_DEPTH:
        return _ANYTHING
    whole = _own(raw)
    reference = raw.get("$ref")
    if isinstance(reference, str):
        name = reference.removeprefix(DEFINITION_PREFIX)
        if name not in seen:
            whole = _both(whole, _facets(definitions.get(name, True), definitions, seen | {name}, depth + 1))
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = raw.get(keyword)
        if isinstance(branches, list) and branches:
            parts = [_facets(each, definitions, seen, depth + 1) for each in branches if isinstance(each, (dict, bool))]
            whole = _both(whole, _all(parts) if keyword == "allOf" else _any(parts))
    conditional = [raw[keyword] for keyword in ("then", "else") if keyword in raw]
    for each in conditional:
        if isinstance(each, dict):
            members = _facets(each, definitions, seen, depth + 1)
            whole = _both(whole, Facets(None, members.properties, members.patterns))
    return whole


def _own(raw: JsonObject) -> Facets:
    properties, patterns, prefix = raw.get("properties"), raw.get("patternProperties"), raw.get("prefixItems")
    additional, items = raw.get("additionalProperties"), raw.get("items")
    return Facets(
        _own_kinds(raw),
        _schemas(properties),
        _schemas(patterns),
        additional if isinstance(additional, (dict, bool)) else None,
        items if isinstance(items, (dict, bool)) else None,
        tuple(each for each in prefix if isinstance(each, (dict, bool))) if isinstance(prefix, list) else (),
    )


def _schemas(named: JsonValue) -> dict[str, Raw]:
    if not isinstance(named, dict):
        return {}
    return {name: each for name, each in named.items() if isinstance(each, (dict, bool))}


def _own_kinds(raw: JsonObject) -> frozenset[str] | None:
    kinds: frozenset[str] | None = None
    declared = raw.get("type")
    if isinstance(declared, str):
        kinds = frozenset({declared})
    elif isinstance(declared, list):
        kinds = frozenset(each for each in declared if isinstance(each, str))
    choices = raw.get("enum")
    if "const" in raw:
        choices = [raw["const"]]
    if isinstance(choices, list):
        kinds = _common(kinds, frozenset(kind for choice in choices for kind in _kinds_of(choice)))
    if kinds is None and any(keyword in raw for keyword in _OBJECT_KEYWORDS):
        return _OBJECT
    if kinds is None and any(keyword in raw for keyword in _ARRAY_KEYWORDS):
        return _ARRAY
    return kinds


def _kinds_of(value: JsonValue) -> tuple[str, ...]:
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, float):
        return ("number", "integer") if value.is_integer() else ("number",)
    for kind, name in ((int, "integer"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return (name,)
    return ("object",)


def _common(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    if first is None or second is None:
        return second if first is None else first
    both = first & second
    for one, other in ((first, second), (second, first)):
        if "integer" in one and "number" in other:
            both |= {"integer"}
    return both


def _both(first: Facets, second: Facets) -> Facets:
    if second is _ANYTHING:
        return first
    return Facets(
        _common(first.kinds, second.kinds),
        _merged(first.properties, second.properties, "allOf"),
        _merged(first.patterns, second.patterns, "allOf"),
        _joined(first.additional, second.additional, "allOf"),
        _joined(first.items, second.items, "allOf"),
        first.prefix or second.prefix,
    )


def _either(first: Facets, second: Facets) -> Facets:
    return Facets(
        None if first.kinds is None or second.kinds is None else first.kinds | second.kinds,
        _merged(first.properties, second.properties, "anyOf"),
        _merged(first.patterns, second.patterns, "anyOf"),
        _joined(first.additional, second.additional, "anyOf"),
        _joined(first.items, second.items, "anyOf"),
        first.prefix or second.prefix,
    )


def _all(parts: list[Facets]) -> Facets:
    whole = _ANYTHING
    for part in parts:
        whole = _both(whole, part)
    return whole


def _any(parts: list[Facets]) -> Facets:
    if not parts:
        return _ANYTHING
    whole = parts[0]
    for part in parts[1:]:
        whole = _either(whole, part)
    return whole


def _merged(first: Mapping[str, Raw], second: Mapping[str, Raw], keyword: str) -> Mapping[str, Raw]:
    if not first or not second:
        return first or second
    merged = dict(first)
    for name, each in second.items():
        known = merged.get(name)
        merged[name] = each if known is None or known == each else {keyword: [known, each]}
    return merged


def _joined(first: Raw | None, second: Raw | None, keyword: str) -> Raw | None:
    if first is None or second is None or first == second:
        return second if first is None else first
    return {keyword: [first, second]}
