"""Members of an update's body that the server makes and wants back: a checksum, a version, the record's id.

A made-up one would be refused, rightly, and the update itself would never be tried. They are taken from what the server last showed
of the record.
"""

from __future__ import annotations

from collections.abc import Mapping

from specproof.domain.plans import FromStep
from specproof.generators.reading.answers import RecordPlace, record_of, request_schema, success_schema
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.words import tokens
from specproof.openapi.model import Operation

_TOKEN_WORDS = frozenset(
    {"checksum", "crc", "digest", "etag", "fingerprint", "hash", "md5", "rev", "revision", "sha1", "sha256", "version"}
)
"""Words of what tells one state of a record from the next."""
_UPDATES = frozenset({Role.REPLACE, Role.PATCH, Role.ACTION})


def returned_members(resource: Resource, operation: Operation) -> tuple[str, ...]:
    """The names of such members in the body of ``operation``, sorted: no client could have chosen them, an answer shows them."""
    if resource.create is None or resource.create is operation or resource.roles.get(operation.key) not in _UPDATES:
        return ()
    body, chosen = shape_of(request_schema(operation)), shape_of(request_schema(resource.create))
    return tuple(
        name
        for name, schema in sorted(body.properties.items())
        if _is_made_by_server(resource, name, shape_of(schema)) and not _is_chosen(name, chosen) and _is_shown(resource, name)
    )


def returned_values(resource: Resource, operation: Operation, made: str) -> Mapping[str, FromStep]:
    """What an update sends back of the record that the step ``made`` made, by pointer in its body: from the create's answer, else from a
    read's (:func:`current_step`)."""
    found: dict[str, FromStep] = {}
    for name in returned_members(resource, operation):
        place = _place_in_create(resource, name)
        source = FromStep(made, place) if place else FromStep(current_step(made), place_in_read(resource, name) or "")
        found[f"/{escape(name)}"] = source
    return found


def current_step(made: str) -> str:
    """The name of the step that reads what the record of the step ``made`` is now: ``current_pet``."""
    return f"current_{made}"


def _place_in_create(resource: Resource, name: str) -> str | None:
    """The pointer of a member in the answer that made the record, if that shows it."""
    return resource.record.pointer_to(name) if resource.record is not None and name in resource.record.shape.properties else None


def place_in_read(resource: Resource, name: str) -> str | None:
    """The pointer of a member in the answer to a read of the record, if that shows it."""
    record = _record_read(resource)
    return record.pointer_to(name) if record is not None and name in record.shape.properties else None


def _is_made_by_server(resource: Resource, name: str, shape: Shape) -> bool:
    is_id = resource.identity is not None and resource.identity.name == name and not resource.identity.sent
    return shape.is_scalar and not shape.enum and (is_id or bool(_TOKEN_WORDS & set(tokens(name))))


def _is_chosen(name: str, chosen: Shape) -> bool:
    """Whether a client may say it when it makes the record."""
    return name in chosen.properties and not shape_of(chosen.properties[name]).is_read_only


def _is_shown(resource: Resource, name: str) -> bool:
    return _place_in_create(resource, name) is not None or place_in_read(resource, name) is not None


def _record_read(resource: Resource) -> RecordPlace | None:
    read = resource.first(Role.READ)
    like = resource.record.shape if resource.record is not None else shape_of(None)
    return record_of(success_schema(read), like, resource.words) if read is not None else None
