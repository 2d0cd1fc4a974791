"""The operations on books."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from examples.bookshop.call import MOST_PER_PAGE, Call, Window, page, sorted_records
from examples.bookshop.shop import GENRES, LANGUAGES, Book
from examples.bookshop.validation import Fields, Query, is_date
from examples.bookshop.wire import (
    Json,
    Response,
    bad_request,
    conflict,
    json_response,
    not_found,
    read_json_object,
    unprocessable,
)

_SORTS = ("title", "-title", "price", "-price", "created_at", "-created_at")
_ISBN = "97[89][0-9]{10}"


def show_book(book: Book, call: Call) -> Json:
    """The book as the API's release shows it."""
    content = asdict(book)
    if call.release < 2:
        del content["language"]
    return content


def _found(call: Call) -> Book:
    number = call.id_of("book_id")
    if call.bugs.on("book_id_wraps_at_32_bits") and call.request.method == "GET":
        number %= 2**32
    book = call.shop.books.get(number)
    if book is not None:
        return book
    if call.bugs.on("unknown_book_shows_another") and call.request.method == "GET":
        return next(iter(call.shop.books.values()))
    raise not_found("book")


def _read(call: Call, *, partial: bool = False) -> dict[str, Any]:
    """The body of a write; 422 where it breaks its schema or names an author that does not exist."""
    bugs, creates = call.bugs, call.request.method == "POST"
    longest = 120 if call.release < 2 else 160
    fields = Fields(read_json_object(call.request), partial=partial)
    fields.text("title", required=True, least=1, most=None if creates and bugs.on("title_length_unchecked") else longest)
    fields.text("isbn", required=True, pattern=None if bugs.on("isbn_pattern_unchecked") else _ISBN)
    fields.integer("author_id", required=True, least=1)
    fields.choice("genre", None if bugs.on("any_genre_accepted") else GENRES, required=True)
    least_price = None if bugs.on("negative_price_accepted") else 0
    fields.number("price", required=True, above=least_price, most=9999.99, from_boolean=bugs.on("true_price_accepted"))
    fields.integer("page_count", nullable=True, least=1, most=5000)
    fields.text("published_on", nullable=True, style=is_date)
    fields.texts("tags", most_items=5, least=1, most=20, unique=not bugs.on("repeated_tags_accepted"))
    fields.integer(
        "stock", nullable=bugs.on("null_stock_accepted"), default=int(bugs.on("stock_defaults_to_one")), least=0, most=100_000
    )
    if call.release >= 2:
        fields.choice("language", LANGUAGES, nullable=True)
    values = fields.finish()
    if "stock" in values:
        values["stock"] = values["stock"] or 0
    author_id = values.get("author_id")
    if author_id is not None and author_id not in call.shop.authors and not bugs.on("unknown_author_accepted"):
        raise unprocessable(("author_id", "there is no such author"))
    if "title" in values and bugs.on("title_html_escaped"):
        values["title"] = html.escape(values["title"])
    if "price" in values and bugs.on("price_cent_lost"):
        values["price"] = int(values["price"] * 100) / 100
    return values


def _refuse_duplicate(call: Call, values: dict[str, Any], own_id: int | None = None) -> None:
    isbn = values.get("isbn")
    if any(book.isbn == isbn and book.id != own_id for book in call.shop.books.values()):
        raise conflict("there is a book with this isbn already")
    if isbn in call.shop.deleted_isbns:
        raise conflict("there is a book with this isbn already")


def _wanted(call: Call, query: Query) -> Callable[[Book], bool]:
    """Whether a book passes the filters of the query."""
    bugs = call.bugs
    genre = query.one_of("genre", GENRES)
    author_id = query.integer("author_id", least=1)
    in_stock = query.boolean("in_stock", by_truthiness=bugs.on("in_stock_by_truthiness"))
    few = 1 if bugs.on("single_copy_not_in_stock") else 0
    filters: list[Callable[[Book], bool]] = []
    if genre is not None and not bugs.on("genre_filter_ignored"):
        filters.append(lambda book: book.genre == genre)
    if author_id is not None:
        filters.append(lambda book: book.author_id == author_id)
    if in_stock is not None:
        filters.append(lambda book: (book.stock > few) == in_stock)
    joined = any if filters and bugs.on("book_filters_joined_by_or") else all
    return lambda book: joined(passes(book) for passes in filters)


def _measure(call: Call, sort: str | None) -> Callable[[Any], Any] | None:
    """What is compared when the list is sorted, where it is not the field's value itself."""
    if sort in ("price", "-price") and call.bugs.on("price_sorted_as_text"):
        return str
    if sort in ("title", "-title") and call.bugs.on("title_sort_ignores_case"):
        return str.casefold
    return None


