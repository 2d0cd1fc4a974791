"""The fewest requests that still make every kind of check: a greedy weighted set cover."""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Sequence

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Family
from specproof.generators.planning.context import CONTROL_SLUG
from specproof.openapi.findings import Severity

_ALWAYS = frozenset({CheckId.NO_SERVER_ERROR})
"""Made on nearly every answer: a case with nothing else is not chosen for it."""


def covering(cases: Sequence[Case]) -> list[Case]:
    """Cases that together make each kind of check on each operation that any of ``cases`` makes, in the order of ``cases``.

    Always the one next that adds most for each request that it sends (Chvatal 1979); of equals the earlier one. The success case of each
    operation is chosen from the start (it says whether the operation works at all), and so are skipped ones: they say what a person has
    to supply. Cases that judge nothing of severity major, and those that only watch for crashes, are left out.
    """
    items = [_items(case) if case.severity is Severity.MAJOR else frozenset() for case in cases]
    chosen = {index for index, case in enumerate(cases) if case.skip_reason or _is_success(case)}
    covered: set[Hashable] = {item for index in chosen for item in items[index]}
    # Values only fall while others are chosen: what comes off the heap with its value unchanged is the best there is.
    heap = [(-len(each) / _cost(cases[index]), index) for index, each in enumerate(items) if each and index not in chosen]
    heapq.heapify(heap)
    while heap:
        said, index = heapq.heappop(heap)
        value = -len(items[index] - covered) / _cost(cases[index])
        if value == 0:
            continue
        if value > said:
            heapq.heappush(heap, (value, index))
            continue
        chosen.add(index)
        covered |= items[index]
    return [cases[index] for index in sorted(chosen)]


def _is_success(case: Case) -> bool:
    return case.family is Family.FUNCTIONAL and case.id.endswith(f" :: {CONTROL_SLUG}")


def _items(case: Case) -> frozenset[Hashable]:
    """The kinds of checks that a case makes, with the operations on whose answers."""
    return frozenset(
        (step.request.operation, check.id) for step in case.steps for check in step.checks if check.id not in _ALWAYS
    )


def _cost(case: Case) -> int:
    """Requests that the case sends, clean-up included."""
    return max(1, len(case.steps) + sum(1 for step in case.steps if step.cleanup is not None))
