"""Whether a changed value is still valid: the value factory is asked, as for an example of the document."""

from __future__ import annotations

from dataclasses import replace

from specproof.domain.plans import Edit, PlanValue
from specproof.generators.plan_values import edited
from specproof.generators.planning.context import GenerationContext
from specproof.generators.planning.requests import BodyBase
from specproof.generators.test_data_factory.model import Origin, ProvenValue, ValueRequest
from specproof.openapi.schema import Example


def accepts(context: GenerationContext, asked: ValueRequest, value: PlanValue) -> bool:
    """Whether the schema of ``asked`` accepts ``value`` as it is (markers as their samples)."""
    sample = context.values.sample(value)
    example = Example(sample, asked.schema.pointer)  # type: ignore[arg-type]  # no marker is left in a sample
    proven = context.values.valid(replace(asked, examples=(example,), fresh_strings=False))
    return isinstance(proven, ProvenValue) and proven.origin is Origin.EXAMPLE and proven.value == sample


def body_stays_valid(context: GenerationContext, base: BodyBase, edits: tuple[Edit, ...]) -> bool:
    """Whether the whole body of ``base`` is still valid after ``edits``."""
    return accepts(context, base.request, edited(base.proven, edits))
