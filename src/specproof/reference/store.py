"""What the server remembers: records by collection, in the order of their creation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from specproof.openapi.schema import JsonObject


@dataclass(slots=True)
class Record:
    """One record. ``values`` is all that is known of it as JSON, its id and what is write-only included.

    ``key`` is its id as text, ``owner`` the name of the principal who made it ("" for nobody), ``parents`` the keys of the records above it,
    outermost first. ``version`` counts its changes from 1.
    """

    key: str
    collection: str
    values: JsonObject
    owner: str = ""
    parents: tuple[str, ...] = ()
    version: int = 1
    is_deleted: bool = False

    def copied(self) -> Record:
        """The record as it is now, not touched by later changes of this one's members."""
        return Record(self.key, self.collection, dict(self.values), self.owner, self.parents, self.version, self.is_deleted)


Place = tuple[tuple[str, ...], str]
"""Where a record lies in its collection: the keys of its parents, and its own."""


@dataclass(slots=True)
class Store:
    """All records. Records of different parents may have the same key, as visits 1 of two pets may.

    Deleted records stay findable by :meth:`deleted`, for servers that remember them.
    """

    _collections: dict[str, dict[Place, Record]] = field(default_factory=dict)
    _graves: dict[str, dict[Place, Record]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything, numbers too."""
        self._collections = {}
        self._graves = {}
        self._numbers = {}

    def begin_as(self, other: Store) -> None:
        """Forget everything but copies of the records of ``other``."""
        copy = other.copied()
        self._collections, self._graves, self._numbers = copy._collections, {}, copy._numbers

    def next_number(self, collection: str) -> int:
        """1, 2, 3 ... for each collection."""
        number = self._numbers.get(collection, 0) + 1
        self._numbers[collection] = number
        return number

    def add(self, record: Record) -> None:
        """Keep a record; one with the same key and parents is replaced."""
        self._collections.setdefault(record.collection, {})[record.parents, record.key] = record

    def get(self, collection: str, key: str, parents: tuple[str, ...] = ()) -> Record | None:
        """The record with that key below those parents."""
        records = self._collections.get(collection)
        return records.get((parents, key)) if records else None

    def anywhere(self, collection: str, key: str) -> Record | None:
        """The first record with that key, whatever its parents."""
        return next((record for record in self.all(collection) if record.key == key), None)

    def deleted(self, collection: str, key: str, parents: tuple[str, ...] = ()) -> Record | None:
        """A record that was once there."""
        return self._graves.get(collection, {}).get((parents, key))

    def all(self, collection: str) -> list[Record]:
        """Every record of a collection, oldest first, whatever its parents and owner."""
        return list(self._collections.get(collection, {}).values())

    def below(self, collection: str, parents: tuple[str, ...]) -> list[Record]:
        """Every record of a collection that has exactly those parents, oldest first."""
        return [record for record in self.all(collection) if record.parents == parents]

    def remove(self, record: Record) -> None:
        """Delete a record."""
        record.is_deleted = True
        place = (record.parents, record.key)
        records = self._collections.get(record.collection, {})
        if records.get(place) is record:
            del records[place]
            self._graves.setdefault(record.collection, {})[place] = record

    def collections(self) -> tuple[str, ...]:
        """The names of the collections that hold a record."""
        return tuple(name for name, records in self._collections.items() if records)

    def __iter__(self) -> Iterator[Record]:
        for records in self._collections.values():
            yield from records.values()

    def __len__(self) -> int:
        return sum(len(records) for records in self._collections.values())

    def copied(self) -> Store:
        """The same records, deleted ones too, each copied."""
        return Store(_copied(self._collections), _copied(self._graves), dict(self._numbers))


def _copied(collections: dict[str, dict[Place, Record]]) -> dict[str, dict[Place, Record]]:
    return {name: {place: record.copied() for place, record in records.items()} for name, records in collections.items()}
