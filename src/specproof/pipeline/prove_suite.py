"""Proving a stored suite for an event. Whatever becomes of the proof is written to the suite, and fails no attempt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog

from specproof.domain.ports import SuiteProver, SuiteStorage
from specproof.domain.repositories import UnitOfWork
from specproof.domain.suite_proofs import (
    ProofDetails,
    ProofState,
    SuiteProof,
    failed_proof,
    proof_details,
    proof_findings,
    suite_proof,
)
from specproof.domain.suites import SuiteRevision
from specproof.errors import SpecProofError
from specproof.openapi.findings import FindingCode
from specproof.pipeline.project_policy import ProofPolicy
from specproof.pipeline.transactions import Transactions

log = structlog.get_logger(__name__)

PROOF_CODES = frozenset({FindingCode.PROOF_FAILED, FindingCode.PROOF_BELOW_GATE, FindingCode.PROOF_FALSE_ALARM})


@dataclass(frozen=True, slots=True)
class SuiteProofs:
    """Proves suites from what is stored of them, so that an attempt that takes over another one's work can do it too."""

    transactions: Transactions
    storage: SuiteStorage
    prover: SuiteProver

    async def carry_out(
        self, suite: SuiteRevision, policy: ProofPolicy, *, fence: Callable[[UnitOfWork], Awaitable[None]]
    ) -> SuiteRevision:
        """``suite`` with its proof, which is durable when this returns. Raises ``LeaseLostError`` where the fence says so."""
        document = await self.transactions.run(lambda uow: uow.suites.document(suite.suite_id))
        proof, details = await self._proof(suite, document or b"", policy)
        others = tuple(finding for finding in suite.findings if finding.code not in PROOF_CODES)
        proven = replace(suite, proof=proof, findings=(*others, *proof_findings(proof, details)))

        async def record(uow: UnitOfWork) -> None:
            await fence(uow)
            await uow.suites.record_proof(suite.suite_id, proof, details, proven.findings)

        await self.transactions.run(record)
        _tell(proven, details)
        return proven

    async def _proof(self, suite: SuiteRevision, document: bytes, policy: ProofPolicy) -> tuple[SuiteProof, ProofDetails]:
        try:
            files = await self.storage.load(suite.path)
            report = await self.prover.prove(files, document, policy.limits, project=suite.project)
        except SpecProofError as error:
            return failed_proof(str(error)), ProofDetails()
        return suite_proof(report, policy.gate), proof_details(report)


def may_run(suite: SuiteRevision, policy: ProofPolicy) -> bool:
    """Whether the gate lets the suite run. A proof that could not be made holds nothing back: it says nothing about the suite."""
    return policy.runs_below_gate or suite.proof.state is not ProofState.BELOW_GATE


def must_prove(suite: SuiteRevision, policy: ProofPolicy) -> bool:
    """Whether the suite still lacks a proof that the project wants."""
    return policy.is_enabled and suite.proof.state is ProofState.NONE


def proof_line(proof: SuiteProof) -> str:
    """The proof in a few words; "" where none was made."""
    if proof.state is ProofState.NONE:
        return ""
    if proof.state is ProofState.FAILED:
        return f"not proven: {proof.reason}"
    strength = "no strength (nothing to try)" if proof.strength is None else f"strength {proof.strength:.1f}"
    gate = f", below the gate: {proof.reason}" if proof.state is ProofState.BELOW_GATE else ""
    return f"{strength}, trust {proof.trust}, grade {proof.grade}{gate}"


def _tell(suite: SuiteRevision, details: ProofDetails) -> None:
    log.info(
        "Suite proven" if suite.proof.is_made else "Suite not proven",
        project=suite.project,
        revision=suite.revision,
        state=suite.proof.state.value,
        strength=suite.proof.strength,
        trust=suite.proof.trust,
        mutants=details.mutant_count,
        survivors=details.survivor_count,
        reason=suite.proof.reason,
        seconds=details.seconds,
    )
