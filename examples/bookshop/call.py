"""One call of one operation, and what the operations share: paging, path parameters, who is asking."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from examples.bookshop.bugs import Bugs
from examples.bookshop.shop import Shop
from examples.bookshop.validation import Query
from examples.bookshop.wire import Json, Request, Response, bad_request, json_response

Record = TypeVar("Record")
MOST_PER_PAGE = 100
DEFAULT_PER_PAGE = 20
_ID = re.compile(r"[0-9]{1,4000}")


@dataclass(frozen=True, slots=True)
class Call:
    """What an operation gets. ``caller`` is the token of the one who asks ("" without); ``path`` the path parameters' texts."""

    request: Request
    shop: Shop
    bugs: Bugs
    release: int
    caller: str
    path: dict[str, str]

    @property
    def query(self) -> Query:
        """The query, to be read parameter by parameter."""
        return Query(self.request)

    def id_of(self, name: str) -> int:
        """A path parameter that is a record's number, from 1 on; 400 if it is none."""
        text = self.path[name]
        if not _ID.fullmatch(text) or int(text) < 1:
            raise bad_request(f"{name} must be a whole number from 1 on")
        return int(text)


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for."""

    limit: int
    offset: int

    @classmethod
    def of(cls, query: Query, *, most: int | None = MOST_PER_PAGE) -> Window:
        """Read ``limit`` and ``offset``; ``most`` is the greatest limit, None for no bound."""
        limit = query.integer("limit", default=DEFAULT_PER_PAGE, least=1, most=most)
        offset = query.integer("offset", default=0, least=0)
        return cls(limit=limit or 0, offset=offset or 0)

    def cut(self, records: Sequence[Record]) -> Sequence[Record]:
        """The records in the window."""
        return records[self.offset : self.offset + self.limit]


def page(
    records: Sequence[Record],
    window: Window,
    show: Callable[[Record], Json],
    *,
    shown: Sequence[Record] | None = None,
    total: int | None = None,
    counted: int | None = None,
    count_header: bool = True,
    media_type: str = "application/json",
) -> Response:
    """One page of ``records`` in the envelope that all lists share.

    A list with a bug says otherwise than ``records`` do which are ``shown``, what the ``total`` is and what X-Total-Count has ``counted``.
    """
    items = [show(record) for record in (window.cut(records) if shown is None else shown)]
    total = len(records) if total is None else total
    content = {"items": items, "total": total, "limit": window.limit, "offset": window.offset}
    headers = (("X-Total-Count", str(total if counted is None else counted)),) if count_header else ()
    return json_response(200, content, *headers, media_type=media_type)


def sorted_records(
    records: Sequence[Record], sort: str | None, *, backwards: bool = False, measure: Callable[[Any], Any] | None = None
) -> list[Record]:
    """The records by the field that ``sort`` names, a leading ``-`` for descending; as they are without one.

    ``measure`` makes of the field's value what is compared.
    """
    if sort is None:
        return list(records)
    name = sort.removeprefix("-")

    def key(record: Record) -> Any:
        value = getattr(record, name)
        return value if measure is None else measure(value)

    return sorted(records, key=key, reverse=sort.startswith("-") != backwards)
