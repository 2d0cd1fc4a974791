"""A stand-in server on loopback that answers with prepared bytes and keeps what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from specproof.fetching.address_policy import AddressPolicy


def answer(body: bytes = b"{}", *, status: int = 200, **headers: str) -> bytes:
    """A whole HTTP answer; header names with ``_`` for ``-``."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class StandIn:
    """``answers`` are given in turn, the last one for ever."""

    port: int = 0
    answers: list[bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]] = field(default_factory=lambda: [answer()])
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def policy(self) -> AddressPolicy:
        return AddressPolicy.parse([f"127.0.0.1:{self.port}"])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
        self.requests.append(head + await reader.readexactly(length))
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            if isinstance(given, bytes):
                writer.write(given)
            else:
                await given(writer)
            await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()
