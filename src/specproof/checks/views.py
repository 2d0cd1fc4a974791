"""Which parts of a schema speak of which parts of a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from .pointers import child

JsonSchema: TypeAlias = "dict[str, object] | bool"
DEFINITION = "#/$defs/"
DEEPEST = 64
_CHOICES = ("anyOf", "oneOf")

Chooser: TypeAlias = "Callable[[JsonSchema, object], bool]"


def any_branch(_branch: JsonSchema, _value: object) -> bool:
    """Takes every branch of a choice."""
    return True


def subschemas(
    schema: object,
    value: object,
    definitions: Mapping[str, JsonSchema],
    pointer: str = "",
    depth: int = 0,
    *,
    takes: Chooser = any_branch,
) -> Iterator[tuple[str, dict[str, object]]]:
    """Each subschema that speaks of a part of ``value``, with the JSON pointer of that part.

    Of ``anyOf`` and ``oneOf`` the branches are included that ``takes`` says yes to. Where that is all of them, the answer may name more
    than really applies: use it for remarks and for tolerance only.
    """
    if not isinstance(schema, dict) or depth > DEEPEST:
        return
    yield pointer, schema
    for following in _same_place(schema, value, definitions, takes):
        yield from subschemas(following, value, definitions, pointer, depth + 1, takes=takes)
    if isinstance(value, dict):
        properties = schema.get("properties")
        for name, member in properties.items() if isinstance(properties, dict) else ():
            if name in value:
                yield from subschemas(member, value[name], definitions, child(pointer, name), depth + 1, takes=takes)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from subschemas(schema.get("items"), item, definitions, child(pointer, index), depth + 1, takes=takes)


def _same_place(
    schema: dict[str, object], value: object, definitions: Mapping[str, JsonSchema], takes: Chooser
) -> Iterator[object]:
    """The subschemas that speak of the same value."""
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(DEFINITION):
        yield definitions.get(reference.removeprefix(DEFINITION))
    everywhere = schema.get("allOf")
    yield from everywhere if isinstance(everywhere, list) else ()
    for keyword in _CHOICES:
        branches = schema.get(keyword)
        yield from (branch for branch in branches if takes(branch, value)) if isinstance(branches, list) else ()
