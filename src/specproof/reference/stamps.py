"""Members that the server keeps: when a record was made and changed, how often it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from specproof.openapi.schema import JsonValue
from specproof.reference.naming import words
from specproof.reference.shapes import Shape, Shapes

_CHANGED: Final = frozenset({"updated", "modified", "changed", "edited", "update", "modification", "modify"})
_MADE: Final = frozenset({"created", "added", "inserted", "registered", "creation", "create", "made", "submitted", "placed"})
_TO_THE_SECOND: Final = len("2024-01-01T00:00:00")
_COUNTED: Final = frozenset({"version", "revision", "rev", "etag"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """One such member: ``form`` is ``date-time``, ``date``, ``seconds`` or ``count``."""

    name: str
    form: str
    changes: bool

    def value(self, now: datetime, version: int) -> JsonValue:
        """What stands in it."""
        if self.form == "date":
            return now.date().isoformat()
        if self.form == "seconds":
            return int(now.timestamp())
        if self.form == "count":
            return version
        if self.form == "text count":
            return str(version)
        return now.isoformat()[:_TO_THE_SECOND] + "Z"


def stamps_of(shapes: Shapes, item: Shape, server_owned: frozenset[str]) -> tuple[Stamp, ...]:
    """The members of ``item`` that the server keeps, of those that clients do not send."""
    found = []
    for name in item.properties:
        if name in server_owned:
            stamp = _stamp(name, shapes.member(item, name))
            if stamp is not None:
                found.append(stamp)
    return tuple(found)


def _stamp(name: str, member: Shape) -> Stamp | None:
    said = set(words(name))
    changes = bool(said & _CHANGED)
    if "string" in member.kinds and member.format in {"date-time", "date"}:
        is_kept = changes or said & _MADE or not member.is_nullable
        return Stamp(name, member.format, changes) if is_kept else None
    if member.kinds & {"integer", "number"} and (changes or said & _MADE) and said & {"at", "time", "on", "date", "timestamp"}:
        return Stamp(name, "seconds", changes)
    if said & _COUNTED and len(said) == 1 and not member.enum:
        if "integer" in member.kinds:
            return Stamp(name, "count", changes=True)
        if "string" in member.kinds and not member.format:
            return Stamp(name, "text count", changes=True)
    return None
