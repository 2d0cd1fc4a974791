"""Cases of valid requests at the edges of what is allowed: an API that refuses them, or stumbles, is stricter than its document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from specproof.domain.body_kinds import BodyKind
from specproof.domain.plans import Case, Check, Edit, EditKind, Family, Fresh, FromStep, PlanValue
from specproof.generators.naming import slug
from specproof.generators.plan_values import Missing, edited, value_at
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.crud_story import Story
from specproof.generators.planning.optional_members import members_at_edges, with_everything
from specproof.generators.planning.other_examples import other_examples
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.requests import IGNORED_HEADERS, BodyBase, documented_pointer
from specproof.generators.planning.sweeping import names_its_record, takes_foreign_ids
from specproof.generators.reading.resources import Role
from specproof.generators.selection import spread
from specproof.generators.test_data_factory.model import Boundary, ProvenValue
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import ParameterLocation

_BODIES = frozenset({BodyKind.JSON, BodyKind.FORM, BodyKind.MULTIPART})
_PLACES = (ParameterLocation.QUERY, ParameterLocation.HEADER, ParameterLocation.COOKIE)


@dataclass(frozen=True, slots=True)
class _Edge:
    """One boundary of an operation's request: where it belongs (for the cap), and how the request changes."""

    place: str
    boundary: Boundary
    change: Change
    pointer: str


def boundary_cases(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """One case for each boundary of an operation's body and parameters; a finding where the cap left some out."""
    edges = [*_body_edges(context, operation), *_parameter_edges(context, operation)]
    chosen = spread(edges, context.config.max_boundaries_per_operation, lambda edge: edge.place)
    if len(chosen) < len(edges):
        left = len(edges) - len(chosen)
        message = f"{operation.key.label}: {left} of {len(edges)} boundaries left out by max_boundaries_per_operation"
        yield Finding(FindingCode.CAPPED, operation.pointer, message, Severity.INFO)
    for edge in chosen:
        yield _case(context, operation, edge)
    yield from _only_required(context, operation)


def _only_required(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """One case without the optional parameters that the base request sends."""
    sent = [
        one
        for one in sorted(operation.parameters, key=lambda one: (one.location, one.name))
        if one.location in _PLACES and not one.required and context.parts.is_sent(operation, one)
    ]
    if not sent:
        return
    phrase = "a request without its optional parameters"
    boundary = Boundary(
        "parameters_only_required", phrase, "required", operation.pointer, (), value_class="required: nothing else"
    )
    change = Change(left_out=frozenset((one.location, one.name.raw()) for one in sent))
    yield _case(context, operation, _Edge("", boundary, change, f"{operation.pointer}/parameters"))


def _body_edges(context: GenerationContext, operation: Operation) -> Iterator[_Edge]:
    base = context.parts.body(operation)
    if (
        not isinstance(base, BodyBase)
        or base.kind not in _BODIES
        or (base.kind is not BodyKind.JSON and not isinstance(base.value, dict))
    ):
        return
    role = context.role(operation)
    everything = with_everything(context, base)
    found = (
        *context.values.boundaries(base.request, base.proven),
        *([everything] if everything else []),
        *members_at_edges(context, base),
        *(other_examples(context, base) if role is Role.CREATE else ()),
    )
    for boundary in (_with_its_record(base, one) if role is not Role.CREATE else one for one in found):
        touched = {edit.pointer for edit in boundary.edits}
        named = [edit for edit in boundary.edits if _holds_step(value_at(base.value, edit.pointer))]
        if any(edit.kind is EditKind.SET or role is not Role.CREATE for edit in named):
            continue  # The id of a record that was made for this case, or what holds it: without it another one is meant, or none.
        if role is not Role.CREATE and any(takes_foreign_ids(boundary.keyword, pointer) for pointer in touched):
            continue
        if boundary.keyword == "required" and (role is Role.PATCH or names_its_record(operation)):
            continue  # A patch says what changes: to leave the rest out is its usual form.
        pointer = documented_pointer(base, boundary.pointer)
        yield _Edge(boundary.edits[0].pointer, boundary, Change(edits=boundary.edits), pointer)


def _with_its_record(base: BodyBase, boundary: Boundary) -> Boundary:
    """Of what is optional everything goes but what names records, if there is any other."""
    if boundary.keyword != "required":
        return boundary
    rest = tuple(edit for edit in boundary.edits if not _holds_step(value_at(base.value, edit.pointer)))
    return replace(boundary, edits=rest) if rest else boundary


def _holds_step(value: PlanValue | Missing) -> bool:
    if isinstance(value, dict):
        return any(_holds_step(member) for member in value.values())
    if isinstance(value, list):
        return any(_holds_step(member) for member in value)
    return isinstance(value, FromStep) or (isinstance(value, Fresh) and value.is_number)


def _parameter_edges(context: GenerationContext, operation: Operation) -> Iterator[_Edge]:
    for parameter in sorted(operation.parameters, key=lambda one: (one.location, one.name)):
        name = parameter.name.raw()
        if parameter.location not in _PLACES or parameter.deprecated or name.lower() in IGNORED_HEADERS:
            continue
        if context.parts.producers.of_query(parameter) is not None:
            continue
        proven = context.parts.parameter(operation, parameter)
        if not isinstance(proven, ProvenValue):
            continue
        for boundary in context.values.boundaries(parameter_request(operation, parameter), proven.value):
            edit = boundary.edits[0]
            if edit.kind is not EditKind.SET or edit.value is None or edit.value in ([], ""):
                continue  # On the wire these are absent.
            value = edited(proven.value, (edit,)) if edit.pointer else edit.value
            change = Change(replaced={(parameter.location, name): value})
            yield _Edge(f"{parameter.location.value} {name}", boundary, change, boundary.pointer)


def _case(context: GenerationContext, operation: Operation, edge: _Edge) -> Case | Finding:
    boundary = edge.boundary
    scene = context.scene()
    checks = (*context.success_checks(operation), *_echo(context, operation, edge.change.edits))
    resource = context.resource(operation)
    purpose = f"Send {boundary.phrase}"
    if resource.create is operation and resource.can_be_made:
        scene.create(resource, name="created", purpose=purpose, checks=checks, change=edge.change)
    else:
        scene.send(operation, name="answer", purpose=purpose, checks=checks, change=edge.change)
    draft = Draft(
        family=Family.VALIDATION,
        operation=operation,
        condition=boundary.slug,
        expected="is accepted",
        title=f"{operation.key.label}: {boundary.phrase} is accepted",
        keyword=boundary.keyword,
        pointer=edge.pointer,
        text=f"{boundary.phrase} is within `{boundary.keyword}`.",
        severity=boundary.severity,
        has_control=True,
        slug=f"{slug(boundary.slug, 60)}_accepted",
        value_class=boundary.value_class,
    )
    return context.finish(scene, draft)


def _echo(context: GenerationContext, operation: Operation, edits: tuple[Edit, ...]) -> tuple[Check, ...]:
    """That a create or an update shows what it was sent, where its answer shows the record."""
    resource, base = context.resource(operation), context.parts.body(operation)
    if resource.create is None or resource.record is None or not isinstance(base, BodyBase) or not base.media.is_json:
        return ()
    role = context.role(operation)
    story = Story(context, resource, resource.create)
    if not edits or role not in {Role.CREATE, Role.REPLACE, Role.PATCH} or story.place_in(operation) is None:
        return ()
    return (story.echo(operation, edited(base.value, edits)),)
