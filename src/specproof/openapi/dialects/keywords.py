"""The values of JSON Schema keywords: for each, what a valid one looks like.

A cleaner takes the raw value and gives the value to keep, or :data:`INVALID`. Keywords that hold schemas are not here but in
``dialects``; keywords in neither list are dropped, vendor extensions among them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from specproof.openapi.schema import JsonObject, JsonValue


class Invalid:
    """The type of :data:`INVALID`."""


INVALID: Final = Invalid()
Cleaned: TypeAlias = "JsonValue | Invalid"

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
LARGEST_COUNT = 2**53
"""Counts beyond this are no limit in practice, and no longer exact in every JSON reader."""


def count(value: JsonValue) -> Cleaned:
    """A non-negative integer; ``3.0`` counts as one."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return INVALID
    return min(value, LARGEST_COUNT)


def number(value: JsonValue) -> Cleaned:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return INVALID
    return value


def positive_number(value: JsonValue) -> Cleaned:
    """A finite number above 0."""
    return value if not isinstance(number(value), Invalid) and isinstance(value, (int, float)) and value > 0 else INVALID


def boolean(value: JsonValue) -> Cleaned:
    """True or false, nothing that looks like it."""
    return value if isinstance(value, bool) else INVALID


def text(value: JsonValue) -> Cleaned:
    """A string."""
    return value if isinstance(value, str) else INVALID


def names(value: JsonValue) -> Cleaned:
    """A list of strings, each once."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return INVALID
    return list(dict.fromkeys(value))


def names_by_property(value: JsonValue) -> Cleaned:
    """A mapping of property to a list of strings."""
    if not isinstance(value, dict):
        return INVALID
    cleaned: JsonObject = {}
    for key, entry in value.items():
        listed = names(entry)
        if isinstance(listed, Invalid):
            return INVALID
        cleaned[key] = listed
    return cleaned


def values(value: JsonValue) -> Cleaned:
    """A list of at least one value of any kind."""
    return value if isinstance(value, list) and value else INVALID


def anything(value: JsonValue) -> Cleaned:
    """Any value."""
    return value


CLEANERS: Final[Mapping[str, Callable[[JsonValue], Cleaned]]] = {
    "minLength": count,
    "maxLength": count,
    "minItems": count,
    "maxItems": count,
    "minProperties": count,
    "maxProperties": count,
    "minContains": count,
    "maxContains": count,
    "minimum": number,
    "maximum": number,
    "exclusiveMinimum": number,
    "exclusiveMaximum": number,
    "multipleOf": positive_number,
    "uniqueItems": boolean,
    "readOnly": boolean,
    "writeOnly": boolean,
    "deprecated": boolean,
    "required": names,
    "dependentRequired": names_by_property,
    "enum": values,
    "const": anything,
    "format": text,
    "contentMediaType": text,
    "contentEncoding": text,
}
ANNOTATIONS = frozenset(
    {"readOnly", "writeOnly", "deprecated", "default", "examples", "format", "contentMediaType", "contentEncoding"}
)
"""Keywords that never make a value invalid: losing one does not weaken a schema."""
