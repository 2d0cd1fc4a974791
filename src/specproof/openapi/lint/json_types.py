"""JSON Schema's types, and what counts as the same value."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeAlias

from specproof.openapi.schema import JsonObject, JsonValue

Types: TypeAlias = frozenset[str]
EVERY_TYPE: Types = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def types_of(node: JsonObject) -> Types | None:
    """The types that ``node`` itself allows; None where it does not say. ``number`` brings ``integer`` with it."""
    listed = node.get("type")
    if isinstance(listed, str):
        names = frozenset({listed})
    elif isinstance(listed, list):
        names = frozenset(name for name in listed if isinstance(name, str))
    else:
        return None
    return names | {"integer"} if "number" in names else names


def common_types(nodes: Iterable[JsonObject]) -> Types | None:
    """The types that all of ``nodes`` allow; None where none of them says."""
    common: Types | None = None
    for node in nodes:
        types = types_of(node)
        if types is not None:
            common = types if common is None else common & types
    return common


def type_name(value: JsonValue) -> str:
    """The narrowest type of ``value``: 3.0 is an integer too."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "integer" if isinstance(value, int) or value.is_integer() else "number"
    return {str: "string", list: "array", dict: "object"}[type(value)]


def identity(value: JsonValue) -> object:
    """What equal JSON values have in common, and no others: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return ("text", value) if isinstance(value, str) else value


def listed_values(node: JsonObject) -> list[JsonValue] | None:
    """The values that ``enum`` and ``const`` of ``node`` leave; None where neither stands there."""
    listed = node.get("enum")
    if "const" in node:
        if isinstance(listed, list) and identity(node["const"]) not in {identity(value) for value in listed}:
            return []
        return [node["const"]]
    return listed if isinstance(listed, list) else None
