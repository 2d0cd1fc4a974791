"""Another valid value for a field: what an update writes, so that a later read can tell the update from what was there before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from specproof.domain.plans import Fresh, FromStep, PlanValue
from specproof.generators.base import Values
from specproof.generators.plan_values import MISSING, Missing, plan_of, same_plan
from specproof.generators.reading.shapes import Shape, shape_of
from specproof.generators.test_data_factory.model import Origin, ProvenValue, ValueRequest
from specproof.openapi.schema import Example, JsonValue, Schema

_OTHER_WORDS = {"active": "inactive", "standard": "basic"}
"""Words that stand for a free text of a usual name (``status``, ``type``), and what such a text may be instead."""


def another_value(values: Values, schema: Schema, current: PlanValue | Missing, *, key: str, name: str) -> PlanValue | Missing:
    """A proven value of a scalar field that differs from ``current``; :data:`MISSING` if none was found.

    A :class:`Fresh` differs from every other by itself.
    """
    shape = shape_of(schema)
    if not shape.is_scalar or isinstance(current, FromStep):
        return MISSING
    request = ValueRequest(schema, key=f"{key} other", name=name)
    proven = values.valid(request)
    if isinstance(proven, ProvenValue) and isinstance(proven.value, Fresh):
        return proven.value
    if isinstance(current, Fresh):
        return MISSING
    for candidate in _candidates(shape, current):
        asked = replace(request, examples=(Example(candidate, schema.pointer),), fresh_strings=False)
        found = values.valid(asked)
        if isinstance(found, ProvenValue) and found.origin is Origin.EXAMPLE and same_plan(found.value, plan_of(candidate)):
            return found.value
    if isinstance(proven, ProvenValue) and not same_plan(proven.value, current) and not isinstance(proven.value, (dict, list)):
        return proven.value
    return MISSING


def _candidates(shape: Shape, current: PlanValue | Missing) -> Iterator[JsonValue]:
    """Values near ``current``, likeliest to be valid first."""
    if shape.enum:
        yield from (member for member in shape.enum if member is not None and not same_plan(plan_of(member), current))
        return
    if isinstance(current, bool):
        yield not current
    elif isinstance(current, (int, float)):
        yield from _numbers(shape, current)
    elif isinstance(current, str):
        yield from _texts(shape, current)


def _numbers(shape: Shape, current: int | float) -> Iterator[JsonValue]:
    for step in (1, -1, 5, -5, 10, -10, 100, -100, 1000, -1000):
        yield current + step
    for bound in (shape.minimum, shape.maximum):
        if bound is not None and bound != current:
            yield int(bound) if float(bound).is_integer() else bound


def _texts(shape: Shape, current: str) -> Iterator[JsonValue]:
    try:
        if shape.format == "date":
            yield (date.fromisoformat(current) + timedelta(days=1)).isoformat()
        elif shape.format == "date-time":
            moved = datetime.fromisoformat(current.replace("Z", "+00:00")) + timedelta(days=1)
            yield moved.isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return
    if shape.is_free_text and current in _OTHER_WORDS:
        yield _OTHER_WORDS[current]
