"""Relations between calls: which the resources of a document allow, and which the checks of a suite look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specproof.domain.check_ids import CheckId
from specproof.openapi.model import Operation
from specproof.quality.metrics.case_code import CaseCode
from specproof.quality.metrics.items import Coverage, Item
from specproof.reference.model import ReferenceModel
from specproof.reference.readings import Reading
from specproof.reference.resources import Resource
from specproof.reference.roles import Role

_WRITES = ((Role.REPLACE, "replace"), (Role.PATCH, "patch"))


def relation_items(model: ReferenceModel) -> set[Item]:
    """The relations that the document's resources allow."""
    items: set[Item] = set()
    for resource in model.resources:
        items |= {_item(resource, name) for name in _allowed(resource)}
    items |= {_item(reading.resource, name) for reading in model.readings if reading.resource for name in _of_listing(reading)}
    return items


def relations_reached(model: ReferenceModel, cases: Iterable[CaseCode]) -> dict[Item, set[str]]:
    """The relations that cases look at, by which cases."""
    allowed = relation_items(model)
    owners = {reading.key.label: reading for reading in model.readings if reading.resource is not None}
    reached: dict[Item, set[str]] = {}
    for case in cases:
        called = [owners[call.operation] for call in case.calls if call.operation in owners]
        for call in case.calls:
            if call.operation in owners:
                for name in _looked_at(owners[call.operation], call.checks, called, case):
                    item = _item(owners[call.operation].resource, name)
                    if item in allowed:
                        reached.setdefault(item, set()).add(case.id)
    return reached


def _item(resource: Resource | None, name: str) -> Item:
    return Item(Coverage.RELATIONS, resource.name if resource else "", name)


def _allowed(resource: Resource) -> Iterator[str]:
    has = {role: resource.operation(role) for role in Role}
    if has[Role.CREATE]:
        yield "create is echoed"
        yield "two creates have two ids"
        if has[Role.READ]:
            yield "read shows what was created"
        if has[Role.LIST]:
            yield "list holds what was created"
        if resource.unique_keys and _documents(has[Role.CREATE], "409"):
            yield "a second create with the same key is refused"
    if has[Role.CREATE] and has[Role.READ]:
        for role, word in _WRITES:
            if has[role]:
                yield f"{word} persists"
                yield f"{word} leaves other records alone"
    if has[Role.CREATE] and has[Role.DELETE]:
        if has[Role.READ]:
            yield "what was deleted is gone"
            yield "delete leaves other records alone"
        if has[Role.LIST]:
            yield "what was deleted is not listed"


def _documents(operation: Operation | None, status: str) -> bool:
    return operation is not None and any(response.status == status for response in operation.responses)


def _of_listing(reading: Reading) -> Iterator[str]:
    if reading.role is not Role.LIST:
        return
    listing = reading.listing
    if listing.limit:
        yield "a page holds no more than asked for"
    if listing.sort:
        yield "sorted lists are sorted"
    for each in listing.filters:
        yield f"filter {each.parameter} holds"


def _looked_at(reading: Reading, checks: frozenset[str], called: list[Reading], case: CaseCode) -> Iterator[str]:
    """The names of the relations that these checks on an answer of ``reading`` look at, given what else the case calls."""
    roles = {each.role for each in called if each.resource is reading.resource}
    role = reading.role
    if CheckId.ECHO in checks:
        yield from {Role.CREATE: ("create is echoed",), Role.REPLACE: ("replace persists",), Role.PATCH: ("patch persists",)}.get(
            role, ()
        )
    if CheckId.DISTINCT_IDS in checks and role is Role.CREATE:
        yield "two creates have two ids"
    if CheckId.LISTED in checks and role is Role.LIST:
        yield "list holds what was created"
    if CheckId.READ_BACK in checks:
        written = [f"{word} persists" for each, word in _WRITES if each in roles]
        yield from written or ["read shows what was created"]
    if CheckId.UNCHANGED in checks:
        yield from (f"{word} leaves other records alone" for each, word in _WRITES if each in roles)
        if Role.DELETE in roles:
            yield "delete leaves other records alone"
    if CheckId.DELETED in checks:
        yield "what was deleted is gone"
    if CheckId.NOT_LISTED in checks and Role.DELETE in roles:
        yield "what was deleted is not listed"
    yield from _looked_at_in_lists(reading, checks, case)


_LIST_CHECKS: Mapping[str, str] = {
    CheckId.PAGE_SIZE: "a page holds no more than asked for",
    CheckId.SORT_ORDER: "sorted lists are sorted",
}


def _looked_at_in_lists(reading: Reading, checks: frozenset[str], case: CaseCode) -> Iterator[str]:
    yield from (name for check, name in _LIST_CHECKS.items() if check in checks)
    if CheckId.FILTER in checks:
        # Which filter it is stands in the case's id: the code passes a value, not a name.
        words = case.id.partition(" :: ")[2]
        yield from (
            f"filter {each.parameter} holds" for each in reading.listing.filters if each.parameter.lower() in words.lower()
        )
    if CheckId.STATUS_EXPECTED in checks and reading.role is Role.CREATE and "duplicate" in case.id:
        yield "a second create with the same key is refused"
