"""Which mutants are tried where there are too many: the same ones as long as the document says the same."""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from specproof.reference.mutants.model import Mutant

_BYTES: Final = 8


def rank(identity: str) -> int:
    """The place of a mutant in the order in which mutants are chosen: it depends on its id alone."""
    return int.from_bytes(hashlib.sha256(identity.encode("utf-8", errors="surrogatepass")).digest()[:_BYTES], "big")


@dataclass(slots=True)
class Draw:
    """The first ``most`` mutants of one operator, by rank. The others are counted and forgotten as they come."""

    most: int
    applicable: int = 0
    _ranked: list[tuple[int, str, Mutant]] = field(default_factory=list)

    def offer(self, mutants: Iterable[Mutant]) -> None:
        """Look at all mutants of the operator."""
        for mutant in mutants:
            self.applicable += 1
            entry = (rank(mutant.id), mutant.id, mutant)
            if len(self._ranked) < self.most:
                insort(self._ranked, entry, key=_order)
            elif _order(entry) < _order(self._ranked[-1]):
                self._ranked.pop()
                insort(self._ranked, entry, key=_order)

    @property
    def chosen(self) -> list[Mutant]:
        """Those that are kept, in the order of their rank."""
        return [mutant for _, _, mutant in self._ranked]


def _order(entry: tuple[int, str, Mutant]) -> tuple[int, str]:
    return entry[0], entry[1]


def shares(counts: Sequence[int], cap: int) -> list[int]:
    """How many of each may be taken, at most ``cap`` in all: as many of each as possible before any gets more than another."""
    taken = [0] * len(counts)
    left = cap
    waiting = [index for index, count in enumerate(counts) if count]
    while left and waiting:
        each = left // len(waiting)
        if each == 0:
            # Fewer are left than there are operators: the first ones get one more.
            for index in waiting[:left]:
                taken[index] += 1
            break
        for index in waiting:
            more = min(each, counts[index] - taken[index])
            taken[index] += more
            left -= more
        waiting = [index for index in waiting if taken[index] < counts[index]]
    return taken


def drawn(mutants: Mapping[str, Iterable[Mutant]], cap: int) -> dict[str, tuple[int, list[Mutant]]]:
    """For each operator how many mutants it has, and those that are tried; at most ``cap`` in all."""
    draws = {}
    for operator, offered in mutants.items():
        draws[operator] = draw = Draw(cap)
        draw.offer(offered)
    taken = shares([len(draw.chosen) for draw in draws.values()], cap)
    return {
        operator: (draw.applicable, draw.chosen[:count]) for (operator, draw), count in zip(draws.items(), taken, strict=True)
    }
