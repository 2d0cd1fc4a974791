"""R1 to R14: answers whose body is not what the document says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.schema import JsonValue
from specproof.reference.behaviour import Call, World
from specproof.reference.containers import json_media, success_response
from specproof.reference.messages import Answer
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.answers import (
    ABSENT,
    Absent,
    Alter,
    ReplyRewritten,
    SuccessAltered,
    altered,
    is_success_with_body,
    with_body,
)
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import Fault, OneOperation, quoted
from specproof.reference.mutants.schema_walk import Place, Steps
from specproof.reference.mutants.walks import answered_schema, dotted, shown_value, walks_of
from specproof.reference.mutants.wrong_values import bad_text, beyond, checked_format, out_of_set, wrong_type

MISSING: Final = frozenset({CheckId.BODY_SCHEMA, CheckId.ECHO, CheckId.READ_BACK, CheckId.LISTED, CheckId.DISTINCT_IDS})
"""Checks that notice a member which is not there."""
WRONG: Final = frozenset({CheckId.BODY_SCHEMA, CheckId.ECHO, CheckId.READ_BACK, CheckId.LISTED, CheckId.UNCHANGED})
"""Checks that notice a value of the wrong form."""
SHAPE: Final = frozenset({CheckId.BODY_SCHEMA})
UNREADABLE: Final = frozenset({CheckId.BODY_SCHEMA, CheckId.MEDIA_TYPE})


def _dropped(_: JsonValue | Absent) -> JsonValue | Absent:
    return ABSENT


def _is_read_only(place: Place) -> bool:
    return place.flag("readOnly")


def _faults(model: ReferenceModel, operator: str, checks: frozenset[CheckId]) -> Iterator[tuple[Fault, tuple[Place, ...]]]:
    """The operator in every operation that answers with JSON, and the places of that answer."""
    walks = walks_of(model)
    for reading in model.readings:
        places = walks.answered(reading)
        if places:
            yield Fault(operator, FaultFamily.RESPONSE, reading, checks, frozenset()), places


def _altered(fault: Fault, place: Place, keyword: str, words: str, alter: Alter) -> Mutant:
    where = f"{place.pointer} {keyword}".strip()
    return fault.mutant(where, words, SuccessAltered(fault.reading.key, place.steps, alter))


def _set_to(value: JsonValue, place: Place) -> Alter:
    """Puts a value there; where the place is one of an alternative, only if there is something already."""

    def put(found: JsonValue | Absent) -> JsonValue | Absent:
        return ABSENT if found is ABSENT and place.is_alternative else value

    return put


def required_left_out(model: ReferenceModel) -> Iterator[Mutant]:
    """R1: a required member is left out."""
    yield from _left_out(model, "R1", lambda place: not place.is_in_list)


def required_left_out_in_lists(model: ReferenceModel) -> Iterator[Mutant]:
    """R2: a required member of the last item of a list is left out."""
    yield from _left_out(model, "R2", lambda place: place.is_in_list)


def _left_out(model: ReferenceModel, operator: str, is_meant: Callable[[Place], bool]) -> Iterator[Mutant]:
    for fault, places in _faults(model, operator, MISSING):
        flags = {place.steps: place for place in places}
        for place in places:
            for name in place.required if is_meant(place) else ():
                steps: Steps = (*place.steps, name)
                member = flags.get(steps)
                if member is not None and _is_read_only(member):
                    continue
                words = f"leaves out the required {dotted(steps)}"
                behaviour = SuccessAltered(fault.reading.key, steps, _dropped)
                yield fault.mutant(f"{place.pointer} required {name}".strip(), words, behaviour)


def wrong_types(model: ReferenceModel) -> Iterator[Mutant]:
    """R3: a number for a text, a text for a number."""
    for fault, places in _faults(model, "R3", WRONG):
        for place in places:
            wrong = wrong_type(place)
            if wrong is not None:
                words = f"shows {wrong.words} in {_name(place)}"
                yield _altered(fault, place, "type", words, _set_to(wrong.value, place))


def nulls(model: ReferenceModel) -> Iterator[Mutant]:
    """R4: null where the document allows none."""
    for fault, places in _faults(model, "R4", WRONG):
        for place in places:
            if not place.is_nullable and not place.is_choice:
                yield _altered(fault, place, "null", f"shows null in {_name(place)}", _set_to(None, place))


def values_out_of_set(model: ReferenceModel) -> Iterator[Mutant]:
    """R5: a value that is none of the enum's."""
    for fault, places in _faults(model, "R5", WRONG):
        for place in places:
            if place.enum is not None:
                value = out_of_set(place.enum)
                words = f"shows {shown_value(value)} in {_name(place)}, which is none of its values"
                yield _altered(fault, place, "enum", words, _set_to(value, place))


