"""Keywords that contradict each other: no value, or none of one type, can be valid.

A contradiction is reported where it comes about: at the schema that says both things, or at the ``allOf`` that brings them together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.context import LintContext, finding
from specproof.openapi.lint.json_types import common_types, identity, listed_values, type_name, types_of
from specproof.openapi.lint.pattern_lengths import length_bounds
from specproof.openapi.lint.sites import conjuncts
from specproof.openapi.schema import JsonObject, JsonValue, resolve_reference

_COUNTS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_KEYWORDS = frozenset(
    {
        *(keyword for pair in _COUNTS for keyword in pair),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern"),
        *("enum", "const", "required", "type"),
    }
)
_MOST_COMPARED = 5_000
"""Values and names of schemas that are held together: many schemas may share a long enum, and each would be compared with it."""


def contradictions(context: LintContext) -> Iterator[Finding]:
    """``lint.contradiction``: see :func:`problems`."""
    alone: dict[int, list[str]] = {}
    told: dict[int, bool] = {}
    definitions = context.spec.definitions
    for site in context.sites:
        if not site.node.keys() & _KEYWORDS and "allOf" not in site.node:
            continue
        parts = conjuncts(site.node, definitions) if site.is_composite else [site.node]
        found = problems([site.node], context)
        if not found and len(parts) > 1:
            for part in parts:
                if id(part) not in alone:
                    alone[id(part)] = problems([part], context)
            is_small = sum(map(_breadth, parts)) <= _MOST_COMPARED
            if is_small and not any(alone[id(part)] for part in parts) and not _is_told_below(site.node, parts, context, told):
                found = problems(parts, context)
        for message in found:
            yield finding(FindingCode.LINT_CONTRADICTION, site.at, message, Severity.MAJOR)


def _breadth(part: JsonObject) -> int:
    lists = (part.get("enum"), part.get("required"))
    return sum(len(listed) for listed in lists if isinstance(listed, list))


def _is_told_below(node: JsonObject, parts: list[JsonObject], context: LintContext, told: dict[int, bool]) -> bool:
    """Whether a part that brings others together is contradictory by itself: it is reported there. ``told`` keeps the answers."""
    inner = [part for part in parts if part is not node and "allOf" in part]
    for part in inner:
        if id(part) not in told:
            told[id(part)] = bool(problems(conjuncts(part, context.spec.definitions), context))
    return any(told[id(part)] for part in inner)


def problems(parts: list[JsonObject], context: LintContext) -> list[str]:
    """Why nothing can satisfy all of ``parts`` together, in words; empty where nothing is known to be wrong."""
    return [
        *_count_problems(parts),
        *_number_problems(parts),
        *_type_problems(parts),
        *_property_problems(parts),
        *_item_problems(parts, context),
    ]


def _numbers(parts: list[JsonObject], keyword: str) -> list[int | float]:
    values = [part.get(keyword) for part in parts]
    return [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]


def _count_problems(parts: list[JsonObject]) -> Iterator[str]:
    for least, most in _COUNTS:
        low, high = _numbers(parts, least), _numbers(parts, most)
        if low and high and max(low) > min(high) and (least != "minContains" or any("contains" in part for part in parts)):
            yield f"{least} {max(low)} is above {most} {min(high)}"


def _number_problems(parts: list[JsonObject]) -> Iterator[str]:
    lows = [(value, 0) for value in _numbers(parts, "minimum")] + [(value, 1) for value in _numbers(parts, "exclusiveMinimum")]
    highs = [(value, 0) for value in _numbers(parts, "maximum")] + [(value, -1) for value in _numbers(parts, "exclusiveMaximum")]
    if not lows or not highs:
        return
    (low, above), (high, below) = max(lows), min(highs)
    if low > high or (low == high and (above or below)):
        yield f"the lowest number allowed is {_shown(low, above)}, and the highest {_shown(high, below)}"
        return
    steps = [Fraction(step) if isinstance(step, int) else Fraction(str(step)) for step in _numbers(parts, "multipleOf")]
    types = common_types(parts)
    if types is not None and "integer" in types and "number" not in types:
        steps.append(Fraction(1))
    for step in steps:
        lowest, highest = Fraction(str(low)), Fraction(str(high))
        first = math.ceil(lowest / step)
        if above and first * step == lowest:
            first += 1
        last = math.floor(highest / step)
        if below and last * step == highest:
            last -= 1
        if first > last:
            yield f"there is no multiple of {_short(step)} between {_short(lowest)} and {_short(highest)}"


def _shown(bound: int | float, exclusive: int) -> str:
    return f"{'above' if exclusive > 0 else 'below'} {_short(bound)}" if exclusive else _short(bound)


def _short(number: int | float | Fraction) -> str:
    return f"{float(number):.15g}"


def _type_problems(parts: list[JsonObject]) -> Iterator[str]:
    types = common_types(parts)
    if types is not None and not types:
        yield "the types that have to hold together have nothing in common"
        return
    allowed: dict[object, JsonValue] | None = None
    for part in parts:
        values = listed_values(part)
        if values is not None:
            known = {identity(value): value for value in values}
            allowed = known if allowed is None else {key: value for key, value in allowed.items() if key in known}
    if allowed is None:
        return
    if not allowed:
        yield "enum and const leave no value"
    elif types is not None and all(type_name(value) not in types for value in allowed.values()):
        yield "none of the values that enum or const allows is of an allowed type"


def _property_problems(parts: list[JsonObject]) -> Iterator[str]:
    required: dict[str, None] = {}
    for part in parts:
        listed = part.get("required")
        required |= {name: None for name in (listed if isinstance(listed, list) else []) if isinstance(name, str)}
    most = min(_numbers(parts, "maxProperties"), default=None)
    if most is not None and len(required) > most:
        yield f"{len(required)} properties are required, and at most {most} are allowed"
    least = max(_numbers(parts, "minProperties"), default=0)
    for part in parts:
        if part.get("additionalProperties") is not False or part.get("patternProperties"):
            continue
        properties = part.get("properties")
        known = properties if isinstance(properties, dict) else {}
        unknown = [name for name in sorted(required) if name not in known]
        if unknown:
            more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
            yield f"{quoted(unknown[0])}{more} is required, and additionalProperties false forbids it"
        if least > len(known):
            yield f"minProperties is {least}, and only {len(known)} properties are allowed"
    for part in parts:
        properties = part.get("properties")
        if isinstance(properties, dict) and (never := [name for name in required if properties.get(name) is False]):
            yield f"{quoted(never[0])} is required, and its schema allows nothing"


def _item_problems(parts: list[JsonObject], context: LintContext) -> Iterator[str]:
    least = max(_numbers(parts, "minItems"), default=0)
    if not least:
        return
    is_unique = any(part.get("uniqueItems") is True for part in parts)
    for part in parts:
        fixed = part.get("prefixItems")
        if part.get("items") is False and least > (count := len(fixed) if isinstance(fixed, list) else 0):
            yield f"minItems is {least}, and only {count} items are allowed"
        items = part.get("items")
        if not is_unique or fixed or not isinstance(items, dict):
            continue
        resolved = resolve_reference(items, context.spec.definitions)
        different = _distinct_values(resolved) if isinstance(resolved, dict) else None
        if different is not None and least > different:
            yield f"minItems is {least}, and uniqueItems allows only {different} different items"


def _distinct_values(node: JsonObject) -> int | None:
    values = listed_values(node)
    if values is not None:
        return len({identity(value) for value in values})
    types = types_of(node)
    if types is not None and types <= {"boolean", "null"}:
        return sum({"boolean": 2, "null": 1}[name] for name in types)
    return None


# -- patterns -------------------------------------------------------------------------------------------------------


def pattern_lengths(context: LintContext) -> Iterator[Finding]:
    """``lint.pattern_length``: a pattern beside lengths that no string can have and match it."""
    for site in context.sites:
        pattern = site.node.get("pattern")
        if not isinstance(pattern, str) or not site.node.keys() & {"minLength", "maxLength"}:
            continue
        bounds = length_bounds(pattern)
        if bounds is None:
            continue
        most, least = _numbers([site.node], "maxLength"), _numbers([site.node], "minLength")
        if most and bounds.shortest > most[0]:
            message = f"the pattern needs at least {bounds.shortest} characters, and maxLength is {most[0]}"
        elif least and bounds.longest is not None and bounds.longest < least[0]:
            message = f"the pattern allows at most {bounds.longest} characters, and minLength is {least[0]}"
        else:
            continue
        yield finding(FindingCode.LINT_PATTERN_LENGTH, site.at, message, Severity.MAJOR)


def enum_types(context: LintContext) -> Iterator[Finding]:
    """``lint.enum_type``: members of an enum that the schema's own type refuses. Where all of them do, it is a contradiction."""
    for site in context.sites:
        listed, types = site.node.get("enum"), types_of(site.node)
        if not isinstance(listed, list) or types is None:
            continue
        wrong = [index for index, value in enumerate(listed) if type_name(value) not in types]
        if wrong and len(wrong) < len(listed):
            first = type_name(listed[wrong[0]])
            message = f"{len(wrong)} of {len(listed)} values are not of type {' or '.join(sorted(types))} (the first is {first})"
            yield finding(FindingCode.LINT_ENUM_TYPE, f"{site.at}/enum/{wrong[0]}", message)
