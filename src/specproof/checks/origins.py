"""Values that remember which answer they were taken from, so that a failure can be reproduced with new ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

from .message import Request


class Header(NamedTuple):
    """A header of an answer, instead of a place in its body."""

    name: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in the answer to ``request``; ``path`` holds names of members and indexes of items of its JSON, or is a header."""

    request: Request
    path: tuple[str | int, ...] | Header


class TakenText(str):
    """A text out of an answer; on the wire, in comparisons and in JSON it is that text."""

    origin: Origin

    def __new__(cls, text: str, origin: Origin) -> Self:
        """``text``, marked."""
        taken = super().__new__(cls, text)
        taken.origin = origin
        return taken

    def __deepcopy__(self, _memo: object) -> Self:
        return self


class TakenNumber(int):
    """An integer out of an answer; otherwise as :class:`TakenText`."""

    origin: Origin

    def __new__(cls, number: int, origin: Origin) -> Self:
        """``number``, marked."""
        taken = super().__new__(cls, number)
        taken.origin = origin
        return taken

    def __deepcopy__(self, _memo: object) -> Self:
        return self


def taken(value: object, origin: Origin) -> object:
    """``value``, marked if it is a text or an integer: ids are nothing else."""
    if isinstance(value, str):
        return TakenText(value, origin)
    if isinstance(value, int) and not isinstance(value, bool):
        return TakenNumber(value, origin)
    return value
