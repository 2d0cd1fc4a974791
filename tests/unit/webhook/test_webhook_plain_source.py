"""Plain deliveries: a document, or an address that the project may name."""

from __future__ import annotations

import json

import pytest

from http_service import SHOP
from specproof.errors import AddressBlockedError, RequestError, SpecUnreadableError, SpecUnsupportedError
from specproof.openapi.documents.packing import Label, pack
from specproof.web.services import ProjectReception
from specproof.webhook.sources.plain import DOCUMENT_EVENT, URL_EVENT, PlainMessage, parse_plain, permitted


def test_a_json_document_is_taken_as_it_is() -> None:
    body = json.dumps({"openapi": "3.1.0", "info": {"title": "Shop\u202e\n API", "version": "1"}, "paths": {}}).encode()
    message = parse_plain(body)
    assert (message.event_type, message.title, message.document, message.url) == (DOCUMENT_EVENT, "Shop API", body, "")


def test_a_byte_order_mark_is_dropped() -> None:
    assert parse_plain(b'\xef\xbb\xbf{"swagger": "2.0"}').document == b'{"swagger": "2.0"}'


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"openapi: 3.0.1\ninfo:\n  version: '1'\n  title: Shop API\npaths: {}\n", "Shop API"),
        (b'openapi: 3.0.1\r\ninfo:\r\n  title: "Shop"\r\n', "Shop"),
        (b'# a comment\n"openapi": 3.0.1\n', ""),
        ("openapi: 3.1.0\ninfo:\n  title: 默认模块\n".encode(), "默认模块"),
        (b"{openapi: 3.1.0, info: {}}\nopenapi: x", ""),
    ],
)
def test_a_yaml_document_is_recognised_without_parsing_it(body: bytes, title: str) -> None:
    message = parse_plain(body)
    assert message.document == body
    assert message.title == title


def test_a_long_yaml_head_is_searched_in_no_time() -> None:
    body = b"openapi: 3.0.1\n" + b"info:\n" + b"                         x\r\n" * 700
    assert parse_plain(body).title == ""


@pytest.mark.parametrize("body", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_body_is_refused(body: bytes) -> None:
    with pytest.raises(RequestError, match="empty"):
        parse_plain(body)


@pytest.mark.parametrize("body", [b"hello", b"[1]", b'{"openapi": ', b"\xff\xfe\xfa", b"a: 1\n", b"[" * 100_000])
def test_what_is_no_document_is_refused(body: bytes) -> None:
    with pytest.raises(SpecUnreadableError) as raised:
        parse_plain(body)
    assert raised.value.at
    assert raised.value.hint


def test_an_object_that_is_no_document_is_refused() -> None:
    with pytest.raises(SpecUnsupportedError, match="openapi"):
        parse_plain(b'{"hello": 1}')


def test_an_address_is_taken() -> None:
    assert parse_plain(b'{"url": "https://specs.example/shop.json"}') == PlainMessage(
        URL_EVENT, "", url="https://specs.example/shop.json"
    )


@pytest.mark.parametrize(
    "url", [1, None, "", "ftp://x", "file:///etc/passwd", "javascript:1", "http://x\r\ny", "http://" + "x" * 3000]
)
def test_a_bad_address_is_refused(url: object) -> None:
    with pytest.raises(RequestError) as raised:
        parse_plain(json.dumps({"url": url}).encode())
    assert raised.value.at == "url"


def test_a_document_with_an_address_in_it_is_a_document() -> None:
    assert parse_plain(b'{"openapi": "3.1.0", "url": "http://x"}').event_type == DOCUMENT_EVENT
    assert parse_plain(b'{"openapi": "3.1.0", "info": []}').title == ""


@pytest.mark.parametrize(
    "url",
    ["https://specs.example/shop.json", "http://127.0.0.1:8081/any", "http://10.1.2.3/x", "https://10.1.255.255:9/x"],
)
def test_own_and_allowed_addresses_are_permitted(url: str) -> None:
    message = PlainMessage(URL_EVENT, "", url=url)
    assert permitted(message, SHOP) is message


@pytest.mark.parametrize(
    "url",
    [
        "https://specs.example/other.json",
        "http://127.0.0.1:8082/any",
        "http://127.0.0.1/any",
        "http://169.254.169.254/latest",
        "http://10.2.0.1/x",
        "http://127.0.0.1:8081@evil.example/",
        "http://user:pass@127.0.0.1:8081/",
        "http://127.0.0.1:99999/",
        "http://[::1",
        "gopher://127.0.0.1:8081/",
        "https:///x",
    ],
)
def test_other_addresses_are_not(url: str) -> None:
    with pytest.raises(AddressBlockedError):
        permitted(PlainMessage(URL_EVENT, "", url=url), SHOP)


def test_a_document_needs_no_permission_and_nothing_is_no_address() -> None:
    message = PlainMessage(DOCUMENT_EVENT, "", document=b"{}")
    assert permitted(message, SHOP) is message
    assert not ProjectReception(name="x").permits("")
    assert ProjectReception(name="x", allowed_addresses=("[::1]:80",)).permits("http://[::1]/x")


def test_an_archive_is_taken_as_it_is() -> None:
    body = pack({"openapi.json": b'{"openapi": "3.1.0"}'}, Label("openapi.json"))
    assert parse_plain(body) == PlainMessage(DOCUMENT_EVENT, "", document=body)
