"""How much a case may need made before it can begin.

Where each record needs another one first, the set-up of a case grows with the document, and with it every case of every operation: a
document of some hundred such records would be a suite of some hundred thousand requests.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from specproof.generators.planning.requests import BodyBase, RequestParts
from specproof.generators.reading.resources import Resource
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import ParameterLocation

MOST_RECORDS = 20
"""Of other kinds, for one record; a case may prepare twice as many steps. No document that we have seen needs more than seven."""


def too_much(operation: Operation) -> Finding:
    """Why a case whose preparation would never end is not planned."""
    message = f"{operation.key.label}: more than {MOST_RECORDS} records would have to be made first"
    return Finding(FindingCode.CAPPED, operation.pointer, message, Severity.INFO)


def needs_too_much(parts: RequestParts, resource: Resource) -> bool:
    """Whether a record of ``resource`` needs more than :data:`MOST_RECORDS` others, one way or another. Each kind counts once."""
    return parts.once(("needs", resource.collection), lambda: _reaches_too_many(parts, resource))


def _reaches_too_many(parts: RequestParts, resource: Resource) -> bool:
    seen, waiting = {resource.collection}, deque([resource])
    while waiting and len(seen) <= MOST_RECORDS + 1:
        for needed in _needed_by(parts, waiting.popleft()):
            if needed.collection not in seen:
                seen.add(needed.collection)
                waiting.append(needed)
    return len(seen) > MOST_RECORDS + 1


def _needed_by(parts: RequestParts, resource: Resource) -> tuple[Resource, ...]:
    create = resource.create
    if create is None:
        return ()
    return parts.once(("needed", resource.collection), lambda: tuple(_directly_needed(parts, create)))


def _directly_needed(parts: RequestParts, create: Operation) -> Iterator[Resource]:
    """What a request of ``create`` names: in its path, in its query, in its body."""
    for parameter in create.parameters:
        if parameter.location is ParameterLocation.PATH:
            found = parts.producers.of_path(create, parameter)
            if found is not None:
                yield found[0]
        elif parameter.location is ParameterLocation.QUERY and parts.is_sent(create, parameter):
            owner = parts.producers.of_query(parameter)
            if owner is not None:
                yield owner
    base = parts.body(create)
    if isinstance(base, BodyBase):
        yield from (slot.resource for slot, _ in base.references)
