"""What a comparison of two documents says: changes by operation, each with its rule, its severity and its places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.finding_log import shortened
from specproof.openapi.model import OperationKey

_MAX_DETAILS_PER_OPERATION = 20
_MAX_DETAILS = 200
"""From here on, an operation only counts."""


class ChangeSeverity(StrEnum):
    """What a change does to clients that were written against the document before."""

    BREAKING = "breaking"
    """Some of them stop working."""
    WARNING = "warning"
    """Some of them may, depending on how they are written or how the server means it."""
    INFO = "info"
    """None does."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(ChangeSeverity)}


class Direction(StrEnum):
    """What a change is about: what clients send, what they get, or the operation itself."""

    REQUEST = "request"
    RESPONSE = "response"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two documents.

    ``pointer_before`` and ``pointer_after`` are JSON pointers into the two documents (``#/components/schemas/Pet/properties/name``),
    references followed: to the very place where it stands there, else to the nearest place around it, "" where there is none.
    ``severity`` is the rule's, or ``info`` where the place does not travel in that direction (a read-only property of a request).
    ``subject`` and ``sentence`` are printable; the sentence begins with the subject.
    """

    rule: ChangeRule
    severity: ChangeSeverity
    direction: Direction
    pointer_before: str
    pointer_after: str
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many changes there are of each severity."""

    breaking: int = 0
    warning: int = 0
    info: int = 0

    @property
    def summary(self) -> str:
        """``3 breaking, 1 warning, 12 info``."""
        return f"{self.breaking} breaking, {self.warning} warning{'s' if self.warning != 1 else ''}, {self.info} info"


@dataclass(frozen=True, slots=True)
class OperationDifference:
    """What changed of one operation, the worst first.

    ``key`` is its identity now (for a removed one: as it was); ``previous_key`` as it was, None for an added one. ``is_cut`` says that
    there are more changes than are listed: whoever asks what is untouched has to take it for changed all over.
    """

    key: OperationKey
    previous_key: OperationKey | None
    changes: tuple[Change, ...]
    is_cut: bool = False

    @property
    def label(self) -> str:
        """``POST /pets``, printable and of limited length."""
        return shortened(self.key.label, 200)


@dataclass(frozen=True, slots=True)
class SpecDifference:
    """Operations that came, went or changed, each sorted; ``document`` is what concerns none of them (servers)."""

    added: tuple[OperationDifference, ...] = ()
    removed: tuple[OperationDifference, ...] = ()
    changed: tuple[OperationDifference, ...] = ()
    document: tuple[Change, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.document)

    @property
    def operations(self) -> tuple[OperationDifference, ...]:
        """All operations that differ: removed ones, changed ones, added ones."""
        return (*self.removed, *self.changed, *self.added)

    @property
    def changes(self) -> Iterator[Change]:
        """All changes."""
        yield from self.document
        for operation in self.operations:
            yield from operation.changes

    @property
    def counts(self) -> ChangeCounts:
        """How many of each severity are listed."""
        found = Counter(change.severity for change in self.changes)
        return ChangeCounts(found[ChangeSeverity.BREAKING], found[ChangeSeverity.WARNING], found[ChangeSeverity.INFO])

    @property
    def details(self) -> tuple[str, ...]:
        """Sentences on the changed operations and the document; where there are too many, the last one counts the rest."""
        told: list[str] = [change.sentence for change in self.document]
        left_out = 0
        for operation in self.changed:
            if len(told) >= _MAX_DETAILS:
                left_out += 1
                continue
            told.extend(f"{operation.label}: {change.sentence}" for change in operation.changes[:_MAX_DETAILS_PER_OPERATION])
        if left_out:
            told.append(f"and changes of {left_out} more operations")
        return tuple(told)
