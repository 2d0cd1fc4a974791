"""Records that are there before anybody comes."""

from __future__ import annotations

from typing import Final

from specproof.openapi.schema import JsonObject
from specproof.reference.calls import World
from specproof.reference.credentials import STRANGER
from specproof.reference.forms import get_at
from specproof.reference.record_forms import RecordForm
from specproof.reference.resources import Resource
from specproof.reference.roles import Role
from specproof.reference.values import Impossible, View
from specproof.reference.writes import stored

SEEDS: Final = 3


def seeded(world: World) -> None:
    """Records of everybody: three of each collection of which nobody can make any, and those whose ids the document has as examples."""
    known = world.model.beginning
    if known is None:
        _make_seeds(world)
        world.model.beginning = world.store.copied()
    elif len(known):
        world.store.begin_as(known)


def _make_seeds(world: World) -> None:
    for resource in world.model.seeded_resources:
        _fill(world, resource, SEEDS, "", "seed")
    for resource, keys in world.model.documented_records:
        records = world.model.record_form(resource)
        for key in keys:
            stored(world, records, _values(world, records, f"seed {resource.name} {key}"), (), "", key)


def populated(world: World, count: int) -> None:
    """``count`` records of a stranger in each collection that can be listed, or whose records can be made."""
    for resource in world.model.resources:
        if not resource.is_singleton and (resource.operation(Role.CREATE) or resource.operation(Role.LIST)):
            _fill(world, resource, count, STRANGER.name, "populate")


def _fill(world: World, resource: Resource, count: int, owner: str, key: str) -> None:
    records = world.model.record_form(resource)
    for parents in _parents(world, resource):
        for number in range(count):
            values = _values(world, records, f"{key} {resource.name} {'/'.join(parents)} {number}")
            if not _is_taken(world, resource, values):
                stored(world, records, values, parents, owner)


def _parents(world: World, resource: Resource) -> list[tuple[str, ...]]:
    """The keys above the new records: those of each seeded record above, or of the stranger's first."""
    wanted = resource.parent_count
    if not wanted:
        return [()]
    if resource.parent is None:
        return []
    above = [record for record in world.store.all(resource.parent.name) if len(record.parents) + 1 == wanted]
    return [(*record.parents, record.key) for record in above if record.owner in {"", STRANGER.name}][:SEEDS]


def _values(world: World, records: RecordForm, key: str) -> JsonObject:
    """What a client could have sent to make the record."""
    instances = world.model.instances
    create = records.resource.operation(Role.CREATE)
    sent: JsonObject = dict(records.defaults)
    if create is not None:
        compiled = world.model.compiled(create.key)
        schema = compiled.sent_schema
        made = instances.instance(schema, key=key, view=View.REQUEST, is_fresh=True) if schema is not None else None
        body = get_at(made, compiled.reading.body_container) if not isinstance(made, Impossible) else None
        item = body[0] if isinstance(body, list) and body else body
        if isinstance(item, dict):
            sent |= {name: value for name, value in item.items() if name not in records.server_owned}
    elif records.resource.item_schema is not None:
        made = instances.instance(records.resource.item_schema, key=key, view=View.RESPONSE, is_fresh=True)
        if isinstance(made, dict):
            sent |= made
            sent.pop(records.resource.id_property, None)
    return sent


def _is_taken(world: World, resource: Resource, values: JsonObject) -> bool:
    names = [*resource.unique_keys, *([resource.id_property] if resource.chooses_id else [])]
    return any(
        record.values.get(name) == values.get(name)
        for record in world.store.all(resource.name)
        for name in names
        if name in values
    )
