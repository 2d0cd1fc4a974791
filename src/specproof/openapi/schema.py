"""Schemas as the rest of the product holds them: JSON Schema 2020-12, opaque, with the definitions that they can reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

JsonObject: TypeAlias = "dict[str, JsonValue]"


DEFINITION_PREFIX = "#/$defs/"


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema: opaque 2020-12 JSON plus the definitions that it can reach.

    ``raw`` may hold ``{"$ref": "#/$defs/NAME"}``; ``definitions`` maps NAME to its schema. ``definitions`` is **shared** by all
    schemas of a document and lazy where it can be: never walk all of it, never mutate it. NAME is a stable ASCII slug chosen by the
    loader (``Pet``, ``Pet_1f0c`` for names that collide or are not plain), never the raw name. ``pointer`` is where the schema stands
    in the document.

    Only the validator, the value engine and the JSON writer look inside.
    """

    raw: JsonObject | bool
    pointer: str
    definitions: Mapping[str, JsonObject | bool] = field(repr=False, hash=False, compare=False)

    def resolved(self) -> JsonObject | bool:
        """``raw`` with top-level ``$ref`` chains followed; siblings of a ``$ref`` are kept by wrapping in ``allOf``.

        A reference chain that leads back to itself gives ``True`` (anything): the loader has left a ``ref.cycle`` finding.
        """
        return resolve_reference(self.raw, self.definitions)

    def bundle(self) -> JsonObject:
        """A self-contained schema: ``raw`` plus a ``$defs`` with exactly the definitions that it can reach."""
        return bundle_schema(self.raw, self.definitions)


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a media type or parameter: the value as the document gives it, *not* yet validated."""

    value: JsonValue
    pointer: str


def resolve_reference(raw: JsonObject | bool, definitions: Mapping[str, JsonObject | bool]) -> JsonObject | bool:
    """Follow top-level ``$ref`` chains of ``raw``. Unknown targets and cycles give ``True`` (see :meth:`Schema.resolved`)."""
    siblings: list[JsonValue] = []
    seen: set[str] = set()
    current = raw
    while isinstance(current, dict) and isinstance(current.get("$ref"), str):
        reference = str(current["$ref"])
        rest: JsonObject = {key: value for key, value in current.items() if key != "$ref"}
        if rest:
            siblings.append(rest)
        if reference in seen or not reference.startswith(DEFINITION_PREFIX):
            current = True
            break
        seen.add(reference)
        current = definitions.get(reference.removeprefix(DEFINITION_PREFIX), True)
    if not siblings:
        return current
    return {"allOf": [current, *siblings]}


def bundle_schema(raw: JsonObject | bool, definitions: Mapping[str, JsonObject | bool]) -> JsonObject:
    """``raw`` with a ``$defs`` of exactly what it reaches. The result shares structure with its input: do not mutate it."""
    root: JsonObject = dict(raw) if isinstance(raw, dict) else ({} if raw else {"not": {}})
    reached: JsonObject = {}
    waiting: list[JsonValue] = [root]
    while waiting:
        for name in referenced_names(waiting.pop()):
            if name not in reached and name in definitions:
                reached[name] = definitions[name]
                waiting.append(definitions[name])
    if reached:
        root["$defs"] = {name: reached[name] for name in sorted(reached)}
    return root


def referenced_names(schema: JsonValue) -> Sequence[str]:
    """The definition names that ``schema`` refers to anywhere. A property that is *named* ``$ref`` holds an object, not a string."""
    names: list[str] = []
    waiting: list[JsonValue] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX):
                names.append(reference.removeprefix(DEFINITION_PREFIX))
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return names
