"""Chance without a sequence: everything that is drawn is a hash of the seed and of where it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

_Option = TypeVar("_Option")


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed with a path: ``Seed("s").at("POST /pets", "/title")``. Equal paths draw equal values, whatever else was drawn."""

    text: str

    def at(self, *labels: str) -> Seed:
        """The seed of a place below this one. Labels are length-prefixed, so that no two paths run together."""
        return Seed(self.text + "".join(f"\x1f{len(label)}:{label}" for label in labels))

    def number(self, below: int) -> int:
        """A whole number of ``range(below)``; ``below`` is at least 1."""
        return int.from_bytes(self._block(0)[:12], "big") % below

    def pick(self, options: Sequence[_Option]) -> _Option:
        """One of ``options``, which are not empty."""
        return options[self.number(len(options))]

    def draw(self, alphabet: str, count: int) -> str:
        """``count`` characters of ``alphabet``."""
        numbers: list[int] = []
        block = 0
        while len(numbers) < count:
            stream = self._block(block)
            numbers.extend(int.from_bytes(stream[index : index + 4], "big") for index in range(0, 32, 4))
            block += 1
        return "".join(alphabet[number % len(alphabet)] for number in numbers[:count])

    def _block(self, index: int) -> bytes:
        return hashlib.sha256(f"{index}\x1e{self.text}".encode("utf-8", "surrogatepass")).digest()
