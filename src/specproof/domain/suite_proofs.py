"""What a stored suite keeps of its proof, and the gate that a project puts before running it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from specproof.domain.proofs import WEIGHTS, Alarm, FamilyScore, FaultFamily, ProofReport, Verdict
from specproof.openapi.findings import Finding, FindingCode, Severity

MAX_SURVIVORS = 200
MAX_ALARMS = 200
"""Kept with a suite; the figures count all of them."""


class ProofState(StrEnum):
    """How far the proof of a stored suite has come."""

    NONE = "none"
    """Not made: not yet, or switched off, or stored before there were proofs."""
    PROVEN = "proven"
    BELOW_GATE = "below_gate"
    """Made, and it is not what the project demands."""
    FAILED = "failed"
    """It could not be made; that says nothing about the suite."""


@dataclass(frozen=True, slots=True)
class SuiteProof:
    """The figures of a proof. ``strength`` and ``economy`` are None where there is nothing to count.

    ``reason`` says in a sentence why it failed, or why the suite is below the gate.
    """

    state: ProofState = ProofState.NONE
    reason: str = ""
    strength: float | None = None
    trust_silent: int = 0
    trust_total: int = 0
    economy: float | None = None
    grade: str = ""
    families: tuple[FamilyScore, ...] = ()

    @property
    def is_made(self) -> bool:
        """Whether there are figures."""
        return self.state in (ProofState.PROVEN, ProofState.BELOW_GATE)

    @property
    def trust(self) -> str:
        """Silent variants of all: ``28/29``; ``n/a`` where none says anything, as for a suite that is red; "" without figures."""
        if not self.is_made:
            return ""
        return f"{self.trust_silent}/{self.trust_total}" if self.trust_total else "n/a"


NO_PROOF = SuiteProof()


@dataclass(frozen=True, slots=True)
class Survivor:
    """A bug that the suite would miss, and the request that shows it."""

    id: str
    operator: str
    family: FaultFamily
    operation: str
    sentence: str
    request: str


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """A case that fails where nothing is wrong. ``place``: a variant's id, or ``reference`` and the name of a healthy run."""

    place: str
    sentence: str
    alarm: Alarm


@dataclass(frozen=True, slots=True)
class ProofDetails:
    """The long part of a proof: the worst survivors and alarms, and how many there are in all. Equivalent mutants count neither way."""

    survivors: tuple[Survivor, ...] = ()
    survivor_count: int = 0
    alarms: tuple[FalseAlarm, ...] = ()
    alarm_count: int = 0
    mutant_count: int = 0
    equivalent_count: int = 0
    requests: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProofGate:
    """What a project demands of a suite before it is run. ``min_strength`` 0 demands no strength."""

    min_strength: float = 0.0
    require_trust: bool = False

    @property
    def is_open(self) -> bool:
        """Whether every suite gets through."""
        return not self.min_strength and not self.require_trust

    def shortfalls(self, report: ProofReport) -> tuple[str, ...]:
        """What ``report`` lacks, in sentences. A document that gives no mutant to try lacks no strength: there is nothing to find."""
        if self.is_open:
            return ()
        if not report.is_healthy:
            return ("the suite is not green on the conforming reference of its document, so nothing else counts",)
        lacks = []
        if report.strength is not None and report.strength < self.min_strength:
            lacks.append(f"strength {report.strength:.1f} is below {self.min_strength:.1f}")
        if self.require_trust and not report.is_trusted:
            lacks.append(f"trust is {report.trust}, and false alarms are not accepted")
        return tuple(lacks)


def suite_proof(report: ProofReport, gate: ProofGate) -> SuiteProof:
    """The figures of ``report``, held against ``gate``."""
    lacks = gate.shortfalls(report)
    return SuiteProof(
        state=ProofState.BELOW_GATE if lacks else ProofState.PROVEN,
        reason="; ".join(lacks),
        strength=report.strength,
        trust_silent=report.silent_variants,
        trust_total=len(report.telling_variants),
        economy=report.economy,
        grade=report.grade,
        families=report.families,
    )


def failed_proof(reason: str) -> SuiteProof:
    """A proof that could not be made."""
    return SuiteProof(state=ProofState.FAILED, reason=reason)


def proof_details(report: ProofReport) -> ProofDetails:
    """The survivors of the weightiest families first, the alarms on the reference before those on its variants."""
    survived = [mutant for mutant in report.mutants if mutant.verdict is Verdict.SURVIVED]
    survived.sort(key=lambda mutant: (-WEIGHTS[mutant.family], mutant.operator, mutant.id))
    survivors = tuple(
        Survivor(mutant.id, mutant.operator, mutant.family, mutant.operation, mutant.sentence, mutant.request)
        for mutant in survived[:MAX_SURVIVORS]
    )
    alarms = tuple(_alarms(report))
    return ProofDetails(
        survivors=survivors,
        survivor_count=len(survived),
        alarms=alarms[:MAX_ALARMS],
        alarm_count=len(alarms),
        mutant_count=len(report.mutants),
        equivalent_count=sum(1 for mutant in report.mutants if mutant.verdict is Verdict.EQUIVALENT),
        requests=report.requests,
        seconds=round(report.seconds, 3),
    )


def _alarms(report: ProofReport) -> Iterator[FalseAlarm]:
    for run in report.healthy:
        for alarm in run.alarms:
            yield FalseAlarm(f"reference {run.name}", "the conforming reference of the document", alarm)
    for variant in report.variants:
        for alarm in variant.alarms:
            yield FalseAlarm(variant.id, variant.sentence, alarm)


def proof_findings(proof: SuiteProof, details: ProofDetails) -> tuple[Finding, ...]:
    """What there is to say of a proof without stopping: it failed, the suite is below the gate, cases raise false alarms."""
    found = []
    if proof.state is ProofState.FAILED:
        found.append(Finding(FindingCode.PROOF_FAILED, "suite", f"not proven: {proof.reason}"))
    if proof.state is ProofState.BELOW_GATE:
        found.append(Finding(FindingCode.PROOF_BELOW_GATE, "suite", proof.reason, Severity.MAJOR))
    by_case: dict[str, list[str]] = {}
    for alarm in details.alarms:
        by_case.setdefault(alarm.alarm.case_id, []).append(alarm.place)
    for case_id, places in by_case.items():
        message = f"fails where nothing is wrong: {', '.join(dict.fromkeys(places))}"[:300]
        found.append(Finding(FindingCode.PROOF_FALSE_ALARM, case_id[:200], message))
    return tuple(found)
