"""The resource model: which operations speak of the same kind of record, and what part each of them plays.

Read from paths and schemas alone, never from the document's order. A resource is a *collection path* (``/owners/{}/pets``): what
stands below it with one parameter more is an item of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from specproof.generators.naming import digest, identifier, slug
from specproof.generators.reading.answers import RecordPlace, list_of, record_of, request_schema, success_schema
from specproof.generators.reading.effects import SAFE, is_safe
from specproof.generators.reading.identities import identity_place, names_the_same, never_fits, sent_identity, tells_of_a_job
from specproof.generators.reading.shapes import Shape, shape_of
from specproof.generators.words import ID_WORDS, singular, singulars, tokens
from specproof.openapi.model import Operation, OperationKey
from specproof.openapi.vocabulary import Method, ParameterLocation

HOLE = "{}"
PREFIXES = frozenset({"api", "apis", "rest", "public", "v"})


class Role(StrEnum):
    """What an operation does to its resource."""

    LIST = "list"
    CREATE = "create"
    READ = "read"
    REPLACE = "replace"
    PATCH = "patch"
    DELETE = "delete"
    ACTION = "action"
    SINGLETON = "singleton"


_ITEM_ROLES = {Method.GET: Role.READ, Method.PUT: Role.REPLACE, Method.PATCH: Role.PATCH, Method.DELETE: Role.DELETE}


@dataclass(frozen=True, slots=True)
class Identity:
    """How a record is known: where its id stands in the answer (or, with ``sent``, in the body) of its create operation.

    A ``pointer`` like ``{id}`` is that path parameter of the create: where a PUT registers a record under an id that nothing else says.
    """

    pointer: str
    name: str
    shape: Shape
    sent: bool = False


@dataclass(frozen=True)  # No slots: what is read out of it is kept, because every step of every case asks.
class Resource:
    """One kind of record.

    ``collection`` is its collection path with ``{}`` for parameters. ``slug`` names its module, ``record_name`` one record of it; both are
    ASCII identifiers, unique. ``words`` are the words of its name. ``lists`` are all operations that list it, nested ones too.
    """

    collection: str
    slug: str
    record_name: str
    words: tuple[str, ...]
    roles: Mapping[OperationKey, Role]
    operations: Mapping[OperationKey, Operation]
    identity: Identity | None = None
    record: RecordPlace | None = None
    """The record in the answer of ``create``."""
    players: Mapping[Role, Operation] = field(default_factory=dict, repr=False)
    """For each role the operation that plays it; the one on the shortest path where several do."""
    is_registered: bool = False
    """Whether records are made by the PUT on their path although there is a POST: its answer does not tell the new record's id."""

    def first(self, role: Role) -> Operation | None:
        """The operation that plays ``role``, else None."""
        return self.players.get(role)

    @cached_property
    def create(self) -> Operation | None:
        """The operation that makes a record: a POST, else the PUT that registers one under an id of the client's choice."""
        return self._registration if self.has_client_ids else self.first(Role.CREATE)

    @cached_property
    def has_client_ids(self) -> bool:
        """Whether records are made by a PUT on the path of the new record (documented by 201)."""
        return self._registration is not None and (self.is_registered or self.first(Role.CREATE) is None)

    @property
    def _registration(self) -> Operation | None:
        put = self.first(Role.REPLACE)
        return put if put is not None and creates_by_put(put) else None

    @cached_property
    def can_be_made(self) -> bool:
        """Whether a record can be made and found again."""
        return self.create is not None and self.identity is not None


