"""What operations do to records, by role."""

from __future__ import annotations

from specproof.openapi.schema import JsonObject
from specproof.reference.calls import Call, Decisions, World
from specproof.reference.messages import Answer
from specproof.reference.store import Record


def performed(decisions: Decisions, world: World, call: Call) -> Answer:
    """The operation, by its role."""
    raise NotImplementedError


def conflict(world: World, call: Call, values: JsonObject, excluding: Record | None) -> Record | None:
    """Who holds a unique key of ``values``."""
    raise NotImplementedError


def created(world: World, call: Call, values: JsonObject) -> Record:
    """A new record."""
    raise NotImplementedError


def replaced(world: World, call: Call, record: Record, values: JsonObject) -> Record:
    """The record replaced."""
    raise NotImplementedError


def patched(world: World, call: Call, record: Record, values: JsonObject) -> Record:
    """The record changed."""
    raise NotImplementedError


def deleted(world: World, call: Call, record: Record) -> None:
    """The record removed."""
    raise NotImplementedError


def found(decisions: Decisions, world: World, call: Call, record_key: str) -> Record | None:
    """The record with that key."""
    raise NotImplementedError


def may_see(world: World, call: Call, record: Record) -> bool:
    """Whether the caller may know of it."""
    raise NotImplementedError


def visible(decisions: Decisions, world: World, call: Call) -> list[Record]:
    """The collection, for the caller."""
    raise NotImplementedError
