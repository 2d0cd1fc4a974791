"""The places of a model's requests and answers, walked once for all operators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

from specproof.openapi.model import OperationKey, Parameter
from specproof.openapi.schema import JsonValue, Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterLocation
from specproof.reference.behaviour import Reading
from specproof.reference.containers import json_media, success_response
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.records import quoted
from specproof.reference.mutants.schema_walk import ITEM, Place, Steps, places

_SHORT: Final = 60
_TEXT_RULES: Final = ("minLength", "maxLength", "pattern")
BODY: Final = "body"
"""The location of places in the request's body."""
_PARAMETERS: Final = frozenset(
    {ParameterLocation.PATH, ParameterLocation.QUERY, ParameterLocation.HEADER, ParameterLocation.COOKIE}
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a request: in a parameter, or in the body (whose ``name`` is "")."""

    location: str
    name: str
    place: Place
    is_json: bool
    """Whether it lies in a JSON body, where values have types and null is one."""

    @property
    def is_body(self) -> bool:
        """Whether it lies in the body."""
        return self.location == BODY

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole body."""
        return self.is_body and not self.place.steps

    @property
    def where(self) -> str:
        """The place in a mutant's id: ``/name``, ``query limit``, ``query tags/*``."""
        return self.place.pointer if self.is_body else f"{self.location} {quote(self.name, safe='[]')}{self.place.pointer}"

    @property
    def words(self) -> str:
        """The place in a sentence."""
        if self.is_whole:
            return "the body"
        path = dotted(self.place.steps if self.is_body else (self.name, *self.place.steps))
        return path if self.is_body else f"the {self.location} parameter {path}"


class Walks:
    """The places of one model. What was walked is kept: schemas that are the same reference are walked once."""

    def __init__(self, model: ReferenceModel) -> None:
        self._definitions = model.spec.definitions
        self._known: dict[tuple[str, int | str], tuple[object, tuple[Place, ...]]] = {}
        self._spots: dict[OperationKey, tuple[Spot, ...]] = {}

    def answered(self, reading: Reading) -> tuple[Place, ...]:
        """The places of the operation's successful JSON answer; none where it has none."""
        schema = answered_schema(reading)
        return self._walked(schema, "writeOnly") if schema is not None else ()

    def sent(self, reading: Reading) -> tuple[Spot, ...]:
        """The places of the operation's parameters and of its body, the body's last."""
        known = self._spots.get(reading.key)
        if known is None:
            known = (*self._in_parameters(reading), *self._in_body(reading))
            self._spots[reading.key] = known
        return known

    def whole(self, schema: Schema) -> tuple[Place, ...]:
        """The places of a schema, whoever sends them."""
        return self._walked(schema, "")

    def can_be_refused(self, reading: Reading) -> bool:
        """Whether some request of the operation has to be refused."""
        if reading.key.method.value == "HEAD":
            return False
        if reading.is_secured or reading.parent_parameters or (reading.key_parameter and reading.role.takes_record):
            return True
        if any(
            parameter.required and parameter.location is not ParameterLocation.PATH for parameter in reading.operation.parameters
        ):
            return True
        return any(spot.is_json or _forbids(spot.place) for spot in self.sent(reading))

    def _in_parameters(self, reading: Reading) -> list[Spot]:
        return [
            Spot(parameter.location.value, parameter.name.raw(), place, is_json=False)
            for parameter in reading.operation.parameters
            if parameter.location in _PARAMETERS
            for place in self._walked(parameter.schema, "readOnly")
        ]

    def _in_body(self, reading: Reading) -> list[Spot]:
        body = reading.operation.request_body
        media = json_media(body.media_types) if body is not None else None
        if media is None or media.schema is None:
            return []
        return [Spot(BODY, "", place, media.is_json) for place in self._walked(media.schema, "readOnly")]

    def _walked(self, schema: Schema, hidden: str) -> tuple[Place, ...]:
        raw = schema.raw
        reference = raw.get("$ref") if isinstance(raw, dict) and len(raw) == 1 else None
        key = (hidden, reference if isinstance(reference, str) else id(raw))
        if key not in self._known:
            # The schema is kept beside its places: an identity is good only as long as its owner lives.
            self._known[key] = (raw, tuple(places(raw, self._definitions, hidden)))
        return self._known[key][1]


_WALKS: WeakKeyDictionary[ReferenceModel, Walks] = WeakKeyDictionary()


def walks_of(model: ReferenceModel) -> Walks:
    """The walks of a model, which are kept as long as it lives."""
    known = _WALKS.get(model)
    if known is None:
        known = Walks(model)
        _WALKS[model] = known
    return known


def _forbids(place: Place) -> bool:
    """Whether there is a text that may not be sent for a parameter, or a member of a form."""
    if not place.is_only("string"):
        return bool(place.kinds - {"object"}) or bool(place.required)
    return place.enum is not None or any(place.stated(*_TEXT_RULES))


def answered_schema(reading: Reading) -> Schema | None:
    """The schema of the JSON answer that a successful call gets."""
    response = success_response(reading.operation)
    media = json_media(response.media_types) if response is not None and reading.key.method.value != "HEAD" else None
    return media.schema if media is not None and media.is_json else None


def parameter_of(reading: Reading, spot: Spot) -> Parameter | None:
    """The parameter in which a spot lies."""
    found = (each for each in reading.operation.parameters if each.location.value == spot.location)
    return next((each for each in found if each.name.raw() == spot.name), None)


def is_key(reading: Reading, spot: Spot) -> bool:
    """Whether the spot lies in a path parameter that names a record: what is wrong with it is answered 404 anyway."""
    return spot.location == ParameterLocation.PATH.value and spot.name in {reading.key_parameter, *reading.parent_parameters}


def dotted(steps: Steps) -> str:
    """A place in a sentence: ```owner.name```, ```tags[]```."""
    text = ""
    for step in steps:
        text += "[]" if step == ITEM else f".{step}" if text else str(step)
    # Most names are plain: a document of a thousand operations names places a hundred thousand times.
    return f"`{text}`" if text.isascii() and text.isidentifier() and len(text) <= _SHORT else quoted(text)


def shown_value(value: JsonValue) -> str:
    """A value of the document in a sentence."""
    return UntrustedText(str(value)).printable(40)


def amount(value: JsonValue, unit: str) -> str:
    """A number of things in a sentence: ``1 item``, ``5 items``."""
    return f"{shown_value(value)} {unit}" if value == 1 else f"{shown_value(value)} {unit}s"
