"""An action on a record that is not there, where the document says nothing about that: no crash, and no other record feels it."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family, PlanValue
from specproof.generators.naming import quoted
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.crud_story import Story
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation


def absent_action(
    context: GenerationContext, operation: Operation, parameter: Parameter, absent: PlanValue
) -> Iterator[Case | Finding]:
    """The case of one action (``POST /pets/{petId}/feed``) with the id ``absent``, which nothing has."""
    resource = context.resource(operation)
    story = Story(context, resource, resource.create) if resource.create is not None and resource.can_be_made else None
    if story is None or story.read is None or operation not in story.writing_actions():
        return
    scene = context.scene()
    # Where there is nothing at all, an API that takes just any record has none to take.
    scene.record(resource)
    scene.send(story.read, name="before", purpose="Read what does exist", checks=(), is_setup=True)
    change = Change(replaced={(ParameterLocation.PATH, parameter.name.raw()): absent})
    checks = (Check(CheckId.NO_SERVER_ERROR),)
    scene.send(operation, name="answer", purpose="Do it to something that does not exist", checks=checks, change=change)
    check = story.untouched(story.read, "before")
    scene.send(story.read, name="read", purpose="Read what does exist again", checks=(check,))
    name = quoted(parameter.name.raw())
    draft = Draft(
        family=Family.ERROR,
        operation=operation,
        condition="unknown id",
        expected="changes nothing",
        title=f"{operation.key.label}: an unknown {name} crashes nothing and changes no other record",
        keyword="parameters",
        pointer=parameter.pointer,
        text=f"Nothing has this well-formed {name}: whatever the answer is, it is no server error, and other records stay as they were.",
        source="policy",
    )
    yield context.finish(scene, draft)
