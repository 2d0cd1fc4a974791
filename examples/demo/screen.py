"""What the demo shows: plain lines everywhere, and a moving progress display on a terminal."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence

from examples.bookshop.bugs import Bug
from examples.demo.verdict import Outcome, Verdict
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Screen:
    """Lines on stdout. All text of others is escaped: nothing that a document or an answer holds becomes markup."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the demo began."""
        return time.monotonic() - self._started

    def line(self, text: str = "", style: str = "") -> None:
        """One line, never wrapped: a command must stay one that can be copied."""
        self._console.print(escape(text), style=style or None, soft_wrap=True)

    def title(self, text: str) -> None:
        """The head of a part."""
        self.line()
        self.line(text, "bold")

    def done(self, step: str, detail: str = "") -> None:
        """A step that was reached."""
        self._console.print(f"  [green]✓[/] {escape(f'{step:<22}')} [dim]{escape(detail)}[/]", soft_wrap=True)

    def failed(self, message: str) -> None:
        """Why the demo ends here."""
        self.line()
        self.line("The demo failed:", "bold red")
        self.line(message, "red")

    @contextlib.contextmanager
    def moving(self) -> Iterator[Movement]:
        """A progress display for the time of the block; off a terminal there is none."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True, disable=not self._console.is_terminal) as progress:
            yield Movement(progress)

    def verdict(self, verdict: Verdict) -> None:
        """Each bug, with what the suite says of it."""
        for bug, outcomes in verdict.found:
            if outcomes:
                self._bug(bug, outcomes[0], len(outcomes))

    def _bug(self, bug: Bug, outcome: Outcome, count: int) -> None:
        others = f"  (and {count - 1} more case{'s' if count > 2 else ''})" if count > 1 else ""
        self.line()
        self._console.print(
            f"  [red]✗[/] [bold]{escape(outcome['operation'])}[/]  {escape(outcome['check'])}{others}", soft_wrap=True
        )
        rows = (
            ("seeded bug", f"{bug.kind.value}: {bug.description}"),
            ("expected", outcome["expected"]),
            ("actual", outcome["actual"]),
        )
        for name, text in rows:
            self._rows(name, str(text).splitlines() or [""])
        self.line("    reproduce")
        self.line(outcome["curl"])  # at the margin: blanks before a line would be wrong where a quoted text goes on

    def _rows(self, name: str, lines: Sequence[str]) -> None:
        for number, text in enumerate(lines):
            self.line(f"    {name if number == 0 else '':<11}{text}")


class Movement:
    """The moving line: what is going on, and how far it has come."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def show(self, what: str, completed: int = 0, total: int | None = None) -> None:
        """Say what is going on; ``total`` None where nobody knows."""
        self._progress.update(self._task, description=escape(what), completed=completed, total=total)
