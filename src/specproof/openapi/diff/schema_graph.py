"""The graph of positions that two documents have in common: each pair of schemas is compared once, whoever reaches it.

A node is a pair of schemas in one direction. It holds its own differences and leads to the pairs below it, so that recursion is a loop
in the graph, and a shared schema with a thousand users is one node. A walk collects for one operation; it follows only what leads to a
difference, and takes each node once.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from specproof.openapi.diff.changes import ChangeSeverity
from specproof.openapi.diff.properties import property_differences
from specproof.openapi.diff.rule_table import RULES
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.sameness import Sameness
from specproof.openapi.diff.schema_views import ANYTHING, Flattener, Part, Parts, SchemaView
from specproof.openapi.diff.unions import UnionMatcher
from specproof.openapi.diff.value_rules import Difference, value_differences
from specproof.openapi.model import ApiSpec
from specproof.openapi.schema import JsonValue
from specproof.openapi.vocabulary import SpecVersion

_WITH_NULLABLE = (SpecVersion.SWAGGER_20, SpecVersion.OPENAPI_30)
_MAX_SCHEMAS = 50_000
"""Schemas that are looked at in detail, those of each pair anew; of a pair beyond them it is only said that it is not the same.

Where ``allOf`` and recursion meet, the positions of a small document can be more than anybody could count.
"""
_MAX_PER_WALK = 500
"""Differences that one walk collects; when there are very many already, it collects fewer."""
_MAX_IN_ALL = 20_000
_MAX_PER_WALK_THEN = 20
_NOTHING = len(ChangeSeverity)
"""The rank of no difference at all."""
_MAX_PATH = 400
"""Characters of a path."""


class Step(NamedTuple):
    """Two positions to compare, below ``path`` of the pair that leads to them."""

    path: str
    old: Parts
    new: Parts
    is_demoted: bool = False


_Key: TypeAlias = "tuple[str, bool, tuple[str, ...], tuple[str, ...]]"


@dataclass(slots=True)
class _Node:
    differences: list[Difference] = field(default_factory=list)
    edges: list[tuple[str, _Key]] = field(default_factory=list)
    worst: int = _NOTHING
    """The rank of the worst difference that is here or below."""


class SchemaGraph:
    """Compares the schemas of two documents."""

    def __init__(self, old: ApiSpec, new: ApiSpec) -> None:
        self._sameness = Sameness(old.definitions, new.definitions)
        self._before, self._after = (
            Flattener(spec.definitions, has_nullable=spec.dialect in _WITH_NULLABLE) for spec in (old, new)
        )
        self._unions = UnionMatcher(self._sameness)
        self._nodes: dict[_Key, _Node] = {}
        self._schemas_seen = 0
        self._collected = 0

    def differences(self, place: str, old: Part, new: Part) -> tuple[list[Difference], bool]:
        """What differs between two schemas and below them, and whether there is more than is given."""
        key = self._explored(place, Step("", (old,), (new,)))
        return ([], False) if key is None else self._collect(key)

    def views(self, old: Part, new: Part) -> tuple[SchemaView, SchemaView]:
        """What both say of the value itself."""
        return (
            self._before.view(self._before.resolved((old,))),
            self._after.view(self._after.resolved((new,))),
        )

    def _collect(self, start: _Key) -> tuple[list[Difference], bool]:
        """The nearest differences. Where there are too many, one that breaks is among them if there is one at all."""
        limit = _MAX_PER_WALK if self._collected < _MAX_IN_ALL else _MAX_PER_WALK_THEN
        found = list(itertools.islice(self._walk(start, ChangeSeverity.INFO), limit + 1))
        is_cut = len(found) > limit
        if is_cut and not any(map(_breaks, found[:limit])):
            found[limit - 1 : limit] = [next(filter(_breaks, self._walk(start, ChangeSeverity.BREAKING)), found[limit - 1])]
        self._collected += len(found)
        return sorted(found[:limit], key=lambda difference: difference.path), is_cut

    def _walk(self, start: _Key, severity: ChangeSeverity) -> Iterator[Difference]:
        """Breadth first, so that each node is told by its shortest path; only where something at least as bad as ``severity`` is."""
        waiting = deque([("", start)])
        seen = {start}
        while waiting:
            path, key = waiting.popleft()
            node = self._nodes[key]
            for difference in node.differences:
                yield difference._replace(path=_joined(path, difference.path))
            for step, below in node.edges:
                if below not in seen and self._nodes[below].worst <= severity.rank:
                    seen.add(below)
                    waiting.append((_joined(path, step), below))

    # -- building ---------------------------------------------------------------------------------------------------

    def _explored(self, place: str, start: Step) -> _Key | None:
        """The node of ``start`` with all that it reaches; None where both are the same."""
        root = self._key(place, start)
        if root is None or root[0] in self._nodes:
            return root and root[0]
        fresh: dict[_Key, list[_Key]] = {root[0]: []}
        waiting = [root]
        while waiting:
            key, step = waiting.pop()
            node = self._nodes[key] = _Node()
            self._schemas_seen += len(step.old) + len(step.new)
            if self._schemas_seen > _MAX_SCHEMAS:
                node.differences = [_not_compared(place, step)]
                continue
            for below in self._compare(place, node, step):
                found = self._key(place, below)
                if found is None:
                    continue
                node.edges.append((below.path, found[0]))
                if found[0] not in self._nodes and found[0] not in fresh:
                    fresh[found[0]] = []
                    waiting.append(found)
                if found[0] in fresh:
                    fresh[found[0]].append(key)
        self._spread(fresh)
        return root[0]

    def _spread(self, parents: dict[_Key, list[_Key]]) -> None:
        """Give each node the worst of what is here or below. Nodes of earlier explorations are settled."""
        waiting: list[_Key] = []
        for key in parents:
            node = self._nodes[key]
            below = (self._nodes[other].worst for _, other in node.edges)
            node.worst = min((*map(_rank, node.differences), *below), default=_NOTHING)
            waiting.append(key)
        while waiting:
            key = waiting.pop()
            for parent in parents.get(key, ()):
                if self._nodes[key].worst < self._nodes[parent].worst:
                    self._nodes[parent].worst = self._nodes[key].worst
                    waiting.append(parent)

    def _key(self, place: str, step: Step) -> tuple[_Key, Step] | None:
        """The identity of a pair, references followed; None where both are written alike."""
        old, new = self._before.resolved(step.old), self._after.resolved(step.new)
        if len(old) == len(new) and all(
            self._sameness.is_identical(one.raw, other.raw) for one, other in zip(old, new, strict=True)
        ):
            return None
        key = (place, step.is_demoted, tuple(part.pointer for part in old), tuple(part.pointer for part in new))
        return key, Step(step.path, old, new, step.is_demoted)

    def _compare(self, place: str, node: _Node, step: Step) -> list[Step]:
        """Fill in the differences of ``node``; what has to be compared below it."""
        old, new = self._before.view(step.old), self._after.view(step.new)
        matching = self._unions.match(place, (step.old, step.new), old, new)
        found = list(matching.differences)
        steps = [Step("", *pair) for pair in matching.pairs]
        if not matching.is_all:
            direction = "response" if place == "response" else "request"
            of_properties, pairs = property_differences(direction, old, new, views=(self._before, self._after))
            found = [*value_differences(place, old, new, self._is_same), *found, *of_properties]
            steps = [*steps, *(Step(*pair) for pair in pairs), *_values_below(old, new)]
        node.differences = [difference._replace(is_demoted=True) for difference in found] if step.is_demoted else found
        return [below._replace(is_demoted=below.is_demoted or step.is_demoted) for below in steps]

    def _is_same(self, old: JsonValue, new: JsonValue, keyword: str) -> bool:
        return self._sameness.is_same(old, new, keyword=keyword)


def _rank(difference: Difference) -> int:
    return ChangeSeverity.INFO.rank if difference.is_demoted else RULES[difference.rule].severity.rank


def _breaks(difference: Difference) -> bool:
    return _rank(difference) == ChangeSeverity.BREAKING.rank


def _values_below(old: SchemaView, new: SchemaView) -> Iterator[Step]:
    for path, before, after, names in (
        ("[]", old.items, new.items, "items"),
        ("*", old.additional, new.additional, "additionalProperties"),
    ):
        if (before or after) and not (names != "items" and (old.is_closed or new.is_closed)):
            yield Step(path, before or (Part(ANYTHING, old.pointer),), after or (Part(ANYTHING, new.pointer),))


def _not_compared(place: str, step: Step) -> Difference:
    rule = ChangeRule(f"{place}.value.schema_changed")
    before, after = (parts[0].pointer if parts else "" for parts in (step.old, step.new))
    return Difference(rule, "", before, after, ": schema changed", step.is_demoted)


def _joined(path: str, below: str) -> str:
    if not below or not path or below.startswith("["):
        return path + below
    return f"{path}.{below}"[:_MAX_PATH]
