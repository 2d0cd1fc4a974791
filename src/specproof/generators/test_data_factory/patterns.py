"""Strings out of regular expressions: a small reader of the ECMA subset that documents use.

It understands literals, escapes, classes, groups, alternation, quantifiers and outer anchors. What it does not understand (look-around,
back-references, anchors in the middle) it refuses or gets wrong, and the proof drops the result: nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from specproof.generators.test_data_factory.fresh import LETTERS, Parts, merged

DIGITS = "0123456789"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_WORD = _LOWER + DIGITS + _UPPER + "_"
_PRINTABLE = "".join(chr(code) for code in range(32, 127))
_ALNUM = _LOWER + DIGITS + _UPPER
_CLASSES = {"d": DIGITS, "w": _WORD, "s": " "}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_PROPERTIES = {
    "L": _LOWER,
    "Lu": _UPPER,
    "Ll": _LOWER,
    "N": DIGITS,
    "Nd": DIGITS,
    "P": "-.",
    "Z": " ",
    "Zs": " ",
    "Alphabetic": _LOWER,
}
_MAX_PATTERN = 1000
_MAX_NESTING = 20
_MAX_CELLS = 400
_ODD_SAMPLES = 8


class UnreadablePatternError(ValueError):
    """The pattern is outside the subset. Never leaves this module."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of an alphabet."""

    alphabet: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    items: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts."""

    options: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, ``low`` to ``high`` times (None: any number of times)."""

    item: Part
    low: int
    high: int | None


Part: TypeAlias = Chars | Sequence | Choice | Repeat


@dataclass(slots=True)
class _Cell:
    """A run of one alphabet whose length can still be chosen."""

    alphabet: str
    low: int
    high: int | None
    count: int


def layouts(pattern: str, low: int, high: int | None, variants: int = 8) -> Iterator[Parts]:
    """Ways to make a string of ``pattern`` with ``low`` to ``high`` characters, most natural first; none if it cannot be read."""
    try:
        tree = _Reader(pattern).read()
    except (UnreadablePatternError, RecursionError):
        return
    seen: set[Parts] = set()
    for variant in range(variants):
        cells: list[_Cell] = []
        if not _lay(tree, variant, cells) or not _fit(cells, low, high):
            continue
        parts = merged([(cell.alphabet, cell.count) for cell in cells if cell.count])
        if parts not in seen:
            seen.add(parts)
            yield parts


def open_ends(pattern: str) -> Iterator[tuple[str, bool, bool]]:
    """The alternatives of ``pattern`` that other text may stand beside, and whether it may before and after.

    A pattern is looked for, not compared: in ``^"[0-9]+"$|\\*`` nothing holds the star.
    """
    for option in _alternatives(pattern):
        before, after = not option.startswith("^"), not option.endswith("$") or option.endswith("\\$")
        if option and (before or after):
            yield option, before, after


def _alternatives(pattern: str) -> list[str]:
    """A pattern cut at the bars that stand in no group and in no class."""
    cuts, depth, in_class, is_escaped = [-1], 0, False, False
    for at, char in enumerate(pattern):
        if is_escaped:
            is_escaped = False
        elif char == "\\":
            is_escaped = True
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            cuts.append(at)
    return [pattern[start + 1 : end] for start, end in zip(cuts, [*cuts[1:], len(pattern)], strict=True)]


