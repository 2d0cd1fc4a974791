"""Lists that are paged by cursors: what a page says of the next one, and the parameter that takes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specproof.generators.reading.answers import ListPlace, success_schema
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.words import tokens
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation

_TAKEN = frozenset({"after", "cursor", "pagecursor", "pageafter", "pagetoken", "nexttoken", "nextcursor", "continuationtoken"})
_GIVEN = frozenset({"endcursor", "nextcursor", "nextpagecursor", "nexttoken", "nextpagetoken", "continuationtoken"})
_AROUND = frozenset({"page", "pageinfo", "paging", "pagination", "meta", "metadata"})
"""Objects beside a list that tell of its pages."""
_LINKS = frozenset({"uri", "uri-reference", "url"})


@dataclass(frozen=True, slots=True)
class Cursor:
    """The query parameter that takes a cursor, and the JSON pointer of the answer at which a page gives the next one."""

    parameter: Parameter
    pointer: str


def cursor_of(operation: Operation, place: ListPlace) -> Cursor | None:
    """How the pages of a list follow each other; None where not exactly one parameter and one member of the answer say so."""
    taking = [
        one
        for one in operation.parameters_in(ParameterLocation.QUERY)
        if "".join(tokens(one.name.raw())) in _TAKEN
        and shape_of(one.schema).types == {"string"}
        and one.name.raw() not in place.item.properties
        and not one.deprecated
    ]
    giving = [
        f"{pointer}/{escape(name)}"
        for pointer, shape in beside_of(operation, place)
        for name, schema in shape.properties.items()
        if "".join(tokens(name)) in _GIVEN and shape_of(schema).types == {"string"} and shape_of(schema).format not in _LINKS
    ]
    return Cursor(taking[0], giving[0]) if len(taking) == len(giving) == 1 else None


def beside_of(operation: Operation, place: ListPlace) -> Iterator[tuple[str, Shape]]:
    """What may tell of a list's pages: the object that holds it, the answer itself, and the objects for that in either."""
    root = shape_of(success_schema(operation))
    for pointer in dict.fromkeys((place.pointer.rpartition("/")[0], "")):
        shape = root
        for name in [part for part in pointer.split("/") if part]:
            shape = shape_of(shape.properties.get(name.replace("~1", "/").replace("~0", "~")))
        yield pointer, shape
        for name, schema in shape.properties.items():
            if "".join(tokens(name)) in _AROUND and shape_of(schema).is_object:
                yield f"{pointer}/{escape(name)}", shape_of(schema)
