"""Ways to get a value wrong that its schema does not notice: a text cut off, a number rounded, the wrong choice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from specproof.openapi.schema import JsonValue
from specproof.reference.shapes import Shape

Change = Callable[[JsonValue], JsonValue]

_LONG_TEXT: Final = 10_000
_HEX: Final = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Alteration:
    """One way. ``name`` stands in the mutant's id; ``words`` have ``{}`` for the member (``cuts off the end of {}``)."""

    name: str
    words: str
    change: Change


def alterations(shape: Shape) -> Iterator[Alteration]:
    """The ways that a value of that shape can be got wrong; none for those whose schema leaves no other value."""
    if len(shape.enum) > 1:
        yield _first_choice(shape.enum)
    elif shape.enum:
        return
    elif "boolean" in shape.kinds:
        yield Alteration("altered", "stores the opposite of {}", _negated)
    elif "number" in shape.kinds and "multipleOf" not in shape.flags:
        yield Alteration("altered", "rounds {} down", _rounded_down(shape))
    elif "integer" in shape.kinds and "multipleOf" not in shape.flags:
        yield Alteration("altered", "stores {} one off", _one_off(shape))
    elif shape.is_list:
        yield Alteration("altered", "forgets the last item of {}", _without_last(_count("minItems", shape, 0)))
    elif "string" in shape.kinds:
        yield from _text_alterations(shape)


def other_id(value: JsonValue) -> JsonValue:
    """An id of the same form that is another one."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str) and value:
        last = value[-1]
        if last.isdecimal() and value.isascii() and value.isdecimal():
            return str(int(value) + 1)
        other = _HEX[(_HEX.index(last) + 1) % len(_HEX)] if last in _HEX else "a" if last != "a" else "b"
        return value[:-1] + other
    return value


def _text_alterations(shape: Shape) -> Iterator[Alteration]:
    if shape.format in {"date", "date-time"}:
        yield Alteration("altered", "stores {} a day late", _a_day_late)
        return
    if shape.format or "pattern" in shape.flags:
        return
    least, most = _count("minLength", shape, 0), _count("maxLength", shape, _LONG_TEXT)
    half = most // 2
    if most < _LONG_TEXT and half >= max(least, 1):
        yield Alteration("truncated", f"cuts {{}} to {half} characters", _cut_to(half))
    elif least <= 1:
        yield Alteration("truncated", "cuts off the last character of {}", _without_end)
    yield Alteration("altered", "stores {} in capitals", _in_capitals)


def _first_choice(choices: list[JsonValue]) -> Alteration:
    first = next((choice for choice in choices if choice is not None), None)
    return Alteration(
        "altered", "stores the first choice of {} whatever is sent", lambda value: value if value is None else first
    )


def _negated(value: JsonValue) -> JsonValue:
    return not value if isinstance(value, bool) else value


def _rounded_down(shape: Shape) -> Change:
    def rounded(value: JsonValue) -> JsonValue:
        if not isinstance(value, float) or not math.isfinite(value):
            return value
        return math.floor(value) if _fits(math.floor(value), shape) else value

    return rounded


def _one_off(shape: Shape) -> Change:
    def moved(value: JsonValue) -> JsonValue:
        if isinstance(value, bool) or not isinstance(value, int):
            return value
        return next((other for other in (value + 1, value - 1) if _fits(other, shape)), value)

    return moved


def _fits(number: float, shape: Shape) -> bool:
    flags = shape.flags
    bounds = {name: bound for name, bound in flags.items() if isinstance(bound, (int, float)) and not isinstance(bound, bool)}
    return bounds.get("minimum", number) <= number <= bounds.get("maximum", number) and bounds.get(
        "exclusiveMinimum", -math.inf
    ) < number < bounds.get("exclusiveMaximum", math.inf)


def _without_last(least: int) -> Change:
    return lambda value: value[:-1] if isinstance(value, list) and len(value) > least else value


def _a_day_late(value: JsonValue) -> JsonValue:
    if not isinstance(value, str):
        return value
    try:
        if len(value) == len("2024-01-01"):
            return (date.fromisoformat(value) + timedelta(days=1)).isoformat()
        later = datetime.fromisoformat(value.upper()) + timedelta(days=1)
    except (ValueError, OverflowError):
        return value
    return later.isoformat().replace("+00:00", "Z")


def _cut_to(length: int) -> Change:
    return lambda value: value[:length] if isinstance(value, str) else value


def _without_end(value: JsonValue) -> JsonValue:
    return value[:-1] if isinstance(value, str) and len(value) > 1 else value


def _in_capitals(value: JsonValue) -> JsonValue:
    return value.upper() if isinstance(value, str) and len(value.upper()) == len(value) else value


def _count(keyword: str, shape: Shape, otherwise: int) -> int:
    found = shape.flags.get(keyword)
    return int(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else otherwise
