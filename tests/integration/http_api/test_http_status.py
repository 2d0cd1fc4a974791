"""Health, and what the status tells with and without a key."""

from __future__ import annotations

import httpx2

from http_service import (
    BODY,
    HOOKS,
    HttpService,
    dead_event,
    signed,
)


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
