"""What a document says of its records: resources, read off the hierarchy of paths and the schemas of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specproof.openapi.model import Operation, OperationKey
from specproof.openapi.schema import Schema
from specproof.reference.roles import Role


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that leaves only the records whose ``property`` compares with its value.

    ``comparison`` is ``equal``, ``least``, ``most``, ``above``, ``below``, ``present`` or ``contains``. ``contains`` with no property
    looks into all texts; ``present`` asks whether there is a value that is neither null, empty nor 0.
    """

    parameter: str
    property: str
    comparison: str = "equal"


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list answers: which parameters page, filter and sort it, and where in the answer the items and their number stand.

    Names of parameters are "" where the operation has none of the kind. ``items`` and ``total`` are the property names that lead to them
    from the top of the answer; ``items`` is empty where the answer is the list itself, ``total`` where the answer does not say it.
    """

    limit: str = ""
    default_limit: int | None = None
    maximum: int | None = None
    most_items: int | None = None
    """The most items that the answer's schema allows."""
    offset: str = ""
    page: str = ""
    first_page: int = 1
    cursor: str = ""
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    direction: str = ""
    sortable: tuple[str, ...] = ()
    """The properties that ``sort`` may name: those of its enum, else all of the items'."""
    items: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    total_header: str = ""
    """Lower-case, as ``x-total-count``."""

    @property
    def is_paged(self) -> bool:
        """Whether a caller can ask for part of the list."""
        return bool(self.limit or self.offset or self.page or self.cursor)


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One kind of record. Two resources are the same only if they are one object.

    ``name`` is the collection's path, which also names the collection in the store; ``item_paths`` are the path templates of one record, those
    of look-ups among them. ``item_schema`` is the record as answers show it, without any wrapper. ``id_property`` is the member that is
    the record's id, "" where it shows none; ``unique_keys`` are the members that no two records share, the id left out.
    """

    name: str
    collection_path: str
    item_paths: tuple[str, ...]
    item_schema: Schema | None
    id_property: str
    id_parameter: str
    operations: Mapping[Role, tuple[Operation, ...]] = field(repr=False)
    parent: Resource | None = None
    unique_keys: tuple[str, ...] = ()
    is_owned: bool = False
    """Whether a record is there only for the principal who made it."""
    chooses_id: bool = False
    """Whether the client sends the id of a new record."""
    parent_count: int = 0
    """How many parameters stand before the record's own in its path."""
    is_shallow: bool = False
    """Whether its records are made below others and yet have paths of their own."""
    is_singleton: bool = False
    """Whether there is one record only: ``/settings``."""

    def operation(self, role: Role) -> Operation | None:
        """The first operation of that role, the shortest path first."""
        found = self.operations.get(role, ())
        return found[0] if found else None

    @property
    def is_made(self) -> bool:
        """Whether clients can make its records."""
        replacements = self.operations.get(Role.REPLACE, ())
        return Role.CREATE in self.operations or any(r.status == "201" for each in replacements for r in each.responses)

    @property
    def is_populated(self) -> bool:
        """Whether the records that there are can be known: clients make them, or a list shows them."""
        return self.is_singleton or self.is_made or Role.LIST in self.operations

    @property
    def is_seeded(self) -> bool:
        """Whether the server has records from the beginning: there are reads that may fail, and nobody can make one."""
        may_miss = any(r.status in {"404", "4XX"} for each in self.operations.get(Role.READ, ()) for r in each.responses)
        return not self.is_singleton and not self.is_made and (may_miss or Role.LIST in self.operations)

    @property
    def keys(self) -> tuple[OperationKey, ...]:
        """The identities of all its operations."""
        return tuple(operation.key for found in self.operations.values() for operation in found)

    @property
    def depth(self) -> int:
        """How many resources stand above it."""
        return self.parent.depth + 1 if self.parent else 0
