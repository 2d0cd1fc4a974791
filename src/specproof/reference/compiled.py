"""What is compiled of one operation when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from specproof.openapi.model import OperationKey
from specproof.openapi.schema import JsonObject, Schema
from specproof.reference.containers import answer_schema, body_schema, container_of
from specproof.reference.contracts import RequestContract
from specproof.reference.decoding import RequestDecoder
from specproof.reference.forms import Forms, Wrapper
from specproof.reference.header_forms import HeaderForms
from specproof.reference.readings import Reading
from specproof.reference.record_forms import RecordForm, body_defaults, record_form
from specproof.reference.resources import Resource
from specproof.reference.roles import Role
from specproof.reference.shapes import Shape, Shapes
from specproof.reference.values import Filler, Instances, View


class Workshop:
    """Compiles the operations and resources of one document, each once."""

    def __init__(self, readings: Mapping[OperationKey, Reading], instances: Instances, shapes: Shapes) -> None:
        self.instances = instances
        self.shapes = shapes
        self._readings = readings
        self._compiled: dict[OperationKey, Compiled] = {}
        self._record_forms: dict[Resource, RecordForm] = {}

    def compiled(self, key: OperationKey) -> Compiled:
        """The operation, ready to be performed."""
        known = self._compiled.get(key)
        if known is None:
            known = Compiled(self._readings[key], self)
            self._compiled[key] = known
        return known

    def record_form(self, resource: Resource) -> RecordForm:
        """How the resource's records are made."""
        known = self._record_forms.get(resource)
        if known is None:
            known = record_form(resource, self.instances, self.shapes)
            self._record_forms[resource] = known
        return known


class Compiled:
    """One operation, ready to be performed. What it has is the same whenever it is compiled."""

    def __init__(self, reading: Reading, workshop: Workshop) -> None:
        self.reading = reading
        self._workshop = workshop

    @cached_property
    def contract(self) -> RequestContract:
        """What requests have to satisfy."""
        return RequestContract.of(self.reading.operation)

    @cached_property
    def decoder(self) -> RequestDecoder:
        """How requests are read."""
        return RequestDecoder.of(self.reading.operation)

    @cached_property
    def forms(self) -> Forms:
        """How it answers."""
        return Forms(self.reading.operation, self.reading.role, self._workshop.instances, self._workshop.shapes)

    @cached_property
    def media_names(self) -> tuple[str, ...]:
        """The media types of successful answers."""
        return tuple(self.forms.media_names())

    @cached_property
    def headers(self) -> HeaderForms:
        """The documented headers of its answers."""
        return HeaderForms(self._workshop.instances, self._workshop.shapes)

    @cached_property
    def records(self) -> RecordForm | None:
        """How the records are made on which it works."""
        return self._workshop.record_form(self.reading.resource) if self.reading.resource is not None else None

    @cached_property
    def filler(self) -> Filler | None:
        """Completes the records that its answers show."""
        item = self.reading.answered_item
        return self._workshop.instances.filler(item) if item is not None else None

    @cached_property
    def wrappers(self) -> dict[int, Wrapper | None]:
        """By the identity of a schema of an answer: its wrapper, None where the record is the whole answer."""
        return {}

    def wrapper(self, schema: Schema | None) -> Wrapper | None:
        """What stands around a record in answers of that schema."""
        if schema is None or not self.reading.container:
            return None
        if id(schema) not in self.wrappers:
            self.wrappers[id(schema)] = Wrapper(schema, self.reading.container, self._workshop.instances, self._workshop.shapes)
        return self.wrappers[id(schema)]

    @cached_property
    def list_members(self) -> tuple[tuple[tuple[str, ...], Shape, bool], ...]:
        """Members of a list's answer that are no items, two levels deep: their paths, shapes, and whether they are required."""
        shapes, items = self._workshop.shapes, self.reading.container
        top = shapes.of_schema(answer_schema(self.reading.operation))
        found: list[tuple[tuple[str, ...], Shape, bool]] = []
        for name in top.properties:
            inner = shapes.member(top, name)
            if (name,) == items:
                continue
            if inner.is_object and not inner.is_list:
                found += [
                    ((name, below), shapes.member(inner, below), below in inner.required)
                    for below in inner.properties
                    if (name, below) != items[:2]
                ]
            else:
                found.append(((name,), inner, name in top.required))
        return tuple(found)

    @cached_property
    def defaults(self) -> JsonObject:
        """What the server fills in for members that are not sent: the body's defaults, else those of the record."""
        resource = self.reading.resource
        segment = resource.collection_path.rsplit("/", 1)[-1] if resource is not None else ""
        records = self.records.defaults if self.records is not None else {}
        return {**records, **body_defaults(self.reading.operation, segment, self._workshop.shapes)}

    @cached_property
    def sent(self) -> Shape:
        """The record in the request's body."""
        resource = self.reading.resource
        segment = resource.collection_path.rsplit("/", 1)[-1] if resource is not None else ""
        found = container_of(self._workshop.shapes, body_schema(self.reading.operation), segment)
        return self._workshop.shapes.of_schema(found.item if found is not None else None)

    @cached_property
    def server_owned(self) -> frozenset[str]:
        """Members of the record that clients do not say: those that the server keeps, but for what this operation's body asks for."""
        records = self.records
        if records is None:
            return frozenset()
        sent, id_property = self.sent, records.resource.id_property
        asked = {name for name in sent.properties if not self.shapes.member(sent, name).is_read_only and name != id_property}
        return records.server_owned - asked

    @cached_property
    def sent_schema(self) -> Schema | None:
        """The schema of the request's body."""
        return body_schema(self.reading.operation)

    @property
    def shapes(self) -> Shapes:
        """The shapes of the document's schemas."""
        return self._workshop.shapes

    @cached_property
    def is_whole_checkable(self) -> bool:
        """Whether the body is a record by itself, so that a record can be held against it."""
        return bool(self.sent.properties) and not self.reading.body_container and not self.reading.body_is_list

    def takes_whole(self, values: JsonObject) -> bool:
        """Whether the members of ``values`` that clients send make a valid body."""
        schema = self.sent_schema
        if schema is None:
            return True
        body = {name: value for name, value in values.items() if name in self.sent.properties}
        return self._workshop.instances.proven(schema, body, View.REQUEST)

    @cached_property
    def whole(self) -> Compiled | None:
        """The operation whose body describes a whole record: the replacement, else the creation."""
        resource = self.reading.resource
        for role in (Role.REPLACE, Role.CREATE):
            operation = resource.operation(role) if resource is not None else None
            if operation is not None and operation.request_body is not None:
                return self._workshop.compiled(operation.key)
        return None
