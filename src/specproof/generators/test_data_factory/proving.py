"""The proof: jsonschema-rs with its linear regex engine, compiled once per schema.

The default engine of jsonschema-rs backtracks up to a limit and then calls a valid value invalid; ``RegexOptions()`` never does.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from jsonschema_rs import Draft202012Validator, ReferencingError, RegexOptions, ValidationError

from specproof.generators.test_data_factory.places import Place
from specproof.generators.test_data_factory.views import View
from specproof.openapi.schema import JsonObject, JsonValue

MAX_WEIGHT = 30_000
"""Definitions inside of all validators that are kept: some 5 KB each, and a heavily linked document reaches 500 from anywhere."""

_MAX_IDENTITIES = 50_000
_MANY_DEFINITIONS = 40
"""A place that reaches more is proven with those alone that the value meets: to compile them all takes longer than to ask them."""
_MAX_REACHES = 2_000
_MAX_REPAIRS = 25
_UNMET_IN_ONE = 8
"""Definitions for which anything will do, that together weigh as much as one that is asked."""
_MAX_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One error of the validator: the keyword, the instance path, and the property names that it is about (required, unexpected)."""

    keyword: str
    path: tuple[str | int, ...]
    names: tuple[str, ...] = ()


_Identities: TypeAlias = "tuple[bytes, ...]"


