"""What the planner needs to know of a schema: its types, properties, items and flags, with references and ``allOf`` merged.

A reading, not a validation: where branches differ (``oneOf``), the union of what they may hold is shown. Values are proven elsewhere.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass, field, replace
from itertools import islice

from specproof.openapi.dialects.definitions import Definitions
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue, Schema

MAX_DEPTH = 12
MOST_PARTS = 200
MOST_SHAPES = 50_000
_NUMERIC = frozenset({"integer", "number"})
_SCALAR = frozenset({"string", "integer", "number", "boolean"})
_NUMBERS_IN = ("minimum", "maximum")


class Members(Mapping[str, Schema]):
    """The properties of a shape that stands at ``pointer``; their schemas are made when the first of them is asked for.

    Schemas that refer to each other are met on very many ways, and on most of them nobody looks any further.
    """

    __slots__ = ("_found", "_known", "_pointer")

    def __init__(self, known: Mapping[str, Schema], pointer: str) -> None:
        self._known, self._pointer = known, pointer
        self._found: dict[str, Schema] | None = None

    def _all(self) -> dict[str, Schema]:
        if self._found is None:
            self._found = {
                name: Schema(one.raw, _below(self._pointer, name), one.definitions) for name, one in self._known.items()
            }
        return self._found

    def __getitem__(self, name: str) -> Schema:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def items(self) -> ItemsView[str, Schema]:
        """As a dict has them."""
        return self._all().items()

    def values(self) -> ValuesView[Schema]:
        """As a dict has them."""
        return self._all().values()


@dataclass(frozen=True, slots=True)
class Shape:
    """One schema as the planner sees it. ``types`` leaves ``null`` out; ``properties`` are in name order."""

    types: frozenset[str]
    format: str = ""
    properties: Mapping[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Schema | None = None
    enum: tuple[JsonValue, ...] = ()
    is_read_only: bool = False
    is_write_only: bool = False
    is_unique: bool = False
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    min_items: int = 0
    has_example: bool = False
    has_default: bool = False
    default: JsonValue = None
    has_pattern: bool = False
    max_length: float | None = None
    reference: str = ""

    @property
    def is_object(self) -> bool:
        """Whether this is an object with properties that the document names."""
        return bool(self.properties)

    @property
    def is_array(self) -> bool:
        """Whether this is an array whose items the document describes."""
        return "array" in self.types and self.items is not None

    @property
    def is_numeric(self) -> bool:
        """Whether this is a number, and nothing else."""
        return bool(self.types) and self.types <= _NUMERIC

    @property
    def is_scalar(self) -> bool:
        """Whether this is one string, number or boolean."""
        return bool(self.types) and self.types <= _SCALAR

    @property
    def is_free_text(self) -> bool:
        """Whether this is a string of which the document says nothing more: any text will do."""
        is_bound = self.enum or self.format or self.has_pattern or self.has_example or self.max_length is not None
        return self.types == {"string"} and not is_bound


NOTHING = Shape(frozenset())


def shape_of(schema: Schema | None) -> Shape:
    """The shape of a schema; :data:`NOTHING` for None and for schemas that say nothing. Read once for each place of a document."""
    if schema is None or not isinstance(schema.raw, dict):
        return NOTHING
    if not isinstance(schema.definitions, Definitions):
        return _read(schema, schema.raw)
    known: dict[tuple[int, str], tuple[Schema, Shape]] = schema.definitions.derived.setdefault(__name__, {})
    key = (id(schema.raw), schema.pointer)
    if key not in known:
        if len(known) >= MOST_SHAPES:
            known.clear()
        # The schema is kept beside its shape: the id in the key stays taken.
        known[key] = (schema, _placed(_anywhere(schema, schema.raw), schema))
    return known[key][1]


def _anywhere(schema: Schema, raw: JsonObject) -> Shape:
    """The shape of a schema that many references may lead to, each on a way of its own: all but the pointers is read once."""
    known: dict[int, tuple[JsonObject, Shape]] = schema.definitions.derived.setdefault(f"{__name__} anywhere", {})  # type: ignore[attr-defined]
    if id(raw) not in known:
        if len(known) >= MOST_SHAPES:
            known.clear()
        known[id(raw)] = (raw, _read(schema, raw))
    return known[id(raw)][1]


def _placed(shape: Shape, schema: Schema) -> Shape:
    """``shape`` with the pointers that its parts have where ``schema`` stands."""
    items = Schema(shape.items.raw, schema.pointer + "/items", schema.definitions) if shape.items is not None else None
    return replace(shape, properties=Members(shape.properties, schema.pointer) if shape.properties else {}, items=items)


def shape_at(shape: Shape, path: Sequence[str]) -> Shape:
    """The shape of what stands at ``path`` (names of members, positions in lists) inside of a value of ``shape``."""
    for name in path:
        shape = shape_of(shape.properties.get(name) or (shape.items if name.isdecimal() else None))
    return shape


def _read(schema: Schema, raw: JsonObject) -> Shape:
    parts = list(islice(_parts(raw, schema.definitions, frozenset(), 0), MOST_PARTS))
    bounds = {name: _last_number(parts, name) for name in _NUMBERS_IN}
    properties: dict[str, Schema] = {}
    for part in parts:
        for name, inner in _object(part.get("properties")).items():
            if isinstance(inner, (dict, bool)) and name not in properties:
                properties[name] = Schema(inner, _below(schema.pointer, name), schema.definitions)
    items = next((part["items"] for part in parts if isinstance(part.get("items"), dict)), None)
    least = _last_number(parts, "minItems")
    return Shape(
        types=_types(parts, has_properties=bool(properties), has_items=items is not None),
        format=_first_text(parts, "format"),
        properties={name: properties[name] for name in sorted(properties)},
        required=frozenset(name for part in parts for name in _texts(part.get("required"))),
        items=Schema(items, schema.pointer + "/items", schema.definitions) if isinstance(items, dict) else None,
        enum=_members(parts),
        is_read_only=any(part.get("readOnly") is True for part in parts),
        is_write_only=any(part.get("writeOnly") is True for part in parts),
        is_unique=any(part.get("x-unique") is True for part in parts),
        description=_first_text(parts, "description"),
        minimum=bounds["minimum"],
        maximum=bounds["maximum"],
        min_items=int(least) if least is not None else 0,
        has_example=any(key in part for part in parts for key in ("example", "examples", "default")),
        has_default=any("default" in part for part in parts),
        default=next((part["default"] for part in parts if "default" in part), None),
        has_pattern=any("pattern" in part for part in parts),
        max_length=_last_number(parts, "maxLength"),
        reference=str(raw.get("$ref", "")),
    )


def _parts(
    raw: JsonObject, definitions: Mapping[str, JsonObject | bool], seen: frozenset[str], depth: int
) -> Iterator[JsonObject]:
    """``raw`` and everything that ``$ref``, ``allOf`` and its branches add to it. ``$ref`` cycles and depth end the walk."""
    yield {key: value for key, value in raw.items() if key != "required"} if depth < 0 else raw
    if abs(depth) > MAX_DEPTH:
        return
    reference = raw.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        target = definitions.get(reference.removeprefix(DEFINITION_PREFIX))
        if isinstance(target, dict):
            yield from _parts(target, definitions, seen | {reference}, depth - 1 if depth < 0 else depth + 1)
    for branch in _list(raw.get("allOf")):
        if isinstance(branch, dict):
            yield from _parts(branch, definitions, seen, depth - 1 if depth < 0 else depth + 1)
    for keyword in ("oneOf", "anyOf"):
        branches = [branch for branch in _list(raw.get(keyword)) if isinstance(branch, dict) and branch.get("type") != "null"]
        for branch in branches:
            # What only one of several branches demands is not demanded: a negative depth drops ``required``.
            alone = len(branches) == 1 and depth >= 0
            yield from _parts(branch, definitions, seen, depth + 1 if alone else -abs(depth) - 1)


def _types(parts: list[JsonObject], *, has_properties: bool, has_items: bool) -> frozenset[str]:
    found: set[str] = set()
    for part in parts:
        declared = part.get("type")
        found |= {declared} if isinstance(declared, str) else set(_texts(declared))
    found.discard("null")
    if not found:
        found |= {_json_type(member) for member in _members(parts)} - {"null"}
    if not found and has_properties:
        found.add("object")
    if not found and has_items:
        found.add("array")
    return frozenset(found)


def _json_type(value: JsonValue) -> str:
    if value is None:
        return "null"
    names: tuple[tuple[type, str], ...] = (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
        (list, "array"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "object")


def _members(parts: list[JsonObject]) -> tuple[JsonValue, ...]:
    for part in parts:
        members = _list(part.get("enum"))
        if members:
            return tuple(members)
        if "const" in part:
            return (part["const"],)
    return ()


def _below(pointer: str, name: str) -> str:
    return f"{pointer}/properties/{escape(name)}"


def escape(name: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(member for member in _list(value) if isinstance(member, str))


def _first_text(parts: list[JsonObject], keyword: str) -> str:
    return next((text for part in parts if isinstance(text := part.get(keyword), str) and text), "")


def _last_number(parts: list[JsonObject], keyword: str) -> float | None:
    found: float | None = None
    for part in parts:
        value = part.get(keyword)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found = value
    return found
