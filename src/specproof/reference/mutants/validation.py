"""V1 to V11: one thing that a request must satisfy is not looked at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.model import Parameter
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.behaviour import Call, Reading, World
from specproof.reference.containers import body_schema, json_media
from specproof.reference.messages import Answer
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import Fault, OneOperation
from specproof.reference.mutants.requests import (
    ContractChange,
    ContractChanged,
    Edit,
    edited_at,
    requested,
    same_bodies,
    touched,
    without_keyword,
)
from specproof.reference.mutants.rules import (
    LIST_KEYWORDS,
    NUMBER_KEYWORDS,
    OBJECT_KEYWORDS,
    TEXT_KEYWORDS,
    accepted,
    can_be_broken,
)
from specproof.reference.mutants.schema_walk import Part, Place, texts
from specproof.reference.mutants.walks import Spot, dotted, is_key, parameter_of

if TYPE_CHECKING:
    from specproof.reference.contracts import Problem, RequestContract
    from specproof.reference.decoding import Decoded

REJECTED: Final = frozenset({CheckId.REJECTED})
_TEXT_OR_CONTAINER: Final = frozenset({"string", "array", "object"})


def _stated(place: Place, keywords: tuple[str, ...]) -> Iterator[tuple[str, JsonValue]]:
    """The keywords that can be broken there. An ``enum`` leaves nothing for the others to forbid."""
    if place.enum is None:
        for _, keyword, value in place.stated(*keywords):
            if can_be_broken(place, keyword, value):
                yield keyword, value


def _unchecked(fault: Fault, spot: Spot, keyword: str, value: JsonValue) -> Mutant:
    change = edited_at(fault.reading, spot, spot.place.paths(keyword), without_keyword(keyword))
    return fault.mutant(
        f"{spot.where} {keyword}".strip(), accepted(keyword, value, spot.words), ContractChanged(fault.reading.key, change)
    )


def _faults(model: ReferenceModel, operator: str) -> Iterator[tuple[Fault, tuple[Spot, ...]]]:
    return requested(model, operator, FaultFamily.VALIDATION, REJECTED)


def _with_keywords(model: ReferenceModel, operator: str, is_meant: Callable[[Spot], bool], *keywords: str) -> Iterator[Mutant]:
    for fault, spots in _faults(model, operator):
        for spot in spots:
            if is_meant(spot) and not is_key(fault.reading, spot):
                for keyword, value in _stated(spot.place, keywords):
                    yield _unchecked(fault, spot, keyword, value)


def _is_parameter(spot: Spot) -> bool:
    return not spot.is_body


def _is_member(spot: Spot) -> bool:
    """Whether the spot is the body, a member of it or an item of that: what lies deeper is V9's."""
    return spot.is_body and sum(1 for step in spot.place.steps if isinstance(step, str)) <= 1


def _is_deep(spot: Spot) -> bool:
    return spot.is_body and not _is_member(spot)


def parameter_bounds(model: ReferenceModel) -> Iterator[Mutant]:
    """V1: a bound, pattern or format of a parameter is not looked at."""
    keywords = (*TEXT_KEYWORDS, *NUMBER_KEYWORDS, *LIST_KEYWORDS, *OBJECT_KEYWORDS)
    yield from _with_keywords(model, "V1", _is_parameter, *keywords)


@dataclass(frozen=True)
class _TypeForgiven(OneOperation):
    """Takes a parameter that is not of its type for one that was not sent, or for ``fallback`` where it has to be."""

    place: tuple[str, str]
    kinds: frozenset[str]
    fallback: JsonValue = field(compare=False)
    is_required: bool

    def decoded(self, world: World, call: Call) -> Decoded | Answer:
        decoded = super().decoded(world, call)
        if call.key != self.key or isinstance(decoded, Answer):
            return decoded
        value = decoded.parameters.get(self.place)
        if not isinstance(value, str) or "string" in self.kinds:
            return decoded
        kept = {place: other for place, other in decoded.parameters.items() if place != self.place}
        return replace(decoded, parameters={**kept, self.place: self.fallback} if self.is_required else kept)


def parameter_types(model: ReferenceModel) -> Iterator[Mutant]:
    """V2: a parameter that is not of its type is ignored."""
    for fault, spots in _faults(model, "V2"):
        for spot in spots:
            kinds = spot.place.kinds
            if spot.is_body or spot.place.steps or is_key(fault.reading, spot) or not kinds or kinds & _TEXT_OR_CONTAINER:
                continue
            parameter = parameter_of(fault.reading, spot)
            if parameter is not None:
                words = f"ignores {spot.words} where it is not of its type"
                behaviour = _TypeForgiven(
                    fault.reading.key, (spot.location, spot.name), kinds, _fallback(parameter, spot.place), parameter.required
                )
                yield fault.mutant(f"{spot.where} type", words, behaviour)


