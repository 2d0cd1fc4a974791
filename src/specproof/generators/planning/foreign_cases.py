"""Cases of a second user: what is not his he can neither read nor find nor change.

A document does not say whose a record is. The second user's own list does: what it holds is shared, and nothing is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, CredentialUse, Family, PlanValue
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.crud_story import Story
from specproof.generators.planning.list_cases import list_operation, total_checks
from specproof.generators.planning.refusal_stories import REFUSED
from specproof.generators.planning.scenes import Scene
from specproof.generators.planning.search_cases import asked, listed, searches_for
from specproof.generators.planning.security import usable_security
from specproof.generators.reading.resources import Role
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation

SECOND = Change(credential=CredentialUse.SECOND)
_WRITES = (Role.REPLACE, Role.PATCH, Role.DELETE)


def foreign_cases(context: GenerationContext) -> Iterator[Case | Finding]:
    """The cases of every resource whose records can be made, and are read with a credential."""
    for resource in context.parts.model.resources:
        if resource.create is None or not (resource.record is not None or resource.can_be_made):
            continue
        story = Story(context, resource, resource.create)
        read, listing = story.read, story.listing(CheckId.NOT_LISTED)
        if read is None or not usable_security(read):
            continue
        if listing is not None and usable_security(listing[0]):
            yield _read_by_another(story, read, listing)
            yield _listed_to_another(story, read, listing)
        elif listing is None:
            yield from _searched_by_another(story, read)
        for role in _WRITES:
            write = resource.first(role)
            if write is not None and usable_security(write) and write is not resource.create:
                yield _written_by_another(story, read, write)
                if story.other_update_of(write):
                    yield _written_by_another(story, read, write, is_updated=True)
        for action in story.writing_actions():
            if usable_security(action):
                yield _written_by_another(story, read, action)


def _read_by_another(story: Story, read: Operation, listing: tuple[Operation, Check, Change]) -> Case | Finding:
    operation, check, widest = listing
    scene = story.context.scene()
    scene.record(story.resource)
    theirs = Change(credential=CredentialUse.SECOND, replaced=widest.replaced)
    scene.send(operation, name="theirs", purpose="List as another user", checks=(), change=theirs)
    arguments: dict[str, PlanValue] = {"listing": "theirs", **check.arguments}
    scene.send(read, name="read", purpose="Read it as the other user", checks=(Check(CheckId.HIDDEN, arguments),), change=SECOND)
    text = "What is not in another user's list cannot be read by that user."
    return _finish(story, scene, read, "by another user", "is refused", text)


def _listed_to_another(story: Story, read: Operation, listing: tuple[Operation, Check, Change]) -> Case | Finding:
    operation, check, widest = listing
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(read, name="refused", purpose="Read it as another user", checks=REFUSED, change=SECOND)
    # What a list keeps of one who asked is not for the next one.
    scene.send(operation, name="ours", purpose="List as its owner", checks=(), change=widest)
    theirs = Change(credential=CredentialUse.SECOND, replaced=widest.replaced)
    page = list_operation(story.context, operation)
    checks = (check, *(total_checks(page) if page is not None else ()))
    scene.send(operation, name="theirs", purpose="List as the other user", checks=checks, change=theirs)
    text = "What another user cannot read is not in that user's list."
    return _finish(story, scene, operation, "by another user", "lists nothing foreign", text)


def _searched_by_another(story: Story, read: Operation) -> Iterator[Case | Finding]:
    """Both questions where the collection has no list and a search does: one that finds the record for its owner."""
    found = [pair for pair in searches_for(story.context, story.resource) if usable_security(pair[0].operation)]
    for search, place, is_read in [(*pair, is_read) for pair in found for is_read in (True, False)]:
        if is_read and search is not found[0][0]:
            continue
        scene, ours = story.context.scene(), asked(search, "seen", place)
        theirs = replace(ours, credential=CredentialUse.SECOND)
        scene.record(story.resource)
        scene.send(read, name="seen", purpose="Read it", checks=(), is_setup=True)
        if not is_read:
            scene.send(read, name="refused", purpose="Read it as another user", checks=REFUSED, change=SECOND)
        checks: tuple[Check, ...] = (listed(story.resource, search, CheckId.LISTED, story.step),)
        # An index may be late: only when the owner finds the record, what another user finds says something.
        scene.send(search.operation, name="ours", purpose="Search for it as its owner", checks=checks, change=ours)
        check = listed(story.resource, search, CheckId.NOT_LISTED, story.step)
        checks = () if is_read else (check,)
        scene.send(search.operation, name="theirs", purpose="Search for it as the other user", checks=checks, change=theirs)
        if is_read:
            hidden = Check(CheckId.HIDDEN, {"listing": "theirs", **check.arguments})
            scene.send(read, name="read", purpose="Read it as the other user", checks=(hidden,), change=SECOND)
            text = "What is not in another user's search cannot be read by that user."
            yield _finish(story, scene, read, "by another user", "is refused", text)
        else:
            text = "What another user cannot read that user does not find either."
            yield _finish(story, scene, search.operation, "by another user", "finds nothing foreign", text)


def _written_by_another(story: Story, read: Operation, write: Operation, *, is_updated: bool = False) -> Case | Finding:
    """``is_updated``: its owner has written to it before, so that it shows what a write sets."""
    scene = story.context.scene()
    scene.record(story.resource)
    if is_updated:
        scene.send(write, name="updated", purpose="Update it", checks=(), is_setup=True)
    scene.send(read, name="before", purpose="Read it", checks=(), is_setup=True)
    scene.send(read, name="refused", purpose="Read it as another user", checks=REFUSED, change=SECOND)
    scene.send(write, name="written", purpose="Write to it as the other user", checks=(), change=SECOND)
    others = story.other_update_of(write)
    if others:
        again = Change(credential=CredentialUse.SECOND, edits=others)
        scene.send(write, name="written_again", purpose="Write other values", checks=(), change=again)
    scene.send(read, name="read", purpose="Read it again", checks=(story.untouched(read, "before"),))
    text = "What another user cannot read that user cannot change either."
    condition = "by another user after an update" if is_updated else "by another user"
    return _finish(story, scene, write, condition, "changes nothing", text)


def _finish(story: Story, scene: Scene, operation: Operation, condition: str, expected: str, text: str) -> Case | Finding:
    draft = Draft(
        family=Family.AUTH,
        operation=operation,
        condition=condition,
        expected=expected,
        title=f"{operation.key.label}: {text[0].lower()}{text[1:].rstrip('.')}",
        keyword="security",
        pointer=f"{operation.pointer}/security",
        text=text,
        source="policy",
    )
    return story.context.finish(scene, draft)
