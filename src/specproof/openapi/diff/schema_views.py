"""A schema as the comparison sees it: references followed, ``allOf`` flattened, each statement with its place in the document.

A position in a value (the body, a property, an item) is described by *parts*: schemas that all hold for it. Moving properties into a base
schema that is referred to from ``allOf`` gives other parts and the same view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import orjson

from specproof.openapi.dialects.definitions import origin_of
from specproof.openapi.pointers import pointer as written_pointer
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

_MAX_PARTS = 200
"""Schemas that may hold for one position; what is beyond is not flattened."""
_LOWER_COUNTS = ("minLength", "minItems", "minProperties")
_UPPER_COUNTS = ("maxLength", "maxItems", "maxProperties")
_CONDITIONS = frozenset(
    {
        "not", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames", "dependentSchemas", "dependentRequired",
        "unevaluatedItems", "unevaluatedProperties", "patternProperties", "prefixItems",
    }
)  # fmt: skip
"""Keywords that are compared as a whole."""
_ANNOTATIONS = ("default", "examples", "deprecated", "readOnly", "writeOnly")
_ENCODINGS = ("contentMediaType", "contentEncoding")


class Part(NamedTuple):
    """A schema and the place in its document where it stands."""

    raw: JsonObject | bool
    pointer: str


Parts: TypeAlias = "tuple[Part, ...]"
ANYTHING: JsonObject = {}
Bound: TypeAlias = "tuple[int | float, bool]"


@dataclass(slots=True)
class Union:
    """A ``oneOf`` or ``anyOf`` without its null alternative."""

    keyword: str
    members: Parts
    pointer: str
    takes_null: bool


@dataclass(slots=True)
class SchemaView:
    """All that holds for one position. ``types`` is None where any is allowed; ``number`` stands in it beside ``integer``."""

    pointer: str
    types: frozenset[str] | None = None
    enum: list[JsonValue] | None = None
    lower: Bound | None = None
    upper: Bound | None = None
    counts: dict[str, int] = field(default_factory=dict)
    patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    encodings: frozenset[tuple[str, str]] = frozenset()
    multiples: frozenset[float] = frozenset()
    is_unique: bool = False
    is_read_only: bool = False
    is_write_only: bool = False
    is_closed: bool = False
    is_cut: bool = False
    """Not everything was flattened."""
    properties: dict[str, Parts] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    """Name -> place of the ``required`` list."""
    additional: Parts = ()
    items: Parts = ()
    unions: list[Union] = field(default_factory=list)
    conditions: dict[str, list[JsonValue]] = field(default_factory=dict)
    discriminator: tuple[str, frozenset[str]] | None = None
    places: dict[str, str] = field(default_factory=dict)
    """Keyword -> where it was first stated."""

    @property
    def allows_null(self) -> bool:
        """Whether null is listed; where no type is, nothing is said about it."""
        return self.types is not None and "null" in self.types

    def place(self, *keywords: str) -> str:
        """Where the first of ``keywords`` that is there stands, else the schema's own place."""
        return next((self.places[keyword] for keyword in keywords if keyword in self.places), self.pointer)


Definitions: TypeAlias = "Mapping[str, JsonObject | bool]"


def resolved_part(part: Part, definitions: Definitions) -> Parts:
    """``part`` with its reference followed; what stands beside the reference is a part of its own."""
    raw, at = part
    siblings: list[Part] = []
    seen: set[str] = set()
    while isinstance(raw, dict) and isinstance(raw.get("$ref"), str):
        name = str(raw["$ref"]).removeprefix(DEFINITION_PREFIX)
        if len(raw) > 1:
            siblings.append(Part({key: value for key, value in raw.items() if key != "$ref"}, at))
        if name in seen or name not in definitions:
            raw = True
            break
        seen.add(name)
        raw, at = definitions[name], origin_of(definitions, name)
    return (Part(raw, at), *siblings)


def below(at: str, *tokens: str) -> str:
    """The place ``tokens`` below ``at``."""
    return at + written_pointer(tokens)[1:]


