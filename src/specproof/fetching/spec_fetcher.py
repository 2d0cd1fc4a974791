"""Chooses where a project's specification comes from, and brings it with retry and circuit breaker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from specproof.domain.events import SpecSource
from specproof.domain.ports import FetchedDocument
from specproof.errors import FetchRefusedError
from specproof.fetching.apifox_client import export_document, export_url
from specproof.fetching.file_fetcher import fetch_file
from specproof.fetching.http_client import FetchLimits, HttpCaller, breaker_name
from specproof.fetching.reference_fetcher import fetch_referred, with_references
from specproof.fetching.sources import ApifoxExport, ProjectSource
from specproof.fetching.url_fetcher import fetch_url
from specproof.openapi.documents.loader import SpecLimits
from specproof.resilience.circuit_breaker import BreakerPolicy, BreakerStore, CircuitBreaker
from specproof.resilience.retry import RetryNotice, RetryPolicy, call_with_retry


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How fetching behaves: what one try may cost, how often it is tried, when its breaker opens, how big a specification may be."""

    limits: FetchLimits = field(default_factory=FetchLimits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    spec: SpecLimits = field(default_factory=SpecLimits)


class ConfiguredSpecFetcher:
    """The :class:`~specproof.domain.ports.SpecFetcher` of the service.

    ``documents`` brings a document that came in a delivery, by event id. ``sleep`` waits between tries, ``chance`` (0 to 1) is the
    random number of the jitter, ``on_retry`` is told before each wait (for the log).
    """

    def __init__(
        self,
        sources: Mapping[str, ProjectSource],
        *,
        documents: Callable[[str], Awaitable[bytes | None]],
        caller: HttpCaller,
        breakers: BreakerStore,
        sleep: Callable[[float], Awaitable[None]],
        policy: FetchPolicy | None = None,
        chance: Callable[[], float] = lambda: 0.0,
        on_retry: Callable[[RetryNotice], None] | None = None,
    ) -> None:
        self._sources = sources
        self._documents = documents
        self._caller = caller
        self._breakers = breakers
        self._sleep = sleep
        self._policy = policy or FetchPolicy()
        self._chance = chance
        self._on_retry = on_retry

    async def fetch(self, project: str, source: SpecSource) -> FetchedDocument:
        """The document that ``source`` names, else the one of the project's settings; with what it refers to on allowed hosts."""
        configured = self._sources.get(project, ProjectSource())
        document = await self._document(project, source, configured)
        if not configured.reference_hosts:
            return document

        async def fetched(url: str) -> FetchedDocument:
            return await self._guarded(url, lambda: fetch_referred(url, configured.addresses, self._caller))

        return await with_references(
            document,
            hosts=configured.reference_hosts,
            fetch=fetched,
            limits=self._policy.spec,
            url=_address_of(source, configured),
        )

    async def _document(self, project: str, source: SpecSource, configured: ProjectSource) -> FetchedDocument:
        if source.document_id:
            return await self._inline(source.document_id)
        if source.url:
            return await self._from_url(source.url, configured)
        if configured.apifox is not None:
            return await self._from_apifox(configured.apifox, configured)
        if configured.url:
            return await self._from_url(configured.url, configured)
        if configured.file is not None:
            return await fetch_file(configured.file, self._policy.limits.max_bytes)
        raise FetchRefusedError(
            f"the project {project!r} has no place to fetch its specification from",
            at=project,
            hint="Set apifox_project_id (with a token), spec_url or spec_file of the project, or send the document itself.",
        )

    async def _inline(self, document_id: str) -> FetchedDocument:
        content = await self._documents(document_id)
        if content is None:
            raise FetchRefusedError("the delivery's document is not stored any more", at=document_id, hint="Send it again.")
        return FetchedDocument(content, origin=f"delivery {document_id}")

    async def _from_url(self, url: str, source: ProjectSource) -> FetchedDocument:
        return await self._guarded(url, lambda: fetch_url(url, source.addresses, self._caller))

    async def _from_apifox(self, export: ApifoxExport, source: ProjectSource) -> FetchedDocument:
        return await self._guarded(export_url(export), lambda: export_document(export, source, self._caller))

    async def _guarded(self, url: str, operation: Callable[[], Awaitable[FetchedDocument]]) -> FetchedDocument:
        breaker = CircuitBreaker(breaker_name(url), store=self._breakers, policy=self._policy.breaker)
        return await call_with_retry(
            lambda: breaker.call(operation),
            policy=self._policy.retry,
            sleep=self._sleep,
            chance=self._chance,
            on_retry=self._on_retry,
        )


def _address_of(source: SpecSource, configured: ProjectSource) -> str:
    """The URL that the document comes from; empty where it comes from elsewhere."""
    if source.document_id:
        return ""
    return source.url or (configured.url if configured.apifox is None else "")
