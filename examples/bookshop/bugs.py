"""The bugs that can be switched on, each one a mistake that somebody has really made somewhere.

The mistakes stand where they would stand in life: as conditions in the operations' own code. Here they are only named and described.
A second list, by another author, is in ``outside_bugs.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from examples.bookshop.bug import (
    AUTHOR_WRITES,
    BOOK_READS,
    BOOK_WRITES,
    BOOKS_OF_AUTHOR,
    CANCEL_ORDER,
    CHANGE_AUTHOR,
    CHANGE_BOOK,
    CHANGE_ORDER,
    CREATE_AUTHOR,
    CREATE_BOOK,
    CREATE_ORDER,
    DELETE_AUTHOR,
    DELETE_BOOK,
    LIST_AUTHORS,
    LIST_BOOKS,
    LIST_ORDERS,
    ORDER_READS,
    READ_AUTHOR,
    READ_BOOK,
    READ_ORDER,
    REPLACE_BOOK,
    Bug,
    Operation,
)
from examples.bookshop.outside_bugs import OUTSIDE_BUGS

__all__ = ("ALL_BUGS", "DEMO_BUGS", "Bug", "BugKind", "Bugs", "Operation", "bug_named")


class BugKind(StrEnum):
    """What sort of promise a bug breaks."""

    RESPONSE_MISSES_FIELD = "response misses a required field"
    RESPONSE_TYPE = "response field has the wrong type"
    RESPONSE_ENUM = "response field outside its enum"
    MAX_LENGTH = "maxLength not enforced"
    PATTERN = "pattern not enforced"
    FORMAT = "format not enforced"
    REQUIRED = "required not enforced"
    NULL = "null accepted where the document does not allow it"
    NUMBER_BOUND = "number bound not enforced"
    ENUM = "enum not enforced"
    UNIQUE_ITEMS = "uniqueItems not enforced"
    EXTRA_PROPERTIES = "additionalProperties not enforced"
    QUERY_BOUND = "query bound not enforced"
    UPDATE_LOST = "update not persisted"
    PATCH_WIPES = "partial update wipes other fields"
    DELETE_IGNORED = "delete is a no-op"
    FIELD_DROPPED = "create drops a field"
    NOT_LISTED = "created record not listed"
    AUTHENTICATION = "authentication ignored"
    OWNERSHIP = "another user's record is shown"
    UNKNOWN_ID = "unknown id is answered"
    SERVER_ERROR = "server error"
    STATUS = "wrong status"
    MEDIA_TYPE = "wrong content type"
    HEADER = "documented header missing"
    PAGING = "paging ignored"
    FILTER = "filter ignored"
    SORT = "sort order reversed"
    UNIQUE_KEY = "duplicate key accepted"
    REFERENCE = "dangling reference accepted"


ALL_BUGS = (
    Bug(
        "author_without_country",
        BugKind.RESPONSE_MISSES_FIELD,
        "Reading one author leaves out the required country.",
        (READ_AUTHOR,),
        AUTHOR_WRITES,
    ),
    Bug("price_as_text", BugKind.RESPONSE_TYPE, "Reading one book gives its price as a string.", (READ_BOOK,), BOOK_WRITES),
    Bug("cancelled_misspelt", BugKind.RESPONSE_ENUM, "A cancelled order says 'canceled', which is no status.", (CANCEL_ORDER,)),
    Bug(
        "title_length_unchecked",
        BugKind.MAX_LENGTH,
        "A new book's title may be longer than the document allows.",
        (CREATE_BOOK,),
    ),
    Bug("isbn_pattern_unchecked", BugKind.PATTERN, "Anything goes as an ISBN.", BOOK_WRITES, BOOK_READS),
    Bug("postcode_unchecked", BugKind.PATTERN, "Anything goes as a postcode.", (CREATE_ORDER, CHANGE_ORDER), ORDER_READS),
    Bug("birthday_unchecked", BugKind.FORMAT, "Anything goes as a date of birth.", AUTHOR_WRITES, (READ_AUTHOR, LIST_AUTHORS)),
    Bug("country_optional", BugKind.REQUIRED, "An author without a country is taken for a Chinese one.", (CREATE_AUTHOR,)),
    Bug("null_stock_accepted", BugKind.NULL, "A stock of null is taken for 0.", BOOK_WRITES),
    Bug("negative_price_accepted", BugKind.NUMBER_BOUND, "A price of zero or less is accepted.", BOOK_WRITES),
    Bug(
        "any_quantity_accepted",
        BugKind.NUMBER_BOUND,
        "An order line may ask for zero or fewer copies.",
        (CREATE_ORDER,),
        (*ORDER_READS, CHANGE_ORDER),
    ),
    Bug("any_genre_accepted", BugKind.ENUM, "A genre that is not on the list is accepted.", BOOK_WRITES, BOOK_READS),
    Bug("repeated_tags_accepted", BugKind.UNIQUE_ITEMS, "The same tag may be given twice.", BOOK_WRITES),
    Bug("extra_author_fields_accepted", BugKind.EXTRA_PROPERTIES, "Undocumented fields of an author are ignored.", AUTHOR_WRITES),
    Bug("limit_bound_unchecked", BugKind.QUERY_BOUND, "The list of books takes a limit over its maximum.", (LIST_BOOKS,)),
    Bug(
        "book_update_lost",
        BugKind.UPDATE_LOST,
        "Replacing a book answers with the new values, but stores nothing.",
        (REPLACE_BOOK,),
        (READ_BOOK, LIST_BOOKS),
    ),
    Bug(
        "cancel_not_kept",
        BugKind.UPDATE_LOST,
        "Cancelling an order answers 'cancelled', but the order stays placed.",
        (CANCEL_ORDER,),
        (READ_ORDER, LIST_ORDERS),
    ),
    Bug(
        "patch_wipes_fields",
        BugKind.PATCH_WIPES,
        "Changing one field of a book resets its optional fields.",
        (CHANGE_BOOK,),
        (READ_BOOK,),
    ),
    Bug(
        "delete_keeps_book",
        BugKind.DELETE_IGNORED,
        "Deleting a book answers 204, but the book stays.",
        (DELETE_BOOK,),
        (READ_BOOK, LIST_BOOKS, DELETE_AUTHOR),
    ),
    Bug("note_dropped", BugKind.FIELD_DROPPED, "A new order loses its note.", (CREATE_ORDER,), (READ_ORDER,)),
    Bug(
        "created_author_unlisted",
        BugKind.NOT_LISTED,
        "A new author can be read, but is missing from the list.",
        (CREATE_AUTHOR, LIST_AUTHORS),
    ),
    Bug("author_change_unguarded", BugKind.AUTHENTICATION, "Anybody may change an author, without a token.", (CHANGE_AUTHOR,)),
    Bug("any_token_lists_orders", BugKind.AUTHENTICATION, "The list of orders takes any bearer token.", (LIST_ORDERS,)),
    Bug("order_shown_to_others", BugKind.OWNERSHIP, "Any user can read any order.", (READ_ORDER,)),
    Bug(
        "unknown_book_shows_another",
        BugKind.UNKNOWN_ID,
        "Reading a book that does not exist shows another one.",
        (READ_BOOK,),
        (DELETE_BOOK,),
    ),
    Bug(
        "unknown_author_crashes",
        BugKind.SERVER_ERROR,
        "Reading an author that does not exist ends in a 500.",
        (READ_AUTHOR, BOOKS_OF_AUTHOR),
        (DELETE_AUTHOR,),
    ),
    Bug("created_book_answered_200", BugKind.STATUS, "A new book is answered with 200 instead of 201.", (CREATE_BOOK,)),
    Bug("authors_as_html", BugKind.MEDIA_TYPE, "The list of authors says that it is HTML.", (LIST_AUTHORS,), (CREATE_AUTHOR,)),
    Bug("total_header_missing", BugKind.HEADER, "The list of authors lacks X-Total-Count.", (LIST_AUTHORS,)),
    Bug("location_missing", BugKind.HEADER, "A new order is answered without Location.", (CREATE_ORDER,)),
    Bug("limit_ignored", BugKind.PAGING, "The list of authors gives everything, whatever the limit.", (LIST_AUTHORS,)),
    Bug("offset_ignored", BugKind.PAGING, "The list of books always begins with the first.", (LIST_BOOKS,), (CREATE_BOOK,)),
    Bug("genre_filter_ignored", BugKind.FILTER, "The list of books does not filter by genre.", (LIST_BOOKS,)),
    Bug("sort_reversed", BugKind.SORT, "The list of books is sorted the wrong way round.", (LIST_BOOKS,)),
    Bug("duplicate_isbn_accepted", BugKind.UNIQUE_KEY, "A second book with the same ISBN is accepted.", (CREATE_BOOK,)),
    Bug("unknown_author_accepted", BugKind.REFERENCE, "A book may name an author that does not exist.", BOOK_WRITES),
    Bug(
        "author_with_books_deleted",
        BugKind.REFERENCE,
        "An author who still has books can be deleted.",
        (DELETE_AUTHOR,),
        (*BOOK_WRITES, READ_AUTHOR),
    ),
)

DEMO_BUGS = ("author_without_country", "title_length_unchecked", "book_update_lost")
"""One response that breaks its schema, one constraint that is not enforced, one update that is not persisted."""


_BY_NAME = {bug.name: bug for bug in (*ALL_BUGS, *OUTSIDE_BUGS)}


def bug_named(name: str) -> Bug:
    """The bug of either list; ``ValueError`` where there is none of that name."""
    found = _BY_NAME.get(name)
    if found is None:
        raise ValueError(f"there is no bug named {name!r}")
    return found


class Bugs:
    """Which bugs are on."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(bug_named(name).name for name in names)

    def on(self, name: str) -> bool:
        """Whether the bug is on; ``ValueError`` for a name that stands for none, so that no condition is dead by a typing error."""
        return bug_named(name).name in self._names
