"""Whole values that break one keyword at one place, proven: invalid, and where it can be, for that reason alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.values.breaking import breaking
from specproof.reference.values.edges import Boundary, boundaries
from specproof.reference.values.places import CannotMakeError
from specproof.reference.values.proving import Proof
from specproof.reference.values.spots import Ground, Part, Spot, pointer_of, spots

__all__ = ["Boundary", "Violation", "boundaries", "violations"]

_PER_KEYWORD: Final = 2
_PER_TYPE: Final = 4


@dataclass(frozen=True, slots=True)
class Violation:
    """One way to break a schema. ``value`` is the whole changed value; ``schema_pointer`` leads to the keyword in the schema.

    ``is_pure`` says that nothing but this keyword is broken.
    """

    pointer: str
    keyword: str
    value: JsonValue
    schema_pointer: str
    is_pure: bool = True


def violations(schema: JsonObject | bool, base: JsonValue, cap: int = 400) -> Iterator[Violation]:
    """Values that break one keyword of a self-contained schema each, at most ``cap``; ``base`` is a valid value.

    Where there are more than ``cap``, every keyword at every place is broken once before one is broken in a second way.
    """
    ground = Ground(schema)
    proof = ground.proofs.of(schema)
    if proof is None or not proof.holds(base):
        return
    groups = list(islice(_groups(ground, proof, base), cap))
    chosen = {(rank, index) for rank, index in islice(_by_rank(groups), cap)}
    for index, group in enumerate(groups):
        yield from (violation for rank, violation in enumerate(group) if (rank, index) in chosen)


def _by_rank(groups: list[list[Violation]]) -> Iterator[tuple[int, int]]:
    for rank in range(max((len(group) for group in groups), default=0)):
        yield from ((rank, index) for index, group in enumerate(groups) if rank < len(group))


def _groups(ground: Ground, proof: Proof, base: JsonValue) -> Iterator[list[Violation]]:
    """The violations of each keyword at each place, those that there are."""
    seen: set[tuple[str, str]] = set()
    for spot in spots(ground, base):
        for part in spot.parts:
            for keyword in part.schema:
                place = (spot.pointer, pointer_of((*part.path, keyword)))
                if place in seen:
                    continue
                group = list(_of_keyword(ground, proof, spot, part, keyword))
                if group:
                    seen.add(place)
                    yield group


def _of_keyword(ground: Ground, proof: Proof, spot: Spot, part: Part, keyword: str) -> Iterator[Violation]:
    most = _PER_TYPE if keyword in {"type", "dependentRequired"} else _PER_KEYWORD
    if keyword == "required":
        names = part.schema.get("required")
        most = len(names) if isinstance(names, list) else 0
    pure: list[Violation] = []
    spoilt: list[Violation] = []
    for value in _tried(breaking(keyword, ground, spot, part)):
        whole = spot.changed(value)
        if proof.holds(whole) or any(repr(whole) == repr(known.value) for known in pure):
            continue
        is_pure = _is_for(proof, whole, keyword)
        made = Violation(spot.pointer, keyword, whole, pointer_of((*part.path, keyword)), is_pure)
        (pure if is_pure else spoilt).append(made)
        if len(pure) >= most:
            break
    yield from pure or spoilt[:1]


def _tried(values: Iterator[JsonValue]) -> Iterator[JsonValue]:
    try:
        yield from values
    except CannotMakeError:
        return


def _is_for(proof: Proof, whole: JsonValue, keyword: str) -> bool:
    """Whether all errors come from that keyword; inside of a choice one branch with no other error is enough."""
    return all(_only(error, keyword) for error in proof.broken(whole))


def _only(error: object, keyword: str) -> bool:
    path = getattr(error, "schema_path", [])
    if path and path[-1] == keyword:
        return True
    context = getattr(getattr(error, "kind", None), "context", None)
    return bool(context) and any(branch and all(_only(inner, keyword) for inner in branch) for branch in context or ())
