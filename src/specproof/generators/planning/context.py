"""What the built-in strategies are given: the specification, its resources, the parts of its requests, and a way to finish cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specproof.domain.lifecycle import passes_gate
from specproof.domain.plans import Case, Check, Family, Rationale
from specproof.generators.base import GenerationConfig, PlanningContext, Values
from specproof.generators.naming import case_id, case_name, slug
from specproof.generators.planning.contracts import success_checks
from specproof.generators.planning.requests import RequestParts
from specproof.generators.planning.scenes import Scene
from specproof.generators.reading.answers import has_business_code
from specproof.generators.reading.business_codes import BusinessCodes, business_codes
from specproof.generators.reading.resources import Resource, Role
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import ApiSpec, Operation, OperationKey
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import Method

CONTROL_SLUG = "success"
# CONNECT asks a proxy for a tunnel; TRACE is answered by whatever stands before the API.
_NOT_TESTED = frozenset({Method.TRACE, Method("CONNECT")})


@dataclass(frozen=True, slots=True)
class Draft:
    """What a case is about, before its steps: the words of its name, its title, why it exists.

    ``condition`` and ``expected`` are the second and third part of the name (``title too long``, ``is rejected``).
    """

    family: Family
    operation: Operation
    condition: str
    expected: str
    title: str
    keyword: str
    pointer: str
    text: str
    source: str = "document"
    severity: Severity = Severity.MAJOR
    has_control: bool = False
    slug: str = ""
    value_class: str = ""
    detail: UntrustedText = UntrustedText("")
    """Words of the document that end the title."""


@dataclass(frozen=True, slots=True)
class GenerationContext:
    """One document being planned (implements :class:`~specproof.generators.base.PlanningContext`)."""

    spec: ApiSpec
    config: GenerationConfig
    values: Values
    parts: RequestParts
    codes: BusinessCodes
    refuses_by_status: bool
    """Whether the document lists a 4xx anywhere: who refuses by status in one place does so in all."""

    @classmethod
    def of(cls, context: PlanningContext) -> GenerationContext:
        """The context itself, or one with the same contents if it is somebody else's."""
        if isinstance(context, GenerationContext):
            return context
        return cls.begin(context.spec, context.config, context.values)

    @classmethod
    def begin(cls, spec: ApiSpec, config: GenerationConfig, values: Values) -> GenerationContext:
        """A context for a document."""
        codes = business_codes(spec.operations, config.business_code)
        refuses = any(response.status.startswith("4") for one in spec.operations for response in one.responses)
        return cls(spec, config, values, RequestParts.of(spec, values), codes, refuses)

    def operations(self) -> Sequence[Operation]:
        """The operations that can be planned and pass the status gate, sorted by (path, method)."""
        gate = self.config.from_status
        tested = [
            one for one in self.spec.operations if one.key.method not in _NOT_TESTED and passes_gate(one.apifox_status, gate)
        ]
        return sorted(tested, key=lambda one: (one.key.path, one.key.method))

    def resource_of(self, operation: OperationKey) -> str:
        """The module slug of an operation's resource."""
        return self.parts.model.of(operation).slug

    def resource(self, operation: Operation) -> Resource:
        """The resource of an operation."""
        return self.parts.model.of(operation.key)

    def role(self, operation: Operation) -> Role:
        """The part that an operation plays in its resource."""
        return self.parts.model.role_of(operation.key)

    def success_checks(self, operation: Operation) -> tuple[Check, ...]:
        """What a successful answer of an operation is held against."""
        return success_checks(operation, self.codes.of(operation))

    def refusal_severity(self, operation: Operation, usual: Severity = Severity.MAJOR) -> Severity:
        """How much it matters that a wrong request is not refused: little where refusals may hide in a code that we do not know."""
        return Severity.MINOR if self.hides_refusals(operation) and self.codes.of(operation) is None else usual

    def hides_refusals(self, operation: Operation) -> bool:
        """Whether a refusal may come as a 200 with a code in it, known or not."""
        return has_business_code(operation) and (self.codes.of(operation) is not None or not self.refuses_by_status)

    def scene(self) -> Scene:
        """An empty scene."""
        return Scene(self.parts)

    def finish(self, scene: Scene, draft: Draft) -> Case | Finding:
        """The case that a scene makes of a draft; the finding that says why there is none, if a request could not be made."""
        operation = draft.operation
        if scene.failure is not None or not scene.steps:
            return self.unplanned(operation, scene.failure)
        case_slug = draft.slug or slug(f"{draft.condition} {draft.expected}", 80)
        return Case(
            id=case_id(operation.key, case_slug),
            name=case_name(self.parts.operation_name(operation), draft.condition, draft.expected),
            family=draft.family,
            resource=self.resource_of(operation.key),
            subject=operation.key,
            title=UntrustedText(draft.title + draft.detail.printable(80)),
            steps=tuple(scene.steps),
            severity=draft.severity,
            rationale=Rationale(draft.keyword, draft.pointer, UntrustedText(draft.text), draft.source),
            depends_on=tuple(dict.fromkeys((operation.pointer, *scene.touched, draft.pointer))),
            control=case_id(operation.key, CONTROL_SLUG) if draft.has_control else "",
            skip_reason=scene.skip_reason,
            value_class=draft.value_class,
        )

    def unplanned(self, operation: Operation, cause: Finding | None) -> Finding:
        """The finding that names an operation for which something could not be planned."""
        if cause is None:
            return Finding(FindingCode.NO_VALID_VALUE, operation.pointer, f"{operation.key.label}: no request could be made")
        if cause.at == operation.pointer:
            return cause
        message = cause.message if cause.message.startswith(operation.key.label) else f"{operation.key.label}: {cause.message}"
        return Finding(cause.code, operation.pointer, message, cause.severity)


def sort_out(results: Sequence[Case | Finding | None]) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    """Cases and findings, apart."""
    cases = tuple(one for one in results if isinstance(one, Case))
    return cases, tuple(one for one in results if isinstance(one, Finding))
