"""The bugs that can be switched on, each one a mistake that somebody has really made somewhere.

The mistakes stand where they would stand in life: as conditions in the operations' own code. Here they are only named and described.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

Operation = tuple[str, str]
"""Method and path as the document writes them: ``("GET", "/books/{book_id}")``."""

_LIST_AUTHORS = ("GET", "/authors")
_CREATE_AUTHOR = ("POST", "/authors")
_READ_AUTHOR = ("GET", "/authors/{author_id}")
_REPLACE_AUTHOR = ("PUT", "/authors/{author_id}")
_CHANGE_AUTHOR = ("PATCH", "/authors/{author_id}")
_DELETE_AUTHOR = ("DELETE", "/authors/{author_id}")
_BOOKS_OF_AUTHOR = ("GET", "/authors/{author_id}/books")
_LIST_BOOKS = ("GET", "/books")
_CREATE_BOOK = ("POST", "/books")
_READ_BOOK = ("GET", "/books/{book_id}")
_READ_ISBN = ("GET", "/books/isbn/{isbn}")
_REPLACE_BOOK = ("PUT", "/books/{book_id}")
_CHANGE_BOOK = ("PATCH", "/books/{book_id}")
_DELETE_BOOK = ("DELETE", "/books/{book_id}")
_LIST_ORDERS = ("GET", "/orders")
_CREATE_ORDER = ("POST", "/orders")
_READ_ORDER = ("GET", "/orders/{order_id}")
_CHANGE_ORDER = ("PATCH", "/orders/{order_id}")
_DELETE_ORDER = ("DELETE", "/orders/{order_id}")
_CANCEL_ORDER = ("POST", "/orders/{order_id}/cancel")

_AUTHOR_WRITES = (_CREATE_AUTHOR, _REPLACE_AUTHOR, _CHANGE_AUTHOR)
_BOOK_WRITES = (_CREATE_BOOK, _REPLACE_BOOK, _CHANGE_BOOK)
_ORDER_READS = (_READ_ORDER, _LIST_ORDERS, _CANCEL_ORDER)
_BOOK_READS = (_READ_BOOK, _READ_ISBN, _LIST_BOOKS, _BOOKS_OF_AUTHOR)


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


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug. A correct report blames at least one of ``operations`` and, for this bug, none beside them and ``consequences``.

    ``consequences`` are healthy operations that may turn red because the wrong one goes before them or is what they are compared with.
    """

    name: str
    kind: BugKind
    description: str
    operations: tuple[Operation, ...]
    consequences: tuple[Operation, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The bug as JSON shows it; operations as ``METHOD path``."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "description": self.description,
            "operations": [" ".join(operation) for operation in self.operations],
            "consequences": [" ".join(operation) for operation in self.consequences],
        }


