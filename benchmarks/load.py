"""A small HTTP/1.1 load generator: connections that are kept, signed Apifox deliveries, every answer timed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What a load brought: answers per second, and the latencies in milliseconds."""

    accepted: int
    refused: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Accepted deliveries per second."""
        return self.accepted / self.seconds


def delivery(number: int, size: int) -> bytes:
    """A real-shaped delivery of about ``size`` bytes that no other number shares."""
    content = f"接口名称：load {number}\n接口路径：GET /load/{number}\n修改者：bench\n修改时间：2026-01-01 00:00:00\n"
    body = {"event": "API_UPDATED", "title": "接口变更提醒", "content": content}
    padding = max(0, size - len(json.dumps(body, ensure_ascii=False).encode()))
    body["content"] += "x" * padding
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def request(port: int, path: str, body: bytes, secret: str) -> bytes:
    """The bytes of one signed POST."""
    signature = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json;charset=utf-8\r\n"
        f"X-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def deliver(port: int, paths: list[str], secret: str, *, seconds: float, connections: int, size: int, most: int) -> Load:
    """Send deliveries over ``connections`` kept connections for ``seconds`` or until ``most`` were sent."""
    latencies: list[float] = []
    refused = 0
    counter = iter(range(most))
    started = time.perf_counter()

    async def send() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in counter:
            if time.perf_counter() - started > seconds:
                break
            message = request(port, paths[number % len(paths)], delivery(number, size), secret)
            before = time.perf_counter()
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(length)
            latencies.append((time.perf_counter() - before) * 1000)
            refused += not head.startswith((b"HTTP/1.1 202", b"HTTP/1.1 200"))
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(send() for _ in range(connections)))
    elapsed = time.perf_counter() - started
    latencies.sort()
    return Load(len(latencies) - refused, refused, elapsed, latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)])
