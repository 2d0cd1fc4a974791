"""Answers: records as they are shown, wrappers, headers."""

from __future__ import annotations

from specproof.openapi.schema import JsonObject
from specproof.reference.calls import Call, World
from specproof.reference.messages import Answer
from specproof.reference.store import Record


def shown(world: World, call: Call, record: Record) -> JsonObject:
    """A record as the answer shows it."""
    raise NotImplementedError


def finished(world: World, call: Call, answer: Answer) -> Answer:
    """The answer with its headers."""
    raise NotImplementedError