ALL_BUGS = (
    Bug(
        "author_without_country",
        BugKind.RESPONSE_MISSES_FIELD,
        "Reading one author leaves out the required country.",
        (_READ_AUTHOR,),
        _AUTHOR_WRITES,
    ),
    Bug("price_as_text", BugKind.RESPONSE_TYPE, "Reading one book gives its price as a string.", (_READ_BOOK,), _BOOK_WRITES),
    Bug("cancelled_misspelt", BugKind.RESPONSE_ENUM, "A cancelled order says 'canceled', which is no status.", (_CANCEL_ORDER,)),
    Bug(
        "title_length_unchecked",
        BugKind.MAX_LENGTH,
        "A new book's title may be longer than the document allows.",
        (_CREATE_BOOK,),
    ),
    Bug("isbn_pattern_unchecked", BugKind.PATTERN, "Anything goes as an ISBN.", _BOOK_WRITES, _BOOK_READS),
    Bug("postcode_unchecked", BugKind.PATTERN, "Anything goes as a postcode.", (_CREATE_ORDER, _CHANGE_ORDER), _ORDER_READS),
    Bug("birthday_unchecked", BugKind.FORMAT, "Anything goes as a date of birth.", _AUTHOR_WRITES, (_READ_AUTHOR, _LIST_AUTHORS)),
    Bug("country_optional", BugKind.REQUIRED, "An author without a country is taken for a Chinese one.", (_CREATE_AUTHOR,)),
    Bug("null_stock_accepted", BugKind.NULL, "A stock of null is taken for 0.", _BOOK_WRITES),
    Bug("negative_price_accepted", BugKind.NUMBER_BOUND, "A price of zero or less is accepted.", _BOOK_WRITES),
    Bug(
        "any_quantity_accepted",
        BugKind.NUMBER_BOUND,
        "An order line may ask for zero or fewer copies.",
        (_CREATE_ORDER,),
        (*_ORDER_READS, _CHANGE_ORDER),
    ),
    Bug("any_genre_accepted", BugKind.ENUM, "A genre that is not on the list is accepted.", _BOOK_WRITES, _BOOK_READS),
    Bug("repeated_tags_accepted", BugKind.UNIQUE_ITEMS, "The same tag may be given twice.", _BOOK_WRITES),
    Bug(
        "extra_author_fields_accepted", BugKind.EXTRA_PROPERTIES, "Undocumented fields of an author are ignored.", _AUTHOR_WRITES
    ),
    Bug("limit_bound_unchecked", BugKind.QUERY_BOUND, "The list of books takes a limit over its maximum.", (_LIST_BOOKS,)),
    Bug(
        "book_update_lost",
        BugKind.UPDATE_LOST,
        "Replacing a book answers with the new values, but stores nothing.",
        (_REPLACE_BOOK,),
        (_READ_BOOK, _LIST_BOOKS),
    ),
    Bug(
        "cancel_not_kept",
        BugKind.UPDATE_LOST,
        "Cancelling an order answers 'cancelled', but the order stays placed.",
        (_CANCEL_ORDER,),
        (_READ_ORDER, _LIST_ORDERS),
    ),
    Bug(
        "patch_wipes_fields",
        BugKind.PATCH_WIPES,
        "Changing one field of a book resets its optional fields.",
        (_CHANGE_BOOK,),
        (_READ_BOOK,),
    ),
    Bug(
        "delete_keeps_book",
        BugKind.DELETE_IGNORED,
        "Deleting a book answers 204, but the book stays.",
        (_DELETE_BOOK,),
        (_READ_BOOK, _LIST_BOOKS, _DELETE_AUTHOR),
    ),
    Bug("note_dropped", BugKind.FIELD_DROPPED, "A new order loses its note.", (_CREATE_ORDER,), (_READ_ORDER,)),
    Bug(
        "created_author_unlisted",
        BugKind.NOT_LISTED,
        "A new author can be read, but is missing from the list.",
        (_CREATE_AUTHOR, _LIST_AUTHORS),
    ),
    Bug("author_change_unguarded", BugKind.AUTHENTICATION, "Anybody may change an author, without a token.", (_CHANGE_AUTHOR,)),
    Bug("any_token_lists_orders", BugKind.AUTHENTICATION, "The list of orders takes any bearer token.", (_LIST_ORDERS,)),
    Bug("order_shown_to_others", BugKind.OWNERSHIP, "Any user can read any order.", (_READ_ORDER,)),
    Bug(
        "unknown_book_shows_another",
        BugKind.UNKNOWN_ID,
        "Reading a book that does not exist shows another one.",
        (_READ_BOOK,),
        (_DELETE_BOOK,),
    ),
    Bug(
        "unknown_author_crashes",
        BugKind.SERVER_ERROR,
        "Reading an author that does not exist ends in a 500.",
        (_READ_AUTHOR, _BOOKS_OF_AUTHOR),
        (_DELETE_AUTHOR,),
    ),
    Bug("created_book_answered_200", BugKind.STATUS, "A new book is answered with 200 instead of 201.", (_CREATE_BOOK,)),
    Bug("authors_as_html", BugKind.MEDIA_TYPE, "The list of authors says that it is HTML.", (_LIST_AUTHORS,), (_CREATE_AUTHOR,)),
    Bug("total_header_missing", BugKind.HEADER, "The list of authors lacks X-Total-Count.", (_LIST_AUTHORS,)),
    Bug("location_missing", BugKind.HEADER, "A new order is answered without Location.", (_CREATE_ORDER,)),
    Bug("limit_ignored", BugKind.PAGING, "The list of authors gives everything, whatever the limit.", (_LIST_AUTHORS,)),
    Bug("offset_ignored", BugKind.PAGING, "The list of books always begins with the first.", (_LIST_BOOKS,), (_CREATE_BOOK,)),
    Bug("genre_filter_ignored", BugKind.FILTER, "The list of books does not filter by genre.", (_LIST_BOOKS,)),
    Bug("sort_reversed", BugKind.SORT, "The list of books is sorted the wrong way round.", (_LIST_BOOKS,)),
    Bug("duplicate_isbn_accepted", BugKind.UNIQUE_KEY, "A second book with the same ISBN is accepted.", (_CREATE_BOOK,)),
    Bug("unknown_author_accepted", BugKind.REFERENCE, "A book may name an author that does not exist.", _BOOK_WRITES),
    Bug(
        "author_with_books_deleted",
        BugKind.REFERENCE,
        "An author who still has books can be deleted.",
        (_DELETE_AUTHOR,),
        (*_BOOK_WRITES, _READ_AUTHOR),
    ),
)

DEMO_BUGS = ("author_without_country", "title_length_unchecked", "book_update_lost")
"""One response that breaks its schema, one constraint that is not enforced, one update that is not persisted."""


def bug_named(name: str) -> Bug:
    """The bug; ``ValueError`` where there is none of that name."""
    found = next((bug for bug in ALL_BUGS if bug.name == name), None)
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
