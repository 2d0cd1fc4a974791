"""Schema-valid values of a document, each the same for the same seed and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.reference.values.filling import Filler, Workshop, copied
from specproof.reference.values.making import Maker, Proofs
from specproof.reference.values.places import CannotMakeError, Impossible, Manner, Place
from specproof.reference.values.views import View, ViewedDefinitions

_MANNERS: Final = (Manner(), Manner(is_fresh=True), Manner(is_full=False), Manner(is_fresh=True, is_full=False))
_FRESH: Final = (Manner(is_fresh=True), Manner(), Manner(is_fresh=True, is_full=False), Manner(is_full=False))
_LEAN: Final = (Manner(is_full=False), Manner(is_fresh=True, is_full=False), Manner(), Manner(is_fresh=True))
_TRIES: Final = 3
_MOST_KEPT: Final = 5_000


class Instances:
    """Makes values for the schemas of documents. What it keeps (compiled schemas) never changes what it gives."""

    def __init__(self, seed: str = "specproof") -> None:
        self.seed = seed
        self._proofs: dict[tuple[int, View], Proofs] = {}
        self._seen: dict[tuple[int, int, View], tuple[Schema, JsonObject | bool]] = {}
        self._made: dict[tuple[int, int, View, str, bool, bool], JsonValue | Impossible] = {}
        self._fillers: dict[tuple[int, int], Filler] = {}

    def instance(
        self, schema: Schema, *, key: str, view: View, is_fresh: bool = False, is_full: bool = True
    ) -> JsonValue | Impossible:
        """A value that the schema allows, proven.

        The document's own examples, defaults and first enum members are preferred; ``is_fresh`` asks for freely drawn values instead,
        which differ from key to key. Without ``is_full`` optional members are left out.
        """
        known = (id(schema.raw), id(schema.definitions), view, key, is_fresh, is_full)
        value = self._made.get(known)
        if value is None:
            proofs = self._proofs_of(schema.definitions, view)
            seen = self._seen_schema(schema, view, proofs)
            manners = (_FRESH if is_fresh else _MANNERS) if is_full else (_FRESH[2:] if is_fresh else _LEAN)
            value = _made(seen, proofs, f"{self.seed}\0{key}", manners)
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            self._made[known] = value
        return value if isinstance(value, Impossible) else copied(value)

    def proven(self, schema: Schema, value: JsonValue, view: View) -> bool:
        """Whether a value satisfies the schema as that side sees it."""
        proofs = self._proofs_of(schema.definitions, view)
        proof = proofs.of(self._seen_schema(schema, view, proofs))
        return proof is not None and proof.holds(value)

    def bundled(self, schema: Schema, view: View) -> JsonObject:
        """The schema as that side sees it, self-contained."""
        proofs = self._proofs_of(schema.definitions, view)
        return proofs.definitions.bundled(self._seen_schema(schema, view, proofs))

    def filler(self, schema: Schema) -> Filler:
        """What completes answers of that schema; compiled once, to be kept by the caller."""
        identity = (id(schema.raw), id(schema.definitions))
        known = self._fillers.get(identity)
        if known is None:
            proofs = self._proofs_of(schema.definitions, View.RESPONSE)
            seen = self._seen_schema(schema, View.RESPONSE, proofs)
            known = Filler(seen, Workshop(proofs, self._maker_of_missing(proofs), schema.raw))
            self._fillers[identity] = known
        return known

    def filled(self, schema: Schema, known: Mapping[str, JsonValue], *, key: str) -> JsonValue | Impossible:
        """An answer of an object schema: members of ``known`` that the schema allows are kept, missing required ones made up."""
        return self.filler(schema).fill(known, key=key)

    def _maker_of_missing(self, proofs: Proofs) -> _Missing:
        return _Missing(proofs, self.seed)

    def _proofs_of(self, definitions: Mapping[str, JsonObject | bool], view: View) -> Proofs:
        known = self._proofs.get((id(definitions), view))
        if known is None:
            # ViewedDefinitions keeps the mapping alive, so that its identity stays its own.
            known = Proofs(ViewedDefinitions(definitions, view))
            self._proofs[id(definitions), view] = known
        return known

    def _seen_schema(self, schema: Schema, view: View, proofs: Proofs) -> JsonObject | bool:
        identity = (id(schema.raw), id(schema.definitions), view)
        known = self._seen.get(identity)
        if known is None:
            known = (schema, proofs.definitions.seen(schema.raw))
            self._seen[identity] = known
        return known[1]


class _Missing:
    """Makes what an answer lacks: required members alone."""

    def __init__(self, proofs: Proofs, seed: str) -> None:
        self._proofs = proofs
        self._seed = seed

    def __call__(self, seen: JsonObject | bool, key: str) -> JsonValue | Impossible:
        made = _made(seen, self._proofs, f"{self._seed}\0{key}", _LEAN)
        return made if isinstance(made, Impossible) else copied(made)

    def member(self, schema: JsonObject, name: str, key: str) -> JsonValue | Impossible:
        """One member, not proven."""
        try:
            maker = Maker(self._proofs.definitions, self._proofs, f"{self._seed}\0{key}", _LEAN[0])
            return maker.make(schema, Place((name,)))
        except (CannotMakeError, RecursionError):
            return Impossible(f"no value for {name}")


def _made(seen: JsonObject | bool, proofs: Proofs, seed: str, manners: tuple[Manner, ...]) -> JsonValue | Impossible:
    proof = proofs.of(seen)
    if proof is None:
        return Impossible("the schema cannot be compiled")
    reason = "no value was found that satisfies the schema"
    for value in _candidates(seen, proofs, seed, manners):
        if isinstance(value, Impossible):
            reason = value.reason
        elif proof.holds(value):
            return value
    return Impossible(reason)


def _candidates(
    seen: JsonObject | bool, proofs: Proofs, seed: str, manners: tuple[Manner, ...]
) -> Iterator[JsonValue | Impossible]:
    for salt in range(_TRIES):
        for manner in manners:
            try:
                yield Maker(proofs.definitions, proofs, seed, manner).make(seen, Place(salt=salt))
            except CannotMakeError as error:
                yield Impossible(f"no value for {error}")
            except RecursionError:
                yield Impossible("the schema is nested too deeply")
