from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from specproof.checks.comparison import Comparison, same, same_or_text
from specproof.checks.contracts import Expectation
from specproof.checks.expectation import expect
from specproof.checks.outcome import CheckFailure
from specproof.checks.records import Answer
from unit.checks.checkfakes import SECRET, answer_of, api_of, remarks, response

Skipped = pytest.skip.Exception


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (12.3, 12.300000190734863),
        ("a ", "a"),
        ("2026-01-01T10:00:00Z", "2026-01-01T12:00:00+02:00"),
        ("2026-01-01T10:00:00.123456Z", "2026-01-01T10:00:00Z"),
        ("2026-01-01t10:00:00z", "2026-01-01 10:00:00"),
        ("cafe\u0301", "caf\u00e9"),
        ("0F8FAD5B-D9CB-469F-A165-70867728950E", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ([1, {"a": 2}], [1.0, {"a": 2, "b": 3}]),
        ({"a": None}, {}),
        ({"a": []}, {}),
    ],
)
def test_values_that_mean_the_same_are_the_same(one: Any, other: Any) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (1, "1"),
        (1, 2),
        (1.5, 1.6),
        (2**53, 2**53 + 1),
        ("a", "b"),
        ("a", None),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:02Z"),
        ("2026-13-01T10:00:00Z", "2026-13-01T10:00:01Z"),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ({"a": 1}, {}),
        ({"a": 1}, [1]),
    ],
)
def test_values_that_mean_something_else_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)


def test_text_equals_what_it_spells_where_a_list_is_searched() -> None:
    assert same_or_text("5", 5)
    assert same_or_text(5.0, "5")
    assert same_or_text("true", True)
    assert not same_or_text("5", 6)
    assert not same_or_text(5, True)


def test_ignored_places_and_sets_do_not_differ() -> None:
    ignoring = Comparison(ignore=["/a", "/b/*/c"])
    assert ignoring.first_difference({"a": 1, "b": [{"c": 1}]}, {"a": 2, "b": [{"c": 2}]}) is None
    sets = Comparison(unordered=["/t"])
    assert sets.first_difference({"t": [1, 2]}, {"t": [2, 1]}) is None
    found = sets.first_difference({"t": [1, 3]}, {"t": [2, 1]})
    assert found is not None
    assert found.pointer == "/t"


LEAK = SECRET * 40  # wherever this is cut, half a secret stands


@pytest.mark.parametrize(
    "check",
    [
        lambda answer: expect(answer).read_back({"a": "other", "b": LEAK}),
        lambda answer: expect(answer).read_back({"a": ["other"]}),
        lambda answer: expect(answer).not_listed("z", items="/items", key="/id"),
        lambda answer: expect(answer).listed(LEAK, items="/items", key="/none"),
        lambda answer: expect(answer).filter(LEAK, items="/items", key="/id"),
        lambda answer: expect(answer).distinct_ids(LEAK, LEAK),
    ],
)
def test_a_secret_is_replaced_before_a_value_is_cut(check: Callable[[Answer], Any]) -> None:
    items = [{"id": "z", "leak": f"z{LEAK}"}, {"id": "y", "leak": f"y{LEAK}"}]
    with pytest.raises(CheckFailure) as failure:
        check(answer_of(200, {"a": LEAK, "b": LEAK, "items": items}))
    shown = failure.value.expected + failure.value.actual
    assert SECRET[:4] not in shown
    assert "$SPECPROOF_CREDENTIAL_" in shown
    assert " ... " in shown


def test_what_was_sent_comes_back() -> None:
    sent = {"name": "A", "tags": ["x", "y"]}
    expect(answer_of(201, {"id": 1, **sent}, method="POST", sending={"json": sent})).echo()
    expect(answer_of(201, {"item": {"id": 1, **sent}}, method="POST", sending={"json": sent})).echo(at="/item")
    wrong = answer_of(201, {"item": {"name": "B", "tags": []}}, method="POST", sending={"json": sent})
    with pytest.raises(CheckFailure) as failure:
        expect(wrong).echo(at="/item")
    assert failure.value.expected == 'the values that were sent: "A" at /item/name'
    assert failure.value.actual == '201 with "B" at /item/name'
    expect(wrong).echo(at="/item", ignore=["/name", "/tags"])
    expect(wrong).echo({"name": "B"}, at="/item")


