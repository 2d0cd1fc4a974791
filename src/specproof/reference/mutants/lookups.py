"""D9 to D11: records that are found where they are not, another record than was asked for, entity tags that tell nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.reference.behaviour import Call, Reading, Record, Role, World
from specproof.reference.finding import parents_of
from specproof.reference.messages import Answer
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import Fault, OneOperation, keys_around, readings_of

HIERARCHY: Final = frozenset(
    {
        CheckId.UNKNOWN_ID,
        CheckId.STATUS_EXPECTED,
        CheckId.NOT_LISTED,
        CheckId.DELETED,
        CheckId.UNCHANGED,
        CheckId.REJECTED,
    }
)
"""Checks that notice a record below a parent which is not its own."""
WRONG_RECORD: Final = frozenset({CheckId.READ_BACK, CheckId.UNCHANGED, CheckId.ECHO, CheckId.DISTINCT_IDS})
ENTITY_TAGS: Final = frozenset(
    {
        CheckId.RESPONSE_HEADERS,
        CheckId.STATUS_EXPECTED,
        CheckId.DISTINCT_IDS,
        CheckId.UNCHANGED,
        CheckId.READ_BACK,
        CheckId.TAG_CHANGED,
        CheckId.NOT_MODIFIED,
    }
)


@dataclass(frozen=True)
class _AnyParent(OneOperation):
    """Finds a record whatever stands before it in the path."""

    def found(self, world: World, call: Call, record_key: str) -> Record | None:
        record = super().found(world, call, record_key)
        if record is not None or call.key != self.key or call.resource is None or call.reading.lookup:
            return record
        other = world.store.anywhere(call.resource.name, record_key)
        return other if other is not None and self.may_see(world, call, other) else None


@dataclass(frozen=True)
class _ListOfAllParents(OneOperation):
    """Lists the records of every parent."""

    def visible(self, world: World, call: Call) -> list[Record]:
        if call.key != self.key or call.resource is None:
            return super().visible(world, call)
        return [record for record in world.store.all(call.resource.name) if self.may_see(world, call, record)]


@dataclass(frozen=True)
class _ParentNotAsked(OneOperation):
    """Makes a record below a parent that does not exist: for as long as that takes, there is one."""

    def performed(self, world: World, call: Call) -> Answer:
        ghosts = self._ghosts(world, call) if call.key == self.key else []
        for ghost in ghosts:
            world.store.add(ghost)
        answer = super().performed(world, call)
        for ghost in ghosts:
            world.store.remove(ghost)
        return answer

    def _ghosts(self, world: World, call: Call) -> list[Record]:
        parents = parents_of(call)
        places = [(resource.name, parents[index], parents[:index]) for resource, index in call.reading.ancestors]
        return [
            Record(key, name, {}, call.principal.name, above)
            for name, key, above in places
            if not world.store.get(name, key, above)
        ]


@dataclass(frozen=True)
class _FirstRecordFound(OneOperation):
    """Finds the oldest record, whichever is asked for."""

    def found(self, world: World, call: Call, record_key: str) -> Record | None:
        record = super().found(world, call, record_key)
        if record is None or call.key != self.key:
            return record
        others = world.store.below(record.collection, record.parents)
        return next((other for other in others if self.may_see(world, call, other)), record)


@dataclass(frozen=True)
class _SameEntityTag(OneOperation):
    """Shows the same entity tag whatever happens to the record."""

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        answer = super().finished(world, call, answer)
        if call.key != self.key:
            return answer
        headers = tuple((name, '"1"' if name.lower() == "etag" else value) for name, value in answer.headers)
        return replace(answer, headers=headers)


def wrong_parents(model: ReferenceModel) -> Iterator[Mutant]:
    """D9: a record is found, or listed, below the parent of another, or made below one that does not exist."""
    for reading, resource in readings_of(model, Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE, Role.LIST, Role.CREATE):
        if not reading.parent_parameters or resource.parent is None:
            continue
        fault = Fault("D9", FaultFamily.STATE, reading, HIERARCHY, keys_around(model, resource))
        if reading.role is Role.LIST:
            yield fault.mutant("all parents", "lists the records of every parent", _ListOfAllParents(reading.key))
        elif reading.role is Role.CREATE:
            if any(above.is_populated for above, _ in reading.ancestors):
                yield fault.mutant("no parent", "makes a record below a parent that does not exist", _ParentNotAsked(reading.key))
        elif not reading.lookup:
            yield fault.mutant("any parent", "finds a record below a parent that is not its own", _AnyParent(reading.key))


def wrong_records(model: ReferenceModel) -> Iterator[Mutant]:
    """D10: another record than was asked for."""
    for reading, resource in readings_of(model, Role.READ):
        fault = Fault("D10", FaultFamily.STATE, reading, WRONG_RECORD, frozenset({reading.key}))
        if resource.operations.get(Role.CREATE) and reading.shows_record:
            yield fault.mutant("", "shows the oldest record, whichever is asked for", _FirstRecordFound(reading.key))


def stale_entity_tags(model: ReferenceModel) -> Iterator[Mutant]:
    """D11: the entity tag stays the same when the record changes."""
    for reading, resource in readings_of(model, Role.READ, Role.REPLACE, Role.PATCH):
        changes = resource.operations.get(Role.REPLACE) or resource.operations.get(Role.PATCH)
        if _shows_entity_tag(reading) and changes:
            fault = Fault("D11", FaultFamily.STATE, reading, ENTITY_TAGS, frozenset({reading.key}))
            yield fault.mutant("", "shows the same ETag after the record has changed", _SameEntityTag(reading.key))


def _shows_entity_tag(reading: Reading) -> bool:
    return any(header.name == "etag" for response in reading.operation.success_responses() for header in response.headers)


LOOKUPS: Final = (wrong_parents, wrong_records, stale_entity_tags)
