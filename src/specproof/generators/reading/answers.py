"""Where the record and the list stand in an answer: bare, or inside an envelope such as ``{"code": 0, "data": {"list": [...]}}``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.words import ID_WORDS, same_words, tokens
from specproof.openapi.model import Operation
from specproof.openapi.schema import Schema

WRAPPERS = ("data", "result", "item", "payload", "response", "record", "object", "body", "content", "value")
LIST_NAMES = (
    "items",
    "data",
    "results",
    "result",
    "content",
    "records",
    "list",
    "rows",
    "value",
    "values",
    "entries",
    "elements",
)
_MOST_BESIDE = 12
"""How many properties an answer may have for its only object to be looked at as the record."""
_ENVELOPE_WORDS = frozenset({"code", "msg", "message", "success", "errcode", "errmsg", "status", "error", "errors", "meta"})


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where one record stands in a JSON answer (``pointer``, "" for all of it) and what it looks like."""

    pointer: str
    shape: Shape

    def pointer_to(self, name: str) -> str:
        """The pointer of one of the record's properties inside the answer."""
        return f"{self.pointer}/{escape(name)}"


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a list stands in a JSON answer (``pointer``, "" for all of it) and what one item looks like."""

    pointer: str
    item: Shape


def success_schema(operation: Operation | None) -> Schema | None:
    """The JSON schema of the first documented 2xx answer that has one, else None."""
    if operation is None:
        return None
    for response in operation.success_responses():
        for media_type in response.media_types:
            if media_type.is_json and media_type.schema is not None:
                return media_type.schema
    return None


def request_schema(operation: Operation | None) -> Schema | None:
    """The JSON schema of an operation's body, else None."""
    if operation is None or operation.request_body is None:
        return None
    return next(
        (media.schema for media in operation.request_body.media_types if media.is_json and media.schema is not None), None
    )


def record_places(schema: Schema | None) -> Iterator[RecordPlace]:
    """Every place where the record of an answer may stand: the whole answer, then what envelopes hold, two levels deep."""
    root = shape_of(schema)
    if not root.is_object:
        return
    yield RecordPlace("", root)
    for name, child in _wrapped(root, _MOST_BESIDE):
        inner = shape_of(child)
        if not inner.is_object:
            continue
        yield RecordPlace("/" + escape(name), inner)
        for inner_name, grandchild in _wrapped(inner, _MOST_BESIDE):
            shape = shape_of(grandchild)
            if shape.is_object:
                yield RecordPlace(f"/{escape(name)}/{escape(inner_name)}", shape)


def record_of(schema: Schema | None, like: Shape, words: tuple[str, ...] = ()) -> RecordPlace | None:
    """The place whose properties fit ``like`` best; properties that it shares with ``like`` count, an id counts once."""
    best: RecordPlace | None = None
    best_score = -1
    for place in record_places(schema):
        score = 2 * len(set(place.shape.properties) & set(like.properties))
        score += any(tokens(name)[-1:] and tokens(name)[-1] in ID_WORDS for name in place.shape.properties)
        score += bool(words) and same_words(tokens(place.pointer), words)
        score -= 3 * is_envelope(place.shape)
        if score > best_score:
            best, best_score = place, score
    return best


def is_envelope(shape: Shape) -> bool:
    """Whether an object looks like a wrapper: one of the wrapping names beside nothing but words of ceremony."""
    names = {name.lower() for name in shape.properties}
    wraps = names & set(WRAPPERS)
    return bool(wraps) and names - wraps <= _ENVELOPE_WORDS | {
        "timestamp",
        "request_id",
        "requestid",
        "trace_id",
        "traceid",
        "time",
    }


def has_business_code(operation: Operation) -> bool:
    """Whether the answers carry a code of their own (``{"code": 0, "data": ...}``) and no 4xx is documented: refusals may come as 200."""
    names = {name.lower() for name in shape_of(success_schema(operation)).properties}
    refuses = any(response.status.startswith("4") for response in operation.responses)
    return not refuses and bool(names & {"code", "errcode", "retcode", "err_code", "success"})


def list_of(schema: Schema | None, words: tuple[str, ...] = ()) -> ListPlace | None:
    """The list of an answer: the answer itself, or an array in an envelope, two levels deep. None if there is none."""
    root = shape_of(schema)
    if root.is_array:
        return ListPlace("", shape_of(root.items))
    found = _list_in(root, "", words)
    if found is not None:
        return found
    for name, child in _wrapped(root):
        inner = shape_of(child)
        if inner.is_array:
            return ListPlace("/" + escape(name), shape_of(inner.items))
        found = _list_in(inner, "/" + escape(name), words)
        if found is not None:
            return found
    return None


def _list_in(shape: Shape, pointer: str, words: tuple[str, ...]) -> ListPlace | None:
    arrays = {name: inner for name, child in shape.properties.items() if (inner := shape_of(child)).is_array}
    named = [name for name in arrays if same_words(tokens(name), words)]
    usual = sorted((name for name in arrays if name.lower() in LIST_NAMES), key=lambda name: LIST_NAMES.index(name.lower()))
    of_objects = [name for name, inner in arrays.items() if shape_of(inner.items).is_object]
    for name in (*named, *usual, *(of_objects if len(of_objects) == 1 else ())):
        return ListPlace(f"{pointer}/{escape(name)}", shape_of(arrays[name].items))
    return None


def _wrapped(shape: Shape, most: int = 4) -> list[tuple[str, Schema]]:
    """The properties that may wrap something: the usual names first, then the only object among at most ``most`` properties."""
    usual = [name for wrapper in WRAPPERS for name in shape.properties if name.lower() == wrapper]
    objects = [name for name, child in shape.properties.items() if name not in usual and shape_of(child).is_object]
    only = objects if len(objects) == 1 and len(shape.properties) <= most else []
    return [(name, shape.properties[name]) for name in (*usual, *only)]
