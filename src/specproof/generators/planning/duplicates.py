"""The duplicate: a second record with the first one's key must be refused."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, Family, Fresh, FromStep
from specproof.generators.naming import quoted
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft
from specproof.generators.planning.crud_story import Story
from specproof.generators.planning.requests import BodyBase
from specproof.generators.planning.updates import is_unique_key
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.resources import Role
from specproof.generators.reading.shapes import escape, shape_of
from specproof.openapi.findings import Finding, Severity
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import ParameterLocation

CONFLICT = 409
# How APIs say that a key is taken.
_REFUSALS = (400, CONFLICT, 422)


def update_to_duplicate(story: Story) -> Iterator[Case | Finding]:
    """An update that takes the key of another record, where the document speaks of 409 for the update."""
    base = story.context.parts.body(story.create)
    if not isinstance(base, BodyBase) or not isinstance(base.value, dict) or story.resource.record is None:
        return
    for role in (Role.REPLACE, Role.PATCH):
        update = story.resource.first(role)
        body = story.context.parts.body(update) if update is not None and update is not story.create else None
        if update is None or not isinstance(body, BodyBase) or not body.media.is_json or not isinstance(body.value, dict):
            continue
        schema = shape_of(request_schema(update))
        shown = story.record_shape.properties
        fresh = [name for name, value in sorted(base.value.items()) if isinstance(value, Fresh) and name in body.value]
        fresh = [name for name in fresh if name in shown and name in schema.properties]
        named = [name for name in fresh if is_unique_key(shape_of(schema.properties[name]))]
        # Without a named key, all that tells records apart is taken over: the key is among it.
        keys = named or fresh
        if not keys or not _knows_conflict(update) or not (named or _is_about_keys(story, update)):
            continue
        record = story.resource.record
        edits = tuple(
            Edit(EditKind.SET, f"/{escape(name)}", FromStep(story.other_step, record.pointer_to(name))) for name in keys
        )
        scene = story.context.scene()
        scene.record(story.resource)
        scene.record(story.resource, story.other)
        if story.read is not None:
            scene.send(story.read, name="before", purpose="Read it", checks=(), is_setup=True)
        checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.STATUS_EXPECTED, {"statuses": list(_REFUSALS)}))
        scene.send(update, name="repeated", purpose="Give it the other one's key", checks=checks, change=Change(edits=edits))
        if story.read is not None:
            check = story.untouched(story.read, "before")
            scene.send(story.read, name="read", purpose="Read it again", checks=(check,))
        text = "A key that another record has already is not taken."
        yield story.finish(scene, update, "to a taken key", "is refused", text)


def _knows_conflict(operation: Operation) -> bool:
    return any(response.status == str(CONFLICT) for response in operation.responses)


def _is_about_keys(story: Story, update: Operation) -> bool:
    """Whether 409 on an update means a taken key: a create knows it as well, and nothing says which state of the record is meant."""
    is_conditional = any(one.location is ParameterLocation.HEADER for one in update.parameters)
    return _knows_conflict(story.create) and not story.tokens_of(update) and not is_conditional


def duplicate_case(story: Story) -> Iterator[Case | Finding]:
    """The case, if the document speaks of unique keys: by 409, ``x-unique``, or in a description.

    Without a named key the whole body is repeated: whatever the key is, it is among it.
    """
    create = story.create
    if story.resource.has_client_ids:
        return
    base = story.context.parts.body(create)
    documents_conflict = _knows_conflict(create)
    if not isinstance(base, BodyBase) or not base.media.is_json or not isinstance(base.value, dict):
        return
    schema, shown = shape_of(request_schema(create)), story.record_shape.properties
    fresh = [name for name, value in base.value.items() if isinstance(value, Fresh) and name in shown]
    keys = [name for name in fresh if is_unique_key(shape_of(schema.properties.get(name)))]
    repeated = keys or fresh
    if not repeated or not (keys or documents_conflict) or story.resource.record is None:
        return
    record = story.resource.record
    edits = tuple(
        Edit(EditKind.SET, f"/{escape(name)}", FromStep(story.step, record.pointer_to(name))) for name in sorted(repeated)
    )
    scene = story.context.scene()
    scene.record(story.resource)
    checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.STATUS_EXPECTED, {"statuses": list(_REFUSALS)}))
    scene.send(create, name="repeated", purpose="Create it again with the same key", checks=checks, change=Change(edits=edits))
    words = " and ".join(quoted(name) for name in sorted(keys)) or "the same values"
    draft = Draft(
        family=Family.CRUD,
        operation=create,
        condition="same key twice",
        expected="is refused",
        title=f"{create.key.label}: a second record with {words} of the first is refused",
        keyword="409" if documents_conflict else "description",
        pointer=f"{create.pointer}/responses/409" if documents_conflict else create.pointer,
        text=f"The document speaks of a unique key: {words} cannot be used twice.",
        severity=Severity.MAJOR if documents_conflict else Severity.MINOR,
    )
    yield story.context.finish(scene, draft)
