"""Texts that are safe to paste into a POSIX shell: whatever they hold stays inert, only our own variables are filled in."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

# One word of a command may hold 128 KiB on Linux.
LONGEST_WORD = 100_000
_ESCAPES: Final = {"\\": "\\\\", "\r": "\\r", "\n": "\\n", "\t": "\\t"}
# Nobody can guess it, so no text of a document or an answer can name a variable of ours. Drawn once per process.
_SECRET_NUMBER: Final = str(10**30 + int.from_bytes(os.urandom(12)))
_SLOT: Final = re.compile(_SECRET_NUMBER + r"(\d{6})")


class Variable(NamedTuple):
    """A shell variable where a piece of text could stand."""

    name: str


Piece: TypeAlias = "str | Variable"


class Slots:
    """Holds the places of shell variables in a request while it is laid out.

    A slot is a long number: percent-encoding, JSON and headers all leave it as it is. ``secrets`` maps the name of a variable to
    the secret that it holds, which is never written out.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._names: list[str] = []
        self._variables = {secret: name for name, secret in secrets.items()}
        longest_first = sorted(self._variables, key=len, reverse=True)
        self._secret = re.compile(f"({'|'.join(map(re.escape, longest_first))})") if longest_first else None

    def slot(self, name: str) -> int:
        """What stands for the variable ``name`` until :meth:`pieces` finds it."""
        if name not in self._names:
            self._names.append(name)
        return int(f"{_SECRET_NUMBER}{self._names.index(name):06d}")

    def pieces(self, text: str) -> list[Piece]:
        """``text`` with variables where slots and secrets were."""
        found: list[Piece] = []
        for turn, part in enumerate(_SLOT.split(text)):
            if turn % 2:
                found.append(Variable(self._names[int(part)]))
            else:
                found += self._without_secrets(part)
        return found

    def _without_secrets(self, text: str) -> list[Piece]:
        parts = self._secret.split(text) if self._secret else [text]
        return [Variable(self._variables[part]) if turn % 2 else part for turn, part in enumerate(parts) if part]


def word(pieces: Sequence[Piece]) -> str:
    """One word of a command."""
    if len(pieces) > 1 and all(isinstance(piece, Variable) or re.fullmatch(r"[\w %+,./:;=?&@-]*", piece) for piece in pieces):
        following = [*pieces[1:], ""]
        return '"' + "".join(_between_quotes(piece, after) for piece, after in zip(pieces, following, strict=True)) + '"'
    return "".join(f'"${piece.name}"' if isinstance(piece, Variable) else literal(piece) for piece in pieces) or "''"


def literal(text: str) -> str:
    """``text`` quoted. Characters that a terminal or an editor would act upon are spelt, as ``"$(printf '\\033')"``."""
    runs = ((showable, "".join(run)) for showable, run in groupby(text, _is_showable))
    return "".join(shlex.quote(run) if showable else f"\"$(printf '{_octal(run)}')\"" for showable, run in runs) or "''"


def printed(pieces: Sequence[Piece]) -> str:
    """A command that prints ``pieces``: for what is too long for a word, or holds what no word can."""
    form = "".join("%s" if isinstance(piece, Variable) else "%b" for piece in pieces)
    words = [f'"${piece.name}"' if isinstance(piece, Variable) else shlex.quote(_escaped(piece)) for piece in pieces]
    return " ".join([f"printf '{form}'", *words])


def fits_a_word(text: str) -> bool:
    """Whether ``text`` can stand in a command and is readable there."""
    return len(text.encode("utf-8", "surrogateescape")) <= LONGEST_WORD and "\0" not in text and "\r" not in text


def _between_quotes(piece: Piece, after: Piece) -> str:
    if not isinstance(piece, Variable):
        return piece
    is_open = isinstance(after, str) and re.match(r"\w", after)
    return f"${{{piece.name}}}" if is_open else f"${piece.name}"


def _is_showable(char: str) -> bool:
    return char.isprintable() or char == "\n"


def _escaped(text: str) -> str:
    """``text`` for the ``%b`` of printf, which wants a zero before octal digits."""
    return "".join(_ESCAPES.get(char) or (char if char.isprintable() else _octal(char, "\\0")) for char in text)


def _octal(text: str, prefix: str = "\\") -> str:
    return "".join(f"{prefix}{byte:03o}" for byte in text.encode("utf-8", "surrogateescape"))
