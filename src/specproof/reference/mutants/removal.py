"""D7 and D8: records that are not gone, records that are gone too, and refused requests that leave a trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.schema import JsonObject
from specproof.reference.behaviour import Call, Record, Role, World
from specproof.reference.messages import Answer
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import (
    Fault,
    OneOperation,
    is_read,
    keys_around,
    readings_of,
    sent_values,
    written_members,
)

if TYPE_CHECKING:
    from specproof.reference.contracts import Problem

GONE: Final = frozenset(
    {CheckId.DELETED, CheckId.NOT_LISTED, CheckId.UNCHANGED, CheckId.STATUS_EXPECTED, CheckId.READ_BACK, CheckId.UNKNOWN_ID}
)
"""Checks that notice a record which is still there."""
SIBLINGS: Final = GONE | {CheckId.LISTED}
TRACES: Final = frozenset({CheckId.UNCHANGED, CheckId.NOT_LISTED, CheckId.READ_BACK, CheckId.LISTED, CheckId.UNKNOWN_ID})
"""Checks that notice an effect which should not have been."""


@dataclass(frozen=True)
class _NothingDeleted(OneOperation):
    """Answers that the record is gone and keeps it."""

    def deleted(self, world: World, call: Call, record: Record) -> None:
        if call.key != self.key:
            super().deleted(world, call, record)


@dataclass(frozen=True)
class _AllDeleted(OneOperation):
    """Takes the whole collection away with the record."""

    def deleted(self, world: World, call: Call, record: Record) -> None:
        super().deleted(world, call, record)
        for other in world.store.below(record.collection, record.parents) if call.key == self.key else ():
            super().deleted(world, call, other)


@dataclass(frozen=True)
class _StillListed(OneOperation):
    """Deletes the record for everything but the list."""

    def deleted(self, world: World, call: Call, record: Record) -> None:
        super().deleted(world, call, record)
        if call.key == self.key:
            world.store.add(record)

    def found(self, world: World, call: Call, record_key: str) -> Record | None:
        record = super().found(world, call, record_key)
        return None if record is not None and record.is_deleted else record


@dataclass(frozen=True)
class _DoneThenRefused(OneOperation):
    """Refuses an invalid request after it has stored what it asks for."""

    def refusal(self, world: World, call: Call, problems: tuple[Problem, ...]) -> Answer:
        if call.key == self.key and sent_values(call) and all(problem.location == "body" for problem in problems):
            self.performed(world, call)
        return super().refusal(world, call, problems)

    def still_valid(self, world: World, call: Call, record: Record, values: JsonObject) -> bool:
        is_refused = call.key == self.key and bool(self.problems(world, call))
        return is_refused or super().still_valid(world, call, record, values)


def wrong_removal(model: ReferenceModel) -> Iterator[Mutant]:
    """D7: DELETE deletes nothing, deletes everything, or leaves the record in the list."""
    for reading, resource in readings_of(model, Role.DELETE):
        touches = keys_around(model, resource)
        status = reading.operation.success_responses()
        answers = f"answers {status[0].status}" if status else "answers that it is done"
        if is_read(resource):
            fault = Fault("D7", FaultFamily.STATE, reading, GONE, touches)
            yield fault.mutant("nothing", f"{answers} and deletes nothing", _NothingDeleted(reading.key))
            fault = Fault("D7", FaultFamily.STATE, reading, SIBLINGS, touches)
            yield fault.mutant("everything", "deletes every record of the collection", _AllDeleted(reading.key))
        if resource.operations.get(Role.LIST):
            fault = Fault("D7", FaultFamily.STATE, reading, GONE, touches)
            yield fault.mutant("still listed", "leaves the deleted record in the list", _StillListed(reading.key))


def refused_writes_done(model: ReferenceModel) -> Iterator[Mutant]:
    """D8: an invalid request is refused, and its effect is there all the same."""
    for reading, resource in readings_of(model, Role.CREATE, Role.REPLACE, Role.PATCH, Role.SINGLETON_WRITE):
        if is_read(resource) and written_members(model, reading, resource):
            fault = Fault("D8", FaultFamily.STATE, reading, TRACES, keys_around(model, resource))
            yield fault.mutant("", "refuses an invalid body and stores it all the same", _DoneThenRefused(reading.key))


REMOVAL: Final = (wrong_removal, refused_writes_done)
