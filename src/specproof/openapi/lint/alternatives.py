"""``oneOf`` whose alternatives overlap by construction: a value of the one is a value of the other, so that none of them counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.context import LintContext, finding
from specproof.openapi.lint.json_types import common_types, identity, listed_values
from specproof.openapi.lint.sites import MAX_CONJUNCTS, conjuncts
from specproof.openapi.schema import JsonObject, JsonValue

_MOST_COMPARED = 12
"""Alternatives that are compared with each other; their pairs grow with the square."""


def overlapping_alternatives(context: LintContext) -> Iterator[Finding]:
    """``lint.one_of_overlap``: only where nothing tells two alternatives apart; when in doubt nothing is said."""
    for site in context.sites:
        listed = site.node.get("oneOf")
        if not isinstance(listed, list) or "discriminator" in site.node:
            continue
        definitions = context.spec.definitions
        readable = [
            (index, conjuncts(branch, definitions))
            for index, branch in enumerate(listed[:_MOST_COMPARED])
            if isinstance(branch, dict)
        ]
        for (first, left), (second, right) in combinations(readable, 2):
            if listed[first] == listed[second] or overlap(left, right, definitions):
                message = f"nothing tells the alternatives {first + 1} and {second + 1} apart"
                yield finding(FindingCode.LINT_ONE_OF_OVERLAP, f"{site.at}/oneOf", message, Severity.INFO)
                break


def overlap(left: list[JsonObject], right: list[JsonObject], definitions: Mapping[str, JsonObject | bool]) -> bool:
    """Whether some value surely satisfies both; False where that is not sure."""
    if any({"oneOf", "anyOf", "not", "if"} & part.keys() for part in (*left, *right)):
        return False
    types, others = common_types(left), common_types(right)
    if types is None or others is None:
        return False
    common = types & others
    if "object" in common:
        return not _are_objects_told_apart(left, right, definitions)
    values = [_values(left), _values(right)]
    if values[0] is not None and values[1] is not None:
        return bool(values[0] & values[1])
    if "string" in common:
        return not (_says_about_text(left) and _says_about_text(right))
    return bool(common & {"boolean", "null"}) or ("integer" in common and not _has_bounds(left) and not _has_bounds(right))


def _values(parts: list[JsonObject]) -> frozenset[object] | None:
    listed = [values for part in parts if (values := listed_values(part)) is not None]
    return frozenset(identity(value) for value in listed[0]) if listed else None


def _says_about_text(parts: list[JsonObject]) -> bool:
    keywords = {"enum", "const", "pattern", "format", "minLength", "maxLength"}
    return any(keywords & part.keys() for part in parts)


def _has_bounds(parts: list[JsonObject]) -> bool:
    keywords = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum", "const"}
    return any(keywords & part.keys() for part in parts)


def _are_objects_told_apart(
    left: list[JsonObject], right: list[JsonObject], definitions: Mapping[str, JsonObject | bool]
) -> bool:
    own, other = _properties(left), _properties(right)
    needed, needed_there = _required(left), _required(right)
    if needed - other.keys() and needed_there - own.keys():
        return True  # Each requires something that the other does not know.
    if (_is_closed(right) and needed - other.keys()) or (_is_closed(left) and needed_there - own.keys()):
        return True
    if any(_says_about_the_rest(part) for part in (*left, *right)):
        return True
    return any(
        _cannot_be_both(own[name], other[name], definitions) for name in needed | needed_there if name in own and name in other
    )


def _says_about_the_rest(part: JsonObject) -> bool:
    """Whether properties that are not listed have to be something: then what the other requires may be refused here."""
    rest = part.get("additionalProperties", part.get("unevaluatedProperties"))
    keywords = {"patternProperties", "minProperties", "propertyNames", "dependentRequired", "dependentSchemas"}
    return (bool(rest) and isinstance(rest, dict)) or bool(keywords & part.keys())


def _properties(parts: list[JsonObject]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for part in parts:
        properties = part.get("properties")
        found |= properties if isinstance(properties, dict) else {}
    return found


def _required(parts: list[JsonObject]) -> set[str]:
    names: set[str] = set()
    for part in parts[:MAX_CONJUNCTS]:
        listed = part.get("required")
        names |= {name for name in (listed if isinstance(listed, list) else []) if isinstance(name, str)}
    return names


def _is_closed(parts: list[JsonObject]) -> bool:
    return any(part.get("additionalProperties") is False or part.get("unevaluatedProperties") is False for part in parts)


def _cannot_be_both(left: JsonValue, right: JsonValue, definitions: Mapping[str, JsonObject | bool]) -> bool:
    """Whether two schemas of one property may exclude each other. In doubt they do: a remark has to be right."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return left is not right
    if left == right:
        return False
    parts, others = conjuncts(left, definitions), conjuncts(right, definitions)
    values, other_values = _values(parts), _values(others)
    if values is not None and other_values is not None:
        return not values & other_values
    types, other_types = common_types(parts), common_types(others)
    if types is None or other_types is None or not types & other_types:
        return True
    return not overlap(parts, others, {}) if "object" not in types & other_types else True
