"""CRUD cases: the life of a record, told in focused cases, so that one fault turns few of them red.

They compare values across requests (what was sent, answered, read, listed); statuses and schemas are the functional cases' business.
"""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family, FromStep, PlanValue
from specproof.generators.base import Planned, PlanningContext
from specproof.generators.planning.changes import AS_IS
from specproof.generators.planning.conditional_stories import conditional_stories
from specproof.generators.planning.context import GenerationContext, sort_out
from specproof.generators.planning.contracts import expected_statuses
from specproof.generators.planning.crud_story import Story, answers_later
from specproof.generators.planning.duplicates import duplicate_case, update_to_duplicate
from specproof.generators.planning.life_stories import life_stories
from specproof.generators.planning.made_stories import made_elsewhere
from specproof.generators.planning.refusal_stories import refused_writes
from specproof.generators.planning.requests import OTHER, BodyBase
from specproof.generators.planning.search_cases import asked, listed, searches_for
from specproof.generators.planning.update_stories import update_stories
from specproof.generators.reading.resources import Role, creates_by_put
from specproof.openapi.findings import Finding
from specproof.openapi.model import ApiSpec
from specproof.openapi.vocabulary import Method


class CrudGenerator:
    """Plans create, read, list, update and delete relations for every resource whose records can be made."""

    family = Family.CRUD

    def applies_to(self, spec: ApiSpec) -> bool:
        """Documents in which something can be created."""
        return any(operation.key.method is Method.POST or creates_by_put(operation) for operation in spec.operations)

    def plan(self, context: PlanningContext) -> Planned:
        """The cases of all resources that can be created."""
        planning = GenerationContext.of(context)
        results: list[Case | Finding] = []
        for resource in planning.parts.model.resources:
            if resource.create is not None and (resource.record is not None or resource.can_be_made):
                results += _of_story(Story(planning, resource, resource.create))
        cases, findings = sort_out(results)
        return Planned(cases, tuple(dict.fromkeys(findings)))


def _of_story(story: Story) -> Iterator[Case | Finding]:
    yield from _create_echoes(story)
    yield from _distinct_ids(story)
    yield from duplicate_case(story)
    yield from update_to_duplicate(story)
    yield from _create_then_read(story)
    yield from _create_then_list(story)
    for role in (Role.REPLACE, Role.PATCH):
        yield from _update_then_read(story, role)
    yield from _patch_leaves_the_rest(story)
    yield from _update_leaves_others(story)
    yield from _action_then_read(story)
    yield from _delete_then_gone(story)
    yield from _delete_leaves_others(story)
    yield from _child_of_another(story)
    yield from _listed_below_another(story)
    yield from update_stories(story)
    yield from life_stories(story)
    yield from conditional_stories(story)
    yield from refused_writes(story)
    yield from made_elsewhere(story)


def _create_echoes(story: Story) -> Iterator[Case | Finding]:
    base = story.context.parts.body(story.create)
    if not isinstance(base, BodyBase) or not base.media.is_json or not story.shows_any(base):
        return
    scene = story.context.scene()
    check = story.echo(story.create, base.value)
    scene.create(story.resource, name=story.step, purpose="Create it", checks=(check,))
    text = "The answer to a create shows what was sent."
    yield story.finish(scene, story.create, "created", "echoes what was sent", text)


def _distinct_ids(story: Story) -> Iterator[Case | Finding]:
    identity = story.resource.identity
    if identity is None or identity.sent or story.resource.has_client_ids or story.sends_fixed_id():
        return
    scene = story.context.scene()
    scene.record(story.resource)
    values: list[PlanValue] = [story.id_of(story.step), story.id_of(story.other_step)]
    check = Check(CheckId.DISTINCT_IDS, {"values": values})
    scene.create(story.resource, name=story.other_step, purpose="Create another one", checks=(check,), labels=story.other)
    yield story.finish(scene, story.create, "created twice", "has its own id", "Two records never share an id.")


def _create_then_read(story: Story) -> Iterator[Case | Finding]:
    read = story.read
    if read is None:
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(read, name="read", purpose="Read it", checks=(story.shows_created(read, story.step),))
    yield story.finish(scene, read, "after create", "shows the record", "What was created is what a read shows.")


def _create_then_list(story: Story) -> Iterator[Case | Finding]:
    found = story.listing(CheckId.LISTED)
    if found is None:
        return
    listing, check, change = found
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(listing, name="listing", purpose="List", checks=(check,), change=change)
    yield story.finish(scene, listing, "after create", "lists the record", "What was created is in the list.")


def _update_then_read(story: Story, role: Role) -> Iterator[Case | Finding]:
    update, read = story.resource.first(role), story.read
    base = story.context.parts.body(update) if update is not None else None
    if update is None or read is None or not isinstance(base, BodyBase) or not base.media.is_json or answers_later(update):
        return
    scene = story.context.scene()
    scene.record(story.resource)
    step = "replaced" if role is Role.REPLACE else "patched"
    change, sent = story.update_of(update, base)
    checks = story.update_checks(update, sent)
    purpose = "Replace it" if role is Role.REPLACE else "Change it"
    scene.send(update, name=step, purpose=purpose, checks=checks, change=change, is_setup=not checks)
    check = story.shows_sent(CheckId.READ_BACK, read, step, update)
    scene.send(read, name="read", purpose="Read it", checks=(check,))
    yield story.finish(scene, update, "then read", "is persisted", "What an update wrote is what a later read shows.")


