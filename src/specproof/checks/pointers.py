"""JSON pointers (RFC 6901): look a value up, or change a copy of a body in one place."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Final, TypeAlias

from .fresh import Fresh


class Absent:
    """The type of :data:`ABSENT`: nothing stands at that place (``None`` would be JSON ``null``)."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent()


def segments(pointer: str) -> list[str]:
    """``/a~1b/0`` -> ``["a/b", "0"]``; ``""`` -> ``[]``. Raises ValueError unless empty or beginning with ``/``."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"not a JSON pointer: {pointer!r}")
    return [segment.replace("~1", "/").replace("~0", "~") for segment in pointer[1:].split("/")]


def child(pointer: str, segment: str | int) -> str:
    """The pointer of a member of what stands at ``pointer``."""
    return f"{pointer}/{str(segment).replace('~', '~0').replace('/', '~1')}"


def lookup(document: object, pointer: str) -> object:
    """What stands at ``pointer``, or :data:`ABSENT`."""
    value = document
    for segment in segments(pointer):
        value = _member(value, segment)
        if value is ABSENT:
            break
    return value


def path_of(document: object, pointer: str) -> tuple[str | int, ...]:
    """The member names and item indexes on the way to what stands at ``pointer``, which must be there."""
    path: list[str | int] = []
    value = document
    for segment in segments(pointer):
        path.append(int(segment) if isinstance(value, list) else segment)
        value = _member(value, segment)
    return tuple(path)


def changed(body: object, pointer: str, value: object) -> object:
    """A copy of ``body`` with ``value`` at ``pointer``; ``/-`` and the index after the last append to a list."""
    steps = segments(pointer)
    if not steps:
        return value
    result = copy.deepcopy(body)
    parent = _parent(result, steps)
    if isinstance(parent, dict):
        parent[steps[-1]] = value
    elif isinstance(parent, list) and (steps[-1] == "-" or int(steps[-1]) == len(parent)):
        parent.append(value)
    elif isinstance(parent, list):
        parent[int(steps[-1])] = value
    else:
        raise ValueError(f"nothing can be set at {pointer!r}")
    return result


def removed(body: object, *pointers: str) -> object:
    """A copy of ``body`` without what stands at ``pointers``."""
    result = copy.deepcopy(body)
    for pointer in pointers:
        steps = segments(pointer)
        parent = _parent(result, steps) if steps else ABSENT
        if isinstance(parent, dict):
            parent.pop(steps[-1], None)
        elif isinstance(parent, list):
            del parent[int(steps[-1])]
        else:
            raise ValueError(f"nothing can be removed at {pointer!r}")
    return result


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of a body: ``value`` at ``pointer``; the pointer ``""`` is the whole body."""

    pointer: str
    value: object


@dataclass(frozen=True, slots=True)
class Remove:
    """An edit of a body: nothing at ``pointer``."""

    pointer: str


Edit: TypeAlias = Change | Remove


def edited(body: object, *edits: Edit) -> object:
    """A copy of ``body`` with each of ``edits``, in their order."""
    for edit in edits:
        body = _with(body, edit)
    return body


def _with(body: object, edit: Edit) -> object:
    if isinstance(edit, Change):
        return changed(body, edit.pointer, _own(edit.value))
    return removed(body, edit.pointer)


def _own(value: object) -> object:
    """A row's value for one use of it: a row is used again where a failed case runs again."""
    if isinstance(value, Fresh):
        return value.drawn()
    if isinstance(value, dict):
        return {name: _own(item) for name, item in value.items()}
    return [_own(item) for item in value] if isinstance(value, list) else value


def _parent(document: object, steps: list[str]) -> object:
    """What holds the last of ``steps``; objects on the way that are missing are made."""
    value = document
    for segment in steps[:-1]:
        following = _member(value, segment)
        if following is ABSENT and isinstance(value, dict):
            following = value[segment] = {}
        value = following
    return value


def _member(value: object, segment: str) -> object:
    if isinstance(value, dict):
        return value.get(segment, ABSENT)
    if isinstance(value, list) and segment.isdecimal() and segment.isascii() and int(segment) < len(value):
        return value[int(segment)]
    return ABSENT