def unknown_members(model: ReferenceModel) -> Iterator[Mutant]:
    """R6: a member that the document forbids."""
    for fault, places in _faults(model, "R6", SHAPE):
        for place in places:
            closed = [word for _, word, value in place.stated("additionalProperties", "unevaluatedProperties") if value is False]
            if closed and not any(place.stated("patternProperties")):
                words = f"adds an undocumented member to {_name(place)}"
                yield _altered(fault, place, closed[0], words, _with_member("undocumentedMember"))


def _with_member(name: str) -> Alter:
    def added(found: JsonValue | Absent) -> JsonValue | Absent:
        return {**found, name: True} if isinstance(found, dict) else found

    return added


def bad_formats(model: ReferenceModel) -> Iterator[Mutant]:
    """R7: a text that is not of the documented format."""
    for fault, places in _faults(model, "R7", WRONG):
        for place in places:
            name = checked_format(place)
            if name and place.enum is None:
                words = f"shows a text in {_name(place)} that is no {shown_value(name)}"
                yield _altered(fault, place, "format", words, _set_to(bad_text(name), place))


def broken_bounds(model: ReferenceModel) -> Iterator[Mutant]:
    """R8: a value beyond a bound."""
    for fault, places in _faults(model, "R8", WRONG):
        for place in places:
            for wrong in beyond(place):
                yield _altered(fault, place, wrong.keyword, f"shows {wrong.words} in {_name(place)}", _moved(wrong.change, place))


def _moved(change: Callable[[JsonValue], JsonValue], place: Place) -> Alter:
    def moved(found: JsonValue | Absent) -> JsonValue | Absent:
        if found is ABSENT:
            return ABSENT if place.is_alternative else change(None)
        return change(found)

    return moved


def swapped_containers(model: ReferenceModel) -> Iterator[Mutant]:
    """R9: a list where an object is documented, an object where a list is."""
    for fault, places in _faults(model, "R9", WRONG):
        for place in places:
            if place.is_only("object"):
                yield _altered(fault, place, "object", f"shows {_name(place)} as a list", _as_list)
            elif place.is_only("array"):
                yield _altered(fault, place, "array", f"shows {_name(place)} as an object", _as_object)


def _as_list(found: JsonValue | Absent) -> JsonValue | Absent:
    return found if found is ABSENT or found is None else [found]


def _as_object(found: JsonValue | Absent) -> JsonValue | Absent:
    return found if found is ABSENT or found is None else {"items": found}


def truncated_bodies(model: ReferenceModel) -> Iterator[Mutant]:
    """R10: the last byte of the JSON is missing."""
    for fault, places in _faults(model, "R10", UNREADABLE):
        if not places[0].kinds or places[0].kinds & {"object", "array", "string"}:
            cut = ReplyRewritten(fault.reading.key, is_success_with_body, lambda reply: with_body(reply, reply.body[:-1]))
            yield fault.mutant("", "cuts off the last byte of its answer", cut)


def empty_bodies(model: ReferenceModel) -> Iterator[Mutant]:
    """R11: there is no body where the document has one."""
    for reading in model.readings:
        response = success_response(reading.operation)
        if reading.key.method.value == "HEAD" or response is None or json_media(response.media_types) is None:
            continue
        if response.status in {"204", "205"}:
            continue
        fault = Fault("R11", FaultFamily.RESPONSE, reading, UNREADABLE | MISSING, frozenset())
        emptied = ReplyRewritten(reading.key, is_success_with_body, lambda reply: with_body(reply, b""))
        yield fault.mutant("", "answers with an empty body", emptied)


@dataclass(frozen=True)
class _ErrorAltered(OneOperation):
    """Gets the bodies of its refusals wrong."""

    change: Callable[[Answer], JsonValue]

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        answer = super().finished(world, call, answer)
        if call.key != self.key or not answer.has_body or answer.status < 400 or answer.response is None:
            return answer
        return replace(answer, value=self.change(answer))


_REACHED: Final = ("400", "401", "404", "405", "409", "415", "422", "4XX", "default")


