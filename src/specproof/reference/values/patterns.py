"""Texts that match a regular expression, as far as the standard library's parser understands it. The caller proves each text."""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from specproof.reference.values.drawing import Draw

_PARSER: Any = importlib.import_module("re._parser")
_MAX_PATTERN: Final = 2_000
_MAX_TEXT: Final = 20_000
_PROPERTY = re.compile(r"\\p\{(\^?)([A-Za-z_=]+)\}|\\p([LNPSZ])")
_WITNESS: Final = {"Lu": "A", "N": "1", "Nd": "1", "P": "-", "S": "+", "Z": " ", "Zs": " ", "Han": "\u4e2d", "sc=Han": "\u4e2d"}
_PRINTABLE: Final = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_. ,:;+*=/@#$%&!?()[]{}<>|~^'\"`\\"
_CATEGORY: Final = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_NOT_DIGIT": "abcdefghijklmnopqrstuvwxyz-_",
    "CATEGORY_WORD": "abcdefghijklmnopqrstuvwxyz0123456789",
    "CATEGORY_NOT_WORD": "-.:,",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "abcdefghijklmnopqrstuvwxyz0123456789",
}


class _Unsupported(Exception):  # noqa: N818 - never leaves this module
    pass


def matching_texts(pattern: str, draw: Draw, least: int = 0, most: int | None = None) -> Iterator[str]:
    """Texts that should match ``pattern``, the likeliest of the wanted length first; none where it is not understood."""
    tree = _parsed(pattern)
    if tree is None:
        return
    for extra in _extras(least, most):
        try:
            yield _Writer(draw.next(extra + 1), extra).written(tree)
        except _Unsupported:
            return


def _extras(least: int, most: int | None) -> Iterator[int]:
    """How many repetitions more than the least each open repetition gets."""
    yield 1 if most is None or most > 1 else 0
    yield 0
    yield from range(2, 9)
    if least > 1:
        yield least
        yield from range(max(9, least - 8), least)
        yield from (least // part + 1 for part in range(2, 6))
    if most is not None:
        yield from range(max(9, most - 8), most + 1)


@lru_cache(maxsize=1024)
def _parsed(pattern: str) -> Any:
    if len(pattern) > _MAX_PATTERN:
        return None
    text = _PROPERTY.sub(
        lambda found: "\\" + _WITNESS.get(found[2] or found[3], "a") if _is_mark(found) else _plain(found), pattern
    )
    text = text.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _PARSER.parse(text)
    except (re.error, RecursionError, OverflowError, ValueError):
        return None


def _is_mark(found: re.Match[str]) -> bool:
    return _WITNESS.get(found[2] or found[3], "a") in "-+"


def _plain(found: re.Match[str]) -> str:
    return _WITNESS.get(found[2] or found[3], "a")


class _Writer:
    """Writes one text of a parsed expression."""

    def __init__(self, draw: Draw, extra: int) -> None:
        self._draw = draw
        self._extra = extra
        self._groups: dict[int | None, str] = {}
        self._length = 0

    def written(self, tree: Any) -> str:
        text = "".join(self._token(str(kind), argument) for kind, argument in tree)
        if len(text) > _MAX_TEXT:
            raise _Unsupported
        return text

    def _token(self, kind: str, argument: Any) -> str:
        match kind:
            case "LITERAL":
                text = self._counted(chr(argument))
            case "NOT_LITERAL":
                text = self._counted(self._pick([char for char in _PRINTABLE if ord(char) != argument]))
            case "ANY":
                text = self._counted(self._pick(_PRINTABLE[:36]))
            case "IN":
                text = self._counted(self._in_class(argument))
            case "BRANCH":
                text = self.written(self._choice(argument[1]))
            case "SUBPATTERN":
                text = self._groups[argument[0]] = self.written(argument[-1])
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                text = self._repeated(*argument)
            case "GROUPREF":
                text = self._groups.get(argument, "")
            case "ATOMIC_GROUP":
                text = self.written(argument)
            case "AT" | "ASSERT_NOT":
                text = ""
            case _:
                raise _Unsupported
        return text

    def _counted(self, char: str) -> str:
        self._length += 1
        if self._length > _MAX_TEXT:
            raise _Unsupported
        return char

    def _repeated(self, least: Any, most: Any, tree: Any) -> str:
        count = min(int(least) + self._extra, int(most))
        return "".join(self.written(tree) for _ in range(count))

    def _choice(self, branches: Any) -> Any:
        self._draw = self._draw.next()
        return self._draw.pick(branches)

    def _pick(self, choices: Sequence[str]) -> str:
        if not choices:
            raise _Unsupported
        self._draw = self._draw.next()
        return self._draw.pick(choices)

    def _in_class(self, parts: Any) -> str:
        return self._pick(_class_members(tuple((str(kind), argument) for kind, argument in parts)))


@lru_cache(maxsize=1024)
def _class_members(kinds: tuple[tuple[str, Any], ...]) -> str:
    """The characters of a class that are good to write: plain ones where there are any."""
    if kinds and kinds[0][0] == "NEGATE":
        return "".join(char for char in _PRINTABLE if not any(_covers(kind, argument, char) for kind, argument in kinds[1:]))
    chars = "".join(_members(kind, argument) for kind, argument in kinds)
    return "".join(char for char in chars if char in _PRINTABLE[:62]) or chars


def _members(kind: str, argument: Any) -> str:
    match kind:
        case "LITERAL":
            return chr(argument)
        case "RANGE":
            low, high = argument
            return "".join(chr(code) for code in range(low, min(high, low + 127) + 1) if not 0xD800 <= code <= 0xDFFF)
        case "CATEGORY":
            return _CATEGORY.get(str(argument), "")
        case _:
            return ""


def _covers(kind: str, argument: Any, char: str) -> bool:
    if kind == "LITERAL":
        return bool(ord(char) == argument)
    if kind == "RANGE":
        return bool(argument[0] <= ord(char) <= argument[1])
    name = str(argument)
    tests = {
        "CATEGORY_DIGIT": char.isdigit(),
        "CATEGORY_WORD": char.isalnum() or char == "_",
        "CATEGORY_SPACE": char.isspace(),
    }
    return tests[name] if name in tests else not tests.get(name.replace("_NOT", ""), True)
