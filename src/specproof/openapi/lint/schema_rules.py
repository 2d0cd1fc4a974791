"""Rules about single schemas: what they leave open, and what they say by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.context import LintContext, finding
from specproof.openapi.lint.json_types import types_of
from specproof.openapi.lint.sites import Site, conjuncts
from specproof.openapi.schema import JsonObject, JsonValue

STRING_KEYWORDS = frozenset({"maxLength", "pattern", "format", "enum", "const", "contentEncoding", "contentMediaType"})
"""Any of these says what a text may be."""
NUMBER_KEYWORDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum", "const"})
"""Any of these bounds a number."""
_OBJECT_KEYWORDS = frozenset(
    {
        *("properties", "patternProperties", "required", "propertyNames", "maxProperties", "enum", "const"),
        *("$ref", "allOf", "anyOf", "oneOf", "dependentSchemas", "dependentRequired", "not", "if"),
    }
)
_ANNOTATIONS = frozenset({"readOnly", "writeOnly", "deprecated", "default", "examples", "x-unique", "discriminator"})
_REST = ("additionalProperties", "unevaluatedProperties", "unevaluatedItems")


def unconstrained_strings(context: LintContext) -> Iterator[Finding]:
    """``lint.string_unconstrained``: in requests."""
    for site in _plain_request_sites(context, "string"):
        if not site.keywords & STRING_KEYWORDS:
            yield finding(FindingCode.LINT_STRING_UNCONSTRAINED, site.at, "any text of any length is allowed here")


def unbounded_numbers(context: LintContext) -> Iterator[Finding]:
    """``lint.number_unbounded``: in requests. A ``format`` such as int32 is no bound: few servers refuse what is beyond it."""
    for site in _plain_request_sites(context, "integer"):
        if not site.keywords & NUMBER_KEYWORDS:
            yield finding(FindingCode.LINT_NUMBER_UNBOUNDED, site.at, "any number is allowed here")


def unbounded_arrays(context: LintContext) -> Iterator[Finding]:
    """``lint.array_unbounded``: in requests."""
    for site in _plain_request_sites(context, "array"):
        if not site.keywords & {"maxItems", "enum", "const"} and site.node.get("items") is not False:
            yield finding(FindingCode.LINT_ARRAY_UNBOUNDED, site.at, "a list of any length is allowed here")


def _plain_request_sites(context: LintContext, kind: str) -> Iterator[Site]:
    for site in context.request_sites():
        types = types_of(site.node)
        if types is not None and kind in types and not site.is_composite and not site.is_partial:
            yield site


def free_form_schemas(context: LintContext) -> Iterator[Finding]:
    """``lint.free_form``: an object that nothing is said about, and a schema that says nothing at all."""
    for site in context.sites:
        if not site.is_partial and site.last_token not in _REST and is_free_form(site):
            what = "any object" if "type" in site.keywords else "any value"
            yield finding(FindingCode.LINT_FREE_FORM, site.at, f"{what} is allowed here")


def is_free_form(site: Site) -> bool:
    """Whether the schema takes any object or any value."""
    keywords = site.keywords
    types = types_of(site.node)
    if types is None:
        return not keywords - _ANNOTATIONS
    if "object" not in types or keywords & _OBJECT_KEYWORDS:
        return False
    rest = site.node.get("additionalProperties", site.node.get("unevaluatedProperties", True))
    return rest is True or rest == {}


def nothing_required(context: LintContext) -> Iterator[Finding]:
    """``lint.nothing_required``: of a response no missing property can be noticed; of a request none can be left out to provoke."""
    for site in context.sites:
        properties = site.node.get("properties")
        if not isinstance(properties, dict) or not properties or site.is_partial or "required" in site.keywords:
            continue
        if site.is_composite or site.beside:
            continue  # What the others require is theirs to say.
        severity = Severity.MINOR if site.is_response else Severity.INFO
        message = f"none of its {len(properties)} properties is required"
        yield finding(FindingCode.LINT_NOTHING_REQUIRED, site.at, message, severity)


def open_objects(context: LintContext) -> Iterator[Finding]:
    """``lint.object_open``: in requests, where nothing says whether other properties are refused."""
    for site in context.request_sites():
        says = site.keywords & {"additionalProperties", "unevaluatedProperties", "patternProperties"}
        if "properties" in site.node and not says and not site.is_partial and not site.is_composite and not site.beside:
            message = "whether other properties are refused is not said"
            yield finding(FindingCode.LINT_OBJECT_OPEN, site.at, message, Severity.INFO)


def read_only_required(context: LintContext) -> Iterator[Finding]:
    """``lint.read_only_required``: where a schema is used in requests only."""
    for site in context.request_sites():
        required, properties = site.node.get("required"), site.node.get("properties")
        if site.is_response or not isinstance(required, list) or not isinstance(properties, dict):
            continue
        for index, name in enumerate(required):
            described = properties.get(name) if isinstance(name, str) else None
            if isinstance(described, dict) and _is_read_only(described, context):
                message = f"{quoted(str(name))} is required of requests, and readOnly"
                yield finding(FindingCode.LINT_READ_ONLY_REQUIRED, f"{site.at}/required/{index}", message)


def _is_read_only(node: JsonObject, context: LintContext) -> bool:
    return any(part.get("readOnly") is True for part in conjuncts(node, context.spec.definitions))


def invalid_examples(context: LintContext) -> Iterator[Finding]:
    """``example.invalid``, ``lint.default_invalid`` and ``lint.default_not_in_enum``."""
    yield from context.examples.findings


def discriminators(context: LintContext) -> Iterator[Finding]:
    """``lint.discriminator_not_required``: a client cannot tell which alternative an answer is that lacks the property."""
    for site in context.sites:
        described = site.node.get("discriminator")
        name = described.get("propertyName") if isinstance(described, dict) else None
        if not isinstance(name, str):
            continue
        branches = [branch for keyword in ("oneOf", "anyOf") for branch in _branches(site.node, keyword)]
        lacking = [index for index, branch in enumerate(branches or [site.node]) if _lacks(branch, name, site, context)]
        if not lacking:
            continue
        message = f"{quoted(name)} is not declared and required here"
        if branches:
            message = f"{quoted(name)} is not declared and required in {len(lacking)} of {len(branches)} alternatives"
        yield finding(FindingCode.LINT_DISCRIMINATOR, f"{site.at}/discriminator", message)


def _branches(node: JsonObject, keyword: str) -> list[JsonObject]:
    listed = node.get(keyword)
    return [branch for branch in (listed if isinstance(listed, list) else []) if isinstance(branch, dict)]


def _lacks(branch: JsonObject, name: str, site: Site, context: LintContext) -> bool:
    parts = conjuncts(branch, context.spec.definitions)
    if branch is not site.node:
        parts.append(site.node)
    if any(part.get("type") == "null" for part in parts):
        return False
    if any("oneOf" in part or "anyOf" in part for part in parts if part is not site.node):
        return False  # Its own alternatives say more than can be read here.
    is_declared = any(_holds(part.get("properties"), name) for part in parts)
    return not (is_declared and any(_holds(part.get("required"), name) for part in parts))


def _holds(container: JsonValue, name: str) -> bool:
    return isinstance(container, (dict, list)) and name in container
