"""A schema as requests see it (without what is readOnly) or as answers see it (without what is writeOnly)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue, bundle_schema
from specproof.reference.values.proving import NAMED_SUBSCHEMAS, SUBSCHEMA, SUBSCHEMAS

_MAX_DEPTH: Final = 8
"""How many references deep a flag is looked for."""
_NAMES_A_PLACE = frozenset({"$id", "$schema", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"})


class View(StrEnum):
    """Which side sends the value."""

    REQUEST = "request"
    RESPONSE = "response"
    WHOLE = "whole"
    """Nothing is left out: for schemas that were cut to a side already."""

    @property
    def hidden(self) -> str:
        """The flag of the properties that this side does not send, "" for none."""
        return {View.REQUEST: "readOnly", View.RESPONSE: "writeOnly"}.get(self, "")


class ViewedDefinitions(Mapping[str, "JsonObject | bool"]):
    """The definitions of a document as one side sees them, each rewritten when it is first asked for. Unknown names allow anything."""

    def __init__(self, definitions: Mapping[str, JsonObject | bool], view: View) -> None:
        self.source = definitions
        self.view = view
        self._known: dict[str, JsonObject | bool] = {}

    def __getitem__(self, name: str) -> JsonObject | bool:
        if name not in self._known:
            self._known[name] = _seen(self.source.get(name, True), self.source, self.view.hidden, frozenset())
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(self.source)

    def __len__(self) -> int:
        return len(self.source)

    def seen(self, raw: JsonObject | bool) -> JsonObject | bool:
        """One schema of the document as this side sees it, not self-contained."""
        return _seen(raw, self.source, self.view.hidden, frozenset())

    def bundled(self, seen: JsonObject | bool) -> JsonObject:
        """A self-contained schema of one that :meth:`seen` gave."""
        return bundle_schema(seen, self)


def _seen(
    raw: JsonObject | bool, definitions: Mapping[str, JsonObject | bool], flag: str, hidden_above: frozenset[str]
) -> JsonObject | bool:
    if isinstance(raw, bool):
        return raw
    hidden = hidden_above | hidden_names(raw, definitions, flag)
    changed: JsonObject = {}
    for keyword, value in raw.items():
        if keyword in _NAMES_A_PLACE or (keyword == "$ref" and not _is_local(value)):
            continue
        if keyword == "required" and isinstance(value, list):
            changed[keyword] = [name for name in value if name not in hidden]
        elif keyword == "dependentRequired" and isinstance(value, dict):
            changed[keyword] = {
                name: [each for each in needed if each not in hidden] if isinstance(needed, list) else needed
                for name, needed in value.items()
            }
        else:
            changed[keyword] = _seen_value(keyword, value, definitions, flag, hidden)
    return changed


def _seen_value(
    keyword: str, value: JsonValue, definitions: Mapping[str, JsonObject | bool], flag: str, hidden: frozenset[str]
) -> JsonValue:
    def below(each: JsonValue, inherited: frozenset[str] = frozenset()) -> JsonValue:
        return _seen(each, definitions, flag, inherited) if isinstance(each, dict) else each

    if keyword in SUBSCHEMA:
        return below(value, hidden if keyword in {"if", "then", "else"} else frozenset())
    if keyword in SUBSCHEMAS and isinstance(value, list):
        return [below(each, frozenset() if keyword == "prefixItems" else hidden) for each in value]
    if keyword in NAMED_SUBSCHEMAS and isinstance(value, dict):
        left_out = hidden if keyword == "properties" else frozenset()
        return {name: below(each) for name, each in value.items() if name not in left_out}
    return value


def _is_local(reference: JsonValue) -> bool:
    return isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX)


def hidden_names(raw: JsonObject, definitions: Mapping[str, JsonObject | bool], flag: str, depth: int = 0) -> frozenset[str]:
    """Names of the properties that carry the flag, those of ``$ref`` and of the branches of ``allOf`` too."""
    if not flag:
        return frozenset()
    names: set[str] = set()
    properties = raw.get("properties")
    if isinstance(properties, dict):
        names.update(name for name, each in properties.items() if _carries(each, definitions, flag, 0))
    if depth < _MAX_DEPTH:
        for branch in _parts(raw, definitions):
            names |= hidden_names(branch, definitions, flag, depth + 1)
    return frozenset(names)


def _carries(raw: JsonValue, definitions: Mapping[str, JsonObject | bool], flag: str, depth: int) -> bool:
    if not isinstance(raw, dict):
        return False
    if raw.get(flag) is True:
        return True
    return depth < _MAX_DEPTH and any(_carries(branch, definitions, flag, depth + 1) for branch in _parts(raw, definitions))


def _parts(raw: JsonObject, definitions: Mapping[str, JsonObject | bool]) -> Iterator[JsonObject]:
    """The target of a ``$ref`` and the branches of ``allOf``: what counts together with the schema itself."""
    reference = raw.get("$ref")
    if isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX):
        target = definitions.get(reference.removeprefix(DEFINITION_PREFIX), True)
        if isinstance(target, dict):
            yield target
    branches = raw.get("allOf")
    if isinstance(branches, list):
        yield from (branch for branch in branches if isinstance(branch, dict))
