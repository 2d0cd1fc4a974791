"""What Apifox sends: proven, stored, answered."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import httpx2
import pytest

from http_service import (
    BEARER,
    BODY,
    HOOKS,
    URL_TOKEN,
    V1,
    HttpService,
    sha1_signature,
    signed,
)
from specproof.domain.events import Action, EventStatus, Source

SHARED = Path(os.environ.get("SPECPROOF_CORPUS", Path(__file__).parents[3].parent / "shared"))
SAMPLES = SHARED / "apifox" / "samples"


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
