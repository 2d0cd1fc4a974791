"""How one operation was read: its role, the records that it works on, what is compiled of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from specproof.openapi.model import Operation, OperationKey
from specproof.openapi.schema import Schema
from specproof.reference.resources import Listing, Resource
from specproof.reference.roles import Role


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One operation and its place.

    ``key_parameter`` is the path parameter that holds the record's key, ``parent_parameters`` those that hold the keys of the records above,
    outermost first. ``lookup`` is the property by which a record is looked up, "" where that is the id. ``container`` are the property
    names that lead from the top of a successful answer to the record or list; empty where the answer is that itself.
    """

    operation: Operation
    role: Role
    resource: Resource | None = None
    key_parameter: str = ""
    parent_parameters: tuple[str, ...] = ()
    lookup: str = ""
    key_in_body: str = ""
    """The member of the body that holds the key, for ``PUT /pets`` without an id in its path."""
    listing: Listing = field(default_factory=Listing)
    container: tuple[str, ...] = ()
    body_container: tuple[str, ...] = ()
    """The same for the request's body."""
    shows_record: bool = False
    """Whether a successful answer shows the record (or, of a list, records) of the resource."""
    shows_list: bool = False
    """Whether that answer is a list, of one record where the operation is not a list itself."""
    body_is_list: bool = False
    """Whether the request's body holds several records."""
    answered_item: Schema | None = None
    """The schema of the record in the answer, which may show less than the resource's own."""
    foreign: tuple[tuple[str, str], ...] = ()
    """Path parameters and the members of the record that hold their values."""
    ancestors: tuple[tuple[Resource, int], ...] = ()
    """Resources above the record, each with the index of its key in ``parent_parameters``."""
    is_secured: bool = False
    """Whether a credential is needed."""

    @property
    def key(self) -> OperationKey:
        """The operation's identity."""
        return self.operation.key