def wrong_errors(model: ReferenceModel) -> Iterator[Mutant]:
    """R12: refusals whose body is not the documented one."""
    walks = walks_of(model)
    for reading in model.readings:
        fault = Fault("R12", FaultFamily.RESPONSE, reading, SHAPE, frozenset())
        required: dict[str, None] = {}
        is_object = False
        for response in reading.operation.responses if walks.can_be_refused(reading) else ():
            media = json_media(response.media_types)
            if response.status in _REACHED and media is not None and media.is_json and media.schema is not None:
                root = next(iter(walks.whole(media.schema)), None)
                if root is not None and root.is_only("object"):
                    is_object = True
                    required.update(dict.fromkeys(root.required))
        if required:
            words = f"leaves the required {' and '.join(map(quoted, required))} out of its error bodies"
            yield fault.mutant("required", words, _ErrorAltered(reading.key, _without_members(tuple(required))))
        if is_object:
            yield fault.mutant("type", "answers errors with a bare text", _ErrorAltered(reading.key, _bare_text))


def _without_members(names: tuple[str, ...]) -> Callable[[Answer], JsonValue]:
    def change(answer: Answer) -> JsonValue:
        value = answer.value
        return {name: kept for name, kept in value.items() if name not in names} if isinstance(value, dict) else value

    return change


def _bare_text(answer: Answer) -> JsonValue:
    return "error" if isinstance(answer.value, dict) else answer.value


def wrong_discriminators(model: ReferenceModel) -> Iterator[Mutant]:
    """R13: a discriminator that names none of the alternatives."""
    for fault, places in _faults(model, "R13", WRONG):
        for place in places:
            for _, _, discriminator in place.stated("discriminator"):
                name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
                if isinstance(name, str) and place.is_choice:
                    steps: Steps = (*place.steps, name)
                    words = f"shows a kind in {dotted(steps)} that the document does not know"
                    behaviour = SuccessAltered(fault.reading.key, steps, lambda _: "undocumentedKind")
                    yield fault.mutant(f"{place.pointer} discriminator".strip(), words, behaviour)


@dataclass(frozen=True)
class _SecretShown(OneOperation):
    """Shows a member that is only written: as it was sent, or made up."""

    steps: Steps

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        answer = super().finished(world, call, answer)
        if call.key != self.key or not is_success_with_body(answer):
            return answer
        sent = call.decoded.body if call.decoded.has_body else None
        shown = _at(sent, call.reading.body_container + tuple(map(str, self.steps[-1:])))
        kept = call.record.values.get(str(self.steps[-1])) if call.record is not None else None
        return replace(answer, value=altered(answer.value, self.steps, lambda _: shown or kept or "leaked-value"))


def _at(value: JsonValue, path: tuple[str, ...]) -> JsonValue:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def views_mixed_up(model: ReferenceModel) -> Iterator[Mutant]:
    """R14: a writeOnly member is shown, a required readOnly member is left out."""
    walks = walks_of(model)
    for reading in model.readings:
        schema = answered_schema(reading)
        if schema is None:
            continue
        hidden = Fault("R14", FaultFamily.RESPONSE, reading, SHAPE, frozenset())
        for place in walks.whole(schema):
            if place.steps and isinstance(place.steps[-1], str) and place.flag("writeOnly"):
                words = f"shows {dotted(place.steps)}, which is only written"
                yield hidden.mutant(f"{place.pointer} writeOnly", words, _SecretShown(reading.key, place.steps))
        yield from _read_only_left_out(Fault("R14", FaultFamily.RESPONSE, reading, MISSING, frozenset()), walks.answered(reading))


def _read_only_left_out(fault: Fault, places: tuple[Place, ...]) -> Iterator[Mutant]:
    for place in places:
        if place.steps and place.is_needed and isinstance(place.steps[-1], str) and _is_read_only(place):
            yield _altered(fault, place, "readOnly", f"leaves out the read-only {dotted(place.steps)}", _dropped)


def _name(place: Place) -> str:
    return dotted(place.steps) if place.steps else "its answer"


RESPONSE: Final = (
    required_left_out,
    required_left_out_in_lists,
    wrong_types,
    nulls,
    values_out_of_set,
    unknown_members,
    bad_formats,
    broken_bounds,
    swapped_containers,
    truncated_bodies,
    empty_bodies,
    wrong_errors,
    wrong_discriminators,
    views_mixed_up,
)
"""R1 to R14, in order."""