@pytest.mark.parametrize(
    ("sent", "shown", "is_remark"),
    [
        ({"may": ["a"]}, {"may": ["me", "a"]}, True),
        ({"may": []}, {"may": ["me"]}, True),
        ({"may": ["a", "b"]}, {"may": ["me", "a", "c"]}, False),
        ({"may": ["a"]}, {"may": ["a", "a"]}, False),
        ({"may": ["a"], "name": "x"}, {"may": ["a", "x"], "name": "x"}, False),
        ({"may": ["a"], "name": "x"}, {"may": ["me", "a"], "name": "y"}, False),
    ],
)
def test_a_list_to_which_the_server_adds_is_a_remark_and_hides_no_other_difference(
    sent: dict[str, Any], shown: dict[str, Any], *, is_remark: bool
) -> None:
    answer = answer_of(201, shown, method="POST", sending={"json": sent})
    if is_remark:
        expect(answer).echo()
        assert ["more than was written" in str(one) for one in remarks(answer)] == [True]
        expect(answer).read_back(sent)
    else:
        with pytest.raises(CheckFailure):
            expect(answer).echo()
    with pytest.raises(CheckFailure):
        expect(answer).unchanged(sent)


def test_lists_that_the_document_calls_sets_may_come_in_another_order() -> None:
    schema = {"properties": {"tags": {"type": "array", "uniqueItems": True}}}
    responses = {"201": Expectation("201", {"application/json": {"properties": {"item": schema}}})}
    body = {"item": {"tags": ["y", "x"]}}
    sending = {"json": {"tags": ["x", "y"]}}
    expect(answer_of(201, body, method="POST", sending=sending, responses=responses)).echo(at="/item")
    with pytest.raises(CheckFailure):
        expect(answer_of(201, body, method="POST", sending=sending)).echo(at="/item")


@pytest.mark.parametrize("check", ["read_back", "unchanged"])
def test_a_record_that_was_written_is_read(check: str) -> None:
    getattr(expect(answer_of(200, {"id": 1, "name": "A", "seen": 3})), check)({"name": "A"})
    with pytest.raises(CheckFailure) as failure:
        getattr(expect(answer_of(200, {"name": "A"})), check)({"name": "B"})
    assert failure.value.check == check


def test_relations_need_an_accepted_answer_that_holds_the_record() -> None:
    with pytest.raises(Skipped, match="refused"):
        expect(answer_of(403)).read_back({"a": 1})
    with pytest.raises(Skipped, match="no record at /item"):
        expect(answer_of(200, {"a": 1})).read_back({"a": 1}, at="/item")
    with pytest.raises(Skipped, match="no list at /items"):
        expect(answer_of(200, {"a": 1})).page_size(3, items="/items")
    with pytest.raises(CheckFailure) as failure:
        expect(answer_of(500)).listed(1, items="", key="/id")
    assert failure.value.check == "no_server_error"


def test_distinct_ids_differ() -> None:
    expect(answer_of()).distinct_ids(1, 2, "1")
    with pytest.raises(CheckFailure, match="1 twice"):
        expect(answer_of()).distinct_ids(1, 2, 1)


def test_pages_filters_and_orders() -> None:
    answer = answer_of(200, {"items": [{"n": 1, "s": "a"}, {"n": 2, "s": "B"}, {"n": 2, "s": "c"}, {}]})
    expect(answer).page_size(4, items="/items").sort_order(items="/items", key="/n").sort_order(items="/items", key="/s")
    expect(answer_of(200, [{"n": 2}, {"n": 1}])).sort_order(items="", key="/n", descending=True)
    expect(answer_of(200, [{"k": "5"}, {"k": 5}, {}])).filter(5, items="", key="/k")
    for call in (
        lambda: expect(answer).page_size(3, items="/items"),
        lambda: expect(answer).sort_order(items="/items", key="/n", descending=True),
        lambda: expect(answer).filter(2, items="/items", key="/n"),
    ):
        with pytest.raises(CheckFailure):
            call()


@pytest.mark.parametrize("values", [["\u00e4", "a"], [1, "a"], [{}, {}], ["b-1", "a_2"], ["a_b-1", "a_b"], ["x", ""], []])
def test_an_order_that_nobody_can_be_sure_of_is_not_judged(values: list[Any]) -> None:
    expect(answer_of(200, [{"k": value} for value in values])).sort_order(items="", key="/k")


