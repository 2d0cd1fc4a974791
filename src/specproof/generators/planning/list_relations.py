"""What the query parameters of a list promise together: a sorted list is cut after it is sorted, a total is that of all pages, filters add up."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, FromStep, PlanValue
from specproof.generators.plan_values import Missing, value_at
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import GenerationContext
from specproof.generators.planning.contracts import expected_statuses
from specproof.generators.planning.list_cases import (
    ListOperation,
    filter_key,
    list_draft,
    list_operation,
    narrowing,
    other_record,
    size_of,
    total_checks,
)
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.requests import OTHER, BodyBase
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.cursors import cursor_of
from specproof.generators.reading.paging import (
    ParameterKey,
    SortChoice,
    first_position,
    sort_choices,
    widest_page,
)
from specproof.generators.reading.shapes import escape, shape_of
from specproof.generators.test_data_factory.model import Origin, ProvenValue, ValueRequest
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.schema import Example
from specproof.openapi.vocabulary import ParameterLocation

_UNLIKE_AS_TEXT = ((9.5, 10.25), (9, 10), (2, 10), (99, 100), (95.5, 100.25), (999, 1000), (999.5, 1000.25))
"""Pairs that texts sort the other way round than numbers do."""
_REFUSALS = (204, 400, 422)
"""Beside a success: who knows all values that there can be may refuse one, and an empty list may be no content."""


def list_relations(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """The cases of one list operation."""
    listing = list_operation(context, operation)
    if listing is None or not listing.resource.can_be_made:
        return
    yield from _total_of_all_pages(listing)
    optional = [one for one in operation.parameters_in(ParameterLocation.QUERY) if not one.required and not one.deprecated]
    optional.sort(key=lambda one: one.name)
    for parameter in optional:
        choices = sort_choices(operation, parameter, listing.place.item)
        yield from _sorted_as_numbers(listing, parameter, choices)
        yield from _sorted_before_cut(listing, parameter, choices)
    filters = [(one, key) for one in optional if (key := filter_key(listing, one)) is not None]
    yield from _filtered_by_two(listing, filters)
    yield from _filtered_by_nobodys(listing, filters)
    yield from _after_a_cursor(listing)


def _total_of_all_pages(listing: ListOperation) -> Iterator[Case | Finding]:
    """A page of one item says how many there are on all pages: two at least, since two of ours are in the list."""
    size, checks, identity = size_of(listing), total_checks(listing, least=2), listing.resource.identity
    if size is None or not checks or identity is None or identity.name not in listing.place.item.properties:
        return
    scene = listing.context.scene()
    steps = [scene.record(listing.resource), scene.record(listing.resource, {listing.collection: OTHER})]
    pages, items, key = widest_page(listing.operation, listing.place.item), listing.place.pointer, f"/{escape(identity.name)}"
    narrow = narrowing(listing) or {}
    listed = tuple(
        Check(CheckId.LISTED, {"items": items, "key": key, "value": FromStep(step, identity.pointer, identity.sent)})
        for step in steps
    )
    change = Change(replaced={**pages, **narrow})
    scene.send(listing.operation, name="whole", purpose="List: both are there", checks=listed, change=change)
    change = Change(replaced={**pages, **narrow, (size.location, size.name.raw()): 1})
    scene.send(listing.operation, name="page", purpose="List a page of one", checks=checks, change=change)
    text = "The total beside a page that {name} cuts is that of all pages."
    draft = list_draft(listing.operation, size, f"{size.name.raw()} 1", "counts all pages", text, "policy")
    yield listing.context.finish(scene, draft)


def _sorted_as_numbers(listing: ListOperation, parameter: Parameter, choices: list[SortChoice]) -> Iterator[Case | Finding]:
    """Numbers are sorted by value: 9.5 comes before 10.25, as a text it does not."""
    for choice in choices:
        pair = None if choice.descending else _pair_of(listing, choice.key)
        if pair is None:
            continue
        scene = listing.context.scene()
        first, second = (Edit(EditKind.SET, f"/{escape(choice.key)}", number) for number in pair)
        scene.record(listing.resource, edits=(second,))
        scene.record(listing.resource, {listing.collection: OTHER}, (first,))
        arguments: dict[str, PlanValue] = {"items": listing.place.pointer, "key": f"/{escape(choice.key)}", "descending": False}
        # In a list of ours alone both stand on one page.
        asked = {**widest_page(listing.operation, listing.place.item), **(narrowing(listing) or {}), **dict(choice.parameters)}
        check = Check(CheckId.SORT_ORDER, arguments)
        scene.send(listing.operation, name="listing", purpose="List them sorted", checks=(check,), change=Change(replaced=asked))
        text = f"{{name}} sorts {choice.key if choice.key.isascii() else 'numbers'} by value, not by its digits."
        condition = f"numbers sorted by {choice.key}"
        draft = list_draft(listing.operation, parameter, condition, "are in order", text, "policy")
        yield listing.context.finish(scene, draft)


def _pair_of(listing: ListOperation, key: str) -> tuple[float, float] | None:
    """Two numbers that a new record may have at ``key``."""
    create = listing.resource.create
    base = listing.context.parts.body(create) if create is not None else None
    schema = shape_of(request_schema(create)).properties.get(key)
    if create is None or schema is None or not isinstance(base, BodyBase) or not shape_of(schema).is_numeric:
        return None
    current = value_at(base.value, f"/{escape(key)}")
    if isinstance(current, bool) or not isinstance(current, (int, float)):
        return None
    asked = f"{create.key.label} {key} sorted"
    for pair in _UNLIKE_AS_TEXT:
        proven = [
            listing.context.values.valid(ValueRequest(schema, asked, name=key, examples=(Example(number, schema.pointer),)))
            for number in pair
        ]
        if all(isinstance(one, ProvenValue) and one.origin is Origin.EXAMPLE for one in proven):
            return pair
    return None


def _sorted_before_cut(listing: ListOperation, parameter: Parameter, choices: list[SortChoice]) -> Iterator[Case | Finding]:
    """The second item of a sorted list begins the page that begins with the second item. Judged only while nobody writes."""
    size, moving = size_of(listing), _position_of(listing)
    keys = [one.key for one in choices if one.key in listing.place.item.required]
    if size is None or moving is None or not keys or (shape_of(size.schema).maximum or 2) < 2:
        return
    width, (key, first) = (size.location, size.name.raw()), moving
    for choice in choices:
        if choice.key != _plainest(listing, keys):
            continue
        scene = listing.context.scene()
        scene.record(listing.resource)
        scene.record(listing.resource, {listing.collection: OTHER})
        whole = Change(replaced={**dict(choice.parameters), width: 2, key: first})
        moved = Change(replaced={**dict(choice.parameters), width: 1, key: first + 1})
        scene.send(listing.operation, name="whole", purpose="List two", checks=(), change=whole, is_setup=True)
        scene.send(listing.operation, name="moved", purpose="List the second of them", checks=(), change=moved, is_setup=True)
        items = listing.place.pointer
        values: list[PlanValue] = [FromStep("whole", items), FromStep("moved", items)]
        arguments: dict[str, PlanValue] = {"values": values, "items": items, "key": f"/{escape(choice.key)}", "ranked": True}
        check = Check(CheckId.PAGING, arguments)
        scene.send(listing.operation, name="again", purpose="List the two again", checks=(check,), change=whole)
        direction = "descending" if choice.descending else "ascending"
        text = f"A list that {{name}} sorts, {direction}, is cut into pages after it is sorted."
        condition = f"sorted by {choice.key} {direction} next page"
        draft = list_draft(listing.operation, parameter, condition, "goes on in order", text, "policy")
        yield listing.context.finish(scene, draft)


def _plainest(listing: ListOperation, keys: list[str]) -> str:
    """The key that tells two records apart best: a moment may be the same for both."""
    return min(keys, key=lambda one: (shape_of(listing.place.item.properties[one]).format == "date-time", one))


def _position_of(listing: ListOperation) -> tuple[ParameterKey, int] | None:
    """The parameter that says where a page begins, and where the first one does."""
    for parameter in listing.operation.parameters_in(ParameterLocation.QUERY):
        first = first_position(parameter, shape_of(parameter.schema))
        if first is not None:
            return (parameter.location, parameter.name.raw()), first
    return None


def _after_a_cursor(listing: ListOperation) -> Iterator[Case | Finding]:
    """The page after a page of one item begins with the second item. Judged only while nobody writes."""
    cursor, size, identity = cursor_of(listing.operation, listing.place), size_of(listing), listing.resource.identity
    if cursor is None or size is None or identity is None or identity.name not in listing.place.item.properties:
        return
    if (shape_of(size.schema).maximum or 2) < 2:
        return
    width, key = (size.location, size.name.raw()), (cursor.parameter.location, cursor.parameter.name.raw())
    items = listing.place.pointer
    scene = listing.context.scene()
    scene.record(listing.resource)
    scene.record(listing.resource, {listing.collection: OTHER})
    whole, one = Change(replaced={width: 2}), Change(replaced={width: 1})
    scene.send(listing.operation, name="whole", purpose="List two", checks=(), change=whole, is_setup=True)
    # Where the page holds all there is, it has no cursor to go on from.
    short = Check(CheckId.PAGE_SIZE, {"items": items, "limit": 1})
    scene.send(listing.operation, name="page", purpose="List the first of them", checks=(short,), change=one)
    moved = Change(replaced={width: 1, key: FromStep("page", cursor.pointer)})
    scene.send(listing.operation, name="moved", purpose="List what comes after it", checks=(), change=moved, is_setup=True)
    values: list[PlanValue] = [FromStep("whole", items), FromStep("moved", items)]
    check = Check(CheckId.PAGING, {"values": values, "items": items, "key": f"/{escape(identity.name)}"})
    scene.send(listing.operation, name="again", purpose="List the two again", checks=(check,), change=whole)
    text = "The page that {name} goes on to begins with the second item."
    condition = f"next {cursor.parameter.name.raw()}"
    draft = list_draft(listing.operation, cursor.parameter, condition, "begins one later", text, "policy")
    yield listing.context.finish(scene, draft)


def _filtered_by_two(listing: ListOperation, filters: list[tuple[Parameter, str]]) -> Iterator[Case | Finding]:
    """Two filters together leave what passes both. The other record passes one of them alone."""
    record = listing.resource.record
    found = [(one, key, other_record(listing, key, is_required=False)) for one, key in filters]
    telling = next(((one, key, other) for one, key, other in found if other is not None and other[1]), None)
    if telling is None or record is None:
        return
    parameter, key, other = telling
    second = next(((one, name) for one, name, how in found if name != key and how is not None and how[0]), None)
    if second is None or other is None:
        return
    scene = listing.context.scene()
    made = scene.record(listing.resource)
    scene.record(listing.resource, other[0], other[1])
    asked: dict[ParameterKey, PlanValue] = dict(widest_page(listing.operation, listing.place.item))
    checks: list[Check] = []
    for one, name in ((parameter, key), second):
        wanted = FromStep(made, record.pointer_to(name))
        asked[(one.location, one.name.raw())] = wanted
        arguments: dict[str, PlanValue] = {"items": listing.place.pointer, "key": f"/{escape(name)}", "value": wanted}
        checks.append(Check(CheckId.FILTER, arguments))
    purpose = "List with both parameters"
    scene.send(listing.operation, name="listing", purpose=purpose, checks=tuple(checks), change=Change(replaced=asked))
    text = "Every item of a list filtered by {name} and by another parameter passes both."
    condition = f"filtered by {parameter.name.raw()} and {second[0].name.raw()}"
    draft = list_draft(listing.operation, parameter, condition, "holds only these", text, "policy")
    yield listing.context.finish(scene, draft)


def _filtered_by_nobodys(listing: ListOperation, filters: list[tuple[Parameter, str]]) -> Iterator[Case | Finding]:
    """A list that no record passes is an empty list, no 404. Ids of other records are left out: those may be said not to exist."""
    if any(response.status in {"404", "4XX", "default"} for response in listing.operation.responses):
        return
    for parameter, key in filters:
        shape = shape_of(parameter.schema)
        is_free = "string" in shape.types and not shape.enum and listing.context.parts.producers.of_query(parameter) is None
        value = _nobodys(listing, parameter, key) if is_free else Missing()
        if isinstance(value, Missing):
            continue
        scene = listing.context.scene()
        statuses: list[PlanValue] = [*sorted({*expected_statuses(listing.operation), *_REFUSALS})]
        checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.STATUS_EXPECTED, {"statuses": statuses}))
        change = Change(replaced={(parameter.location, parameter.name.raw()): value})
        scene.send(listing.operation, name="listing", purpose="List what may be nobody's", checks=checks, change=change)
        text = "A list that {name} leaves nothing of is empty, and no 404."
        condition = f"filtered by a rare {parameter.name.raw()}"
        yield listing.context.finish(scene, list_draft(listing.operation, parameter, condition, "answers a list", text, "policy"))
        return


def _nobodys(listing: ListOperation, parameter: Parameter, key: str) -> PlanValue | Missing:
    """A valid value of a filter that our own records do not have."""
    create = listing.resource.create
    base = listing.context.parts.body(create) if create is not None else None
    current = value_at(base.value, f"/{escape(key)}") if isinstance(base, BodyBase) else Missing()
    asked = parameter_request(listing.operation, parameter)
    proven = listing.context.values.valid(ValueRequest(asked.schema, f"{asked.key} nobody", fresh_strings=False))
    return proven.value if isinstance(proven, ProvenValue) and proven.value != current else Missing()
