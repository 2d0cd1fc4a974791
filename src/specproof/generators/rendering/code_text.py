"""The typed exits from plan values to Python source: :func:`py`, :func:`ident`, :func:`comment`, :func:`docstring`.

Nothing else makes a :class:`PythonCode`, and only :class:`PythonCode` (with ``bool``, ``int`` and ``None``) leaves a template. All
source is ASCII, so that no bidi control, homoglyph or surrogate reaches it.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from specproof.domain.plans import Fresh, FromStep, PlanValue
from specproof.openapi.text import UntrustedText

STRING_WIDTH: Final = 84
NARROWEST: Final = 24
INDENT: Final = 4
RUN_LENGTH: Final = 24
TEXT_LIMIT: Final = 96
IDENTIFIER_LIMIT: Final = 120
ALPHABETS: Final = {
    "abcdefghijklmnopqrstuvwxyz": "LOWER",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ": "UPPER",
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ": "LETTERS",
    "0123456789": "DIGITS",
    "0123456789abcdef": "HEX",
    "abcdefghijklmnopqrstuvwxyz0123456789": "ALNUM",
}
"""The alphabets that ``checks/fresh.py`` names."""
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN = re.compile(r"[ !#-\[\]-~]*")
"""Texts that stand in a literal as they are."""
_RUN = re.compile(rf"(.)\1{{{RUN_LENGTH - 1},}}", re.DOTALL)


class PythonCode:
    """A piece of Python source that one of the exits made. Not a ``str``, so that no filter can mix it with text unseen."""

    __slots__ = ("_source",)

    def __init__(self, source: str) -> None:
        self._source = source

    def __str__(self) -> str:
        return self._source

    def __repr__(self) -> str:
        return f"PythonCode({self._source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PythonCode) and other._source == self._source

    def __hash__(self) -> int:
        return hash(self._source)


@dataclass(slots=True)
class ValueWriter:
    """Writes plan values as expressions and notes which names they use.

    ``is_lenient``: values that are absent stay absent. ``is_row``: the expression stands in a table, so new strings are drawn later.
    """

    names: set[str] = field(default_factory=set)
    is_lenient: bool = False
    is_row: bool = False

    def expression(self, value: PlanValue | UntrustedText | tuple[PlanValue, ...], depth: int = 0) -> str:
        """``value`` as an ASCII expression. Raises TypeError for anything that is no plan value."""
        if isinstance(value, (str, UntrustedText)):
            return text_literal(_text(value), depth)
        if isinstance(value, dict):
            members = [f"{self.expression(key, depth + 1)}: {self.expression(item, depth + 1)}" for key, item in value.items()]
            return "{" + ", ".join(members) + "}"
        if isinstance(value, (list, tuple)):
            items = ", ".join(self.expression(item, depth + 1) for item in value)
            return f"({items}{',' if len(value) == 1 else ''})" if isinstance(value, tuple) else f"[{items}]"
        if isinstance(value, FromStep):
            return self._from_step(value, depth)
        if isinstance(value, Fresh):
            return self._fresh(value, depth)
        return _number(value)

    def _from_step(self, value: FromStep, depth: int) -> str:
        step = identifier(value.step)
        self.names.add(step)
        if value.header:
            return f"{step}.header({text_literal(value.header, depth + 1)})"
        if value.sent and not value.pointer and not self.is_lenient:
            return f"{step}.sent"
        pointer = text_literal(value.pointer, depth + 1)
        if self.is_lenient:
            return f"{step}.find({pointer}{', sent=True' if value.sent else ''})"
        return f"{step}.{'sent_at' if value.sent else 'at'}({pointer})"

    def _fresh(self, value: Fresh, depth: int) -> str:
        word = "fresh_number" if value.is_number else "Fresh" if self.is_row else "fresh"
        self.names.add(word)
        parts = []
        for part in value.parts:
            if isinstance(part, str):
                parts.append(text_literal(part, depth + 1))
                continue
            alphabet, count = part
            name = ALPHABETS.get(alphabet)
            if name:
                self.names.add(name)
            parts.append(f"({name or text_literal(alphabet, depth + 2)}, {int(count)})")
        return f"{word}({', '.join(parts)})"


def _number(value: float | None) -> str:
    """A number, ``None``, ``True`` or ``False`` as source. Raises TypeError for anything else."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        # str() refuses integers of more than 4300 digits.
        return hex(value) if abs(value) >= 10**1000 else str(value)
    if not isinstance(value, float):
        raise TypeError(f"a {type(value).__name__} is no plan value")
    if math.isfinite(value):
        return repr(value)
    return 'float("nan")' if math.isnan(value) else 'float("inf")' if value > 0 else 'float("-inf")'


