"""How commands speak: results on stdout (text or ``--json``), progress and errors on stderr."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TextIO

from specproof.cli.hints import hint_of
from specproof.errors import SpecProofError

COMMANDS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of control, direction and line-separating characters."""
STYLES = {"bold": "\x1b[1m", "red": "\x1b[31m", "yellow": "\x1b[33m", "end": "\x1b[0m"}
"""What sets a terminal to a style."""


class Output:
    """Writes a command's result either for people or as one JSON document."""

    def __init__(self, *, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    def result(self, document: Mapping[str, object], lines: Sequence[str]) -> None:
        """The command's result: ``document`` with ``--json``, else ``lines``."""
        text = json.dumps(document, ensure_ascii=False, indent=2) if self.as_json else "\n".join(map(harmless, lines))
        print(text, file=self._out, flush=True)

    def styled(self, document: Mapping[str, object], lines: Sequence[tuple[str, str]]) -> None:
        """As :meth:`result`, each line with a style of :data:`STYLES`: coloured on a terminal, unless ``NO_COLOR`` is set."""
        if self.as_json or not self._out.isatty() or os.environ.get("NO_COLOR"):
            self.result(document, [text for _, text in lines])
            return
        for style, text in lines:
            start, end = (STYLES[style], STYLES["end"]) if style else ("", "")
            print(f"{start}{harmless(text)}{end}", file=self._out, flush=True)

    def line(self, text: str) -> None:
        """One line of a stream of results (people only)."""
        if not self.as_json:
            print(harmless(text), file=self._out, flush=True)

    def error(self, error: SpecProofError) -> None:
        """What went wrong, where, and what to do. With ``--json`` as a problem object on stderr."""
        if self.as_json:
            problem = {"code": error.code, "detail": error.message, "at": error.at, "hint": hint_of(error)}
            print(json.dumps(problem, ensure_ascii=False), file=self._err, flush=True)
            return
        print(harmless(f"error: {error} [{error.code}]"), file=self._err, flush=True)
        hint = hint_of(error)
        if hint:
            print(harmless(f"  hint: {hint}"), file=self._err, flush=True)

    @contextmanager
    def progress(self, text: str) -> Iterator[Progress]:
        """A spinner on a terminal; nothing elsewhere."""
        if self.as_json or not self._err.isatty():
            yield Progress(None)
            return
        from rich.console import Console

        with Console(file=self._err).status(text) as status:
            yield Progress(status.update)


class Progress:
    """Changes the text of a running progress display."""

    def __init__(self, update: object) -> None:
        self._update = update

    def __call__(self, text: str) -> None:
        """Show ``text`` from now on."""
        if callable(self._update):
            self._update(text)


def harmless(text: str) -> str:
    """``text`` without what commands a terminal or turns its lines around: documents and answers are foreign text."""
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in COMMANDS else f"\\u{ord(char):04x}" for char in text
    )


def table(rows: Sequence[Sequence[str]], header: Sequence[str]) -> list[str]:
    """Rows as aligned text; wide characters count double."""
    cells = [list(header), *[list(row) for row in rows]]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
