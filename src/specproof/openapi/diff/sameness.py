"""Whether two schemas of two documents say the same: the short cut that keeps a comparison from walking what did not change."""

from __future__ import annotations

import re
from enum import Enum
from typing import TypeAlias

from specproof.openapi.dialects.keywords import CLEANERS
from specproof.openapi.diff.schema_views import Definitions, as_text
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

_ANNOTATIONS = frozenset({"default", "examples", "deprecated", "discriminator", "x-unique", "xml", "x-enum-names", "x-mock"})
_REFERENCE = re.compile(rb'"\$ref":"#/\$defs/([^"\\]+)"')
_MAX_PAIRS = 20_000
"""Pairs of nodes that one question may look at; beyond that the answer is no."""


class _Reading(Enum):
    """What a JSON node inside of a schema is."""

    SCHEMA = 1
    SCHEMAS_BY_NAME = 2
    VALUE = 3


_Pair: TypeAlias = "tuple[JsonValue, JsonValue, _Reading]"
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas"})
_UNORDERED = frozenset({"required", "type", "enum"})
_PLAIN = frozenset({*CLEANERS, "type", "pattern", "$ref"})


class Sameness:
    """Answers for one pair of documents. What definitions say is settled once."""

    def __init__(self, old: Definitions, new: Definitions) -> None:
        self._old = old
        self._new = new
        self._settled: dict[str, bool] = {}

    def is_identical(self, old: JsonObject | bool, new: JsonObject | bool) -> bool:
        """Whether both are written alike, and so is everything that they reach. Cheap; a yes is certain, a no is not."""
        written = as_text(old)
        return written == as_text(new) and all(self._has_one_meaning(name) for name in _names_in(written))

    def is_same(self, old: JsonValue, new: JsonValue, *, keyword: str = "") -> bool:
        """Whether both say the same, annotations and names of components aside: schemas, or two values of ``keyword``."""
        waiting: list[_Pair] = [(old, new, _reading_of(keyword) if keyword else _Reading.SCHEMA)]
        assumed: set[tuple[str, str]] = set()
        for _ in range(_MAX_PAIRS):
            if not waiting:
                return True
            below = self._pairs_below(*waiting.pop(), assumed)
            if below is None:
                return False
            waiting.extend(below)
        return False

    def _pairs_below(
        self, one: JsonValue, other: JsonValue, reading: _Reading, assumed: set[tuple[str, str]]
    ) -> list[_Pair] | None:
        """What has to be the same for both to be; None where they differ already."""
        if reading is _Reading.VALUE or not isinstance(one, (dict, list)):
            return [] if as_text(one) == as_text(other) else None
        if isinstance(one, list):
            is_alike = isinstance(other, list) and len(one) == len(other)
            return [(first, second, reading) for first, second in zip(one, other, strict=True)] if is_alike else None  # type: ignore[arg-type]
        if not isinstance(other, dict):
            return None
        if reading is _Reading.SCHEMA:
            return self._pairs_of_schemas(one, other, assumed)
        return [(one[name], other[name], _Reading.SCHEMA) for name in one] if one.keys() == other.keys() else None

    def _pairs_of_schemas(self, one: JsonObject, other: JsonObject, assumed: set[tuple[str, str]]) -> list[_Pair] | None:
        first, second = _contract(one), _contract(other)
        extra: list[_Pair] = []
        names = (_reference(one), _reference(other))
        if names[0] and names[1]:
            del first["$ref"], second["$ref"]
            if names not in assumed and not (names[0] == names[1] and self._has_one_meaning(names[0])):
                assumed.add(names)
                extra = [(self._old.get(names[0], True), self._new.get(names[1], True), _Reading.SCHEMA)]
        elif (names[0] and len(first) == 1) or (names[1] and len(second) == 1):
            # A reference on one side only: what it leads to is compared with what stands on the other side.
            target = self._old.get(names[0], True) if names[0] else self._new.get(names[1], True)
            return [(target, other, _Reading.SCHEMA)] if names[0] else [(one, target, _Reading.SCHEMA)]
        if first.keys() != second.keys():
            return None
        return extra + [(_ordered(key, first[key]), _ordered(key, second[key]), _reading_of(key)) for key in first]

    def _has_one_meaning(self, name: str) -> bool:
        """Whether the definition ``name`` is written alike in both documents, with everything that it reaches."""
        if name not in self._settled:
            self._settle(name)
        return self._settled[name]

    def _settle(self, start: str) -> None:
        """Settle ``start`` and all that it reaches: a definition differs by itself, or because something that it reaches does."""
        parents: dict[str, set[str]] = {start: set()}
        differing: list[str] = []
        waiting = [start]
        while waiting:
            name = waiting.pop()
            old, new = (as_text(definitions.get(name)) for definitions in (self._old, self._new))
            below = _names_in(old) | _names_in(new)
            if old != new or any(self._settled.get(item) is False for item in below):
                differing.append(name)
            for item in below - self._settled.keys():
                if item not in parents:
                    parents[item] = set()
                    waiting.append(item)
                parents[item].add(name)
        self._settled.update(dict.fromkeys(parents, True))
        while differing:
            name = differing.pop()
            if self._settled[name]:
                self._settled[name] = False
                differing.extend(parents[name])


def _names_in(written: bytes) -> set[str]:
    return {name.decode() for name in _REFERENCE.findall(written)}


def _reference(schema: JsonObject) -> str:
    reference = schema.get("$ref")
    return reference.removeprefix(DEFINITION_PREFIX) if isinstance(reference, str) else ""


def _contract(schema: JsonObject) -> JsonObject:
    return {key: value for key, value in schema.items() if key not in _ANNOTATIONS}


def _reading_of(keyword: str) -> _Reading:
    if keyword in _BY_NAME:
        return _Reading.SCHEMAS_BY_NAME
    return _Reading.VALUE if keyword in _PLAIN else _Reading.SCHEMA


def _ordered(keyword: str, value: JsonValue) -> JsonValue:
    """Lists that mean a set, sorted."""
    return sorted(value, key=as_text) if keyword in _UNORDERED and isinstance(value, list) else value
