"""Our suites and schemathesis against real services: ``python -m benchmarks.peers --write`` makes a section of ``docs/peers.md``."""

from __future__ import annotations

import argparse
import functools
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.page import write_section
from benchmarks.peers.counting import Counts, Operations, counted, counting_proxy
from benchmarks.peers.judgements import JUDGEMENTS, false_reports, judgement_of
from benchmarks.peers.tools import LIMIT_SECONDS, OURS, OURS_WITH_FEW, THEIRS, Said, run_ours, run_theirs
from benchmarks.services import SERVICES
from benchmarks.services.starting import Service, document_of, started

PAGE = Path(__file__).parents[2] / "docs" / "peers.md"
SHOWN = 140
A_FIFTH = 5
Tool = Callable[[Mapping[str, Any], str, str, Path], Said]


@dataclass(frozen=True, slots=True)
class Compared:
    """One tool at one service."""

    service: str
    tool: str
    operations: frozenset[str]
    counts: Counts
    said: Said

    @property
    def failing(self) -> frozenset[str]:
        """Operations that the tool reports."""
        return frozenset(report.operation for report in self.said.reports) & self.operations


def compared(service: Service, name: str, tool: Tool) -> Compared:
    """Start the service, let the tool at it through the proxy, and count."""
    with started(service) as upstream, tempfile.TemporaryDirectory(prefix="specproof-peers-") as folder:
        operations = Operations(document_of(service, upstream, upstream), service.base_path)
        with counting_proxy(upstream, operations.of) as proxy:
            document = document_of(service, upstream, proxy.url)
            said = tool(document, proxy.url + service.base_path, service.credential, Path(folder))
            return Compared(service.name, name, operations.labels, counted(proxy.exchanges), said)


def compared_tools(service: Service) -> Iterator[Compared]:
    """Schemathesis, ours, and ours with a fifth of the requests that schemathesis has sent."""
    theirs = compared(service, THEIRS, run_theirs)
    yield theirs
    yield compared(service, OURS, run_ours)
    fewer = functools.partial(run_ours, max_requests=theirs.counts.requests // A_FIFTH)
    yield compared(service, OURS_WITH_FEW, fewer)


def table(found: Sequence[Compared]) -> Iterator[str]:
    """One line for each tool and service."""
    yield "| service | operations | tool | answered 2xx | with a 5xx | reported | requests | seconds | false reports |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in found:
        counts = [len(one.counts.accepted), len(one.counts.crashed), len(one.failing), one.counts.requests]
        judged = false_reports(one.service, one.tool, one.said.reports)
        note = f" ({one.said.note.partition(',')[0]})" if one.said.note else ""
        cells = [one.service, len(one.operations), one.tool + note, *counts, f"{one.said.seconds:.0f}", judged]
        yield f"| {' | '.join(map(str, cells))} |"


def differences(found: Sequence[Compared]) -> Iterator[str]:
    """Which operations one tool reports, or sees crash, and the other does not."""
    for one in found:
        others = [other for other in found if other.service == one.service and {one.tool, other.tool} == {OURS, THEIRS}]
        for other in others:
            for words, mine, theirs in (
                ("reports", one.failing, other.failing),
                ("sees a 5xx at", one.counts.crashed, other.counts.crashed),
            ):
                missed = sorted(mine - theirs)
                if missed:
                    listed = ", ".join(f"`{label}`" for label in missed)
                    yield f"- {one.service}: {one.tool} {words} {len(missed)} that {other.tool} does not: {listed}."


def judged(found: Sequence[Compared]) -> Iterator[str]:
    """Why reports are true or false, by kind; those that nobody has judged one by one."""
    yield "| service | tool | reports | verdict | why |"
    yield "|---|---|---|---|---|"
    for one in found:
        verdicts = [(judgement_of(one.service, one.tool, report), report) for report in one.said.reports]
        for judgement in JUDGEMENTS:
            count = sum(1 for verdict, _ in verdicts if verdict is judgement)
            if count:
                yield f"| {one.service} | {one.tool} | {count} | {'false' if judgement.is_false else 'true'} | {judgement.reason} |"
        for verdict, report in verdicts:
            if verdict is None:
                shown = _printable(f"{report.check}: {report.case}: {report.actual}")
                yield f"| {one.service} | {one.tool} | 1 | not judged | `{_printable(report.operation)}` {shown} |"


def _printable(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)[:SHOWN]
    return shown.replace("|", "\\|").replace("<", "&lt;").replace("`", "'")


def lines(found: Sequence[Compared]) -> list[str]:
    """The whole section."""
    head = f"{os.cpu_count()} cores, Python {platform.python_version()}; {LIMIT_SECONDS} s for each tool."
    return [head, "", *table(found), "", *differences(found), "", *judged(found)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare and print; with ``--write`` keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--service", action="append", default=[], choices=[service.name for service in SERVICES])
    options = parser.parse_args(arguments)
    if options.write and options.service:
        parser.error("the page shows every service")
    found: list[Compared] = []
    for service in SERVICES:
        if not options.service or service.name in options.service:
            for one in compared_tools(service):
                found.append(one)
                print(list(table([one]))[-1], flush=True)
    section = lines(found)
    print("\n".join(["", *section]))
    if options.write:
        write_section("peers", section, PAGE)


if __name__ == "__main__":
    main()
