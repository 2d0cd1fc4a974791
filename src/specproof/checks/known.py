"""Known failures while pytest runs: how their cases are reported, and what is said of the baseline at the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from .baseline import Accepted, Baseline, Ours, Seen
from .causes import FailureKey
from .judgement import Judgement
from .outcome import FAILURE_KEY, KNOWN, CaseNotes, CheckFailure

SINCE = "known since the baseline: "
MOST_LINES = 10
MOST_CASES = 3


def as_known(report: pytest.TestReport, failure: BaseException | None, judgement: Judgement) -> None:
    """A case all of whose failures are known is reported as pytest reports an expected failure: it counts neither way."""
    if report.when != "call":
        return
    notes = CaseNotes(id=_case_of(report), properties=report.user_properties, judgement=judgement)
    if isinstance(failure, CheckFailure) and notes.accept(failure):
        report.outcome = "skipped"  # Nothing was answered: the case ended there.
    known = [str(value) for name, value in report.user_properties if name == KNOWN]
    if known and report.outcome != "failed":
        report.outcome = "skipped"
        report.wasxfail = SINCE + "; ".join(known)


def seen_in(reports: Iterable[pytest.TestReport]) -> Seen:
    """What the reports of a run say."""
    cases_of: dict[FailureKey, dict[str, None]] = {}
    judged: dict[str, bool] = {}
    for report in reports:
        case = _case_of(report)
        if report.when == "call" or not report.passed:
            # A case of several rows is judged where all of them are.
            judged[case] = judged.get(case, True) and (report.passed or hasattr(report, "wasxfail"))
        for name, value in report.user_properties:
            if name == FAILURE_KEY:
                cases_of.setdefault(FailureKey(*json.loads(str(value))), {})[case] = None
    return Seen({key: tuple(cases) for key, cases in cases_of.items()}, {case for case, whole in judged.items() if whole})


def baseline_lines(reports: Iterable[pytest.TestReport], judgement: Judgement, suite: Ours, target: str) -> Iterator[str]:
    """What is known, the most frequent first, and what of the baseline is mended; ``target`` is the file that was written, "" for none."""
    reports = list(reports)
    seen = seen_in(reports)
    if target:
        yield f"The baseline {target} holds what failed in this run: it fails nothing from now on."
    counts: Counter[str] = Counter()
    for known in {(report.nodeid, str(value)) for report in reports for name, value in report.user_properties if name == KNOWN}:
        counts[known[1]] += 1
    if counts:
        cases = counts.total()
        yield f"{cases} {'failure is' if cases == 1 else 'failures are'} known since the baseline and not counted:"
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        yield from (f"{count}x  {text}" for text, count in ordered[:MOST_LINES])
        if len(ordered) > MOST_LINES:
            yield f"and {len(ordered) - MOST_LINES} more (see the properties in --junitxml)"
    if judgement.baseline and not target:
        yield from mended_lines(judgement.baseline, judgement.baseline.mended(seen, suite))


def mended_lines(baseline: Baseline, mended: Sequence[Accepted]) -> Iterator[str]:
    """What of a baseline does not occur any more; of an entry that still occurs elsewhere, in which cases."""
    if not mended:
        return
    entries = "1 entry of the baseline is" if len(mended) == 1 else f"{len(mended)} entries of the baseline are"
    in_part = [entry for entry in mended if entry.count < len(baseline.entries[entry.key].cases)]
    extent = ", or some of their cases" if in_part and len(mended) > 1 else " in some of its cases" if in_part else ""
    yield f"{entries} mended{extent}: rewrite it with --write-baseline {baseline.path}"
    for entry in mended[:MOST_LINES]:
        more = f" and {entry.count - MOST_CASES} more" if entry.count > MOST_CASES else ""
        yield f"mended: {entry.key}" + (f" (in {', '.join(entry.cases[:MOST_CASES])}{more})" if entry in in_part else "")
    if len(mended) > MOST_LINES:
        yield f"and {len(mended) - MOST_LINES} more"


def write_baseline(target: Path, reports: Iterable[pytest.TestReport], suite: Ours) -> None:
    """Write what the run has seen into ``target``. Raises ``OSError``, and ``BaselineError`` where there is something else."""
    before = Baseline.load(target) if target.exists() else Baseline(target, {})
    before.renewed(seen_in(reports), suite).write()


def _case_of(report: pytest.TestReport) -> str:
    """The id of the case that a report is about; "" of a test that somebody added."""
    return next((str(value) for name, value in report.user_properties if name == "specproof_case"), "")
