"""Who can bring a value that a request needs: the edges from a resource that makes records to the slots that name them.

Slots are path parameters, query parameters and body properties. Among create operations the edges are a graph without cycles: required
ones are kept before optional ones, and what would close a circle is cut, in an order that depends on names alone.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.effects import ends_records, is_safe, is_verb
from specproof.generators.reading.more_creates import made_place
from specproof.generators.reading.resources import HOLE, PREFIXES, Resource, ResourceModel, Role, is_hole, normalised
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.words import ID_WORDS, id_stem, ids_stem, same_words, tokens
from specproof.openapi.model import Operation, OperationKey, Parameter
from specproof.openapi.schema import Schema
from specproof.openapi.vocabulary import ParameterLocation

DEEPEST = 4
MOST_SLOTS = 400
_VERSION = re.compile(r"v?\d[\d.]*")


@dataclass(frozen=True, slots=True)
class Reference:
    """A slot that names a record of another resource.

    ``pointer`` lies in the request body with ``*`` for every item of an array (``/lines/*/pet_id``); ``is_list`` where the slot holds
    several ids. ``is_cut``: the record cannot be made first, because it needs this one.
    """

    pointer: str
    resource: Resource
    is_required: bool
    is_list: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A scalar place of a body: its pointer, its shape (of one item, where it ``is_list``)."""

    pointer: str
    shape: Shape
    is_required: bool
    is_list: bool


@dataclass(frozen=True, slots=True)
class Producers:
    """All edges of a document."""

    model: ResourceModel
    _cut: frozenset[tuple[OperationKey, str]] = field(default=frozenset(), repr=False)
    _paths: dict[tuple[OperationKey, str], tuple[Resource, str, bool] | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    _queries: dict[int, tuple[Parameter, Resource | None]] = field(default_factory=dict, repr=False, compare=False)
    """By the id of a parameter, which is kept beside the answer: so the id stays taken."""
    _bodies: dict[OperationKey, tuple[Reference, ...]] = field(default_factory=dict, repr=False, compare=False)

    def of_path(self, operation: Operation, parameter: Parameter) -> tuple[Resource, str, bool] | None:
        """Whose record a path parameter names: the resource, the pointer of the value, and whether it stands in the *sent* body.

        None if no operation can bring it.
        """
        key = (operation.key, parameter.name.raw())
        if key not in self._paths:
            self._paths[key] = self._of_path(operation, parameter)
        return self._paths[key]

    def _of_path(self, operation: Operation, parameter: Parameter) -> tuple[Resource, str, bool] | None:
        name = parameter.name.raw()
        found = path_owner(self.model, operation.key.path, name)
        if found is not None and found.identity is not None:
            return found, found.identity.pointer, found.identity.sent
        named = matching_resource(self.model, name, shape_of(parameter.schema), is_path=True)
        if named is not None and not self.shares_ids(operation, named):
            return None
        if named is not None and named.identity is not None:
            return named, named.identity.pointer, named.identity.sent
        return self._by_property(operation, name)

    def _by_property(self, operation: Operation, name: str) -> tuple[Resource, str, bool] | None:
        """``/users/by-name/{username}``: a property of a record of an enclosing collection."""
        path = normalised(operation.key.path)
        for resource in self.model.makers:
            if resource.record is None or not path.startswith(resource.collection + "/"):
                continue
            for found, schema in resource.record.shape.properties.items():
                if tokens(found) == tokens(name) and shape_of(schema).is_scalar:
                    return resource, resource.record.pointer_to(found), False
        return None

    def of_query(self, parameter: Parameter) -> Resource | None:
        """Whose record's id a query parameter takes, else None."""
        known = self._queries.get(id(parameter))
        if known is None:
            found = matching_resource(self.model, parameter.name.raw(), shape_of(parameter.schema))
            known = self._queries[id(parameter)] = (parameter, found)
        return known[1]

    def of_body(self, operation: Operation) -> tuple[Reference, ...]:
        """The slots of an operation's JSON body, in order of their pointers."""
        if not self.model.makers:
            return ()
        if operation.key not in self._bodies:
            self._bodies[operation.key] = self._of_body(operation)
        return self._bodies[operation.key]

    def _of_body(self, operation: Operation) -> tuple[Reference, ...]:
        return tuple(
            Reference(slot.pointer, slot.resource, slot.is_required, slot.is_list, (operation.key, slot.pointer) in self._cut)
            for slot in (*_body_references(self.model, request_schema(operation)), *self._own_ids(operation))
            if self.shares_ids(operation, slot.resource)
        )

    def shares_ids(self, operation: Operation, resource: Resource) -> bool:
        """Whether what ``operation`` changes by an id is known by the ids of ``resource``.

        ``/blog/comments`` and ``/forum/comments`` number their comments apart: number 3 of the one is somebody else's in the other. Reads
        may ask with it, and ids that nothing else has (UUIDs, what the client chose) may go anywhere; so may what a link leads to.
        """
        identity, create = resource.identity, resource.create
        if is_safe(operation) or operation.key in resource.roles or identity is None or create is None:
            return True
        is_unique = identity.shape.format in {"uuid", "guid"} or (identity.sent and not identity.shape.is_numeric)
        if is_unique or any(link.target == operation.key for response in create.responses for link in response.links):
            return True
        above = [one.name.raw() for one in operation.parameters_in(ParameterLocation.PATH)]
        made = frozenset(name for name in above if path_owner(self.model, operation.key.path, name) is not None)
        return not _is_elsewhere(operation, resource, made)

    def _own_ids(self, operation: Operation) -> Iterator[Reference]:
        """``POST /members/batch-delete`` with ``ids``, ``PUT /pet`` with ``id``: the records of the operation's own resource."""
        own = self.model.of(operation.key)
        is_by_body = own.roles[operation.key] is Role.REPLACE and HOLE not in normalised(operation.key.path)
        if made_place(own, operation) is not None:
            return
        is_asked = own.roles[operation.key] in {Role.ACTION, Role.DELETE} or is_by_body
        if not is_asked or not own.can_be_made or own.identity is None:
            return
        for slot in id_slots(operation):
            if _same_kind(slot.shape, own.identity.shape):
                yield Reference(slot.pointer, own, slot.is_required, slot.is_list)

    def orphans(self, operation: Operation) -> frozenset[str]:
        """Optional id-like body properties (pointers) that no resource can fill: better left out than invented."""
        return frozenset(_orphans(self.model, request_schema(operation)))


def _is_elsewhere(operation: Operation, resource: Resource, made: Set[str]) -> bool:
    """Whether the path of an operation leads to another collection of the same name; of what ends records, also to other places.

    What lies below records that are ``made`` is another view of the same: ``/owners/{id}/pets`` holds pets of ``/pets``.
    """
    places = [segment for segment in resource.collection.split("/") if segment]
    if not places:
        return False
    path, above = [segment for segment in operation.key.path.split("/") if segment], _literal(places[:-1])
    for index, segment in enumerate(path):
        if "{" not in segment and same_words(tokens(segment), tokens(places[-1])) and HOLE not in places:
            holes = [one[1:-1] for one in path[:index] if is_hole(one)]
            return not all(one in made for one in holes) if holes else _literal(path[:index]) != above
    return ends_records(operation) and HOLE not in places and bool(above) and _literal(path)[: len(above)] != above


def _literal(path: list[str]) -> list[str]:
    """The segments that say where something lies: without prefixes of a version, and without words of what is done."""
    return [
        one for one in path if "{" not in one and one.lower() not in PREFIXES and not _VERSION.fullmatch(one) and not is_verb(one)
    ]


def build_producers(model: ResourceModel) -> Producers:
    """The edges of a document, cycles cut."""
    edges: list[tuple[bool, OperationKey, str, str, str]] = []
    reached: dict[str, set[str]] = {}
    for resource in model.resources:
        for key, role in resource.roles.items():
            operation = resource.operations[key]
            if role is not Role.CREATE and operation is not resource.create:
                continue
            for owner in path_owners(model, operation):
                reached.setdefault(resource.collection, set()).add(owner.collection)
            edges += [
                (not slot.is_required, key, slot.pointer, resource.collection, slot.resource.collection)
                for slot in _body_references(model, request_schema(operation))
            ]
    cut: set[tuple[OperationKey, str]] = set()
    for _, key, pointer, consumer, producer in sorted(edges):
        if _leads(reached, producer, consumer):
            cut.add((key, pointer))
        else:
            reached.setdefault(consumer, set()).add(producer)
    return Producers(model, frozenset(cut))


def _leads(reached: Mapping[str, set[str]], start: str, goal: str) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        current = waiting.pop()
        if current == goal:
            return True
        fresh = reached.get(current, set()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return False


def path_owner(model: ResourceModel, path: str, parameter: str) -> Resource | None:
    """The resource whose items ``{parameter}`` picks in ``path``, if its records can be made."""
    segments = [segment for segment in path.split("/") if segment]
    for index, segment in enumerate(segments):
        if is_hole(segment) and segment[1:-1] == parameter:
            found = model.at(normalised("/".join(segments[:index])))
            return found if found is not None and found.can_be_made else None
    return None


def path_owners(model: ResourceModel, operation: Operation) -> tuple[Resource, ...]:
    """The resources of all path parameters of an operation, outermost first."""
    names = [parameter.name.raw() for parameter in operation.parameters_in(ParameterLocation.PATH)]
    found = [owner for name in names if (owner := path_owner(model, operation.key.path, name)) is not None]
    return tuple(sorted(found, key=lambda resource: resource.collection.count("/")))


def matching_resource(model: ResourceModel, name: str, shape: Shape, *, is_path: bool = False) -> Resource | None:
    """The resource that a slot names: ``owner_id``, ``ownerId``, ``owner``; with a type that fits. None if none or several fit."""
    if shape.enum or not (shape.is_scalar or is_path):
        return None
    # Whatever part of the name fits a resource, its last word is the resource's: nobody else needs to be asked.
    asked = model.makers_called((*tokens(name), *(id_stem(name) or ())[-1:]))
    scored = [(score, resource) for resource in asked if (score := _match(name, shape, resource, is_path=is_path)) > 0]
    if not scored:
        return None
    best = max(score for score, _ in scored)
    winners = [resource for score, resource in scored if score == best]
    return min(winners, key=lambda resource: (resource.collection.count("/"), resource.collection))


def _match(name: str, shape: Shape, resource: Resource, *, is_path: bool) -> int:
    """How well a slot's name fits a resource: 3 the whole name, 2 its end (``main_owner_id``), 1 the bare noun; 0 not at all."""
    if resource.identity is None or not (is_path or _same_kind(shape, resource.identity.shape)):
        return 0
    words, own = tokens(name), resource.words
    stem = id_stem(name)
    key = tokens(resource.identity.name)
    if not stem and len(words) > len(key) > 0 and words[-len(key) :] == key:
        stem = words[: -len(key)]
    if stem and own:
        if same_words(stem, own):
            return 3
        if len(stem) > len(own) and same_words(stem[-len(own) :], own):
            return 2
    is_bare = same_words(words, own) and (shape.types == {"integer"} or shape.format in {"uuid", "guid"})
    return 1 if is_bare else 0


def id_slots(operation: Operation) -> Iterator[Slot]:
    """The members of an operation's body that name the records it works on: ``id`` and ``ids``, nothing more."""
    for slot in _slots(request_schema(operation), 0):
        words = tokens(slot.pointer)
        if len(words) == 1 and not slot.shape.enum and words[0].removesuffix("s") in ID_WORDS:
            yield slot


def _same_kind(slot: Shape, identity: Shape) -> bool:
    if slot.types and identity.types and not slot.types & identity.types:
        return False
    return not (slot.format in {"uuid", "guid"} and identity.format and identity.format not in {"uuid", "guid"})


def _body_references(model: ResourceModel, schema: Schema | None) -> Iterator[Reference]:
    for slot in sorted(_slots(schema, DEEPEST), key=lambda slot: slot.pointer):
        name = slot.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        if slot.is_list:
            stem = ids_stem(name)
            name = "_".join((*stem, "id")) if stem else name
        found = matching_resource(model, name, slot.shape)
        if found is not None:
            yield Reference(slot.pointer, found, slot.is_required, slot.is_list)


def _orphans(model: ResourceModel, schema: Schema | None) -> Iterator[str]:
    for slot in _slots(schema, 1):
        name, shape = slot.pointer.rpartition("/")[2], slot.shape
        looks_like = bool(id_stem(name)) and (shape.types == {"integer"} or shape.format in {"uuid", "guid"})
        is_free = not (slot.is_required or slot.is_list or shape.enum or shape.has_example)
        if looks_like and is_free and matching_resource(model, name, shape) is None:
            yield slot.pointer


def _slots(schema: Schema | None, depth: int) -> Iterator[Slot]:
    """The scalar properties of a body, nested ones too, level by level; at most some hundred, and never twice into one reference."""
    waiting: deque[tuple[Schema, str, int, frozenset[str]]] = deque([(schema, "", depth, frozenset())] if schema else [])
    looked_at = 0
    while waiting and looked_at < MOST_SLOTS:
        current, prefix, left, seen = waiting.popleft()
        shape = shape_of(current)
        for name, child in shape.properties.items():
            looked_at += 1
            inner = shape_of(child)
            pointer, is_required = f"{prefix}/{escape(name)}", name in shape.required
            if inner.is_read_only:
                continue
            below, suffix = (inner.items, "/*") if inner.is_array else (child, "")
            item = shape_of(below) if inner.is_array else inner
            if item.is_scalar:
                yield Slot(pointer, item, is_required, inner.is_array)
            elif item.is_object and left > 0 and below is not None and item.reference not in seen:
                entered = seen | {item.reference} if item.reference else seen
                waiting.append((below, pointer + suffix, left - 1, entered))
