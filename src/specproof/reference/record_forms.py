"""How the records of one resource are made and kept: ids, defaults, members that the server keeps, what is required and was not sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from specproof.openapi.model import Operation
from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.openapi.vocabulary import ParameterLocation
from specproof.reference.containers import body_schema, container_of
from specproof.reference.naming import kind_of
from specproof.reference.resources import Resource
from specproof.reference.roles import Role
from specproof.reference.shapes import Shape, Shapes
from specproof.reference.stamps import Stamp, stamps_of
from specproof.reference.values import Filler, Impossible, Instances, View

_NAMESPACE: Final = uuid.UUID("5b0c7c0e-8d1f-5b6e-9a53-0d6a1f0e7c11")
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_TRIES: Final = 5


def key_text(value: JsonValue) -> str:
    """An id as text, the same for ``7``, ``7.0`` and ``"7"``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@dataclass(frozen=True, slots=True, eq=False)
class RecordForm:
    """One resource's records. ``server_owned`` are the members that clients do not send; ``defaults`` those that the server fills in."""

    resource: Resource
    shape: Shape
    filler: Filler | None
    server_owned: frozenset[str]
    stamps: tuple[Stamp, ...]
    defaults: JsonObject
    nullable: tuple[str, ...]
    """Required members that are null where nothing was sent."""
    template: JsonObject
    """Valid values of the other required members."""
    ids: IdMaker

    def completed(self, values: JsonObject, key: str) -> JsonObject:
        """``values`` with what a record has to have: null where that is allowed, else a made-up value that is kept from then on."""
        whole = dict(values)
        for name in self.nullable:
            if name not in whole:
                whole[name] = None
        for name, member in self.template.items():
            if name not in whole:
                whole[name] = member
        if self.filler is None:
            return whole
        filled = self.filler.fill(whole, key)
        return {**whole, **filled} if isinstance(filled, dict) else whole

    def stamped(self, values: JsonObject, now: datetime, version: int, *, is_new: bool) -> JsonObject:
        """``values`` with the times and counters that the server keeps."""
        for stamp in self.stamps:
            if is_new or stamp.changes:
                values[stamp.name] = stamp.value(now, version)
        return values


class IdMaker:
    """Makes the ids of one resource: 1, 2, 3 for integers, UUIDs and other texts that depend on the number alone."""

    def __init__(self, resource: Resource, schemas: tuple[Schema, ...], shapes: Shapes, instances: Instances) -> None:
        views = [shapes.of_schema(schema) for schema in schemas]
        shape = views[0] if views else Shape()
        self._resource = resource
        self._schemas = schemas
        self._instances = instances
        self._shape = shape
        self._least, self._most = _bounds(views)
        kind = _NOT_PLAIN.sub("-", kind_of(resource.collection_path.rsplit("/", 1)[-1]).lower()).strip("-")
        self._prefix = kind or "record"

    @property
    def is_number(self) -> bool:
        """Whether ids are integers."""
        return bool(self._shape.kinds & {"integer", "number"}) and "string" not in self._shape.kinds

    def make(self, number: int) -> JsonValue:
        """The id for the ``number``-th record."""
        if self.is_number:
            room = self._most - self._least + 1 if self._most is not None else number
            return self._least + (number - 1) % max(1, room)
        for candidate in self._candidates(number):
            if all(self._instances.proven(schema, candidate, View.RESPONSE) for schema in self._schemas):
                return candidate
        return self.plain(number)

    def plain(self, number: int) -> str:
        """A text that no other record has, whatever the schema says."""
        return f"{self._prefix}-{number}"

    def typed(self, text: str) -> JsonValue:
        """The id that is written ``text``."""
        if self.is_number and re.fullmatch(r"-?[0-9]+", text):
            return int(text)
        return text

    def _candidates(self, number: int) -> Iterator[JsonValue]:
        unique = uuid.uuid5(_NAMESPACE, f"{self._resource.name}\0{number}")
        if self._shape.format == "uuid":
            yield str(unique)
        yield f"{self._prefix}-{number}"
        yield f"{self._prefix}{number}"
        yield str(number)
        yield unique.hex
        yield unique.hex[:24]
        for schema in self._schemas:
            for salt in range(_TRIES):
                made = self._instances.instance(
                    schema, key=f"{self._resource.name} {number} {salt}", view=View.RESPONSE, is_fresh=True
                )
                if not isinstance(made, Impossible):
                    yield made


def _bounds(shapes: list[Shape]) -> tuple[int, int | None]:
    """The least and the largest integer that all of them allow; None where there is no largest."""
    least: list[int] = [1]
    most: list[int] = []
    for shape in shapes:
        for keyword, step in (("minimum", 0), ("exclusiveMinimum", 1), ("maximum", 0), ("exclusiveMaximum", -1)):
            bound = shape.flags.get(keyword)
            if isinstance(bound, (int, float)) and not isinstance(bound, bool):
                (least if step == 1 or keyword == "minimum" else most).append(int(bound) + step)
    return max(least), min(most) if most else None


