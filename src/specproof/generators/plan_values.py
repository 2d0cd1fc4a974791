"""Changing plan values: set, remove and look up by JSON pointer, with ``*`` for every item of an array. Nothing is changed in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from specproof.domain.plans import Edit, EditKind, Fresh, FromStep, PlanValue
from specproof.openapi.schema import JsonValue


class Missing:
    """The type of :data:`MISSING`: nothing stands at that place."""


MISSING = Missing()


def segments(pointer: str) -> list[str]:
    """``/a~1b/0`` -> ``["a/b", "0"]``."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def value_at(value: PlanValue, pointer: str) -> PlanValue | Missing:
    """What stands at ``pointer``, or :data:`MISSING`."""
    current = value
    for part in segments(pointer):
        if isinstance(current, dict) and part in current:
            current = current[part]
        elif isinstance(current, list) and part.isdecimal() and int(part) < len(current):
            current = current[int(part)]
        else:
            return MISSING
    return current


def with_value(value: PlanValue, pointer: str, new: PlanValue) -> PlanValue:
    """``value`` with ``new`` wherever something stands at ``pointer``; places that do not exist are not made."""
    return _changed(value, segments(pointer), lambda _: new)


def without(value: PlanValue, pointers: Sequence[str]) -> PlanValue:
    """``value`` without the object members at ``pointers``."""
    for pointer in pointers:
        value = _changed(value, segments(pointer), lambda _: MISSING)
    return value


def edited(value: PlanValue, edits: Sequence[Edit]) -> PlanValue:
    """``value`` with ``edits`` applied; a set member that does not exist yet is made."""
    for edit in edits:
        if edit.kind is EditKind.REMOVE:
            value = without(value, (edit.pointer,))
        elif isinstance(value_at(value, edit.pointer), Missing):
            parent, _, _ = edit.pointer.rpartition("/")
            name = segments(edit.pointer)[-1]
            holder = value_at(value, parent)
            if isinstance(holder, dict):
                value = with_value(value, parent, {**holder, name: edit.value})
        else:
            value = with_value(value, edit.pointer, edit.value)
    return value


def places(value: PlanValue, pointer: str) -> Iterator[str]:
    """The concrete pointers inside ``value`` that a pointer with ``*`` means."""
    head, star, rest = pointer.partition("/*")
    if not star:
        if value_at(value, pointer) is not MISSING:
            yield pointer
        return
    items = value_at(value, head)
    for index in range(len(items) if isinstance(items, list) else 0):
        yield from places(value, f"{head}/{index}{rest}")


def leaves(value: PlanValue, pointer: str = "") -> Iterator[tuple[str, PlanValue]]:
    """Every scalar and marker inside ``value`` with its pointer."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from leaves(child, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from leaves(child, f"{pointer}/{index}")
    else:
        yield pointer, value


def names_step(value: PlanValue, step: str) -> bool:
    """Whether ``value`` takes anything from the step ``step``."""
    return any(isinstance(leaf, FromStep) and leaf.step == step for _, leaf in leaves(value))


def plan_of(value: JsonValue) -> PlanValue:
    """A JSON value as a plan value."""
    if isinstance(value, dict):
        return {name: plan_of(child) for name, child in value.items()}
    if isinstance(value, list):
        return [plan_of(child) for child in value]
    return value


def same_plan(left: PlanValue | Missing, right: PlanValue | Missing) -> bool:
    """Equality of plan values that keeps ``1``, ``1.0`` and ``True`` apart."""
    if isinstance(left, (Fresh, FromStep, Missing)) or isinstance(right, (Fresh, FromStep, Missing)):
        return left is right or (type(left) is type(right) and left == right)
    return type(left) is type(right) and left == right


def _changed(value: PlanValue, path: list[str], change: Callable[[PlanValue], PlanValue | Missing]) -> PlanValue:
    """``value`` with ``change`` applied at ``path``; MISSING takes the member out. Places that do not exist stay so."""
    if not path:
        result = change(value)
        return None if isinstance(result, Missing) else result
    name, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_changed(item, rest, change) if name in {"*", str(index)} else item for index, item in enumerate(value)]
    if not isinstance(value, dict) or name not in value:
        return value
    if rest:
        return {key: _changed(item, rest, change) if key == name else item for key, item in value.items()}
    result = change(value[name])
    if isinstance(result, Missing):
        return {key: item for key, item in value.items() if key != name}
    return {key: result if key == name else item for key, item in value.items()}
