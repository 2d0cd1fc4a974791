"""The failures of a run by root cause, derived from its outcomes as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from specproof.checks.causes import Failed, cause_groups, stated_cause
from specproof.checks.fault_numbers import fault_number
from specproof.domain.runs import Outcome, OutcomeKind


def cause_of_failure(outcome: Outcome) -> str:
    """What was answered to which kind of value; "" where no check failed."""
    return stated_cause(outcome.message, outcome.actual, outcome.case_id) if outcome.check else ""


def wfc_number(outcome: Outcome) -> int | None:
    """The WFC fault category of a failed check; None where there is none."""
    return fault_number(outcome.check, outcome.case_id, cause_of_failure(outcome))


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """The failed outcomes of one cause, in the order of the run; the first stands for all. ``elsewhere`` names the places of the others."""

    outcomes: tuple[Outcome, ...]
    elsewhere: str = ""

    def summary(self) -> dict[str, Any]:
        """What the service and the command line tell of it; the details of its cases are among the outcomes."""
        first = self.outcomes[0]
        return {
            "check": first.check,
            "wfc": wfc_number(first),
            "cause": cause_of_failure(first),
            "count": len(self.outcomes),
            "operations": list(dict.fromkeys(outcome.operation for outcome in self.outcomes)),
            "cases": [outcome.case_id for outcome in self.outcomes],
        }


def failure_groups(outcomes: Sequence[Outcome]) -> tuple[FailureGroup, ...]:
    """The failed and errored outcomes by cause."""
    failed = [outcome for outcome in outcomes if outcome.kind in (OutcomeKind.FAILED, OutcomeKind.ERRORED)]
    groups = cause_groups(Failed(one.case_id, one.operation, one.check, cause_of_failure(one)) for one in failed)
    return tuple(FailureGroup(tuple(failed[position] for position in group.positions), group.elsewhere) for group in groups)
