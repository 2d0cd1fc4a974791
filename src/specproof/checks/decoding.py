"""JSON out of an answer, strictly and within what everything after it can hold."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

DEEPEST: Final = 200
"""Levels of arrays and objects: what compares, copies and judges values is recursive."""
# Innermost pairs of brackets are taken off so often before a value is walked; few answers are deeper.
_USUAL_DEPTH: Final = 8
_BRACKETS: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")


class UnreadableError(ValueError):
    """What is no JSON, or more than can be held; the text says why where that is not plain to see."""


def decoded(content: bytes | str) -> Any:
    """The JSON value that ``content`` is: no NaN, no comments, nothing after the end. Raises :class:`UnreadableError`."""
    try:
        value = json.loads(content, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise UnreadableError(f"JSON nested deeper than {DEEPEST}") from error
    except UnreadableError:
        raise
    except ValueError as error:
        raise UnreadableError("a number of too many digits" if "digits" in str(error) else "") from error
    if _may_be_deep(content) and _is_deep(value):
        raise UnreadableError(f"JSON nested deeper than {DEEPEST}")
    return value


def why_unreadable(content: bytes) -> str:
    """Why ``content`` cannot be read as JSON; "" where that is plain to see."""
    try:
        decoded(content)
    except UnreadableError as error:
        return str(error)
    return ""


def without_half_pairs(value: object) -> object:
    """``value`` with a plain character for each half of a surrogate pair: for what takes texts that UTF-8 can hold."""
    return json.loads(_HALF_PAIR.sub("?", json.dumps(value, ensure_ascii=False)))


def _may_be_deep(content: bytes | str) -> bool:
    if len(content) <= 2 * DEEPEST:
        return False
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return False
    brackets = raw.translate(_BRACKETS, _NO_BRACKETS)
    for _ in range(_USUAL_DEPTH):
        if len(brackets) <= DEEPEST:
            return False
        brackets = brackets.replace(b"[]", b"")
    return len(brackets) > DEEPEST


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            item
            for holder in level
            if isinstance(holder, (dict, list))
            for item in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError(f"{name} is not JSON")
