"""What the negative cases leave out because of how a value travels: said in findings, never passed over in silence.

In a form, in a deep object or in a plain text everything is text: much of what breaks a rule in JSON is read as something valid there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specproof.domain.body_kinds import BodyKind
from specproof.domain.plans import Fresh
from specproof.generators.base import Values
from specproof.generators.naming import quoted
from specproof.generators.plan_values import value_at
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.requests import BodyBase
from specproof.generators.reading.shapes import shape_of
from specproof.generators.test_data_factory.model import ProvenValue, ValueRequest, Violation
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import Operation, Parameter

AS_TEXT = "sent as text they could be read as valid"
_JSON = "application/json"


def body_gap(values: Values, operation: Operation, base: BodyBase, broken: Iterable[Violation]) -> Finding | None:
    """The finding about a body that is no JSON: which keywords no case breaks; None if all are broken."""
    if base.kind in {BodyKind.JSON, BodyKind.LINES}:
        return None
    as_json = values.violations(replace(base.request, media_type=_JSON), base.proven)
    texts = {one.edit.pointer for one in as_json if isinstance(value_at(base.proven, one.edit.pointer), (str, Fresh, dict, list))}
    is_text = base.kind in {BodyKind.FORM, BodyKind.MULTIPART, BodyKind.XML}
    reason = AS_TEXT if is_text else "no negative cases are made for this media type"
    return _finding(operation, f"its body ({base.media.name})", reason, _missed(as_json, broken, texts))


def parameter_gap(
    values: Values, operation: Operation, parameter: Parameter, proven: ProvenValue, broken: Iterable[Violation]
) -> Finding | None:
    """The finding about a parameter that is a list or an object: which keywords no case breaks; None if all are broken."""
    shape = shape_of(parameter.schema)
    if not (shape.is_array or shape.is_object or isinstance(proven.value, (list, dict))):
        return None
    asked = parameter_request(operation, parameter)
    as_json = values.violations(ValueRequest(asked.schema, asked.key, asked.name, fresh_strings=False), proven.value)
    texts = {one.edit.pointer for one in as_json if isinstance(value_at(proven.value, one.edit.pointer), (str, list, dict))}
    place = f"its {parameter.location.value} parameter {quoted(parameter.name.raw())} (style {parameter.style.value})"
    return _finding(operation, place, AS_TEXT, _missed(as_json, broken, texts))


def foreign_ids_gap(operation: Operation, violation: Violation) -> Finding:
    """The finding about a rule that could only be broken with ids of records that are not the suite's own."""
    message = f"{operation.key.label}: {violation.phrase}: left out, it would send ids of records that may be somebody else's"
    return Finding(FindingCode.NO_PROVEN_VIOLATION, violation.pointer, message, Severity.INFO)


def _missed(expected: Iterable[Violation], broken: Iterable[Violation], texts: set[str]) -> set[str]:
    """The keywords that are broken in JSON only; that a text is no text cannot be said on the wire, and is not missed."""
    found = {(one.edit.pointer, one.keyword) for one in broken}
    return {
        one.keyword
        for one in expected
        if (one.edit.pointer, one.keyword) not in found and not (one.keyword == "type" and one.edit.pointer in texts)
    }


def _finding(operation: Operation, place: str, reason: str, keywords: set[str]) -> Finding | None:
    if not keywords:
        return None
    listed = ", ".join(sorted(keywords))
    message = f"{operation.key.label}: in {place} rules of these keywords are not broken, because {reason}: {listed}"
    return Finding(FindingCode.NO_PROVEN_VIOLATION, operation.pointer, message, Severity.INFO)
