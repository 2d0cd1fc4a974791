"""A target that is not the API: a wrong base address, a login page, a gateway with nothing behind it.

Whoever answers everybody alike answers no operation as its document says. A case notes what it was answered where nothing of it can have
come from the API; a run in which no case was answered otherwise says so in one sentence, and not as hundreds of failures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pytest

from .causes import answer_shape
from .pointers import ABSENT
from .records import Answer

UNRECOGNISED: Final = "specproof_unrecognised"
# What somebody answers who has no such path. Other refusals are about who asks (401, 403, 429) or about what was sent.
NO_SUCH_PATH: Final = frozenset({404, 405, 410, 421})
# What a gateway answers for an API that is not there. 500 and 501 are the API's own: crashes are failures.
NOTHING_BEHIND: Final = frozenset({502, 503, 504})
ABOUT_WHO_ASKS: Final = frozenset({401, 403, 429})
PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
# Of one operation nobody can say whether the target is another one, or this one is wrong.
LEAST_OPERATIONS: Final = 2
MOST_KINDS: Final = 3


@dataclass(frozen=True, slots=True)
class Reported:
    """What a run has to say of one case: ``answered`` is what it noted with :func:`unrecognised`."""

    operation: str
    is_failed: bool
    is_skipped: bool
    answered: str


def unrecognised(answers: Iterable[Answer]) -> str:
    """``GET /things: 404 text/html``, if nothing in ``answers`` can have come from the API of the document; "" otherwise, and of no answers.

    The first answer stands for all.
    """
    first = ""
    for answer in answers:
        if _is_recognised(answer):
            return ""
        shape = answer_shape(answer.media_type, answer.content)
        first = first or answer.credentials.redacted(f"{answer.operation}: {answer.status} {shape}")
    return first


def _is_recognised(answer: Answer) -> bool:
    documented = answer.contracts.expectation(answer.operation, answer.status)
    if answer.status in NO_SUCH_PATH or answer.status in NOTHING_BEHIND:
        # That the document lists a 404 says nothing: the answer has to look like the one that it lists.
        listed = documented.media_type_for(answer.media_type) if documented else None
        if documented is None or listed is None:
            return False
        schema = documented.media_types[listed]
        return not answer.is_json or schema is None or answer.contracts.first_error(schema, answer.body) is None
    if 300 <= answer.status < 400:
        return documented is not None
    if answer.media_type not in PAGES or answer.status in ABOUT_WHO_ASKS or answer.status >= 500:
        return True
    if documented is not None and documented.media_type_for(answer.media_type) is not None:
        return True
    # Some APIs call their JSON a page: then that is what is wrong.
    return answer.body is not ABSENT


def strange_target(cases: Iterable[Reported]) -> str:
    """A sentence about a target that answered no operation as the document says; "" if one was, or none was asked, or nothing failed."""
    cases = list(cases)
    judged = [case for case in cases if not case.is_skipped]
    if not any(case.is_failed for case in judged) or not all(case.answered for case in judged):
        return ""
    operations = {case.operation for case in cases}
    told = (case.answered.partition(": ") for case in cases)
    answers = {operation: answer for operation, _, answer in told if operation in operations}
    if len(answers) < LEAST_OPERATIONS:
        return ""
    kinds = Counter(answers.values()).most_common()
    shown = ", ".join(kind if len(kinds) == 1 else f"{kind} ({count})" for kind, count in kinds[:MOST_KINDS])
    shown += f" and {len(kinds) - MOST_KINDS} others" if len(kinds) > MOST_KINDS else ""
    return f"the target does not look like this API: all {len(answers)} operations that were asked answered {shown}; is the base URL right?"


def strange_reports(reports: Iterable[pytest.TestReport]) -> str:
    """The same of what pytest reports."""
    phases: dict[str, list[pytest.TestReport]] = {}
    for report in reports:
        phases.setdefault(report.nodeid, []).append(report)
    return strange_target(_reported(found) for found in phases.values())


def _reported(phases: Iterable[pytest.TestReport]) -> Reported:
    said = {name: str(value) for phase in phases for name, value in phase.user_properties}
    return Reported(
        said.get("specproof_operation", ""),
        any(phase.failed for phase in phases),
        any(phase.skipped for phase in phases),
        said.get(UNRECOGNISED, ""),
    )
