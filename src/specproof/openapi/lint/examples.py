"""Examples and defaults, held against their own schemas by the validator that suites use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jsonschema_rs import Draft202012Validator, ReferencingError, RegexOptions, ValidationError

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.json_types import identity, listed_values, type_name, types_of
from specproof.openapi.lint.sites import Site
from specproof.openapi.model import ApiSpec, MediaType, Operation
from specproof.openapi.pointers import pointer
from specproof.openapi.schema import Example, JsonObject, JsonValue, Schema, bundle_schema, resolve_reference
from specproof.openapi.vocabulary import ParameterLocation

MAX_WEIGHT = 150_000
"""Definitions inside of all validators that are compiled: some 30 microseconds each."""
_MAX_ERRORS = 20
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_ALTERNATIVES = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class ExampleReport:
    """The findings about examples and defaults, the pointers of those that violate their schema, and whether all were looked at."""

    findings: tuple[Finding, ...]
    invalid: frozenset[str]
    is_capped: bool


def checked_examples(spec: ApiSpec, sites: tuple[Site, ...]) -> ExampleReport:
    """Every example of parameters, media types and schemas, and every default."""
    checker = ExampleChecker(spec.definitions)
    findings: dict[str, Finding] = {}
    for example, schema, is_request in _operation_examples(spec.operations):
        if example.pointer not in findings:
            fault = checker.fault(schema.raw, example.value, is_request=is_request, is_response=not is_request)
            if fault:
                findings[example.pointer] = Finding(FindingCode.EXAMPLE_INVALID, example.pointer, f"the example {fault}")
    for site in sites:
        for found in _site_findings(checker, site):
            findings.setdefault(found.at, found)
    return ExampleReport(tuple(findings.values()), frozenset(findings), checker.is_exhausted)


def operation_examples(operation: Operation) -> Iterator[tuple[Example, Schema, bool]]:
    """(example, its schema, whether it is of a request) for the examples that can be held against a schema."""
    for parameter in operation.parameters:
        # A parameter that is written as JSON text may show that text: then it is no value of the schema.
        if not parameter.content_type and parameter.location is not ParameterLocation.QUERYSTRING:
            yield from ((example, parameter.schema, True) for example in parameter.examples)
    for media_type in operation.request_body.media_types if operation.request_body else ():
        yield from ((example, schema, True) for example, schema in _media_examples(media_type))
    for response in operation.responses:
        for media_type in response.media_types:
            yield from ((example, schema, False) for example, schema in _media_examples(media_type))


def _operation_examples(operations: tuple[Operation, ...]) -> Iterator[tuple[Example, Schema, bool]]:
    for operation in operations:
        yield from operation_examples(operation)


def _media_examples(media_type: MediaType) -> Iterator[tuple[Example, Schema]]:
    if media_type.schema is not None and (media_type.is_json or media_type.name in _FORMS) and not media_type.is_sequential:
        yield from ((example, media_type.schema) for example in media_type.examples)


def _site_findings(checker: ExampleChecker, site: Site) -> Iterator[Finding]:
    node = site.node
    examples = node.get("examples")
    for index, example in enumerate(examples if isinstance(examples, list) else ()):
        fault = checker.fault(node, example, is_request=site.is_request, is_response=site.is_response)
        if fault:
            at = site.at + pointer(("examples", str(index)))[1:]
            yield Finding(FindingCode.EXAMPLE_INVALID, at, f"the example {fault}")
    if "default" not in node:
        return
    default, at = node["default"], f"{site.at}/default"
    resolved = resolve_reference({key: node[key] for key in ("$ref", "enum", "const") if key in node}, checker.definitions)
    allowed = listed_values(resolved) if isinstance(resolved, dict) else None
    if allowed is not None and identity(default) not in {identity(value) for value in allowed}:
        yield Finding(FindingCode.LINT_DEFAULT_NOT_IN_ENUM, at, "the default is none of the values that enum allows")
    elif fault := checker.fault(node, default, is_request=site.is_request, is_response=site.is_response):
        yield Finding(FindingCode.LINT_DEFAULT_INVALID, at, f"the default {fault}", Severity.MINOR)


class ExampleChecker:
    """Says what is wrong with a value. Each schema is compiled once; beyond :data:`MAX_WEIGHT` nothing more is."""

    def __init__(self, definitions: Mapping[str, JsonObject | bool], *, max_weight: int = MAX_WEIGHT) -> None:
        self.definitions = definitions
        self._left = max_weight
        self._last: tuple[JsonObject, JsonObject, Draft202012Validator | None] | None = None

    @property
    def is_exhausted(self) -> bool:
        """Whether there were more schemas than could be compiled."""
        return self._left <= 0

    def fault(self, raw: JsonObject | bool, value: JsonValue, *, is_request: bool, is_response: bool) -> str:
        """Why ``value`` violates ``raw``, as the end of a sentence; empty where it does not, or where that cannot be told.

        A ``readOnly`` property may be missing from what is used in requests, a ``writeOnly`` one from what is used in responses.
        """
        if not isinstance(raw, dict):
            return "" if raw else "stands where nothing is allowed"
        top = resolve_reference(raw, self.definitions)
        types = types_of(top) if isinstance(top, dict) else None
        if types is not None and type_name(value) not in types:
            return _type_fault(value, sorted(types))
        bundle, validator = self._compiled(raw)
        if validator is None or validator.is_valid(value):
            return ""
        one_way = _one_way_names(bundle, is_request=is_request, is_response=is_response)
        for count, error in enumerate(validator.iter_errors(value)):
            if count >= _MAX_ERRORS or _is_no_verdict(error):
                return ""
            fault = _fault(error, one_way)
            if fault:
                return fault
        return ""

    def _compiled(self, raw: JsonObject) -> tuple[JsonObject, Draft202012Validator | None]:
        """The bundle and its validator. The last one is kept: examples of one schema follow each other."""
        if self._last is not None and self._last[0] is raw:
            return self._last[1], self._last[2]
        if self._left <= 0:
            return raw, None
        bundle = bundle_schema(raw, self.definitions)
        reached = bundle.get("$defs")
        self._left -= 1 + (len(reached) if isinstance(reached, dict) else 0)
        validator: Draft202012Validator | None = None
        try:
            validator = Draft202012Validator(bundle, pattern_options=RegexOptions(), validate_formats=True, offline=True)
        except (ValidationError, ReferencingError):
            validator = None  # Then there is no verdict; the parser has told what is wrong with the schema.
        self._last = (raw, bundle, validator)
        return bundle, validator


def _type_fault(value: JsonValue, types: list[str]) -> str:
    wanted = " or ".join(types)
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "[") and {"object", "array"} & set(types):
        return f"is a text that holds JSON, and the schema wants {wanted}"
    return f"is of type {type_name(value)}, and the schema wants {wanted}"


def _fault(error: ValidationError, one_way: frozenset[str]) -> str:
    keyword = error.kind.name
    if one_way and keyword in _ALTERNATIVES:
        return ""  # Which alternative was meant, and whether only such a property is missing from it, cannot be told.
    details = error.kind.as_dict()
    missing = details.get("property")
    if keyword == "required" and isinstance(missing, str):
        if missing in one_way:
            return ""
        return f"lacks the required {quoted(missing)}{_place(error)}"
    return f"violates {quoted(keyword, 30)}{_place(error)}"


def _place(error: ValidationError) -> str:
    path = tuple(str(step) for step in error.instance_path)
    return f" in {quoted(pointer(path)[1:], 80)}" if path else ""


def _is_no_verdict(error: ValidationError) -> bool:
    return "error executing regex" in error.message[:200].lower()


def _one_way_names(bundle: JsonObject, *, is_request: bool, is_response: bool) -> frozenset[str]:
    """The properties, anywhere in ``bundle``, that one side must not send and so may leave out."""
    words = [word for word, counts in (("readOnly", is_request), ("writeOnly", is_response)) if counts]
    names: set[str] = set()
    waiting: list[JsonValue] = [bundle]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            properties = node.get("properties")
            for name, child in properties.items() if isinstance(properties, dict) else ():
                if isinstance(child, dict) and any(child.get(word) is True for word in words):
                    names.add(name)
            waiting.extend(node.values())
    return frozenset(names)
