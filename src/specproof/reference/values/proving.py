"""jsonschema-rs as the last word on every value: compiled schemas, and what becomes of patterns that do not compile."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import jsonschema_rs

from specproof.openapi.schema import JsonObject, JsonValue

SUBSCHEMA = frozenset(
    {
        "additionalProperties",
        "items",
        "contains",
        "propertyNames",
        "not",
        "if",
        "then",
        "else",
        "unevaluatedProperties",
        "unevaluatedItems",
    }
)
"""Keywords whose value is one schema."""
SUBSCHEMAS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
NAMED_SUBSCHEMAS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
"""Keywords whose value maps names to schemas."""

_OPTIONS = jsonschema_rs.RegexOptions()


class Broken(Protocol):
    """What is known of one broken keyword."""

    @property
    def instance_path(self) -> list[str | int]:
        """Where in the value."""
        ...

    @property
    def schema_path(self) -> list[str | int]:
        """Where in the schema."""
        ...


class Proof:
    """One compiled schema. Formats count, as a strict server would have it."""

    __slots__ = ("_validator", "holds")

    def __init__(self, schema: JsonObject | bool) -> None:
        self._validator = _compiled(schema)
        self.holds = self._validator.is_valid
        """Whether a value satisfies the schema."""

    def broken(self, value: JsonValue) -> list[jsonschema_rs.ValidationError]:
        """The errors of a value, in the validator's order."""
        return list(self._validator.iter_errors(value))


def proof_of(schema: JsonObject | bool) -> Proof | None:
    """The compiled schema, None where it is no schema that can be compiled."""
    try:
        return Proof(schema)
    except (ValueError, TypeError, jsonschema_rs.ReferencingError):
        return None


def _compiled(schema: JsonObject | bool) -> jsonschema_rs.Draft202012Validator:
    try:
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, pattern_options=_OPTIONS)
    except ValueError:
        softened = without_bad_patterns(schema)
        return jsonschema_rs.Draft202012Validator(softened, validate_formats=True, pattern_options=_OPTIONS)


@lru_cache(maxsize=4096)
def is_pattern(text: str) -> bool:
    """Whether the validator can compile the regular expression."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": text}, pattern_options=_OPTIONS)
    except ValueError:
        return False
    return True


def without_bad_patterns(schema: JsonObject | bool) -> JsonObject | bool:
    """A copy of the schema without the patterns that the validator cannot compile."""
    if isinstance(schema, bool):
        return schema
    kept: JsonObject = {}
    for keyword, value in schema.items():
        if keyword == "pattern" and (not isinstance(value, str) or not is_pattern(value)):
            continue
        kept[keyword] = _softened(keyword, value)
    return kept


def _softened(keyword: str, value: JsonValue) -> JsonValue:
    if keyword in SUBSCHEMA and isinstance(value, dict):
        return without_bad_patterns(value)
    if keyword in SUBSCHEMAS and isinstance(value, list):
        return [without_bad_patterns(each) if isinstance(each, dict) else each for each in value]
    if keyword in NAMED_SUBSCHEMAS and isinstance(value, dict):
        return {
            name: without_bad_patterns(each) if isinstance(each, dict) else each
            for name, each in value.items()
            if keyword != "patternProperties" or is_pattern(name)
        }
    return value
