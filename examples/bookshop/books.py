"""The operations on books."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from examples.bookshop.call import MOST_PER_PAGE, Call, Window, page, sorted_records
from examples.bookshop.shop import GENRES, LANGUAGES, Book
from examples.bookshop.validation import Fields, is_date
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
    fields.number("price", required=True, above=None if bugs.on("negative_price_accepted") else 0, most=9999.99)
    fields.integer("page_count", nullable=True, least=1, most=5000)
    fields.text("published_on", nullable=True, style=is_date)
    fields.texts("tags", most_items=5, least=1, most=20, unique=not bugs.on("repeated_tags_accepted"))
    fields.integer("stock", nullable=bugs.on("null_stock_accepted"), default=0, least=0, most=100_000)
    if call.release >= 2:
        fields.choice("language", LANGUAGES, nullable=True)
    values = fields.finish()
    if "stock" in values:
        values["stock"] = values["stock"] or 0
    author_id = values.get("author_id")
    if author_id is not None and author_id not in call.shop.authors and not bugs.on("unknown_author_accepted"):
        raise unprocessable(("author_id", "there is no such author"))
    return values


def _refuse_duplicate(call: Call, values: dict[str, Any], own_id: int | None = None) -> None:
    isbn = values.get("isbn")
    if any(book.isbn == isbn and book.id != own_id for book in call.shop.books.values()):
        raise conflict("there is a book with this isbn already")


def list_books(call: Call) -> Response:
    """GET /books."""
    query, bugs = call.query, call.bugs
    window = Window.of(query, most=None if bugs.on("limit_bound_unchecked") else MOST_PER_PAGE)
    genre = query.one_of("genre", GENRES)
    author_id = query.integer("author_id", least=1)
    in_stock = query.boolean("in_stock")
    books = list(call.shop.books.values())
    if genre is not None and not bugs.on("genre_filter_ignored"):
        books = [book for book in books if book.genre == genre]
    if author_id is not None:
        books = [book for book in books if book.author_id == author_id]
    if in_stock is not None:
        books = [book for book in books if (book.stock > 0) == in_stock]
    books = sorted_records(books, query.one_of("sort", _SORTS), backwards=bugs.on("sort_reversed"))
    if bugs.on("offset_ignored"):
        window = replace(window, offset=0)
    return page(books, window, lambda book: show_book(book, call))


def create_book(call: Call) -> Response:
    """POST /books."""
    values, at = _read(call), call.shop.timestamp()
    if not call.bugs.on("duplicate_isbn_accepted"):
        _refuse_duplicate(call, values)
    book = Book(id=call.shop.next_book_id(), created_at=at, updated_at=at, **values)
    call.shop.books[book.id] = book
    status = 200 if call.bugs.on("created_book_answered_200") else 201
    return json_response(status, show_book(book, call), ("Location", f"/books/{book.id}"))


def read_book(call: Call) -> Response:
    """GET /books/{book_id}."""
    content = show_book(_found(call), call)
    if call.bugs.on("price_as_text"):
        content["price"] = f"{content['price']:.2f}"
    return json_response(200, content)


def read_book_by_isbn(call: Call) -> Response:
    """GET /books/isbn/{isbn}."""
    isbn = call.path["isbn"]
    if len(isbn) != 13 or not isbn.startswith(("978", "979")) or not (isbn.isascii() and isbn.isdigit()):
        raise bad_request("isbn must be 13 digits that begin with 978 or 979")
    book = next((book for book in call.shop.books.values() if book.isbn == isbn), None)
    if book is None:
        raise not_found("book")
    return json_response(200, show_book(book, call))


def replace_book(call: Call) -> Response:
    """PUT /books/{book_id}."""
    found = _found(call)
    values = _read(call)
    _refuse_duplicate(call, values, found.id)
    book = replace(found, **values, updated_at=call.shop.timestamp())
    if not call.bugs.on("book_update_lost"):
        call.shop.books[book.id] = book
    return json_response(200, show_book(book, call))


def change_book(call: Call) -> Response:
    """PATCH /books/{book_id}."""
    found = _found(call)
    values = _read(call, partial=True)
    if "isbn" in values:
        _refuse_duplicate(call, values, found.id)
    if call.bugs.on("patch_wipes_fields"):
        found = replace(found, page_count=None, published_on=None, tags=(), stock=0)
    book = replace(found, **values, updated_at=call.shop.timestamp())
    call.shop.books[book.id] = book
    return json_response(200, show_book(book, call))


def delete_book(call: Call) -> Response:
    """DELETE /books/{book_id}."""
    book = _found(call)
    open_orders = (order for order in call.shop.orders.values() if order.status == "placed")
    if any(line.book_id == book.id for order in open_orders for line in order.lines):
        raise conflict("the book is part of an open order")
    if not call.bugs.on("delete_keeps_book"):
        del call.shop.books[book.id]
    return Response(204)
