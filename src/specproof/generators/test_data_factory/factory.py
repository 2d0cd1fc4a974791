"""The value engine: implements :class:`specproof.generators.base.Values`."""

from __future__ import annotations

from collections.abc import Callable

from specproof.domain.body_kinds import BodyKind, body_kind
from specproof.domain.plans import Fresh, FromStep, PlanValue
from specproof.generators.test_data_factory import fresh, readings
from specproof.generators.test_data_factory.boundaries import BoundaryFinder
from specproof.generators.test_data_factory.budget import Budget
from specproof.generators.test_data_factory.constructive import Builder, Nothing, Spot, Style
from specproof.generators.test_data_factory.fresh import as_json
from specproof.generators.test_data_factory.model import Boundary, Origin, ProvenValue, ValueRequest, Violation
from specproof.generators.test_data_factory.places import Node, Place, Shapes
from specproof.generators.test_data_factory.proving import Fault, Prover
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.semantics import Realism
from specproof.generators.test_data_factory.strings import StringMaker
from specproof.generators.test_data_factory.views import View
from specproof.generators.test_data_factory.violations import ViolationFinder, settled
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.schema import JsonValue, Schema
from specproof.openapi.vocabulary import ParameterLocation

_STEPS = 3_000
_MAX_REPAIRS = 12
_REDRAWS = 5
_MAX_PROOFS = 1_500


class _Room:
    """One view of one document with everything compiled for it."""

    def __init__(self, schema: Schema, *, is_response: bool, realism: Realism) -> None:
        self.view = View(schema.definitions, is_response=is_response)
        self.shapes = Shapes(self.view)
        self.prover = Prover(self.view)
        self.strings = StringMaker(self.prover, realism)

    def place(self, schema: Schema) -> Place:
        return (Node(self.view.transformed(schema.raw), schema.pointer),)


class ValueFactory:
    """Proven values and proven faults, each a hash of ``seed`` and of where it is used: equal requests give equal answers."""

    def __init__(self, *, seed: str) -> None:
        self._seed = Seed(seed)
        self._realism = Realism()
        self._rooms: dict[tuple[int, bool], tuple[object, _Room]] = {}

    def valid(self, request: ValueRequest) -> ProvenValue | Finding:
        """A proven value, or the finding that says why there is none (``plan.no_valid_value``, ``schema.unsatisfiable``)."""
        room = self._room(request)
        place = room.place(request.schema)
        if not room.prover.compiles(place):
            return Finding(
                FindingCode.NO_VALID_VALUE,
                request.schema.pointer,
                "the schema cannot be compiled: nothing can be proven",
                Severity.MAJOR,
            )
        example = self._from_examples(room, place, request)
        if isinstance(example, ProvenValue):
            return example
        found: list[Finding] = list(example)
        reason: Nothing | None = None
        for only_required in (False, True) if not request.only_required else (True,):
            builder = self._builder(room, request)
            value = builder.build(place, Spot(name=request.name, only_required=only_required))
            found += [finding for finding in builder.findings if finding not in found]
            if isinstance(value, Nothing):
                reason = reason or value
                continue
            value = self._steady(room, place, _repaired(room.prover, place, value))
            if room.prover.accepts(place, as_json(value)) and _arrives(room.prover, place, request, as_json(value)):
                return ProvenValue(value, builder.origin, tuple(found))
        return _no_value(request, reason)

    def violations(self, request: ValueRequest, base: PlanValue, limit: int = 200) -> tuple[Violation, ...]:
        """Every proven single fault of ``base``."""
        room = self._room(request)
        place, builder = room.place(request.schema), self._builder(room, request)
        settled_base = _settled_base(builder, place, request, base)
        seed, budget, member = self._seed.at(request.key), Budget(_MAX_PROOFS), _member_of(builder)
        finder = ViolationFinder(room.prover, builder.renewer, request, place, settled_base, seed, budget, member)
        return finder.find(limit)

    def boundaries(self, request: ValueRequest, base: PlanValue, limit: int = 200) -> tuple[Boundary, ...]:
        """Every proven change of ``base`` to an edge of what is allowed."""
        room = self._room(request)
        place, builder = room.place(request.schema), self._builder(room, request)
        settled_base = _settled_base(builder, place, request, base)
        finder = BoundaryFinder(
            room.prover,
            builder.renewer,
            request,
            place,
            settled_base,
            self._seed.at(request.key, "boundary"),
            Budget(_MAX_PROOFS),
            lambda value: _arrives(room.prover, place, request, value),
            _member_of(builder),
        )
        return finder.find(limit)

    def sample(self, value: PlanValue) -> PlanValue:
        """``value`` with each Fresh replaced by its proven sample; what an earlier step brings stays."""
        return fresh.with_samples(value)

    def fresh(self, sample: str) -> Fresh:
        """A fresh string in the likeness of ``sample``: the same with a drawn tail."""
        parts = fresh.renewed(sample) or (sample + "-" if sample else "", (fresh.TAIL, fresh.TAIL_LENGTH))
        kept = tuple(part for part in parts if part)
        return Fresh(kept, fresh.sample(kept, self._seed.at("fresh", sample)))

    def _from_examples(self, room: _Room, place: Place, request: ValueRequest) -> ProvenValue | list[Finding]:
        """The first documented example that the schema accepts, or the findings about all of them."""
        builder = self._builder(room, request)
        shape = builder.shape(place)
        for example in request.examples:
            value = builder.sources.checked(shape, example, builder.findings)
            if value is not None and _arrives(room.prover, place, request, value):
                renewed = builder.renewed(shape, value, Spot(name=request.name, only_required=request.only_required))
                return ProvenValue(self._steady(room, place, renewed), Origin.EXAMPLE, tuple(builder.findings))
        return builder.findings

    def _steady(self, room: _Room, place: Place, value: PlanValue) -> PlanValue:
        """``value`` if the whole schema accepts it with other draws too, else its samples as constants (``not`` may refuse some)."""
        for attempt in range(_REDRAWS):
            if not room.prover.accepts(place, as_json(fresh.redrawn(value, self._seed.at("redraw", str(attempt))))):
                return fresh.with_samples(value)
        return value

    def _builder(self, room: _Room, request: ValueRequest) -> Builder:
        location = request.location
        is_wire = location is not None

        def fits(value: JsonValue) -> bool:
            # As a member of a list too: a comma in a text is ambiguous even where it is alone.
            return location is None or all(_survives(request, location, form) for form in (value, [value]))

        style = Style(wants_fresh=request.fresh_strings and not is_wire, is_wire=is_wire, fits=fits)
        return Builder(room.prover, room.shapes, room.strings, self._seed.at(request.key), style, Budget(_STEPS))

    def _room(self, request: ValueRequest) -> _Room:
        key = (id(request.schema.definitions), request.is_response)
        known = self._rooms.get(key)
        if known is None:
            room = _Room(request.schema, is_response=request.is_response, realism=self._realism)
            known = (request.schema.definitions, room)
            self._rooms[key] = known
        return known[1]


