"""Error cases: ids and methods that do not exist, bodies that are no JSON or of another media type."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family, Fresh, PlanValue
from specproof.generators.base import Planned, PlanningContext
from specproof.generators.naming import quoted
from specproof.generators.plan_values import MISSING, Missing
from specproof.generators.planning.absent_actions import absent_action
from specproof.generators.planning.absent_ids import absent_number, absent_uuid
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext, sort_out
from specproof.generators.planning.contracts import refusal_checks
from specproof.generators.planning.crud_story import Story
from specproof.generators.planning.made_up_cases import made_up_values
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.protocol_cases import media_type_with_charset, undeclared_method, wrong_media_type
from specproof.generators.planning.requests import BodyBase
from specproof.generators.planning.robustness_cases import robustness_cases
from specproof.generators.reading.effects import is_safe
from specproof.generators.reading.resources import Role, creates_by_put, is_hole
from specproof.generators.reading.shapes import Shape, shape_of
from specproof.generators.test_data_factory.model import ProvenValue, ValueRequest
from specproof.openapi.findings import Finding, Severity
from specproof.openapi.model import ApiSpec, Operation, Parameter
from specproof.openapi.vocabulary import Method, ParameterLocation

MALFORMED_JSON = '{"unfinished": '
_ITEM_ROLES = frozenset({Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE})
_BEYOND_32_BITS = 2**32 + 1
"""Cut to 32 bits it is 1, which records often have. Where ids are drawn from a wider range, no one is likelier than another."""


class ErrorGenerator:
    """Plans requests for what does not exist and for bodies that cannot be read."""

    family = Family.ERROR

    def applies_to(self, spec: ApiSpec) -> bool:
        """Documents with a parameter or a body."""
        return any(one.parameters or one.request_body for one in spec.operations)

    def plan(self, context: PlanningContext) -> Planned:
        """The cases of all operations."""
        planning = GenerationContext.of(context)
        results = [result for operation in planning.operations() for result in _of_operation(planning, operation)]
        cases, findings = sort_out(results)
        return Planned(cases, tuple(dict.fromkeys(findings)))


def _of_operation(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    parameter = _last_parameter(operation)
    is_judged = parameter is not None and _asks_for_it(context, operation) and not creates_by_put(operation)
    if not (is_judged and _is_sure(context, operation)):
        # Where an answer may be computed for every id, a read of any has one.
        yield from made_up_values(context, operation)
    if parameter is not None and is_judged:
        absent = _absent_value(context, operation, parameter)
        if not isinstance(absent, Missing):
            yield _unknown_id(context, operation, parameter, absent)
            if operation.key.method is Method.GET and _is_wide(shape_of(parameter.schema)):
                yield _unknown_id(context, operation, parameter, _BEYOND_32_BITS, "id beyond 32 bits")
    if not is_judged:
        yield from _below_nothing(context, operation, parameter)
        absent = _absent_value(context, operation, parameter) if parameter is not None else MISSING
        if parameter is not None and not isinstance(absent, Missing):
            yield from absent_action(context, operation, parameter, absent)
    yield from undeclared_method(context, operation, _absence(context, operation, parameter))
    base = context.parts.body(operation)
    if isinstance(base, BodyBase) and base.media.is_json:
        yield _malformed(context, operation)
        yield from wrong_media_type(context, operation)
        yield from media_type_with_charset(context, operation)
    yield from robustness_cases(context, operation)


def _absence(
    context: GenerationContext, operation: Operation, parameter: Parameter | None
) -> dict[tuple[ParameterLocation, str], PlanValue] | None:
    """The path parameter that names nothing; None where no such id is known."""
    if parameter is None:
        return None
    absent = _absent_value(context, operation, parameter)
    return None if isinstance(absent, Missing) else {(ParameterLocation.PATH, parameter.name.raw()): absent}


def _last_parameter(operation: Operation) -> Parameter | None:
    """The innermost path parameter."""
    holes = [segment[1:-1] for segment in operation.key.path.split("/") if is_hole(segment)]
    if not holes:
        return None
    path = operation.parameters_in(ParameterLocation.PATH)
    return next((parameter for parameter in path if parameter.name.raw() == holes[-1]), None)


def _asks_for_it(context: GenerationContext, operation: Operation) -> bool:
    """Whether an unknown id must be told apart: on the item itself, or where the document says 404."""
    return context.role(operation) in _ITEM_ROLES or _documents_absence(operation)


def _documents_absence(operation: Operation) -> bool:
    return any(response.status in {"404", "410"} for response in operation.responses)


def _is_sure(context: GenerationContext, operation: Operation) -> bool:
    """Whether an unknown id is not found for sure: the document has a 404, or records that are made and have an id."""
    return _documents_absence(operation) or context.parts.model.of(operation.key).can_be_made


def _absent_value(context: GenerationContext, operation: Operation, parameter: Parameter) -> PlanValue | Missing:
    """A well-formed id that nothing has; :data:`MISSING` where that cannot be known."""
    shape = shape_of(parameter.schema)
    if shape.enum:
        return MISSING
    if shape.is_numeric:
        return absent_number(operation, shape)
    if shape.types - {"string"}:
        return MISSING
    if shape.format in {"uuid", "guid"}:
        return absent_uuid(operation)
    return _absent_text(context, operation, parameter)


def _is_wide(shape: Shape) -> bool:
    """Whether the document allows ids of more than 32 bits."""
    is_free = shape.types == {"integer"} and shape.format != "int32" and not shape.enum
    return is_free and (shape.maximum is None or shape.maximum >= _BEYOND_32_BITS)


def _absent_text(context: GenerationContext, operation: Operation, parameter: Parameter) -> PlanValue | Missing:
    """A fresh text: no earlier run used it."""
    asked = parameter_request(operation, parameter)
    # Asked for as in a JSON body, where free texts are made anew in every run; paths are percent-encoded.
    proven = context.values.valid(ValueRequest(asked.schema, f"{asked.key} absent", name=asked.name))
    return proven.value if isinstance(proven, ProvenValue) and isinstance(proven.value, Fresh) else MISSING


def _unknown_id(
    context: GenerationContext, operation: Operation, parameter: Parameter, absent: PlanValue, condition: str = "unknown id"
) -> Case | Finding:
    scene = context.scene()
    name = quoted(parameter.name.raw())
    checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.UNKNOWN_ID), *refusal_checks(operation))
    change = Change(replaced={(ParameterLocation.PATH, parameter.name.raw()): absent})
    resource = context.resource(operation)
    if resource.can_be_made:
        # Where there is nothing at all, an API that takes just any record has none to take.
        scene.record(resource)
    read = resource.first(Role.READ) if resource.can_be_made and operation.key.method is Method.DELETE else None
    if read is not None:
        scene.send(read, name="before", purpose="Read what does exist", checks=(), is_setup=True)
    scene.send(operation, name="answer", purpose="Ask for something that does not exist", checks=checks, change=change)
    if read is not None and resource.create is not None:
        check = Story(context, resource, resource.create).untouched(read, "before")
        scene.send(read, name="read", purpose="Read what does exist again", checks=(check,))
    says_so = _documents_absence(operation)
    draft = Draft(
        family=Family.ERROR,
        operation=operation,
        condition=condition,
        expected="is not found",
        title=f"{operation.key.label}: an unknown {name} is not found",
        keyword="parameters",
        pointer=parameter.pointer,
        text=f"Nothing has this well-formed {name}, so the answer is 404 or 410.",
        source="document" if says_so else "policy",
        severity=context.refusal_severity(operation) if _is_sure(context, operation) else Severity.MINOR,
    )
    return context.finish(scene, draft)


def _below_nothing(context: GenerationContext, operation: Operation, parameter: Parameter | None) -> Iterator[Case | Finding]:
    """A read below a record that does not exist, where the document knows no 404: empty or refused, but no crash."""
    if parameter is None or not is_safe(operation) or context.parts.producers.of_path(operation, parameter) is None:
        return
    absent = _absent_value(context, operation, parameter)
    if isinstance(absent, Missing):
        return
    scene, name = context.scene(), quoted(parameter.name.raw())
    change = Change(replaced={(ParameterLocation.PATH, parameter.name.raw()): absent})
    checks = (Check(CheckId.NO_SERVER_ERROR),)
    scene.send(operation, name="answer", purpose="Ask below what does not exist", checks=checks, change=change)
    draft = Draft(
        family=Family.ERROR,
        operation=operation,
        condition="unknown id",
        expected="does not crash",
        title=f"{operation.key.label}: an unknown {name} crashes nothing",
        keyword="parameters",
        pointer=parameter.pointer,
        text=f"Nothing has this well-formed {name}: whatever that is answered with, it is no server error.",
        source="policy",
        has_control=True,
    )
    yield context.finish(scene, draft)


def _malformed(context: GenerationContext, operation: Operation) -> Case | Finding:
    scene = context.scene()
    checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.REJECTED), *refusal_checks(operation))
    change = Change(raw_body=MALFORMED_JSON)
    scene.send(operation, name="refused", purpose="Send a body that is not JSON", checks=checks, change=change)
    draft = Draft(
        family=Family.ERROR,
        operation=operation,
        condition="malformed json",
        expected="is rejected",
        title=f"{operation.key.label}: a body that is not JSON is rejected",
        keyword="requestBody",
        pointer=f"{operation.pointer}/requestBody",
        text="The body breaks off in the middle: no JSON, so it cannot be accepted.",
        severity=context.refusal_severity(operation),
        source="policy",
        has_control=True,
    )
    return context.finish(scene, draft)
