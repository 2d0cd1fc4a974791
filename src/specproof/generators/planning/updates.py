"""Bodies of updates: every field differs from what was created, but for keys and references, which stay."""

from __future__ import annotations

from specproof.domain.plans import Edit, EditKind, Fresh, FromStep, PlanValue
from specproof.generators.base import Values
from specproof.generators.plan_values import MISSING, Missing, same_plan
from specproof.generators.planning.alternatives import another_value
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.resources import Resource
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.words import tokens
from specproof.openapi.model import Operation

UNIQUE_WORDS = frozenset({"unique", "uniquely"})
UNIQUE_PHRASES = ("唯一", "不可重复", "不能重复")


def is_unique_key(shape: Shape) -> bool:
    """Whether the document says that no two records share a field's value."""
    said = shape.description
    return shape.is_unique or bool(UNIQUE_WORDS & set(tokens(said))) or any(phrase in said for phrase in UNIQUE_PHRASES)


def unlike_created(
    values: Values, shape: Shape, value: PlanValue, created: PlanValue, resource: Resource, step: str, key: str
) -> PlanValue:
    """``value`` with every scalar that equals the created record's replaced by another valid one.

    Unique keys become the record's own (``step`` made it), because some APIs refuse to change them.
    """
    if not isinstance(value, dict):
        return value
    before = created if isinstance(created, dict) else {}
    record = resource.record
    changed: dict[str, PlanValue] = {}
    for name, current in value.items():
        schema = shape.properties.get(name)
        inner = shape_of(schema)
        changed[name] = current
        if schema is None or isinstance(current, FromStep):
            continue
        if step and record is not None and is_unique_key(inner) and name in record.shape.properties:
            changed[name] = FromStep(step, record.pointer_to(name))
        elif isinstance(current, dict):
            changed[name] = unlike_created(values, inner, current, before.get(name), resource, "", f"{key} {name}")
        elif not isinstance(current, (Fresh, list)) and same_plan(before.get(name, MISSING), current):
            other = another_value(values, schema, current, key=f"{key} {name}", name=name)
            changed[name] = current if isinstance(other, Missing) else other
    return changed


def other_members(values: Values, shape: Shape, value: PlanValue, created: PlanValue, key: str) -> tuple[Edit, ...]:
    """Another value for each scalar of an update that no create sets: the record may have had the first one all along."""
    before = created if isinstance(created, dict) else {}
    edits: list[Edit] = []
    for name, current in value.items() if isinstance(value, dict) else ():
        schema = shape.properties.get(name)
        if schema is None or name in before or isinstance(current, (Fresh, FromStep, dict, list)):
            continue
        other = another_value(values, schema, current, key=f"{key} {name}", name=name)
        if not isinstance(other, Missing):
            edits.append(Edit(EditKind.SET, f"/{escape(name)}", other))
    return tuple(edits)


def as_recorded(resource: Resource, operation: Operation, shape: Shape, value: PlanValue) -> PlanValue:
    """Free texts that an operation sends about a record as the record may have them: a ``status`` is one of those that there are."""
    if resource.create is None or resource.create is operation or not isinstance(value, dict):
        return value
    recorded = shape_of(request_schema(resource.create)).properties
    free = [name for name in value if name in recorded and shape_of(shape.properties.get(name)).is_free_text]
    members = {name: member for name in free for member in shape_of(recorded[name]).enum[:1] if isinstance(member, str)}
    return {name: members.get(name, current) for name, current in value.items()}
