"""The schema as one direction sees it: requests without ``readOnly`` properties, responses without ``writeOnly`` ones.

The proving schema is the document's schema, transformed deeply: hidden properties are taken out of ``properties`` *and* of every
``required`` that applies to the same value (a sibling ``allOf`` branch may be the one that requires them). References stay references;
definitions are transformed one by one when they are asked for. Array positions stay what they were, so pointers into a view are
pointers into the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from specproof.openapi.dialects.definitions import origin_of
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

HIDDEN = "x-specproof-hidden"
"""Marks an object schema of a view with the names that were taken out, so that examples can be pruned likewise."""

SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLE_SCHEMAS = (
    "items",
    "additionalProperties",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_APPLIED_IN_PLACE = ("allOf", "anyOf", "oneOf")
_MAX_DEPTH = 60


def definition_name(reference: JsonValue) -> str | None:
    """``Pet`` of ``#/$defs/Pet``; None for anything else."""
    if isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX):
        return reference.removeprefix(DEFINITION_PREFIX)
    return None


def definition_pointer(definitions: Mapping[str, JsonObject | bool], name: str) -> str:
    """Where the document has the definition called ``name`` (``#/components/schemas/Pet``), seen through a view or not."""
    return origin_of(definitions.source if isinstance(definitions, View) else definitions, name)


