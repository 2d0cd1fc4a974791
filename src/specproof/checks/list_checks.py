"""Checks of how a list counts and pages."""

from __future__ import annotations

from .comparison import same_or_text
from .listings import asked_sizes, items_at
from .pointers import ABSENT, lookup
from .records import Answer


def total(answer: Answer, *, items: str, at: str = "", header: str = "") -> None:
    """The total that an answer says fits the items beside it: no less than they are, and as many where the page is not full.

    Both stand in one answer, so that what others write meanwhile makes no difference.
    """
    __tracebackhide__ = True
    if not answer.is_accepted:
        answer.inconclusive(f"refused: {answer.described()}")
    said = _count(lookup(answer.body, at)) if at else _count(answer.headers.get(header))
    here = len(items_at(answer, items))
    place = at or header
    if said is None:
        return
    if said < here:
        answer.fail("total", f"a total of at least {here} at {place}: so many items are in the answer", str(said))
    sizes = asked_sizes(answer)
    if sizes and here < min(sizes) and said != here:
        answer.fail("total", f"a total of {here} at {place}: the page is not full, so these are all", str(said))


def paging(answer: Answer, before: object, moved: object, *, items: str, key: str) -> None:
    """A page that begins one item later begins with the second item of the whole.

    ``before`` are the items of the whole list's beginning, ``moved`` those of the moved page; ``answer`` is the whole list again: where
    it is not as before, somebody wrote meanwhile and nothing can be said.
    """
    __tracebackhide__ = True
    if not answer.is_accepted:
        answer.inconclusive(f"refused: {answer.described()}")
    first, again = _keys(before, key), _keys(items_at(answer, items), key)
    if len(first) < 2 or first[:2] != again[:2]:
        answer.inconclusive("the list holds fewer than two items, or changed while it was read")
    following = _keys(moved, key)
    if not following or not same_or_text(first[1], following[0]):
        found = answer.shown(following[0]) if following else "no item"
        answer.fail("paging", f"a page that begins with the second item, {answer.shown(first[1])}", found)


def _keys(items: object, key: str) -> list[object]:
    return [lookup(item, key) for item in items if lookup(item, key) is not ABSENT] if isinstance(items, list) else []


def _count(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
