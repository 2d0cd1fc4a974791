"""What stands in a list's answer beside its items: totals, sizes, positions, links to other pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlencode

from specproof.openapi.schema import JsonValue
from specproof.reference.calls import Call, Page
from specproof.reference.listing import cursor_after, page_size
from specproof.reference.naming import plain
from specproof.reference.routing import path_of
from specproof.reference.shapes import Shape

Path = tuple[str, ...]
_TOTALS: Final = frozenset({"total", "totalcount", "totalitems", "totalelements", "totalresults", "totalsize", "totalrecords"})
_COUNTS: Final = frozenset({"count", "numberofelements", "itemcount", "returned"})
_LIMITS: Final = frozenset({"limit", "pagesize", "perpage", "size", "itemsperpage"})
_OFFSETS: Final = frozenset({"offset", "skip", "start", "startindex"})
_PAGES: Final = frozenset({"page", "pagenumber", "currentpage", "number", "pageindex"})
_PAGE_COUNTS: Final = frozenset({"pages", "totalpages", "pagecount", "lastpage"})
_MORE: Final = frozenset({"hasmore", "hasnext", "more", "hasnextpage", "truncated", "istruncated"})
_LESS: Final = frozenset({"hasprev", "hasprevious", "hasprevpage", "haspreviouspage"})
_NEXT: Final = frozenset({"next", "nextcursor", "nextpage", "nextpagetoken", "nexttoken", "nextlink", "nextpageurl", "after"})
_ENDS: Final = frozenset({"endcursor", "lastcursor"})
"""Where this page ends, which is where the next one begins: told of the last page, too."""
_PREVIOUS: Final = frozenset({"previous", "prev", "previouscursor", "prevcursor", "previouspage", "prevpage", "before"})


def beside(call: Call, page: Page) -> Iterator[tuple[Path, JsonValue]]:
    """Members of the answer and their values, as far as their names say what they hold."""
    for path, member, is_required in call.compiled.list_members:
        value: JsonValue = _number(call, page, path) if member.kinds & {"integer", "number"} else None
        if value is None:
            value = _flag_or_link(call, page, plain(path[-1]), member)
        if value is not None:
            yield path, value
        elif is_required and member.is_nullable and plain(path[-1]) in _NEXT | _ENDS | _PREVIOUS:
            yield path, None


def _number(call: Call, page: Page, path: Path) -> int | None:
    name, listing = plain(path[-1]), call.reading.listing
    size = max(1, page_size(call))
    if path == listing.total or name in _TOTALS:
        return page.total
    if name in _LIMITS:
        return size if listing.limit or listing.default_limit else max(1, len(page.items))
    if name in {"next", "nextpage"} and page.more:
        return page.start // size + listing.first_page + 1
    return _position(name, page, size, listing.first_page)


def _position(name: str, page: Page, size: int, first_page: int) -> int | None:
    if name in _COUNTS:
        return len(page.items)
    if name in _OFFSETS:
        return page.start
    if name in _PAGES:
        return page.start // size + first_page
    return -(-page.total // size) if name in _PAGE_COUNTS else None


def _flag_or_link(call: Call, page: Page, name: str, member: Shape) -> JsonValue:
    if "boolean" in member.kinds:
        return _flag(page, name)
    if "string" not in member.kinds:
        return None
    size = max(1, page_size(call))
    if name in _ENDS and page.items:
        return _link(call, page.start + len(page.items), member)
    if name in _NEXT and page.more:
        return _link(call, page.start + size, member)
    if name in _PREVIOUS and page.start:
        return _link(call, max(0, page.start - size), member)
    return None


def _flag(page: Page, name: str) -> bool | None:
    if name in _MORE:
        return page.more
    if name in _LESS:
        return page.start > 0
    return {"first": page.start == 0, "last": not page.more, "empty": not page.items}.get(name)


def _link(call: Call, start: int, member: Shape) -> str:
    """A cursor, or the address of the page where the member's format asks for one."""
    listing = call.reading.listing
    if member.format not in {"uri", "uri-reference", "url"} and listing.cursor:
        return cursor_after(start)
    query = dict(parse_qsl(call.request.target.partition("?")[2], keep_blank_values=True))
    if listing.offset:
        query[listing.offset] = str(start)
    elif listing.page:
        query[listing.page] = str(start // max(1, page_size(call)) + listing.first_page)
    elif listing.cursor:
        query[listing.cursor] = cursor_after(start)
    address = f"{path_of(call.request.target)}?{urlencode(query)}"
    return f"http://{call.request.header('host') or 'localhost'}{address}" if member.format in {"uri", "url"} else address
