"""The builder: a value for a place, from what the document gives or by construction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from specproof.domain.plans import PlanValue
from specproof.generators.test_data_factory import mocks
from specproof.generators.test_data_factory.branches import alternatives, with_discriminator
from specproof.generators.test_data_factory.budget import Budget
from specproof.generators.test_data_factory.fresh import as_json, kept
from specproof.generators.test_data_factory.model import Origin
from specproof.generators.test_data_factory.numbers import number_in
from specproof.generators.test_data_factory.places import Node, Place, Shape, Shapes, escaped
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_data_factory.renewing import Renewer
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.sources import Sources
from specproof.generators.test_data_factory.strings import MAX_LENGTH, StringMaker, Wish, anything_fits
from specproof.openapi.findings import Finding, FindingCode
from specproof.openapi.schema import JsonValue

MAX_DEPTH = 4
"""Optional parts below this depth are left out."""
_MAX_REQUIRED_DEPTH = 24
_MAX_PROPERTIES = 60
_MAX_ITEMS = 200
_MAX_ENUM_TRIES = 50


@dataclass(frozen=True, slots=True)
class Nothing:
    """No value was found, and why."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value goes: its JSON pointer, its name, its depth, and the definitions passed through on the way."""

    pointer: str = ""
    name: str = ""
    depth: int = 0
    trail: frozenset[str] = frozenset()
    decided: frozenset[int] = frozenset()
    only_required: bool = False

    def below(self, key: str, trail: frozenset[str], name: str | None = None) -> Spot:
        """The spot of a member."""
        return Spot(
            f"{self.pointer}/{escaped(key)}",
            key if name is None else name,
            self.depth + 1,
            trail,
            frozenset(),
            self.only_required,
        )


@dataclass(frozen=True, slots=True)
class Style:
    """What kind of value is wanted."""

    wants_fresh: bool = True
    is_wire: bool = False
    """The value travels as text, in a parameter: null does not survive there."""
    fits: Callable[[JsonValue], bool] = anything_fits
    """Whether a scalar survives where it travels."""


