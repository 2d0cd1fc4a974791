"""A: who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.model import Operation, SecurityScheme
from specproof.openapi.schema import JsonObject
from specproof.openapi.vocabulary import ParameterLocation, SchemeKind
from specproof.reference.behaviour import Call, Principal, Reading, Record, Role, World
from specproof.reference.credentials import FIRST
from specproof.reference.messages import Answer, Request
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import (
    Fault,
    OneOperation,
    body_schema,
    is_made,
    is_read,
    keys_around,
    quoted,
    readings_of,
    sent_values,
)

IDENTITY: Final = frozenset({CheckId.UNAUTHENTICATED})
EFFECTS: Final = frozenset(
    {CheckId.UNCHANGED, CheckId.NOT_LISTED, CheckId.LISTED, CheckId.READ_BACK, CheckId.STATUS_EXPECTED, CheckId.UNKNOWN_ID}
)
"""Checks that notice what a refused write has done. A record that it deleted answers a later read by 404."""
FOREIGN: Final = frozenset(
    {
        CheckId.STATUS_EXPECTED,
        CheckId.UNKNOWN_ID,
        CheckId.UNAUTHENTICATED,
        CheckId.REJECTED,
        CheckId.HIDDEN,
        CheckId.UNCHANGED,
        CheckId.READ_BACK,
    }
)
"""Checks that notice one user in the records of another."""
ASSIGNED: Final = frozenset({CheckId.NOT_TAKEN, CheckId.UNCHANGED, CheckId.READ_BACK, CheckId.ECHO, CheckId.REJECTED})


@dataclass(frozen=True)
class _NotAsked(OneOperation):
    """Takes whoever shows no valid credential for a user."""

    def principal(self, world: World, call: Call) -> Principal | Answer:
        asked = super().principal(world, call)
        return FIRST if call.key == self.key and isinstance(asked, Answer) else asked


@dataclass(frozen=True)
class _AnySecret(OneOperation):
    """Takes any secret where the right kind of credential is shown."""

    schemes: tuple[SecurityScheme, ...]

    def principal(self, world: World, call: Call) -> Principal | Answer:
        asked = super().principal(world, call)
        if call.key == self.key and isinstance(asked, Answer):
            return FIRST if any(_secret(call.request, scheme) for scheme in self.schemes) else asked
        return asked


@dataclass(frozen=True)
class _AnyScheme(OneOperation):
    """Takes an ``Authorization`` of whatever scheme."""

    schemes: tuple[SecurityScheme, ...]

    def principal(self, world: World, call: Call) -> Principal | Answer:
        asked = super().principal(world, call)
        if call.key != self.key or not isinstance(asked, Answer) or not call.request.header("authorization"):
            return asked
        is_of_kind = any(_secret(call.request, scheme) is not None for scheme in self.schemes)
        return asked if is_of_kind else FIRST


@dataclass(frozen=True)
class _EmptySecret(OneOperation):
    """Takes a credential without a secret in it."""

    schemes: tuple[SecurityScheme, ...]

    def principal(self, world: World, call: Call) -> Principal | Answer:
        asked = super().principal(world, call)
        if call.key == self.key and isinstance(asked, Answer):
            return FIRST if any(_secret(call.request, scheme) == "" for scheme in self.schemes) else asked
        return asked


@dataclass(frozen=True)
class _DoneWithoutLeave(OneOperation):
    """Answers 401 after it has done what was asked."""

    def principal(self, world: World, call: Call) -> Principal | Answer:
        asked = super().principal(world, call)
        return FIRST if call.key == self.key and isinstance(asked, Answer) else asked

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        asked = super().principal(world, call) if call.key == self.key else call.principal
        return super().finished(world, call, asked if isinstance(asked, Answer) else answer)


@dataclass(frozen=True)
class _OwnerNotAsked(OneOperation):
    """Gives every user the records of every other."""

    def may_see(self, world: World, call: Call, record: Record) -> bool:
        return call.key == self.key or super().may_see(world, call, record)


@dataclass(frozen=True)
class _Assigned(OneOperation):
    """Stores a member that clients have no say in."""

    member: str

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        return self._assigned(call, super().created(world, call, values))

    def replaced(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        return self._assigned(call, super().replaced(world, call, record, values))

    def patched(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        return self._assigned(call, super().patched(world, call, record, values))

    def _assigned(self, call: Call, record: Record) -> Record:
        sent = sent_values(call)
        if call.key == self.key and self.member in sent:
            record.values[self.member] = sent[self.member]
        return record


def credentials_not_checked(model: ReferenceModel) -> Iterator[Mutant]:
    """A1: an operation answers without a credential."""
    for reading, fault in _secured("A1", model):
        yield fault.mutant("", "answers without a credential", _NotAsked(reading.key))


def any_credential_taken(model: ReferenceModel) -> Iterator[Mutant]:
    """A2: a secret that was never issued, or another scheme than is documented, opens the operation."""
    for reading, fault in _secured("A2", model):
        schemes = _schemes(reading.operation)
        yield fault.mutant("any secret", "answers whatever secret is shown", _AnySecret(reading.key, schemes))
        if any(_is_in_authorization(scheme) for scheme in schemes):
            words = "answers whatever scheme the Authorization header names"
            yield fault.mutant("any scheme", words, _AnyScheme(reading.key, schemes))


def empty_credential_taken(model: ReferenceModel) -> Iterator[Mutant]:
    """A3: a credential without a secret opens the operation."""
    for reading, fault in _secured("A3", model):
        schemes = tuple(scheme for scheme in _schemes(reading.operation) if scheme.kind is not SchemeKind.BASIC)
        if schemes:
            words = "answers when the credential that is shown is empty"
            yield fault.mutant("", words, _EmptySecret(reading.key, schemes))


def refused_writes_done_anyway(model: ReferenceModel) -> Iterator[Mutant]:
    """A4: a write without a credential gets its 401, and is done all the same."""
    for reading, resource in readings_of(model, Role.CREATE, Role.REPLACE, Role.PATCH, Role.DELETE, Role.SINGLETON_WRITE):
        if _is_guarded(reading) and is_read(resource):
            fault = Fault("A4", FaultFamily.AUTH, reading, EFFECTS, keys_around(model, resource))
            yield fault.mutant("", "answers 401 without a credential and does it all the same", _DoneWithoutLeave(reading.key))


def owners_not_checked(model: ReferenceModel) -> Iterator[Mutant]:
    """A5: one user reads, changes or deletes the record of another. What nobody can make is everybody's."""
    for reading, resource in readings_of(model, Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE, Role.ACTION):
        if is_made(resource) and resource.is_owned and _is_guarded(reading):
            touches = keys_around(model, resource) if reading.role.is_write else frozenset({reading.key})
            fault = Fault("A5", FaultFamily.AUTH, reading, FOREIGN, touches)
            yield fault.mutant("", f"{_DEEDS[reading.role]} the record of another user", _OwnerNotAsked(reading.key))


