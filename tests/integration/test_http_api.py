"""The API in process, over fakes: every operation, its scopes, its projects, and what it refuses."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from fakes import new_event
from http_service import BEARER, SECRET, URL_TOKEN, HttpService, queued_run, revision, sha1_signature, sha256_signature
from specproof.domain.events import Action, EventStatus, Failure, Source
from specproof.domain.plans import Family
from specproof.domain.runs import Outcome, OutcomeKind, RunResult, RunStatus
from specproof.domain.suites import RenderedSuite, SuiteFile
from specproof.errors import SettingsError
from specproof.web.policy import CorsPolicy, WebPolicy

V1 = "/api/v1"
HOOKS = f"{V1}/webhooks"
BODY = '{"event":"API_UPDATED","title":"接口变更提醒","content":"1000000000 修改了接口 a"}'.encode()
DOCUMENT = json.dumps({"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}, "paths": {}}).encode()

SHARED = Path(os.environ.get("SPECPROOF_CORPUS", Path(__file__).parents[2].parent / "shared"))
SAMPLES = SHARED / "apifox" / "samples"


@pytest.fixture
def service() -> HttpService:
    return HttpService()


@pytest.fixture
async def client(service: HttpService) -> AsyncIterator[httpx2.AsyncClient]:
    async with service.client() as client:
        yield client


@pytest.fixture
async def admin(service: HttpService) -> AsyncIterator[httpx2.AsyncClient]:
    async with service.client(await service.key("admin")) as client:
        yield client


def signed(body: bytes = BODY, secret: bytes = SECRET) -> dict[str, str]:
    return {"X-Coding-Signature": sha1_signature(body, secret), "Content-Type": "application/json;charset=utf-8"}


async def dead_event(service: HttpService, event_id: str = "dead-1", project: str = "shop", code: str = "fetch.refused") -> str:
    async with service.database() as uow:
        await uow.events.receive(new_event(event_id, project=project, settle_seconds=0.0, settle_limit_seconds=0.0))
        claim = await uow.events.claim("worker", 30)
        assert claim is not None
        await uow.events.bury(claim, Failure(code, "refused", "fetching", hint="check the token"))
        await uow.commit()
    return event_id


async def stored_suite(service: HttpService, suite_id: str = "suite-1", project: str = "shop", event_id: str = "evt-x") -> None:
    suite = RenderedSuite("shop", (SuiteFile("tests_shop/test_a.py", "x = 1\n", is_code=True),), 1, 1)
    path = await service.storage.save(project, 1, event_id, suite)
    async with service.database() as uow:
        await uow.suites.add(replace(revision(suite_id, project, event_id=event_id), path=path), DOCUMENT)
        await uow.commit()


# Receiving from Apifox.


async def test_a_signed_delivery_is_stored_before_it_is_answered(service: HttpService, client: httpx2.AsyncClient) -> None:
    response = await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers=signed())
    assert response.status_code == 202
    answer = response.json()
    assert answer == {"event_id": answer["event_id"], "status": "pending", "duplicate": False}
    assert response.headers["location"] == f"{V1}/events/{answer['event_id']}"
    (event,) = service.receiver.received
    assert event.event_id == answer["event_id"]
    assert (event.project, event.source, event.action, event.event_type) == (
        "shop",
        Source.APIFOX,
        Action.REGENERATE,
        "API_UPDATED",
    )
    assert event.body == BODY
    assert (event.settle_seconds, event.settle_limit_seconds, event.run_after) == (10, 60, True)
    assert service.database.tables.events[event.event_id].status is EventStatus.PENDING


async def test_the_engine_is_woken_for_work_that_is_due_at_once_and_not_for_a_burst_that_settles(
    service: HttpService, client: httpx2.AsyncClient
) -> None:
    assert (await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers=signed())).status_code == 202
    assert service.signal.wakes == 0
    assert (await client.post(f"{HOOKS}/apifox/open", content=BODY)).status_code == 202
    assert service.signal.wakes == 1


async def test_headers_are_kept_without_the_secret_ones(service: HttpService, client: httpx2.AsyncClient) -> None:
    await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers={**signed(), "User-Agent": "axios/0.27.2", "Cookie": "a=b"})
    (event,) = service.receiver.received
    headers = dict(event.headers)
    assert headers["user-agent"] == "axios/0.27.2"
    assert headers["content-type"] == "application/json;charset=utf-8"
    assert headers["cookie"] == "[redacted]"
    assert sha1_signature(BODY) not in str(headers)


async def test_a_repetition_is_answered_with_the_first_id(service: HttpService, client: httpx2.AsyncClient) -> None:
    first = await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers=signed())
    second = await client.post(f"{HOOKS}/apifox", params={"project": "shop"}, content=BODY, headers=signed())
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json() == {**first.json(), "duplicate": True}
    assert len(service.database.tables.events) == 1


async def test_one_delivery_a_hundred_times_at_once_is_accepted_once(service: HttpService, client: httpx2.AsyncClient) -> None:
    sent = [client.post(f"{HOOKS}/apifox/shop", content=BODY, headers=signed()) for _ in range(100)]
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [200] * 99 + [202]
    assert len({answer.json()["event_id"] for answer in answers}) == 1
    assert len(service.database.tables.events) == 1


@pytest.mark.parametrize(
    ("params", "headers"),
    [
        ({"project": "shop"}, {"X-Any-Name": sha1_signature(BODY)}),
        ({"project": "shop"}, {"Authorization": f"Bearer {BEARER.decode()}"}),
        ({"project": "shop", "token": URL_TOKEN.decode()}, {}),
        ({"project": "open"}, {}),
        ({"project": "pinned"}, {"X-Coding-Signature": sha1_signature(BODY)}),
    ],
    ids=["signature", "bearer", "url", "unsigned allowed", "pinned"],
)
async def test_each_way_of_proof_is_accepted(client: httpx2.AsyncClient, params: dict[str, str], headers: dict[str, str]) -> None:
    assert (await client.post(f"{HOOKS}/apifox", params=params, content=BODY, headers=headers)).status_code == 202


FORGERIES: list[tuple[str, dict[str, str], list[tuple[bytes, bytes]]]] = [
    ("shop", {}, []),
    ("shop", {}, [(b"x-signature", sha1_signature(BODY + b" ").encode())]),
    ("shop", {}, [(b"x-signature", sha1_signature(BODY, b"old secret").encode())]),
    ("shop", {}, [(b"x-signature", b"sha1=")]),
    ("shop", {}, [(b"x-signature", b"sha1=" + "接口".encode())]),
    ("shop", {}, [(b"x-signature", b"\xff\xfe\x80")]),
    ("shop", {}, [(b"x-signature", b"x" * 10_000)]),
    ("shop", {}, [(b"authorization", b"Bearer \xff\xfe")]),
    ("shop", {}, [(b"authorization", b"Bearer wrong")]),
    ("shop", {}, [(b"authorization", b"Basic " + BEARER)]),
    ("shop", {}, [(b"authorization", b"Bearer sp_abcdefgh_" + b"A" * 43)]),
    ("shop", {"token": "wrong"}, []),
    ("shop", {"token": "\udcff接口"}, []),
    ("shop", {"token": ""}, [(b"authorization", b"")]),
    ("bare", {}, [(b"x-signature", sha1_signature(BODY).encode())]),
    ("pinned", {}, [(b"x-other", sha1_signature(BODY).encode())]),
    ("nobody", {}, []),
    ("nobody", {}, [(b"x-signature", sha1_signature(BODY).encode())]),
    ("default", {}, []),
    ("接口", {}, []),
    ("x" * 3000, {}, []),
    ("' OR 1=1 --", {}, []),
]


@pytest.mark.parametrize("source", ["apifox", "openapi"])
async def test_every_forgery_gets_the_same_401(service: HttpService, client: httpx2.AsyncClient, source: str) -> None:
    bodies = set()
    for project, params, headers in FORGERIES:
        query = {"project": project, **{name: value.encode("utf-8", "replace").decode() for name, value in params.items()}}
        response = await client.post(f"{HOOKS}/{source}", params=query, content=BODY, headers=headers)
        assert response.status_code == 401, (project, params, headers)
        bodies.add((response.content, response.headers["content-type"], response.headers["www-authenticate"]))
    by_path = await client.post(f"{HOOKS}/apifox/nobody", content=BODY)
    bodies.add((by_path.content, by_path.headers["content-type"], by_path.headers["www-authenticate"]))
    assert len(bodies) == 1
    assert service.database.tables.events == {}
    assert service.signal.wakes == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b'{"event": 7}', b'{"title": "x"}', b"\xff\xfe\x00", b"[" * 50_000, b'{"event":"SOMETHING_NEW"}'],
)
async def test_what_cannot_be_read_is_accepted_and_recorded(
    service: HttpService, client: httpx2.AsyncClient, body: bytes
) -> None:
    response = await client.post(f"{HOOKS}/apifox/shop", content=body, headers={"X-Sign": sha1_signature(body)})
    assert (response.status_code, response.json()["status"]) == (202, "recorded")
    assert service.receiver.received[0].body == body


async def test_a_deleted_project_is_retired(service: HttpService, client: httpx2.AsyncClient) -> None:
    body = b'{"event":"PROJECT_DELETED","title":"","content":""}'
    assert (await client.post(f"{HOOKS}/apifox/shop", content=body, headers=signed(body))).status_code == 202
    assert service.receiver.received[0].action is Action.RETIRE


@pytest.mark.needs_shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared corpus is not beside the checkout")
async def test_the_real_bodies_are_accepted_and_routed(service: HttpService, client: httpx2.AsyncClient) -> None:
    files = sorted(SAMPLES.glob("webhook-*.json"))
    assert len(files) >= 4
    for file in files:
        body = file.read_bytes()
        response = await client.post(f"{HOOKS}/apifox/shop", content=body, headers=signed(body))
        assert response.status_code == 202, file.name
    assert {event.action for event in service.receiver.received} == {Action.REGENERATE}
    assert {event.event_type for event in service.receiver.received} == {"API_DELETED", "DATA_SCHEMA_DELETED", "API_UPDATED"}


@pytest.mark.needs_shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared corpus is not beside the checkout")
async def test_every_known_event_name_is_accepted_and_routed(service: HttpService, client: httpx2.AsyncClient) -> None:
    names = json.loads((SAMPLES / "notification-events.json").read_text(encoding="utf-8"))["events"]
    for name in names:
        body = json.dumps({"event": name, "title": "", "content": ""}).encode()
        assert (await client.post(f"{HOOKS}/apifox/shop", content=body, headers=signed(body))).status_code == 202
    by_action: dict[Action, int] = {}
    for event in service.receiver.received:
        by_action[event.action] = by_action.get(event.action, 0) + 1
    assert len(names) == 47
    assert by_action == {Action.REGENERATE: 22, Action.RECORD: 25}


async def test_a_database_that_is_away_is_said_and_may_be_tried_again(service: HttpService, client: httpx2.AsyncClient) -> None:
    service.database.is_away = True
    response = await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers=signed())
    assert (response.status_code, response.json()["code"]) == (503, "database.unavailable")
    assert int(response.headers["retry-after"]) > 0
    service.database.is_away = False
    assert (await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers=signed())).status_code == 202


async def test_a_commit_that_fails_is_not_answered_with_success(service: HttpService, client: httpx2.AsyncClient) -> None:
    service.database.fail_commits = 1
    assert (await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers=signed())).status_code == 503
    assert service.database.tables.events == {}


async def test_a_delivery_over_the_limit_and_a_compressed_one_are_refused(client: httpx2.AsyncClient) -> None:
    large = b"x" * (1_048_576 + 1)
    response = await client.post(f"{HOOKS}/apifox/shop", content=large, headers=signed(large))
    assert (response.status_code, response.json()["code"]) == (413, "request.body_too_large")
    response = await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers={**signed(), "Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["code"]) == (415, "request.content_encoding")


# Receiving from anywhere else.


async def test_a_document_is_stored_with_its_event(service: HttpService, client: httpx2.AsyncClient) -> None:
    headers = {"X-SpecProof-Signature": sha256_signature(DOCUMENT), "Idempotency-Key": "build-7"}
    response = await client.post(f"{HOOKS}/openapi", params={"project": "shop"}, content=DOCUMENT, headers=headers)
    assert response.status_code == 202
    (event,) = service.receiver.received
    assert (event.document, event.source, event.title, event.delivery_id) == (DOCUMENT, Source.OPENAPI, "Shop", "build-7")
    assert event.spec_source.document_id == event.event_id
    again = await client.post(f"{HOOKS}/openapi", params={"project": "shop"}, content=DOCUMENT, headers=headers)
    assert (again.status_code, again.json()["event_id"]) == (200, event.event_id)


async def test_a_large_yaml_document_is_taken(service: HttpService, client: httpx2.AsyncClient) -> None:
    document = b"openapi: 3.1.0\ninfo:\n  title: Large\n  version: '1'\npaths: {}\n" + b"# filler\n" * 200_000
    response = await client.post(
        f"{HOOKS}/openapi", params={"project": "shop"}, content=document, headers={"Authorization": f"Bearer {BEARER.decode()}"}
    )
    assert response.status_code == 202
    assert service.receiver.received[0].title == "Large"


async def test_an_own_address_is_taken_and_another_refused(service: HttpService, client: httpx2.AsyncClient) -> None:
    body = b'{"url": "https://specs.example/shop.json"}'
    auth = {"Authorization": f"Bearer {BEARER.decode()}"}
    response = await client.post(f"{HOOKS}/openapi", params={"project": "shop"}, content=body, headers=auth)
    assert response.status_code == 202
    (event,) = service.receiver.received
    assert (event.spec_source.url, event.spec_source.document_id, event.document) == ("https://specs.example/shop.json", "", b"")
    body = b'{"url": "http://169.254.169.254/latest/meta-data"}'
    response = await client.post(f"{HOOKS}/openapi", params={"project": "shop"}, content=body, headers=auth)
    assert (response.status_code, response.json()["code"]) == (422, "fetch.address_blocked")
    assert response.json()["at"] == "url"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "request.invalid"),
        (b"hello", 422, "spec.unreadable"),
        (b"[]", 422, "spec.unreadable"),
        (b'{"a": 1}', 422, "spec.unsupported"),
        (b'{"url": 1}', 400, "request.invalid"),
    ],
)
async def test_what_is_no_document_is_refused_with_a_hint(
    client: httpx2.AsyncClient, body: bytes, status: int, code: str
) -> None:
    response = await client.post(f"{HOOKS}/openapi", params={"project": "open"}, content=body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["hint"]


async def test_a_key_with_the_scope_deliver_may_deliver_to_its_project(service: HttpService) -> None:
    async def deliver(key: str, project: str = "shop") -> int:
        async with service.client(key) as client:
            return (await client.post(f"{HOOKS}/openapi", params={"project": project}, content=DOCUMENT)).status_code

    assert await deliver(await service.key("deliver")) == 202
    assert await deliver(await service.key("deliver", project="shop")) == 200
    assert await deliver(await service.key("deliver", project="open"), "shop") == 401
    assert await deliver(await service.key("read", "run")) == 401
    assert await deliver(await service.key("deliver"), "nobody") == 401
    assert await deliver("sp_abcdefgh_" + "A" * 43) == 401


# Health and status.


async def test_health_touches_nothing(service: HttpService, client: httpx2.AsyncClient) -> None:
    service.database.is_away = True
    response = await client.get(f"{HOOKS}/health")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


async def test_status_without_a_key_says_ready_or_not(service: HttpService, client: httpx2.AsyncClient) -> None:
    response = await client.get(f"{HOOKS}/status")
    assert (response.status_code, response.json()["code"], response.json()["state"]) == (503, "service.not_ready", "not_ready")
    async with service.database() as uow:
        await uow.engines.beat("engine-1")
        await uow.commit()
    response = await client.get(f"{HOOKS}/status")
    assert (response.status_code, response.json()) == (200, {"state": "ready", "version": "1.2.3", "reasons": []})
    service.clock.advance(31)
    response = await client.get(f"{HOOKS}/status")
    assert response.status_code == 503
    assert "sign of life" in response.json()["detail"]
    service.engine_mode = "off"
    assert (await client.get(f"{HOOKS}/status")).status_code == 200


async def test_status_with_a_key_tells_the_numbers(service: HttpService, client: httpx2.AsyncClient) -> None:
    await dead_event(service)
    await client.post(f"{HOOKS}/apifox/shop", content=BODY, headers=signed())
    async with service.database() as uow:
        await uow.engines.beat("engine-1")
        await uow.breakers.record_failure("apifox", 1)
        await uow.commit()
    service.clock.advance(12)
    async with service.client(await service.key("read")) as reader:
        report = (await reader.get(f"{HOOKS}/status")).json()
    assert report["state"] == "ready"
    assert report["database"] == "reachable"
    assert report["engine"] == {"mode": "embedded", "last_beat_seconds": 12.0, "max_beat_seconds": 30.0}
    assert report["queue"]["depth"] == 1
    assert report["queue"]["oldest_waiting_seconds"] == 2.0
    assert report["dead_letters"] == 1
    assert [(breaker["name"], breaker["state"]) for breaker in report["breakers"]] == [("apifox", "open")]
    async with service.client(await service.key("read", project="shop")) as confined:
        assert "queue" not in (await confined.get(f"{HOOKS}/status")).json()
    async with service.client(await service.key("deliver")) as other:
        assert (await other.get(f"{HOOKS}/status")).status_code == 403
    async with service.client("sp_abcdefgh_" + "A" * 43) as stranger:
        assert (await stranger.get(f"{HOOKS}/status")).status_code == 401


async def test_status_survives_a_database_that_is_away(service: HttpService, admin: httpx2.AsyncClient) -> None:
    service.database.is_away = True
    response = await admin.get(f"{HOOKS}/status")
    assert (response.status_code, response.json()["reasons"]) == (503, ["the database is away"])
    assert response.headers["retry-after"]


# Events.


async def test_an_event_shows_its_stage_and_what_came_of_it(service: HttpService, admin: httpx2.AsyncClient) -> None:
    async with service.database() as uow:
        await uow.events.receive(new_event("evt-a", settle_seconds=0.0, settle_limit_seconds=0.0))
        claim = await uow.events.claim("worker", 30)
        assert claim is not None
        await uow.events.beat(claim, 30, "generating")
        await uow.commit()
    await stored_suite(service, event_id="evt-a")
    event = (await admin.get(f"{V1}/events/evt-a")).json()
    assert (event["status"], event["stage"], event["attempts"], event["suite_id"]) == ("running", "generating", 1, "suite-1")
    assert event["headers"] == {"content-type": "application/json"}
    assert (await admin.get(f"{V1}/events/none")).json()["code"] == "resource.not_found"


async def test_events_are_paged_and_filtered(service: HttpService, admin: httpx2.AsyncClient) -> None:
    async with service.database() as uow:
        for number in range(5):
            await uow.events.receive(new_event(f"evt-{number}", project="shop" if number % 2 else "open", action=Action.RECORD))
        await uow.commit()
    await dead_event(service)
    listing = (await admin.get(f"{V1}/events", params={"limit": 2, "offset": 1})).json()
    assert (listing["total"], listing["limit"], listing["offset"], len(listing["items"])) == (6, 2, 1, 2)
    listing = (await admin.get(f"{V1}/events", params={"project": "open"})).json()
    assert {item["project"] for item in listing["items"]} == {"open"}
    listing = (await admin.get(f"{V1}/events?status=dead&status=pending")).json()
    assert [item["event_id"] for item in listing["items"]] == ["dead-1"]


@pytest.mark.parametrize(
    "path",
    [
        f"{V1}/events/%00",
        f"{V1}/runs/a%00b",
        f"{V1}/suites/%E6%8E%A5",
        f"{V1}/events?project=%00",
        f"{V1}/runs?project=a%20b",
        f"{HOOKS}/failed-events?error_code=%00",
        f"{HOOKS}/generated-tests?project=%ED%A0%80",
        f"{V1}/events?offset=99999999999999999999",
    ],
)
async def test_what_no_database_takes_is_refused_before_it_gets_there(admin: httpx2.AsyncClient, path: str) -> None:
    response = await admin.get(path)
    assert (response.status_code, response.json()["code"]) == (400, "request.invalid")


async def test_failed_events_come_with_their_analysis(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await dead_event(service)
    await dead_event(service, "dead-2", "open", code="spec.unreadable")
    listing = (await admin.get(f"{HOOKS}/failed-events")).json()
    assert listing["total"] == 2
    item = next(item for item in listing["items"] if item["event_id"] == "dead-1")
    assert item["failure"] == {
        "code": "fetch.refused",
        "message": "refused",
        "stage": "fetching",
        "hint": "check the token",
        "at": "",
    }
    assert item["first_failed_at"]
    only = (await admin.get(f"{HOOKS}/failed-events", params={"error_code": "spec.unreadable"})).json()
    assert [item["event_id"] for item in only["items"]] == ["dead-2"]


async def test_dead_letters_are_tried_again_with_one_audit_row(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await dead_event(service)
    await dead_event(service, "dead-2", "open")
    response = await admin.post(f"{HOOKS}/retry-failed-events", json={"event_ids": ["dead-1", "none", "dead-1"]})
    assert response.status_code == 200
    assert response.json() == {"retried": ["dead-1"], "skipped": [{"event_id": "none", "reason": "there is no such event"}]}
    tables = service.database.tables
    assert tables.events["dead-1"].status is EventStatus.PENDING
    assert tables.events["dead-2"].status is EventStatus.DEAD
    (entry,) = tables.audit
    assert (entry.operation, entry.subject) == ("retry-failed-events", "dead-1")
    assert entry.actor.startswith("key:")
    assert service.signal.wakes == 1
    again = await admin.post(f"{HOOKS}/retry-failed-events", json={"event_ids": ["dead-1"]})
    assert again.json() == {"retried": [], "skipped": [{"event_id": "dead-1", "reason": "it is pending, not dead"}]}
    assert len(service.database.tables.audit) == 2


async def test_ids_that_are_all_skipped_revive_nothing_else(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await dead_event(service)
    response = await admin.post(f"{HOOKS}/retry-failed-events", json={"event_ids": ["none"]})
    assert response.json()["retried"] == []
    assert service.database.tables.events["dead-1"].status is EventStatus.DEAD


async def test_dead_letters_are_chosen_by_filter(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await dead_event(service)
    await dead_event(service, "dead-2", "open", code="spec.unreadable")
    wrong = await admin.post(f"{HOOKS}/retry-failed-events", json={"event_ids": ["dead-1"], "error_code": "spec.unreadable"})
    assert wrong.json()["skipped"] == [{"event_id": "dead-1", "reason": "it does not match the filter"}]
    response = await admin.post(f"{HOOKS}/retry-failed-events", json={"error_code": "spec.unreadable"})
    assert response.json() == {"retried": ["dead-2"], "skipped": []}
    response = await admin.post(f"{HOOKS}/retry-failed-events", json={"all": True})
    assert response.json()["retried"] == ["dead-1"]


async def test_an_empty_choice_retries_nothing(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await dead_event(service)
    response = await admin.post(f"{HOOKS}/retry-failed-events", json={})
    assert (response.status_code, response.json()["code"]) == (400, "request.invalid")
    assert service.database.tables.events["dead-1"].status is EventStatus.DEAD


async def test_a_retry_that_cannot_be_committed_leaves_nothing(service: HttpService, admin: httpx2.AsyncClient) -> None:
    await dead_event(service)
    assert (await admin.get(f"{V1}/events")).status_code == 200
    service.database.fail_commits = 1
    assert (await admin.post(f"{HOOKS}/retry-failed-events", json={"all": True})).status_code == 503
    assert service.database.tables.events["dead-1"].status is EventStatus.DEAD
    assert service.database.tables.audit == []
    assert service.signal.wakes == 0


# Suites and runs.


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


# Who may do what.

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


# Headers and cross-origin requests.


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
