"""How two views of one position differ, statement by statement; what is below (properties, items) is not looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import orjson

from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.schema_views import Bound, SchemaView, as_text
from specproof.openapi.finding_log import shortened
from specproof.openapi.schema import JsonValue

_MAX_LISTED = 50
"""Values of an enum that get a change each; the rest is told in one."""
_COUNTS = {
    "minLength": "min_length", "minItems": "min_items", "minProperties": "min_properties",
    "maxLength": "max_length", "maxItems": "max_items", "maxProperties": "max_properties",
}  # fmt: skip


class Difference(NamedTuple):
    """A change at a position: ``path`` leads to a property of it, ``text`` is what follows the subject in the sentence."""

    rule: ChangeRule
    path: str
    before: str
    after: str
    text: str
    is_demoted: bool = False


def value_differences(
    place: str, old: SchemaView, new: SchemaView, is_same: Callable[[JsonValue, JsonValue, str], bool]
) -> Iterator[Difference]:
    """The differences of the statements on the value itself. ``place`` is parameter, request or response."""
    found = _Comparison(place, old, new)
    yield from found.types()
    yield from found.enums()
    yield from found.bounds()
    yield from found.sets()
    yield from found.flags()
    yield from found.conditions(is_same)


class _Comparison:
    def __init__(self, place: str, old: SchemaView, new: SchemaView) -> None:
        self._place = place
        self._old = old
        self._new = new

    def _found(self, facet: str, text: str, *keywords: str) -> Difference:
        rule = ChangeRule(f"{self._place}.value.{facet}")
        return Difference(rule, "", self._old.place(*keywords), self._new.place(*keywords), f": {text}")

    def types(self) -> Iterator[Difference]:
        """Types, and null apart from them."""
        before, after = self._old.types, self._new.types
        if before == after:
            return
        if before is not None and after is not None:
            if self._old.allows_null != self._new.allows_null and before - {"null"} and after - {"null"}:
                facet = "became_nullable" if self._new.allows_null else "became_not_nullable"
                text = "may be null now" if self._new.allows_null else "may no longer be null"
                yield self._found(facet, text, "type", "anyOf", "oneOf")
                before, after = before - {"null"}, after - {"null"}
            if before == after:
                return
        if after is None or (before is not None and before < after):
            facet = "type_widened"
        elif before is None or after < before:
            facet = "type_narrowed"
        else:
            facet = "type_changed"
        yield self._found(facet, f"type {_shown_types(before)} -> {_shown_types(after)}", "type")

    def enums(self) -> Iterator[Difference]:
        """Listed values, each for itself. Null counts only where the types say nothing of it."""
        before, after = _values(self._old), _values(self._new)
        if before is None and after is None:
            return
        if before is None or after is None:
            facet = "enum_added" if before is None else "enum_removed"
            shown = ", ".join(shown_value(value) for value in list((before or after or {}).values())[:5])
            text = f"only {shown} from now on" if before is None else f"no longer only {shown}"
            yield self._found(facet, text, "enum", "const")
            return
        for facet, word, values in (
            ("enum_value_added", "added", [value for key, value in after.items() if key not in before]),
            ("enum_value_removed", "removed", [value for key, value in before.items() if key not in after]),
        ):
            for value in values[:_MAX_LISTED]:
                yield self._found(facet, f"enum {word} {shown_value(value)}", "enum", "const")
            if len(values) > _MAX_LISTED:
                yield self._found(facet, f"enum {word} {len(values) - _MAX_LISTED} values more", "enum", "const")

    def bounds(self) -> Iterator[Difference]:
        """Bounds of numbers, and of the length of texts, lists and objects."""
        for name, before, after, keywords, key in (
            ("minimum", self._old.lower, self._new.lower, ("minimum", "exclusiveMinimum"), _lower),
            ("maximum", self._old.upper, self._new.upper, ("maximum", "exclusiveMaximum"), _upper),
        ):
            if before != after:
                direction = "raised" if key(after) > key(before) else "lowered"
                yield self._found(f"{name}_{direction}", f"{name} {_shown_bound(before)} -> {_shown_bound(after)}", *keywords)
        for keyword, facet in _COUNTS.items():
            before_count, after_count = self._old.counts.get(keyword), self._new.counts.get(keyword)
            if before_count == after_count:
                continue
            none = float("-inf") if keyword.startswith("min") else float("inf")
            is_raised = (none if after_count is None else after_count) > (none if before_count is None else before_count)
            text = f"{keyword} {shown_value(before_count)} -> {shown_value(after_count)}"
            yield self._found(f"{facet}_{'raised' if is_raised else 'lowered'}", text, keyword)

    def sets(self) -> Iterator[Difference]:
        """Patterns, formats and multiples: more of them narrow, fewer widen, others are others."""
        for facet, keyword, before, after in (
            ("pattern", "pattern", self._old.patterns, self._new.patterns),
            ("format", "format", self._old.formats, self._new.formats),
            ("multiple_of", "multipleOf", self._old.multiples, self._new.multiples),
        ):
            if before != after:
                how = "added" if before < after else "removed" if after < before else "changed"
                yield self._found(f"{facet}_{how}", f"{keyword} {_shown_set(before)} -> {_shown_set(after)}", keyword)
        if self._old.encodings != self._new.encodings:
            yield self._found(
                "content_encoding_changed", "how its text is encoded changed", "contentEncoding", "contentMediaType"
            )

    def flags(self) -> Iterator[Difference]:
        """Repeated items and unlisted properties; the discriminator."""
        old, new = self._old, self._new
        if old.is_unique != new.is_unique:
            text = f"uniqueItems {shown_value(old.is_unique)} -> {shown_value(new.is_unique)}"
            yield self._found(f"unique_items_{'added' if new.is_unique else 'removed'}", text, "uniqueItems")
        if old.is_closed != new.is_closed:
            facet = "additional_properties_closed" if new.is_closed else "additional_properties_opened"
            text = f"additionalProperties {'true -> false' if new.is_closed else 'false -> true'}"
            yield self._found(facet, text, "additionalProperties")
        before, after = old.discriminator, new.discriminator
        if (before and before[0]) != (after and after[0]):
            text = f"discriminator {shown_value(before and before[0])} -> {shown_value(after and after[0])}"
            yield self._found("discriminator_changed", text, "discriminator")
        elif before and after:
            for word, names in (("added", after[1] - before[1]), ("removed", before[1] - after[1])):
                for name in sorted(names):
                    yield self._found(
                        f"discriminator_value_{word}", f"discriminator value {shown_value(name)} {word}", "discriminator"
                    )

    def conditions(self, is_same: Callable[[JsonValue, JsonValue, str], bool]) -> Iterator[Difference]:
        """Keywords that are compared as a whole."""
        old, new = self._old.conditions, self._new.conditions
        for keyword in sorted(old.keys() | new.keys()):
            before, after = old.get(keyword, []), new.get(keyword, [])
            if len(before) != len(after) or not all(
                is_same(one, other, keyword) for one, other in zip(before, after, strict=True)
            ):
                yield self._found("condition_changed", f"{keyword} changed", keyword)
        if self._old.is_cut or self._new.is_cut:
            yield self._found("schema_changed", "schema changed")


def _values(view: SchemaView) -> dict[bytes, JsonValue] | None:
    if view.enum is None:
        return None
    return {as_text(value): value for value in view.enum if value is not None or view.types is None}


def _lower(bound: Bound | None) -> tuple[float, bool]:
    return (float("-inf"), False) if bound is None else bound


def _upper(bound: Bound | None) -> tuple[float, bool]:
    return (float("inf"), True) if bound is None else (bound[0], not bound[1])


def _shown_bound(bound: Bound | None) -> str:
    if bound is None:
        return "none"
    return f"{shown_value(bound[0])}{' (exclusive)' if bound[1] else ''}"


def _shown_types(types: frozenset[str] | None) -> str:
    if types is None:
        return "any"
    shown = sorted(types - {"integer"} if "number" in types else types)
    return "nothing" if not shown else " or ".join(f'"{name}"' for name in shown)


def _shown_set(values: Iterable[str | float]) -> str:
    return " and ".join(sorted(shown_value(value) for value in values)) or "none"


def shown_value(value: JsonValue) -> str:
    """A value as JSON, shortened; ``none`` for what is not there."""
    return "none" if value is None else shortened(orjson.dumps(value).decode())
