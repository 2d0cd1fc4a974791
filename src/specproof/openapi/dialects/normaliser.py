"""Schemas of Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2 made into one dialect: JSON Schema 2020-12, by allow-list, so that every result compiles.

What the validator would refuse is removed with a finding, and so is what we do not understand: a removed keyword makes a schema
*weaker*, which can only cost us a test, never raise a false alarm. Where weakening a part would make the whole *stricter* (below ``not``,
``if`` or ``oneOf``), the whole is weakened too.

``readOnly``, ``writeOnly``, ``deprecated``, ``default``, ``examples`` and ``xml`` stay as annotations, and so do ``x-unique`` (no two
records share the value), ``x-enum-names`` and ``x-mock`` (made of what vendors write, see ``annotations``). Prose (``title``,
``description``) and all other vendor extensions are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from specproof.errors import SpecLimitError
from specproof.openapi.dialects.annotations import vendor_annotations, xml_annotation
from specproof.openapi.dialects.keywords import ANNOTATIONS, CLEANERS, INVALID, TYPES, Invalid
from specproof.openapi.dialects.patterns import PatternChecker
from specproof.openapi.dialects.placeholders import holds_placeholder
from specproof.openapi.dialects.swagger2 import as_openapi_30_schema
from specproof.openapi.documents.references import ReferenceResolver, Target
from specproof.openapi.finding_log import FindingLog, quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.schema import DEFINITION_PREFIX, JsonObject, JsonValue

_MAX_OUTPUT_DEPTH = 200
"""Levels of JSON in one result; the validator stops at 255, and a bundle adds some."""
_MAX_VALUE_DEPTH = 40
"""Levels of JSON in an enum, default or example, on top of those of the schema that holds it."""
_HOISTED = ("readOnly", "writeOnly", "deprecated", "default", "examples", "xml", "x-mock")
_LATE = ("oneOf", "items")
"""Read after the others: they may turn into a keyword that stands beside them, and key order must not matter."""
_COMPOSITES = ("$ref", "allOf", "anyOf", "oneOf", "not", "if")
_BESIDE_REFERENCE_30 = frozenset({"nullable", "readOnly", "writeOnly", "deprecated"})
"""OpenAPI 3.0 ignores what stands beside a ``$ref``; these few are so often meant that they are kept."""


class SchemaNormaliser:
    """Turns one raw schema at a time into 2020-12. ``name_target`` gives the definition name for a reference's target."""

    def __init__(
        self,
        resolver: ReferenceResolver,
        log: FindingLog,
        *,
        is_openapi_30: bool,
        max_nodes: int,
        name_target: Callable[[Target], str],
        is_swagger_20: bool = False,
    ) -> None:
        self._resolver = resolver
        self._log = log
        self._is_openapi_30 = is_openapi_30
        self._is_swagger_20 = is_swagger_20
        self._nodes_left = max_nodes
        self._name_target = name_target
        self._patterns = PatternChecker()
        self._weakened = 0

    def normalised(self, raw: JsonValue, at: Tokens) -> JsonObject | bool:
        """The 2020-12 form of the schema ``raw`` that stands at ``at``; anything unusable becomes True."""
        schema = self._schema(raw, at, 1)
        return True if schema is None else schema

    # -- one schema -------------------------------------------------------------------------------------------------

    def _schema(self, raw: JsonValue, at: Tokens, depth: int) -> JsonObject | bool | None:
        """None stands for "we cannot say": each position decides what follows from that."""
        if isinstance(raw, bool):
            return raw
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise SpecLimitError("the schemas of the document expand to too many nodes", at=pointer(at))
        if not isinstance(raw, dict):
            self._remove(at, "a schema must be an object")
            return None
        if depth > _MAX_OUTPUT_DEPTH:
            self._remove(at, "the schema is nested too deeply; what is below is not checked")
            return None
        if self._is_swagger_20:
            raw = as_openapi_30_schema(raw)
        if raw.get("nullable") is True:
            depth += 2  # ``_with_null`` may wrap the result.
        reference = raw.get("$ref", raw.get("$dynamicRef"))
        if isinstance(reference, str):
            return self._reference(raw, reference, at, depth)
        if reference is not None:
            self._remove((*at, "$ref"), "a reference must be a text")
        return self._finished(raw, self._keywords(raw, at, depth), at, depth)

    def _reference(self, raw: JsonObject, reference: str, at: Tokens, depth: int) -> JsonObject | bool | None:
        target = self._resolver.locate(reference, at)
        if target is not None and _is_bare_reference(target.value):
            target = self._resolver.follow(target.value, target.tokens)
        # Whoever refers to a template puts something else in the place of a slot that refuses everything.
        if target is None or ("$ref" not in raw and _refuses_everything(target.value)):
            self._weakened += 1
            return None
        siblings: JsonObject = {
            key: value
            for key, value in raw.items()
            if key not in ("$ref", "$dynamicRef") and (not self._is_openapi_30 or key in _BESIDE_REFERENCE_30)
        }
        schema: JsonObject = {"$ref": DEFINITION_PREFIX + self._name_target(target)}
        if siblings:
            schema |= self._keywords(siblings, at, depth)
            return self._finished(siblings, schema, at, depth)
        return schema

    def _keywords(self, raw: JsonObject, at: Tokens, depth: int) -> JsonObject:
        schema: JsonObject = {}
        before = self._weakened
        for key, value in raw.items():
            cleaner = CLEANERS.get(key)
            if cleaner is not None:
                cleaned = cleaner(value) if _is_shallow(value) else INVALID
                if not isinstance(cleaned, Invalid):
                    schema[key] = cleaned
                elif not (isinstance(value, bool) and key.startswith("exclusive")):
                    self._remove(
                        (*at, key), "the value of this keyword is not one that it can have", weakens=key not in ANNOTATIONS
                    )
                continue
            rule = None if key in _LATE else _RULES.get(key)
            if rule is not None:
                rule(self, schema, value, (*at, key), depth)
        for key in _LATE:
            if key in raw:
                _RULES[key](self, schema, raw[key], (*at, key), depth)
        if self._weakened > before:
            _forget_closing_keywords(raw, schema)
        return schema

    def _finished(self, raw: JsonObject, schema: JsonObject, at: Tokens, depth: int) -> JsonObject | bool:
        """What depends on more than one keyword: boolean exclusive bounds, ``then`` without ``if``, ``example``, ``nullable``."""
        for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(raw.get(exclusive), bool):
                if not self._is_openapi_30:
                    self._remove((*at, exclusive), "a boolean here is OpenAPI 3.0; it is read as such", weakens=False)
                if raw[exclusive] and inclusive in schema:
                    schema[exclusive] = schema.pop(inclusive)
        if "if" not in schema:
            schema.pop("then", None)
            schema.pop("else", None)
        if "example" in raw and "examples" not in schema:
            self._examples(schema, [raw["example"]], (*at, "example"), depth)
        schema |= vendor_annotations(raw, schema.get("enum"))
        nullable = raw.get("nullable")
        if nullable is True:
            return _with_null(schema)
        if nullable not in (None, False):
            self._remove((*at, "nullable"), "this must be true or false", weakens=False)
        return schema

    def _remove(self, at: Tokens, reason: str, *, weakens: bool = True) -> None:
        self._weakened += weakens
        self._log.add(FindingCode.SCHEMA_INVALID, pointer(at), reason)

    # -- keywords that are no plain values --------------------------------------------------------------------------

    def _type(self, schema: JsonObject, value: JsonValue, at: Tokens, _depth: int) -> None:
        listed = value if isinstance(value, list) else [value]
        known: list[JsonValue] = []
        for entry in listed:
            name = "null" if entry is None else entry.lower() if isinstance(entry, str) else ""
            if name not in TYPES:
                self._weakened += 1
                shown = quoted(entry) if isinstance(entry, str) else "this"
                self._log.add(
                    FindingCode.SCHEMA_TYPE_UNKNOWN, pointer(at), f"{shown} is no type; any value is taken", Severity.MAJOR
                )
                return
            if name != entry or (name == "null" and self._is_openapi_30):
                message = f"this is not a type of OpenAPI 3.0 or not spelt as one; it is read as {quoted(name)}"
                self._log.add(FindingCode.SCHEMA_TYPE_UNKNOWN, pointer(at), message)
            if name not in known:
                known.append(name)
        if not known:
            self._remove(at, "an empty list of types")
        else:
            schema["type"] = known if isinstance(value, list) and len(known) > 1 else known[0]

    def _pattern(self, schema: JsonObject, value: JsonValue, at: Tokens, _depth: int) -> None:
        if not isinstance(value, str):
            self._remove(at, "a pattern must be a text")
        elif self._can_use_pattern(value, at):
            schema["pattern"] = value

    def _can_use_pattern(self, pattern: str, at: Tokens) -> bool:
        refusal = self._patterns.refusal(pattern)
        if refusal:
            self._weakened += 1
            message = f"the pattern {quoted(pattern)} {refusal}; it is not checked"
            self._log.add(FindingCode.SCHEMA_PATTERN_UNSUPPORTED, pointer(at), message)
        return not refusal

    def _unique(self, schema: JsonObject, value: JsonValue, _at: Tokens, _depth: int) -> None:
        """``x-unique``: kept if it says yes or no; what else vendors write there is theirs."""
        if isinstance(value, bool):
            schema["x-unique"] = value

    def _xml(self, schema: JsonObject, value: JsonValue, at: Tokens, _depth: int) -> None:
        if not isinstance(value, dict):
            self._remove(at, "xml must be an object", weakens=False)
        elif cleaned := xml_annotation(value):
            schema["xml"] = cleaned

    def _default(self, schema: JsonObject, value: JsonValue, at: Tokens, _depth: int) -> None:
        if self._can_use_example(value, at):
            schema["default"] = value

    def _examples(self, schema: JsonObject, value: JsonValue, at: Tokens, _depth: int) -> None:
        if not isinstance(value, list):
            self._remove(at, "examples of a schema must be a list", weakens=False)
            return
        usable = [example for example in value if self._can_use_example(example, at)]
        if usable:
            schema["examples"] = usable

    def _can_use_example(self, value: JsonValue, at: Tokens) -> bool:
        if not _is_shallow(value):
            self._remove(at, "this value is nested too deeply; it is left out", weakens=False)
            return False
        if not holds_placeholder(value):
            return True
        message = "this holds a {{placeholder}} that only Apifox can fill in; it is left out"
        self._log.add(FindingCode.EXAMPLE_PLACEHOLDER, pointer(at), message, Severity.INFO)
        return False

    def _discriminator(self, schema: JsonObject, value: JsonValue, at: Tokens, _depth: int) -> None:
        """Kept as an annotation: the property's name, and the mapping to definitions as far as it can be resolved."""
        if not isinstance(value, dict) or not isinstance(value.get("propertyName"), str):
            self._remove(at, "a discriminator needs a propertyName", weakens=False)
            return
        mapping: JsonObject = {}
        listed = value.get("mapping")
        for key, reference in listed.items() if isinstance(listed, dict) else ():
            definition = self._discriminated(reference, (*at, "mapping", key))
            if definition:
                mapping[key] = definition
        kept: JsonObject = {"propertyName": value["propertyName"], **({"mapping": mapping} if mapping else {})}
        default = self._discriminated(value.get("defaultMapping"), (*at, "defaultMapping"))
        schema["discriminator"] = {**kept, "defaultMapping": default} if default else kept

    def _discriminated(self, reference: JsonValue, at: Tokens) -> str:
        """The definition that a mapping names by its name or by a reference; "" where there is none."""
        if not isinstance(reference, str):
            return ""
        if "#" in reference or "/" in reference or "." in reference:
            target = self._resolver.locate(reference, at)
        else:  # A name means a component of the main document, in whichever file it stands.
            target = self._resolver.locate(f"#/components/schemas/{reference}", at, base=())
        return DEFINITION_PREFIX + self._name_target(target) if target is not None else ""

    def _one(self, schema: JsonObject, value: JsonValue, at: Tokens, depth: int) -> None:
        """Keywords that hold one schema, where anything is a harmless reading of what we cannot read."""
        below = self._schema(value, at, depth + 1)
        schema[at[-1]] = True if below is None else below

    def _one_or_none(self, schema: JsonObject, value: JsonValue, at: Tokens, depth: int) -> None:
        """Keywords that hold one schema, and become stricter when it becomes weaker: kept only if it was read whole."""
        before = self._weakened
        below = self._schema(value, at, depth + 1)
        if below is not None and self._weakened == before:
            schema[at[-1]] = below

    def _items(self, schema: JsonObject, value: JsonValue, at: Tokens, depth: int) -> None:
        if isinstance(value, list):
            self._remove(at, "a list here is an older dialect; it is read as prefixItems", weakens=False)
            self._several(schema, value, (*at[:-1], "prefixItems"), depth)
        else:
            self._one(schema, value, at, depth)

    def _by_name(self, schema: JsonObject, value: JsonValue, at: Tokens, depth: int) -> None:
        """``properties``, ``patternProperties``, ``dependentSchemas``."""
        if not isinstance(value, dict):
            self._remove(at, "this must be an object of schemas")
            return
        is_pattern = at[-1] == "patternProperties"
        below: JsonObject = {}
        for name, raw in value.items():
            if is_pattern and not self._can_use_pattern(name, (*at, name)):
                continue
            entry = self._schema(raw, (*at, name), depth + 2)
            below[name] = True if entry is None else entry
        schema[at[-1]] = below

    def _several(self, schema: JsonObject, value: JsonValue, at: Tokens, depth: int) -> None:
        """``allOf``, ``anyOf``, ``oneOf``, ``prefixItems``."""
        keyword = at[-1]
        if not isinstance(value, list) or not value:
            self._remove(at, "this must be a list of at least one schema")
            return
        before = self._weakened
        levels = 4 if keyword == "oneOf" else 2  # It may end up as ``anyOf`` inside of ``allOf``.
        below = [self._schema(raw, (*at, str(index)), depth + levels) for index, raw in enumerate(value)]
        if keyword in ("oneOf", "anyOf") and None in below:
            return
        entries: list[JsonValue] = [True if entry is None else entry for entry in below]
        if keyword == "oneOf" and self._weakened > before:
            # An alternative that lost a keyword may now match beside another one: "at least one" is all that can be said.
            keyword = "anyOf"
        if keyword in schema:
            others = schema.setdefault("allOf", [])
            if isinstance(others, list):
                others.append({keyword: entries})
        else:
            schema[keyword] = entries


