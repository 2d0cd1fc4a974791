"""What stands where a request has to name a record that it changes, ends or removes, and no operation makes one: an id of nobody's.

An example in a document, a default or a small number is somebody's record on a target that holds other people's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from specproof.domain.plans import Fresh, FromStep, PlanValue
from specproof.generators.base import Values
from specproof.generators.plan_values import Missing, leaves, segments, value_at, with_value
from specproof.generators.planning.absent_ids import absent_id
from specproof.generators.planning.client_ids import fresh_number, fresh_text, without_examples
from specproof.generators.reading.addressing import addressing, is_bare_id, names_records
from specproof.generators.reading.effects import Effect, effect_of, ends_records
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.reading.shapes import shape_of
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.schema import Schema
from specproof.openapi.vocabulary import ParameterLocation

Pointers = frozenset[str]
_NONE: Pointers = frozenset()


@dataclass(frozen=True, slots=True)
class Spared:
    """A body in which nobody else's record is named. ``nobodys`` are the pointers of ids that no record has."""

    value: PlanValue
    nobodys: Pointers = _NONE
    somebodys: str = ""
    """The name of a member that can only hold what may be somebody's; "" for none."""
    names_none: bool = False
    """Whether the body of what ends records says nothing of which."""


NOTHING_SPARED = Spared(None)


def name_at(pointer: str) -> str:
    """The name of the member that ``pointer`` leads to; of an item of a list, the list's."""
    return next((name for name in reversed(segments(pointer)) if not name.isdecimal()), "")


def addressed(operation: Operation, resource: Resource, value: PlanValue, *, is_broken: bool = False) -> Pointers:
    """The places of a body by which an operation says what it works on; with ``is_broken`` also those that hold no id as they should."""
    found = {
        pointer: name_at(pointer)
        for pointer, leaf in leaves(value)
        if is_broken or (leaf is not None and not isinstance(leaf, bool))
    }
    names = addressing(operation, resource, found.values())
    if ends_records(operation):
        return frozenset(pointer for pointer, name in found.items() if name in names or (pointer and not name))
    # What a record that is updated holds inside of it (``category.id``) names others, which stay as they are.
    depths = {pointer: _depth(pointer) for pointer, name in found.items() if name in names}
    return frozenset(pointer for pointer, depth in depths.items() if depth == min(depths.values()))


def _depth(pointer: str) -> int:
    return sum(not name.isdecimal() for name in segments(pointer))


def spared_body(values: Values, operation: Operation, resource: Resource, schema: Schema, value: PlanValue) -> Spared:
    """``value`` with ids of nobody's wherever it says what the operation works on and no step has made that."""
    places = addressed(operation, resource, value)
    unmade = sorted(place for place in places if not isinstance(value_at(value, place), (Fresh, FromStep)))
    is_made = any(isinstance(value_at(value, place), FromStep) for place in places)
    drawn = {place for place in places if isinstance(value_at(value, place), Fresh)}
    nobodys = {place for place in drawn if names_records(name_at(place)) or not is_made}
    somebodys = ""
    for index, pointer in enumerate(unmade):
        shown = value_at(value, pointer)
        if isinstance(shown, Missing):
            continue
        found = absent_id(values, operation, schema_at(schema, pointer), shown, pointer, index)
        if isinstance(found, Missing):
            has_id = any(names_records(name_at(one)) for one in places)
            is_told = names_records(name_at(pointer)) or (ends_records(operation) and not has_id)
            somebodys = somebodys or (name_at(pointer) or "the list" if is_told else "")
        else:
            value = with_value(value, pointer, found)
            nobodys.add(pointer)
    is_alone = not operation.parameters_in(ParameterLocation.PATH) and isinstance(value, (dict, list))
    has_query = any(one.required and names_records(one.name.raw()) for one in operation.parameters_in(ParameterLocation.QUERY))
    names_none = is_alone and ends_records(operation) and not has_query and not places
    return Spared(_with_new_id(values, operation, resource, schema, value), frozenset(nobodys), somebodys, names_none)


def with_own_id(operation: Operation, resource: Resource, schema: Schema, value: PlanValue, step: str) -> PlanValue:
    """``PUT /pets/{id}`` whose body repeats the id: the one of the pet that ``step`` made, no example's."""
    identity = resource.identity
    role = resource.roles.get(operation.key)
    if identity is None or not resource.can_be_made or resource.create is operation or not isinstance(value, dict):
        return value
    if role not in {Role.REPLACE, Role.PATCH} or not operation.parameters_in(ParameterLocation.PATH):
        return value
    for name, member in value.items():
        shape = shape_of(shape_of(schema).properties.get(name))
        is_own = is_bare_id(name) and not name.endswith("s") and shape.types & identity.shape.types
        if is_own and isinstance(member, (int, str)) and not isinstance(member, bool):
            value = {**value, name: FromStep(step, identity.pointer, identity.sent)}
    return value


def nobodys_parameter(
    values: Values, operation: Operation, resource: Resource, parameter: Parameter, schema: Schema, shown: PlanValue
) -> PlanValue | Missing | None:
    """What a parameter outside of the path says where no step has made the record that it names; None where it names none that is changed."""
    name, is_query = parameter.name.raw(), parameter.location is ParameterLocation.QUERY
    names = [one.name.raw() for one in operation.parameters_in(parameter.location)]
    # A header of the record's own name says which one it is, whatever the operation does.
    if is_query and name not in addressing(operation, resource, names):
        return None
    if isinstance(shown, (bool, Fresh, FromStep, dict)) or shown is None:
        return None
    if isinstance(shown, list):
        items = shape_of(schema).items or schema
        found = [absent_id(values, operation, items, one, f"query {name}", index) for index, one in enumerate(shown)]
        absent: list[PlanValue] = [one for one in found if not isinstance(one, Missing)]
        return absent if absent and len(absent) == len(found) else Missing()
    found_one = absent_id(values, operation, schema, shown, f"query {name}")
    if isinstance(found_one, Missing) and not names_records(name) and any(names_records(one) for one in names):
        return None
    return found_one


def schema_at(schema: Schema, pointer: str) -> Schema:
    """The schema of what stands at ``pointer`` of a body; one that allows anything where the document says nothing of it."""
    for name in segments(pointer):
        shape = shape_of(schema)
        below = shape.properties.get(name) or (shape.items if name.isdecimal() else None)
        schema = below or Schema({}, schema.pointer, schema.definitions)
    return schema


def _with_new_id(values: Values, operation: Operation, resource: Resource, schema: Schema, value: PlanValue) -> PlanValue:
    """A new record whose body has to bring its id: never an example's, by which somebody else's would be replaced."""
    is_create = resource.roles.get(operation.key) is Role.CREATE and not ends_records(operation)
    if not (is_create or effect_of(operation) is Effect.MAKES):
        return value
    if isinstance(value, list):
        items = shape_of(schema).items or schema
        return [_with_new_id(values, operation, resource, items, item) for item in value]
    if not isinstance(value, dict):
        return value
    for name, member in value.items():
        if not is_bare_id(name) or name.endswith("s") or not isinstance(member, (int, str)) or isinstance(member, bool):
            continue
        plain, key = without_examples(schema_at(schema, f"/{name}")), f"{operation.key.label} new {name}"
        if shape_of(plain).enum:
            continue
        found = fresh_number(values, plain, key, is_constant=False) if isinstance(member, int) else fresh_text(values, plain, key)
        if isinstance(found, Fresh):
            value = {**value, name: replace(found, is_number=True) if isinstance(member, int) else found}
    return value
