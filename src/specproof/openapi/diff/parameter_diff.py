"""How the parameters of two operations differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from specproof.openapi.diff.change_log import ChangeLog
from specproof.openapi.diff.matching import path_shape, path_variables
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.schema_views import Part
from specproof.openapi.diff.value_rules import shown_value
from specproof.openapi.finding_log import shortened
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation, ParameterStyle

Identity: TypeAlias = "tuple[str, str]"
_SCALARS = frozenset({"string", "integer", "number", "boolean", "null"})


def compare_parameters(log: ChangeLog, old: Operation, new: Operation) -> None:
    """Add every change of the parameters. Path parameters are matched by their position where the paths have one shape."""
    names = (
        dict(zip(path_variables(old.key.path), path_variables(new.key.path), strict=False)) if _has_one_shape(old, new) else {}
    )
    before = {_identity(item, names): item for item in old.parameters}
    after = {_identity(item, {}): item for item in new.parameters}
    moved = _moved(before, after)
    for identity in sorted(before.keys() | after.keys()):
        one, other = before.get(identity), after.get(identity)
        if identity in moved:
            if one is not None and moved[identity] in after:
                _moved_to(log, one, after[moved[identity]])
        elif one is None and other is not None:
            _added(log, old, other)
        elif one is not None and other is None:
            _removed(log, one, new)
        elif one is not None and other is not None:
            _compare(log, one, other)


def _has_one_shape(old: Operation, new: Operation) -> bool:
    return path_shape(old.key.path) == path_shape(new.key.path)


def _identity(parameter: Parameter, names: Mapping[str, str]) -> Identity:
    name = parameter.name.raw()
    if parameter.location is ParameterLocation.PATH:
        name = names.get(name, name)
    elif parameter.location is ParameterLocation.HEADER:
        name = name.lower()
    return parameter.location.value, name


def _moved(before: Mapping[Identity, Parameter], after: Mapping[Identity, Parameter]) -> dict[Identity, Identity]:
    """Old identity -> new one, and back, of parameters that went from one location and came, with the same name, in one other."""
    went, came = before.keys() - after.keys(), after.keys() - before.keys()
    counts = Counter(name.lower() for _, name in (*went, *came))
    found: dict[Identity, Identity] = {}
    for old in went:
        for new in came:
            if old[1].lower() == new[1].lower() and old[0] != new[0] and counts[old[1].lower()] == 2:
                found |= {old: new, new: old}
    return found


def _subject(parameter: Parameter) -> str:
    return f'{parameter.location.value} parameter "{shortened(parameter.name.raw())}"'


def _moved_to(log: ChangeLog, old: Parameter, new: Parameter) -> None:
    log.add(ChangeRule.PARAMETER_MOVED, (old.pointer, new.pointer), _subject(old), f" moved to {new.location.value}")
    _compare_requirement(log, old, new)
    _compare_schemas(log, old, new)


def _added(log: ChangeLog, owner: Operation, new: Parameter) -> None:
    rule = ChangeRule.PARAMETER_ADDED_REQUIRED if new.required else ChangeRule.PARAMETER_ADDED_OPTIONAL
    log.add(rule, (owner.pointer, new.pointer), _subject(new), f" added{' (required)' if new.required else ''}")


def _removed(log: ChangeLog, old: Parameter, owner: Operation) -> None:
    rule = ChangeRule.PARAMETER_REMOVED_DEPRECATED if old.deprecated else ChangeRule.PARAMETER_REMOVED
    log.add(rule, (old.pointer, owner.pointer), _subject(old), " removed")


def _compare(log: ChangeLog, old: Parameter, new: Parameter) -> None:
    subject, places = _subject(new), (old.pointer, new.pointer)
    _compare_requirement(log, old, new)
    if old.content_type != new.content_type:
        text = f": written as {old.content_type or 'plain text'} -> {new.content_type or 'plain text'}"
        log.add(ChangeRule.PARAMETER_CONTENT_CHANGED, places, subject, text)
    elif old.style is not new.style:
        log.add(ChangeRule.PARAMETER_STYLE_CHANGED, places, subject, f": style {old.style.value} -> {new.style.value}")
    elif old.explode != new.explode and not _is_scalar(log, old, new):
        text = f": explode {shown_value(old.explode)} -> {shown_value(new.explode)}"
        log.add(ChangeRule.PARAMETER_EXPLODE_CHANGED, places, subject, text)
    if old.allow_reserved != new.allow_reserved:
        text = f": allowReserved {shown_value(old.allow_reserved)} -> {shown_value(new.allow_reserved)}"
        log.add(ChangeRule.PARAMETER_ALLOW_RESERVED_CHANGED, places, subject, text)
    if old.deprecated != new.deprecated:
        rule = ChangeRule.PARAMETER_DEPRECATED if new.deprecated else ChangeRule.PARAMETER_REACTIVATED
        log.add(rule, places, subject, f" is {'now' if new.deprecated else 'no longer'} deprecated")
    _compare_schemas(log, old, new)


def _compare_requirement(log: ChangeLog, old: Parameter, new: Parameter) -> None:
    if old.required != new.required:
        rule = ChangeRule.PARAMETER_BECAME_REQUIRED if new.required else ChangeRule.PARAMETER_BECAME_OPTIONAL
        text = f" is {'now' if new.required else 'no longer'} required"
        log.add(rule, (old.pointer, new.pointer), _subject(new), text)


def _compare_schemas(log: ChangeLog, old: Parameter, new: Parameter) -> None:
    _compare_defaults(log, old, new)
    log.compare("parameter", _subject(new), (old.schema, old.pointer), (new.schema, new.pointer))


def _compare_defaults(log: ChangeLog, old: Parameter, new: Parameter) -> None:
    before, after = (_default(parameter) for parameter in (old, new))
    if before == after:
        return
    rule = ChangeRule.PARAMETER_DEFAULT_CHANGED
    if not before:
        rule = ChangeRule.PARAMETER_DEFAULT_ADDED
    elif not after:
        rule = ChangeRule.PARAMETER_DEFAULT_REMOVED
    text = f": default {before or 'none'} -> {after or 'none'}"
    places = tuple(
        f"{one.schema.pointer}/default" if shown else one.schema.pointer for one, shown in ((old, before), (new, after))
    )
    log.add(rule, (places[0], places[1]), _subject(new), text)


def _default(parameter: Parameter) -> str:
    """The default as JSON; empty where there is none. Null as a default says as little as none."""
    raw = parameter.schema.resolved()
    value = raw.get("default") if isinstance(raw, dict) else None
    return "" if value is None else shown_value(value)


def _is_scalar(log: ChangeLog, old: Parameter, new: Parameter) -> bool:
    """Whether both are known to be neither a list nor an object: then ``explode`` changes nothing on the wire."""
    if ParameterStyle.DEEP_OBJECT in (old.style, new.style):
        return False
    views = log.graph.views(Part(old.schema.raw, old.schema.pointer), Part(new.schema.raw, new.schema.pointer))
    return all(view.types is not None and view.types <= _SCALARS for view in views)
