"""What a suite can reach, item by item: every coverage metric counts the same kind of thing, and redundancy counts them all."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Coverage(StrEnum):
    """The coverage metrics, by their names in reports."""

    OPERATIONS = "operations"
    PATHS = "paths"
    STATUSES = "statuses"
    PARAMETERS = "parameters"
    EDGES = "keywords at the edge"
    VIOLATIONS = "keywords violated"
    VALUES = "enum and boolean values"
    MEDIA_TYPES = "media types"
    SECURITY = "security alternatives"
    RESPONSES = "response keywords"
    RELATIONS = "relations"

    @property
    def note(self) -> str:
        """What is counted, in words."""
        return _NOTES[self]


_NOTES = {
    Coverage.OPERATIONS: "with a success that a case judges",
    Coverage.PATHS: "with such an operation",
    Coverage.STATUSES: "documented and judged; 5xx, 429 and default are left out",
    Coverage.PARAMETERS: "each sent valid, sent invalid, left out, where that is possible",
    Coverage.EDGES: "constraints of requests that an accepted value meets at the bound",
    Coverage.VIOLATIONS: "constraints of requests that a refused value breaks, and nothing else",
    Coverage.VALUES: "accepted, at most 8 of one place",
    Coverage.MEDIA_TYPES: "sent and accepted; answered",
    Coverage.SECURITY: "each alone was enough for a success",
    Coverage.RESPONSES: "constraints of answers that met a value",
    Coverage.RELATIONS: "between calls, of those that the resources allow",
}


class Item(NamedTuple):
    """One thing to reach: ``at`` is an operation's label or a pointer, ``what`` a status, a keyword, a value."""

    coverage: Coverage
    at: str
    what: str

    @property
    def text(self) -> str:
        """One line for people."""
        return f"{self.at}  {self.what}" if self.what else self.at
