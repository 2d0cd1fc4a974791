"""What a run says of its target as a whole: that nobody is there, or somebody else than the API. Its failures then say nothing of the API."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specproof.checks.recognising import Reported, strange_target
from specproof.domain.runs import Outcome, OutcomeKind

BAD_KINDS = frozenset({OutcomeKind.FAILED, OutcomeKind.ERRORED})
SILENT = "the API did not answer: is it running, and is that its address?"
HANGING = "the API answered no request in time: is it running, and is that its address?"
# As the checks that a suite carries say it. A case whose control got no answer is skipped with the same words.
_SILENCE = re.compile(r"did not answer|no answer within [\d.]+ seconds")
_ANSWERED = re.compile(r"\banswered \d{3}\b|^inconclusive: ")
_LATE = re.compile(r"no answer within [\d.]+ seconds")


def about_target(outcomes: Sequence[Outcome]) -> str:
    """One sentence about a target that is not there, or is not this API; "" where at least one answer came from the API, or nothing failed."""
    return _silence(outcomes) or strange_target(
        Reported(one.operation, one.kind in BAD_KINDS, one.kind is OutcomeKind.SKIPPED, one.unrecognised) for one in outcomes
    )


def _silence(outcomes: Sequence[Outcome]) -> str:
    texts = [one.actual or one.message for one in outcomes]
    are_silent = [bool(_SILENCE.search(text)) for text in texts]
    for one, text, is_silent in zip(outcomes, texts, are_silent, strict=True):
        if one.kind is OutcomeKind.PASSED or (one.kind in BAD_KINDS and not is_silent) or _ANSWERED.search(text):
            return ""
    if not any(are_silent):
        return ""
    return HANGING if any(map(_LATE.search, texts)) else SILENT
