"""Which addresses may be dialled.

The check is made on the address that is then dialled, after name resolution, so no spelling of an address and no name that changes
its meaning between check and use gets around it. ``guarded_backend`` applies it.

Blocked unless the allow-list names them: everything that the IANA special-purpose registries call non-global (loopback, private,
link-local, shared/CGNAT, benchmarking, documentation, reserved, multicast), and IPv6 addresses that embed an IPv4 address
(mapped, compatible, 6to4, Teredo, NAT64), because a gateway may turn them into any of those. Metadata services: never.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from specproof.errors import SettingsError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(*texts: str) -> tuple[IPNetwork, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


METADATA = _networks(
    "169.254.169.0/24",  # AWS, Google, Azure, Oracle, OpenStack, DigitalOcean; name and time services beside them
    "169.254.170.0/24",  # AWS containers: task and pod credentials
    "100.100.100.200/32",  # Alibaba Cloud
    "168.63.129.16/32",  # Azure platform address
    "192.0.0.192/32",  # Oracle Cloud, older
    "fd00:ec2::/32",  # AWS over IPv6
    "fd20:ce::254/128",  # Google over IPv6
)

BLOCKED_V4 = _networks(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)

GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""The only part of IPv6 that is assigned for global unicast."""

BLOCKED_V6 = _networks(
    "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
    "2001:db8::/32",
    "2002::/16",  # 6to4
    "2620:4f:8000::/48",
    "3fff::/20",
)

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
V4_COMPATIBLE = ipaddress.IPv6Network("::/96")


@dataclass(frozen=True, slots=True)
class AllowedEndpoint:
    """One host and port that is open on purpose. ``host`` is lower case, an address in its shortest spelling."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """The general rule, and what one project opens on purpose."""

    endpoints: tuple[AllowedEndpoint, ...] = ()
    networks: tuple[IPNetwork, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> AddressPolicy:
        """From ``host:port``, ``[v6]:port`` and CIDR texts. Raises :class:`~specproof.errors.SettingsError` naming the bad entry."""
        endpoints: list[AllowedEndpoint] = []
        networks: list[IPNetwork] = []
        for entry in entries:
            network = _as_network(entry.strip())
            if network is not None:
                networks.append(network)
            else:
                endpoints.append(_as_endpoint(entry.strip()))
        return cls(tuple(endpoints), tuple(networks))

    def refusal(self, host: str, port: int, address: IPAddress) -> str:
        """Why ``address``, which ``host`` means, may not be dialled at ``port``; "" if it may."""
        plain = unmapped(address)
        if _is_metadata(plain):
            return "it is a metadata service"
        reason = blocked_as(address)
        if not reason or self._allows(host, port, plain):
            return ""
        return f"it is {reason}"

    def _allows(self, host: str, port: int, address: IPAddress) -> bool:
        if any(address.version == network.version and address in network for network in self.networks):
            return True
        names = (normal_host(host), str(address))
        return any(endpoint.port == port and endpoint.host in names for endpoint in self.endpoints)


def blocked_as(address: IPAddress) -> str:
    """What kind of non-public address this is ("a loopback address"); "" for a public one."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return "an IPv4 address in IPv6 dress" if not blocked_as(address.ipv4_mapped) else blocked_as(address.ipv4_mapped)
    if embedded_v4(address) is not None:
        return "an IPv6 address that embeds an IPv4 address"
    if address.is_loopback:
        return "a loopback address"
    if address.is_multicast:
        return "a multicast address"
    if address.is_link_local:
        return "a link-local address"
    if isinstance(address, ipaddress.IPv4Address):
        is_blocked = any(address in network for network in BLOCKED_V4)
    else:
        is_blocked = address not in GLOBAL_V6 or any(address in network for network in BLOCKED_V6)
    return "a private or reserved address" if is_blocked else ""


def unmapped(address: IPAddress) -> IPAddress:
    """The IPv4 address of an IPv4-mapped one, and any address without its scope (``%eth0``)."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.scope_id is not None:
            return ipaddress.IPv6Address(int(address))
    return address


def embedded_v4(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a 6to4, Teredo, NAT64 or IPv4-compatible IPv6 address, if it is one of these."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64 or (address in V4_COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def normal_host(host: str) -> str:
    """``host`` for comparing: lower case, no brackets, no final dot; addresses in their shortest spelling."""
    text = host.strip("[]").rstrip(".").lower()
    try:
        return str(unmapped(ipaddress.ip_address(text)))
    except ValueError:
        return text


def _is_metadata(address: IPAddress) -> bool:
    inner = embedded_v4(address)
    candidates = (address,) if inner is None else (address, inner)
    return any(item.version == network.version and item in network for item in candidates for network in METADATA)


def _as_network(entry: str) -> IPNetwork | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _as_endpoint(entry: str) -> AllowedEndpoint:
    host, separator, port = entry.rpartition(":")
    if not separator or not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise SettingsError(
            f"{entry!r} is no address that can be allowed", at="allowed_addresses", hint="Write host:port, [v6]:port or a CIDR."
        )
    return AllowedEndpoint(normal_host(host), int(port))
