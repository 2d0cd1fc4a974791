"""The gate: what must hold before a suite is good enough."""

from __future__ import annotations

from dataclasses import dataclass

from specproof.quality.report.scorecard import QualityScorecard

MOST_EQUIVALENT = 0.10
"""Share of equivalent mutants above which somebody has to say why: too many make a strength of few mutants look like one of many."""


@dataclass(frozen=True, slots=True)
class ProofGate:
    """What is asked of a suite. ``min_strength`` 0 asks for no strength."""

    min_strength: float = 0.0
    require_trust: bool = False


def gate_failures(scorecard: QualityScorecard, gate: ProofGate) -> tuple[str, ...]:
    """Why the suite is not let through, in sentences; empty where it is."""
    proof = scorecard.proof
    failures: list[str] = []
    if not proof.is_healthy:
        red = ", ".join(run.name for run in proof.healthy if not run.is_green) or "none was made"
        failures.append(f"the suite is not green on the conforming reference (runs: {red}), so nothing else counts")
    if gate.require_trust and proof.is_healthy and not proof.is_trusted:
        failures.append(
            f"trust is {proof.silent_variants}/{len(proof.variants)}: the suite raises false alarms on legal implementations"
        )
    if gate.min_strength > 0 and proof.strength is None:
        failures.append("the document gives no mutant to try, so there is no strength to hold against the gate")
    elif proof.strength is not None and proof.strength < gate.min_strength:
        failures.append(f"strength {proof.strength:.1f} is below {gate.min_strength:.1f}")
    if proof.equivalent_share > MOST_EQUIVALENT and not scorecard.accepted_equivalent:
        failures.append(
            f"{100 * proof.equivalent_share:.1f} % of the mutants are equivalent, more than {100 * MOST_EQUIVALENT:.0f} %:"
            ' explain it with --accept-equivalent "reason"'
        )
    return tuple(failures)
