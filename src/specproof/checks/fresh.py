"""Strings that no earlier run used, so that unique keys never collide: not with old records, not between parallel workers."""

from __future__ import annotations

import itertools
import math
import os
import string
from dataclasses import dataclass
from typing import Final, Self

LOWER: Final = string.ascii_lowercase
UPPER: Final = string.ascii_uppercase
LETTERS: Final = string.ascii_letters
DIGITS: Final = string.digits
HEX: Final = "0123456789abcdef"
ALNUM: Final = string.ascii_lowercase + string.digits

# Drawn once per process: pytest-xdist's workers are processes of their own.
_START: Final = int.from_bytes(os.urandom(16))
_TURN: Final = itertools.count()
_GOLDEN: Final = 0.6180339887498949


# So many characters suffice to tell one sending of a script from the next, and leave enough to tell its values apart.
RENEWED: Final = 5
_LONG_ENOUGH: Final = 8


class FreshText(str):
    """A new string that knows where it can be made new again: ``RENEWED`` digits may replace what begins at ``tail``."""

    tail: int

    def __new__(cls, text: str, tail: int) -> Self:
        """``text``, marked."""
        made = super().__new__(cls, text)
        made.tail = tail
        return made

    def __deepcopy__(self, _memo: object) -> Self:
        return self


@dataclass(frozen=True)
class Fresh:
    """What :func:`fresh` will be called with: in a table, where each use of a row is to have a string of its own."""

    parts: tuple[str | tuple[str, int], ...]

    def __init__(self, *parts: str | tuple[str, int]) -> None:
        object.__setattr__(self, "parts", parts)

    def drawn(self) -> str:
        """A new string."""
        return fresh(*self.parts)


def fresh(*parts: str | tuple[str, int]) -> str:
    """A new string: literals stand as they are, ``(alphabet, count)`` gives ``count`` characters of ``alphabet``.

    ``fresh("reader-", (ALNUM, 8), "@example.com")``. Within a process, no two calls with the same parts agree before every string
    that the parts can make was used.
    """
    turn = next(_TURN)
    text, tail = "", None
    for part in parts:
        text += part if isinstance(part, str) else _drawn(part[0], part[1], turn)
        if not isinstance(part, str) and part[1] >= _LONG_ENOUGH and set(DIGITS) <= set(part[0]):
            tail = len(text) - RENEWED
    return text if tail is None else FreshText(text, tail)


def fresh_number(*parts: str | tuple[str, int]) -> int:
    """A new integer: ``fresh_number("1", (DIGITS, 9))``."""
    return int(fresh(*parts))


def _drawn(alphabet: str, count: int, turn: int) -> str:
    """The ``turn``-th of all strings of that kind, in a scattered order from a random start."""
    base = len(alphabet)
    space = base**count
    number = (_START + turn * _stride(space)) % space
    characters = []
    for _ in range(count):
        number, index = divmod(number, base)
        characters.append(alphabet[index])
    return "".join(reversed(characters))


def _stride(space: int) -> int:
    """A step that visits every number below ``space`` before it comes back: coprime to it, near the golden section."""
    stride = max(1, int(space * _GOLDEN) if space < 1 << 53 else space * 618 // 1000)
    while math.gcd(stride, space) != 1:
        stride += 1
    return stride
