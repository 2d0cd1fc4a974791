"""Searches beside a collection: ``GET /pets/findByStatus?status=sold`` shows the pets whose ``status`` is what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specproof.generators.reading.answers import ListPlace, list_of, request_schema, success_schema
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.words import same_words, tokens
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import Method, ParameterLocation

_INEXACT = frozenset({"date-time", "date", "time", "password", "binary", "byte", "float", "double"})
_NAME = "name"
"""What a search among objects (``tags``) asks for: their names."""


@dataclass(frozen=True, slots=True)
class Search:
    """A list of the records that have a value. ``pointer`` is where a record has it (``/status``, ``/tags/0/name``).

    ``key`` is the property that it stands in, ``is_list`` whether the parameter takes several values.
    """

    operation: Operation
    parameter: Parameter
    place: ListPlace
    key: str
    pointer: str
    is_list: bool

    @property
    def is_whole(self) -> bool:
        """Whether the value is all that the property holds."""
        return self.pointer == f"/{escape(self.key)}"


def searches(resource: Resource) -> Iterator[Search]:
    """The searches of a resource whose records can be made, by operation and parameter."""
    if not resource.can_be_made or resource.identity is None:
        return
    for key, role in sorted(resource.roles.items()):
        if role is Role.ACTION and key.method is Method.GET:
            yield from searches_of(resource, resource.operations[key])


def searches_of(resource: Resource, operation: Operation) -> Iterator[Search]:
    """The searches that one operation beside the collection is: one for each parameter that names a property of its items."""
    place = list_of(success_schema(operation), resource.words)
    is_beside = operation.key.path.startswith(f"{resource.collection}/") and "{" not in operation.key.path
    if place is None or not is_beside or not resource.can_be_made or resource.identity is None:
        return
    settable = shape_of(request_schema(resource.create))
    if not settable.properties or not set(settable.properties) <= set(place.item.properties) | {resource.identity.name}:
        return
    if resource.identity.name not in place.item.properties:
        return
    queries = sorted(operation.parameters_in(ParameterLocation.QUERY), key=lambda one: one.name)
    for parameter in queries:
        # What else has to be asked for may leave the record out.
        if parameter.deprecated or any(one.required and one is not parameter for one in operation.parameters):
            continue
        found = _value_place(parameter, place.item, settable)
        if found is not None:
            is_list = shape_of(parameter.schema).is_array
            yield Search(operation, parameter, place, found[0], found[1], is_list)


def _value_place(parameter: Parameter, item: Shape, settable: Shape) -> tuple[str, str] | None:
    """The property that a parameter names, of the items and of what makes a record, and where the value is in it."""
    asked = shape_of(parameter.schema)
    asked = shape_of(asked.items) if asked.is_array else asked
    for name in item.properties:
        if not same_words(tokens(name), tokens(parameter.name.raw())) or name not in settable.properties:
            continue
        shown, sent = shape_of(item.properties[name]), shape_of(settable.properties[name])
        pointer = f"/{escape(name)}"
        if shown.is_array and sent.is_array:
            shown, sent, pointer = shape_of(shown.items), shape_of(sent.items), f"{pointer}/0"
            if _NAME in shown.properties and _NAME in sent.properties:
                shown, sent = shape_of(shown.properties[_NAME]), shape_of(sent.properties[_NAME])
                pointer = f"{pointer}/{_NAME}"
        if _is_comparable(asked, shown) and _is_comparable(asked, sent) and not (sent.is_read_only or shown.is_write_only):
            return name, pointer
    return None


def _is_comparable(asked: Shape, held: Shape) -> bool:
    return asked.is_scalar and held.is_scalar and bool(asked.types & held.types) and not {asked.format, held.format} & _INEXACT
