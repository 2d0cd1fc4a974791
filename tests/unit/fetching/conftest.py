"""The stand-in server as a fixture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from stand_in_server import StandIn


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    server = StandIn()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    yield server
    listening.close()
    await listening.wait_closed()
