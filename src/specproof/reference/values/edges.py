"""Whole values that stand exactly on what a schema still allows, proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.values.spots import Ground, Spot, spots

Edge: TypeAlias = "tuple[str, JsonValue]"

_MAX_ENUM: Final = 12
_LONG: Final = 5_000
_UNICODE: Final = "\u00e9\u4e2d\u6587 \u0416\U0001f600"


@dataclass(frozen=True, slots=True)
class Boundary:
    """One value on the edge. ``keyword`` says which edge; those that are no keywords: ``unicode``, ``long``, ``null``, ``optional``."""

    pointer: str
    keyword: str
    value: JsonValue


def boundaries(schema: JsonObject | bool, base: JsonValue, cap: int = 200) -> Iterator[Boundary]:
    """Valid values on the edges of a self-contained schema, at most ``cap``; ``base`` is a valid value."""
    ground = Ground(schema)
    if not ground.holds(base):
        return
    count = 0
    for spot in spots(ground, base):
        seen: list[JsonValue] = [spot.whole]
        for keyword, value in _edges(ground, spot):
            whole = spot.changed(value)
            if any(_is_same(whole, each) for each in seen) or not ground.holds(whole):
                continue
            seen.append(whole)
            yield Boundary(spot.pointer, keyword, whole)
            count += 1
            if count >= cap:
                return


def _is_same(first: JsonValue, second: JsonValue) -> bool:
    return first == second and repr(first) == repr(second)


def _edges(ground: Ground, spot: Spot) -> Iterator[Edge]:
    members = spot.flat.get("enum")
    if isinstance(members, list):
        yield from (("enum", member) for member in members[:_MAX_ENUM])
    kinds = spot.flat.get("type")
    if spot.value is None or isinstance(kinds, list) or (kinds is None and spot.path):
        yield "null", None
    if isinstance(spot.value, bool):
        yield from (("type", value) for value in (True, False))
    elif isinstance(spot.value, (int, float)):
        yield from _of_number(spot)
    elif isinstance(spot.value, str):
        yield from _of_text(ground, spot)
    elif isinstance(spot.value, list):
        yield from _of_array(ground, spot)
    elif isinstance(spot.value, dict):
        yield from _of_object(ground, spot)
    yield from _other_branches(ground, spot)


def _of_number(spot: Spot) -> Iterator[Edge]:
    flat = spot.flat
    step = flat.get("multipleOf")
    unit: int | float = step if isinstance(step, (int, float)) and not isinstance(step, bool) else 1
    for keyword, sign in (("minimum", 1), ("maximum", -1)):
        bound = flat.get(keyword)
        if isinstance(bound, (int, float)):
            yield keyword, bound
            yield keyword, bound + sign * unit
    for keyword, sign in (("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
        bound = flat.get(keyword)
        if isinstance(bound, (int, float)):
            yield keyword, bound + sign * 0.01
            yield keyword, bound + sign * unit
    for number in (0, -1, 1, 2**31):
        yield "type", number
    if "integer" not in str(flat.get("type")):
        yield "type", 0.5


def _of_text(ground: Ground, spot: Spot) -> Iterator[Edge]:
    flat: JsonObject = {name: value for name, value in spot.flat.items() if name not in {"examples", "example", "default"}}
    least, most = flat.get("minLength"), flat.get("maxLength")
    for keyword, bound in (("minLength", least), ("maxLength", most)):
        if isinstance(bound, int) and bound <= 100_000:
            for value in ground.made({**flat, "minLength": bound, "maxLength": bound}, spot.path):
                yield keyword, value
    yield "minLength", ""
    room = most if isinstance(most, int) else 40
    floor = least if isinstance(least, int) else 0
    yield "unicode", (_UNICODE * (floor // len(_UNICODE) + 1))[: max(min(room, 8), floor)]
    if not isinstance(most, int):
        yield "long", "long " * (_LONG // 5)
    for salt in (1, 2):
        for value in ground.made(flat, spot.path, salt=salt):
            yield "pattern" if "pattern" in flat else "type", value


def _of_array(ground: Ground, spot: Spot) -> Iterator[Edge]:
    yield "minItems", []
    for keyword in ("minItems", "maxItems"):
        bound = spot.flat.get(keyword)
        if isinstance(bound, int) and 0 < bound <= 200:
            for value in ground.made({**spot.flat, "minItems": bound, "maxItems": bound}, spot.path):
                yield keyword, value
    if spot.flat.get("maxItems") is None:
        for value in ground.made({**spot.flat, "minItems": 3}, spot.path):
            yield "items", value
    if isinstance(spot.value, list) and spot.value and spot.flat.get("uniqueItems") is not True:
        yield "uniqueItems", [spot.value[0], spot.value[0]]


def _of_object(ground: Ground, spot: Spot) -> Iterator[Edge]:
    if not isinstance(spot.value, dict):
        return
    needed = spot.flat.get("required")
    required = [name for name in needed if isinstance(name, str)] if isinstance(needed, list) else []
    lean: JsonObject = {name: value for name, value in spot.value.items() if name in required}
    yield "required", lean
    optional = [name for name in spot.value if name not in required]
    for name in optional:
        yield "optional", {**lean, name: spot.value[name]}
    for left_out in optional:
        yield "optional", {name: value for name, value in spot.value.items() if name != left_out}
    properties = spot.flat.get("properties")
    for name in properties if isinstance(properties, dict) else ():
        if name not in spot.value:
            for value in ground.made({"allOf": [properties[name]]} if isinstance(properties, dict) else {}, (*spot.path, name)):
                yield "optional", {**spot.value, name: value}
    yield "additionalProperties", {**spot.value, "unexpected": "value"}


def _other_branches(ground: Ground, spot: Spot) -> Iterator[Edge]:
    """A value for each branch of a choice."""
    for part in spot.parts:
        for keyword in ("oneOf", "anyOf"):
            branches = part.schema.get(keyword)
            for branch in branches if isinstance(branches, list) else ():
                if isinstance(branch, dict):
                    for value in ground.taking(part, keyword, branch, spot.path):
                        yield keyword, value
