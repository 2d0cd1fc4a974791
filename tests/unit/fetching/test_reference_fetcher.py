"""Documents that a specification refers to: fetched from allowed hosts alone, before anything is parsed in earnest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes import FakeClock, FakeDatabase
from specproof.domain.events import SpecSource
from specproof.domain.ports import FetchedDocument
from specproof.errors import FetchUnavailableError, SpecLimitError
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.breaker_store import DatabaseBreakerStore
from specproof.fetching.http_client import HttpCaller
from specproof.fetching.reference_fetcher import MAX_FILES, MAX_ROUNDS, is_allowed, with_references
from specproof.fetching.sources import ProjectSource
from specproof.fetching.spec_fetcher import ConfiguredSpecFetcher, FetchPolicy
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.findings import FindingCode
from specproof.openapi.parser import parse_spec
from specproof.resilience.retry import RetryPolicy
from stand_in_server import StandIn, answer


def document(*references: str) -> bytes:
    return json.dumps(
        {"openapi": "3.1.0", "paths": {f"/p{number}": {"$ref": ref} for number, ref in enumerate(references)}}
    ).encode()


ITEM = b'{"get": {"responses": {"200": {"description": "fine"}}}}'


class Web:
    """A web of documents in memory that remembers who was asked."""

    def __init__(self, **documents: Any) -> None:
        self.documents = documents
        self.asked: list[str] = []

    async def fetch(self, url: str) -> FetchedDocument:
        self.asked.append(url)
        return FetchedDocument(self.documents.get(url, ITEM), origin=url)


async def collected(content: bytes, web: Web, *hosts: str, url: str = "", **limits: int) -> bytes:
    fetched = await with_references(
        FetchedDocument(content, origin="here"), hosts=hosts, fetch=web.fetch, limits=SpecLimits(**limits), url=url
    )
    assert fetched.origin == "here"
    return fetched.content


async def test_nothing_is_fetched_without_hosts() -> None:
    web = Web()
    content = document("https://a.example/x.json")
    assert await collected(content, web) == content
    assert web.asked == []


async def test_only_allowed_hosts_are_asked() -> None:
    web = Web()
    content = document(
        "https://a.example/x.json", "https://b.example/x.json", "https://a.example:444/x.json", "https://a.example.evil/x", "https://u:p@a.example/y",
        "https://a.example@evil.example/z", "ftp://a.example/x.json",
    )  # fmt: skip
    spec = parse_spec(await collected(content, web, "a.example"))
    assert web.asked == ["https://a.example/x.json"]
    assert len(spec.operations) == 1
    assert [finding.code for finding in spec.findings] == [FindingCode.REF_EXTERNAL] * 6


async def test_references_of_fetched_documents_are_followed_for_some_rounds() -> None:
    chain = {f"https://a.example/{number}": f'{{"$ref": "{number + 1}"}}'.encode() for number in range(20)}
    web = Web(**chain)
    spec = parse_spec(await collected(document("https://a.example/0"), web, "a.example"))
    assert web.asked == [f"https://a.example/{number}" for number in range(MAX_ROUNDS)]
    assert [finding.code for finding in spec.findings] == [FindingCode.REF_EXTERNAL]


async def test_at_most_so_many_documents_are_fetched() -> None:
    web = Web()
    await collected(document(*(f"https://a.example/{number}" for number in range(80))), web, "a.example")
    assert len(web.asked) == MAX_FILES


async def test_relative_references_of_a_fetched_document_are_relative_to_its_address() -> None:
    web = Web()
    url = "https://user:secret@a.example/specs/openapi.json?token=secret"
    packed = await collected(document("paths/x.json", "../y.json#", "/z.json"), web, "a.example", url=url)
    assert web.asked == ["https://a.example/specs/paths/x.json", "https://a.example/y.json", "https://a.example/z.json"]
    spec = parse_spec(packed)
    assert b"secret" not in packed
    assert (len(spec.operations), spec.findings) == (3, ())


async def test_documents_that_are_too_long_together_are_over_the_limit() -> None:
    web = Web(**{f"https://a.example/{number}": b"x" * 600 for number in range(3)})
    with pytest.raises(SpecLimitError):
        await collected(document(*web.documents), web, "a.example", max_bytes=1000)


async def test_a_document_that_cannot_be_read_is_handed_on() -> None:
    web = Web()
    content = b'{"openapi": "3.1.0", "$ref": "https://a.example/x.json"'
    assert await collected(content, web, "a.example") == content


@pytest.mark.parametrize(
    ("url", "hosts", "expected"),
    [
        ("https://a.example/x", ["a.example"], True),
        ("http://a.example/x", ["a.example"], True),
        ("https://a.example:8443/x", ["a.example"], False),
        ("https://a.example:8443/x", ["a.example:8443"], True),
        ("https://a.example/x", ["a.example:443"], True),
        ("https://a.example/x", ["a.example:80"], False),
        ("https://sub.a.example/x", ["a.example"], False),
        ("https://a.example./x", ["a.example"], True),
        ("http://[::1]:9/x", ["[::1]:9"], True),
        ("http://[::1]/x", ["::1"], False),
    ],
)
def test_hosts_are_matched_exactly(url: str, hosts: list[str], expected: bool) -> None:
    assert is_allowed(url, hosts) is expected


# -- through the fetcher, over a loopback server --------------------------------------------------------------------


async def fetched(stand_in: StandIn, content: bytes, *, addresses: AddressPolicy | None = None) -> bytes:
    clock = FakeClock()
    source = ProjectSource(
        addresses=stand_in.policy if addresses is None else addresses, reference_hosts=(f"127.0.0.1:{stand_in.port}",)
    )

    async def stored(event_id: str) -> bytes | None:
        return content

    fetcher = ConfiguredSpecFetcher(
        {"shop": source},
        documents=stored,
        caller=HttpCaller(),
        breakers=DatabaseBreakerStore(FakeDatabase(clock)),
        sleep=clock.sleep,
        policy=FetchPolicy(retry=RetryPolicy(max_attempts=2)),
    )
    return (await fetcher.fetch("shop", SpecSource(document_id="e1"))).content


async def test_a_referred_document_comes_over_http_without_credentials(stand_in: StandIn) -> None:
    stand_in.answers = [answer(ITEM)]
    spec = parse_spec(await fetched(stand_in, document(f"{stand_in.url}/item.json")))
    assert (len(spec.operations), spec.findings) == (1, ())
    assert stand_in.requests[0].startswith(b"GET /item.json ")
    assert b"authorization" not in stand_in.requests[0].lower()
    assert b"cookie" not in stand_in.requests[0].lower()


async def test_redirects_are_not_followed(stand_in: StandIn) -> None:
    stand_in.answers = [answer(b"", status=302, location="http://127.0.0.1:9/elsewhere")]
    spec = parse_spec(await fetched(stand_in, document(f"{stand_in.url}/item.json")))
    assert [finding.code for finding in spec.findings] == [FindingCode.REF_EXTERNAL]
    assert len(stand_in.requests) == 1


async def test_an_address_that_refuses_is_a_finding(stand_in: StandIn) -> None:
    stand_in.answers = [answer(b"", status=404)]
    spec = parse_spec(await fetched(stand_in, document(f"{stand_in.url}/item.json")))
    assert [finding.code for finding in spec.findings] == [FindingCode.REF_EXTERNAL]


async def test_an_address_that_is_down_is_tried_again(stand_in: StandIn) -> None:
    stand_in.answers = [answer(b"", status=503), answer(ITEM)]
    assert len(parse_spec(await fetched(stand_in, document(f"{stand_in.url}/item.json"))).operations) == 1
    stand_in.answers = [answer(b"", status=503), answer(b"", status=503)]
    with pytest.raises(FetchUnavailableError):
        await fetched(stand_in, document(f"{stand_in.url}/item.json"))


async def test_the_projects_addresses_hold_for_references_too(stand_in: StandIn) -> None:
    spec = parse_spec(await fetched(stand_in, document(f"{stand_in.url}/item.json"), addresses=AddressPolicy()))
    assert [finding.code for finding in spec.findings] == [FindingCode.REF_EXTERNAL]
    assert stand_in.requests == []
