"""Schemas as answers have to fit them: what is only written need not be there."""

from __future__ import annotations

from collections.abc import Mapping

from specproof.openapi.schema import JsonObject, JsonValue, resolve_reference

_HINTS = frozenset({"x-mock", "x-enum-names"})
"""They help to make values, and say nothing about answers."""
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")
_SCHEMAS = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedProperties",
            "unevaluatedItems")  # fmt: skip


def response_view(
    schema: JsonValue, definitions: Mapping[str, JsonObject | bool], written: frozenset[str] = frozenset()
) -> JsonValue:
    """``schema`` with ``writeOnly`` properties taken out of ``required``, everywhere below. The original is not changed.

    ``written`` holds the names that a surrounding ``allOf`` calls ``writeOnly``.
    """
    if not isinstance(schema, dict):
        return schema
    written = written | _written(schema, definitions)
    view: JsonObject = {}
    for keyword, value in schema.items():
        if keyword in _HINTS:
            continue
        if keyword == "required" and isinstance(value, list):
            kept: list[JsonValue] = [name for name in value if name not in written]
            if kept:
                view[keyword] = kept
        elif keyword in _SCHEMA_MAPS and isinstance(value, dict):
            view[keyword] = {name: response_view(member, definitions) for name, member in value.items()}
        elif keyword in _SCHEMA_LISTS and isinstance(value, list):
            shared = written if keyword != "prefixItems" else frozenset()
            view[keyword] = [response_view(member, definitions, shared) for member in value]
        elif keyword in _SCHEMAS:
            view[keyword] = response_view(value, definitions)
        else:
            view[keyword] = value
    return view


def _written(schema: JsonObject, definitions: Mapping[str, JsonObject | bool]) -> frozenset[str]:
    """The properties of ``schema`` and of its ``allOf`` branches that are ``writeOnly``."""
    names: set[str] = set()
    branches = schema.get("allOf")
    for part in (schema, *(branches if isinstance(branches, list) else ())):
        resolved = resolve_reference(part, definitions) if isinstance(part, dict) else part
        properties = resolved.get("properties") if isinstance(resolved, dict) else None
        for name, member in properties.items() if isinstance(properties, dict) else ():
            target = resolve_reference(member, definitions) if isinstance(member, dict) else member
            if isinstance(target, dict) and target.get("writeOnly") is True:
                names.add(name)
    return frozenset(names)
