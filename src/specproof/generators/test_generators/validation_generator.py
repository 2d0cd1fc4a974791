"""Validation cases: requests that break one rule of the document each must be refused, those that just keep it accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from specproof.domain.body_kinds import BodyKind
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, EditKind, Family
from specproof.generators.base import Planned, PlanningContext
from specproof.generators.naming import quoted, slug
from specproof.generators.plan_values import edited
from specproof.generators.planning.boundary_cases import boundary_cases
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext, sort_out
from specproof.generators.planning.contracts import refusal_checks
from specproof.generators.planning.gaps import body_gap, foreign_ids_gap, parameter_gap
from specproof.generators.planning.optional_members import broken_members
from specproof.generators.planning.other_examples import broken_others
from specproof.generators.planning.pair_cases import pair_cases
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.requests import IGNORED_HEADERS, BodyBase, documented_pointer
from specproof.generators.planning.sweeping import takes_foreign_ids
from specproof.generators.planning.telling_cases import telling_cases
from specproof.generators.reading.resources import Role
from specproof.generators.selection import spread
from specproof.generators.test_data_factory.model import ProvenValue, ValueRequest, Violation
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import ApiSpec, Operation, Parameter
from specproof.openapi.schema import Example, JsonValue
from specproof.openapi.vocabulary import ParameterLocation

REFUSED = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.REJECTED))
_NEVER_VIOLATED = frozenset({ParameterLocation.PATH})
_SENT_ANYWAY = frozenset({"accept-encoding", "connection", "content-length", "host", "user-agent"})
"""Headers that the client of a suite sends whether a case names them or not."""
_AS_TEXT = frozenset({BodyKind.FORM, BodyKind.MULTIPART, BodyKind.XML})
_NEGATIVE = _AS_TEXT | {BodyKind.JSON, BodyKind.LINES}


@dataclass(frozen=True, slots=True)
class _Fault:
    """One broken rule: how the request changes, and the words for it."""

    place: str
    """Groups the faults of one field, so that a cap leaves none without."""
    slug: str
    phrase: str
    keyword: str
    pointer: str
    change: Change
    severity: Severity = Severity.MAJOR
    value_class: str = "required: missing"


class ValidationGenerator:
    """Plans one case for each proven single fault, and for each proven edge, of each operation's parameters and body."""

    family = Family.VALIDATION

    def applies_to(self, spec: ApiSpec) -> bool:
        """Documents in which anything is sent."""
        return any(operation.parameters or operation.request_body for operation in spec.operations)

    def plan(self, context: PlanningContext) -> Planned:
        """The cases of all operations; a finding where a cap left faults out, or none could be proven."""
        planning = GenerationContext.of(context)
        cases: list[Case] = []
        findings: list[Finding] = []
        for operation in planning.operations():
            gaps: list[Finding] = []
            faults = list(_faults(planning, operation, gaps))
            findings += gaps
            chosen = spread(faults, planning.config.max_violations_per_operation, lambda fault: fault.place)
            if len(chosen) < len(faults):
                left = len(faults) - len(chosen)
                message = f"{operation.key.label}: {left} of {len(faults)} violations left out by max_violations_per_operation"
                findings.append(Finding(FindingCode.CAPPED, operation.pointer, message, Severity.INFO))
            if not faults and not gaps and _takes_a_body(planning, operation):
                message = f"{operation.key.label}: nothing that its body could break was found"
                findings.append(Finding(FindingCode.NO_PROVEN_VIOLATION, operation.pointer, message, Severity.INFO))
            results = [_case(planning, operation, fault, is_first=fault is chosen[0]) for fault in chosen]
            results += [*boundary_cases(planning, operation), *pair_cases(planning, operation)]
            results += telling_cases(planning, operation)
            planned, missing = sort_out(results)
            cases += planned
            findings += missing
        return Planned(tuple(cases), tuple(dict.fromkeys(findings)))


def _takes_a_body(context: GenerationContext, operation: Operation) -> bool:
    return isinstance(context.parts.body(operation), BodyBase)


def _case(context: GenerationContext, operation: Operation, fault: _Fault, *, is_first: bool) -> Case | Finding:
    scene = context.scene()
    checks = (*REFUSED, *refusal_checks(operation)) if is_first else REFUSED
    scene.send(operation, name="refused", purpose=f"Send {fault.phrase}", checks=checks, change=fault.change)
    draft = Draft(
        family=Family.VALIDATION,
        operation=operation,
        condition=fault.slug,
        expected="is rejected",
        title=f"{operation.key.label}: {fault.phrase} is rejected",
        keyword=fault.keyword,
        pointer=fault.pointer,
        text=f"{fault.phrase} breaks `{fault.keyword}`.",
        severity=context.refusal_severity(operation, fault.severity),
        has_control=True,
        slug=fault.slug,
        value_class=fault.value_class,
    )
    return context.finish(scene, draft)