class Flattener:
    """Makes views of the schemas of one document. Each position is flattened once. ``has_nullable``: its dialect has that keyword."""

    def __init__(self, definitions: Definitions, *, has_nullable: bool) -> None:
        self.definitions = definitions
        self._has_nullable = has_nullable
        self._views: dict[tuple[str, ...], SchemaView] = {}

    def resolved(self, parts: Parts) -> Parts:
        """``parts`` with references followed, each once."""
        if len(parts) == 1 and not (isinstance(parts[0].raw, dict) and "$ref" in parts[0].raw):
            return parts
        found: dict[tuple[str, bool], Part] = {}
        for part in parts:
            for index, one in enumerate(resolved_part(part, self.definitions)):
                found.setdefault((one.pointer, index > 0), one)
        return tuple(found.values())

    def view(self, parts: Parts) -> SchemaView:
        """What ``parts``, as :meth:`resolved` gives them, say together."""
        key = tuple(part.pointer for part in parts)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._flattened(parts)
        return view

    def _flattened(self, parts: Parts) -> SchemaView:
        view = SchemaView(parts[0].pointer if parts else "")
        waiting = [(part, False) for part in reversed(parts)]
        seen: set[tuple[str, bool]] = set()
        read = 0
        while waiting:
            part, takes_null = waiting.pop()
            for index, (raw, at) in enumerate(resolved_part(part, self.definitions)):
                if (at, index > 0) in seen and at != part.pointer:
                    continue
                read += 1
                if read > _MAX_PARTS:
                    view.is_cut = True
                    return view
                seen.add((at, index > 0))
                if raw is False:
                    view.types = frozenset()
                elif isinstance(raw, dict):
                    _Reader(view, at, takes_null=takes_null, is_older=self._has_nullable).read(raw)
                    waiting.extend(reversed(_members(view, raw, at, takes_null=takes_null, is_wrapper=self._has_nullable)))
        return view


def _members(view: SchemaView, raw: JsonObject, at: str, *, takes_null: bool, is_wrapper: bool) -> list[tuple[Part, bool]]:
    """The members of ``allOf``, and the one alternative beside null; other alternatives become unions of ``view``.

    ``is_wrapper``: "this, or null" is what ``nullable`` was read as, and the document has the schema itself in that place.
    """
    found = [(part, takes_null) for part in _listed(raw.get("allOf"), below(at, "allOf"))]
    for keyword in ("oneOf", "anyOf"):
        place = below(at, keyword)
        members = _listed(raw.get(keyword), place)
        others = tuple(part for part in members if not _is_null(part.raw))
        if len(others) == 1 and len(members) > 1:
            found.append((Part(others[0].raw, at) if is_wrapper else others[0], True))
        elif others:
            view.unions.append(Union(keyword, others, place, takes_null or len(others) < len(members)))
    return found


def beside_null(raw: JsonObject | bool) -> JsonObject | bool | None:
    """The one alternative of a schema that says nothing else than "this, or null"; None where it is no such schema."""
    if not isinstance(raw, dict):
        return None
    for keyword in ("oneOf", "anyOf"):
        members = _listed(raw.get(keyword), "")
        others = [part.raw for part in members if not _is_null(part.raw)]
        if len(others) == 1 and len(members) > 1 and not (raw.keys() - {keyword, *_ANNOTATIONS}):
            return others[0]
    return None


def _is_null(raw: JsonObject | bool) -> bool:
    return isinstance(raw, dict) and raw.get("type") == "null"


def _listed(value: JsonValue, at: str) -> list[Part]:
    if not isinstance(value, list):
        return []
    return [Part(raw, f"{at}/{index}") for index, raw in enumerate(value) if isinstance(raw, (dict, bool))]


def _types_of(value: JsonValue) -> frozenset[str] | None:
    listed = value if isinstance(value, list) else [value]
    types = {name for name in listed if isinstance(name, str)}
    if not types:
        return None
    return frozenset(types | {"integer"} if "number" in types else types)


