"""The places of a schema: where in a value it asks for something, and where in the schema it does so.

Nothing is validated here. Places are what a document *says*; whether a fault at one of them can be seen is for the proof's probes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

Steps: TypeAlias = "tuple[str | int, ...]"
"""From the top of a value to a place: names of members, and :data:`ITEM` for the items of a list."""
SchemaPath: TypeAlias = "tuple[str | int, ...]"
"""From the top of a schema to a part of it; ``"$ref"`` leads into what is referred to."""

ITEM: Final = -1
"""As a step: the items of a list. As an index: the last of them."""

_MAX_DEPTH: Final = 6
_MAX_PLACES: Final = 250
_MAX_PARTS: Final = 40
_KINDS: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One schema object that counts at a place."""

    schema: JsonObject
    path: SchemaPath


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a value and all that counts there: the schema itself, what it refers to, the branches of ``allOf``.

    ``kinds`` are the types that are allowed, empty where nothing is said. ``required`` are the members that every value must have.
    ``is_alternative`` says that the place is there in one of several branches only; ``is_choice`` that there are branches below it.
    ``nulls`` are the branches that allow null and nothing else.
    """

    steps: Steps
    parts: tuple[Part, ...]
    kinds: frozenset[str]
    required: tuple[str, ...]
    is_needed: bool
    is_alternative: bool
    is_choice: bool
    nulls: tuple[Part, ...] = ()
    common: frozenset[str] = frozenset()
    """Members that every branch of some choice has as required."""

    @property
    def pointer(self) -> str:
        """Where it is, as a JSON pointer with ``*`` for the items of a list."""
        return pointer_of(self.steps)

    @property
    def is_in_list(self) -> bool:
        """Whether it lies below the items of a list."""
        return ITEM in self.steps

    @property
    def is_nullable(self) -> bool:
        """Whether null is allowed, as far as types and choices say."""
        choices = self.enum
        allows = not self.kinds or "null" in self.kinds
        return allows and (choices is None or None in choices)

    @property
    def enum(self) -> list[JsonValue] | None:
        """The values to choose from, None where there is no ``enum`` or ``const``."""
        for part in self.parts:
            found = part.schema.get("enum")
            if isinstance(found, list):
                return found
            if "const" in part.schema:
                return [part.schema["const"]]
        return None

    def is_only(self, kind: str) -> bool:
        """Whether every value, null aside, is of that kind."""
        return self.kinds - {"null"} == {kind}

    def stated(self, *keywords: str) -> Iterator[tuple[Part, str, JsonValue]]:
        """Every part that has one of the keywords, with it and its value; each keyword once, at the first part that has it."""
        for keyword in keywords:
            for part in self.parts:
                if keyword in part.schema:
                    yield part, keyword, part.schema[keyword]
                    break

    def paths(self, keyword: str) -> tuple[SchemaPath, ...]:
        """Where in the schema the keyword stands, as far as it counts here."""
        return tuple(part.path for part in self.parts if keyword in part.schema)

    def text(self, keyword: str) -> str:
        """The first value of a keyword that is a text, "" for none."""
        return next((found for _, _, found in self.stated(keyword) if isinstance(found, str)), "")

    def flag(self, keyword: str) -> bool:
        """Whether some part says ``keyword: true``."""
        return any(part.schema.get(keyword) is True for part in self.parts)


@dataclass(slots=True)
class _Gathered:
    """What counts at one place, while it is gathered."""

    parts: list[Part]
    nulls: list[Part]
    choices: list[tuple[list[Part], bool]]
    """Several branches, and whether a value can fit one of them only."""
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Waiting:
    steps: Steps
    roots: tuple[Part, ...]
    names: frozenset[str]
    is_needed: bool
    is_alternative: bool


def places(raw: JsonObject | bool, definitions: Mapping[str, JsonObject | bool], hidden: str) -> Iterator[Place]:
    """Every place of the schema ``raw``, the outer ones first. Members flagged ``hidden`` are left out ("" leaves none out)."""
    if not isinstance(raw, dict):
        return
    waiting = deque([_Waiting((), (Part(raw, ()),), frozenset(), is_needed=True, is_alternative=False)])
    known: set[Steps] = set()
    while waiting and len(known) < _MAX_PLACES:
        here = waiting.popleft()
        gathered = _gathered(here.roots, definitions, here.names)
        if here.steps and hidden and any(part.schema.get(hidden) is True for part in gathered.parts):
            continue
        if here.steps not in known:
            known.add(here.steps)
            yield _place(here, gathered, definitions)
        if len(here.steps) < _MAX_DEPTH:
            waiting.extend(_below(here, gathered, definitions))


def _gathered(roots: tuple[Part, ...], definitions: Mapping[str, JsonObject | bool], names: frozenset[str]) -> _Gathered:
    gathered = _Gathered([], [], [], names)
    waiting = deque(roots)
    while waiting and len(gathered.parts) < _MAX_PARTS:
        part = waiting.popleft()
        gathered.parts.append(part)
        reference = part.schema.get("$ref")
        if isinstance(reference, str) and reference.startswith(DEFINITION_PREFIX):
            name = reference.removeprefix(DEFINITION_PREFIX)
            target = definitions.get(name)
            if isinstance(target, dict) and name not in gathered.names:
                gathered.names |= {name}
                waiting.append(Part(target, (*part.path, "$ref")))
        waiting.extend(branches_of(part, "allOf"))
        for keyword in ("oneOf", "anyOf"):
            branches = branches_of(part, keyword)
            solid = [branch for branch in branches if branch.schema.get("type") != "null"]
            if len(solid) == 1:
                gathered.nulls.extend(branch for branch in branches if branch not in solid)
                waiting.extend(solid)
            elif solid:
                gathered.choices.append((solid, keyword == "anyOf" or _are_apart(part, solid, definitions)))
    return gathered


def branches_of(part: Part, keyword: str) -> list[Part]:
    """The schema objects of a list of schemas."""
    found = part.schema.get(keyword)
    entries = found if isinstance(found, list) else []
    return [Part(entry, (*part.path, keyword, index)) for index, entry in enumerate(entries) if isinstance(entry, dict)]


def _place(here: _Waiting, gathered: _Gathered, definitions: Mapping[str, JsonObject | bool]) -> Place:
    kinds: frozenset[str] = frozenset()
    for part in gathered.parts:
        own = kinds_of(part.schema)
        if own:
            kinds = (kinds & own or own) if kinds else own
    if gathered.nulls and kinds:
        kinds |= {"null"}
    required = dict.fromkeys(name for part in gathered.parts for name in texts(part.schema.get("required")))
    common: dict[str, None] = {}
    for branches, _ in gathered.choices:
        inner = [_gathered((branch,), definitions, gathered.names).parts for branch in branches]
        first, *others = [[name for part in parts for name in texts(part.schema.get("required"))] for parts in inner]
        common.update(dict.fromkeys(name for name in first if all(name in other for other in others)))
    return Place(
        here.steps,
        tuple(gathered.parts),
        kinds,
        tuple({**required, **common}),
        here.is_needed,
        here.is_alternative,
        bool(gathered.choices),
        tuple(gathered.nulls),
        frozenset(common),
    )


def _below(here: _Waiting, gathered: _Gathered, definitions: Mapping[str, JsonObject | bool]) -> Iterator[_Waiting]:
    required = {name for part in gathered.parts for name in texts(part.schema.get("required"))}
    yield from _members(here, gathered.parts, gathered.names, required, is_alternative=here.is_alternative)
    for branches, are_apart in gathered.choices:
        if not are_apart:
            continue
        inner = [_gathered((branch,), definitions, gathered.names) for branch in branches]
        members = [{name for part in branch.parts for name in members_of(part)} for branch in inner]
        for index, branch in enumerate(inner):
            own = members[index] - set().union(*(names for other, names in enumerate(members) if other != index))
            yield from _members(here, branch.parts, branch.names, set(), is_alternative=True, only=own)


def _members(
    here: _Waiting,
    parts: list[Part],
    names: frozenset[str],
    required: set[str],
    *,
    is_alternative: bool,
    only: set[str] | None = None,
) -> Iterator[_Waiting]:
    found: dict[str | int, list[Part]] = {}
    for part in parts:
        for name, schema in members_of(part).items():
            if isinstance(schema, dict) and (only is None or name in only):
                found.setdefault(name, []).append(Part(schema, (*part.path, "properties", name)))
        items = part.schema.get("items")
        if isinstance(items, dict) and not part.schema.get("prefixItems") and only is None:
            found.setdefault(ITEM, []).append(Part(items, (*part.path, "items")))
    for step, roots in found.items():
        yield _Waiting((*here.steps, step), tuple(roots), names, step in required or step == ITEM, is_alternative)


def _are_apart(part: Part, branches: list[Part], definitions: Mapping[str, JsonObject | bool]) -> bool:
    """Whether a value can fit one branch only: there is a discriminator, the types differ, or one member's constants do."""
    if isinstance(part.schema.get("discriminator"), dict):
        return True
    inner = [_gathered((branch,), definitions, frozenset()) for branch in branches]
    kinds = [frozenset().union(*(kinds_of(each.schema) for each in branch.parts)) for branch in inner]
    if all(kinds) and sum(map(len, kinds)) == len(frozenset().union(*kinds)):
        return True
    constants = [_constants(branch.parts) for branch in inner]
    return any(
        all(name in each for each in constants) and len({repr(each[name]) for each in constants}) == len(constants)
        for name in constants[0]
    )


