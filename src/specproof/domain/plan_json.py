"""A plan as JSON: for lock files, golden tests and pages. Written, never read back; the same plan gives the same JSON."""

from __future__ import annotations

import json
import re

from specproof.domain.plans import (
    BodyPlan,
    Case,
    Check,
    FieldLayout,
    Fresh,
    FromStep,
    ParameterValue,
    Plan,
    PlanValue,
    RequestPlan,
    ResponseContract,
    Step,
    XmlLayout,
)
from specproof.openapi.model import SecurityScheme
from specproof.openapi.schema import JsonObject, JsonValue

_SURROGATES = re.compile("[\ud800-\udfff]")


def plan_to_json(plan: Plan) -> JsonObject:
    """The whole plan. Markers are ``{"$fresh": ...}`` and ``{"$from": ...}``; an object with such a member of its own is ``{"$value": ...}``."""
    return {
        "slug": plan.slug,
        "title": plan.title.raw(),
        "digest": plan.digest,
        "seed": plan.seed,
        "cases": [case_to_json(case) for case in plan.cases],
        "contracts": {contract.operation.label: _contract(contract) for contract in plan.contracts},
        "security_schemes": [_scheme(scheme) for scheme in plan.security_schemes],
        "findings": [{**finding.to_json()} for finding in plan.findings],
        "base_paths": list(plan.base_paths),
    }


def case_to_json(case: Case) -> JsonObject:
    """One case; members that hold nothing are left out."""
    whole: JsonObject = {
        "id": case.id,
        "name": case.name,
        "family": case.family.value,
        "resource": case.resource,
        "subject": case.subject.label,
        "title": case.title.raw(),
        "severity": case.severity.value,
        "rationale": {
            "keyword": case.rationale.keyword,
            "pointer": case.rationale.pointer,
            "text": case.rationale.text.raw(),
            "source": case.rationale.source,
        },
        "steps": [_step(step) for step in case.steps],
        "depends_on": list(case.depends_on),
        "control": case.control,
        "skip_reason": case.skip_reason,
        "group": case.group.raw(),
        "maintainer": case.maintainer.raw(),
        "value_class": case.value_class,
        "risk": case.risk,
    }
    return _without_empty(whole)


def value_to_json(value: PlanValue) -> JsonValue:
    """One plan value with its markers spelt out."""
    if isinstance(value, Fresh):
        parts: list[JsonValue] = [part if isinstance(part, str) else list(part) for part in value.parts]
        return {"$fresh": {"parts": parts, "sample": value.proven}}
    if isinstance(value, str) and not value.isascii() and _SURROGATES.search(value):
        return {"$escaped": json.dumps(value)[1:-1]}  # half a pair, which no UTF-8 can hold
    if isinstance(value, FromStep):
        source: JsonObject = {"step": value.step, "pointer": value.pointer}
        said: JsonObject = {"sent": True} if value.sent else {"header": value.header} if value.header else {}
        return {"$from": {**source, **said}}
    if isinstance(value, list):
        return [value_to_json(item) for item in value]
    if isinstance(value, dict):
        plain: JsonObject = {name: value_to_json(item) for name, item in value.items()}
        return {"$value": plain} if any(name.startswith("$") for name in plain) else plain
    return value


def _step(step: Step) -> JsonObject:
    return _without_empty(
        {
            "name": step.name,
            "purpose": step.purpose,
            "is_setup": step.is_setup,
            "request": _request(step.request),
            "checks": [_check(check) for check in step.checks],
            "cleanup": _request(step.cleanup) if step.cleanup is not None else None,
        }
    )


def _check(check: Check) -> JsonObject:
    return {"id": check.id.value, **{name: value_to_json(check.arguments[name]) for name in sorted(check.arguments)}}


def _request(request: RequestPlan) -> JsonObject:
    return _without_empty(
        {
            "operation": request.operation.label,
            "path": [_parameter(one) for one in request.path_parameters],
            "query": [_parameter(one) for one in request.query],
            "headers": [_parameter(one) for one in request.headers],
            "cookies": [_parameter(one) for one in request.cookies],
            "body": _body(request.body) if request.body is not None else None,
            "credential": request.credential.value,
            "security": [scheme.name.raw() for scheme in request.security],
            "alternatives": _alternatives(request),
        }
    )


def _parameter(parameter: ParameterValue) -> JsonObject:
    laid_out: JsonObject = {
        "name": parameter.name.raw(),
        "value": value_to_json(parameter.value),
        "style": parameter.style,
        "explode": parameter.explode,
    }
    if parameter.json_content:
        laid_out["json_content"] = True
    if parameter.allow_reserved:
        laid_out["allow_reserved"] = True
    return laid_out


def _alternatives(request: RequestPlan) -> list[JsonValue]:
    """The names of the schemes of each alternative; nothing where there is no choice."""
    if len(request.alternatives) < 2:
        return []
    return [[scheme.name.raw() for scheme in together] for together in request.alternatives]


def _body(body: BodyPlan) -> JsonObject:
    if body.raw is not None:
        return {"media_type": body.media_type, "raw": body.raw}
    edits: list[JsonValue] = [
        {"kind": edit.kind.value, "pointer": edit.pointer, "value": value_to_json(edit.value)} for edit in body.edits
    ]
    whole: JsonObject = {"media_type": body.media_type, "value": value_to_json(body.value)}
    if body.base_name:
        whole["base_name"] = body.base_name
    if edits:
        whole["edits"] = edits
    if body.fields:
        whole["fields"] = [_field(layout) for layout in body.fields]
    if body.xml is not None:
        whole["xml"] = _xml(body.xml)
    return {**whole, "is_base64": True} if body.is_base64 else whole


def _field(layout: FieldLayout) -> JsonObject:
    headers: list[JsonValue] = [[name, text] for name, text in layout.headers]
    whole: JsonObject = {
        "content_type": layout.content_type,
        "style": layout.style,
        "file_name": layout.file_name,
        "is_base64": layout.is_base64,
        "allow_reserved": layout.allow_reserved,
        "headers": headers,
        "xml": _xml(layout.xml) if layout.xml is not None else None,
    }
    explode: JsonObject = {"explode": layout.explode} if layout.style else {}
    return {"name": layout.name.raw(), **_without_empty(whole), **explode}


def _xml(layout: XmlLayout) -> JsonObject:
    return _without_empty(
        {
            "name": layout.name.raw(),
            "kind": layout.kind,
            "prefix": layout.prefix.raw(),
            "namespace": layout.namespace.raw(),
            "wrapped": layout.wrapped,
            "members": {name.raw(): _xml(member) for name, member in layout.members},
            "item": _xml(layout.item) if layout.item is not None else None,
        }
    )


def _contract(contract: ResponseContract) -> JsonObject:
    found: JsonObject = {}
    for status in sorted(contract.responses):
        expected = contract.responses[status]
        found[status] = {
            "media_types": {
                name: None if schema is None else schema.raw for name, schema in sorted(expected.media_types.items())
            },
            "headers": {name: None if schema is None else schema.raw for name, schema in sorted(expected.headers.items())},
            "required_headers": list(expected.required_headers),
        }
    code = contract.business_code
    if code is not None:
        found["business_code"] = {"pointer": code.pointer, "success": list(code.success)}
    return found


def _scheme(scheme: SecurityScheme) -> JsonObject:
    whole: JsonObject = {"name": scheme.name.raw(), "kind": scheme.kind.value}
    if scheme.parameter:
        whole |= {"parameter": scheme.parameter.raw(), "location": scheme.location.value}
    return whole


def _without_empty(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if value not in (None, "", [], {}, False)}
