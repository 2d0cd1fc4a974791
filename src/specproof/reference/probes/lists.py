"""Probes of lists: every filter value, every spelling of an order, every size and start of a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from specproof.openapi.model import Operation, Parameter
from specproof.openapi.schema import JsonValue
from specproof.reference.probes.baseline import Baseline, Handle, Scene, pointer_to, told
from specproof.reference.probes.steps import Caller, Conversation, Piece, Step, Taken
from specproof.reference.readings import Reading
from specproof.reference.resources import Resource
from specproof.reference.roles import Role

_RECORDS: Final = 4
_MOST_RECORDS: Final = 110
_SORTED: Final = 6
_NEXT: Final = (
    "next_cursor",
    "nextCursor",
    "next",
    "cursor",
    "next_page_token",
    "nextPageToken",
    "after",
    "marker",
    "nextToken",
    "next_token",
)


class ListProbes:
    """Makes the conversations of the lists of one resource."""

    def __init__(self, baseline: Baseline, resource: Resource) -> None:
        self._baseline = baseline
        self._resource = resource

    def conversations(self) -> Iterator[Conversation]:
        """For each list: with records of its own, with records of a stranger, and with more of them than a page holds."""
        for operation in self._resource.operations.get(Role.LIST, ()):
            reading = self._baseline.reading(operation)
            label = operation.key.label
            yield self._on_own(operation, reading, _RECORDS).conversation(label, "list", is_loose=True)
            yield self._on_found(operation, reading).conversation(label, "found", records=3)
            size = reading.listing.default_limit
            most = max(reading.listing.maximum or 0, size or 20) + 2
            if reading.listing.is_paged and most <= _MOST_RECORDS:
                has_own = self._resource.operation(Role.CREATE) is not None
                scene = self._sizes(operation, reading, most if has_own else 0)
                yield scene.conversation(label, "many", is_loose=True, records=0 if has_own else most)

    def _on_own(self, operation: Operation, reading: Reading, count: int) -> Scene:
        scene = Scene(self._baseline)
        parents = scene.parents(self._resource)
        handles = [scene.record(self._resource, f"item {number}", parents) for number in range(count)]
        scene.ready()
        base = scene.at_record(operation, handles[0])
        self._asked(scene, reading, base, handles)
        return scene

    def _on_found(self, operation: Operation, reading: Reading) -> Scene:
        """Records that were there before: each is read, and the list is asked for in every way."""
        scene = Scene(self._baseline)
        parents = scene.parents(self._resource)
        base = scene.in_collection(operation, parents)
        index = scene.send(base)
        scene.ready()
        name = self._resource.id_property or "id"
        found = [
            Handle(self._resource, Taken(index, (pointer_to(*reading.listing.items, str(number), name),), "missing"), parents)
            for number in range(3)
        ]
        self._asked(scene, reading, base, [])
        for handle in found:
            for role in (Role.READ, Role.PATCH, Role.REPLACE, Role.DELETE):
                for each in self._resource.operations.get(role, ()):
                    if not self._baseline.reading(each).lookup:
                        scene.send(scene.at_record(each, handle, "found"))
            scene.send(base)
        return scene

    def _asked(self, scene: Scene, reading: Reading, base: Step, handles: list[Handle]) -> None:
        scene.send(base)
        scene.send(base.but(caller=Caller.SECOND))
        for change in (*self._filters(reading, handles), *self._orders(reading), *self._pages(reading)):
            scene.send(base.but(values={**base.values, **{("query", name): value for name, value in change.items()}}))
        self._cursors(scene, reading, base)

    def _sizes(self, operation: Operation, reading: Reading, own: int) -> Scene:
        scene = Scene(self._baseline)
        parents = scene.parents(self._resource)
        for number in range(own):
            scene.record(self._resource, f"many {number}", parents)
        scene.ready()
        base = scene.in_collection(operation, parents)
        scene.send(base)
        for change in self._pages(reading):
            scene.send(base.but(values={**base.values, **{("query", name): value for name, value in change.items()}}))
        self._cursors(scene, reading, base)
        return scene

    def _filters(self, reading: Reading, handles: list[Handle]) -> Iterator[dict[str, Piece]]:
        queries = _queries(reading)
        for each in reading.listing.filters:
            parameter = queries.get(each.parameter)
            if parameter is None:
                continue
            for value in self._values(parameter):
                yield {each.parameter: value}
            for handle in handles:
                if handle.made_by is not None and each.property:
                    made = self._baseline.reading(handle.made_by.operation)
                    yield {each.parameter: told(handle.member(made, each.property, "none"))}
            for text in ("", "zzz", "TRUE"):
                yield {each.parameter: text}
        if len(reading.listing.filters) > 1:
            first, second = reading.listing.filters[:2]
            for handle in handles[:2]:
                if handle.made_by is not None:
                    made = self._baseline.reading(handle.made_by.operation)
                    pair: dict[str, Piece] = {}
                    for each in (first, second):
                        pair[each.parameter] = told(handle.member(made, each.property, "none"))
                    yield pair

    def _values(self, parameter: Parameter) -> list[JsonValue]:
        raw = parameter.schema.resolved()
        members = raw.get("enum") if isinstance(raw, dict) else None
        values: list[JsonValue] = list(members[:12]) if isinstance(members, list) else []
        if isinstance(raw, dict) and raw.get("type") == "boolean":
            values = [True, False]
        for key in ("", "other"):
            values += [value for value in self._baseline.value(parameter, key) if value not in values]
        return values

    def _orders(self, reading: Reading) -> Iterator[dict[str, Piece]]:
        listing, queries = reading.listing, _queries(reading)
        if not listing.sort and not listing.direction:
            return
        sort, direction = queries.get(listing.sort), queries.get(listing.direction)
        ways = self._values(direction) if direction is not None else []
        if sort is not None:
            spellings: list[Piece] = self._values(sort)[:24]
            for name in listing.sortable[:_SORTED]:
                spellings += [
                    text
                    for text in (name, f"-{name}", f"{name}:desc", f"{name} desc", f"{name}:asc", f"{name}_desc")
                    if text not in spellings
                ]
            for spelling in spellings:
                yield {listing.sort: spelling}
            for spelling in spellings[:_SORTED]:
                for way in ways[:4]:
                    yield {listing.sort: spelling, listing.direction: way}
            if listing.limit and spellings:
                yield {listing.sort: spellings[0], listing.limit: 2}
        for way in ways:
            yield {listing.direction: way}

    def _pages(self, reading: Reading) -> Iterator[dict[str, Piece]]:
        listing = reading.listing
        sizes: list[Piece] = [
            1,
            2,
            3,
            0,
            *([listing.maximum - 1, listing.maximum, listing.maximum + 1] if listing.maximum else [50]),
        ]
        for size in sizes if listing.limit else ():
            yield {listing.limit: size}
        for start in (0, 1, 2, 3, 4, 1000) if listing.offset else ():
            yield {listing.offset: start}
            if listing.limit:
                yield {listing.offset: start, listing.limit: 2}
        for number in range(listing.first_page, listing.first_page + 4) if listing.page else ():
            yield {listing.page: number}
            if listing.limit:
                yield {listing.page: number, listing.limit: 2}
        if listing.page:
            yield {listing.page: 1000}

    def _cursors(self, scene: Scene, reading: Reading, base: Step) -> None:
        """From page to page, as far as three pages of one record each go."""
        listing = reading.listing
        if not listing.cursor:
            return
        step = base.with_value("query", listing.limit, 1) if listing.limit else base
        index = scene.send(step)
        containers = (listing.items[:-1], (), ("meta",), ("pagination",), ("page_info",), ("pageInfo",), ("paging",))
        pointers = tuple(dict.fromkeys(pointer_to(*inner, name) for name in (listing.cursor, *_NEXT) for inner in containers))
        name = self._resource.id_property or "id"
        last = pointer_to(*listing.items, "0", name)
        for _ in range(3):
            index = scene.send(step.with_value("query", listing.cursor, Taken(index, (*pointers, last), "none")))
        scene.send(step.with_value("query", listing.cursor, "nonsense"))


def _queries(reading: Reading) -> dict[str, Parameter]:
    return {p.name.raw(): p for p in reading.operation.parameters if p.location.value == "query"}
