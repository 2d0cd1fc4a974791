"""Which member of a record is its id."""

from __future__ import annotations

from typing import Final

from specproof.openapi.schema import Schema
from specproof.reference.naming import kind_of, named, plain
from specproof.reference.shapes import Shapes

_COMMON: Final = ("id", "uuid", "guid", "sid", "uid")
_NATURAL: Final = ("key", "slug", "code", "number", "name", "username", "login", "sku", "symbol", "handle", "title")


def id_property(shapes: Shapes, item: Schema | None, parameter: str, segment: str) -> str:
    """The member of ``item`` that the path parameter ``parameter`` holds, or that is an id by its name. "" for none.

    ``segment`` is the collection's path segment: ``/pets/{petId}`` has pets' ``id``, or their ``petId``.
    """
    shape = shapes.of_schema(item)
    scalars = [name for name in shape.properties if shapes.member(shape, name).is_scalar]
    kind = kind_of(segment)
    for wanted in _wanted(plain(parameter), kind):
        found = named(scalars, wanted)
        if found:
            return found
    return ""


def _wanted(parameter: str, kind: str) -> list[str]:
    names: list[str] = []
    if parameter and parameter not in _COMMON:
        names.append(parameter)
        for suffix in _COMMON:
            if parameter.endswith(suffix):
                names += [suffix, "id"]
        for suffix in _NATURAL:
            if parameter.endswith(suffix) and parameter != suffix:
                names.append(suffix)
    elif parameter:
        names.append(parameter)
    names += [*_COMMON, *(kind + suffix for suffix in _COMMON)]
    if parameter:
        names += [*_NATURAL, *(kind + suffix for suffix in _NATURAL)]
    return names
