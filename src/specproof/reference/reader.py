"""From a specification to its resources and the reading of every operation."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from specproof.openapi.model import ApiSpec, Operation, OperationKey
from specproof.openapi.schema import Schema
from specproof.reference.containers import Container, answer_schema, body_schema, container_of
from specproof.reference.drafts import Draft, DraftReader, Part
from specproof.reference.hierarchy import PARAMETER, Canon, Hierarchy, canon_of, last_literal
from specproof.reference.identities import id_property
from specproof.reference.list_parameters import listing_of
from specproof.reference.naming import named, plain, words
from specproof.reference.readings import Reading
from specproof.reference.resources import Listing, Resource
from specproof.reference.roles import Role
from specproof.reference.shapes import Shapes

_SAYS_UNIQUE: Final = re.compile(r"unique|duplicate|already (?:exist|taken|used|in use)|唯一|重复|已存在", re.IGNORECASE)
_SENTENCE_END: Final = re.compile("[.;\n\u3002\uff1b]")
_USUALLY_UNIQUE: Final = ("email", "username", "login", "slug", "sku", "code", "handle", "serialnumber", "barcode")
_ITEM_ROLES: Final = (Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE, Role.ACTION)


class SpecReader:
    """Reads one specification. Everything depends on the document's words alone, never on their order."""

    def __init__(self, spec: ApiSpec) -> None:
        self.shapes = Shapes(spec.definitions)
        self._spec = spec
        self._drafts = DraftReader(Hierarchy.of(spec.operations), self.shapes).read()
        self._resources: dict[Draft, Resource] = {}
        self._building: set[Draft] = set()

    def read(self) -> tuple[tuple[Resource, ...], dict[OperationKey, Reading]]:
        """All resources, parents first, and how each operation was read."""
        readings: dict[OperationKey, Reading] = {}
        for draft in self._drafts:
            resource = self._resource(draft)
            for part in draft.parts:
                readings[part.operation.key] = self._reading(resource, draft, part)
        for operation in self._spec.operations:
            if operation.key not in readings:
                readings[operation.key] = self._other(operation)
        ordered = sorted(self._resources.values(), key=lambda resource: (resource.depth, resource.name))
        return tuple(ordered), readings

    def _resource(self, draft: Draft) -> Resource:
        known = self._resources.get(draft)
        if known is not None:
            return known
        self._building.add(draft)
        parent = self._resource(draft.above) if draft.above is not None and draft.above not in self._building else None
        operations: dict[Role, list[Operation]] = {}
        for part in draft.sorted_parts():
            operations.setdefault(part.role, []).append(part.operation)
        parameter, item_paths = self._item_paths(draft)
        identity = "" if draft.is_singleton else id_property(self.shapes, draft.item, parameter, draft.segment)
        resource = Resource(
            name=self._collection_path(draft),
            collection_path=self._collection_path(draft),
            item_paths=item_paths,
            item_schema=draft.item,
            id_property=identity,
            id_parameter=parameter,
            operations=MappingProxyType({role: tuple(found) for role, found in operations.items()}),
            parent=parent,
            unique_keys=self._unique_keys(draft, identity),
            is_owned=_is_owned(operations),
            chooses_id=self._chooses_id(draft, identity),
            parent_count=draft.canon.count(PARAMETER),
            is_shallow=draft.is_shallow,
            is_singleton=draft.is_singleton,
        )
        self._building.discard(draft)
        self._resources[draft] = resource
        return resource

    def _collection_path(self, draft: Draft) -> str:
        """The collection's path as the document writes it, or as it would."""
        for part in draft.sorted_parts():
            path = part.operation.key.path
            canon, _ = canon_of(path)
            if canon == draft.canon:
                return path
            if canon[:-1] == draft.canon and canon[-1] == PARAMETER:
                return path.rsplit("/", 1)[0] or "/"
        return "/" + "/".join(draft.canon)

    def _item_paths(self, draft: Draft) -> tuple[str, tuple[str, ...]]:
        paths: dict[str, None] = {}
        parameter = ""
        for part in draft.sorted_parts():
            canon, names = canon_of(part.operation.key.path)
            if part.role in _ITEM_ROLES and canon[-1:] == (PARAMETER,):
                paths[part.operation.key.path] = None
                if not parameter and canon[:-1] == draft.canon:
                    parameter = names[-1]
        return parameter, tuple(paths)

    def _chooses_id(self, draft: Draft, identity: str) -> bool:
        part = draft.first(Role.CREATE)
        if not identity or part is None:
            return False
        sent = container_of(self.shapes, body_schema(part.operation), draft.segment)
        shape = self.shapes.of_schema(sent.item) if sent is not None else self.shapes.of(None)
        shown = self.shapes.member(self.shapes.of_schema(draft.item), identity)
        return identity in shape.properties and not self.shapes.member(shape, identity).is_read_only and not shown.is_read_only

    def _unique_keys(self, draft: Draft, identity: str) -> tuple[str, ...]:
        create = draft.first(Role.CREATE)
        writes = [part.operation for part in draft.parts if part.role in {Role.CREATE, Role.REPLACE, Role.PATCH}]
        if not any(response.status == "409" for operation in writes for response in operation.responses):
            return ()
        sent = container_of(self.shapes, body_schema(create.operation), draft.segment) if create is not None else None
        shape = self.shapes.of_schema(sent.item if sent is not None else draft.item)
        names = [name for name in shape.properties if self.shapes.member(shape, name).is_scalar and name != identity]
        lookups = {part.lookup for part in draft.parts if part.lookup}
        told = "\n".join(_said(operation) for operation in writes)
        found = [name for name in names if name in lookups or _is_told_unique(name, told)]
        if not found and create is not None and any(response.status == "409" for response in create.operation.responses):
            found = [name for name in names if plain(name) in _USUALLY_UNIQUE and name in shape.required][:1]
        return tuple(found)

    def _reading(self, resource: Resource, draft: Draft, part: Part) -> Reading:
        operation = part.operation
        canon, names = canon_of(operation.key.path)
        key_parameter, parents = "", names
        if part.role in _ITEM_ROLES and not draft.is_singleton:
            key_parameter, parents = _split(canon, names, draft)
        item = draft.item
        shown = part.container
        if part.role is Role.LIST:
            listing = listing_of(self.shapes, operation, shown, shown.item if shown and shown.item is not None else item)
        else:
            listing = Listing()
        sent = container_of(self.shapes, body_schema(operation), draft.segment)
        names_record = bool(key_parameter) or resource.id_property in self._sent_names(sent)
        if part.role in {Role.REPLACE, Role.PATCH} and not draft.is_singleton and not names_record:
            return self._other(operation)
        return Reading(
            operation=operation,
            role=part.role,
            resource=resource,
            key_parameter=key_parameter,
            parent_parameters=parents,
            lookup=part.lookup,
            key_in_body=resource.id_property if not key_parameter and part.role in {Role.REPLACE, Role.PATCH} else "",
            listing=listing,
            container=shown.path if shown is not None else (),
            body_container=sent.path if sent is not None else (),
            body_is_list=sent is not None and sent.is_list,
            shows_record=self._shows(part, shown, item),
            shows_list=shown is not None and shown.is_list,
            answered_item=shown.item if shown is not None else None,
            foreign=self._foreign(names, key_parameter, item),
            ancestors=self._ancestors(canon, len(parents)),
            is_secured=is_secured(operation),
        )

    def _sent_names(self, sent: Container | None) -> set[str]:
        """The members of the record in a request's body."""
        return set(self.shapes.of_schema(sent.item).properties) if sent is not None else set()

    def _ancestors(self, canon: Canon, count: int) -> tuple[tuple[Resource, int], ...]:
        """The resources whose records stand above, each with the index of its key among the path's parameters."""
        by_canon = {draft.canon: draft for draft in self._drafts}
        places = [index for index, text in enumerate(canon) if text == PARAMETER][:count]
        found = [(by_canon.get(canon[:place]), index) for index, place in enumerate(places)]
        return tuple((self._resource(draft), index) for draft, index in found if draft is not None)

    def _shows(self, part: Part, shown: Container | None, item: Schema | None) -> bool:
        if shown is None or shown.item is None:
            return False
        if part.role in {Role.ACTION, Role.DELETE}:
            return self.shapes.same(shown.item, item)
        return bool(self.shapes.of_schema(shown.item).properties)

    def _foreign(self, names: tuple[str, ...], key_parameter: str, item: Schema | None) -> tuple[tuple[str, str], ...]:
        """Path parameters above the record that a member of it holds: ``/owners/{ownerId}/pets`` and ``ownerId`` of a pet."""
        properties = self.shapes.of_schema(item).properties
        pairs = [(name, named(properties, name)) for name in names if name != key_parameter and plain(name) != "id"]
        return tuple((parameter, member) for parameter, member in pairs if member)

    def _other(self, operation: Operation) -> Reading:
        segment = last_literal(canon_of(operation.key.path)[0])
        found = container_of(self.shapes, answer_schema(operation), segment)
        return Reading(
            operation=operation,
            role=Role.OTHER,
            container=found.path if found is not None and found.is_list else (),
            is_secured=is_secured(operation),
        )


