"""Examples of parameters: their own, those of the same place in other paths, and what HTTP itself has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specproof.openapi.model import Operation, Parameter
from specproof.openapi.schema import Example
from specproof.openapi.vocabulary import ParameterLocation


@dataclass(frozen=True, slots=True)
class Namesakes:
    """What the operations of a document show of the places in their paths."""

    _shown: Mapping[str, tuple[Example, ...]]

    @classmethod
    def of(cls, operations: Iterable[Operation]) -> Namesakes:
        """Look for examples; of several paths that show one the shortest counts."""
        shown: dict[str, tuple[Example, ...]] = {}
        for operation in sorted(operations, key=lambda one: (len(one.key.path), one.key.label)):
            for parameter in operation.parameters_in(ParameterLocation.PATH):
                place = _place(operation, parameter)
                if place and parameter.examples:
                    shown.setdefault(place, parameter.examples)
        return cls(shown)

    def examples_of(self, operation: Operation, parameter: Parameter) -> tuple[Example, ...]:
        """The documented examples of a parameter; of one in a path that has none those of its namesake in the same place of another path.

        ``/shops/{id}/owners`` takes those of ``/shops/{id}``: both name the same shop. ``If-Match: *`` holds for every state of a record.
        """
        if parameter.location is ParameterLocation.HEADER and parameter.name.raw().lower() == "if-match":
            return (Example("*", parameter.pointer), *parameter.examples)
        if parameter.examples or parameter.location is not ParameterLocation.PATH:
            return parameter.examples
        return self._shown.get(_place(operation, parameter), ())


def _place(operation: Operation, parameter: Parameter) -> str:
    """The beginning of a path that ends in the hole of a parameter; "" if it has none."""
    before, hole, _ = operation.key.path.partition("{" + parameter.name.raw() + "}")
    return before + hole if hole else ""
