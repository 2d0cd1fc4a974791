"""Checks on the status of an answer.

Throughout: a server error always fails; a refusal for a reason that the case did not ask about (no permission, a limit, a conflict)
proves nothing, so the case is *inconclusive* and skipped; a status that is merely unusual is a remark.
"""

from __future__ import annotations

from collections.abc import Sequence

from .business_checks import (
    STATE_OR_QUOTA,
    is_about_something_else,
    is_empty_success,
    other_code,
)
from .leaks import leaked
from .records import Answer

# On a negative request these may be about something else than the broken rule.
ABOUT_SOMETHING_ELSE = frozenset({401, 403, 404, 409, 410, 429})
GONE = frozenset({404, 410})
CONFLICT = (
    "refused as a conflict, so not judged. Is a record of somebody else in the way? Then remove it, or run on an empty database."
    " Has a member to be unique? Free texts are new in each run: no number, `enum` or narrow `pattern` leaves room for that"
)


def no_server_error(answer: Answer) -> None:
    """The API did not crash: no 5xx. ``503`` with ``Retry-After`` says "not now" and is inconclusive."""
    __tracebackhide__ = True
    if answer.status == 503 and "retry-after" in answer.headers:
        answer.inconclusive("the API is not available now (503 with Retry-After)")
    if answer.status >= 500:
        answer.fail("no_server_error", "no server error, whatever is sent")
    no_leak(answer)


def no_leak(answer: Answer) -> None:
    """A refusal shows no stack trace, no error of a database and no key. What a success holds are the users' own texts."""
    __tracebackhide__ = True
    if answer.status < 400:
        return
    kind = leaked(answer.content)
    if kind:
        answer.fail("no_leak", "a refusal that shows nothing of the inside", f"{answer.status} that shows {kind}")


def status_expected(answer: Answer, *statuses: int, alone: bool = False, unmade: bool = False) -> None:
    """The status is one of ``statuses``. ``alone``: nothing of anybody else's is in the way, so that a conflict (409) is none.
    ``unmade``: the document's own example says whose record is meant; it need not be there (404, 410).
    """
    __tracebackhide__ = True
    if answer.status in statuses or (answer.is_refused_inside and min(statuses, default=0) >= 400):
        return
    no_server_error(answer)
    if min(statuses, default=0) < 400 and answer.excused(f"status {_either(statuses)}"):
        return
    is_excused = answer.status in STATE_OR_QUOTA and not (alone and answer.status == 409)
    if answer.status == 429 or (is_excused and min(statuses, default=0) < 400):
        # Values that are new in this run do not rule a conflict out: one of each kind, a limit, a pair that has to be unique.
        reason = CONFLICT if answer.status == 409 else "refused for the API's state, a quota or a role"
        answer.inconclusive(f"{reason}: {answer.described()}")
    if unmade and answer.status in {404, 410}:
        answer.inconclusive(f"nothing is there under the id of the document's example: {answer.described()}")
    if min(statuses, default=0) < 400 <= answer.status and _may_be_all_there_is(answer):
        answer.inconclusive(f"the document lists no success, and this refusal: {answer.described()}")
    if answer.status == 401 and not answer.request.placed and answer.contracts.documents(answer.operation, "401"):
        answer.inconclusive("the document lists 401 and does not say which credential is asked for")
    actual = answer.described()
    if answer.status == 401 and min(statuses, default=0) < 400:
        actual += " (is the credential that was given still valid?)"
    answer.fail("status_expected", f"status {_either(statuses)}", actual)


def _may_be_all_there_is(answer: Answer) -> bool:
    """Whether the document lists this refusal and no success, so that the operation may have none.

    It has one where the control of the case was accepted: then a refusal of what was sent is as wrong as anywhere.
    """
    if not answer.contracts.lists_refusals_only(answer.operation, answer.status):
        return False
    is_controlled = bool(answer.case.control) and answer.operation == answer.case.operation
    return answer.status in ABOUT_SOMETHING_ELSE or not is_controlled