def is_secured(operation: Operation) -> bool:
    """Whether a credential is needed: there are alternatives, and none of them is empty."""
    return bool(operation.security) and all(requirement.schemes for requirement in operation.security)


def _is_owned(operations: dict[Role, list[Operation]]) -> bool:
    reads = operations.get(Role.READ, [])
    return bool(reads) and all(
        is_secured(operation) and any(response.status in {"403", "404", "4XX"} for response in operation.responses)
        for operation in reads
    )


def _split(canon: tuple[str, ...], names: tuple[str, ...], draft: Draft) -> tuple[str, tuple[str, ...]]:
    """The name of the record's own parameter, and those before it. Look-ups have theirs last, verbs have it before them."""
    before = draft.canon.count(PARAMETER)
    if canon[: len(draft.canon)] == draft.canon and len(names) > before:
        return names[before], names[:before]
    return "", names


def _said(operation: Operation) -> str:
    texts = [operation.description, operation.summary, *(r.description for r in operation.responses if r.status == "409")]
    return "\n".join(text.raw() for text in texts)


def _is_told_unique(name: str, told: str) -> bool:
    """Whether a sentence says of that member that it is unique."""
    sentences = _SENTENCE_END.split(told)
    return any(_SAYS_UNIQUE.search(sentence) and set(words(name)) <= set(words(sentence)) for sentence in sentences)
