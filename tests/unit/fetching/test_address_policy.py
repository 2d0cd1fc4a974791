"""Which addresses may be dialled."""

from __future__ import annotations

import ipaddress

import pytest

from specproof.errors import SettingsError
from specproof.fetching.address_policy import AddressPolicy, blocked_as

PUBLIC = ["93.184.216.34", "8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::200e", "100.63.255.255", "172.32.0.1"]
PRIVATE = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1"),
    *("100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "3fff::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "2002:7f00:1::", "2002:0808:0808::1"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2001:0:1::1", "100::1", "5f00::1", "4000::1"),
]
METADATA = [
    *("169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"),
    *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::a9fe:a9fe"),
]
EVERYTHING = AddressPolicy.parse(["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert AddressPolicy().refusal("host", 443, ipaddress.ip_address(address)) == ""


@pytest.mark.parametrize("address", [*PRIVATE, *METADATA])
def test_no_other_address_may_be_dialled(address: str) -> None:
    assert AddressPolicy().refusal("host", 443, ipaddress.ip_address(address)) != ""


@pytest.mark.parametrize("address", PRIVATE)
def test_an_allowed_network_opens_what_lies_in_it(address: str) -> None:
    assert EVERYTHING.refusal("host", 443, ipaddress.ip_address(address)) == ""


@pytest.mark.parametrize("address", METADATA)
def test_nothing_opens_a_metadata_service(address: str) -> None:
    policy = AddressPolicy.parse(["0.0.0.0/0", "::/0", "metadata.internal:80", f"[{address}]:80"])

    assert policy.refusal("metadata.internal", 80, ipaddress.ip_address(address)) == "it is a metadata service"


@pytest.mark.parametrize(
    ("entry", "host", "port", "address", "is_open"),
    [
        ("127.0.0.1:9000", "127.0.0.1", 9000, "127.0.0.1", True),
        ("127.0.0.1:9000", "localhost", 9000, "127.0.0.1", True),
        ("127.0.0.1:9000", "127.0.0.1", 9001, "127.0.0.1", False),
        ("127.0.0.1:9000", "127.0.0.2", 9000, "127.0.0.2", False),
        ("Apifox.Internal:443", "apifox.internal.", 443, "10.1.2.3", True),
        ("apifox.internal:443", "other.internal", 443, "10.1.2.3", False),
        ("[::1]:8080", "::1", 8080, "::1", True),
        ("10.0.0.0/8", "anything", 1, "10.9.9.9", True),
        ("10.0.0.0/8", "anything", 1, "::ffff:10.9.9.9", True),
        ("10.0.0.0/8", "anything", 1, "192.168.0.1", False),
        ("10.0.0.7", "anything", 1, "10.0.0.7", True),
        ("fd00::/8", "anything", 1, "fd00::1", True),
    ],
)
def test_the_allow_list_opens_what_it_names(entry: str, host: str, port: int, address: str, is_open: bool) -> None:
    assert (AddressPolicy.parse([entry]).refusal(host, port, ipaddress.ip_address(address)) == "") is is_open


@pytest.mark.parametrize("entry", ["localhost", "host:", ":80", "host:0", "host:65536", "host:²", "10.0.0.0/40", ""])
def test_an_entry_that_says_nothing_is_refused_with_its_text(entry: str) -> None:
    with pytest.raises(SettingsError) as caught:
        AddressPolicy.parse([entry])

    assert repr(entry) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "a loopback address"),
        ("::ffff:127.0.0.1", "a loopback address"),
        ("224.0.0.1", "a multicast address"),
        ("fe80::1", "a link-local address"),
        ("10.0.0.1", "a private or reserved address"),
        ("2002:808:808::1", "an IPv6 address that embeds an IPv4 address"),
        ("8.8.8.8", ""),
    ],
)
def test_a_refusal_says_what_kind_of_address_it_is(address: str, kind: str) -> None:
    assert blocked_as(ipaddress.ip_address(address)) == kind
