"""Every bug of the second list shows in an exchange of a few calls, and the healthy API has none of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from examples.bookshop.__main__ import main
from examples.bookshop.app import SECOND_TOKEN, TOKEN, Bookshop
from examples.bookshop.bug import Bug
from examples.bookshop.bugs import ALL_BUGS, BugKind, Bugs, bug_named
from examples.bookshop.documents import original_document
from examples.bookshop.outside_bugs import OUTSIDE_BUGS, Mistake
from examples.bookshop.wire import Request, Response

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
AUTHOR: Mapping[str, Any] = {"name": "Zhang Ailing", "country": "CN"}
BOOK: Mapping[str, Any] = {"title": "传奇", "isbn": "9787530209288", "author_id": 1, "genre": "fiction", "price": 32.5}
ADDRESS = {"street": "常德路 195 号", "city": "上海", "postcode": "200040"}
ORDER: Mapping[str, Any] = {"lines": [{"book_id": 2, "quantity": 1}], "shipping_address": ADDRESS}
KNOWN_ISBN = "9787020002207"


@dataclass
class Client:
    """A client of one fresh shop, whose clock begins at noon and goes on by a second whenever it is looked at."""

    shop: Bookshop

    @classmethod
    def of(cls, *bugs: str) -> Client:
        clock = iter(range(1_000_000))
        return cls(Bookshop(bugs=Bugs(bugs), now=lambda: NOON + timedelta(seconds=next(clock))))

    def call(
        self,
        method: str,
        path: str,
        content: object = None,
        *,
        credentials: str = f"Bearer {TOKEN}",
        media_type: str = "application/json",
        **query: object,
    ) -> Response:
        headers = {"authorization": credentials} if credentials else {}
        body = b""
        if content is not None:
            headers["content-type"] = media_type
            body = json.dumps(content).encode()
        parameters = tuple((name, str(value)) for name, value in query.items())
        return self.shop.answer(Request(method, path, parameters, headers, body))

    def get(self, path: str, **query: object) -> Any:
        return self.call("GET", path, **query).json()

    def listed(self, path: str, name: str, **query: object) -> list[Any]:
        return [item[name] for item in self.get(path, **query)["items"]]

    def make(self, path: str, content: Mapping[str, Any], **changes: object) -> Any:
        """Create a record that has to be accepted, and show it."""
        answer = self.call("POST", path, {**content, **changes})
        assert answer.status == 201, answer.body
        return answer.json()

    def author(self, **changes: object) -> Any:
        return self.make("/authors", AUTHOR, **changes)

    def book(self, **changes: object) -> Any:
        return self.make("/books", BOOK, **changes)

    def order(self, *book_ids: int, **changes: object) -> Any:
        lines = [{"book_id": number, "quantity": 1} for number in book_ids or (2,)]
        return self.make("/orders", {**ORDER, "lines": lines}, **changes)


Exchange = Callable[[Client], object]
OTHER = f"Bearer {SECOND_TOKEN}"


def status(method: str, path: str, content: object = None, **options: Any) -> Exchange:
    """The status of a single call."""
    return lambda client: client.call(method, path, content, **options).status


# authors


def new_authors_email(client: Client) -> object:
    return client.call("POST", "/authors", {**AUTHOR, "email": "ailing+books@example.com"}).status


def author_made_after_a_deletion(client: Client) -> object:
    first, second = client.author(name="First"), client.author(name="Second")
    client.call("DELETE", f"/authors/{first['id']}")
    client.author(name="Third")
    return client.get(f"/authors/{second['id']}")["name"]


def name_at_the_location(client: Client) -> object:
    answer = client.call("POST", "/authors", AUTHOR)
    return client.get(answer.header("Location"))["name"]


def bio_after(method: str, content: Mapping[str, Any]) -> Exchange:
    def look(client: Client) -> object:
        path = f"/authors/{client.author(bio='novelist')['id']}"
        assert client.call(method, path, content).status == 200
        return client.get(path)["bio"]

    return look


def change_touches_updated_at(client: Client) -> object:
    author = client.author()
    client.call("PATCH", f"/authors/{author['id']}", {"bio": "essayist"})
    return client.get(f"/authors/{author['id']}")["updated_at"] > author["updated_at"]


def read_delete_read(client: Client) -> object:
    path = f"/authors/{client.author()['id']}"
    return [client.call(method, path).status for method in ("GET", "DELETE", "GET")]


def first_names_by_name(client: Client) -> object:
    return client.listed("/authors", "name", sort="name", limit=2)


# books


def total_and_count_of_a_page(client: Client) -> object:
    answer = client.call("GET", "/books", limit=4)
    return answer.json()["total"], answer.header("X-Total-Count")


def cheapest_price(client: Client) -> object:
    client.book(price=100)
    return client.listed("/books", "price", sort="price")[0]


def titles_by_title(client: Client) -> object:
    first, second = client.book(title="apple"), client.book(title="Banana", isbn="9787530209295")
    numbers = client.listed("/books", "id", sort="title")
    return numbers.index(second["id"]) < numbers.index(first["id"])


def single_copy_is_in_stock(client: Client) -> object:
    number = client.book(stock=1)["id"]
    return number in client.listed("/books", "id", in_stock="true")


def order_kept_by_a_change(client: Client) -> object:
    before = client.listed("/books", "id")
    client.call("PATCH", "/books/3", {"price": 10})
    return client.listed("/books", "id") == before


def stored(name: str, value: object) -> Exchange:
    """What a new book has in a field that it was given, or not given where ``value`` is None."""

    def look(client: Client) -> object:
        changes = {} if value is None else {name: value}
        return client.get(f"/books/{client.book(**changes)['id']}")[name]

    return look


def changed(name: str, before: object, value: object) -> Exchange:
    """What a book has in a field after a change of it."""

    def look(client: Client) -> object:
        path = f"/books/{client.book(**{name: before})['id']}"
        assert client.call("PATCH", path, {name: value}).status == 200
        return client.get(path)[name]

    return look


def tags_left_out_after_tags_given(client: Client) -> object:
    client.book(tags=["rare"])
    return client.book(isbn="9787530209295")["tags"]


def isbn_used_again(client: Client) -> object:
    client.call("DELETE", f"/books/{client.book()['id']}")
    return client.call("POST", "/books", BOOK).status


def lookup_after_a_change_of_isbn(client: Client) -> object:
    client.call("PATCH", "/books/1", {"isbn": "9787530209288"})
    return [client.call("GET", f"/books/isbn/{isbn}").status for isbn in (KNOWN_ISBN, "9787530209288")]


def lookup_of_979(client: Client) -> object:
    client.book(isbn="9791032714973")
    return client.call("GET", "/books/isbn/9791032714973").status


def lookup_says_utc(client: Client) -> object:
    return client.get(f"/books/isbn/{KNOWN_ISBN}")["created_at"].endswith("Z")


def replaced_with_its_own_isbn(client: Client) -> object:
    return client.call("PUT", f"/books/{client.book()['id']}", {**BOOK, "price": 40}).status


def title_after_a_conflict(client: Client) -> object:
    path = f"/books/{client.book()['id']}"
    assert client.call("PUT", path, {**BOOK, "title": "refused", "isbn": KNOWN_ISBN}).status == 409
    return client.get(path)["title"]


def delete_book_of(order_of: Callable[[Client, int], None]) -> Exchange:
    """The status of deleting a book, after an order that concerns it."""

    def look(client: Client) -> object:
        number = client.book()["id"]
        order_of(client, number)
        return client.call("DELETE", f"/books/{number}").status

    return look


def order_second(client: Client, number: int) -> None:
    client.order(1, number)


def order_and_cancel(client: Client, number: int) -> None:
    client.call("POST", f"/orders/{client.order(number)['id']}/cancel")


# orders


def listed_after_placing(client: Client) -> object:
    first, second = client.order(), client.order()
    return [number in client.listed("/orders", "id") for number in (first["id"], second["id"])]


def count_for_another_caller(client: Client) -> object:
    client.order()
    return client.call("GET", "/orders", credentials=OTHER).header("X-Total-Count")


def seen_by_another_after_its_owner(client: Client) -> object:
    client.order()
    return [client.get("/orders", credentials=credentials)["total"] for credentials in (f"Bearer {TOKEN}", OTHER)]


def amount_of_two_lines_for_one_book(client: Client) -> object:
    return client.order(2, 2)["amount"]


def hours_of_an_order(client: Client) -> object:
    at = datetime.fromisoformat(client.order()["created_at"])
    return (at - NOON) // timedelta(hours=1)


def kept_after_a_refusal(client: Client) -> object:
    content = {**ORDER, "lines": [{"book_id": 987654, "quantity": 1}]}
    return client.call("POST", "/orders", content).status, client.get("/orders")["total"]


def note_of_an_order(client: Client) -> object:
    return client.get(f"/orders/{client.order(note='谢谢 🎁')['id']}")["note"]


def at_an_order(method: str, content: object = None, suffix: str = "", **options: Any) -> Exchange:
    """The status of a single call at a new order."""
    return lambda client: client.call(method, f"/orders/{client.order()['id']}{suffix}", content, **options).status


def street_and_note_after_two_changes(client: Client) -> object:
    path = f"/orders/{client.order(note='old')['id']}"
    client.call("PATCH", path, {"shipping_address": {**ADDRESS, "street": "new"}})
    client.call("PATCH", path, {"note": "new"})
    order = client.get(path)
    return order["shipping_address"]["street"], order["note"]


def status_after_cancel_and_change(client: Client) -> object:
    path = f"/orders/{client.order()['id']}"
    client.call("POST", path + "/cancel")
    client.call("PATCH", path, {"note": "too late"})
    return client.get(path)["status"]


def other_order_after_a_deletion(client: Client) -> object:
    kept, deleted = client.order(), client.order()
    client.call("DELETE", f"/orders/{deleted['id']}")
    return client.call("GET", f"/orders/{kept['id']}").status


def cancelled_twice(client: Client) -> object:
    path = f"/orders/{client.order()['id']}/cancel"
    return [client.call("POST", path).status, client.call("POST", path).status]


LONG_LINES = [{"book_id": 1, "quantity": 1}] * 11
EXCHANGES: dict[str, tuple[Exchange, object, object]] = {
    "health_release_from_zero": (lambda client: client.get("/health")["release"], 1, 0),
    "unknown_token_is_403": (status("GET", "/orders", credentials="Bearer nobody"), 401, 403),
    "lowercase_bearer_refused": (status("GET", "/orders", credentials=f"bearer {TOKEN}"), 200, 401),
    "longer_token_accepted": (status("DELETE", "/books/1", credentials=f"Bearer {TOKEN}0"), 401, 204),
    "author_offset_counts_pages": (lambda client: client.listed("/authors", "id", limit=2, offset=1), [2, 3], [3, 4]),
    "author_total_before_filter": (lambda client: client.get("/authors", country="CN")["total"], 2, 6),
    "authors_sorted_per_page": (
        first_names_by_name,
        ["Italo Calvino", "Sei Shōnagon"],
        ["Ursula K. Le Guin", "鲁迅"],
    ),
    "unknown_country_is_404": (status("GET", "/authors", country="ZZ"), 200, 404),
    "author_name_trimmed": (lambda client: client.author(name=" Lao She ")["name"], " Lao She ", "Lao She"),
    "plus_in_email_refused": (new_authors_email, 201, 422),
    "leap_day_of_2000_refused": (status("POST", "/authors", {**AUTHOR, "born_on": "2000-02-29"}), 201, 422),
    "bio_length_in_bytes": (status("PATCH", "/authors/1", {"bio": "字" * 200}), 200, 422),
    "author_id_by_count": (author_made_after_a_deletion, "Second", "Third"),
    "location_names_previous_author": (name_at_the_location, "Zhang Ailing", "老舍"),
    "author_media_type_unchecked": (status("PUT", "/authors/1", AUTHOR, media_type="text/plain"), 415, 200),
    "author_put_merges": (bio_after("PUT", AUTHOR), None, "novelist"),
    "author_nulls_ignored": (bio_after("PATCH", {"bio": None}), None, "novelist"),
    "author_change_keeps_updated_at": (change_touches_updated_at, True, False),
    "empty_author_change_accepted": (status("PATCH", "/authors/1", {}), 422, 200),
    "deleted_author_still_cached": (read_delete_read, [200, 204, 404], [200, 204, 200]),
    "deleting_unknown_author_answers_204": (status("DELETE", "/authors/987654"), 404, 204),
    "book_total_is_page_length": (total_and_count_of_a_page, (11, "11"), (4, "4")),
    "price_sorted_as_text": (cheapest_price, 18, 100),
    "title_sort_ignores_case": (titles_by_title, True, False),
    "in_stock_by_truthiness": (lambda client: client.listed("/books", "stock", in_stock="false", limit=1), [0], [40]),
    "single_copy_not_in_stock": (single_copy_is_in_stock, True, False),
    "book_filters_joined_by_or": (lambda client: client.get("/books", genre="poetry", author_id=1)["total"], 1, 4),
    "changed_book_moves_last": (order_kept_by_a_change, True, False),
    "title_html_escaped": (stored("title", "Dombey & Son"), "Dombey & Son", "Dombey &amp; Son"),
    "price_cent_lost": (stored("price", 0.29), 0.29, 0.28),
    "true_price_accepted": (status("POST", "/books", {**BOOK, "price": True}), 422, 201),
    "stock_defaults_to_one": (stored("stock", None), 0, 1),
    "defaults_shared_by_new_books": (tags_left_out_after_tags_given, [], ["rare"]),
    "isbn_reserved_after_delete": (isbn_used_again, 201, 409),
    "isbn_979_unknown_to_lookup": (lookup_of_979, 200, 400),
    "isbn_index_not_updated": (lookup_after_a_change_of_isbn, [404, 200], [200, 404]),
    "isbn_lookup_times_without_zone": (lookup_says_utc, True, False),
    "empty_tags_as_null": (lambda client: client.get("/books/4")["tags"], [], None),
    "book_id_wraps_at_32_bits": (status("GET", f"/books/{2**32 + 1}"), 404, 200),
    "own_isbn_conflicts": (replaced_with_its_own_isbn, 200, 409),
    "refused_book_change_is_stored": (title_after_a_conflict, "传奇", "refused"),
    "isbn_clash_unseen_on_change": (status("PATCH", "/books/2", {"isbn": KNOWN_ISBN}), 409, 200),
    "tags_appended_on_change": (changed("tags", ["old"], ["new"]), ["new"], ["old", "new"]),
    "zero_stock_ignored_on_change": (changed("stock", 7, 0), 0, 7),
    "second_line_forgotten_on_delete": (delete_book_of(order_second), 409, 204),
    "cancelled_order_keeps_book": (delete_book_of(order_and_cancel), 204, 409),
    "no_orders_crash": (status("GET", "/orders", status="shipped"), 200, 500),
    "last_order_cut": (listed_after_placing, [True, True], [True, False]),
    "status_filter_ignores_case": (status("GET", "/orders", status="Placed"), 400, 200),
    "order_count_of_everybody": (count_for_another_caller, "0", "1"),
    "order_list_cached_across_callers": (seen_by_another_after_its_owner, [1, 0], [1, 1]),
    "charset_refused": (status("POST", "/orders", ORDER, media_type="application/json; charset=utf-8"), 201, 415),
    "eleventh_line_cut": (status("POST", "/orders", {**ORDER, "lines": LONG_LINES}), 422, 201),
    "repeated_book_charged_once": (amount_of_two_lines_for_one_book, 36, 18),
    "order_times_in_local_time": (hours_of_an_order, 0, 8),
    "refused_order_is_kept": (kept_after_a_refusal, (422, 0), (422, 1)),
    "note_loses_astral_characters": (note_of_an_order, "谢谢 🎁", "谢谢 ?"),
    "malformed_order_id_crashes": (status("GET", "/orders/17"), 400, 500),
    "foreign_order_is_403": (at_an_order("GET", credentials=OTHER), 404, 403),
    "partial_address_crashes": (at_an_order("PATCH", {"shipping_address": {"city": "北京"}}), 422, 500),
    "order_change_from_stale_copy": (street_and_note_after_two_changes, ("new", "new"), ("常德路 195 号", "new")),
    "change_reopens_cancelled_order": (status_after_cancel_and_change, "cancelled", "placed"),
    "order_deleted_by_others": (at_an_order("DELETE", credentials=OTHER), 404, 204),
    "delete_takes_all_orders": (other_order_after_a_deletion, 200, 404),
    "cancelled_order_cancelled_again": (cancelled_twice, [200, 409], [200, 200]),
}


def named(bug: Bug) -> str:
    return bug.name


@pytest.mark.parametrize("bug", OUTSIDE_BUGS, ids=named)
def test_the_exchange_is_healthy_without_bugs(bug: Bug) -> None:
    exchange, healthy, _ = EXCHANGES[bug.name]
    assert exchange(Client.of()) == healthy


@pytest.mark.parametrize("bug", OUTSIDE_BUGS, ids=named)
def test_the_bug_shows_in_its_exchange(bug: Bug) -> None:
    exchange, healthy, buggy = EXCHANGES[bug.name]
    seen = exchange(Client.of(bug.name))
    assert seen != healthy
    assert seen == buggy


@pytest.mark.parametrize("bug", OUTSIDE_BUGS, ids=named)
def test_the_bug_leaves_most_of_the_shop_as_it_is(bug: Bug) -> None:
    others = [name for name in EXCHANGES if name != bug.name]
    hurt = []
    for name in others:
        exchange, healthy, _ = EXCHANGES[name]
        try:
            if exchange(Client.of(bug.name)) != healthy:
                hurt.append(name)
        except (AssertionError, KeyError):  # a step before the last was refused
            hurt.append(name)
    assert len(hurt) <= len(others) // 10, hurt


def documented_operations() -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, item in original_document()["paths"].items() for method in item}


def test_the_second_list_is_apart_from_the_first_and_as_well_formed() -> None:
    assert len(OUTSIDE_BUGS) >= 36
    assert list(EXCHANGES) == [bug.name for bug in OUTSIDE_BUGS]
    assert not {bug.name for bug in OUTSIDE_BUGS} & {bug.name for bug in ALL_BUGS}
    assert {bug.kind for bug in OUTSIDE_BUGS} == set(Mistake)
    assert not {kind.value for kind in Mistake} & {kind.value for kind in BugKind}
    for bug in OUTSIDE_BUGS:
        assert bug.operations
        assert not set(bug.operations) & set(bug.consequences)
        assert bug_named(bug.name) is bug


def test_every_operation_of_the_document_has_a_bug_of_the_second_list() -> None:
    assert {operation for bug in OUTSIDE_BUGS for operation in bug.operations} == documented_operations()


def test_the_second_list_is_printed_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--list-outside-bugs"])
    assert [bug["name"] for bug in json.loads(capsys.readouterr().out)] == list(EXCHANGES)
