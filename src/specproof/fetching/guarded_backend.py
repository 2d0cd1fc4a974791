"""The network backend that checks each address just before it dials it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable

import anyio
import httpcore2

from specproof.errors import AddressBlockedError
from specproof.fetching.address_policy import AddressPolicy, IPAddress

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
Resolver = Callable[[str, int], Awaitable[tuple[IPAddress, ...]]]
"""Turns a host and port into the addresses it means, in the order of preference; raises :class:`OSError` if there are none."""


async def resolve(host: str, port: int) -> tuple[IPAddress, ...]:
    """The addresses of ``host`` by the system's resolver, which reads every spelling of an address as the kernel would."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Resolves, checks, and dials the checked address itself - never the name again, which might mean something else by then."""

    def __init__(
        self, policy: AddressPolicy, *, connector: httpcore2.AsyncNetworkBackend | None = None, resolver: Resolver = resolve
    ) -> None:
        self._policy = policy
        self._connector = connector or httpcore2.AnyIOBackend()
        self._resolver = resolver

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to the first permitted address that answers. Raises ``AddressBlockedError`` if none is permitted."""
        try:
            addresses = await self._resolver(host, port)
        except (OSError, UnicodeError, ValueError) as error:
            raise httpcore2.ConnectError(f"the name {host!r} cannot be resolved") from error
        failure: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in self._permitted(host, port, addresses):
            try:
                return await self._connector.connect_tcp(
                    str(address), port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore2.ConnectError(f"the name {host!r} means no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refused: no address of ours is a socket file."""
        raise AddressBlockedError("socket files are not dialled", at=path)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await anyio.sleep(seconds)

    def _permitted(self, host: str, port: int, addresses: Iterable[IPAddress]) -> list[IPAddress]:
        permitted: list[IPAddress] = []
        reason = ""
        for address in addresses:
            refusal = self._policy.refusal(host, port, address)
            if refusal:
                reason = f"{host} means {address}, and {refusal}"
            else:
                permitted.append(address)
        if reason and not permitted:
            raise AddressBlockedError(f"that address is not dialled: {reason}", at=f"{host}:{port}")
        return permitted
