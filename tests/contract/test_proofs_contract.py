"""What a repository of suites keeps of a proof, whatever it stands on."""

from __future__ import annotations

from dataclasses import replace

from databases import Store
from http_service import revision
from proofexamples import report, weak_report
from specproof.domain.proofs import FamilyScore, FaultFamily
from specproof.domain.repositories import Page
from specproof.domain.suite_proofs import (
    NO_PROOF,
    ProofDetails,
    ProofGate,
    ProofState,
    SuiteProof,
    failed_proof,
    proof_details,
    proof_findings,
    suite_proof,
)
from specproof.domain.suites import SuiteRevision
from specproof.openapi.findings import Finding, FindingCode


def suite(number: int = 1) -> SuiteRevision:
    return revision(f"shop-suite-{number}", number=number, event_id=f"evt-{number}")


async def add_suites(store: Store, *suites: SuiteRevision) -> None:
    async with store.work() as uow:
        for one in suites:
            await uow.suites.add(one, b"{}")
        await uow.commit()


async def proven(store: Store, proof: SuiteProof, details: ProofDetails, *findings: Finding) -> None:
    async with store.work() as uow:
        await uow.suites.record_proof("shop-suite-1", proof, details, findings)
        await uow.commit()


class TestProofs:
    async def test_a_new_revision_has_no_proof(self, store: Store) -> None:
        await add_suites(store, suite())
        async with store.work() as uow:
            found = await uow.suites.get("shop-suite-1")
            assert found is not None
            assert found.proof == NO_PROOF
            assert await uow.suites.proof_details("shop-suite-1") is None
            assert await uow.suites.proof_details("nobody") is None

    async def test_a_proof_comes_back_with_its_survivors_and_alarms(self, store: Store) -> None:
        await add_suites(store, suite(1), suite(2))
        proof = suite_proof(weak_report(), ProofGate(min_strength=80, require_trust=True))
        details = proof_details(weak_report())
        assert details.survivors
        assert details.alarms
        await proven(store, proof, details, *proof_findings(proof, details))
        async with store.work() as uow:
            found = await uow.suites.latest("shop")
            other = await uow.suites.get("shop-suite-2")
            assert await uow.suites.proof_details("shop-suite-1") == details
            listed, _ = await uow.suites.find("shop", Page())
        assert found == other
        assert other is not None
        assert other.proof == NO_PROOF
        assert listed[1].proof == proof
        assert {finding.code for finding in listed[1].findings} == {
            FindingCode.PROOF_BELOW_GATE,
            FindingCode.PROOF_FALSE_ALARM,
        }

    async def test_a_revision_may_be_stored_with_its_figures(self, store: Store) -> None:
        family = FamilyScore(FaultFamily.STATE, killed=3, accidental=1, survived=2, equivalent=0)
        proof = SuiteProof(ProofState.PROVEN, "", 91.5, 28, 29, 12.5, "C", (family,))
        await add_suites(store, replace(suite(), proof=proof))
        async with store.work() as uow:
            found = await uow.suites.get("shop-suite-1")
        assert found is not None
        assert found.proof == proof

    async def test_a_later_proof_takes_the_place_of_an_earlier_one(self, store: Store) -> None:
        await add_suites(store, suite())
        await proven(store, failed_proof("it took 中 too long"), ProofDetails())
        async with store.work() as uow:
            failed = await uow.suites.get("shop-suite-1")
        assert failed is not None
        assert failed.proof == failed_proof("it took 中 too long")
        await proven(store, suite_proof(report(), ProofGate()), proof_details(report()))
        async with store.work() as uow:
            found = await uow.suites.get("shop-suite-1")
            details = await uow.suites.proof_details("shop-suite-1")
        assert found is not None
        assert (found.proof.state, found.proof.reason, found.findings) == (ProofState.PROVEN, "", ())
        assert details == proof_details(report())

    async def test_a_proof_of_nobody_writes_nothing(self, store: Store) -> None:
        await add_suites(store, suite(2))
        await proven(store, failed_proof("late"), ProofDetails())
        async with store.work() as uow:
            found = await uow.suites.get("shop-suite-2")
        assert found is not None
        assert found.proof == NO_PROOF
