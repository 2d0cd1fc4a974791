"""Resources in the making: which paths belong together, and what each operation there does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from specproof.openapi.model import Operation
from specproof.openapi.schema import Schema
from specproof.reference.containers import Container, answer_schema, body_schema, container_of
from specproof.reference.hierarchy import PARAMETER, Canon, Hierarchy, Place, canon_of, last_literal
from specproof.reference.identities import id_property
from specproof.reference.naming import kind_of, named, plain, words
from specproof.reference.roles import Role
from specproof.reference.shapes import Shapes

_CREATING_WORDS: Final = frozenset({"create", "add", "new", "register", "insert", "createwitharray", "createwithlist"})
_BY_METHOD: Final = {"GET": Role.READ, "PUT": Role.REPLACE, "PATCH": Role.PATCH, "DELETE": Role.DELETE, "POST": Role.ACTION}


@dataclass(slots=True, eq=False)
class Part:
    """One operation of a draft. ``lookup`` is the property by which it finds its record, where that is not the id."""

    operation: Operation
    role: Role
    container: Container | None
    lookup: str = ""


@dataclass(slots=True, eq=False)
class Draft:
    """One resource in the making. ``canon`` is its collection's path; a singleton has no items below."""

    canon: Canon
    item: Schema | None = None
    is_singleton: bool = False
    parts: list[Part] = field(default_factory=list)
    above: Draft | None = None
    is_shallow: bool = False
    """Whether records are made below those of another resource, and read by paths of their own."""

    @property
    def segment(self) -> str:
        """The collection's last segment that is no parameter."""
        return last_literal(self.canon)

    def first(self, role: Role) -> Part | None:
        """Its first operation of a role, the shortest path first."""
        return next((part for part in self.sorted_parts() if part.role is role), None)

    def sorted_parts(self) -> list[Part]:
        """Its operations: those of the shortest paths first, look-ups last."""
        return sorted(
            self.parts, key=lambda part: (bool(part.lookup), len(canon_of(part.operation.key.path)[0]), part.operation.key)
        )


