"""How long a string must and can be to match a pattern: bounds by a small analysis, or nothing where it is not sure.

One pass over the pattern with a stack of open groups, so that nothing recurses and the time is linear. What it does not know
(flags, look-around, back-references, nested classes) ends the analysis: None is always a right answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_LONGEST = 5_000
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(?P<low>[0-9]{1,9})(?P<comma>,)?(?P<high>[0-9]{1,9})?\})\??")
_GROUP = re.compile(r"\((?:\?:|\?P?<[A-Za-z_][A-Za-z0-9_]*>|(?!\?))")
_CLASS = re.compile(r"\[\^?(?:\\.|[^\]\\\[])+\]", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|[pP]\{[A-Za-z0-9_=]+\}|[pP][A-Z]|[dDsSwWtnrfv]|[^A-Za-z0-9])"
)
_ZERO_WIDTH = ("\\b", "\\B")


class LengthBounds(NamedTuple):
    """Length in characters; ``longest`` is None where there is no upper bound."""

    shortest: int
    longest: int | None


@dataclass(slots=True)
class _Sequence:
    """One alternative while it is read. An anchor may stand at its very ends only; elsewhere the analysis gives up."""

    shortest: int = 0
    longest: int | None = 0
    last: LengthBounds | None = None
    begins_anchored: bool = False
    ends_anchored: bool = False
    is_empty: bool = True

    def add(self, item: LengthBounds) -> None:
        self.shortest += item.shortest
        self.longest = None if self.longest is None or item.longest is None else self.longest + item.longest
        self.last = item
        self.is_empty = False

    def repeat(self, low: int, high: int | None) -> bool:
        """Repeat the last item; False where there is none."""
        item = self.last
        if item is None:
            return False
        self.shortest += item.shortest * (low - 1)
        if item.longest == 0:
            repeated: int | None = 0
        elif item.longest is None or high is None:
            repeated = None
        else:
            repeated = item.longest * high
        if self.longest is not None and item.longest is not None and repeated is not None:
            self.longest += repeated - item.longest
        else:
            self.longest = None
        self.last = None
        return True


@dataclass(slots=True)
class _Group:
    finished: list[_Sequence] = field(default_factory=list)
    current: _Sequence = field(default_factory=_Sequence)

    def closed(self) -> LengthBounds | None:
        """The bounds of all alternatives; None where one of them holds an anchor."""
        sequences = [*self.finished, self.current]
        if any(sequence.begins_anchored or sequence.ends_anchored for sequence in sequences):
            return None
        longest = _longest([sequence.longest for sequence in sequences])
        return LengthBounds(min(sequence.shortest for sequence in sequences), longest)


def _longest(lengths: list[int | None]) -> int | None:
    known = [length for length in lengths if length is not None]
    return max(known) if len(known) == len(lengths) else None


def length_bounds(pattern: str) -> LengthBounds | None:
    """How long the strings that match ``pattern`` are; None where that cannot be told cheaply.

    A pattern matches anywhere in a string, so that there is an upper bound only where every alternative is anchored at both ends.
    """
    if len(pattern) > _LONGEST:
        return None
    groups = [_Group()]
    position = 0
    while position < len(pattern):
        step = _step(pattern, position, groups)
        if step is None:
            return None
        position = step
    if len(groups) != 1:
        return None
    sequences = [*groups[0].finished, groups[0].current]
    longest = [sequence.longest if sequence.begins_anchored and sequence.ends_anchored else None for sequence in sequences]
    return LengthBounds(min(sequence.shortest for sequence in sequences), _longest(longest))


def _step(pattern: str, at: int, groups: list[_Group]) -> int | None:
    """Read one piece; the position after it, or None to give up."""
    char, sequence = pattern[at], groups[-1].current
    if sequence.ends_anchored and char not in "|)":
        return None
    if char in "|()^$":
        return _structure(pattern, at, groups)
    if char in "*+?{":
        quantifier = _QUANTIFIER.match(pattern, at)
        return quantifier.end() if quantifier is not None and _quantify(sequence, quantifier) else None
    if char == "\\" and pattern[at : at + 2] in _ZERO_WIDTH:
        sequence.add(LengthBounds(0, 0))
        return at + 2
    atom = _CLASS.match(pattern, at) if char == "[" else _ESCAPE.match(pattern, at) if char == "\\" else None
    if atom is None and char in "[\\]}":
        return None
    sequence.add(LengthBounds(1, 1))
    return at + 1 if atom is None else atom.end()


def _structure(pattern: str, at: int, groups: list[_Group]) -> int | None:
    char, group = pattern[at], groups[-1]
    if char == "|":
        group.finished.append(group.current)
        group.current = _Sequence()
    elif char == "(":
        opening = _GROUP.match(pattern, at)
        if opening is None:
            return None
        groups.append(_Group())
        return opening.end()
    elif char == ")":
        bounds = group.closed() if len(groups) > 1 else None
        if bounds is None:
            return None
        groups.pop()
        groups[-1].current.add(bounds)
    elif char == "^":
        if not group.current.is_empty or group.current.begins_anchored:
            return None
        group.current.begins_anchored = True
    else:
        group.current.ends_anchored = True
    return at + 1


def _quantify(sequence: _Sequence, found: re.Match[str]) -> bool:
    simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(found[0][0])
    if simple is not None:
        return sequence.repeat(*simple)
    low = int(found["low"])
    high = low if found["comma"] is None else int(found["high"]) if found["high"] else None
    return (high is None or low <= high) and sequence.repeat(low, high)
