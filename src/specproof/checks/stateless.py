"""A target that does not remember: a mock, whose answers are examples and owe nothing to what was sent before.

The document's own rules are judged there as everywhere. What only a memory could answer is skipped, and every summary says so. Nothing
finds out by itself that a target does not remember: an API that has lost its memory is broken.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Final

import pytest

from .outcome import skip
from .records import Answer
from .status_checks import no_server_error

VARIABLE: Final = "SPECPROOF_STATELESS"
REASON: Final = "the target was said not to remember"
# The values of an answer are compared with what was sent, with another answer, or with what exists.
ON_VALUES: Final = frozenset(
    {
        "echo",
        "read_back",
        "unchanged",
        "listed",
        "not_listed",
        "distinct_ids",
        "deleted",
        "unknown_id",
        "page_size",
        "filter",
        "sort_order",
        "total",
        "paging",
        "cleared",
        "not_taken",
        "location",
        "hidden",
        "not_modified",
        "tag_changed",
        "condition_failed",
    }
)
# What an empty credential looks like: where one is asked for, no memory is needed to refuse it.
_NO_SECRET = frozenset({"", "Bearer"})
_OFF = frozenset({"", "0", "false", "no", "off"})


def is_wanted(option: bool) -> bool:
    """Whether ``--stateless`` was given, or the variable says so."""
    return option or os.environ.get(VARIABLE, "").strip().lower() not in _OFF


def skip_if_unknowable(answer: Answer, check: str, arguments: Sequence[object] = ()) -> None:
    """Skip the case where ``check`` asks a target without a memory what it cannot know. A server error fails all the same."""
    __tracebackhide__ = True
    if answer.remembers or not _is_unknowable(answer, check, arguments):
        return
    no_server_error(answer)
    skip(f"{REASON}: {check} was not judged")


def _is_unknowable(answer: Answer, check: str, arguments: Sequence[object]) -> bool:
    if check == "unauthenticated":
        # Which credentials were ever issued is remembered; that none was sent can be seen.
        return any(not entry.variable and entry.value not in _NO_SECRET for entry in answer.request.placed)
    if check == "status_expected":
        # An example of an id, out of an earlier answer, need not keep the rules for ids in a path; and nobody knows what is taken already.
        wants_refusal = any(isinstance(status, int) and status >= 400 for status in arguments)
        return len(answer.steps) > 1 and wants_refusal != (answer.status >= 400)
    return check in ON_VALUES


def unjudged(reports: Iterable[pytest.TestReport]) -> str:
    """A sentence about the cases that were not judged for want of a memory."""
    count = sum(1 for report in reports if report.skipped and REASON in str(report.longrepr))
    cases = "1 case was" if count == 1 else f"{count} cases were"
    return f"{cases} skipped: {REASON} (--stateless or {VARIABLE}). What an API keeps and gives back is not tested by this run."
