"""Writes to the store: records made, replaced, changed and deleted."""

from __future__ import annotations

from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.calls import Call, World
from specproof.reference.finding import parents_of, path_value
from specproof.reference.record_forms import RecordForm, key_text
from specproof.reference.store import Record

_MOST_TRIES: Final = 100
"""How many ids are tried before one is taken that the schema may not allow: schemas that allow few values run out of them."""


def conflict(world: World, call: Call, values: JsonObject, excluding: Record | None) -> Record | None:
    """Who holds a unique key of ``values``; nobody where the operation documents no conflict."""
    resource = call.resource
    if resource is None or not call.compiled.forms.documents(409):
        return None
    keys = [name for name in resource.unique_keys if values.get(name) is not None]
    if resource.chooses_id and excluding is None and values.get(resource.id_property) is not None:
        held = world.store.get(resource.name, key_text(values[resource.id_property]), parents_of(call))
        if held is not None:
            return held
    if not keys:
        return None
    for record in world.store.all(resource.name):
        if record is not excluding and any(record.values.get(name) == values[name] for name in keys):
            return record
    return None


def created(world: World, call: Call, values: JsonObject) -> Record:
    """A new record, or the one of the same key replaced."""
    records = _form(call)
    sent = {**call.compiled.defaults, **_allowed(call, values)}
    _set_foreign(call, sent)
    return stored(world, records, sent, parents_of(call), call.principal.name, call.new_key)


def stored(
    world: World, records: RecordForm, sent: JsonObject, parents: tuple[str, ...], owner: str, new_key: str = ""
) -> Record:
    """A new record of ``sent``, with what the server adds. ``new_key`` is its key where that is settled already."""
    resource = records.resource
    identity = resource.id_property
    key = new_key
    if resource.is_singleton:
        key = new_key or "-"
    elif not key and identity in sent and resource.chooses_id and sent[identity] is not None:
        key = key_text(sent[identity])
    if not key:
        sent[identity] = value = _free_id(world, records, parents)
        key = key_text(value)
    elif identity and identity not in sent:
        sent[identity] = records.ids.typed(key)
    if not identity:
        sent.pop("", None)
    records.stamped(sent, world.now(), 1, is_new=True)
    values = records.completed(sent, f"{resource.name} {key}")
    record = Record(key, resource.name, values, owner if resource.is_owned else "", parents)
    world.store.add(record)
    return record


def _form(call: Call) -> RecordForm:
    if call.compiled.records is None:
        raise LookupError("the operation works on no records")
    return call.compiled.records


def _free_id(world: World, records: RecordForm, parents: tuple[str, ...]) -> JsonValue:
    name = records.resource.name
    for _ in range(_MOST_TRIES):
        value = records.ids.make(world.store.next_number(name))
        if world.store.get(name, key_text(value), parents) is None:
            return value
    return records.ids.plain(world.store.next_number(name))


def _allowed(call: Call, values: JsonObject) -> JsonObject:
    """What a client may say: nothing that the server keeps."""
    owned = call.compiled.server_owned
    return {name: value for name, value in values.items() if name not in owned}


def _set_foreign(call: Call, values: JsonObject) -> None:
    for parameter, member in call.reading.foreign:
        values[member] = path_value(call, parameter)


def replaced(world: World, call: Call, record: Record, values: JsonObject) -> Record:
    """The record with new values; its id and what the server keeps stay."""
    records = _form(call)
    kept = {name: value for name, value in record.values.items() if name in call.compiled.server_owned}
    identity = records.resource.id_property
    if identity and identity in record.values:
        kept[identity] = record.values[identity]
    fresh = {**call.compiled.defaults, **_allowed(call, values), **kept}
    for _, member in call.reading.foreign:
        if member in record.values:
            fresh[member] = record.values[member]
    return _changed(world, records, record, fresh)


def patched(world: World, call: Call, record: Record, values: JsonObject) -> Record:
    """The record with ``values`` in place of its own; its id stays."""
    records = _form(call)
    identity = records.resource.id_property
    kept = {identity: record.values[identity]} if identity in record.values else {}
    return _changed(world, records, record, {**values, **kept})


def _changed(world: World, records: RecordForm, record: Record, values: JsonObject) -> Record:
    record.version += 1
    records.stamped(values, world.now(), record.version, is_new=False)
    record.values = records.completed(values, f"{record.collection} {record.key}")
    return record


def deleted(world: World, record: Record) -> None:
    """The record removed, and what lies below it."""
    world.store.remove(record)
    way = (*record.parents, record.key)
    for resource in world.model.resources_below(record.collection):
        for below in world.store.all(resource.name):
            if below.parents[: len(way)] == way:
                world.store.remove(below)
