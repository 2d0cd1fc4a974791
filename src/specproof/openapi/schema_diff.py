"""How two normalised schemas differ, in sentences. Both are walked together; each pair of definitions is compared once."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from specproof.openapi.model import DEFINITION_PREFIX, JsonObject, JsonValue, resolve_reference
from specproof.openapi.text import UntrustedText

_ANNOTATIONS = frozenset({"default", "examples", "deprecated", "discriminator"})
_STRUCTURE = frozenset({"properties", "required", "items", "additionalProperties"})
_MAX_SENTENCES = 40
_MAX_DEPTH = 60


class SchemaComparison:
    """Compares schemas of two documents; equal subtrees are recognised by what they reach, not by name."""

    def __init__(self, old: Mapping[str, JsonObject | bool], new: Mapping[str, JsonObject | bool]) -> None:
        self._old = old
        self._new = new
        self._same: dict[tuple[str, str], bool] = {}

    def sentences(self, subject: str, old: JsonObject | bool, new: JsonObject | bool) -> list[str]:
        """What changed from ``old`` to ``new``, each sentence beginning with ``subject``; empty where they mean the same."""
        found: list[str] = []
        if not self.is_same(old, new):
            _Walk(self, found).compare(subject, "", old, new, frozenset())
            if not found:
                found.append(f"{subject} schema changed")
        return found

    def is_same(self, old: JsonValue, new: JsonValue) -> bool:
        """Whether two schemas say the same, annotations aside, followed through every reference. Iterative: cycles are fine."""
        waiting: list[tuple[JsonValue, JsonValue]] = [(old, new)]
        assumed: set[tuple[str, str]] = set()
        while waiting:
            one, other = waiting.pop()
            if isinstance(one, dict) and isinstance(other, dict):
                pair = (_reference(one), _reference(other))
                if pair[0] and pair[1] and pair not in assumed:
                    if self._same.get(pair) is False:
                        return False
                    if pair not in self._same:
                        assumed.add(pair)
                        waiting.append((self._old.get(pair[0]), self._new.get(pair[1])))
                first, second = (
                    _stripped(one, drop_reference=bool(pair[0] and pair[1])),
                    _stripped(other, drop_reference=bool(pair[0] and pair[1])),
                )
                if first.keys() != second.keys():
                    return self._differs(old, new)
                waiting.extend((first[key], second[key]) for key in first)
            elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
                waiting.extend(zip(one, other, strict=True))
            elif type(one) is not type(other) or one != other:
                return self._differs(old, new)
        # Everything assumed on the way turned out to hold, all together.
        self._same.update(dict.fromkeys(assumed, True))
        return True

    def _differs(self, old: JsonValue, new: JsonValue) -> bool:
        if isinstance(old, dict) and isinstance(new, dict) and _reference(old) and _reference(new) and len(old) == len(new) == 1:
            self._same[_reference(old), _reference(new)] = False
        return False

    def resolved(self, schema: JsonObject | bool, *, is_old: bool) -> JsonObject | bool:
        """``schema`` with its top-level reference followed."""
        return resolve_reference(schema, self._old if is_old else self._new)


class _Walk:
    """One comparison: goes down where both sides have the same shape."""

    def __init__(self, comparison: SchemaComparison, found: list[str]) -> None:
        self._comparison = comparison
        self._found = found

    def compare(self, subject: str, path: str, old: JsonValue, new: JsonValue, above: frozenset[tuple[str, str]]) -> None:
        if len(self._found) >= _MAX_SENTENCES or len(above) > _MAX_DEPTH or path.count(".") > _MAX_DEPTH:
            return
        if not isinstance(old, (dict, bool)) or not isinstance(new, (dict, bool)) or self._comparison.is_same(old, new):
            return
        pair = (_reference(old), _reference(new))
        if pair in above:
            return
        if pair[0] and pair[1]:
            above |= {pair}
        before, after = self._comparison.resolved(old, is_old=True), self._comparison.resolved(new, is_old=False)
        title = f'{subject} property "{path}"' if path else subject
        if isinstance(before, bool) or isinstance(after, bool):
            self._found.append(f"{title} {_shown_whole(before)} -> {_shown_whole(after)}")
            return
        self._keywords(title, before, after)
        self._properties(subject, path, before, after, above)
        self.compare(subject, f"{path}[]", before.get("items", True), after.get("items", True), above)

    def _keywords(self, title: str, before: JsonObject, after: JsonObject) -> None:
        for keyword in sorted((before.keys() | after.keys()) - _ANNOTATIONS - _STRUCTURE):
            old, new = before.get(keyword), after.get(keyword)
            if self._comparison.is_same(old, new):
                continue
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

    def _properties(
        self, subject: str, path: str, before: JsonObject, after: JsonObject, above: frozenset[tuple[str, str]]
    ) -> None:
        old, new = _mapping(before, "properties"), _mapping(after, "properties")
        old_required, new_required = _names(before), _names(after)
        for name in sorted(old.keys() | new.keys() | (old_required ^ new_required)):
            below = f"{path}.{UntrustedText(name).printable(60)}".lstrip(".")
            title = f'{subject} property "{below}"'
            if name in new and name not in old:
                self._found.append(f"{title} added{' (required)' if name in new_required else ''}")
            elif name in old and name not in new:
                self._found.append(f"{title} removed")
            else:
                if (name in old_required) != (name in new_required):
                    self._found.append(f"{title} is {'now' if name in new_required else 'no longer'} required")
                self.compare(subject, below, old.get(name, True), new.get(name, True), above)


def _reference(schema: JsonValue) -> str:
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return reference.removeprefix(DEFINITION_PREFIX) if isinstance(reference, str) else ""


def _stripped(schema: JsonObject, *, drop_reference: bool) -> JsonObject:
    return {key: value for key, value in schema.items() if key not in _ANNOTATIONS and not (drop_reference and key == "$ref")}


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
    return UntrustedText(orjson.dumps(value).decode()).printable(60)


def _shown_whole(schema: JsonObject | bool) -> str:
    return {True: "anything", False: "nothing"}[schema] if isinstance(schema, bool) else "a schema"
