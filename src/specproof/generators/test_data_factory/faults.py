"""Bad values: for one keyword of one place, the values that should break exactly this keyword. Nothing here is proven."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from specproof.generators.test_data_factory import fresh
from specproof.generators.test_data_factory.numbers import LARGEST_EXACT, exact, plain_number
from specproof.generators.test_data_factory.patterns import layouts
from specproof.generators.test_data_factory.places import Said, Shape
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.spots import characters
from specproof.openapi.findings import Severity
from specproof.openapi.schema import JsonValue

MAX_TEXT = 65_536
"""Longer texts are not sent: a proxy may refuse them, whatever the API says."""

_MAX_ITEMS = 1_000
_MAX_ENUM = 500
_MAX_MEMBERS = 100

WRONG_TEXT = "not-of-this-type"
"""What stands where no text may be: a word that is nobody's name."""


@dataclass(frozen=True, slots=True)
class Bad:
    """Candidates for one fault: the keyword, what a slug and a phrase say of it, and the values to try in turn."""

    keyword: str
    pointer: str
    suffix: str
    phrase: str
    values: tuple[JsonValue, ...]
    severity: Severity = Severity.MAJOR


# These mean the same in any case (RFC 5646, section 2.1.1).
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?-([A-Z]{2}|[0-9]{3})")
_GROSS_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": ("2023-02-30", "not-a-date"),
    "date-time": ("2023-02-30T25:61:00Z", "not-a-date-time"),
    "time": ("25:61:00", "not-a-time"),
    "email": ("no-at-sign.example.com", "a@@example.com"),
    "idn-email": ("no-at-sign.example.com",),
    "uuid": ("not-a-uuid", "00000000-0000-0000-0000-00000000000g"),
    "uri": ("not a uri",),
    "iri": ("not a uri",),
    "uri-reference": ("not a \\ uri",),
    "hostname": ("-not-a-host-.example",),
    "ipv4": ("999.0.2.1",),
    "ipv6": ("2001:db8:::1",),
    "duration": ("three days",),
    "json-pointer": ("no/leading/slash",),
    "regex": ("(",),
}


def bad_values(shape: Shape, value: JsonValue, seed: Seed) -> Iterator[Bad]:
    """Everything that could be wrong with ``value`` (a valid one of ``shape``), one entry per constraint keyword."""
    yield from _wrong_types(shape, value)
    for rule in _RULES:
        yield from rule(shape, value, seed)


def _wrong_types(shape: Shape, value: JsonValue) -> Iterator[Bad]:
    """One value of another type, and null where it is not allowed."""
    stated = shape.said("type")
    if not stated:
        return
    pointer = stated[0].pointer
    wrong: list[JsonValue] = []
    if "object" not in shape.types:
        wrong.append({"unexpected": "object"})
    if "string" not in shape.types:
        # A word is the error that clients really make; it cannot be read as a number, a boolean or an object.
        wrong.insert(0, WRONG_TEXT)
    if "array" not in shape.types:
        wrong.append(["unexpected", "array"])
    yield Bad("type", pointer, "wrong_type", f"not of type {_kinds(shape)}", tuple(wrong))
    if "number" in shape.types and "boolean" not in shape.types:
        # In some languages true is the number 1; in JSON it is none. Whole numbers have cases enough: there a word does.
        yield Bad("type", pointer, "boolean", "set to true, which is no number", (True,))
    if "null" not in shape.types and value is not None:
        yield Bad("type", pointer, "null", "set to null", (None,))


def _not_listed(shape: Shape, value: JsonValue, seed: Seed) -> Iterator[Bad]:
    for keyword in ("enum", "const"):
        for said in shape.said(keyword)[:1]:
            members = said.value if keyword == "enum" and isinstance(said.value, list) else [said.value]
            if len(members) <= _MAX_ENUM:
                yield Bad(
                    keyword, said.pointer, "not_allowed", "outside of the allowed values", tuple(_strangers(members, value, seed))
                )
                other = value.swapcase() if isinstance(value, str) and value.isascii() else value
                if other not in members and not _LANGUAGE_TAG.fullmatch(str(value)):
                    yield Bad(keyword, said.pointer, "other_case", "of an allowed value in the other case", (other,))


