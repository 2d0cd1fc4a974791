"""Where a project's specification is to be had, by value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from specproof.fetching.address_policy import AddressPolicy


@dataclass(frozen=True, slots=True)
class ApifoxExport:
    """One export of Apifox's open API. ``token`` is an API access token; it carries all rights of its account."""

    project_id: str
    token: str = field(repr=False)
    base_url: str = "https://api.apifox.com"
    api_version: str = "2024-03-28"
    oas_version: str = "3.1"
    locale: str = "zh-CN"
    branch_id: int | None = None
    module_id: int | None = None
    environment_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectSource:
    """The first that is set counts: Apifox, a URL, a file. ``addresses`` says what this project may dial beyond public addresses.

    ``reference_hosts`` are the hosts (``host`` for the usual port, or ``host:port``) whose documents references may lead to.
    """

    apifox: ApifoxExport | None = None
    url: str = field(default="", repr=False)
    file: Path | None = None
    addresses: AddressPolicy = field(default_factory=AddressPolicy)
    reference_hosts: tuple[str, ...] = ()
