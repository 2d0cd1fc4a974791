"""Suites and runs: listed, told, started, validated."""

from __future__ import annotations

import httpx2
import pytest

from http_service import (
    HOOKS,
    V1,
    HttpService,
    stored_suite,
)
from specproof.domain.plans import Family
from specproof.domain.runs import Outcome, OutcomeKind, RunResult, RunStatus


async def test_suites_are_listed_with_their_quality(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored_suite(service)
    await stored_suite(service, "suite-2", "open", "evt-y")
    listing = (await admin.get(f"{HOOKS}/generated-tests", params={"project": "shop"})).json()
    assert listing["total"] == 1
    assert listing["items"][0]["quality"] == {
        "score": 91.5,
        "grade": "A",
        "case_count": 12,
        "operations_total": 4,
        "operations_covered": 3,
    }
    assert listing["items"][0]["breaking"] == 1
    async with service.database() as uow:
        await uow.suites.retire("shop")
        await uow.commit()
    assert (await admin.get(f"{HOOKS}/generated-tests")).json()["total"] == 1
    assert (await admin.get(f"{HOOKS}/generated-tests", params={"include_retired": True})).json()["total"] == 2


async def test_a_suite_tells_what_changed_and_what_was_found(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored_suite(service)
    suite = (await admin.get(f"{V1}/suites/suite-1")).json()
    assert suite["change"] == {
        "added": ["GET /orders"],
        "removed": [],
        "changed": [],
        "details": ["GET /orders is new"],
        "breaking": 1,
        "warnings": 0,
        "harmless": 2,
        "records": [
            {
                "operation": "GET /orders",
                "rule": "operation.added",
                "severity": "info",
                "direction": "operation",
                "pointer_before": "",
                "pointer_after": "#/paths/~1orders/get",
                "sentence": "operation added",
            }
        ],
    }
    assert suite["findings"][0]["code"] == "plan.no_producer"
    assert suite["path"] == "shop/r1"
    assert (await admin.get(f"{V1}/suites/none")).status_code == 404


async def test_a_run_is_started_and_followed(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored_suite(service)
    response = await admin.post(f"{HOOKS}/run-tests", json={"project": "shop"})
    assert (response.status_code, response.json()) == (202, {"run_id": "run-1", "status": "queued"})
    assert response.headers["location"] == f"{V1}/runs/run-1"
    assert service.submitted == ["run-1"]
    stored = service.database.tables.runs["run-1"]
    assert (stored.suite_id, stored.api_url, stored.total) == ("suite-1", "http://127.0.0.1:9/api", 12)
    (entry,) = service.database.tables.audit
    assert (entry.operation, entry.subject, entry.detail) == ("run-tests", "suite-1", "project shop, run run-1")
    run = (await admin.get(response.headers["location"])).json()
    assert (run["status"], run["is_finished"]) == ("queued", False)
    failed = Outcome(
        "c1", "t::t", OutcomeKind.FAILED, 0.1, "POST /books", Family.VALIDATION.value, check="rejected", curl="curl -X POST"
    )
    async with service.database() as uow:
        await uow.runs.start("run-1", 1)
        await uow.runs.finish("run-1", RunResult(RunStatus.FAILED, (failed,), 0.2))
        await uow.commit()
    run = (await admin.get(f"{V1}/runs/run-1")).json()
    assert (run["status"], run["is_finished"]) == ("failed", True)
    assert (run["outcomes"][0]["check"], run["outcomes"][0]["curl"]) == ("rejected", "curl -X POST")
    assert (await admin.get(f"{V1}/runs")).json()["total"] == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "request.invalid"),
        ({"project": "nobody"}, 404, "project.not_found"),
        ({"project": "open"}, 404, "resource.not_found"),
        ({"suite_id": "none"}, 404, "resource.not_found"),
        ({"suite_id": "suite-1", "project": "open"}, 404, "resource.not_found"),
        ({"project": "bare"}, 400, "request.invalid"),
        ({"project": "shop", "api_url": "http://169.254.169.254/"}, 422, "fetch.address_blocked"),
        ({"project": "shop", "unknown": 1}, 400, "request.invalid"),
        ({"project": "../x"}, 400, "request.invalid"),
    ],
)
async def test_a_run_that_makes_no_sense_is_refused(
    service: HttpService, admin: httpx2.AsyncClient, body: dict[str, object], status: int, code: str
) -> None:
    await stored_suite(service)
    await stored_suite(service, "suite-b", "bare", "evt-b")
    response = await admin.post(f"{HOOKS}/run-tests", json=body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert service.submitted == []


@pytest.mark.parametrize("path", [f"{HOOKS}/run-tests", f"{HOOKS}/retry-failed-events"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"[" * 20_000, b'{"project": "\\ud800"}', b'{"project": NaN}', b"\xff"]
)
async def test_a_broken_json_body_is_refused(admin: httpx2.AsyncClient, path: str, body: bytes) -> None:
    response = await admin.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, "request.invalid")
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_run_that_cannot_be_stored_is_not_started(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored_suite(service)
    assert (await admin.get(f"{V1}/runs")).status_code == 200
    service.database.fail_commits = 1
    assert (await admin.post(f"{HOOKS}/run-tests", json={"project": "shop"})).status_code == 503
    assert service.submitted == []
    assert service.database.tables.runs == {}
    assert service.database.tables.audit == []


async def test_an_allowed_target_may_be_named(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored_suite(service)
    response = await admin.post(f"{HOOKS}/run-tests", json={"suite_id": "suite-1", "api_url": "http://127.0.0.1:8081/v2"})
    assert response.status_code == 202
    assert service.database.tables.runs["run-1"].api_url == "http://127.0.0.1:8081/v2"


async def test_uploaded_and_stored_suites_are_validated(service: HttpService, admin: httpx2.AsyncClient) -> None:
    files = {"tests_shop/test_a.py": "x = 1\n", "README.md": "hello"}
    report = (await admin.post(f"{HOOKS}/validate-tests", json={"files": files})).json()
    assert (report["valid"], report["score"], report["file_count"]) == (True, 100.0, 2)
    report = (await admin.post(f"{HOOKS}/validate-tests", json={"files": {"a.py": "broken"}})).json()
    assert not report["valid"]
    assert report["findings"] == [{"code": "suite.syntax", "at": "a.py:1", "message": "does not parse", "severity": "major"}]
    await stored_suite(service)
    report = (await admin.post(f"{HOOKS}/validate-tests", json={"suite_id": "suite-1"})).json()
    assert (report["valid"], report["file_count"]) == (True, 1)
    assert service.database.tables.audit == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"files": {}}',
        b'{"files": {"a.py": 1}}',
        b'{"files": {"../a.py": ""}}',
        b'{"files": {"/etc/a.py": ""}}',
        b'{"files": {"a/./b.py": ""}}',
        b'{"files": {"a\\\\b.py": ""}}',
        b'{"files": {"a.py": ""}, "suite_id": "x"}',
        b'{"other": 1}',
        b"[" * 20_000,
        b'{"files": {"a.py": "\\ud800"}}',
    ],
)
async def test_an_upload_that_makes_no_sense_is_refused(admin: httpx2.AsyncClient, body: bytes) -> None:
    response = await admin.post(f"{HOOKS}/validate-tests", content=body)
    assert (response.status_code, response.json()["code"]) == (400, "request.invalid")


async def test_a_stored_suite_that_is_gone_is_said(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await stored_suite(service)
    service.storage.saved.clear()
    response = await admin.post(f"{HOOKS}/validate-tests", json={"suite_id": "suite-1"})
    assert (response.status_code, response.json()["code"]) == (500, "storage.failed")