def text_literal(text: str, depth: int = 0) -> str:
    """``text`` as an ASCII string expression: long runs as ``"x" * 200``, long literals in several pieces so that lines stay short."""
    if len(text) < RUN_LENGTH and _PLAIN.fullmatch(text):
        return f'"{text}"'
    width = max(NARROWEST, STRING_WIDTH - INDENT * depth)
    terms: list[str] = []
    end = 0
    for run in _RUN.finditer(text):
        if run.start() > end:
            terms.append(_pieces(text[end : run.start()], width))
        terms.append(f'"{_escaped(run.group(1))}" * {len(run.group())}')
        end = run.end()
    if end < len(text) or not terms:
        terms.append(_pieces(text[end:], width))
    return terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"


def argument_literal(text: str, depth: int = 0) -> str:
    """``text`` as the only argument of a call: the parentheses of the call are enough for several pieces."""
    literal = text_literal(text, depth)
    return literal[1:-1] if literal.startswith("(") else literal


@lru_cache(maxsize=8192)
def identifier(text: str, prefix: str = "x") -> str:
    """A legal identifier in ASCII: ``text`` itself if it is one, else a slug, with a digest where the slug lost something.

    Never a keyword, a builtin, a name with two leading underscores, or longer than 120 characters.
    """
    slug = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_")
    if slug != text or not slug or len(slug) > IDENTIFIER_LIMIT:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        slug = "_".join(part for part in (slug[:60].strip("_"), digest) if part)
    if not slug[0].isalpha():
        slug = f"{prefix}_{slug}"
    if keyword.iskeyword(slug) or keyword.issoftkeyword(slug) or hasattr(builtins, slug):
        slug = f"{prefix}_{slug}"
    return slug


def plain_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """One line of printable ASCII without quotes and backslashes that could end a literal; runs of other characters become ``...``."""
    if len(text) <= limit and _PLAIN.fullmatch(text):
        return " ".join(text.split())
    kept = "".join(char if " " <= char <= "~" else " " if char.isspace() else "\0" for char in text[: limit * 8])
    kept = re.sub(r"\0[\0 ]*", "... ", kept).replace("\\", "/").replace('"', "'")
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 3].rstrip() + "..."


def py(value: PlanValue | UntrustedText | tuple[PlanValue, ...]) -> PythonCode:
    """The filter ``|py``: a value as an expression."""
    return PythonCode(ValueWriter().expression(value))


def ident(value: str | UntrustedText | PythonCode, prefix: str = "x") -> PythonCode:
    """The filter ``|ident``: a name as an identifier."""
    return value if isinstance(value, PythonCode) else PythonCode(identifier(_text(value), prefix))


def comment(value: str | UntrustedText | PythonCode, limit: int = TEXT_LIMIT) -> PythonCode:
    """The filter ``|comment``: a text as one line of a comment."""
    return PythonCode(plain_text(_text(value), limit))


def docstring(value: str | UntrustedText | PythonCode, limit: int = TEXT_LIMIT) -> PythonCode:
    """The filter ``|docstring``: a text as one line inside triple quotes; never empty, and with an end like a sentence's."""
    text = plain_text(_text(value), limit - 1) or "A case of this suite"
    return PythonCode(text if text[-1] in ".!?" else f"{text}.")


def joined(parts: Iterable[PythonCode], separator: str = ", ") -> PythonCode:
    """Code put together from code."""
    return PythonCode(separator.join(str(part) for part in parts))


def _text(value: str | UntrustedText | PythonCode) -> str:
    if isinstance(value, UntrustedText):
        return value.raw()
    if isinstance(value, (str, PythonCode)):
        return str(value)
    raise TypeError(f"a {type(value).__name__} is no text")


def _pieces(text: str, width: int) -> str:
    """One string literal, or several side by side in parentheses."""
    if _PLAIN.fullmatch(text):
        pieces = [text[start : start + width] for start in range(0, len(text), width)] or [""]
    else:
        pieces = [""]
        for char in text:
            escaped = _escaped(char)
            if len(pieces[-1]) + len(escaped) > width:
                pieces.append("")
            pieces[-1] += escaped
    quoted = [f'"{piece}"' for piece in pieces]
    return quoted[0] if len(quoted) == 1 else f"({' '.join(quoted)})"


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if " " <= char <= "~":
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
