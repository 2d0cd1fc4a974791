"""Cases of nasty values: whatever they are answered with, it is no crash, no hang and no dropped connection.

One value at a time, in a request that is valid otherwise. Which values a place gets: :mod:`.nasty_values`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specproof.domain.body_kinds import BodyKind
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, Family, Fresh, FromStep, PlanValue
from specproof.domain.profiles import Profile
from specproof.generators.naming import digest, quoted, slug
from specproof.generators.plan_values import leaves, segments
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.made_up_cases import made_up_places
from specproof.generators.planning.nasty_values import (
    LINE_BREAK,
    LONG_TEXT,
    MANY_SCRIPTS,
    WHOLE_BODIES,
    Nasty,
    nasty_ids,
    nasty_members,
    nasty_parameters,
)
from specproof.generators.planning.requests import IGNORED_HEADERS, BodyBase
from specproof.generators.reading.effects import SAFE, ends_records, is_safe
from specproof.generators.reading.resources import Role, creates_by_put
from specproof.generators.reading.shapes import NOTHING, Shape, shape_at, shape_of
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation
from specproof.openapi.schema import Schema
from specproof.openapi.vocabulary import Method, ParameterLocation

MOST_MEMBERS = 8
MOST_PARAMETERS = 4
THOROUGH_LIMIT = 60
"""Members or parameters of one operation in the profile thorough."""
_FIELDS = frozenset({BodyKind.FORM, BodyKind.MULTIPART})
_ASKED = SAFE | {Method.PATCH, Method.POST, Method.PUT}
"""Whose queries are tried: what a deletion makes of an odd filter, nobody wants to know."""
_ADDRESSING = frozenset({Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE, Role.ACTION})


def robustness_cases(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """The nasty values of one operation: of its body's members, its body as a whole, its query and its path."""
    base = context.parts.body(operation)
    if isinstance(base, BodyBase) and base.media.is_json:
        for nasty in WHOLE_BODIES:
            yield _case(context, operation, nasty.words, f"{nasty.phrase} for a body", _set("", nasty), nasty.phrase)
        if isinstance(base.value, (str, Fresh)):
            for nasty in (LONG_TEXT, MANY_SCRIPTS):
                words = f"body {nasty.words}"
                yield _case(context, operation, words, f"{nasty.phrase} for a body", _set("", nasty), nasty.phrase)
        yield _case(context, operation, "body empty", "nothing for a body", Change(raw_body=""), "nothing")
        yield from _members(context, operation, base)
    elif isinstance(base, BodyBase) and base.kind in _FIELDS:
        yield from _field(context, operation, base)
    yield from _parameters(context, operation)
    yield from _ids(context, operation)


def _members(context: GenerationContext, operation: Operation, base: BodyBase) -> Iterator[Case | Finding]:
    profile = context.config.profile
    found = [
        (pointer, value)
        for pointer, value in leaves(base.value)
        # An id that the client chooses could be somebody else's.
        if pointer
        and not isinstance(value, FromStep)
        and not (isinstance(value, Fresh) and value.is_number)
        and pointer.count("/") <= 3
    ]
    found.sort(key=lambda leaf: digest(f"{operation.key.label} {leaf[0]}"))
    chosen = sorted(found[: THOROUGH_LIMIT if profile is Profile.THOROUGH else MOST_MEMBERS], key=lambda leaf: leaf[0])
    dealt = [(pointer, nasty_members(f"{operation.key.label} {pointer}", value, profile)) for pointer, value in chosen]
    texts = [index for index, (_, value) in enumerate(chosen) if isinstance(value, (str, Fresh))]
    # A text of a known form is looked at, and refused, before anything is done with it.
    texts = [index for index in texts if _is_free(base, chosen[index][0])] or texts
    if texts and not any(LONG_TEXT in dealt[index][1] for index in texts):
        # What is longest is what most often breaks something behind the API: every body has it somewhere.
        dealt[texts[0]][1].append(LONG_TEXT)
    for pointer, given in dealt:
        for nasty in given:
            yield _member(context, operation, pointer, nasty)


def _field(context: GenerationContext, operation: Operation, base: BodyBase) -> Iterator[Case | Finding]:
    """A long text for the first field of a form that takes any text."""
    found = sorted(
        pointer for pointer, value in leaves(base.value) if isinstance(value, (str, Fresh)) and _is_free(base, pointer)
    )
    if found:
        yield _member(context, operation, found[0], LONG_TEXT)


