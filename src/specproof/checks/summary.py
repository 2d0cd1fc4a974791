"""What a run says at its end: failures of one cause once, the remarks, which fail nothing, and an API that was silent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from .causes import Failed, cause_groups
from .retrying import MOST_RETRIES, NOT_AGAIN, NOTE

MOST_LINES = 19  # and one that says what they are
LONGEST_LINE = 200
MOST_OPERATIONS = 2
_OPERATION = re.compile(r"(?P<lead>could not clean up: )?(?P<operation>[A-Z]+ /\S*): (?P<rest>.*)")
# What the API answered differs from case to case: remarks are grouped by what stands before it.
_ANSWER = re.compile(r"(, (no body|[\w.+-]+/[\w.+-]+)|: [\[{\"]).*")
_SILENT = re.compile(r"the API at (?P<url>\S+) did not answer")


@dataclass(slots=True)
class Group:
    """Remarks that say the same: the operations that they are about, and the cases in which they were made."""

    operations: dict[str, None] = field(default_factory=dict)
    cases: set[str] = field(default_factory=set)

    def line(self, text: str) -> str:
        """``3x  401 without WWW-Authenticate (GET /a, POST /b and 1 more)``."""
        shown = ", ".join(list(self.operations)[:MOST_OPERATIONS])
        more = len(self.operations) - MOST_OPERATIONS
        named = f" ({shown}{f' and {more} more' if more > 0 else ''})" if shown else ""
        line = f"{len(self.cases)}x  {text}"
        room = max(LONGEST_LINE - len(named), LONGEST_LINE // 4)
        return (line if len(line) <= room else f"{line[:room]}...") + named


def remark_lines(reports: Iterable[pytest.TestReport]) -> list[str]:
    """The remarks of all reports, those that say the same together, the most frequent first; at most 19 lines.

    Each phase of a case repeats what the earlier ones noted: a remark counts once in a case.
    """
    groups: dict[str, Group] = {}
    for report in reports:
        for name, value in report.user_properties:
            if name != "specproof_remark":
                continue
            found = _OPERATION.fullmatch(str(value))
            text = f"{found['lead'] or ''}{found['rest']}" if found else str(value)
            group = groups.setdefault(_ANSWER.sub("", text), Group())
            group.cases.add(report.nodeid)
            if found:
                group.operations[found["operation"]] = None
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1].cases), pair[0]))
    lines = [group.line(text) for text, group in ordered]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"and {len(lines) - MOST_LINES + 1} more (see the properties in --junitxml)"]
    return lines


@dataclass(slots=True)
class ShownOnce:
    """The failures of a run while pytest shows them: of those that have one cause only the first, which says where the others are."""

    aside: list[pytest.TestReport] = field(default_factory=list)
    _texts: list[tuple[pytest.TestReport, Any]] = field(default_factory=list)

    def begin(self, shown: list[pytest.TestReport], own: Iterable[pytest.TestReport]) -> None:
        """Take the repeated ones of ``own`` out of what is ``shown``."""
        failures = [report for report in own if report.when == "call"]
        for group in cause_groups(_failed(report) for report in failures):
            if group.elsewhere:
                first = failures[group.positions[0]]
                self._texts.append((first, first.longrepr))
                first.longrepr = f"{first.longrepr}\n  {group.elsewhere}"
                self.aside += [failures[position] for position in group.positions[1:]]
        shown[:] = [report for report in shown if not any(report is one for one in self.aside)]

    def end(self, shown: list[pytest.TestReport]) -> None:
        """Put them back: they count, and each has its line in what follows."""
        if self.aside:
            shown[:] = sorted([*shown, *self.aside], key=lambda report: getattr(report, "start", 0.0))
        for report, text in self._texts:
            report.longrepr = text
        self.aside.clear()
        self._texts.clear()


def _failed(report: pytest.TestReport) -> Failed:
    said = {name: str(value) for name, value in report.user_properties}
    texts = (said.get(f"specproof_{name}", "") for name in ("case", "operation", "check", "cause"))
    return Failed(*texts)


def unretried(reports: Iterable[pytest.TestReport]) -> str:
    """A sentence about the failures that were not run again; "" if all were."""
    count = len({report.nodeid for report in reports if (NOTE, NOT_AGAIN) in [tuple(pair) for pair in report.user_properties]})
    if not count:
        return ""
    failures = "1 failure was" if count == 1 else f"{count} failures were"
    return f"{failures} not run again alone: a session runs {MOST_RETRIES} again at most."


def silence(reports: Iterable[pytest.TestReport]) -> str:
    """A sentence about the API that did not answer; "" if it always did."""
    silent: dict[str, set[str]] = {}
    for report in reports:
        for text in _reasons(report):
            if found := _SILENT.search(text):
                silent.setdefault(found["url"], set()).add(report.nodeid)
    return " ".join(
        f"{len(cases)} {'case was' if len(cases) == 1 else 'cases were'} not judged: the API at {url} did not answer. "
        "Is it running, and is --api-url right?"
        for url, cases in silent.items()
    )


def _reasons(report: pytest.TestReport) -> Iterator[str]:
    """Why a case failed or was skipped."""
    if report.skipped and isinstance(report.longrepr, (tuple, list)):
        yield str(report.longrepr[-1])
    if report.failed:
        yield from (str(value) for name, value in report.user_properties if name == "specproof_actual")
