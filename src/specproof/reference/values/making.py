"""Making values: one candidate for each place of a schema, proven where a schema leaves a choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.values import scalars
from specproof.reference.values.drawing import Draw
from specproof.reference.values.merging import flattened, merged
from specproof.reference.values.objects import make_object
from specproof.reference.values.places import MAX_DEPTH, CannotMakeError, Manner, Place
from specproof.reference.values.proving import Proof, proof_of
from specproof.reference.values.views import ViewedDefinitions

_MAX_KEPT: Final = 4_000
_MAX_ENUM: Final = 64
_MAX_ITEMS: Final = 2_000
_CHOICES = ("oneOf", "anyOf")


@dataclass(slots=True)
class Maker:
    """Makes values of the schemas of one document in one view."""

    definitions: ViewedDefinitions
    proofs: Proofs
    seed: str
    manner: Manner = field(default_factory=Manner)
    made: int = 0
    """How many places this maker has filled: it stops being generous where schemas are enormous."""

    def make(self, raw: JsonValue, place: Place) -> JsonValue:
        """A value for ``raw``, not yet proven as a whole. Raises :class:`CannotMakeError`."""
        self.made += 1
        if place.depth > MAX_DEPTH or self.made > 20_000 or raw is False or not isinstance(raw, (dict, bool)):
            raise place.refused()
        flat, names = self.proofs.flat(raw)
        if flat is False or any(place.within.count(name) > 2 for name in names):
            raise place.refused()
        here = place.through(names)
        if isinstance(flat, bool):
            return self.draw(here).hexadecimal(8) if here.depth else {}
        given = self._given(flat, raw, here)
        if given is not _NOTHING:
            return given  # type: ignore[return-value]
        for keyword in _CHOICES:
            branches = flat.get(keyword)
            if isinstance(branches, list) and branches:
                return self._of_a_branch(flat, keyword, branches, here)
        if "if" in flat:
            return self._of_a_condition(flat, here)
        return self._by_type(flat, here)

    def draw(self, place: Place) -> Draw:
        """The choices of a place."""
        return Draw.of(self.seed, *place.path, salt=place.salt)

    def holds(self, schema: JsonObject | bool, value: JsonValue) -> bool:
        """Whether the value satisfies a schema of the document."""
        proof = self.proofs.of(schema)
        return proof is not None and proof.holds(value)

    def _given(self, flat: JsonObject, raw: JsonObject | bool, place: Place) -> object:
        """A constant, a member of the enum, an example or default: the first that holds."""
        if "const" in flat:
            return flat["const"]
        members = flat.get("enum")
        if isinstance(members, list):
            return self._enum_member(flat, members, place)
        if self.manner.is_fresh or place.salt:
            return _NOTHING
        examples = flat.get("examples")
        candidates = [*(examples if isinstance(examples, list) else ())]
        candidates += [flat[keyword] for keyword in ("example", "default") if keyword in flat]
        return next((each for each in candidates if each is not None and self.holds(raw, each)), _NOTHING)

    def _enum_member(self, flat: JsonObject, members: list[JsonValue], place: Place) -> JsonValue:
        fitting = [each for each in members[:_MAX_ENUM] if self.holds(flat, each)] if len(flat) > 2 else members
        fitting = [each for each in fitting if each is not None] or fitting
        if not fitting:
            raise place.refused()
        return self.draw(place).pick(fitting) if self.manner.is_fresh else fitting[place.salt % len(fitting)]

    def _of_a_branch(self, flat: JsonObject, keyword: str, branches: list[JsonValue], place: Place) -> JsonValue:
        rest: JsonObject = {name: value for name, value in flat.items() if name not in {keyword, "discriminator"}}
        order = sorted(range(len(branches)), key=lambda index: branches[index] == {"type": "null"})
        start = self.draw(place).below(len(order)) if self.manner.is_fresh else place.salt % len(order)
        for index in [*order[start:], *order[:start]]:
            branch = branches[index]
            if not isinstance(branch, (dict, bool)):
                continue
            flat_branch, names = flattened(branch, self.definitions)
            try:
                value = self.make(merged(rest, flat_branch), place.through(names))
            except CannotMakeError:
                continue
            value = _discriminated(value, flat.get("discriminator"), branch)
            if self.holds(flat, value):
                return value
        raise place.refused()

    def _of_a_condition(self, flat: JsonObject, place: Place) -> JsonValue:
        rest: JsonObject = {name: value for name, value in flat.items() if name not in {"if", "then", "else"}}
        ways: list[list[JsonValue]] = [[], [flat["if"], flat.get("then", True)], [flat.get("else", True)]]
        for way in ways:
            try:
                value = self.make({"allOf": [rest, *way]}, place)
            except CannotMakeError:
                continue
            if self.holds(flat, value):
                return value
        raise place.refused()

    def _by_type(self, flat: JsonObject, place: Place) -> JsonValue:
        kinds = types_of(flat)
        if not kinds:
            raise place.refused()
        kind = kinds[0]
        if "not" in flat:
            return self._first_that_holds(flat, self._several(flat, kind, place), place)
        match kind:
            case "object":
                return make_object(self, flat, place)
            case "array":
                return self._array(flat, place)
            case "boolean":
                return self.draw(place).below(2) == 0 if self.manner.is_fresh or place.salt else True
            case "null":
                return None
            case _:
                return self._first_that_holds(flat, self._scalars(flat, kind, place), place)

    def _several(self, flat: JsonObject, kind: str, place: Place) -> Iterator[JsonValue]:
        rest: JsonObject = {name: value for name, value in flat.items() if name != "not"}
        for salt in range(6):
            for manner in (self.manner, Manner(is_fresh=True, is_full=False)):
                other = Maker(self.definitions, self.proofs, self.seed, manner, self.made)
                yield other.make({**rest, "type": kind}, place.tried_again(salt))

    def _scalars(self, flat: JsonObject, kind: str, place: Place) -> Iterator[JsonValue]:
        draw = self.draw(place)
        if kind == "string":
            return scalars.texts(flat, place.name, draw)
        return scalars.numbers(flat, is_integer=kind == "integer", draw=draw, is_fresh=self.manner.is_fresh)

    def _first_that_holds(self, flat: JsonObject, candidates: Iterator[JsonValue], place: Place) -> JsonValue:
        for candidate in candidates:
            if self.holds(flat, candidate):
                return candidate
        raise place.refused()

    def _array(self, flat: JsonObject, place: Place) -> JsonValue:
        prefix = flat.get("prefixItems")
        fixed: list[JsonValue] = prefix if isinstance(prefix, list) else []
        item = flat.get("items", True)
        least = max(_size(flat.get("minItems"), 0), _size(flat.get("minContains"), 1) if "contains" in flat else 0)
        most = _size(flat.get("maxItems"), max(least, len(fixed), 1))
        wanted = min(max(least, len(fixed), 1 if self.manner.is_full and place.depth < 8 else 0), most)
        if least > _MAX_ITEMS:
            raise place.refused()
        items: list[JsonValue] = []
        for index in range(wanted):
            schema = fixed[index] if index < len(fixed) else item
            if "contains" in flat and index < _size(flat.get("minContains"), 1):
                schema = {"allOf": [schema, flat["contains"]]}
            try:
                items.append(self._item(schema, items, place.below(str(index)), is_unique=flat.get("uniqueItems") is True))
            except CannotMakeError:
                if index < least:
                    raise
                break
        return items

    def _item(self, schema: JsonValue, before: list[JsonValue], place: Place, *, is_unique: bool) -> JsonValue:
        if not is_unique:
            return self.make(schema, place)
        for salt in range(len(before) + 12):
            value = self.make(schema, Place((*place.path[:-1], "0"), place.within, place.salt + salt))
            if value not in before:
                return value
        raise place.refused()


@dataclass(slots=True)
class Proofs:
    """Compiled and flattened schemas of one document and view, kept by identity."""

    definitions: ViewedDefinitions
    _known: dict[int, tuple[JsonObject | bool, Proof | None]] = field(default_factory=dict)
    _flat: dict[int, tuple[JsonObject | bool, tuple[JsonObject | bool, frozenset[str]]]] = field(default_factory=dict)

    def of(self, schema: JsonObject | bool) -> Proof | None:
        """The compiled schema, None where it cannot be compiled."""
        known = self._known.get(id(schema))
        if known is None or known[0] is not schema:
            if len(self._known) > _MAX_KEPT:
                self._known.clear()
            # The schema itself is kept, so that its identity is not given to another one.
            known = (schema, proof_of(self.definitions.bundled(schema)))
            self._known[id(schema)] = known
        return known[1]

    def flat(self, schema: JsonObject | bool) -> tuple[JsonObject | bool, frozenset[str]]:
        """The schema with references and ``allOf`` merged in, and the definitions that this went through."""
        known = self._flat.get(id(schema))
        if known is None or known[0] is not schema:
            if len(self._flat) > _MAX_KEPT:
                self._flat.clear()
            known = (schema, flattened(schema, self.definitions))
            self._flat[id(schema)] = known
        return known[1]


_NOTHING: Final = object()


def types_of(flat: JsonObject) -> list[str]:
    """The JSON types to try, the likeliest first; guessed from the keywords where the schema has no ``type``."""
    declared = flat.get("type")
    if isinstance(declared, str):
        return [declared]
    if isinstance(declared, list):
        kinds = [kind for kind in declared if isinstance(kind, str)]
        return sorted(kinds, key=lambda kind: kind == "null")
    for kind, keywords in _TELLING.items():
        if any(keyword in flat for keyword in keywords):
            return [kind]
    return ["string"]


_TELLING: Final = {
    "object": ("properties", "required", "additionalProperties", "minProperties", "patternProperties", "propertyNames"),
    "array": ("items", "prefixItems", "minItems", "contains", "uniqueItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


def _size(value: JsonValue, otherwise: int) -> int:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else otherwise


def _discriminated(value: JsonValue, discriminator: JsonValue, branch: JsonObject | bool) -> JsonValue:
    """The value with the discriminator's property set to the name that leads to ``branch``."""
    if not isinstance(value, dict) or not isinstance(discriminator, dict) or not isinstance(branch, dict):
        return value
    name, reference = discriminator.get("propertyName"), branch.get("$ref")
    if not isinstance(name, str) or not isinstance(reference, str):
        return value
    mapping = discriminator.get("mapping")
    target = reference.rsplit("/", 1)[-1]
    chosen = target
    for key, leads_to in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(leads_to, str) and leads_to.rsplit("/", 1)[-1] == target:
            chosen = key
            break
    return {**value, name: chosen}