class View(Mapping[str, "JsonObject | bool"]):
    """All definitions of a document as one direction sees them, transformed lazily and kept.

    ``transformed(raw)`` does the same for a schema that uses them. Equal input objects give the same output object, so identity can
    serve as a cache key as long as the view lives.
    """

    def __init__(self, definitions: Mapping[str, JsonObject | bool], *, is_response: bool) -> None:
        self._source = definitions
        self._flag = "writeOnly" if is_response else "readOnly"
        self._definitions: dict[str, JsonObject | bool] = {}
        self._roots: dict[int, tuple[JsonObject | bool, JsonObject | bool]] = {}
        self._references: dict[str, frozenset[str]] = {}
        self._guarded: dict[str, frozenset[tuple[str | None, str]]] = {}

    def __getitem__(self, name: str) -> JsonObject | bool:
        if name not in self._definitions:
            raw = self._source[name]
            self._definitions[name] = self._schema(raw, frozenset(), 0)
        return self._definitions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)

    def __contains__(self, name: object) -> bool:
        return name in self._source

    @property
    def source(self) -> Mapping[str, JsonObject | bool]:
        """The definitions as the document has them."""
        return self._source

    def transformed(self, raw: JsonObject | bool) -> JsonObject | bool:
        """``raw`` as this direction sees it."""
        known = self._roots.get(id(raw))
        if known is None:
            # The source is kept beside the result: its id stays taken for as long as it is a key.
            known = (raw, self._schema(raw, frozenset(), 0))
            self._roots[id(raw)] = known
        return known[1]

    def reachable(self, raw: JsonValue) -> list[str]:
        """The names of all definitions that ``raw`` (a transformed schema) can reach, sorted."""
        reached: set[str] = set()
        waiting = list(_references(raw))
        while waiting:
            name = waiting.pop()
            if name in reached or name not in self:
                continue
            reached.add(name)
            if name not in self._references:
                self._references[name] = frozenset(_references(self[name]))
            waiting.extend(self._references[name])
        return sorted(reached)

    def mentioned(self, raw: JsonValue, names: Iterable[str]) -> frozenset[str]:
        """The definitions that ``raw`` and the definitions called ``names`` refer to themselves, and those."""
        found = {*names, *(name for name in _references(raw) if name in self)}
        for name in names:
            if name not in self._references:
                self._references[name] = frozenset(_references(self[name]))
            found |= {other for other in self._references[name] if other in self}
        return frozenset(found)

    def reached_by(self, raw: JsonValue, members: Set[str]) -> frozenset[str]:
        """Of :meth:`reachable`, what may say anything of a value whose members, at every depth, have names out of ``members``.

        What stands behind a property that the value does not have is never asked.
        """
        reached: set[str] = set()
        waiting = [name for member, name in _guarded(raw) if member is None or member in members]
        while waiting:
            name = waiting.pop()
            if name in reached or name not in self:
                continue
            reached.add(name)
            if name not in self._guarded:
                self._guarded[name] = frozenset(_guarded(self[name]))
            waiting.extend(found for member, found in self._guarded[name] if member is None or member in members)
        return frozenset(reached)

    def _schema(self, raw: JsonValue, hidden: frozenset[str], depth: int) -> JsonObject | bool:
        """One schema. ``hidden``: names that a schema applied to the same value hides."""
        if isinstance(raw, bool) or not isinstance(raw, dict) or depth > _MAX_DEPTH:
            return raw if isinstance(raw, bool) else True
        own = hidden | self._hidden_names(raw)
        name = definition_name(raw.get("$ref"))
        if "$ref" in raw and (name is None or name not in self):
            raw = {key: value for key, value in raw.items() if key != "$ref"}
        elif name is not None and self._requires(name, own):
            raw = {key: value for key, value in raw.items() if key != "$ref"}
            raw["allOf"] = [*_listed(raw.get("allOf")), self._source[name]]
        view: JsonObject = {}
        for key, value in raw.items():
            self._keyword(view, key, value, own, depth)
        if own and isinstance(view.get("required"), list):
            view["required"] = [item for item in _listed(view["required"]) if item not in own]
        if own:
            view[HIDDEN] = list[JsonValue](sorted(own))
        return view

    def _keyword(self, view: JsonObject, key: str, value: JsonValue, hidden: frozenset[str], depth: int) -> None:
        """Copy one keyword of a schema into ``view``, its subschemas transformed."""
        if key in SCHEMA_MAPS and isinstance(value, dict):
            skipped = hidden if key == "properties" else frozenset()
            kept: JsonObject = {}
            for name, schema in value.items():
                if name not in skipped:
                    kept[name] = self._schema(schema, frozenset(), depth + 1)
            view[key] = kept
        elif key in SCHEMA_LISTS and isinstance(value, list):
            inherited = hidden if key in _APPLIED_IN_PLACE else frozenset()
            view[key] = [self._schema(schema, inherited, depth + 1) for schema in value]
        elif key in SINGLE_SCHEMAS and isinstance(value, (dict, bool)):
            inherited = hidden if key in {"if", "then", "else"} else frozenset()
            view[key] = self._schema(value, inherited, depth + 1)
        elif key != "$defs":
            view[key] = value

    def _hidden_names(self, raw: JsonObject) -> frozenset[str]:
        """The properties that ``raw`` and what is applied to the same value declare as hidden."""
        names: set[str] = set()
        waiting: list[JsonValue] = [raw]
        seen: set[str] = set()
        while waiting:
            node = waiting.pop()
            if not isinstance(node, dict):
                continue
            properties = node.get("properties")
            if isinstance(properties, dict):
                names.update(name for name, schema in properties.items() if self._is_hidden(schema))
            waiting.extend(_listed(node.get("allOf")))
            name = definition_name(node.get("$ref"))
            if name is not None and name not in seen and name in self:
                seen.add(name)
                waiting.append(self._source[name])
        return frozenset(names)

    def _is_hidden(self, schema: JsonValue) -> bool:
        """Whether a property's schema (or what it refers to) says ``readOnly`` (for responses ``writeOnly``)."""
        seen: set[str] = set()
        while isinstance(schema, dict):
            if schema.get(self._flag) is True:
                return True
            branches = [branch for branch in _listed(schema.get("allOf")) if isinstance(branch, dict)]
            if any(branch.get(self._flag) is True for branch in branches):
                return True
            name = definition_name(schema.get("$ref"))
            if name is None and len(branches) == 1:
                schema = branches[0]
                continue
            if name is None or name in seen or name not in self:
                return False
            seen.add(name)
            schema = self._source[name]
        return False

    def _requires(self, name: str, hidden: frozenset[str]) -> bool:
        """Whether a definition requires or declares names that only its surroundings hide, so that it must be seen in its context."""
        if not hidden:
            return False
        own = self._hidden_names({"$ref": DEFINITION_PREFIX + name})
        missing = hidden - own
        return bool(missing & _mentioned(self._source[name]))


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _mentioned(schema: JsonObject | bool) -> set[str]:
    """The names that a definition, or an ``allOf`` branch of it, requires or declares."""
    names: set[str] = set()
    waiting: list[JsonValue] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            names.update(item for item in _listed(node.get("required")) if isinstance(item, str))
            properties = node.get("properties")
            names.update(properties if isinstance(properties, dict) else ())
            waiting.extend(_listed(node.get("allOf")))
    return names


def _guarded(schema: JsonValue) -> Iterator[tuple[str | None, str]]:
    """The definitions that a schema refers to, each with the outermost property that it stands behind; None if behind none."""
    waiting: list[tuple[JsonValue, str | None, bool]] = [(schema, None, True)]
    while waiting:
        node, member, is_schema = waiting.pop()
        if isinstance(node, list):
            waiting.extend((inner, member, True) for inner in node)
        elif isinstance(node, dict) and not is_schema:
            waiting.extend((inner, member, True) for inner in node.values())
        elif isinstance(node, dict):
            name = definition_name(node.get("$ref"))
            if name is not None:
                yield member, name
            for keyword, inner in node.items():
                if keyword == "properties" and isinstance(inner, dict):
                    waiting.extend((each, name if member is None else member, True) for name, each in inner.items())
                else:
                    waiting.append((inner, member, keyword not in SCHEMA_MAPS))


def _references(schema: JsonValue) -> Iterator[str]:
    """The definitions that a schema refers to directly, anywhere in it."""
    waiting: list[JsonValue] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            name = definition_name(node.get("$ref"))
            if name is not None:
                yield name
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
