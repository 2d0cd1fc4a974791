"""What the query parameters of a list promise: page size, filters, sorting, and that each optional one is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, Family, Fresh, FromStep, PlanValue
from specproof.generators.naming import quoted
from specproof.generators.plan_values import Missing, value_at
from specproof.generators.planning.alternatives import another_value
from specproof.generators.planning.changes import Change, Labels
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.requests import OTHER, BodyBase, record_step
from specproof.generators.planning.scenes import Scene
from specproof.generators.reading.answers import ListPlace, list_of, request_schema, success_schema
from specproof.generators.reading.enum_names import named_member
from specproof.generators.reading.paging import counts_items, first_position, is_page_size, sort_choices, totals_of, widest_page
from specproof.generators.reading.resources import Resource
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.test_data_factory.model import ProvenValue, ValueRequest
from specproof.generators.words import tokens
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.schema import Example
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterLocation

MOST_OPTIONAL = 6
MOST_SORTED = 6
MOST_MEMBERS = 3
_INEXACT = frozenset({"date-time", "date", "time", "password", "binary"})


@dataclass(frozen=True, slots=True)
class ListOperation:
    """One list operation with what its cases need."""

    context: GenerationContext
    operation: Operation
    resource: Resource
    place: ListPlace

    @property
    def collection(self) -> str:
        """The path of the collection."""
        return self.resource.collection


def list_operation(context: GenerationContext, operation: Operation) -> ListOperation | None:
    """The list that an operation answers with; None where the document shows none."""
    resource = context.resource(operation)
    place = list_of(success_schema(operation), resource.words)
    return None if place is None else ListOperation(context, operation, resource, place)


def list_cases(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """The cases of one list operation beyond its success."""
    listing = list_operation(context, operation)
    optional = [one for one in operation.parameters_in(ParameterLocation.QUERY) if not one.required and not one.deprecated]
    optional.sort(key=lambda one: one.name)
    spent: set[str] = set()
    if listing is not None:
        for parameter in optional:
            for planner in (_page_size, _positions, _sorted, _filtered):
                found = list(planner(listing, parameter))
                if found:
                    yield from found
                    spent.add(parameter.name.raw())
                    break
        yield from _total(listing)
    left = [one for one in optional if one.name.raw() not in spent]
    chosen = [one for one in left if _is_worth_it(shape_of(one.schema)) and context.parts.producers.of_query(one) is None]
    for parameter in chosen[:MOST_OPTIONAL]:
        proven = context.parts.parameter(operation, parameter)
        if isinstance(proven, ProvenValue):
            yield _accepted(context, operation, parameter, proven)


def _is_worth_it(shape: Shape) -> bool:
    has_bound = shape.minimum is not None or shape.maximum is not None
    return bool(shape.enum) or shape.types == {"boolean"} or (shape.is_numeric and has_bound)


def list_draft(
    operation: Operation, parameter: Parameter, condition: str, expected: str, text: str, source: str = "document"
) -> Draft:
    """What a case of a list is about; ``{name}`` in ``text`` stands for the parameter."""
    name = quoted(parameter.name.raw())
    return Draft(
        family=Family.FUNCTIONAL,
        operation=operation,
        condition=condition,
        expected=expected,
        title=f"{operation.key.label}: {text.format(name=name)}",
        keyword="parameters",
        pointer=parameter.pointer,
        text=text.format(name=name),
        source=source,
        has_control=True,
    )


def _accepted(context: GenerationContext, operation: Operation, parameter: Parameter, proven: ProvenValue) -> Case | Finding:
    scene = context.scene()
    if context.resource(operation).can_be_made:
        scene.record(context.resource(operation))
    change = Change(replaced={(parameter.location, parameter.name.raw()): proven.value})
    scene.send(operation, name="listing", purpose="List", checks=context.success_checks(operation), change=change)
    text = "The optional parameter {name} is accepted with a valid value."
    draft = list_draft(operation, parameter, f"with {parameter.name.raw()}", "succeeds", text)
    member = named_member(parameter.schema, proven.value)
    detail = UntrustedText(f" {parameter.name.raw()} = {member.raw()}" if member else "")
    return context.finish(scene, replace(draft, detail=detail))


def _page_size(listing: ListOperation, parameter: Parameter) -> Iterator[Case | Finding]:
    shape = shape_of(parameter.schema)
    if not is_page_size(parameter, shape, listing.place.item):
        return
    limit = max(1, int(shape.minimum or 1))
    scene = listing.context.scene()
    if listing.resource.can_be_made and limit == 1:
        scene.record(listing.resource)
        scene.record(listing.resource, {listing.collection: OTHER})
    check = Check(CheckId.PAGE_SIZE, {"items": listing.place.pointer, "limit": limit})
    _send(scene, listing, {(parameter.location, parameter.name.raw()): limit}, (check,))
    text = "A page holds no more items than {name} asks for."
    draft = list_draft(listing.operation, parameter, f"{parameter.name.raw()} {limit}", "limits the page", text, "policy")
    yield listing.context.finish(scene, draft)


def _paged(listing: ListOperation, parameter: Parameter) -> Iterator[Case | Finding]:
    """Two pages of one item each hold different items. Only of lists that nobody else adds to: narrowed to a parent made here."""
    first = first_position(parameter, shape_of(parameter.schema))
    identity, size, narrow = listing.resource.identity, size_of(listing), narrowing(listing)
    if first is None or identity is None or size is None or narrow is None or identity.name not in listing.place.item.properties:
        return
    scene = listing.context.scene()
    scene.record(listing.resource)
    scene.record(listing.resource, {listing.collection: OTHER})
    key = (parameter.location, parameter.name.raw())
    pages = [{**narrow, (size.location, size.name.raw()): 1, key: first + step} for step in (0, 1)]
    pointer = f"{listing.place.pointer}/0/{escape(identity.name)}"
    values: list[PlanValue] = [FromStep("listing", pointer), FromStep("following", pointer)]
    purpose = "List the first page"
    scene.send(listing.operation, name="listing", purpose=purpose, checks=(), change=Change(replaced=pages[0]), is_setup=True)
    check = Check(CheckId.DISTINCT_IDS, {"values": values})
    scene.send(
        listing.operation, name="following", purpose="List the next page", checks=(check,), change=Change(replaced=pages[1])
    )
    text = "The page that {name} moves to holds other items."
    draft = list_draft(listing.operation, parameter, f"next {parameter.name.raw()}", "holds other items", text, "policy")
    yield listing.context.finish(scene, draft)


def _positions(listing: ListOperation, parameter: Parameter) -> Iterator[Case | Finding]:
    """What a parameter promises that says where a page begins."""
    yield from _paged(listing, parameter)
    yield from _moved(listing, parameter)


def _moved(listing: ListOperation, parameter: Parameter) -> Iterator[Case | Finding]:
    """A page that begins one item later, of a list that others may write to: judged only while nobody does."""
    first = first_position(parameter, shape_of(parameter.schema))
    identity, size = listing.resource.identity, size_of(listing)
    if first is None or identity is None or size is None or not listing.resource.can_be_made:
        return
    if identity.name not in listing.place.item.properties or (shape_of(size.schema).maximum or 2) < 2:
        return
    key, width = (parameter.location, parameter.name.raw()), (size.location, size.name.raw())
    scene = listing.context.scene()
    scene.record(listing.resource)
    scene.record(listing.resource, {listing.collection: OTHER})
    # Pages of one item are the same whether they are counted or the items are; of items, two tell the difference.
    narrow = 2 if counts_items(parameter) else 1
    whole, moved = Change(replaced={width: 2, key: first}), Change(replaced={width: narrow, key: first + 1})
    scene.send(listing.operation, name="whole", purpose="List two", checks=(), change=whole, is_setup=True)
    scene.send(listing.operation, name="moved", purpose="List from one step further", checks=(), change=moved, is_setup=True)
    items = listing.place.pointer
    values: list[PlanValue] = [FromStep("whole", items), FromStep("moved", items)]
    check = Check(CheckId.PAGING, {"values": values, "items": items, "key": f"/{escape(identity.name)}"})
    scene.send(listing.operation, name="again", purpose="List the two again", checks=(check,), change=whole)
    text = "The page that {name} moves to begins with the second item."
    draft = list_draft(listing.operation, parameter, f"next {parameter.name.raw()}", "begins one later", text, "policy")
    yield listing.context.finish(scene, draft)


def _total(listing: ListOperation) -> Iterator[Case | Finding]:
    """The totals that an answer and its headers say fit the items of the widest page."""
    checks = total_checks(listing)
    if not checks:
        return
    scene = listing.context.scene()
    if listing.resource.can_be_made:
        scene.record(listing.resource)
    change = Change(replaced=widest_page(listing.operation, listing.place.item))
    scene.send(listing.operation, name="listing", purpose="List", checks=checks, change=change)
    yield listing.context.finish(
        scene,
        Draft(
            family=Family.FUNCTIONAL,
            operation=listing.operation,
            condition="total",
            expected="fits the items",
            title=f"{listing.operation.key.label}: the total fits the items beside it",
            keyword="relation",
            pointer=listing.operation.pointer,
            text="A list that is not longer than its page says how many items it has.",
            source="policy",
            has_control=True,
        ),
    )


def total_checks(listing: ListOperation, least: int = 0) -> tuple[Check, ...]:
    """A check for each place where the answer says how many items the whole list has: no less than ``least``, which are known of."""
    known: dict[str, PlanValue] = {"least": least} if least else {}
    return tuple(
        Check(CheckId.TOTAL, {"items": listing.place.pointer, "header" if place.is_header else "at": place.name, **known})
        for place in totals_of(listing.operation, listing.place)
    )


def size_of(listing: ListOperation) -> Parameter | None:
    """The parameter that can make pages of one item."""
    for parameter in listing.operation.parameters_in(ParameterLocation.QUERY):
        shape = shape_of(parameter.schema)
        if is_page_size(parameter, shape, listing.place.item) and (shape.minimum is None or shape.minimum <= 1):
            return parameter
    return None


def narrowing(listing: ListOperation) -> dict[tuple[ParameterLocation, str], PlanValue] | None:
    """The parameters that narrow a list to the records of one new parent; None if there is no such way."""
    if not listing.resource.can_be_made:
        return None
    if "{" in listing.operation.key.path:
        return {}
    create = listing.resource.create
    base = listing.context.parts.body(create) if create is not None else None
    owners = [slot.resource for slot, _ in base.references] if isinstance(base, BodyBase) else []
    for parameter in listing.operation.parameters_in(ParameterLocation.QUERY):
        owner = listing.context.parts.producers.of_query(parameter)
        if owner is not None and owner.identity is not None and any(owner is one for one in owners):
            source = FromStep(record_step(owner), owner.identity.pointer, owner.identity.sent)
            return {(parameter.location, parameter.name.raw()): source}
    return None


def _send(
    scene: Scene,
    listing: ListOperation,
    replaced: dict[tuple[ParameterLocation, str], PlanValue],
    checks: tuple[Check, ...],
) -> None:
    purpose = "List with the parameter" if len(replaced) == 1 else "List with the parameters"
    scene.send(listing.operation, name="listing", purpose=purpose, checks=checks, change=Change(replaced=replaced))


def _sorted(listing: ListOperation, parameter: Parameter) -> Iterator[Case | Finding]:
    choices = sort_choices(listing.operation, parameter, listing.place.item)[:MOST_SORTED]
    for choice in choices:
        scene = listing.context.scene()
        if listing.resource.can_be_made:
            scene.record(listing.resource)
            edits = edits_to_other(listing, choice.key)
            scene.record(listing.resource, {listing.collection: OTHER}, edits)
        arguments: dict[str, PlanValue] = {
            "items": listing.place.pointer,
            "key": f"/{escape(choice.key)}",
            "descending": choice.descending,
        }
        _send(scene, listing, dict(choice.parameters), (Check(CheckId.SORT_ORDER, arguments),))
        direction = "descending" if choice.descending else "ascending"
        text = f"{{name}} sorts the list by {quoted(choice.key)}, {direction}."
        condition = f"sorted by {choice.key} {direction}"
        yield listing.context.finish(scene, list_draft(listing.operation, parameter, condition, "is in order", text, "policy"))


def edits_to_other(listing: ListOperation, name: str) -> tuple[Edit, ...]:
    """The edit that gives a second record another value of a property; none if it gets one by itself or cannot."""
    create = listing.resource.create
    base = listing.context.parts.body(create) if create is not None else None
    pointer = f"/{escape(name)}"
    schema = shape_of(request_schema(create)).properties.get(name)
    if not isinstance(base, BodyBase) or schema is None or create is None:
        return ()
    current = value_at(base.value, pointer)
    if isinstance(current, (Missing, Fresh)):
        return ()
    key = f"{create.key.label} {pointer}"
    other = another_value(listing.context.values, schema, current, key=key, name=name)
    return () if isinstance(other, Missing) else (Edit(EditKind.SET, pointer, other),)


def _neighbour(listing: ListOperation, key: str) -> tuple[Edit, ...]:
    """The edit that gives a second record the next text of a pattern (``CN``, ``CO``); an API that refuses it makes the case skip."""
    create = listing.resource.create
    base = listing.context.parts.body(create) if create is not None else None
    schema = shape_of(request_schema(create)).properties.get(key)
    current = value_at(base.value, f"/{escape(key)}") if isinstance(base, BodyBase) else Missing()
    if create is None or schema is None or not isinstance(current, str) or not current or not shape_of(schema).has_pattern:
        return ()
    following = {"Z": "A", "z": "a", "9": "0"}.get(current[-1], chr(ord(current[-1]) + 1))
    example = Example(current[:-1] + following, schema.pointer)
    asked = ValueRequest(schema, f"{create.key.label} {key} next", name=key, examples=(example,), fresh_strings=False)
    proven = listing.context.values.valid(asked)
    is_taken = isinstance(proven, ProvenValue) and proven.value == example.value
    return (Edit(EditKind.SET, f"/{escape(key)}", current[:-1] + following),) if is_taken else ()


def _filtered(listing: ListOperation, parameter: Parameter) -> Iterator[Case | Finding]:
    name, key, record = parameter.name.raw(), filter_key(listing, parameter), listing.resource.record
    if key is None or record is None:
        return
    found = other_record(listing, key, is_required=key in record.shape.required)
    if found is None:
        return
    if not found[0]:
        yield from _filtered_otherwise(listing, parameter, key)
    labels, edits, is_narrow = found
    scene = listing.context.scene()
    made = scene.record(listing.resource)
    if labels:
        scene.record(listing.resource, labels, edits)
    wanted = FromStep(made, record.pointer_to(key))
    items = listing.place.pointer
    checks = [Check(CheckId.FILTER, {"items": items, "key": f"/{escape(key)}", "value": wanted})]
    identity = listing.resource.identity
    if is_narrow and identity is not None and not identity.sent and identity.name in listing.place.item.properties:
        value = FromStep(made, identity.pointer)
        checks.append(Check(CheckId.LISTED, {"items": items, "key": f"/{escape(identity.name)}", "value": value}))
    pages = widest_page(listing.operation, listing.place.item)
    _send(scene, listing, {**pages, (parameter.location, name): wanted}, (*checks, *total_checks(listing)))
    text = f"Every item of a list filtered by {{name}} has that value at {quoted(key)}."
    yield listing.context.finish(
        scene, list_draft(listing.operation, parameter, f"filtered by {name}", "holds only these", text, "policy")
    )


def filter_key(listing: ListOperation, parameter: Parameter) -> str | None:
    """The property that a parameter filters by: one of its name and kind, of the items and of the records that can be made."""
    name, record = parameter.name.raw(), listing.resource.record
    key = next((one for one in listing.place.item.properties if tokens(one) == tokens(name)), None)
    if key is None or record is None or key not in record.shape.properties or not listing.resource.can_be_made:
        return None
    shape, item = shape_of(parameter.schema), shape_of(listing.place.item.properties[key])
    is_exact = shape.is_scalar and item.is_scalar and not {shape.format, item.format} & _INEXACT
    return key if is_exact and shape.types & item.types else None


def _filtered_otherwise(listing: ListOperation, parameter: Parameter, key: str) -> Iterator[Case | Finding]:
    """Where the server chooses the value: by members that the new record may not have, whatever it is, so that a filter has work to do."""
    members = [one for one in shape_of(parameter.schema).enum if isinstance(one, (str, int)) and not isinstance(one, bool)]
    for member in members[:MOST_MEMBERS] if len(members) > 1 else ():
        scene = listing.context.scene()
        scene.record(listing.resource)
        check = Check(CheckId.FILTER, {"items": listing.place.pointer, "key": f"/{escape(key)}", "value": member})
        _send(scene, listing, {(parameter.location, parameter.name.raw()): member}, (check,))
        text = f"Every item of a list filtered by {{name}} has that value at {quoted(key)}."
        condition = f"filtered by {parameter.name.raw()} {member}"
        yield listing.context.finish(
            scene, list_draft(listing.operation, parameter, condition, "holds only these", text, "policy")
        )


def other_record(listing: ListOperation, key: str, *, is_required: bool) -> tuple[Labels, tuple[Edit, ...], bool] | None:
    """How a second record comes to differ at ``key``: its labels, its edits, and whether so few records match that ours must be among
    them. No labels: the server chooses the value. None: no filter case can be trusted.
    """
    create = listing.resource.create
    base = listing.context.parts.body(create) if create is not None else None
    current = value_at(base.value, f"/{escape(key)}") if isinstance(base, BodyBase) else Missing()
    if isinstance(current, Missing):
        return ({}, (), False) if is_required else None
    if isinstance(current, FromStep) and isinstance(base, BodyBase):
        owner = next(slot.resource for slot, _ in base.references if slot.pointer == f"/{escape(key)}")
        return {listing.collection: OTHER, owner.collection: OTHER}, (), True
    if isinstance(current, Fresh):
        return {listing.collection: OTHER}, (), True
    edits = edits_to_other(listing, key) or _neighbour(listing, key)
    return ({listing.collection: OTHER}, edits, False) if edits else None
