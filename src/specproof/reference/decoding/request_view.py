"""A schema as requests see it: what is readOnly is not required, and whatever is sent for it will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue
from specproof.reference.decoding.facets import Definitions, Raw

_MAX_DEPTH: Final = 8
"""How many references deep the mark is looked for."""
_NAMES_A_PLACE: Final = frozenset(
    {"$id", "$schema", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$vocabulary"}
)
_TOGETHER: Final = frozenset({"allOf", "anyOf", "oneOf"})
"""Keywords whose schemas look at the same value as their parent."""
_SAME_VALUE: Final = frozenset({"if", "then", "else", "not"})
_SINGLE: Final = frozenset(
    {"items", "additionalProperties", "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems"}
)
_NAMED: Final = frozenset({"patternProperties", "$defs"})


class RequestView(Mapping[str, "JsonObject | bool"]):
    """The definitions of a document as requests see them, each rewritten when it is first asked for. The document is left as it is.

    A definition that is combined with a schema that marks members readOnly is seen without them too: it gets a name of its own then.
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._known: dict[str, Raw] = {}
        self._combined: dict[str, tuple[str, frozenset[str]]] = {}

    def __getitem__(self, name: str) -> JsonObject | bool:
        if name not in self._known:
            source, hidden = self._combined.get(name, (name, frozenset[str]()))
            self._known[name] = self._seen(self._definitions.get(source, True), hidden)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)

    def seen(self, raw: Raw) -> Raw:
        """One schema of the document as requests see it."""
        return self._seen(raw, frozenset())

    def _seen(self, raw: Raw, hidden_above: frozenset[str]) -> Raw:
        if isinstance(raw, bool):
            return raw
        hidden = hidden_above | self._hidden(raw, 0)
        changed: JsonObject = {}
        for keyword, value in raw.items():
            if keyword == "$ref":
                changed.update(self._reference(value, hidden))
            elif keyword not in _NAMES_A_PLACE:
                changed[keyword] = self._seen_value(keyword, value, hidden)
        return changed

    def _reference(self, reference: JsonValue, hidden: frozenset[str]) -> JsonObject:
        if not isinstance(reference, str) or not reference.startswith(DEFINITION_PREFIX):
            # Nothing is fetched from elsewhere.
            return {}
        name = reference.removeprefix(DEFINITION_PREFIX)
        foreign = hidden - self._hidden({"$ref": reference}, 0)
        if not foreign:
            return {"$ref": reference}
        known = next((alias for alias, origin in self._combined.items() if origin == (name, foreign)), None)
        combined = known or f"{name}.{len(self._combined) + 1}"
        self._combined[combined] = (name, foreign)
        return {"$ref": DEFINITION_PREFIX + combined}

    def _seen_value(self, keyword: str, value: JsonValue, hidden: frozenset[str]) -> JsonValue:
        if isinstance(value, dict):
            return self._seen_mapping(keyword, value, hidden)
        if not isinstance(value, list):
            return value
        if keyword == "required":
            return [name for name in value if name not in hidden]
        if keyword in _TOGETHER:
            return [self._below(each, hidden) for each in value]
        return [self._below(each) for each in value] if keyword == "prefixItems" else value

    def _seen_mapping(self, keyword: str, value: JsonObject, hidden: frozenset[str]) -> JsonValue:
        if keyword in _SAME_VALUE:
            return self._below(value, hidden)
        if keyword in _SINGLE:
            return self._below(value)
        if keyword == "properties":
            return {name: True if name in hidden else self._below(each) for name, each in value.items()}
        if keyword == "dependentRequired":
            return {name: self._seen_value("required", each, hidden) for name, each in value.items() if name not in hidden}
        if keyword == "dependentSchemas":
            return {name: self._below(each, hidden) for name, each in value.items() if name not in hidden}
        return {name: self._below(each) for name, each in value.items()} if keyword in _NAMED else value

    def _below(self, raw: JsonValue, hidden: frozenset[str] = frozenset()) -> JsonValue:
        return self._seen(raw, hidden) if isinstance(raw, dict) else raw

    def _hidden(self, raw: JsonObject, depth: int) -> frozenset[str]:
        """Names of the members that are readOnly, those of ``$ref`` and ``allOf`` too."""
        names: set[str] = set()
        properties = raw.get("properties")
        if isinstance(properties, dict):
            names.update(name for name, each in properties.items() if self._is_read_only(each, 0))
        if depth < _MAX_DEPTH:
            for part in self._parts(raw):
                names |= self._hidden(part, depth + 1)
        return frozenset(names)

    def _is_read_only(self, raw: JsonValue, depth: int) -> bool:
        if not isinstance(raw, dict):
            return False
        if raw.get("readOnly") is True:
            return True
        return depth < _MAX_DEPTH and any(self._is_read_only(part, depth + 1) for part in self._parts(raw))

    def _parts(self, raw: JsonObject) -> Iterator[JsonObject]:
        """The target of a ``$ref`` and the branches of ``allOf``: what counts together with the schema itself."""
        reference = raw.get("$ref")
        if isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX):
            target = self._definitions.get(reference.removeprefix(DEFINITION_PREFIX), True)
            if isinstance(target, dict):
                yield target
        branches = raw.get("allOf")
        if isinstance(branches, list):
            yield from (branch for branch in branches if isinstance(branch, dict))
