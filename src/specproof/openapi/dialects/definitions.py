"""The named schemas of a document: normalised when asked for, each once, and free of loops that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specproof.openapi.dialects.normaliser import SchemaNormaliser
from specproof.openapi.documents.references import ReferenceResolver, Target
from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.pointers import COMPONENT_SCHEMAS, Tokens, definition_name, pointer
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

_MAX_EVALUATIONS = 50_000
"""Sub-schemas that one value may be checked against before any of its parts is looked at."""
_IN_PLACE = ("$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")


class Definitions(Mapping[str, "JsonObject | bool"]):
    """NAME -> schema for every place that a reference leads to, and for every component schema.

    Lazy: a schema is normalised when its name is looked up; :meth:`complete` does so for all that are referred to.
    """

    def __init__(
        self,
        resolver: ReferenceResolver,
        log: FindingLog,
        *,
        is_openapi_30: bool,
        max_nodes: int,
        is_swagger_20: bool = False,
        schemas_at: Tokens = COMPONENT_SCHEMAS,
    ) -> None:
        self._log = log
        self._schemas_at = schemas_at
        self._normaliser = SchemaNormaliser(
            resolver,
            log,
            is_openapi_30=is_openapi_30,
            is_swagger_20=is_swagger_20,
            max_nodes=max_nodes,
            name_target=self.name_target,
        )
        self._targets: dict[str, Target] = {}
        self._names: dict[Tokens, str] = {}
        self._schemas: dict[str, JsonObject | bool] = {}
        self._waiting: list[str] = []
        self.derived: dict[str, Any] = {}
        """What readers have worked out from these definitions, each under a name of its own. It lives as long as the document does."""
        named = resolver.value_at(schemas_at)
        for name, raw in named.items() if isinstance(named, dict) else ():
            self._register(Target((*schemas_at, name), raw))

    def origin(self, name: str) -> str:
        """Where the document has the schema called ``name``: a JSON pointer (``#/components/schemas/Pet``)."""
        return pointer(self._targets[name].tokens)

    def name_target(self, target: Target) -> str:
        """The name of the definition for ``target``, which is normalised by the next :meth:`complete`."""
        name = self._names.get(target.tokens) or self._register(target)
        if name not in self._schemas:
            self._waiting.append(name)
        return name

    def normalised(self, raw: JsonValue, at: Tokens) -> JsonObject | bool:
        """The 2020-12 form of a schema that stands at ``at``."""
        return self._normaliser.normalised(raw, at)

    def complete(self) -> None:
        """Normalise everything that is referred to, then break loops and explosions; findings are complete after that."""
        while self._waiting:
            self._load(self._waiting.pop())
        _LoopBreaker(self._schemas, self._log, {name: target.tokens for name, target in self._targets.items()}).run()

    def _register(self, target: Target) -> str:
        name = definition_name(target.tokens, schemas_at=self._schemas_at)
        if name in self._targets:
            name = definition_name(target.tokens, full_hash=True, schemas_at=self._schemas_at)
        self._targets[name] = target
        self._names[target.tokens] = name
        return name

    def _load(self, name: str) -> JsonObject | bool:
        schema = self._schemas.get(name)
        if schema is None:
            target = self._targets[name]
            schema = self._schemas[name] = self._normaliser.normalised(target.value, target.tokens)
        return schema

    def __getitem__(self, name: str) -> JsonObject | bool:
        return self._load(name)

    def __contains__(self, name: object) -> bool:
        return name in self._targets

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._targets))

    def __len__(self) -> int:
        return len(self._targets)


def origin_of(definitions: Mapping[str, JsonObject | bool], name: str) -> str:
    """The pointer of the definition called ``name``: its place in the document, or ``#/$defs/NAME`` where there is no document."""
    if isinstance(definitions, Definitions) and name in definitions:
        return definitions.origin(name)
    return pointer((*DEFINITION_PREFIX.strip("#/").split("/"), name))


class _LoopBreaker:
    """Finds definitions that are defined by nothing but themselves (``A: allOf [A]``), or that fan out to millions of checks.

    Only keywords that apply to the *same* value count: a tree whose children are trees is fine. The keyword that closes a loop is
    dropped from its definition, so the definition says less, never more.
    """

    def __init__(self, schemas: dict[str, JsonObject | bool], log: FindingLog, places: dict[str, Tokens]) -> None:
        self._schemas = schemas
        self._log = log
        self._places = places
        self._costs: dict[str, int] = {}

    def run(self) -> None:
        for name in sorted(self._schemas):
            if name not in self._costs:
                self._visit(name)

    def _visit(self, start: str) -> None:
        """Depth first and without recursion; ``_costs`` of a name is set when all that it leads to is known."""
        path: list[tuple[str, list[tuple[str, str]]]] = [(start, self._edges(start))]
        on_path = {start}
        while path:
            name, edges = path[-1]
            if not edges:
                path.pop()
                on_path.discard(name)
                self._costs[name] = self._cost(name)
                continue
            keyword, below = edges.pop()
            if below in on_path:
                self._drop(
                    name, keyword, FindingCode.REF_CYCLE, "this leads back to itself without saying anything; it is left out"
                )
                edges[:] = [edge for edge in edges if edge[0] != keyword]
            elif below not in self._costs:
                path.append((below, self._edges(below)))
                on_path.add(below)

    def _edges(self, name: str) -> list[tuple[str, str]]:
        """(keyword of the definition, name that it leads to), last one first."""
        schema = self._schemas.get(name)
        if not isinstance(schema, dict):
            return []
        return [
            (keyword, below) for keyword in reversed(_IN_PLACE) if keyword in schema for below in _names_under(schema, keyword)
        ]

    def _cost(self, name: str) -> int:
        totals: dict[str, int] = {}
        for keyword, below in self._edges(name):
            totals[keyword] = totals.get(keyword, 0) + self._costs.get(below, 1)
        while sum(totals.values()) > _MAX_EVALUATIONS:
            widest = max(sorted(totals), key=lambda keyword: totals[keyword])
            del totals[widest]
            message = f"this expands to more than {_MAX_EVALUATIONS} alternatives; it is left out"
            self._drop(name, widest, FindingCode.SCHEMA_INVALID, message)
        return 1 + sum(totals.values())

    def _drop(self, name: str, keyword: str, code: FindingCode, message: str) -> None:
        schema = self._schemas[name]
        if isinstance(schema, dict):
            schema.pop(keyword, None)
        self._log.add(code, pointer((*self._places[name], keyword)), message, Severity.MAJOR)


def _names_under(schema: JsonObject, keyword: str) -> list[str]:
    """The definitions that ``keyword`` of ``schema`` applies to the same value, nested combinations included."""
    found: list[str] = []
    waiting: list[tuple[str, JsonValue]] = [(keyword, schema[keyword])]
    while waiting:
        key, value = waiting.pop()
        if key == "$ref":
            if isinstance(value, str):
                found.append(value.removeprefix(DEFINITION_PREFIX))
            continue
        entries = (
            value
            if isinstance(value, list)
            else value.values()
            if key == "dependentSchemas" and isinstance(value, dict)
            else [value]
        )
        for entry in entries:
            if isinstance(entry, dict):
                waiting.extend((below, entry[below]) for below in _IN_PLACE if below in entry)
    return found


def _applied(keyword: str, value: JsonValue) -> list[JsonValue]:
    """The schemas that an in-place keyword holds."""
    if isinstance(value, list):
        return value
    if keyword == "dependentSchemas" and isinstance(value, dict):
        return [value[name] for name in sorted(value)]
    return [value]