class DraftReader:
    """Finds the resources of one document."""

    def __init__(self, tree: Hierarchy, shapes: Shapes) -> None:
        self._tree = tree
        self._shapes = shapes
        self.drafts: dict[Canon, Draft] = {}
        self._claimed: set[int] = set()

    def read(self) -> list[Draft]:
        """All drafts; every operation of the document is in at most one of them."""
        for canon in sorted(set(self._collections()), key=lambda canon: (len(canon), canon)):
            self._read_collection(canon)
        for place in self._tree.sorted():
            self._read_rest(place)
        self._join_shallow()
        return [draft for draft in self.drafts.values() if draft.parts]

    def _collections(self) -> Iterator[Canon]:
        for canon, place in self._tree.places.items():
            if canon and canon[-1] == PARAMETER:
                yield canon[:-1]
                continue
            listed = self._container(place.operation("GET"), canon, wants_list=True)
            if (listed is not None and self._shapes.of_schema(listed.item).is_object) or self._creates(place):
                yield canon

    def _container(self, operation: Operation | None, canon: Canon, *, wants_list: bool | None = None) -> Container | None:
        if operation is None:
            return None
        return container_of(self._shapes, answer_schema(operation), last_literal(canon), wants_list=wants_list)

    def _creates(self, place: Place) -> bool:
        """Whether a POST makes a record that nothing else shows to be one: 201, and an answer with an id."""
        operation = place.operation("POST")
        if operation is None or not any(response.status == "201" for response in operation.responses):
            return False
        made = self._container(operation, place.canon, wants_list=False)
        if made is None or not id_property(self._shapes, made.item, "", last_literal(place.canon)):
            return False
        record = self._tree.method(place.canon[:-1], "GET") if len(place.canon) > 1 else None
        above = self._container(record, place.canon[:-2], wants_list=False)
        return above is None or not self._shapes.same(above.item, made.item)

    def _read_collection(self, canon: Canon) -> None:
        own, items = self._tree.at(canon), self._tree.at((*canon, PARAMETER))
        wider = self.drafts.get(canon[:-1])
        if wider is not None and canon[-1:] != (PARAMETER,):
            if own is None and items is not None and self._read_lookup(wider, items):
                return
            if items is None and own is not None and self._read_sublist(wider, own):
                return
        draft = Draft(canon)
        if items is not None:
            for operation in items.operations:
                self._read_item(draft, operation)
        if own is not None:
            for operation in own.operations:
                self._read_own(draft, operation, has_items=items is not None)
        if draft.parts:
            draft.item = self._item_schema(draft)
            self._settle_posts(draft)
            self.drafts[canon] = draft

    def _read_lookup(self, wider: Draft, items: Place) -> bool:
        """``/pets/chip/{chip}`` shows one of ``/pets``."""
        operation = items.operation("GET")
        found = self._container(operation, wider.canon, wants_list=False)
        if operation is None or found is None or not self._shapes.same(found.item, wider.item):
            return False
        parameter = canon_of(operation.key.path)[1][-1]
        properties = self._shapes.of_schema(wider.item).properties
        lookup = named(properties, parameter) or named(properties, items.canon[-2])
        if not lookup:
            return False
        self._add(wider, operation, Role.READ, found, lookup)
        return True

    def _read_sublist(self, wider: Draft, own: Place) -> bool:
        """``/pets/findByStatus`` lists some of ``/pets``; ``/pets/add`` makes one."""
        operation = own.operation("GET")
        found = self._container(operation, wider.canon, wants_list=True)
        if operation is None or found is None or not self._shapes.same(found.item, wider.item):
            return False
        self._add(wider, operation, Role.LIST, found)
        return True

    def _read_item(self, draft: Draft, operation: Operation) -> None:
        role = _BY_METHOD.get(operation.key.method.value)
        if role is not None:
            self._add(draft, operation, role, self._container(operation, draft.canon))

    def _read_own(self, draft: Draft, operation: Operation, *, has_items: bool) -> None:
        method = operation.key.method.value
        listed = self._container(operation, draft.canon, wants_list=True)
        if method == "GET" and (listed is not None or answer_schema(operation) is None):
            if draft.canon[-1:] != (PARAMETER,) and (listed is not None or has_items):
                self._add(draft, operation, Role.LIST, listed)
        elif method == "POST" and draft.canon[-1:] != (PARAMETER,):
            self._add(draft, operation, Role.CREATE, self._container(operation, draft.canon, wants_list=False))
        elif method in {"PUT", "PATCH"} and has_items and draft.canon[-1:] != (PARAMETER,):
            role = Role.REPLACE if method == "PUT" else Role.PATCH
            self._add(draft, operation, role, self._container(operation, draft.canon, wants_list=False))

    def _settle_posts(self, draft: Draft) -> None:
        """``POST /pets/{petId}`` with part of a pet changes it, where nothing else does."""
        shape = self._shapes.of_schema(draft.item)
        for part in draft.parts:
            if part.role is Role.ACTION and draft.first(Role.PATCH) is None:
                sent = self._shapes.of_schema(body_schema(part.operation)).properties
                known = {plain(name) for name in shape.properties}
                if sent and all(plain(name) in known for name in sent):
                    part.role = Role.PATCH

    def _item_schema(self, draft: Draft) -> Schema | None:
        for role in (Role.READ, Role.CREATE, Role.REPLACE, Role.PATCH, Role.LIST):
            for part in draft.parts:
                if part.role is role and part.container is not None and self._is_record(part.container.item):
                    return part.container.item
        for role in (Role.CREATE, Role.REPLACE, Role.PATCH):
            for part in draft.parts:
                sent = container_of(self._shapes, body_schema(part.operation), draft.segment) if part.role is role else None
                if sent is not None and self._is_record(sent.item):
                    return sent.item
        return None

    def _is_record(self, schema: Schema | None) -> bool:
        return bool(self._shapes.of_schema(schema).properties)

    def _add(self, draft: Draft, operation: Operation, role: Role, container: Container | None, lookup: str = "") -> None:
        if id(operation) not in self._claimed:
            self._claimed.add(id(operation))
            draft.parts.append(Part(operation, role, container, lookup))

    def _read_rest(self, place: Place) -> None:
        """What is no collection: verbs and singletons, below a record or at the top; another way to make a record."""
        rest = [operation for operation in place.operations if id(operation) not in self._claimed]
        if not rest or not place.canon:
            return
        wider = self.drafts.get(place.canon[:-1])
        if wider is not None and not wider.is_singleton:
            rest = [operation for operation in rest if not self._read_other_create(wider, operation, place)]
        above = self.nearest(place.canon)
        read = place.operation("GET")
        shown = self._container(read, place.canon, wants_list=False) if read in rest else None
        writes = {operation.key.method.value for operation in rest} & {"PUT", "PATCH"}
        if shown is not None and self._is_record(shown.item) and (above is not None or writes):
            if above is not None and not writes and self._shapes.same(shown.item, above.item):
                self._add(above, rest[0], Role.READ, shown)
                return
            self.drafts[place.canon] = self._singleton(place, rest, shown.item, above)
            return
        for operation in rest:
            if above is not None:
                self._add(above, operation, Role.ACTION, self._container(operation, above.canon, wants_list=False))

    def _singleton(self, place: Place, rest: list[Operation], item: Schema | None, above: Draft | None) -> Draft:
        draft = Draft(place.canon, item, is_singleton=True, above=above)
        for operation in rest:
            method = operation.key.method.value
            role = {
                "GET": Role.SINGLETON_READ,
                "PUT": Role.SINGLETON_WRITE,
                "PATCH": Role.SINGLETON_WRITE,
                "POST": Role.SINGLETON_WRITE,
                "DELETE": Role.DELETE,
            }.get(method)
            if role is not None:
                self._add(draft, operation, role, self._container(operation, place.canon, wants_list=False))
        return draft

    def _read_other_create(self, wider: Draft, operation: Operation, place: Place) -> bool:
        name = plain(place.canon[-1])
        if operation.key.method.value != "POST" or not (name in _CREATING_WORDS or words(name)[:1] == ("create",)):
            return False
        sent = container_of(self._shapes, body_schema(operation), wider.segment)
        if sent is None or not self._shapes.same(sent.item, wider.item):
            return False
        self._add(wider, operation, Role.CREATE, self._container(operation, wider.canon))
        return True

    def nearest(self, canon: Canon) -> Draft | None:
        """The resource whose record is the nearest one above ``canon``."""
        for length in range(len(canon) - 1, 0, -1):
            if canon[length - 1] == PARAMETER and canon[: length - 1] in self.drafts:
                return self.drafts[canon[: length - 1]]
        return None

    def _join_shallow(self) -> None:
        """``/owners/{ownerId}/pets`` without items of its own makes and lists records of ``/pets/{petId}``."""
        for draft in list(self.drafts.values()):
            draft.above = draft.above or self.nearest(draft.canon)
        for canon, draft in list(self.drafts.items()):
            if draft.is_singleton or PARAMETER not in canon or self._tree.at((*canon, PARAMETER)) is not None:
                continue
            home = next((other for other in self.drafts.values() if self._is_home(other, draft)), None)
            if home is not None:
                home.parts += draft.parts
                home.above = home.above or draft.above
                home.is_shallow = True
                del self.drafts[canon]

    def _is_home(self, other: Draft, draft: Draft) -> bool:
        return (
            other is not draft
            and not other.is_singleton
            and len(other.canon) < len(draft.canon)
            and other is not draft.above
            and kind_of(other.segment) == kind_of(draft.segment)
            and self._shapes.same(other.item, draft.item)
        )
