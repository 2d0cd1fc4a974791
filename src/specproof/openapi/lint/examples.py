"""Examples and defaults, held against their own schemas by the validator that suites use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jsonschema_rs import Draft202012Validator, ReferencingError, RegexOptions, ValidationError

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.json_types import identity, listed_values, type_name, types_of
from specproof.openapi.lint.sites import MAX_CONJUNCTS, Site, conjuncts
from specproof.openapi.model import ApiSpec, MediaType, Operation
from specproof.openapi.pointers import pointer
from specproof.openapi.schema import Example, JsonObject, JsonValue, Schema, bundle_schema, resolve_reference
from specproof.openapi.vocabulary import ParameterLocation

MAX_NODES = 1_500_000
"""JSON values inside of all schemas that are compiled; a million of them takes about a second."""
_MAX_ERRORS = 20
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_ALTERNATIVES = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class ExampleReport:
    """The findings about examples and defaults, the pointers of those that violate their schema, and whether some were not looked at."""

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
    if checker.is_listed(node, default) is False:
        yield Finding(FindingCode.LINT_DEFAULT_NOT_IN_ENUM, at, "the default is none of the values that enum allows")
    elif fault := checker.fault(node, default, is_request=site.is_request, is_response=site.is_response):
        yield Finding(FindingCode.LINT_DEFAULT_INVALID, at, f"the default {fault}", Severity.MINOR)


@dataclass(frozen=True, slots=True)
class _Traits:
    """What there is to know about one schema without what it refers to."""

    size: int
    read_only: frozenset[str]
    write_only: frozenset[str]
    is_deep: bool
    """Whether so many schemas apply to one value that listing its faults, which takes the square of them, would take too long."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A schema ready to be used, and the traits of all that it reaches."""

    raw: JsonObject
    validator: Draft202012Validator | None
    traits: tuple[_Traits, ...]


class ExampleChecker:
    """Says what is wrong with a value. The work is bounded: beyond ``max_nodes`` no schema is compiled any more."""

    def __init__(self, definitions: Mapping[str, JsonObject | bool], *, max_nodes: int = MAX_NODES) -> None:
        self.definitions = definitions
        self.is_exhausted = False
        """Whether there were more schemas than could be compiled."""
        self._left = max_nodes
        self._traits: dict[str, _Traits] = {}
        self._allowed: dict[int, tuple[JsonValue, frozenset[object]]] = {}
        self._last: _Compiled | None = None

    def is_listed(self, node: JsonObject, value: JsonValue) -> bool | None:
        """Whether ``value`` is one of those that ``enum`` or ``const`` of ``node`` allows; None where there are none."""
        named: JsonObject = {key: child for key, child in node.items() if key in ("$ref", "enum", "const")}
        resolved = resolve_reference(named, self.definitions)
        allowed = listed_values(resolved) if isinstance(resolved, dict) else None
        if allowed is None:
            return None
        if id(allowed) not in self._allowed:
            # The list is kept beside its values: its id stays taken for as long as it is a key.
            self._allowed[id(allowed)] = (allowed, frozenset(identity(entry) for entry in allowed))
        return identity(value) in self._allowed[id(allowed)][1]

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
        compiled = self._compiled(raw)
        if compiled is None or compiled.validator is None or compiled.validator.is_valid(value):
            return ""
        one_way: set[str] = set()
        for traits in compiled.traits:
            one_way |= traits.read_only if is_request else frozenset()
            one_way |= traits.write_only if is_response else frozenset()
        if any(traits.is_deep for traits in compiled.traits):
            return "" if one_way else "violates the schema"
        return _first_fault(compiled.validator, value, one_way)

    def _compiled(self, raw: JsonObject) -> _Compiled | None:
        """``raw``, compiled; the last one is kept, for examples of one schema follow each other. None when the budget is spent."""
        if self._last is not None and self._last.raw is raw:
            return self._last
        if self._left <= 0:
            self.is_exhausted = True
            return None
        bundle = bundle_schema(raw, self.definitions)
        reached = bundle.get("$defs")
        traits = (self._read(raw), *map(self._traits_of, reached if isinstance(reached, dict) else ()))
        self._left -= sum(one.size for one in traits)
        validator: Draft202012Validator | None = None
        try:
            validator = Draft202012Validator(bundle, pattern_options=RegexOptions(), validate_formats=True, offline=True)
        except (ValidationError, ReferencingError):
            validator = None  # Then there is no verdict; the parser has told what is wrong with the schema.
        self._last = _Compiled(raw, validator, traits)
        return self._last

    def _traits_of(self, name: str) -> _Traits:
        if name not in self._traits:
            self._traits[name] = self._read(self.definitions[name])
        return self._traits[name]

    def _read(self, schema: JsonObject | bool) -> _Traits:
        size = 0
        names: dict[str, set[str]] = {"readOnly": set(), "writeOnly": set()}
        waiting: list[JsonValue] = [schema]
        while waiting:
            node = waiting.pop()
            size += 1
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                properties = node.get("properties")
                for name, child in properties.items() if isinstance(properties, dict) else ():
                    parts = conjuncts(child, self.definitions) if isinstance(child, dict) else []
                    for word, found in names.items():
                        if any(part.get(word) is True for part in parts):
                            found.add(name)
                waiting.extend(node.values())
        is_deep = isinstance(schema, dict) and len(conjuncts(schema, self.definitions)) >= MAX_CONJUNCTS
        return _Traits(size, frozenset(names["readOnly"]), frozenset(names["writeOnly"]), is_deep)


def _first_fault(validator: Draft202012Validator, value: JsonValue, one_way: set[str]) -> str:
    for count, error in enumerate(validator.iter_errors(value)):
        if count >= _MAX_ERRORS or _is_no_verdict(error):
            return ""
        fault = _fault(error, one_way)
        if fault:
            return fault
    return ""


def _type_fault(value: JsonValue, types: list[str]) -> str:
    wanted = " or ".join(types)
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "[") and {"object", "array"} & set(types):
        return f"is a text that holds JSON, and the schema wants {wanted}"
    return f"is of type {type_name(value)}, and the schema wants {wanted}"


def _fault(error: ValidationError, one_way: set[str]) -> str:
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
