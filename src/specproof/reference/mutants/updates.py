"""D4 to D6: records that are changed wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.vocabulary import Method
from specproof.reference.behaviour import Call, Reading, Record, Resource, Role, World
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.alterations import other_id
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import (
    Fault,
    Member,
    OneOperation,
    body_schema,
    is_read,
    json_body,
    keys_around,
    quoted,
    readings_of,
    sent_values,
    without,
    written_members,
)

CHANGES: Final = frozenset({CheckId.CLEARED, CheckId.READ_BACK, CheckId.ECHO, CheckId.UNCHANGED, CheckId.LISTED, CheckId.FILTER})
"""Checks that notice a change which was not made as it was asked for."""
UPDATING: Final = (Role.REPLACE, Role.PATCH, Role.SINGLETON_WRITE)
REPETITION: Final = CHANGES | {CheckId.STATUS_EXPECTED, CheckId.DISTINCT_IDS}


@dataclass(frozen=True)
class _Update(OneOperation):
    """A fault in what a replacement or a change stores: subclasses say what it stores instead."""

    def replaced(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        return super().replaced(world, call, record, self.stored(call, record, values) if call.key == self.key else values)

    def patched(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        return super().patched(world, call, record, self.stored(call, record, values) if call.key == self.key else values)

    def stored(self, call: Call, record: Record, values: JsonObject) -> JsonObject:
        """What is stored in place of ``values``."""
        raise NotImplementedError


@dataclass(frozen=True)
class _KeptOnUpdate(_Update):
    """Leaves one member as it was."""

    member: str

    def stored(self, call: Call, record: Record, values: JsonObject) -> JsonObject:
        return _with_old(values, record, [self.member])


@dataclass(frozen=True)
class _NotApplied(OneOperation):
    """Answers with the changed record and keeps the old one."""

    def replaced(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        before = record.copied()
        return self._undone(world, call, before, super().replaced(world, call, record, values))

    def patched(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        before = record.copied()
        return self._undone(world, call, before, super().patched(world, call, record, values))

    def _undone(self, world: World, call: Call, before: Record, after: Record) -> Record:
        if call.key != self.key:
            return after
        answered = after.copied()
        after.values, after.version = before.values, before.version
        return answered


@dataclass(frozen=True)
class _Merged(_Update):
    """Keeps the old values of what the replacement leaves out."""

    members: tuple[str, ...]

    def stored(self, call: Call, record: Record, values: JsonObject) -> JsonObject:
        kept: JsonObject = {name: record.values[name] for name in self.members if name in record.values}
        return {**kept, **values}


@dataclass(frozen=True)
class _Wiped(_Update):
    """Forgets what the change does not name."""

    members: tuple[str, ...]

    def stored(self, call: Call, record: Record, values: JsonObject) -> JsonObject:
        sent = sent_values(call)
        return without(values, [name for name in self.members if name not in sent])


@dataclass(frozen=True)
class _NullIgnored(_Update):
    """Takes a null for "leave it as it is"."""

    members: tuple[str, ...]

    def stored(self, call: Call, record: Record, values: JsonObject) -> JsonObject:
        sent = sent_values(call)
        return _with_old(values, record, [name for name in self.members if name in sent and sent[name] is None])


@dataclass(frozen=True)
class _Appended(_Update):
    """Adds the items that were sent to those that are there."""

    member: str
    most: int

    def stored(self, call: Call, record: Record, values: JsonObject) -> JsonObject:
        old, new = record.values.get(self.member), values.get(self.member)
        if not isinstance(old, list) or not isinstance(new, list):
            return values
        both: list[JsonValue] = [*old, *(item for item in new if item not in old)]
        return {**values, self.member: both[: self.most]}


@dataclass(frozen=True)
class _NewIdGiven(OneOperation):
    """Keeps the replaced record under a new id."""

    member: str

    def replaced(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        after = super().replaced(world, call, record, values)
        if call.key != self.key or self.member not in after.values:
            return after
        moved = after.copied()
        world.store.remove(after)
        moved.values[self.member] = other_id(after.values[self.member])
        moved.key = str(moved.values[self.member])
        world.store.add(moved)
        return moved


@dataclass(frozen=True)
class _OwnDuplicate(OneOperation):
    """Takes a record for a duplicate of itself."""

    def conflict(self, world: World, call: Call, values: JsonObject, excluding: Record | None) -> Record | None:
        return super().conflict(world, call, values, None if call.key == self.key else excluding)


def updates_not_applied(model: ReferenceModel) -> Iterator[Mutant]:
    """D4: a replacement or change is not stored, or one member of it is not."""
    for reading, resource in readings_of(model, *UPDATING):
        fault = _fault("D4", model, reading, resource, CHANGES)
        if not (is_read(resource) or reading.shows_record):
            continue
        members = written_members(model, reading, resource)
        if is_read(resource) and (members or json_body(reading)):
            yield fault.mutant("not stored", "answers that it changed the record and keeps the old one", _NotApplied(reading.key))
        for member in members:
            yield fault.mutant(f"/{member.name} lost", f"forgets {member.quoted}", _KeptOnUpdate(reading.key, member.name))


def wrong_merging(model: ReferenceModel) -> Iterator[Mutant]:
    """D5: PUT merges, PATCH wipes, a null is ignored."""
    for reading, resource in readings_of(model, *UPDATING):
        if not (is_read(resource) or reading.shows_record):
            continue
        fault = _fault("D5", model, reading, resource, CHANGES)
        members = written_members(model, reading, resource)
        optional = tuple(member.name for member in members if member.is_optional)
        left_out = tuple(name for name in optional if name not in _required(model, reading))
        if _is_replacement(reading) and left_out:
            yield fault.mutant("merges", "keeps the old values of what the body leaves out", _Merged(reading.key, left_out))
        if not _is_replacement(reading) and left_out:
            yield fault.mutant("wipes", "forgets what the body does not name", _Wiped(reading.key, left_out))
        nullable = tuple(member.name for member in members if _takes_null(member, reading))
        if nullable:
            yield fault.mutant(
                "null ignored", "leaves a member as it was when null is sent for it", _NullIgnored(reading.key, nullable)
            )


def repeated_replacement(model: ReferenceModel) -> Iterator[Mutant]:
    """D6: PUT gives a new id, adds instead of replacing, or refuses what it has stored already."""
    for reading, resource in readings_of(model, Role.REPLACE, Role.SINGLETON_WRITE):
        if not _is_replacement(reading):
            continue
        fault = _fault("D6", model, reading, resource, REPETITION)
        members = written_members(model, reading, resource)
        if resource.id_property and reading.key_parameter and not reading.lookup:
            words = f"gives the record a new {quoted(resource.id_property)}"
            yield fault.mutant("new id", words, _NewIdGiven(reading.key, resource.id_property))
        for member in members:
            if member.sent.is_list:
                words = f"adds to {member.quoted} instead of replacing it"
                yield fault.mutant(f"/{member.name} appended", words, _Appended(reading.key, member.name, _most_items(member)))
        is_unique = bool(set(resource.unique_keys) & {member.name for member in members})
        if is_unique and model.compiled(reading.key).forms.documents(409):
            yield fault.mutant("own duplicate", "takes a record for a duplicate of itself", _OwnDuplicate(reading.key))


def _fault(operator: str, model: ReferenceModel, reading: Reading, resource: Resource, checks: frozenset[CheckId]) -> Fault:
    return Fault(operator, FaultFamily.STATE, reading, checks, keys_around(model, resource))


def _is_replacement(reading: Reading) -> bool:
    """Whether the body is the whole record: PUT, not PATCH; other methods change what there is one of."""
    return reading.key.method is Method.PUT or reading.role is Role.REPLACE


def _with_old(values: JsonObject, record: Record, names: list[str]) -> JsonObject:
    """``values`` with what the record held before under ``names``."""
    old: JsonObject = {name: record.values[name] for name in names if name in record.values}
    return {**without(values, names), **old}


def _required(model: ReferenceModel, reading: Reading) -> set[str]:
    shapes = model.shapes
    return shapes.of_schema(body_schema(reading, shapes)).required


def _takes_null(member: Member, reading: Reading) -> bool:
    """Whether a client can set the member to null, or take it away by a null in a merge patch."""
    body = reading.operation.request_body
    merges = any(media_type.name == "application/merge-patch+json" for media_type in (body.media_types if body else ()))
    return member.sent.is_nullable and (member.shown.is_nullable or (member.is_optional and merges))


def _most_items(member: Member) -> int:
    found = member.sent.flags.get("maxItems")
    return int(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else 1_000


UPDATES: Final = (updates_not_applied, wrong_merging, repeated_replacement)