def _settled_base(builder: Builder, place: Place, request: ValueRequest, base: PlanValue) -> JsonValue:
    """``base`` as JSON, with our own valid values in the place of what only a run can know."""
    if not _holds_steps(base):
        return as_json(base)
    own = builder.build(place, Spot(name=request.name))
    return settled(base, None if isinstance(own, Nothing) else own)


def _member_of(builder: Builder) -> Callable[[Place, str], JsonValue]:
    """Makes a valid value for a property that a base leaves out; None if there is none."""

    def valid_member(member: Place, name: str) -> JsonValue:
        value = builder.build(member, Spot(pointer=f"/{name}", name=name, depth=1))
        return None if isinstance(value, Nothing) else as_json(value)

    return valid_member


def _holds_steps(value: PlanValue) -> bool:
    """Whether a part of ``value`` is known only at run time."""
    if isinstance(value, dict):
        return any(_holds_steps(member) for member in value.values())
    if isinstance(value, list):
        return any(_holds_steps(member) for member in value)
    return isinstance(value, FromStep)


def _arrives(prover: Prover, place: Place, request: ValueRequest, value: JsonValue) -> bool:
    """Whether a value survives its wire form: JSON always does, of forms and XML the schema has to accept what arrives."""
    if request.location is not None:
        return _survives(request, request.location, value)
    kind = body_kind(request.media_type)
    if kind is BodyKind.TEXT:
        return readings.is_text_carried(value)
    if kind in {BodyKind.FORM, BodyKind.MULTIPART}:
        arrived = readings.form_carried(value)
    elif kind is BodyKind.XML:
        arrived = readings.carried(value) if readings.is_xml(value) else None
    else:
        return True
    return arrived is not None and (arrived == value or prover.accepts(place, arrived))


def _survives(request: ValueRequest, location: ParameterLocation, value: JsonValue) -> bool:
    return readings.survives(
        value,
        location,
        request.style,
        explode=request.explode,
        json_content=request.json_content,
        allow_reserved=request.allow_reserved,
    )


def _no_value(request: ValueRequest, reason: Nothing | None) -> Finding:
    if reason is None:
        message = "no value was found that the schema accepts" + (" and the wire carries" if request.location is not None else "")
        return Finding(FindingCode.NO_VALID_VALUE, request.schema.pointer, message, Severity.MAJOR)
    is_contradiction = "contradict" in reason.reason
    code = FindingCode.SCHEMA_UNSATISFIABLE if is_contradiction else FindingCode.NO_VALID_VALUE
    return Finding(code, reason.at or request.schema.pointer, reason.reason, Severity.MAJOR)


def _repaired(prover: Prover, place: Place, value: PlanValue) -> PlanValue:
    """``value`` without the optional members that the whole schema refuses; unchanged where that does not help."""
    current = value
    for _ in range(_MAX_REPAIRS):
        faults = prover.faults(place, as_json(current))
        if not faults:
            return current
        removed = _without(current, faults[0])
        if removed is None:
            return current
        current = removed
    return current


def _without(value: PlanValue, fault: Fault) -> PlanValue | None:
    """``value`` without the member that ``fault`` is about: the unexpected ones, or the innermost object member on its path."""
    if fault.keyword in {"additionalProperties", "unevaluatedProperties"}:
        path: list[str | int] = [*fault.path, *fault.names[:1]]
    else:
        path = list(fault.path)
    while path and not isinstance(path[-1], str):
        path.pop()
    return _removed(value, path) if path else None


def _removed(value: PlanValue, path: list[str | int]) -> PlanValue | None:
    key, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(key, str) and key in value:
        if not rest:
            return {name: member for name, member in value.items() if name != key}
        inner = _removed(value[key], rest)
        return None if inner is None else {**value, key: inner}
    if isinstance(value, list) and isinstance(key, int) and key < len(value) and rest:
        inner = _removed(value[key], rest)
        return None if inner is None else [*value[:key], inner, *value[key + 1 :]]
    return None
