"""Totals that fit, and pages that begin where they should."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from specproof.checks.expectation import expect
from specproof.checks.outcome import CheckFailure
from specproof.checks.records import Answer
from unit.checks.checkfakes import answer_of, api_of, response

Skipped = pytest.skip.Exception


def listing(total: Any, *ids: int, limit: int | None = 5, **headers: str) -> Answer:
    body = {"items": [{"id": one} for one in ids], "total": total}
    return answer_of(200, body, sending={"query": {"limit": limit}} if limit else {}, **headers)


@pytest.mark.parametrize("answer", [listing(2, 1, 2), listing(9, 1, 2, 3, 4, 5), listing(7, 1, 2, limit=None), listing("n/a", 1)])
def test_a_total_that_fits(answer: Answer) -> None:
    expect(answer).total(items="/items", at="/total")


@pytest.mark.parametrize("answer", [listing(1, 1, 2), listing(3, 1, 2), listing(4, 1, 2, 3, 4, 5), listing(1, 1, 2, limit=None)])
def test_a_total_that_does_not(answer: Answer) -> None:
    with pytest.raises(CheckFailure) as raised:
        expect(answer).total(items="/items", at="/total")
    assert raised.value.check == "total"


def test_a_total_in_a_header() -> None:
    expect(listing(0, 1, 2, **{"x-total-count": "2"})).total(items="/items", header="x-total-count")
    expect(listing(0, 1, 2)).total(items="/items", header="x-total-count")
    with pytest.raises(CheckFailure):
        expect(listing(0, 1, 2, **{"x-total-count": "3"})).total(items="/items", header="x-total-count")


def rows(*ids: int) -> list[dict[str, int]]:
    return [{"id": one} for one in ids]


def test_a_moved_page_begins_with_the_second_item() -> None:
    expect(listing(2, 1, 2)).paging(rows(1, 2), rows(2), items="/items", key="/id")


@pytest.mark.parametrize("moved", [rows(1), rows(3), rows()])
def test_a_moved_page_that_begins_elsewhere(moved: list[dict[str, int]]) -> None:
    with pytest.raises(CheckFailure) as raised:
        expect(listing(2, 1, 2)).paging(rows(1, 2), moved, items="/items", key="/id")
    assert raised.value.check == "paging"


@pytest.mark.parametrize("before", [rows(1), rows(7, 1), rows(1, 3)])
def test_a_list_that_others_write_to_meanwhile_says_nothing(before: list[dict[str, int]]) -> None:
    with pytest.raises(Skipped, match="changed while it was read"):
        expect(listing(2, 1, 2)).paging(before, rows(9), items="/items", key="/id")


def paged(*moved: list[dict[str, int]]) -> Answer:
    """The whole list after a moved page that is answered by each of ``moved`` in turn; the last one stays."""
    left = list(moved)

    def respond(request: httpx2.Request) -> httpx2.Response:
        if "offset=1" in str(request.url):
            return response(200, {"items": left.pop(0) if len(left) > 1 else left[0]})
        return response(200, {"items": rows(1, 2)})

    api = api_of(respond)
    api.send("GET", "/things", query={"offset": 1})
    return api.send("GET", "/things", query={"limit": 2})


def test_what_somebody_adds_and_takes_away_while_a_page_is_read_is_no_failure() -> None:
    expect(paged(rows(9), rows(2))).paging(rows(1, 2), rows(9), items="/items", key="/id")
    with pytest.raises(CheckFailure):
        expect(paged(rows(9))).paging(rows(1, 2), rows(9), items="/items", key="/id")


def test_a_total_counts_what_is_known_to_be_in_the_list() -> None:
    expect(listing(2, 1, limit=1)).total(items="/items", at="/total", least=2)
    expect(listing(None, 1, limit=1)).total(items="/items", at="/total", least=2)
    short = answer_of(200, {"items": [{"id": 1}], "total": 1}, sending={"query": {"limit": 1}})
    with pytest.raises(CheckFailure, match="whatever the page"):
        expect(short).total(items="/items", at="/total", least=2)


def named(*names: str) -> list[dict[str, str]]:
    return [{"name": one} for one in names]


@pytest.mark.parametrize("moved", ["BO", "bo", "Bó"])
def test_a_sorted_list_may_go_on_with_what_its_order_takes_for_equal(moved: str) -> None:
    whole = answer_of(200, {"items": named("al", "bo")})
    expect(whole).paging(named("al", "bo"), named(moved), items="/items", key="/name", ranked=True)


@pytest.mark.parametrize("moved", [named("al"), named("cy"), []])
def test_a_sorted_list_that_goes_on_elsewhere(moved: list[dict[str, str]]) -> None:
    whole = answer_of(200, {"items": named("al", "bo")})
    with pytest.raises(CheckFailure):
        expect(whole).paging(named("al", "bo"), moved, items="/items", key="/name", ranked=True)