def _constants(parts: list[Part]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for part in parts:
        for name, schema in members_of(part).items():
            if not isinstance(schema, dict):
                continue
            choices = schema.get("enum")
            if "const" in schema:
                found[name] = schema["const"]
            elif isinstance(choices, list) and len(choices) == 1:
                found[name] = choices[0]
    return found


def members_of(part: Part) -> JsonObject:
    """The ``properties`` of a part."""
    found = part.schema.get("properties")
    return found if isinstance(found, dict) else {}


def kinds_of(schema: JsonObject) -> frozenset[str]:
    """The types that a schema object itself allows; empty where it does not say. Choices without a type say theirs.

    ``properties`` and ``items`` say none: a text satisfies both.
    """
    declared = schema.get("type")
    if isinstance(declared, str):
        return frozenset({declared})
    if isinstance(declared, list):
        return frozenset(kind for kind in declared if isinstance(kind, str))
    choices = schema.get("enum")
    if isinstance(choices, list):
        return frozenset("null" if choice is None else _KINDS[type(choice)] for choice in choices)
    return frozenset()


def texts(value: JsonValue) -> list[str]:
    """The texts of a list."""
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def pointer_of(steps: Steps) -> str:
    """A JSON pointer with ``*`` for the items of a list. A member that is named ``*`` is written ``~2``."""
    return "".join("/" + ("*" if step == ITEM else _escaped(str(step))) for step in steps)


def _escaped(name: str) -> str:
    return "~2" if name == "*" else name.replace("~", "~0").replace("/", "~1")


def edited(
    schema: JsonObject, paths: Iterable[SchemaPath], change: Callable[[JsonObject], JsonObject | bool]
) -> JsonObject | None:
    """A self-contained schema with some parts changed; what is referred to on the way is copied, so that nothing else changes.

    None where the schema has no such part.
    """
    definitions = schema.get("$defs")
    editor = _Editor(definitions if isinstance(definitions, dict) else {}, change)
    bare: JsonObject = {name: value for name, value in schema.items() if name != "$defs"}
    try:
        changed = editor.edit(bare, tuple(paths))
    except LookupError:
        return None
    whole: JsonObject = changed if isinstance(changed, dict) else {} if changed else {"not": {}}
    return {**whole, "$defs": definitions} if definitions is not None else whole


@dataclass(frozen=True, slots=True)
class _Editor:
    definitions: JsonObject
    change: Callable[[JsonObject], JsonObject | bool]

    def edit(self, node: JsonValue, paths: tuple[SchemaPath, ...]) -> JsonValue:
        below: dict[str | int, tuple[SchemaPath, ...]] = {}
        for path in paths:
            if path:
                below[path[0]] = (*below.get(path[0], ()), path[1:])
        if isinstance(node, list):
            return [self.edit(entry, below[index]) if index in below else entry for index, entry in enumerate(node)]
        if not isinstance(node, dict):
            raise LookupError("there is no schema object at this place")
        changed = self.change(node) if () in paths else node
        if isinstance(changed, bool):
            return changed
        target = self.edit(self.definitions[_name_of(node)], below["$ref"]) if "$ref" in below else None
        inner = {str(step): self.edit(node[str(step)], rests) for step, rests in below.items() if step != "$ref"}
        changed = {**changed, **inner}
        return changed if target is None else _with_target(changed, target)


def _name_of(node: JsonObject) -> str:
    return str(node["$ref"]).removeprefix(DEFINITION_PREFIX)


def _with_target(node: JsonObject, target: JsonValue) -> JsonValue:
    """The copy of what ``node`` refers to in place of the reference, beside what else the node says."""
    beside: JsonObject = {name: value for name, value in node.items() if name != "$ref"}
    if not beside:
        return target
    others = beside.get("allOf")
    return {**beside, "allOf": [*(others if isinstance(others, list) else []), target]}
