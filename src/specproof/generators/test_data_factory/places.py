"""A place: all the schemas that apply to one value at once, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from specproof.generators.test_data_factory.views import HIDDEN, definition_name, definition_pointer
from specproof.openapi.schema import JsonObject, JsonValue

_MAX_NODES = 200
_MAX_SHAPES = 20_000
_ALL_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
_TYPE_OF_KEYWORD = (
    ("object", ("properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames")),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    ("string", ("minLength", "maxLength", "pattern")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)
_NUMBER_FORMATS = {"int32": "integer", "int64": "integer", "float": "number", "double": "number"}
# Keywords that the constructive generator does not follow by itself: a value needs a proof of its own where they stand.
_BY_PROOF = (
    "not",
    "if",
    "contains",
    "dependentSchemas",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "oneOf",
    "anyOf",
)

_SCALAR_KEYWORDS = (
    *("type", "enum", "const", "format", "minLength", "maxLength", "pattern"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
)


@dataclass(frozen=True, slots=True)
class Node:
    """One schema of a view and the JSON pointer of its place (behind a reference: of the definition's)."""

    raw: JsonObject | bool
    pointer: str

    def child(self, *keys: str) -> str:
        """The pointer of something inside this schema."""
        return self.pointer + "".join("/" + escaped(key) for key in keys)


Place: TypeAlias = tuple[Node, ...]


def escaped(key: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True, slots=True)
class Said:
    """One keyword of one schema: its value and its pointer."""

    value: JsonValue
    pointer: str


class Shape:
    """A place, expanded: references followed and ``allOf`` opened. ``names`` are the definitions that it went through."""

    def __init__(self, place: Place, definitions: Mapping[str, JsonObject | bool]) -> None:
        self.place = place
        self.impossible = False
        names: set[str] = set()
        nodes: list[tuple[JsonObject, str]] = []
        waiting = list(reversed(place))
        while waiting and len(nodes) < _MAX_NODES:
            node = waiting.pop()
            if isinstance(node.raw, bool):
                self.impossible = self.impossible or not node.raw
                continue
            nodes.append((node.raw, node.pointer))
            members = node.raw.get("allOf")
            if isinstance(members, list):
                opened = [
                    Node(raw, node.child("allOf", str(index)))
                    for index, raw in enumerate(members)
                    if isinstance(raw, (dict, bool))
                ]
                waiting.extend(reversed(opened))
            name = definition_name(node.raw.get("$ref"))
            if name is not None and name not in names and name in definitions:
                names.add(name)
                waiting.append(Node(definitions[name], definition_pointer(definitions, name)))
        self.nodes = tuple(nodes)
        self.names = frozenset(names)

    def said(self, keyword: str) -> list[Said]:
        """Every statement of ``keyword``, in order."""
        return [Said(raw[keyword], f"{pointer}/{keyword}") for raw, pointer in self.nodes if keyword in raw]

    def has(self, *keywords: str) -> bool:
        """Whether any of ``keywords`` is said."""
        return any(keyword in raw for raw, _ in self.nodes for keyword in keywords)

    def largest(self, keyword: str) -> int | float | None:
        """The largest number that ``keyword`` (a lower bound) says, or None."""
        return max(self._numbers(keyword), default=None)

    def smallest(self, keyword: str) -> int | float | None:
        """The smallest number that ``keyword`` (an upper bound) says, or None."""
        return min(self._numbers(keyword), default=None)

    def count(self, keyword: str) -> int:
        """A lower bound on a length or count, 0 if there is none."""
        return int(self.largest(keyword) or 0)

    def limit(self, keyword: str) -> int | None:
        """An upper bound on a length or count, or None."""
        found = self.smallest(keyword)
        return None if found is None else int(found)

    def texts(self, keyword: str) -> list[str]:
        """The strings that ``keyword`` says."""
        return [said.value for said in self.said(keyword) if isinstance(said.value, str)]

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that all schemas allow, in the order of the first; guessed from the keywords where none says. Empty: contradiction."""
        allowed: list[str] | None = None
        for said in self.said("type"):
            listed = [said.value] if isinstance(said.value, str) else said.value
            named = [item for item in listed if item in _ALL_TYPES] if isinstance(listed, list) else []
            if named:
                names = [str(item) for item in named]
                allowed = names if allowed is None else _both(allowed, names)
        return tuple(allowed) if allowed is not None else self._guessed_types()

    @property
    def is_typed(self) -> bool:
        """Whether any schema says ``type``."""
        return self.has("type")

    @cached_property
    def properties(self) -> dict[str, Place]:
        """Each declared property with every schema that applies to it (matching ``patternProperties`` are left to the proof)."""
        found: dict[str, list[Node]] = {}
        for raw, pointer in self.nodes:
            declared = raw.get("properties")
            for name, schema in (declared if isinstance(declared, dict) else {}).items():
                if isinstance(schema, (dict, bool)):
                    found.setdefault(name, []).append(Node(schema, f"{pointer}/properties/{escaped(name)}"))
        return {name: tuple(nodes) for name, nodes in found.items()}

    @cached_property
    def required(self) -> dict[str, str]:
        """Each required name with the pointer of the ``required`` that says so."""
        found: dict[str, str] = {}
        for said in self.said("required"):
            for name in said.value if isinstance(said.value, list) else []:
                if isinstance(name, str):
                    found.setdefault(name, said.pointer)
        return found

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The names that this view leaves out."""
        return frozenset(str(name) for said in self.said(HIDDEN) if isinstance(said.value, list) for name in said.value)

    @cached_property
    def groups(self) -> tuple[tuple[int, str, Place, JsonValue], ...]:
        """Every ``oneOf`` and ``anyOf``: identity, keyword, its branches, and the ``discriminator`` beside it."""
        found = []
        for raw, pointer in self.nodes:
            for keyword in ("oneOf", "anyOf"):
                members = raw.get(keyword)
                if isinstance(members, list) and members:
                    branches = tuple(
                        Node(branch, f"{pointer}/{keyword}/{index}")
                        for index, branch in enumerate(members)
                        if isinstance(branch, (dict, bool))
                    )
                    found.append((id(members), keyword, branches, raw.get("discriminator")))
        return tuple(found)

    @property
    def needs_proof(self) -> bool:
        """Whether something stands here that only the validator can decide."""
        return self.has(*_BY_PROOF)

    @property
    def needs_only_branches(self) -> bool:
        """Whether nothing but ``oneOf`` and ``anyOf`` needs that proof."""
        return not self.has(*(keyword for keyword in _BY_PROOF if keyword not in {"oneOf", "anyOf"}))

    @cached_property
    def scalar_place(self) -> Place:
        """What this place says about a string, number, boolean or null by itself: no references, hence cheap to compile."""
        if self.impossible:
            return (Node(False, ""),)
        said: list[JsonValue] = [{key: raw[key] for key in _SCALAR_KEYWORDS if key in raw} for raw, _ in self.nodes]
        return (Node({"allOf": said}, self.place[0].pointer if self.place else ""),)

    def single(self, keyword: str) -> Place:
        """The schemas that ``keyword`` (``items``, ``additionalProperties``, ...) holds."""
        return tuple(Node(said.value, said.pointer) for said in self.said(keyword) if isinstance(said.value, (dict, bool)))

    def entry(self, value: Mapping[str, JsonValue]) -> tuple[str, Place] | None:
        """The first member of ``value`` that ``additionalProperties`` alone describes, with its schemas; None for none."""
        place = self.single("additionalProperties")
        name = min((name for name in value if name not in self.properties), default=None)
        is_told = bool(place) and not any(isinstance(node.raw, bool) for node in place) and not self.has("patternProperties")
        return (name, place) if name is not None and is_told else None

    def item(self, index: int) -> Place:
        """The schemas of an array's member at ``index``."""
        found: list[Node] = []
        for raw, pointer in self.nodes:
            prefix = raw.get("prefixItems")
            listed = prefix if isinstance(prefix, list) else []
            items = raw.get("items")
            if index < len(listed):
                member = listed[index]
                if isinstance(member, (dict, bool)):
                    found.append(Node(member, f"{pointer}/prefixItems/{index}"))
            elif isinstance(items, (dict, bool)):
                found.append(Node(items, f"{pointer}/items"))
        return tuple(found)

    def _numbers(self, keyword: str) -> list[int | float]:
        return [s.value for s in self.said(keyword) if isinstance(s.value, (int, float)) and not isinstance(s.value, bool)]

    def _guessed_types(self) -> tuple[str, ...]:
        for name, keywords in _TYPE_OF_KEYWORD:
            if self.has(*keywords):
                return (name,)
        formats = self.texts("format")
        if formats:
            return (_NUMBER_FORMATS.get(formats[0], "string"),)
        return _ALL_TYPES


class Shapes:
    """Expands places, each once. The oldest are forgotten all together when there are too many."""

    def __init__(self, definitions: Mapping[str, JsonObject | bool]) -> None:
        self._definitions = definitions
        self._known: dict[tuple[tuple[int, str], ...], Shape] = {}

    def of(self, place: Place) -> Shape:
        """``place``, expanded."""
        key = tuple((id(node.raw), node.pointer) for node in place)
        shape = self._known.get(key)
        if shape is None:
            if len(self._known) >= _MAX_SHAPES:
                self._known.clear()
            # A shape holds its place, so the ids in its key stay taken.
            shape = self._known[key] = Shape(place, self._definitions)
        return shape


def _both(one: list[str], other: list[str]) -> list[str]:
    """The types that both allow; ``integer`` is a ``number``."""
    kept = [name for name in one if name in other]
    if "integer" not in kept and (("integer" in one and "number" in other) or ("number" in one and "integer" in other)):
        kept.append("integer")
    return kept
