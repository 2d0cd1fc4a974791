"""Proofs over HTTP: what a suite is worth, and the gate before a run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest

from http_service import SHOP, HttpService, revision
from proofexamples import report, weak_report
from specproof.domain.proofs import ProofReport
from specproof.domain.suite_proofs import MAX_SURVIVORS, ProofGate, failed_proof, proof_details, proof_findings, suite_proof

V1 = "/api/v1"
RUN = f"{V1}/webhooks/run-tests"


@pytest.fixture
def service() -> HttpService:
    return HttpService()


@pytest.fixture
async def admin(service: HttpService) -> AsyncIterator[httpx2.AsyncClient]:
    async with service.client(await service.key("admin")) as client:
        yield client


async def stored(service: HttpService, found: ProofReport | None = None, *, gate: ProofGate | None = None) -> None:
    async with service.database() as uow:
        await uow.suites.add(revision(), b"{}")
        if found is not None:
            proof, details = suite_proof(found, gate or ProofGate()), proof_details(found)
            await uow.suites.record_proof("suite-1", proof, details, proof_findings(proof, details))
        await uow.commit()


async def test_a_suite_shows_its_figures_and_the_families(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored(service, weak_report())
    suite = (await admin.get(f"{V1}/suites/suite-1")).json()
    assert {name: suite["proof"][name] for name in ("state", "reason", "strength", "trust", "economy", "grade")} == {
        "state": "proven",
        "reason": "",
        "strength": 37.5,
        "trust": "1/2",
        "economy": 2.5,
        "grade": "F",
    }
    families = {family["family"]: family for family in suite["proof"]["families"]}
    assert families["D"] == {
        "family": "D",
        "name": "state",
        "killed": 1,
        "accidental": 0,
        "survived": 1,
        "equivalent": 0,
        "strength": 50.0,
    }
    assert families["R"]["strength"] is None
    assert "proof.false_alarm" in {finding["code"] for finding in suite["findings"]}
    listing = (await admin.get(f"{V1}/webhooks/generated-tests")).json()
    assert listing["items"][0]["proof"] == suite["proof"]


async def test_a_proof_shows_the_bugs_that_are_missed_and_the_false_alarms(
    service: HttpService, admin: httpx2.AsyncClient
) -> None:
    await stored(service, weak_report())
    proof = (await admin.get(f"{V1}/suites/suite-1/proof")).json()
    assert [survivor["family"] for survivor in proof["survivors"]] == ["D", "S"]
    assert proof["survivors"][0]["sentence"] == "PUT /pets/{id} forgets `name2`"
    assert proof["survivors"][0]["request"].startswith("curl -X PUT")
    assert (proof["survivor_count"], proof["mutant_count"], proof["equivalent_count"], proof["alarm_count"]) == (2, 5, 1, 1)
    assert proof["alarms"] == [
        {
            "place": "V1",
            "sentence": "answers 206 for parts",
            "case_id": "GET /pets :: success",
            "check": "status_documented",
            "operation": "GET /pets",
            "expected": "200",
            "actual": "206 中 \U0001f600",
        }
    ]
    assert (proof["suite_id"], proof["requests"], proof["seconds"]) == ("suite-1", 40, 1.25)


async def test_of_many_survivors_the_worst_are_shown_and_all_are_counted(service: HttpService, admin: httpx2.AsyncClient) -> None:
    few = weak_report()
    many = replace(few, mutants=tuple(replace(few.mutants[0], id=f"S1 {number:04}") for number in range(300)))
    await stored(service, many)
    proof = (await admin.get(f"{V1}/suites/suite-1/proof")).json()
    assert (len(proof["survivors"]), proof["survivor_count"]) == (MAX_SURVIVORS, 300)


async def test_without_a_proof_the_figures_are_empty(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored(service)
    proof = (await admin.get(f"{V1}/suites/suite-1/proof")).json()
    assert (proof["state"], proof["strength"], proof["trust"], proof["grade"]) == ("none", None, "", "")
    assert proof["survivors"] == proof["alarms"] == proof["families"] == []
    assert (await admin.get(f"{V1}/suites/none/proof")).status_code == 404


async def test_a_suite_below_the_gate_is_not_run_unless_by_force(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored(service, weak_report(), gate=ProofGate(min_strength=85, require_trust=True))
    refused = await admin.post(RUN, json={"project": "shop"})
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["at"]) == (409, "proof.below_gate", "suite-1")
    assert "strength 37.5 is below 85.0; trust is 1/2" in problem["detail"]
    assert "/api/v1/suites/suite-1/proof" in problem["hint"]
    assert '"force": true' in problem["hint"]
    assert (service.submitted, service.database.tables.runs, service.database.tables.audit) == ([], {}, [])
    forced = await admin.post(RUN, json={"suite_id": "suite-1", "force": True})
    assert forced.status_code == 202
    assert service.submitted == ["run-1"]
    (entry,) = service.database.tables.audit
    assert entry.detail == "project shop, below the gate by force, run run-1"


async def test_a_project_may_run_suites_below_its_gate() -> None:
    service = HttpService(projects=[replace(SHOP, runs_below_gate=True)])
    await stored(service, weak_report(), gate=ProofGate(min_strength=85))
    async with service.client(await service.key("run")) as client:
        assert (await client.post(RUN, json={"project": "shop"})).status_code == 202


async def test_force_changes_nothing_where_the_gate_is_passed(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored(service, report(), gate=ProofGate(min_strength=85, require_trust=True))
    assert (await admin.post(RUN, json={"project": "shop", "force": True})).status_code == 202
    assert service.database.tables.audit[0].detail == "project shop, run run-1"
    assert (await admin.post(RUN, json={"project": "shop", "force": "perhaps"})).status_code == 400


async def test_a_suite_that_could_not_be_proven_says_why_and_is_run(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored(service)
    async with service.database() as uow:
        await uow.suites.record_proof("suite-1", failed_proof("the proof took longer than 60 s"), proof_details(report()), ())
        await uow.commit()
    suite = (await admin.get(f"{V1}/suites/suite-1")).json()
    assert (suite["proof"]["state"], suite["proof"]["reason"]) == ("failed", "the proof took longer than 60 s")
    assert (await admin.post(RUN, json={"project": "shop"})).status_code == 202
