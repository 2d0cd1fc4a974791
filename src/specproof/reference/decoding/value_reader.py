"""From texts to the values that a schema wants. What does not fit stays text, so that the schema says what is wrong with it.

The grammar is JSON's: ``01``, ``+1`` and ``1.`` are no numbers, ``1e3`` and ``1.0`` are numbers but no integers, ``True`` is no boolean.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue, bundle_schema
from specproof.reference.decoding.decoded import MalformedError
from specproof.reference.decoding.facets import Definitions, Facets, Raw, facets_of
from specproof.reference.decoding.json_text import parsed_json
from specproof.reference.values.proving import Proof, is_pattern, proof_of

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,4000})")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_BOOLEANS: Final = {"true": True, "false": False}
_SCALARS: Final = frozenset({"integer", "number", "boolean", "string", "null"})
_STRUCTURES: Final = frozenset({"array", "object"})


class ValueReader:
    """Reads texts as values of one schema. Readers of members and items are made when they are first asked for."""

    def __init__(self, raw: Raw, definitions: Definitions) -> None:
        self.raw = raw
        self.definitions = definitions
        facets = facets_of(raw, definitions)
        self.facets: Facets = facets
        self.kinds: frozenset[str] = facets.kinds or frozenset()
        self.is_any = not self.kinds
        self.takes_array = "array" in self.kinds
        self.takes_object = "object" in self.kinds
        self.is_structured = self.takes_array or self.takes_object
        self.takes_scalar = self.is_any or bool(self.kinds & _SCALARS)
        self.scalar: Callable[[str], JsonValue] = self._scalar_reading()
        """One text as the value that fits best."""
        self._members: dict[str, ValueReader] = {}
        self._items: dict[int, ValueReader] = {}
        self._proof: Proof | None = None
        self._is_proven = False

    def member(self, name: str) -> ValueReader:
        """The reader of the member ``name`` of an object."""
        known = self._members.get(name)
        if known is None:
            raw = self._member_schema(name)
            known = ValueReader(raw, self.definitions)
            if name in self.facets.properties:
                self._members[name] = known
        return known

    def item(self, index: int) -> ValueReader:
        """The reader of an item of an array."""
        place = min(index, len(self.facets.prefix))
        known = self._items.get(place)
        if known is None:
            items = self.facets.items
            raw = self.facets.prefix[place] if place < len(self.facets.prefix) else True if items is None else items
            known = self._items[place] = ValueReader(raw, self.definitions)
        return known

    def array(self, texts: Sequence[str]) -> JsonValue:
        """Texts as an array."""
        return [self.item(index).scalar(text) for index, text in enumerate(texts)]

    def object(self, pairs: Iterable[tuple[str, str]]) -> JsonObject:
        """Pairs of texts as an object; of two with one name the last counts."""
        return {name: self.member(name).scalar(text) for name, text in pairs}

    def repeated(self, texts: Sequence[str]) -> JsonValue:
        """All texts that came under one name: an array where the schema takes one, else the last."""
        if not self.is_structured:
            return list(texts) if self.is_any and len(texts) > 1 else self.scalar(texts[-1])
        return self.composed(texts[-1], texts, None)

    def composed(self, text: str | None, pieces: Sequence[str] | None, members: JsonObject | None) -> JsonValue:
        """The best of what a text can be: itself, its pieces as an array, its members as an object.

        None stands for what it cannot be.
        """
        candidates: list[JsonValue] = []
        if self.takes_object and members is not None:
            candidates.append(members)
        if self.takes_array and pieces is not None:
            candidates.append(self.array(pieces))
        if text is not None and (self.takes_scalar or not candidates):
            is_single = pieces is None or len(pieces) < 2
            candidates.insert(0 if is_single else len(candidates), self.scalar(text))
        return self.chosen(candidates)

    def names_itself(self, name: str) -> bool:
        """Whether a member that is not among ``properties`` belongs to the object, by a pattern or as an additional one.

        An object that lists its members and says nothing of others takes no others where they share their place with parameters.
        """
        facets = self.facets
        if facets.additional is not None:
            return facets.additional is not False or any(_matches(pattern, name) for pattern in facets.patterns)
        if facets.patterns:
            return any(_matches(pattern, name) for pattern in facets.patterns)
        return not facets.properties

    def chosen(self, candidates: Sequence[JsonValue]) -> JsonValue:
        """The first candidate that satisfies the schema, else the first."""
        if len(candidates) > 1:
            proof = self._compiled()
            if proof is not None:
                return next((candidate for candidate in candidates if proof.holds(candidate)), candidates[0])
        return candidates[0] if candidates else None

    def _compiled(self) -> Proof | None:
        if not self._is_proven:
            self._proof = proof_of(bundle_schema(self.raw, self.definitions))
            self._is_proven = True
        return self._proof

    def _member_schema(self, name: str) -> Raw:
        facets = self.facets
        if name in facets.properties:
            return facets.properties[name]
        for pattern, raw in facets.patterns.items():
            if _matches(pattern, name):
                return raw
        return True if facets.additional is None else facets.additional

    def _scalar_reading(self) -> Callable[[str], JsonValue]:
        if self.kinds <= {"string"}:
            return _as_it_is
        if len(self.kinds) == 1:
            single: dict[str, Callable[[str], JsonValue]] = {
                "integer": _integer,
                "number": _number,
                "boolean": _boolean,
                "null": _null,
            }
            return single.get(next(iter(self.kinds)), self._best)
        return self._best

    def _best(self, text: str) -> JsonValue:
        kinds = self.kinds
        readings: list[JsonValue] = []
        if "number" in kinds:
            readings.append(_number(text))
        elif "integer" in kinds:
            readings.append(_integer(text))
        if "boolean" in kinds:
            readings.append(_boolean(text))
        if kinds & _STRUCTURES and text[:1] in {"[", "{"}:
            readings.append(_structure(text))
        candidates: list[JsonValue] = [reading for reading in readings if not isinstance(reading, str)]
        if "string" in kinds:
            candidates.append(text)
        if "null" in kinds and text in {"", "null"}:
            candidates.append(None)
        return self.chosen(candidates) if candidates else text


def _matches(pattern: str, name: str) -> bool:
    proof = _pattern(pattern)
    return proof is not None and proof.holds(name)


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> Proof | None:
    return proof_of({"pattern": pattern}) if is_pattern(pattern) else None


def _as_it_is(text: str) -> JsonValue:
    return text


def _integer(text: str) -> JsonValue:
    return int(text) if _INTEGER.fullmatch(text) else text


def _number(text: str) -> JsonValue:
    if _INTEGER.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text)
    return number if math.isfinite(number) else text


def _boolean(text: str) -> JsonValue:
    return _BOOLEANS.get(text, text)


def _null(text: str) -> JsonValue:
    return None if text in {"", "null"} else text


def _structure(text: str) -> JsonValue:
    try:
        return parsed_json(text)
    except MalformedError:
        return text
