"""Which cases stay where there are too many, and which are the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from specproof.domain.plans import Case, Family
from specproof.generators.naming import digest
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method

Item = TypeVar("Item")
_METHODS = (
    Method.POST, Method.GET, Method.HEAD, Method.QUERY, Method.PUT, Method.PATCH, Method.DELETE, Method.OPTIONS, Method.TRACE,
)  # fmt: skip
# Under a cap for the whole suite, what matters most stays longest.
_FAMILIES = (Family.FUNCTIONAL, Family.CRUD, Family.AUTH, Family.ERROR, Family.VALIDATION, Family.PERFORMANCE)


def importance(family: Family) -> int:
    """Sorts families, the one that stays longest first."""
    return _FAMILIES.index(family)


def spread(items: Sequence[Item], limit: int, group: Callable[[Item], str]) -> list[Item]:
    """At most ``limit`` items in their order, taken from all groups in turn, so that no group goes without while another has two."""
    if len(items) <= limit:
        return list(items)
    by_group: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        by_group[group(item)].append(index)
    ranked = sorted((rank, index) for indexes in by_group.values() for rank, index in enumerate(indexes))
    return [items[index] for index in sorted(index for _, index in ranked[:limit])]


def story_order(key: OperationKey) -> tuple[str, int, str]:
    """Sorts operations by path, then as a record's life goes: create, read, replace, patch, delete; other methods come last."""
    place = _METHODS.index(key.method) if key.method in _METHODS else len(_METHODS)
    return key.path, place, key.method.value


def ordered(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases in the order of a plan: (resource, family, path, method as in a record's life, name)."""
    return tuple(sorted(cases, key=lambda case: (case.resource, case.family, *story_order(case.subject), case.name, case.id)))


def distinct(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases with unique ids and names; where several would share one, each gets a digest of what it is about.

    Of cases that are about exactly the same thing, one stays.
    """
    identities = {
        id(case): f"{case.id} {case.family} {case.rationale.pointer} {case.rationale.keyword} {case.name}" for case in cases
    }
    unique = list({identities[id(case)]: case for case in cases}.values())
    ids = Counter(case.id for case in unique)
    names = Counter((case.resource, case.name) for case in unique)
    found: list[Case] = []
    for case in unique:
        mark = digest(identities[id(case)])
        renamed = case if names[case.resource, case.name] == 1 else replace(case, name=_marked(case.name, mark))
        found.append(renamed if ids[case.id] == 1 else replace(renamed, id=f"{case.id} {mark}"))
    return tuple(found)


def _marked(name: str, mark: str) -> str:
    """A case name with a digest at the end of its condition: ``test_a__b_1f0c2a__is_rejected``."""
    head, separator, expected = name.rpartition("__")
    return f"{head}_{mark}{separator}{expected}"


def capped(cases: Sequence[Case], limit: int) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    """At most ``limit`` cases: all families shrink from the least important, each operation keeping what it can; and what was left out."""
    if len(cases) <= limit:
        return tuple(cases), ()
    ranked = sorted(cases, key=lambda case: (_FAMILIES.index(case.family), *story_order(case.subject), case.name))
    kept: list[Case] = []
    for family in _FAMILIES:
        members = [case for case in ranked if case.family is family]
        kept += spread(members, max(0, limit - len(kept)), lambda case: case.subject.label)
    left = {case.subject for case in cases} - {case.subject for case in kept if case.family is Family.FUNCTIONAL}
    message = f"{len(cases) - len(kept)} of {len(cases)} cases left out by max_cases"
    findings = [Finding(FindingCode.CAPPED, "#/paths", message, Severity.INFO)]
    findings += [
        Finding(FindingCode.CAPPED, "#/paths", f"{key.label}: its cases were left out by max_cases", Severity.INFO)
        for key in sorted(left)
    ]
    return tuple(kept), tuple(findings)
