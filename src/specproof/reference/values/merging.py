"""One flat schema of a ``$ref`` and an ``allOf``: what a value has to satisfy at once, as far as it can be said in one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

_HIGHEST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"})
_LOWEST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"})
_CHOICES = frozenset({"oneOf", "anyOf", "not", "if"})
_TOGETHER = frozenset({"items", "additionalProperties", "propertyNames", "contains"})
_MAX_DEPTH: Final = 32


def flattened(
    raw: JsonObject | bool, definitions: Mapping[str, JsonObject | bool], depth: int = 0
) -> tuple[JsonObject | bool, frozenset[str]]:
    """``raw`` with its references and ``allOf`` merged in, and the names of the definitions that this went through.

    What cannot be merged (a second ``oneOf``) stays in ``allOf``.
    """
    if isinstance(raw, bool) or not ("$ref" in raw or "allOf" in raw) or depth > _MAX_DEPTH:
        return raw, frozenset()
    names: frozenset[str] = frozenset()
    whole: JsonObject | bool = {keyword: value for keyword, value in raw.items() if keyword not in {"$ref", "allOf"}}
    parts: list[JsonValue] = []
    reference = raw.get("$ref")
    if isinstance(reference, str):
        name = reference.removeprefix(DEFINITION_PREFIX)
        names |= {name}
        parts.append(definitions.get(name, True))
    branches = raw.get("allOf")
    parts.extend(branches if isinstance(branches, list) else ())
    for part in reversed(parts):
        if isinstance(part, (dict, bool)):
            flat, passed = flattened(part, definitions, depth + 1)
            names |= passed
            whole = merged(flat, whole)
    return whole, names


def merged(first: JsonObject | bool, second: JsonObject | bool) -> JsonObject | bool:
    """A schema that asks for both; neither has a ``$ref`` that counts together with siblings at its top."""
    if isinstance(first, bool):
        return second if first else False
    if isinstance(second, bool):
        return first if second else False
    left_over: list[JsonValue] = []
    whole: JsonObject = dict(first)
    if any(keyword in first and keyword in second for keyword in _CHOICES):
        choices = {keyword: value for keyword, value in second.items() if keyword in {*_CHOICES, "then", "else", "discriminator"}}
        left_over.append(choices)
        second = {keyword: value for keyword, value in second.items() if keyword not in choices}
    for keyword, value in second.items():
        whole[keyword] = _both(keyword, whole[keyword], value) if keyword in whole else value
    if left_over:
        kept = whole.get("allOf")
        whole["allOf"] = [*(kept if isinstance(kept, list) else ()), *left_over]
    return whole


def _both(keyword: str, first: JsonValue, second: JsonValue) -> JsonValue:
    if first == second and type(first) is type(second):
        return first
    if keyword in _TOGETHER:
        return {"allOf": [first, second]}
    if isinstance(first, dict) and isinstance(second, dict):
        return _both_maps(keyword, first, second)
    if isinstance(first, list) and isinstance(second, list) and keyword != "type":
        return _both_lists(keyword, first, second)
    if keyword in _HIGHEST or keyword in _LOWEST:
        return _tightest(keyword, first, second)
    return _both_types(first, second) if keyword == "type" else second


def _tightest(keyword: str, first: JsonValue, second: JsonValue) -> JsonValue:
    if isinstance(first, (int, float)) and isinstance(second, (int, float)):
        return max(first, second) if keyword in _HIGHEST else min(first, second)
    return second


def _both_maps(keyword: str, first: JsonObject, second: JsonObject) -> JsonValue:
    both: JsonObject = dict(first)
    for name, value in second.items():
        if name not in both:
            both[name] = value
        elif keyword == "dependentRequired":
            both[name] = _both_lists("required", both[name], value)
        elif both[name] != value:
            both[name] = {"allOf": [both[name], value]}
    return both


def _both_types(first: JsonValue, second: JsonValue) -> JsonValue:
    firsts = first if isinstance(first, list) else [first]
    seconds = second if isinstance(second, list) else [second]
    both = [kind for kind in firsts if kind in seconds]
    if "integer" not in both and ("integer" in firsts or "integer" in seconds) and "number" in [*firsts, *seconds]:
        both.append("integer")
    return both if both != ["integer"] or isinstance(first, list) else "integer"


def _both_lists(keyword: str, first: JsonValue, second: JsonValue) -> JsonValue:
    firsts = first if isinstance(first, list) else []
    seconds = second if isinstance(second, list) else []
    if keyword == "enum":
        return [value for value in firsts if value in seconds]
    if keyword in {"required", "allOf"}:
        return [*firsts, *(value for value in seconds if value not in firsts)]
    return second
