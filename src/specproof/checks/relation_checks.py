"""Checks that compare values across requests: what was sent, what came back, what a later read shows, what a list holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from .comparison import Comparison, instant, same, same_or_text
from .listings import collect, items_at
from .pointers import ABSENT, lookup
from .records import Answer
from .status_checks import GONE
from .views import subschemas

# What these compare with was there before: that it is gone is a difference, no reason to give up.
_OF_EARLIER = frozenset({"read_back", "unchanged"})
_OF_WRITES = frozenset({"echo", "read_back"})


def echo(answer: Answer, sent: object = ABSENT, *, at: str = "", ignore: Collection[str] = ()) -> None:
    """The record at ``at`` holds what was sent (the request's own body, unless ``sent`` is given). What the server adds to a list is only a
    remark, unless a step has sent it."""
    __tracebackhide__ = True
    _compare(answer, "echo", answer.sent if sent is ABSENT else sent, at, ignore, "the values that were sent")


def read_back(answer: Answer, expected: object, *, at: str = "", ignore: Collection[str] = ()) -> None:
    """The record at ``at`` is what was written before, lists as for ``echo``."""
    __tracebackhide__ = True
    _compare(answer, "read_back", expected, at, ignore, "what was written before")


def unchanged(answer: Answer, expected: object, *, at: str = "", ignore: Collection[str] = ()) -> None:
    """The record at ``at`` is as it was before."""
    __tracebackhide__ = True
    _compare(answer, "unchanged", expected, at, ignore, "the record as it was before")


def listed(answer: Answer, value: object, *, items: str, key: str) -> None:
    """The list at ``items``, over all its pages, has an item with ``value`` at ``key``, and no page has the very same item twice."""
    __tracebackhide__ = True
    _readable(answer)

    def holds(later: Answer) -> bool:
        return later.is_accepted and any(same_or_text(value, lookup(item, key)) for item in collect(later, items).items)

    answer = answer.patiently(holds)
    if holds(answer):
        same = [item for item in items_at(answer, items) if same_or_text(value, lookup(item, key))]
        if any(item == same[0] for item in same[1:]):
            answer.fail("listed", f"one item with {answer.shown(value)} at {key or 'its root'}", "the same item more than once")
        return
    listing = collect(answer, items)
    if not listing.is_whole:
        answer.inconclusive(f"{answer.shown(value)} is not among the {len(listing.items)} items that could be paged through")
    answer.fail(
        "listed", f"an item with {answer.shown(value)} at {key or 'its root'}", f"{len(listing.items)} items, none with it"
    )


def not_listed(answer: Answer, value: object, *, items: str, key: str) -> None:
    """No item of the list at ``items`` has ``value`` at ``key``."""
    __tracebackhide__ = True
    _readable(answer)

    def lacks(later: Answer) -> bool:
        return later.is_accepted and not any(same_or_text(value, lookup(item, key)) for item in collect(later, items).items)

    answer = answer.patiently(lacks)
    for item in collect(answer, items).items:
        if same_or_text(value, lookup(item, key)):
            answer.fail(
                "not_listed", f"no item with {answer.shown(value)} at {key or 'its root'}", f"the list holds {answer.shown(item)}"
            )
            return


def distinct_ids(answer: Answer, *values: object) -> None:
    """No two of ``values`` are the same."""
    __tracebackhide__ = True
    for index, value in enumerate(values):
        if any(same(value, other) for other in values[index + 1 :]):
            answer.fail("distinct_ids", "an id of its own for each record", f"{answer.shown(value)} twice")
            return


def page_size(answer: Answer, limit: int, *, items: str) -> None:
    """A page holds at most ``limit`` items."""
    __tracebackhide__ = True
    _readable(answer)
    count = len(items_at(answer, items))
    if count > limit:
        answer.fail("page_size", f"at most {limit} items, as asked for", f"{count} items")


def filter_(answer: Answer, value: object, *, items: str, key: str) -> None:
    """Every item of the list has ``value`` at ``key``. Items without that property say nothing."""
    __tracebackhide__ = True
    _readable(answer)
    found = items_at(answer, items)
    if not found:
        answer.case.remark(f"{answer.operation}: the filtered list is empty, so the filter was not judged")
    for item in found:
        member = lookup(item, key)
        if member is not ABSENT and not same_or_text(value, member):
            answer.fail("filter", f"only items with {answer.shown(value)} at {key}", f"an item with {answer.shown(member)}")
            return


def sort_order(answer: Answer, *, items: str, key: str, descending: bool = False) -> None:
    """The items are sorted by ``key``: numbers by value, date-times by instant, plain texts with or without regard to case."""
    __tracebackhide__ = True
    _readable(answer)
    values = [member for item in items_at(answer, items) if (member := lookup(item, key)) not in (ABSENT, None)]
    orders = list(_orders(values))
    if len(values) < 2 or not orders:
        return
    if not any(order == sorted(order, reverse=descending) for order in orders):
        direction = "descending" if descending else "ascending"
        answer.fail("sort_order", f"items {direction} by {key}", answer.shown(values))


def _compare(answer: Answer, check: str, expected: object, at: str, ignore: Collection[str], words: str) -> None:
    __tracebackhide__ = True
    if check in _OF_EARLIER:
        answer = answer.patiently(lambda later: later.status not in GONE)
        if answer.status in GONE and answer.request.method == "GET":
            answer.fail(check, words)
            return
    _readable(answer)
    record = lookup(answer.body, at)
    if record is ABSENT:
        answer.inconclusive(f"no record at {at or 'the root'} of the answer: {answer.described()}")
    sets, ignored, longer = _sets(answer, at), set(ignore), None
    found = Comparison(ignored, sets, answer.shown).first_difference(expected, record)
    while found and check in _OF_WRITES and _is_of_the_server(answer, found.added):
        longer = longer or found
        ignored.add(found.pointer)
        found = Comparison(ignored, sets, answer.shown).first_difference(expected, record)
    worst = found or longer
    if worst is None:
        return
    place = f"at {at}{worst.pointer}" if at or worst.pointer else "as the answer"
    wanted, actual = f"{words}: {worst.expected} {place}", f"{answer.status} with {worst.actual} {place}"
    if found:
        answer.fail(check, wanted, actual)
    else:
        # A server may have something to say itself: the creator among those who may write.
        answer.minor(check, f"a list has more than was written: {actual}", wanted, actual)


def _is_of_the_server(answer: Answer, added: tuple[object, ...]) -> bool:
    """Whether a list has something added that no step of the case has sent: nothing twice, and nothing left from before."""
    sent = [value for step in answer.steps for value in _within(step.body.value)]
    return bool(added) and not any(same(item, value) for item in added for value in sent)


def _within(value: object) -> Iterator[object]:
    yield value
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        yield from _within(member)


def _readable(answer: Answer) -> None:
    """Relations are judged on accepted answers only: a refusal is the business of the status checks."""
    __tracebackhide__ = True
    if not answer.is_accepted:
        if answer.status >= 500:
            answer.fail("no_server_error", "no server error, whatever is sent")
        answer.inconclusive(f"refused: {answer.described()}")


def _sets(answer: Answer, at: str) -> set[str]:
    """The pointers, inside the record at ``at``, of the lists that the document calls sets (``uniqueItems``)."""
    expectation = answer.contracts.expectation(answer.operation, answer.status)
    name = expectation.media_type_for(answer.media_type) if expectation else None
    schema = expectation.media_types[name] if expectation and name else None
    return {
        pointer.removeprefix(at)
        for pointer, part in subschemas(schema, answer.body, answer.contracts.definitions)
        if part.get("uniqueItems") is True and pointer.startswith(at)
    }


def _orders(values: list[object]) -> Iterator[list[Any]]:
    """Each form of ``values`` that may have been sorted; none if they are of mixed kinds, or texts that a collation orders its own way."""
    if all(isinstance(value, (int, float)) for value in values):
        yield values
        return
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != len(values):
        return
    moments = [instant(text) for text in texts]
    if None not in moments:
        yield list(moments)
        return
    # What all begin with (``ord_``) makes no difference to any collation.
    beginning = _shared(min(texts, default=""), max(texts, default=""))
    texts = [text[beginning:] for text in texts]
    if all(text.isascii() and (text.replace(" ", "").isalnum() or (beginning and not text)) for text in texts):
        yield list(texts)
        yield [text.casefold() for text in texts]


def _shared(first: str, last: str) -> int:
    """With how many of the same characters both texts begin."""
    shortest = min(len(first), len(last))
    return next((index for index in range(shortest) if first[index] != last[index]), shortest)
