"""The fewest requests that still make every kind of check, and the best of a number of requests: a greedy weighted set cover."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Sequence, Set

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Family
from specproof.generators.planning.context import CONTROL_SLUG
from specproof.openapi.findings import Finding, FindingCode, Severity

_ALWAYS = frozenset({CheckId.NO_SERVER_ERROR})
"""Made on nearly every answer: a case with nothing else is not chosen for it."""
_OF_SUCCESS = frozenset(
    {CheckId.STATUS_EXPECTED, CheckId.BUSINESS_CODE, CheckId.MEDIA_TYPE, CheckId.BODY_SCHEMA, CheckId.RESPONSE_HEADERS}
)


def within(cases: Sequence[Case], limit: int) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    """The cases whose requests, ``limit`` of them at most, find most by experience, in the order of ``cases``; what was left out.

    First the success case of each operation, then the covering choice (each breaking of a rule counts as a kind of its own), then what
    costs least.
    """
    costs = [0 if case.skip_reason or case.risk else _cost(case) for case in cases]
    if sum(costs) <= limit:
        return tuple(cases), ()
    first = sorted((index for index, case in enumerate(cases) if _is_success(case) or not costs[index]), key=costs.__getitem__)
    ranked = [*first, *_by_yield(cases, set(first), _kinds)]
    seen = set(ranked)
    ranked += sorted((index for index in range(len(cases)) if index not in seen), key=costs.__getitem__)
    kept: set[int] = set()
    left = limit
    for index in ranked:
        if costs[index] <= left:
            kept.add(index)
            left -= costs[index]
    message = f"{len(cases) - len(kept)} of {len(cases)} cases left out by max_requests"
    return tuple(cases[index] for index in sorted(kept)), (Finding(FindingCode.CAPPED, "#/paths", message, Severity.INFO),)


def covering(cases: Sequence[Case]) -> list[Case]:
    """Cases that together make each kind of check on each operation that any of ``cases`` makes, in the order of ``cases``.

    Always the one next that adds most for each request that it sends (Chvatal 1979); of equals the earlier one. The success case of each
    operation is chosen from the start (it says whether the operation works at all), and so are skipped ones: they say what a person has
    to supply. Cases that judge nothing of severity major, and those that only watch for crashes, are left out.
    """
    given = {index for index, case in enumerate(cases) if case.skip_reason or _is_success(case)}
    return [cases[index] for index in sorted({*given, *_by_yield(cases, given, _items)})]


def _by_yield(cases: Sequence[Case], given: Set[int], items_of: Callable[[Case], frozenset[Hashable]]) -> list[int]:
    """Which cases add items to those of the ``given`` ones, each time the one next that adds most for each request."""
    items = [items_of(case) for case in cases]
    chosen: list[int] = []
    covered: set[Hashable] = {item for index in given for item in items[index]}
    # Values only fall while others are chosen: what comes off the heap with its value unchanged is the best there is.
    heap = [(-len(each) / _cost(cases[index]), index) for index, each in enumerate(items) if each and index not in given]
    heapq.heapify(heap)
    while heap:
        said, index = heapq.heappop(heap)
        value = -len(items[index] - covered) / _cost(cases[index])
        if value == 0:
            continue
        if value > said:
            heapq.heappush(heap, (value, index))
            continue
        chosen.append(index)
        covered |= items[index]
    return chosen


def _is_success(case: Case) -> bool:
    return case.family is Family.FUNCTIONAL and case.id.endswith(f" :: {CONTROL_SLUG}")


def _items(case: Case) -> frozenset[Hashable]:
    """The kinds of checks that a case of severity major makes, with the operations on whose answers."""
    if case.severity is not Severity.MAJOR:
        return frozenset()
    return frozenset(
        (step.request.operation, check.id) for step in case.steps for check in step.checks if check.id not in _ALWAYS
    )


def _kinds(case: Case) -> frozenset[Hashable]:
    """What a case asks, each with the keyword that it is about: a server may look at one rule and not at another. That an answer is a
    success as documented has been asked by the success case already. Odd values ask one thing more, whatever they are answered with:
    whether the operation crashes at such a value. What is skipped asks nothing."""
    if case.skip_reason or case.risk:
        return frozenset()
    crashes = {(case.subject, "crash", case.value_class)} if case.value_class else set()
    if case.severity is not Severity.MAJOR:
        return frozenset(crashes)
    asked = {check.id for step in case.steps for check in step.checks} - _ALWAYS - _OF_SUCCESS
    return frozenset([*((case.subject, case.rationale.keyword, one) for one in asked), *crashes])


def _cost(case: Case) -> int:
    """Requests that the case sends, clean-up included."""
    return max(1, len(case.steps) + sum(1 for step in case.steps if step.cleanup is not None))
