"""Stories of what updates promise beyond being kept: the same twice, the whole replaced, nothing taken that only the server sets."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import BodyPlan, Case, Check, Edit, EditKind, Fresh, FromStep, PlanValue
from specproof.generators.plan_values import value_at
from specproof.generators.planning.changes import Change
from specproof.generators.planning.comparing import STATE_WORDS
from specproof.generators.planning.contracts import expected_statuses
from specproof.generators.planning.crud_story import Story, answers_later
from specproof.generators.planning.requests import BodyBase
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.resources import Role
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.words import tokens
from specproof.openapi.findings import Finding, Severity
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import ParameterLocation

_MERGE_PATCH = "application/merge-patch+json"
_ASSIGNED: dict[str, PlanValue] = {
    "date-time": "2001-02-03T04:05:06Z",
    "date": "2001-02-03",
    "integer": 987_654_321,
    "number": 98_765.25,
    "string": "assigned-by-a-client",
}
"""Values of a kind that no server would come to by itself."""


def update_stories(story: Story) -> Iterator[Case | Finding]:
    """The stories of one resource."""
    yield from _replace_twice(story)
    yield from _replace_clears(story)
    yield from _merge_removes(story)
    yield from _assigns_nothing(story)
    yield from _located(story)


def _replace_twice(story: Story) -> Iterator[Case | Finding]:
    """PUT is idempotent: the second of two equal requests changes nothing."""
    update, read = story.resource.first(Role.REPLACE), story.read
    base = story.context.parts.body(update) if update is not None else None
    if update is None or read is None or not isinstance(base, BodyBase) or not base.media.is_json or answers_later(update):
        return
    if update is story.create or story.tokens_of(update):
        return  # What names the state before the first replacement is rightly refused by the second.
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(update, name="replaced", purpose="Replace it", checks=(), is_setup=True)
    scene.send(read, name="before", purpose="Read it", checks=(), is_setup=True)
    again = scene.request(update)
    if again is None:
        return
    body = BodyPlan(base.media.name, FromStep("replaced", "", sent=True))
    alone: dict[str, PlanValue] = {"alone": True} if _is_alone(story, update) else {}
    statuses = Check(CheckId.STATUS_EXPECTED, {"statuses": list(expected_statuses(update)), **alone})
    scene.send(update, name="repeated", purpose="Send the same again", checks=(Check(CheckId.NO_SERVER_ERROR), statuses))
    if scene.steps and scene.failure is None:
        scene.steps[-1] = replace(scene.steps[-1], request=replace(again, body=body))
    scene.send(read, name="read", purpose="Read it again", checks=(story.still_shows(read, "before"),))
    yield story.finish(
        scene, update, "sent twice", "changes nothing", "The same replacement sent twice is the same as sent once."
    )


def _is_alone(story: Story, update: Operation) -> bool:
    """Whether what was just accepted can be in nobody's way, neither another record's nor a later state or version of its own."""
    members = {*story.record_shape.properties, *shape_of(request_schema(update)).properties}
    words = {word for name in members for word in tokens(name)}
    has_conditions = any(one.location is ParameterLocation.HEADER for one in update.parameters)
    return not words & (STATE_WORDS | {"version", "revision", "etag", "lock", "locked"}) and not has_conditions


def _replace_clears(story: Story) -> Iterator[Case | Finding]:
    """PUT replaces the whole: an optional member that it leaves out does not stay. Sure where a PATCH is there for less."""
    update, read = story.resource.first(Role.REPLACE), story.read
    base, created = (story.context.parts.body(one) if one is not None else None for one in (update, story.create))
    if update is None or read is None or update is story.create or answers_later(update):
        return
    if not isinstance(base, BodyBase) or not isinstance(created, BodyBase) or not base.media.is_json:
        return
    place, schema = story.place_in(read), shape_of(request_schema(update))
    identity = story.resource.identity
    named = {identity.name} if identity is not None else set()  # Without its key the update would mean another record, or none.
    name = _clearable(created, schema, place[1], named) if place is not None else None
    if place is None or name is None:
        return
    scene = story.context.scene()
    made = scene.record(story.resource)
    pointer = f"/{escape(name)}"
    change = Change(edits=(Edit(EditKind.REMOVE, pointer),)) if name in _members(base) else Change()
    scene.send(update, name="replaced", purpose=f"Replace it without its {_word(name)}", checks=(), change=change, is_setup=True)
    arguments: dict[str, PlanValue] = {"value": FromStep(made, pointer, sent=True), "at": f"{place[0]}{pointer}"}
    scene.send(read, name="read", purpose="Read it", checks=(Check(CheckId.CLEARED, arguments),))
    text = "A replacement replaces the whole record: what it leaves out does not stay."
    case = story.finish(scene, update, "without an optional field", "clears it", text)
    is_sure = story.resource.first(Role.PATCH) is not None
    yield replace(case, severity=Severity.MAJOR if is_sure else Severity.MINOR) if isinstance(case, Case) else case


def _merge_removes(story: Story) -> Iterator[Case | Finding]:
    """In a merge patch null takes a member away (RFC 7396)."""
    patch, read = story.resource.first(Role.PATCH), story.read
    base, created = (story.context.parts.body(one) if one is not None else None for one in (patch, story.create))
    if patch is None or read is None or not isinstance(base, BodyBase) or not isinstance(created, BodyBase):
        return
    schema, place = shape_of(request_schema(patch)), story.place_in(read)
    needed = story.settable.required | (place[1].required if place is not None else frozenset())
    name = _clearable(created, schema, place[1], needed) if place is not None else None
    if base.media.name != _MERGE_PATCH or place is None or name is None or schema.required or answers_later(patch):
        return
    scene = story.context.scene()
    made = scene.record(story.resource)
    pointer = f"/{escape(name)}"
    edit = Edit(EditKind.SET, pointer, None)
    scene.send_only(patch, edit, name="patched", purpose=f"Take its {_word(name)} away", checks=(), is_setup=True)
    arguments: dict[str, PlanValue] = {"value": FromStep(made, pointer, sent=True), "at": f"{place[0]}{pointer}"}
    scene.send(read, name="read", purpose="Read it", checks=(Check(CheckId.CLEARED, arguments),))
    text = "In a merge patch null takes a member away."
    yield story.finish(scene, patch, "null for an optional field", "removes it", text)


def _clearable(created: BodyBase, schema: Shape, shown: Shape, needed: Set[str] = frozenset()) -> str | None:
    """An optional member that a create sets to something that is no default, and that a read shows; none of those that are ``needed``."""
    for name in sorted(set(_members(created)) - needed):
        shape = shape_of(schema.properties.get(name))
        value = value_at(created.value, f"/{escape(name)}")
        is_telling = isinstance(value, Fresh) or (isinstance(value, (str, int, float)) and bool(value))
        is_plain = name in schema.properties and name not in schema.required and not shape.is_write_only
        if is_plain and is_telling and name in shown.properties and not shape.has_default:
            return name
    return None


def _members(base: BodyBase) -> dict[str, PlanValue]:
    return base.value if isinstance(base.value, dict) else {}


def _word(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else "optional field"


def _assigns_nothing(story: Story) -> Iterator[Case | Finding]:
    """A write that sends what only the server sets: refused or passed over, but never taken."""
    updates = [story.resource.first(role) for role in (Role.REPLACE, Role.PATCH)]
    for operation in (story.create, *(one for one in updates if one is not None and one is not story.create)):
        base, place = story.context.parts.body(operation), story.place_in(operation)
        if place is None or not isinstance(base, BodyBase) or not base.media.is_json or not isinstance(base.value, dict):
            continue
        for name in _server_set(story, operation, base):
            yield _assigned_case(story, operation, name, f"{place[0]}/{escape(name)}")


def _server_set(story: Story, operation: Operation, base: BodyBase) -> list[str]:
    """The members of a record that only the server sets, and that the operation's body could carry."""
    identity, sent = story.resource.identity, shape_of(request_schema(operation))
    return [
        name
        for name, schema in sorted(story.record_shape.properties.items())
        if shape_of(schema).is_read_only
        and (name not in sent.properties or shape_of(sent.properties[name]).is_read_only)
        and _assigned(shape_of(schema)) is not None
        and not (identity is not None and name == identity.name)
        and name not in _members(base)
    ]


