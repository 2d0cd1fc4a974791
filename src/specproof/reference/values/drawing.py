"""Choices that look free and are not: the same seed, key and place give the same value."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draw:
    """A source of choices for one place. Consecutive ``salt`` give different choices, even out of few."""

    number: int
    salt: int = 0

    @classmethod
    def of(cls, *texts: str, salt: int = 0) -> Draw:
        """The source of the place that ``texts`` name."""
        digest = hashlib.blake2b("\0".join(texts).encode("utf-8", errors="surrogatepass"), digest_size=8).digest()
        return cls(int.from_bytes(digest, "big"), salt)

    def below(self, count: int) -> int:
        """A number from 0 to ``count`` - 1."""
        return (self.number + self.salt) % count

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]

    def next(self, step: int = 1) -> Draw:
        """Another source, for the next choice at the same place."""
        mixed = (self.number ^ (step * 0x9E3779B97F4A7C15)) * 6364136223846793005 + 1442695040888963407
        return Draw((mixed >> 3) & 0xFFFFFFFFFFFFFFFF, self.salt)

    def hexadecimal(self, length: int) -> str:
        """Text of lower-case hexadecimal digits."""
        text = ""
        source = Draw.of(str(self.number + self.salt))
        while len(text) < length:
            text += f"{source.number:016x}"
            source = source.next()
        return text[:length]
