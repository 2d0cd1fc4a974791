"""Which operation of the one document is which of the other.

By Apifox's endpoint id, which survives renames; then by method and path; then by method and path with the names of the path's variables
left out. An identity counts only where it is unique in both documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable

from specproof.openapi.model import ApiSpec, Operation

_VARIABLE = re.compile(r"\{[^{}]+\}")


def matched_operations(old: ApiSpec, new: ApiSpec) -> list[tuple[Operation, Operation]]:
    """Pairs of the same operation, sorted by the key that the new document gives them."""
    before, after = list(old.operations), list(new.operations)
    pairs: list[tuple[Operation, Operation]] = []
    for identity in (_endpoint_id, _key, _shape):
        former, latter = _unique(before, identity), _unique(after, identity)
        found = [(former[name], latter[name]) for name in former if name in latter]
        pairs.extend(found)
        taken = {id(one) for pair in found for one in pair}
        before = [operation for operation in before if id(operation) not in taken]
        after = [operation for operation in after if id(operation) not in taken]
    return sorted(pairs, key=lambda pair: pair[1].key)


def path_shape(path: str) -> str:
    """The path with the names of its variables left out."""
    return _VARIABLE.sub("{}", path)


def path_variables(path: str) -> list[str]:
    """The names of the path's variables, in order."""
    return [name[1:-1] for name in _VARIABLE.findall(path)]


def _endpoint_id(operation: Operation) -> Hashable:
    return operation.apifox_id or None


def _key(operation: Operation) -> Hashable:
    return operation.key


def _shape(operation: Operation) -> Hashable:
    return operation.key.method, path_shape(operation.key.path)


def _unique(operations: Iterable[Operation], identity: Callable[[Operation], Hashable]) -> dict[Hashable, Operation]:
    found: dict[Hashable, list[Operation]] = {}
    for operation in operations:
        if (name := identity(operation)) is not None:
            found.setdefault(name, []).append(operation)
    return {name: listed[0] for name, listed in found.items() if len(listed) == 1}
