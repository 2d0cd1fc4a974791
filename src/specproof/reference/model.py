"""Everything that is derived once from a specification and shared by all servers of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specproof.openapi.model import ApiSpec, OperationKey
from specproof.reference.readings import Reading
from specproof.reference.resources import Resource

if TYPE_CHECKING:
    from specproof.reference.contracts import RequestContract


class ReferenceModel:
    """One specification, read. It never changes; what is compiled lazily is the same whenever it is compiled."""

    spec: ApiSpec
    resources: tuple[Resource, ...]
    readings: tuple[Reading, ...]

    def reading(self, key: OperationKey) -> Reading:
        """How the operation was read. Raises ``KeyError`` for one that the document has not."""
        raise NotImplementedError

    def contract(self, key: OperationKey) -> RequestContract:
        """What requests of the operation have to satisfy; compiled once."""
        raise NotImplementedError
