"""The gate of the command line: what a project demands, a green suite, and a word about too many equivalent mutants."""

from __future__ import annotations

from specproof.domain.suite_proofs import ProofGate
from specproof.quality.report.scorecard import QualityScorecard

MOST_EQUIVALENT = 0.10
"""Share of equivalent mutants above which somebody has to say why: too many make a strength of few mutants look like one of many."""


def gate_failures(scorecard: QualityScorecard, gate: ProofGate) -> tuple[str, ...]:
    """Why the suite is not let through, in sentences; empty where it is."""
    proof = scorecard.proof
    failures: list[str] = []
    if not proof.is_healthy:
        red = ", ".join(run.name for run in proof.healthy if not run.is_green) or "none was made"
        failures.append(f"the suite is not green on the conforming reference (runs: {red}), so nothing else counts")
    else:
        failures += gate.shortfalls(proof)
    if proof.equivalent_share > MOST_EQUIVALENT and not scorecard.accepted_equivalent:
        failures.append(
            f"{100 * proof.equivalent_share:.1f} % of the mutants are equivalent, more than {100 * MOST_EQUIVALENT:.0f} %:"
            ' explain it with --accept-equivalent "reason"'
        )
    return tuple(failures)