def _member(context: GenerationContext, operation: Operation, pointer: str, nasty: Nasty) -> Case | Finding:
    words = f"{slug(pointer[1:].replace('/', ' '), 40) or digest(pointer, 6)} {nasty.words}"
    return _case(context, operation, words, f"{nasty.phrase} for {quoted(pointer[1:])}", _set(pointer, nasty), nasty.phrase)


def _set(pointer: str, nasty: Nasty) -> Change:
    return Change(edits=(Edit(EditKind.SET, pointer, nasty.value),))


def _is_free(base: BodyBase, pointer: str) -> bool:
    """Whether any text may stand at ``pointer`` of the body, as far as its length allows."""
    return _takes_any_text(shape_at(shape_of(base.request.schema), segments(pointer)))


def _takes_any_text(shape: Shape) -> bool:
    return shape.types == {"string"} and not shape.enum and not shape.has_pattern and shape.format in {"", "password"}


def _parameters(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    if operation.key.method not in _ASKED or ends_records(operation):
        return
    profile, path = context.config.profile, made_up_places(context, operation)
    found = [
        (parameter, *filled)
        for parameter in sorted(operation.parameters_in(ParameterLocation.QUERY), key=lambda one: one.name)
        if not parameter.content_type
        and parameter.name.raw().lower() not in IGNORED_HEADERS
        and (filled := _filled(parameter.schema)) is not None
    ]
    for parameter, shape, fill in found[: THOROUGH_LIMIT if profile is Profile.THOROUGH else MOST_PARAMETERS]:
        name = parameter.name.raw()
        for nasty in nasty_parameters(f"{operation.key.label} {name}", shape, profile):
            change = Change(replaced={**path, (ParameterLocation.QUERY, name): fill(nasty.value)})
            words = f"{slug(name, 40) or 'parameter'} {nasty.words}"
            yield _case(context, operation, words, f"{nasty.phrase} for {quoted(name)}", change, nasty.phrase)


def _filled(schema: Schema) -> tuple[Shape, Callable[[PlanValue], PlanValue]] | None:
    """What a parameter is filled with, and how: itself, one item of a list, one member of an object whose members nobody names."""
    whole = shape_of(schema)
    if whole.is_scalar:
        return whole, lambda value: value
    item = shape_of(whole.items)
    if _takes_any_text(item):
        return item, lambda value: [value]
    members = schema.raw.get("additionalProperties") if isinstance(schema.raw, dict) and not whole.properties else None
    member = shape_of(Schema(members, schema.pointer, schema.definitions)) if isinstance(members, dict) else NOTHING
    return (member, lambda value: {"member": value}) if _takes_any_text(member) else None


def _ids(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """Something in the place of an id that can be none."""
    segment = operation.key.path.rstrip("/").rpartition("/")[2]
    parameter = next((one for one in operation.parameters_in(ParameterLocation.PATH) if segment == f"{{{one.name.raw()}}}"), None)
    if parameter is None or context.role(operation) not in _ADDRESSING or creates_by_put(operation):
        return
    others = made_up_places(context, operation)
    places = [(name, LINE_BREAK) for _, name in others if name != parameter.name.raw()]
    shape, profile = shape_of(parameter.schema), context.config.profile
    nasties = nasty_ids(operation.key.label, shape, profile, is_read=is_safe(operation))
    for name, nasty in (*places, *((parameter.name.raw(), nasty) for nasty in nasties)):
        change = Change(replaced={**others, (ParameterLocation.PATH, name): nasty.value})
        words = f"{slug(name, 40) or 'id'} {nasty.words}"
        yield _case(context, operation, words, f"{nasty.phrase} for {quoted(name)}", change, nasty.phrase)


def _case(
    context: GenerationContext, operation: Operation, words: str, phrase: str, change: Change, value: str
) -> Case | Finding:
    scene = context.scene()
    checks = (Check(CheckId.NO_SERVER_ERROR),)
    scene.send(operation, name="answer", purpose=f"Send {phrase}", checks=checks, change=change)
    draft = Draft(
        family=Family.ERROR,
        operation=operation,
        condition=words,
        expected="does not crash",
        title=f"{operation.key.label}: {phrase} crashes nothing",
        keyword="requestBody" if operation.request_body else "parameters",
        pointer=operation.pointer,
        text=f"Whatever {phrase} is answered with, it is no server error.",
        source="policy",
        slug=f"{slug(words, 60)}_crashes_nothing",
        value_class=f"robustness: {value}",
    )
    return context.finish(scene, draft)
