"""O1 to O3: requests that the document allows are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.schema import JsonValue
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import Fault
from specproof.reference.mutants.requests import (
    ContractChange,
    ContractChanged,
    Edit,
    edited_at,
    part_with,
    requested,
    with_keyword,
)
from specproof.reference.mutants.schema_walk import Place, members_of, texts
from specproof.reference.mutants.walks import Spot, amount, dotted, is_key, shown_value
from specproof.reference.mutants.wrong_values import LONGEST_TEXT, MOST_ITEMS, is_count, is_number

if TYPE_CHECKING:
    from specproof.reference.contracts import RequestContract

REFUSED: Final = frozenset({CheckId.STATUS_EXPECTED, CheckId.STATUS_DOCUMENTED, CheckId.CONTROL})
"""Checks that notice a refusal where none is due."""

_OPPOSITES: Final = {
    "minLength": "maxLength",
    "maxLength": "minLength",
    "minItems": "maxItems",
    "maxItems": "minItems",
    "minimum": "maximum",
    "maximum": "minimum",
}
_WORDS: Final = {
    "minLength": "a text of exactly {characters}",
    "maxLength": "a text of exactly {characters}",
    "minItems": "a list of exactly {items}",
    "maxItems": "a list of exactly {items}",
    "minimum": "exactly {value}",
    "maximum": "exactly {value}",
}


def _faults(model: ReferenceModel, operator: str) -> Iterator[tuple[Fault, tuple[Spot, ...]]]:
    return requested(model, operator, FaultFamily.OVERSTRICT, REFUSED)


def _stricter(fault: Fault, place: str, words: str, change: ContractChange) -> Mutant:
    return fault.mutant(place, words, ContractChanged(fault.reading.key, change, is_lenient=False))


def bounds_too_narrow(model: ReferenceModel) -> Iterator[Mutant]:
    """O1: the value exactly on a bound is refused."""
    for fault, spots in _faults(model, "O1"):
        for spot in spots:
            for part, keyword, value in spot.place.stated(*_WORDS) if spot.place.enum is None else ():
                if is_key(fault.reading, spot) and keyword != "minimum":
                    continue  # Keys are the server's: a client meets the first of them, and no other bound.
                edit = _narrowed(spot.place, keyword, value)
                if edit is not None:
                    words = f"refuses {_words(keyword, value)} in {spot.words}"
                    change = edited_at(fault.reading, spot, (part.path,), edit)
                    yield _stricter(fault, f"{spot.where} {keyword}".strip(), words, change)


def _words(keyword: str, value: JsonValue) -> str:
    return _WORDS[keyword].format(value=shown_value(value), characters=amount(value, "character"), items=amount(value, "item"))


def _narrowed(place: Place, keyword: str, value: JsonValue) -> Edit | None:
    """The bound one step further in; None where nobody could send a value that stands on it, or none would be left."""
    other = next((bound for _, _, bound in place.stated(_OPPOSITES[keyword])), None)
    if is_number(other) and other == value:
        return None
    if keyword in {"minimum", "maximum"}:
        if not is_number(value) or not place.kinds & {"integer", "number"}:
            return None
        exclusive = "exclusiveMinimum" if keyword == "minimum" else "exclusiveMaximum"
        # A stricter exclusive bound beside it would make this one idle.
        return None if any(place.stated(exclusive)) else with_keyword(exclusive, value)
    most = MOST_ITEMS if keyword.endswith("Items") else LONGEST_TEXT
    kind = "array" if keyword.endswith("Items") else "string"
    if not is_count(value) or value > most or (place.kinds and kind not in place.kinds):
        return None
    if keyword.startswith("max"):
        return with_keyword(keyword, value - 1) if value > 0 else None
    return with_keyword(keyword, value + 1)


def choices_refused(model: ReferenceModel) -> Iterator[Mutant]:
    """O2: the last choice of several is refused, or null where it is allowed."""
    for fault, spots in _faults(model, "O2"):
        for spot in spots:
            yield from _choice_refused(fault, spot)
            yield from _null_refused(fault, spot)


def _choice_refused(fault: Fault, spot: Spot) -> Iterator[Mutant]:
    for part, _, listed in spot.place.stated("enum"):
        choices = [choice for choice in listed if choice is not None] if isinstance(listed, list) else []
        if len(choices) > 1:
            last = choices[-1]
            left = [choice for choice in listed if choice != last] if isinstance(listed, list) else []
            words = f"refuses the choice {shown_value(last)} in {spot.words}"
            change = edited_at(fault.reading, spot, (part.path,), with_keyword("enum", left))
            yield _stricter(fault, f"{spot.where} enum".strip(), words, change)


def _null_refused(fault: Fault, spot: Spot) -> Iterator[Mutant]:
    """A parameter has no null: only members of the body have."""
    place = spot.place
    if not spot.is_json or not place.steps or "null" not in place.kinds or not place.is_nullable or place.kinds == {"null"}:
        return
    words = f"refuses null in {spot.words}"
    if place.nulls:
        change = edited_at(fault.reading, spot, tuple(part.path for part in place.nulls), lambda _: False)
        yield _stricter(fault, f"{spot.where} null", words, change)
        return
    part = part_with(spot, "type")
    if part is not None:
        kinds: list[JsonValue] = [kind for kind in texts(part.schema["type"]) if kind != "null"]
        if kinds:
            change = edited_at(fault.reading, spot, (part.path,), with_keyword("type", kinds))
            yield _stricter(fault, f"{spot.where} null", words, change)


def optional_required(model: ReferenceModel) -> Iterator[Mutant]:
    """O3: what is optional is asked for: a member, a parameter, the body."""
    for fault, spots in _faults(model, "O3"):
        for spot in spots:
            if spot.is_body:
                yield from _members_required(fault, spot)
            elif not spot.place.steps:
                yield from _parameter_required(fault, spot)
        body = fault.reading.operation.request_body
        if body is not None and not body.required and fault.reading.key.method.value not in {"GET", "HEAD", "DELETE"}:
            yield _stricter(fault, "body optional", "refuses a request without a body, which is optional", _body_required)


def _members_required(fault: Fault, spot: Spot) -> Iterator[Mutant]:
    required = set(spot.place.required)
    seen: set[str] = set()
    for part in spot.place.parts:
        for name, member in members_of(part).items():
            if name in required or name in seen or not _is_sent(member):
                continue
            seen.add(name)
            words = f"refuses a request without the optional {dotted((*spot.place.steps, name))}"
            change = edited_at(fault.reading, spot, (part.path,), _required(name))
            yield _stricter(fault, f"{spot.where} optional {name}".strip(), words, change)


def _is_sent(member: JsonValue) -> bool:
    return member is True or (isinstance(member, dict) and member.get("readOnly") is not True)


def _required(name: str) -> Edit:
    return lambda schema: {**schema, "required": [*texts(schema.get("required")), name]}


def _parameter_required(fault: Fault, spot: Spot) -> Iterator[Mutant]:
    place = (spot.location, spot.name)
    parameters = fault.reading.operation.parameters
    if any((each.location.value, each.name.raw()) == place and not each.required for each in parameters):
        words = f"refuses a request without the optional {spot.location} parameter {dotted((spot.name,))}"
        yield _stricter(fault, f"{spot.where} optional", words, _with_parameter(place))


def _with_parameter(place: tuple[str, str]) -> ContractChange:
    return lambda contract: contract.replace(required=contract.required | {place})


def _body_required(contract: RequestContract) -> RequestContract:
    return contract.replace(body_required=True)


OVERSTRICT: Final = (bounds_too_narrow, choices_refused, optional_required)
"""O1 to O3, in order."""
