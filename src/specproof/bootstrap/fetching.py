"""Fetching, composed: for the service, and for a person at the command line."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

from specproof.bootstrap.policies import fetch_limits, fetch_policy, project_source, spec_limits
from specproof.domain.events import SpecSource
from specproof.domain.ports import FetchedDocument
from specproof.domain.repositories import UnitOfWorkFactory
from specproof.errors import FetchRefusedError, SpecProofError
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.breaker_store import DatabaseBreakerStore
from specproof.fetching.http_client import HttpCaller
from specproof.fetching.reference_fetcher import fetch_referred, with_references
from specproof.fetching.spec_fetcher import ConfiguredSpecFetcher, FetchPolicy
from specproof.fetching.url_fetcher import fetch_url
from specproof.resilience.circuit_breaker import BreakerSnapshot
from specproof.resilience.retry import RetryNotice, RetryPolicy
from specproof.settings.sections import Settings

OWN_NETWORKS = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Who types an address at a prompt may mean the own machine or network. Metadata services stay closed."""


def spec_fetcher(
    settings: Settings, work: UnitOfWorkFactory, documents: Callable[[str], Awaitable[bytes | None]]
) -> ConfiguredSpecFetcher:
    """The fetcher of the service, its breakers shared through the database."""
    return ConfiguredSpecFetcher(
        {name: project_source(settings, project) for name, project in settings.projects.items()},
        documents=documents,
        caller=HttpCaller(limits=fetch_limits(settings)),
        breakers=DatabaseBreakerStore(work),
        sleep=asyncio.sleep,
        policy=fetch_policy(settings),
        chance=random.random,
        on_retry=_log_retry,
    )


def _log_retry(notice: RetryNotice) -> None:
    reason = notice.error.message if isinstance(notice.error, SpecProofError) else type(notice.error).__name__
    structlog.get_logger(__name__).warning(
        "Fetch is tried again", attempt=notice.attempt, reason=reason, seconds=notice.delay_seconds
    )


async def fetch_by_owner(settings: Settings, url: str) -> bytes:
    """The document at ``url``. Raises ``FetchUnavailableError``, ``FetchRefusedError``, ``AddressBlockedError``, ``SpecLimitError``."""
    document = await fetch_url(url, AddressPolicy.parse(OWN_NETWORKS), HttpCaller(limits=fetch_limits(settings)))
    return (await _referred_by_owner(settings, document, url)).content


async def add_references(settings: Settings, content: bytes) -> bytes:
    """A document with what it refers to on the hosts that the settings allow. Raises as :func:`fetch_by_owner`."""
    return (await _referred_by_owner(settings, FetchedDocument(content, origin=""), "")).content


async def _referred_by_owner(settings: Settings, document: FetchedDocument, url: str) -> FetchedDocument:
    caller, addresses = HttpCaller(limits=fetch_limits(settings)), AddressPolicy.parse(OWN_NETWORKS)
    return await with_references(
        document,
        hosts=settings.fetch.reference_hosts,
        fetch=lambda wanted: fetch_referred(wanted, addresses, caller),
        limits=spec_limits(settings),
        url=url,
    )


async def fetch_for_project(settings: Settings, name: str) -> FetchedDocument | None:
    """One try to fetch a project's document, without a database; None if the project has no place for it. Raises as the fetcher does."""
    source = project_source(settings, settings.projects[name])
    if source.apifox is None and not source.url and source.file is None:
        return None
    fetcher = ConfiguredSpecFetcher(
        {name: source},
        documents=_no_documents,
        caller=HttpCaller(limits=fetch_limits(settings)),
        breakers=_ClosedBreakers(),
        sleep=asyncio.sleep,
        policy=FetchPolicy(limits=fetch_limits(settings), retry=RetryPolicy(max_attempts=1)),
    )
    return await fetcher.fetch(name, SpecSource())


async def _no_documents(document_id: str) -> bytes | None:
    raise FetchRefusedError("there is no stored document here", at=document_id)


class _ClosedBreakers:
    """Breakers that never open: one try needs none."""

    async def load(self, name: str) -> BreakerSnapshot:
        return BreakerSnapshot()

    async def record_success(self, name: str) -> None:
        return

    async def record_failure(self, name: str, threshold: int) -> BreakerSnapshot:
        return BreakerSnapshot()

    async def try_probe(self, name: str, recovery_seconds: float) -> bool:
        return True
