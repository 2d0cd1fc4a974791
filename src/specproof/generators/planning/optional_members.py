"""Optional members that a base body leaves out, because the document's example does: they are sent, at the edges of what is allowed and broken, too.

The example itself stays the control: what it leaves out may be left out for a reason, which the case that sends all of it finds first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.domain.body_kinds import BodyKind
from specproof.domain.plans import Edit, EditKind, PlanValue
from specproof.generators.planning.context import GenerationContext
from specproof.generators.planning.proven_edits import body_stays_valid
from specproof.generators.planning.requests import BodyBase
from specproof.generators.reading.addressing import names_records
from specproof.generators.reading.shapes import escape, shape_of
from specproof.generators.test_data_factory.model import Boundary, ProvenValue, Violation

MOST_MEMBERS = 12


def with_everything(context: GenerationContext, base: BodyBase) -> Boundary | None:
    """The base with every optional member that it leaves out; None where there is none, or they are not valid together."""
    members = _left_out(context, base)
    edits = tuple(_set(name, value) for name, value in members.items())
    if not edits or not body_stays_valid(context, base, edits):
        return None
    pointer = f"{base.request.schema.pointer}/properties"
    return Boundary("body_with_everything", "body with all that is optional", "properties", pointer, edits)


def broken_members(context: GenerationContext, base: BodyBase) -> Iterator[tuple[Violation, tuple[Edit, ...]]]:
    """The single faults of such members, with the edits that send them: the member itself, where the fault lies inside of it."""
    members = _left_out(context, base)
    if not members or not isinstance(base.proven, dict):
        return
    for violation in context.values.violations(base.request, {**base.proven, **members}):
        name = next((one for one in members if _is_at_or_below(violation.edit.pointer, one)), None)
        if name is None or (violation.edit.kind is EditKind.REMOVE and violation.edit.pointer == f"/{escape(name)}"):
            continue
        sent = _set(name, members[name])
        yield violation, (violation.edit,) if violation.edit.pointer == sent.pointer else (sent, violation.edit)


def members_at_edges(context: GenerationContext, base: BodyBase) -> Iterator[Boundary]:
    """The edges inside of such members that hold others, with the edits that send them: the member itself first.

    The edges of plain members are found without a whole of them.
    """
    members = {name: value for name, value in _left_out(context, base).items() if isinstance(value, (dict, list))}
    if not members or not isinstance(base.proven, dict):
        return
    for boundary in context.values.boundaries(base.request, {**base.proven, **members}):
        name = next((one for one in members if all(_is_at_or_below(edit.pointer, one) for edit in boundary.edits)), None)
        if name is None or any(edit.pointer == f"/{escape(name)}" and edit.kind is EditKind.REMOVE for edit in boundary.edits):
            continue
        sent = _set(name, members[name])
        is_itself = any(edit.pointer == sent.pointer for edit in boundary.edits)
        yield boundary if is_itself else replace(boundary, edits=(sent, *boundary.edits))


def _left_out(context: GenerationContext, base: BodyBase) -> dict[str, PlanValue]:
    """The members by name, each with a valid value. What names records is left alone: that was left out on purpose."""
    if base.kind is not BodyKind.JSON or not isinstance(base.value, dict) or not isinstance(base.proven, dict):
        return {}
    shape = shape_of(base.request.schema)
    missing = [
        name
        for name, schema in shape.properties.items()
        if name not in base.value and not shape_of(schema).is_read_only and not names_records(name)
    ]
    if not missing:
        return {}
    whole = context.values.valid(replace(base.request, examples=(), key=f"{base.request.key} with everything"))
    if not isinstance(whole, ProvenValue) or not isinstance(whole.value, dict):
        return {}
    found = {name: whole.value[name] for name in missing if name in whole.value}
    alone = {name: value for name, value in found.items() if body_stays_valid(context, base, (_set(name, value),))}
    return dict(list(alone.items())[:MOST_MEMBERS])


def _set(name: str, value: PlanValue) -> Edit:
    return Edit(EditKind.SET, f"/{escape(name)}", value)


def _is_at_or_below(pointer: str, name: str) -> bool:
    return pointer == f"/{escape(name)}" or pointer.startswith(f"/{escape(name)}/")
