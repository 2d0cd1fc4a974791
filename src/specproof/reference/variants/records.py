"""Legal differences in what is kept of a record, and which records there may be: defaults, uniqueness, the order of lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from specproof.openapi.schema import JsonObject, Schema
from specproof.reference.behaviour import Behaviour, Call, Record, Role, World
from specproof.reference.model import ReferenceModel
from specproof.reference.naming import plain
from specproof.reference.shapes import Shapes
from specproof.reference.values import Impossible, View
from specproof.reference.variants.model import Difference, Variant

_NAMES: Final = ("name", "title", "username", "email", "label")
_ROOM: Final = 24
"""A shorter text has no room for a mark by which a client makes its own records unique."""


class Stored(Behaviour):
    """A server that keeps other values than were sent: subclasses say which."""

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        """A new record of :meth:`stored` values."""
        return super().created(world, call, self.stored(call, values))

    def replaced(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        """The record, replaced by :meth:`stored` values."""
        return super().replaced(world, call, record, self.stored(call, values))

    def patched(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        """The record, changed to :meth:`stored` values."""
        return super().patched(world, call, record, self.stored(call, values))

    def stored(self, call: Call, values: JsonObject) -> JsonObject:
        """What is kept of ``values``."""
        raise NotImplementedError


@dataclass(frozen=True)
class _OwnValuesAdded(Behaviour):
    """Fills in values of its own where a client leaves members out. The reference itself adds the documented defaults alone.

    ``values`` are those for each collection.
    """

    values: Mapping[str, JsonObject]

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        record = super().created(world, call, values)
        added = self.values.get(record.collection, {})
        missing: JsonObject = {name: value for name, value in added.items() if name not in record.values}
        schema = call.resource.item_schema if call.resource else None
        if schema and missing and world.model.instances.proven(schema, {**record.values, **missing}, View.RESPONSE):
            record.values.update(missing)
        return record


@dataclass(frozen=True)
class _UniqueName(Behaviour):
    """Takes no second record of the same name."""

    shapes: Shapes

    def conflict(self, world: World, call: Call, values: JsonObject, excluding: Record | None) -> Record | None:
        known = super().conflict(world, call, values, excluding)
        name = _name_member(self.shapes, call.resource.item_schema if call.resource else None)
        if known is not None or call.resource is None or not isinstance(values.get(name), str):
            return known
        others = world.store.all(call.resource.name)
        return next((other for other in others if other is not excluding and other.values.get(name) == values[name]), None)


class _NewestFirst(Behaviour):
    """Lists the newest record first where no order is asked for."""

    def ordered(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        found = super().ordered(world, call, records)
        is_sorted = bool(call.reading.listing.sort) and ("query", call.reading.listing.sort) in call.decoded.parameters
        return found if is_sorted else found[::-1]


def own_values_added(model: ReferenceModel) -> Iterator[Variant]:
    """What a client leaves out is shown with a value that the server chose."""
    schemas = {resource.name: resource.item_schema for resource in model.resources if resource.operations.get(Role.CREATE)}
    values = {name: _own_values(model, schema) for name, schema in schemas.items() if schema is not None}
    if any(values.values()):
        sentence = "optional members that are left out get a value of the server's own"
        yield Variant("own_values_added", sentence, _OwnValuesAdded(values))


def names_unique(model: ReferenceModel) -> Iterator[Variant]:
    """A uniqueness that the document does not speak of."""
    shapes = model.shapes
    for sent, shown in written_schemas(model):
        name = _name_member(shapes, shown)
        if name and name in shapes.of_schema(sent).properties:
            yield Variant("names_unique", "no two records have the same name", _UniqueName(shapes))
            return


def newest_first(model: ReferenceModel) -> Iterator[Variant]:
    """Another order where none is promised."""
    if any(reading.role is Role.LIST and reading.shows_record for reading in model.readings):
        yield Variant("newest_first", "lists begin with the newest record", _NewestFirst())


def shown_schemas(model: ReferenceModel) -> Iterator[Schema]:
    """The schemas of the records that answers show."""
    for resource in model.resources:
        if resource.item_schema is not None and any(model.reading(key).shows_record for key in resource.keys):
            yield resource.item_schema


def written_schemas(model: ReferenceModel) -> Iterator[tuple[Schema, Schema]]:
    """Of each write of a record: the schema of what is sent, and that of what is shown."""
    shapes = model.shapes
    for reading in model.readings:
        resource, body = reading.resource, reading.operation.request_body
        if reading.role not in {Role.CREATE, Role.REPLACE, Role.PATCH} or body is None:
            continue
        media_type = next((each for each in body.media_types if each.is_json), None)
        sent = shapes.inner(media_type.schema, reading.body_container) if media_type and media_type.schema else None
        if sent is not None and resource is not None and resource.item_schema is not None:
            yield sent, resource.item_schema


def _own_values(model: ReferenceModel, shown: Schema) -> JsonObject:
    """A valid value for each optional member that clients may write, read-only and write-only ones left out."""
    shape = model.shapes.of_schema(shown)
    values: JsonObject = {}
    for name in shape.properties:
        member, inner = model.shapes.member(shape, name), model.shapes.inner(shown, (name,))
        if name in shape.required or member.is_read_only or member.is_write_only or inner is None:
            continue
        value = model.instances.instance(inner, key=f"own {name}", view=View.RESPONSE)
        if not isinstance(value, Impossible):
            values[name] = value
    return values


def _name_member(shapes: Shapes, shown: Schema | None) -> str:
    """The member that is a record's name and has room for one of its own, "" for none."""
    shape = shapes.of_schema(shown)
    for wanted in _NAMES:
        for name in shape.properties:
            member = shapes.member(shape, name)
            longest = member.flags.get("maxLength")
            has_room = not isinstance(longest, (int, float)) or longest >= _ROOM
            is_free = "string" in member.kinds and has_room and not member.enum and "pattern" not in member.flags
            if plain(name) == wanted and is_free and not member.is_read_only:
                return name
    return ""


RECORDS: Final[tuple[Difference, ...]] = (own_values_added, names_unique, newest_first)
