"""Whose record a request changes: one that a case has made, or one that was there before."""

from __future__ import annotations

from specproof.generators.planning.changes import Change
from specproof.generators.planning.requests import RequestParts
from specproof.generators.planning.sweeping import SAFE
from specproof.generators.reading.resources import Role
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation


def writes_to(parts: RequestParts, operation: Operation, parameter: Parameter, change: Change) -> bool:
    """Whether a request changes the record that a path parameter names, or something that belongs to it and was not made here."""
    role = parts.model.role_of(operation.key)
    if operation.key.method in SAFE or role is Role.CREATE:
        return False
    path = operation.parameters_in(ParameterLocation.PATH)
    place = {one.name.raw(): operation.key.path.find("{" + one.name.raw() + "}") for one in path}
    return not any(
        (ParameterLocation.PATH, one.name.raw()) in change.replaced or parts.producers.of_path(operation, one) is not None
        for one in path
        if place[one.name.raw()] > place[parameter.name.raw()]
    )
