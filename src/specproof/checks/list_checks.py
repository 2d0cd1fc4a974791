"""Checks of how a list counts and pages."""

from __future__ import annotations

import unicodedata

from .comparison import same_or_text
from .listings import asked_sizes, items_at
from .pointers import ABSENT, lookup
from .records import Answer

MOST_DOUBTS = 2
"""How often a page that begins with the wrong item is read again."""


def total(answer: Answer, *, items: str, at: str = "", header: str = "", least: int = 0) -> None:
    """The total that an answer says fits the items beside it: no less than they are, and as many where the page is not full.

    Both stand in one answer, so that what others write meanwhile makes no difference. It is no less than ``least`` either: of so many
    records it is known that they are in the list.
    """
    __tracebackhide__ = True

    def said_by(later: Answer) -> int | None:
        return _count(lookup(later.body, at)) if at else _count(later.headers.get(header))

    if least:
        answer = answer.patiently(lambda later: not later.is_accepted or (said_by(later) or least) >= least)
    if not answer.is_accepted:
        answer.inconclusive(f"refused: {answer.described()}")
    said, here, place = said_by(answer), len(items_at(answer, items)), at or header
    if said is None:
        return
    if said < here:
        answer.fail("total", f"a total of at least {here} at {place}: so many items are in the answer", str(said))
    if said < least:
        answer.fail(
            "total", f"a total of at least {least} at {place}: so many records are in the list, whatever the page", str(said)
        )
    sizes = asked_sizes(answer)
    if sizes and here < min(sizes) and said != here:
        answer.fail("total", f"a total of {here} at {place}: the page is not full, so these are all", str(said))


def paging(answer: Answer, before: object, moved: object, *, items: str, key: str, ranked: bool = False) -> None:
    """A page that begins one item later begins with the second item of the whole.

    ``before`` are the items of the whole list's beginning, ``moved`` those of the moved page; ``answer`` is the whole list again: where
    it is not as before, somebody wrote meanwhile and nothing can be said. ``ranked``: the list is sorted by ``key``, so that an item
    that the order takes for equal is as good.
    """
    __tracebackhide__ = True
    if not answer.is_accepted:
        answer.inconclusive(f"refused: {answer.described()}")
    first, again, following = _keys(before, key), _keys(items_at(answer, items), key), _keys(moved, key)
    for doubts in range(1 + MOST_DOUBTS):
        if len(first) < 2 or first[:2] != again[:2]:
            answer.inconclusive("the list holds fewer than two items, or changed while it was read")
        if following and (same_or_text(first[1], following[0]) or (ranked and _may_rank_equal(first[1], following[0]))):
            return
        # Somebody may have added an item and taken it away again while the moved page was read: it is read once more, and the whole.
        asked = [one for one in answer.steps[:-1] if one.operation == answer.operation]
        if not asked or doubts == MOST_DOUBTS:
            break
        following = _keys(items_at(answer.again(query=asked[-1].query), items), key)
        again = _keys(items_at(answer.again(query=answer.request.query), items), key)
    found = answer.shown(following[0]) if following else "no item"
    answer.fail("paging", f"a page that begins with the second item, {answer.shown(first[1])}", found)


def _may_rank_equal(one: object, other: object) -> bool:
    """Whether a collation may take two texts for equal: it may look at their letters and digits alone, without marks and case."""
    return isinstance(one, str) and isinstance(other, str) and _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text).casefold() if char.isalnum())


def _keys(items: object, key: str) -> list[object]:
    return [lookup(item, key) for item in items if lookup(item, key) is not ABSENT] if isinstance(items, list) else []


def _count(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
