"""How much the assertions on one answer say: from nothing (L0) to a relation with another call (L5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from specproof.domain.check_ids import CheckId
from specproof.quality.metrics.case_code import ASSERTED, ASSERTED_STATUS, CaseCode
from specproof.quality.metrics.metric import Metric

ASSERTION_STRENGTH: Final = "assertion strength"
STRONG: Final = 3
"""From here on the body counts."""
LEVELS: Final[Mapping[str, int]] = MappingProxyType(
    {
        CheckId.NO_SERVER_ERROR: 1,
        CheckId.STATUS_DOCUMENTED: 1,
        CheckId.STATUS_EXPECTED: 1,
        CheckId.REJECTED: 1,
        CheckId.UNAUTHENTICATED: 1,
        CheckId.UNKNOWN_ID: 1,
        CheckId.CONTROL: 1,
        CheckId.REFUSED: 1,
        CheckId.RESPONSE_TIME: 1,
        CheckId.METHOD_REFUSED: 1,
        ASSERTED_STATUS: 1,
        CheckId.MEDIA_TYPE: 2,
        CheckId.RESPONSE_HEADERS: 2,
        CheckId.BODY_EMPTY: 2,
        CheckId.BUSINESS_CODE: 2,
        CheckId.NO_LEAK: 2,
        CheckId.BODY_SCHEMA: 3,
        CheckId.ECHO: 4,
        CheckId.PAGE_SIZE: 4,
        CheckId.FILTER: 4,
        CheckId.SORT_ORDER: 4,
        CheckId.TOTAL: 4,
        CheckId.NOT_TAKEN: 4,
        CheckId.LOCATION: 4,
        ASSERTED: 4,
        CheckId.READ_BACK: 5,
        CheckId.UNCHANGED: 5,
        CheckId.LISTED: 5,
        CheckId.NOT_LISTED: 5,
        CheckId.DISTINCT_IDS: 5,
        CheckId.DELETED: 5,
        CheckId.PAGING: 5,
        CheckId.CLEARED: 5,
        CheckId.HIDDEN: 5,
        CheckId.NOT_MODIFIED: 5,
        CheckId.TAG_CHANGED: 5,
        CheckId.CONDITION_FAILED: 1,
    }
)
"""L1 status, L2 headers and media type, L3 schema, L4 values, L5 a relation between calls."""


def level(checks: Iterable[str]) -> int:
    """The level of the strongest check; 0 for none. A check that nobody knows is taken for a status check."""
    return max((LEVELS.get(check, 1) for check in checks), default=0)


def assertion_metric(cases: Iterable[CaseCode]) -> Metric:
    """How many requests of the code have an answer that is judged by its body or better."""
    counts = Counter(level(call.checks) for case in cases for call in case.calls)
    total = counts.total()
    mean = sum(each * count for each, count in counts.items()) / total if total else 0.0
    spread = ", ".join(f"L{each} {counts[each]}" for each in sorted(counts))
    note = (
        f"requests judged by body or better (L3); mean L{mean:.1f}: {spread}"
        if total
        else "requests judged by body or better (L3)"
    )
    return Metric(ASSERTION_STRENGTH, sum(count for each, count in counts.items() if each >= STRONG), total, note)
