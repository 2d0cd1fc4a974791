"""Alternatives of ``oneOf`` and ``anyOf``: which of the one document is which of the other."""

from __future__ import annotations

from dataclasses import dataclass, field

from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.sameness import Sameness
from specproof.openapi.diff.schema_views import Part, Parts, SchemaView, Union, as_text, beside_null
from specproof.openapi.diff.value_rules import Difference
from specproof.openapi.finding_log import shortened
from specproof.openapi.schema import DEFINITION_PREFIX

_MAX_QUESTIONS = 400
"""Pairs of alternatives that are asked whether they say the same."""


@dataclass(slots=True)
class Matching:
    """What differs between the unions of two views, and the alternatives that have to be compared."""

    differences: list[Difference] = field(default_factory=list)
    pairs: list[tuple[Parts, Parts]] = field(default_factory=list)
    is_all: bool = False
    """Whether this is all that there is to say: the one schema is an alternative of the other."""


class UnionMatcher:
    """Matches alternatives: by the component's name, by how they are written, by what they say, and the rest in their order."""

    def __init__(self, sameness: Sameness) -> None:
        self._sameness = sameness

    def match(self, place: str, parts: tuple[Parts, Parts], old: SchemaView, new: SchemaView) -> Matching:
        """Compare the unions of two views; ``parts`` are what the views were made of."""
        found = Matching()
        if not old.unions and not new.unions:
            return found
        one_of_the_other = self._one_of_the_other(*parts, old.unions, new.unions)
        if one_of_the_other is not None:
            found.is_all = True
            self._compare(place, *one_of_the_other, found)
            return found
        shared = min(len(old.unions), len(new.unions))
        for before, after in zip(old.unions, new.unions, strict=False):
            self._compare(place, before, after, found)
        for union in old.unions[shared:]:
            found.differences.append(_difference(place, "union_removed", union.pointer, new.pointer, f"{union.keyword} removed"))
        for union in new.unions[shared:]:
            found.differences.append(_difference(place, "union_added", old.pointer, union.pointer, f"{union.keyword} added"))
        return found

    def _one_of_the_other(
        self, old_parts: Parts, new_parts: Parts, old: list[Union], new: list[Union]
    ) -> tuple[Union, Union] | None:
        """Both as unions where the one side has none and is, whole, an alternative of the other."""
        if len(old) + len(new) != 1 or len(old_parts) != 1 or len(new_parts) != 1:
            return None
        union = (old or new)[0]
        part = (new_parts if old else old_parts)[0]
        inner = beside_null(part.raw)
        raw = part.raw if inner is None else inner
        pairs = ((member.raw, raw) if old else (raw, member.raw) for member in union.members)
        if not any(self._sameness.is_same(*pair) for pair in pairs):
            return None
        single = Union(union.keyword, (Part(raw, part.pointer),), part.pointer, union.takes_null if inner is None else True)
        return (union, single) if old else (single, union)

    def _compare(self, place: str, old: Union, new: Union, found: Matching) -> None:
        pairs, went, came = self._matched(list(old.members), list(new.members))
        found.pairs.extend(((before,), (after,)) for before, after in pairs)
        for part in came:
            text = f"{new.keyword} alternative {_name(part, new)} added"
            found.differences.append(_difference(place, "alternative_added", old.pointer, part.pointer, text))
        for part in went:
            text = f"{old.keyword} alternative {_name(part, old)} removed"
            found.differences.append(_difference(place, "alternative_removed", part.pointer, new.pointer, text))
        if old.takes_null != new.takes_null:
            facet = "became_nullable" if new.takes_null else "became_not_nullable"
            text = "may be null now" if new.takes_null else "may no longer be null"
            found.differences.append(_difference(place, facet, old.pointer, new.pointer, text))
        if old.keyword != new.keyword:
            text = f"{old.keyword} -> {new.keyword}"
            found.differences.append(_difference(place, "condition_changed", old.pointer, new.pointer, text))

    def _matched(self, old: list[Part], new: list[Part]) -> tuple[list[tuple[Part, Part]], list[Part], list[Part]]:
        """Pairs, and what is left of both sides."""
        pairs: list[tuple[Part, Part]] = []
        for key in (_reference, _written):
            named = {key(part): part for part in reversed(new) if key(part)}
            for before in list(old):
                if (after := named.pop(key(before), None)) is not None:
                    pairs.append((before, after))
                    old.remove(before)
                    new.remove(after)
        if len(old) * len(new) <= _MAX_QUESTIONS:
            for before in list(old):
                after = next((one for one in new if self._sameness.is_same(before.raw, one.raw)), None)
                if after is not None:
                    pairs.append((before, after))
                    old.remove(before)
                    new.remove(after)
        if len(old) == len(new) and not any(_reference(part) for part in (*old, *new)):
            return [*pairs, *zip(old, new, strict=True)], [], []
        return pairs, old, new


def _difference(place: str, facet: str, before: str, after: str, text: str) -> Difference:
    return Difference(ChangeRule(f"{place}.value.{facet}"), "", before, after, f": {text}")


def _reference(part: Part) -> str:
    reference = part.raw.get("$ref") if isinstance(part.raw, dict) else None
    return reference.removeprefix(DEFINITION_PREFIX) if isinstance(reference, str) else ""


def _written(part: Part) -> bytes:
    return as_text(part.raw)


def _name(part: Part, union: Union) -> str:
    """The component's name, or the number of the alternative."""
    name = _reference(part)
    return f'"{shortened(name)}"' if name else str(union.members.index(part) + 1)
