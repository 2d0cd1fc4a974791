"""The ``xml`` keyword of schemas: how members are called and where they stand. Reading and writing share it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue
from specproof.reference.decoding.facets import Definitions, Raw
from specproof.reference.decoding.value_reader import ValueReader

_MAX_DEPTH: Final = 16
_NO_NAME_CHARACTER: Final = re.compile(r"[^\w.-]")
NIL: Final = "xsi:nil"
"""Marks an element that stands for null."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a schema says of its node. ``name`` is "" where it does not; ``node`` is ``element``, ``attribute`` or ``text``."""

    name: str = ""
    prefix: str = ""
    namespace: str = ""
    node: str = "element"
    wrapped: bool = False


_NONE: Final = Hint()
_TEXT_NODES: Final = frozenset({"text", "cdata"})


def hint_of(reader: ValueReader) -> Hint:
    """The hint of a schema: its own, else that of what it refers to or is combined of."""
    raw = _found(reader.raw, reader.definitions, 0)
    if raw is None:
        return _NONE
    name, prefix, namespace, node = (raw.get(key) for key in ("name", "prefix", "namespace", "nodeType"))
    is_attribute = raw.get("attribute") is True or node == "attribute"
    return Hint(
        name if isinstance(name, str) else "",
        prefix if isinstance(prefix, str) else "",
        namespace if isinstance(namespace, str) else "",
        "attribute" if is_attribute else "text" if node in _TEXT_NODES else "element",
        raw.get("wrapped") is True or (node == "element" and reader.takes_array),
    )


def element_name(name: str) -> str:
    """A member's name as XML can spell it."""
    spelt = _NO_NAME_CHARACTER.sub("_", name)
    return spelt if spelt and (spelt[0].isalpha() or spelt[0] == "_") else f"_{spelt}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one member of an object stands. ``spelt`` is the name of its attribute or element; the wrapper's, if it is ``wrapped``."""

    name: str
    reader: ValueReader
    hint: Hint
    spelt: str
    item: str
    """The name of each item of a wrapped array."""

    @property
    def node(self) -> str:
        """``element``, ``attribute`` or ``text``."""
        return self.hint.node

    @property
    def wrapped(self) -> bool:
        """Whether an array stands in an element of its own."""
        return self.hint.wrapped


def place_of(name: str, reader: ValueReader) -> Place:
    """Where the member stands. An array's own ``xml.name`` names nothing but the wrapper."""
    hint = hint_of(reader)
    own = element_name(hint.name or name)
    if not reader.takes_array:
        return Place(name, reader, hint, own, own)
    item = element_name(hint_of(reader.item(0)).name or (own if hint.wrapped else name))
    return Place(name, reader, hint, own if hint.wrapped else item, item)


def places_of(reader: ValueReader) -> tuple[Place, ...]:
    """Where the members stand that the schema names."""
    return tuple(place_of(name, reader.member(name)) for name in reader.facets.properties)


def root_name(raw: Raw, hint: Hint) -> str:
    """What the root is called: by its hint, else by the name of its schema."""
    reference = raw.get("$ref") if isinstance(raw, dict) else None
    named = reference.removeprefix(DEFINITION_PREFIX) if isinstance(reference, str) else ""
    return element_name(hint.name or named or "root")


def _found(raw: Raw, definitions: Definitions, depth: int) -> JsonObject | None:
    if isinstance(raw, bool) or depth > _MAX_DEPTH:
        return None
    own = raw.get("xml")
    if isinstance(own, dict):
        return own
    parts: list[Raw] = []
    reference = raw.get("$ref")
    if isinstance(reference, str):
        parts.append(definitions.get(reference.removeprefix(DEFINITION_PREFIX), True))
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = raw.get(keyword)
        # A choice of one is how documents write "this or null"; of several nobody knows whose hint counts.
        if isinstance(branches, list) and (keyword == "allOf" or len(_structures(branches)) == 1):
            parts.extend(_structures(branches))
    return next((found for part in parts if (found := _found(part, definitions, depth + 1)) is not None), None)


def _structures(branches: list[JsonValue]) -> list[JsonObject]:
    return [branch for branch in branches if isinstance(branch, dict) and branch.get("type") != "null"]
