"""Parameters of the same place: what one operation documents of an id in a path holds for the others below that path."""

from __future__ import annotations

from collections.abc import Iterable

from specproof.openapi.model import Operation, Parameter
from specproof.openapi.schema import Example
from specproof.openapi.vocabulary import ParameterLocation


def examples_of(operations: Iterable[Operation], operation: Operation, parameter: Parameter) -> tuple[Example, ...]:
    """The documented examples of a parameter; of one in a path that has none those of its namesake in the same place of another path.

    ``/shops/{id}/books`` takes those of ``/shops/{id}``: both name the same shop.
    """
    if parameter.examples or parameter.location is not ParameterLocation.PATH:
        return parameter.examples
    name = parameter.name.raw()
    place = _up_to(operation.key.path, name)
    found = [
        other.examples
        for one in sorted(operations, key=lambda one: (len(one.key.path), one.key.label))
        for other in one.parameters_in(ParameterLocation.PATH)
        if other.examples and other.name.raw() == name and place and _up_to(one.key.path, name) == place
    ]
    return found[0] if found else ()


def _up_to(path: str, name: str) -> str:
    """The beginning of a path that ends in the hole ``name``; "" if it has none."""
    before, hole, _ = path.partition("{" + name + "}")
    return before + hole if hole else ""
