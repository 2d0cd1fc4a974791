"""The service over fakes, and clients of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from http_service import HttpService


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
