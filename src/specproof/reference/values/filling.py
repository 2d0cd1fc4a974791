"""Answers out of records: what the schema of the answer allows is kept, what it requires and the record lacks is made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.values.making import Proofs
from specproof.reference.values.merging import flattened
from specproof.reference.values.places import Impossible
from specproof.reference.values.views import hidden_names

_MAX_HIDDEN_DEPTH: Final = 6
_MOST_KEPT: Final = 2_000
_EACH: Final = "*"


class Missing(Protocol):
    """Makes a value with required members alone."""

    def __call__(self, seen: JsonObject | bool, key: str) -> JsonValue | Impossible:
        """The value, the same for the same key."""
        ...

    def member(self, schema: JsonObject, name: str, key: str) -> JsonValue | Impossible:
        """One member of it, not proven."""
        ...


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a filler works with. ``raw`` is the document's own schema, whose flags say what is never shown."""

    proofs: Proofs
    missing: Missing
    raw: JsonObject | bool

    def for_member(self, raw: JsonObject | bool) -> Workshop:
        """The same for a schema inside."""
        return Workshop(self.proofs, self.missing, raw)


class Filler:
    """Completes values of one schema, as answers see it."""

    __slots__ = (
        "_branches",
        "_hidden",
        "_holds",
        "_inner_hidden",
        "_keeps_more",
        "_made",
        "_members",
        "_names",
        "_seen",
        "_templates",
        "_workshop",
    )

    def __init__(self, seen: JsonObject | bool, workshop: Workshop) -> None:
        self._seen = seen
        self._workshop = workshop
        proof = workshop.proofs.of(seen)
        self._holds = proof.holds if proof is not None else None
        flags = workshop.proofs.definitions
        raw = workshop.raw
        self._hidden = hidden_names(raw, flags.source, flags.view.hidden) if isinstance(raw, dict) else frozenset()
        self._inner_hidden = tuple(_hidden_paths(raw, workshop, (), 0)) if isinstance(raw, dict) else ()
        parts = [part for part in _alternatives(seen, workshop.proofs, 0) if isinstance(part, dict)]
        named = [part["properties"] for part in parts if isinstance(part.get("properties"), dict)]
        self._names = frozenset(name for properties in named if isinstance(properties, dict) for name in properties)
        asked = [part["required"] for part in parts if named and isinstance(part.get("required"), list)]
        self._names |= {name for names in asked if isinstance(names, list) for name in names if isinstance(name, str)}
        self._keeps_more = not self._names or any(part.get("additionalProperties", False) is not False for part in parts)
        self._branches: list[Filler] | None = None
        self._members: dict[str, Filler | None] = {}
        self._made: dict[tuple[str, str], JsonValue | Impossible] = {}
        self._templates: dict[str, JsonValue | Impossible] = {}

    def fill(self, known: Mapping[str, JsonValue], key: str = "") -> JsonValue | Impossible:
        """``known`` as the schema allows it, completed. Members that are kept are shared with ``known``, not copied."""
        if self._keeps_more:
            value = {name: known[name] for name in known if name not in self._hidden} if self._hidden else dict(known)
        elif known.keys() <= self._names:
            value = dict(known)
        else:
            value = {name: known[name] for name in known if name in self._names}
        for path in self._inner_hidden:
            value = _without(value, path)  # type: ignore[assignment]
        if self._holds is None or self._holds(value):
            return value
        return self._repaired(value, key)

    def _repaired(self, value: JsonObject, key: str) -> JsonValue | Impossible:
        completed = self._completed(value, key) if key else None
        if completed is not None:
            return completed
        template = self._template(key)
        if not isinstance(template, dict):
            return template
        best, most = template, -1
        for candidate in self._candidates(value, template, key):
            kept = sum(1 for name in value if name in candidate and candidate[name] == value[name])
            if kept > most and self._holds is not None and self._holds(candidate):
                best, most = candidate, kept
            if most == len(value):
                break
        return best if most >= 0 else self._enriched(template, value)

    def _completed(self, value: JsonObject, key: str) -> JsonObject | None:
        """The value with each required member that it lacks, None where that is not enough."""
        flat, _ = self._workshop.proofs.flat(self._seen)
        required = flat.get("required") if isinstance(flat, dict) else None
        properties = flat.get("properties") if isinstance(flat, dict) else None
        completed = dict(value)
        for name in required if isinstance(required, list) and isinstance(properties, dict) else ():
            schema = properties.get(name) if isinstance(properties, dict) and isinstance(name, str) else None
            if isinstance(name, str) and name not in value and isinstance(schema, dict):
                member = self._made_member(schema, name, key)
                if isinstance(member, Impossible):
                    return None
                completed[name] = member
        return completed if self._holds is not None and self._holds(completed) else None

    def _made_member(self, schema: JsonObject, name: str, key: str) -> JsonValue | Impossible:
        """A made-up member: records are shown again and again, so the last ones are kept."""
        member = self._made.get((name, key))
        if member is None:
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            member = self._made[name, key] = self._workshop.missing.member(schema, name, key)
        return member if isinstance(member, Impossible) else copied(member)

    def _enriched(self, template: JsonObject, value: JsonObject) -> JsonObject:
        """The template with one member after the other, as long as it stays valid."""
        best = template
        for name, member in value.items():
            richer = {**best, name: member}
            if self._holds is not None and self._holds(richer):
                best = richer
        return best

    def _candidates(self, value: JsonObject, template: JsonObject, key: str) -> Iterator[JsonObject]:
        yield {**template, **value}
        proof = self._workshop.proofs.of(self._seen)
        broken = proof.broken({**template, **value}) if proof is not None else []
        bad = {str(error.instance_path[0]) for error in broken if error.instance_path}
        mended = {name: self._mended(name, value[name], key) for name in sorted(bad) if name in value}
        kept = {name: member for name, member in value.items() if name not in bad}
        yield {**template, **kept, **{name: member for name, member in mended.items() if not isinstance(member, Impossible)}}
        yield {**template, **kept}
        for branch in self._branch_fillers():
            filled = branch.fill(value, key)
            if isinstance(filled, dict):
                yield filled

    def _mended(self, name: str, member: JsonValue, key: str) -> JsonValue | Impossible:
        """One member that is not valid as it stands: objects are filled, lists of objects item by item."""
        filler = self._member(name)
        if filler is None:
            return Impossible("not described")
        if isinstance(member, dict):
            return filler.fill(member, f"{key}/{name}")
        if isinstance(member, list) and all(isinstance(item, dict) for item in member):
            items = filler._member(_EACH)
            filled = [items.fill(item, f"{key}/{name}") for item in member if isinstance(item, dict)] if items else []
            if filled and not any(isinstance(item, Impossible) for item in filled):
                return [item for item in filled if not isinstance(item, Impossible)]
        return Impossible("not an object")

    def _member(self, name: str) -> Filler | None:
        if name not in self._members:
            flat, _ = self._workshop.proofs.flat(self._seen)
            inner: JsonValue = None
            if isinstance(flat, dict):
                properties = flat.get("properties")
                inner = flat.get("items") if name == _EACH else (properties.get(name) if isinstance(properties, dict) else None)
            self._members[name] = Filler(inner, self._workshop.for_member(inner)) if isinstance(inner, dict) else None
        return self._members[name]

    def _branch_fillers(self) -> list[Filler]:
        if self._branches is None:
            self._branches = [
                Filler(branch, self._workshop.for_member(branch)) for branch in _branches(self._seen, self._workshop.proofs)
            ]
        return self._branches

    def _template(self, key: str) -> JsonValue | Impossible:
        if key:
            return self._workshop.missing(self._seen, key)
        if key not in self._templates:
            self._templates[key] = self._workshop.missing(self._seen, key)
        known = self._templates[key]
        return known if isinstance(known, Impossible) else copied(known)


