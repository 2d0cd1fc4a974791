"""Cases of nasty values: whatever they are answered with, it is no crash, no hang and no dropped connection.

One value at a time, in a request that is valid otherwise. Which values a place gets: :mod:`.nasty_values`.
"""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.body_kinds import BodyKind
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, Family, Fresh, FromStep
from specproof.domain.profiles import Profile
from specproof.generators.naming import digest, quoted, slug
from specproof.generators.plan_values import leaves
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.nasty_values import (
    LONG_TEXT,
    MANY_SCRIPTS,
    WHOLE_BODIES,
    nasty_ids,
    nasty_members,
    nasty_parameters,
)
from specproof.generators.planning.requests import IGNORED_HEADERS, BodyBase
from specproof.generators.planning.scenes import Change
from specproof.generators.planning.sweeping import SAFE
from specproof.generators.reading.resources import Role, creates_by_put
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation

MOST_MEMBERS = 8
MOST_PARAMETERS = 4
THOROUGH_LIMIT = 60
"""Members or parameters of one operation in the profile thorough."""
_FORMS = (BodyKind.FORM, BodyKind.MULTIPART)
_ADDRESSING = frozenset({Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE, Role.ACTION})


def robustness_cases(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """The nasty values of one operation: of its body's members, its body as a whole, its query and its path."""
    base = context.parts.body(operation)
    if isinstance(base, BodyBase) and base.media.is_json:
        for nasty in WHOLE_BODIES:
            edit = Edit(EditKind.SET, "", nasty.value)
            yield _case(context, operation, nasty.words, f"{nasty.phrase} for a body", Change(edits=(edit,)), nasty.phrase)
        yield _case(context, operation, "body empty", "nothing for a body", Change(raw_body=""), "nothing")
        yield from _members(context, operation, base)
    if isinstance(base, BodyBase):
        yield from _long_text(context, operation, base)
    yield from _parameters(context, operation)
    yield from _ids(context, operation)


def _long_text(context: GenerationContext, operation: Operation, base: BodyBase) -> Iterator[Case | Finding]:
    """What is longest, where members of JSON do not have it: for one field of a form, and for a text that is the whole body.

    Such a text is of many scripts, too.
    """
    if base.media.is_json:
        places = [""] if isinstance(base.value, (str, Fresh)) else []
    else:
        files = {field.name.raw() for field in base.fields if field.file_name}
        fields = base.value.items() if base.kind in _FORMS and isinstance(base.value, dict) else ()
        texts = [name for name, value in sorted(fields) if isinstance(value, (str, Fresh)) and name not in files]
        places = [f"/{escape(name)}" for name in texts if not _is_bound(base, name)][:1]
    sent = [(place, nasty) for place in places for nasty in ((LONG_TEXT,) if place else (LONG_TEXT, MANY_SCRIPTS))]
    for pointer, nasty in sent:
        edit = Edit(EditKind.SET, pointer, nasty.value)
        words = f"{slug(pointer[1:], 40) or 'body'} {nasty.words}"
        phrase = f"{nasty.phrase} for {quoted(pointer[1:]) if pointer else 'a body'}"
        yield _case(context, operation, words, phrase, Change(edits=(edit,)), nasty.phrase)


def _is_bound(base: BodyBase, name: str) -> bool:
    """Whether a field is one of few words: nobody keeps it long enough to break on it."""
    return bool(shape_of(shape_of(base.media.schema).properties.get(name)).enum)


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
    if texts and not any(LONG_TEXT in given for _, given in dealt):
        # What is longest is what most often breaks something behind the API: every body has it somewhere.
        dealt[texts[0]][1].append(LONG_TEXT)
    for pointer, given in dealt:
        for nasty in given:
            edit = Edit(EditKind.SET, pointer, nasty.value)
            name = pointer[1:].replace("/", " ")
            words = f"{slug(name, 40) or digest(pointer, 6)} {nasty.words}"
            yield _case(
                context, operation, words, f"{nasty.phrase} for {quoted(pointer[1:])}", Change(edits=(edit,)), nasty.phrase
            )


def _parameters(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    if context.role(operation) not in {Role.LIST, Role.READ, Role.ACTION} or operation.key.method not in SAFE:
        return
    profile = context.config.profile
    found = [
        parameter
        for parameter in sorted(operation.parameters_in(ParameterLocation.QUERY), key=lambda one: one.name)
        if not parameter.content_type and parameter.name.raw().lower() not in IGNORED_HEADERS and _item(parameter).is_scalar
    ]
    for parameter in found[: THOROUGH_LIMIT if profile is Profile.THOROUGH else MOST_PARAMETERS]:
        name = parameter.name.raw()
        is_list = shape_of(parameter.schema).is_array
        for nasty in nasty_parameters(f"{operation.key.label} {name}", _item(parameter), profile):
            change = Change(replaced={(ParameterLocation.QUERY, name): [nasty.value] if is_list else nasty.value})
            words = f"{slug(name, 40) or 'parameter'} {nasty.words}"
            yield _case(context, operation, words, f"{nasty.phrase} for {quoted(name)}", change, nasty.phrase)


def _item(parameter: Parameter) -> Shape:
    """What a parameter takes, or what each of its several values is."""
    shape = shape_of(parameter.schema)
    return shape_of(shape.items) if shape.is_array else shape


def _ids(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """Something in the place of an id that can be none."""
    segment = operation.key.path.rstrip("/").rpartition("/")[2]
    parameter = next((one for one in operation.parameters_in(ParameterLocation.PATH) if segment == f"{{{one.name.raw()}}}"), None)
    if parameter is None or context.role(operation) not in _ADDRESSING or creates_by_put(operation):
        return
    shape, name = shape_of(parameter.schema), parameter.name.raw()
    is_read = operation.key.method in SAFE
    for nasty in nasty_ids(operation.key.label, shape, context.config.profile, is_read=is_read):
        change = Change(replaced={(ParameterLocation.PATH, name): nasty.value})
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
