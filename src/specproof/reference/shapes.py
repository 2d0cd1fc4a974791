"""What schemas look like from outside: their members, kinds and flags, through references and alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue, Schema

_MAX_DEPTH: Final = 24
_TYPES_BY_KEYWORD: Final = {"properties": "object", "items": "array", "pattern": "string", "minLength": "string"}


@dataclass(slots=True)
class Shape:
    """One schema seen from outside. ``names`` are the definitions that it was reached through, the nearest first.

    ``properties`` unite those of all alternatives; ``required`` are those that every value must have. Shapes are for deciding what
    a schema *is*; whether a value satisfies it is for the validator alone.
    """

    names: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    properties: dict[str, JsonObject | bool] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    items: JsonObject | bool | None = None
    extra: JsonObject | bool | None = None
    """The schema of members that are not named, False where there may be none, None where nothing is said."""
    flags: JsonObject = field(default_factory=dict)
    """The first value of every other keyword."""

    @property
    def is_object(self) -> bool:
        """Whether its values are objects with members that are named."""
        return bool(self.properties) or "object" in self.kinds

    @property
    def is_list(self) -> bool:
        """Whether its values are lists."""
        return "array" in self.kinds or (self.items is not None and not self.kinds)

    @property
    def is_scalar(self) -> bool:
        """Whether its values are texts or numbers."""
        return bool(self.kinds & {"string", "integer", "number"}) and not self.kinds & {"object", "array"}

    @property
    def is_read_only(self) -> bool:
        """Whether clients never send it."""
        return self.flags.get("readOnly") is True

    @property
    def is_write_only(self) -> bool:
        """Whether answers never show it."""
        return self.flags.get("writeOnly") is True

    @property
    def is_nullable(self) -> bool:
        """Whether null is one of its values, as far as its types and enum say."""
        choices = self.flags.get("enum")
        return "null" in self.kinds and (not isinstance(choices, list) or None in choices)

    @property
    def format(self) -> str:
        """Its ``format``, "" for none."""
        found = self.flags.get("format")
        return found if isinstance(found, str) else ""

    @property
    def enum(self) -> list[JsonValue]:
        """Its ``enum`` (or ``const``), empty for none."""
        found = self.flags.get("enum")
        if isinstance(found, list):
            return found
        return [self.flags["const"]] if "const" in self.flags else []


class Shapes:
    """The shapes of one document's schemas."""

    def __init__(self, definitions: Mapping[str, JsonObject | bool]) -> None:
        self._definitions = definitions
        self._known: dict[int, tuple[JsonObject | bool, Shape]] = {}

    def of(self, raw: JsonObject | bool | None) -> Shape:
        """The shape of a raw schema. It is shared: do not change it."""
        if not isinstance(raw, dict):
            return Shape()
        known = self._known.get(id(raw))
        if known is None:
            shape = Shape()
            self._take(shape, raw, 0, frozenset())
            known = (raw, shape)
            self._known[id(raw)] = known
        return known[1]

    def of_schema(self, schema: Schema | None) -> Shape:
        """The shape of a schema of the document."""
        return self.of(schema.raw) if schema is not None else Shape()

    def member(self, shape: Shape, name: str) -> Shape:
        """The shape of one property."""
        return self.of(shape.properties.get(name))

    def inner(self, schema: Schema, path: Iterable[str]) -> Schema | None:
        """The schema of the member at the end of ``path``, None where there is none."""
        raw: JsonObject | bool | None = schema.raw
        for name in path:
            raw = self.of(raw).properties.get(name)
            if raw is None:
                return None
        return schema if raw is schema.raw else Schema(raw if raw is not None else True, schema.pointer, schema.definitions)

    def items_of(self, schema: Schema) -> Schema | None:
        """The schema of a list's items."""
        items = self.of(schema.raw).items
        return None if items is None else Schema(items, schema.pointer, schema.definitions)

    def same(self, first: Schema | None, second: Schema | None) -> bool:
        """Whether two schemas describe the same kind of record: by their names, else by most of their members."""
        if first is None or second is None:
            return False
        one, other = self.of_schema(first), self.of_schema(second)
        if set(one.names) & set(other.names):
            return True
        here, there = set(one.properties), set(other.properties)
        if not here or not there:
            return False
        common = len(here & there)
        return (common >= 2 and common / min(len(here), len(there)) >= 0.75) or here == there

    def _take(self, shape: Shape, raw: JsonObject | bool, depth: int, seen: frozenset[str]) -> None:
        if not isinstance(raw, dict) or depth > _MAX_DEPTH:
            return
        self._take_own(shape, raw)
        reference = raw.get("$ref")
        if isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX):
            name = reference.removeprefix(DEFINITION_PREFIX)
            if name not in seen:
                shape.names.append(name)
                self._take(shape, self._definitions.get(name, True), depth + 1, seen | {name})
        for part in _listed(raw, "allOf"):
            self._take(shape, part, depth + 1, seen)
        for keyword in ("oneOf", "anyOf"):
            self._take_alternatives(shape, _listed(raw, keyword), depth, seen)

    def _take_own(self, shape: Shape, raw: JsonObject) -> None:
        kinds = _kinds(raw)
        if kinds:
            shape.kinds = (shape.kinds & kinds or kinds) if shape.kinds else kinds
        properties = raw.get("properties")
        if isinstance(properties, dict):
            for name, inner in properties.items():
                if isinstance(inner, (dict, bool)) and not isinstance(shape.properties.get(name), dict):
                    shape.properties[name] = inner
        required = raw.get("required")
        if isinstance(required, list):
            shape.required.update(name for name in required if isinstance(name, str))
        items = raw.get("items")
        if isinstance(items, (dict, bool)) and shape.items is None:
            shape.items = items
        extra = raw.get("additionalProperties")
        if isinstance(extra, (dict, bool)) and shape.extra is None:
            shape.extra = extra
        for keyword, value in raw.items():
            shape.flags.setdefault(keyword, value)

    def _take_alternatives(self, shape: Shape, branches: list[JsonObject], depth: int, seen: frozenset[str]) -> None:
        if not branches:
            return
        shapes = []
        for branch in branches:
            inner = Shape()
            self._take(inner, branch, depth + 1, seen)
            shapes.append(inner)
            for name, member in inner.properties.items():
                shape.properties.setdefault(name, member)
            if shape.items is None:
                shape.items = inner.items
            if inner.kinds != {"null"}:
                shape.names.extend(inner.names)
            for keyword in ("format", "readOnly", "writeOnly", "enum"):
                if keyword in inner.flags:
                    shape.flags.setdefault(keyword, inner.flags[keyword])
        kinds = set().union(*(inner.kinds for inner in shapes))
        shape.kinds = (shape.kinds & kinds or shape.kinds) if shape.kinds else kinds
        solid = [inner for inner in shapes if inner.kinds != {"null"}]
        if solid:
            shape.required |= set.intersection(*(inner.required for inner in solid))


def _listed(raw: JsonObject, keyword: str) -> list[JsonObject]:
    branches = raw.get(keyword)
    return [branch for branch in branches if isinstance(branch, dict)] if isinstance(branches, list) else []


def _kinds(raw: JsonObject) -> set[str]:
    declared = raw.get("type")
    if isinstance(declared, str):
        return {declared}
    if isinstance(declared, list):
        return {kind for kind in declared if isinstance(kind, str)}
    return {kind for keyword, kind in _TYPES_BY_KEYWORD.items() if keyword in raw}
