"""One request on its way through the server, and the world that it meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from specproof.openapi.model import Operation, OperationKey
from specproof.openapi.schema import JsonObject
from specproof.reference.compiled import Compiled
from specproof.reference.credentials import ANONYMOUS, Principal
from specproof.reference.decoding import Decoded
from specproof.reference.messages import Request
from specproof.reference.model import ReferenceModel
from specproof.reference.readings import Reading
from specproof.reference.resources import Resource
from specproof.reference.roles import Role
from specproof.reference.store import Record, Store

BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)
"""When the clock of every server begins."""
NOTHING_DECODED: Final = Decoded({}, None, False, "")


@dataclass(slots=True)
class World:
    """All that one server knows: the shared model, its own store, its clock."""

    model: ReferenceModel
    store: Store = field(default_factory=Store)
    ticks: int = 0
    """How many requests have come in."""
    notes: dict[str, object] = field(default_factory=dict)
    """What variants remember between requests, by names of their own; empty after a reset."""

    def now(self) -> datetime:
        """The time of the request: a second later for each one."""
        return BEGINNING + timedelta(seconds=self.ticks)


@dataclass(slots=True)
class Call:
    """One request of a known operation. ``principal`` and ``decoded`` are set as the request goes on.

    ``path_values`` are the raw segments, percent-encoded as they came; ``is_head`` marks a HEAD that is answered as GET.
    """

    request: Request
    compiled: Compiled
    path_values: Mapping[str, str]
    decoded: Decoded = NOTHING_DECODED
    principal: Principal = ANONYMOUS
    is_head: bool = False
    record: Record | None = None
    """The record that was addressed or made, once it is known."""

    new_key: str = ""
    """The key of the record to be made, where the path says it."""

    @property
    def reading(self) -> Reading:
        """How the operation was read."""
        return self.compiled.reading

    @property
    def operation(self) -> Operation:
        """The operation that is called."""
        return self.compiled.reading.operation

    @property
    def key(self) -> OperationKey:
        """Its identity."""
        return self.compiled.reading.operation.key

    @property
    def role(self) -> Role:
        """What it does to the records of ``resource``."""
        return self.compiled.reading.role

    @property
    def resource(self) -> Resource | None:
        """Whose records it works on."""
        return self.compiled.reading.resource


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. ``total`` counts the records of all pages; ``start`` is how many lie before this one."""

    items: list[Record]
    total: int
    more: bool
    start: int = 0


class Decisions(Protocol):
    """The decisions about records that performing an operation asks for."""

    def conflict(self, world: World, call: Call, values: JsonObject, excluding: Record | None) -> Record | None:
        """Who holds a unique key of ``values`` already."""

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        """A new record of ``values``, stored."""

    def replaced(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        """The record after its values were replaced."""

    def patched(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        """The record after a change; ``values`` are its new values, merged already."""

    def still_valid(self, world: World, call: Call, record: Record, values: JsonObject) -> bool:
        """Whether the record may be changed to ``values``."""

    def deleted(self, world: World, call: Call, record: Record) -> None:
        """Remove the record and what lies below it."""

    def found(self, world: World, call: Call, record_key: str) -> Record | None:
        """The record with that key."""

    def may_see(self, world: World, call: Call, record: Record) -> bool:
        """Whether the caller may know of the record."""

    def visible(self, world: World, call: Call) -> list[Record]:
        """The records of a collection that the caller may know of."""

    def selected(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        """Those that the filters leave."""

    def ordered(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        """Them in the order that was asked for."""

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        """The part of them that was asked for."""

    def shown(self, world: World, call: Call, record: Record) -> JsonObject:
        """A record as the answer shows it."""
