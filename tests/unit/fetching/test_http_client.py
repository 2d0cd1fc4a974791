"""One exchange: limits on time, size and redirects; errors that say what to do and tell no secrets."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime

import pytest

from specproof.errors import AddressBlockedError, FetchRefusedError, FetchUnavailableError, SpecLimitError
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.http_client import FetchLimits, HttpCaller, breaker_name, checked_url, parse_retry_after, shown_url
from specproof.fetching.sender import post_sender
from stand_in_server import StandIn, answer

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def caller(**limits: float) -> HttpCaller:
    return HttpCaller(limits=FetchLimits(**limits), now=lambda: NOW)  # type: ignore[arg-type]


async def test_an_answer_comes_back_with_status_type_and_body(stand_in: StandIn) -> None:
    stand_in.answers = [answer(b"{}", status=418, content_type="application/json")]

    got = await caller().call("GET", f"{stand_in.url}/a?b=c", policy=stand_in.policy, headers={"x-a": "b"})

    assert (got.status, got.content_type, got.body) == (418, "application/json", b"{}")
    assert stand_in.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert b"x-a: b\r\n" in stand_in.requests[0]


async def test_proxies_of_the_environment_are_not_used(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert (await caller().call("GET", stand_in.url, policy=stand_in.policy)).status == 200


async def test_a_private_address_that_is_not_allowed_gets_no_request(stand_in: StandIn) -> None:
    with pytest.raises(AddressBlockedError):
        await caller().call("GET", stand_in.url, policy=AddressPolicy())

    assert stand_in.requests == []


@pytest.mark.parametrize("size", [999, 1000])
async def test_a_body_up_to_the_limit_is_taken(stand_in: StandIn, size: int) -> None:
    stand_in.answers = [answer(b"x" * size)]

    assert len((await caller(max_bytes=1000).call("GET", stand_in.url, policy=stand_in.policy)).body) == size


async def test_a_declared_length_over_the_limit_is_refused(stand_in: StandIn) -> None:
    stand_in.answers = [answer(b"x" * 1001)]

    with pytest.raises(SpecLimitError, match="longer than 1000 bytes"):
        await caller(max_bytes=1000).call("GET", stand_in.url, policy=stand_in.policy)


async def test_an_endless_body_is_cut_off_at_the_limit(stand_in: StandIn) -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(10_000):
            writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            await writer.drain()
            sent += 65536

    stand_in.answers = [endless]

    with pytest.raises(SpecLimitError):
        await caller(max_bytes=100_000).call("GET", stand_in.url, policy=stand_in.policy)
    assert sent < 65536 * 1000


async def test_a_compressed_body_counts_with_its_real_size(stand_in: StandIn) -> None:
    bomb = gzip.compress(b"x" * 5_000_000)
    stand_in.answers = [answer(bomb, content_encoding="gzip")]

    assert len(bomb) < 10_000
    with pytest.raises(SpecLimitError):
        await caller(max_bytes=100_000).call("GET", stand_in.url, policy=stand_in.policy)


async def test_a_compressed_body_within_the_limit_is_decompressed(stand_in: StandIn) -> None:
    stand_in.answers = [answer(gzip.compress(b"x" * 5000), content_encoding="gzip")]

    assert (await caller().call("GET", stand_in.url, policy=stand_in.policy)).body == b"x" * 5000


async def test_a_broken_compression_is_a_refusal(stand_in: StandIn) -> None:
    stand_in.answers = [answer(b"no gzip", content_encoding="gzip")]

    with pytest.raises(FetchRefusedError, match="Content-Encoding"):
        await caller().call("GET", stand_in.url, policy=stand_in.policy)


async def test_the_body_of_an_error_is_read_in_part_only(stand_in: StandIn) -> None:
    stand_in.answers = [answer(b"x" * 200_000, status=500)]

    got = await caller(max_bytes=1000).call("GET", stand_in.url, policy=stand_in.policy)

    assert (got.status, len(got.body)) == (500, 65536)


async def test_an_answer_that_does_not_end_in_time_is_away(stand_in: StandIn) -> None:
    async def stall(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(5)

    stand_in.answers = [stall]

    with pytest.raises(FetchUnavailableError, match=r"within 0\.2 s") as caught:
        await caller(timeout_seconds=0.2).call("GET", f"{stand_in.url}/x?token=abc", policy=stand_in.policy)
    assert caught.value.at == f"{stand_in.url}/x"


async def test_a_connection_that_breaks_is_away(stand_in: StandIn) -> None:
    stand_in.answers = [b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"]

    with pytest.raises(FetchUnavailableError):
        await caller().call("GET", stand_in.url, policy=stand_in.policy)


async def test_nobody_listening_is_away() -> None:
    listening = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()

    with pytest.raises(FetchUnavailableError, match="no answer"):
        await caller().call("GET", f"http://127.0.0.1:{port}/", policy=AddressPolicy.parse(["127.0.0.0/8"]))


async def test_a_header_that_cannot_be_sent_is_refused_without_its_value(stand_in: StandIn) -> None:
    with pytest.raises(FetchRefusedError) as caught:
        await caller().call("GET", stand_in.url, policy=stand_in.policy, headers={"authorization": "Bearer s3cret\nx: y"})

    assert "s3cret" not in repr(vars(caught.value)) + str(caught.value)
    assert stand_in.requests == []


async def test_redirects_are_not_followed_unless_the_limits_say_so(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=302, location="/elsewhere?token=abc")]

    got = await caller().call("GET", stand_in.url, policy=stand_in.policy, follow_redirects=True)

    assert (got.status, got.location, len(stand_in.requests)) == (302, "/elsewhere", 1)


async def test_a_redirect_is_followed_within_its_limit(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=302, location="/b"), answer(b"there")]

    got = await caller(max_redirects=1).call("GET", f"{stand_in.url}/a", policy=stand_in.policy, follow_redirects=True)

    assert got.body == b"there"
    assert stand_in.requests[1].startswith(b"GET /b ")


async def test_a_circle_of_redirects_ends_at_the_limit(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=302, location="/again")]

    with pytest.raises(FetchRefusedError, match="more than 3 redirects"):
        await caller(max_redirects=3).call("GET", stand_in.url, policy=stand_in.policy, follow_redirects=True)
    assert len(stand_in.requests) == 4


async def test_a_redirect_to_a_private_address_is_checked_anew(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=302, location="http://169.254.169.254/latest/meta-data/")]

    with pytest.raises(AddressBlockedError, match="metadata"):
        await caller(max_redirects=3).call("GET", stand_in.url, policy=stand_in.policy, follow_redirects=True)


async def test_a_redirect_to_another_scheme_is_refused(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=302, location="file:///etc/passwd")]

    with pytest.raises(FetchRefusedError):
        await caller(max_redirects=3).call("GET", stand_in.url, policy=stand_in.policy, follow_redirects=True)
    assert len(stand_in.requests) == 1


@pytest.mark.parametrize("url", ["", "x", "ftp://h/", "http://", "http://h:0/", "http://h:70000/", "http://[::1/", "http://a b/"])
def test_what_is_no_http_address_is_refused(url: str) -> None:
    with pytest.raises(FetchRefusedError) as caught:
        checked_url(url)

    assert caught.value.hint


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@host:1/a/b?token=x#frag", "https://host:1/a/b"),
        ("https://host", "https://host"),
        ("https://a@b@host/x@y", "https://host/x@y"),
        ("http://h/\x1b[31m\n", "http://h/?[31m?"),
        ("/relative?x", "/relative"),
    ],
)
def test_a_shown_address_holds_no_secret(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_a_shown_address_is_bounded() -> None:
    assert len(shown_url("http://h/" + "x" * 1000)) == 300


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.apifox.com/v1", "fetch:api.apifox.com:443"),
        ("http://API.apifox.com./v1", "fetch:api.apifox.com:80"),
        ("http://h:8080", "fetch:h:8080"),
    ],
)
def test_breakers_are_named_by_host_and_port(url: str, name: str) -> None:
    assert breaker_name(url) == name


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("30", 30.0),
        (" 0 ", 0.0),
        ("99999999999999999999", 86400.0),
        ("soon", None),
        ("-5", None),
        ("Thu, 01 Jan 2026 12:00:45 GMT", 45.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 12:00:45 -0000", 45.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


async def test_a_sender_posts_and_gives_the_status(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=204)]

    status = await post_sender(caller(), stand_in.policy)(f"{stand_in.url}/hook", b"body", {"webhook-id": "1"})

    assert status == 204
    assert stand_in.requests[0].startswith(b"POST /hook ")
    assert stand_in.requests[0].endswith(b"body")
