"""Making objects: which members, under which names, of which schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Protocol

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.values.drawing import Draw
from specproof.reference.values.merging import merged
from specproof.reference.values.patterns import matching_texts
from specproof.reference.values.places import CannotMakeError, Manner, Place

_OPTIONAL_DEPTH: Final = 4
_GENEROUS_UNTIL: Final = 300
_MAX_MEMBERS: Final = 500


class Making(Protocol):
    """What makes the values of members."""

    @property
    def made(self) -> int:
        """How many places it has filled."""
        ...

    @property
    def manner(self) -> Manner:
        """How values are to be made."""
        ...

    def make(self, raw: JsonValue, place: Place) -> JsonValue:
        """A value for a schema."""
        ...

    def draw(self, place: Place) -> Draw:
        """The choices of a place."""
        ...

    def holds(self, schema: JsonObject | bool, value: JsonValue) -> bool:
        """Whether the value satisfies the schema."""
        ...


def make_object(maker: Making, flat: JsonObject, place: Place) -> JsonValue:
    """An object for ``flat``: the required members, and with a full manner the optional ones too."""
    properties = _named(flat.get("properties"))
    required = _required_names(flat)
    most = flat.get("maxProperties")
    room = int(most) if isinstance(most, (int, float)) and not isinstance(most, bool) else _MAX_MEMBERS
    made: JsonObject = {}
    for name in required:
        made[name] = maker.make(member_schema(flat, name), place.below(name))
    is_generous = maker.manner.is_full and place.depth < _OPTIONAL_DEPTH
    for name in properties if is_generous else ():
        if name in made or len(made) >= room or maker.made > _GENEROUS_UNTIL or _leads_back(properties[name], place):
            continue
        try:
            made[name] = maker.make(member_schema(flat, name), place.below(name))
        except CannotMakeError:
            continue
    _complete(maker, flat, place, made)
    dependent = _named(flat.get("dependentSchemas"))
    asked = [schema for name, schema in dependent.items() if name in made]
    if asked:
        rest: JsonObject = {keyword: value for keyword, value in flat.items() if keyword != "dependentSchemas"}
        return maker.make({"allOf": [rest, *asked]}, place)
    return {name: made[name] for name in [*properties, *made] if name in made}


def member_schema(flat: JsonObject, name: str) -> JsonValue:
    """What a member of that name has to satisfy: its own schema, those of matching patterns, else that of additional ones."""
    schemas: list[JsonValue] = []
    properties = _named(flat.get("properties"))
    if name in properties:
        schemas.append(properties[name])
    schemas.extend(schema for pattern, schema in _named(flat.get("patternProperties")).items() if matches(pattern, name))
    if not schemas:
        return flat.get("additionalProperties", flat.get("unevaluatedProperties", True))
    return schemas[0] if len(schemas) == 1 else {"allOf": schemas}


def _complete(maker: Making, flat: JsonObject, place: Place, made: JsonObject) -> None:
    """Add what ``dependentRequired`` and ``minProperties`` ask for."""
    for _ in range(8):
        missing = [
            other
            for name, others in _named(flat.get("dependentRequired")).items()
            if name in made and isinstance(others, list)
            for other in others
            if isinstance(other, str) and other not in made
        ]
        if not missing:
            break
        for name in missing:
            made[name] = maker.make(member_schema(flat, name), place.below(name))
    least = flat.get("minProperties")
    wanted = int(least) if isinstance(least, (int, float)) and not isinstance(least, bool) else 0
    is_map = "properties" not in flat and isinstance(flat.get("additionalProperties"), dict)
    if is_map and maker.manner.is_full and place.depth < _OPTIONAL_DEPTH:
        wanted = max(wanted, 1)
    if len(made) < wanted:
        _add_members(maker, flat, place, made, min(wanted, _MAX_MEMBERS))


def _add_members(maker: Making, flat: JsonObject, place: Place, made: JsonObject, wanted: int) -> None:
    asked = flat.get("propertyNames")
    for name in _free_names(maker, flat, place, wanted):
        if len(made) >= wanted:
            return
        if name in made or (isinstance(asked, dict) and not maker.holds(asked, name)):
            continue
        try:
            made[name] = maker.make(member_schema(flat, name), place.below(name))
        except CannotMakeError:
            continue


def _free_names(maker: Making, flat: JsonObject, place: Place, wanted: int) -> Iterator[str]:
    """Names that a member may have: optional properties, then names that the patterns and ``propertyNames`` allow."""
    yield from _named(flat.get("properties"))
    asked = flat.get("propertyNames")
    for salt in range(wanted + 4):
        if isinstance(asked, dict):
            name = maker.make(merged({"type": "string"}, {"allOf": [asked]}), place.below("name", salt))
            if isinstance(name, str):
                yield name
        for pattern in _named(flat.get("patternProperties")):
            yield from matching_texts(pattern, maker.draw(place.below(pattern, salt)))
        yield f"key{salt + 1}"


def _required_names(flat: JsonObject) -> list[str]:
    names = flat.get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _leads_back(schema: JsonValue, place: Place) -> bool:
    """Whether an optional member would begin a definition again that we are in."""
    if not isinstance(schema, dict):
        return False
    for inner in (schema, schema.get("items")):
        reference = inner.get("$ref") if isinstance(inner, dict) else None
        if isinstance(reference, str) and reference.rsplit("/", 1)[-1] in place.within:
            return True
    return False


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern of ``patternProperties`` names a member of that name."""
    try:
        return re.search(pattern, name) is not None
    except (re.error, RecursionError, OverflowError):
        return False


def _named(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
