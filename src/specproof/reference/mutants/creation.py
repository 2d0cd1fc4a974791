"""D1 to D3: records that are made wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.schema import JsonObject
from specproof.reference.behaviour import Call, Reading, Record, Resource, Role, World
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.alterations import Change, alterations, other_id
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import (
    Fault,
    OneOperation,
    is_read,
    keys_around,
    quoted,
    readings_of,
    without,
    written_members,
)

LOST: Final = frozenset(
    {
        CheckId.READ_BACK,
        CheckId.STATUS_EXPECTED,
        CheckId.LISTED,
        CheckId.ECHO,
        CheckId.DISTINCT_IDS,
        CheckId.UNCHANGED,
        CheckId.FILTER,
    }
)
"""Checks that notice a record which is not there, or not the one that it should be."""
VALUES: Final = frozenset({CheckId.ECHO, CheckId.READ_BACK, CheckId.UNCHANGED, CheckId.LISTED})
"""Checks that notice a value which is not the one that was written."""
DUPLICATES: Final = frozenset({CheckId.STATUS_EXPECTED, CheckId.REJECTED, CheckId.NOT_LISTED, CheckId.UNCHANGED})


@dataclass(frozen=True)
class _NotStored(OneOperation):
    """Answers with the new record and does not keep it."""

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        record = super().created(world, call, values)
        if call.key == self.key:
            world.store.remove(record)
        return record


@dataclass(frozen=True)
class _WrongIdShown(OneOperation):
    """Keeps the new record under one id and shows another."""

    member: str

    def shown(self, world: World, call: Call, record: Record) -> JsonObject:
        value = super().shown(world, call, record)
        if call.key == self.key and self.member in value:
            value = {**value, self.member: other_id(value[self.member])}
        return value


@dataclass(frozen=True)
class _IdUsedAgain(OneOperation):
    """Gives a new record the id of the one before it, which is gone then."""

    member: str

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        record = super().created(world, call, values)
        before = [other for other in world.store.below(record.collection, record.parents) if other is not record]
        if call.key != self.key or not before:
            return record
        last = before[-1]
        world.store.remove(record)
        again = record.copied()
        again.is_deleted = False
        again.key = last.key
        again.values[self.member] = last.values.get(self.member)
        world.store.add(again)
        return again


@dataclass(frozen=True)
class _LostOnCreate(OneOperation):
    """Makes the record without one of the members that were sent."""

    member: str

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        return super().created(world, call, without(values, [self.member]) if call.key == self.key else values)


@dataclass(frozen=True)
class _AlteredOnCreate(OneOperation):
    """Makes the record with another value for one of the members that were sent."""

    member: str
    change: Change

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        if call.key == self.key and self.member in values:
            values = {**values, self.member: self.change(values[self.member])}
        return super().created(world, call, values)


@dataclass(frozen=True)
class _DuplicateTaken(OneOperation):
    """Does not ask whether another record has the value already."""

    member: str

    def conflict(self, world: World, call: Call, values: JsonObject, excluding: Record | None) -> Record | None:
        return super().conflict(world, call, without(values, [self.member]) if call.key == self.key else values, excluding)


def records_not_kept(model: ReferenceModel) -> Iterator[Mutant]:
    """D1: a new record is not stored, is shown with a wrong id, or takes the id of another."""
    for reading, resource in readings_of(model, Role.CREATE):
        fault = _fault("D1", model, reading, resource, LOST)
        if any(resource.operations.get(role) for role in (Role.LIST, Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE)):
            yield fault.mutant("not stored", "answers that it made the record and does not keep it", _NotStored(reading.key))
        if not resource.id_property:
            continue
        if reading.shows_record and any(role.takes_record for role in resource.operations):
            words = f"shows another {quoted(resource.id_property)} than the new record has"
            yield fault.mutant("wrong id", words, _WrongIdShown(reading.key, resource.id_property))
        if not resource.chooses_id and is_read(resource):
            words = f"gives a new record the {quoted(resource.id_property)} of the one before it"
            yield fault.mutant("same id", words, _IdUsedAgain(reading.key, resource.id_property))


def values_lost_on_create(model: ReferenceModel) -> Iterator[Mutant]:
    """D2: a member of a new record is dropped, truncated or altered."""
    for reading, resource in readings_of(model, Role.CREATE):
        if not (is_read(resource) or reading.shows_record):
            continue
        fault = _fault("D2", model, reading, resource, VALUES)
        for member in written_members(model, reading, resource):
            place = f"/{member.name}"
            yield fault.mutant(f"{place} dropped", f"forgets {member.quoted}", _LostOnCreate(reading.key, member.name))
            for way in alterations(member.sent):
                behaviour = _AlteredOnCreate(reading.key, member.name, way.change)
                yield fault.mutant(f"{place} {way.name}", way.words.format(member.quoted), behaviour)


def duplicates_taken(model: ReferenceModel) -> Iterator[Mutant]:
    """D3: a value that has to be unique is taken twice."""
    for reading, resource in readings_of(model, Role.CREATE, Role.REPLACE, Role.PATCH):
        if not model.compiled(reading.key).forms.documents(409):
            continue
        fault = _fault("D3", model, reading, resource, DUPLICATES)
        written = {member.name for member in written_members(model, reading, resource)}
        chosen = (resource.id_property,) if resource.chooses_id and reading.role is Role.CREATE else ()
        for name in (*chosen, *resource.unique_keys):
            if name in written or name in chosen:
                words = f"takes a {quoted(name)} that another record has already"
                yield fault.mutant(f"/{name}", words, _DuplicateTaken(reading.key, name))


def _fault(operator: str, model: ReferenceModel, reading: Reading, resource: Resource, checks: frozenset[CheckId]) -> Fault:
    return Fault(operator, FaultFamily.STATE, reading, checks, keys_around(model, resource))


CREATION: Final = (records_not_kept, values_lost_on_create, duplicates_taken)
