"""Candidates for strings and numbers: the caller proves them."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.values.drawing import Draw
from specproof.reference.values.patterns import matching_texts

_MAX_LENGTH: Final = 200_000
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_INT32: Final = 2**31 - 1
_SAFE_INTEGER: Final = 2**53 - 1


def texts(schema: JsonObject, name: str, draw: Draw) -> Iterator[str]:
    """Strings for the schema, the most natural first. ``name`` is that of the property, for people's sake."""
    least = _count(schema.get("minLength"), 0)
    most = _count(schema.get("maxLength"), None)
    if least is None or least > _MAX_LENGTH:
        return
    pattern = schema.get("pattern")
    kind = schema.get("format")
    written = _FORMATS.get(kind) if isinstance(kind, str) else None
    if written is not None:
        yield written(draw)
        yield from (padded(written(draw), kind, least, most) for _ in range(1) if isinstance(kind, str))
    if isinstance(pattern, str):
        yield from matching_texts(pattern, draw, least, most)
    if written is None:
        yield fitted(name, draw, least, most)


def fitted(name: str, draw: Draw, least: int, most: int | None) -> str:
    """Plain text of the wanted length that differs with the draw."""
    word = _NOT_PLAIN.sub(" ", name.lower()).strip()[:24].strip() or "text"
    text = f"{word} {draw.hexadecimal(6)}"
    if len(text) < least:
        text += " " + draw.next().hexadecimal(least)
        text = text[:least]
    if most is not None and len(text) > most:
        text = draw.hexadecimal(most)
    return text


def padded(text: str, kind: str, least: int, most: int | None) -> str:
    """A formatted text made longer or shorter, where the format lets it."""
    if len(text) < least and kind in {"email", "idn-email"}:
        return "a" * (least - len(text)) + text
    if len(text) < least and kind in {"uri", "uri-reference", "iri", "url"}:
        return text + "a" * (least - len(text))
    if most is not None and len(text) > most:
        if kind in {"email", "idn-email"}:
            return f"{text[:1]}@b.cc"[: max(most, 5)]
        return text[:most]
    if len(text) < least:
        return text + text[-1:] * (least - len(text))
    return text


def numbers(schema: JsonObject, *, is_integer: bool, draw: Draw, is_fresh: bool) -> Iterator[JsonValue]:
    """Numbers for the schema: small and round ones first, or freely drawn ones."""
    low, high = number_range(schema, is_integer=is_integer)
    step = schema.get("multipleOf")
    if isinstance(step, (int, float)) and not isinstance(step, bool) and step > 0:
        yield from _multiples(low, high, Decimal(str(step)), is_integer=is_integer, draw=draw)
        return
    if is_integer:
        yield from _integers(low, high, draw, is_fresh=is_fresh)
    else:
        yield from _reals(low, high, draw, is_fresh=is_fresh)


def number_range(schema: JsonObject, *, is_integer: bool) -> tuple[Decimal | None, Decimal | None]:
    """The least and the greatest number that the schema's bounds allow; for other than integers a hair inside of exclusive ones."""
    hair = Decimal(1) if is_integer else Decimal("0.01")
    lows = [_decimal(schema.get("minimum")), _shifted(schema.get("exclusiveMinimum"), hair, is_integer=is_integer)]
    highs = [_decimal(schema.get("maximum")), _shifted(schema.get("exclusiveMaximum"), -hair, is_integer=is_integer)]
    if is_integer:
        limit = _INT32 if schema.get("format") == "int32" else None
        lows.append(Decimal(-limit) if limit else None)
        highs.append(Decimal(limit) if limit else None)
    low = max((each for each in lows if each is not None), default=None)
    high = min((each for each in highs if each is not None), default=None)
    return low, high


def _shifted(bound: JsonValue, hair: Decimal, *, is_integer: bool) -> Decimal | None:
    number = _decimal(bound)
    if number is None:
        return None
    if is_integer:
        return Decimal(math.floor(number) + 1) if hair > 0 else Decimal(math.ceil(number) - 1)
    return number + hair


