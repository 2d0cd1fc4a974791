"""Who may do what, and the headers of every answer."""

from __future__ import annotations

import httpx2
import pytest

from http_service import (
    HOOKS,
    V1,
    HttpService,
    dead_event,
    queued_run,
    revision,
    stored_suite,
)
from specproof.domain.events import EventStatus
from specproof.errors import SettingsError
from specproof.web.policy import CorsPolicy, WebPolicy

OPERATIONS = [
    ("GET", f"{V1}/events", None, "read"),
    ("GET", f"{V1}/events/evt-x", None, "read"),
    ("GET", f"{HOOKS}/failed-events", None, "read"),
    ("POST", f"{HOOKS}/retry-failed-events", {"all": True}, "admin"),
    ("GET", f"{HOOKS}/generated-tests", None, "read"),
    ("POST", f"{HOOKS}/run-tests", {"project": "shop"}, "run"),
    ("GET", f"{V1}/runs", None, "read"),
    ("GET", f"{V1}/runs/run-x", None, "read"),
    ("POST", f"{HOOKS}/validate-tests", {"files": {"a.py": ""}}, "read"),
    ("GET", f"{V1}/suites/suite-1", None, "read"),
    ("GET", f"{V1}/suites/suite-1/proof", None, "read"),
]


@pytest.mark.parametrize(("method", "path", "body", "scope"), OPERATIONS, ids=lambda value: str(value)[:40])
async def test_an_operation_needs_a_key_with_its_scope(
    service: HttpService, method: str, path: str, body: object, scope: str
) -> None:
    await stored_suite(service)
    answers = {}
    for name in ("", "wrong", "deliver", scope):
        key = "" if not name else "sp_abcdefgh_" + "A" * 43 if name == "wrong" else await service.key(name)
        async with service.client(key) as client:
            answers[name] = await client.request(method, path, json=body)
    assert answers[""].status_code == answers["wrong"].status_code == 401
    assert answers[""].content == answers["wrong"].content
    assert answers[""].headers["www-authenticate"]
    assert (answers["deliver"].status_code, answers["deliver"].json()["code"]) == (403, "access.forbidden")
    assert scope in answers["deliver"].json()["hint"]
    assert answers[scope].status_code in (200, 202, 404)


async def test_a_key_may_come_in_its_own_header(service: HttpService, client: httpx2.AsyncClient) -> None:
    key = await service.key("read")
    assert (await client.get(f"{V1}/events", headers={"X-API-Key": key})).status_code == 200
    assert (await client.get(f"{V1}/events", headers=[(b"x-api-key", b"\xff\xfe")])).status_code == 401
    assert (await client.get(f"{V1}/events", headers={"Authorization": f"Basic {key}"})).status_code == 401


async def test_every_operation_of_the_description_is_covered_here(client: httpx2.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    public = {("POST", f"{HOOKS}/apifox"), ("POST", f"{HOOKS}/apifox/{{project}}"), ("POST", f"{HOOKS}/openapi")}
    public |= {("GET", f"{HOOKS}/health"), ("GET", f"{HOOKS}/status")}
    described = {(method.upper(), path) for path, item in paths.items() for method in item}
    tried = {
        (method, path.replace("evt-x", "{event_id}").replace("run-x", "{run_id}").replace("suite-1", "{suite_id}"))
        for method, path, *_ in OPERATIONS
    }
    assert described - public == tried


async def test_a_foreign_key_sees_nothing_of_another_project(service: HttpService) -> None:
    await stored_suite(service, event_id="dead-1")
    await dead_event(service)
    async with service.database() as uow:
        await uow.runs.add(queued_run("run-x", revision()))
        await uow.commit()
    async with service.client(await service.key("admin", project="open")) as foreign:
        for path in ("events/dead-1", "suites/suite-1", "suites/suite-1/proof", "runs/run-x"):
            assert (await foreign.get(f"{V1}/{path}")).status_code == 404, path
        for path in (f"{V1}/events", f"{V1}/runs", f"{HOOKS}/failed-events", f"{HOOKS}/generated-tests"):
            assert (await foreign.get(path)).json()["total"] == 0, path
            refused = await foreign.get(path, params={"project": "shop"})
            assert (refused.status_code, refused.json()["code"]) == (404, "project.not_found"), path
        for body in ({"project": "shop"}, {"suite_id": "suite-1"}):
            assert (await foreign.post(f"{HOOKS}/run-tests", json=body)).status_code == 404
        assert (await foreign.post(f"{HOOKS}/validate-tests", json={"suite_id": "suite-1"})).status_code == 404
        retried = await foreign.post(f"{HOOKS}/retry-failed-events", json={"event_ids": ["dead-1"]})
        assert retried.json() == {"retried": [], "skipped": [{"event_id": "dead-1", "reason": "there is no such event"}]}
        assert (await foreign.post(f"{HOOKS}/retry-failed-events", json={"all": True})).json()["retried"] == []
        assert (await foreign.post(f"{HOOKS}/retry-failed-events", json={"project": "shop"})).status_code == 404
    assert service.database.tables.events["dead-1"].status is EventStatus.DEAD
    assert service.submitted == []


async def test_an_own_key_sees_its_project(service: HttpService) -> None:
    await stored_suite(service)
    async with service.client(await service.key("read", "run", project="shop")) as own:
        assert (await own.get(f"{HOOKS}/generated-tests")).json()["total"] == 1
        assert (await own.post(f"{HOOKS}/run-tests", json={})).status_code == 202


async def test_every_answer_carries_the_security_headers(client: httpx2.AsyncClient) -> None:
    for path in (f"{HOOKS}/health", "/nothing", "/docs", f"{V1}/events", "/openapi.json"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "default-src 'none'" in headers["content-security-policy"], path
    assert (await client.get(f"{HOOKS}/health")).headers["cache-control"] == "no-store"


async def test_no_origin_is_let_in_by_default(client: httpx2.AsyncClient) -> None:
    response = await client.get(f"{HOOKS}/health", headers={"Origin": "https://evil.example"})
    assert not any(name.startswith("access-control") for name in response.headers)


async def test_only_the_exact_origins_are_let_in() -> None:
    policy = WebPolicy(cors=CorsPolicy(origins=("https://app.example",), allow_credentials=True))
    async with HttpService(policy=policy).client() as client:
        good = await client.get(f"{HOOKS}/health", headers={"Origin": "https://app.example"})
        evil = await client.get(f"{HOOKS}/health", headers={"Origin": "https://evil.example"})
        preflight = await client.options(
            f"{V1}/events", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
        )
    assert good.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in evil.headers
    assert "access-control-allow-origin" not in preflight.headers


def test_every_origin_with_credentials_refuses_to_start() -> None:
    with pytest.raises(SettingsError):
        HttpService(policy=WebPolicy(cors=CorsPolicy(origins=("*",), allow_credentials=True)))


async def test_the_description_says_what_errors_look_like(client: httpx2.AsyncClient) -> None:
    description = (await client.get("/openapi.json")).json()
    identifiers = []
    for item in description["paths"].values():
        for operation in item.values():
            identifiers.append(operation["operationId"])
            assert set(operation["responses"]) >= {"4XX", "5XX"}
            assert "422" not in operation["responses"]
            content = operation["responses"]["4XX"]["content"]
            assert list(content) == ["application/problem+json"]
            assert "code" in content["application/problem+json"]["schema"]["required"]
    assert len(identifiers) == len(set(identifiers))
