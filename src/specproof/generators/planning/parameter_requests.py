"""What is asked of the value engine for a parameter, and how its value stands in a request."""

from __future__ import annotations

from specproof.checks.wire import WHOLE_QUERY
from specproof.domain.body_kinds import BodyKind, body_kind
from specproof.domain.plans import ParameterValue, PlanValue
from specproof.generators.test_data_factory.model import ValueRequest
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation


def parameter_request(operation: Operation, parameter: Parameter) -> ValueRequest:
    """What is asked of the value engine for a parameter."""
    name = parameter.name.raw()
    if parameter.location is ParameterLocation.QUERYSTRING:
        # The whole query is written, and therefore proven, as a body of its media type is.
        key = f"{operation.key.label} querystring {name}"
        return ValueRequest(
            parameter.schema, key, name, examples=parameter.examples, fresh_strings=False, media_type=parameter.content_type
        )
    return ValueRequest(
        schema=parameter.schema,
        key=f"{operation.key.label} {parameter.location.value} {name}",
        name=name,
        location=parameter.location,
        style=parameter.style.value,
        explode=parameter.explode,
        examples=parameter.examples,
        fresh_strings=False,
        json_content=_is_json(parameter),
        allow_reserved=parameter.allow_reserved,
    )


def parameter_value(parameter: Parameter, value: PlanValue) -> ParameterValue:
    """A parameter of a request with its value."""
    style = WHOLE_QUERY if parameter.location is ParameterLocation.QUERYSTRING else parameter.style.value
    return ParameterValue(parameter.name, value, style, parameter.explode, _is_json(parameter), parameter.allow_reserved)


def _is_json(parameter: Parameter) -> bool:
    """Whether a parameter's value travels as JSON text; of other media types only plain texts can be sent."""
    return bool(parameter.content_type) and body_kind(parameter.content_type) is BodyKind.JSON