class _Reader:
    """Adds what one schema states by itself to a view."""

    def __init__(self, view: SchemaView, at: str, *, takes_null: bool, is_older: bool) -> None:
        self._view = view
        self._is_older = is_older
        self._at = at
        self._takes_null = takes_null

    def read(self, raw: JsonObject) -> None:
        """Add all keywords of ``raw`` but ``allOf``, ``anyOf`` and ``oneOf``."""
        for keyword in raw:
            # Before OpenAPI 3.1 a list under ``items`` is what ``prefixItems`` was read from.
            name = "items" if self._is_older and keyword == "prefixItems" else keyword
            self._view.places.setdefault(keyword, f"{self._at}/{name}")
        self._types(raw)
        self._bounds(raw)
        self._texts(raw)
        self._structure(raw)
        for keyword in _CONDITIONS & raw.keys():
            self._view.conditions.setdefault(keyword, []).append(raw[keyword])

    def _types(self, raw: JsonObject) -> None:
        view = self._view
        types = _types_of(raw.get("type"))
        if types is not None:
            types = types | {"null"} if self._takes_null else types
            view.types = types if view.types is None else view.types & types
        values = [raw["const"]] if "const" in raw else raw.get("enum")
        if isinstance(values, list):
            values = [*values, None] if self._takes_null and None not in values else values
            view.enum = (
                values if view.enum is None else [value for value in view.enum if as_text(value) in set(map(as_text, values))]
            )

    def _bounds(self, raw: JsonObject) -> None:
        view = self._view
        for keyword in ("minimum", "exclusiveMinimum"):
            value = raw.get(keyword)
            if isinstance(value, (int, float)):
                bound = (value, keyword != "minimum")
                view.lower = bound if view.lower is None else max(view.lower, bound)
        for keyword in ("maximum", "exclusiveMaximum"):
            value = raw.get(keyword)
            if isinstance(value, (int, float)):
                bound = (value, keyword != "maximum")
                view.upper = bound if view.upper is None else min(view.upper, bound, key=lambda b: (b[0], not b[1]))
        for keyword, stricter in (*((name, max) for name in _LOWER_COUNTS), *((name, min) for name in _UPPER_COUNTS)):
            value = raw.get(keyword)
            if isinstance(value, int):
                view.counts[keyword] = stricter(value, view.counts.get(keyword, value))
        multiple = raw.get("multipleOf")
        if isinstance(multiple, (int, float)):
            view.multiples |= {float(multiple)}

    def _texts(self, raw: JsonObject) -> None:
        view = self._view
        pattern, form = raw.get("pattern"), raw.get("format")
        if isinstance(pattern, str):
            view.patterns |= {pattern}
        if isinstance(form, str):
            view.formats |= {form}
        view.encodings |= {(keyword, str(raw[keyword])) for keyword in _ENCODINGS if keyword in raw}
        view.is_unique |= raw.get("uniqueItems") is True
        view.is_read_only |= raw.get("readOnly") is True
        view.is_write_only |= raw.get("writeOnly") is True

    def _structure(self, raw: JsonObject) -> None:
        view, at = self._view, self._at
        if isinstance(properties := raw.get("properties"), dict):
            for name, schema in properties.items():
                if isinstance(schema, (dict, bool)):
                    part = Part(schema, below(at, "properties", name))
                    view.properties[name] = (*view.properties.get(name, ()), part)
        if isinstance(required := raw.get("required"), list):
            for entry in required:
                view.required.setdefault(str(entry), f"{at}/required")
        additional = raw.get("additionalProperties")
        if additional is False:
            view.is_closed = True
        elif isinstance(additional, dict):
            view.additional = (*view.additional, Part(additional, f"{at}/additionalProperties"))
        if isinstance(items := raw.get("items"), (dict, bool)):
            view.items = (*view.items, Part(items, f"{at}/items"))
        discriminator = raw.get("discriminator")
        if isinstance(discriminator, dict) and view.discriminator is None:
            mapping = discriminator.get("mapping")
            names = frozenset(mapping) if isinstance(mapping, dict) else frozenset()
            view.discriminator = (str(discriminator.get("propertyName")), names)


def as_text(value: JsonValue) -> bytes:
    """A value as canonical JSON, so that true is not 1."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
