"""The operations on authors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from examples.bookshop.books import show_book
from examples.bookshop.call import Call, Window, page, sorted_records
from examples.bookshop.shop import Author
from examples.bookshop.validation import (
    Fields,
    is_date,
    is_date_as_few_know_it,
    is_email,
    is_email_as_few_write_it,
    is_uri,
    utf8_length,
)
from examples.bookshop.wire import Json, Response, conflict, is_json_type, json_response, not_found, read_json_object

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


def _cached(call: Call) -> Author:
    """The author, also where only the cache still has it: writes renew it, but nothing removes from it."""
    number = call.id_of("author_id")
    if number in call.shop.authors or number not in call.shop.author_cache:
        call.shop.author_cache[number] = _found(call)
    return call.shop.author_cache[number]


def _read(call: Call, *, partial: bool = False) -> dict[str, Any]:
    bugs, method = call.bugs, call.request.method
    unchecked = bugs.on("author_media_type_unchecked") and method == "PUT"
    content = read_json_object(call.request, accepts=(lambda _: True) if unchecked else is_json_type)
    fields = Fields(content, partial=partial)
    fields.text("name", required=True, least=1, most=80, trim=bugs.on("author_name_trimmed"))
    if bugs.on("country_optional") and method == "POST":
        fields.text("country", default="CN", pattern=_COUNTRY)
    else:
        fields.text("country", required=True, pattern=_COUNTRY)
    fields.text("email", nullable=True, style=is_email_as_few_write_it if bugs.on("plus_in_email_refused") else is_email)
    is_birthday = is_date_as_few_know_it if bugs.on("leap_day_of_2000_refused") else is_date
    fields.text("born_on", nullable=True, style=None if bugs.on("birthday_unchecked") else is_birthday)
    fields.text("bio", nullable=True, most=500, length=utf8_length if bugs.on("bio_length_in_bytes") else len)
    fields.text("website", nullable=True, style=is_uri)
    values = fields.finish(
        refuse_unknown=not bugs.on("extra_author_fields_accepted"), refuse_empty=not bugs.on("empty_author_change_accepted")
    )
    if bugs.on("author_put_merges") and method == "PUT":
        values = {name: value for name, value in values.items() if name in content}
    return values


def _shown(authors: list[Author], window: Window, sort: str | None, call: Call) -> Sequence[Author]:
    """The authors on the page."""
    if call.bugs.on("authors_sorted_per_page"):
        return sorted_records(window.cut(authors), sort)
    if call.bugs.on("author_offset_counts_pages"):
        window = replace(window, offset=window.offset * window.limit)
    return window.cut(sorted_records(authors, sort))


def list_authors(call: Call) -> Response:
    """GET /authors."""
    query, bugs = call.query, call.bugs
    window = Window.of(query)
    country = query.matching("country", _COUNTRY)
    authors = [author for author in call.shop.authors.values() if country in (None, author.country)]
    if bugs.on("created_author_unlisted"):
        authors = [author for author in authors if author.id not in call.shop.unlisted_authors]
    sort = query.one_of("sort", _SORTS)
    if country is not None and not authors and bugs.on("unknown_country_is_404"):
        raise not_found("country")
    if bugs.on("limit_ignored"):
        window = replace(window, limit=max(len(authors), window.limit))
    return page(
        authors,
        window,
        show_author,
        shown=_shown(authors, window, sort, call),
        total=len(call.shop.authors) if bugs.on("author_total_before_filter") else None,
        count_header=not bugs.on("total_header_missing"),
        media_type="text/html" if bugs.on("authors_as_html") else "application/json",
    )


def create_author(call: Call) -> Response:
    """POST /authors."""
    values, at = _read(call), call.shop.timestamp()
    number = len(call.shop.authors) + 1 if call.bugs.on("author_id_by_count") else call.shop.next_author_id()
    author = Author(id=number, created_at=at, updated_at=at, **values)
    call.shop.authors[author.id] = author
    if call.bugs.on("created_author_unlisted"):
        call.shop.unlisted_authors.add(author.id)  # nobody told the list's cache
    located = author.id - 1 if call.bugs.on("location_names_previous_author") else author.id
    return json_response(201, show_author(author), ("Location", f"/authors/{located}"))


def read_author(call: Call) -> Response:
    """GET /authors/{author_id}."""
    content = show_author(_cached(call) if call.bugs.on("deleted_author_still_cached") else _found(call))
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
    values = _read(call, partial=True)
    if call.bugs.on("author_nulls_ignored"):
        values = {name: value for name, value in values.items() if value is not None}
    at = found.updated_at if call.bugs.on("author_change_keeps_updated_at") else call.shop.timestamp()
    author = replace(found, **values, updated_at=at)
    call.shop.authors[author.id] = author
    return json_response(200, show_author(author))


def delete_author(call: Call) -> Response:
    """DELETE /authors/{author_id}."""
    if call.id_of("author_id") not in call.shop.authors and call.bugs.on("deleting_unknown_author_answers_204"):
        return Response(204)
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
