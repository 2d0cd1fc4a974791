"""Stories of records that the client names: the creates beside the create keep what they are sent, and what was refused is not there."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Fresh, FromStep, PlanValue
from specproof.generators.plan_values import value_at
from specproof.generators.planning.changes import Change
from specproof.generators.planning.comparing import not_echoed
from specproof.generators.planning.contracts import expected_statuses
from specproof.generators.planning.crud_story import Story, answers_later
from specproof.generators.planning.requests import BodyBase
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.more_creates import more_creates
from specproof.generators.reading.shapes import shape_of
from specproof.openapi.findings import Finding
from specproof.openapi.vocabulary import ParameterLocation


def made_elsewhere(story: Story) -> Iterator[Case | Finding]:
    """What ``POST /pets/add`` or ``POST /users/createWithList`` was sent is what a read of its key shows."""
    read, identity = story.read, story.resource.identity
    if read is None or identity is None:
        return
    for operation, made in more_creates(story.resource):
        base, place = story.context.parts.body(operation), story.place_in(read)
        found = reading_of(story, "made", made)
        if not isinstance(base, BodyBase) or place is None or found is None or answers_later(operation):
            continue
        if not isinstance(value_at(base.value, made + identity.pointer), Fresh):
            continue
        scene = story.context.scene()
        statuses = Check(CheckId.STATUS_EXPECTED, {"statuses": list(expected_statuses(operation))})
        scene.send(operation, name="made", purpose="Create it", checks=(Check(CheckId.NO_SERVER_ERROR), statuses))
        sent = shape_of(request_schema(story.create))
        arguments: dict[str, PlanValue] = {
            "expected": FromStep("made", made, sent=True),
            "at": place[0],
            "ignore": [*not_echoed(sent, place[1])],
        }
        scene.send(read, name="read", purpose="Read it", checks=(Check(CheckId.READ_BACK, arguments),), change=found)
        text = "What this operation was sent is what a read shows."
        yield story.finish(scene, operation, "then read", "shows the record", text)


def reading_of(story: Story, step: str, made: str = "") -> Change | None:
    """How a read asks for the record whose key ``step`` sent; ``made`` is where its body has the record. None for none."""
    read, identity = story.read, story.resource.identity
    path = read.parameters_in(ParameterLocation.PATH) if read is not None else ()
    if identity is None or not identity.sent or len(path) != 1 or story.resource.has_client_ids:
        return None
    value = FromStep(step, made + identity.pointer, sent=True)
    return Change(replaced={(ParameterLocation.PATH, path[0].name.raw()): value})
