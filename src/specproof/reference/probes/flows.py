"""Probes of a whole resource: what becomes of records, from their creation to after their deletion."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.openapi.model import Operation
from specproof.openapi.schema import JsonValue
from specproof.reference.probes.baseline import Baseline, Handle, Scene, body_schema_of, media_of, member_of, with_member
from specproof.reference.probes.steps import NOTHING, Caller, Conversation, Piece, Taken
from specproof.reference.resources import Resource
from specproof.reference.roles import Role
from specproof.reference.values import View
from specproof.reference.values.violations import violations

_MAX_MEMBERS = 24


class Flows:
    """Makes the conversations of one resource."""

    def __init__(self, baseline: Baseline, resource: Resource) -> None:
        self._baseline = baseline
        self._resource = resource
        self._name = resource.name

    def conversations(self) -> Iterator[Conversation]:
        """All of them, the most telling first."""
        for name, play in (
            ("life", self._life),
            ("changes", self._changes),
            ("parts", self._parts),
            ("refused", self._refused),
            ("strangers", self._strangers),
            ("nobody", self._nobody),
            ("wrong parent", self._wrong_parent),
            ("given members", self._given_members),
            ("validators", self._validators),
            ("other ways", self._other_ways),
            ("actions", self._actions),
            ("singleton", self._singleton),
            ("after the parent", self._after_the_parent),
        ):
            scene = Scene(self._baseline)
            play(scene)
            if len(scene.steps) > scene.setup:
                yield scene.conversation(self._name, name)
        if self._resource.operation(Role.CREATE) is None and not self._resource.is_singleton:
            scene = Scene(self._baseline)
            self._numbered(scene)
            if scene.steps:
                yield scene.conversation(self._name, "numbered", records=3)

    def _all(self, *roles: Role) -> list[Operation]:
        return [operation for role in roles for operation in self._resource.operations.get(role, ())]

    def _look(self, scene: Scene, *handles: Handle, caller: Caller = Caller.FIRST) -> None:
        """Read the records in every way, and the list."""
        for handle in handles:
            for operation in self._all(Role.READ):
                scene.send(scene.at_record(operation, handle).but(caller=caller))
        for operation in self._all(Role.LIST):
            for handle in handles[:1]:
                scene.send(scene.at_record(operation, handle).but(caller=caller))

    def _pair(self, scene: Scene) -> tuple[Handle, Handle]:
        parents = scene.parents(self._resource)
        return scene.record(self._resource, "one", parents), scene.record(self._resource, "two", parents)

    def _life(self, scene: Scene) -> None:
        first, second = self._pair(scene)
        self._follow(scene, first)
        self._look(scene, first, second)
        if first.made_by is not None:
            scene.send(first.made_by)
            self._look(scene, second)
        for operation in self._all(Role.DELETE):
            scene.send(scene.at_record(operation, first))
            self._look(scene, first, second)
            scene.send(scene.at_record(operation, first))
        for operation in self._all(Role.REPLACE, Role.PATCH, Role.ACTION):
            scene.send(scene.at_record(operation, first, "late"))
        third = scene.record(self._resource, "three", first.parents)
        self._look(scene, third, second, first)
        if first.made_by is not None:
            scene.send(first.made_by)
            self._look(scene, second)

    def _follow(self, scene: Scene, handle: Handle) -> None:
        """Fetch what the answer's ``Location`` says."""
        reads = self._all(Role.READ)
        if handle.index >= 0 and reads:
            target = Taken(handle.index, header="location", otherwise="/nowhere")
            scene.send(scene.at_record(reads[0], handle).but(target=target))

    def _changes(self, scene: Scene) -> None:
        first, second = self._pair(scene)
        scene.ready()
        for operation in self._all(Role.REPLACE, Role.PATCH):
            for key in ("changed", "changed", "again"):
                scene.send(scene.at_record(operation, first, key))
                self._look(scene, first, second)
            lean = self._baseline.body(operation, "lean", is_full=False)
            if lean is not NOTHING:
                for _ in range(2):
                    scene.send(scene.at_record(operation, first).but(body=self._keyed(scene, operation, first, lean)))
                    self._look(scene, first, second)
            # With the other one's unique keys.
            taken = self._with_keys_of(operation, second)
            if taken is not NOTHING:
                scene.send(scene.at_record(operation, first).but(body=self._keyed(scene, operation, first, taken)))
                self._look(scene, first, second)

    def _keyed(self, scene: Scene, operation: Operation, handle: Handle, body: Piece) -> Piece:
        reading = self._baseline.reading(operation)
        return with_member(body, (*reading.body_container, reading.key_in_body), handle.key) if reading.key_in_body else body

    def _with_keys_of(self, operation: Operation, other: Handle) -> Piece:
        reading = self._baseline.reading(operation)
        body = self._baseline.body(operation, "taken")
        if other.made_by is None or not isinstance(member_of(body, reading.body_container), dict):
            return NOTHING
        made = self._baseline.reading(other.made_by.operation)
        for name in self._resource.unique_keys:
            body = with_member(body, (*reading.body_container, name), other.member(made, name))
        return body if self._resource.unique_keys else NOTHING

    def _parts(self, scene: Scene) -> None:
        """Each member changed alone, then set to null."""
        first, second = self._pair(scene)
        scene.ready()
        for operation in self._all(Role.PATCH):
            reading = self._baseline.reading(operation)
            fresh = self._baseline.body(operation, "part")
            inner = member_of(fresh, reading.body_container)
            for name in list(inner)[:_MAX_MEMBERS] if isinstance(inner, dict) else ():
                for value in (inner[name], None):
                    body: Piece = with_member({}, (*reading.body_container, name), value)
                    scene.send(scene.at_record(operation, first).but(body=self._keyed(scene, operation, first, body)))
                    self._look(scene, first)
        if len(scene.steps) > scene.setup:
            self._look(scene, second)

    def _refused(self, scene: Scene) -> None:
        """A refused write changes nothing."""
        first, second = self._pair(scene)
        scene.ready()
        for operation in self._all(Role.REPLACE, Role.PATCH, Role.CREATE):
            for body in self._broken(operation):
                if operation in self._all(Role.CREATE):
                    scene.send(scene.in_collection(operation, first.parents).but(body=body))
                else:
                    scene.send(scene.at_record(operation, first).but(body=self._keyed(scene, operation, first, body)))
                self._look(scene, first)
        if len(scene.steps) > scene.setup:
            self._look(scene, second)

    def _broken(self, operation: Operation) -> list[JsonValue]:
        schema = body_schema_of(media_of(operation))
        base = self._baseline.body(operation, "refused")
        if schema is None or base is NOTHING:
            return []
        found = [each for each in violations(self._baseline.instances.bundled(schema, View.REQUEST), base, 40) if each.pointer]
        return [each.value for each in (*found[:2], *found[-2:])]

    def _strangers(self, scene: Scene) -> None:
        """One user's records, and what another one sees of them and can do to them."""
        mine = scene.record(self._resource, "mine")
        theirs = scene.record(self._resource, "theirs", mine.parents, Caller.SECOND)
        scene.ready()
        for caller, handle in ((Caller.SECOND, mine), (Caller.FIRST, theirs)):
            self._look(scene, handle, caller=caller)
            for operation in self._all(Role.REPLACE, Role.PATCH, Role.ACTION, Role.DELETE):
                scene.send(scene.at_record(operation, handle, "stolen").but(caller=caller))
                owner = Caller.FIRST if caller is Caller.SECOND else Caller.SECOND
                self._look(scene, handle, caller=owner)
        if mine.parents:
            scene.record(self._resource, "below", mine.parents, Caller.SECOND)
            self._look(scene, mine)

    def _nobody(self, scene: Scene) -> None:
        """Writes without a credential, or with a wrong one, change nothing."""
        first, _ = self._pair(scene)
        scene.ready()
        for operation in self._all(Role.CREATE, Role.REPLACE, Role.PATCH, Role.ACTION, Role.DELETE):
            is_create = operation in self._all(Role.CREATE)
            step = (
                scene.in_collection(operation, first.parents, "nobody")
                if is_create
                else scene.at_record(operation, first, "nobody")
            )
            if not operation.security:
                continue
            # With all its parameters: some operations change nothing without.
            full = self._baseline.step(self._baseline.reading(operation), "nobody", is_full=True)
            step = step.but(values={**full.values, **step.values})
            scene.send(step.but(caller=Caller.NOBODY))
            self._look(scene, first)
            wrong = list(self._baseline.access.odd(operation))[1:2]
            for shown in wrong:
                scene.send(step.but(caller=Caller.NOBODY, headers=shown.headers, query="&".join(shown.query)))
                self._look(scene, first)

    def _wrong_parent(self, scene: Scene) -> None:
        """A child through the wrong parent, and below one that does not exist."""
        if self._resource.parent is None:
            return
        right = scene.parents(self._resource, "right")
        other = (*right[:-1], scene.record(self._resource.parent, "wrong", right[:-1]))
        child = scene.record(self._resource, "child", right)
        scene.ready()
        misled = Handle(child.resource, child.key, other, child.body, child.made_by, child.index)
        nowhere = Handle(right[-1].resource, scene.unknown_key(right[-1].resource), right[:-1])
        lost = Handle(child.resource, child.key, (*right[:-1], nowhere), child.body, child.made_by, child.index)
        for handle in (misled, lost):
            self._look(scene, handle)
            for operation in self._all(Role.REPLACE, Role.PATCH, Role.ACTION, Role.DELETE):
                scene.send(scene.at_record(operation, handle, "misled"))
                self._look(scene, child)
            for operation in self._all(Role.CREATE):
                scene.send(scene.in_collection(operation, handle.parents, "misled"))
                self._look(scene, child)

    def _after_the_parent(self, scene: Scene) -> None:
        """Children after their parent's deletion."""
        parent = self._resource.parent
        if parent is None or not parent.operations.get(Role.DELETE):
            return
        child = scene.record(self._resource, "child")
        scene.ready()
        for operation in parent.operations[Role.DELETE]:
            scene.send(scene.at_record(operation, child.parents[-1]))
        self._look(scene, child)
        for operation in self._all(Role.CREATE):
            scene.send(scene.in_collection(operation, child.parents, "orphan"))
        self._look(scene, child)

    def _other_ways(self, scene: Scene) -> None:
        """Records made by other operations than the first that makes them."""
        others = self._all(Role.CREATE)[1:]
        parents = scene.parents(self._resource) if others else ()
        for number, operation in enumerate(others):
            handle = scene.made_with(operation, self._resource, f"other {number}", parents)
            self._look(scene, handle)

    def _given_members(self, scene: Scene) -> None:
        """Members that only the server may set, sent by the client."""
        schema = self._resource.item_schema
        if schema is None:
            return
        shown = self._baseline.instances.instance(schema, key="given", view=View.RESPONSE, is_fresh=True)
        if not isinstance(shown, dict):
            return
        first = scene.record(self._resource, "one")
        scene.ready()
        for operation in self._all(Role.CREATE, Role.REPLACE, Role.PATCH):
            reading = self._baseline.reading(operation)
            body = self._baseline.body(operation, "giving")
            inner = member_of(body, reading.body_container)
            if not isinstance(inner, dict):
                continue
            extra = {name: value for name, value in shown.items() if name not in inner}
            whole: Piece = {**inner, **extra}
            for token in reversed(reading.body_container):
                whole = {token: whole}
            if operation in self._all(Role.CREATE):
                made = scene.send(scene.in_collection(operation, first.parents).but(body=whole))
                self._look(scene, scene.handle_of(operation, made, first.parents), first)
            else:
                scene.send(scene.at_record(operation, first).but(body=self._keyed(scene, operation, first, whole)))
                self._look(scene, first)

    def _validators(self, scene: Scene) -> None:
        """Conditional requests, and what becomes of the validators when the record changes."""
        first, second = self._pair(scene)
        scene.ready()
        reads = self._all(Role.READ)
        if not reads:
            return
        read = scene.at_record(reads[0], first)
        tag = Taken(scene.send(read), header="etag", otherwise='"none"')
        scene.send(read.but(headers=(("if-none-match", tag),)))
        scene.send(read.but(headers=(("if-none-match", '"other"'),)))
        scene.send(read.but(method="HEAD"))
        scene.send(scene.at_record(reads[0], second))
        for operation in self._all(Role.REPLACE, Role.PATCH):
            step = scene.at_record(operation, first, "tagged")
            scene.send(step.but(headers=(("if-match", '"other"'),)))
            scene.send(step.but(headers=(("if-match", tag),)))
            scene.send(read)
            scene.send(read.but(headers=(("if-none-match", tag),)))
            scene.send(step.but(headers=(("if-match", tag),)))
            scene.send(read)
        for operation in self._all(Role.DELETE):
            scene.send(scene.at_record(operation, first).but(headers=(("if-match", '"other"'),)))
            scene.send(read)

    def _actions(self, scene: Scene) -> None:
        actions = self._all(Role.ACTION)
        if not actions:
            return
        first, second = self._pair(scene)
        scene.ready()
        for operation in actions:
            for _ in range(2):
                scene.send(scene.at_record(operation, first))
                self._look(scene, first, second)
        for operation in actions:
            fresh = scene.record(self._resource, f"for {operation.key.label}", first.parents)
            scene.send(scene.at_record(operation, fresh, "acted"))
            self._look(scene, fresh)

    def _numbered(self, scene: Scene) -> None:
        """Records that were there before and that no list shows, by the keys that they are likely to have."""
        parents = scene.parents(self._resource)
        for key in (1, 2, 3):
            handle = Handle(self._resource, key, parents)
            for operation in self._all(Role.READ, Role.REPLACE, Role.PATCH, Role.ACTION, Role.DELETE):
                scene.send(scene.at_record(operation, handle, "numbered"))
            self._look(scene, handle)

    def _singleton(self, scene: Scene) -> None:
        reads, writes = self._all(Role.SINGLETON_READ), self._all(Role.SINGLETON_WRITE)
        if not reads:
            return
        parents = scene.parents(self._resource)
        scene.ready()
        for read in reads:
            scene.send(scene.in_collection(read, parents))
        for operation in (*writes, *self._all(Role.DELETE)):
            for key in ("changed", "changed", "again"):
                scene.send(scene.in_collection(operation, parents, key))
                for read in reads:
                    scene.send(scene.in_collection(read, parents))
                    scene.send(scene.in_collection(read, parents).but(caller=Caller.SECOND))
