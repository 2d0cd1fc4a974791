"""Performance cases: how long reads take, one after the other and many at once. Planned only where a project asks for the family."""

from __future__ import annotations

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family
from specproof.generators.base import Planned, PlanningContext
from specproof.generators.planning.context import Draft, GenerationContext, sort_out
from specproof.generators.reading.effects import is_safe
from specproof.generators.reading.resources import Role
from specproof.openapi.findings import Finding
from specproof.openapi.model import ApiSpec, Operation

TIMES = 30


class PerformanceGenerator:
    """Plans one case for each operation that reads."""

    family = Family.PERFORMANCE

    def applies_to(self, spec: ApiSpec) -> bool:
        """Documents in which anything is read."""
        return any(is_safe(operation) for operation in spec.operations)

    def plan(self, context: PlanningContext) -> Planned:
        """The cases of all operations that read and answer with a success."""
        planning = GenerationContext.of(context)
        reads = [one for one in planning.operations() if is_safe(one) and one.request_body is None]
        cases, findings = sort_out([_case(planning, operation) for operation in reads])
        return Planned(cases, findings)


def _case(context: GenerationContext, operation: Operation) -> Case | Finding:
    scene = context.scene()
    resource = context.resource(operation)
    if context.role(operation) is Role.LIST and resource.can_be_made:
        scene.record(resource)
    budget = context.config.p95_ms
    limit = {"p95_ms": budget} if budget else {}
    checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.RESPONSE_TIME, {"times": TIMES, **limit}))
    scene.send(operation, name="answer", purpose="Ask once, then again and again", checks=checks)
    expected = f"answers within {budget} ms" if budget else "says how long it takes"
    draft = Draft(
        family=Family.PERFORMANCE,
        operation=operation,
        condition="many times",
        expected="stays quick",
        title=f"{operation.key.label}: asked {TIMES} times in a row and by ten at once, it {expected}",
        keyword="responses",
        pointer=f"{operation.pointer}/responses",
        text="Reads stay quick and do not crash when they are many.",
        source="policy",
        has_control=True,
    )
    return context.finish(scene, draft)
