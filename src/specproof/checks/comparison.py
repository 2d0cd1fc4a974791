"""Comparing what was sent with what came back, as a careful person would: by meaning, not by spelling."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from .outcome import shown
from .pointers import ABSENT, child, segments

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Prices kept as 32-bit floats come back with seven digits.
NUMBER_TOLERANCE = 1e-6
# Some databases keep whole seconds.
INSTANT_TOLERANCE_SECONDS = 1.0


class Difference(NamedTuple):
    """The first place where two values differ, and what stands there, in words."""

    pointer: str
    expected: str
    actual: str
    added: tuple[object, ...] = ()
    """What a list holds beyond what was expected, if it holds all of that."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``ignore`` holds pointers of what does not matter (``*`` stands for any member); lists at the pointers in ``unordered`` are sets.

    ``shown`` puts a value in words.
    """

    ignore: Collection[str] = ()
    unordered: Collection[str] = ()
    shown: Callable[[object], str] = shown

    def first_difference(self, expected: object, actual: object, pointer: str = "") -> Difference | None:
        """Where and how ``actual`` fails to say what ``expected`` says; None if it says it all.

        Numbers compare by value, date-times by instant, strings without surrounding blanks; properties that only ``actual`` has do
        not matter, and ``null`` or a list without items may be left out.
        """
        if _matches(pointer, self.ignore):
            return None
        if isinstance(expected, dict) and isinstance(actual, dict):
            for name, value in expected.items():
                member = actual.get(name, ABSENT)
                if member is ABSENT and value in (None, []):
                    continue
                found = self.first_difference(value, member, child(pointer, name))
                if found:
                    return found
            return None
        if isinstance(expected, list) and isinstance(actual, list):
            return self._list_difference(expected, actual, pointer)
        if same(expected, actual):
            return None
        return Difference(pointer, self.shown(expected), "nothing" if actual is ABSENT else self.shown(actual))

    def _list_difference(self, expected: list[object], actual: list[object], pointer: str) -> Difference | None:
        if len(expected) != len(actual):
            words = f"{len(expected)} items", f"{len(actual)} items: {self.shown(actual)}"
            return Difference(pointer, *words, () if _missing(expected, actual) else _added(expected, actual))
        if pointer in self.unordered:
            missing = _missing(expected, actual)
            return Difference(pointer, f"a list with {self.shown(missing[0])}", self.shown(actual)) if missing else None
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            found = self.first_difference(one, other, child(pointer, index))
            if found:
                return found
        return None


def _missing(expected: list[object], actual: list[object]) -> list[object]:
    return [item for item in expected if not any(same(item, other) for other in actual)]


def _added(expected: list[object], actual: list[object]) -> tuple[object, ...]:
    left = list(actual)
    for item in expected:
        place = next((index for index, other in enumerate(left) if same(item, other)), None)
        if place is not None:
            del left[place]
    return tuple(left)


def same(expected: object, actual: object) -> bool:
    """Whether two JSON values mean the same."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, (int, float)) and isinstance(actual, (int, float)):
        return _same_number(expected, actual)
    if isinstance(expected, str) and isinstance(actual, str):
        return _same_text(expected, actual)
    if (isinstance(expected, dict) and isinstance(actual, dict)) or (isinstance(expected, list) and isinstance(actual, list)):
        return Comparison().first_difference(expected, actual) is None
    return expected == actual


def same_or_text(expected: object, actual: object) -> bool:
    """As :func:`same`, but text also equals what it spells: a query parameter ``"5"`` and the number 5."""
    if same(expected, actual):
        return True
    if isinstance(expected, str) == isinstance(actual, str):
        return False
    return _spelt(expected) == _spelt(actual)


def instant(text: str) -> datetime | None:
    """The moment that an RFC 3339 date-time names (UTC where it names no zone), or None."""
    if not _INSTANT.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _same_number(expected: float, actual: float) -> bool:
    if isinstance(expected, int) and isinstance(actual, int):
        return expected == actual
    try:
        return math.isclose(expected, actual, rel_tol=NUMBER_TOLERANCE)
    except OverflowError:  # an integer of more digits than a float can hold
        return expected == actual


def _same_text(expected: str, actual: str) -> bool:
    one, other = (unicodedata.normalize("NFC", text.strip()) for text in (expected, actual))
    if one == other:
        return True
    if _UUID.fullmatch(one):
        return one.lower() == other.lower()
    moment, answer = instant(one), instant(other)
    if moment is None or answer is None:
        return False
    return abs((moment - answer).total_seconds()) < INSTANT_TOLERANCE_SECONDS


def _matches(pointer: str, patterns: Collection[str]) -> bool:
    if pointer in patterns:
        return True
    steps = segments(pointer)
    for pattern in patterns:
        wanted = segments(pattern)
        if "*" in wanted and len(wanted) == len(steps) and all(w in ("*", s) for w, s in zip(wanted, steps, strict=True)):
            return True
    return False


def _spelt(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
