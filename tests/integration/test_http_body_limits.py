"""The body guard behind a real server: raw sockets on the loopback address, as hostile or as slow as senders are."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI

from http_service import SECRET, HttpService, sha1_signature
from specproof.web.policy import BodyPolicy, WebPolicy

PATH = "/api/v1/webhooks/apifox/shop"
BODY = b'{"event":"API_UPDATED","title":"","content":""}'
POLICY = WebPolicy(body=BodyPolicy(default_bytes=1_000_000, timeout_seconds=0.3, linger_seconds=0.3))


class AnnouncingServer(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@dataclass
class Running:
    service: HttpService
    port: int

    async def talk(self, *parts: bytes, pause: float = 0.0, ends: bool = False) -> bytes:
        """Send ``parts`` and read until the server closes the connection, or the answer is complete."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                if pause:
                    await asyncio.sleep(pause)
            if ends:
                writer.write_eof()
            return await asyncio.wait_for(read_answer(reader), 10)
        finally:
            writer.close()


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def code(answer: bytes) -> str:
    return str(json.loads(answer.split(b"\r\n\r\n", 1)[1])["code"])


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    service = HttpService(policy=POLICY)
    async for server in serving(service.app):
        yield Running(service, server)


async def serving(app: FastAPI) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = AnnouncingServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.wait_for(server.listens.wait(), 10)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listener.close()


def head(*lines: str, length: int | None = None) -> bytes:
    sized = [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([f"POST {PATH} HTTP/1.1", "Host: 127.0.0.1", *sized, *lines, "", ""]).encode()


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def signature(body: bytes = BODY) -> str:
    return f"X-Sign: {sha1_signature(body, SECRET)}"


async def test_a_delivery_in_chunks_arrives(running: Running) -> None:
    answer = await running.talk(head(signature(), "Transfer-Encoding: chunked"), chunk(BODY[:10]), chunk(BODY[10:]), b"0\r\n\r\n")
    assert status(answer) == 202


async def test_a_delivery_without_content_type_arrives(running: Running) -> None:
    assert status(await running.talk(head(signature(), length=len(BODY)) + BODY)) == 202


async def test_a_length_over_the_limit_is_refused_at_once(running: Running) -> None:
    answer = await running.talk(head(signature(), length=1_000_001))
    assert (status(answer), code(answer)) == (413, "request.body_too_large")
    assert b"connection: close" in answer.lower()


async def test_one_byte_over_the_limit_in_chunks_is_refused(running: Running) -> None:
    parts = [chunk(b"x" * 100_000) for _ in range(10)] + [chunk(b"y")]
    answer = await running.talk(head(signature(), "Transfer-Encoding: chunked"), *parts)
    assert (status(answer), code(answer)) == (413, "request.body_too_large")


async def test_a_sender_that_keeps_sending_still_sees_the_refusal(running: Running) -> None:
    answer = await running.talk(head(signature(), length=8_000_000), *[b"x" * 100_000] * 80)
    assert status(answer) == 413


async def test_a_stalled_body_is_refused(running: Running) -> None:
    answer = await running.talk(head(signature(), length=len(BODY)), BODY[:5])
    assert (status(answer), code(answer)) == (408, "request.body_stalled")


async def test_a_trickling_body_is_refused(running: Running) -> None:
    answer = await running.talk(head(signature(), length=1000), *[b"x"] * 8, pause=0.1)
    assert (status(answer), code(answer)) == (408, "request.body_stalled")


async def test_a_compressed_delivery_is_refused(running: Running) -> None:
    answer = await running.talk(head(signature(), "Content-Encoding: gzip", length=len(BODY)) + BODY)
    assert (status(answer), code(answer)) == (415, "request.content_encoding")


async def test_an_expecting_sender_is_refused_before_it_sends(running: Running) -> None:
    answer = await running.talk(head(signature(), "Expect: 100-continue", length=50_000_000))
    assert status(answer) == 413


async def test_junk_in_headers_is_no_server_error(running: Running) -> None:
    junk = head(length=len(BODY))[:-2] + b"X-Sign: sha1=\xff\xfe\xe6\x8e\xa5\r\nAuthorization: Bearer \xff\r\n\r\n"
    answer = await running.talk(junk + BODY)
    assert (status(answer), code(answer)) == (401, "access.unauthenticated")


async def test_broken_chunks_and_early_leaving_harm_nobody_else(running: Running) -> None:
    broken = await running.talk(head(signature(), "Transfer-Encoding: chunked"), b"zz\r\nnonsense\r\n")
    assert broken == b"" or 400 <= status(broken) < 500
    _, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(head(signature(), length=1000) + b"x")
    await writer.drain()
    writer.transport.abort()
    assert status(await running.talk(head(signature(), length=len(BODY)) + BODY)) == 202
    assert len(running.service.receiver.received) == 1


async def test_a_refused_delivery_leaves_the_connection_usable(running: Running) -> None:
    wrong = head("X-Sign: sha1=0", length=len(BODY)) + BODY
    right = head(signature(), length=len(BODY)) + BODY
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(wrong)
    assert status(await read_answer(reader)) == 401
    writer.write(right)
    assert status(await read_answer(reader)) == 202
    writer.close()


async def test_a_document_without_a_right_proof_is_refused_unread(running: Running) -> None:
    lines = [
        "POST /api/v1/webhooks/openapi?project=shop HTTP/1.1",
        "Host: x",
        "Authorization: Bearer no",
        "Content-Length: 50000000",
    ]
    answer = await running.talk("\r\n".join([*lines, "", ""]).encode())
    assert (status(answer), code(answer)) == (401, "access.unauthenticated")
