"""The places of a value at which a schema asks for something: where in the value, where in the schema, what is asked for there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue
from specproof.reference.values.making import Maker, Proofs
from specproof.reference.values.merging import merged
from specproof.reference.values.objects import matches
from specproof.reference.values.places import CannotMakeError, Manner, Place
from specproof.reference.values.views import View, ViewedDefinitions

Path: TypeAlias = "tuple[str | int, ...]"

_MAX_DEPTH: Final = 8
_MAX_SPOTS: Final = 400
_IN_PLACE = frozenset({"$ref", "allOf", "oneOf", "anyOf", "if", "then", "else", "dependentSchemas", "$defs", "not"})
"""Keywords whose schemas are asked for at the same place: each becomes a part of its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """One schema object that counts at a place. ``path`` is where it stands in the self-contained schema."""

    schema: JsonObject
    path: Path


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the value: all that counts there, merged, and part by part; ``whole`` is a valid value that has something there."""

    path: Path
    parts: tuple[Part, ...]
    flat: JsonObject
    value: JsonValue
    whole: JsonValue

    @property
    def pointer(self) -> str:
        """Where in the value, as a JSON pointer."""
        return pointer_of(self.path)

    def changed(self, value: JsonValue) -> JsonValue:
        """The whole value with another value at this place."""
        return put(self.whole, self.path, value)


@dataclass(slots=True)
class Ground:
    """A self-contained schema, compiled, with what makes values for its parts."""

    schema: JsonObject | bool
    proofs: Proofs = field(init=False)
    maker: Maker = field(init=False)

    def __post_init__(self) -> None:
        definitions = self.schema.get("$defs") if isinstance(self.schema, dict) else None
        named = {
            name: each
            for name, each in (definitions.items() if isinstance(definitions, dict) else ())
            if isinstance(each, (dict, bool))
        }
        self.proofs = Proofs(ViewedDefinitions(named, View.WHOLE))
        self.maker = Maker(self.proofs.definitions, self.proofs, "spots", Manner(is_fresh=True))

    def holds(self, value: JsonValue) -> bool:
        """Whether the whole value satisfies the schema."""
        return self.maker.holds(self.schema, value)

    def made(self, schema: JsonObject, path: Path, *, salt: int = 0) -> Iterator[JsonValue]:
        """A value for a part of the schema, or nothing."""
        self.maker.made = 0
        try:
            yield self.maker.make(schema, Place(tuple(map(str, path)), salt=salt))
        except (CannotMakeError, RecursionError):
            return

    def taking(self, part: Part, keyword: str, branch: JsonObject, path: Path) -> Iterator[JsonValue]:
        """A value that takes this branch of a choice, or nothing."""
        return self.made({**{name: each for name, each in part.schema.items() if name != "$defs"}, keyword: [branch]}, path)


def spots(ground: Ground, base: JsonValue) -> Iterator[Spot]:
    """Every place of ``base``, the outer ones first. Optional members and items that it lacks are made up on the way."""
    root = ground.schema
    if not isinstance(root, dict):
        return
    waiting: deque[tuple[Path, tuple[Part, ...], JsonValue]] = deque([((), (Part(root, ()),), base)])
    taken: set[tuple[Path, Path]] = set()
    count = 0
    while waiting and count < _MAX_SPOTS:
        path, roots, whole = waiting.popleft()
        value = get(whole, path)
        parts = tuple(_counting(ground, roots, value))
        flat = _together(parts)
        if value is None and _has_other_type(flat):
            value, whole = _not_null(ground, flat, path, whole)
        spot = Spot(path, parts, flat, value, whole)
        count += 1
        yield spot
        if len(path) < _MAX_DEPTH:
            waiting.extend(_inside(ground, spot))
        waiting.extend((path, roots, whole) for whole in _otherwise(ground, spot, taken))


def _counting(ground: Ground, roots: tuple[Part, ...], value: JsonValue) -> Iterator[Part]:
    """All parts that count where ``roots`` do: through references, ``allOf`` and the branches that ``value`` takes."""
    waiting = deque(roots)
    seen: set[Path] = set()
    while waiting and len(seen) < 64:
        part = waiting.popleft()
        if part.path in seen:
            continue
        seen.add(part.path)
        yield part
        waiting.extend(_beside(ground, part, value))


def _beside(ground: Ground, part: Part, value: JsonValue) -> Iterator[Part]:
    schema = part.schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX):
        name = reference.removeprefix(DEFINITION_PREFIX)
        target = ground.proofs.definitions[name]
        if isinstance(target, dict):
            yield Part(target, ("$defs", name))
    for index, branch in enumerate(_list(schema.get("allOf"))):
        if isinstance(branch, dict):
            yield Part(branch, (*part.path, "allOf", index))
    for keyword in ("oneOf", "anyOf"):
        for index, branch in enumerate(_list(schema.get(keyword))):
            if isinstance(branch, dict) and ground.maker.holds(branch, value):
                yield Part(branch, (*part.path, keyword, index))
                break
    condition = schema.get("if")
    if isinstance(condition, (dict, bool)):
        taken = "then" if ground.maker.holds(condition, value) else "else"
        branch = schema.get(taken)
        if isinstance(branch, dict):
            yield Part(branch, (*part.path, taken))
    for name, branch in _object(schema.get("dependentSchemas")).items():
        if isinstance(branch, dict) and isinstance(value, dict) and name in value:
            yield Part(branch, (*part.path, "dependentSchemas", name))


def _otherwise(ground: Ground, spot: Spot, taken: set[tuple[Path, Path]]) -> Iterator[JsonValue]:
    """Valid whole values that take the branches of a choice which have not been taken at this place."""
    taken.update((spot.path, part.path) for part in spot.parts)
    for part in spot.parts:
        for keyword in ("oneOf", "anyOf"):
            for index, branch in enumerate(_list(part.schema.get(keyword))):
                way = (spot.path, (*part.path, keyword, index))
                if way in taken or not isinstance(branch, dict):
                    continue
                taken.add(way)
                for value in ground.taking(part, keyword, branch, spot.path):
                    whole = spot.changed(value)
                    if ground.holds(whole):
                        yield whole


def _together(parts: tuple[Part, ...]) -> JsonObject:
    whole: JsonObject | bool = {}
    for part in parts:
        whole = merged(whole, {keyword: value for keyword, value in part.schema.items() if keyword not in _IN_PLACE})
    return whole if isinstance(whole, dict) else {}


def _not_null(ground: Ground, flat: JsonObject, path: Path, whole: JsonValue) -> tuple[JsonValue, JsonValue]:
    types = [kind for kind in _list(flat.get("type")) if kind != "null"]
    for value in ground.made({**flat, "type": types}, path):
        changed = put(whole, path, value)
        if ground.holds(changed):
            return value, changed
    return None, whole


def _has_other_type(flat: JsonObject) -> bool:
    return any(kind != "null" for kind in _list(flat.get("type")))


def _inside(ground: Ground, spot: Spot) -> Iterator[tuple[Path, tuple[Part, ...], JsonValue]]:
    """The places below a spot, with a valid whole value that has something there."""
    if isinstance(spot.value, dict):
        names = dict.fromkeys([*spot.value, *_object(spot.flat.get("properties"))])
        for name in names:
            roots = tuple(_member_parts(spot.parts, name))
            if roots:
                yield from _reached(ground, spot, name, roots)
    elif isinstance(spot.value, list):
        prefix = max((len(_list(part.schema.get("prefixItems"))) for part in spot.parts), default=0)
        for index in dict.fromkeys([*range(min(prefix, 8)), prefix]):
            roots = tuple(_item_parts(spot.parts, index))
            if roots:
                yield from _reached(ground, spot, index, roots)


def _reached(
    ground: Ground, spot: Spot, token: str | int, roots: tuple[Part, ...]
) -> Iterator[tuple[Path, tuple[Part, ...], JsonValue]]:
    path = (*spot.path, token)
    if _has(spot.value, token):
        yield path, roots, spot.whole
        return
    schema: JsonObject = {"allOf": [root.schema for root in roots]}
    for value in ground.made(schema, path):
        if isinstance(spot.value, dict):
            changed = spot.changed({**spot.value, str(token): value})
        elif isinstance(spot.value, list) and token == len(spot.value):
            changed = spot.changed([*spot.value, value])
        else:
            return
        if ground.holds(changed):
            yield path, roots, changed


def _member_parts(parts: tuple[Part, ...], name: str) -> Iterator[Part]:
    for part in parts:
        properties = _object(part.schema.get("properties"))
        found = False
        if name in properties:
            found = True
            yield from _part(properties[name], (*part.path, "properties", name))
        for pattern, schema in _object(part.schema.get("patternProperties")).items():
            if matches(pattern, name):
                found = True
                yield from _part(schema, (*part.path, "patternProperties", pattern))
        if not found:
            yield from _part(part.schema.get("additionalProperties"), (*part.path, "additionalProperties"))


def _item_parts(parts: tuple[Part, ...], index: int) -> Iterator[Part]:
    for part in parts:
        prefix = _list(part.schema.get("prefixItems"))
        if index < len(prefix):
            yield from _part(prefix[index], (*part.path, "prefixItems", index))
        else:
            yield from _part(part.schema.get("items"), (*part.path, "items"))


def _part(schema: JsonValue, path: Path) -> Iterator[Part]:
    if isinstance(schema, dict):
        yield Part(schema, path)


def pointer_of(path: Path) -> str:
    """A JSON pointer."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def get(value: JsonValue, path: Path) -> JsonValue:
    """What stands at a place that exists."""
    for token in path:
        if isinstance(value, dict):
            value = value[str(token)]
        elif isinstance(value, list) and isinstance(token, int):
            value = value[token]
    return value


def put(whole: JsonValue, path: Path, value: JsonValue) -> JsonValue:
    """A copy of ``whole`` with another value at a place."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(whole, dict):
        return {**whole, str(first): put(whole.get(str(first)), rest, value)}
    if isinstance(whole, list) and isinstance(first, int):
        return [put(item, rest, value) if index == first else item for index, item in enumerate(whole)]
    return whole


def _has(value: JsonValue, token: str | int) -> bool:
    if isinstance(value, dict):
        return token in value
    return isinstance(value, list) and isinstance(token, int) and token < len(value)


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