def _fallback(parameter: Parameter, place: Place) -> JsonValue:
    """A value for a required parameter that was sent in the wrong type."""
    for _, _, value in place.stated("default", "minimum"):
        return value
    if place.enum:
        return place.enum[0]
    if parameter.examples:
        return parameter.examples[0].value
    return False if place.is_only("boolean") else 1


def parameter_choices(model: ReferenceModel) -> Iterator[Mutant]:
    """V3: the choices of a parameter are not looked at."""
    for fault, spots in _faults(model, "V3"):
        for spot in spots:
            if not spot.is_body and not is_key(fault.reading, spot):
                yield from _choices(fault, spot)


def _choices(fault: Fault, spot: Spot) -> Iterator[Mutant]:
    """Choices that a request can leave: with true and false, it is the type that forbids the rest."""
    choices = spot.place.enum
    if choices is not None and not spot.place.is_only("boolean"):
        stated = list(spot.place.stated("enum", "const"))
        if len(stated) == 1:
            yield _unchecked(fault, spot, *stated[0][1:])


def text_rules(model: ReferenceModel) -> Iterator[Mutant]:
    """V4: a bound, pattern, format or choice of a text in the body is not looked at."""
    yield from _with_keywords(model, "V4", _is_member, *TEXT_KEYWORDS)
    for fault, spots in _faults(model, "V4"):
        for spot in spots:
            if _is_member(spot):
                yield from _choices(fault, spot)


def number_rules(model: ReferenceModel) -> Iterator[Mutant]:
    """V5: a bound of a number in the body is not looked at."""
    yield from _with_keywords(model, "V5", _is_member, *NUMBER_KEYWORDS)


def list_rules(model: ReferenceModel) -> Iterator[Mutant]:
    """V6: a bound of a list in the body is not looked at, or what its items are."""
    yield from _with_keywords(model, "V6", _is_member, *LIST_KEYWORDS)
    for fault, spots in _faults(model, "V6"):
        for spot in spots:
            if _is_member(spot) and spot.place.is_only("array"):
                for _, keyword, items in spot.place.stated("items"):
                    if isinstance(items, dict) and items:
                        change = edited_at(fault.reading, spot, spot.place.paths(keyword), without_keyword(keyword))
                        words = f"does not look at the items of {spot.words}"
                        yield fault.mutant(f"{spot.where} items".strip(), words, ContractChanged(fault.reading.key, change))


def missing_accepted(model: ReferenceModel) -> Iterator[Mutant]:
    """V7: something required may be left out: a member, a parameter, the body."""
    for fault, spots in _faults(model, "V7"):
        for spot in spots:
            if _is_member(spot):
                yield from _missing_members(fault, spot)
        yield from _missing_parameters(fault)


def _missing_members(fault: Fault, spot: Spot) -> Iterator[Mutant]:
    """Those that the client has to send: what is readOnly is not sent at all."""
    hidden = {name for part in spot.place.parts for name in _read_only(part)}
    seen: set[str] = set()
    for part in spot.place.parts:
        for name in texts(part.schema.get("required")):
            if name in hidden or name in seen or name in spot.place.common:
                continue
            seen.add(name)
            steps = (*spot.place.steps, name) if spot.is_body else (spot.name, *spot.place.steps, name)
            words = f"accepts a request without the required {dotted(steps)}"
            change = edited_at(fault.reading, spot, spot.place.paths("required"), _not_required(name))
            yield fault.mutant(f"{spot.where} required {name}".strip(), words, ContractChanged(fault.reading.key, change))


def _read_only(part: Part) -> Iterator[str]:
    properties = part.schema.get("properties")
    for name, member in properties.items() if isinstance(properties, dict) else ():
        if isinstance(member, dict) and member.get("readOnly") is True:
            yield name


def _not_required(name: str) -> Edit:
    return lambda schema: {**schema, "required": [other for other in texts(schema.get("required")) if other != name]}


def _missing_parameters(fault: Fault) -> Iterator[Mutant]:
    reading = fault.reading
    for parameter in reading.operation.parameters:
        if parameter.required and parameter.location.value != "path":
            place = (parameter.location.value, parameter.name.raw())
            words = f"accepts a request without the required {place[0]} parameter {dotted((place[1],))}"
            behaviour = ContractChanged(reading.key, _without_parameter(place))
            yield fault.mutant(f"{Spot(*place, _NOWHERE, is_json=False).where} required", words, behaviour)
    body = reading.operation.request_body
    if body is not None and body.required:
        behaviour = ContractChanged(reading.key, lambda contract: contract.replace(body_required=False))
        yield fault.mutant("body required", "accepts a request without a body", behaviour)


