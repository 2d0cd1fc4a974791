"""Every switchable bug shows, and shows as what its description says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from examples.bookshop.app import SECOND_TOKEN
from examples.bookshop.bugs import ALL_BUGS, DEMO_BUGS, Bug, Bugs
from examples.bookshop.documents import changed_document, original_document

from bookshop_probes import ADDRESS, AUTHOR, BOOK, ORDER, Contract, Probe

NO_SUCH = 987654


def status_of(method: str, target: str, body: object = None, **options: Any) -> Callable[[Probe], int]:
    return lambda probe: probe.ask(method, target, body, **options).status


def posts(target: str, body: dict[str, Any], **changes: object) -> Callable[[Probe], int]:
    return status_of("POST", target, {**body, **changes})


def posts_without(target: str, body: dict[str, Any], name: str) -> Callable[[Probe], int]:
    return status_of("POST", target, {key: value for key, value in body.items() if key != name})


def after(method: str, name: str, body: object = None, suffix: str = "") -> Callable[[Probe], object]:
    """Create a book, do something to it, and read one of its fields."""

    def look(probe: Probe) -> object:
        path = f"/books/{probe.create('/books', BOOK, stock=7)['id']}"
        probe.ask(method, path + suffix, body)
        return probe.ask("GET", path).json().get(name)

    return look


def order_path(probe: Probe) -> str:
    return f"/orders/{probe.create('/orders', ORDER)['id']}"


def cancelled_status(probe: Probe) -> object:
    return probe.ask("POST", order_path(probe) + "/cancel").json()["status"]


def status_after_cancel(probe: Probe) -> object:
    path = order_path(probe)
    probe.ask("POST", path + "/cancel")
    return probe.ask("GET", path).json()["status"]


def listed_after_create(probe: Probe) -> object:
    number = probe.create("/authors", AUTHOR)["id"]
    return any(author["id"] == number for author in probe.ask("GET", "/authors", limit=100).json()["items"])


def duplicate_status(probe: Probe) -> object:
    probe.create("/books", BOOK)
    return probe.ask("POST", "/books", BOOK).status


def shown_to_another(probe: Probe) -> object:
    return probe.ask("GET", order_path(probe), token=SECOND_TOKEN).status


def first_titles(probe: Probe) -> object:
    prices = [book["price"] for book in probe.ask("GET", "/books", sort="price", limit=2).json()["items"]]
    return prices == sorted(prices)


PROBES: dict[str, tuple[Callable[[Probe], object], object, object]] = {
    "author_without_country": (lambda probe: probe.ask("GET", "/authors/1").json().get("country"), "CN", None),
    "price_as_text": (lambda probe: probe.ask("GET", "/books/1").json()["price"], 29.5, "29.50"),
    "cancelled_misspelt": (cancelled_status, "cancelled", "canceled"),
    "title_length_unchecked": (posts("/books", BOOK, title="x" * 200), 422, 201),
    "isbn_pattern_unchecked": (posts("/books", BOOK, isbn="no"), 422, 201),
    "postcode_unchecked": (posts("/orders", ORDER, shipping_address={**ADDRESS, "postcode": "no"}), 422, 201),
    "birthday_unchecked": (posts("/authors", AUTHOR, born_on="no"), 422, 201),
    "country_optional": (posts_without("/authors", AUTHOR, "country"), 422, 201),
    "null_stock_accepted": (posts("/books", BOOK, stock=None), 422, 201),
    "negative_price_accepted": (posts("/books", BOOK, price=-1), 422, 201),
    "any_quantity_accepted": (posts("/orders", ORDER, lines=[{"book_id": 1, "quantity": 0}]), 422, 201),
    "any_genre_accepted": (posts("/books", BOOK, genre="crime"), 422, 201),
    "repeated_tags_accepted": (posts("/books", BOOK, tags=["a", "a"]), 422, 201),
    "extra_author_fields_accepted": (posts("/authors", AUTHOR, surplus=1), 422, 201),
    "limit_bound_unchecked": (status_of("GET", "/books", limit=101), 400, 200),
    "book_update_lost": (after("PUT", "title", {**BOOK, "title": "New"}), "New", "Notes"),
    "cancel_not_kept": (status_after_cancel, "cancelled", "placed"),
    "patch_wipes_fields": (after("PATCH", "stock", {"title": "New"}), 7, 0),
    "delete_keeps_book": (after("DELETE", "title"), None, "Notes"),
    "note_dropped": (lambda probe: probe.create("/orders", ORDER)["note"], "quickly", None),
    "created_author_unlisted": (listed_after_create, True, False),
    "author_change_unguarded": (status_of("PATCH", "/authors/1", {"bio": "x"}, token=""), 401, 200),
    "any_token_lists_orders": (status_of("GET", "/orders", token="stranger"), 401, 200),
    "order_shown_to_others": (shown_to_another, 404, 200),
    "unknown_book_shows_another": (status_of("GET", f"/books/{NO_SUCH}"), 404, 200),
    "unknown_author_crashes": (status_of("GET", f"/authors/{NO_SUCH}"), 404, 500),
    "created_book_answered_200": (posts("/books", BOOK), 201, 200),
    "authors_as_html": (lambda probe: probe.ask("GET", "/authors").header("Content-Type"), "application/json", "text/html"),
    "total_header_missing": (lambda probe: probe.ask("GET", "/authors").header("X-Total-Count"), "6", ""),
    "location_missing": (lambda probe: bool(probe.ask("POST", "/orders", ORDER).header("Location")), True, False),
    "limit_ignored": (lambda probe: len(probe.ask("GET", "/authors", limit=2).json()["items"]), 2, 6),
    "offset_ignored": (lambda probe: probe.ask("GET", "/books", offset=3).json()["items"][0]["id"], 4, 1),
    "genre_filter_ignored": (lambda probe: probe.ask("GET", "/books", genre="poetry").json()["total"], 3, 11),
    "sort_reversed": (first_titles, True, False),
    "duplicate_isbn_accepted": (duplicate_status, 409, 201),
    "unknown_author_accepted": (posts("/books", BOOK, author_id=NO_SUCH), 422, 201),
    "author_with_books_deleted": (status_of("DELETE", "/authors/1"), 409, 204),
}


@pytest.mark.parametrize("bug", ALL_BUGS, ids=lambda bug: bug.name)
def test_a_bug_shows_and_the_healthy_api_does_not_have_it(bug: Bug) -> None:
    look, healthy, buggy = PROBES[bug.name]
    assert look(Probe.of_shop()) == healthy
    assert look(Probe.of_shop(bug.name)) == buggy


@pytest.mark.parametrize("bug", [bug for bug in ALL_BUGS if bug.kind.value.startswith("response")], ids=lambda bug: bug.name)
def test_a_bug_of_a_response_breaks_the_document(bug: Bug) -> None:
    contract, probe = Contract(original_document()), Probe.of_shop(bug.name)
    method, path = bug.operations[0]
    target = path.replace("{author_id}", "1").replace("{book_id}", "1")
    if "{order_id}" in path:
        target = path.replace("/orders/{order_id}", order_path(probe))
    assert contract.complaints(method, path, probe.ask(method, target))


def test_bugs_are_many_and_of_many_kinds_and_blame_documented_operations() -> None:
    assert len(ALL_BUGS) >= 16
    assert len({bug.kind for bug in ALL_BUGS}) >= 16
    assert len({bug.name for bug in ALL_BUGS}) == len(ALL_BUGS)
    documented = set(Contract(changed_document()).operations())
    for bug in ALL_BUGS:
        assert bug.operations
        assert documented >= {*bug.operations, *bug.consequences}
        assert not set(bug.operations) & set(bug.consequences)
        assert bug.as_json()["operations"] == [f"{method} {path}" for method, path in bug.operations]


def test_the_demos_bugs_are_three_that_do_not_hide_each_other() -> None:
    assert len(DEMO_BUGS) == 3
    for name in DEMO_BUGS:
        look, _, buggy = PROBES[name]
        assert look(Probe.of_shop(*DEMO_BUGS)) == buggy


def test_a_bug_that_does_not_exist_cannot_be_switched_on_or_asked_for() -> None:
    with pytest.raises(ValueError, match="no bug named 'typo'"):
        Bugs(["typo"])
    with pytest.raises(ValueError, match="no bug named 'typo'"):
        Bugs().on("typo")
