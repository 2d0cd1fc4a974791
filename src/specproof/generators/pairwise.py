"""Covering arrays of strength two: few rows in which every pair of levels of every two factors stands together at least once.

Greedy and deterministic, after AETG (Cohen et al. 1997): a row begins with a pair that is not covered yet, each other factor takes the
level that covers most, and of several such rows the best is taken. Of equals the first, so that the same factors give the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from typing import TypeAlias

CANDIDATES = 40
"""Rows that are tried for each row that is taken."""
Pair: TypeAlias = tuple[int, int, int, int]
"""Factor, its level, another factor, its level."""


def pair_count(levels: Sequence[int]) -> int:
    """How many pairs there are for factors with so many levels each."""
    return sum(one * other for one, other in combinations(levels, 2))


def covering_rows(levels: Sequence[int], limit: int) -> tuple[list[tuple[int, ...]], int]:
    """At most ``limit`` rows, a level for each factor, and how many pairs they cover (all of them if the limit allows it)."""
    waiting: dict[Pair, None] = dict.fromkeys(
        (one, level, other, another)
        for one, other in combinations(range(len(levels)), 2)
        for level, another in product(range(levels[one]), range(levels[other]))
    )
    total = len(waiting)
    rows: list[tuple[int, ...]] = []
    while waiting and len(rows) < limit:
        row = _row(levels, waiting)
        for pair in _pairs(row):
            waiting.pop(pair, None)
        rows.append(row)
    return rows, total - len(waiting)


def _row(levels: Sequence[int], waiting: dict[Pair, None]) -> tuple[int, ...]:
    """The candidate that covers most: each begins with another of the waiting pairs, and goes on in another order of the factors."""
    order = list(range(len(levels)))
    starts = list(waiting)[:: max(1, len(waiting) // CANDIDATES)][:CANDIDATES]
    candidates = [
        _candidate(levels, start, order[turn % len(order) :] + order[: turn % len(order)], waiting, turn)
        for turn, start in enumerate(starts)
    ]
    return max(candidates, key=lambda row: sum(1 for pair in _pairs(row) if pair in waiting))


def _candidate(levels: Sequence[int], start: Pair, order: Sequence[int], waiting: dict[Pair, None], turn: int) -> tuple[int, ...]:
    """Of levels that cover as much, each turn prefers another."""
    chosen = {start[0]: start[1], start[2]: start[3]}
    for factor in order:
        if factor not in chosen:
            count = levels[factor]
            ranked = sorted(range(count), key=lambda level: (level + turn) % count)
            chosen[factor] = max(ranked, key=lambda level: _gained(factor, level, chosen, waiting))
    return tuple(chosen[factor] for factor in range(len(levels)))


def _gained(factor: int, level: int, chosen: dict[int, int], waiting: dict[Pair, None]) -> int:
    return sum(1 for other, another in chosen.items() if _pair(factor, level, other, another) in waiting)


def _pair(one: int, level: int, other: int, another: int) -> Pair:
    return (one, level, other, another) if one < other else (other, another, one, level)


def _pairs(row: Sequence[int]) -> list[Pair]:
    return [(one, row[one], other, row[other]) for one, other in combinations(range(len(row)), 2)]