@dataclass(frozen=True, slots=True)
class ResourceModel:
    """All resources of a document, in order of their collection paths."""

    resources: tuple[Resource, ...]
    _by_operation: Mapping[OperationKey, Resource] = field(repr=False)
    _by_collection: Mapping[str, Resource] = field(repr=False)
    makers: tuple[Resource, ...] = ()
    """The resources whose records can be made and found again."""
    _by_noun: Mapping[str, tuple[Resource, ...]] = field(default_factory=dict, repr=False)
    """The makers by each singular that the last word of their name may have."""

    def of(self, key: OperationKey) -> Resource:
        """The resource of an operation."""
        return self._by_operation[key]

    def role_of(self, key: OperationKey) -> Role:
        """The part that an operation plays in its resource."""
        return self._by_operation[key].roles[key]

    def makers_called(self, words: Iterable[str]) -> Iterable[Resource]:
        """The makers whose name may end with one of ``words``, in singular or plural; each once, in no order that means anything."""
        singulars_of = {one for word in words for one in singulars(word)}
        return {maker.collection: maker for one in singulars_of for maker in self._by_noun.get(one, ())}.values()

    def at(self, collection: str) -> Resource | None:
        """The resource of a collection path, else None."""
        return self._by_collection.get(collection)


def normalised(path: str) -> str:
    """A path with ``{}`` for each parameter and without a trailing slash."""
    return "/" + "/".join(HOLE if is_hole(segment) else segment for segment in path.split("/") if segment)


def creates_by_put(operation: Operation) -> bool:
    """Whether a PUT on the path of one record makes it if it is not there: the document says 201."""
    is_item = is_hole(operation.key.path.rstrip("/").rpartition("/")[2])
    return operation.key.method is Method.PUT and is_item and any(one.status == "201" for one in operation.responses)


def is_hole(segment: str) -> bool:
    """Whether a path segment is one parameter and nothing else."""
    return segment.startswith("{") and segment.endswith("}") and segment.count("{") == 1


def build_resources(operations: Iterable[Operation]) -> ResourceModel:
    """The resource model of these operations; the same for any order of them."""
    ordered = sorted(operations, key=lambda operation: operation.key)
    paths = _Paths.of(ordered)
    members: dict[str, list[tuple[Operation, Role]]] = defaultdict(list)
    for operation in ordered:
        collection, role = paths.place(operation)
        # ``GET /users/remove/{id}`` shows no user.
        role = Role.ACTION if operation.key.method in SAFE and not is_safe(operation) else role
        members[collection].append((operation, role))
    slugs = _slugs(members)
    names = _record_names(slugs)
    resources = tuple(
        _identified(_resource(collection, slugs[collection], names[collection], members[collection]))
        for collection in sorted(members)
    )
    makers = tuple(resource for resource in resources if resource.can_be_made)
    by_noun: dict[str, list[Resource]] = defaultdict(list)
    for maker in makers:
        for noun in singulars(maker.words[-1]) if maker.words else ():
            by_noun[noun].append(maker)
    return ResourceModel(
        resources,
        {key: resource for resource in resources for key in resource.roles},
        {resource.collection: resource for resource in resources},
        makers,
        {noun: tuple(found) for noun, found in by_noun.items()},
    )


