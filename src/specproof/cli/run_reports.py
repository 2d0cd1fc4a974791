"""What ``run`` says of a run: as text for people, and as one JSON document."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from specproof.domain.runs import Outcome, OutcomeKind, RunResult, RunStatus
from specproof.execution.baselines import entries_of
from specproof.execution.failures import FailureGroup, cause_of_failure, failure_groups, wfc_number
from specproof.execution.targets import about_target

SHOWN_FINDINGS = 12
SHOWN_ENTRIES = 3


def is_judged(result: RunResult) -> bool:
    """Whether pytest came to its end, so that the baseline that was asked for is written."""
    return result.status in (RunStatus.PASSED, RunStatus.FAILED)


def written_line(path: str, result: RunResult) -> str:
    """That the baseline was written, and where."""
    count = sum(len(outcome.known) for outcome in result.outcomes)
    return f"baseline    {path} is written: it holds the {'1 failure' if count == 1 else f'{count} failures'} of this run"


def run_document(result: RunResult) -> dict[str, object]:
    """All of it, for ``--json``."""
    return {
        "status": result.status.value,
        "counts": _counts(result),
        "duration_seconds": round(result.duration_seconds, 3),
        "tier": result.tier,
        "message": result.message,
        "junit": result.junit_path,
        "outcomes": [_outcome_document(outcome) for outcome in result.outcomes],
        "failures": [group.summary() for group in failure_groups(result.outcomes)],
    }


def _counts(result: RunResult) -> dict[str, int]:
    """How many outcomes of each kind; known failures are a kind of their own."""
    counts = {kind.value: result.count(kind) for kind in OutcomeKind}
    return {**counts, "skipped": counts["skipped"] - result.known, "known": result.known}


def _outcome_document(outcome: Outcome) -> dict[str, object]:
    return {
        "case": outcome.case_id,
        "node": outcome.node_id,
        "outcome": "known" if outcome.is_known else outcome.kind.value,
        "operation": outcome.operation,
        "family": outcome.family,
        "title": outcome.title,
        "group": outcome.group,
        "maintainer": outcome.maintainer,
        "check": outcome.check,
        "wfc": wfc_number(outcome),
        "rule": outcome.rule,
        "cause": cause_of_failure(outcome),
        "expected": outcome.expected,
        "actual": outcome.actual,
        "curl": outcome.curl,
        "message": outcome.message,
        "remarks": list(outcome.remarks),
        "known": list(outcome.known),
        "baseline_entry": next(iter(entries_of([outcome])), None),
        "timings": list(outcome.timings),
        "duration_seconds": round(outcome.duration_seconds, 4),
    }


def run_lines(result: RunResult, mended: Sequence[str] = ()) -> list[str]:
    """What people read: each cause once, what is ``mended`` of the baseline, what is known, skipped and remarked, and the verdict."""
    # What says that the failures mean nothing has to be read before them.
    about = about_target(result.outcomes) if result.message else ""
    lines = [f"{result.status.value}: {result.message}"] if about else []
    for group in failure_groups(result.outcomes):
        outcome = group.outcomes[0]
        lines += [f"{outcome.kind.value.upper()}  {outcome.title or outcome.operation or outcome.node_id}"]
        lines += [indented(name, text) for name, text in failure_details(outcome) if text]
        lines += [f"  maintainer: {outcome.maintainer}"] if outcome.maintainer else []
        lines += [f"  {group.elsewhere}"] if group.elsewhere else []
        lines += _entry_lines(group)
    lines += mended
    known = Counter(known for outcome in result.outcomes for known in outcome.known)
    lines += [f"known{f' x{count}' if count > 1 else ''}: {text}" for text, count in known.most_common(SHOWN_FINDINGS)]
    skipped = Counter(one.message for one in result.outcomes if one.kind is OutcomeKind.SKIPPED and not one.is_known)
    lines += [f"skipped {count}: {reason}" for reason, count in skipped.most_common(SHOWN_FINDINGS)]
    remarks = Counter(remark for outcome in result.outcomes for remark in outcome.remarks)
    lines += [f"remark{f' x{count}' if count > 1 else ''}: {remark}" for remark, count in remarks.most_common(SHOWN_FINDINGS)]
    if len(remarks) > SHOWN_FINDINGS:
        lines.append(f"... {len(remarks) - SHOWN_FINDINGS} remarks more with --json")
    timings = list(dict.fromkeys(timing for outcome in result.outcomes for timing in outcome.timings))
    lines += [f"timing: {timing}" for timing in timings[:SHOWN_FINDINGS]]
    if len(timings) > SHOWN_FINDINGS:
        lines.append(f"... {len(timings) - SHOWN_FINDINGS} timings more with --json")
    counted = ", ".join(f"{count} {kind}" for kind, count in _counts(result).items() if count)
    lines.append(
        f"{result.status.value}: {counted or 'nothing ran'} in {result.duration_seconds:.1f} s (isolation: {result.tier or 'none'})"
    )
    if result.message:
        lines.append(result.message)
    if result.status is RunStatus.BROKEN and result.log_tail and not about:
        lines.append(result.log_tail)
    return lines


def _entry_lines(group: FailureGroup) -> list[str]:
    """What goes into ``known`` of a baseline to accept the failures of ``group``, as it is copied."""
    entries = [json.dumps(entry, ensure_ascii=False) for entry in entries_of(group.outcomes)]
    more = len(entries) - SHOWN_ENTRIES
    shown = [indented("accept", entry) for entry in entries[:SHOWN_ENTRIES]]
    return [*shown, *([f"           ... {more} more with --json, or all with --write-baseline FILE"] if more > 0 else [])]


def indented(name: str, text: str) -> str:
    """A detail of a failure; a script of several lines stands at the margin, so that it can be copied whole."""
    return f"  {name}:\n{text}" if "\n" in text else f"  {name:9}{text}"


def failure_details(outcome: Outcome) -> list[tuple[str, str]]:
    """What is shown of a failed case, by name; some of it may be empty."""
    number = wfc_number(outcome)
    weight = outcome.weight or "major"
    weight += "" if number is None else f", WFC {number}"
    return [
        ("check", f"{outcome.check} ({weight})" if outcome.check else ""),
        ("case", outcome.case_id if outcome.check else ""),
        ("rule", outcome.rule),
        ("cause", cause_of_failure(outcome)),
        ("expected", outcome.expected),
        ("actual", outcome.actual),
        ("curl", outcome.curl),
        ("message", "" if outcome.check else outcome.message),
    ]
