"""Valid requests to each operation, and scenes: the records that a request needs are made first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from specproof.openapi.model import MediaType, Operation, OperationKey, Parameter
from specproof.openapi.schema import JsonValue, Schema
from specproof.reference.probes.access import Access
from specproof.reference.probes.steps import NOTHING, Caller, Conversation, Piece, Step, Taken
from specproof.reference.readings import Reading
from specproof.reference.resources import Resource
from specproof.reference.roles import Role
from specproof.reference.values import Impossible, Instances, View

if TYPE_CHECKING:
    from specproof.reference.model import ReferenceModel

_MAX_PARENTS: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """One record that a scene has made, or found: where its key comes from, the records above it, what was sent to make it."""

    resource: Resource
    key: Piece
    parents: tuple[Handle, ...] = ()
    body: Piece = NOTHING
    made_by: Step | None = None
    index: int = -1

    def member(self, reading: Reading, name: str, otherwise: JsonValue = None) -> Piece:
        """A member of the record: what was sent, else what the answer showed."""
        sent = member_of(self.body, reading.body_container)
        if reading.body_is_list and isinstance(sent, list) and sent:
            sent = sent[0]
        if isinstance(sent, dict) and name in sent:
            return sent[name]
        return Taken(self.index, shown_at(reading, name), otherwise) if self.index >= 0 else otherwise


class Baseline:
    """Valid values for the requests of one document."""

    def __init__(self, model: ReferenceModel) -> None:
        self.model = model
        self.access = Access(model.spec)
        self.instances = Instances("probes")
        self._values: dict[tuple[str, str], list[JsonValue]] = {}
        self._bodies: dict[tuple[OperationKey, str, bool], Piece] = {}

    def reading(self, operation: Operation) -> Reading:
        """How the reference reads the operation."""
        return self.model.reading(operation.key)

    def step(self, reading: Reading, key: str = "", *, is_full: bool = False) -> Step:
        """A valid request: required parameters, or all of them. Values of path parameters are to be set by the caller."""
        operation = reading.operation
        values = {
            (parameter.location.value, parameter.name.raw()): value
            for parameter in operation.parameters
            if parameter.required or is_full
            for value in self.value(parameter, key)
        }
        media = media_of(operation)
        body = self.body(operation, key, is_full=True)
        return Step(operation, values, body, media.name if media is not None and body is not NOTHING else "")

    def value(self, parameter: Parameter, key: str = "") -> Sequence[JsonValue]:
        """A valid value of a parameter, or none."""
        known = (parameter.pointer, key)
        if known not in self._values and not key:
            examples = [each.value for each in parameter.examples]
            proven = [each for each in examples if self.instances.proven(parameter.schema, each, View.REQUEST)]
            if proven:
                self._values[known] = proven[:1]
        if known not in self._values:
            value = self.instances.instance(parameter.schema, key=" ".join(known), view=View.REQUEST, is_fresh=bool(key))
            self._values[known] = [] if isinstance(value, Impossible) else [value]
        return self._values[known]

    def allows(self, parameters: Sequence[Parameter], value: JsonValue) -> bool:
        """Whether a value is valid for each of the parameters."""
        return all(self.instances.proven(parameter.schema, value, View.REQUEST) for parameter in parameters)

    def body(self, operation: Operation, key: str = "", *, is_full: bool = True) -> Piece:
        """A valid body: that of the examples, or with a key one of its own."""
        known = (operation.key, key, is_full)
        if known not in self._bodies:
            self._bodies[known] = self._made_body(operation, key, is_full=is_full)
        return self._bodies[known]

    def _made_body(self, operation: Operation, key: str, *, is_full: bool) -> Piece:
        media = media_of(operation)
        schema = body_schema_of(media)
        if schema is None:
            return NOTHING
        value = self.instances.instance(schema, key=key, view=View.REQUEST, is_fresh=bool(key), is_full=is_full)
        return NOTHING if isinstance(value, Impossible) else value


def media_of(operation: Operation) -> MediaType | None:
    """The media type in which probes send the body: JSON where it is taken."""
    taken = operation.request_body.media_types if operation.request_body is not None else ()
    described = [media for media in taken if body_schema_of(media) is not None] or list(taken)
    return next((media for media in described if media.is_json), described[0] if described else None)


def body_schema_of(media: MediaType | None) -> Schema | None:
    """The schema of a body; of a row of items, that of each."""
    if media is None:
        return None
    return media.schema if media.schema is not None else media.item_schema


@dataclass(slots=True)
class Scene:
    """A conversation in the making."""

    baseline: Baseline
    steps: list[Step] = field(default_factory=list)
    setup: int = 0

    def send(self, step: Step) -> int:
        """Add a request; its index is for values taken from its reply."""
        self.steps.append(step)
        return len(self.steps) - 1

    def ready(self) -> None:
        """All that is needed is made: what follows is what the conversation is about."""
        self.setup = len(self.steps)

    def conversation(self, about: str, kind: str, number: int = 0, *, is_loose: bool = False, records: int = 0) -> Conversation:
        """The finished conversation about an operation or resource."""
        name = f"{about} {kind} {number}" if number else f"{about} {kind}"
        return Conversation(name, kind, tuple(self.steps), self.setup, is_loose, records)

    def parents(self, resource: Resource, key: str = "up", caller: Caller = Caller.FIRST) -> tuple[Handle, ...]:
        """New records above those of ``resource``, outermost first."""
        if resource.parent is None or resource.depth > _MAX_PARENTS:
            return ()
        above = self.parents(resource.parent, key, caller)
        if resource.parent.is_singleton:
            return above
        handle = self.record(resource.parent, key, above, caller)
        return (*above, handle)

    def record(
        self, resource: Resource, key: str = "one", parents: tuple[Handle, ...] | None = None, caller: Caller = Caller.FIRST
    ) -> Handle:
        """A new record; where the document has no way to make one, the first that a list shows."""
        above = self.parents(resource, "up", caller) if parents is None else parents
        create = resource.operation(Role.CREATE)
        if create is not None:
            return self.made_with(create, resource, key, above, caller)
        listed = resource.operation(Role.LIST)
        if listed is not None:
            reading = self.baseline.reading(listed)
            index = self.send(self.bound(reading, None, above).but(caller=caller))
            pointer = pointer_to(*reading.listing.items, "0", resource.id_property or "id")
            return Handle(resource, Taken(index, (pointer,), self.unknown_key(resource)), above)
        return Handle(resource, self.unknown_key(resource, ""), above)

    def made_with(
        self, create: Operation, resource: Resource, key: str, parents: tuple[Handle, ...], caller: Caller = Caller.FIRST
    ) -> Handle:
        """A new record, by one of the operations that make some."""
        step = self.bound(self.baseline.reading(create), None, parents, key)
        index = self.send(self._with_id(resource, step, key).but(caller=caller))
        return self.handle_of(create, index, parents)

    def _with_id(self, resource: Resource, step: Step, key: str) -> Step:
        """A request that makes a record with an id of its own, where the client chooses it: one that can stand in paths too."""
        path = (*self.baseline.reading(step.operation).body_container, resource.id_property)
        sent = member_of(step.body, path)
        if not resource.chooses_id or sent is None:
            return step
        chosen = self.unknown_key(resource, key)
        return step.but(body=with_member(step.body, path, chosen)) if type(chosen) is type(sent) else step

    def handle_of(self, create: Operation, index: int, parents: tuple[Handle, ...]) -> Handle:
        """The record that the request at ``index`` makes."""
        reading = self.baseline.reading(create)
        if reading.resource is None:
            raise ValueError("only operations of a resource make records")
        step = self.steps[index]
        return Handle(reading.resource, self._key_of(reading.resource, reading, index), parents, step.body, step, index)

    def _key_of(self, resource: Resource, reading: Reading, index: int) -> Taken:
        names = [name for name in (resource.id_property, "id") if name]
        pointers = [pointer for name in names for pointer in shown_at(reading, name)]
        sent = member_of(self.steps[index].body, reading.body_container)
        if reading.body_is_list and isinstance(sent, list) and sent:
            sent = sent[0]
        sent = member_of(sent, (resource.id_property,))
        is_known = resource.chooses_id and isinstance(sent, (str, int))
        return Taken(index, tuple(pointers), sent if is_known else self.unknown_key(resource))

    def unknown_key(self, resource: Resource, key: str = "nowhere") -> JsonValue:
        """A value that could be a key: one that all operations take, if there is one."""
        parameters = [
            parameter
            for operations in resource.operations.values()
            for operation in operations
            if not self.baseline.reading(operation).lookup
            for parameter in operation.parameters
            if parameter.location.value == "path" and parameter.name.raw() == self.baseline.reading(operation).key_parameter
        ]
        values = [value for parameter in parameters for value in self.baseline.value(parameter, key)]
        return next((value for value in values if self.baseline.allows(parameters, value)), values[0] if values else "1")

    def bound(self, reading: Reading, handle: Handle | None, parents: tuple[Handle, ...], key: str = "") -> Step:
        """A valid request to an operation, addressed at that record or below those parents."""
        step = self.baseline.step(reading, key)
        above = handle.parents if handle is not None else parents
        names = reading.parent_parameters
        for name, parent in zip(reversed(names), reversed(above), strict=False):
            step = step.with_value("path", name, parent.key)
        if handle is not None and reading.key_parameter:
            step = step.with_value("path", reading.key_parameter, self._address(reading, handle))
        if handle is not None and reading.role is Role.LIST:
            step = self._filtered(reading, handle, step)
        if handle is not None and reading.key_in_body and isinstance(step.body, dict):
            step = step.but(body=with_member(step.body, (*reading.body_container, reading.key_in_body), handle.key))
        return step

    def _filtered(self, reading: Reading, handle: Handle, step: Step) -> Step:
        """A list's required filters, set so that the record is listed."""
        if handle.made_by is None:
            return step
        made = self.baseline.reading(handle.made_by.operation)
        for each in reading.listing.filters:
            if ("query", each.parameter) in step.values and each.property:
                step = step.with_value("query", each.parameter, told(handle.member(made, each.property, "none")))
        return step

    def _address(self, reading: Reading, handle: Handle) -> Piece:
        if not reading.lookup or handle.made_by is None:
            return handle.key
        made = self.baseline.reading(handle.made_by.operation)
        return handle.member(made, reading.lookup, "missing")

    def at_record(self, operation: Operation, handle: Handle, key: str = "") -> Step:
        """The request of an operation on one record."""
        return self.bound(self.baseline.reading(operation), handle, (), key)

    def in_collection(self, operation: Operation, parents: tuple[Handle, ...], key: str = "") -> Step:
        """The request of an operation on a whole collection."""
        return self.bound(self.baseline.reading(operation), None, parents, key)


def shown_at(reading: Reading, name: str) -> tuple[str, ...]:
    """Where a successful answer may show a member of its record."""
    container = (*reading.container, "0") if reading.shows_list else reading.container
    return (pointer_to(*container, name),)


def pointer_to(*tokens: str) -> str:
    """A JSON pointer of these tokens."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def with_member(body: Piece, path: tuple[str, ...], value: Piece) -> Piece:
    """A copy of a body with another value for one member."""
    if not path:
        return value
    inner = body.get(path[0]) if isinstance(body, dict) else None
    return {**(body if isinstance(body, dict) else {}), path[0]: with_member(inner, path[1:], value)}


def member_of(body: Piece, path: tuple[str, ...]) -> Piece:
    """The member at a path, None where there is none."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def told(piece: Piece) -> Piece:
    """What a filter says to find a member: of a list its first item, of an object its first text."""
    if isinstance(piece, list) and piece:
        return told(piece[0])
    if isinstance(piece, dict):
        return next((each for each in piece.values() if isinstance(each, str)), next(iter(piece.values()), ""))
    return piece
