"""The status gate: what is not far enough in its life gets no case, and a finding that says so."""

from __future__ import annotations

from collections.abc import Sequence

from specproof.domain.lifecycle import passes_gate
from specproof.domain.plans import Case
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import ApiSpec, Operation, OperationKey


def gated(spec: ApiSpec, gate: str, cases: Sequence[Case], findings: Sequence[Finding]) -> tuple[list[Case], list[Finding]]:
    """The cases that judge nothing below ``gate``, and the findings, with one for each operation that is left out.

    Such operations still prepare what other cases need: a set-up step judges nothing.
    """
    closed = {one.key: one for one in spec.operations if not passes_gate(one.apifox_status, gate)}
    if not closed:
        return list(cases), list(findings)
    places = {operation.pointer for operation in closed.values()}
    kept = [finding for finding in findings if finding.at not in places]
    return (
        [case for case in cases if not closed.keys() & _judged(case)],
        [*kept, *(_left_out(operation, gate) for operation in closed.values())],
    )


def _judged(case: Case) -> set[OperationKey]:
    return {case.subject, *(step.request.operation for step in case.steps if not step.is_setup and step.checks)}


def _left_out(operation: Operation, gate: str) -> Finding:
    message = f"{operation.key.label}: no cases, because its status is {operation.apifox_status} and suites begin from {gate}"
    return Finding(FindingCode.BELOW_STATUS, operation.pointer, message, Severity.INFO)
