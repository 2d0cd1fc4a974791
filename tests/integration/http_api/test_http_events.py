"""Events and dead letters: shown, filtered, sent back."""

from __future__ import annotations

import httpx2
import pytest

from fakes import new_event
from http_service import (
    HOOKS,
    V1,
    HttpService,
    dead_event,
    stored_suite,
)
from specproof.domain.events import Action, EventStatus


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
