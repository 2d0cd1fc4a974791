"""What a search beside a collection finds: the new record that has the value, and nothing that has another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Fresh, FromStep, PlanValue
from specproof.generators.naming import quoted
from specproof.generators.plan_values import value_at
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import GenerationContext
from specproof.generators.planning.crud_story import Story, answers_later
from specproof.generators.planning.list_cases import ListOperation, edits_to_other, list_draft
from specproof.generators.planning.requests import OTHER, BodyBase
from specproof.generators.reading.paging import widest_page
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.reading.searches import Search, searches, searches_of
from specproof.generators.reading.shapes import escape, shape_of
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation, OperationKey

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,100}")
"""What no style of a parameter takes apart."""


def search_cases(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """The cases of an operation that searches the collection beside which it stands."""
    resource = context.resource(operation)
    for search in searches_of(resource, operation):
        found = _shown_by(context, resource)
        value = _made_with(context, resource, search)
        if found is None or value is None:
            continue
        read, place = found
        scene = context.scene()
        listing = ListOperation(context, operation, resource, search.place)
        edits = () if isinstance(value, Fresh) else edits_to_other(listing, search.key)
        is_unlike = isinstance(value, Fresh) or bool(edits)
        other = scene.record(resource, {resource.collection: OTHER}, edits) if is_unlike else ""
        made = scene.record(resource)
        scene.send(read, name="seen", purpose="Read it", checks=(), is_setup=True)
        checks = list(context.success_checks(operation))
        if search.is_whole:
            arguments: dict[str, PlanValue] = {"items": search.place.pointer, "key": search.pointer}
            checks.append(Check(CheckId.FILTER, {**arguments, "value": FromStep("seen", place + search.pointer)}))
        checks.append(listed(resource, search, CheckId.LISTED, made))
        if isinstance(value, Fresh) and other:
            checks.append(listed(resource, search, CheckId.NOT_LISTED, other))
        change = asked(search, "seen", place)
        scene.send(operation, name="listing", purpose="Search for it", checks=tuple(checks), change=change)
        text = f"A search by {{name}} shows the record that has the value at {quoted(search.key)}."
        condition = f"by the {search.parameter.name.raw()} of a new record"
        yield context.finish(scene, list_draft(operation, search.parameter, condition, "finds it", text, "policy"))


def searches_for(context: GenerationContext, resource: Resource) -> list[tuple[Search, str]]:
    """The searches that find one new record of a resource, and where a read of the record shows it; the most telling one first.

    One for each operation.
    """
    found = _shown_by(context, resource)
    if found is None:
        return []
    usable = [(value, one) for one in searches(resource) if (value := _made_with(context, resource, one)) is not None]
    # Few records have a value that is drawn anew: such a list is short.
    usable.sort(key=lambda pair: not isinstance(pair[0], Fresh))
    first: dict[OperationKey, Search] = {}
    for _, search in usable:
        first.setdefault(search.operation.key, search)
    return [(search, found[1]) for search in first.values()]


def asked(search: Search, seen: str, place: str) -> Change:
    """A search for the value of the record that the read ``seen`` showed at ``place``."""
    value = FromStep(seen, place + search.pointer)
    key = (search.parameter.location, search.parameter.name.raw())
    return Change(replaced={**widest_page(search.operation, search.place.item), key: [value] if search.is_list else value})


def listed(resource: Resource, search: Search, check: CheckId, step: str) -> Check:
    """The search shows (or does not show) the record that ``step`` made."""
    identity = resource.identity
    if identity is None:
        raise AssertionError("a search is planned for records that have an id")  # pragma: no cover
    value = FromStep(step, identity.pointer, identity.sent)
    return Check(check, {"items": search.place.pointer, "key": f"/{escape(identity.name)}", "value": value})


def _shown_by(context: GenerationContext, resource: Resource) -> tuple[Operation, str] | None:
    """The read of one record and where its answer shows the record. What a read shows is what a search goes by, whatever was sent."""
    read = resource.first(Role.READ)
    if read is None or resource.create is None or answers_later(resource.create):
        return None
    found = Story(context, resource, resource.create).place_in(read)
    return (read, found[0]) if found is not None else None


def _made_with(context: GenerationContext, resource: Resource, search: Search) -> PlanValue:
    """What a new record is made with where the search looks; None where that cannot be searched for."""
    base = context.parts.body(resource.create) if resource.create is not None else None
    value = value_at(base.value, search.pointer) if isinstance(base, BodyBase) and base.media.is_json else None
    shown = value.sample if isinstance(value, Fresh) else value
    accepted = shape_of(search.parameter.schema)
    accepted = shape_of(accepted.items) if accepted.is_array else accepted
    if not isinstance(shown, (str, int)) or isinstance(shown, bool) or (accepted.enum and shown not in accepted.enum):
        return None
    return value if _PLAIN.fullmatch(str(shown)) and not isinstance(value, FromStep) else None  # type: ignore[return-value]
