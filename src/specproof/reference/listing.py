"""Lists: which records, in which order, which page of them."""

from __future__ import annotations

from specproof.reference.calls import Call, Page, World
from specproof.reference.store import Record


def selected(world: World, call: Call, records: list[Record]) -> list[Record]:
    """What the filters leave."""
    raise NotImplementedError


def ordered(world: World, call: Call, records: list[Record]) -> list[Record]:
    """In the order asked for."""
    raise NotImplementedError


def page(world: World, call: Call, records: list[Record]) -> Page:
    """The page asked for."""
    raise NotImplementedError
