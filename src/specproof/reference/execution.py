"""What operations do, by role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference import refusals
from specproof.reference.calls import Call, Decisions, World
from specproof.reference.echoing import computed_answer, moved_on, names_nothing
from specproof.reference.finding import key_of, missing_parent, parents_of
from specproof.reference.forms import get_at
from specproof.reference.messages import Answer
from specproof.reference.patching import PatchError, json_patched, merge_patched
from specproof.reference.presenting import etag, list_answer, record_answer
from specproof.reference.record_forms import key_text
from specproof.reference.roles import Role
from specproof.reference.store import Record
from specproof.reference.writes import stored


def performed(decisions: Decisions, world: World, call: Call) -> Answer:
    """The operation, by its role."""
    return _BY_ROLE[call.role](decisions, world, call)


def _list(decisions: Decisions, world: World, call: Call) -> Answer:
    if missing_parent(decisions, world, call):
        return refusals.not_found(call)
    records = decisions.visible(world, call)
    records = decisions.selected(world, call, records)
    records = decisions.ordered(world, call, records)
    return list_answer(decisions, world, call, decisions.page(world, call, records))


def _create(decisions: Decisions, world: World, call: Call) -> Answer:
    if missing_parent(decisions, world, call):
        return refusals.not_found(call)
    record: Record | None = None
    for values in _sent_records(call):
        if decisions.conflict(world, call, values, None) is not None:
            return refusals.conflicting(call)
        held = _held(world, call, values)
        if held is not None and not decisions.may_see(world, call, held):
            return refusals.conflicting(call)
        record = decisions.created(world, call, values) if held is None else decisions.replaced(world, call, held, values)
    if record is None:
        return computed_answer(world, call)
    return record_answer(decisions, world, call, call.compiled.forms.success, record)


def _sent_records(call: Call) -> list[JsonObject]:
    """The records in the request's body."""
    body = get_at(call.decoded.body, call.reading.body_container)
    if call.reading.body_is_list and isinstance(body, list):
        return [item for item in body if isinstance(item, dict)] or [{}]
    return [body] if isinstance(body, dict) else [{}]


def _held(world: World, call: Call, values: JsonObject) -> Record | None:
    """The record whose id the client has chosen again."""
    resource = call.resource
    if resource is None or not resource.chooses_id or values.get(resource.id_property) is None:
        return None
    return world.store.get(resource.name, key_text(values[resource.id_property]), parents_of(call))


def _read(decisions: Decisions, world: World, call: Call) -> Answer:
    record = decisions.found(world, call, key_of(call))
    if record is None:
        return _absent(call, world)
    call.record = record
    known = call.request.header("if-none-match")
    if known is not None and known in {etag(record), "*"} and call.compiled.forms.documents(304):
        return Answer(304, headers=(("etag", etag(record)),), response=call.compiled.forms.form(304).response)
    return record_answer(decisions, world, call, call.compiled.forms.success, record)


def _absent(call: Call, world: World) -> Answer:
    """No such record: 404, unless nobody could ever make one and the document knows of no absence."""
    resource = call.resource
    if resource is not None and not resource.is_populated and not call.compiled.forms.documents(404):
        return computed_answer(world, call)
    return refusals.not_found(call)


def _is_stale(call: Call, record: Record) -> bool:
    wanted = call.request.header("if-match")
    return wanted is not None and wanted not in {etag(record), "*"} and call.compiled.forms.documents(412)


def _replace(decisions: Decisions, world: World, call: Call) -> Answer:
    key = key_of(call)
    record = decisions.found(world, call, key)
    values = _sent_records(call)[0]
    if record is None:
        return _created_by_key(decisions, world, call, key, values)
    call.record = record
    if _is_stale(call, record):
        return refusals.precondition_failed(call)
    if decisions.conflict(world, call, values, record) is not None:
        return refusals.conflicting(call)
    return record_answer(decisions, world, call, call.compiled.forms.success, decisions.replaced(world, call, record, values))


def _created_by_key(decisions: Decisions, world: World, call: Call, key: str, values: JsonObject) -> Answer:
    """PUT makes the record where 201 is documented, or where nothing else could make it; so does PATCH with the id in its body."""
    forms = call.compiled.forms
    resource = call.resource
    is_only_way = bool(call.reading.key_in_body) and resource is not None and resource.operation(Role.CREATE) is None
    may_create = forms.documents(201) or is_only_way or (not forms.documents(404) and not (resource and resource.is_populated))
    if not may_create or not key or missing_parent(decisions, world, call) or _is_somebodys(world, call, key):
        return refusals.not_found(call)
    if decisions.conflict(world, call, values, None) is not None:
        return refusals.conflicting(call)
    call.new_key = key
    return record_answer(decisions, world, call, forms.created, decisions.created(world, call, values))


def _is_somebodys(world: World, call: Call, key: str) -> bool:
    return call.resource is not None and world.store.get(call.resource.name, key, parents_of(call)) is not None


