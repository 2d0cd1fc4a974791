"""Documented examples made usable again and again: their free strings made fresh, their optional parts left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specproof.domain.plans import Fresh, PlanValue
from specproof.generators.test_data_factory import semantics
from specproof.generators.test_data_factory.fresh import kept, renewed
from specproof.generators.test_data_factory.places import Place, Shape, escaped
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.semantics import Wording
from specproof.generators.test_data_factory.strings import StringMaker, Wish, of_pattern
from specproof.openapi.schema import JsonValue

_MAX_DEPTH = 12


class Renewer:
    """Walks a value together with its schema."""

    def __init__(self, prover: Prover, strings: StringMaker, seed: Seed, shape_of: Callable[[Place], Shape]) -> None:
        self._prover = prover
        self._strings = strings
        self._seed = seed
        self.shape_of = shape_of

    def renewed(self, shape: Shape, value: JsonValue, pointer: str, name: str) -> PlanValue:
        """``value`` with its free strings made fresh where their schema accepts that."""
        if isinstance(value, str):
            return self._text(shape, value, pointer, name)
        if isinstance(value, dict):
            narrowed = self.narrowed(shape, value)
            return {
                key: self.renewed(self.shape_of(narrowed.properties[key]), member, f"{pointer}/{escaped(key)}", key)
                if key in narrowed.properties and pointer.count("/") < _MAX_DEPTH
                else kept(member)
                for key, member in value.items()
            }
        if isinstance(value, list) and pointer.count("/") < _MAX_DEPTH:
            narrowed = self.narrowed(shape, value)
            items = [self.shape_of(narrowed.item(index)) for index in range(len(value))]
            return [self.renewed(items[index], member, f"{pointer}/{index}", name) for index, member in enumerate(value)]
        return kept(value)

    def reduced(self, shape: Shape, value: JsonValue) -> JsonValue:
        """``value`` without what is not required, deeply. May be too little: prove it."""
        if isinstance(value, list):
            return [self.reduced(self.shape_of(shape.item(index)), member) for index, member in enumerate(value)]
        if not isinstance(value, dict):
            return value
        narrowed = self.narrowed(shape, value)
        return {
            key: self.reduced(self.shape_of(narrowed.properties.get(key, ())), member)
            for key, member in value.items()
            if key in narrowed.required
        }

    def narrowed(self, shape: Shape, value: JsonValue) -> Shape:
        """``shape`` together with the first branch of each ``oneOf`` and ``anyOf`` that accepts ``value``."""
        for _ in range(4):
            taken = {node.pointer for node in shape.place}
            extra = []
            for _, _, branches, _ in shape.groups:
                if not any(branch.pointer in taken for branch in branches):
                    accepting = [branch for branch in branches if self._prover.accepts((branch,), value)]
                    extra += accepting[:1]
            if not extra:
                break
            shape = self.shape_of((*shape.place, *extra))
        return shape

    def _text(self, shape: Shape, text: str, pointer: str, name: str) -> PlanValue:
        wording = semantics.wording(name)
        if shape.has("enum", "const") or (wording is not None and wording.is_fixed) or not shape.place:
            return text
        if "string" not in shape.types:
            return text
        wish = Wish(name, self._seed.at(pointer), wants_fresh=True)
        for candidate in self._likenesses(shape, text, wording):
            found = self._strings.proven(shape, candidate, wish)
            if isinstance(found, Fresh):
                return found
        return text

    def _likenesses(self, shape: Shape, text: str, wording: Wording | None) -> Iterator[Wording]:
        """Ways to make an example fresh: lengthened, or drawn anew where its name or pattern says how."""
        parts = renewed(text)
        if parts is not None:
            yield Wording(parts)
        if wording is not None and wording.is_key:
            yield wording
        if not shape.has("format"):
            for pattern in shape.texts("pattern"):
                yield from of_pattern(pattern, len(text), len(text))