def _without_parameter(place: tuple[str, str]) -> ContractChange:
    return lambda contract: contract.replace(required=contract.required - {place})


_NOWHERE: Final = Place((), (), frozenset(), (), is_needed=True, is_alternative=False, is_choice=False)


def unknown_accepted(model: ReferenceModel) -> Iterator[Mutant]:
    """V8: members are not counted, or those that nobody knows are taken."""
    yield from _with_keywords(model, "V8", _is_member, *OBJECT_KEYWORDS)


def deep_rules(model: ReferenceModel) -> Iterator[Mutant]:
    """V9: a rule deep in the body is not looked at; null is taken where it is not allowed; a member's type is not looked at."""
    keywords = (*TEXT_KEYWORDS, *NUMBER_KEYWORDS, *LIST_KEYWORDS, *OBJECT_KEYWORDS)
    for fault, spots in _faults(model, "V9"):
        for spot in spots:
            if _is_deep(spot):
                for keyword, value in _stated(spot.place, keywords):
                    yield _unchecked(fault, spot, keyword, value)
                yield from _choices(fault, spot)
                yield from _missing_members(fault, spot)
            if spot.is_json and spot.place.steps:
                yield from _types(fault, spot)


def _types(fault: Fault, spot: Spot) -> Iterator[Mutant]:
    place = spot.place
    for _, _, kinds in place.stated("type"):
        if place.enum is not None:
            continue
        yield _unchecked(fault, spot, "type", kinds)
        if not place.is_nullable and not place.is_choice:
            change = edited_at(fault.reading, spot, place.paths("type"), _with_null)
            words = f"accepts null in {spot.words}"
            yield fault.mutant(f"{spot.where} null", words, ContractChanged(fault.reading.key, change))


def _with_null(schema: JsonObject) -> JsonObject:
    kinds = schema.get("type")
    return {**schema, "type": [*([kinds] if isinstance(kinds, str) else texts(kinds)), "null"]}


def shared_bodies(model: ReferenceModel) -> Iterator[Mutant]:
    """V10: of several operations that take the same body, one does not look at it at all."""
    names = {reading.key: name for reading in model.readings if (name := _definition(reading))}
    counts = Counter(names.values())
    for reading in model.readings:
        name = names.get(reading.key, "")
        if counts[name] > 1:
            fault = Fault("V10", FaultFamily.VALIDATION, reading, REJECTED, touched(model, reading))
            words = "does not look at its body, which other operations check"
            yield fault.mutant("", words, ContractChanged(reading.key, _bodies_open(reading)))


def _definition(reading: Reading) -> str:
    """The name of the schema that the body refers to, "" for none."""
    schema = body_schema(reading.operation)
    raw = schema.raw if schema is not None else None
    reference = raw.get("$ref") if isinstance(raw, dict) else None
    return reference if isinstance(reference, str) else ""


def _bodies_open(reading: Reading) -> ContractChange:
    """Every object is a body; what is no object is none still."""
    names = same_bodies(reading)

    def change(contract: RequestContract) -> RequestContract:
        opened: JsonObject = {"type": "object"}
        return contract.replace(bodies={name: opened if name in names else known for name, known in contract.bodies.items()})

    return change


def malformed_accepted(model: ReferenceModel) -> Iterator[Mutant]:
    """V11: a body that is no JSON is taken for an empty object."""
    for reading in model.readings:
        body = reading.operation.request_body
        media = json_media(body.media_types) if body is not None else None
        if media is not None and media.is_json:
            fault = Fault("V11", FaultFamily.VALIDATION, reading, REJECTED, touched(model, reading))
            yield fault.mutant("", "takes a body that is no JSON for an empty object", _MalformedTaken(reading.key))


@dataclass(frozen=True)
class _MalformedTaken(OneOperation):
    """Goes on with an empty object where the body is no JSON."""

    def decoded(self, world: World, call: Call) -> Decoded | Answer:
        decoded = super().decoded(world, call)
        if call.key != self.key or not isinstance(decoded, Answer) or is_json(call.request.body):
            return decoded
        sent = call.request
        call.request = replace(sent, body=b"{}")
        try:
            return super().decoded(world, call)
        finally:
            call.request = sent

    def problems(self, world: World, call: Call) -> tuple[Problem, ...]:
        found = super().problems(world, call)
        if call.key != self.key or is_json(call.request.body):
            return found
        return tuple(problem for problem in found if problem.location != "body")


def is_json(body: bytes) -> bool:
    """Whether the bytes are JSON."""
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


VALIDATION: Final = (
    parameter_bounds,
    parameter_types,
    parameter_choices,
    text_rules,
    number_rules,
    list_rules,
    missing_accepted,
    unknown_accepted,
    deep_rules,
    shared_bodies,
    malformed_accepted,
)
"""V1 to V11, in order."""
