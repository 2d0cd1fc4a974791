"""Text that came from outside, in a type that cannot slip into a string.

A specification is hostile input that becomes code. :class:`UntrustedText` is deliberately *not* a ``str``: formatting,
concatenating or joining it raises, so that the only ways out are the ones that name what they do (:meth:`UntrustedText.raw` for
validators, JSON writers and wire values; the renderer's three filters for code).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Never


@dataclass(frozen=True, slots=True, order=True)
class UntrustedText:
    """One text of a specification or a delivery."""

    _value: str

    def raw(self) -> str:
        """The text itself. Callers promise that it goes to a wire, a JSON document or a comparison, never to code."""
        return self._value

    def printable(self, limit: int = 120) -> str:
        """One line for people (terminal, log, finding): no control or bidi characters, at most ``limit`` characters."""
        text = self._value
        if not (text.isascii() and text.isprintable()):
            text = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
        text = " ".join(text.split())
        return text if len(text) <= limit else text[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return f"UntrustedText({len(self._value)} characters)"

    def _refuse(self, *_: object) -> Never:
        raise TypeError("UntrustedText does not become a str by itself: use a render filter, .raw() or .printable()")

    __str__ = _refuse
    __format__ = _refuse
    __add__ = _refuse
    __radd__ = _refuse
    __mod__ = _refuse
    __rmod__ = _refuse
    __iter__ = _refuse
    __getitem__ = _refuse
    __contains__ = _refuse
