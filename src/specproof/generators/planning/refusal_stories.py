"""Stories of refused writes: whoever is told no must find everything as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, CredentialUse, Edit, EditKind, Fresh, FromStep, PlanValue
from specproof.generators.plan_values import Missing, value_at
from specproof.generators.planning.changes import Change
from specproof.generators.planning.crud_story import Story
from specproof.generators.planning.made_stories import reading_of
from specproof.generators.planning.requests import BodyBase
from specproof.generators.planning.security import usable_security
from specproof.generators.planning.sweeping import takes_foreign_ids
from specproof.generators.reading.answers import list_of, success_schema
from specproof.generators.reading.more_creates import more_creates
from specproof.generators.reading.paging import ParameterKey, widest_page
from specproof.generators.reading.resources import Role
from specproof.generators.reading.shapes import escape, shape_of
from specproof.generators.test_data_factory.model import Violation
from specproof.openapi.findings import Finding, Severity
from specproof.openapi.model import Operation

REFUSED = (Check(CheckId.REFUSED),)
_WRITES = (Role.REPLACE, Role.PATCH, Role.DELETE)
_NOBODYS_NUMBER = 2_147_480_001
_NOBODYS_UUID = "0f9d5c1e-7a64-4b3f-8c2d-5e1b7a90c3d4"


def refused_writes(story: Story) -> Iterator[Case | Finding]:
    """What breaks a rule, and what comes without a credential, changes nothing and makes nothing."""
    for role in (Role.REPLACE, Role.PATCH):
        update = story.resource.first(role)
        if update is None:
            continue
        for violation in _violations(story, update)[:1]:
            change = Change(edits=(violation.edit,))
            yield from _changes_nothing(story, update, change, "refused", f"Send {violation.phrase}")
    writes = [operation for role in _WRITES if (operation := story.resource.first(role)) is not None]
    for operation in (*writes, *story.writing_actions()):
        if usable_security(operation):
            change = Change(credential=CredentialUse.NONE)
            yield from _changes_nothing(story, operation, change, "without a credential", "Send it without a credential")
            if operation in writes:
                yield from _changes_nothing_again(story, operation)
    yield from _refused_beside_the_create(story)
    broken = _violations(story, story.create)
    telling = [one for one in broken if _marked(story, (one.edit,)) is not None]
    for violation in (telling or broken)[:1]:
        yield from _makes_nothing(story, Change(edits=(violation.edit,)), "refused", f"Send {violation.phrase}")
    unknown = _unknown_reference(story)
    if unknown is not None:
        purpose = "Name a record that does not exist"
        yield from _makes_nothing(story, Change(edits=(unknown,)), "of an unknown record", purpose)
    if usable_security(story.create):
        change = Change(credential=CredentialUse.NONE)
        yield from _makes_nothing(story, change, "without a credential", "Send it without a credential")


def _refused_beside_the_create(story: Story) -> Iterator[Case | Finding]:
    """``POST /pets/add``: refused, it makes nothing either."""
    for operation, made in more_creates(story.resource):
        for violation in _violations(story, operation)[:1] if not made else ():
            change = Change(edits=(violation.edit,))
            yield from _makes_none_with_its_key(story, operation, made, change, "refused", f"Send {violation.phrase}")
        if usable_security(operation):
            change, purpose = Change(credential=CredentialUse.NONE), "Send it without a credential"
            yield from _makes_none_with_its_key(story, operation, made, change, "without a credential", purpose)


def _changes_nothing(
    story: Story, operation: Operation, change: Change, condition: str, purpose: str
) -> Iterator[Case | Finding]:
    read = story.read
    if read is None or operation is story.create:
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(read, name="before", purpose="Read it", checks=(), is_setup=True)
    scene.send(operation, name="refused", purpose=purpose, checks=REFUSED, change=change)
    others = () if change.edits else story.other_update_of(operation)
    if others:
        again = replace(change, edits=others)
        scene.send(operation, name="refused_again", purpose="Send other values", checks=REFUSED, change=again)
    scene.send(read, name="read", purpose="Read it again", checks=(story.untouched(read, "before"),))
    text = "A write that was refused leaves the record as it was."
    yield story.finish(scene, operation, condition, "changes nothing", text)


def _changes_nothing_again(story: Story, operation: Operation) -> Iterator[Case | Finding]:
    """Where a record may not show at first what an update sets: after one that was accepted it does."""
    read, others = story.read, story.other_update_of(operation)
    if read is None or operation is story.create or not others:
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(operation, name="updated", purpose="Update it", checks=(), is_setup=True)
    scene.send(read, name="before", purpose="Read it", checks=(), is_setup=True)
    change = Change(credential=CredentialUse.NONE, edits=others)
    scene.send(operation, name="refused", purpose="Send other values without a credential", checks=REFUSED, change=change)
    scene.send(read, name="read", purpose="Read it again", checks=(story.untouched(read, "before"),))
    text = "A write that was refused leaves the record as an earlier one left it."
    yield story.finish(scene, operation, "without a credential after another", "changes nothing", text)


def _makes_nothing(story: Story, change: Change, condition: str, purpose: str) -> Iterator[Case | Finding]:
    """The list holds no record with the new text that was sent: an id there is none to look for."""
    found = _marked(story, change.edits)
    if found is None:
        yield from _makes_none_with_its_key(story, story.create, "", change, condition, purpose)
        return
    listing, items, name, widest = found
    scene = story.context.scene()
    scene.send(story.create, name="refused", purpose=purpose, checks=REFUSED, change=change)
    value = FromStep("refused", f"/{escape(name)}", sent=True)
    check = Check(CheckId.NOT_LISTED, {"items": items, "key": f"/{escape(name)}", "value": value})
    scene.send(listing, name="listing", purpose="List", checks=(check,), change=Change(replaced=widest))
    text = "A create that was refused leaves no record."
    yield story.finish(scene, story.create, condition, "makes nothing", text)


def _makes_none_with_its_key(
    story: Story, create: Operation, made: str, change: Change, condition: str, purpose: str
) -> Iterator[Case | Finding]:
    """Nothing has the new key that was sent. ``made`` is where the body of ``create`` has the record."""
    read, identity, base = story.read, story.resource.identity, story.context.parts.body(create)
    found = reading_of(story, "refused", made)
    if read is None or identity is None or found is None or not isinstance(base, BodyBase):
        return
    is_touched = any(edit.pointer in {"", made, made + identity.pointer} for edit in change.edits)
    if is_touched or not isinstance(value_at(base.value, made + identity.pointer), Fresh):
        return
    scene = story.context.scene()
    scene.send(create, name="refused", purpose=purpose, checks=REFUSED, change=change)
    checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.UNKNOWN_ID))
    scene.send(read, name="read", purpose="Read what has that key", checks=checks, change=found)
    text = "A create that was refused leaves no record."
    yield story.finish(scene, create, condition, "makes nothing", text)


def _marked(story: Story, edits: tuple[Edit, ...]) -> tuple[Operation, str, str, dict[ParameterKey, PlanValue]] | None:
    """The list operation, where its items stand, and the field whose new text tells a record from all others."""
    listing = story.resource.first(Role.LIST)
    base = story.context.parts.body(story.create)
    place = list_of(success_schema(listing), story.resource.words) if listing is not None else None
    if listing is None or place is None or not isinstance(base, BodyBase) or not isinstance(base.value, dict):
        return None
    touched = {edit.pointer for edit in edits}
    names = [
        name
        for name, value in sorted(base.value.items())
        if isinstance(value, Fresh) and name in place.item.properties and f"/{escape(name)}" not in touched
    ]
    if not names or any(parameter.required for parameter in listing.parameters if parameter.location == "query"):
        return None
    return listing, place.pointer, names[0], dict(widest_page(listing, place.item))


def _unknown_reference(story: Story) -> Edit | None:
    """The edit that makes a create name a record that nobody has; None where its body names none."""
    base = story.context.parts.body(story.create)
    if not isinstance(base, BodyBase) or not base.media.is_json:
        return None
    for slot, _ in base.references:
        identity, pointer = slot.resource.identity, slot.pointer.replace("/*", "/0")
        if identity is None or slot.is_list or isinstance(value_at(base.value, pointer), Missing):
            continue
        if identity.shape.format in {"uuid", "guid"}:
            return Edit(EditKind.SET, pointer, _NOBODYS_UUID)
        if identity.shape.types == {"integer"} and (identity.shape.maximum or _NOBODYS_NUMBER) >= _NOBODYS_NUMBER:
            return Edit(EditKind.SET, pointer, _NOBODYS_NUMBER)
    return None


def _violations(story: Story, operation: Operation) -> list[Violation]:
    """Rules that surely have to be kept, broken, the most telling one first: a value too many changes nothing else."""
    base = story.context.parts.body(operation)
    if not isinstance(base, BodyBase) or not base.media.is_json:
        return []
    broken = [
        one
        for one in story.context.values.violations(base.request, base.proven, limit=40)
        if one.severity is Severity.MAJOR
        and one.edit.pointer.count("/") == 1
        and not takes_foreign_ids(one.keyword, one.edit.pointer)
        and not (one.edit.kind is EditKind.REMOVE and len(shape_of(base.media.schema).properties) < 2)
    ]
    # The last member by name: whoever writes one member after the other has written most of them when he comes to it.
    return sorted(broken, key=lambda one: (one.edit.kind is EditKind.SET, one.edit.pointer, one.slug), reverse=True)
