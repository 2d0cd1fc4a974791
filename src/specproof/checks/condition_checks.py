"""Checks of conditional requests: entity tags, ``If-None-Match`` and ``If-Match`` (RFC 9110, 8.8.3 and 13.1)."""

from __future__ import annotations

from .records import Answer
from .status_checks import no_server_error

NOT_MODIFIED = 304
PRECONDITION_FAILED = 412


def not_modified(answer: Answer, tag: str) -> None:
    """A read by who knows the present ``tag`` is answered 304; who sees another tag by now is told nothing."""
    __tracebackhide__ = True
    no_server_error(answer)
    if answer.status == NOT_MODIFIED:
        return
    if not answer.is_accepted or not same_tag(tag, answer.headers.get("etag", "")):
        answer.inconclusive(f"not shown to be unchanged: {answer.described()}")
    answer.fail("not_modified", f"304, because the entity tag is still {answer.shown(tag)}")


def tag_changed(answer: Answer, before: str) -> None:
    """The entity tag is not the one from ``before`` the change. A weak one may stay where the difference does not matter: a remark."""
    __tracebackhide__ = True
    no_server_error(answer)
    now = answer.headers.get("etag", "")
    if not answer.is_accepted or not now:
        answer.inconclusive(f"no entity tag to compare: {answer.described()}")
    if now != before:
        return
    if now.startswith("W/"):
        answer.minor(
            "tag_changed", "the weak ETag stays the same after a change", "another ETag after a change", answer.shown(now)
        )
        return
    answer.fail("tag_changed", "another ETag, because the record has changed", f"still {answer.shown(now)}")


def condition_failed(answer: Answer, *, declared: bool = False) -> None:
    """A write on the condition of a tag that no state of the record has is refused.

    Without ``declared`` the document does not list ``If-Match``: that it is ignored is a remark.
    """
    __tracebackhide__ = True
    no_server_error(answer)
    if not answer.is_accepted:
        return
    expected = f"{PRECONDITION_FAILED}, because no state of the record has the entity tag in If-Match"
    if declared:
        answer.fail("condition_failed", expected)
    answer.minor("condition_failed", "If-Match is ignored", expected)


def same_tag(one: str, other: str) -> bool:
    """Whether two entity tags are the same, weak or not."""
    return one.removeprefix("W/") == other.removeprefix("W/")
