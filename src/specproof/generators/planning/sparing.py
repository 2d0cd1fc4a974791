"""Why an operation is not asked at all, or one request of it is not sent: it would touch records that no case has made."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.plans import Edit, EditKind, PlanValue
from specproof.generators.naming import quoted
from specproof.generators.plan_values import Missing, edited, same_plan, segments, value_at
from specproof.generators.planning.changes import Change
from specproof.generators.planning.nasty_values import NOBODY
from specproof.generators.planning.nobodys import addressed, name_at
from specproof.generators.planning.ownership import is_addressed_apart
from specproof.generators.planning.requests import BodyBase, RequestParts
from specproof.generators.planning.sweeping import names_its_record, sweeps
from specproof.generators.reading.addressing import addressing, is_collection, is_key, names_records
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.effects import Effect, effect_of, ends_records, is_ending_word, is_removal, is_safe
from specproof.generators.reading.producers import id_slots
from specproof.generators.reading.resources import Resource
from specproof.generators.reading.shapes import shape_of
from specproof.generators.test_data_factory.faults import WRONG_TEXT
from specproof.generators.test_data_factory.model import ProvenValue
from specproof.generators.words import tokens
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import ParameterLocation

LONGEST_KEY = 200
"""Longer texts, and empty ones, are no key of any record."""
_COMMANDS = frozenset({"act", "action", "cmd", "command", "do", "method", "op", "operation"})
"""Names of parameters by which older APIs are told what to do (``?action=delete``)."""
_ONESELF = frozenset({("me",), ("self",), ("myself",)})
_PASSWORDS = frozenset({"passwd", "password", "pwd"})


def sparing_reasons(parts: RequestParts, operation: Operation) -> tuple[str, ...]:
    """Why a request of ``operation`` is better not sent; nothing where it works on what was made for it. Worked out once."""
    return parts.once(("sparing", operation.key.label), lambda: tuple(_sparing_reasons(parts, operation)))


def _sparing_reasons(parts: RequestParts, operation: Operation) -> Iterator[str]:
    if is_removal(operation):
        if sweeps(operation):
            yield "it removes more than the records that this suite makes"
        # ``POST /members/batch-delete`` says in its body what it removes.
        made = {slot.pointer for slot in parts.producers.of_body(operation) if not slot.is_cut}
        for slot in id_slots(operation):
            if slot.pointer not in made:
                yield others_stay(slot.pointer[1:])
    base = parts.body(operation)
    if isinstance(base, BodyBase) and base.spared.somebodys:
        yield others_stay(base.spared.somebodys)
    if isinstance(base, BodyBase) and base.spared.names_none:
        yield "it says nothing of which records it is about, and may take all of them"
    elif _says_nothing(operation) or _changes_all(parts, operation):
        yield "it is about whatever records there are, and those of others are not changed"
    if _changes_its_account(operation):
        yield "it changes the account that the suite itself uses, which may not get in any more"
    sent = shape_of(request_schema(operation))
    if names_its_record(operation) and sent.is_array and shape_of(sent.items).is_object:
        yield "it replaces or changes whole lists of records, and those of others are not changed"
    elif _misses_its_record(parts, operation):
        yield "no operation makes the record that its body names, and records of others are not changed"


def _changes_its_account(operation: Operation) -> bool:
    """Whether an operation changes the record of whoever calls it (``PUT /me``), or the password of a user whom no path names."""
    if is_safe(operation) or operation.parameters_in(ParameterLocation.PATH) or effect_of(operation) is not Effect.CHANGES:
        return False
    plain = [tokens(segment) for segment in operation.key.path.split("/")]
    return any(words in _ONESELF for words in plain) or (bool(plain) and bool({*plain[-1]} & _PASSWORDS))


def takes_a_place(resource: Resource) -> bool:
    """Whether a create says which of a few places the record takes (``code`` of an enum): it may be taken, and would be cleaned up after."""
    identity = resource.identity
    return identity is not None and identity.sent and not resource.has_client_ids and bool(identity.shape.enum)


def change_reasons(parts: RequestParts, operation: Operation, change: Change) -> Iterator[str]:
    """Why a request that differs by ``change`` from the usual one is better not sent."""
    if not ends_records(operation) and any(is_ending_word(word) for word in _commands(parts, operation, change)):
        yield "it says that something is to be removed"
    if is_safe(operation):
        return
    if ends_records(operation) and _spoils(parts, operation, change):
        yield "without what names its records it may remove all of them"
    elif _names_none(parts, operation, change):
        yield "without what names its record it may change all of them"
    elif any(_may_be_somebodys(value) for value in _renamed(parts, operation, change)):
        yield "with that value it may be about a record of somebody else"


def _commands(parts: RequestParts, operation: Operation, change: Change) -> Iterator[str]:
    """What the query tells an API to do; of what is taken for a question or a create, what the body tells it, too."""
    said = {name: value for (_, name), value in change.replaced.items()}
    for one in operation.parameters_in(ParameterLocation.QUERY):
        name = one.name.raw()
        if name.lower() in _COMMANDS and name not in said and parts.is_sent(operation, one):
            proven = parts.parameter(operation, one)
            said[name] = proven.value if isinstance(proven, ProvenValue) else None
    base = parts.body(operation)
    if isinstance(base, BodyBase) and isinstance(base.value, dict) and effect_of(operation) is not Effect.CHANGES:
        said |= base.value
        said |= {segments(edit.pointer)[-1]: edit.value for edit in change.edits if edit.pointer}
    yield from (value for name, value in said.items() if name.lower() in _COMMANDS and isinstance(value, str))


def _spoils(parts: RequestParts, operation: Operation, change: Change) -> bool:
    """Whether what ends records would not say any more which it means: an API that does not insist may take all of them."""
    keys = [*change.left_out, *change.replaced]
    if any(location is not ParameterLocation.PATH and names_records(name) for location, name in keys):
        return True
    base = parts.body(operation)
    if not isinstance(base, BodyBase):
        return False
    pointers = [edit.pointer for edit in change.edits]
    if operation.parameters_in(ParameterLocation.PATH):
        return False  # The path goes on saying it.
    if change.no_body or change.raw_body is not None or "" in pointers:
        return True
    named = [*addressed(operation, parts.model.of(operation.key), base.value), *(slot.pointer for slot in id_slots(operation))]
    return any(
        pointer == place or pointer.startswith(place + "/") or place.startswith(pointer + "/")
        for pointer in pointers
        for place in named
    ) or any(names_records(name) for pointer in pointers for name in segments(pointer) if not name.isdecimal())


def _names_none(parts: RequestParts, operation: Operation, change: Change) -> bool:
    """Whether a change that its body or query aims (``POST /user/status``) has lost what it aims at: missing, null or empty."""
    left = {name for location, name in change.left_out if location is ParameterLocation.QUERY}
    left |= {name for (location, name), value in change.replaced.items() if location is ParameterLocation.QUERY and not value}
    gone = [edit.pointer for edit in change.edits if edit.kind is EditKind.REMOVE or edit.value in (None, "", [], {})]
    if not (left or gone or change.no_body) or operation.parameters_in(ParameterLocation.PATH):
        return False  # Nothing is lost, or the path goes on saying it.
    resource, base = parts.model.of(operation.key), parts.body(operation)
    if left & addressing(operation, resource, (one.name.raw() for one in operation.parameters_in(ParameterLocation.QUERY))):
        return True
    places = addressed(operation, resource, base.value) if isinstance(base, BodyBase) else frozenset()
    is_whole = change.no_body and bool(places)
    return is_whole or any(place == pointer or place.startswith(pointer + "/") for pointer in gone for place in places)


def _renamed(parts: RequestParts, operation: Operation, change: Change) -> Iterator[PlanValue]:
    """What ``change`` puts in the place of what says whose record is changed."""
    resource, base = parts.model.of(operation.key), parts.body(operation)
    query = {name: value for (location, name), value in change.replaced.items() if location is ParameterLocation.QUERY}
    for name in addressing(operation, resource, query):
        yield query[name]
    apart = [one for one in operation.parameters if one.location in {ParameterLocation.HEADER, ParameterLocation.COOKIE}]
    for one in apart:
        if (one.location, one.name.raw()) in change.replaced and is_addressed_apart(parts, operation, one):
            yield change.replaced[one.location, one.name.raw()]
    if isinstance(base, BodyBase) and any(_may_name(edit) for edit in change.edits):
        sent = edited(base.value, change.edits)
        for pointer in addressed(operation, resource, sent, is_broken=True):
            value = value_at(sent, pointer)
            if not isinstance(value, Missing) and not same_plan(value, value_at(base.value, pointer)):
                yield value


def _may_name(edit: Edit) -> bool:
    """Whether an edit may set what names a record: by its own name, or by what it brings along."""
    return isinstance(edit.value, (dict, list)) or is_key(name_at(edit.pointer)) or not edit.pointer


def _may_be_somebodys(value: PlanValue) -> bool:
    """Whether an id in an unusual request may be that of a record: a number that is in use, a text of digits, what is read as a 1."""
    if isinstance(value, list):
        return any(_may_be_somebodys(one) for one in value)
    if isinstance(value, str):
        return 0 < len(value) < LONGEST_KEY and value not in {NOBODY, WRONG_TEXT}
    return isinstance(value, (bool, int, float)) and 1 <= value < 2**31


def others_stay(name: str) -> str:
    """The reason where ``name`` (untrusted) would have to name a record of somebody else."""
    return f"no operation makes the record that {quoted(name)} names, and records of others are not removed"


def _says_nothing(operation: Operation) -> bool:
    """``POST /sessions/revoke``: what ends records, and has no place to say which."""
    is_bare = operation.request_body is None and not any(one.required for one in operation.parameters_in(ParameterLocation.QUERY))
    return ends_records(operation) and not sweeps(operation) and is_bare and not operation.parameters_in(ParameterLocation.PATH)


def _changes_all(parts: RequestParts, operation: Operation) -> bool:
    """``PATCH /pets`` with what all of them are to be: an update of a collection that names none of its records."""
    resource, base = parts.model.of(operation.key), parts.body(operation)
    if not names_its_record(operation) or not is_collection(resource, operation) or not isinstance(base, BodyBase):
        return False
    query = [one.name.raw() for one in operation.parameters_in(ParameterLocation.QUERY) if one.required]
    return not addressed(operation, resource, base.value) and not addressing(operation, resource, query)


def _misses_its_record(parts: RequestParts, operation: Operation) -> bool:
    """Whether an update (``PUT /pet``) names its record in a body that was not made here: it answers 404, or changes another's."""
    base = parts.body(operation)
    if not isinstance(base, BodyBase) or base.own is not None or not names_its_record(operation):
        return False
    return any(response.status in {"404", "410"} for response in operation.responses) and not base.references
