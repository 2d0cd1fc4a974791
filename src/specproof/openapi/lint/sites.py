"""Every schema of a document that can reach a request or a response, each once, with the place where it has to be mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from specproof.openapi.dialects.definitions import origin_of
from specproof.openapi.model import ApiSpec, MediaType, Operation, Response
from specproof.openapi.pointers import pointer
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue, Schema
from specproof.openapi.vocabulary import SpecVersion

MAX_SITES = 400_000
"""Schemas that are looked at. A document of the usual limits can hold ten times as many; no person mends those."""
MAX_CONJUNCTS = 64
"""Schemas that are read together as one (``allOf``, ``$ref`` with siblings)."""

_ONE = ("items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties")
_SEVERAL_IN_PLACE = ("allOf", "anyOf", "oneOf")
_PARTIAL = ("then", "else")
_COMBINING = frozenset({"$ref", *_SEVERAL_IN_PLACE, *_PARTIAL, "if", "not", "dependentSchemas", "discriminator"})
"""What brings other schemas in, and says nothing about the value by itself."""
_NULL: JsonObject = {"type": "null"}


class Site(NamedTuple):
    """One schema object. ``beside`` are the keywords that others say about the same value (the owner of an ``allOf``, its other parts)."""

    node: JsonObject
    at: str
    is_request: bool
    is_response: bool
    beside: frozenset[str] = frozenset()
    is_partial: bool = False
    """Whether it says only a part about its value (``then``, ``else``, ``dependentSchemas``): nothing is missing there."""

    @property
    def keywords(self) -> frozenset[str]:
        """All keywords that are said about the value."""
        return self.beside | self.node.keys()

    @property
    def is_composite(self) -> bool:
        """Whether parts of it are said elsewhere."""
        return any(keyword in self.node for keyword in ("$ref", *_SEVERAL_IN_PLACE))

    @property
    def last_token(self) -> str:
        """The last part of its place."""
        return self.at.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class SchemaGroup:
    """What is written at one place: its schema with everything inside, and the names of the definitions that it refers to."""

    sites: tuple[Site, ...]
    names: tuple[str, ...]


class SchemaGraph:
    """The schemas of ``spec`` by where they are written: roots (of parameters, bodies, headers) by pointer, definitions by name."""

    def __init__(self, spec: ApiSpec, *, max_sites: int = MAX_SITES) -> None:
        self._definitions = spec.definitions
        self._is_30 = spec.dialect in (SpecVersion.SWAGGER_20, SpecVersion.OPENAPI_30)
        self._left = max_sites
        self.roots: dict[str, SchemaGroup] = {}
        self.definitions: dict[str, SchemaGroup] = {}
        requests = {schema.pointer: schema for operation in _operations(spec) for schema in request_schemas(operation)}
        responses = {schema.pointer: schema for operation in _operations(spec) for schema in response_schemas(operation)}
        names: dict[str, list[bool]] = {}
        for side, schemas in enumerate((requests, responses)):
            for at in sorted(schemas):
                self.roots[at] = self._group(schemas[at].raw, at, is_request=at in requests, is_response=at in responses)
            self._reach(schemas, side, names)
        for name in sorted(names):
            is_request, is_response = names[name]
            raw, at = self._definitions.get(name, True), origin_of(self._definitions, name)
            self.definitions[name] = self._group(raw, at, is_request=is_request, is_response=is_response)

    @property
    def is_capped(self) -> bool:
        """Whether the document holds more schemas than are looked at."""
        return self._left <= 0

    def sites(self) -> Iterator[Site]:
        """Every site."""
        for groups in (self.roots, self.definitions):
            for group in groups.values():
                yield from group.sites

    def reachable(self, schemas: tuple[Schema, ...], limit: int) -> Iterator[SchemaGroup]:
        """The groups that ``schemas`` are made of, nearest first; at most ``limit`` definitions."""
        groups = [self.roots[schema.pointer] for schema in schemas if schema.pointer in self.roots]
        seen: set[str] = set()
        for group in groups:
            yield group
            for name in group.names:
                if len(seen) >= limit:
                    break
                if name in self.definitions and name not in seen:
                    seen.add(name)
                    groups.append(self.definitions[name])

    def _reach(self, schemas: Mapping[str, Schema], side: int, names: dict[str, list[bool]]) -> None:
        """Mark in ``names`` what is reached from one side: requests (0) or responses (1)."""
        waiting = [name for at in schemas for name in self.roots[at].names]
        while waiting:
            name = waiting.pop()
            sides = names.setdefault(name, [False, False])
            if not sides[side]:
                sides[side] = True
                waiting.extend(_named_below(self._definitions.get(name, True)))

    def _group(self, raw: JsonObject | bool, at: str, *, is_request: bool, is_response: bool) -> SchemaGroup:
        sites: list[Site] = []
        names: set[str] = set()
        waiting: list[Site] = [Site(raw, at, is_request, is_response)] if isinstance(raw, dict) else []
        while waiting and self._left > 0:
            site = waiting.pop()
            self._left -= 1
            name = referred_name(site.node)
            if name is not None:
                names.add(name)
            if name is None or len(site.node) > 1:
                sites.append(site)
                waiting.extend(self._below(site))
        return SchemaGroup(tuple(sites), tuple(sorted(names)))

    def _below(self, site: Site) -> Iterator[Site]:
        node, beside = site.node, frozenset[str]()
        if any(keyword in node for keyword in (*_SEVERAL_IN_PLACE, *_PARTIAL, "dependentSchemas")):
            beside = (site.keywords | self._said_in_all_of(node)) - _COMBINING
        inner = node.get("anyOf")
        is_wrapped = self._is_30 and isinstance(inner, list) and len(inner) == 2 and inner[1] == _NULL
        for keyword, steps, child in children_of(node):
            if not isinstance(child, dict):
                continue
            is_in_place = keyword in _SEVERAL_IN_PLACE
            is_partial = keyword in _PARTIAL or keyword == "dependentSchemas" or (is_in_place and site.is_partial)
            if keyword == "anyOf" and is_wrapped:
                # ``nullable: true`` beside a combination: the document has no anyOf here.
                if child is not _last(inner):
                    yield site._replace(node=child, beside=beside)
                continue
            place = site.at + pointer(steps)[1:]
            yield Site(
                child,
                place,
                site.is_request,
                site.is_response,
                beside if is_in_place or is_partial else frozenset(),
                is_partial,
            )

    def _said_in_all_of(self, node: JsonObject) -> frozenset[str]:
        found: set[str] = set()
        listed = node.get("allOf")
        for entry in (listed if isinstance(listed, list) else [])[:MAX_CONJUNCTS]:
            if isinstance(entry, dict):
                found |= entry.keys()
                target = self._definitions.get(referred_name(entry) or "", True)
                found |= target.keys() if isinstance(target, dict) else set()
        return frozenset(found)


def _last(entries: JsonValue) -> JsonValue:
    return entries[-1] if isinstance(entries, list) else None


def referred_name(node: JsonObject) -> str | None:
    """The name of the definition that ``node`` refers to, or None."""
    reference = node.get("$ref")
    return reference.removeprefix(DEFINITION_PREFIX) if isinstance(reference, str) else None


def children_of(node: JsonObject) -> Iterator[tuple[str, tuple[str, ...], JsonValue]]:
    """(keyword, steps below ``node``, schema) for the schemas in ``node`` that say what a value has to be."""
    for keyword in (*_ONE, *_PARTIAL):
        if keyword in node:
            yield keyword, (keyword,), node[keyword]
    for keyword in ("properties", "patternProperties", "dependentSchemas"):
        named = node.get(keyword)
        for name, child in named.items() if isinstance(named, dict) else ():
            yield keyword, (keyword, name), child
    for keyword in (*_SEVERAL_IN_PLACE, "prefixItems"):
        listed = node.get(keyword)
        for index, child in enumerate(listed if isinstance(listed, list) else ()):
            yield keyword, (keyword, str(index)), child


def _named_below(raw: JsonObject | bool) -> Iterator[str]:
    waiting: list[JsonValue] = [raw]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            name = referred_name(node)
            if name is not None:
                yield name
            waiting.extend(child for _, _, child in children_of(node))


def conjuncts(node: JsonObject, definitions: Mapping[str, JsonObject | bool]) -> list[JsonObject]:
    """What has to hold together for a value of ``node``: itself, what it refers to, the parts of its ``allOf``, and so on."""
    found: list[JsonObject] = []
    seen: set[int] = set()
    waiting: list[JsonValue] = [node]
    while waiting and len(found) < MAX_CONJUNCTS:
        part = waiting.pop(0)
        if not isinstance(part, dict) or id(part) in seen:
            continue
        seen.add(id(part))
        found.append(part)
        name = referred_name(part)
        if name is not None:
            waiting.append(definitions.get(name, True))
        together = part.get("allOf")
        waiting.extend(together[:MAX_CONJUNCTS] if isinstance(together, list) else ())
    return found


# -- where schemas stand in operations ------------------------------------------------------------------------------


def _operations(spec: ApiSpec) -> Iterator[Operation]:
    """The operations of the document, and those that the API itself calls (callbacks, webhooks): they use schemas too."""
    inbound = [*spec.webhooks]
    for operation in spec.operations:
        yield operation
        inbound.extend(operation.callbacks)
    for calls in inbound:
        yield from calls.operations


def request_schemas(operation: Operation) -> Iterator[Schema]:
    """The schemas of what ``operation`` takes."""
    for parameter in operation.parameters:
        yield parameter.schema
    yield from _schemas(operation.request_body.media_types if operation.request_body else ())


def response_schemas(operation: Operation) -> Iterator[Schema]:
    """The schemas of what ``operation`` answers with."""
    for response in operation.responses:
        yield from body_schemas(response)
        yield from (header.schema for header in response.headers if header.schema is not None)


def body_schemas(response: Response) -> Iterator[Schema]:
    """The schemas of the bodies of ``response``."""
    yield from _schemas(response.media_types)


def _schemas(media_types: tuple[MediaType, ...]) -> Iterator[Schema]:
    for media_type in media_types:
        for schema in (media_type.schema, media_type.item_schema):
            if schema is not None:
                yield schema
        for encoding in media_type.encodings:
            yield from (header.schema for header in encoding.headers if header.schema is not None)
