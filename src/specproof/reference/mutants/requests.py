"""What faults in the reading of requests share: one operation's contract, changed at one place; values at a place of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.model import OperationKey
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.behaviour import Call, Reading, Record, World
from specproof.reference.containers import json_media
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.records import Fault, OneOperation, keys_around
from specproof.reference.mutants.schema_walk import ITEM, Part, SchemaPath, Steps, edited
from specproof.reference.mutants.walks import BODY, Spot, walks_of

if TYPE_CHECKING:
    from specproof.reference.contracts import Problem, RequestContract

Edit: TypeAlias = "Callable[[JsonObject], JsonObject | bool]"
"""What becomes of one schema object."""
ContractChange: TypeAlias = "Callable[[RequestContract], RequestContract]"


@dataclass(frozen=True)
class ContractChanged(OneOperation):
    """Asks something else of its requests than the document does."""

    change: ContractChange
    is_lenient: bool = True
    """Whether it takes what the document forbids: then changed records need not be valid as a whole either."""
    _changed: dict[int, tuple[RequestContract, RequestContract]] = field(default_factory=dict, compare=False, repr=False)

    def contract(self, world: World, call: Call) -> RequestContract:
        """The operation's contract, changed. It is compiled once: contracts are shared by all servers of a model."""
        documented = super().contract(world, call)
        if call.key != self.key:
            return documented
        known = self._changed.get(id(documented))
        if known is None:
            known = (documented, self.change(documented))
            self._changed[id(documented)] = known
        return known[1]

    def problems(self, world: World, call: Call) -> tuple[Problem, ...]:
        """What is wrong in this server's eyes. What both refuse, both refuse in the same words: only decisions are to differ."""
        found = super().problems(world, call)
        if not found or call.key != self.key:
            return found
        return super().contract(world, call).problems(call.decoded) or found

    def still_valid(self, world: World, call: Call, record: Record, values: JsonObject) -> bool:
        """Whether a changed record may stay as it is."""
        return (self.is_lenient and call.key == self.key) or super().still_valid(world, call, record, values)


def edited_at(reading: Reading, spot: Spot, paths: tuple[SchemaPath, ...], edit: Edit) -> ContractChange:
    """Changes the schema of one parameter, or of the body, at some parts of it."""

    def change(contract: RequestContract) -> RequestContract:
        if not spot.is_body:
            place = (spot.location, spot.name)
            return contract.replace(
                parameters={**contract.parameters, place: _edited(contract.parameters.get(place), paths, edit)}
            )
        names = same_bodies(reading)
        bodies = {name: _edited(schema, paths, edit) if name in names else schema for name, schema in contract.bodies.items()}
        return contract.replace(bodies=bodies)

    return change


def _edited(schema: JsonObject | bool | None, paths: tuple[SchemaPath, ...], edit: Edit) -> JsonObject | bool:
    if not isinstance(schema, dict):
        return True if schema is None else schema
    changed = edited(schema, paths, edit)
    return schema if changed is None else changed


def same_bodies(reading: Reading) -> frozenset[str]:
    """The media types of the body that have the same schema as its JSON."""
    body = reading.operation.request_body
    main = json_media(body.media_types) if body is not None else None
    if body is None or main is None or main.schema is None:
        return frozenset()
    raw = main.schema.raw
    return frozenset(media.name for media in body.media_types if media.schema is not None and media.schema.raw == raw)


def without_keyword(keyword: str) -> Edit:
    """Takes a keyword away."""
    return lambda schema: {name: value for name, value in schema.items() if name != keyword}


def with_keyword(keyword: str, value: JsonValue) -> Edit:
    """Sets a keyword."""
    return lambda schema: {**schema, keyword: value}


def requested(
    model: ReferenceModel, operator: str, family: FaultFamily, checks: frozenset[CheckId]
) -> Iterator[tuple[Fault, tuple[Spot, ...]]]:
    """The operator in every operation that takes something, and the places of its requests."""
    walks = walks_of(model)
    for reading in model.readings:
        spots = walks.sent(reading)
        if spots:
            yield Fault(operator, family, reading, checks, touched(model, reading)), spots


def touched(model: ReferenceModel, reading: Reading) -> frozenset[OperationKey]:
    """The operations in which a fault of that operation's requests may show: where it writes, those that show what was written."""
    if reading.role.is_write and reading.resource is not None:
        return keys_around(model, reading.resource)
    return frozenset({reading.key})


def values_at(value: JsonValue, steps: Steps) -> Iterator[JsonValue]:
    """Everything that stands at a place, of lists each item."""
    if not steps:
        yield value
    elif steps[0] == ITEM:
        for item in value if isinstance(value, list) else ():
            yield from values_at(item, steps[1:])
    elif isinstance(value, dict) and str(steps[0]) in value:
        yield from values_at(value[str(steps[0])], steps[1:])


def sent_at(call: Call, spot: Spot) -> Iterator[JsonValue]:
    """What a request has at a place."""
    decoded = call.decoded
    if spot.location == BODY:
        if decoded.has_body:
            yield from values_at(decoded.body, spot.place.steps)
    elif (spot.location, spot.name) in decoded.parameters:
        yield from values_at(decoded.parameters[spot.location, spot.name], spot.place.steps)


def part_with(spot: Spot, keyword: str) -> Part | None:
    """The first part of a place that has the keyword."""
    return next((part for part, _, _ in spot.place.stated(keyword)), None)