def record_form(resource: Resource, instances: Instances, shapes: Shapes) -> RecordForm:
    """How the records of ``resource`` are made."""
    schema = resource.item_schema
    shape = shapes.of_schema(schema)
    sent = _sent_shapes(resource, shapes)
    names = [name for name in shape.properties if shapes.member(shape, name).is_read_only]
    if sent:
        names += [name for name in shape.properties if not any(name in body.properties for body in sent)]
    owned = frozenset(names) - ({resource.id_property} if resource.chooses_id else frozenset())
    stamps = stamps_of(shapes, shape, owned - {resource.id_property})
    kept = {resource.id_property, *(stamp.name for stamp in stamps)}
    required = [name for name in shape.properties if name in shape.required and name not in kept]
    nullable = tuple(
        name for name in required if shapes.member(shape, name).is_nullable and not _has_default(shapes, shape, name)
    )
    filler = instances.filler(schema) if schema is not None else None
    made = filler.fill({}, "") if filler is not None else None
    return RecordForm(
        resource=resource,
        shape=shape,
        filler=filler,
        server_owned=owned,
        stamps=stamps,
        defaults=_defaults(shapes, [shape], frozenset(kept)),
        nullable=nullable,
        template={name: made[name] for name in required if name in made and name not in nullable}
        if isinstance(made, dict)
        else {},
        ids=IdMaker(resource, _id_schemas(resource, shape, shapes), shapes, instances),
    )


def body_defaults(operation: Operation, segment: str, shapes: Shapes) -> JsonObject:
    """The defaults that the request's body documents for its members."""
    sent = container_of(shapes, body_schema(operation), segment, wants_list=False)
    return _defaults(shapes, [shapes.of_schema(sent.item)], frozenset()) if sent is not None else {}


def _defaults(shapes: Shapes, bodies: Iterable[Shape], kept: frozenset[str] | set[str]) -> JsonObject:
    return {
        name: shapes.member(body, name).flags["default"]
        for body in bodies
        for name in body.properties
        if name not in kept and _has_default(shapes, body, name)
    }


def _has_default(shapes: Shapes, shape: Shape, name: str) -> bool:
    return "default" in shapes.member(shape, name).flags


def _sent_shapes(resource: Resource, shapes: Shapes) -> list[Shape]:
    """What clients send: the bodies of the operations that make, replace and change records."""
    segment = resource.collection_path.rsplit("/", 1)[-1]
    found = []
    for role in (Role.CREATE, Role.REPLACE, Role.PATCH, Role.SINGLETON_WRITE):
        for operation in resource.operations.get(role, ()):
            sent = container_of(shapes, body_schema(operation), segment)
            if sent is not None and shapes.of_schema(sent.item).properties:
                found.append(shapes.of_schema(sent.item))
    return found


def _id_schemas(resource: Resource, shape: Shape, shapes: Shapes) -> tuple[Schema, ...]:
    """What an id has to satisfy: the member's schema and that of the path parameter."""
    found = []
    if resource.item_schema is not None and resource.id_property in shape.properties:
        inner = shapes.inner(resource.item_schema, (resource.id_property,))
        found += [inner] if inner is not None else []
    for operations in resource.operations.values():
        for operation in operations:
            found += [
                parameter.schema
                for parameter in operation.parameters_in(ParameterLocation.PATH)
                if parameter.name.raw() == resource.id_parameter
            ]
    return tuple(found[:3])


def documented_keys(resource: Resource, instances: Instances) -> tuple[str, ...]:
    """The ids that the document gives as examples of the path parameter, where reading one may fail.

    Records of a document's examples are there from the beginning, unless a client could make the same again and be refused for it.
    """
    creations = resource.operations.get(Role.CREATE, ())
    has_conflicts = resource.chooses_id and any(r.status == "409" for operation in creations for r in operation.responses)
    if resource.is_singleton or resource.parent_count or has_conflicts:
        return ()
    keys: dict[str, None] = {}
    for operation in resource.operations.get(Role.READ, ()):
        for parameter in operation.parameters_in(ParameterLocation.PATH):
            if parameter.name.raw() == resource.id_parameter and operation.key.path == resource.item_paths[0]:
                texts = [(key_text(example.value), example.value) for example in parameter.examples]
                keys |= {text: None for text, value in texts if _is_id(instances, parameter.schema, text, value)}
    return tuple(key for key in keys if key)


def _is_id(instances: Instances, schema: Schema, text: str, value: JsonValue) -> bool:
    """Whether an example can be an id: documents write ``123`` for texts, too."""
    return any(instances.proven(schema, each, View.REQUEST) for each in (value, text))
