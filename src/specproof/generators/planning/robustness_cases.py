"""Cases of nasty values: whatever they are answered with, it is no crash, no hang and no dropped connection.

One value at a time, in a request that is valid otherwise. The catalogue is dealt out over the members of a body, so that each of them
gets some and all of it is used somewhere; dealt by hash, so that another member changes nothing for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, Family, Fresh, FromStep, PlanValue
from specproof.generators.naming import digest, quoted, slug
from specproof.generators.plan_values import leaves
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.requests import IGNORED_HEADERS, BodyBase
from specproof.generators.planning.scenes import Change
from specproof.generators.planning.sweeping import SAFE
from specproof.generators.reading.resources import Role
from specproof.generators.reading.shapes import shape_of
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import ParameterLocation

MOST_MEMBERS = 8
FOR_EACH_MEMBER = 2
MOST_PARAMETERS = 4
_LONG = 5_000


@dataclass(frozen=True, slots=True)
class _Nasty:
    """One entry of the catalogue: the words of a case's name and of its title, and the value."""

    words: str
    phrase: str
    value: PlanValue


_LONG_TEXT = _Nasty("5000 characters", f"{_LONG} characters", "a" * _LONG)
_TEXTS = (
    _LONG_TEXT,
    _Nasty("nul", "a NUL character", "a\x00b"),
    _Nasty("quotes", "quotes and brackets", "'\"`<>{}[]();--%$\\"),
    _Nasty("empty text", "an empty text", ""),
    _Nasty("emoji", "letters and signs of many scripts", "é漢字עברית👩\u200d💻\u202e"),
)
_NUMBERS = (
    _Nasty("minus one", "-1", -1),
    _Nasty("zero", "0", 0),
    _Nasty("2 to the 31", "2^31", 2**31),
    _Nasty("2 to the 63", "2^63", 2**63),
    _Nasty("10 to the 30", "10^30", 1e30),
    _Nasty("one half", "0.5", 0.5),
)
_LISTS = (_Nasty("list of null", "[null]", [None]), _Nasty("list of lists", "[[]]", [[]]))
_ANYTHING = (
    _Nasty("null", "null", None),
    _Nasty("empty object", "{}", {}),
    _Nasty("empty list", "[]", []),
)
_WHOLE: tuple[_Nasty, ...] = (
    _Nasty("body list", "a list", []),
    _Nasty("body text", "a text", "text"),
    _Nasty("body null", "null", None),
)


def robustness_cases(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """The nasty values of one operation: of its body's members, its body as a whole, and its query."""
    base = context.parts.body(operation)
    if isinstance(base, BodyBase) and base.media.is_json:
        for nasty in _WHOLE:
            edit = Edit(EditKind.SET, "", nasty.value)
            yield _case(context, operation, nasty.words, f"{nasty.phrase} for a body", Change(edits=(edit,)), nasty.phrase)
        yield _case(context, operation, "body empty", "nothing for a body", Change(raw_body=""), "nothing")
        yield from _members(context, operation, base)
    yield from _parameters(context, operation)
    yield from _malformed_id(context, operation)


def _members(context: GenerationContext, operation: Operation, base: BodyBase) -> Iterator[Case | Finding]:
    found = [
        (pointer, value)
        for pointer, value in leaves(base.value)
        if pointer and not isinstance(value, FromStep) and pointer.count("/") <= 3
    ]
    found.sort(key=lambda leaf: digest(f"{operation.key.label} {leaf[0]}"))
    for pointer, value in sorted(found[:MOST_MEMBERS]):
        for nasty in _dealt(f"{operation.key.label} {pointer}", value):
            edit = Edit(EditKind.SET, pointer, nasty.value)
            name = pointer[1:].replace("/", " ")
            words = f"{slug(name, 40) or digest(pointer, 6)} {nasty.words}"
            yield _case(
                context, operation, words, f"{nasty.phrase} for {quoted(pointer[1:])}", Change(edits=(edit,)), nasty.phrase
            )


def _dealt(key: str, value: PlanValue) -> list[_Nasty]:
    """What one member gets: something of its own kind, and something of another."""
    own = (
        _TEXTS
        if isinstance(value, (str, Fresh))
        else _NUMBERS
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else _LISTS
    )
    turn = int(digest(key, 8), 16)
    return [own[turn % len(own)], _ANYTHING[turn // 7 % len(_ANYTHING)]][:FOR_EACH_MEMBER]


def _parameters(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    if context.role(operation) not in {Role.LIST, Role.READ, Role.ACTION} or operation.key.method not in SAFE:
        return
    tried = 0
    for parameter in sorted(operation.parameters_in(ParameterLocation.QUERY), key=lambda one: one.name):
        shape, name = shape_of(parameter.schema), parameter.name.raw()
        if parameter.content_type or name.lower() in IGNORED_HEADERS or tried >= MOST_PARAMETERS or not shape.is_scalar:
            continue
        tried += 1
        turn = int(digest(f"{operation.key.label} {name}", 8), 16)
        nasty = _NUMBERS[turn % len(_NUMBERS)] if shape.is_numeric else _LONG_TEXT
        change = Change(replaced={(ParameterLocation.QUERY, name): nasty.value})
        words = f"{slug(name, 40) or 'parameter'} {nasty.words}"
        yield _case(context, operation, words, f"{nasty.phrase} for {quoted(name)}", change, nasty.phrase)


def _malformed_id(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """What is no id at all where a read takes a number, a UUID or a text of some pattern."""
    path = operation.parameters_in(ParameterLocation.PATH)
    if operation.key.method not in SAFE or len(path) != 1 or path[0].content_type:
        return
    shape, name = shape_of(path[0].schema), path[0].name.raw()
    if shape.enum or not (shape.is_numeric or shape.format in {"uuid", "guid"} or shape.has_pattern):
        return
    change = Change(replaced={(ParameterLocation.PATH, name): "no-id-at-all"})
    words = f"{slug(name, 40) or 'id'} malformed"
    yield _case(context, operation, words, f"no id at all for {quoted(name)}", change, "no id")


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
