"""Walking through the pages of a list, boundedly."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from .pointers import ABSENT, lookup
from .records import Answer
from .wire import Parameter, query_pairs

MOST_PAGES = 20
# A list of exactly so many items may well be one page of a longer one.
USUAL_PAGE_SIZES = frozenset({10, 12, 15, 20, 24, 25, 30, 40, 50, 60, 100, 200, 250, 500, 1000})

_PAGE_NAMES = frozenset({"page", "pageno", "pagenum", "pagenumber", "pageindex", "currentpage", "p"})
_OFFSET_NAMES = frozenset({"offset", "skip", "startindex"})
_SIZE_NAMES = frozenset({"limit", "size", "pagesize", "perpage", "count", "take", "top", "maxresults"})
_TOTAL_NAMES = frozenset({"total", "totalcount", "totalitems", "totalelements", "totalresults"})
_MORE_NAMES = frozenset({"hasmore", "hasnext", "hasnextpage", "more"})
_NEXT_NAMES = frozenset({"next", "nextpage", "nexturl", "nextlink", "nextcursor", "nextpagetoken", "nexttoken", "cursor"})


@dataclass(slots=True)
class Listing:
    """The items of a list over its pages. ``is_whole``: nothing suggests that there are more."""

    items: list[object] = field(default_factory=list)
    is_whole: bool = True


def items_at(answer: Answer, pointer: str) -> list[object]:
    """The list in one answer; where there is none, the case is inconclusive (its own case judges the shape)."""
    __tracebackhide__ = True
    found = lookup(answer.body, pointer)
    if not isinstance(found, list):
        answer.inconclusive(f"no list at {pointer or 'the root'} of the answer: {answer.described()}")
    return found


def collect(answer: Answer, pointer: str) -> Listing:
    """All items, following pages as long as the answer or the request's own parameters say how (at most 20)."""
    __tracebackhide__ = True
    listing = Listing(list(items_at(answer, pointer)))
    current: Answer | None = answer
    for _ in range(MOST_PAGES):
        if current is None or not _may_have_more(current, pointer, len(listing.items)):
            return listing
        current = _next_page(current, pointer)
        page = lookup(current.body, pointer) if current is not None and current.is_accepted else ABSENT
        if not isinstance(page, list):
            break
        if not page or all(item in listing.items for item in page):
            # Past the end; or the parameter that we moved does not page at all.
            listing.is_whole = not page
            return listing
        listing.items.extend(page)
    listing.is_whole = False
    return listing


def _may_have_more(answer: Answer, pointer: str, seen: int) -> bool:
    """Whether anything in the answer suggests items beyond the ``seen`` ones."""
    if _link_target(answer):
        return True
    said = _paging_members(answer.body)
    totals = [value for key, value in said.items() if key in _TOTAL_NAMES and isinstance(value, int)]
    if totals:
        return max(totals) > seen
    if any(value for key, value in said.items() if key in _MORE_NAMES or key in _NEXT_NAMES):
        return True
    here = len(items_at(answer, pointer))
    return here > 0 and (here in USUAL_PAGE_SIZES or here in asked_sizes(answer))


def _next_page(answer: Answer, pointer: str) -> Answer | None:
    """The following page, or None if neither a link nor a parameter of the request says how to get it."""
    link = _link_target(answer)
    if link:
        # Only the query is taken over: whatever the answer says, we never leave the API.
        query = [Parameter(name, value) for name, value in parse_qsl(urlsplit(link).query, keep_blank_values=True)]
        return answer.again(query=query)
    moved: list[Parameter] = []
    has_moved = False
    for parameter in answer.request.query:
        value, name = parameter.value, _plain(parameter.name)
        step = 1 if name in _PAGE_NAMES else len(items_at(answer, pointer)) if name in _OFFSET_NAMES else 0
        if step and isinstance(value, int) and not isinstance(value, bool):
            moved.append(parameter._replace(value=value + step))
            has_moved = True
        else:
            moved.append(parameter)
    return answer.again(query=moved) if has_moved else None


def _link_target(answer: Answer) -> str:
    """The address of the next page, out of the ``Link`` header or a member of the answer that holds a URL with a query."""
    for part in answer.headers.get("link", "").split(","):
        target, _, attributes = part.partition(";")
        if "rel=next" in attributes.replace('"', "").replace(" ", ""):
            return target.strip().strip("<>")
    for key, value in _paging_members(answer.body).items():
        if key in _NEXT_NAMES and isinstance(value, str) and "?" in value:
            return value
    return ""


def _paging_members(body: object, depth: int = 0) -> dict[str, object]:
    """What stands beside the items, by plain name: of the answer and of the objects in it, two levels down."""
    if not isinstance(body, dict) or depth > 2:
        return {}
    members = {_plain(str(key)): value for key, value in body.items() if not isinstance(value, (dict, list))}
    for value in body.values():
        members = {**_paging_members(value, depth + 1), **members}
    return members


def asked_sizes(answer: Answer) -> set[int]:
    """The page sizes that the request asked for."""
    wanted = [parameter for parameter in answer.request.query if _plain(parameter.name) in _SIZE_NAMES]
    return {int(text) for parameter in wanted for _, text in query_pairs(parameter) if text.isdecimal()}


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())
