"""``expect(answer)``: the checks that a case can make, by their ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final, Self

from . import (
    body_checks,
    business_checks,
    condition_checks,
    list_checks,
    relation_checks,
    stateless,
    status_checks,
    timing_checks,
    write_checks,
)
from .outcome import skip
from .pointers import ABSENT
from .records import Answer


def control(answer: Answer) -> None:
    """The same request without the fault is accepted; otherwise the case would prove nothing and is skipped."""
    __tracebackhide__ = True
    if not answer.is_accepted:
        skip(f"the control request was refused: {answer.operation} answered {answer.described()}")


CHECKS: Final[Mapping[str, Callable[..., None]]] = MappingProxyType(
    {
        "no_server_error": status_checks.no_server_error,
        "no_leak": status_checks.no_leak,
        "status_documented": status_checks.status_documented,
        "status_expected": status_checks.status_expected,
        "business_code": business_checks.business_code,
        "media_type": body_checks.media_type,
        "body_schema": body_checks.body_schema,
        "body_empty": body_checks.body_empty,
        "response_headers": body_checks.response_headers,
        "rejected": status_checks.rejected,
        "unauthenticated": status_checks.unauthenticated,
        "unknown_id": status_checks.unknown_id,
        "echo": relation_checks.echo,
        "read_back": relation_checks.read_back,
        "unchanged": relation_checks.unchanged,
        "listed": relation_checks.listed,
        "not_listed": relation_checks.not_listed,
        "distinct_ids": relation_checks.distinct_ids,
        "deleted": status_checks.deleted,
        "page_size": relation_checks.page_size,
        "filter": relation_checks.filter_,
        "sort_order": relation_checks.sort_order,
        "response_time": timing_checks.response_time,
        "total": list_checks.total,
        "paging": list_checks.paging,
        "refused": write_checks.refused,
        "cleared": write_checks.cleared,
        "not_taken": write_checks.not_taken,
        "location": write_checks.location,
        "hidden": write_checks.hidden,
        "method_refused": write_checks.method_refused,
        "not_modified": condition_checks.not_modified,
        "tag_changed": condition_checks.tag_changed,
        "condition_failed": condition_checks.condition_failed,
        "control": control,
    }
)


class Expectation:
    """What is expected of one answer. Every method makes one check and returns this object, so that checks can be chained."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def _checked(self, check: str, *arguments: Any, **named: Any) -> Self:
        __tracebackhide__ = True
        stateless.skip_if_unknowable(self._answer, check, arguments)
        CHECKS[check](self._answer, *arguments, **named)
        return self

    def no_server_error(self) -> Self:
        """No 5xx."""
        __tracebackhide__ = True
        return self._checked("no_server_error")

    def no_leak(self) -> Self:
        """A refusal that shows nothing of the inside; every ``no_server_error`` makes sure of it too."""
        __tracebackhide__ = True
        return self._checked("no_leak")

    def status_documented(self) -> Self:
        """The document lists the status."""
        __tracebackhide__ = True
        return self._checked("status_documented")

    def status_expected(self, *statuses: int, alone: bool = False, unmade: bool = False) -> Self:
        """One of ``statuses`` (``alone``: a conflict with anybody else is out of the question; ``unmade``: 404 says nothing)."""
        __tracebackhide__ = True
        return self._checked("status_expected", *statuses, alone=alone, unmade=unmade)

    def business_code(self) -> Self:
        """The code inside of the answer means success."""
        __tracebackhide__ = True
        return self._checked("business_code")

    def media_type(self) -> Self:
        """A media type that the document lists for the status."""
        __tracebackhide__ = True
        return self._checked("media_type")

    def body_schema(self) -> Self:
        """A body that fits the schema of the document."""
        __tracebackhide__ = True
        return self._checked("body_schema")

    def body_empty(self) -> Self:
        """No body."""
        __tracebackhide__ = True
        return self._checked("body_empty")

    def response_headers(self) -> Self:
        """Headers as the document says."""
        __tracebackhide__ = True
        return self._checked("response_headers")

    def rejected(self) -> Self:
        """Refused with a 4xx, because a rule of the document is broken."""
        __tracebackhide__ = True
        return self._checked("rejected")

    def unauthenticated(self) -> Self:
        """Refused with 401 for want of a valid credential."""
        __tracebackhide__ = True
        return self._checked("unauthenticated")

    def unknown_id(self) -> Self:
        """404 or 410: nothing has that id."""
        __tracebackhide__ = True
        return self._checked("unknown_id")

    def deleted(self) -> Self:
        """404 or 410: the record is gone."""
        __tracebackhide__ = True
        return self._checked("deleted")

    def control(self) -> Self:
        """Accepted; otherwise the case is skipped."""
        __tracebackhide__ = True
        return self._checked("control")

    def echo(self, sent: object = ABSENT, *, at: str = "", ignore: Collection[str] = ()) -> Self:
        """What was sent comes back at ``at``, apart from the pointers in ``ignore``."""
        __tracebackhide__ = True
        return self._checked("echo", sent, at=at, ignore=ignore)

    def read_back(self, expected: object, *, at: str = "", ignore: Collection[str] = ()) -> Self:
        """What was written is read at ``at``, apart from the pointers in ``ignore``."""
        __tracebackhide__ = True
        return self._checked("read_back", expected, at=at, ignore=ignore)

    def unchanged(self, expected: object, *, at: str = "", ignore: Collection[str] = ()) -> Self:
        """The record at ``at`` is as it was, apart from the pointers in ``ignore``."""
        __tracebackhide__ = True
        return self._checked("unchanged", expected, at=at, ignore=ignore)

    def listed(self, value: object, *, items: str, key: str) -> Self:
        """Among the ``items`` is one with ``value`` at ``key``."""
        __tracebackhide__ = True
        return self._checked("listed", value, items=items, key=key)

    def not_listed(self, value: object, *, items: str, key: str) -> Self:
        """Among the ``items`` is none with ``value`` at ``key``."""
        __tracebackhide__ = True
        return self._checked("not_listed", value, items=items, key=key)

    def distinct_ids(self, *values: object) -> Self:
        """All ``values`` differ."""
        __tracebackhide__ = True
        return self._checked("distinct_ids", *values)

    def page_size(self, limit: int, *, items: str) -> Self:
        """At most ``limit`` items."""
        __tracebackhide__ = True
        return self._checked("page_size", limit, items=items)

    def filter(self, value: object, *, items: str, key: str) -> Self:
        """Only items with ``value`` at ``key``."""
        __tracebackhide__ = True
        return self._checked("filter", value, items=items, key=key)

    def sort_order(self, *, items: str, key: str, descending: bool = False) -> Self:
        """Items sorted by ``key``."""
        __tracebackhide__ = True
        return self._checked("sort_order", items=items, key=key, descending=descending)

    def total(self, *, items: str, at: str = "", header: str = "", least: int = 0) -> Self:
        """The total fits the items beside it, and is no less than ``least``."""
        __tracebackhide__ = True
        return self._checked("total", items=items, at=at, header=header, least=least)

    def paging(self, before: object, moved: object, *, items: str, key: str, ranked: bool = False) -> Self:
        """The page ``moved`` begins with the second of the items ``before`` (``ranked``: or with one that sorts as that does)."""
        __tracebackhide__ = True
        return self._checked("paging", before, moved, items=items, key=key, ranked=ranked)

    def response_time(self, *, times: int = 30, p95_ms: float = 0) -> Self:
        """The same request ``times`` more, and by ten at once: timed, and within ``p95_ms`` milliseconds for 19 in 20 if given."""
        __tracebackhide__ = True
        return self._checked("response_time", times=times, p95_ms=p95_ms)

    def refused(self) -> Self:
        """Refused; otherwise the case is skipped."""
        __tracebackhide__ = True
        return self._checked("refused")

    def cleared(self, value: object, *, at: str) -> Self:
        """The old ``value`` is not at ``at`` any more."""
        __tracebackhide__ = True
        return self._checked("cleared", value, at=at)

    def not_taken(self, value: object, *, at: str) -> Self:
        """The server did not take ``value``, which only it may set, from the client."""
        __tracebackhide__ = True
        return self._checked("not_taken", value, at=at)

    def location(self, value: object, *, template: str) -> Self:
        """A Location names the new record by its id ``value``."""
        __tracebackhide__ = True
        return self._checked("location", value, template=template)

    def hidden(self, listing: Answer, value: object, *, items: str, key: str) -> Self:
        """Nobody can read what is not in his own ``listing``."""
        __tracebackhide__ = True
        return self._checked("hidden", listing, value, items=items, key=key)

    def method_refused(self) -> Self:
        """Not carried out, because the document has no such operation."""
        __tracebackhide__ = True
        return self._checked("method_refused")

    def not_modified(self, tag: str) -> Self:
        """304: the entity tag is still ``tag``."""
        __tracebackhide__ = True
        return self._checked("not_modified", tag)

    def tag_changed(self, before: str) -> Self:
        """Another entity tag than ``before``."""
        __tracebackhide__ = True
        return self._checked("tag_changed", before)

    def condition_failed(self, *, declared: bool = False) -> Self:
        """Refused, because no state of the record has the tag in ``If-Match`` (``declared``: which the document lists)."""
        __tracebackhide__ = True
        return self._checked("condition_failed", declared=declared)


def expect(answer: Answer) -> Expectation:
    """Begin to say what is expected of ``answer``."""
    return Expectation(answer)
