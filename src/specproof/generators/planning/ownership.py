"""Whose record a request names: one that a case has made, nobody's, or one that was there before."""

from __future__ import annotations

from specproof.domain.plans import Fresh, PlanValue
from specproof.generators.plan_values import Missing, leaves, segments
from specproof.generators.planning.changes import Change
from specproof.generators.planning.nobodys import nobodys_parameter
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.requests import BodyBase, RequestParts
from specproof.generators.reading.addressing import is_bare_id, names_own
from specproof.generators.reading.effects import Effect, effect_of, ends_records, is_removal, is_safe
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.reading.shapes import shape_of
from specproof.generators.test_data_factory.model import ProvenValue
from specproof.generators.words import tokens
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation

_HOW = frozenset({"format", "lang", "language", "locale", "version"})
"""What names in a path say how an API is spoken to."""


def maker_of_path(parts: RequestParts, operation: Operation, parameter: Parameter) -> tuple[Resource, str, bool] | None:
    """Whose record a path parameter names, as :meth:`Producers.of_path` has it; of what changes records only what names no other one.

    ``DELETE /pets/status/{status}`` would take all that are of the state of ours.
    """
    found = parts.producers.of_path(operation, parameter)
    if found is None or is_safe(operation) or found[0].identity is None or found[1] == found[0].identity.pointer:
        return found
    resource, pointer, _ = found
    base = parts.body(resource.create) if resource.create is not None else None
    name = segments(pointer)[-1]
    drawn = isinstance(base, BodyBase) and any(
        isinstance(leaf, Fresh) and segments(place)[-1:] == [name] for place, leaf in leaves(base.value)
    )
    return found if drawn else None


def maker_of_query(parts: RequestParts, operation: Operation, parameter: Parameter) -> Resource | None:
    """The resource that makes the record which a parameter outside of the path names; one in a header or cookie only of what changes it."""
    if parameter.location is not ParameterLocation.QUERY and not is_addressed_apart(parts, operation, parameter):
        return None
    found, own = parts.producers.of_query(parameter), parts.model.of(operation.key)
    if found is None and not is_safe(operation) and is_bare_id(parameter.name.raw()) and own.can_be_made:
        fits = own.identity is not None and shape_of(parameter.schema).types & own.identity.shape.types
        found = own if fits and not operation.parameters_in(ParameterLocation.PATH) else None
    return found if found is None or parts.producers.shares_ids(operation, found) else None


def nobodys_of(parts: RequestParts, operation: Operation, parameter: Parameter) -> PlanValue | Missing | None:
    """An id of nobody's for a query parameter that names what the operation changes, where no operation makes that; None for others."""
    is_query = parameter.location is ParameterLocation.QUERY
    if is_safe(operation) or not (is_query or is_addressed_apart(parts, operation, parameter)):
        return None
    if maker_of_query(parts, operation, parameter) is not None:
        return None
    proven = parts.parameter(operation, parameter)
    if not isinstance(proven, ProvenValue):
        return None
    resource, asked = parts.model.of(operation.key), parameter_request(operation, parameter)
    return nobodys_parameter(parts.values, operation, resource, parameter, asked.schema, proven.value)


def asks_for_nobody(parts: RequestParts, operation: Operation) -> bool:
    """Whether the usual request of an operation names a record that is not there, because no operation makes one."""
    base = parts.body(operation)
    is_asked = any(
        parts.is_sent(operation, one) and nobodys_of(parts, operation, one) is not None
        for one in operation.parameters
        if one.location is not ParameterLocation.PATH
    )
    return is_asked or (isinstance(base, BodyBase) and bool(base.spared.nobodys))


def takes_a_few_names(parts: RequestParts, operation: Operation, parameter: Parameter, change: Change) -> bool:
    """Whether one of a few names in a path (``PUT /flags/{name}``) is that of a record which would be changed."""
    if is_removal(operation):
        return True
    is_record = effect_of(operation) not in {Effect.ASKS, Effect.MAKES} and not says_how(parameter)
    return is_record and writes_to(parts, operation, parameter, change)


def writes_to(parts: RequestParts, operation: Operation, parameter: Parameter, change: Change) -> bool:
    """Whether a request changes the record that a path parameter names, or something that belongs to it and was not made here."""
    role = parts.model.role_of(operation.key)
    if is_safe(operation) or (role is Role.CREATE and not ends_records(operation)):
        return False
    path = operation.parameters_in(ParameterLocation.PATH)
    place = {one.name.raw(): operation.key.path.find("{" + one.name.raw() + "}") for one in path}
    return not any(
        (ParameterLocation.PATH, one.name.raw()) in change.replaced or maker_of_path(parts, operation, one) is not None
        for one in path
        if place[one.name.raw()] > place[parameter.name.raw()]
    )


def says_how(parameter: Parameter) -> bool:
    """Whether one of a few names in a path says how an API is spoken to, and names no record: a version, a language, a format."""
    names = [str(one) for one in shape_of(parameter.schema).enum]
    is_version = all(name.lstrip("v").replace(".", "").isdigit() for name in names)
    return is_version or tokens(parameter.name.raw())[-1:] in {(word,) for word in _HOW}


def is_addressed_apart(parts: RequestParts, operation: Operation, parameter: Parameter) -> bool:
    """Whether a header or a cookie says which record is changed: ``Box-Id`` of ``PUT /box``, and no ``X-Request-Id``."""
    if is_safe(operation) or operation.parameters_in(ParameterLocation.PATH):
        return False
    return names_own(operation, parts.model.of(operation.key), parameter.name.raw())
