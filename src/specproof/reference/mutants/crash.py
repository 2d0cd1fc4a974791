"""C1 to C4: requests that make the server answer 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.schema import JsonValue
from specproof.openapi.vocabulary import SchemeKind
from specproof.reference.behaviour import Call, Principal, Reading, World
from specproof.reference.containers import json_media
from specproof.reference.messages import Answer
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import Fault, OneOperation
from specproof.reference.mutants.requests import requested, sent_at
from specproof.reference.mutants.schema_walk import Place
from specproof.reference.mutants.validation import is_json
from specproof.reference.mutants.walks import Spot, amount, is_key, shown_value, walks_of
from specproof.reference.mutants.wrong_values import LONGEST_TEXT, MOST_ITEMS, is_count, is_number

if TYPE_CHECKING:
    from specproof.reference.contracts import Problem
    from specproof.reference.decoding import Decoded

CRASHES: Final = frozenset(
    {CheckId.NO_SERVER_ERROR, CheckId.STATUS_EXPECTED, CheckId.STATUS_DOCUMENTED, CheckId.REJECTED, CheckId.CONTROL}
)
"""Checks that notice a 5xx where there is to be an answer or a refusal."""

_LONG: Final = 200
_COUNTS: Final = {"minLength": "string", "maxLength": "string", "minItems": "array", "maxItems": "array"}
_NUMBERS: Final = ("minimum", "maximum")
_UNITS: Final = {"string": "character", "array": "item"}

Trigger = Callable[[Call], bool]


def _crashed() -> Answer:
    return Answer(500, {"error": "Internal Server Error"}, has_body=True, media_type="application/json")


@dataclass(frozen=True)
class _Crash(OneOperation):
    """Answers 500 to requests that ``is_fatal``, valid or not."""

    is_fatal: Trigger

    def performed(self, world: World, call: Call) -> Answer:
        return _crashed() if call.key == self.key and self.is_fatal(call) else super().performed(world, call)

    def refusal(self, world: World, call: Call, problems: tuple[Problem, ...]) -> Answer:
        return _crashed() if call.key == self.key and self.is_fatal(call) else super().refusal(world, call, problems)


@dataclass(frozen=True)
class _CrashOnProblem(OneOperation):
    """Answers 500 where it is to refuse a request for something that ``is_fatal``."""

    is_fatal: Callable[[Problem], bool]

    def refusal(self, world: World, call: Call, problems: tuple[Problem, ...]) -> Answer:
        if call.key == self.key and any(self.is_fatal(problem) for problem in problems):
            return _crashed()
        return super().refusal(world, call, problems)


@dataclass(frozen=True)
class _CrashOnMalformed(OneOperation):
    """Answers 500 to a body that is no JSON."""

    def decoded(self, world: World, call: Call) -> Decoded | Answer:
        decoded = super().decoded(world, call)
        if call.key == self.key and isinstance(decoded, Answer) and not is_json(call.request.body):
            return _crashed()
        return decoded


@dataclass(frozen=True)
class _CrashOnScheme(OneOperation):
    """Answers 500 to credentials of a scheme that it does not know."""

    known: frozenset[str]

    def principal(self, world: World, call: Call) -> Principal | Answer:
        sent = call.request.header("authorization")
        if call.key == self.key and sent and sent.partition(" ")[0].lower() not in self.known:
            return _crashed()
        return super().principal(world, call)


def _faults(model: ReferenceModel, operator: str) -> Iterator[tuple[Fault, tuple[Spot, ...]]]:
    for fault, spots in requested(model, operator, FaultFamily.CRASH, CRASHES):
        # A crash stores nothing: it shows in its own operation alone.
        yield Fault(operator, FaultFamily.CRASH, fault.reading, CRASHES, frozenset()), spots


def boundary_crashes(model: ReferenceModel) -> Iterator[Mutant]:
    """C1: 500 for the value exactly on a bound."""
    for fault, spots in _faults(model, "C1"):
        for spot in spots:
            for _, keyword, value in spot.place.stated(*_NUMBERS, *_COUNTS) if spot.place.enum is None else ():
                if is_key(fault.reading, spot) and keyword != "minimum":
                    continue  # Keys are the server's: a client meets the first of them, and no other bound.
                trigger = _on_bound(spot, keyword, value)
                if trigger is not None:
                    words = f"answers 500 when {spot.words} {_bound_words(keyword, value)}"
                    yield fault.mutant(f"{spot.where} {keyword}".strip(), words, _Crash(fault.reading.key, trigger))


def _on_bound(spot: Spot, keyword: str, value: JsonValue) -> Trigger | None:
    kinds = spot.place.kinds
    if keyword in _NUMBERS:
        if not is_number(value) or not kinds & {"integer", "number"}:
            return None
        return lambda call: any(is_number(sent) and sent == value for sent in sent_at(call, spot))
    kind = _COUNTS[keyword]
    most = MOST_ITEMS if kind == "array" else LONGEST_TEXT
    if not is_count(value) or value > most or kind not in kinds:
        return None
    wanted = str if kind == "string" else list
    return lambda call: any(isinstance(sent, wanted) and len(sent) == value for sent in sent_at(call, spot))


def _bound_words(keyword: str, value: JsonValue) -> str:
    if keyword in _NUMBERS:
        return f"is exactly {shown_value(value)}"
    return f"has exactly {amount(value, _UNITS[_COUNTS[keyword]])}"


def long_text_crashes(model: ReferenceModel) -> Iterator[Mutant]:
    """C2: 500 for a text that is longer than documented, or than 200 characters where nothing is."""
    for fault, spots in _faults(model, "C2"):
        for is_body, where in _SIDES:
            open_spots = []
            for spot in spots:
                if spot.is_body is not is_body or spot.location == "path" or not _is_free_text(spot.place):
                    continue
                most = next((value for _, _, value in spot.place.stated("maxLength") if is_count(value)), None)
                if most is None:
                    open_spots.append(spot)
                elif most <= LONGEST_TEXT:
                    words = f"answers 500 when {spot.words} is longer than {amount(most, 'character')}"
                    yield fault.mutant(f"{spot.where} too long".strip(), words, _Crash(fault.reading.key, _longer(spot, most)))
            if open_spots:
                words = f"answers 500 to texts of more than {_LONG} characters in {where}"
                yield fault.mutant(
                    f"long {where}", words, _Crash(fault.reading.key, _any(_longer(spot, _LONG) for spot in open_spots))
                )


_SIDES: Final = ((False, "the parameters"), (True, "the body"))


def _longer(spot: Spot, most: int) -> Trigger:
    return lambda call: any(isinstance(sent, str) and len(sent) > most for sent in sent_at(call, spot))


def _any(triggers: Iterator[Trigger]) -> Trigger:
    listed = tuple(triggers)
    return lambda call: any(trigger(call) for trigger in listed)


def _is_free_text(place: Place) -> bool:
    """Whether any text at all may stand there."""
    if not place.is_only("string") or place.enum is not None:
        return False
    return not any(place.stated("pattern")) and place.text("format") in {"", "password"}


def unusual_value_crashes(model: ReferenceModel) -> Iterator[Mutant]:
    """C3: 500 for a text that is not ASCII, for an empty list, for null."""
    for fault, spots in _faults(model, "C3"):
        for is_body, where in _SIDES:
            free = [spot for spot in spots if spot.is_body is is_body and spot.location in _UNICODE and _is_free_text(spot.place)]
            if free:
                words = f"answers 500 to texts in {where} that are not ASCII"
                crash = _Crash(fault.reading.key, _any(_matching(spot, _is_not_ascii) for spot in free))
                yield fault.mutant(f"not ASCII in {where}", words, crash)
        members = [spot for spot in spots if spot.is_json and spot.place.steps]
        lists = [spot for spot in members if _may_be_empty(spot.place)]
        if lists:
            crash = _Crash(fault.reading.key, _any(_matching(spot, _is_empty_list) for spot in lists))
            yield fault.mutant("empty list", "answers 500 to an empty list in the body", crash)
        nullable = [spot for spot in members if "null" in spot.place.kinds and spot.place.is_nullable]
        if nullable:
            crash = _Crash(fault.reading.key, _any(_matching(spot, _is_null) for spot in nullable))
            yield fault.mutant("null", "answers 500 to null in the body, where it is allowed", crash)


_UNICODE: Final = frozenset({"query", "body"})
"""Where a text may be other than ASCII, whatever the server makes of paths and headers."""


def _matching(spot: Spot, is_meant: Callable[[JsonValue], bool]) -> Trigger:
    return lambda call: any(is_meant(sent) for sent in sent_at(call, spot))


def _is_not_ascii(value: JsonValue) -> bool:
    return isinstance(value, str) and not value.isascii()


def _is_empty_list(value: JsonValue) -> bool:
    return value == [] and isinstance(value, list)


def _is_null(value: JsonValue) -> bool:
    return value is None


def _may_be_empty(place: Place) -> bool:
    least = next((value for _, _, value in place.stated("minItems") if is_count(value)), 0)
    return place.is_only("array") and least == 0 and not any(place.stated("contains"))


def invalid_request_crashes(model: ReferenceModel) -> Iterator[Mutant]:
    """C4: 500 for a value of the wrong type, for a body that is no JSON or no object, for an odd authorization scheme."""
    walks = walks_of(model)
    for reading in model.readings:
        fault = Fault("C4", FaultFamily.CRASH, reading, CRASHES, frozenset())
        spots = walks.sent(reading)
        if any(spot.is_json and spot.place.steps and spot.place.kinds for spot in spots):
            crash = _CrashOnProblem(reading.key, _is_wrong_type_inside)
            yield fault.mutant("type in the body", "answers 500 to a member of the wrong type", crash)
        if any(_has_other_type(spot) for spot in spots):
            crash = _CrashOnProblem(reading.key, _is_wrong_type_of_parameter)
            yield fault.mutant("type of a parameter", "answers 500 to a parameter of the wrong type", crash)
        yield from _bodies_crash(fault, spots)
        yield from _schemes_crash(fault)


def _has_other_type(spot: Spot) -> bool:
    """Whether a text can be sent that is not of the parameter's type."""
    return not spot.is_body and not spot.place.steps and bool(spot.place.kinds & {"integer", "number", "boolean"})


