"""Bad input meets the whole service: a clear error with its code and a hint, and no event is lost."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from specproof.main import create_app
from specproof.settings.loading import load_settings
from specproof.web.authentication import create_api_key

SECRET = "delivery-secret"
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Ping", "version": "1"},
    "paths": {"/ping": {"get": {"responses": {"200": {"description": "pong"}}}}},
}


class Client:
    """The service in process, with an API key and a signing project ``shop``."""

    def __init__(self, http: httpx2.AsyncClient, key: str) -> None:
        self.http = http
        self.key = {"Authorization": f"Bearer {key}"}

    async def deliver(self, body: bytes, path: str = "/api/v1/webhooks/apifox/shop", secret: str = SECRET) -> httpx2.Response:
        signature = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        return await self.http.post(path, content=body, headers={"X-Any": signature, "Content-Type": "application/json"})

    async def send_document(self, body: bytes) -> httpx2.Response:
        path = "/api/v1/webhooks/openapi?project=shop"
        return await self.http.post(path, content=body, headers={**self.key, "Content-Type": "application/json"})

    async def ended(self, event_id: str) -> dict[str, Any]:
        for _ in range(600):
            event = (await self.http.get(f"/api/v1/events/{event_id}", headers=self.key)).json()
            if event["status"] in ("succeeded", "dead", "superseded"):
                return event
            await asyncio.sleep(0.05)
        raise AssertionError(f"the event did not end: {event}")


@asynccontextmanager
async def service(tmp_path: Path, **environ: str) -> AsyncIterator[Client]:
    settings = load_settings(
        {
            "SPECPROOF_DATABASE__URL": f"sqlite:///{tmp_path}/service.db",
            "SPECPROOF_STORAGE__OUTPUT_DIR": str(tmp_path / "suites"),
            "SPECPROOF_WEBHOOK__SETTLE_SECONDS": "0",
            "SPECPROOF_PROJECTS": json.dumps({"shop": {"secrets": [SECRET]}}),
            **environ,
        },
        env_file=None,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        services = app.state.services
        key = create_api_key("tests", ["admin", "read", "run", "deliver"], now=services.clock.now(), random_bytes=bytes)
        async with services.unit_of_work() as uow:
            await uow.api_keys.add(key.view, key.secret_sha256)
            await uow.commit()
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://service") as http:
            yield Client(http, key.token)


def problem(response: httpx2.Response) -> tuple[int, str, bool]:
    assert response.headers["content-type"].startswith("application/problem+json")
    content = response.json()
    return response.status_code, content["code"], bool(content["hint"])


async def test_an_unreadable_document_is_refused_at_the_door_with_a_reason(tmp_path: Path) -> None:
    async with service(tmp_path) as client:
        refused = await client.send_document(b'{"openapi": "3.1.0", "info"')
        assert problem(refused) == (422, "spec.unreadable", True)


async def test_a_document_that_cannot_be_used_becomes_a_dead_letter_that_says_why_and_comes_back(tmp_path: Path) -> None:
    async with service(tmp_path) as client:
        accepted = await client.send_document(b'{"swagger": "1.2", "info": {"title": "t", "version": "1"}, "paths": {}}')
        assert accepted.status_code == 202
        event = await client.ended(accepted.json()["event_id"])
        failure = event["failure"]
        assert (event["status"], failure["code"], failure["stage"], bool(failure["hint"])) == (
            "dead",
            "spec.unsupported",
            "parsing",
            True,
        )
        assert (await client.http.get("/api/v1/webhooks/failed-events", headers=client.key)).json()["total"] == 1
        wanted = {"event_ids": [event["event_id"]]}
        retried = await client.http.post("/api/v1/webhooks/retry-failed-events", json=wanted, headers=client.key)
        assert retried.is_success
        again = await client.ended(event["event_id"])
        assert (again["status"], again["attempts"], again["failure"]["code"]) == ("dead", 1, "spec.unsupported")


async def test_a_wrong_signature_and_an_unknown_project_get_the_same_401_and_store_nothing(tmp_path: Path) -> None:
    async with service(tmp_path) as client:
        body = json.dumps({"event": "API_UPDATED", "title": "t", "content": "c"}).encode()
        wrong = await client.deliver(body, secret="another")
        unknown = await client.deliver(body, path="/api/v1/webhooks/apifox/nowhere")
        assert (wrong.status_code, unknown.status_code, wrong.content == unknown.content) == (401, 401, True)
        assert (await client.http.get("/api/v1/events", headers=client.key)).json()["total"] == 0


async def test_a_body_over_the_limit_is_413_and_stores_nothing(tmp_path: Path) -> None:
    async with service(tmp_path, SPECPROOF_WEBHOOK__MAX_BODY_BYTES="2048") as client:
        refused = await client.deliver(b'{"event": "API_UPDATED", "content": "' + b"x" * 4096 + b'"}')
        assert problem(refused) == (413, "request.body_too_large", True)
        assert (await client.http.get("/api/v1/events", headers=client.key)).json()["total"] == 0


async def test_a_project_that_does_not_exist_is_404_for_who_may_ask(tmp_path: Path) -> None:
    async with service(tmp_path) as client:
        missing = await client.http.post("/api/v1/webhooks/run-tests", json={"project": "nowhere"}, headers=client.key)
        assert (missing.status_code, missing.json()["code"], bool(missing.json()["hint"])) == (404, "project.not_found", True)


async def test_an_output_folder_that_cannot_be_written_keeps_the_event_until_it_can(tmp_path: Path) -> None:
    (tmp_path / "suites").write_text("a file where the folder should be", encoding="utf-8")
    async with service(tmp_path) as client:
        accepted = await client.send_document(json.dumps(DOCUMENT).encode())
        event = await client.ended(accepted.json()["event_id"])
        assert (event["status"], event["failure"]["code"], bool(event["failure"]["hint"])) == ("dead", "storage.failed", True)
        (tmp_path / "suites").unlink()
        wanted = {"event_ids": [event["event_id"]]}
        await client.http.post("/api/v1/webhooks/retry-failed-events", json=wanted, headers=client.key)
        assert (await client.ended(event["event_id"]))["status"] == "succeeded"


async def test_a_target_that_is_away_is_a_finished_run_not_a_lost_event(tmp_path: Path) -> None:
    projects = json.dumps({"shop": {"secrets": [SECRET], "target_url": "http://127.0.0.1:9"}})
    async with service(tmp_path, SPECPROOF_PROJECTS=projects) as client:
        accepted = await client.send_document(json.dumps(DOCUMENT).encode())
        event = await client.ended(accepted.json()["event_id"])
        assert event["status"] == "succeeded"
        run = (await client.http.get(f"/api/v1/runs/{event['run_id']}", headers=client.key)).json()
        assert run["status"] in ("failed", "broken")


async def test_the_same_document_twice_makes_one_revision_and_says_so(tmp_path: Path) -> None:
    async with service(tmp_path) as client:
        first = await client.ended((await client.send_document(json.dumps(DOCUMENT).encode())).json()["event_id"])
        reordered = dict(reversed(DOCUMENT.items()))
        second = await client.ended((await client.send_document(json.dumps(reordered).encode())).json()["event_id"])
        assert (first["revision"], second["status"]) == (1, "succeeded")
        assert "nothing to do" in second["summary"]
        assert (await client.http.get("/api/v1/webhooks/generated-tests", headers=client.key)).json()["total"] == 1


async def test_a_database_that_is_away_refuses_a_delivery_with_503_and_a_time_to_come_back() -> None:
    away = {
        "SPECPROOF_DATABASE__URL": "postgresql://nobody@127.0.0.1:1/nowhere",
        "SPECPROOF_PROJECTS": json.dumps({"shop": {"secrets": [SECRET]}}),
    }
    transport = httpx2.ASGITransport(app=create_app(load_settings(away, env_file=None)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as http:
        refused = await Client(http, "").deliver(b'{"event": "API_UPDATED", "title": "t", "content": "c"}')
    assert problem(refused) == (503, "database.unavailable", True)
    assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.parametrize("origins", ['["*"]'])
def test_a_service_that_would_reflect_every_origin_does_not_start(origins: str) -> None:
    from specproof.errors import SettingsError

    with pytest.raises(SettingsError):
        load_settings({"SPECPROOF_CORS__ORIGINS": origins, "SPECPROOF_CORS__ALLOW_CREDENTIALS": "true"}, env_file=None)
