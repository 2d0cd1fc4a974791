"""``$id``, ``$self``, ``$anchor`` and ``$dynamicAnchor``: what a document calls its parts.

Property *names* are no identifiers: the keyword counts where its value is a text, and nothing is looked for in examples and defaults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from specproof.openapi.documents.addresses import join
from specproof.openapi.pointers import Tokens
from specproof.openapi.schema import JsonValue

_Key = TypeVar("_Key", str, "tuple[Tokens, str]")
_VALUES = frozenset({"example", "examples", "default", "enum", "const"})
"""Keywords below which stands what an API sends, not what describes it."""
_MAPS = frozenset(
    {
        "properties",
        "patternProperties",
        "$defs",
        "definitions",
        "dependentSchemas",
        "schemas",
        "responses",
        "parameters",
        "headers",
    }
)
"""Keywords whose keys are names, not keywords."""


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What a document calls its parts.

    ``bases`` has, for each place where a schema resource begins, the address that references below it are relative to. ``resources``
    gives that place for an identifier, as it is written and as an absolute address. ``anchors`` are looked up by resource and name,
    ``any_anchor`` by the name alone (the first in the order of places).
    """

    bases: Mapping[Tokens, str]
    resources: Mapping[str, Tokens]
    anchors: Mapping[tuple[Tokens, str], Tokens]
    any_anchor: Mapping[str, Tokens]

    def resource_of(self, at: Tokens) -> Tokens:
        """Where the innermost resource begins that holds ``at``."""
        if len(self.bases) > 1:
            for length in range(len(at), 0, -1):
                if at[:length] in self.bases:
                    return at[:length]
        return ()

    def anchor(self, resource: Tokens, name: str) -> Tokens | None:
        """The place of an anchor: that of ``resource``, else any other of the document."""
        return self.anchors.get((resource, name), self.any_anchor.get(name))


@dataclass(frozen=True, slots=True)
class _Node:
    value: JsonValue
    at: Tokens
    resource: Tokens
    is_map: bool


def read_identifiers(root: JsonValue, address: str) -> Identifiers:
    """Look through the whole document that lies at ``address``. Nothing recurses."""
    own = root.get("$self") if isinstance(root, dict) else None
    base = (join(address, own) if isinstance(own, str) else None) or address
    bases: dict[Tokens, str] = {(): base}
    resources: dict[str, Tokens] = {}
    if isinstance(own, str):
        resources.update({own: (), base: ()})
    anchors: dict[tuple[Tokens, str], Tokens] = {}
    any_anchor: dict[str, Tokens] = {}
    waiting = [_Node(root, (), (), is_map=False)]
    while waiting:
        node = waiting.pop()
        resource = node.resource
        if isinstance(node.value, dict) and not node.is_map:
            identifier = _identifier(node.value)
            if identifier:
                resource = node.at
                absolute = join(bases[node.resource], identifier)
                # A base that cannot be followed leaves references relative to the one around it.
                bases[resource] = absolute or bases[node.resource]
                for text in filter(None, (identifier, absolute)):
                    _keep_first(resources, text, resource)
            for name in _names(node.value):
                _keep_first(anchors, (resource, name), node.at)
                _keep_first(any_anchor, name, node.at)
        waiting.extend(_children(node, resource))
    return Identifiers(bases, resources, anchors, any_anchor)


def _identifier(node: Mapping[str, JsonValue]) -> str:
    """The ``$id`` of one schema without its fragment; empty where it has none."""
    identifier = node.get("$id")
    return identifier.partition("#")[0] if isinstance(identifier, str) else ""


def _names(node: Mapping[str, JsonValue]) -> list[str]:
    """The anchors of one schema; ``$id: "#name"`` is how older drafts wrote one."""
    names = [node.get("$anchor"), node.get("$dynamicAnchor")]
    identifier = node.get("$id")
    if isinstance(identifier, str) and identifier.startswith("#"):
        names.append(identifier[1:])
    return [name for name in names if isinstance(name, str) and name]


def _children(node: _Node, resource: Tokens) -> Iterator[_Node]:
    value = node.value
    if isinstance(value, dict):
        for key, child in value.items():
            if isinstance(child, (dict, list)) and (node.is_map or key not in _VALUES):
                yield _Node(child, (*node.at, key), resource, is_map=not node.is_map and key in _MAPS)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            if isinstance(child, (dict, list)):
                yield _Node(child, (*node.at, str(index)), resource, is_map=False)


def _keep_first(places: dict[_Key, Tokens], key: _Key, at: Tokens) -> None:
    if key not in places or at < places[key]:
        places[key] = at
