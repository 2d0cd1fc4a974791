"""Operations that a suite should not call unasked: what may stop the API, and what may not end.

Judged by words alone, so a guess: it costs a skipped case, which says how to run it, and never a stopped API.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from specproof.domain.plans import Case
from specproof.generators.words import tokens
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import ApiSpec, Operation, OperationKey

STOPS = "looks as if it stopped or restarted the API"
LASTS = "looks as if its answer came late, or never ended"
_STOPPING = frozenset(
    {"shutdown", "restart", "reboot", "poweroff", "halt", "kill", "quit", "exit", "crash", "panic", "factoryreset", "terminate"}
)
_LASTING = frozenset({"delay", "sleep", "drip", "stream", "streaming", "longpoll"})
_ENDLESS = frozenset({"text/event-stream"})


def risk_of(operation: Operation) -> str:
    """What an operation may do to a run or to everybody else; "" for nothing that its words tell.

    With an id in its path an operation stops a record (``/jobs/{id}/restart``), not the API.
    """
    segments = [segment for segment in operation.key.path.split("/") if segment and "{" not in segment]
    last = segments[-1] if segments else ""
    words = {*tokens(last), "".join(tokens(last))}
    if words & _STOPPING and "{" not in operation.key.path:
        return STOPS
    answers = {media.name for response in operation.responses if response.is_success for media in response.media_types}
    return LASTS if words & _LASTING or (answers and answers <= _ENDLESS) else ""


def with_risks(spec: ApiSpec, cases: Iterable[Case]) -> list[Case]:
    """The cases, each with the risk of what it calls: nothing of it is called unless somebody asks for it."""
    risks = _risks(spec)
    if not risks:
        return list(cases)
    return [replace(case, risk=next((risks[key] for key in _called(case) if key in risks), "")) for case in cases]


def risk_findings(spec: ApiSpec) -> Sequence[Finding]:
    """One for each such operation."""
    risks = _risks(spec)
    return [
        Finding(
            FindingCode.RISKY_OPERATION,
            one.pointer,
            f"{one.key.label} {risks[one.key]}: its cases run only with --risky",
            Severity.INFO,
        )
        for one in spec.operations
        if one.key in risks
    ]


def _risks(spec: ApiSpec) -> dict[OperationKey, str]:
    return {operation.key: risk for operation in spec.operations if (risk := risk_of(operation))}


def _called(case: Case) -> Iterable[OperationKey]:
    yield case.subject
    yield from (step.request.operation for step in case.steps)