def list_books(call: Call) -> Response:
    """GET /books."""
    query, bugs = call.query, call.bugs
    window = Window.of(query, most=None if bugs.on("limit_bound_unchecked") else MOST_PER_PAGE)
    wanted = _wanted(call, query)
    books = [book for book in call.shop.books.values() if wanted(book)]
    sort = query.one_of("sort", _SORTS)
    books = sorted_records(books, sort, backwards=bugs.on("sort_reversed"), measure=_measure(call, sort))
    if bugs.on("offset_ignored"):
        window = replace(window, offset=0)
    total = len(window.cut(books)) if bugs.on("book_total_is_page_length") else None
    return page(books, window, lambda book: show_book(book, call), total=total)


def create_book(call: Call) -> Response:
    """POST /books."""
    values, at = _read(call), call.shop.timestamp()
    if not call.bugs.on("duplicate_isbn_accepted"):
        _refuse_duplicate(call, values)
    if call.bugs.on("defaults_shared_by_new_books"):
        given = read_json_object(call.request)
        call.shop.book_defaults.update((name, value) for name, value in values.items() if name in given)
        values = {**values, **call.shop.book_defaults}
    book = Book(id=call.shop.next_book_id(), created_at=at, updated_at=at, **values)
    call.shop.books[book.id] = book
    status = 200 if call.bugs.on("created_book_answered_200") else 201
    return json_response(status, show_book(book, call), ("Location", f"/books/{book.id}"))


def read_book(call: Call) -> Response:
    """GET /books/{book_id}."""
    content = show_book(_found(call), call)
    if call.bugs.on("price_as_text"):
        content["price"] = f"{content['price']:.2f}"
    if call.bugs.on("empty_tags_as_null"):
        content["tags"] = content["tags"] or None
    return json_response(200, content)


def read_book_by_isbn(call: Call) -> Response:
    """GET /books/isbn/{isbn}."""
    isbn = call.path["isbn"]
    if len(isbn) != 13 or not isbn.startswith(("978", "979")) or not (isbn.isascii() and isbn.isdigit()):
        raise bad_request("isbn must be 13 digits that begin with 978 or 979")
    if isbn.startswith("979") and call.bugs.on("isbn_979_unknown_to_lookup"):
        raise bad_request("isbn must be 13 digits that begin with 978")
    indexed = call.shop.indexed_isbns
    book = next((book for book in call.shop.books.values() if indexed.get(book.id, book.isbn) == isbn), None)
    if book is None:
        raise not_found("book")
    content = show_book(book, call)
    if call.bugs.on("isbn_lookup_times_without_zone"):
        content |= {name: content[name].removesuffix("Z") for name in ("created_at", "updated_at")}
    return json_response(200, content)


def replace_book(call: Call) -> Response:
    """PUT /books/{book_id}."""
    found = _found(call)
    values = _read(call)
    if call.bugs.on("refused_book_change_is_stored"):
        call.shop.books[found.id] = replace(found, **values)
    _refuse_duplicate(call, values, None if call.bugs.on("own_isbn_conflicts") else found.id)
    call.shop.indexed_isbns.pop(found.id, None)
    book = replace(found, **values, updated_at=call.shop.timestamp())
    if not call.bugs.on("book_update_lost"):
        call.shop.books[book.id] = book
    return json_response(200, show_book(book, call))


def change_book(call: Call) -> Response:
    """PATCH /books/{book_id}."""
    found = _found(call)
    bugs, values = call.bugs, _read(call, partial=True)
    if "isbn" in values and not bugs.on("isbn_clash_unseen_on_change"):
        _refuse_duplicate(call, values, found.id)
    if bugs.on("isbn_index_not_updated"):
        call.shop.indexed_isbns.setdefault(found.id, found.isbn)
    if bugs.on("patch_wipes_fields"):
        found = replace(found, page_count=None, published_on=None, tags=(), stock=0)
    if "tags" in values and bugs.on("tags_appended_on_change"):
        values["tags"] = (*found.tags, *(tag for tag in values["tags"] if tag not in found.tags))
    if not values.get("stock") and bugs.on("zero_stock_ignored_on_change"):
        values.pop("stock", None)
    if bugs.on("changed_book_moves_last"):
        del call.shop.books[found.id]
    book = replace(found, **values, updated_at=call.shop.timestamp())
    call.shop.books[book.id] = book
    return json_response(200, show_book(book, call))


def delete_book(call: Call) -> Response:
    """DELETE /books/{book_id}."""
    book, bugs = _found(call), call.bugs
    is_open = ("placed", "cancelled") if bugs.on("cancelled_order_keeps_book") else ("placed",)
    looked_at = slice(1) if bugs.on("second_line_forgotten_on_delete") else slice(None)
    open_orders = (order for order in call.shop.orders.values() if order.status in is_open)
    if any(line.book_id == book.id for order in open_orders for line in order.lines[looked_at]):
        raise conflict("the book is part of an open order")
    if bugs.on("isbn_reserved_after_delete"):
        call.shop.deleted_isbns.add(book.isbn)
    if not bugs.on("delete_keeps_book"):
        del call.shop.books[book.id]
    return Response(204)
