"""What the steps of a case have sent: the body with its edits, and how a later check refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specproof.domain.plans import BodyPlan, EditKind, Fresh, FromStep, PlanValue, Step
from specproof.generators.plan_values import Missing, edited, leaves, value_at, without
from specproof.generators.rendering.code_text import ValueWriter, identifier, text_literal


@dataclass(frozen=True, slots=True)
class SentValues:
    """What the steps so far have sent: a check that names a fresh value means the one that was sent, never a new one."""

    steps: Sequence[Step]

    def referred(self, value: PlanValue) -> PlanValue:
        """``value`` with each :class:`~specproof.domain.plans.Fresh` replaced by a reference to where it was sent."""
        if isinstance(value, Fresh):
            return self._place_of(value) or value
        if isinstance(value, dict):
            return {name: self.referred(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.referred(item) for item in value]
        return value

    def expression(self, value: PlanValue, writer: ValueWriter) -> str:
        """``value`` as code: ``updated.sent`` or ``removed(updated.sent, ...)`` where it is (most of) what a step sent."""
        if isinstance(value, dict) and value:
            for step, body in self._bodies():
                if not isinstance(body, dict) or not all(
                    # repr keeps 1, 1.0 and True apart.
                    name in body and repr(body[name]) == repr(item)
                    for name, item in value.items()
                ):
                    continue
                name = identifier(step.name)
                writer.names.add(name)
                left_out = [_pointer(key) for key in body if key not in value]
                if not left_out:
                    return f"{name}.sent"
                if len(left_out) <= 3:
                    writer.names.add("removed")
                    return f"removed({name}.sent, {', '.join(text_literal(pointer, 3) for pointer in left_out)})"
        return writer.expression(self.referred(value), 2)

    def _place_of(self, value: Fresh) -> FromStep | None:
        for step, body in self._bodies():
            for pointer, leaf in leaves(body):
                if isinstance(leaf, Fresh) and leaf == value:
                    return FromStep(step.name, pointer, sent=True)
        return None

    def _bodies(self) -> Iterable[tuple[Step, PlanValue]]:
        """The bodies that were sent, latest first."""
        for step in reversed(self.steps):
            body = step.request.body
            if body is not None and body.raw is None:
                yield step, edited_value(body)


def edited_value(body: BodyPlan) -> PlanValue:
    """The body that is sent: the base with its edits."""
    value = body.value
    for edit in body.edits:
        if edit.pointer == "":
            value = edit.value if edit.kind is EditKind.SET else None
        elif edit.kind is EditKind.REMOVE:
            value = without(value, (edit.pointer,))
        elif isinstance(value_at(value, edit.pointer), Missing) and isinstance(value_at(value, _parent(edit.pointer)), list):
            holder = value_at(value, _parent(edit.pointer))
            value = edited(value, [type(edit)(EditKind.SET, _parent(edit.pointer), [*_items(holder), edit.value])])
        else:
            value = edited(value, (edit,))
    return value


def _items(value: PlanValue | Missing) -> list[PlanValue]:
    return value if isinstance(value, list) else []


def _parent(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")