def _faults(context: GenerationContext, operation: Operation, gaps: list[Finding]) -> Iterator[_Fault]:
    """Every fault of an operation, body before parameters, each in a stable order. ``gaps`` gets what is left out."""
    yield from _body_faults(context, operation, gaps)
    for parameter in sorted(operation.parameters, key=lambda one: (one.location, one.name)):
        is_ignored = parameter.location is ParameterLocation.HEADER and parameter.name.raw().lower() in IGNORED_HEADERS
        if parameter.location not in _NEVER_VIOLATED and not is_ignored:
            yield from _parameter_faults(context, operation, parameter, gaps)


def _body_faults(context: GenerationContext, operation: Operation, gaps: list[Finding]) -> Iterator[_Fault]:
    base = context.parts.body(operation)
    if not isinstance(base, BodyBase) or operation.request_body is None:
        return
    violations: tuple[Violation, ...] = ()
    if base.kind in _NEGATIVE:
        violations = context.values.violations(base.request, base.proven)
    if base.kind in _AS_TEXT:
        violations = tuple(one for one in violations if one.edit.pointer.count("/") == 1)
    violations = tuple(replace(one, pointer=documented_pointer(base, one.pointer)) for one in violations)
    gap = body_gap(context.values, operation, base, violations)
    gaps += [gap] if gap is not None else []
    if base.kind not in _NEGATIVE:
        return
    # No row at all may be a legal row of JSON values.
    if operation.request_body.required and base.kind is not BodyKind.LINES:
        pointer = f"{operation.request_body.pointer}/required"
        yield _Fault("", "body_missing", "a request without its body", "required", pointer, Change(no_body=True))
    changes_others = context.parts.model.role_of(operation.key) is not Role.CREATE
    for violation in violations:
        if changes_others and takes_foreign_ids(violation.keyword, violation.edit.pointer):
            gaps.append(foreign_ids_gap(operation, violation))
            continue
        if base.kind is BodyKind.FORM and not operation.request_body.required and not edited(base.value, (violation.edit,)):
            continue  # A form without fields is no body at all, and none is asked for.
        yield _fault(violation, violation.edit.pointer, Change(edits=(violation.edit,)), violation.slug)
    absent = list(broken_members(context, base))
    known = frozenset(one.edit.pointer for one in (*violations, *(violation for violation, _ in absent)))
    for violation, edits in (*absent, *broken_others(context, base, known)):
        yield _fault(violation, violation.edit.pointer, Change(edits=edits), violation.slug)


def _parameter_faults(
    context: GenerationContext, operation: Operation, parameter: Parameter, gaps: list[Finding]
) -> Iterator[_Fault]:
    name, key = parameter.name.raw(), (parameter.location, parameter.name.raw())
    place = f"{parameter.location.value} {name}"
    if parameter.required and not _may_vanish(context, operation, parameter):
        phrase = f"a request without the {parameter.location.value} parameter {quoted(name)}"
        change = Change(left_out=frozenset({key}))
        words = f"{slug(name, 30) or parameter.location.value}_missing"
        yield _Fault(place, words, phrase, "required", f"{parameter.pointer}/required", change)
    proven = context.parts.parameter(operation, parameter)
    # What a whole query breaks depends on how a server takes it apart: only its absence is a fault for sure.
    if not isinstance(proven, ProvenValue) or parameter.location is ParameterLocation.QUERYSTRING:
        return
    broken: list[Violation] = []
    for violation in context.values.violations(parameter_request(operation, parameter), proven.value):
        is_item = isinstance(proven.value, list) and violation.edit.kind is EditKind.SET
        if violation.edit.value is not None and (violation.edit.pointer == "" or is_item):
            value = edited(proven.value, (violation.edit,)) if violation.edit.pointer else violation.edit.value
            broken.append(violation)
            yield _fault(violation, place, Change(replaced={key: value}), violation.slug)
    gap = parameter_gap(context.values, operation, parameter, proven, broken)
    gaps += [gap] if gap is not None else []


def _may_vanish(context: GenerationContext, operation: Operation, parameter: Parameter) -> bool:
    """Whether leaving a required parameter out makes no difference on the wire.

    An empty object or list whose members stand alone is nothing there, and some headers every client sends by itself.
    """
    if parameter.location is ParameterLocation.HEADER and parameter.name.raw().lower() in _SENT_ANYWAY:
        return True
    if not parameter.explode or parameter.location is not ParameterLocation.QUERY or parameter.content_type:
        return False
    # Asked for as in a JSON body: the wire has nothing to show of it, which is the point.
    asked = ValueRequest(parameter.schema, key=f"{parameter_request(operation, parameter).key} nothing", fresh_strings=False)
    nothing: tuple[JsonValue, ...] = ({}, [])
    for empty in nothing:
        proven = context.values.valid(replace(asked, examples=(Example(empty, parameter.pointer),)))
        if isinstance(proven, ProvenValue) and proven.value == empty:
            return True
    return False


def _fault(violation: Violation, place: str, change: Change, words: str) -> _Fault:
    return _Fault(
        place,
        slug(words, 60),
        violation.phrase,
        violation.keyword,
        violation.pointer,
        change,
        violation.severity,
        violation.value_class,
    )
