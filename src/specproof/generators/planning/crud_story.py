"""What the cases of one resource's life share: its operations, its records, and the comparisons between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, Family, Fresh, FromStep, PlanValue
from specproof.generators.plan_values import Missing, same_plan, value_at
from specproof.generators.planning.changes import Change, Labels
from specproof.generators.planning.client_ids import repeated_name
from specproof.generators.planning.comparing import not_echoed, not_read_back, not_settable
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.requests import OTHER, BodyBase, Found, record_step
from specproof.generators.planning.returned_members import returned_members
from specproof.generators.planning.scenes import Scene
from specproof.generators.planning.updates import other_members, unlike_created
from specproof.generators.reading.answers import list_of, record_of, request_schema, success_schema
from specproof.generators.reading.paging import widest_page
from specproof.generators.reading.resources import Resource, Role, normalised
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import Method

_UNSAFE = (Method.POST, Method.PUT, Method.PATCH)


def answers_later(operation: Operation) -> bool:
    """Whether an operation may answer before it is done: the document says 202."""
    return any(response.status == "202" for response in operation.success_responses())


@dataclass(frozen=True, slots=True)
class Story:
    """One resource whose records can be made."""

    context: GenerationContext
    resource: Resource
    create: Operation

    @property
    def read(self) -> Operation | None:
        """The operation that reads one record, if records can be found again."""
        return self.resource.first(Role.READ) if self.resource.can_be_made else None

    @property
    def delete(self) -> Operation | None:
        """The operation that deletes one record, if records can be found again."""
        return self.resource.first(Role.DELETE) if self.resource.can_be_made else None

    @property
    def step(self) -> str:
        """The step that makes the first record."""
        return record_step(self.resource)

    @property
    def other_step(self) -> str:
        """The step that makes the second record."""
        return record_step(self.resource, OTHER)

    def sends_fixed_id(self) -> bool:
        """Whether the body of a create says the record's id, the same for each: a second one may replace the first, or conflict."""
        base = self.context.parts.body(self.create)
        identity = self.resource.identity
        if not isinstance(base, BodyBase) or identity is None or identity.pointer.startswith("{"):
            return False
        place = self.resource.record.pointer if self.resource.record is not None else ""
        sent = value_at(base.value, identity.pointer.removeprefix(place))
        # A number is its client's choice, drawn or not: that two of them differ is not the API's doing.
        return not isinstance(sent, (Missing, FromStep)) and not (isinstance(sent, Fresh) and not sent.is_number)

    @property
    def other(self) -> Labels:
        """Means the second record."""
        return {self.resource.collection: OTHER}

    @property
    def record_shape(self) -> Shape:
        """The record in the answer of the create operation."""
        return self.resource.record.shape if self.resource.record is not None else shape_of(None)

    @property
    def settable(self) -> Shape:
        """What a client sends to make a record."""
        return shape_of(request_schema(self.create))

    @property
    def parent(self) -> Resource | None:
        """The resource whose record stands in the path of this one's, if such records can be made: ``/owners/{id}/pets``."""
        return self.above(self.resource.collection)

    def above(self, path: str) -> Resource | None:
        """The resource below whose record ``path`` lies, if such records can be made."""
        for resource in self.context.parts.model.resources:
            is_above = path.startswith(resource.collection + "/{")
            if is_above and resource is not self.resource and resource.can_be_made and "{" not in resource.collection:
                return resource
        return None

    def id_of(self, step: str) -> FromStep:
        """The id of the record that a step made."""
        identity = self.resource.identity
        return FromStep(step, identity.pointer if identity else "", identity.sent if identity else False)

    def place_in(self, operation: Operation) -> tuple[str, Shape] | None:
        """Where the record stands in an operation's answer, and its shape there; None if the document describes no record."""
        return self._once("place", operation, lambda: self._place_in(operation))

    def _once(self, about: str, operation: Operation, work: Callable[[], Found]) -> Found:
        return self.context.parts.once((about, operation.key.label, self.resource.collection, self.create.key.label), work)

    def _place_in(self, operation: Operation) -> tuple[str, Shape] | None:
        found = record_of(success_schema(operation), self.record_shape, self.resource.words)
        if found is None or not set(found.shape.properties) & (set(self.record_shape.properties) | set(self.settable.properties)):
            return None
        return found.pointer, found.shape

    def shows_any(self, base: BodyBase) -> bool:
        """Whether the create's answer shows anything of what was sent."""
        sent = set(base.value) if isinstance(base.value, dict) else set()
        return bool(sent & set(self.record_shape.properties))

    def echo(self, operation: Operation, sent: PlanValue) -> Check:
        """The answer of ``operation`` shows ``sent``."""
        pointer, shape = self.place_in(operation) or ("", shape_of(None))
        ignore = self._once("echo", operation, lambda: self._not_kept(operation, shape))
        return Check(CheckId.ECHO, {"sent": sent, "at": pointer, "ignore": list(ignore)})

    def update_of(self, update: Operation, base: BodyBase) -> tuple[Change, PlanValue]:
        """How an update differs from its base request, and the body that it sends.

        An update by the operation that made the record changes what was sent then; other updates have a body of their own.
        """
        if update is not self.create or not isinstance(base.value, dict):
            return Change(), base.value
        schema, key = shape_of(request_schema(update)), f"{update.key.label} update"
        changed = unlike_created(self.context.values, schema, base.value, base.value, self.resource, "", key)
        kept = repeated_name(self.resource)
        new = {
            name: value
            for name, value in (changed.items() if isinstance(changed, dict) else ())
            if name != kept and repr(value) != repr(base.value[name])
        }
        edits = tuple(Edit(EditKind.SET, f"/{escape(name)}", value) for name, value in new.items())
        return Change(edits=edits), {**base.value, **new}

    def other_update_of(self, update: Operation) -> tuple[Edit, ...]:
        """What makes an update differ from its base request, where a record may be as the base says from the beginning: nothing if
        the create says what it is, or if the base says anything new.
        """
        base, created = self.context.parts.body(update), self.context.parts.body(self.create)
        if not isinstance(base, BodyBase) or not isinstance(created, BodyBase) or not isinstance(base.value, dict):
            return ()
        edits = other_members(
            self.context.values, shape_of(request_schema(update)), base.value, created.value, f"{update.key.label} again"
        )
        shown = {f"/{escape(name)}" for name in base.value if name in self.record_shape.properties}
        return edits if shown and shown <= {edit.pointer for edit in edits} else ()

    def update_checks(self, update: Operation, sent: PlanValue) -> tuple[Check, ...]:
        """What the answer of an update must show; nothing where it shows no record."""
        return (self.echo(update, sent),) if self.place_in(update) is not None else ()

    def shows_record(self, check: CheckId, read: Operation, step: str) -> Check:
        """A read shows the record that ``step`` was answered with."""
        pointer = self.resource.record.pointer if self.resource.record else ""
        return self.shows_answer(check, read, FromStep(step, pointer), self.record_shape)

    def shows_created(self, read: Operation, step: str) -> Check:
        """A read shows the record that ``step`` made: as its answer showed it, or as it was sent where the client chooses the key."""
        if self.resource.identity is not None and self.resource.identity.sent:
            return self.shows_sent(CheckId.READ_BACK, read, step, self.create)
        return self.shows_record(CheckId.READ_BACK, read, step)

    def shows_answer(
        self, check: CheckId, read: Operation, expected: FromStep, answered: Shape, *, with_read_only: bool = False
    ) -> Check:
        """A read shows the record that an answer of the shape ``answered`` showed."""
        pointer, shape = self.place_in(read) or ("", shape_of(None))
        identity = self.resource.identity
        name = identity.name if identity else ""
        ignore = {*not_read_back(answered, shape, self.settable, name, with_read_only=with_read_only), *self._unsettled(answered)}
        return Check(check, {"expected": expected, "at": pointer, "ignore": [*sorted(ignore)]})

    def _unsettled(self, shape: Shape) -> list[str]:
        """What the server may still be working on after the create was answered: nothing, or all that no client sets after a 202."""
        identity = self.resource.identity
        return not_settable(shape, self.settable, identity.name if identity else "") if answers_later(self.create) else []

    def actions(self) -> list[Operation]:
        """The actions on one record that are answered with that record, done at once (200) and not queued."""
        identity = self.resource.identity
        found = [self.resource.operations[key] for key, role in sorted(self.resource.roles.items()) if role is Role.ACTION]
        return [
            action
            for action in found
            if identity is not None
            and action.key.method in {Method.POST, Method.PUT, Method.PATCH}
            and action.key.path.startswith(self.read.key.path + "/" if self.read is not None else "\0")
            and [response.status for response in action.success_responses()] == ["200"]
            and (place := self.place_in(action)) is not None
            and identity.name in place[1].properties
        ]

    def writing_actions(self) -> list[Operation]:
        """What else may write to one record: actions on its path or below, and on no other record."""
        read = self.read
        return [
            self.resource.operations[key]
            for key, role in sorted(self.resource.roles.items())
            if read is not None
            and role is Role.ACTION
            and key.method in _UNSAFE
            and f"{normalised(key.path)}/".startswith(f"{normalised(read.key.path)}/")
            and key.path.count("{") == read.key.path.count("{")
        ]

    def shows_sent(self, check: CheckId, read: Operation, step: str, operation: Operation) -> Check:
        """A read shows what ``step`` sent to ``operation``."""
        pointer, shape = self.place_in(read) or ("", shape_of(None))
        ignore = self._not_kept(operation, shape)
        return Check(check, {"expected": FromStep(step, "", sent=True), "at": pointer, "ignore": list(ignore)})

    def _not_kept(self, operation: Operation, shown: Shape) -> list[str]:
        """What was sent and need not be shown: a checksum that came from the server is another one after the change."""
        returned = self.tokens_of(operation)
        return sorted({*not_echoed(shape_of(request_schema(operation)), shown), *returned})

    def tokens_of(self, operation: Operation) -> list[str]:
        """The pointers of what an update sends back so that the server knows which state of the record is meant; the id is not one."""
        identity = self.resource.identity.name if self.resource.identity is not None else ""
        return [f"/{escape(name)}" for name in returned_members(self.resource, operation) if name != identity]

    def untouched(self, read: Operation, step: str) -> Check:
        """A read shows what the read ``step`` showed before, with the states that only the server sets: nobody has done anything."""
        pointer, shape = self.place_in(read) or ("", shape_of(None))
        return self.shows_answer(CheckId.UNCHANGED, read, FromStep(step, pointer), shape, with_read_only=True)

    def still_shows(self, read: Operation, step: str, *changed: str) -> Check:
        """A read shows what the read ``step`` showed before, but for ``changed`` and, if anything was, what only the server sets.

        Reads are compared with reads, so that a read that shows a record wrongly blames no update.
        """
        pointer, shape = self.place_in(read) or ("", shape_of(None))
        identity = self.resource.identity
        name = identity.name if identity else ""
        ignore = {*changed, *not_read_back(shape, shape, self.settable, name), *self._unsettled(shape)}
        if changed:
            ignore.update(not_settable(shape, self.settable, name))
        arguments: dict[str, PlanValue] = {"expected": FromStep(step, pointer), "at": pointer, "ignore": [*sorted(ignore)]}
        return Check(CheckId.UNCHANGED, arguments)

    def listing(self, check: CheckId) -> tuple[Operation, Check, Change] | None:
        """The list operation, the check that the record is in it or not, and the widest page that may be asked for."""
        operation, identity = self.resource.first(Role.LIST), self.resource.identity
        if operation is None or identity is None:
            return None
        place = list_of(success_schema(operation), self.resource.words)
        if place is None or identity.name not in place.item.properties:
            return None
        arguments: dict[str, PlanValue] = {
            "items": place.pointer,
            "key": f"/{escape(identity.name)}",
            "value": self.id_of(self.step),
        }
        return operation, Check(check, arguments), Change(replaced=widest_page(operation, place.item))

    def one_field_of(self, patch: Operation) -> Edit | None:
        """One field that a patch may set alone, with a value that the record did not have: text before others, by name."""
        base, created = self.context.parts.body(patch), self.context.parts.body(self.create)
        if not isinstance(base, BodyBase) or not base.media.is_json or not isinstance(base.value, dict):
            return None
        before = created.value if isinstance(created, BodyBase) else None
        schema = shape_of(request_schema(patch))
        shown = [name for name in base.value if name in self.record_shape.properties]
        candidates = [
            (not isinstance(value, Fresh), name, value)
            for name, value in base.value.items()
            if name in shown
            and not isinstance(value, (FromStep, dict, list))
            and (isinstance(value, Fresh) or not same_plan(value, value_at(before, f"/{escape(name)}")))
            and schema.required <= {name}
        ]
        if not candidates:
            return None
        _, name, value = min(candidates, key=lambda candidate: candidate[:2])
        return Edit(EditKind.SET, f"/{escape(name)}", value)

    def finish(self, scene: Scene, operation: Operation, condition: str, expected: str, text: str) -> Case | Finding:
        """The case that a scene makes."""
        draft = Draft(
            family=Family.CRUD,
            operation=operation,
            condition=condition,
            expected=expected,
            title=f"{operation.key.label}: {text[0].lower()}{text[1:].rstrip('.')}",
            keyword="relation",
            pointer=operation.pointer,
            text=text,
            source="policy",
        )
        return self.context.finish(scene, draft)
