"""Which parts of a schema speak of which parts of a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from .pointers import child

JsonSchema: TypeAlias = "dict[str, object] | bool"
DEFINITION = "#/$defs/"
DEEPEST = 64
_BRANCHES = ("allOf", "anyOf", "oneOf")


def subschemas(
    schema: object, value: object, definitions: Mapping[str, JsonSchema], pointer: str = "", depth: int = 0
) -> Iterator[tuple[str, dict[str, object]]]:
    """Each subschema that speaks of a part of ``value``, with the JSON pointer of that part.

    All branches of ``anyOf`` and ``oneOf`` are included, so the answer may name more than really applies: use it for remarks and
    for tolerance only.
    """
    if not isinstance(schema, dict) or depth > DEEPEST:
        return
    yield pointer, schema
    for following in _same_place(schema, definitions):
        yield from subschemas(following, value, definitions, pointer, depth + 1)
    if isinstance(value, dict):
        properties = schema.get("properties")
        for name, member in properties.items() if isinstance(properties, dict) else ():
            if name in value:
                yield from subschemas(member, value[name], definitions, child(pointer, name), depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from subschemas(schema.get("items"), item, definitions, child(pointer, index), depth + 1)


def _same_place(schema: dict[str, object], definitions: Mapping[str, JsonSchema]) -> Iterator[object]:
    """The subschemas that speak of the same value."""
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(DEFINITION):
        yield definitions.get(reference.removeprefix(DEFINITION))
    for keyword in _BRANCHES:
        branches = schema.get(keyword)
        yield from branches if isinstance(branches, list) else ()
