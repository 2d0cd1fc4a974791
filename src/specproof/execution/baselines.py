"""What a run says of the baseline that it was judged by, derived from its outcomes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from specproof.checks.baseline import Accepted, Baseline, Ours, Seen
from specproof.checks.causes import FailureKey
from specproof.domain.runs import Outcome, OutcomeKind


def mended_in(baseline: Baseline, outcomes: Sequence[Outcome], suite: Ours) -> tuple[Accepted, ...]:
    """What of ``baseline`` does not occur any more, as the suite itself says it at the end of its run."""
    return baseline.mended(seen_in(outcomes), suite)


def seen_in(outcomes: Sequence[Outcome]) -> Seen:
    """The cases that showed what the baseline holds, and those that were judged to their end."""
    cases_of: dict[FailureKey, set[str]] = {}
    judged: dict[str, bool] = {}
    for outcome in outcomes:
        is_whole = outcome.kind is OutcomeKind.PASSED or outcome.is_known
        judged[outcome.case_id] = judged.get(outcome.case_id, True) and is_whole
        for text in outcome.failure_keys:
            key = _key(text)
            if key is not None:
                cases_of.setdefault(key, set()).add(outcome.case_id)
    return Seen(cases_of, {case for case, is_whole in judged.items() if is_whole})


def entries_of(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """What a baseline needs to know the failures of ``outcomes``: an entry for each operation, check and cause."""
    cases_of: dict[FailureKey, dict[str, None]] = {}
    for outcome in outcomes:
        key = _entry_key(outcome.entry)
        if key is not None:
            cases_of.setdefault(key, {})[outcome.case_id] = None
    return [Accepted(key, len(cases), tuple(cases)).to_json() for key, cases in cases_of.items()]


def _entry_key(text: str) -> FailureKey | None:
    try:
        entry = json.loads(text)
        return FailureKey(*(str(entry[name]) for name in ("operation", "check", "cause")))
    except (TypeError, ValueError, KeyError, RecursionError):
        return None


def _key(text: str) -> FailureKey | None:
    """The key in a text that a stranger's process has written; None if there is none."""
    try:
        operation, check, cause = json.loads(text)
    except (TypeError, ValueError):
        return None
    return FailureKey(str(operation), str(check), str(cause))