def lists_of_everybody(model: ReferenceModel) -> Iterator[Mutant]:
    """A6: a list shows the records of other users."""
    for reading, resource in readings_of(model, Role.LIST):
        if is_made(resource) and resource.is_owned and _is_guarded(reading):
            fault = Fault(
                "A6", FaultFamily.AUTH, reading, frozenset({CheckId.NOT_LISTED, CheckId.HIDDEN}), frozenset({reading.key})
            )
            yield fault.mutant("", "lists the records of other users too", _OwnerNotAsked(reading.key))


def read_only_members_stored(model: ReferenceModel) -> Iterator[Mutant]:
    """A7: what clients must not write is stored when they send it. The id is left out: a record under another id is not found."""
    shapes = model.shapes
    for reading, resource in readings_of(model, Role.CREATE, Role.REPLACE, Role.PATCH, Role.SINGLETON_WRITE):
        sent, shown = shapes.of_schema(body_schema(reading, shapes)), shapes.of_schema(resource.item_schema)
        fault = Fault("A7", FaultFamily.AUTH, reading, ASSIGNED, keys_around(model, resource))
        for name in shown.properties:
            is_read_only = shapes.member(shown, name).is_read_only or shapes.member(sent, name).is_read_only
            takes_it = name in sent.properties or sent.extra is not False
            if sent.properties and is_read_only and takes_it and name != resource.id_property:
                yield fault.mutant(f"/{name}", f"stores the {quoted(name)} that a client sends", _Assigned(reading.key, name))


_DEEDS: Final = {
    Role.READ: "shows",
    Role.REPLACE: "replaces",
    Role.PATCH: "changes",
    Role.DELETE: "deletes",
    Role.ACTION: "works on",
}


def _secured(operator: str, model: ReferenceModel) -> Iterator[tuple[Reading, Fault]]:
    """The operations that can refuse, each with the fault of that operator. Who is let in to write changes what others see."""
    for reading in model.readings:
        if _is_guarded(reading):
            changed = reading.resource if reading.role.is_write else None
            touches = keys_around(model, changed) if changed is not None else frozenset({reading.key})
            yield reading, Fault(operator, FaultFamily.AUTH, reading, IDENTITY, touches)


def _is_guarded(reading: Reading) -> bool:
    """Whether a request can fail to show what is asked for: nobody can tell a client certificate from its absence here."""
    requirements = reading.operation.security
    return reading.is_secured and all(any(map(_is_known, requirement.schemes)) for requirement in requirements)


def _is_known(scheme: SecurityScheme) -> bool:
    return scheme.kind is not SchemeKind.UNSUPPORTED


def _schemes(operation: Operation) -> tuple[SecurityScheme, ...]:
    """Every scheme by which the operation lets itself be opened, each once."""
    found = {scheme.name: scheme for requirement in operation.security for scheme in requirement.schemes}
    return tuple(filter(_is_known, found.values()))


def _is_in_authorization(scheme: SecurityScheme) -> bool:
    return scheme.kind in {SchemeKind.BEARER, SchemeKind.BASIC}


def _secret(request: Request, scheme: SecurityScheme) -> str | None:
    """What the request shows for the scheme: "" for an empty secret, None where it shows nothing of the kind."""
    if _is_in_authorization(scheme):
        kind, _, secret = (request.header("authorization") or "").strip().partition(" ")
        return secret.strip() if kind.lower() == scheme.kind.value.lower() else None
    return _api_key(request, scheme.location, scheme.parameter.raw())


def _api_key(request: Request, location: ParameterLocation, name: str) -> str | None:
    if location is ParameterLocation.HEADER:
        return request.header(name.lower())
    if location is ParameterLocation.COOKIE:
        pairs = [pair.strip().partition("=") for pair in (request.header("cookie") or "").split(";")]
    else:
        pairs = [(key, "", value) for key, value in parse_qsl(urlsplit(request.target).query, keep_blank_values=True)]
    return next((value for key, _, value in pairs if key == name), None)


AUTH: Final = (
    credentials_not_checked,
    any_credential_taken,
    empty_credential_taken,
    refused_writes_done_anyway,
    owners_not_checked,
    lists_of_everybody,
    read_only_members_stored,
)
"""A1 to A7, in order."""
