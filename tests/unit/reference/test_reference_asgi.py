"""The reference as an ASGI application."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import httpx2
import pytest

from petserver import caller
from specproof.reference.asgi import ReferenceApp


async def test_records_are_kept_between_calls() -> None:
    app = ReferenceApp(caller().server)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://pets.invalid") as client:
        made = await client.post("/pets", json={"name": "Mia"})
        shown = await client.get("/pets/1?x=1")
        gone = await client.delete("/pets/1")
    assert (made.status_code, made.headers["location"]) == (201, "/pets/1")
    assert shown.json() == made.json()
    assert (gone.status_code, gone.content) == (204, b"")


async def test_a_raw_path_stays_encoded() -> None:
    app = ReferenceApp(caller().server)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://pets.invalid") as client:
        await client.post("/pets", json={"name": "Mia", "chip": "1234"})
        assert (await client.get("/pets/chip/%31234")).status_code == 200
        assert (await client.get("/pets/1%2Fvisits")).status_code == 404
        assert (await client.get("/pets/1/visits")).status_code == 200


async def test_a_body_that_is_too_large_is_refused() -> None:
    app = ReferenceApp(caller().server, largest_body=10)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://pets.invalid") as client:
        assert (await client.post("/pets", json={"name": "Mia"})).status_code == 413


async def test_the_lifespan_is_gone_along_with() -> None:
    waiting = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message["type"])

    await ReferenceApp(caller().server)({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    with pytest.raises(ValueError, match="websocket"):
        await ReferenceApp(caller().server)({"type": "websocket"}, receive, send)
