"""What a bug is, and the operations that bugs are blamed on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Operation = tuple[str, str]
"""Method and path as the document writes them: ``("GET", "/books/{book_id}")``."""

READ_HEALTH = ("GET", "/health")
LIST_AUTHORS = ("GET", "/authors")
CREATE_AUTHOR = ("POST", "/authors")
READ_AUTHOR = ("GET", "/authors/{author_id}")
REPLACE_AUTHOR = ("PUT", "/authors/{author_id}")
CHANGE_AUTHOR = ("PATCH", "/authors/{author_id}")
DELETE_AUTHOR = ("DELETE", "/authors/{author_id}")
BOOKS_OF_AUTHOR = ("GET", "/authors/{author_id}/books")
LIST_BOOKS = ("GET", "/books")
CREATE_BOOK = ("POST", "/books")
READ_BOOK = ("GET", "/books/{book_id}")
READ_ISBN = ("GET", "/books/isbn/{isbn}")
REPLACE_BOOK = ("PUT", "/books/{book_id}")
CHANGE_BOOK = ("PATCH", "/books/{book_id}")
DELETE_BOOK = ("DELETE", "/books/{book_id}")
LIST_ORDERS = ("GET", "/orders")
CREATE_ORDER = ("POST", "/orders")
READ_ORDER = ("GET", "/orders/{order_id}")
CHANGE_ORDER = ("PATCH", "/orders/{order_id}")
DELETE_ORDER = ("DELETE", "/orders/{order_id}")
CANCEL_ORDER = ("POST", "/orders/{order_id}/cancel")

AUTHOR_WRITES = (CREATE_AUTHOR, REPLACE_AUTHOR, CHANGE_AUTHOR)
BOOK_WRITES = (CREATE_BOOK, REPLACE_BOOK, CHANGE_BOOK)
SECURED = (
    *AUTHOR_WRITES,
    DELETE_AUTHOR,
    *BOOK_WRITES,
    DELETE_BOOK,
    LIST_ORDERS,
    CREATE_ORDER,
    READ_ORDER,
    CHANGE_ORDER,
    DELETE_ORDER,
    CANCEL_ORDER,
)
ORDER_READS = (READ_ORDER, LIST_ORDERS, CANCEL_ORDER)
BOOK_READS = (READ_BOOK, READ_ISBN, LIST_BOOKS, BOOKS_OF_AUTHOR)


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug. A correct report blames at least one of ``operations`` and, for this bug, none beside them and ``consequences``.

    ``consequences`` are healthy operations that may turn red because the wrong one goes before them or is what they are compared with.
    """

    name: str
    kind: StrEnum
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
