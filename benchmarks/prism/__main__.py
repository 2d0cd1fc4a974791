"""Our suites against Prism: ``python -m benchmarks.prism --write`` makes the section ``prism`` of ``docs/peers.md``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.compatibility import CORPUS, documents

from benchmarks.page import write_section
from benchmarks.prism.judgements import DOCUMENT, OURS, PRISM, sorted_failures
from benchmarks.prism.measuring import Measured, measured

PAGE = Path(__file__).parents[2] / "docs" / "peers.md"
PINNED = Path(__file__).with_name("package.json")


def version() -> str:
    """The version of Prism that is measured."""
    found = json.loads(PINNED.read_text(encoding="utf-8"))["dependencies"]["@stoplight/prism-cli"]
    return str(found)


def table(found: Sequence[Measured]) -> Iterator[str]:
    """The documents one by one, and all together."""
    served = [one for one in found if not one.refusal]
    yield "| document | operations | cases | passed | failed | blamed on us | remarks | skipped | Prism died | seconds |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for one in found:
        yield _refused(one) if one.refusal else _row(one)
    counts = [sum(getattr(one, name) for one in served) for name in ("operations", "cases", "passed")]
    failed = sum(len(one.failures) for one in served)
    rest = [sum(getattr(one, name) for one in served) for name in ("remarks", "skipped", "deaths")]
    ours = sum(_blamed_on_us(one) for one in served)
    cells = [*counts, failed, ours, *rest, f"{sum(one.seconds for one in served):.0f}"]
    yield f"| all {len(served)} that are served | {' | '.join(map(str, cells))} |"


def _row(one: Measured) -> str:
    operations = str(one.operations) + (f" of {one.all_operations}" if one.all_operations > one.operations else "")
    cells = [
        one.cases,
        one.passed,
        len(one.failures),
        _blamed_on_us(one),
        one.remarks,
        one.skipped,
        one.deaths,
        f"{one.seconds:.0f}",
    ]
    note = "" if one.status.split()[0] in ("passed", "failed") else f" ({_printable(one.status)})"
    return f"| {one.name}{note} | {operations} | {' | '.join(map(str, cells))} |"


def _refused(one: Measured) -> str:
    return f"| {one.name} | {one.all_operations} | not served: {_printable(one.refusal)} | | | | | | | |"


def _blamed_on_us(one: Measured) -> int:
    """Failures that are our fault, or that nobody has judged."""
    groups = sorted_failures((one.name, outcome) for outcome in one.failures)
    return sum(len(group) for judgement, group in groups.items() if judgement is None or judgement.whose == OURS)


def causes(found: Sequence[Measured]) -> Iterator[str]:
    """Why cases failed, by whose fault it is."""
    groups = sorted_failures((one.name, outcome) for one in found for outcome in one.failures)
    yield "| whose fault | cases | documents | what | evidence |"
    yield "|---|---|---|---|---|"
    for whose in (PRISM, DOCUMENT, OURS):
        for judgement, group in groups.items():
            if judgement is not None and judgement.whose == whose:
                places = ", ".join(sorted({name.split("-")[0] for name, _ in group}))
                yield f"| {whose} | {len(group)} | {places} | {judgement.words} | {judgement.evidence} |"
    for name, outcome in groups.get(None, ()):
        yield f"| **not judged** | 1 | {name.split('-')[0]} | `{_printable(outcome.case_id)}` | {outcome.check}: {_printable(outcome.actual)} |"


def lines(found: Sequence[Measured], mode: str) -> list[str]:
    """The whole section."""
    return [f"Prism {version()}, {mode}.", "", *table(found), "", *causes(found)]


def _printable(text: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in text)[:160]
    return shown.replace("|", "\\|").replace("<", "&lt;").replace("`", "'")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; with ``--write`` keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", action="append", default=[], help="documents whose name begins so")
    parser.add_argument("--dynamic", action="store_true", help="let Prism invent its answers instead of taking examples")
    parser.add_argument("--stateful", action="store_true", help="judge Prism as an API that remembers: it is none")
    options = parser.parse_args(arguments)
    if not CORPUS.is_dir():
        raise SystemExit("the shared corpus is not here (set SPECPROOF_CORPUS)")
    if options.write and (options.only or options.dynamic or options.stateful):
        parser.error("the page shows every document, with examples and without a memory")
    found = []
    for path in documents():
        if options.only and not path.relative_to(CORPUS).as_posix().startswith(tuple(options.only)):
            continue
        found.append(measured(path, is_stateless=not options.stateful, is_dynamic=options.dynamic))
        print(_refused(found[-1]) if found[-1].refusal else _row(found[-1]), flush=True)
    section = lines(found, "its answers invented" if options.dynamic else "its answers from examples")
    print("\n".join(["", *section]))
    if options.write:
        write_section("prism", section, PAGE)


if __name__ == "__main__":
    main()
