"""Where a project's document comes from, and how often it is tried."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fakes import FakeClock, FakeDatabase
from specproof.domain.events import SpecSource
from specproof.errors import (
    AddressBlockedError,
    CircuitOpenError,
    FetchRefusedError,
    FetchUnavailableError,
    SpecLimitError,
)
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.breaker_store import DatabaseBreakerStore
from specproof.fetching.file_fetcher import fetch_file
from specproof.fetching.http_client import FetchLimits, HttpCaller
from specproof.fetching.sources import ApifoxExport, ProjectSource
from specproof.fetching.spec_fetcher import ConfiguredSpecFetcher, FetchPolicy
from specproof.resilience.circuit_breaker import BreakerPolicy
from stand_in_server import StandIn, answer

DOCUMENT = b'{"openapi": "3.1.0"}'


class Fetching:
    """A fetcher over fakes: time stands still, breakers live in memory."""

    def __init__(self, **sources: ProjectSource) -> None:
        self.clock = FakeClock()
        self.breakers = DatabaseBreakerStore(FakeDatabase(self.clock))
        self.retried: list[str] = []
        self.fetcher = ConfiguredSpecFetcher(
            sources,
            documents=self.stored,
            caller=HttpCaller(),
            breakers=self.breakers,
            sleep=self.clock.sleep,
            policy=FetchPolicy(limits=FetchLimits(max_bytes=1000), breaker=BreakerPolicy(failure_threshold=5)),
            on_retry=lambda notice: self.retried.append(str(notice.error)),
        )

    async def stored(self, event_id: str) -> bytes | None:
        return DOCUMENT if event_id == "e1" else None

    async def get(self, **source: str) -> bytes:
        return (await self.fetcher.fetch("shop", SpecSource(**source))).content


async def test_a_document_of_the_delivery_comes_first(stand_in: StandIn) -> None:
    fetching = Fetching(shop=ProjectSource(url=stand_in.url, addresses=stand_in.policy))

    assert await fetching.get(document_id="e1") == DOCUMENT
    assert stand_in.requests == []


async def test_a_document_that_is_gone_is_refused() -> None:
    with pytest.raises(FetchRefusedError) as caught:
        await Fetching().get(document_id="e2")

    assert caught.value.at == "e2"


async def test_a_url_of_the_delivery_comes_before_the_settings(stand_in: StandIn) -> None:
    stand_in.answers = [answer(DOCUMENT)]
    fetching = Fetching(shop=ProjectSource(url=f"{stand_in.url}/configured", addresses=stand_in.policy))

    assert await fetching.get(url=f"{stand_in.url}/delivered") == DOCUMENT
    assert stand_in.requests[0].startswith(b"GET /delivered ")


async def test_a_url_of_the_delivery_is_held_to_the_projects_addresses(stand_in: StandIn) -> None:
    with pytest.raises(AddressBlockedError):
        await Fetching(shop=ProjectSource()).get(url=stand_in.url)
    with pytest.raises(AddressBlockedError):
        await Fetching().get(url=stand_in.url)

    assert stand_in.requests == []


async def test_apifox_comes_before_a_url_and_a_url_before_a_file(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.answers = [answer(DOCUMENT)]
    apifox = ApifoxExport("1", "token", base_url=stand_in.url)
    every = ProjectSource(apifox=apifox, url=f"{stand_in.url}/spec", file=tmp_path, addresses=stand_in.policy)

    await Fetching(shop=every).get()
    await Fetching(shop=ProjectSource(url=every.url, file=tmp_path, addresses=stand_in.policy)).get()

    assert [request.split(b" ")[0] for request in stand_in.requests] == [b"POST", b"GET"]


async def test_a_configured_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(DOCUMENT)

    assert await Fetching(shop=ProjectSource(file=file)).get() == DOCUMENT


async def test_a_project_without_any_place_says_what_to_set() -> None:
    with pytest.raises(FetchRefusedError) as caught:
        await Fetching(shop=ProjectSource()).get()

    assert "spec_url" in caught.value.hint


async def test_a_place_that_comes_back_is_fetched_in_the_end(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=503), answer(status=429, retry_after="9"), answer(DOCUMENT)]
    fetching = Fetching(shop=ProjectSource(url=stand_in.url, addresses=stand_in.policy))

    assert await fetching.get() == DOCUMENT
    assert fetching.clock.sleeps == [1.0, 9.0]
    assert len(fetching.retried) == 2


async def test_a_refusal_is_not_tried_again(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=404)]
    fetching = Fetching(shop=ProjectSource(url=stand_in.url, addresses=stand_in.policy))

    with pytest.raises(FetchRefusedError, match="answered 404"):
        await fetching.get()
    assert len(stand_in.requests) == 1


async def test_a_place_that_keeps_failing_is_left_alone_by_every_project_on_it(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=500)]
    source = ProjectSource(url=stand_in.url, addresses=stand_in.policy)
    fetching = Fetching(shop=source, other=source)

    with pytest.raises(FetchUnavailableError):
        await fetching.get()
    with pytest.raises(CircuitOpenError):
        await fetching.get()
    with pytest.raises(CircuitOpenError):
        await fetching.fetcher.fetch("other", SpecSource())

    # Three tries, then two more until the fifth failure opened the circuit.
    assert len(stand_in.requests) == 5


async def test_after_the_recovery_time_it_is_fetched_again(stand_in: StandIn) -> None:
    stand_in.answers = [answer(status=500)] * 5 + [answer(DOCUMENT)]
    fetching = Fetching(shop=ProjectSource(url=stand_in.url, addresses=stand_in.policy))
    for _ in range(2):
        with pytest.raises((FetchUnavailableError, CircuitOpenError)):
            await fetching.get()
    fetching.clock.advance(61)

    assert await fetching.get() == DOCUMENT


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (answer(b" \n"), "is empty"),
        (answer(status=401), "answered 401"),
        (answer(status=302, location="https://a.example/b?c"), "redirect"),
    ],
)
async def test_an_address_without_a_document_is_refused(stand_in: StandIn, given: bytes, message: str) -> None:
    stand_in.answers = [given]

    with pytest.raises(FetchRefusedError, match=message) as caught:
        await Fetching(shop=ProjectSource(url=stand_in.url, addresses=stand_in.policy)).get()
    assert caught.value.hint


async def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "spec.json"
    file.write_bytes(b"x" * 1001)

    with pytest.raises(SpecLimitError):
        await fetch_file(file, 1000)
    assert len((await fetch_file(file, 1001)).content) == 1001


@pytest.mark.parametrize("name", ["missing", ".", "pipe", "nul\0l"])
async def test_what_is_no_readable_file_is_refused_without_waiting(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FetchRefusedError) as caught:
        await fetch_file(tmp_path / name, 1000)
    assert "spec_file" in caught.value.hint


async def test_the_origin_of_a_document_holds_no_secret(stand_in: StandIn) -> None:
    stand_in.answers = [answer(DOCUMENT, content_type="application/json")]
    url = stand_in.url.replace("http://", "http://user:pass@") + "/spec?token=abc"
    fetching = Fetching(shop=ProjectSource(addresses=AddressPolicy.parse(["127.0.0.0/8"])))

    document = await fetching.fetcher.fetch("shop", SpecSource(url=url))

    assert (document.origin, document.content_type) == (f"{stand_in.url}/spec", "application/json")
