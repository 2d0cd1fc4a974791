"""What is dialled, asserted at the connector: nothing here reaches a network."""

from __future__ import annotations

import ipaddress
import socket

import httpcore2
import pytest

from specproof.errors import AddressBlockedError, FetchRefusedError, FetchUnavailableError
from specproof.fetching.address_policy import AddressPolicy, IPAddress
from specproof.fetching.guarded_backend import GuardedBackend, resolve
from specproof.fetching.http_client import HttpCaller

URL_FORMS = [
    "http://127.0.0.1/",
    "http://127.0.0.2:8080/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[ff02::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://[fd00:ec2::254]/",
    "http://user:password@127.0.0.1/",
    "http://8.8.8.8@127.0.0.1/",
    "http://127.0.0.1%2f@127.0.0.1/",
    "https://127.0.0.1/",
    "HTTP://127.0.0.1/",
    "http://127.0.0.1./",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://0177.0.0.1/",
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
    "http:///etc/passwd",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "//127.0.0.1/",
    "http://127.0.0.1:99999/",
]


class RecordingConnector(httpcore2.AsyncMockBackend):
    """Dials nothing; keeps what it should have dialled. ``failing`` addresses refuse."""

    def __init__(self, *failing: str) -> None:
        super().__init__([b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"])
        self.dialled: list[tuple[str, int]] = []
        self._failing = failing

    async def connect_tcp(self, host: str, port: int, *args: object, **options: object) -> httpcore2.AsyncNetworkStream:
        self.dialled.append((host, port))
        if host in self._failing:
            raise httpcore2.ConnectError("refused")
        return await super().connect_tcp(host, port)


class Names:
    """A resolver by a table; a name's addresses may change with each question. Numbers are read as the system reads them."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self._answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.questions: list[str] = []

    async def __call__(self, host: str, port: int) -> tuple[IPAddress, ...]:
        self.questions.append(host)
        if host in self._answers:
            answers = self._answers[host]
            return tuple(ipaddress.ip_address(text) for text in (answers.pop(0) if len(answers) > 1 else answers[0]))
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return tuple(ipaddress.ip_address(entry[4][0]) for entry in found)


@pytest.mark.parametrize("url", URL_FORMS)
async def test_no_spelling_of_a_private_address_is_dialled(url: str) -> None:
    connector = RecordingConnector()
    caller = HttpCaller(connector=connector, resolver=Names())

    # Nearly all are blocked or no address; a spelling that the resolver cannot read is "away".
    with pytest.raises((AddressBlockedError, FetchRefusedError, FetchUnavailableError)):
        await caller.call("GET", url, policy=AddressPolicy())

    assert connector.dialled == []


async def test_the_address_that_was_checked_is_the_one_that_is_dialled() -> None:
    connector = RecordingConnector()
    names = Names(api_example=[["93.184.216.34"], ["127.0.0.1"]])
    caller = HttpCaller(connector=connector, resolver=names)

    answer = await caller.call("GET", "http://api.example/spec", policy=AddressPolicy())

    assert answer.status == 200
    assert connector.dialled == [("93.184.216.34", 80)]
    assert names.questions == ["api.example"]


async def test_a_name_that_moves_to_a_private_address_is_blocked_then() -> None:
    connector = RecordingConnector()
    caller = HttpCaller(connector=connector, resolver=Names(api_example=[["93.184.216.34"], ["127.0.0.1"]]))

    await caller.call("GET", "http://api.example/", policy=AddressPolicy())
    with pytest.raises(AddressBlockedError) as caught:
        await caller.call("GET", "http://api.example/", policy=AddressPolicy())

    assert connector.dialled == [("93.184.216.34", 80)]
    assert caught.value.at == "api.example:80"
    assert "allowed_addresses" in caught.value.hint


async def test_of_several_addresses_only_the_permitted_ones_are_dialled() -> None:
    connector = RecordingConnector("93.184.216.34")
    names = Names(api_example=[["10.0.0.1", "93.184.216.34", "::1", "8.8.8.8"]])

    await HttpCaller(connector=connector, resolver=names).call("GET", "http://api.example/", policy=AddressPolicy())

    assert connector.dialled == [("93.184.216.34", 80), ("8.8.8.8", 80)]


async def test_if_none_answers_the_last_failure_counts() -> None:
    connector = RecordingConnector("93.184.216.34", "8.8.8.8")
    names = Names(api_example=[["93.184.216.34", "8.8.8.8"]])

    with pytest.raises(FetchUnavailableError, match="refused"):
        await HttpCaller(connector=connector, resolver=names).call("GET", "http://api.example/", policy=AddressPolicy())

    assert len(connector.dialled) == 2


@pytest.mark.parametrize("names", [Names(api_example=[[]]), Names()], ids=["no address", "no such name"])
async def test_a_name_without_an_address_is_away_not_blocked(names: Names) -> None:
    connector = RecordingConnector()

    with pytest.raises(FetchUnavailableError, match=r"api\.example"):
        await HttpCaller(connector=connector, resolver=names).call("GET", "http://api.example/", policy=AddressPolicy())

    assert connector.dialled == []


async def test_socket_files_are_never_dialled() -> None:
    with pytest.raises(AddressBlockedError):
        await GuardedBackend(AddressPolicy.parse(["0.0.0.0/0"])).connect_unix_socket("/var/run/docker.sock")


async def test_the_system_resolver_gives_each_address_once() -> None:
    assert await resolve("127.0.0.1", 80) == (ipaddress.ip_address("127.0.0.1"),)


async def test_waiting_is_possible() -> None:
    assert await GuardedBackend(AddressPolicy()).sleep(0) is None
