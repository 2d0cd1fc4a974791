"""What the web-facing rooms need of the rest of the house: ports, gathered in one frozen record that ``main`` fills."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from specproof.domain.ports import Clock, DeliveryReceiver, SuiteStorage, WorkSignal
from specproof.domain.repositories import AuditEntry, UnitOfWorkFactory
from specproof.domain.suites import QualityReport, SuiteFile, SuiteRevision

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ProjectReception:
    """What the web layer needs to know of a project: whom it trusts, how it settles, and which addresses it may name.

    ``secrets`` sign (two while rotating), ``bearer_tokens`` come as ``Authorization: Bearer``, ``url_tokens`` as ``?token=``.
    ``pinned_header``: the only header that may carry the signature; "" for any. ``allowed_addresses`` holds ``host:port`` and CIDR entries.
    """

    name: str
    secrets: tuple[bytes, ...] = ()
    bearer_tokens: tuple[bytes, ...] = ()
    url_tokens: tuple[bytes, ...] = ()
    allow_unsigned: bool = False
    settle_seconds: float = 10.0
    settle_limit_seconds: float = 60.0
    run_after: bool = True
    pinned_header: str = ""
    spec_url: str = ""
    target_url: str = ""
    allowed_addresses: tuple[str, ...] = ()
    runs_below_gate: bool = False

    def __repr__(self) -> str:
        return f"ProjectReception({self.name!r})"  # secrets reach no log by way of a repr

    def permits(self, url: str) -> bool:
        """Whether a caller may name ``url``: it is one of the project's own, or its host and port are allowed on purpose."""
        return bool(url) and (url in (self.spec_url, self.target_url) or _is_allowed(url, self.allowed_addresses))

    def known_secrets(self) -> tuple[str, ...]:
        """Every secret as text, for redaction."""
        return tuple(raw.decode("utf-8", "ignore") for raw in (*self.secrets, *self.bearer_tokens, *self.url_tokens))


def _is_allowed(url: str, allowed: Sequence[str]) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return False
    if not host or port is None or parts.scheme not in _DEFAULT_PORTS or parts.username is not None or parts.password is not None:
        return False
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}".lower() in {entry.lower() for entry in allowed} or _is_in_network(host, allowed)


def _is_in_network(host: str, allowed: Sequence[str]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    for entry in allowed:
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError:
            continue  # a host:port entry
        if address in network:
            return True
    return False


ProjectDirectory = Callable[[str], ProjectReception | None]
"""A project by its name; None if there is none."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """How the engine of this process stands. ``mode`` is ``embedded`` or ``off``; ``max_beat_seconds``: older beats mean that it is stuck."""

    mode: str
    max_beat_seconds: float = 30.0


class RunStarter(Protocol):
    """Starts a run of a stored suite."""

    async def __call__(self, suite: SuiteRevision, *, api_url: str, audit: AuditEntry) -> str:
        """Store the queued run and ``audit`` in one transaction, start the run, and return its id."""


SuiteValidator = Callable[[Sequence[SuiteFile]], QualityReport]
"""Applies the static rules to a suite's files. CPU work: called in a thread."""


@dataclass(frozen=True, slots=True)
class Services:
    """The ports. ``new_id`` gives a fresh id for events; ``projects`` looks up what a delivery needs."""

    unit_of_work: UnitOfWorkFactory
    receiver: DeliveryReceiver
    signal: WorkSignal
    projects: ProjectDirectory
    storage: SuiteStorage
    start_run: RunStarter
    validate_suite: SuiteValidator
    clock: Clock
    new_id: Callable[[], str]
    engine_status: Callable[[], EngineStatus]
    version: str = "0"
