"""Creates beside the create: ``POST /pets/add``, ``POST /users/createWithList``. They take what the collection's own POST takes."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.reading.shapes import Shape, shape_of
from specproof.generators.words import tokens
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import Method

_MAKING = frozenset({"add", "create", "insert", "new", "register"})


def more_creates(resource: Resource) -> Iterator[tuple[Operation, str]]:
    """The operations that make records as the resource's create does, and where their body has the (first) record: "" or ``/0``."""
    for key, operation in sorted(resource.operations.items()):
        place = made_place(resource, operation)
        if place is not None:
            yield resource.operations[key], place


def made_place(resource: Resource, operation: Operation) -> str | None:
    """Where the body of an operation beside the create has the record that it makes; None where it makes none, or nobody could say so.

    Only of records whose key the client sends: by it they are found, and removed.
    """
    create, identity = resource.create, resource.identity
    if create is None or operation is create or identity is None or not identity.sent or resource.has_client_ids:
        return None
    if resource.roles[operation.key] is not Role.ACTION or operation.key.method is not Method.POST or "{" in operation.key.path:
        return None
    if tokens(operation.key.path.rpartition("/")[2])[:1] not in {(word,) for word in _MAKING}:
        return None
    body, usual = shape_of(request_schema(operation)), shape_of(request_schema(create))
    if body.is_array:
        return "/0" if _is_same(shape_of(body.items), usual) else None
    return "" if _is_same(body, usual) else None


def _is_same(one: Shape, other: Shape) -> bool:
    """Whether two bodies are of one kind: the same properties, of which the same have to be there."""
    return bool(one.properties) and set(one.properties) == set(other.properties) and one.required == other.required