def _integers(low: Decimal | None, high: Decimal | None, draw: Draw, *, is_fresh: bool) -> Iterator[JsonValue]:
    least = math.ceil(low) if low is not None else None
    most = math.floor(high) if high is not None else None
    start = least if least is not None and (least > 0 or is_fresh) else (1 if most is None or most >= 1 else most)
    if is_fresh or draw.salt:
        first = least if least is not None else min(1, most if most is not None else 1)
        last = min(most if most is not None else first + 9_999, max(first, 0) + _SAFE_INTEGER)
        if first <= last:
            yield first + draw.below(min(last - first + 1, 100_000))
    if start is not None:
        yield start
    yield from (each for each in (least, most) if each is not None)


def _reals(low: Decimal | None, high: Decimal | None, draw: Draw, *, is_fresh: bool) -> Iterator[JsonValue]:
    first = low if low is not None else (min(Decimal(1), high) if high is not None else Decimal(1))
    last = high if high is not None else first + 1_000
    if first > last:
        # An exclusive bound whose hair is wider than the room.
        yield float((first + last) / 2)
        return
    if is_fresh or draw.salt:
        cents = min(int((last - first) * 100) + 1, 1_000_000)
        yield _plain(first + Decimal(draw.below(cents)) / 100)
    if first <= 1 <= last:
        yield 1.5 if last >= Decimal("1.5") else 1.0
    yield _plain(first)
    yield _plain((first + last) / 2)
    yield _plain(last)


def _multiples(low: Decimal | None, high: Decimal | None, step: Decimal, *, is_integer: bool, draw: Draw) -> Iterator[JsonValue]:
    first = math.ceil(low / step) if low is not None else (min(1, math.floor(high / step)) if high is not None else 1)
    last = math.floor(high / step) if high is not None else first + 1_000
    count = min(max(last - first + 1, 1), 1_000)
    for index in (draw.below(count), *range(min(count, 20))):
        number = (first + index) * step
        yield int(number) if number == number.to_integral_value() and is_integer else _plain(number)


def _plain(number: Decimal) -> JsonValue:
    return float(number)


def _decimal(value: JsonValue) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return Decimal(str(value))


def _count(value: JsonValue, otherwise: int | None) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return otherwise
    return int(value)


def _day(draw: Draw) -> str:
    return (date(2021, 1, 1) + timedelta(days=draw.below(1_000))).isoformat()


def _clock(draw: Draw) -> str:
    return f"{8 + draw.below(9):02}:{draw.below(60):02}:{draw.next().below(60):02}Z"


def _uuid(draw: Draw) -> str:
    digits = draw.hexadecimal(32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _address(draw: Draw) -> str:
    return f"198.51.100.{1 + draw.below(254)}"


_FORMATS: Final[Mapping[str, Callable[[Draw], str]]] = MappingProxyType(
    {
        "date": _day,
        "date-time": lambda draw: f"{_day(draw)}T{_clock(draw.next())}",
        "time": _clock,
        "duration": lambda draw: f"P{1 + draw.below(28)}D",
        "email": lambda draw: f"a{draw.hexadecimal(6)}@example.com",
        "idn-email": lambda draw: f"a{draw.hexadecimal(6)}@example.com",
        "uuid": _uuid,
        "uri": lambda draw: f"https://example.com/{draw.hexadecimal(6)}",
        "url": lambda draw: f"https://example.com/{draw.hexadecimal(6)}",
        "iri": lambda draw: f"https://example.com/{draw.hexadecimal(6)}",
        "uri-reference": lambda draw: f"/{draw.hexadecimal(6)}",
        "iri-reference": lambda draw: f"/{draw.hexadecimal(6)}",
        "uri-template": lambda draw: f"/{draw.hexadecimal(6)}",
        "hostname": lambda draw: f"h{draw.hexadecimal(6)}.example.com",
        "idn-hostname": lambda draw: f"h{draw.hexadecimal(6)}.example.com",
        "ipv4": _address,
        "ip": _address,
        "ipv6": lambda draw: f"2001:db8::{1 + draw.below(65_534):x}",
        "json-pointer": lambda draw: f"/{draw.hexadecimal(6)}",
        "relative-json-pointer": lambda draw: f"{draw.below(9)}",
        "regex": lambda draw: f"^{draw.hexadecimal(6)}$",
        "byte": lambda draw: base64.b64encode(draw.hexadecimal(6).encode()).decode(),
    }
)
