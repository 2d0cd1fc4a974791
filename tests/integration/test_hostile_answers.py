"""Suites against a target that misbehaves, over real sockets: every answer is judged, in bounded time and memory."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator

import pytest

from hostile_server import Misbehaviour, answer, endless, head, hostile
from specproof.checks.client import Api, Connection
from specproof.checks.contracts import Contracts
from specproof.checks.credentials import Credentials
from specproof.checks.outcome import CaseNotes, CheckFailure
from specproof.checks.records import Answer

SECONDS = 0.3
MOST = 1 << 20


def packed(content: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return squeezer.compress(content) + squeezer.flush()


BOMB = packed(b"\0" * (4 * MOST))
PROCESSING = head(status="102 Processing")


def sent(given: bytes | Misbehaviour, seconds: float = SECONDS) -> Answer:
    with hostile(given) as server:
        connection = Connection(server.url, timeout=seconds, most_bytes=MOST)
        try:
            return Api(connection, Contracts({}, {}), Credentials({}, {}), CaseNotes()).send("GET", "/things")
        finally:
            connection.close()


def failure_of(given: bytes | Misbehaviour, seconds: float = SECONDS) -> CheckFailure:
    with pytest.raises(CheckFailure) as failure:
        sent(given, seconds)
    assert failure.value.check == "no_server_error"
    return failure.value


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (endless(head("content-length: 9999999999"), b"x" * 65536), "more than 1 MB"),
        (endless(head(), b"x" * 65536), "more than 1 MB"),
        (endless(head("transfer-encoding: chunked"), b"10000\r\n" + b"x" * 65536 + b"\r\n"), "more than 1 MB"),
        (answer(BOMB, "content-encoding: gzip"), "more than 1 MB once unpacked (Content-Encoding: gzip)"),
        (answer(packed(BOMB), "content-encoding: gzip, gzip"), "more than 1 MB once unpacked (Content-Encoding: gzip, gzip)"),
        # Nothing but headers, for ever.
        (endless(b"", PROCESSING * 1000), "more than 1 MB"),
    ],
    ids=["length", "until it closes", "chunked", "bomb", "bomb in a bomb", "1xx"],
)
def test_an_answer_without_end_fails_and_is_read_no_further(given: bytes | Misbehaviour, words: str) -> None:
    failure = failure_of(given, seconds=20)
    assert failure.actual == f"{words}: read no further. If it has to be so large, raise --answer-limit"
    assert failure.cause.startswith("an answer too large to read")
    assert failure.fault_number is None


def test_an_answer_of_just_the_limit_is_read() -> None:
    assert len(sent(answer(b"x" * MOST), seconds=20).content) == MOST
    assert len(sent(answer(packed(b"x" * MOST), "content-encoding: gzip"), seconds=20).content) == MOST


@pytest.mark.parametrize(
    "given",
    [
        endless(b"", b"", pause=0.02),
        endless(b"HTTP/1.1 2", b"0", pause=0.02),
        endless(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", pause=0.02),
        endless(b"", PROCESSING, pause=0.02),
        endless(head("content-length: 1000"), b"x", pause=0.02),
        endless(head("transfer-encoding: chunked"), b"1\r\nx\r\n", pause=0.02),
    ],
    ids=["silence", "status", "headers", "1xx", "body", "chunks"],
)
def test_a_slow_drip_is_a_hang(given: Misbehaviour) -> None:
    begun = time.monotonic()
    failure = failure_of(given)
    # The base address is looked at afterwards, as patiently.
    assert time.monotonic() - begun < 2.5 * SECONDS
    assert failure.actual.startswith("no answer within 0.3 seconds")
    assert failure.cause.startswith("no answer in time")
    assert failure.fault_number == 909


def test_of_an_answer_that_does_not_end_it_is_said_how_much_had_come() -> None:
    failure = failure_of(endless(head("content-length: 1000"), b"x", pause=0.02))
    assert re.search(r"\(it had begun: \d\d bytes had come\)", failure.actual)


def _nothing(_: object) -> None:
    return


@pytest.mark.parametrize(
    "given",
    [
        _nothing,
        b"\0\1\2 garbage\r\n\r\n",
        answer(status="000 X"),
        answer(status="9999 X"),
        answer(status="101 Switching Protocols"),
        answer(b"{}", "content-encoding: gzip"),
        answer(b"{}", "content-encoding: gzip, gzip, gzip, gzip, gzip, gzip"),
        answer(b"{}", "content-length: 1"),
        head("content-length: -1") + b"{}",
        head("content-length: 100") + b"{}",
        head("transfer-encoding: chunked") + b"zz\r\nhello\r\n",
        head("transfer-encoding: chunked") + b"ffffffffffffffffffff\r\nhello\r\n",
        head("transfer-encoding: chunked") + b"5\r\nhel",
        head("x-\xe9: \x80") + b"{}",
        head("x-a: a\0b") + b"{}",
        head("x-a: " + "a" * 200_000) + b"{}",
    ],
)
def test_what_is_no_answer_in_http_fails_and_says_why(given: bytes | Misbehaviour) -> None:
    failure = failure_of(given)
    assert failure.actual.startswith("no readable answer: ")
    assert failure.cause.startswith("no answer")


@pytest.mark.parametrize(
    "place", ["http://127.0.0.2:1/", "//127.0.0.2:1/", "http://[::1", "gopher://x", "\xff\xfe//", "", "a" * 70_000]
)
def test_no_redirect_is_followed_wherever_it_leads(place: str) -> None:
    assert sent(answer(b"", f"location: {place}", status="302 Found")).status == 302


@pytest.fixture
def api() -> Iterator[Api]:
    with hostile(answer(b'{"id": 1}')) as server:
        connection = Connection(server.url, timeout=5)
        yield Api(connection, Contracts({}, {}), Credentials({}, {}), CaseNotes())
        connection.close()


def test_what_http_cannot_carry_is_not_sent_and_blames_nobody(api: Api) -> None:
    for unsendable in (
        {"path": {"id": "x" * 70_000}},
        {"path": {"id": "x"}, "headers": {"X-A": " a"}},
        {"path": {"id": "x"}, "headers": {"X-\xc9": "a"}},
    ):
        with pytest.raises(pytest.skip.Exception, match=r"GET /things/\{id\} cannot be sent: "):
            api.send("GET", "/things/{id}", **unsendable)  # type: ignore[arg-type]
    assert api.send("GET", "/things").status == 200