@dataclass(frozen=True, slots=True)
class _Paths:
    """What all paths together say: which of them are collections."""

    methods: Mapping[str, frozenset[Method]]
    item_collections: frozenset[str]
    listed: frozenset[str]

    @classmethod
    def of(cls, operations: list[Operation]) -> _Paths:
        methods: dict[str, set[Method]] = defaultdict(set)
        collections: set[str] = set()
        listed: set[str] = set()
        for operation in operations:
            path = normalised(operation.key.path)
            methods[path].add(operation.key.method)
            if path.endswith("/" + HOLE) and path.count("/") > 1:
                collections.add(path[: -len(HOLE) - 1])
            if operation.key.method is Method.GET and list_of(success_schema(operation)) is not None:
                listed.add(path)
        return cls({path: frozenset(found) for path, found in methods.items()}, frozenset(collections), frozenset(listed))

    def place(self, operation: Operation) -> tuple[str, Role]:
        """The collection that an operation belongs to, and its part there."""
        path = normalised(operation.key.path)
        method = operation.key.method
        if path.endswith(HOLE) and path.count("/") > 1:
            return self._item(path[: -len(HOLE) - 1], method)
        if path in self.item_collections:
            return path, Role.REPLACE if self._replaces_by_body(operation, path) else self._collection_role(path, method)
        parent, _, last = path.rpartition("/")
        if HOLE in parent:
            return self._below_item(path, last, method)
        owner = self._owner(parent)
        if owner is not None:
            return owner, Role.ACTION
        return self._apart(path, parent, last, method)

    def _item(self, collection: str, method: Method) -> tuple[str, Role]:
        """``/pets/{}``, or ``/pets/chip/{}``: the same pets found by another key, if nothing stands at ``/pets/chip`` itself."""
        owner = self._owner(collection.rpartition("/")[0])
        if owner is not None and collection not in self.methods and HOLE not in collection:
            return owner, Role.READ if method is Method.GET else Role.ACTION
        return collection, _ITEM_ROLES.get(method, Role.ACTION)

    def _replaces_by_body(self, operation: Operation, path: str) -> bool:
        """``PUT /pets`` whose body names the pet, where pets have no PUT of their own."""
        if operation.key.method is not Method.PUT or Method.PUT in self.methods.get(f"{path}/{HOLE}", ()):
            return False
        return any(tokens(name)[-1:] in [(word,) for word in ID_WORDS] for name in shape_of(request_schema(operation)).properties)

    def _collection_role(self, path: str, method: Method) -> Role:
        if method is Method.POST:
            return Role.CREATE
        return Role.LIST if method is Method.GET and path in self.listed else Role.ACTION

    def _below_item(self, path: str, last: str, method: Method) -> tuple[str, Role]:
        """``/owners/{}/pets``: another collection seen through a parent, one of its own, or something done to the item."""
        is_list = path in self.listed
        makes = method is Method.POST and is_list
        same = [one for one in self.item_collections if one.rpartition("/")[2] == last and HOLE not in one]
        if len(same) == 1 and (is_list or makes):
            return same[0], Role.LIST if method is Method.GET else (Role.CREATE if makes else Role.ACTION)
        if is_list:
            return path, Role.LIST if method is Method.GET else (Role.CREATE if makes else Role.ACTION)
        item = path[: path.rindex(HOLE) - 1]
        if method in {Method.PUT, Method.PATCH} and Method.GET in self.methods[path]:
            return item, Role.ACTION
        return item, Role.ACTION

    def _owner(self, parent: str) -> str | None:
        """The nearest collection with items that ``parent`` is or lies below."""
        while parent:
            if parent in self.item_collections:
                return parent
            parent = parent.rpartition("/")[0]
        return None

    def _apart(self, path: str, parent: str, last: str, method: Method) -> tuple[str, Role]:
        """A path that belongs to no collection with items: a list, a thing of which there is one, or a remote procedure."""
        methods = self.methods[path]
        if path in self.listed and (Method.POST in methods or singular(last) != last):
            return path, self._collection_role(path, method)
        if methods & {Method.PUT, Method.PATCH} and Method.GET in methods:
            return path, Role.SINGLETON
        above = parent.rpartition("/")[2]
        is_prefix = not above or above.lower() in PREFIXES or above.lower().lstrip("v").replace(".", "").isdigit()
        return (path if is_prefix else parent), Role.ACTION


def _last_word(collection: str) -> str:
    return next((segment for segment in reversed(collection.split("/")) if segment and segment != HOLE), "")


def _slugs(collections: Iterable[str]) -> dict[str, str]:
    """A unique module name for each collection; a deeper one that shares its last word is qualified by its parent."""
    chosen: dict[str, str] = {}
    groups: dict[str, list[str]] = defaultdict(list)
    for collection in sorted(collections):
        groups[identifier(_last_word(collection), fallback="resource")].append(collection)
    for simple, members in groups.items():
        shallowest = min(member.count("/") for member in members)
        top = [member for member in members if member.count("/") == shallowest]
        for member in members:
            chosen[member] = simple if len(top) == 1 and member == top[0] else _qualified(member, simple)
    counts = Counter(chosen.values())
    return {one: name if counts[name] == 1 else f"{name}_{digest(one)}" for one, name in chosen.items()}


