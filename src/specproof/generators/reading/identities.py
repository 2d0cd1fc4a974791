"""Which field of an answer is the id of the record that was made.

Suites change and delete what stands under that id, so a wrong guess destroys what is not ours: the status code of an envelope
(``{"resultCode": 200, "data": {"id": 7}}``) is the number of a real record. A field counts only by its name and its place; where nothing
is sure there is no id, and what would touch the record is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator

from specproof.generators.plan_values import segments
from specproof.generators.reading.answers import WRAPPERS, RecordPlace, is_envelope, record_places
from specproof.generators.reading.shapes import Shape, shape_of
from specproof.generators.words import ID_WORDS, KEY_WORDS, same_words, tokens
from specproof.openapi.model import Operation
from specproof.openapi.schema import Schema

_NEVER_NUMBERS = frozenset({"date", "date-time", "time", "uuid", "guid", "email", "uri", "url", "hostname", "ipv4", "ipv6"})
CEREMONY_WORDS = frozenset(
    {
        "code",
        "status",
        "state",
        "errno",
        "err",
        "error",
        "success",
        "ok",
        "ret",
        "result",
        "count",
        "counts",
        "total",
        "totals",
        "size",
        "length",
        "ms",
        "millis",
        "seconds",
        "elapsed",
        "duration",
        "took",
        "time",
        "timestamp",
        "version",
        "revision",
        "page",
        "pages",
        "limit",
        "offset",
        "level",
        "type",
        "kind",
        "number",
        "index",
        "priority",
        "rank",
        "score",
        "quantity",
        "amount",
    }
)
"""Last words of names that say how a request went, or count something: no ids unless the record shows what was sent, too."""
_CEREMONY_ENDS = ("code", "status", "errno", "count", "total", "version")


def exact_name(shape: Shape, parameter: str) -> str | None:
    """The property that is named as a path parameter, up to spelling (``petId``, ``pet_id``)."""
    wanted = tokens(parameter)
    return next((name for name in shape.properties if wanted and tokens(name) == wanted), None)


def names_the_same(name: str, parameter: str) -> bool:
    """Whether a property and a path parameter name the same: equal words, or both an id."""
    words, wanted = tokens(name), tokens(parameter)
    return words == wanted or (words[-1:] == wanted[-1:] and words[-1:] != () and words[-1] in ID_WORDS)


def identity_place(schema: Schema | None, body: Shape, parameter: str, words: tuple[str, ...]) -> tuple[RecordPlace, str] | None:
    """The record of a create operation's answer and the name of its id; None where no id is sure.

    ``body`` is what was sent, ``parameter`` the name of the path parameter that picks one record, ``words`` those of the resource.
    """
    sent = _sent(body)
    places = list(_candidates(schema, sent, words))
    for place in places:
        name = _named(place.shape, sent, parameter, words)
        if name is not None:
            return place, name
    for place in places:
        name = _set_by_server(place.shape, sent) if parameter else None
        if name is not None:
            return place, name
    return None


def tells_of_a_job(operation: Operation, place: RecordPlace, body: Shape) -> bool:
    """Whether a create is only ever accepted (202), and what it answers shows nothing of what was sent: its id is that of the work."""
    successes = {response.status for response in operation.responses if response.is_success}
    return successes == {"202"} and not _shown(place.shape, _sent(body))


def sent_identity(body: Shape, parameter: str, words: tuple[str, ...], *, is_told: bool) -> str | None:
    """The property of a create's body that its client chooses as the id: named as the path parameter.

    Where the answer tells of no record (``is_told``), nobody could learn an id that the server chose: then it is the ``id`` of the body.
    """
    name = exact_name(body, parameter) if parameter else None
    if name is None and parameter and not is_told:
        found = _named(body, body, parameter, words)
        name = found if found is not None and tokens(found)[-1] in ID_WORDS else None
    return None if name is None or shape_of(body.properties[name]).is_read_only else name


def identity_name(shape: Shape, parameter: str, words: tuple[str, ...]) -> str | None:
    """Which property of a listed record is its id, by its name."""
    return _named(shape, shape, parameter, words)


def _sent(body: Shape) -> Shape:
    """What a body says of the record, without a wrapper around it."""
    for _ in range(2):
        only = next(iter(body.properties.values()), None) if len(body.properties) == 1 else None
        if only is None or not shape_of(only).is_object:
            break
        body = shape_of(only)
    return body


def _candidates(schema: Schema | None, sent: Shape, words: tuple[str, ...]) -> Iterator[RecordPlace]:
    """The places that may be the record, likeliest first.

    The place that shows most of what was sent, then what stands around it; what stands inside of it belongs to somebody else. Where
    nothing is shown: the answer and its usual wrappers, envelopes last.
    """
    places = [place for place in record_places(schema) if _is_trusted(place, sent, words)]
    shown = {place.pointer: len(_shown(place.shape, sent)) for place in places}
    most = max(shown.values(), default=0)
    if most == 0:
        yield from sorted(places, key=lambda place: is_envelope(place.shape))
        return
    record = next(place for place in places if shown[place.pointer] == most)
    yield record
    yield from (place for place in reversed(places) if record.pointer.startswith(place.pointer + "/"))


def _is_trusted(place: RecordPlace, sent: Shape, words: tuple[str, ...]) -> bool:
    """Whether a place may be the record: the whole answer, a usual wrapper, one named as the resource, or one that shows what was sent."""
    names = segments(place.pointer)
    is_plain = all(name.lower() in WRAPPERS or same_words(tokens(name), words) for name in names)
    return is_plain or _shows_most(place.shape, sent)


def _shown(shape: Shape, sent: Shape) -> set[str]:
    return set(shape.properties) & set(sent.properties)


def _shows_most(shape: Shape, sent: Shape) -> bool:
    expected = {name for name, schema in sent.properties.items() if not shape_of(schema).is_write_only}
    return bool(expected) and 2 * len(_shown(shape, sent)) >= len(expected)


def _named(shape: Shape, sent: Shape, parameter: str, words: tuple[str, ...]) -> str | None:
    """The id by its name: the path parameter's, ``id``, ``uuid``, the resource's noun before them; ``code`` or ``name`` at last."""
    rest = _without_resource(tokens(parameter), words)
    by_words = {tokens(name): name for name in reversed(list(shape.properties))}
    wanted: list[tuple[str, ...]] = [tokens(parameter)]
    wanted += [rest] if rest else []
    for word in KEY_WORDS if rest == () else KEY_WORDS[: len(ID_WORDS)]:
        wanted += [(word,), *((*words[start:], word) for start in range(len(words)))]
    for candidate in wanted:
        name = by_words.get(candidate) if candidate else None
        if name is not None and _may_be_named(name, shape, sent):
            return name
    return None


def _may_be_named(name: str, shape: Shape, sent: Shape) -> bool:
    """Names that only hold an id sometimes (``code``) count inside of the record alone, and numbers only if the client chose them."""
    inner = shape_of(shape.properties[name])
    last = tokens(name)[-1]
    is_scalar = inner.is_scalar or not inner.types
    if last in ID_WORDS or not (is_ceremony(name) or last in KEY_WORDS):
        return is_scalar
    is_chosen = name in sent.properties or inner.types == {"string"}
    return is_scalar and is_chosen and not inner.enum and _shows_most(shape, sent)


def is_ceremony(name: str) -> bool:
    """Whether a name says how a request went, or counts something (``errcode``, ``elapsedMs``, ``total``)."""
    words = tokens(name)
    return bool(words) and (words[-1] in CEREMONY_WORDS or words[-1].endswith(_CEREMONY_ENDS))


def _set_by_server(shape: Shape, sent: Shape) -> str | None:
    """The one integer or UUID of the record that only the server sets, if the record shows most of what was sent."""
    if not _shows_most(shape, sent):
        return None
    found = [
        name
        for name in shape.properties
        if name not in sent.properties and not is_ceremony(name) and _may_be_id(shape_of(shape.properties[name]))
    ]
    return found[0] if len(found) == 1 else None


def _without_resource(parameter: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...] | None:
    """``("pet", "chip")`` of the resource *pet* -> ``("chip",)``; None where the parameter does not begin with the resource."""
    for length in range(len(words), 0, -1):
        if same_words(parameter[:length], words[-length:]):
            return parameter[length:]
    return None


def _may_be_id(shape: Shape) -> bool:
    is_fitting = shape.types == {"integer"} or (shape.types == {"string"} and shape.format in {"uuid", "guid"})
    return is_fitting and not shape.enum


def never_fits(slot: Shape, identity: Shape) -> bool:
    """Whether no id of this kind can stand in a slot: a text that is a time where a number is asked for."""
    is_number = bool(slot.types) and slot.types <= {"integer", "number"}
    return is_number and identity.types == {"string"} and identity.format in _NEVER_NUMBERS
