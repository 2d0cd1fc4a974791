"""Candidates for values that break one keyword at one place; most stay valid otherwise. The caller proves them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.values.spots import Ground, Part, Spot


def breaking(keyword: str, ground: Ground, spot: Spot, part: Part) -> Iterator[JsonValue]:
    """Values for the place that should break the keyword of that part of the schema, the purest first."""
    broken = _BREAKING.get(keyword)
    return broken(_Breaking(ground, spot, part)) if broken is not None else iter(())


def _without(flat: JsonObject, *keywords: str) -> JsonObject:
    return {name: value for name, value in flat.items() if name not in {*keywords, "examples", "default", "example"}}


def _number(value: float, spot: Spot) -> JsonValue:
    return int(value) if isinstance(spot.value, int) and float(value).is_integer() else value


@dataclass(frozen=True, slots=True)
class _Breaking:
    """The ways to break keywords, one method for each."""

    ground: Ground
    spot: Spot
    part: Part

    def _type(self) -> Iterator[JsonValue]:
        if isinstance(self.spot.value, (int, float)) and not isinstance(self.spot.value, bool):
            yield "text"
            yield None
            yield self.spot.value + 0.5 if float(self.spot.value).is_integer() else "1,5"
            yield []
        elif isinstance(self.spot.value, str):
            yield 7
            yield None
            yield {}
            yield True
        elif isinstance(self.spot.value, dict):
            yield "text"
            yield None
            yield []
            yield 7
        elif isinstance(self.spot.value, list):
            yield {}
            yield None
            yield "text"
            yield self.spot.value[0] if self.spot.value else 7
        else:
            yield "text"
            yield None
            yield 7
            yield {}

    def _enum(self) -> Iterator[JsonValue]:
        members = self.part.schema.get("enum")
        known = members if isinstance(members, list) else [self.part.schema.get("const")]
        if isinstance(self.spot.value, str):
            texts = [each for each in known if isinstance(each, str)]
            yield f"{self.spot.value}x"
            yield from (each.swapcase() for each in texts[:1] if each.swapcase() not in texts)
            yield from self.ground.made({**_without(self.spot.flat, "enum", "const"), "type": "string"}, self.spot.path)
        elif isinstance(self.spot.value, bool):
            yield not self.spot.value
        elif isinstance(self.spot.value, (int, float)):
            numbers = [each for each in known if isinstance(each, (int, float))]
            yield max(numbers, default=0) + 1
            yield min(numbers, default=0) - 1

    def _low(self) -> Iterator[JsonValue]:
        yield from self._beyond(-1)

    def _high(self) -> Iterator[JsonValue]:
        yield from self._beyond(1)

    def _beyond(self, sign: int) -> Iterator[JsonValue]:
        if isinstance(self.spot.value, bool) or not isinstance(self.spot.value, (int, float)):
            return
        exclusive, inclusive = ("exclusiveMaximum", "maximum") if sign > 0 else ("exclusiveMinimum", "minimum")
        step = self.spot.flat.get("multipleOf")
        unit = step if isinstance(step, (int, float)) and not isinstance(step, bool) and step > 0 else 1
        bound = self.part.schema.get(exclusive)
        if isinstance(bound, (int, float)):
            yield _number(bound, self.spot)
            yield _number(bound + sign * unit, self.spot)
        bound = self.part.schema.get(inclusive)
        if isinstance(bound, (int, float)):
            if not isinstance(self.spot.value, int) or "integer" not in str(self.spot.flat.get("type")):
                yield bound + sign * (0.01 if unit == 1 else unit)
            yield _number((math.floor(bound / unit) if sign > 0 else math.ceil(bound / unit)) * unit + sign * unit, self.spot)
            yield _number(bound + sign * 1000 * unit, self.spot)

    def _multiple(self) -> Iterator[JsonValue]:
        step = self.part.schema.get("multipleOf")
        if isinstance(self.spot.value, (int, float)) and isinstance(step, (int, float)) and step:
            is_integer = isinstance(self.spot.value, int) and isinstance(step, int)
            for change in [1, -1] if is_integer else [step / 2, -step / 2, step / 10]:
                yield self.spot.value + change

    def _short(self) -> Iterator[JsonValue]:
        least = self.part.schema.get("minLength")
        if isinstance(self.spot.value, str) and isinstance(least, int) and least > 0:
            flat: JsonObject = {**_without(self.spot.flat, "minLength"), "maxLength": least - 1}
            yield from self.ground.made({**flat, "minLength": least - 1}, self.spot.path)
            yield self.spot.value[: least - 1]
            yield ""

    def _long(self) -> Iterator[JsonValue]:
        most = self.part.schema.get("maxLength")
        if isinstance(self.spot.value, str) and isinstance(most, int) and most < 100_000:
            flat: JsonObject = {**_without(self.spot.flat, "maxLength"), "minLength": most + 1}
            yield from self.ground.made({**flat, "maxLength": most + 1}, self.spot.path)
            yield from self.ground.made({**flat, "minLength": most + 50, "maxLength": most + 50}, self.spot.path)
            yield (self.spot.value + "x" * (most + 1))[: most + 1]

    def _pattern(self) -> Iterator[JsonValue]:
        if isinstance(self.spot.value, str):
            value = self.spot.value
            yield from (value[:-1] + mark for mark in "!x0 " if value)
            yield from (mark + value[1:] for mark in "!x0 " if value)
            yield from ("!" * max(len(value), 1), value + "!", "!" + value, value + "\n", "")
            yield from self.ground.made({"type": "string", **_without(self.spot.flat, "pattern")}, self.spot.path)

    def _format(self) -> Iterator[JsonValue]:
        if isinstance(self.spot.value, str):
            yield {"date": "2023-02-30", "date-time": "2023-02-30T10:00:00Z", "time": "25:61:00Z", "ipv4": "300.1.2.3"}.get(
                str(self.part.schema.get("format")), "not valid"
            )
            yield "yesterday @@ %%"
            yield ("@ " * len(self.spot.value))[: len(self.spot.value)]

    def _required(self) -> Iterator[JsonValue]:
        names = self.part.schema.get("required")
        if isinstance(self.spot.value, dict) and isinstance(names, list):
            for left_out in names:
                yield {name: each for name, each in self.spot.value.items() if name != left_out}

    def _extra(self) -> Iterator[JsonValue]:
        if isinstance(self.spot.value, dict):
            yield {**self.spot.value, "unexpected": "value"}
            yield {**self.spot.value, "Unexpected-2": 7}
            yield {**self.spot.value, "unexpected": None}

    def _few_members(self) -> Iterator[JsonValue]:
        least = self.part.schema.get("minProperties")
        if isinstance(self.spot.value, dict) and isinstance(least, int) and least > 0:
            kept = self.spot.flat.get("required")
            needed = kept if isinstance(kept, list) else []
            names = sorted(self.spot.value, key=lambda name: name not in needed)[: least - 1]
            yield {name: self.spot.value[name] for name in names}

    def _many_members(self) -> Iterator[JsonValue]:
        most = self.part.schema.get("maxProperties")
        if isinstance(self.spot.value, dict) and isinstance(most, int) and most < 1_000:
            yield from self.ground.made({**_without(self.spot.flat, "maxProperties"), "minProperties": most + 1}, self.spot.path)
            yield {**self.spot.value, **{f"key{number}": "value" for number in range(most + 1)}}

    def _names(self) -> Iterator[JsonValue]:
        if isinstance(self.spot.value, dict):
            member = next(iter(self.spot.value.values()), "value")
            for name in ("", "!", "a b", "Z" * 300, "0"):
                yield {**self.spot.value, name: member}

    def _dependent(self) -> Iterator[JsonValue]:
        needs = self.part.schema.get("dependentRequired")
        if isinstance(self.spot.value, dict) and isinstance(needs, dict):
            for name, needed in needs.items():
                for other in needed if isinstance(needed, list) and name in self.spot.value else ():
                    yield {key: each for key, each in self.spot.value.items() if key != other}

    def _few_items(self) -> Iterator[JsonValue]:
        least = self.part.schema.get("minItems")
        if isinstance(self.spot.value, list) and isinstance(least, int) and least > 0:
            yield self.spot.value[: least - 1]
            yield []

    def _many_items(self) -> Iterator[JsonValue]:
        most = self.part.schema.get("maxItems")
        if isinstance(self.spot.value, list) and isinstance(most, int) and most < 1_000:
            yield from self.ground.made(
                {**_without(self.spot.flat, "maxItems"), "minItems": most + 1, "maxItems": most + 1}, self.spot.path
            )
            if self.spot.value:
                yield (self.spot.value * (most + 1))[: most + 1]

    def _same_items(self) -> Iterator[JsonValue]:
        if isinstance(self.spot.value, list) and self.spot.value and self.part.schema.get("uniqueItems") is True:
            yield [*self.spot.value, self.spot.value[0]]
            yield [self.spot.value[0]] * max(len(self.spot.value), 2)

    def _not_containing(self) -> Iterator[JsonValue]:
        if isinstance(self.spot.value, list):
            wanted = self.part.schema.get("contains")
            if isinstance(wanted, dict):
                yield [item for item in self.spot.value if not self.ground.maker.holds(wanted, item)]
            item = self.spot.flat.get("items", True)
            yield from ([each] for each in self.ground.made({"allOf": [item, {"not": wanted}]}, self.spot.path))

    def _wrong_branch(self) -> Iterator[JsonValue]:
        discriminator = self.part.schema.get("discriminator")
        name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        if isinstance(self.spot.value, dict):
            if isinstance(name, str) and name in self.spot.value:
                yield {**self.spot.value, name: "unknown"}
            yield {}
            yield {"unexpected": "value"}
        yield [[]]
        yield "not one of them"

    def _matching_not(self) -> Iterator[JsonValue]:
        forbidden = self.part.schema.get("not")
        if isinstance(forbidden, dict) and forbidden:
            yield from self.ground.made({"allOf": [self.spot.flat, forbidden]}, self.spot.path)
            yield from self.ground.made(forbidden, self.spot.path)


_BREAKING: Final[Mapping[str, Callable[[_Breaking], Iterator[JsonValue]]]] = MappingProxyType(
    {
        "type": _Breaking._type,
        "enum": _Breaking._enum,
        "const": _Breaking._enum,
        "minimum": _Breaking._low,
        "exclusiveMinimum": _Breaking._low,
        "maximum": _Breaking._high,
        "exclusiveMaximum": _Breaking._high,
        "multipleOf": _Breaking._multiple,
        "minLength": _Breaking._short,
        "maxLength": _Breaking._long,
        "pattern": _Breaking._pattern,
        "format": _Breaking._format,
        "required": _Breaking._required,
        "additionalProperties": _Breaking._extra,
        "unevaluatedProperties": _Breaking._extra,
        "minProperties": _Breaking._few_members,
        "maxProperties": _Breaking._many_members,
        "propertyNames": _Breaking._names,
        "dependentRequired": _Breaking._dependent,
        "minItems": _Breaking._few_items,
        "maxItems": _Breaking._many_items,
        "uniqueItems": _Breaking._same_items,
        "contains": _Breaking._not_containing,
        "oneOf": _Breaking._wrong_branch,
        "anyOf": _Breaking._wrong_branch,
        "not": _Breaking._matching_not,
    }
)