def _patch_leaves_the_rest(story: Story) -> Iterator[Case | Finding]:
    patch, read = story.resource.first(Role.PATCH), story.read
    edit = story.one_field_of(patch) if patch is not None else None
    if patch is None or read is None or edit is None:
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(read, name="before", purpose="Read it", checks=(), is_setup=True)
    statuses = Check(CheckId.STATUS_EXPECTED, {"statuses": list(expected_statuses(patch))})
    scene.send_only(patch, edit, name="patched", purpose="Change one field", checks=(Check(CheckId.NO_SERVER_ERROR), statuses))
    check = story.still_shows(read, "before", edit.pointer)
    scene.send(read, name="read", purpose="Read it again", checks=(check,))
    text = "A patch of one field leaves the other fields as they were."
    yield story.finish(scene, patch, "one field", "leaves the rest", text)


def _update_leaves_others(story: Story) -> Iterator[Case | Finding]:
    update, read = story.resource.first(Role.REPLACE) or story.resource.first(Role.PATCH), story.read
    if update is None or read is None:
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.record(story.resource, story.other)
    scene.send(read, name="before", purpose="Read the other one", checks=(), labels=story.other, is_setup=True)
    base = story.context.parts.body(update)
    change = story.update_of(update, base)[0] if isinstance(base, BodyBase) else AS_IS
    scene.send(update, name="acted", purpose="Update the first one", checks=(), change=change, is_setup=True)
    check = story.still_shows(read, "before")
    scene.send(read, name="read", purpose="Read the other one again", checks=(check,), labels=story.other)
    text = "An update of one record leaves the other records as they were."
    yield story.finish(scene, update, "of one record", "leaves others alone", text)


def _action_then_read(story: Story) -> Iterator[Case | Finding]:
    """``POST /orders/{id}/cancel``: what an action answers about its record is what a later read shows."""
    for action in story.actions():
        place = story.place_in(action)
        read = story.read
        if place is None or read is None:
            continue
        scene = story.context.scene()
        scene.record(story.resource)
        scene.send(action, name="acted", purpose="Do it", checks=(), is_setup=True)
        check = story.shows_answer(CheckId.READ_BACK, read, FromStep("acted", place[0]), place[1], with_read_only=True)
        scene.send(read, name="read", purpose="Read it", checks=(check,))
        yield story.finish(scene, action, "then read", "is persisted", "What an action answers is what a later read shows.")


def _delete_then_gone(story: Story) -> Iterator[Case | Finding]:
    delete, read = story.delete, story.read
    unlisted = story.listing(CheckId.NOT_LISTED)
    searched = next(iter(searches_for(story.context, story.resource)), None) if unlisted is None else None
    if delete is None or (read is None and unlisted is None) or answers_later(delete):
        return
    scene = story.context.scene()
    scene.record(story.resource)
    if read is not None:
        # Whoever keeps what was read once has to forget it.
        scene.send(read, name="before", purpose="Read it", checks=())
    scene.send(delete, name="deleted", purpose="Delete it", checks=(), is_setup=True)
    if read is not None:
        checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.DELETED))
        scene.send(read, name="read", purpose="Read it again", checks=checks)
    if unlisted is not None:
        listing, check, change = unlisted
        scene.send(listing, name="listing", purpose="List", checks=(check,), change=change)
    elif searched is not None:
        search, place = searched
        check, change = listed(story.resource, search, CheckId.NOT_LISTED, story.step), asked(search, "before", place)
        scene.send(search.operation, name="listing", purpose="Search for it", checks=(check,), change=change)
    # Whether that is 404 or once more 204 is the API's choice.
    scene.send(delete, name="again", purpose="Delete it again", checks=(Check(CheckId.NO_SERVER_ERROR),))
    text = "What was deleted can be neither read nor found in the list."
    yield story.finish(scene, delete, "then read", "is gone", text)


def _delete_leaves_others(story: Story) -> Iterator[Case | Finding]:
    delete, read = story.delete, story.read
    if delete is None or read is None:
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.record(story.resource, story.other)
    scene.send(read, name="before", purpose="Read the other one", checks=(), labels=story.other, is_setup=True)
    scene.send(delete, name="deleted", purpose="Delete the first one", checks=(), is_setup=True)
    check = story.still_shows(read, "before")
    scene.send(read, name="read", purpose="Read the other one again", checks=(check,), labels=story.other)
    text = "Deleting one record leaves the other records alone."
    yield story.finish(scene, delete, "of one record", "leaves others alone", text)


def _child_of_another(story: Story) -> Iterator[Case | Finding]:
    """``/owners/{a}/pets/{b}``: a pet is not found through an owner that it does not belong to."""
    read, parent = story.read, story.parent
    if read is None or parent is None:
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.record(parent, {parent.collection: OTHER})
    checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.UNKNOWN_ID))
    labels = {parent.collection: OTHER}
    scene.send(read, name="read", purpose="Read it through another parent", checks=checks, labels=labels)
    text = "A record is found through its own parent only."
    yield story.finish(scene, read, "through another parent", "is not found", text)


def _listed_below_another(story: Story) -> Iterator[Case | Finding]:
    """``/owners/{b}/pets``: the list of an owner who has just been made holds no pet that was made below another one."""
    found, parent = story.listing(CheckId.NOT_LISTED), story.above(story.create.key.path)
    if found is None or parent is None or found[0].key.path != story.create.key.path:
        return
    listing, check, change = found
    scene = story.context.scene()
    scene.record(story.resource)
    labels = {parent.collection: OTHER}
    scene.record(parent, labels)
    purpose = "List what is below another parent"
    scene.send(listing, name="listing", purpose=purpose, checks=(check,), change=change, labels=labels)
    text = "A record is listed below its own parent only."
    yield story.finish(scene, listing, "through another parent", "lists nothing foreign", text)
