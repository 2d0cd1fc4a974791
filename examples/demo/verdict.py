"""Whether a run found the seeded bugs, all of them and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from examples.bookshop.bugs import Bug

Outcome = dict[str, Any]
_RED = ("failed", "errored")
_PLAINEST_FIRST = ("functional", "validation", "error", "auth")
"""Families whose cases need no story to be understood; all others come after them."""


def labels(operations: Sequence[tuple[str, str]]) -> frozenset[str]:
    """``METHOD path`` of each operation."""
    return frozenset(" ".join(operation) for operation in operations)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of the bugs. ``found`` holds, for each bug, the outcomes that blame it, the plainest first."""

    found: tuple[tuple[Bug, tuple[Outcome, ...]], ...]
    strangers: tuple[Outcome, ...]
    """Red outcomes that no bug explains."""

    @property
    def missing(self) -> tuple[Bug, ...]:
        """The bugs that no outcome blames."""
        return tuple(bug for bug, outcomes in self.found if not outcomes)

    @property
    def complaint(self) -> str:
        """Why the run is not what it should be; "" if it is."""
        parts = [f"the bug {bug.name} was not found on {', '.join(sorted(labels(bug.operations)))}" for bug in self.missing]
        parts += [
            f"{case['operation']} is red without a seeded bug: {case['title']} ({case['message']})" for case in self.strangers
        ]
        return "\n".join(parts)


def _plainness(outcome: Outcome) -> int:
    family = outcome.get("family", "")
    return _PLAINEST_FIRST.index(family) if family in _PLAINEST_FIRST else len(_PLAINEST_FIRST)


def judge(outcomes: Sequence[Outcome], bugs: Sequence[Bug]) -> Verdict:
    """Hold the red outcomes against the bugs. An outcome of a healthy operation counts for a bug only as its known consequence."""
    red = [outcome for outcome in outcomes if outcome["kind"] in _RED]
    found: list[tuple[Bug, tuple[Outcome, ...]]] = []
    explained: set[str] = set()
    for bug in bugs:
        blamed = sorted((outcome for outcome in red if outcome["operation"] in labels(bug.operations)), key=_plainness)
        touched = [outcome for outcome in red if outcome["operation"] in labels(bug.consequences)]
        if blamed:
            explained.update(outcome["case_id"] for outcome in (*blamed, *touched))
        found.append((bug, (*blamed, *touched) if blamed else ()))
    strangers = tuple(outcome for outcome in red if outcome["case_id"] not in explained)
    return Verdict(tuple(found), strangers)
