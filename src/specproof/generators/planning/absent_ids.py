"""Ids that no record has: large numbers, UUIDs and texts that nobody used before."""

from __future__ import annotations

from specproof.domain.plans import PlanValue
from specproof.generators.base import Values
from specproof.generators.naming import digest
from specproof.generators.plan_values import MISSING, Missing
from specproof.generators.planning.client_ids import fresh_text, is_valid, without_examples
from specproof.generators.reading.shapes import Shape, shape_of
from specproof.openapi.model import Operation
from specproof.openapi.schema import Schema

_HIGH = 2_147_483_000
_LEAST_SURE = 100_000


def absent_number(operation: Operation, shape: Shape, place: int = 0) -> int | Missing:
    """A number that no record has; :data:`MISSING` where every number may be taken. ``place`` tells those of one request apart."""
    wanted = _HIGH - int(digest(operation.key.label, 4), 16) % 1000 - place
    if shape.maximum is not None and wanted > shape.maximum:
        wanted = (int(shape.maximum) if float(shape.maximum).is_integer() else int(shape.maximum) - 1) - place
    # A low bound means that every number may be taken.
    is_sure = wanted >= _LEAST_SURE and (shape.minimum is None or wanted >= shape.minimum)
    return wanted if is_sure else MISSING


def absent_uuid(operation: Operation) -> str:
    """A well-formed UUID that no record has."""
    text = digest(f"absent {operation.key.label}", 32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


def absent_id(
    values: Values, operation: Operation, schema: Schema, shown: PlanValue, key: str, place: int = 0
) -> PlanValue | Missing:
    """An id of ``schema`` that names nobody's record, in the place of ``shown``; :data:`MISSING` where the document allows none.

    Texts are drawn anew in every run, UUIDs too; numbers are the ones that ask for unknown ids in paths.
    """
    shape, plain = shape_of(schema), without_examples(schema)
    if shape.enum:
        return MISSING
    if shape.is_numeric or (isinstance(shown, (int, float)) and not isinstance(shown, bool)):
        number = absent_number(operation, shape, place)
        return number if not isinstance(number, Missing) and is_valid(values, plain, number) else MISSING
    return fresh_text(values, plain, f"{operation.key.label} {key} nobody {place}")
