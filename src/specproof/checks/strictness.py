"""How strict a run is: from which strictness on a failed check fails its case. Below that it is a remark."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

STRICTNESS: Final = "SPECPROOF_STRICTNESS"


class Strictness(StrEnum):
    """How much fails a case; each fails what the one before it fails, and more."""

    LENIENT = "lenient"
    """Only what nobody argues about: crashes, leaks, broken schemas, open doors, lost or altered records."""
    STANDARD = "standard"
    """What the document says."""
    STRICT = "strict"
    """Also where the document or the standards leave room: a conforming API can fail."""

    @property
    def rank(self) -> int:
        """0 for the most lenient."""
        return list(Strictness).index(self)


_LENIENT, _STANDARD = Strictness.LENIENT, Strictness.STANDARD
FAILS_FROM: Final[Mapping[str, Strictness]] = MappingProxyType(
    {
        "no_server_error": _LENIENT,
        "no_leak": _LENIENT,
        "status_documented": _STANDARD,
        "status_expected": _STANDARD,
        "business_code": _STANDARD,
        "media_type": _STANDARD,
        "body_schema": _LENIENT,
        "body_empty": _STANDARD,
        "response_headers": _STANDARD,
        "rejected": _STANDARD,
        "unauthenticated": _LENIENT,
        "unknown_id": _STANDARD,
        "echo": _LENIENT,
        "read_back": _LENIENT,
        "unchanged": _LENIENT,
        "listed": _LENIENT,
        "not_listed": _STANDARD,
        "distinct_ids": _LENIENT,
        "deleted": _STANDARD,
        "page_size": _STANDARD,
        "filter": _STANDARD,
        "sort_order": _STANDARD,
        "total": _STANDARD,
        "paging": _STANDARD,
        "cleared": _STANDARD,
        "not_taken": _STANDARD,
        "location": _STANDARD,
        "hidden": _LENIENT,
        "method_refused": _STANDARD,
        "not_modified": _STANDARD,
        "tag_changed": _STANDARD,
        "condition_failed": _STANDARD,
        "response_time": _STANDARD,
    }
)
"""The least strictness at which each check fails. Its minor observations fail from ``MINOR_FAILS_FROM`` on.

``control`` and ``refused`` are not here: they skip the case, and never fail it.
"""
MINOR_FAILS_FROM: Final = Strictness.STRICT


def strictness_named(name: str) -> Strictness:
    """The strictness of that name; "" is the usual one. Raises ``ValueError`` with the names that there are."""
    try:
        return Strictness(name.strip().lower() or Strictness.STANDARD)
    except ValueError:
        raise ValueError(f"{name!r} is no strictness: {', '.join(Strictness)}") from None


def fails(check: str, strictness: Strictness, *, is_minor: bool) -> bool:
    """Whether a failed ``check`` fails its case; ``is_minor`` where the document leaves room. An unknown check fails as usual."""
    least = MINOR_FAILS_FROM if is_minor else FAILS_FROM.get(check, Strictness.STANDARD)
    return strictness.rank >= least.rank
