"""Single keywords: which are counted, when a value meets one at its edge, when it breaks one, and when nobody can over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.quality.metrics.schema_nodes import Node, holds

COUNTED: Final = (
    "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
    "pattern", "format", "required", "additionalProperties", "minProperties", "maxProperties", "propertyNames", "dependentRequired",
    "minItems", "maxItems", "uniqueItems", "contains", "oneOf", "anyOf", "not", "unevaluatedProperties",
)  # fmt: skip
"""The keywords that say what is allowed, in the order of reports."""
FORMATS: Final = frozenset(
    {
        "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri",
        "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex",
    }
)  # fmt: skip
"""The formats that a validator can judge; of others, any text is one."""
_VACUOUS: Final[Mapping[str, JsonValue]] = MappingProxyType(
    {"minLength": 0, "minItems": 0, "minProperties": 0, "required": [], "uniqueItems": False, "dependentRequired": {}}
)
_OF_OBJECTS: Final = frozenset(
    {
        "required",
        "additionalProperties",
        "minProperties",
        "maxProperties",
        "propertyNames",
        "dependentRequired",
        "unevaluatedProperties",
    }
)
_OF_ARRAYS: Final = frozenset({"minItems", "maxItems", "uniqueItems", "contains"})
_OF_TEXTS: Final = frozenset({"minLength", "maxLength", "pattern", "format"})
_OF_NUMBERS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
JSON: Final = "json"
"""The carrier in which every JSON value can be told from every other; the others are ``path``, ``query``, ``header``, ``cookie``,
``form``."""
LONGEST: Final[Mapping[str, int]] = MappingProxyType({JSON: 65_536, "form": 65_536, "query": 4_000, "path": 2_000})
"""Characters beyond which servers refuse a request for its size."""


def keywords_of(node: Node) -> tuple[str, ...]:
    """The counted keywords of a node that exclude anything at all."""
    return tuple(keyword for keyword in COUNTED if keyword in node.schema and _excludes(keyword, node))


def _excludes(keyword: str, node: Node) -> bool:
    value = node.schema[keyword]
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        return value is False
    if keyword == "format":
        return value in FORMATS and "string" in _types(node.schema, default=("string",))
    if keyword == "pattern":
        return holds({"pattern": value}, f"{node.at}/pattern", "", node.definitions) is not None
    return keyword not in _VACUOUS or value != _VACUOUS[keyword]


def meets(keyword: str, value: JsonValue) -> bool:
    """Whether ``keyword`` says anything about a value of this type."""
    if keyword in _OF_OBJECTS:
        return isinstance(value, dict)
    if keyword in _OF_ARRAYS:
        return isinstance(value, list)
    if keyword in _OF_TEXTS:
        return isinstance(value, str)
    if keyword in _OF_NUMBERS:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return True


def breaks(keyword: str, node: Node, value: JsonValue) -> bool:
    """Whether ``value`` breaks this keyword of ``node``."""
    if not meets(keyword, value):
        return False
    key = f"{node.at}/{keyword}"
    if keyword == "unevaluatedProperties":
        others: JsonObject = {name: value for name, value in node.schema.items() if name != keyword}
        is_else_right = holds(others, f"{key} left out", value, node.definitions) is True
        return is_else_right and holds(node.schema, f"{key} and all", value, node.definitions) is False
    return holds(_alone(keyword, node.schema), key, value, node.definitions) is False


def _alone(keyword: str, schema: JsonObject) -> JsonObject:
    """The keyword with what it needs beside it, and nothing that could be broken instead."""
    alone: JsonObject = {keyword: schema[keyword]}
    if keyword == "additionalProperties":
        for names in ("properties", "patternProperties"):
            named = schema.get(names)
            if isinstance(named, dict):
                alone[names] = dict.fromkeys(named, True)
    if keyword == "contains":
        alone |= {name: schema[name] for name in ("minContains", "maxContains") if name in schema}
    return alone


def is_at_edge(keyword: str, node: Node, value: JsonValue) -> bool:
    """Whether a value that satisfies ``keyword`` meets it as closely as it can."""
    if not meets(keyword, value):
        return False
    judge = _EDGES.get(keyword)
    return judge is None or judge(node.schema, node.schema[keyword], value)


def _step(schema: JsonObject) -> float:
    step = schema.get("multipleOf")
    if isinstance(step, (int, float)) and step > 0:
        return float(step)
    return 1.0 if _types(schema) == ("integer",) else 0.0


def _bound(schema: JsonObject, bound: JsonValue, value: JsonValue) -> bool:
    distance = float(abs(value - bound))  # type: ignore[operator]
    return distance == 0 or distance < _step(schema)


def _open_bound(schema: JsonObject, bound: JsonValue, value: JsonValue) -> bool:
    distance = abs(value - bound)  # type: ignore[operator]
    return bool(distance <= (_step(schema) or max(0.01, abs(bound) * 0.001)))  # type: ignore[arg-type]


def _size(_schema: JsonObject, bound: JsonValue, value: JsonValue) -> bool:
    return len(value) == bound  # type: ignore[arg-type]


def _only_required(schema: JsonObject, names: JsonValue, value: JsonValue) -> bool:
    """Nothing optional is there: a server that asks for more refuses it."""
    named = schema.get("properties")
    known = set(named) if isinstance(named, dict) else set()
    return not (set(value) & known) - set(names)  # type: ignore[arg-type]


def _several(_schema: JsonObject, _keyword: JsonValue, value: JsonValue) -> bool:
    return len(value) > 1  # type: ignore[arg-type]


def _not_zero(_schema: JsonObject, _keyword: JsonValue, value: JsonValue) -> bool:
    return value != 0


_EDGES: Final[Mapping[str, Callable[[JsonObject, JsonValue, JsonValue], bool]]] = MappingProxyType(
    {
        "minimum": _bound,
        "maximum": _bound,
        "exclusiveMinimum": _open_bound,
        "exclusiveMaximum": _open_bound,
        "multipleOf": _not_zero,
        "minLength": _size,
        "maxLength": _size,
        "minItems": _size,
        "maxItems": _size,
        "minProperties": _size,
        "maxProperties": _size,
        "uniqueItems": _several,
        "required": _only_required,
    }
)
"""Where a keyword has no edge, any value that satisfies it is as close as another."""


def impossible(keyword: str, node: Node, carrier: str) -> str:
    """Why no request can break this keyword where the value travels in ``carrier``; "" where one can."""
    limit = LONGEST.get(carrier, 2_000)
    bound = node.schema[keyword]
    if keyword in ("maxLength", "maxItems") and isinstance(bound, (int, float)) and bound > limit:
        return f"a value longer than {bound:g} makes the request itself too long"
    if carrier == JSON:
        return ""
    if keyword == "type":
        return next((reason for kind, reason in _TEXT_READS_AS.items() if kind in _types(node.schema)), "")
    if keyword == "minItems" and bound == 1:
        return "an empty list cannot be told from an absent parameter"
    if keyword == "minLength" and bound == 1 and carrier in ("path", "header", "cookie"):
        return "an empty text cannot be told from an absent one"
    return ""


_TEXT_READS_AS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string": "outside of JSON every text is a string",
        "array": "outside of JSON a single value is a list of one",
        "object": "outside of JSON an object is a row of texts",
    }
)


def _types(schema: JsonObject, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    types = schema.get("type")
    if isinstance(types, str):
        return (types,)
    return tuple(str(each) for each in types if each != "null") if isinstance(types, list) else default
