"""The failures of a run by root cause, derived from its outcomes as they are stored."""

from __future__ import annotations

from collections.abc import Sequence

from specproof.checks.causes import CauseGroup, Failed, cause_groups, stated_cause
from specproof.checks.fault_numbers import fault_number
from specproof.domain.runs import Outcome, OutcomeKind


def cause_of_failure(outcome: Outcome) -> str:
    """What was answered to which kind of value; "" where no check failed."""
    return stated_cause(outcome.message, outcome.actual, outcome.case_id) if outcome.check else ""


def wfc_number(outcome: Outcome) -> int | None:
    """The WFC fault category of a failed check; None where there is none."""
    return fault_number(outcome.check, outcome.case_id, cause_of_failure(outcome))


def failure_groups(outcomes: Sequence[Outcome]) -> tuple[tuple[CauseGroup, tuple[Outcome, ...]], ...]:
    """The failed and errored outcomes by cause, each group with its outcomes; the first of them stands for all."""
    failed = [outcome for outcome in outcomes if outcome.kind in (OutcomeKind.FAILED, OutcomeKind.ERRORED)]
    groups = cause_groups(Failed(one.case_id, one.operation, one.check, cause_of_failure(one)) for one in failed)
    return tuple((group, tuple(failed[position] for position in group.positions)) for group in groups)
