"""What an operation does to the records of a resource."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The part that an operation plays for its resource."""

    LIST = "list"
    CREATE = "create"
    READ = "read"
    REPLACE = "replace"
    PATCH = "patch"
    DELETE = "delete"
    ACTION = "action"
    """A verb below one record: ``POST /pets/{petId}/adopt``."""
    SINGLETON_READ = "singleton_read"
    SINGLETON_WRITE = "singleton_write"
    OTHER = "other"
    """Anything else: answered by a valid value, without a record."""

    @property
    def takes_record(self) -> bool:
        """Whether the operation addresses one record that has to exist."""
        return self in _ON_RECORDS

    @property
    def is_write(self) -> bool:
        """Whether the operation may change what is stored."""
        return self in _WRITES


_ON_RECORDS = frozenset({Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE, Role.ACTION})
_WRITES = frozenset({Role.CREATE, Role.REPLACE, Role.PATCH, Role.DELETE, Role.ACTION, Role.SINGLETON_WRITE})
