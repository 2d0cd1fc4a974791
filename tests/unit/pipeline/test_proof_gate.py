"""The proof between storing and running: figures, gate, failures, and attempts that begin again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from fakes import FakeProver, FakeStorage, new_event
from pipelinerooms import POLICY, Room
from proofexamples import ALARM, mutant, report, weak_report
from specproof.domain.events import EventStatus
from specproof.domain.ports import ProofLimits
from specproof.domain.proofs import FaultFamily, ProofReport, Verdict
from specproof.domain.repositories import UnitOfWork
from specproof.domain.runs import RunStatus
from specproof.domain.suite_proofs import (
    MAX_ALARMS,
    NO_PROOF,
    ProofDetails,
    ProofGate,
    ProofState,
    proof_details,
    proof_findings,
    suite_proof,
)
from specproof.errors import (
    AttemptInterruptedError,
    LeaseLostError,
    ProofError,
    SpecProofError,
    SpecUnreadableError,
    SuiteUnprovableError,
)
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.pipeline.project_policy import ProjectPolicy, ProofPolicy
from specproof.pipeline.prove_suite import proof_line

GATE = ProofGate(min_strength=85, require_trust=True)


def gated(gate: ProofGate = GATE, *, runs_below_gate: bool = False) -> ProjectPolicy:
    proof = ProofPolicy(True, ProofLimits(50, 7.0), gate, runs_below_gate=runs_below_gate)
    return replace(POLICY, proof=proof)


async def test_a_new_suite_is_stored_proven_and_run_in_this_order() -> None:
    room = Room(policy=gated(), prover=FakeProver(report()))
    with capture_logs() as logs:
        success = await room.process(new_event())
    stages = [entry["stage"] for entry in logs if entry["event"] == "Stage entered"]
    assert stages == ["fetching", "parsing", "generating", "quality", "storing", "proving", "running", "notifying"]
    (suite,) = room.database.tables.suites
    assert (suite.proof.state, suite.proof.strength, suite.proof.trust) == (ProofState.PROVEN, 100.0, "2/2")
    assert len(room.runner.requests) == 1
    assert success.summary == ("revision 1: 3 cases for 1 operations; strength 100.0, trust 2/2, grade A; run failed")
    (line,) = [entry for entry in logs if entry["event"] == "Suite proven"]
    assert (line["strength"], line["trust"], line["survivors"]) == (100.0, "2/2", 0)


async def test_the_prover_gets_the_stored_files_the_document_and_the_limits() -> None:
    room = Room(policy=gated())
    await room.process(new_event())
    ((files, document, limits, project),) = room.prover.calls
    assert files == room.storage.saved["shop/r1"].files
    assert (document, limits, project) == (b'{"openapi": "3.1.0"}', ProofLimits(50, 7.0), "shop")
    assert room.prover.preparations == 1
    await room.process(new_event("evt-2"))  # the same document
    assert room.prover.preparations == 1


async def test_nothing_is_proven_where_it_is_switched_off() -> None:
    room = Room(policy=replace(gated(), proof=replace(gated().proof, is_enabled=False)))
    await room.process(new_event())
    assert (room.prover.calls, room.prover.preparations) == ([], 0)
    assert room.database.tables.suites[0].proof == NO_PROOF
    assert len(room.runner.requests) == 1


async def test_a_suite_below_the_gate_is_stored_marked_and_not_run() -> None:
    room = Room(policy=gated(), prover=FakeProver(weak_report()))
    success = await room.process(new_event())
    (suite,) = room.database.tables.suites
    assert suite.proof.state is ProofState.BELOW_GATE
    assert suite.proof.reason == "strength 37.5 is below 85.0; trust is 1/2, and false alarms are not accepted"
    assert (room.runner.requests, room.database.tables.runs, success.run_id) == ([], {}, None)
    assert room.row().status is EventStatus.SUCCEEDED
    assert success.summary.endswith(f"grade F, below the gate: {suite.proof.reason}")
    found = {finding.code: finding for finding in suite.findings}
    assert found[FindingCode.PROOF_BELOW_GATE].severity is Severity.MAJOR
    assert found[FindingCode.PROOF_FALSE_ALARM].at == "GET /pets :: success"
    assert [survivor.family for survivor in room.database.tables.proof_details[suite.suite_id].survivors] == [
        FaultFamily.STATE,
        FaultFamily.STATUS,
    ]
    assert room.observer.kinds == ["suite.generated"]


async def test_a_project_may_say_that_suites_below_its_gate_are_run() -> None:
    room = Room(policy=gated(runs_below_gate=True), prover=FakeProver(weak_report()))
    await room.process(new_event())
    assert room.database.tables.suites[0].proof.state is ProofState.BELOW_GATE
    (run,) = room.database.tables.runs.values()
    assert run.status is RunStatus.FAILED


@pytest.mark.parametrize(
    "error",
    [
        ProofError("the proof took longer than 7 s"),
        SuiteUnprovableError("pytest collects nothing", at="tests_shop"),
        SpecUnreadableError("no JSON"),
        AttemptInterruptedError("killed"),
        SpecProofError("something else"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_proof_that_fails_fails_no_job_and_holds_back_no_run(error: SpecProofError) -> None:
    room = Room(policy=gated(), prover=FakeProver(error))
    success = await room.process(new_event())
    (suite,) = room.database.tables.suites
    assert (suite.proof.state, suite.proof.reason, suite.proof.strength) == (ProofState.FAILED, str(error), None)
    (finding,) = suite.findings
    assert (finding.code, finding.message) == (FindingCode.PROOF_FAILED, f"not proven: {error}")
    assert f"not proven: {error}" in success.summary
    assert room.row().status is EventStatus.SUCCEEDED
    assert len(room.runner.requests) == 1


async def test_a_stored_suite_that_is_gone_is_not_proven_and_the_reason_is_kept() -> None:
    class Forgetful(FakeStorage):
        async def save(self, *arguments: object) -> str:  # type: ignore[override]
            path = await super().save(*arguments)  # type: ignore[arg-type]
            self.saved.clear()
            return path

    room = Room(policy=gated(), storage=Forgetful())
    await room.process(new_event())
    assert room.database.tables.suites[0].proof.state is ProofState.FAILED
    assert "gone" in room.database.tables.suites[0].proof.reason
    assert room.prover.calls == []


async def test_people_are_told_after_the_proof_with_its_figures() -> None:
    room = Room(policy=gated(), prover=FakeProver(weak_report()))
    await room.process(new_event())
    (notice,) = room.observer.notices
    assert notice.facts["proof"] == "below_gate"
    assert (notice.facts["strength"], notice.facts["trust"], notice.facts["proof_grade"]) == (37.5, "1/2", "F")
    assert "strength 37.5, trust 1/2, grade F, below the gate" in notice.text


async def test_an_attempt_that_died_before_the_proof_is_taken_up_there_and_people_are_told() -> None:
    room = Room(policy=replace(gated(), proof=ProofPolicy()))
    claim = await room.claim(new_event())
    progress = room.progress()
    suite = await room.attempt()._build(claim, progress, room.policy)
    assert suite is not None
    room.policy = gated()
    room.prover.answer = report()
    await room.attempt()(claim, room.progress())
    assert room.builder.calls.count("generate") == 1
    (proven,) = room.database.tables.suites
    assert proven.proof.state is ProofState.PROVEN
    assert room.observer.kinds == ["suite.generated", "run.finished"]


async def test_a_second_attempt_does_not_prove_again_and_keeps_the_gate_shut() -> None:
    room = Room(policy=gated(), prover=FakeProver(weak_report()))
    claim = await room.claim(new_event())
    progress = room.progress()
    suite = await room.attempt()._build(claim, progress, room.policy)
    assert suite is not None
    await room.attempt().proofs.carry_out(suite, room.policy.proof, fence=allowed)
    await room.attempt()(claim, room.progress())
    assert len(room.prover.calls) == 1
    assert room.runner.requests == []


async def test_a_lost_lease_writes_no_proof() -> None:
    room = Room(policy=gated(), prover=FakeProver(report()))
    claim = await room.claim(new_event())
    suite = await room.attempt()._build(claim, room.progress(), room.policy)
    assert suite is not None
    with pytest.raises(LeaseLostError):
        await room.attempt().proofs.carry_out(suite, room.policy.proof, fence=refused)
    assert room.database.tables.suites[0].proof == NO_PROOF


async def allowed(_uow: UnitOfWork) -> None:
    """The lease is still ours."""


async def refused(_uow: UnitOfWork) -> None:
    raise LeaseLostError("another worker has taken over the job")


# The gate and the figures by themselves.

NOTHING_TO_TRY = replace(report(), mutants=())
UNHEALTHY = report(healthy=(ALARM,))
SILENT_BUT_WEAK = report(mutant(1, FaultFamily.STATE, Verdict.SURVIVED), mutant(2, FaultFamily.STATE, Verdict.KILLED))


@pytest.mark.parametrize(
    ("found", "gate", "lacks"),
    [
        (weak_report(), ProofGate(), []),
        (UNHEALTHY, ProofGate(), []),
        (report(), GATE, []),
        (NOTHING_TO_TRY, GATE, []),
        (UNHEALTHY, ProofGate(min_strength=1), ["not green on the conforming reference"]),
        (UNHEALTHY, ProofGate(require_trust=True), ["not green on the conforming reference"]),
        (SILENT_BUT_WEAK, ProofGate(min_strength=50), []),
        (SILENT_BUT_WEAK, ProofGate(min_strength=50.1), ["strength 50.0 is below 50.1"]),
        (SILENT_BUT_WEAK, ProofGate(require_trust=True), []),
        (report(alarm=ALARM), ProofGate(min_strength=90), []),
        (report(alarm=ALARM), ProofGate(require_trust=True), ["trust is 1/2"]),
    ],
)
def test_the_gate_says_what_a_suite_lacks(found: ProofReport, gate: ProofGate, lacks: list[str]) -> None:
    shortfalls = gate.shortfalls(found)
    assert len(shortfalls) == len(lacks)
    for sentence, part in zip(shortfalls, lacks, strict=True):
        assert part in sentence
    expected = ProofState.BELOW_GATE if lacks else ProofState.PROVEN
    assert suite_proof(found, gate).state is expected


def test_alarms_on_the_reference_come_before_those_on_variants_and_are_capped() -> None:
    details = proof_details(report(alarm=ALARM, healthy=(ALARM,) * (MAX_ALARMS + 5)))
    assert details.alarm_count == MAX_ALARMS + 6
    assert len(details.alarms) == MAX_ALARMS
    assert details.alarms[0].place == "reference first"
    few = proof_details(report(alarm=ALARM, healthy=(ALARM,)))
    assert [found.place for found in few.alarms] == ["reference first", "V1"]


def test_one_finding_for_each_case_that_raises_false_alarms() -> None:
    details = proof_details(report(alarm=ALARM, healthy=(ALARM,)))
    found = proof_findings(suite_proof(report(alarm=ALARM), ProofGate()), details)
    assert found == (
        Finding(FindingCode.PROOF_FALSE_ALARM, "GET /pets :: success", "fails where nothing is wrong: reference first, V1"),
    )
    assert proof_findings(NO_PROOF, ProofDetails()) == ()


def test_a_document_that_gives_nothing_to_try_is_said_so() -> None:
    assert proof_line(suite_proof(NOTHING_TO_TRY, GATE)) == "no strength (nothing to try), trust 2/2, grade n/a"
    assert proof_line(NO_PROOF) == ""


def test_a_suite_that_is_red_on_the_reference_has_no_trust_to_show() -> None:
    proof = suite_proof(UNHEALTHY, ProofGate())
    assert (proof.trust, proof.trust_silent, proof.trust_total) == ("n/a", 0, 0)
    assert suite_proof(report(), ProofGate()).trust == "2/2"
