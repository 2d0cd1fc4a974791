"""Stories of longer lives: a record made after another's end, changed twice, found by a key that has changed, left to its defaults."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, Fresh, FromStep, PlanValue
from specproof.generators.plan_values import Missing, plan_of, same_plan, segments, value_at
from specproof.generators.planning.alternatives import another_value
from specproof.generators.planning.changes import NO_LABELS, Change
from specproof.generators.planning.comparing import STATE_WORDS, is_volatile
from specproof.generators.planning.contracts import expected_statuses
from specproof.generators.planning.crud_story import Story, answers_later
from specproof.generators.planning.requests import BodyBase
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.resources import Role
from specproof.generators.reading.shapes import escape, shape_of
from specproof.generators.test_data_factory.fresh import merged
from specproof.generators.test_data_factory.model import ProvenValue, ValueRequest
from specproof.generators.words import tokens
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.schema import Example
from specproof.openapi.vocabulary import Method, ParameterLocation

_MOST_FORMS = 4


def life_stories(story: Story) -> Iterator[Case | Finding]:
    """The stories of one resource."""
    yield from _made_after_a_removal(story)
    yield from _changed_twice(story)
    yield from _found_by_its_new_key(story)
    yield from _found_in_each_form(story)
    yield from _left_to_defaults(story)


def _made_after_a_removal(story: Story) -> Iterator[Case | Finding]:
    """Ids that are counted out of the records that are there come twice, once one of them is gone."""
    identity, delete = story.resource.identity, story.delete
    if identity is None or delete is None or identity.sent or story.resource.has_client_ids or story.sends_fixed_id():
        return
    scene = story.context.scene()
    scene.record(story.resource)
    scene.record(story.resource, story.other)
    scene.send(delete, name="deleted", purpose="Delete the first one", checks=(), is_setup=True)
    values: list[PlanValue] = [story.id_of(story.other_step), FromStep("created", identity.pointer)]
    check = Check(CheckId.DISTINCT_IDS, {"values": values})
    scene.create(story.resource, name="created", purpose="Create a third one", checks=(check,))
    text = "A new record does not get the id of one that is still there."
    yield story.finish(scene, story.create, "after a delete", "has its own id", text)


def _changed_twice(story: Story) -> Iterator[Case | Finding]:
    """A second change, of another field, begins with what the first one wrote."""
    patch, read = story.resource.first(Role.PATCH), story.read
    first = story.one_field_of(patch) if patch is not None else None
    if patch is None or read is None or first is None or answers_later(patch):
        return
    second = _another_field(story, patch, first)
    if second is None:
        return
    scene = story.context.scene()
    scene.record(story.resource)
    statuses = Check(CheckId.STATUS_EXPECTED, {"statuses": list(expected_statuses(patch))})
    checks = (Check(CheckId.NO_SERVER_ERROR), statuses)
    scene.send_only(patch, first, name="patched", purpose="Change one field", checks=checks)
    scene.send_only(patch, second, name="again", purpose="Change another one", checks=checks)
    check = story.shows_sent(CheckId.READ_BACK, read, "patched", patch)
    scene.send(read, name="read", purpose="Read it", checks=(check,))
    text = "A change of another field leaves the first change as it is."
    yield story.finish(scene, patch, "one field after another", "keeps both", text)


def _another_field(story: Story, patch: Operation, first: Edit) -> Edit | None:
    """A field that a patch may set alone, other than the one of ``first``."""
    base = story.context.parts.body(patch)
    schema = shape_of(request_schema(patch))
    for name, value in sorted(base.value.items()) if isinstance(base, BodyBase) and isinstance(base.value, dict) else ():
        is_own = not isinstance(value, (FromStep, list)) and name in story.record_shape.properties
        if is_own and f"/{escape(name)}" != first.pointer and schema.required <= {name} and not _names_others(value):
            return Edit(EditKind.SET, f"/{escape(name)}", value)
    return None


def _names_others(value: PlanValue) -> bool:
    if isinstance(value, dict):
        return any(_names_others(member) for member in value.values())
    return isinstance(value, (FromStep, list))


def _found_by_its_new_key(story: Story) -> Iterator[Case | Finding]:
    """``/pets/by-chip/{chip}``: where a field finds the record, a changed field finds it too."""
    update = story.resource.first(Role.PATCH) or story.resource.first(Role.REPLACE)
    created = story.context.parts.body(story.create)
    base = story.context.parts.body(update) if update is not None else None
    if update is None or update is story.create or answers_later(update) or not isinstance(created, BodyBase):
        return
    place = story.place_in(update)
    if place is None or not isinstance(base, BodyBase) or not base.media.is_json or not isinstance(base.value, dict):
        return
    for lookup, parameter, name in _lookups(story):
        key = value_at(created.value, f"/{escape(name)}")
        is_shown = name in place[1].properties and story.place_in(lookup) is not None
        if not isinstance(key, Fresh) or name not in base.value or not is_shown:
            continue
        scene = story.context.scene()
        scene.record(story.resource)
        edit = Edit(EditKind.SET, f"/{escape(name)}", key)
        scene.send(update, name="updated", purpose="Give it another key", checks=(), change=Change(edits=(edit,)), is_setup=True)
        # The key that the answer shows: an API that does not change keys keeps the old one.
        new = FromStep("updated", f"{place[0]}/{escape(name)}")
        change = Change(replaced={(parameter.location, parameter.name.raw()): new})
        check = story.shows_answer(CheckId.READ_BACK, lookup, FromStep("updated", place[0]), place[1])
        scene.send(lookup, name="read", purpose="Look it up by that key", checks=(check,), change=change)
        text = "A record is found by the key that it has now."
        yield story.finish(scene, lookup, "after a change of the key", "finds the record", text)


def _found_in_each_form(story: Story) -> Iterator[Case | Finding]:
    """Where keys come in few forms (``^4[12][0-9]{8}$``), a record is found by a key of each."""
    created = story.context.parts.body(story.create)
    if not isinstance(created, BodyBase) or not created.media.is_json:
        return
    for lookup, parameter, name in _lookups(story):
        key, place = value_at(created.value, f"/{escape(name)}"), story.place_in(lookup)
        forms = _forms(key) if isinstance(key, Fresh) and place is not None else ()
        if not forms or story.resource.record is None:
            continue
        scene = story.context.scene()
        for number, form in enumerate(forms, 1):
            made, edit = f"{story.step}_{number}", Edit(EditKind.SET, f"/{escape(name)}", form)
            purpose = "Create one with a key of another form" if number > 1 else "Create one with a key of one form"
            scene.create(story.resource, name=made, purpose=purpose, change=Change(edits=(edit,)), is_setup=True)
            shown = FromStep(made, story.resource.record.pointer_to(name))
            change = Change(replaced={(parameter.location, parameter.name.raw()): shown})
            checks = (*story.context.success_checks(lookup), story.shows_record(CheckId.READ_BACK, lookup, made))
            scene.send(lookup, name=f"read_{number}", purpose="Look it up", checks=checks, change=change)
        text = "A record is found by its key, whatever form of those that are allowed it has."
        yield story.finish(scene, lookup, "by a key of each form", "finds the record", text)


def _forms(key: Fresh) -> tuple[Fresh, ...]:
    """``key`` with each of the characters that its first choice among a few has; empty if there is no such choice."""
    for index, part in enumerate(key.parts):
        if isinstance(part, tuple) and part[1] == 1 and 1 < len(part[0]) <= _MOST_FORMS:
            at = sum(len(one) if isinstance(one, str) else one[1] for one in key.parts[:index])
            return tuple(
                Fresh(merged([*key.parts[:index], char, *key.parts[index + 1 :]]), key.sample[:at] + char + key.sample[at + 1 :])
                for char in part[0]
            )
    return ()


def _lookups(story: Story) -> Iterator[tuple[Operation, Parameter, str]]:
    """The reads whose only path parameter is a field of the record that is not its id, with that field."""
    record, identity = story.resource.record, story.resource.identity
    if record is None or identity is None or story.read is None:
        return
    for operation in story.context.operations():
        path = operation.parameters_in(ParameterLocation.PATH)
        found = story.context.parts.producers.of_path(operation, path[0]) if len(path) == 1 else None
        if (
            found is None
            or found[0] is not story.resource
            or found[1] == identity.pointer
            or operation.key.method is not Method.GET
        ):
            continue
        for name in record.shape.properties:
            if record.pointer_to(name) == found[1]:
                yield operation, path[0], name


def _left_to_defaults(story: Story) -> Iterator[Case | Finding]:
    """A create that leaves out what is optional, after one that did not: the record gets the documented defaults, not the other's values."""
    read, base = story.read, story.context.parts.body(story.create)
    if read is None or answers_later(story.create):
        return
    if not isinstance(base, BodyBase) or not base.media.is_json or not isinstance(base.value, dict):
        return
    left_out = _left_out(story, base)
    if not left_out:
        return
    defaults = _defaults(story, base)
    kept = set(base.value) - {segments(edit.pointer)[0] for edit in left_out}
    sent: dict[str, PlanValue] = {name: value for name, value in defaults.items() if name not in kept}
    place = story.place_in(story.create)
    scene, name, labels, checks = story.context.scene(), story.step, NO_LABELS, tuple[Check, ...]()
    text, expected = "A record without its optional fields is read as its create showed it.", "is kept"
    if place is not None and sent:
        scene.record(story.resource, edits=tuple(_unlike_defaults(story, base, sent)))
        name, labels = story.other_step, story.other
        checks = (Check(CheckId.ECHO, {"sent": sent, "at": place[0], "ignore": []}),)
        text, expected = "What a create leaves out gets its default, whatever the record before it had.", "gets the defaults"
    purpose = "Create one with nothing but what is required"
    change = Change(edits=left_out)
    scene.create(story.resource, name=name, purpose=purpose, checks=checks, labels=labels, change=change, is_setup=not checks)
    shown = (Check(CheckId.BODY_SCHEMA), story.shows_created(read, name))
    scene.send(read, name="read", purpose="Read it", checks=shown, labels=labels)
    yield story.finish(scene, story.create, "with only what is required", expected, text)


