"""The records and the store that holds them, in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from examples.bookshop.wire import Response

_SHANGHAI = timezone(timedelta(hours=8))
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
GENRES = ("fiction", "poetry", "science", "history", "children")
LANGUAGES = ("zh", "en", "fr", "de", "ja")


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who wrote something. Times are RFC 3339 texts in UTC, dates ``YYYY-MM-DD``."""

    id: int
    name: str
    country: str
    email: str | None
    born_on: str | None
    bio: str | None
    website: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Book:
    """One edition of a book. ``language`` is known from the API's second release on."""

    id: int
    title: str
    isbn: str
    author_id: int
    genre: str
    price: float
    page_count: int | None
    published_on: str | None
    tags: tuple[str, ...]
    stock: int
    created_at: str
    updated_at: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So many copies of one book."""

    book_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order goes."""

    street: str
    city: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody ordered. ``owner`` is the caller's token and never leaves the shop."""

    id: str
    owner: str
    lines: tuple[OrderLine, ...]
    shipping_address: Address
    note: str | None
    status: str
    amount: float
    created_at: str
    updated_at: str


@dataclass(slots=True)
class Shop:
    """The shop's records by id, in the order of their creation. The caller holds the lock."""

    now: Callable[[], datetime]
    new_order_id: Callable[[], str]
    authors: dict[int, Author] = field(default_factory=dict)
    books: dict[int, Book] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    unlisted_authors: set[int] = field(default_factory=set)
    """Authors that the listing has lost (bug ``created_author_unlisted``)."""
    author_cache: dict[int, Author] = field(default_factory=dict)
    """Authors as they were last read (bug ``deleted_author_still_cached``)."""
    book_defaults: dict[str, Any] = field(default_factory=dict)
    """What earlier bodies have left in the defaults (bug ``defaults_shared_by_new_books``)."""
    indexed_isbns: dict[int, str] = field(default_factory=dict)
    """Books that the index has under another ISBN than theirs (bug ``isbn_index_not_updated``)."""
    deleted_isbns: set[str] = field(default_factory=set)
    """ISBNs of books that are only marked as deleted (bug ``isbn_reserved_after_delete``)."""
    order_copies: dict[str, Order] = field(default_factory=dict)
    """Orders as they were before their first change (bug ``order_change_from_stale_copy``)."""
    order_pages: dict[object, Response] = field(default_factory=dict)
    """Answers of the list of orders (bug ``order_list_cached_across_callers``)."""
    last_author_id: int = 0
    last_book_id: int = 0

    def timestamp(self) -> str:
        """The time, always with microseconds, so that texts sort as times do."""
        return self.now().strftime(_TIME)

    def local_timestamp(self) -> str:
        """The time in Shanghai, said to be UTC (bug ``order_times_in_local_time``)."""
        return self.now().astimezone(_SHANGHAI).strftime(_TIME)

    def next_author_id(self) -> int:
        """An id that no author had before."""
        self.last_author_id += 1
        return self.last_author_id

    def next_book_id(self) -> int:
        """An id that no book had before."""
        self.last_book_id += 1
        return self.last_book_id


_AUTHORS = (
    ("鲁迅", "CN", "1881-09-25"),
    ("Ursula K. Le Guin", "US", "1929-10-21"),
    ("Italo Calvino", "IT", "1923-10-15"),
    ("Wisława Szymborska", "PL", "1923-07-02"),
    ("Sei Shōnagon", "JP", None),
    ("老舍", "CN", "1899-02-03"),
)
_BOOKS = (
    ("呐喊", "9787020002207", 1, "fiction", 29.5, 212, "1923-08-01", ("经典", "短篇"), 40),
    ("野草", "9787020002214", 1, "poetry", 18, 96, "1927-07-01", ("经典",), 12),
    ("The Left Hand of Darkness", "9780441478125", 2, "fiction", 54.9, 304, "1969-03-01", ("winter",), 8),
    ("A Wizard of Earthsea", "9780547773742", 2, "children", 42.0, 183, "1968-11-01", (), 31),
    ("Le città invisibili", "9788804668039", 3, "fiction", 61.2, 168, "1972-11-03", ("cities", "memory"), 5),
    ("Lezioni americane", "9788804485995", 3, "history", 47.75, None, "1988-05-01", (), 0),
    ("Sto pociech", "9788308041987", 4, "poetry", 25.4, 88, None, ("verse",), 3),
    ("Koniec i początek", "9788385568056", 4, "poetry", 31.3, 48, "1993-01-01", (), 17),
    ("枕草子", "9784003001615", 5, "history", 38.6, 392, None, ("court", "diary"), 9),
    ("骆驼祥子", "9787020024759", 6, "fiction", 22.8, 222, "1939-03-01", ("北京",), 66),
    ("茶馆", "9787020051519", 6, "history", 19.9, 104, "1958-06-01", (), 20),
)


def stock_the_shop(shop: Shop) -> None:
    """Put some authors and books on the shelves."""
    for name, country, born_on in _AUTHORS:
        number, at = shop.next_author_id(), shop.timestamp()
        shop.authors[number] = Author(number, name, country, None, born_on, None, None, at, at)
    for title, isbn, author_id, genre, price, pages, published_on, tags, stock in _BOOKS:
        number, at = shop.next_book_id(), shop.timestamp()
        shop.books[number] = Book(number, title, isbn, author_id, genre, price, pages, published_on, tags, stock, at, at)
