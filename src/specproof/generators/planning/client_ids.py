"""Ids that the client chooses: what ``PUT /devices/{serial}`` registers a new record under.

They are drawn anew in every run, so that no record of somebody else is replaced. Where the body has to repeat the id it is a constant.
"""

from __future__ import annotations

import re
from dataclasses import replace

from specproof.domain.plans import Fresh, PlanValue
from specproof.generators.base import Values
from specproof.generators.naming import digest
from specproof.generators.plan_values import MISSING, Missing, same_plan
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.identities import exact_name
from specproof.generators.reading.resources import Resource, item_parameter
from specproof.generators.reading.shapes import shape_of
from specproof.generators.test_data_factory.model import Origin, ProvenValue, ValueRequest
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.schema import Example, JsonValue, Schema
from specproof.openapi.vocabulary import ParameterLocation

_ALPHABET, _DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789", "0123456789"
_PREFIX = "specproof-"
_MOST_DIGITS, _LEAST_DIGITS = 9, 6
_PLAIN = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9._~@:-]{1,200}")
_SHOWN = ("example", "examples", "default")


def registration(resource: Resource) -> tuple[Operation, Parameter] | None:
    """The operation that makes a record under an id of the client's choice, and the parameter that carries the id."""
    operation = resource.create if resource.has_client_ids else None
    if operation is None:
        return None
    name = item_parameter(resource)
    found = [one for one in operation.parameters_in(ParameterLocation.PATH) if one.name.raw() == name]
    return (operation, found[0]) if found else None


def repeated_name(resource: Resource) -> str | None:
    """The property of the body that has to repeat the id: a required one, or one that is the only place to read the id from."""
    found = registration(resource)
    if found is None or resource.identity is None:
        return None
    body = shape_of(request_schema(found[0]))
    name = exact_name(body, found[1].name.raw())
    if name is None or shape_of(body.properties[name]).is_read_only:
        return None
    return name if name in body.required or resource.identity.sent else None


def chosen_id(values: Values, resource: Resource, label: str) -> PlanValue | Missing:
    """An id for a new record: a fresh one, or a constant where the body repeats it; :data:`MISSING` where none is surely free.

    ``label`` tells the records of one case apart.
    """
    found = registration(resource)
    if found is None:
        return MISSING
    operation, parameter = found
    schema, shape = without_examples(parameter.schema), shape_of(parameter.schema)
    is_constant = repeated_name(resource) is not None
    if shape.enum or not shape.is_scalar:
        return MISSING
    key = f"{operation.key.label} new {label}"
    if shape.is_numeric:
        return fresh_number(values, schema, key, is_constant=is_constant)
    text = fresh_text(values, schema, key)
    if isinstance(text, Missing) or not is_constant:
        return text
    return _drawn(text, key)


def free_key(values: Values, resource: Resource) -> PlanValue | Missing:
    """What a create's body says as the key of a new record, where the client chooses it: drawn anew in every run; :data:`MISSING` where
    nothing that is surely free can be drawn."""
    identity = resource.identity
    if identity is None or not identity.sent or resource.has_client_ids or resource.create is None:
        return MISSING
    found = shape_of(request_schema(resource.create)).properties.get(identity.name)
    if found is None or identity.shape.enum or not identity.shape.is_scalar:
        return MISSING
    schema, key = without_examples(found), f"{resource.create.key.label} new key"
    if not identity.shape.is_numeric:
        return fresh_text(values, schema, key)
    number = fresh_number(values, schema, key, is_constant=False)
    return replace(number, is_number=True) if isinstance(number, Fresh) else MISSING


def fresh_text(values: Values, schema: Schema, key: str) -> Fresh | Missing:
    """A text that no earlier run used; :data:`MISSING` where the document allows none that can be drawn."""
    plain = Fresh((_PREFIX, (_ALPHABET, 10)), _PREFIX + "a1b2c3d4e5")
    raw = schema.resolved()
    if isinstance(raw, dict) and not {"pattern", "format"} & raw.keys() and is_valid(values, schema, plain.sample):
        return plain
    proven = values.valid(ValueRequest(schema, key=key))
    value = proven.value if isinstance(proven, ProvenValue) else None
    return value if isinstance(value, Fresh) and _PLAIN.fullmatch(value.sample) else MISSING


def fresh_number(values: Values, schema: Schema, key: str, *, is_constant: bool) -> PlanValue | Missing:
    """A large number, written with digits that are drawn: few records have one."""
    for count in range(_MOST_DIGITS, _LEAST_DIGITS - 1, -1):
        low, high = 10**count, 2 * 10**count - 1
        if all(is_valid(values, schema, number) for number in (low, low + 1, high)):
            text = Fresh(("1", (_DIGITS, count)), str(low + int(digest(key, 8), 16) % low))
            return int(text.sample) if is_constant else text
    return MISSING


def _drawn(text: Fresh, key: str) -> str:
    """One string of ``text``, the same for the same key."""
    drawn: list[str] = []
    for place, part in enumerate(text.parts):
        if isinstance(part, str):
            drawn.append(part)
            continue
        alphabet, count = part
        drawn += [alphabet[int(digest(f"{key} {place} {index}", 8), 16) % len(alphabet)] for index in range(count)]
    return "".join(drawn)


def is_valid(values: Values, schema: Schema, candidate: JsonValue) -> bool:
    """Whether a schema accepts a number or a text."""
    request = ValueRequest(schema, key="id", examples=(Example(candidate, schema.pointer),), fresh_strings=False)
    proven = values.valid(request)
    is_plain = isinstance(candidate, (str, int))
    return is_plain and isinstance(proven, ProvenValue) and proven.origin is Origin.EXAMPLE and same_plan(proven.value, candidate)  # type: ignore[arg-type]


def without_examples(schema: Schema) -> Schema:
    """A schema without its examples: they name records that exist."""
    raw = schema.resolved()
    if not isinstance(raw, dict):
        return schema
    return Schema({name: value for name, value in raw.items() if name not in _SHOWN}, schema.pointer, schema.definitions)