def _lay(part: Part, variant: int, cells: list[_Cell]) -> bool:
    """Append the cells of one way to write ``part``. False where there would be too many."""
    if len(cells) > _MAX_CELLS:
        return False
    if isinstance(part, Chars):
        cells.append(_Cell(part.alphabet, 1, 1, 1))
        return True
    if isinstance(part, Sequence):
        return all(_lay(item, variant, cells) for item in part.items)
    if isinstance(part, Choice):
        return _lay(part.options[variant % len(part.options)], variant // len(part.options), cells)
    if isinstance(part.item, Chars):
        # "*" and "?" on one character class: one character is more natural than none, and _fit can take it back.
        count = part.low or (0 if part.high == 0 else 1 if part.high is None or part.high > 1 else variant % 2)
        cells.append(_Cell(part.item.alphabet, part.low, part.high, count))
        return True
    times = part.low + variant
    times = times if part.high is None else min(times, part.high)
    return all(_lay(part.item, variant, cells) for _ in range(min(times, _MAX_CELLS)))


def _fit(cells: list[_Cell], low: int, high: int | None) -> bool:
    """Stretch or shrink cells until the total length fits. Aims at 8 characters where there is room, so that draws differ."""
    total = sum(cell.count for cell in cells)
    limit = high if high is not None else max(low, 64)
    for cell in reversed(cells):
        if total <= limit:
            break
        taken = min(cell.count - cell.low, total - limit)
        cell.count, total = cell.count - taken, total - taken
    wanted = max(low, min(limit, 8)) if any(cell.high is None or cell.high > 1 for cell in cells) else low
    for cell in cells:
        if total >= wanted:
            break
        if len(cell.alphabet) == 1 and total >= low:
            continue  # Repeating a literal adds no difference.
        room = wanted - total if cell.high is None else min(wanted - total, cell.high - cell.count)
        cell.count, total = cell.count + room, total + room
    return low <= total <= limit


class _Reader:
    """Recursive descent over one pattern."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > _MAX_PATTERN:
            raise UnreadablePatternError(pattern)
        self._text = pattern
        self._at = 0

    def read(self) -> Part:
        part = self._choice(0)
        if self._at < len(self._text):
            raise UnreadablePatternError(self._text)
        return part

    def _peek(self, ahead: str) -> bool:
        return self._text.startswith(ahead, self._at)

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise UnreadablePatternError(self._text)
        self._at += 1
        return self._text[self._at - 1]

    def _choice(self, depth: int) -> Part:
        if depth > _MAX_NESTING:
            raise UnreadablePatternError(self._text)
        options = [self._sequence(depth)]
        while self._peek("|"):
            self._at += 1
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Part:
        items: list[Part] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            char = self._next()
            if char in "^$":
                continue
            if char == "\\" and (self._peek("b") or self._peek("A") or self._peek("Z") or self._peek("z")):
                self._at += 1
                continue
            if char == "(":
                item = self._group(depth)
            elif char == "[":
                item = Chars(self._class())
            elif char == ".":
                item = Chars(_LOWER)
            elif char == "\\":
                item = Chars(_nice(self._escape()))
            else:
                item = Chars(char)
            items.append(self._quantified(item))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _group(self, depth: int) -> Part:
        if self._peek("?"):
            self._at += 1
            mark = self._next()
            if mark in "<P":
                self._name(mark)
            else:
                while mark in "imsux-":
                    mark = self._next()
                if mark == ")":
                    return Sequence(())
                if mark != ":":
                    raise UnreadablePatternError(self._text)
        part = self._choice(depth + 1)
        if self._next() != ")":
            raise UnreadablePatternError(self._text)
        return part

    def _name(self, mark: str) -> None:
        """Skip ``(?<name>`` and ``(?P<name>``; refuse look-behind."""
        if (mark == "P" and self._next() != "<") or self._peek("=") or self._peek("!"):
            raise UnreadablePatternError(self._text)
        while self._next() != ">":
            pass

    def _quantified(self, item: Part) -> Part:
        while True:
            if self._peek("*"):
                low, high = 0, None
            elif self._peek("+"):
                low, high = 1, None
            elif self._peek("?"):
                low, high = 0, 1
            elif self._peek("{"):
                end = self._text.find("}", self._at)
                bounds = self._text[self._at + 1 : end].split(",") if end > 0 else []
                if len(bounds) not in (1, 2) or not bounds[0].isdecimal() or not (bounds[-1] == "" or bounds[-1].isdecimal()):
                    return item
                self._at = end
                low = int(bounds[0])
                high = low if len(bounds) == 1 else int(bounds[1]) if bounds[1] else None
            else:
                return item
            self._at += 1
            if self._peek("?"):
                self._at += 1
            item = Repeat(item, low, high)

    def _escape(self) -> str:
        """The alphabet of one escape; the backslash is read already."""
        char = self._next()
        if char in "DWS":
            return "".join(c for c in _PRINTABLE if c not in _CLASSES[char.lower()])
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char in "xu":
            return self._code_point(2 if char == "x" else 4)
        if char in "pP":
            return self._property(negated=char == "P")
        if char.isalnum():
            raise UnreadablePatternError(self._text)
        return char

    def _code_point(self, digits: int) -> str:
        if self._peek("{"):
            end = self._text.find("}", self._at)
            digits_text = self._text[self._at + 1 : end]
            self._at = end + 1
        else:
            digits_text = self._text[self._at : self._at + digits]
            self._at += digits
        try:
            return chr(int(digits_text, 16))
        except (ValueError, OverflowError):
            raise UnreadablePatternError(self._text) from None

    def _property(self, *, negated: bool) -> str:
        end = self._text.find("}", self._at) if self._peek("{") else self._at
        name = self._text[self._at + 1 : end] if self._peek("{") else self._text[self._at : self._at + 1]
        self._at = end + 1
        alphabet = _PROPERTIES.get(name)
        if alphabet is None:
            raise UnreadablePatternError(self._text)
        # A sample is enough to match a property; to avoid one takes digits and signs (letters of either case are out of it).
        return (
            "".join(c for c in _PRINTABLE if c not in alphabet and not (c.isalpha() and name[:1] in "LA"))
            if negated
            else alphabet
        )

    def _class(self) -> str:
        negated = self._peek("^")
        self._at += int(negated)
        members: list[str] = []
        first = True
        while first or not self._peek("]"):
            first = False
            if negated and not members and self._peek("]"):
                break
            start = self._member()
            if self._peek("-") and not self._peek("-]") and len(start) == 1:
                self._at += 1
                end = self._member()
                if len(end) != 1:
                    members += [start, "-", end]
                    continue
                members.append(_span(start, end))
            else:
                members.append(start)
        self._at += 1
        chars = "".join(members)
        if negated:
            return _nice("".join(char for char in _PRINTABLE if char not in chars)) or self._refuse()
        return _nice("".join(dict.fromkeys(chars))) or self._refuse()

    def _member(self) -> str:
        char = self._next()
        if char == "[" and self._peek(":"):
            self._refuse()
        if char != "\\":
            return char
        if self._peek("b"):
            self._at += 1
            return "\b"
        return self._escape()

    def _refuse(self) -> str:
        raise UnreadablePatternError(self._text)


def _span(start: str, end: str) -> str:
    """The characters from ``start`` to ``end``: the printable ASCII ones, else the first few."""
    ascii_part = "".join(char for char in _PRINTABLE if start <= char <= end)
    if ascii_part:
        return ascii_part
    return "".join(
        chr(code) for code in range(ord(start), min(ord(end), ord(start) + _ODD_SAMPLES) + 1) if not 0xD800 <= code < 0xE000
    )


def _nice(alphabet: str) -> str:
    """Lower-case letters and digits where there are any, so that no value starts with a dot or a hyphen."""
    for preferred in (LETTERS, _ALNUM):
        kept = "".join(char for char in preferred if char in alphabet)
        if kept:
            return kept + "".join(char for char in DIGITS if char in alphabet and char not in kept)
    return alphabet
