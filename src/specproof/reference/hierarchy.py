"""The paths of a document as a tree of collections, records and what lies below records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from specproof.openapi.model import Operation
from specproof.reference.routing import segments_of

Canon = tuple[str, ...]
"""A path with every parameter written ``{}``: ``("pets", "{}", "visits")``."""

PARAMETER: Final = "{}"
_SUFFIX: Final = re.compile(r"\.(?:json|xml)$")
_VERB: Final = re.compile(r"^(.+?)(:[A-Za-z]\w*)$")


@dataclass(slots=True)
class Place:
    """One path, in every spelling that differs in the names of its parameters alone."""

    canon: Canon
    operations: list[Operation] = field(default_factory=list)

    def operation(self, method: str) -> Operation | None:
        """The operation of that method."""
        return next((operation for operation in self.operations if operation.key.method.value == method), None)


@dataclass(slots=True)
class Hierarchy:
    """All places of a document, by their canonical paths."""

    places: dict[Canon, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, operations: Iterable[Operation]) -> Hierarchy:
        """The tree of these operations."""
        tree = cls()
        for operation in sorted(operations, key=lambda each: each.key):
            canon = canon_of(operation.key.path)[0]
            tree.places.setdefault(canon, Place(canon)).operations.append(operation)
        return tree

    def at(self, canon: Canon) -> Place | None:
        """The place at that path."""
        return self.places.get(canon)

    def method(self, canon: Canon, method: str) -> Operation | None:
        """One operation at that path."""
        place = self.places.get(canon)
        return place.operation(method) if place is not None else None

    def sorted(self) -> list[Place]:
        """All places, shorter paths first."""
        return [self.places[canon] for canon in sorted(self.places, key=lambda canon: (len(canon), canon))]


@lru_cache(maxsize=8192)
def canon_of(path: str) -> tuple[Canon, tuple[str, ...]]:
    """The canonical path, and the names of its parameters in order.

    ``/pets/{petId}.json`` counts as ``/pets/{petId}``, ``/pets/{petId}:adopt`` as ``/pets/{petId}/:adopt``.
    """
    canon: list[str] = []
    names: list[str] = []
    for segment in segments_of(path):
        text = _SUFFIX.sub("", segment.text)
        verb = _VERB.match(text) if ":" in text else None
        text, tail = (verb[1], [verb[2]]) if verb else (text, [])
        if len(segment.names) == 1 and text == f"{{{segment.names[0]}}}":
            canon.append(PARAMETER)
            names.append(segment.names[0])
        elif segment.names or text:
            canon.append(text)
        canon += tail
    return tuple(canon), tuple(names)


def last_literal(canon: Canon) -> str:
    """The last segment that is no parameter, "" for none."""
    return next((text for text in reversed(canon) if text != PARAMETER), "")


def parameters_before(canon: Canon) -> int:
    """How many parameters a path has."""
    return canon.count(PARAMETER)
