"""Optional query parameters together: every value of one with every value of each other, in few requests.

What the document allows one by one it may not mean together (``cursor`` with ``offset``), so a refusal is as good as an answer: each has
to be one that the document knows, and never a server error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family, PlanValue
from specproof.domain.profiles import Profile
from specproof.generators.naming import digest, slug
from specproof.generators.pairwise import covering_rows, pair_count
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.contracts import names_success
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.requests import IGNORED_HEADERS
from specproof.generators.reading.effects import is_safe
from specproof.generators.test_data_factory.model import ProvenValue
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation

MOST_ROWS = {Profile.SMOKE: 0, Profile.STANDARD: 12, Profile.THOROUGH: 40}
MOST_FACTORS = 10
MOST_VALUES = 3


@dataclass(frozen=True, slots=True)
class _Factor:
    """An optional parameter and the values that it takes; beside them it is left out."""

    name: str
    values: tuple[PlanValue, ...]


def pair_cases(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """The rows of one operation that only reads."""
    limit = MOST_ROWS[context.config.profile]
    if not is_safe(operation) or not limit:
        return
    found = sorted(operation.parameters_in(ParameterLocation.QUERY), key=lambda one: one.name)
    factors = [factor for one in found if (factor := _factor(context, operation, one)) is not None][:MOST_FACTORS]
    if len(factors) < 2:
        return
    levels = [len(factor.values) + 1 for factor in factors]
    rows, covered = covering_rows(levels, limit)
    pairs = pair_count(levels)
    if covered < pairs:
        message = f"{operation.key.label}: {covered} of {pairs} pairs of query values are sent together, in {len(rows)} requests"
        yield Finding(FindingCode.CAPPED, operation.pointer, message, Severity.INFO)
    for row in rows:
        sent = [(factor.name, factor.values[level - 1]) for factor, level in zip(factors, row, strict=True) if level]
        # One by itself, or none: other cases send that.
        if len(sent) > 1:
            yield _case(context, operation, sent)


def _factor(context: GenerationContext, operation: Operation, parameter: Parameter) -> _Factor | None:
    name = parameter.name.raw()
    is_left_out = parameter.required or parameter.deprecated or parameter.content_type or name.lower() in IGNORED_HEADERS
    if is_left_out or context.parts.producers.of_query(parameter) is not None:
        return None
    proven = context.parts.parameter(operation, parameter)
    if not isinstance(proven, ProvenValue) or not isinstance(proven.value, (str, int, float)):
        return None
    values: list[PlanValue] = [proven.value]
    for boundary in context.values.boundaries(parameter_request(operation, parameter), proven.value):
        value = boundary.edits[0].value
        is_another = boundary.edits[0].pointer == "" and isinstance(value, (str, int, float)) and value not in ("", proven.value)
        if is_another and len(values) < MOST_VALUES and len(str(value)) <= 40:
            values.append(value)
    return _Factor(name, tuple(values))


def _case(context: GenerationContext, operation: Operation, sent: list[tuple[str, PlanValue]]) -> Case | Finding:
    names = ", ".join(name for name, _ in sent)
    key = digest(f"{operation.key.label} {sorted((name, repr(value)) for name, value in sent)}", 6)
    scene = context.scene()
    checks = [Check(CheckId.NO_SERVER_ERROR)]
    # Where the document names no success, its statuses say nothing about one.
    checks += [Check(CheckId.STATUS_DOCUMENTED)] if names_success(operation) else []
    checks += [check for check in context.success_checks(operation) if check.id is CheckId.BODY_SCHEMA]
    scene.send(
        operation,
        name="answer",
        purpose=f"Send {names} together",
        checks=tuple(checks),
        change=Change(replaced={(ParameterLocation.QUERY, name): value for name, value in sent}),
    )
    draft = Draft(
        family=Family.VALIDATION,
        operation=operation,
        condition=f"{slug(names, 30)} {key}".strip(),
        expected="is answered",
        title=f"{operation.key.label}: {names} together are answered as documented",
        keyword="parameters",
        pointer=f"{operation.pointer}/parameters",
        text="Optional parameters that are valid by themselves, together: an answer that the document knows.",
        source="policy",
        value_class="combination of parameters",
    )
    return context.finish(scene, draft)