def _is_wrong_type_inside(problem: Problem) -> bool:
    return problem.location == "body" and problem.keyword == "type" and problem.pointer != ""


def _is_wrong_type_of_parameter(problem: Problem) -> bool:
    return problem.location != "body" and problem.keyword == "type"


def _is_no_object(problem: Problem) -> bool:
    return problem.location == "body" and problem.keyword == "type" and problem.pointer == ""


def _bodies_crash(fault: Fault, spots: tuple[Spot, ...]) -> Iterator[Mutant]:
    reading = fault.reading
    body = reading.operation.request_body
    media = json_media(body.media_types) if body is not None else None
    if media is None or not media.is_json:
        return
    yield fault.mutant("malformed", "answers 500 to a body that is no JSON", _CrashOnMalformed(reading.key))
    if any(spot.is_whole and spot.place.is_only("object") for spot in spots):
        crash = _CrashOnProblem(reading.key, _is_no_object)
        yield fault.mutant("no object", "answers 500 to a JSON body that is no object", crash)


def _schemes_crash(fault: Fault) -> Iterator[Mutant]:
    reading: Reading = fault.reading
    kinds = {scheme.kind for requirement in reading.operation.security for scheme in requirement.schemes}
    known = frozenset(kind.value for kind in kinds & {SchemeKind.BEARER, SchemeKind.BASIC})
    if reading.is_secured and known:
        checked = Fault("C4", FaultFamily.CRASH, reading, CRASHES | {CheckId.UNAUTHENTICATED}, frozenset())
        words = "answers 500 to an Authorization header of an unknown scheme"
        yield checked.mutant("scheme", words, _CrashOnScheme(reading.key, known))


CRASH: Final = (boundary_crashes, long_text_crashes, unusual_value_crashes, invalid_request_crashes)
"""C1 to C4, in order."""