_Rule = Callable[[SchemaNormaliser, JsonObject, JsonValue, Tokens, int], None]
_RULES: Final[Mapping[str, _Rule]] = {
    "type": SchemaNormaliser._type,
    "pattern": SchemaNormaliser._pattern,
    "x-unique": SchemaNormaliser._unique,
    "xml": SchemaNormaliser._xml,
    "default": SchemaNormaliser._default,
    "examples": SchemaNormaliser._examples,
    "discriminator": SchemaNormaliser._discriminator,
    "items": SchemaNormaliser._items,
    **dict.fromkeys(
        ("additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "then", "else"),
        SchemaNormaliser._one,
    ),
    **dict.fromkeys(("not", "if", "contains"), SchemaNormaliser._one_or_none),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), SchemaNormaliser._by_name),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), SchemaNormaliser._several),
}


def _is_bare_reference(value: JsonValue) -> bool:
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get("$ref"), str)


def _forget_closing_keywords(raw: JsonObject, schema: JsonObject) -> None:
    """Keywords that forbid "everything else" become stricter when what is allowed could not be read: they go."""
    for keyword in ("unevaluatedProperties", "unevaluatedItems"):
        schema.pop(keyword, None)
    for keyword in ("properties", "patternProperties"):
        kept = schema.get(keyword)
        if keyword in raw and (not isinstance(kept, dict) or kept.keys() != raw[keyword].keys()):  # type: ignore[union-attr]
            schema.pop("additionalProperties", None)


def _refuses_everything(value: JsonValue) -> bool:
    return value is False or (isinstance(value, dict) and value.get("not") in ({}, True))


def _is_shallow(value: JsonValue) -> bool:
    level: list[JsonValue] = [value]
    for _ in range(_MAX_VALUE_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return True
    return False


def _with_null(schema: JsonObject) -> JsonObject:
    """``schema``, and null too. OpenAPI 3.0 means this wherever ``nullable`` stands, beside ``enum`` and ``allOf`` included."""
    if any(keyword in schema for keyword in _COMPOSITES):
        hoisted: JsonObject = {key: schema.pop(key) for key in _HOISTED if key in schema}
        return {**hoisted, "anyOf": [schema, {"type": "null"}]}
    kinds = schema.get("type")
    if isinstance(kinds, str):
        kinds = [kinds]
    if isinstance(kinds, list) and "null" not in kinds:
        schema["type"] = [*kinds, "null"]
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    listed = schema.get("enum")
    if isinstance(listed, list) and None not in listed:
        schema["enum"] = [*listed, None]
        names = schema.get("x-enum-names")
        if isinstance(names, list):
            schema["x-enum-names"] = [*names, "null"]
    return schema
