"""What anybody else sends: documents and their addresses."""

from __future__ import annotations

import httpx2
import pytest

from http_service import (
    BEARER,
    DOCUMENT,
    HOOKS,
    HttpService,
    sha256_signature,
)
from specproof.domain.events import Source


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
