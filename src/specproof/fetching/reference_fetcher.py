"""Documents on the web that a specification refers to: fetched from allowed hosts before anything is parsed in earnest.

The result is one archive, in which references to those addresses are found again: nothing below this room dials. No credentials are sent,
redirects are not followed, and the project's address policy holds as for every other call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from specproof.domain.ports import FetchedDocument
from specproof.errors import AddressBlockedError, FetchRefusedError, SpecificationError, SpecLimitError
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.http_client import HttpCaller, shown_url
from specproof.fetching.url_fetcher import ACCEPT, document_of
from specproof.openapi.bundling import PackedSpecification, pack_specification
from specproof.openapi.documents.addresses import host_and_port, join
from specproof.openapi.documents.files import NO_FILES, MemoryFiles
from specproof.openapi.documents.loader import SpecLimits

MAX_ROUNDS = 5
"""How deep references may lead from one fetched document to the next."""
MAX_FILES = 50

log = structlog.get_logger(__name__)


async def fetch_referred(url: str, addresses: AddressPolicy, caller: HttpCaller) -> FetchedDocument:
    """``GET url`` without following redirects. Raises as :func:`~specproof.fetching.url_fetcher.fetch_url`."""
    return document_of(await caller.call("GET", url, policy=addresses, headers={"accept": ACCEPT}), url)


async def with_references(
    document: FetchedDocument,
    *,
    hosts: Sequence[str],
    fetch: Callable[[str], Awaitable[FetchedDocument]],
    limits: SpecLimits,
    url: str = "",
) -> FetchedDocument:
    """``document`` together with what it refers to on ``hosts``, as an archive; unchanged where there is nothing of the kind.

    ``url`` is where the document came from: its relative references are relative to that. An address that refuses is left to be a finding.
    Raises ``FetchUnavailableError`` and ``CircuitOpenError`` (the same attempt may succeed later), and ``SpecLimitError``.
    """
    if not hosts:
        return document
    fetched: dict[str, bytes] = {}
    asked: set[str] = set()
    name = _base(url)
    packed = await _packed(document.content, fetched, limits, name)
    for _ in range(MAX_ROUNDS):
        wanted = [address for address in packed.wanted if address not in asked and is_allowed(address, hosts)]
        if not wanted or len(asked) >= MAX_FILES:
            break
        for address in wanted[: MAX_FILES - len(asked)]:
            asked.add(address)
            try:
                fetched[address] = (await fetch(address)).content
            except (FetchRefusedError, AddressBlockedError) as error:
                log.warning("Reference not fetched", url=shown_url(address), reason=error.message)
            if sum(map(len, fetched.values())) > limits.max_bytes:
                raise SpecLimitError(
                    f"the documents referred to have more than {limits.max_bytes} bytes together", at=shown_url(address)
                )
        packed = await _packed(document.content, fetched, limits, name)
    return replace(document, content=packed.content)


def is_allowed(url: str, hosts: Sequence[str]) -> bool:
    """Whether the host of ``url`` is among ``hosts``: ``host`` allows the usual ports, ``host:port`` that one."""
    host, port = host_and_port(url)
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}" in hosts or (port in (80, 443) and shown in hosts)


async def _packed(content: bytes, fetched: dict[str, bytes], limits: SpecLimits, name: str) -> PackedSpecification:
    """A document that cannot be read is handed on as it is: who reads it next says why."""
    files = MemoryFiles(dict(fetched)) if fetched else NO_FILES
    try:
        return await asyncio.to_thread(pack_specification, content, limits=limits, files=files, name=name)
    except SpecificationError:
        return PackedSpecification(content)


def _base(url: str) -> str:
    """``url`` without what may be a secret: user, password and query. Empty where it is none that references can be relative to."""
    scheme, separator, rest = url.partition("#")[0].partition("?")[0].partition("://")
    authority, slash, path = rest.partition("/")
    return join("", f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}") or ""
