"""Auth cases: what asks for a credential is refused without one, and with one that was never issued."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, CredentialUse, Family
from specproof.generators.base import Planned, PlanningContext
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext, sort_out
from specproof.generators.planning.contracts import refusal_checks
from specproof.generators.planning.foreign_cases import foreign_cases
from specproof.generators.planning.security import usable_alternatives, usable_security
from specproof.openapi.findings import Finding
from specproof.openapi.model import ApiSpec, Operation
from specproof.openapi.vocabulary import SchemeKind

_USES = (
    (CredentialUse.NONE, "no credential", "without a credential"),
    (CredentialUse.WRONG, "wrong credential", "with a wrong credential"),
    (CredentialUse.EMPTY, "empty credential", "with an empty credential"),
    (CredentialUse.MISPLACED, "misplaced credential", "with the credential under another scheme"),
)


def _has_another_scheme(operation: Operation) -> bool:
    """Whether the other scheme is wrong for this operation: it asks for ``Bearer`` or ``Basic`` alone, whatever alternative is taken."""
    alternatives = usable_alternatives(operation)
    kinds = {scheme.kind for schemes in alternatives for scheme in schemes}
    return (
        bool(alternatives)
        and kinds in ({SchemeKind.BEARER}, {SchemeKind.BASIC})
        and all(len(schemes) == 1 for schemes in alternatives)
    )


class AuthGenerator:
    """Plans, for every secured operation, a valid request without a credential and some with a wrong one."""

    family = Family.AUTH

    def applies_to(self, spec: ApiSpec) -> bool:
        """Documents in which an operation asks for a credential that can be sent."""
        return any(usable_security(operation) for operation in spec.operations)

    def plan(self, context: PlanningContext) -> Planned:
        """The cases of all secured operations. Where anonymous access is an alternative, there is nothing to refuse."""
        planning = GenerationContext.of(context)
        results = [
            result
            for operation in planning.operations()
            if usable_security(operation)
            for result in _of_operation(planning, operation)
        ]
        results += foreign_cases(planning)
        cases, findings = sort_out(results)
        return Planned(cases, tuple(dict.fromkeys(findings)))


def _of_operation(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    for use, condition, phrase in _USES:
        if use is CredentialUse.MISPLACED and not _has_another_scheme(operation):
            continue
        scene = context.scene()
        checks: tuple[Check, ...] = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.UNAUTHENTICATED))
        if use is CredentialUse.NONE:
            checks = (*checks, *refusal_checks(operation))
        scene.send(
            operation, name="refused", purpose=f"Send a valid request {phrase}", checks=checks, change=Change(credential=use)
        )
        draft = Draft(
            family=Family.AUTH,
            operation=operation,
            condition=condition,
            expected="is refused",
            title=f"{operation.key.label}: a request {phrase} is refused",
            keyword="security",
            pointer=f"{operation.pointer}/security",
            text=f"The operation asks for a credential, so a request {phrase} gets 401.",
            severity=context.refusal_severity(operation),
            has_control=True,
        )
        yield context.finish(scene, draft)
