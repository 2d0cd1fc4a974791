"""The two pipes of a run: pytest's output, of which the end is kept, and the plug-in's lines."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from dataclasses import dataclass

from specproof.execution.redaction import Redactor

CHUNK_BYTES = 65_536


class OutputTail:
    """Keeps the last ``keep_bytes`` of what is fed, and says when ``limit_bytes`` have gone by."""

    def __init__(self, keep_bytes: int, limit_bytes: int) -> None:
        self._keep_bytes = keep_bytes
        self._limit_bytes = limit_bytes
        self._chunks: deque[bytes] = deque()
        self._kept = 0
        self._seen = 0

    def feed(self, chunk: bytes) -> bool:
        """Take a piece. False once there has been too much."""
        self._seen += len(chunk)
        self._chunks.append(chunk)
        self._kept += len(chunk)
        # Twice as much is held as is shown, so that a secret is seen whole before the cut is made.
        while self._kept - len(self._chunks[0]) >= 2 * self._keep_bytes:
            self._kept -= len(self._chunks.popleft())
        return self._seen <= self._limit_bytes

    def text(self, redactor: Redactor) -> str:
        """The end of the output, redacted; cut at a line where possible."""
        whole = redactor.text(b"".join(self._chunks).decode("utf-8", "replace"))
        whole = "".join(char if char in "\n\t" or char.isprintable() else "�" for char in whole.replace("\r\n", "\n"))
        if self._seen == self._kept and len(whole) <= self._keep_bytes:
            return whole
        # What begins the held part may be the rest of a secret.
        tail = whole[redactor.longest :][-self._keep_bytes :]
        return "[...]\n" + (tail.partition("\n")[2] or tail)


@dataclass(frozen=True, slots=True)
class Pipe:
    """A new pipe: its reading end for us, the descriptor of its writing end for a child."""

    reader: PipeReader
    writer: int


class PipeReader:
    """Reads a pipe's descriptor without blocking the event loop; owns and closes it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        os.set_blocking(descriptor, False)

    @classmethod
    def pair(cls) -> Pipe:
        """A new pipe."""
        reader, writer = os.pipe()
        return Pipe(cls(reader), writer)

    def __aiter__(self) -> PipeReader:
        return self

    async def __anext__(self) -> bytes:
        """The next piece; stops when every writer is gone."""
        while self._descriptor is not None:
            try:
                chunk = os.read(self._descriptor, CHUNK_BYTES)
            except BlockingIOError:
                await self._readable(self._descriptor)
                continue
            if chunk:
                return chunk
            break
        raise StopAsyncIteration

    async def _readable(self, descriptor: int) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        loop.add_reader(descriptor, _settle, ready)
        try:
            await ready
        finally:
            loop.remove_reader(descriptor)

    def close(self) -> None:
        """Give the descriptor back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
