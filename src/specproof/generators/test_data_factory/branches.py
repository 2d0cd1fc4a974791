"""Alternatives: the branches of ``oneOf`` and ``anyOf``, and what a discriminator adds to them."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.generators.test_data_factory.places import Node, Place, Shape
from specproof.generators.test_data_factory.views import definition_name
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

_MAX_BRANCHES = 8


def alternatives(branches: Place, discriminator: JsonValue, trail: frozenset[str]) -> Iterator[Place]:
    """What to add to a place for each branch, at most eight; null and recursive branches last."""
    for branch in sorted(branches, key=lambda node: _weight(node, trail))[:_MAX_BRANCHES]:
        extra = _chosen(branch, discriminator)
        if extra is not None:
            yield (branch, extra)
        yield (branch,)


def with_discriminator(shape: Shape) -> Place | None:
    """The place of a base with a ``discriminator`` (children use ``allOf``), narrowed to one child; None where there is none.

    Where the place went through a child already, its own name is what the discriminating property must say.
    """
    for raw, pointer in shape.nodes:
        found = raw.get("discriminator")
        mapping = found.get("mapping") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(mapping, dict) or "oneOf" in raw or "anyOf" in raw:
            continue
        entries = [(value, name) for value, name in ((v, definition_name(r)) for v, r in sorted(mapping.items())) if name]
        own = [value for value, name in entries if name in shape.names]
        if own:
            return (*shape.place, _constant(found, own[0], pointer))
        for value, name in entries:
            return (*shape.place, Node({"$ref": DEFINITION_PREFIX + name}, pointer), _constant(found, value, pointer))
    return None


def _weight(node: Node, trail: frozenset[str]) -> tuple[bool, bool]:
    """Order of branches: those that lead on first."""
    raw = node.raw
    if isinstance(raw, bool):
        return (not raw, False)
    return (raw.get("type") == "null", definition_name(raw.get("$ref")) in trail)


def _chosen(branch: Node, discriminator: JsonValue) -> Node | None:
    """A schema that fixes the discriminating property for a branch; None where nothing does."""
    name = definition_name(branch.raw.get("$ref")) if isinstance(branch.raw, dict) else None
    if not isinstance(discriminator, dict) or name is None:
        return None
    mapping = discriminator.get("mapping")
    for value, reference in mapping.items() if isinstance(mapping, dict) else ():
        if definition_name(reference) == name:
            return _constant(discriminator, value, branch.pointer)
    return _constant(discriminator, name, branch.pointer)


def _constant(discriminator: JsonObject, value: str, pointer: str) -> Node:
    name = discriminator.get("propertyName")
    if not isinstance(name, str):
        return Node(True, pointer)
    return Node({"properties": {name: {"const": value}}, "required": [name]}, pointer)