def _strangers(members: list[JsonValue], value: JsonValue, seed: Seed) -> Iterator[JsonValue]:
    """Values of the same type as ``value`` that are no members."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        numbers = [member for member in members if isinstance(member, (int, float)) and not isinstance(member, bool)]
        yield int(max(numbers, default=0)) + 1
        yield int(min(numbers, default=0)) - 1
    elif isinstance(value, str):
        yield "not_a_member"
        # Where a pattern or length limit applies too, a twisted member may still satisfy it.
        yield value[:-1] + ("x" if not value.endswith("x") else "y")
        yield seed.at("stranger").draw(fresh.LETTERS, len(value))


def _numbers(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Bad]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    steps = [exact(s.value) for s in shape.said("multipleOf") if isinstance(s.value, (int, float)) and s.value > 0]
    step = steps[0] if steps else Fraction(1) if "number" not in shape.types else Fraction(1, 100)
    for keyword, sign, is_exclusive, word in (
        ("minimum", -1, False, "below the minimum"),
        ("exclusiveMinimum", -1, True, "not above the exclusive minimum"),
        ("maximum", 1, False, "above the maximum"),
        ("exclusiveMaximum", 1, True, "not below the exclusive maximum"),
    ):
        said = strictest(shape, keyword, sign)
        if said is not None and isinstance(said.value, (int, float)) and abs(said.value) < LARGEST_EXACT:
            bound = exact(said.value)
            outside = [bound] if is_exclusive else []
            # The next multiple outside, then plain distances: the validator tells which of them is outside *and* well-formed.
            nearest = (bound // step if sign < 0 else -(-bound // step)) * step
            outside += [n for n in (nearest, nearest + sign * step, bound + sign, bound + sign * 10) if (n - bound) * sign > 0]
            numbers = tuple(plain_number(number) for number in outside)
            yield Bad(keyword, said.pointer, _suffix(keyword), f"{word} of {said.value}", numbers)
    for said in shape.said("multipleOf")[:1]:
        if isinstance(said.value, (int, float)):
            off = [exact(value) + exact(said.value) / 2, exact(value) + 1, exact(value) - 1]
            numbers = tuple(plain_number(n) for n in off)
            yield Bad("multipleOf", said.pointer, "not_a_multiple", f"not a multiple of {said.value}", numbers)


def _lengths(shape: Shape, value: JsonValue, seed: Seed) -> Iterator[Bad]:
    if not isinstance(value, str):
        return
    low, high = strictest(shape, "minLength", -1), strictest(shape, "maxLength", 1)
    pattern = next(iter(shape.texts("pattern")), None)
    if low is not None and isinstance(low.value, int) and 0 < low.value <= MAX_TEXT:
        count = low.value - 1
        texts = (value[:count], *_of_pattern(pattern, count, seed), "a" * count)
        yield Bad(
            "minLength",
            low.pointer,
            "too_short",
            "empty" if low.value == 1 else f"shorter than {characters(low.value)}",
            tuple(dict.fromkeys(texts)),
        )
    if high is not None and isinstance(high.value, int) and high.value < MAX_TEXT:
        count = high.value + 1
        texts = (*_stretched(value, count), *_of_pattern(pattern, count, seed), "a" * count)
        yield Bad("maxLength", high.pointer, "too_long", f"longer than {characters(high.value)}", tuple(dict.fromkeys(texts)))


def _stretched(value: str, count: int) -> tuple[str, ...]:
    """``value`` made ``count`` characters long: the local part of an address, the end of everything else."""
    missing = count - len(value)
    if missing <= 0:
        return ()
    if "@" in value:
        return ("a" * missing + value,)
    return (value + "a" * missing, value + "1" * missing)


def _of_pattern(pattern: str | None, count: int, seed: Seed) -> tuple[str, ...]:
    """A string of the pattern with exactly ``count`` characters, if there is one."""
    if pattern is None or count > 2_000:
        return ()
    return tuple(fresh.sample(parts, seed.at("length")) for parts in layouts(pattern, count, count))[:3]


def _patterns(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Bad]:
    for said in shape.said("pattern")[:1] if isinstance(value, str) else ():
        yield Bad("pattern", said.pointer, "pattern_mismatch", "not of the pattern", tuple(_near_misses(str(value))))


def _near_misses(value: str) -> Iterator[str]:
    """``value`` with one character broken, of the same length where possible, so that only the pattern can object."""
    for char in "!~_ ":
        yield value[:-1] + char
        yield char + value[1:]
        middle = len(value) // 2
        yield value[:middle] + char + value[middle + 1 :]
    for char in "!a0-":
        yield char * max(1, len(value))
    yield value + "!"
    yield "!" + value
    yield value[:-1]


def _formats(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Bad]:
    for said in shape.said("format")[:1] if isinstance(value, str) else ():
        texts = _GROSS_FORMATS.get(str(said.value), ())
        if texts:
            name = str(said.value)
            yield Bad("format", said.pointer, f"not_{name.replace('-', '_')}", f"not of the format {name}", texts, Severity.MINOR)


def _arrays(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Bad]:
    if not isinstance(value, list):
        return
    low, high = strictest(shape, "minItems", -1), strictest(shape, "maxItems", 1)
    if low is not None and isinstance(low.value, int) and 0 < low.value <= _MAX_ITEMS:
        yield Bad("minItems", low.pointer, "too_few", f"with fewer than {low.value} items", (value[: low.value - 1],))
    if high is not None and isinstance(high.value, int) and high.value < _MAX_ITEMS and value:
        yield Bad(
            "maxItems", high.pointer, "too_many", f"with more than {high.value} items", tuple(_longer(value, high.value + 1))
        )
    for said in shape.said("uniqueItems")[:1]:
        if said.value is True and value:
            is_full = high is not None and isinstance(high.value, int) and high.value <= len(value)
            twice = [*value[:-1], value[0]] if is_full else [*value, value[0]]
            yield Bad("uniqueItems", said.pointer, "repeated", "with an item twice", (twice,) if len(twice) > 1 else ())


def _longer(value: list[JsonValue], count: int) -> Iterator[list[JsonValue]]:
    """``value`` with ``count`` members: varied so that ``uniqueItems`` holds, else repeated."""
    missing = count - len(value)
    first = value[0]
    if isinstance(first, str):
        yield [*value, *(f"{first}{index}" for index in range(missing))]
    elif isinstance(first, (int, float)) and not isinstance(first, bool):
        yield [*value, *(max(v for v in value if isinstance(v, (int, float))) + 1 + index for index in range(missing))]
    yield [*value, *([first] * missing)]


def _objects(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Bad]:
    """Too few members, or too many."""
    if not isinstance(value, dict):
        return
    low, high = strictest(shape, "minProperties", -1), strictest(shape, "maxProperties", 1)
    if low is not None and isinstance(low.value, int) and 0 < low.value <= len(value):
        fewer: JsonValue = dict(list(value.items())[: low.value - 1])
        yield Bad("minProperties", low.pointer, "too_few_members", f"with fewer than {low.value} members", (fewer,))
    if high is not None and isinstance(high.value, int) and len(value) <= high.value < _MAX_MEMBERS:
        extra: dict[str, JsonValue] = {f"specproof_{index}": "x" for index in range(high.value + 1 - len(value))}
        yield Bad(
            "maxProperties", high.pointer, "too_many_members", f"with more than {high.value} members", ({**value, **extra},)
        )


_RULES: tuple[Callable[[Shape, JsonValue, Seed], Iterator[Bad]], ...] = (
    _not_listed,
    _numbers,
    _lengths,
    _patterns,
    _formats,
    _arrays,
    _objects,
)


def strictest(shape: Shape, keyword: str, sign: int) -> Said | None:
    """The statement of a bound that is hardest to satisfy: the largest lower one, the smallest upper one."""
    stated = [s for s in shape.said(keyword) if isinstance(s.value, (int, float)) and not isinstance(s.value, bool)]
    return max(stated, key=lambda said: -sign * float(str(said.value)), default=None)


def _suffix(keyword: str) -> str:
    return "too_small" if "inimum" in keyword else "too_large"


def _kinds(shape: Shape) -> str:
    return " or ".join(shape.types)
