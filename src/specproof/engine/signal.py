"""How receiving tells the engine of the same process that there is work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator


class LocalSignal:
    """:class:`~specproof.domain.ports.WorkSignal` within one event loop. Wakes that nobody waited for are remembered, as one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def wake(self) -> None:
        """See the port."""
        self._event.set()

    def waits(self) -> AsyncIterator[None]:
        """See the port. A waiting ``anext`` may be cancelled without ending the iteration."""
        return _Waits(self._event)


class _Waits:
    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    def __aiter__(self) -> _Waits:
        return self

    async def __anext__(self) -> None:
        await self._event.wait()
        self._event.clear()
