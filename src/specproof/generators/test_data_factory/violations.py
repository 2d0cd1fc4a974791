"""Single faults of a base value, each proven: one local change, and every error of the validator at or below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from specproof.checks.wire import NotSendableError
from specproof.checks.wire_xml import is_xml_text
from specproof.domain.body_kinds import BodyKind, body_kind
from specproof.domain.plans import Edit, EditKind, Fresh, FromStep, PlanValue
from specproof.generators.test_data_factory import readings
from specproof.generators.test_data_factory.budget import Budget
from specproof.generators.test_data_factory.faults import Bad, bad_values
from specproof.generators.test_data_factory.fresh import kept
from specproof.generators.test_data_factory.model import ValueRequest, Violation
from specproof.generators.test_data_factory.places import Place, Shape, escaped
from specproof.generators.test_data_factory.proving import Fault, Prover
from specproof.generators.test_data_factory.renewing import Renewer
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.spots import (
    Spot,
    ascii_word,
    member_of,
    printable_word,
    removed_at,
    short_digest,
    value_at,
    value_class,
    with_at,
)
from specproof.openapi.findings import Severity
from specproof.openapi.schema import JsonValue
from specproof.openapi.vocabulary import ParameterLocation

_MAX_DEPTH = 4
_MAX_MEMBERS = 200
_EXTRA = "specproof_unexpected"
_TEXT_TYPES = {"string", "array", "object"}
_OWN_KEYWORDS = {"type": {"type", "enum", "const", "oneOf", "anyOf", "format", "pattern"}, "null": set[str]()}
_CHOICES = frozenset({"oneOf", "anyOf"})
_AS_TEXT = frozenset({BodyKind.FORM, BodyKind.MULTIPART, BodyKind.XML})


@dataclass(slots=True)
class ViolationFinder:
    """Walks a base value together with its schema and keeps the faults that it can prove."""

    prover: Prover
    renewer: Renewer
    request: ValueRequest
    place: Place
    base: JsonValue
    seed: Seed
    budget: Budget
    valid_member: Callable[[Place, str], JsonValue]
    """A valid value for a property that the base leaves out, None if there is none."""
    _slugs: dict[str, str] = field(default_factory=dict)
    _taken: dict[tuple[str | int, ...], Place] = field(default_factory=dict)
    """What the base is at a path, with the branches that it takes there."""

    def find(self, limit: int) -> tuple[Violation, ...]:
        """At most ``limit`` violations, in a stable order: the base's own fields first, then what is nested."""
        if self.prover.faults(self.place, self.base) != ():
            return ()
        found: list[Violation] = []
        for violation in self._walk(self.renewer.shape_of(self.place), self.base, Spot(words=self._root_words())):
            named = self._named(violation)
            if named is not None:
                found.append(named)
            if len(found) >= limit or self.budget.is_spent:
                break
        return tuple(found)

    def _named(self, violation: Violation) -> Violation | None:
        """``violation`` under a slug of its own; None if the same fault was found before (two schemas may say the same)."""
        place = violation.edit.pointer
        slug = violation.slug
        if slug in self._slugs and self._slugs[slug] != place:
            # ``userName`` and ``user_name`` are one in slugs.
            slug = f"{slug}_{short_digest(place)}"
        if slug in self._slugs:
            return None
        self._slugs[slug] = place
        return replace(violation, slug=slug)

    def _root_words(self) -> tuple[str, ...]:
        return (self.request.name,) if self.request.location is not None and self.request.name else ()

    def _walk(self, shape: Shape, value: JsonValue, spot: Spot) -> Iterator[Violation]:
        """The faults of ``value`` itself, then of its members, breadth before depth within one object."""
        narrowed = self.renewer.narrowed(shape, value)
        self._taken[spot.path] = narrowed.place
        # The rows of a sequential body are read one by one: what holds for all of them together is nobody's rule.
        is_whole = (self._is_form and not spot.path) or (self._kind is BodyKind.LINES and len(spot.path) <= 1)
        if not is_whole:
            for bad in bad_values(narrowed, value, self.seed.at(spot.pointer)):
                # As text, everything is a string, one text is a list of one, an object's name alone is ignored, and null is nothing.
                if bad.keyword == "type" and self._is_text and (bad.suffix == "null" or _TEXT_TYPES & set(narrowed.types)):
                    continue
                yield from self._proven_value(bad, narrowed, spot)
        if len(spot.path) >= _MAX_DEPTH or (self.request.location is not None and isinstance(value, dict)):
            return
        if isinstance(value, dict):
            yield from self._object(narrowed, value, spot)
        elif isinstance(value, list) and value:
            item = self.renewer.shape_of(narrowed.item(0))
            yield from self._walk(item, value[0], spot.below(0, is_required=True))

    def _object(self, shape: Shape, value: dict[str, JsonValue], spot: Spot) -> Iterator[Violation]:
        for name in sorted(shape.required):
            if name in value and name not in shape.hidden:
                yield from self._proven_removal(name, shape.required[name], "required", spot)
        for said in shape.said("dependentRequired"):
            for name, others in sorted(said.value.items()) if isinstance(said.value, dict) else ():
                for other in others if isinstance(others, list) and name in value else ():
                    if isinstance(other, str) and other in value and other not in shape.required:
                        yield from self._proven_removal(other, f"{said.pointer}/{escaped(name)}", "dependentRequired", spot)
        for name in sorted(shape.properties):
            member = spot.below(name, is_required=name in shape.required)
            place = shape.properties[name]
            if name in value:
                yield from self._walk(self.renewer.shape_of(place), value[name], member)
            elif name not in shape.required and len(value) < _MAX_MEMBERS:
                yield from self._absent(place, member, name)
        entry = shape.entry(value)
        if entry is not None:
            yield from self._walk(self.renewer.shape_of(entry[1]), value[entry[0]], spot.below(entry[0], is_required=False))
        yield from self._proven_extra(shape, spot)

    def _absent(self, place: Place, spot: Spot, name: str) -> Iterator[Violation]:
        """The faults of a property that the base leaves out: set to a bad value, it is still the only change."""
        value = self.valid_member(place, name)
        if isinstance(value, (str, int, float)) and self.prover.faults(self.place, with_at(self.base, spot.path, value)) == ():
            shape = self.renewer.narrowed(self.renewer.shape_of(place), value)
            for bad in bad_values(shape, value, self.seed.at(spot.pointer)):
                if not (self._is_text and bad.keyword == "type"):
                    yield from self._proven_value(bad, shape, spot)

    @property
    def _is_text(self) -> bool:
        return self._is_form or self.request.location is not None

    @property
    def _is_form(self) -> bool:
        return self._kind in _AS_TEXT

    @property
    def _kind(self) -> BodyKind:
        return body_kind(self.request.media_type) if self.request.location is None else BodyKind.UNKNOWN

    def _proven_value(self, bad: Bad, shape: Shape, spot: Spot) -> Iterator[Violation]:
        """The first of the bad values that is proven to break this keyword and nothing else."""
        accepts = self.prover.accepts if bad.keyword == "format" else self.prover.accepts_loosely
        allowed = _OWN_KEYWORDS.get(bad.keyword, {bad.keyword})
        for candidate in bad.values:
            if not self.budget.spend():
                return
            whole = with_at(self.base, spot.path, candidate)
            faults = self._faults(whole, spot.path[:-1] if spot.path else None)
            if not faults or not all(fault.path[: len(spot.path)] == spot.path for fault in faults):
                continue
            # Another branch that only its format keeps from accepting may well accept.
            if bad.keyword != "format" and self.prover.accepts_loosely(self.place, whole):
                continue
            if all(fault.path == spot.path and fault.keyword in {"oneOf", "anyOf"} for fault in faults):
                # Behind a choice (nullable, say) the branch that the base takes tells which keyword it is.
                faults = self.prover.faults(shape.place, candidate) or ()
                faults = tuple(fault for fault in faults if fault.keyword not in {"oneOf", "anyOf"})
            if not any(fault.keyword == bad.keyword for fault in faults) or not all(fault.keyword in allowed for fault in faults):
                continue
            if not self._is_strong(candidate, spot, accepts):
                continue
            severity = bad.severity
            if candidate is None and not spot.is_required:
                severity = Severity.MINOR  # Many servers rightly read null as "absent".
            edit = Edit(EditKind.SET, spot.pointer, kept(candidate))
            yield Violation(
                self._slug(spot, bad.suffix),
                self._phrase(spot, bad.phrase),
                bad.keyword,
                bad.pointer,
                edit,
                severity,
                value_class(bad.keyword, bad.suffix),
            )
            return

    def _faults(self, whole: JsonValue, inside: tuple[str | int, ...] | None) -> tuple[Fault, ...]:
        """The errors of ``whole``, with those of the branch that the base takes for each choice on the way to ``inside``.

        That no branch of a choice accepts a value says nothing of why.
        """
        faults = self.prover.faults(self.place, whole) or ()
        ways = [inside[:length] for length in range(len(inside) + 1)] if inside is not None else []
        for path in ways if faults else ():
            refused = [fault for fault in faults if fault.path == path and fault.keyword in _CHOICES]
            if not refused or path not in self._taken:
                continue
            found = self.prover.faults(self._taken[path], value_at(whole, path)) or ()
            inner = [replace(one, path=(*path, *one.path)) for one in found if one.path or one.keyword not in _CHOICES]
            if not inner:
                return ()  # More than one branch accepts it, or it cannot be said which rule is broken.
            faults = tuple(dict.fromkeys([*(fault for fault in faults if fault not in refused), *inner]))
        return faults

    def _proven_removal(self, name: str, pointer: str, keyword: str, spot: Spot) -> Iterator[Violation]:
        """A missing property: every error names it and stands at its parent. In XML, no element may be an empty array or object."""
        if self._kind is BodyKind.XML and (spot.path or isinstance(member_of(self.base, name), (list, dict))):
            return
        if not self.budget.spend():
            return
        whole = removed_at(self.base, (*spot.path, name))
        faults = self._faults(whole, spot.path)
        if self.prover.accepts_loosely(self.place, whole):
            return
        if faults and all(fault.path == spot.path and _is_about(fault, name, keyword) for fault in faults):
            below = spot.below(name, is_required=True)
            edit = Edit(EditKind.REMOVE, below.pointer)
            slug, phrase = self._slug(below, "missing"), self._phrase(below, "missing")
            yield Violation(slug, phrase, keyword, pointer, edit, value_class=f"{keyword}: missing")

    def _proven_extra(self, shape: Shape, spot: Spot) -> Iterator[Violation]:
        """A property that nobody declared, where ``additionalProperties`` or ``unevaluatedProperties`` is false."""
        if self._kind is BodyKind.XML:
            return  # Readers of XML pass over elements that they do not know.
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            closed = [said for said in shape.said(keyword) if said.value is False]
            if not closed or not self.budget.spend():
                continue
            faults = self._faults(with_at(self.base, (*spot.path, _EXTRA), "x"), spot.path)
            if faults and all(fault.path == spot.path and _EXTRA in fault.names for fault in faults):
                edit = Edit(EditKind.SET, f"{spot.pointer}/{_EXTRA}", "x")
                slug, phrase = self._slug(spot, "unknown_property"), self._phrase(spot, "with an undeclared property")
                yield Violation(slug, phrase, keyword, closed[0].pointer, edit, value_class="an undeclared property")
                return

    def _is_strong(self, candidate: JsonValue, spot: Spot, accepts: Callable[[Place, JsonValue], bool]) -> bool:
        """Outside JSON: whether no lenient reading of the candidate's wire form validates."""
        location = self.request.location
        if location is not None:
            whole = with_at(self.base, spot.path, candidate)
            texts = self._texts(whole, location)
            if not texts or not all(texts) or not readings.is_sendable(whole, location):
                return False
            return not any(accepts(self.place, reading) for reading in readings.readings(texts))
        if self._is_form:
            if len(spot.path) != 1 or isinstance(candidate, (dict, list)) or candidate is None or candidate == "":
                return False
            text = readings.scalar_text(candidate)
            is_carried = self._kind is not BodyKind.XML or is_xml_text(text)
            return is_carried and not any(
                accepts(self.place, with_at(self.base, spot.path, reading)) for reading in readings.readings([text])
            )
        return True

    def _texts(self, value: JsonValue, location: ParameterLocation) -> list[str] | None:
        """The texts under which the whole parameter arrives; None where it cannot be sent."""
        asked = self.request
        try:
            return readings.parameter_texts(
                value,
                location,
                asked.style,
                explode=asked.explode,
                json_content=asked.json_content,
                allow_reserved=asked.allow_reserved,
            )
        except NotSendableError:
            return None

    def _slug(self, spot: Spot, suffix: str) -> str:
        words = [ascii_word(word) for word in spot.words] or ["body"]
        return "_".join([*words, suffix])

    def _phrase(self, spot: Spot, phrase: str) -> str:
        words = [printable_word(word) for word in spot.words] or ["body" if self.request.location is None else "value"]
        return f"{'.'.join(words)} {phrase}"


def _is_about(fault: Fault, name: str, keyword: str) -> bool:
    if fault.keyword == "required":
        return name in fault.names
    return fault.keyword == keyword == "dependentRequired"


def settled(base: PlanValue, own: PlanValue) -> JsonValue:
    """``base`` as JSON, with ``own`` (our valid value) standing in for what only a run can know."""
    if isinstance(base, Fresh):
        return base.proven
    if isinstance(base, FromStep):
        return settled(own, None)
    if isinstance(base, dict):
        return {name: settled(member, own.get(name) if isinstance(own, dict) else None) for name, member in base.items()}
    if isinstance(base, list):
        counterpart = own if isinstance(own, list) else []
        return [settled(member, counterpart[index] if index < len(counterpart) else None) for index, member in enumerate(base)]
    return base