class Builder:
    """Builds one value. ``findings`` and ``origin`` tell how it went; a builder is used once."""

    def __init__(
        self,
        prover: Prover,
        shapes: Shapes,
        strings: StringMaker,
        seed: Seed,
        style: Style,
        budget: Budget,
    ) -> None:
        self._prover = prover
        self._strings = strings
        self._seed = seed
        self._style = style
        self._budget = budget
        self._properties = 0
        self.findings: list[Finding] = []
        self.origin = Origin.DERIVED
        self.shape = shapes.of
        self.sources = Sources(prover, shapes.of, is_wire=style.is_wire)
        self.renewer = Renewer(prover, strings, seed, shapes.of)

    def build(self, place: Place, spot: Spot) -> PlanValue | Nothing:
        """A value that ``place`` accepts, or why there is none. Scalars and everything that needs a proof are proven here."""
        shape = self.shape(place)
        if not self._budget.spend():
            return Nothing("finding a value would take too long", _at(place))
        if shape.impossible or not shape.types:
            return Nothing("the schemas that apply here contradict each other", _at(place))
        spot = replace(spot, trail=spot.trail | shape.names)
        given = self._given(shape, spot)
        if given is not None:
            return given[0]
        value = self._constructed(shape, spot)
        # A chosen branch is proven by the place that holds all of them.
        is_proven_above = bool(spot.decided) and shape.needs_only_branches
        if isinstance(value, Nothing) or not shape.needs_proof or is_proven_above or self._prover.accepts(place, as_json(value)):
            return value
        return self._conditioned(shape, spot)

    def _given(self, shape: Shape, spot: Spot) -> tuple[PlanValue] | None:
        """An example, default, constant or enum member of the place itself; None for none (the value itself may be null)."""
        if spot.decided:
            return self._listed(shape, spot)  # The place's own examples were tried before a branch was chosen.
        for defaults in (False, True):
            if defaults and not self._style.is_wire and _is_told_by_default(shape, spot):
                continue
            for value, origin in self.sources.usable(shape, self.findings, defaults=defaults):
                if self._style.is_wire and not (value or value == 0):
                    continue
                if self._style.is_wire and not isinstance(value, (dict, list)) and not self._style.fits(value):
                    continue
                if spot.depth == 0:
                    self.origin = origin
                return (self.renewed(shape, value, spot),)
        return self._listed(shape, spot)

    def _listed(self, shape: Shape, spot: Spot) -> tuple[PlanValue] | None:
        """The constant, or the first member of ``enum`` that everything else accepts, null last."""
        members: list[JsonValue] = [said.value for said in shape.said("const")]
        for said in shape.said("enum"):
            if isinstance(said.value, list):
                members += said.value[:_MAX_ENUM_TRIES]
        usual = [said.value for said in shape.said("default")] if not self._style.is_wire else []
        for member in sorted(members, key=lambda value: (value is None, value == "", value in usual)):
            is_whole = isinstance(member, (dict, list)) or (shape.needs_proof and not spot.decided)
            if self._style.fits(member) and self._prover.accepts(shape.place if is_whole else shape.scalar_place, member):
                if spot.depth == 0:
                    self.origin = Origin.ENUM
                return (kept(member),)
        return None

    def renewed(self, shape: Shape, value: JsonValue, spot: Spot) -> PlanValue:
        """An example, its optional parts left out where only the required ones are wanted, its free strings made fresh."""
        if spot.only_required:
            reduced = self.renewer.reduced(shape, value)
            value = reduced if self._prover.accepts(shape.place, reduced) else value
        return self.renewer.renewed(shape, value, spot.pointer, spot.name) if self._style.wants_fresh else kept(value)

    def _constructed(self, shape: Shape, spot: Spot) -> PlanValue | Nothing:
        if shape.has("const", "enum"):
            return Nothing("no member of the enum (or const) is accepted by the rest of its schema", _at(shape.place))
        for identity, _, branches, discriminator in shape.groups:
            if identity not in spot.decided:
                return self._branched(shape, identity, branches, discriminator, spot)
        extended = with_discriminator(shape)
        if extended is not None and "discriminator" not in spot.name:
            shape = self.shape(extended)
        failed: Nothing | None = None
        for kind in _kinds(shape, spot):
            value = self._of_type(kind, shape, spot)
            if not isinstance(value, Nothing):
                return value
            failed = failed or value
        return failed or Nothing("no type is left", _at(shape.place))

    def _branched(
        self, shape: Shape, identity: int, branches: Place, discriminator: JsonValue, spot: Spot
    ) -> PlanValue | Nothing:
        """A value of the first branch that works out, proven against the place as a whole."""
        decided = spot.decided | {identity}
        failed: Nothing | None = None
        # What only one branch requires often tells it from the others, while optional parts blur them.
        for only_required in dict.fromkeys((spot.only_required, True)):
            for extra in alternatives(branches, discriminator, spot.trail):
                value = self.build((*shape.place, *extra), replace(spot, decided=decided, only_required=only_required))
                if isinstance(value, Nothing):
                    failed = failed or value
                elif self._prover.accepts(shape.place, as_json(value)) or self._budget.is_spent:
                    return value
        if not self._style.is_wire and self._prover.accepts(shape.place, None):
            return None
        return failed or Nothing("no branch of oneOf or anyOf gives a value that the whole schema accepts", _at(shape.place))

    def _conditioned(self, shape: Shape, spot: Spot) -> PlanValue | Nothing:
        """Another try where ``if``, ``not``, ``contains`` or the like refused the straightforward value."""
        for keywords in (("then",), ("else",), ("if", "then"), ("contains",), ("dependentSchemas",)):
            extra = tuple(node for keyword in keywords for node in _applied(shape, keyword))
            if extra and self._budget.spend():
                value = self._constructed(self.shape((*shape.place, *extra)), spot)
                if not isinstance(value, Nothing) and self._prover.accepts(shape.place, as_json(value)):
                    return value
        return Nothing("no value was found that not, if or contains accept", _at(shape.place))

    def _of_type(self, kind: str, shape: Shape, spot: Spot) -> PlanValue | Nothing:
        if kind == "object":
            return self._object(shape, spot)
        if kind == "array":
            return self._array(shape, spot)
        if kind == "string":
            wish = Wish(spot.name, self._seed.at(spot.pointer), self._style.wants_fresh, self._style.fits)
            text = self._strings.make(shape, wish)
            return Nothing(_no_string(shape), _at(shape.place)) if text is None else text
        if kind in {"integer", "number"}:
            return self._number(shape, spot, is_integer=kind == "integer")
        members: tuple[bool | None, ...] = (True, False) if kind == "boolean" else () if self._style.is_wire else (None,)
        place = shape.place if shape.needs_proof and not spot.decided else shape.scalar_place
        accepted = [member for member in members if self._prover.accepts(place, member)]
        return accepted[0] if accepted else Nothing(f"no {kind} is allowed here, or none has a wire form", _at(shape.place))

    def _number(self, shape: Shape, spot: Spot, *, is_integer: bool) -> PlanValue | Nothing:
        seed = self._seed.at(spot.pointer)
        wish = mocks.number_wish(shape.texts(mocks.MOCK), spot.name, seed)
        number = number_in(shape, seed, is_integer=is_integer, wish=wish)
        if number is None or not self._prover.accepts(shape.scalar_place, number):
            return Nothing("no number satisfies the bounds", _at(shape.place))
        return number

    def _array(self, shape: Shape, spot: Spot) -> PlanValue | Nothing:
        low, high = shape.count("minItems"), shape.limit("maxItems")
        if low > _MAX_ITEMS:
            self.findings.append(Finding(FindingCode.CAPPED, _at(shape.place), f"minItems {low} is more than a test should send"))
            return Nothing(f"minItems is {low}", _at(shape.place))
        wanted = max(low, shape.count("minContains") if shape.has("contains") else 0, 1)
        wanted = wanted if high is None else min(wanted, high)
        members: list[PlanValue] = []
        for index in range(wanted):
            member = self._item(shape, index, members, spot)
            if isinstance(member, Nothing):
                # An optional first member that has no value (recursion, a contradiction) is no reason to fail.
                return member if len(members) < low else members
            members.append(member)
        return members

    def _item(self, shape: Shape, index: int, before: list[PlanValue], spot: Spot) -> PlanValue | Nothing:
        place = shape.item(index) or (shape.single("contains") if shape.has("contains") else ())
        required = index < shape.count("minItems")
        if not required and (self._is_recursive(place, spot) or spot.depth > MAX_DEPTH):
            return Nothing("an optional member of a recursive array", _at(place or shape.place))
        if spot.depth > _MAX_REQUIRED_DEPTH:
            return Nothing("the schema never ends", _at(place or shape.place))
        name = spot.name.removesuffix("s")
        value = self.build(place, spot.below(str(index), spot.trail, name))
        if not any(said.value is True for said in shape.said("uniqueItems")) or value not in before or isinstance(value, Nothing):
            return value
        known = [as_json(member) for member in before]
        for said in self.shape(place).said("enum"):
            for other in said.value if isinstance(said.value, list) else []:
                if other not in known and self._prover.accepts(place, other):
                    return kept(other)
        for attempt in range(8):
            spot_again = replace(spot.below(f"{index}~{attempt}", spot.trail, ""))
            again = self._constructed(self.shape(place), spot_again)
            if not isinstance(again, Nothing) and as_json(again) not in known:
                return again
        return Nothing("there are not enough different members for uniqueItems", _at(place or shape.place))

    def _object(self, shape: Shape, spot: Spot) -> PlanValue | Nothing:
        found: dict[str, PlanValue] = {}
        limit = shape.limit("maxProperties")
        for name in sorted(shape.required):
            if name in shape.hidden:
                continue
            if spot.depth > _MAX_REQUIRED_DEPTH:
                return Nothing("the schema never ends: it requires itself", _at(shape.place))
            value = self._member(shape, name, spot)
            if isinstance(value, Nothing):
                return value
            found[name] = value
        least = shape.count("minProperties")
        for name in sorted(shape.properties):
            full = (limit is not None and len(found) >= limit) or self._properties >= _MAX_PROPERTIES or spot.depth >= MAX_DEPTH
            wanted = len(found) < least or not (spot.only_required or full)
            if name not in found and wanted and not self._is_recursive(shape.properties[name], spot):
                value = self._member(shape, name, spot)
                if not isinstance(value, Nothing):
                    found[name] = value
        self._dependents(shape, found, spot)
        if len(found) < least or (not shape.properties and not shape.required):
            self._extras(shape, found, max(least, 0 if spot.only_required else 1), spot)
        declared = [name for name in shape.properties if name in found]
        return {name: found[name] for name in [*declared, *(name for name in sorted(found) if name not in shape.properties)]}

    def _member(self, shape: Shape, name: str, spot: Spot) -> PlanValue | Nothing:
        self._properties += 1
        place = shape.properties.get(name)
        if place is None:
            place = _pattern_place(shape, name) or shape.single("additionalProperties")
        return self.build(place, spot.below(name, spot.trail))

    def _dependents(self, shape: Shape, found: dict[str, PlanValue], spot: Spot) -> None:
        """What ``dependentRequired`` asks for beside what is there; a property whose dependents have no value is given up."""
        for said in shape.said("dependentRequired"):
            for name, wanted in said.value.items() if isinstance(said.value, dict) else ():
                for other in wanted if isinstance(wanted, list) and name in found else ():
                    if isinstance(other, str) and other not in found:
                        value = self._member(shape, other, spot)
                        if isinstance(value, Nothing):
                            found.pop(name, None)
                        else:
                            found[other] = value

    def _extras(self, shape: Shape, found: dict[str, PlanValue], wanted: int, spot: Spot) -> None:
        """Entries of a map, up to ``wanted`` in all, where the schema says what they look like."""
        place = shape.single("additionalProperties")
        if (not place and not shape.count("minProperties")) or any(node.raw is False for node in place) or wanted > _MAX_ITEMS:
            return
        if spot.depth >= MAX_DEPTH and len(found) >= shape.count("minProperties"):
            return
        keys = shape.single("propertyNames")
        for index in range(wanted * 2):
            if len(found) >= wanted:
                return
            spot_key = Spot(f"{spot.pointer}/{index}~key", "key", _MAX_REQUIRED_DEPTH)
            key = as_json(self._key(keys, spot_key)) if keys else f"key{index + 1}"
            if isinstance(key, str) and key not in found and not self._is_recursive(place, spot):
                value = self.build(place, spot.below(key, spot.trail))
                if not isinstance(value, Nothing):
                    found[key] = value

    def _key(self, place: Place, spot: Spot) -> PlanValue:
        value = self._strings.make(self.shape(place), Wish("key", self._seed.at(spot.pointer), wants_fresh=False))
        listed = self._listed(self.shape(place), spot) if value is None else None
        return listed[0] if value is None and listed is not None else value

    def _is_recursive(self, place: Place, spot: Spot) -> bool:
        """Whether a definition that is being built would be built again inside of itself."""
        return bool(self._names_inside(place) & spot.trail)

    def _names_inside(self, place: Place) -> frozenset[str]:
        shape = self.shape(place)
        names = shape.names
        if shape.has("items"):
            names |= self.shape(shape.item(10**6)).names
        return names


