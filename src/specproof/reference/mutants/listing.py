"""L: lists that show the wrong records, in the wrong order, or the wrong number of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.reference.behaviour import Call, Page, Reading, Record, Role, World
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import Fault, OneOperation, is_made, quoted, readings_of

FILTERED: Final = frozenset({CheckId.FILTER, CheckId.NOT_LISTED, CheckId.LISTED})
SORTED: Final = frozenset({CheckId.SORT_ORDER})
SIZES: Final = frozenset({CheckId.PAGE_SIZE})
PAGES: Final = frozenset(
    {CheckId.PAGING, CheckId.LISTED, CheckId.NOT_LISTED, CheckId.DISTINCT_IDS, CheckId.PAGE_SIZE, CheckId.UNCHANGED}
)
"""Checks that notice a page which is not the part of the list that was asked for."""
CONTENTS: Final = frozenset({CheckId.TOTAL, CheckId.PAGING, CheckId.LISTED, CheckId.PAGE_SIZE, CheckId.DISTINCT_IDS})
TOTALS: Final = frozenset({CheckId.TOTAL, CheckId.LISTED, CheckId.PAGE_SIZE, CheckId.READ_BACK, CheckId.ECHO, CheckId.UNCHANGED})


@dataclass(frozen=True)
class _FilterIgnored(OneOperation):
    """Takes one filter for none."""

    parameter: str

    def selected(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        return super().selected(world, _without(call, self.parameter) if call.key == self.key else call, records)


@dataclass(frozen=True)
class _FilterInverted(OneOperation):
    """Shows what one filter should leave out."""

    parameter: str

    def selected(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        left = super().selected(world, call, records)
        if call.key != self.key or not _is_sent(call, self.parameter):
            return left
        wanted = {id(record) for record in left}
        others = super().selected(world, _without(call, self.parameter), records)
        return [record for record in others if id(record) not in wanted]


@dataclass(frozen=True)
class _SortIgnored(OneOperation):
    """Keeps the order of creation."""

    parameters: tuple[str, ...]

    def ordered(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        return super().ordered(world, _without(call, *self.parameters) if call.key == self.key else call, records)


@dataclass(frozen=True)
class _SortReversed(OneOperation):
    """Sorts the wrong way round."""

    parameter: str

    def ordered(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        found = super().ordered(world, call, records)
        return found[::-1] if call.key == self.key and _is_sent(call, self.parameter) else found


@dataclass(frozen=True)
class _LimitIgnored(OneOperation):
    """Shows everything from the start of the page on."""

    parameter: str

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        found = super().page(world, call, records)
        if call.key != self.key or not _is_sent(call, self.parameter):
            return found
        return replace(found, items=records[found.start :], more=False)


@dataclass(frozen=True)
class _OneMore(OneOperation):
    """Shows one record more than a page holds; without ``parameter`` on pages whose size was not asked for."""

    parameter: str
    when_sent: bool

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        found = super().page(world, call, records)
        if call.key != self.key or _is_sent(call, self.parameter) is not self.when_sent:
            return found
        end = found.start + len(found.items) + 1
        return replace(found, items=records[found.start : end], more=end < len(records))


@dataclass(frozen=True)
class _StartIgnored(OneOperation):
    """Begins at the first record wherever the page should begin."""

    parameters: tuple[str, ...]

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        return super().page(world, _without(call, *self.parameters) if call.key == self.key else call, records)


@dataclass(frozen=True)
class _StartMoved(OneOperation):
    """Leaves out the first record of every page but the first."""

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        found = super().page(world, call, records)
        if call.key != self.key or not found.start:
            return found
        start, end = found.start + 1, found.start + 1 + len(found.items)
        return replace(found, items=records[start:end], more=end < len(records))


@dataclass(frozen=True)
class _NewestMissing(OneOperation):
    """Leaves out the record that was made last."""

    def visible(self, world: World, call: Call) -> list[Record]:
        found = super().visible(world, call)
        return found[:-1] if call.key == self.key else found


@dataclass(frozen=True)
class _ShownTwice(OneOperation):
    """Shows the last record of a page twice."""

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        found = super().page(world, call, records)
        return replace(found, items=[*found.items, *found.items[-1:]]) if call.key == self.key else found


@dataclass(frozen=True)
class _WrongTotal(OneOperation):
    """Counts one record too many."""

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        found = super().page(world, call, records)
        return replace(found, total=found.total + 1) if call.key == self.key else found


def wrong_filters(model: ReferenceModel) -> Iterator[Mutant]:
    """L1: a filter is ignored, or leaves the wrong records."""
    for reading, fault in _lists("L1", model, FILTERED):
        for name in dict.fromkeys(each.parameter for each in reading.listing.filters):
            yield fault.mutant(f"?{name} ignored", f"ignores the filter {quoted(name)}", _FilterIgnored(reading.key, name))
            words = f"shows what the filter {quoted(name)} should leave out, and nothing else"
            yield fault.mutant(f"?{name} inverted", words, _FilterInverted(reading.key, name))


def wrong_orders(model: ReferenceModel) -> Iterator[Mutant]:
    """L2: the sort parameter is ignored, or sorts the wrong way round."""
    for reading, fault in _lists("L2", model, SORTED):
        name = reading.listing.sort
        if name:
            yield fault.mutant(
                f"?{name} ignored", f"ignores {quoted(name)}", _SortIgnored(reading.key, (name, reading.listing.direction))
            )
            yield fault.mutant(
                f"?{name} reversed", f"sorts the wrong way round by {quoted(name)}", _SortReversed(reading.key, name)
            )


def wrong_sizes(model: ReferenceModel) -> Iterator[Mutant]:
    """L3: pages are too large."""
    for reading, fault in _lists("L3", model, SIZES):
        name = reading.listing.limit
        if not name:
            continue
        yield fault.mutant(f"?{name} ignored", f"ignores {quoted(name)} and shows everything", _LimitIgnored(reading.key, name))
        words = f"shows one record more than {quoted(name)} asks for"
        yield fault.mutant(f"?{name} one off", words, _OneMore(reading.key, name, when_sent=True))
        size = reading.listing.default_limit
        if size is not None:
            words = f"shows {size + 1} records where {quoted(name)} is not sent, instead of {size}"
            yield fault.mutant(f"?{name} default", words, _OneMore(reading.key, name, when_sent=False))


def wrong_pages(model: ReferenceModel) -> Iterator[Mutant]:
    """L4: pages begin at the wrong record."""
    for reading, fault in _lists("L4", model, PAGES):
        names = (reading.listing.offset, reading.listing.page, reading.listing.cursor)
        name = next((name for name in names if name), "")
        if name:
            words = f"begins with the first record whatever {quoted(name)} says"
            yield fault.mutant(f"?{name} ignored", words, _StartIgnored(reading.key, names))
            words = f"leaves out a record between two pages of {quoted(name)}"
            yield fault.mutant(f"?{name} one off", words, _StartMoved(reading.key))


def wrong_contents(model: ReferenceModel) -> Iterator[Mutant]:
    """L5: the newest record is missing, one is shown twice, the total is wrong."""
    for reading, fault in _lists("L5", model, CONTENTS):
        if reading.resource is not None and is_made(reading.resource):
            yield fault.mutant("newest missing", "leaves out the newest record", _NewestMissing(reading.key))
        yield fault.mutant("twice", "shows the last record of a page twice", _ShownTwice(reading.key))
        if reading.listing.total or reading.listing.total_header:
            yield replace(fault, checks=TOTALS).mutant(
                "total", "counts one record too many in its total", _WrongTotal(reading.key)
            )


def _lists(operator: str, model: ReferenceModel, checks: frozenset[CheckId]) -> Iterator[tuple[Reading, Fault]]:
    for reading, resource in readings_of(model, Role.LIST):
        if reading.shows_record and resource.operations:
            yield reading, Fault(operator, FaultFamily.LIST, reading, checks, frozenset({reading.key}))


def _is_sent(call: Call, parameter: str) -> bool:
    return ("query", parameter) in call.decoded.parameters


def _without(call: Call, *parameters: str) -> Call:
    """The same call, without these query parameters."""
    left_out = {("query", name) for name in parameters}
    kept = {place: value for place, value in call.decoded.parameters.items() if place not in left_out}
    return replace(call, decoded=replace(call.decoded, parameters=kept))


LISTS: Final = (wrong_filters, wrong_orders, wrong_sizes, wrong_pages, wrong_contents)
"""L1 to L5, in order."""