def _left_out(story: Story, base: BodyBase) -> tuple[Edit, ...]:
    """The edits that leave out every optional member, as the value engine proved them; none if that is not allowed.

    The key that a client chooses stays: without it the record could not be found again.
    """
    identity = story.resource.identity
    key = f"/{escape(identity.name)}" if identity is not None and identity.sent else ""
    for boundary in story.context.values.boundaries(base.request, base.proven):
        if boundary.keyword == "required" and all(edit.pointer.count("/") == 1 for edit in boundary.edits):
            return tuple(edit for edit in boundary.edits if edit.pointer != key)
    return ()


def _defaults(story: Story, base: BodyBase) -> dict[str, PlanValue]:
    """The optional fields with a default that the schema accepts, and that every answer to a create shows."""
    schema, shown = shape_of(request_schema(story.create)), story.record_shape
    found: dict[str, PlanValue] = {}
    for name, member in sorted(schema.properties.items()):
        shape = shape_of(member)
        if name in schema.required or name not in shown.required or shape.default is None or is_volatile(name, shape):
            continue
        if shape.is_write_only or set(tokens(name)) & STATE_WORDS or not (shape.is_scalar or shape.is_array):
            continue  # A state may have moved on by the time of the answer.
        asked = ValueRequest(member, f"{base.request.key} default {name}", examples=(Example(shape.default, member.pointer),))
        proven = story.context.values.valid(asked)
        if isinstance(proven, ProvenValue):
            found[name] = plan_of(shape.default)
    return found


def _unlike_defaults(story: Story, base: BodyBase, defaults: dict[str, PlanValue]) -> Iterator[Edit]:
    """What gives the first record other values than the defaults, where it would have them."""
    schema = shape_of(request_schema(story.create))
    for name, default in defaults.items():
        pointer = f"/{escape(name)}"
        current = value_at(base.value, pointer)
        if not isinstance(current, Missing) and not same_plan(current, default):
            continue
        key = f"{story.create.key.label} {pointer}"
        other = another_value(story.context.values, schema.properties[name], default, key=key, name=name)
        if not isinstance(other, Missing):
            yield Edit(EditKind.SET, pointer, other)