def _is_told_by_default(shape: Shape, spot: Spot) -> bool:
    """Whether another value than the default tells more: a server that ignores what was sent still answers with the default.

    So for whole objects, flags and enums of a body; any other default may be the only value that a server likes.
    """
    is_object = "object" in shape.types and bool(shape.properties)
    return is_object or (spot.depth > 0 and (shape.has("enum") or shape.types == ("boolean",)))


def _at(place: Place) -> str:
    return place[0].pointer if place else ""


def _no_string(shape: Shape) -> str:
    if shape.count("minLength") > MAX_LENGTH:
        return f"minLength {shape.count('minLength')} is more than a test should send"
    if shape.has("pattern"):
        return "no string was found for the pattern within its length limits"
    return "no string satisfies the format and length limits"


def _applied(shape: Shape, keyword: str) -> Place:
    """The schemas under ``keyword``, those of ``dependentSchemas`` all together."""
    if keyword != "dependentSchemas":
        return shape.single(keyword)
    return tuple(
        Node(schema, f"{said.pointer}/{escaped(name)}")
        for said in shape.said(keyword)
        if isinstance(said.value, dict)
        for name, schema in said.value.items()
        if isinstance(schema, (dict, bool))
    )


def _pattern_place(shape: Shape, name: str) -> Place:
    """The schemas of ``patternProperties`` whose pattern is plainly a part of ``name`` (the proof decides the rest)."""
    return tuple(
        Node(schema, f"{said.pointer}/{escaped(pattern)}")
        for said in shape.said("patternProperties")
        if isinstance(said.value, dict)
        for pattern, schema in said.value.items()
        if pattern.strip("^$.*+") in name and isinstance(schema, (dict, bool))
    )


def _kinds(shape: Shape, spot: Spot) -> list[str]:
    """The types to try, null last. Where no type is said the other keywords tell (``properties`` mean an object), else the depth."""
    if shape.is_typed or len(shape.types) == 1:
        return sorted(shape.types, key=lambda name: name == "null")
    return ["string"] if spot.depth else ["object"]
