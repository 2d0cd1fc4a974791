"""What is left out when a record is compared with what was sent or read before: what only the server sets, or what changes by itself."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.test_data_factory.budget import Budget
from specproof.generators.words import tokens

VOLATILE_WORDS = frozenset(
    {
        "updated",
        "modified",
        "changed",
        "accessed",
        "etag",
        "version",
        "revision",
        "seen",
        "token",
        "expires",
        "signature",
        "views",
    }
)
_OF_AN_ANSWER = (
    frozenset({"request", "id"}),
    frozenset({"trace", "id"}),
    frozenset({"correlation", "id"}),
    frozenset({"server", "time"}),
)
"""Words of what belongs to one answer and not to the record that it shows."""
STATE_WORDS = frozenset({"state", "status", "progress", "phase"})
"""Words of what the server moves on by itself: how far it has got with a record."""
_UNDER_WAY = frozenset(
    {"pending", "queued", "scheduled", "submitted", "running", "processing", "started", "starting", "progress"}
)
_MOMENTS = frozenset({"date-time", "date", "time"})
_DEPTH = 3
MOST_COMPARED = 2_000
"""Members of one answer that are told apart; an object beyond is not compared at all."""


def is_volatile(name: str, shape: Shape) -> bool:
    """Whether a property changes without being written: by its name, or because only the server sets it."""
    words = set(tokens(name))
    return shape.is_read_only or bool(words & VOLATILE_WORDS) or words in _OF_AN_ANSWER


def not_echoed(sent: Shape, answered: Shape) -> list[str]:
    """The pointers of a body that its answer need not show: ``writeOnly``, volatile, or not in the answer's schema at all."""
    return sorted(_not_echoed(sent, answered, "", _DEPTH, Budget(MOST_COMPARED)))


def _not_echoed(sent: Shape, answered: Shape, prefix: str, depth: int, budget: Budget) -> Iterator[str]:
    for name, schema in sent.properties.items():
        pointer, inner = f"{prefix}/{escape(name)}", shape_of(schema)
        shown = answered.properties.get(name)
        is_unknown = bool(answered.properties) and shown is None
        if inner.is_write_only or is_unknown or is_volatile(name, inner):
            yield pointer
        elif shown is not None and depth > 0:
            other = shape_of(shown)
            if inner.is_object and other.is_object:
                below = pointer
            elif inner.is_array and other.is_array:
                inner, other, below = shape_of(inner.items), shape_of(other.items), pointer + "/*"
            else:
                continue
            if _is_affordable(inner, budget):
                yield from _not_echoed(inner, other, below, depth - 1, budget)
            else:
                yield pointer


def _is_affordable(shape: Shape, budget: Budget) -> bool:
    """Whether the members of ``shape`` can be looked at too; where schemas refer to each other, they multiply level by level."""
    return all(budget.spend() for _ in shape.properties)


def not_read_back(created: Shape, read: Shape, settable: Shape, identity: str, *, with_read_only: bool = False) -> list[str]:
    """The pointers of a created record that a later read may show otherwise.

    ``settable`` is what a client can set. Moments, links and states that the server alone sets may move by themselves; the id never does.
    ``with_read_only``: other fields that only the server sets are compared too (the status that an action sets), but for states that
    say that work is under way.
    """
    found = _not_read_back(created, read, settable, identity, "", Budget(MOST_COMPARED))
    if not with_read_only:
        return sorted(found)
    kept = {
        f"/{escape(name)}"
        for name, schema in created.properties.items()
        if (shape_of(schema).is_read_only or _is_state(name, settable))
        and name in read.properties
        and not _is_linked(name, shape_of(schema), settable)
        and not _is_under_way(name, shape_of(schema))
    }
    return sorted(set(found) - {pointer for pointer in kept if not _names_change(pointer)})


def _names_change(pointer: str) -> bool:
    return bool(set(tokens(pointer)) & VOLATILE_WORDS)


def _is_state(name: str, settable: Shape) -> bool:
    return name not in settable.properties and bool(set(tokens(name)) & STATE_WORDS)


def _is_under_way(name: str, shape: Shape) -> bool:
    """Whether a state tells of work that goes on after the answer."""
    words = {word for member in shape.enum if isinstance(member, str) for word in tokens(member)}
    return bool(words & _UNDER_WAY) or bool({"progress", "phase"} & set(tokens(name)))


def _is_moving(name: str, shape: Shape, settable: Shape) -> bool:
    """Whether a field is a moment, a link or a state that the server alone sets."""
    return _is_state(name, settable) or _is_linked(name, shape, settable)


def _is_linked(name: str, shape: Shape, settable: Shape) -> bool:
    return name not in settable.properties and (shape.format in _MOMENTS or shape.format in {"uri", "url"})


def _not_read_back(created: Shape, read: Shape, settable: Shape, identity: str, prefix: str, budget: Budget) -> Iterator[str]:
    for name, schema in created.properties.items():
        pointer, shape = f"{prefix}/{escape(name)}", shape_of(schema)
        if not prefix and name == identity:
            continue
        is_unknown = bool(read.properties) and name not in read.properties
        if is_unknown or _is_moving(name, shape, settable) or is_volatile(name, shape):
            yield pointer
        elif shape.is_object and prefix.count("/") < _DEPTH:
            inner = shape_of(read.properties.get(name))
            if _is_affordable(shape, budget):
                yield from _not_read_back(shape, inner, shape_of(settable.properties.get(name)), "", pointer, budget)
            else:
                yield pointer
        elif shape.is_array and shape_of(shape.items).is_object and prefix.count("/") < _DEPTH:
            item, other = shape_of(shape.items), shape_of(read.properties.get(name))
            inner_settable = shape_of(shape_of(settable.properties.get(name)).items)
            if _is_affordable(item, budget):
                yield from _not_read_back(item, shape_of(other.items), inner_settable, "", pointer + "/*", budget)
            else:
                yield pointer


def not_settable(created: Shape, settable: Shape, identity: str) -> list[str]:
    """The pointers of a record's properties that a client cannot set, its id apart: an update may change them."""
    own = {name for name, schema in settable.properties.items() if not is_volatile(name, shape_of(schema))}
    return [f"/{escape(name)}" for name in created.properties if name not in own and name != identity]