def copied(value: JsonValue) -> JsonValue:
    """A deep copy: values of the document, and those that are kept, are never given away."""
    if isinstance(value, dict):
        return {name: copied(each) for name, each in value.items()}
    if isinstance(value, list):
        return [copied(each) for each in value]
    return value


def _branches(seen: JsonObject | bool, proofs: Proofs) -> list[JsonObject]:
    flat, _ = proofs.flat(seen)
    if not isinstance(flat, dict):
        return []
    found: list[JsonObject] = []
    for keyword in ("oneOf", "anyOf"):
        branches = flat.get(keyword)
        found.extend(branch for branch in (branches if isinstance(branches, list) else ()) if isinstance(branch, dict))
    return found


def _alternatives(seen: JsonObject | bool, proofs: Proofs, depth: int) -> Iterator[JsonObject | bool]:
    """The schema flattened, and each branch that may count beside it."""
    flat, _ = proofs.flat(seen)
    yield flat
    if not isinstance(flat, dict) or depth > 3:
        return
    inner = [*_branches(seen, proofs), *(flat[keyword] for keyword in ("then", "else") if keyword in flat)]
    left_over = flat.get("allOf")
    inner.extend(left_over if isinstance(left_over, list) else ())
    for branch in inner:
        if isinstance(branch, dict):
            yield from _alternatives(branch, proofs, depth + 1)


def _hidden_paths(raw: JsonObject, workshop: Workshop, path: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    """Paths of members inside of ``raw`` that are never shown; those at its top only where ``path`` leads to it."""
    definitions = workshop.proofs.definitions
    if path:
        yield from ((*path, name) for name in sorted(hidden_names(raw, definitions.source, definitions.view.hidden)))
    if depth >= _MAX_HIDDEN_DEPTH:
        return
    resolved = _document_schema(raw, workshop)
    properties = resolved.get("properties")
    for name, inner in properties.items() if isinstance(properties, dict) else ():
        if isinstance(inner, dict):
            yield from _hidden_paths(inner, workshop, (*path, name), depth + 1)
    items = resolved.get("items")
    if isinstance(items, dict):
        yield from _hidden_paths(items, workshop, (*path, _EACH), depth + 1)


def _document_schema(raw: JsonObject, workshop: Workshop) -> JsonObject:
    flat, _ = flattened(raw, workshop.proofs.definitions.source)
    return flat if isinstance(flat, dict) else {}


def _without(value: JsonValue, path: tuple[str, ...]) -> JsonValue:
    """``value`` without the member at ``path``; what is changed is copied."""
    first, rest = path[0], path[1:]
    if first == _EACH:
        return [_without(item, rest) for item in value] if isinstance(value, list) and rest else value
    if not isinstance(value, dict) or first not in value:
        return value
    if not rest:
        return {name: member for name, member in value.items() if name != first}
    return {**value, first: _without(value[first], rest)}
