"""Good values at the edge of what is allowed, each proven: one local change of a base value that every schema still accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from specproof.domain.body_kinds import BodyKind, body_kind
from specproof.domain.plans import Edit, EditKind
from specproof.generators.test_data_factory.budget import Budget
from specproof.generators.test_data_factory.edges import Edge, edge_values
from specproof.generators.test_data_factory.fresh import as_json, kept
from specproof.generators.test_data_factory.model import Boundary, ValueRequest
from specproof.generators.test_data_factory.places import Place, Shape
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_data_factory.renewing import Renewer
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.spots import (
    Spot,
    ascii_word,
    printable_word,
    removed_at,
    short_digest,
    value_class,
    with_at,
)
from specproof.openapi.schema import JsonValue

_MAX_DEPTH = 4


@dataclass(slots=True)
class BoundaryFinder:
    """Walks a base value together with its schema and keeps the edges that it can prove."""

    prover: Prover
    renewer: Renewer
    request: ValueRequest
    place: Place
    base: JsonValue
    seed: Seed
    budget: Budget
    arrives: Callable[[JsonValue], bool]
    """Whether a whole value survives its wire form."""
    valid_member: Callable[[Place, str], JsonValue]
    """A valid value for a property that the base leaves out, None if there is none."""
    _slugs: dict[str, str] = field(default_factory=dict)

    def find(self, limit: int) -> tuple[Boundary, ...]:
        """At most ``limit`` boundaries, in a stable order: the base's own fields first, then what is nested."""
        if not self.prover.accepts(self.place, self.base):
            return ()
        found: list[Boundary] = []
        words = (self.request.name,) if self.request.location is not None and self.request.name else ()
        for boundary in self._walk(self.renewer.shape_of(self.place), self.base, Spot(words=words)):
            if boundary.slug not in self._slugs:
                self._slugs[boundary.slug] = boundary.slug
                found.append(boundary)
            if len(found) >= limit or self.budget.is_spent:
                break
        return tuple(found)

    def _walk(self, shape: Shape, value: JsonValue, spot: Spot) -> Iterator[Boundary]:
        narrowed = self.renewer.narrowed(shape, value)
        is_row = body_kind(self.request.media_type) is BodyKind.LINES and self.request.location is None
        if not (is_row and len(spot.path) <= 1):
            for edge in edge_values(narrowed, value, self.seed.at(spot.pointer)):
                yield from self._proven(edge, spot)
        if len(spot.path) >= _MAX_DEPTH or (self.request.location is not None and isinstance(value, dict)):
            return
        if isinstance(value, dict):
            yield from self._object(narrowed, value, spot)
        elif isinstance(value, list) and value:
            yield from self._walk(self.renewer.shape_of(narrowed.item(0)), value[0], spot.below(0, is_required=True))

    def _object(self, shape: Shape, value: dict[str, JsonValue], spot: Spot) -> Iterator[Boundary]:
        yield from self._only_required(shape, value, spot)
        for name in sorted(shape.properties):
            member, place = spot.below(name, is_required=name in shape.required), shape.properties[name]
            if name in value:
                yield from self._walk(self.renewer.shape_of(place), value[name], member)
            elif name not in shape.required and self.request.location is None:
                filled = self.valid_member(place, name)
                if isinstance(filled, (str, int, float)) and self.prover.accepts(
                    self.place, with_at(self.base, member.path, filled)
                ):
                    inner = self.renewer.narrowed(self.renewer.shape_of(place), filled)
                    for edge in edge_values(inner, filled, self.seed.at(member.pointer)):
                        yield from self._proven(edge, member)
        entry = shape.entry(value)
        if entry is not None:
            yield from self._walk(self.renewer.shape_of(entry[1]), value[entry[0]], spot.below(entry[0], is_required=False))

    def _only_required(self, shape: Shape, value: dict[str, JsonValue], spot: Spot) -> Iterator[Boundary]:
        """Without its optional members: the smallest object that is allowed."""
        optional = [name for name in sorted(value) if name not in shape.required]
        if optional and len(optional) < len(value):
            yield from self._without(shape, optional, spot, "only required", "with nothing but what is required")
        elif len(optional) > 1 and self.request.location is None:
            # An empty object may mean nothing at all: one member stays, the first and then the last, so that each is left out once.
            for name in (optional[0], optional[-1]):
                rest, words = [one for one in optional if one != name], f"only {ascii_word(name)}"
                yield from self._without(shape, rest, spot, words, f"with nothing but {printable_word(name)}")

    def _without(self, shape: Shape, optional: Sequence[str], spot: Spot, suffix: str, phrase: str) -> Iterator[Boundary]:
        smallest = self.base
        for name in optional:
            smallest = removed_at(smallest, (*spot.path, name))
        if not self.budget.spend() or not self.prover.accepts(self.place, smallest) or not self.arrives(smallest):
            return
        edits = tuple(Edit(EditKind.REMOVE, spot.below(name, is_required=False).pointer) for name in optional)
        pointer = next(iter(shape.required.values()), shape.nodes[0][1] if shape.nodes else "")
        yield Boundary(
            self._slug(spot, suffix),
            self._phrase(spot, phrase),
            "required",
            pointer,
            edits,
            value_class="required: nothing else",
        )

    def _proven(self, edge: Edge, spot: Spot) -> Iterator[Boundary]:
        """The first of an edge's values that is accepted where it stands, and arrives."""
        for candidate in edge.values:
            if not self.budget.spend():
                return
            plain = as_json(candidate)
            whole = with_at(self.base, spot.path, plain)
            if not self.prover.accepts(self.place, whole) or not self.arrives(whole):
                continue
            # Parameters are sent as they were proven on the wire; a body may be drawn anew in each run.
            sent = candidate if self.request.location is None else kept(plain)
            edit = Edit(EditKind.SET, spot.pointer, sent)
            phrase = self._phrase(spot, edge.phrase)
            slug, kind = self._slug(spot, edge.suffix), value_class(edge.keyword, edge.suffix)
            yield Boundary(slug, phrase, edge.keyword, edge.pointer, (edit,), edge.severity, kind)
            return

    def _slug(self, spot: Spot, suffix: str) -> str:
        words = [ascii_word(word) for word in spot.words] or ["body"]
        slug = "_".join([*words, ascii_word(suffix)])
        known = self._slugs.get(slug)
        return slug if known is None else f"{slug}_{short_digest(spot.pointer + suffix)}"

    def _phrase(self, spot: Spot, phrase: str) -> str:
        words = [printable_word(word) for word in spot.words] or ["body" if self.request.location is None else "value"]
        return f"{'.'.join(words)} {phrase if phrase.isascii() and phrase.isprintable() else ascii_word(phrase)}"
