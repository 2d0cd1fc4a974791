"""Where in a value we are, how values are to be made, and what stands for one that cannot be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_DEPTH: Final = 24


@dataclass(frozen=True, slots=True)
class Impossible:
    """No value could be made. ``reason`` is for people."""

    reason: str


class CannotMakeError(Exception):
    """No value for one place of a schema; caught where there is another choice."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How values are made. ``is_fresh``: freely drawn ones instead of the document's examples; ``is_full``: optional members too."""

    is_fresh: bool = False
    is_full: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the value we are: names from the root, the definitions that led here, which try it is."""

    path: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    salt: int = 0

    @property
    def depth(self) -> int:
        """How deep in the value."""
        return len(self.path)

    @property
    def name(self) -> str:
        """The nearest property's name."""
        return next((name for name in reversed(self.path) if not name.isdigit()), "")

    def below(self, name: str, salt: int = 0) -> Place:
        """The place of a member or item."""
        return Place((*self.path, name), self.within, self.salt + salt)

    def through(self, names: frozenset[str]) -> Place:
        """The same place, reached through these definitions."""
        return Place(self.path, (*self.within, *sorted(names)), self.salt) if names else self

    def tried_again(self, salt: int) -> Place:
        """The same place for another value."""
        return Place(self.path, self.within, self.salt + salt)

    def refused(self) -> CannotMakeError:
        """What to raise when there is no value here."""
        return CannotMakeError("/" + "/".join(self.path))