def test_what_all_texts_begin_with_does_not_keep_an_order_from_being_judged() -> None:
    expect(answer_of(200, [{"k": value} for value in ("ord_1", "ord_a2", "ord_b1")])).sort_order(items="", key="/k")
    expect(answer_of(200, [{"k": value} for value in ("ord_", "ord_1")])).sort_order(items="", key="/k")
    with pytest.raises(CheckFailure):
        expect(answer_of(200, [{"k": value} for value in ("ord_b1", "ord_a2")])).sort_order(items="", key="/k")


def test_date_times_are_sorted_by_instant() -> None:
    early, late = "2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z"
    expect(answer_of(200, [{"k": early}, {"k": late}])).sort_order(items="", key="/k")
    with pytest.raises(CheckFailure):
        expect(answer_of(200, [{"k": late}, {"k": early}])).sort_order(items="", key="/k")


def test_an_empty_filtered_list_is_a_remark() -> None:
    answer = answer_of(200, [])
    expect(answer).filter(1, items="", key="/k")
    assert len(remarks(answer)) == 1


def paged(total: int, size: int, *, kind: str) -> Any:
    """An API that lists ``total`` items in pages of ``size``; ``kind`` is how it pages."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked = dict(request.url.params)
        start = {
            "page": (int(asked.get("page", 1)) - 1) * size,
            "offset": int(asked.get("offset", 0)),
            "link": int(asked.get("start", 0)),
            "next": int(asked.get("start", 0)),
            "deaf": 0,
        }[kind]
        items = [{"id": number} for number in range(start, min(start + size, total))]
        following = f"http://elsewhere.test/things?start={start + size}" if start + size < total else ""
        if kind == "link" and following:
            return response(200, {"items": items}, link=f'<{following}>; rel="next"')
        body = {"items": items, "meta": {"next": following or None}} if kind == "next" else {"items": items, "total": total}
        return response(200, body if kind != "link" else {"items": items})

    return respond


@pytest.mark.parametrize(
    ("kind", "query"), [("page", {"page": 1}), ("offset", {"offset": 0, "q": "a"}), ("link", {}), ("next", {})]
)
def test_a_list_is_searched_over_its_pages(kind: str, query: dict[str, Any]) -> None:
    seen: list[str] = []

    def watched(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.url.host)
        return paged(23, 5, kind=kind)(request)

    answer = api_of(watched).send("GET", "/things", query=query)
    expect(answer).listed(22, items="/items", key="/id").not_listed(23, items="/items", key="/id")
    with pytest.raises(CheckFailure):
        expect(answer).not_listed(22, items="/items", key="/id")
    with pytest.raises(CheckFailure, match="23 items, none with it"):
        expect(answer).listed(99, items="/items", key="/id")
    assert set(seen) == {"api.test"}


@pytest.mark.parametrize(
    ("kind", "query", "total", "size"),
    [("page", {}, 23, 5), ("deaf", {"page": 1}, 23, 5), ("page", {"page": 1}, 500, 5)],
)
def test_what_could_not_be_paged_to_is_inconclusive(kind: str, query: dict[str, Any], total: int, size: int) -> None:
    answer = api_of(paged(total, size, kind=kind)).send("GET", "/things", query=query)
    with pytest.raises(Skipped, match="not among the"):
        expect(answer).listed(9999, items="/items", key="/id")


@pytest.mark.parametrize("body", [[{"id": n} for n in range(20)], {"items": [{"id": 1}], "has_more": True}])
def test_a_list_that_looks_like_one_page_of_many_is_inconclusive(body: Any) -> None:
    with pytest.raises(Skipped):
        expect(answer_of(200, body)).listed("x", items="" if isinstance(body, list) else "/items", key="/id")


def test_a_short_plain_list_is_whole() -> None:
    with pytest.raises(CheckFailure) as failure:
        expect(answer_of(200, [{"id": 1}])).listed(2, items="", key="/id")
    assert failure.value.check == "listed"


def test_a_list_that_shows_the_very_same_item_twice_fails_and_one_of_equal_keys_does_not() -> None:
    twice = answer_of(200, [{"id": 7, "of": 1}, {"id": 8}, {"id": 7, "of": 1}])
    with pytest.raises(CheckFailure, match="more than once"):
        expect(twice).listed(7, items="", key="/id")
    expect(answer_of(200, [{"id": 7, "of": 1}, {"id": 7, "of": 2}])).listed(7, items="", key="/id")
