"""The request that removes a record when its case is over, and when there is none: what was there before a case stays there."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from specproof.domain.plans import Fresh, FromStep, ParameterValue, PlanValue, RequestPlan
from specproof.generators.plan_values import edited, leaves, value_at
from specproof.generators.planning.changes import Labels
from specproof.generators.planning.nobodys import name_at
from specproof.generators.planning.parameter_requests import parameter_value
from specproof.generators.planning.requests import RequestParts, record_step
from specproof.generators.reading.addressing import is_key, names_records
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.test_data_factory.model import Origin, ProvenValue
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import Method, ParameterLocation


def cleanup(
    parts: RequestParts, resource: Resource, name: str, labels: Labels, known: Set[str], made: str = ""
) -> RequestPlan | None:
    """The request that removes a record, if it needs no more than what is already there. ``made`` is where the body has it."""
    operation = resource.first(Role.DELETE)
    security = parts.credentials(operation).security if operation is not None else None
    if operation is None or security is None or (operation.request_body is not None and operation.request_body.required):
        return None
    values: dict[ParameterLocation, list[ParameterValue]] = {location: [] for location in ParameterLocation}
    for parameter in operation.parameters:
        if not parts.is_sent(operation, parameter):
            continue
        value = _known(parts, operation, parameter, resource, name, labels, known)
        if value is None:
            return None
        if made and isinstance(value, FromStep) and value.step == name:
            value = replace(value, pointer=made + value.pointer)
        values[parameter.location].append(parameter_value(parameter, value))
    innermost = max(
        values[ParameterLocation.PATH], key=lambda one: operation.key.path.find("{" + one.name.raw() + "}"), default=None
    )
    if innermost is None or not isinstance(innermost.value, FromStep) or innermost.value.step != name:
        # Without the new record's id the request would remove another record.
        return None
    return RequestPlan(
        operation=operation.key,
        path_parameters=tuple(values[ParameterLocation.PATH]),
        query=(*values[ParameterLocation.QUERY], *values[ParameterLocation.QUERYSTRING]),
        headers=tuple(values[ParameterLocation.HEADER]),
        cookies=tuple(values[ParameterLocation.COOKIE]),
        security=security,
        alternatives=parts.credentials(operation).alternatives,
    )


def may_be_old(resource: Resource, operation: Operation, request: RequestPlan) -> bool:
    """Whether what a create answers with may have been there before, and was updated: nothing that it sends as a key is surely new."""
    if resource.create is not operation or request.body is None:
        return False
    statuses = {response.status for response in operation.responses}
    if "409" not in statuses and (sends_fixed_key(resource, request) or _repeats_fixed_key(resource, request)):
        return True  # Who documents no conflict may update what is there under that key.
    if not {"200", "201"} <= statuses or operation.key.method is not Method.POST:
        return False
    sent = list(leaves(edited(request.body.value, request.body.edits)))
    is_shown = any(
        is_key(name_at(pointer)) and not isinstance(leaf, (Fresh, FromStep)) for pointer, leaf in sent if leaf is not None
    )
    return is_shown or not any(isinstance(leaf, Fresh) for _, leaf in sent)


def sends_fixed_key(resource: Resource, request: RequestPlan) -> bool:
    """Whether a create sends its record's key, and no new one: where it is refused, the key is somebody's."""
    identity, body = resource.identity, request.body
    if identity is None or not identity.sent or resource.has_client_ids or body is None:
        return False
    return not isinstance(value_at(edited(body.value, body.edits), identity.pointer), (Fresh, FromStep))


def _repeats_fixed_key(resource: Resource, request: RequestPlan) -> bool:
    """Whether the id that a create answers with is one that it was sent, and no new one."""
    identity, body = resource.identity, request.body
    if identity is None or identity.sent or resource.has_client_ids or body is None:
        return False
    sent = edited(body.value, body.edits)
    return isinstance(sent, dict) and identity.name in sent and not isinstance(sent[identity.name], (Fresh, FromStep))


def _known(
    parts: RequestParts,
    operation: Operation,
    parameter: Parameter,
    resource: Resource,
    name: str,
    labels: Labels,
    known: Set[str],
) -> PlanValue:
    found = parts.producers.of_path(operation, parameter) if parameter.location is ParameterLocation.PATH else None
    if found is not None:
        owner, pointer, sent = found
        step = name if owner is resource else record_step(owner, labels.get(owner.collection, ""))
        return FromStep(step, pointer, sent) if step in known else None
    if parameter.location is ParameterLocation.QUERY and names_records(parameter.name.raw()):
        return None
    proven = parts.parameter(operation, parameter)
    is_usable = isinstance(proven, ProvenValue) and (
        parameter.location is not ParameterLocation.PATH or proven.origin is not Origin.DERIVED
    )
    return proven.value if is_usable and isinstance(proven, ProvenValue) else None