def _assigned_case(story: Story, operation: Operation, name: str, at: str) -> Case | Finding:
    scene, wanted = story.context.scene(), _assigned(shape_of(story.record_shape.properties[name]))
    check = Check(CheckId.NOT_TAKEN, {"value": wanted, "at": at})
    change = Change(edits=(Edit(EditKind.SET, f"/{escape(name)}", wanted),))
    if operation is story.create:
        purpose = f"Create it with a {_word(name)} of the client's"
        scene.create(story.resource, name=story.step, purpose=purpose, checks=(check,), change=change)
    else:
        scene.record(story.resource)
        purpose = f"Write a {_word(name)} of the client's to it"
        scene.send(operation, name="written", purpose=purpose, checks=(check,), change=change)
    text = "What the document calls readOnly is the server's to set: a client's value is not taken."
    return story.finish(scene, operation, f"with {name}", "assigns nothing", text)


def _assigned(shape: Shape) -> PlanValue | None:
    """A value that no server sets by itself; None where there is none, as of an enumeration."""
    if shape.enum or len(shape.types) != 1:
        return None
    kind = next(iter(shape.types))
    if shape.is_numeric and shape.maximum is not None and shape.maximum < 987_654_321:
        return None
    if kind == "string" and shape.format not in {"", "date", "date-time"}:
        return None
    return _ASSIGNED.get(shape.format if kind == "string" and shape.format else kind)


def _located(story: Story) -> Iterator[Case | Finding]:
    """Where the document promises a Location, it names the new record."""
    read, identity = story.read, story.resource.identity
    promised = [one for one in story.create.responses if one.status == "201" and any(h.name == "location" for h in one.headers)]
    if read is None or identity is None or identity.sent or story.resource.has_client_ids or not promised:
        return
    scene = story.context.scene()
    arguments: dict[str, PlanValue] = {"value": FromStep(story.step, identity.pointer), "template": read.key.path}
    scene.create(story.resource, name=story.step, purpose="Create it", checks=(Check(CheckId.LOCATION, arguments),))
    yield story.finish(scene, story.create, "created", "is located", "The Location of a new record ends in its id.")
