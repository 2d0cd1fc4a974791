"""Functional cases: each operation's success, and what the query parameters of a list promise."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family
from specproof.generators.base import Planned, PlanningContext
from specproof.generators.planning.context import CONTROL_SLUG, Draft, GenerationContext, sort_out
from specproof.generators.planning.contracts import names_success
from specproof.generators.planning.list_cases import list_cases
from specproof.generators.planning.list_relations import list_relations
from specproof.generators.planning.ownership import asks_for_nobody
from specproof.generators.planning.requests import record_step
from specproof.generators.planning.scenes import Scene
from specproof.generators.planning.search_cases import search_cases
from specproof.generators.reading.answers import list_of, success_schema
from specproof.generators.reading.effects import is_safe
from specproof.generators.reading.resources import Role
from specproof.generators.test_data_factory.model import Origin, ProvenValue
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import ApiSpec, Operation
from specproof.openapi.vocabulary import Method, ParameterLocation, ParameterStyle

_STEP_NAMES = {Role.LIST: "listing", Role.READ: "read", Role.REPLACE: "replaced", Role.PATCH: "patched", Role.DELETE: "deleted"}


class FunctionalGenerator:
    """Plans the success case of every operation: a valid request gets the documented answer. It is the control of negative cases."""

    family = Family.FUNCTIONAL

    def applies_to(self, spec: ApiSpec) -> bool:
        """Every document with operations."""
        return bool(spec.operations)

    def plan(self, context: PlanningContext) -> Planned:
        """The success case of every operation, or the finding that names it; more cases for lists."""
        planning = GenerationContext.of(context)
        cases: list[Case] = []
        findings: list[Finding] = []
        for operation in planning.operations():
            results = list(self._of_operation(planning, operation, findings))
            planned, missing = sort_out(results)
            cases += planned
            findings += missing
        return Planned(tuple(cases), tuple(dict.fromkeys(findings)))

    def _of_operation(
        self, context: GenerationContext, operation: Operation, findings: list[Finding]
    ) -> Iterator[Case | Finding]:
        if not names_success(operation):
            message = f"{operation.key.label}: the document names no successful answer; any 2xx is accepted"
            findings.append(Finding(FindingCode.NO_SUCCESS_RESPONSE, operation.pointer, message, Severity.INFO))
        scene = context.scene()
        self._request(context, scene, operation)
        unsent = context.parts.unsent_body(operation)
        findings += [*scene.findings, *([unsent] if unsent is not None else [])]
        draft = Draft(
            family=Family.FUNCTIONAL,
            operation=operation,
            condition="valid request",
            expected="succeeds",
            title=f"{operation.key.label}: a valid request gets the documented answer",
            keyword="responses",
            pointer=f"{operation.pointer}/responses",
            text="A valid request is answered with a documented success: status, media type, body and headers.",
            slug=CONTROL_SLUG,
        )
        success = context.finish(scene, draft)
        yield success
        if isinstance(success, Case) and not success.skip_reason and _lists(context, operation):
            yield from list_cases(context, operation)
            yield from list_relations(context, operation)
            yield from search_cases(context, operation)

    def _request(self, context: GenerationContext, scene: Scene, operation: Operation) -> None:
        resource, role = context.resource(operation), context.role(operation)
        checks = context.success_checks(operation)
        if resource.create is operation and resource.can_be_made:
            name = record_step(resource)
            scene.create(resource, name=name, purpose="Create it", checks=checks)
            return
        if resource.can_be_made and _lists(context, operation):
            scene.record(resource)
        if _leaves_open(context, operation):
            # Whether the record has such a thing, or how it is sent, the document does not say: a refusal skips the case.
            checks = (checks[0], Check(CheckId.CONTROL), *checks[1:])
        elif is_safe(operation) and _takes_an_example(context, operation):
            checks = tuple(_unmade(check) if check.id is CheckId.STATUS_EXPECTED else check for check in checks)
        purpose = {Role.LIST: "List", Role.READ: "Read it", Role.DELETE: "Delete it"}.get(role, "Send the request")
        scene.send(operation, name=_STEP_NAMES.get(role, "answer"), purpose=purpose, checks=checks)


def _leaves_open(context: GenerationContext, operation: Operation) -> bool:
    """Whether a refusal of what the document allows says nothing: the record may be nobody's, or the request read in another way."""
    return (
        _is_of_a_namesake(context, operation)
        or asks_for_nobody(context.parts, operation)
        or _has_no_settled_layout(context, operation)
    )


def _is_of_a_namesake(context: GenerationContext, operation: Operation) -> bool:
    """Whether a path is filled with the example that another operation documents, since nothing makes the record that it names."""
    return any(
        not parameter.examples
        and context.parts.namesakes.examples_of(operation, parameter)
        and context.parts.producers.of_path(operation, parameter) is None
        for parameter in operation.parameters_in(ParameterLocation.PATH)
    )


def _has_no_settled_layout(context: GenerationContext, operation: Operation) -> bool:
    """Whether a query holds an object or a list within an object in the style ``deepObject``: OpenAPI leaves open how that is sent."""
    return any(
        parameter.style is ParameterStyle.DEEP_OBJECT
        and context.parts.is_sent(operation, parameter)
        and isinstance(proven := context.parts.parameter(operation, parameter), ProvenValue)
        and isinstance(proven.value, dict)
        and any(isinstance(member, (dict, list)) for member in proven.value.values())
        for parameter in operation.parameters_in(ParameterLocation.QUERY)
    )


def _takes_an_example(context: GenerationContext, operation: Operation) -> bool:
    """Whether a path says an id that only the document shows: on this target it may be nobody's."""
    return any(
        isinstance(proven := context.parts.parameter(operation, parameter), ProvenValue)
        and proven.origin in {Origin.EXAMPLE, Origin.DEFAULT}
        and context.parts.producers.of_path(operation, parameter) is None
        and context.parts.listed_id(operation, parameter) is None
        for parameter in operation.parameters_in(ParameterLocation.PATH)
    )


def _unmade(check: Check) -> Check:
    return Check(check.id, {**check.arguments, "unmade": True})


def _lists(context: GenerationContext, operation: Operation) -> bool:
    """Whether an operation answers with a list that its query parameters shape: list operations, searches too."""
    role = context.role(operation)
    is_search = role is Role.ACTION and operation.key.method is Method.GET and list_of(success_schema(operation)) is not None
    return role is Role.LIST or is_search