@dataclass(frozen=True, slots=True)
class _Reach:
    """The definitions that a place reaches, and of many of them those that a value meets, by the names of its members."""

    names: tuple[str, ...]
    met: dict[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A compiled validator and how much it holds."""

    validator: Draft202012Validator | None
    weight: int


class Prover:
    """Validates values against places of one :class:`View`. Compiled validators are kept, up to ``max_weight``; the oldest are dropped."""

    def __init__(self, view: View, *, max_weight: int = MAX_WEIGHT) -> None:
        self._max_weight = max_weight
        self._view = view
        self._compiled: OrderedDict[tuple[bool, _Identities, frozenset[str] | None], _Entry] = OrderedDict()
        self._weight = 0
        self._reached: dict[_Identities, _Reach] = {}
        self._sound: dict[_Identities, bool] = {}
        self._identities: dict[int, tuple[JsonObject | bool, bytes]] = {}

    def accepts(self, place: Place, value: JsonValue) -> bool:
        """Whether all schemas of ``place`` accept ``value``. A schema that cannot be compiled accepts nothing."""
        validator = self._validator(place, value)
        return validator is not None and validator.is_valid(value)

    def accepts_loosely(self, place: Place, value: JsonValue) -> bool:
        """As :meth:`accepts`, but ``format`` says nothing: so do servers for which it is an annotation."""
        validator = self._validator(place, value, with_formats=False)
        return validator is not None and validator.is_valid(value)

    def faults(self, place: Place, value: JsonValue) -> tuple[Fault, ...] | None:
        """The validator's errors (at most 50), empty if valid; None where there is no verdict."""
        validator = self._validator(place, value)
        if validator is None:
            return None
        found: list[Fault] = []
        for error in validator.iter_errors(value):
            if "error executing regex" in error.message.lower():
                return None
            found.append(_fault(error))
            if len(found) >= _MAX_FAULTS:
                break
        return tuple(found)

    def compiles(self, place: Place) -> bool:
        """Whether there is a validator for ``place``."""
        identities = tuple(self._identity(node.raw) for node in place)
        if identities not in self._sound:
            if len(self._sound) >= _MAX_IDENTITIES:
                self._sound.clear()
            reach = self._reach(identities, place)
            if len(reach.names) > _MANY_DEFINITIONS:
                validator = self._compile(_conjunction(place), dict.fromkeys(reach.names, True), with_formats=True)
            else:
                validator = self._validator(place, None)
            self._sound[identities] = validator is not None
        return self._sound[identities]

    def _reach(self, identities: _Identities, place: Place) -> _Reach:
        known = self._reached.get(identities)
        if known is None:
            if len(self._reached) >= _MAX_REACHES:
                self._reached.clear()
            known = self._reached[identities] = _Reach(tuple(self._view.reachable(_conjunction(place))), {})
        return known

    def _validator(self, place: Place, value: JsonValue, *, with_formats: bool = True) -> Draft202012Validator | None:
        """A validator that says of ``value`` what one with all definitions would say."""
        identities = tuple(self._identity(node.raw) for node in place)
        reach, met = self._reach(identities, place), None
        if len(reach.names) > _MANY_DEFINITIONS:
            members = _member_names(value)
            met = reach.met.get(members)
            if met is None:
                if len(reach.met) >= _MAX_REACHES:
                    reach.met.clear()
                met = reach.met[members] = self._view.reached_by(_conjunction(place), members)
        key = (with_formats, identities, met)
        known = self._compiled.get(key)
        if known is not None:
            self._compiled.move_to_end(key)
            return known.validator
        root = _conjunction(place)
        names = dict.fromkeys(reach.names, True)
        if met is not None:
            names = {name: name in met for name in sorted(self._view.mentioned(root, met))}
        weight = 1 + sum(names.values()) + (len(names) - sum(names.values())) // _UNMET_IN_ONE
        entry = _Entry(self._compile(root, names, with_formats=with_formats), weight)
        self._compiled[key] = entry
        self._weight += entry.weight
        while self._weight > self._max_weight and len(self._compiled) > 1:
            self._weight -= self._compiled.popitem(last=False)[1].weight
        return entry.validator

    def _identity(self, raw: JsonObject | bool) -> bytes:
        """What equal schemas have in common: many operations say the same about their bodies and parameters."""
        known = self._identities.get(id(raw))
        if known is None:
            if len(self._identities) >= _MAX_IDENTITIES:
                self._identities.clear()
            # The schema is kept beside its digest: its id stays taken for as long as it is a key.
            known = (raw, hashlib.sha256(json.dumps(raw).encode()).digest())
            self._identities[id(raw)] = known
        return known[1]

    def _compile(self, root: JsonObject, names: Mapping[str, bool], *, with_formats: bool) -> Draft202012Validator | None:
        """``names`` of definitions, and whether each is asked at all; for one that is not, anything will do."""
        if names:
            root["$defs"] = {name: self._view[name] if is_asked else True for name, is_asked in names.items()}
        schema: JsonValue = root
        for _ in range(_MAX_REPAIRS):
            try:
                return Draft202012Validator(root, pattern_options=RegexOptions(), validate_formats=with_formats, offline=True)
            except ReferencingError:
                return None
            except ValidationError as error:
                # A keyword that is no legal JSON Schema (``required: true``) is taken out; the rest still proves.
                schema = _without(schema, list(error.instance_path))
                if not isinstance(schema, dict):
                    return None
                root = schema
        return None


def _member_names(value: JsonValue) -> frozenset[str]:
    """The names of all members of ``value``, at every depth."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            found.update(current)
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)
    return frozenset(found)


def _conjunction(place: Place) -> JsonObject:
    """One schema that says all that ``place`` says. Always a new object."""
    raws: list[JsonValue] = [node.raw for node in place]
    if len(raws) == 1 and isinstance(raws[0], dict):
        return dict(raws[0])
    return {"allOf": raws}


def _fault(error: ValidationError) -> Fault:
    details = error.kind.as_dict()
    names: list[str] = []
    if isinstance(details.get("property"), str):
        names.append(details["property"])
    if isinstance(details.get("unexpected"), list):
        names.extend(str(name) for name in details["unexpected"])
    return Fault(error.kind.name, tuple(error.instance_path), tuple(names))


def _without(schema: JsonValue, path: list[str | int]) -> JsonValue:
    """A copy of ``schema`` without the keyword that ``path`` leads into; None where the root itself is at fault.

    Of a list, the whole keyword goes (an empty ``allOf`` would be no better than a broken one).
    """
    if not path:
        return None
    key, rest = path[0], path[1:]
    if isinstance(schema, dict) and isinstance(key, str) and key in schema:
        if rest:
            inner = _without(schema[key], rest)
            if inner is not None:
                return {**schema, key: inner}
        return {name: value for name, value in schema.items() if name != key}
    if isinstance(schema, list) and isinstance(key, int) and key < len(schema) and rest:
        inner = _without(schema[key], rest)
        return None if inner is None else [*schema[:key], inner, *schema[key + 1 :]]
    return None
