"""A second validator for the values of a plan: ``jsonschema`` on the document's own schema, whole values at once.

It shares nothing with the value engine but the document: neither the validator, nor the regex engine, nor the view of a direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

from specproof.openapi.schema import DEFINITION_PREFIX, JsonValue, Schema

IN_PLACE = ("allOf", "anyOf", "oneOf")
FORMATS = FormatChecker(formats=())
FORMATS.checkers = dict(Draft202012Validator.FORMAT_CHECKER.checkers)


@FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]*", value) is not None


def accepts(schema: Schema, value: JsonValue, *, is_request: bool = True) -> bool:
    """Whether ``schema`` accepts ``value``. In requests, ``required`` does not speak of ``readOnly`` properties (OpenAPI 3.1, 4.8.24)."""
    whole = schema.bundle()
    return Validator(_without_hidden(whole) if is_request else whole, format_checker=FORMATS).is_valid(value)


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """As ``pattern``, but an expression that Python does not understand decides nothing."""
    compiled = _compiled(pattern)
    if validator.is_type(instance, "string") and compiled is not None and not compiled.search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except (re.error, OverflowError):
        return None


def _pattern_properties(validator: Any, patterns: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    known = {pattern: raw for pattern, raw in patterns.items() if _compiled(pattern) is not None}
    yield from Draft202012Validator.VALIDATORS["patternProperties"](validator, known, instance, schema)


Validator: Any = validators.extend(Draft202012Validator, {"pattern": _pattern, "patternProperties": _pattern_properties})


def _without_hidden(whole: Mapping[str, Any]) -> dict[str, Any]:
    """``whole`` with no ``required`` that asks for a property that is only read."""
    definitions = whole.get("$defs", {})
    return {key: _walked(value, definitions, key) for key, value in _asked(whole, definitions).items()}


def _walked(value: Any, definitions: Mapping[str, Any], key: str = "") -> Any:
    if isinstance(value, list):
        return (
            [_walked(member, definitions) for member in value] if key not in {"enum", "required", "type", "examples"} else value
        )
    if not isinstance(value, dict) or key in {"const", "default", "example"}:
        return value
    if key in {"properties", "patternProperties", "$defs", "dependentSchemas"}:
        return {name: _walked(member, definitions) for name, member in value.items()}
    return {name: _walked(member, definitions, name) for name, member in _asked(value, definitions).items()}


def _asked(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    required = schema.get("required")
    if not isinstance(required, list):
        return dict(schema)
    hidden = {name for name, raw in _properties(schema, definitions, frozenset()) if _is_hidden(raw, definitions, frozenset())}
    return {**schema, "required": [name for name in required if name not in hidden]}


def _properties(schema: Any, definitions: Mapping[str, Any], seen: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """The properties that ``schema`` and everything that applies to the same value declare."""
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties")
    yield from properties.items() if isinstance(properties, dict) else ()
    for keyword in IN_PLACE:
        for branch in schema.get(keyword, ()):
            yield from _properties(branch, definitions, seen)
    name = str(schema.get("$ref", "")).removeprefix(DEFINITION_PREFIX)
    if name in definitions and name not in seen:
        yield from _properties(definitions[name], definitions, seen | {name})


def _is_hidden(schema: Any, definitions: Mapping[str, Any], seen: frozenset[str]) -> bool:
    if not isinstance(schema, dict):
        return False
    if schema.get("readOnly") is True or any(_is_hidden(branch, definitions, seen) for branch in schema.get("allOf", ())):
        return True
    name = str(schema.get("$ref", "")).removeprefix(DEFINITION_PREFIX)
    return name in definitions and name not in seen and _is_hidden(definitions[name], definitions, seen | {name})
