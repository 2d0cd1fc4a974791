"""Answers of operations that keep no record: valid, the same for the same request, and saying what was sent where they can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.vocabulary import ParameterLocation
from specproof.reference.calls import Call, World
from specproof.reference.hierarchy import canon_of, last_literal
from specproof.reference.messages import Answer
from specproof.reference.naming import plain, words
from specproof.reference.presenting import valued
from specproof.reference.store import Record
from specproof.reference.values import View

_STATES: Final = frozenset({"status", "state", "phase", "stage"})
_LEAST_STEM: Final = 3
_SMALL_NUMBERS: Final = (1, 2, 3)


def computed_answer(world: World, call: Call) -> Answer:
    """A valid answer of the successful status; members that the request has too, by name, say the same."""
    form = call.compiled.forms.success
    media = form.media(call.request.header("accept"))
    if media is None:
        return Answer(form.status, response=form.response)
    value = form.made_up(media)
    schema = media.schema
    if schema is None:
        return valued(form, media, value)
    proven = world.model.instances.proven
    body = call.decoded.body
    if isinstance(value, dict):
        names = world.model.shapes.of_schema(schema).properties
        for name, sent in _sent(call):
            if name in names and proven(schema, {**value, name: sent}, View.RESPONSE):
                value = {**value, name: sent}
    elif call.decoded.has_body and type(body) is type(value) and proven(schema, body, View.RESPONSE):
        value = body
    return valued(form, media, value)


def _sent(call: Call) -> Iterator[tuple[str, JsonValue]]:
    for (_, name), value in call.decoded.parameters.items():
        yield name, value
    body = call.decoded.body
    if isinstance(body, dict):
        yield from body.items()


def names_nothing(call: Call) -> bool:
    """Whether a path parameter names what nobody could have made: no example of the document, no small number, no choice of an enum."""
    for parameter in call.operation.parameters_in(ParameterLocation.PATH):
        value = call.decoded.parameters.get(("path", parameter.name.raw()))
        shape = call.compiled.shapes.of_schema(parameter.schema)
        known = [*(example.value for example in parameter.examples), shape.flags.get("default"), *_SMALL_NUMBERS]
        if not shape.enum and value not in known:
            return True
    return False


def moved_on(call: Call, record: Record) -> JsonObject | None:
    """The record's values after a verb: ``/pets/{petId}/adopt`` makes ``status`` ``adopted``. None where nothing fits."""
    records = call.compiled.records
    verb = words(last_literal(canon_of(call.operation.key.path)[0]))
    if records is None or not verb:
        return None
    stem = verb[0].removesuffix("e")
    for name in records.shape.properties:
        if plain(name) not in _STATES:
            continue
        choices = call.compiled.shapes.member(records.shape, name).enum
        wanted = next((c for c in choices if isinstance(c, str) and len(stem) >= _LEAST_STEM and plain(c).startswith(stem)), None)
        if wanted is not None and record.values.get(name) != wanted:
            return {**record.values, name: wanted}
    return None
