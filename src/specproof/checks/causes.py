"""Failures that have one root cause: the same check failed on the same answer to the same kind of value, in whatever operation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

DEPTH: Final = 2
MOST_NAMES: Final = 12
LONGEST_NAME: Final = 40
MOST_BYTES: Final = 200_000
MOST_PLACES: Final = 10
CASE_SEPARATOR: Final = " :: "
CAUSE_LINE: Final = "  cause:     "
_STATED = re.compile(rf"^{CAUSE_LINE}(.+)$", re.MULTILINE)
_MEMBERS = re.compile(r"\{([^{}]*)\}")
# Members of a map have values for names.
_NO_NAME = re.compile(r"\d{3}|[0-9a-f]{8}|@|^$")
_ANSWERED = re.compile(r"\d{3}\b[^:]*")
_KINDS: Final = ((bool, "boolean"), (int, "number"), (float, "number"), (str, "string"), (list, "list"), (dict, "object"))


@dataclass(frozen=True, slots=True, order=True)
class FailureKey:
    """What a failure says of the API, without any value: the same in each run that shows it."""

    operation: str
    check: str
    cause: str

    def __str__(self) -> str:
        return f"{self.operation} fails {self.check}: {self.cause}" if self.cause else f"{self.operation} fails {self.check}"


@dataclass(frozen=True, slots=True)
class Failed:
    """One failed case. ``cause`` says what was answered to which kind of value; failures without one stand alone."""

    case_id: str
    operation: str
    check: str
    cause: str

    @property
    def place(self) -> str:
        """``POST /pets (name_null)``."""
        slug = slug_of(self.case_id)
        return f"{self.operation} ({slug})" if slug else self.operation or self.case_id


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Positions of failures with one cause, in the order in which they were given; ``members`` has one for each."""

    members: tuple[Failed, ...]
    positions: tuple[int, ...]

    @property
    def elsewhere(self) -> str:
        """Where else than at the first place; "" if nowhere."""
        others = [member.place for member in self.members[1:]]
        if not others:
            return ""
        more = f" and {len(others) - MOST_PLACES} more" if len(others) > MOST_PLACES else ""
        places = "1 other place" if len(others) == 1 else f"{len(others)} other places"
        return f"same cause at {places}: {', '.join(others[:MOST_PLACES])}{more}"


def cause_groups(failures: Iterable[Failed]) -> tuple[CauseGroup, ...]:
    """The failures by root cause; groups and members in the order of the failures."""
    found: dict[object, list[tuple[int, Failed]]] = {}
    for position, failed in enumerate(failures):
        key: object = (failed.check, failed.cause) if failed.cause else position
        found.setdefault(key, []).append((position, failed))
    return tuple(
        CauseGroup(tuple(failed for _, failed in listed), tuple(position for position, _ in listed)) for listed in found.values()
    )


def cause_of(answered: str, value: str) -> str:
    """``500 {error: string} to type: null``."""
    return f"{answered} to {value}" if value else answered


def fingerprint(cause: str, detail: str = "") -> str:
    """``cause`` with what differs from run to run left out: of a body only the names of its outermost members remain, unless a name is a
    value itself (an id, an address). ``detail`` is what the document says about the broken rule.

    ``201 {id: string, owner: {name: null}} to type: null`` becomes ``201 {id, owner} to type: null``.
    """
    depth, kept = 0, []
    for char in cause:
        depth += char in "{["
        if depth <= 1:
            kept.append(char)
        depth -= char in "}]" and depth > 0
    text = _MEMBERS.sub(
        lambda found: "{" + ", ".join(dict.fromkeys(_member(part) for part in found[1].split(", "))) + "}", "".join(kept)
    )
    return f"{text} at {detail}" if detail else text


def _member(part: str) -> str:
    name = part.partition(": ")[0]
    return "*" if _NO_NAME.search(name) else name


def stated_cause(message: str, actual: str, case_id: str) -> str:
    """The cause that the message of a failure states; of a suite that states none, what was answered to the case's kind of value."""
    stated = _STATED.search(message)
    if stated:
        return stated[1]
    answered = _ANSWERED.match(actual)
    return cause_of((answered[0] if answered else actual).strip(), slug_of(case_id)) if actual else ""


def answer_shape(media_type: str, content: bytes) -> str:
    """``{detail: [{msg: string}]}``: the members of a JSON body, to a small depth; of other bodies the media type."""
    if not content:
        return "no body"
    if "json" in media_type and len(content) <= MOST_BYTES:
        try:
            return _shape(json.loads(content), DEPTH)
        except (ValueError, RecursionError):
            return f"broken {media_type}"
    return media_type or "a body of no media type"


def slug_of(case_id: str) -> str:
    """``name_null`` of ``POST /pets :: name_null``."""
    return case_id.rpartition(CASE_SEPARATOR)[2] if CASE_SEPARATOR in case_id else ""


def _printable(name: str) -> str:
    """Names are the API's words, and a terminal takes some characters for orders."""
    return "".join(char if char.isprintable() else "?" for char in name[:LONGEST_NAME])


def _shape(value: object, depth: int) -> str:
    if isinstance(value, dict) and depth:
        names = sorted(value)
        members = [f"{_printable(name)}: {_shape(value[name], depth - 1)}" for name in names[:MOST_NAMES]]
        return "{" + ", ".join([*members, *(["..."] if len(names) > MOST_NAMES else [])]) + "}"
    if isinstance(value, list) and depth:
        return f"[{_shape(value[0], depth - 1)}]" if value else "[]"
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")
