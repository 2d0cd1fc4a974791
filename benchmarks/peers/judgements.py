"""What reading the reports of the tools showed: which kinds are false, and why.

A report that no entry fits is "not judged".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.peers.tools import OURS, THEIRS, Report


@dataclass(frozen=True, slots=True)
class Judgement:
    """A kind of report of one tool (with however many requests) about one service. The patterns are searched in the operation, the case
    and what was answered."""

    service: str
    tool: str
    checks: str
    is_false: bool
    reason: str
    operation: str = ""
    case: str = ""
    actual: str = ""

    def fits(self, service: str, tool: str, report: Report) -> bool:
        """Whether a report is of this kind."""
        pairs = (
            (self.checks, report.check),
            (self.operation, report.operation),
            (self.case, report.case),
            (self.actual, report.actual),
        )
        return (self.service, self.tool) == (service, tool.partition(",")[0]) and all(
            re.search(pattern, text) for pattern, text in pairs
        )


_CRASH = "a 5xx, or no answer"
_ANY_CREDENTIAL = "Kinto takes any user and password, as its documentation says: an unknown pair is another user"
_TOO_WIDE = "the document's schema admits the value and the service refuses it: the document is too wide"
_TOO_NARROW = "the document's schema forbids the value and the service takes it"
_MEDIA_TYPE = "a media type that the document does not list"
_NOT_ACCEPTABLE = "406 although `*/*` is accepted (RFC 9110)"
_NO_QUERYABLES = "the answer is a JSON Schema, without the list that the document requires"
_NO_BODY = "a 304, 401 or 412 without a body has no media type"
_STATUS = "a status that the document does not list"

JUDGEMENTS: tuple[Judgement, ...] = (
    Judgement("kinto", OURS, "^no_server_error$", is_false=False, reason=_CRASH),
    Judgement("kinto", OURS, "^unauthenticated$", is_false=True, reason=_ANY_CREDENTIAL),
    Judgement("kinto", OURS, "^rejected$", is_false=False, reason=_TOO_NARROW, case="(path|body)_missing$"),
    Judgement(
        "kinto", OURS, "^body_schema$", is_false=False, reason="the answer to an inner HEAD has a text for a body, not an object"
    ),
    Judgement("kinto", THEIRS, "ServerError$", is_false=False, reason=_CRASH),
    Judgement("kinto", THEIRS, "^IgnoredAuth$", is_false=True, reason=_ANY_CREDENTIAL),
    Judgement("kinto", THEIRS, "^RejectedPositiveData$", is_false=False, reason=_TOO_WIDE),
    Judgement("kinto", THEIRS, "^AcceptedNegativeData$", is_false=False, reason=_TOO_NARROW),
    Judgement("kinto", THEIRS, "^UndefinedStatusCode$", is_false=False, reason=_STATUS),
    Judgement("pygeoapi", OURS, "^no_server_error$", is_false=False, reason=_CRASH),
    Judgement(
        "pygeoapi",
        OURS,
        "^rejected$",
        is_false=True,
        reason="OGC API - Features: a limit above the maximum is no error; the document's own schema forbids it",
        case="limit_too_large$",
    ),
    Judgement(
        "pygeoapi",
        OURS,
        "^rejected$",
        is_false=False,
        reason=_TOO_NARROW,
        case="(_not_allowed|_other_case|_wrong_type|_boolean)$",
    ),
    Judgement("pygeoapi", OURS, "^body_schema$", is_false=False, reason=_NO_QUERYABLES, actual='"queryables" is a required'),
    Judgement("pygeoapi", OURS, "^media_type$", is_false=False, reason=_MEDIA_TYPE),
    Judgement("pygeoapi", THEIRS, "^ServerError$|^UnsupportedMethodResponse$", is_false=False, reason=_CRASH),
    Judgement("pygeoapi", THEIRS, "^RejectedPositiveData$", is_false=False, reason=_TOO_WIDE),
    Judgement("pygeoapi", THEIRS, "^AcceptedNegativeData$", is_false=False, reason=_TOO_NARROW),
    Judgement("pygeoapi", THEIRS, "^UndefinedContentType$", is_false=False, reason=_MEDIA_TYPE),
    Judgement("pygeoapi", THEIRS, "^UndefinedStatusCode$", is_false=False, reason=_STATUS),
    Judgement("httpbin", OURS, "^no_server_error$", is_false=False, reason=_CRASH, operation="^GET /drip$"),
    Judgement("httpbin", OURS, "^no_server_error$", is_false=False, reason=_CRASH, case="_line_break_crashes_nothing$"),
    Judgement("httpbin", OURS, "^status_(expected|documented)$", is_false=False, reason=_STATUS, operation="^GET /cookies/"),
    Judgement("httpbin", OURS, "^status_expected$", is_false=False, reason=_NOT_ACCEPTABLE, operation="^GET /image$"),
    Judgement("httpbin", THEIRS, "^ServerError$", is_false=False, reason=_CRASH),
    Judgement("httpbin", THEIRS, "^RejectedPositiveData$", is_false=False, reason=_TOO_WIDE),
    Judgement(
        "httpbin", THEIRS, "^MissingContentType$", is_false=True, reason=_NO_BODY, operation="^GET /(cache|basic-auth|etag)"
    ),
    Judgement(
        "httpbin", THEIRS, "^UseAfterFree$", is_false=True, reason="httpbin answers with what it was sent, and keeps nothing"
    ),
    Judgement("httpbin", THEIRS, "^UndefinedContentType$", is_false=False, reason=_MEDIA_TYPE),
    Judgement("httpbin", THEIRS, "^UndefinedStatusCode$", is_false=False, reason=_STATUS),
)


def judgement_of(service: str, tool: str, report: Report) -> Judgement | None:
    """The first judgement that fits; None: not judged."""
    return next((one for one in JUDGEMENTS if one.fits(service, tool, report)), None)


def false_reports(service: str, tool: str, reports: Iterable[Report]) -> str:
    """``3 of 10``, and how many nobody has judged."""
    found = Counter(
        "not judged" if judgement is None else "false" if judgement.is_false else "true"
        for judgement in (judgement_of(service, tool, report) for report in reports)
    )
    text = f"{found['false']} of {sum(found.values())}"
    return f"{text}, {found['not judged']} not judged" if found["not judged"] else text
