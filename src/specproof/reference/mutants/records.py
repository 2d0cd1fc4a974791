"""What faults of stored records share: one operation's scope, the members of a record, how a value is told wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.model import MediaType, OperationKey
from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.openapi.text import UntrustedText
from specproof.reference.behaviour import Behaviour, Call, Reading, Resource, Role
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.model import Mutant
from specproof.reference.shapes import Shape, Shapes


@dataclass(frozen=True)
class OneOperation(Behaviour):
    """A server that is at fault in one operation."""

    key: OperationKey


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a record that clients write and answers show. ``sent`` and ``shown`` are its shapes in requests and in answers."""

    name: str
    sent: Shape
    shown: Shape
    is_optional: bool
    """Whether a record may be shown without it."""

    @property
    def quoted(self) -> str:
        """Its name in a sentence."""
        return quoted(self.name)


@dataclass(frozen=True, slots=True)
class Fault:
    """What all mutants of one operator and operation have in common; :meth:`mutant` adds where and how."""

    operator: str
    family: FaultFamily
    reading: Reading
    checks: frozenset[CheckId]
    touches: frozenset[OperationKey]

    def mutant(self, place: str, words: str, behaviour: Behaviour) -> Mutant:
        """The mutant at ``place``; ``words`` say what its operation does wrong (``forgets `price```)."""
        key = self.reading.key
        identity = f"{self.operator} {key.label} {place}" if place else f"{self.operator} {key.label}"
        return Mutant(
            identity, self.operator, self.family, key, f"{shown_label(key)} {words}", self.checks, self.touches | {key}, behaviour
        )


def shown_label(key: OperationKey) -> str:
    """An operation in a sentence."""
    return UntrustedText(key.label).printable()


def quoted(name: str) -> str:
    """A name of the document in a sentence."""
    return f"`{UntrustedText(name).printable(60)}`"


def readings_of(model: ReferenceModel, *roles: Role) -> Iterator[tuple[Reading, Resource]]:
    """The operations of these roles, each with the resource that it works on."""
    for reading in model.readings:
        if reading.role in roles and reading.resource is not None:
            yield reading, reading.resource


_AROUND: WeakKeyDictionary[ReferenceModel, dict[Resource, frozenset[OperationKey]]] = WeakKeyDictionary()


def keys_around(model: ReferenceModel, resource: Resource) -> frozenset[OperationKey]:
    """All operations of a resource and of what lies below it: those that a fault in its records may show in."""
    known = _AROUND.get(model)
    if known is None:
        known = _AROUND[model] = _keys_by_resource(model)
    return known.get(resource, frozenset())


def _keys_by_resource(model: ReferenceModel) -> dict[Resource, frozenset[OperationKey]]:
    """For all resources at once: operators ask for each operation again, and there may be thousands."""
    found: dict[Resource, set[OperationKey]] = {}
    for resource in model.resources:
        above: Resource | None = resource
        while above is not None:
            found.setdefault(above, set()).update(resource.keys)
            above = above.parent
    return {resource: frozenset(keys) for resource, keys in found.items()}


def is_read(resource: Resource) -> bool:
    """Whether a record can be looked at after the request that wrote it."""
    return any(resource.operations.get(role) for role in (Role.READ, Role.LIST, Role.SINGLETON_READ))


def is_made(resource: Resource) -> bool:
    """Whether clients can make records of it."""
    puts = (operation.responses for operation in resource.operations.get(Role.REPLACE, ()))
    return bool(resource.operations.get(Role.CREATE)) or any(r.status == "201" for responses in puts for r in responses)


def body_schema(reading: Reading, shapes: Shapes) -> Schema | None:
    """The schema of the record in a JSON request body, without its wrapper; None where there is none."""
    media_type = json_body(reading)
    if media_type is None or media_type.schema is None:
        return None
    return shapes.inner(media_type.schema, reading.body_container)


def json_body(reading: Reading) -> MediaType | None:
    """The JSON media type of the request body; a JSON Patch is none that writes members."""
    body = reading.operation.request_body
    found = (media_type for media_type in (body.media_types if body else ()) if media_type.is_json)
    return next((media_type for media_type in found if media_type.name != "application/json-patch+json"), None)


def written_members(model: ReferenceModel, reading: Reading, resource: Resource) -> tuple[Member, ...]:
    """The members that the operation's body writes and that answers show, in the order of the body's schema."""
    shapes = model.shapes
    sent, shown = shapes.of_schema(body_schema(reading, shapes)), shapes.of_schema(resource.item_schema)
    members = []
    for name in sent.properties:
        if name not in shown.properties or name == resource.id_property:
            continue
        here, there = shapes.member(sent, name), shapes.member(shown, name)
        if not (here.is_read_only or there.is_read_only or here.is_write_only or there.is_write_only):
            members.append(Member(name, here, there, name not in shown.required))
    return tuple(members)


def sent_values(call: Call) -> JsonObject:
    """The record as the client sent it, without wrapper; empty where the body is no object."""
    value: JsonValue = call.decoded.body if call.decoded.has_body else None
    for name in call.reading.body_container:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def without(values: JsonObject, names: Iterable[str]) -> JsonObject:
    """The values but those of ``names``."""
    left_out = set(names)
    return {name: value for name, value in values.items() if name not in left_out}
