"""The names under which a suite asks for credentials."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from specproof.openapi.model import SecurityScheme

VALID_PREFIX = "SPECPROOF_CREDENTIAL_"
SECOND_PREFIX = "SPECPROOF_SECOND_CREDENTIAL_"


def credential_slugs(schemes: Iterable[SecurityScheme]) -> Mapping[str, str]:
    """The ``<SCHEME>`` of ``SPECPROOF_CREDENTIAL_<SCHEME>`` for each scheme, by the scheme's raw name.

    The upper-case ASCII slug of the name (``bearerAuth`` -> ``BEARERAUTH``), with a digest of the name where slugs collide or are empty.
    It depends on the names alone, not on their order.
    """
    wanted = {scheme.name.raw(): _slug(scheme.name.raw()) for scheme in schemes}
    counts = Counter(wanted.values())
    return {name: slug if slug and counts[slug] == 1 else _digested(slug, name) for name, slug in sorted(wanted.items())}


def _slug(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", name.upper() if name.isascii() else _ascii(name).upper()).strip("_")[:60]


def _ascii(name: str) -> str:
    return "".join(char if char.isascii() else "_" for char in name)


def _digested(slug: str, name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6].upper()
    return f"{slug}_{digest}" if slug else f"SCHEME_{digest}"
