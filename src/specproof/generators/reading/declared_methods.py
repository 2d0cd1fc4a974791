"""Which methods a server may carry out at an address: those of its path, and those of every path whose variables may mean it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method

_VARIABLE = "{}"


@dataclass(slots=True)
class _Node:
    """One segment of the paths: what may follow, and the methods of the paths that end here."""

    below: dict[str, _Node] = field(default_factory=dict)
    methods: set[Method] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class DeclaredMethods:
    """The paths of a document as a tree, so that a path is compared with those alone that begin as it does."""

    _root: _Node
    _own: Mapping[str, frozenset[Method]]

    @classmethod
    def of(cls, keys: Iterable[OperationKey]) -> DeclaredMethods:
        """The methods of these operations."""
        root = _Node()
        own: dict[str, set[Method]] = defaultdict(set)
        for key in keys:
            own[key.path].add(key.method)
            node = root
            for segment in _segments(key.path):
                node = node.below.setdefault(_VARIABLE if "{" in segment else segment, _Node())
            node.methods.add(key.method)
        return cls(root, {path: frozenset(methods) for path, methods in own.items()})

    def of_path(self, path: str) -> frozenset[Method]:
        """The methods of the path itself."""
        return self._own.get(path, frozenset())

    def at(self, path: str) -> frozenset[Method]:
        """The methods of ``path`` and of what ``path`` may be an address of: ``/things/newest`` is ``/things/{id}`` as well."""
        nodes = [self._root]
        for segment in _segments(path):
            nodes = [found for node in nodes for found in _following(node, segment)]
        return frozenset(method for node in nodes for method in node.methods)


def _following(node: _Node, segment: str) -> Iterator[_Node]:
    for name in {segment, _VARIABLE}:
        if name in node.below:
            yield node.below[name]


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
