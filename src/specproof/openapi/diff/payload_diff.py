"""How the request bodies and the responses of two operations differ."""

from __future__ import annotations

from collections.abc import Iterable

from specproof.openapi.diff.change_log import ChangeLog
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.finding_log import shortened
from specproof.openapi.model import Encoding, MediaType, Operation, Response, ResponseHeader


def compare_bodies(log: ChangeLog, old: Operation, new: Operation) -> None:
    """Add every change of the request body."""
    before, after = old.request_body, new.request_body
    if before is None and after is not None:
        rule = ChangeRule.REQUEST_BODY_ADDED_REQUIRED if after.required else ChangeRule.REQUEST_BODY_ADDED_OPTIONAL
        text = f" added{' (required)' if after.required else ''}"
        log.add(rule, (old.pointer, after.pointer), "request body", text)
    elif before is not None and after is None:
        log.add(ChangeRule.REQUEST_BODY_REMOVED, (before.pointer, new.pointer), "request body", " removed")
    elif before is not None and after is not None:
        places = (before.pointer, after.pointer)
        if before.required != after.required:
            rule = ChangeRule.REQUEST_BODY_BECAME_REQUIRED if after.required else ChangeRule.REQUEST_BODY_BECAME_OPTIONAL
            log.add(rule, places, "request body", f" is {'now' if after.required else 'no longer'} required")
        _compare_media_types(log, "request", "request", places, (before.media_types, after.media_types))


def compare_responses(log: ChangeLog, old: Operation, new: Operation) -> None:
    """Add every change of the responses."""
    before = {item.status: item for item in old.responses}
    after = {item.status: item for item in new.responses}
    for status in sorted(before.keys() | after.keys()):
        subject = f"response {status}"
        if status not in before:
            log.add(_status_rule(after[status], "added"), (old.pointer, after[status].pointer), subject, " added")
        elif status not in after:
            log.add(_status_rule(before[status], "removed"), (before[status].pointer, new.pointer), subject, " removed")
        else:
            _compare_response(log, subject, before[status], after[status])


def _status_rule(response: Response, word: str) -> ChangeRule:
    return ChangeRule(f"response.status.{'success' if response.is_success else 'other'}_{word}")


def _compare_response(log: ChangeLog, subject: str, old: Response, new: Response) -> None:
    places = (old.pointer, new.pointer)
    _compare_media_types(log, "response", subject, places, (old.media_types, new.media_types))
    before, after = ({item.name: item for item in items} for items in (old.headers, new.headers))
    for name in sorted(before.keys() | after.keys()):
        title = f'{subject} header "{name}"'
        if name not in before:
            log.add(ChangeRule.RESPONSE_HEADER_ADDED, (old.pointer, after[name].pointer), title, " added")
        elif name not in after:
            rule = (
                ChangeRule.RESPONSE_HEADER_REMOVED_REQUIRED
                if before[name].required
                else ChangeRule.RESPONSE_HEADER_REMOVED_OPTIONAL
            )
            log.add(rule, (before[name].pointer, new.pointer), title, " removed")
        else:
            _compare_headers(log, title, before[name], after[name])


def _compare_headers(log: ChangeLog, title: str, old: ResponseHeader, new: ResponseHeader) -> None:
    if old.required != new.required:
        rule = ChangeRule.RESPONSE_HEADER_BECAME_REQUIRED if new.required else ChangeRule.RESPONSE_HEADER_BECAME_OPTIONAL
        log.add(rule, (old.pointer, new.pointer), title, f" is {'now' if new.required else 'no longer'} required")
    log.compare("response", title, (old.schema, old.pointer), (new.schema, new.pointer))


def _compare_media_types(
    log: ChangeLog,
    place: str,
    subject: str,
    places: tuple[str, str],
    sides: tuple[tuple[MediaType, ...], tuple[MediaType, ...]],
) -> None:
    before, after = ({item.name: item for item in items} for items in sides)
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            rule = ChangeRule(f"{place}.media_type.added")
            log.add(rule, (places[0], after[name].pointer), subject, f" media type {name} added")
        elif name not in after:
            rule = ChangeRule(f"{place}.media_type.removed")
            log.add(rule, (before[name].pointer, places[1]), subject, f" media type {name} removed")
        else:
            _compare_media_type(log, place, subject, before[name], after[name])


def _compare_media_type(log: ChangeLog, place: str, subject: str, old: MediaType, new: MediaType) -> None:
    log.compare(place, subject, (old.schema, old.pointer), (new.schema, new.pointer))
    if old.item_schema is not None or new.item_schema is not None:
        log.compare(place, f"{subject} item", (old.item_schema, old.pointer), (new.item_schema, new.pointer))
    if place == "request":
        before, after = _encodings(old.encodings), _encodings(new.encodings)
        for name in sorted(before.keys() | after.keys()):
            one, other = before.get(name), after.get(name)
            if _layout(one) != _layout(other):
                where = (one.pointer if one else old.pointer, other.pointer if other else new.pointer)
                title = f'{subject} property "{shortened(name)}"'
                log.add(ChangeRule.REQUEST_BODY_ENCODING_CHANGED, where, title, ": its encoding changed")


def _encodings(encodings: Iterable[Encoding]) -> dict[str, Encoding]:
    return {encoding.name.raw(): encoding for encoding in encodings}


def _layout(encoding: Encoding | None) -> tuple[object, ...]:
    """What decides how the part is written; an encoding that says nothing is as none."""
    if encoding is None:
        return ((), None)
    if encoding.style is None:
        return (encoding.content_types, None)
    return ((), encoding.style, encoding.explode, encoding.allow_reserved)