def status_documented(answer: Answer) -> None:
    """The document lists the status (exactly, as a range, or by ``default``). An unlisted 4xx is only a remark."""
    __tracebackhide__ = True
    no_server_error(answer)
    if answer.contracts.expectation(answer.operation, answer.status) is not None:
        return
    if answer.excused("a status that the document lists"):
        return
    if 400 <= answer.status < 500:
        answer.minor(
            "status_documented", f"the document does not list status {answer.status}", "a status that the document lists"
        )
        return
    answer.fail("status_documented", "a status that the document lists")


def rejected(answer: Answer) -> None:
    """A request that breaks a rule of the document is refused: any 4xx will do, or a business code that is no success."""
    __tracebackhide__ = True
    no_server_error(answer)
    if answer.status in ABOUT_SOMETHING_ELSE or 300 <= answer.status < 400:
        answer.inconclusive(f"answered {answer.status}, which need not be about the broken rule")
    if is_about_something_else(answer, ABOUT_SOMETHING_ELSE):
        answer.inconclusive(f"refused with a code that need not be about the broken rule: {answer.described()}")
    if answer.is_refused_inside:
        return
    if answer.status < 400:
        answer.fail("rejected", f"a 4xx status{other_code(answer)}, because the request breaks a rule of the document")
        return
    status_documented(answer)


def unauthenticated(answer: Answer) -> None:
    """Without a valid credential the answer is 401 (403 is accepted with a remark) or a business code that is no success."""
    __tracebackhide__ = True
    no_server_error(answer)
    if answer.is_refused_inside:
        return
    if answer.status == 401:
        if "www-authenticate" not in answer.headers:
            answer.minor("unauthenticated", "401 without WWW-Authenticate", "a header WWW-Authenticate with the 401")
        return
    if answer.status in {403, 404} or 300 <= answer.status < 400:
        remark = f"{answer.status} instead of 401 for a missing or wrong credential"
        answer.minor("unauthenticated", remark, "401, because no valid credential was sent")
        return
    if answer.status >= 400:
        answer.inconclusive(f"answered {answer.status}, which is not about the credential")
    answer.fail("unauthenticated", f"401{other_code(answer)}, because no valid credential was sent")


def unknown_id(answer: Answer) -> None:
    """An id that does not exist gives 404 or 410.

    Deleting it may be answered as done, and a PUT that the document lets create (201) may create it.
    """
    __tracebackhide__ = True
    no_server_error(answer)
    if answer.status in GONE:
        return
    if answer.status in ABOUT_SOMETHING_ELSE or 300 <= answer.status < 400:
        answer.inconclusive(f"answered {answer.status}, which need not be about the unknown id")
    if is_about_something_else(answer, ABOUT_SOMETHING_ELSE - GONE):
        answer.inconclusive(f"refused with a code that need not be about the unknown id: {answer.described()}")
    if answer.is_refused_inside:
        return
    may_create = answer.request.method == "PUT" and answer.contracts.documents(answer.operation, "201")
    if answer.status >= 400 or answer.request.method == "DELETE" or may_create or is_empty_success(answer):
        remark = f"{answer.status} instead of 404 for an unknown id"
        answer.minor("unknown_id", remark, "404 or 410, because nothing has this id")
        return
    answer.fail("unknown_id", f"404 or 410{other_code(answer)}, because nothing has this id")


def deleted(answer: Answer) -> None:
    """What was deleted cannot be read any more: 404 or 410."""
    __tracebackhide__ = True
    no_server_error(answer)
    if answer.status in GONE:
        return
    if answer.status >= 300:
        answer.inconclusive(f"answered {answer.status}, which does not say whether the record is gone")
    if is_about_something_else(answer, ABOUT_SOMETHING_ELSE - GONE):
        answer.inconclusive(f"refused with a code that does not say whether the record is gone: {answer.described()}")
    if answer.is_refused_inside or is_empty_success(answer):
        return
    answer.fail("deleted", f"404 or 410{other_code(answer)}, because the record was deleted")


def _either(statuses: Sequence[int]) -> str:
    return " or ".join(str(status) for status in statuses)
