"""The operations on authors."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from examples.bookshop.books import show_book
from examples.bookshop.call import Call, Window, page, sorted_records
from examples.bookshop.shop import Author
from examples.bookshop.validation import Fields, is_date, is_email, is_uri
from examples.bookshop.wire import Json, Response, conflict, json_response, not_found, read_json_object

_SORTS = ("name", "-name", "created_at", "-created_at")
_COUNTRY = "[A-Z]{2}"


def show_author(author: Author) -> Json:
    """The author as the API shows it."""
    return asdict(author)


def _found(call: Call) -> Author:
    number = call.id_of("author_id")
    if number not in call.shop.authors:
        if call.bugs.on("unknown_author_crashes") and call.request.method == "GET":
            return call.shop.authors[number]  # a KeyError, which the server answers with 500
        raise not_found("author")
    return call.shop.authors[number]


def _read(call: Call, *, partial: bool = False) -> dict[str, Any]:
    fields = Fields(read_json_object(call.request), partial=partial)
    fields.text("name", required=True, least=1, most=80)
    if call.bugs.on("country_optional") and call.request.method == "POST":
        fields.text("country", default="CN", pattern=_COUNTRY)
    else:
        fields.text("country", required=True, pattern=_COUNTRY)
    fields.text("email", nullable=True, style=is_email)
    fields.text("born_on", nullable=True, style=None if call.bugs.on("birthday_unchecked") else is_date)
    fields.text("bio", nullable=True, most=500)
    fields.text("website", nullable=True, style=is_uri)
    return fields.finish(refuse_unknown=not call.bugs.on("extra_author_fields_accepted"))


def list_authors(call: Call) -> Response:
    """GET /authors."""
    query = call.query
    window = Window.of(query)
    country = query.matching("country", _COUNTRY)
    authors = [author for author in call.shop.authors.values() if country in (None, author.country)]
    if call.bugs.on("created_author_unlisted"):
        authors = [author for author in authors if author.id not in call.shop.unlisted_authors]
    authors = sorted_records(authors, query.one_of("sort", _SORTS))
    if call.bugs.on("limit_ignored"):
        window = replace(window, limit=max(len(authors), window.limit))
    media_type = "text/html" if call.bugs.on("authors_as_html") else "application/json"
    return page(authors, window, show_author, count_header=not call.bugs.on("total_header_missing"), media_type=media_type)


def create_author(call: Call) -> Response:
    """POST /authors."""
    values, at = _read(call), call.shop.timestamp()
    author = Author(id=call.shop.next_author_id(), created_at=at, updated_at=at, **values)
    call.shop.authors[author.id] = author
    if call.bugs.on("created_author_unlisted"):
        call.shop.unlisted_authors.add(author.id)  # nobody told the list's cache
    return json_response(201, show_author(author), ("Location", f"/authors/{author.id}"))


def read_author(call: Call) -> Response:
    """GET /authors/{author_id}."""
    content = show_author(_found(call))
    if call.bugs.on("author_without_country"):
        del content["country"]
    return json_response(200, content)


def replace_author(call: Call) -> Response:
    """PUT /authors/{author_id}."""
    found = _found(call)
    author = replace(found, **_read(call), updated_at=call.shop.timestamp())
    call.shop.authors[author.id] = author
    return json_response(200, show_author(author))


def change_author(call: Call) -> Response:
    """PATCH /authors/{author_id}."""
    found = _found(call)
    author = replace(found, **_read(call, partial=True), updated_at=call.shop.timestamp())
    call.shop.authors[author.id] = author
    return json_response(200, show_author(author))


def delete_author(call: Call) -> Response:
    """DELETE /authors/{author_id}."""
    author = _found(call)
    has_books = any(book.author_id == author.id for book in call.shop.books.values())
    if has_books and not call.bugs.on("author_with_books_deleted"):
        raise conflict("the author still has books")
    del call.shop.authors[author.id]
    return Response(204)


def list_books_of_author(call: Call) -> Response:
    """GET /authors/{author_id}/books, from release 2 on."""
    author = _found(call)
    window = Window.of(call.query)
    books = [book for book in call.shop.books.values() if book.author_id == author.id]
    return page(books, window, lambda book: show_book(book, call))