def _qualified(collection: str, simple: str) -> str:
    segments = [segment for segment in collection.split("/") if segment and segment != HOLE]
    parent = slug(singular(segments[-2]), 30) if len(segments) > 1 else ""
    return identifier(f"{parent} {simple}", fallback="resource", limit=60) if parent else f"{simple}_{digest(collection)}"


def _record_names(slugs: Mapping[str, str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for collection, name in slugs.items():
        head, _, last = name.rpartition("_")
        one = f"{head}_{singular(last)}" if head else singular(last)
        wanted[collection] = identifier(one, fallback="record")
    counts = Counter(wanted.values())
    return {one: name if counts[name] == 1 else f"{name}_{digest(one)}" for one, name in wanted.items()}


def _resource(collection: str, name: str, record_name: str, members: list[tuple[Operation, Role]]) -> Resource:
    words = tokens(_last_word(collection))
    return Resource(
        collection=collection,
        slug=name,
        record_name=record_name,
        words=(*words[:-1], singular(words[-1])) if words else (),
        roles={operation.key: role for operation, role in members},
        operations={operation.key: operation for operation, _ in members},
        players=_players(members),
    )


def _players(members: list[tuple[Operation, Role]]) -> dict[Role, Operation]:
    players: dict[Role, Operation] = {}
    for operation, role in sorted(members, key=lambda member: (len(member[0].key.path), member[0].key)):
        players.setdefault(role, operation)
    return players


def _identified(resource: Resource) -> Resource:
    """The resource with its record's place and identity: read out of the create's answer, else the id that a PUT registers."""
    found = _told(resource)
    if found.identity is None and not found.has_client_ids:
        by_put = _told(replace(resource, is_registered=True))
        found = by_put if by_put.has_client_ids and by_put.identity is not None else found
    return replace(found, identity=None) if _contradicts_itself(found) else found


def _contradicts_itself(resource: Resource) -> bool:
    """Whether the ids that a create tells are none that the paths of the records take."""
    identity, name = resource.identity, item_parameter(resource)
    return identity is not None and any(
        parameter.name.raw() == name and never_fits(shape_of(parameter.schema), identity.shape)
        for operation in resource.operations.values()
        for parameter in operation.parameters_in(ParameterLocation.PATH)
    )


def _told(resource: Resource) -> Resource:
    """The resource with what its create operation tells of a record."""
    create = resource.create
    if create is None:
        return resource
    body = shape_of(request_schema(create))
    schema = success_schema(create)
    parameter = item_parameter(resource)
    found = identity_place(schema, body, parameter, resource.words)
    if found is not None and tells_of_a_job(create, found[0], body):
        return resource
    if found is not None and (not resource.has_client_ids or names_the_same(found[1], parameter)):
        place, name = found
        identity = Identity(place.pointer_to(name), name, shape_of(place.shape.properties[name]))
        return replace(resource, record=place, identity=identity)
    record = record_of(schema, body, resource.words)
    sent = sent_identity(body, parameter, resource.words, is_told=bool(shape_of(schema).properties) or resource.has_client_ids)
    if sent is not None:
        return replace(resource, record=record, identity=Identity(f"/{sent}", sent, shape_of(body.properties[sent]), sent=True))
    if resource.has_client_ids:
        path = create.parameters_in(ParameterLocation.PATH)
        chosen = [shape_of(one.schema) for one in path if one.name.raw() == parameter]
        if chosen:
            identity = Identity(HOLE[0] + parameter + HOLE[1], parameter, chosen[0], sent=True)
            return replace(resource, record=record, identity=identity)
    return replace(resource, record=record)


def item_parameter(resource: Resource) -> str:
    """The raw name of the parameter that picks one record of a resource; "" if no path has one."""
    for role in (Role.READ, Role.DELETE, Role.REPLACE, Role.PATCH, Role.ACTION):
        operation = resource.first(role)
        if operation is None:
            continue
        segments = [segment for segment in operation.key.path.split("/") if segment]
        depth = len([segment for segment in resource.collection.split("/") if segment])
        if len(segments) > depth and is_hole(segments[depth]):
            return segments[depth][1:-1]
    return ""
