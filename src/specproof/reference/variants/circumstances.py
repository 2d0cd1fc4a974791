"""Legal differences in what a client meets: records of strangers, limits, slowness, lists that lag behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from specproof.openapi.schema import JsonObject
from specproof.reference.behaviour import CONFORMING, Behaviour, Call, Principal, Record, Role, World
from specproof.reference.messages import Answer, Reply
from specproof.reference.model import ReferenceModel
from specproof.reference.refusals import refused
from specproof.reference.variants.model import Difference, Variant

EVERY: Final = 17
"""Every seventeenth request is one too many; the next one is not."""
LAG_SECONDS: Final = 2
"""A new record is missing in lists that are asked for sooner than this after it was made."""
SLOW_SECONDS: Final = 2.0


class _TooManyRequests(Behaviour):
    """Answers every seventeenth request by 429 with ``Retry-After``."""

    def principal(self, world: World, call: Call) -> Principal | Answer:
        if world.ticks % EVERY == 0:
            return refused(call, 429, "Too many requests.", (("retry-after", "1"),))
        return super().principal(world, call)


class _Slow(Behaviour):
    """Takes two seconds for every answer."""

    def encoded(self, world: World, call: Call, answer: Answer, reply: Reply) -> Reply:
        return super().encoded(world, call, answer, reply)._replace(seconds=SLOW_SECONDS)


class _EventualLists(Behaviour):
    """Shows a new record in lists two seconds after it was made: a client that looks again finds it."""

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        record = super().created(world, call, values)
        world.notes[_note(record)] = world.now()
        return record

    def visible(self, world: World, call: Call) -> list[Record]:
        found = super().visible(world, call)
        return [record for record in found if call.role is not Role.LIST or self._has_arrived(world, record)]

    def _has_arrived(self, world: World, record: Record) -> bool:
        made = world.notes.get(_note(record))
        return not isinstance(made, datetime) or (world.now() - made).total_seconds() >= LAG_SECONDS


def populated_by_five(model: ReferenceModel) -> Iterator[Variant]:
    """A shared database with some records."""
    if model.resources:
        yield Variant("populated_by_5", "every collection holds five records of a stranger", CONFORMING, records=5)


def populated_by_twenty_five(model: ReferenceModel) -> Iterator[Variant]:
    """A shared database with more records than a usual page holds."""
    if model.resources:
        yield Variant("populated_by_25", "every collection holds twenty-five records of a stranger", CONFORMING, records=25)


def too_many_requests(model: ReferenceModel) -> Iterator[Variant]:
    """A limit on requests."""
    if model.spec.operations:
        sentence = f"every {EVERY}th request is answered by 429 with Retry-After"
        yield Variant("too_many_requests", sentence, _TooManyRequests(), is_lasting=True)


def slow_answers(model: ReferenceModel) -> Iterator[Variant]:
    """Slow, and under the usual budget."""
    if model.spec.operations:
        yield Variant("slow_answers", "every answer takes two seconds", _Slow())


def eventual_lists(model: ReferenceModel) -> Iterator[Variant]:
    """Lists that are read from a copy which lags behind."""
    if any(resource.operations.get(Role.LIST) and resource.operations.get(Role.CREATE) for resource in model.resources):
        yield Variant("eventual_lists", "lists show a new record after two seconds", _EventualLists())


def _note(record: Record) -> str:
    return f"made {record.collection} {record.parents} {record.key}"


CIRCUMSTANCES: Final[tuple[Difference, ...]] = (
    populated_by_five,
    populated_by_twenty_five,
    too_many_requests,
    slow_answers,
    eventual_lists,
)
