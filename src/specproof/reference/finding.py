"""Reads of the store: the record that a call addresses, the records that a caller sees."""

from __future__ import annotations

from specproof.openapi.schema import JsonValue
from specproof.reference.calls import Call, Decisions, World
from specproof.reference.record_forms import key_text
from specproof.reference.resources import Resource
from specproof.reference.store import Record


def path_value(call: Call, name: str) -> JsonValue:
    """A path parameter's value."""
    return call.decoded.parameters.get(("path", name))


def key_of(call: Call) -> str:
    """The key of the record that the call addresses; "" where it addresses none."""
    reading = call.reading
    if reading.key_parameter:
        return key_text(path_value(call, reading.key_parameter))
    if reading.key_in_body and isinstance(call.decoded.body, dict):
        value = call.decoded.body.get(reading.key_in_body)
        return key_text(value) if value is not None else ""
    return ""


def parents_of(call: Call) -> tuple[str, ...]:
    """The keys of the records above."""
    names = call.compiled.reading.parent_parameters
    return tuple(key_text(path_value(call, name)) for name in names) if names else ()


def missing_parent(decisions: Decisions, world: World, call: Call) -> bool:
    """Whether a record above does not exist, or is none of the caller's business."""
    ancestors = call.compiled.reading.ancestors
    if not ancestors:
        return False
    parents = parents_of(call)
    for resource, index in ancestors:
        if index >= len(parents) or not resource.is_populated:
            continue
        record = _stored(world, resource, parents[index], parents[:index])
        if record is None or not decisions.may_see(world, call, record):
            return True
    return False


def _stored(world: World, resource: Resource, key: str, parents: tuple[str, ...]) -> Record | None:
    found = world.store.get(resource.name, key, parents)
    if found is None and resource.is_shallow:
        return world.store.anywhere(resource.name, key)
    return found


def found(decisions: Decisions, world: World, call: Call, record_key: str) -> Record | None:
    """The record with that key."""
    resource = call.resource
    if resource is None or missing_parent(decisions, world, call):
        return None
    if call.reading.lookup:
        records = decisions.visible(world, call)
        return next((record for record in records if key_text(record.values.get(call.reading.lookup)) == record_key), None)
    record = _stored(world, resource, record_key, parents_of(call))
    return record if record is not None and decisions.may_see(world, call, record) else None


def may_see(world: World, call: Call, record: Record) -> bool:
    """Whether the caller may know of it: an owned record is its owner's, as far as the call says who asks."""
    resource = world.model.resource(record.collection)
    if resource is None or not resource.is_owned or not record.owner:
        return True
    return not call.reading.is_secured or record.owner == call.principal.name


def visible(decisions: Decisions, world: World, call: Call) -> list[Record]:
    """The collection, for the caller."""
    resource = call.resource
    if resource is None:
        return []
    parents = parents_of(call)
    records = world.store.all(resource.name)
    if parents:
        records = [record for record in records if record.parents == parents or _is_told_below(call, record, parents)]
    if not resource.is_owned:
        return records
    return [record for record in records if decisions.may_see(world, call, record)]


def _is_told_below(call: Call, record: Record, parents: tuple[str, ...]) -> bool:
    """Whether a record that was made elsewhere says by its members that it belongs here."""
    pairs = call.reading.foreign
    if record.parents or len(pairs) != len(parents):
        return False
    return all(key_text(record.values.get(member)) == key_text(path_value(call, name)) for name, member in pairs)
