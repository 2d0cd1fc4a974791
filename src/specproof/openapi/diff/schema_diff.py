"""How two normalised schemas differ, in sentences. Both are walked together; each pair of definitions is compared once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

import orjson

from specproof.openapi.dialects.keywords import CLEANERS
from specproof.openapi.finding_log import shortened
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue, resolve_reference

_ANNOTATIONS = frozenset({"default", "examples", "deprecated", "discriminator", "xml", "x-enum-names", "x-mock"})
_STRUCTURE = frozenset({"properties", "required", "items", "additionalProperties"})
_COMBINATIONS = ("allOf", "anyOf", "oneOf")
_MAX_SENTENCES = 20
_MAX_DEPTH = 60


class _Reading(Enum):
    """What a JSON node inside of a schema is."""

    SCHEMA = 1
    SCHEMAS_BY_NAME = 2
    VALUE = 3


_Pair: TypeAlias = "tuple[JsonValue, JsonValue, _Reading]"
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas"})
_UNORDERED = frozenset({"required", "type"})


class SchemaComparison:
    """Compares schemas of two documents. References of one name are compared once; of two names, by what they lead to."""

    def __init__(self, old: Mapping[str, JsonObject | bool], new: Mapping[str, JsonObject | bool]) -> None:
        self._old = old
        self._new = new
        self._is_name_same: dict[str, bool] = {}

    def sentences(self, subject: str, old: JsonObject | bool, new: JsonObject | bool) -> list[str]:
        """What changed from ``old`` to ``new``, each sentence beginning with ``subject``; empty where they mean the same."""
        found: list[str] = []
        if not self.is_same(old, new):
            _Walk(self, found).compare(subject, "", old, new)
            if not found:
                found.append(f"{subject} schema changed")
        return found

    def is_same(self, old: JsonValue, new: JsonValue, *, is_keyword_value: bool = False) -> bool:
        """Whether two schemas (or two values of one keyword) say the same, annotations aside, references followed."""
        return self._is_equal(old, new, _Reading.VALUE if is_keyword_value else _Reading.SCHEMA, follow=True)

    def resolved(self, schema: JsonObject | bool, *, is_old: bool) -> JsonObject | bool:
        """``schema`` with its top-level reference followed."""
        return resolve_reference(schema, self._old if is_old else self._new)

    def _is_equal(self, old: JsonValue, new: JsonValue, reading: _Reading, *, follow: bool) -> bool:
        """Walk both together, without recursion. ``follow=False`` compares references by name only."""
        waiting: list[_Pair] = [(old, new, reading)]
        assumed: set[tuple[str, str]] = set()
        while waiting:
            one, other, kind = waiting.pop()
            below: list[_Pair] | None
            if kind is _Reading.VALUE or not isinstance(one, (dict, list)):
                below = [] if _written(one) == _written(other) else None
            elif isinstance(one, list):
                below = _pairs_of_lists(one, other, kind)
            elif not isinstance(other, dict):
                below = None
            elif kind is _Reading.SCHEMAS_BY_NAME:
                below = _pairs_by_key(one, other)
            else:
                below = self._pairs_of_schemas(one, other, assumed, follow=follow)
            if below is None:
                return False
            waiting.extend(below)
        return True

    def _pairs_of_schemas(
        self, one: JsonObject, other: JsonObject, assumed: set[tuple[str, str]], *, follow: bool
    ) -> list[_Pair] | None:
        """What has to be equal for two schemas to be; None where they differ already. ``assumed`` are pairs of names on the way."""
        old_name, new_name = _reference(one), _reference(other)
        first, second = _contract(one), _contract(other)
        extra: list[_Pair] = []
        if old_name and new_name:
            del first["$ref"], second["$ref"]
            if old_name == new_name:
                if follow and not self._has_same_name_meaning(old_name):
                    return None
            elif not follow:
                return None
            elif (old_name, new_name) not in assumed:
                assumed.add((old_name, new_name))
                extra = [(self._old.get(old_name, True), self._new.get(new_name, True), _Reading.SCHEMA)]
        if first.keys() != second.keys():
            return None
        return extra + [(_ordered(key, first[key]), _ordered(key, second[key]), _reading_of(key)) for key in first]

    def _has_same_name_meaning(self, name: str) -> bool:
        """Whether the definition ``name`` says the same in both documents, with everything that it reaches."""
        if name not in self._is_name_same:
            self._compare_from(name)
        return self._is_name_same[name]

    def _compare_from(self, start: str) -> None:
        """Settle ``start`` and all that it reaches: a definition differs by itself, or because something that it reaches does."""
        parents: dict[str, set[str]] = {start: set()}
        differing: list[str] = []
        waiting = [start]
        while waiting:
            name = waiting.pop()
            old, new = self._old.get(name), self._new.get(name)
            below = _references_under(old) | _references_under(new)
            if not self._is_equal(old, new, _Reading.SCHEMA, follow=False) or any(
                self._is_name_same.get(item) is False for item in below
            ):
                differing.append(name)
            for item in below:
                if item in self._is_name_same:
                    continue
                if item not in parents:
                    parents[item] = set()
                    waiting.append(item)
                parents[item].add(name)
        self._is_name_same.update(dict.fromkeys(parents, True))
        while differing:
            name = differing.pop()
            if self._is_name_same[name]:
                self._is_name_same[name] = False
                differing.extend(parents[name])


class _Walk:
    """One comparison: goes down where both sides have the same shape."""

    def __init__(self, comparison: SchemaComparison, found: list[str]) -> None:
        self._comparison = comparison
        self._found = found
        self._seen: set[tuple[str, str]] = set()

    def compare(self, subject: str, path: str, old: JsonValue, new: JsonValue) -> None:
        if len(self._found) >= _MAX_SENTENCES or path.count(".") > _MAX_DEPTH:
            return
        if not isinstance(old, (dict, bool)) or not isinstance(new, (dict, bool)) or self._comparison.is_same(old, new):
            return
        pair = (_reference(old), _reference(new))
        if pair in self._seen:
            return  # The same change again, further down: once is enough.
        if pair[0] and pair[1]:
            self._seen.add(pair)
        before, after = self._comparison.resolved(old, is_old=True), self._comparison.resolved(new, is_old=False)
        title = f'{subject} property "{path}"' if path else subject
        if isinstance(before, bool) or isinstance(after, bool):
            self._found.append(f"{title} {_shown_whole(before)} -> {_shown_whole(after)}")
            return
        self._keywords(title, before, after)
        for keyword in _COMBINATIONS:
            for first, second in _parallel(before.get(keyword), after.get(keyword)):
                self.compare(subject, path, first, second)
        self._properties(subject, path, before, after)
        self.compare(subject, f"{path}[]", before.get("items", True), after.get("items", True))

    def _keywords(self, title: str, before: JsonObject, after: JsonObject) -> None:
        for keyword in sorted((before.keys() | after.keys()) - _ANNOTATIONS - _STRUCTURE):
            old, new = before.get(keyword), after.get(keyword)
            if self._comparison.is_same(old, new, is_keyword_value=not _is_schema_keyword(keyword)):
                continue
            if keyword in _COMBINATIONS and _parallel(old, new):
                continue  # Compared part by part.
            if isinstance(old, dict) or isinstance(new, dict) or _holds_schemas(old) or _holds_schemas(new):
                self._found.append(f"{title}: {keyword} changed")
            elif keyword == "enum" and isinstance(old, list) and isinstance(new, list):
                self._enum(title, old, new)
            else:
                self._found.append(f"{title}: {keyword} {_shown(old)} -> {_shown(new)}")
        old_extra, new_extra = before.get("additionalProperties", True), after.get("additionalProperties", True)
        if not self._comparison.is_same(old_extra, new_extra):
            self._found.append(f"{title}: additionalProperties {_shown(old_extra)} -> {_shown(new_extra)}")

    def _enum(self, title: str, old: list[JsonValue], new: list[JsonValue]) -> None:
        came = [_shown(value) for value in new if value not in old]
        went = [_shown(value) for value in old if value not in new]
        parts = [f"{word} {', '.join(values[:5])}" for word, values in (("added", came), ("removed", went)) if values]
        self._found.append(f"{title}: enum {'; '.join(parts) or 'reordered'}")

    def _properties(self, subject: str, path: str, before: JsonObject, after: JsonObject) -> None:
        old, new = _mapping(before, "properties"), _mapping(after, "properties")
        old_required, new_required = _names(before), _names(after)
        for name in sorted(old.keys() | new.keys() | (old_required ^ new_required)):
            below = f"{path}.{shortened(name)}".lstrip(".")
            title = f'{subject} property "{below}"'
            if name in new and name not in old:
                self._found.append(f"{title} added{' (required)' if name in new_required else ''}")
            elif name in old and name not in new:
                self._found.append(f"{title} removed")
            else:
                if (name in old_required) != (name in new_required):
                    self._found.append(f"{title} is {'now' if name in new_required else 'no longer'} required")
                self.compare(subject, below, old.get(name, True), new.get(name, True))


def _reference(schema: JsonValue) -> str:
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return reference.removeprefix(DEFINITION_PREFIX) if isinstance(reference, str) else ""


def _pairs_of_lists(one: list[JsonValue], other: JsonValue, kind: _Reading) -> list[_Pair] | None:
    if not isinstance(other, list) or len(one) != len(other):
        return None
    return [(first, second, kind) for first, second in zip(one, other, strict=True)]


def _pairs_by_key(one: JsonObject, other: JsonObject) -> list[_Pair] | None:
    if one.keys() != other.keys():
        return None
    return [(one[name], other[name], _Reading.SCHEMA) for name in one]


def _references_under(schema: JsonValue) -> set[str]:
    found: set[str] = set()
    waiting: list[JsonValue] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if name := _reference(node):
                found.add(name)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found


def _contract(schema: JsonObject) -> JsonObject:
    return {key: value for key, value in schema.items() if key not in _ANNOTATIONS}


def _reading_of(keyword: str) -> _Reading:
    if keyword in _BY_NAME:
        return _Reading.SCHEMAS_BY_NAME
    return _Reading.SCHEMA if _is_schema_keyword(keyword) else _Reading.VALUE


def _is_schema_keyword(keyword: str) -> bool:
    return keyword not in CLEANERS and keyword not in ("type", "pattern", "$ref")


def _ordered(keyword: str, value: JsonValue) -> JsonValue:
    """Lists that mean a set, sorted."""
    if keyword in _UNORDERED and isinstance(value, list):
        return sorted(value, key=str)
    return value


def _written(value: JsonValue) -> bytes:
    """A value as canonical JSON, so that true is not 1."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _parallel(old: JsonValue, new: JsonValue) -> list[tuple[JsonValue, JsonValue]]:
    """The parts of two combinations that can be compared one with one; none where their numbers differ."""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return list(zip(old, new, strict=True))
    return []


def _mapping(schema: JsonObject, keyword: str) -> JsonObject:
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}


def _names(schema: JsonObject) -> frozenset[str]:
    value = schema.get("required")
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()


def _holds_schemas(value: JsonValue) -> bool:
    return isinstance(value, list) and any(isinstance(entry, dict) for entry in value)


def _shown(value: JsonValue) -> str:
    if value is None:
        return "none"
    return shortened(orjson.dumps(value).decode())


def _shown_whole(schema: JsonObject | bool) -> str:
    return {True: "anything", False: "nothing"}[schema] if isinstance(schema, bool) else "a schema"
