"""Proofs as columns of their suite, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from specproof.database.models import SuiteRow
from specproof.domain.proofs import Alarm, FamilyScore, FaultFamily
from specproof.domain.suite_proofs import FalseAlarm, ProofDetails, ProofState, SuiteProof, Survivor


def proof_columns(proof: SuiteProof) -> dict[str, Any]:
    """The figures."""
    return {
        "proof_state": proof.state.value,
        "proof_reason": proof.reason,
        "proof_grade": proof.grade,
        "strength": proof.strength,
        "trust_silent": proof.trust_silent,
        "trust_total": proof.trust_total,
        "economy": proof.economy,
        "proof_families": [asdict(score) for score in proof.families],
    }


def proof_of(row: SuiteRow) -> SuiteProof:
    """The figures of a row."""
    return SuiteProof(
        state=ProofState(row.proof_state),
        reason=row.proof_reason,
        strength=row.strength,
        trust_silent=row.trust_silent,
        trust_total=row.trust_total,
        economy=row.economy,
        grade=row.proof_grade,
        families=tuple(FamilyScore(**{**score, "family": FaultFamily(score["family"])}) for score in row.proof_families),
    )


def stored_details(details: ProofDetails) -> dict[str, Any]:
    """The long part, as JSON."""
    return asdict(details)


def details_of(stored: dict[str, Any]) -> ProofDetails:
    """The long part out of its JSON."""
    survivors = tuple(Survivor(**{**survivor, "family": FaultFamily(survivor["family"])}) for survivor in stored["survivors"])
    alarms = tuple(FalseAlarm(alarm["place"], alarm["sentence"], Alarm(**alarm["alarm"])) for alarm in stored["alarms"])
    return ProofDetails(**{**stored, "survivors": survivors, "alarms": alarms})
