"""What a run reached of what the document gives, and by which cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specproof.openapi.schema import JsonValue, Schema
from specproof.quality.metrics.demand import (
    carrier_of,
    listed_values,
    media_type_item,
    parameter_item,
    security_item,
    status_item,
    value_item,
)
from specproof.quality.metrics.items import Coverage, Item
from specproof.quality.metrics.keywords import breaks, is_at_edge, keywords_of, meets
from specproof.quality.metrics.observation import Observation, nearest_media_type
from specproof.quality.metrics.schema_nodes import Touch, holds, touches

Reached = dict[Item, set[str]]
"""By which cases each item was reached."""


def reached_items(observations: Iterable[Observation], judged: Mapping[str, frozenset[str]]) -> Reached:
    """``judged`` maps a case to the labels of the operations on whose answers it makes a check."""
    reached: Reached = {}
    for seen in observations:
        is_judged = seen.operation.key.label in judged.get(seen.case_id, frozenset())
        for item in _items(seen, is_judged=is_judged):
            reached.setdefault(item, set()).add(seen.case_id)
    return reached


def _items(seen: Observation, *, is_judged: bool) -> Iterator[Item]:
    if is_judged:
        yield from _answered(seen)
    if seen.is_accepted:
        yield from _accepted(seen)
    elif seen.is_refused:
        yield from _refused(seen)
    if not seen.has_body or seen.request_media_type is not None:
        yield from _parameter_states(seen)
    yield from _response(seen)


def _answered(seen: Observation) -> Iterator[Item]:
    response = seen.response
    if response is not None:
        yield status_item(seen.operation, response.status)
    if seen.is_accepted:
        yield Item(Coverage.OPERATIONS, seen.operation.key.label, "")
        yield Item(Coverage.PATHS, seen.operation.key.path, "")


def _accepted(seen: Observation) -> Iterator[Item]:
    sent = seen.request_media_type
    if sent is not None:
        yield media_type_item(seen.operation, "sent", sent.name)
    for requirement in seen.operation.security:
        schemes = frozenset(scheme.name.raw() for scheme in requirement.schemes)
        if schemes == seen.credentials:
            yield security_item(seen.operation, schemes)
    for touch in _request_touches(seen):
        for keyword in keywords_of(touch.node):
            if is_at_edge(keyword, touch.node, touch.value):
                yield Item(Coverage.EDGES, touch.node.at, keyword)
        for value in listed_values(touch.node):
            if _is_same(value, touch.value):
                yield value_item(touch.node, value)


def _refused(seen: Observation) -> Iterator[Item]:
    """What the request breaks, where it breaks one place only: else nobody knows for what it was refused."""
    broken = [
        (touch, keyword)
        for touch in _request_touches(seen)
        for keyword in keywords_of(touch.node)
        if breaks(keyword, touch.node, touch.value)
    ]
    if len({touch.place for touch, _ in broken}) == 1:
        is_mistyped = any(keyword == "type" for _, keyword in broken)
        for touch, keyword in broken:
            # A value of the wrong type is no member of the enum either: that is the same fault.
            if keyword == "type" or not is_mistyped:
                yield Item(Coverage.VIOLATIONS, touch.node.at, keyword)


def _request_touches(seen: Observation) -> Iterator[Touch]:
    for parameter in seen.operation.parameters:
        key = (parameter.location.value, parameter.name.raw())
        if key in seen.parameters:
            yield from _placed(parameter.schema, seen.parameters[key], f"{key[0]} {key[1]}")
    sent = seen.request_media_type
    if sent is not None and sent.schema is not None:
        yield from _placed(sent.schema, seen.body, "body")


def _placed(schema: Schema, value: JsonValue, root: str) -> Iterator[Touch]:
    for touch in touches(schema, value):
        yield touch._replace(place=f"{root}{touch.place}")


def _parameter_states(seen: Observation) -> Iterator[Item]:
    for parameter in seen.operation.parameters:
        key = (parameter.location.value, parameter.name.raw())
        if key not in seen.parameters:
            yield parameter_item(seen.operation, parameter, "absent")
            continue
        schema = parameter.schema
        raw = schema.raw if isinstance(schema.raw, dict) else {}
        is_valid = holds(raw, schema.pointer, seen.parameters[key], schema.definitions)
        if is_valid and seen.is_accepted:
            yield parameter_item(seen.operation, parameter, "valid")
        elif is_valid is False and seen.is_refused and carrier_of(parameter):
            yield parameter_item(seen.operation, parameter, "invalid")


def _response(seen: Observation) -> Iterator[Item]:
    response = seen.response
    if response is None or not seen.has_answer:
        return
    media_type = nearest_media_type(response.media_types, seen.answer_type)
    if media_type is None:
        return
    if seen.is_accepted:
        yield media_type_item(seen.operation, "answered", media_type.name)
    if media_type.schema is None:
        return
    for touch in touches(media_type.schema, seen.answer):
        for keyword in keywords_of(touch.node):
            if meets(keyword, touch.value) and touch.value not in ([], {}):
                yield Item(Coverage.RESPONSES, touch.node.at, keyword)


def _is_same(one: JsonValue, other: JsonValue) -> bool:
    """Whether two JSON values are one: true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