def _patch(decisions: Decisions, world: World, call: Call) -> Answer:
    key = key_of(call)
    record = decisions.found(world, call, key)
    if record is None and call.reading.key_in_body:
        return _created_by_key(decisions, world, call, key, _sent_records(call)[0])
    if record is None:
        return _absent(call, world)
    call.record = record
    if _is_stale(call, record):
        return refusals.precondition_failed(call)
    return _changed(decisions, world, call, record)


def _changed(decisions: Decisions, world: World, call: Call, record: Record) -> Answer:
    try:
        values = merged(call, record)
    except PatchError as error:
        return refusals.invalid_change(call, str(error))
    if not decisions.still_valid(world, call, record, values):
        return refusals.invalid_change(call, "The record would not be valid any more.")
    if decisions.conflict(world, call, values, record) is not None:
        return refusals.conflicting(call)
    return record_answer(decisions, world, call, call.compiled.forms.success, decisions.patched(world, call, record, values))


def merged(call: Call, record: Record) -> JsonObject:
    """The record's values with the change of the request's body. Raises :class:`PatchError`."""
    decoded = call.decoded
    if decoded.media_type == "application/json-patch+json":
        values = json_patched(record.values, decoded.body)
    elif decoded.media_type == "application/merge-patch+json":
        values = merge_patched(record.values, get_at(decoded.body, call.reading.body_container))
    else:
        change = get_at(decoded.body, call.reading.body_container)
        values = {**record.values, **(change if isinstance(change, dict) else {})}
    if not isinstance(values, dict):
        raise PatchError("the patch leaves no record")
    owned = call.compiled.server_owned
    changed = {name: value for name, value in values.items() if name not in owned}
    return {**changed, **{name: value for name, value in record.values.items() if name in owned}}


def still_valid(call: Call, record: Record, values: JsonObject) -> bool:
    """Whether the changed record satisfies what is asked of a whole one, unless it did not even before."""
    whole = call.compiled.whole
    if whole is None or not whole.is_whole_checkable:
        return True
    return whole.takes_whole(values) or not whole.takes_whole(record.values)


def _delete(decisions: Decisions, world: World, call: Call) -> Answer:
    is_one = call.resource is not None and call.resource.is_singleton
    record = _one(decisions, world, call) if is_one else decisions.found(world, call, key_of(call))
    if record is None:
        return _absent(call, world)
    call.record = record
    if _is_stale(call, record):
        return refusals.precondition_failed(call)
    answer = record_answer(decisions, world, call, call.compiled.forms.success, record)
    decisions.deleted(world, call, record)
    return answer


def _action(decisions: Decisions, world: World, call: Call) -> Answer:
    if not call.reading.key_parameter:
        return _other(decisions, world, call)
    record = decisions.found(world, call, key_of(call))
    if record is None:
        if call.compiled.forms.documents(404) or (call.resource is not None and call.resource.is_populated):
            return refusals.not_found(call)
        return computed_answer(world, call)
    if not call.reading.shows_record:
        call.record = record
        return computed_answer(world, call)
    values = moved_on(call, record)
    if values is not None:
        record = decisions.patched(world, call, record, values)
    return record_answer(decisions, world, call, call.compiled.forms.success, record)


def _singleton_read(decisions: Decisions, world: World, call: Call) -> Answer:
    record = _one(decisions, world, call)
    return (
        refusals.not_found(call) if record is None else record_answer(decisions, world, call, call.compiled.forms.success, record)
    )


def _singleton_write(decisions: Decisions, world: World, call: Call) -> Answer:
    record = _one(decisions, world, call)
    if record is None:
        return refusals.not_found(call)
    values: JsonValue = get_at(call.decoded.body, call.reading.body_container)
    if call.operation.key.method.value == "PUT":
        record = decisions.replaced(world, call, record, values if isinstance(values, dict) else {})
    else:
        try:
            record = decisions.patched(world, call, record, merged(call, record))
        except PatchError as error:
            return refusals.invalid_change(call, str(error))
    return record_answer(decisions, world, call, call.compiled.forms.success, record)


def _one(decisions: Decisions, world: World, call: Call) -> Record | None:
    """The one record of a singleton: made when it is first asked for."""
    if missing_parent(decisions, world, call) or call.compiled.records is None or call.resource is None:
        return None
    parents = parents_of(call)
    known = world.store.get(call.resource.name, "-", parents)
    return known if known is not None else stored(world, call.compiled.records, {**call.compiled.records.defaults}, parents, "")


def _other(_: Decisions, world: World, call: Call) -> Answer:
    if call.compiled.forms.documents(404) and names_nothing(call):
        return refusals.not_found(call)
    return computed_answer(world, call)


_BY_ROLE: Final[dict[Role, Callable[[Decisions, World, Call], Answer]]] = {
    Role.LIST: _list,
    Role.CREATE: _create,
    Role.READ: _read,
    Role.REPLACE: _replace,
    Role.PATCH: _patch,
    Role.DELETE: _delete,
    Role.ACTION: _action,
    Role.SINGLETON_READ: _singleton_read,
    Role.SINGLETON_WRITE: _singleton_write,
    Role.OTHER: _other,
}
