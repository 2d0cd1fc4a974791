"""What faults in answers share: where they act, how one place of a value is changed without touching what is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeAlias

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.behaviour import Call, World
from specproof.reference.messages import Answer, Headers, Reply
from specproof.reference.mutants.records import OneOperation
from specproof.reference.mutants.schema_walk import ITEM, Steps


class Absent(Enum):
    """There is no value."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Alter: TypeAlias = "Callable[[JsonValue | Absent], JsonValue | Absent]"
"""Takes what stands at a place, or nothing, and gives what is to stand there."""


def altered(value: JsonValue, steps: Steps, alter: Alter) -> JsonValue:
    """A copy of ``value`` that is changed at one place; of a list, its last item. The same value where there is no such place."""
    found = _altered(value, steps, alter)
    return value if found is ABSENT else found


def _altered(value: JsonValue, steps: Steps, alter: Alter) -> JsonValue | Absent:
    if not steps:
        return alter(value)
    if steps[0] == ITEM and isinstance(value, list) and value:
        last = _altered(value[-1], steps[1:], alter)
        return value[:-1] if last is ABSENT else [*value[:-1], last]
    if steps[0] != ITEM and isinstance(value, dict):
        return _member_altered(value, str(steps[0]), steps[1:], alter)
    return value


def _member_altered(value: JsonObject, name: str, rest: Steps, alter: Alter) -> JsonObject:
    if name in value:
        changed = _altered(value[name], rest, alter)
    elif not rest:
        changed = alter(ABSENT)
    elif rest[0] == ITEM:
        return value
    else:
        changed = _altered({}, rest, alter) or ABSENT
    others: JsonObject = {other: kept for other, kept in value.items() if other != name}
    if changed is ABSENT:
        return others
    return {**value, name: changed}


@dataclass(frozen=True)
class SuccessAltered(OneOperation):
    """Gets one place of its successful answers wrong."""

    steps: Steps
    alter: Alter

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        """The answer, altered where it is meant."""
        answer = super().finished(world, call, answer)
        if call.key != self.key or not answer.has_body or not is_success(answer):
            return answer
        return replace(answer, value=altered(answer.value, self.steps, self.alter))


@dataclass(frozen=True)
class ReplyRewritten(OneOperation):
    """Gets the bytes or headers of a reply wrong. ``is_for`` says of which."""

    is_for: Callable[[Answer], bool]
    rewrite: Callable[[Reply], Reply]

    def encoded(self, world: World, call: Call, answer: Answer, reply: Reply) -> Reply:
        """The reply, rewritten where it is meant."""
        reply = super().encoded(world, call, answer, reply)
        return self.rewrite(reply) if call.key == self.key and self.is_for(answer) else reply


def is_success(answer: Answer) -> bool:
    """Whether the answer is a 2xx."""
    return 200 <= answer.status < 300


def is_success_with_body(answer: Answer) -> bool:
    """Whether the answer is a 2xx that shows something."""
    return is_success(answer) and answer.has_body


def is_any(_: Answer) -> bool:
    """Every answer."""
    return True


def with_header(headers: Headers, name: str, value: str) -> Headers:
    """The headers with another value for ``name``."""
    return (*without_header(headers, name), (name, value))


def without_header(headers: Headers, name: str) -> Headers:
    """The headers but those of that name, which is lower-case."""
    return tuple((known, value) for known, value in headers if known.lower() != name)


def with_body(reply: Reply, body: bytes) -> Reply:
    """The reply with another body, and its length where that is said."""
    headers = reply.headers
    if any(name.lower() == "content-length" for name, _ in headers):
        headers = with_header(headers, "content-length", str(len(body)))
    return reply._replace(headers=headers, body=body)
