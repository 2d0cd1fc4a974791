"""Stories of conditional requests, where the document speaks of entity tags: who knows the tag gets no copy, a change makes another one,
a write on the condition of another state is refused (RFC 9110, 8.8.3 and 13.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, FromStep, ParameterValue, PlanValue
from specproof.generators.planning.crud_story import Story, answers_later
from specproof.generators.planning.requests import BodyBase
from specproof.generators.planning.scenes import Scene
from specproof.generators.reading.resources import Role
from specproof.openapi.findings import Finding, Severity
from specproof.openapi.model import Operation
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterLocation

_TAG = "ETag"
_NO_STATE = '"specproof-no-state-has-this-tag"'


def conditional_stories(story: Story) -> Iterator[Case | Finding]:
    """The stories of one resource."""
    read = story.read
    if read is None:
        return
    if _shows_tag(read):
        yield from _known_state(story, read)
        yield from _changed_state(story, read)
    for operation in (story.resource.first(Role.REPLACE), story.resource.first(Role.PATCH), story.delete):
        if operation is not None and operation is not story.create and _documents(operation, "412"):
            yield from _other_state(story, read, operation)


def _known_state(story: Story, read: Operation) -> Iterator[Case | Finding]:
    """Who has the record as it is, is sent no other copy of it."""
    if not _documents(read, "304"):
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(read, name="before", purpose="Read it", checks=(), is_setup=True)
    tag = FromStep("before", "", header=_TAG)
    check = Check(CheckId.NOT_MODIFIED, {"value": tag})
    scene.send(read, name="again", purpose="Read it again, if it is another one by now", checks=(check,))
    _on_condition(scene, read, "If-None-Match", tag)
    text = "Who says which state of a record he has (`If-None-Match`) is told that it is still the same."
    yield story.finish(scene, read, "with the tag of a read before", "is not modified", text)


def _changed_state(story: Story, read: Operation) -> Iterator[Case | Finding]:
    """A change makes another entity tag; else clients keep the old record for ever."""
    patch, replacement = story.resource.first(Role.PATCH), story.resource.first(Role.REPLACE)
    edit = story.one_field_of(patch) if patch is not None else None
    base = story.context.parts.body(replacement) if replacement is not None else None
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(read, name="before", purpose="Read it", checks=(), is_setup=True)
    if patch is not None and edit is not None and not answers_later(patch):
        update = patch
        scene.send_only(patch, edit, name="changed", purpose="Change one field", checks=(), is_setup=True)
    elif (
        replacement is not None
        and replacement is not story.create
        and isinstance(base, BodyBase)
        and not answers_later(replacement)
    ):
        update = replacement
        scene.send(replacement, name="changed", purpose="Replace it", checks=(), is_setup=True)
    else:
        return
    check = Check(CheckId.TAG_CHANGED, {"value": FromStep("before", "", header=_TAG)})
    scene.send(read, name="after", purpose="Read it again", checks=(check,))
    yield story.finish(scene, update, "then read", "has another tag", "A changed record has another entity tag (`ETag`).")


def _other_state(story: Story, read: Operation, operation: Operation) -> Iterator[Case | Finding]:
    """A write that is meant for another state of the record is refused, and does nothing."""
    scene = story.context.scene()
    scene.record(story.resource)
    scene.send(read, name="before", purpose="Read it", checks=(), is_setup=True)
    is_declared = _condition_of(operation, "If-Match") is not None
    arguments: dict[str, PlanValue] = {"declared": True} if is_declared else {}
    purpose = "Ask for it on the condition of a state that it never had"
    scene.send(operation, name="refused", purpose=purpose, checks=(Check(CheckId.CONDITION_FAILED, arguments),))
    _on_condition(scene, operation, "If-Match", _NO_STATE)
    if is_declared:
        scene.send(read, name="read", purpose="Read it again", checks=(story.untouched(read, "before"),))
    text = "A write that is meant for another state of the record (`If-Match`) is refused."
    case = story.finish(scene, operation, "meant for another state", "is refused", text)
    yield case if is_declared or not isinstance(case, Case) else replace(case, severity=Severity.MINOR)


def _on_condition(scene: Scene, operation: Operation, name: str, value: PlanValue) -> None:
    """Put a header of HTTP into the request of the last step, whether or not the document lists it."""
    if scene.failure is not None:
        return
    last = scene.steps[-1]
    declared = _condition_of(operation, name)
    others = tuple(one for one in last.request.headers if one.name.raw().lower() != name.lower())
    header = ParameterValue(declared or UntrustedText(name), value, "simple", explode=False)
    scene.steps[-1] = replace(last, request=replace(last.request, headers=(*others, header)))


def _condition_of(operation: Operation, name: str) -> UntrustedText | None:
    """The document's own spelling of a header, if the operation lists it."""
    found = [one.name for one in operation.parameters_in(ParameterLocation.HEADER) if one.name.raw().lower() == name.lower()]
    return found[0] if found else None


def _shows_tag(read: Operation) -> bool:
    return any(header.name.lower() == "etag" for response in read.success_responses() for header in response.headers)


def _documents(operation: Operation, status: str) -> bool:
    return any(response.status == status for response in operation.responses)
