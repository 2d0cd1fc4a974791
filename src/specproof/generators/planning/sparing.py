"""Why an operation is not asked at all: it would touch records that no case has made."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.generators.naming import quoted
from specproof.generators.plan_values import segments
from specproof.generators.planning.changes import Change
from specproof.generators.planning.requests import BodyBase, RequestParts
from specproof.generators.planning.sweeping import is_removal, names_its_record, names_records, sweeps
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.producers import id_slots
from specproof.generators.reading.resources import Resource
from specproof.generators.reading.shapes import shape_of
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import ParameterLocation


def sparing_reasons(parts: RequestParts, operation: Operation) -> Iterator[str]:
    """Why a request of ``operation`` is better not sent; nothing where it works on what was made for it."""
    if is_removal(operation):
        if sweeps(operation):
            yield "it removes more than the records that this suite makes"
        # ``POST /members/batch-delete`` says in its body what it removes.
        made = {slot.pointer for slot in parts.producers.of_body(operation) if not slot.is_cut}
        for slot in id_slots(operation):
            if slot.pointer not in made:
                yield others_stay(slot.pointer[1:])
    sent = shape_of(request_schema(operation))
    if names_its_record(operation) and sent.is_array and shape_of(sent.items).is_object:
        yield "it replaces or changes whole lists of records, and those of others are not changed"
    elif _misses_its_record(parts, operation):
        yield "no operation makes the record that its body names, and records of others are not changed"


def takes_a_place(resource: Resource) -> bool:
    """Whether a create says which of a few places the record takes (``code`` of an enum): it may be taken, and would be cleaned up after."""
    identity = resource.identity
    return identity is not None and identity.sent and not resource.has_client_ids and bool(identity.shape.enum)


def spoils_removal(operation: Operation, change: Change) -> bool:
    """Whether a removal would not say any more which records it means: an API that does not insist may take all of them."""
    if not is_removal(operation):
        return False
    keys = [*change.left_out, *change.replaced]
    if any(location is not ParameterLocation.PATH and names_records(name) for location, name in keys):
        return True
    if operation.request_body is None or operation.parameters_in(ParameterLocation.PATH):
        return False
    pointers = [edit.pointer for edit in change.edits]
    is_whole = change.no_body or change.raw_body is not None or "" in pointers
    return is_whole or any(names_records(name) for pointer in pointers for name in segments(pointer))


def others_stay(name: str) -> str:
    """The reason where ``name`` (untrusted) would have to name a record of somebody else."""
    return f"no operation makes the record that {quoted(name)} names, and records of others are not removed"


def _misses_its_record(parts: RequestParts, operation: Operation) -> bool:
    """Whether an update (``PUT /pet``) names its record in a body that was not made here: it answers 404, or changes another's."""
    base = parts.body(operation)
    if not isinstance(base, BodyBase) or base.own is not None or not names_its_record(operation):
        return False
    return any(response.status in {"404", "410"} for response in operation.responses) and not base.references
