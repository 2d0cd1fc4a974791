"""What a probe sends: requests as templates, whose values may be taken from the replies before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

import orjson

from specproof.openapi.model import Operation, OperationKey
from specproof.openapi.schema import JsonValue
from specproof.reference.messages import Reply


@dataclass(frozen=True, slots=True)
class Taken:
    """A value of an earlier reply: of a header, or the first that one of the JSON pointers leads to.

    Where there is none, the last segment of that reply's ``Location`` counts, then ``otherwise``.
    """

    step: int
    pointers: tuple[str, ...] = ()
    otherwise: JsonValue = None
    header: str = ""

    def found(self, replies: Sequence[Reply]) -> JsonValue:
        """The value in these replies."""
        if self.step >= len(replies):
            return self.otherwise
        reply = replies[self.step]
        if self.header:
            return next((value for name, value in reply.headers if name.lower() == self.header), self.otherwise)
        body = _json(reply.body)
        for pointer in self.pointers:
            value = _at(body, pointer)
            if value is not None:
                return value
        location = next((value for name, value in reply.headers if name.lower() == "location"), "")
        last = unquote(location.partition("?")[0].rstrip("/").rpartition("/")[2])
        return last or self.otherwise


class _Nothing:
    pass


NOTHING: Final = _Nothing()
"""Stands for a body that is not sent."""

Piece: TypeAlias = Any
"""JSON in which a :class:`Taken` may stand for a value."""


class Caller(StrEnum):
    """Whose credential a request carries."""

    FIRST = "first"
    SECOND = "second"
    NOBODY = ""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One request to an operation. What is set beside its typed values overrides what they give."""

    operation: Operation
    values: Mapping[tuple[str, str], Piece] = field(default_factory=dict)
    """(location, name) -> value of the parameter."""
    body: Piece = NOTHING
    media_type: str = ""
    caller: Caller = Caller.FIRST
    raw: bytes | None = None
    """The body's bytes, instead of ``body``."""
    content_type: str | None = None
    """The Content-Type as it is, "" for none; None for the one of ``media_type``."""
    headers: tuple[tuple[str, str | Taken], ...] = ()
    query: str = ""
    """Raw text at the end of the query."""
    method: str = ""
    target: str | Taken = ""
    """The whole target, instead of the one that the path template gives."""

    def but(self, **changes: Any) -> Step:
        """The same with some fields changed."""
        return replace(self, **changes)

    def with_value(self, location: str, name: str, value: Piece) -> Step:
        """The same with another value of one parameter."""
        return replace(self, values={**self.values, (location, name): value})

    def without_value(self, location: str, name: str) -> Step:
        """The same without one parameter."""
        return replace(self, values={key: value for key, value in self.values.items() if key != (location, name)})


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """Requests that are sent one after the other to a server that has just been reset.

    ``kind`` says what they try; it stands in the ``id``, behind the operation or resource.
    ``setup`` counts the steps at the beginning that only make what the others need; each of the others makes sense after those alone
    where ``is_loose``. ``records`` are how many records of a stranger each collection holds before.
    """

    id: str
    kind: str
    steps: tuple[Step, ...]
    setup: int = 0
    is_loose: bool = False
    records: int = 0

    @property
    def operations(self) -> frozenset[OperationKey]:
        """All operations that it calls."""
        return frozenset(step.operation.key for step in self.steps)


def resolved(piece: Piece, replies: Sequence[Reply]) -> JsonValue:
    """A piece with what it takes from replies filled in."""
    if isinstance(piece, Taken):
        return piece.found(replies)
    if isinstance(piece, dict):
        return {name: resolved(each, replies) for name, each in piece.items()}
    if isinstance(piece, list):
        return [resolved(each, replies) for each in piece]
    value: JsonValue = piece
    return value


def _json(body: bytes) -> JsonValue:
    try:
        value: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value


def _at(value: JsonValue, pointer: str) -> JsonValue:
    for token in pointer.split("/")[1:] if pointer else ():
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
