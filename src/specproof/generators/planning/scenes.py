"""A scene: the steps that one case needs, built up as the case asks for records.

Records are made top-down, each once: whoever asks for a pet gets its owner made first. Trouble is a finding, and stops nothing but
the scene that it happens in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from specproof.domain.plans import (
    BodyPlan,
    Check,
    CredentialUse,
    Edit,
    EditKind,
    Fresh,
    FromStep,
    ParameterValue,
    PlanValue,
    RequestPlan,
    Step,
)
from specproof.generators.naming import quoted
from specproof.generators.plan_values import MISSING, Missing, places, segments, value_at
from specproof.generators.planning.changes import AS_IS, NO_LABELS, Change, Labels
from specproof.generators.planning.cleanups import cleanup, may_be_old, sends_fixed_key
from specproof.generators.planning.client_ids import chosen_id, registration, repeated_name
from specproof.generators.planning.ownership import maker_of_path, maker_of_query, nobodys_of, takes_a_few_names, writes_to
from specproof.generators.planning.parameter_requests import parameter_value
from specproof.generators.planning.preparing import MOST_RECORDS, needs_too_much, too_much
from specproof.generators.planning.requests import BodyBase, RequestParts, record_step
from specproof.generators.planning.returned_members import current_step, place_in_read, returned_values
from specproof.generators.planning.security import unsendable
from specproof.generators.planning.sparing import change_reasons, others_stay, sparing_reasons, takes_a_place
from specproof.generators.reading.effects import is_safe
from specproof.generators.reading.more_creates import made_place
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.reading.shapes import escape
from specproof.generators.test_data_factory.model import Origin, ProvenValue
from specproof.generators.words import id_stem
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import Method, ParameterLocation


@dataclass(slots=True)
class Scene:
    """The steps of one case under construction. ``failure`` is set where a request cannot be made at all."""

    parts: RequestParts
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skip_reason: str = ""
    failure: Finding | None = None
    touched: list[str] = field(default_factory=list)
    _made: set[str] = field(default_factory=set)
    _old: set[str] = field(default_factory=set)
    """The steps whose record may be somebody else's: their create may have found it."""
    _now: dict[str, str] = field(default_factory=dict)
    """By the step that made a record: the step that shows it as it is now; "" where a later step may have changed it."""

    def record(self, resource: Resource, labels: Labels = NO_LABELS, edits: Sequence[Edit] = ()) -> str:
        """The step that made the record of ``resource`` that ``labels`` mean; made now as a set-up step unless it is there already."""
        name = record_step(resource, labels.get(resource.collection, ""))
        if name in self._made or resource.create is None or self.failure is not None:
            return name
        if needs_too_much(self.parts, resource):
            self.failure = too_much(resource.create)
            return name
        self._made.add(name)
        purpose = f"Prepare: create the {name.replace('_', ' ')}"
        self.create(resource, name=name, purpose=purpose, labels=labels, change=Change(edits=tuple(edits)), is_setup=True)
        return name

    def create(
        self,
        resource: Resource,
        *,
        name: str,
        purpose: str,
        checks: Sequence[Check] = (),
        labels: Labels = NO_LABELS,
        change: Change = AS_IS,
        is_setup: bool = False,
    ) -> str:
        """A step that makes a record, with its removal as clean-up; the record is then known under ``name``."""
        operation = resource.create
        if operation is not None:
            if takes_a_place(resource):
                self.skip("the new record's key is one of a few that somebody else's may have")
            self._made.add(name)
            request = self.request(operation, labels, self._with_own_id(resource, labels, change))
            if request is not None:
                is_kept = self._is_old(operation, name, request) or (not is_setup and sends_fixed_key(resource, request))
                removal = None if is_kept else cleanup(self.parts, resource, name, labels, self._made)
                self.add(Step(name, purpose, request, tuple(checks), is_setup, removal))
        return name

    def _with_own_id(self, resource: Resource, labels: Labels, change: Change) -> Change:
        """``change`` with the id that a new record gets, where the client chooses it."""
        found = registration(resource)
        if found is None:
            return change
        parameter, label = found[1], labels.get(resource.collection, "")
        chosen = chosen_id(self.parts.values, resource, label)
        if isinstance(chosen, Missing):
            self.skip(f"no value of {quoted(parameter.name.raw())} is surely free for a new record")
            return change
        name = repeated_name(resource)
        edits = (Edit(EditKind.SET, f"/{escape(name)}", chosen),) if name is not None and label else ()
        replaced = {**change.replaced, (ParameterLocation.PATH, parameter.name.raw()): chosen}
        return replace(change, replaced=replaced, edits=(*change.edits, *edits))

    def send(
        self,
        operation: Operation,
        *,
        name: str,
        purpose: str,
        checks: Sequence[Check],
        labels: Labels = NO_LABELS,
        change: Change = AS_IS,
        is_setup: bool = False,
    ) -> None:
        """A step that sends one request. A create that must be refused removes what a faulty API makes of it."""
        request = self.request(operation, labels, change)
        if request is not None:
            removal = None if self._is_old(operation, name, request) else self._removal(operation, name, labels, change)
            self.add(Step(name, purpose, request, tuple(checks), is_setup, removal))
            self._note_change(operation, labels)

    def _removal(self, operation: Operation, name: str, labels: Labels, change: Change) -> RequestPlan | None:
        """The removal of the record whose id stands in the answer of ``name``; an id that was sent may be anybody's, unless it is new."""
        resource = self.parts.model.of(operation.key)
        identity = resource.identity
        made = "" if resource.create is operation else made_place(resource, operation)
        if made is None or resource.has_client_ids or identity is None:
            return None
        if identity.sent and not self._sends_new_key(operation, made, identity.pointer, change):
            return None
        self._made.add(name)
        return cleanup(self.parts, resource, name, labels, self._made, made)

    def _is_old(self, operation: Operation, name: str, request: RequestPlan) -> bool:
        """Whether what a create answers with may have been there before: then nothing more is done to it."""
        is_old = may_be_old(self.parts.model.of(operation.key), operation, request)
        if is_old:
            self._old.add(name)
        return is_old

    def _sends_new_key(self, operation: Operation, made: str, pointer: str, change: Change) -> bool:
        base = self.parts.body(operation)
        is_edited = change.raw_body is not None or any(edit.pointer in {"", made, made + pointer} for edit in change.edits)
        return isinstance(base, BodyBase) and not is_edited and isinstance(value_at(base.value, made + pointer), Fresh)

    def send_only(
        self, operation: Operation, edit: Edit, *, name: str, purpose: str, checks: Sequence[Check], is_setup: bool = False
    ) -> None:
        """A step whose body is nothing but one member."""
        request = self.request(operation, change=Change(no_body=True))
        base = self.parts.body(operation)
        if request is not None and isinstance(base, BodyBase):
            member = segments(edit.pointer)[-1]
            body = BodyPlan(base.media.name, {member: edit.value})
            self.add(Step(name, purpose, replace(request, body=body), tuple(checks), is_setup))
            self._note_change(operation, NO_LABELS)

    def _note_change(self, operation: Operation, labels: Labels) -> None:
        resource = self.parts.model.of(operation.key)
        if operation is not resource.create and not is_safe(operation):
            self._now[record_step(resource, labels.get(resource.collection, ""))] = ""

    def add(self, step: Step) -> None:
        """Append a finished step."""
        self.steps.append(step)
        operation = self.parts.operations[step.request.operation]
        if step.is_setup and sum(one.is_setup for one in self.steps) > 2 * MOST_RECORDS:
            self.failure = self.failure or too_much(operation)
        pointer = operation.pointer
        if pointer not in self.touched:
            self.touched.append(pointer)

    def request(self, operation: Operation, labels: Labels = NO_LABELS, change: Change = AS_IS) -> RequestPlan | None:
        """A request of an operation; the records that it names are made first. None, with ``failure`` set, if it cannot be made."""
        by_location: dict[ParameterLocation, list[ParameterValue]] = {location: [] for location in ParameterLocation}
        for parameter in operation.parameters:
            key = (parameter.location, parameter.name.raw())
            if key in change.left_out:
                continue
            if key in change.replaced:
                by_location[parameter.location].append(parameter_value(parameter, change.replaced[key]))
            elif self.parts.is_sent(operation, parameter):
                value = self._value_of(operation, parameter, labels, change)
                if isinstance(value, Finding):
                    self.failure = self.failure or value
                    return None
                by_location[parameter.location].append(parameter_value(parameter, value))
        body = self._body(operation, labels, change)
        for reason in (*sparing_reasons(self.parts, operation), *change_reasons(self.parts, operation, change)):
            self._leave(operation, reason)
        named = {one.value.step for values in by_location.values() for one in values if isinstance(one.value, FromStep)}
        if (
            named & {*self._old, "existing"}
            and not is_safe(operation)
            and self.parts.model.role_of(operation.key) is not Role.CREATE
        ):
            self._leave(operation, "the record that it would be about may have been there before")
        credentials = self.parts.credentials(operation)
        if credentials.security is None:
            self.skip(f"the credential that is asked for cannot be sent: {unsendable(operation)}")
        if self.failure is not None:
            return None
        return RequestPlan(
            operation=operation.key,
            path_parameters=tuple(by_location[ParameterLocation.PATH]),
            query=(*by_location[ParameterLocation.QUERY], *by_location[ParameterLocation.QUERYSTRING]),
            headers=tuple(by_location[ParameterLocation.HEADER]),
            cookies=tuple(by_location[ParameterLocation.COOKIE]),
            body=body,
            credential=CredentialUse.UNDEFINED if credentials.asks_for_undefined else change.credential,
            security=credentials.security or (),
            alternatives=credentials.alternatives,
        )

    def _leave(self, operation: Operation, reason: str) -> None:
        self.findings.append(
            Finding(FindingCode.NO_PRODUCER, operation.pointer, f"{operation.key.label}: {reason}", Severity.INFO)
        )
        self.skip(reason)

    def skip(self, reason: str) -> None:
        """The case will be skipped for this reason (the first one stays)."""
        self.skip_reason = self.skip_reason or reason

    def _body(self, operation: Operation, labels: Labels, change: Change) -> BodyPlan | None:
        if change.no_body:
            return None
        base = self.parts.body(operation)
        if isinstance(base, Finding):
            self.failure = self.failure or base
            return None
        if base is None:
            return None
        self.findings += [finding for finding in base.findings if finding not in self.findings]
        if change.raw_body is not None:
            return BodyPlan(base.media.name, raw=change.raw_body)
        returned = self._returned(operation, base, labels, change.edits)
        edits = (*self._references(base, labels, change.edits), *returned, *change.edits)
        return base.plan(edits)

    def _returned(self, operation: Operation, base: BodyBase, labels: Labels, edits: Sequence[Edit]) -> list[Edit]:
        """What the server wants back: as the record is now, which is read where the case has changed it or no create shows it."""
        resource = self.parts.model.of(operation.key)
        made = record_step(resource, labels.get(resource.collection, ""))
        values = self.parts.once(
            ("returned", operation.key.label, made),
            lambda: {
                pointer: value
                for pointer, value in returned_values(resource, operation, made).items()
                if value_at(base.value, pointer) is not MISSING
            },
        )
        if not values:
            return []
        self.record(resource, labels)
        if made in self._now or any(value.step != made for value in values.values()):
            step = self._read_now(resource, made, labels)
            values = {pointer: FromStep(step, place_in_read(resource, segments(pointer)[-1]) or "") for pointer in values}
        touched = {edit.pointer for edit in edits}
        return [
            Edit(EditKind.SET, pointer, value)
            for pointer, value in values.items()
            if pointer not in touched and value != value_at(base.value, pointer)
        ]

    def _read_now(self, resource: Resource, made: str, labels: Labels) -> str:
        """The step that reads the record of the step ``made`` as it is after the steps so far."""
        if self._now.get(made):
            return self._now[made]
        step, read = current_step(made), resource.first(Role.READ)
        if read is None:
            self.skip("no operation shows what the record is now, which the next request has to say")
            return made
        while step in self._made:
            step += "_again"
        self._made.add(step)
        self.send(read, name=step, purpose="Prepare: read what it is now", checks=(), labels=labels, is_setup=True)
        self._now[made] = step
        return step

    def _references(self, base: BodyBase, labels: Labels, edits: tuple[Edit, ...]) -> Iterator[Edit]:
        """Make the records that a body names; where another one than the base's is meant, say so by an edit."""
        if base.own is not None:
            self.record(base.own, {**labels, base.own.collection: ""})
        for slot, usual in base.references:
            label = labels.get(slot.resource.collection, usual)
            needed = {**labels, slot.resource.collection: label} if label else labels
            # The base value is written with the usual record's name, so that record has to exist whichever one is meant.
            self.record(slot.resource, {**labels, slot.resource.collection: usual})
            if label == usual or slot.resource.identity is None:
                continue
            step = self.record(slot.resource, needed)
            source = FromStep(step, slot.resource.identity.pointer, slot.resource.identity.sent)
            for pointer in places(base.value, slot.pointer):
                if pointer not in {edit.pointer for edit in edits}:
                    yield Edit(EditKind.SET, pointer, [source] if slot.is_list else source)

    def _value_of(self, operation: Operation, parameter: Parameter, labels: Labels, change: Change) -> PlanValue | Finding:
        if parameter.location is ParameterLocation.PATH:
            found = maker_of_path(self.parts, operation, parameter)
            if found is not None:
                resource, pointer, sent = found
                return FromStep(self.record(resource, labels), pointer, sent)
        else:
            owner = maker_of_query(self.parts, operation, parameter)
            if owner is not None and owner.identity is not None:
                return FromStep(self.record(owner, labels), owner.identity.pointer, owner.identity.sent)
            is_all = not operation.parameters_in(ParameterLocation.PATH)
            is_query = parameter.location is ParameterLocation.QUERY
            if operation.key.method is Method.DELETE and is_query and is_all and id_stem(parameter.name.raw()) is not None:
                self._leave(operation, others_stay(parameter.name.raw()))
            nobodys = nobodys_of(self.parts, operation, parameter)
            if isinstance(nobodys, Missing):
                self._leave(operation, others_stay(parameter.name.raw()))
            elif nobodys is not None:
                return nobodys
        proven = self.parts.parameter(operation, parameter)
        if isinstance(proven, Finding):
            return proven
        if parameter.location is ParameterLocation.PATH:
            return self._without_producer(operation, parameter, proven, change)
        return proven.value

    def _without_producer(self, operation: Operation, parameter: Parameter, proven: ProvenValue, change: Change) -> PlanValue:
        """A path value that no operation makes: a listed one for reads, a documented one, or none, which skips the case.

        Writes never take a documented one: it names a record that is somebody else's.
        """
        if proven.origin is Origin.ENUM and not takes_a_few_names(self.parts, operation, parameter, change):
            return proven.value
        listed = self._listed(operation, parameter)
        if listed is not None:
            return listed
        name = quoted(parameter.name.raw())
        is_write = writes_to(self.parts, operation, parameter, change)
        is_used = proven.origin in {Origin.EXAMPLE, Origin.DEFAULT} and not is_write
        told = "the documented example is used" if is_used else "the case is skipped"
        message = f"{operation.key.label}: no operation makes the record that {name} names; {told}"
        self.findings.append(Finding(FindingCode.NO_PRODUCER, operation.pointer, message, Severity.INFO))
        if is_write:
            missing = "a create operation whose answer shows the new record's id"
            self.skip(
                f"no operation makes the record that {name} names, and records of others are not changed: {missing} is missing"
            )
        elif not is_used:
            self.skip(f"no operation makes the record that {name} names: give the parameter an example in the document")
        return proven.value

    def _listed(self, operation: Operation, parameter: Parameter) -> FromStep | None:
        """The id of a record that is there already. For reads alone: what others own is never changed."""
        if not is_safe(operation):
            return None
        found = self.parts.listed_id(operation, parameter)
        if found is None:
            return None
        listing, pointer = found
        if "existing" not in self._made:
            self._made.add("existing")
            self.send(listing, name="existing", purpose="Prepare: find a record that exists", checks=(), is_setup=True)
        return FromStep("existing", pointer)
