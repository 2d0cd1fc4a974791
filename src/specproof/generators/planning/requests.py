"""What each operation's requests are made of: proven parameters and base bodies, worked out once and shared by all cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from specproof.checks.wire import NotSendableError, header_values
from specproof.checks.wire import Parameter as WireParameter
from specproof.domain.body_kinds import BodyKind, body_kind
from specproof.domain.plans import BodyPlan, Edit, FieldLayout, Fresh, FromStep, PlanValue, XmlLayout
from specproof.generators.base import Values
from specproof.generators.naming import identifier, operation_names
from specproof.generators.plan_values import MISSING, Missing, names_step, value_at, with_value, without
from specproof.generators.planning.body_layouts import body_layout, chosen_media, items_schema
from specproof.generators.planning.client_ids import chosen_id, free_key, repeated_name
from specproof.generators.planning.nobodys import NOTHING_SPARED, Spared, spared_body, with_own_id
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.returned_members import returned_values
from specproof.generators.planning.security import Credentials, credentials_of
from specproof.generators.planning.sweeping import names_its_record
from specproof.generators.planning.updates import as_recorded, unlike_created
from specproof.generators.reading.addressing import addressing
from specproof.generators.reading.answers import list_of, success_schema
from specproof.generators.reading.declared_methods import DeclaredMethods
from specproof.generators.reading.identities import identity_name
from specproof.generators.reading.more_creates import made_place
from specproof.generators.reading.namesakes import Namesakes
from specproof.generators.reading.producers import Producers, Reference, build_producers
from specproof.generators.reading.resources import Resource, ResourceModel, Role, build_resources
from specproof.generators.reading.shapes import escape, shape_of
from specproof.generators.test_data_factory.model import Origin, ProvenValue, ValueRequest
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import (
    ApiSpec,
    Encoding,
    MediaType,
    Operation,
    OperationKey,
    Parameter,
    RequestBody,
    ResponseHeader,
)
from specproof.openapi.schema import Schema
from specproof.openapi.vocabulary import ParameterLocation

# OpenAPI says that parameters of these names are to be ignored: other parts of the document speak of them.
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
OTHER = "other"
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class BodyBase:
    """The base body of an operation: ``proven`` as the value engine proved it, ``value`` with the ids of other records in place.

    ``references`` are the slots that ``value`` fills from other records; ``request`` is what was asked of the value engine.
    """

    media: MediaType
    name: str
    proven: PlanValue
    value: PlanValue
    references: tuple[tuple[Reference, str], ...]
    """Slot and the label of the record that fills it ("" or ``other``)."""
    request: ValueRequest
    findings: tuple[Finding, ...] = ()
    spared: Spared = NOTHING_SPARED
    own: Resource | None = None
    """Set where ``value`` repeats keys of the record itself, which therefore has to exist."""
    fields: tuple[FieldLayout, ...] = ()
    xml: XmlLayout | None = None
    is_base64: bool = False

    @property
    def kind(self) -> BodyKind:
        """How the body is laid out."""
        return body_kind(self.media.name)

    def plan(self, edits: tuple[Edit, ...] = ()) -> BodyPlan:
        """The body of a request, with ``edits``."""
        return BodyPlan(self.media.name, self.value, self.name, edits, fields=self.fields, xml=self.xml, is_base64=self.is_base64)


@dataclass(slots=True)
class RequestParts:
    """Parameters and bodies of all operations of a document. Remembers what it worked out: values are proven once."""

    spec: ApiSpec
    values: Values
    model: ResourceModel
    producers: Producers
    operations: Mapping[OperationKey, Operation]
    names: Mapping[OperationKey, str]
    declared: DeclaredMethods
    namesakes: Namesakes
    _bodies: dict[str, BodyBase | Finding | None] = field(default_factory=dict, repr=False)
    _remembered: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False)
    _parameters: dict[str, ProvenValue | Finding] = field(default_factory=dict, repr=False)
    _unsent: dict[str, Finding] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, spec: ApiSpec, values: Values) -> RequestParts:
        """The parts of a document's requests."""
        model = build_resources(spec.operations)
        operations = {operation.key: operation for operation in spec.operations}
        names, declared = operation_names(spec.operations), DeclaredMethods.of(operations)
        return cls(spec, values, model, build_producers(model), operations, names, declared, Namesakes.of(spec.operations))

    def once(self, about: tuple[str, ...], work: Callable[[], Found]) -> Found:
        """What ``work`` gives, worked out the first time that ``about`` is asked for: many cases of an operation ask the same."""
        if about not in self._remembered:
            self._remembered[about] = work()
        found: Found = self._remembered[about]
        return found

    def credentials(self, operation: Operation) -> Credentials:
        """What requests of an operation may show."""
        return self.once(("credentials", operation.key.label), lambda: credentials_of(operation))

    def operation_name(self, operation: Operation) -> str:
        """The identifier of an operation in names of cases."""
        return self.names[operation.key]

    def body(self, operation: Operation) -> BodyBase | Finding | None:
        """The base body; None if none is to be sent; a finding if one must be sent and cannot be made."""
        label = operation.key.label
        if label not in self._bodies:
            self._bodies[label] = self._make_body(operation)
        return self._bodies[label]

    def unsent_body(self, operation: Operation) -> Finding | None:
        """Why an optional body is never sent: no value of it can be made. None where one is sent, or none is described."""
        self.body(operation)
        cause = self._unsent.get(operation.key.label)
        if cause is None:
            return None
        return replace(
            cause, at=operation.pointer, message=f"{operation.key.label}: its optional body is never sent: {cause.message}"
        )

    def parameter(self, operation: Operation, parameter: Parameter) -> ProvenValue | Finding:
        """A proven value of a parameter."""
        asked = parameter_request(operation, parameter)
        if asked.key not in self._parameters:
            asked = replace(asked, examples=self.namesakes.examples_of(operation, parameter))
            self._parameters[asked.key] = self.values.valid(asked)
        return self._parameters[asked.key]

    def listed_id(self, operation: Operation, parameter: Parameter) -> tuple[Operation, str] | None:
        """A list operation that shows records of the kind that a path parameter names, and the pointer of the first one's id.

        Only lists that need nothing themselves.
        """
        name = parameter.name.raw()
        for resource in self.model.resources:
            listing = resource.first(Role.LIST)
            if listing is None or not operation.key.path.startswith(listing.key.path + "/{" + name + "}"):
                continue
            place = list_of(success_schema(listing), resource.words)
            needs = [one for one in listing.parameters if one.required]
            found = identity_name(place.item, name, resource.words) if place is not None else None
            if place is not None and found is not None and not needs:
                return listing, f"{place.pointer}/0/{escape(found)}"
        return None

    def is_sent(self, operation: Operation, parameter: Parameter) -> bool:
        """Whether the base request carries a parameter: required ones, and optional ones with a documented example that holds."""
        if parameter.location is ParameterLocation.HEADER and parameter.name.raw().lower() in IGNORED_HEADERS:
            return False
        if parameter.required or parameter.location is ParameterLocation.PATH:
            return True
        if not parameter.examples or parameter.deprecated or self.producers.of_query(parameter) is not None:
            return False
        if self.model.role_of(operation.key) is Role.LIST:
            return False
        proven = self.parameter(operation, parameter)
        return isinstance(proven, ProvenValue) and proven.origin is Origin.EXAMPLE

    def _make_body(self, operation: Operation) -> BodyBase | Finding | None:
        body = operation.request_body
        if body is None or not body.media_types:
            return None
        media = chosen_media(body.media_types)
        if media is None:
            names = ", ".join(sorted(media.name for media in body.media_types))[:120]
            return _unmade(operation, body, f"no body of these media types can be made: {names}")
        schema = self._body_schema(media)
        key, noun = f"{operation.key.label} body", self._noun(operation)
        request = ValueRequest(schema, key=key, name=noun, examples=media.examples, media_type=media.name)
        proven = self.values.valid(request)
        if isinstance(proven, Finding):
            if body.required:
                return proven
            self._unsent[operation.key.label] = proven
            return None
        plain = without(proven.value, tuple(self._left_out(operation, media)))
        plain = as_recorded(self.model.of(operation.key), operation, shape_of(schema), plain)
        value, references, findings = self._referring(operation, media, plain)
        value = self._unlike_created(operation, media, value)
        resource = self.model.of(operation.key)
        value = self._with_own_id(operation, resource, value)
        returned = returned_values(resource, operation, record_step(resource)) if media.is_json else {}
        for pointer, source in returned.items():
            value = with_value(value, pointer, source)
        value = with_own_id(operation, resource, schema, value, record_step(resource))
        spared = spared_body(self.values, operation, resource, schema, value)
        value = spared.value
        own = resource if returned or names_step(value, record_step(resource)) else None
        found = (*proven.findings, *findings)
        layout = body_layout(media, schema, value, self._header_value)
        if isinstance(layout, str):
            return _unmade(operation, body, f"no body of {media.name} can be made: {layout}")
        if layout.value != value:  # files in place of texts; nothing else of such a body is replaced
            plain = layout.value
        name = self._base_name(operation)
        return BodyBase(
            media,
            name,
            plain,
            layout.value,
            references,
            request,
            found,
            spared,
            own,
            fields=layout.fields,
            xml=layout.xml,
            is_base64=layout.is_base64,
        )

    def _body_schema(self, media: MediaType) -> Schema:
        """What a body is made after; a row of JSON values is an array of at least one."""
        anything = Schema(True, media.pointer, self.spec.definitions)
        if body_kind(media.name) is BodyKind.LINES:
            items = items_schema(media) or anything
            return Schema({"type": "array", "items": items.raw, "minItems": 1}, media.pointer, items.definitions)
        if body_kind(media.name) is BodyKind.OCTETS and not shape_of(media.schema).types:
            return Schema({"type": "string", "format": "binary"}, media.pointer, self.spec.definitions)
        return media.schema or anything

    def _header_value(self, encoding: Encoding, header: ResponseHeader) -> str | None:
        """A proven text for a header of a part."""
        if header.schema is None:
            return None
        key = f"{encoding.pointer} header {header.name}"
        asked = ValueRequest(
            header.schema, key, header.name, ParameterLocation.HEADER, "simple", explode=False, fresh_strings=False
        )
        proven = self.values.valid(asked)
        if isinstance(proven, Finding):
            return None
        try:
            written = header_values([WireParameter(header.name, proven.value, "simple", explode=False)])
        except NotSendableError:
            return None
        return written[0][1] if written else None

    def _with_own_id(self, operation: Operation, resource: Resource, value: PlanValue) -> PlanValue:
        """The body of a create with the key that its client chooses, the body of a PUT that makes a record with the id of its path."""
        made = "" if resource.create is operation else made_place(resource, operation)
        key = free_key(self.values, resource) if made is not None else MISSING
        if made and not isinstance(key, Missing) and resource.identity is not None:
            is_drawn = isinstance(value_at(value, made + resource.identity.pointer), Fresh)
            return value if is_drawn else with_value(value, made + resource.identity.pointer, key)
        if not isinstance(key, Missing) and resource.identity is not None and isinstance(value, dict):
            is_drawn = isinstance(value.get(resource.identity.name), Fresh)
            return value if is_drawn else {**value, resource.identity.name: key}
        identity, role = resource.identity, self.model.role_of(operation.key)
        if identity is not None and identity.sent and role in {Role.REPLACE, Role.PATCH} and resource.create is not operation:
            is_named = isinstance(value, dict) and identity.name in value
            own = FromStep(record_step(resource), identity.pointer, sent=True)
            return {**value, identity.name: own} if is_named and isinstance(value, dict) else value
        name = repeated_name(resource) if resource.create is operation else None
        chosen = chosen_id(self.values, resource, "") if name is not None else MISSING
        if name is None or isinstance(chosen, Missing) or not isinstance(value, dict):
            return value
        return {**value, name: chosen}

    def _unlike_created(self, operation: Operation, media: MediaType, value: PlanValue) -> PlanValue:
        """For updates: the body with other values than the record was created with."""
        resource = self.model.of(operation.key)
        is_update = self.model.role_of(operation.key) in {Role.REPLACE, Role.PATCH}
        create = resource.create if is_update and media.is_json and resource.create is not operation else None
        created = self.body(create) if create is not None else None
        if not isinstance(created, BodyBase):
            return value
        key = f"{operation.key.label} update"
        step = record_step(resource)
        return unlike_created(self.values, shape_of(media.schema), value, created.value, resource, step, key)

    def _referring(
        self, operation: Operation, media: MediaType, value: PlanValue
    ) -> tuple[PlanValue, tuple[tuple[Reference, str], ...], tuple[Finding, ...]]:
        """``value`` with the ids of other records where slots name them."""
        filled: list[tuple[Reference, str]] = []
        findings: list[Finding] = []
        resource = self.model.of(operation.key)
        makes = resource if resource.has_client_ids and resource.create is operation else None
        for slot in self._slots(operation, media):
            if makes is not None and slot.resource is makes:
                continue
            if slot.is_cut or slot.resource.identity is None:
                message = f"{operation.key.label}: the record that {_readable(slot.pointer)} names cannot be made first; a value of its type is sent"
                findings.append(Finding(FindingCode.NO_PRODUCER, operation.pointer, message, Severity.INFO))
                continue
            label = OTHER if self._is_same_item(operation, slot.resource) else ""
            identity = slot.resource.identity
            source: PlanValue = FromStep(record_step(slot.resource, label), identity.pointer, identity.sent)
            changed = with_value(value, slot.pointer, [source] if slot.is_list else source)
            if changed != value:
                value = changed
                filled.append((slot, label))
        return value, tuple(filled), tuple(findings)

    def _slots(self, operation: Operation, media: MediaType) -> tuple[Reference, ...]:
        if not media.is_json:
            return ()
        return self.producers.of_body(operation)

    def _left_out(self, operation: Operation, media: MediaType) -> list[str]:
        """Optional members that are better not sent: ids that nobody can make, and records that would have to name themselves."""
        if not media.is_json:
            return []
        given = {f"/{escape(name)}" for one in media.examples if isinstance(one.value, dict) for name in one.value}
        given |= {f"/{escape(name)}" for name in self._addressing(operation, media)}
        unmade = [pointer for pointer in sorted(self.producers.orphans(operation)) if pointer not in given]
        unmade += self._own_id(operation, media)
        is_update = self.model.role_of(operation.key) in {Role.REPLACE, Role.PATCH} and not names_its_record(operation)
        own = self.model.of(operation.key) if is_update else None
        cut = [
            slot.pointer
            for slot in self._slots(operation, media)
            if not slot.is_required and (slot.is_cut or slot.resource is own)
        ]
        return unmade + cut

    def _addressing(self, operation: Operation, media: MediaType) -> frozenset[str]:
        """The members by which a body says what the operation works on: without them it may be anything."""
        return addressing(operation, self.model.of(operation.key), shape_of(media.schema).properties)

    def _own_id(self, operation: Operation, media: MediaType) -> list[str]:
        """The id of a new record, where the client need not say it: a server may take it, assign another one, or refuse it."""
        resource = self.model.of(operation.key)
        if resource.create is not operation or resource.has_client_ids or resource.identity is None or resource.identity.sent:
            return []
        place = resource.record.pointer if resource.record is not None else ""
        name = resource.identity.pointer.removeprefix(place).removeprefix("/")
        body = shape_of(media.schema)
        return [f"/{name}"] if "/" not in name and name in body.properties and name not in body.required else []

    def _is_same_item(self, operation: Operation, resource: Resource) -> bool:
        """Whether a body names a second record of the kind that the path names (``/users/{id}/follow`` with ``user_id``)."""
        if self.model.role_of(operation.key) is not Role.ACTION:
            return False
        path = operation.parameters_in(ParameterLocation.PATH)
        owners = [found[0] for parameter in path if (found := self.producers.of_path(operation, parameter)) is not None]
        return bool(owners) and owners[-1] is resource

    def _noun(self, operation: Operation) -> str:
        return self.model.of(operation.key).record_name

    def _base_name(self, operation: Operation) -> str:
        """What the base body is called: ``new_pet``, ``changed_pet``; the operation's own name elsewhere."""
        resource, role = self.model.of(operation.key), self.model.role_of(operation.key)
        patterns = {Role.CREATE: "new_{}", Role.REPLACE: "replaced_{}", Role.PATCH: "patched_{}"}
        if resource.create is operation:
            return patterns[Role.CREATE].format(resource.record_name)
        if role in patterns and resource.first(role) is operation:
            return patterns[role].format(resource.record_name)
        return identifier(f"{self.operation_name(operation)}_body", fallback="body", limit=70)


def _readable(pointer: str) -> str:
    return "".join(char if char.isascii() and char.isprintable() else "?" for char in pointer)[:60]


def record_step(resource: Resource, label: str = "") -> str:
    """The name of the step that makes a record: ``pet``, ``other_pet``."""
    return f"{label}_{resource.record_name}" if label else resource.record_name


def _unmade(operation: Operation, body: RequestBody, reason: str) -> Finding | None:
    """The finding about a body that must be sent and cannot be made; None where it may be left out."""
    message = f"{operation.key.label}: {reason}"
    return Finding(FindingCode.MEDIA_TYPE_UNSUPPORTED, body.pointer, message) if body.required else None


def documented_pointer(base: BodyBase, pointer: str) -> str:
    """Where the document says what ``pointer`` (in the schema of a body's base) says: the array around the rows of a sequential body
    is ours."""
    ours = f"{base.media.pointer}/items"
    items = items_schema(base.media) if base.kind is BodyKind.LINES else None
    return items.pointer + pointer.removeprefix(ours) if items is not None and pointer.startswith(ours) else pointer
