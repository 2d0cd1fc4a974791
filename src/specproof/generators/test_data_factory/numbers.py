"""Numbers inside their bounds, in exact arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from specproof.generators.test_data_factory.places import Shape
from specproof.generators.test_data_factory.seeds import Seed

LARGEST_EXACT = 2**53 - 1
"""Beyond this, a JSON number is not the same number everywhere."""

_FORMAT_LIMITS = {"int8": 127, "int16": 2**15 - 1, "int32": 2**31 - 1}
_FINEST = 12


@dataclass(frozen=True, slots=True)
class Range:
    """All allowed numbers: ``step`` times a whole number of ``low``..``high`` (None: unbounded)."""

    step: Fraction
    low: int | None
    high: int | None

    @property
    def is_empty(self) -> bool:
        """Whether no number is allowed."""
        return self.low is not None and self.high is not None and self.low > self.high

    def value(self, index: int) -> int | float:
        """The number ``step * index``, an int where it is whole."""
        return plain_number(self.step * index)

    def holds(self, number: Fraction) -> bool:
        """Whether ``number`` is allowed."""
        index = number / self.step
        above = self.low is None or index >= self.low
        return index.denominator == 1 and above and (self.high is None or index <= self.high)


def exact(number: int | float) -> Fraction:
    """A JSON number as the decimal that was written (``0.1`` is a tenth). Not for NaN and infinities."""
    return Fraction(Decimal(repr(number)))


def plain_number(number: Fraction) -> int | float:
    """A fraction as a JSON number."""
    return int(number) if number.denominator == 1 else float(number)


def number_range(shape: Shape, *, is_integer: bool) -> Range | None:
    """What the bounds and ``multipleOf`` of ``shape`` allow; None if they contradict each other.

    Without ``multipleOf``, numbers are looked for on ever finer decimal grids, starting with quarters (exact in binary).
    """
    lowest, highest = _bounds(shape)
    steps = [exact(s.value) for s in shape.said("multipleOf") if isinstance(s.value, (int, float)) and s.value > 0]
    if is_integer:
        steps.append(Fraction(1))
    grids = [_common(steps)] if steps else [Fraction(1, 4), *(Fraction(1, 10**digits) for digits in range(1, _FINEST))]
    for step in grids:
        found = Range(step, _low_index(lowest, step), _high_index(highest, step))
        if not found.is_empty:
            return found
    return None


def number_in(shape: Shape, seed: Seed, *, is_integer: bool, wish: int | float | None) -> int | float | None:
    """A number of ``shape``: ``wish`` where it is allowed, else a small one by hash; None if none is allowed."""
    allowed = number_range(shape, is_integer=is_integer)
    if allowed is None:
        return None
    if wish is not None and allowed.holds(exact(wish)):
        return wish
    # Small positive numbers look natural and differ from field to field, so that swapped fields show.
    start = math.ceil(Fraction(2) / allowed.step) if allowed.low is None else allowed.low
    if allowed.low is not None and allowed.low <= 0 and (allowed.high is None or allowed.high > 0):
        start = max(1, allowed.low)
    if allowed.high is not None:
        start = min(start, allowed.high)
    window = max(1, 90 if allowed.high is None else min(90, allowed.high - start + 1))
    offset = seed.number(window)
    steps = [said.value for said in shape.said("multipleOf") if isinstance(said.value, (int, float))]
    for index in range(window if steps else 0):
        # 2.51 / 0.01 is no whole number in binary: a number that every server's arithmetic takes is better.
        number = allowed.value(start + (offset + index) % window)
        if all((number / step).is_integer() for step in steps):
            return number
    return allowed.value(start + offset)


def _bounds(shape: Shape) -> tuple[tuple[Fraction, bool] | None, tuple[Fraction, bool] | None]:
    """The strictest lower and upper bound, each with whether it is exclusive."""
    lows = [(exact(n), False) for n in _said_numbers(shape, "minimum")]
    lows += [(exact(n), True) for n in _said_numbers(shape, "exclusiveMinimum")]
    highs = [(exact(n), False) for n in _said_numbers(shape, "maximum")]
    highs += [(exact(n), True) for n in _said_numbers(shape, "exclusiveMaximum")]
    for name in shape.texts("format"):
        limit = _FORMAT_LIMITS.get(name)
        if limit is not None:
            highs.append((Fraction(limit), False))
            lows.append((Fraction(-limit - 1), False))
    highs.append((Fraction(LARGEST_EXACT), False))
    return max(lows, default=None), min(highs, key=lambda bound: (bound[0], not bound[1]))


def _said_numbers(shape: Shape, keyword: str) -> list[int | float]:
    return [
        said.value
        for said in shape.said(keyword)
        if isinstance(said.value, (int, float)) and not isinstance(said.value, bool) and math.isfinite(said.value)
    ]


def _common(steps: list[Fraction]) -> Fraction:
    """The least common multiple of positive fractions."""
    numerator, denominator = 1, 0
    for step in steps:
        numerator = math.lcm(numerator, step.numerator)
        denominator = math.gcd(denominator, step.denominator)
    return Fraction(numerator, denominator or 1)


def _low_index(bound: tuple[Fraction, bool] | None, step: Fraction) -> int | None:
    if bound is None:
        return None
    index = math.ceil(bound[0] / step)
    return index + 1 if bound[1] and index * step == bound[0] else index


def _high_index(bound: tuple[Fraction, bool] | None, step: Fraction) -> int | None:
    if bound is None:
        return None
    index = math.floor(bound[0] / step)
    return index - 1 if bound[1] and index * step == bound[0] else index
