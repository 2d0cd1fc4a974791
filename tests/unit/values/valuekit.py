"""Short ways to ask the value engine, for its tests."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import jsonschema

from specproof.domain.plans import EditKind, Fresh, PlanValue
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_data_factory.model import ProvenValue, ValueRequest, Violation
from specproof.openapi.findings import Finding
from specproof.openapi.schema import JsonValue, Schema
from specproof.openapi.vocabulary import ParameterLocation

_MISSING = object()
_CHECKER = jsonschema.FormatChecker(formats=())
_CHECKER.checkers = dict(jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers)
_CHECKER.checks("uri")(lambda value: not isinstance(value, str) or bool(re.fullmatch(r"[a-z]+:[!-~]*", value)))


@_CHECKER.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def request_for(raw: Any, definitions: dict[str, Any] | None = None, **options: Any) -> ValueRequest:
    """A request for a value of ``raw`` that stands at ``#/schema``."""
    return ValueRequest(Schema(raw, "#/schema", definitions or {}), **{"key": "POST /things body", **options})


def proven(raw: Any, definitions: dict[str, Any] | None = None, **options: Any) -> ProvenValue:
    """The proven value of ``raw``; fails the test where there is none."""
    found = ValueFactory(seed="s").valid(request_for(raw, definitions, **options))
    assert isinstance(found, ProvenValue), found
    return found


def value_of(raw: Any, definitions: dict[str, Any] | None = None, **options: Any) -> Any:
    """The proven value with samples for what is fresh."""
    return ValueFactory(seed="s").sample(proven(raw, definitions, **options).value)


def refusal(raw: Any, definitions: dict[str, Any] | None = None, **options: Any) -> Finding:
    """The finding that says why there is no value."""
    found = ValueFactory(seed="s").valid(request_for(raw, definitions, **options))
    assert isinstance(found, Finding), found
    return found


def violations_of(
    raw: Any, base: Any = _MISSING, definitions: dict[str, Any] | None = None, **options: Any
) -> dict[str, Violation]:
    """The violations of ``base`` (the engine's own value, if not given), by slug."""
    factory = ValueFactory(seed="s")
    request = request_for(raw, definitions, **options)
    if base is _MISSING:
        found = factory.valid(request)
        assert isinstance(found, ProvenValue), found
        base = found.value
    return {violation.slug: violation for violation in factory.violations(request, base)}


def parameter(location: str, **options: Any) -> dict[str, Any]:
    """Options of a request for a parameter called ``p``."""
    style = "form" if location in {"query", "cookie"} else "simple"
    return {"location": ParameterLocation(location), "name": "p", "style": style, "explode": style == "form", **options}


def is_valid(raw: Any, value: JsonValue, definitions: dict[str, Any] | None = None) -> bool:
    """The second opinion: the ``jsonschema`` package, with two formats that it leaves to others."""
    schema = {**raw, "$defs": definitions or {}} if isinstance(raw, dict) else raw
    return jsonschema.Draft202012Validator(schema, format_checker=_CHECKER).is_valid(value)


def edited(base: PlanValue, violation: Violation) -> Any:
    """``base`` (samples for what is fresh) with the violation's edit applied."""
    value: Any = ValueFactory(seed="s").sample(base)
    edit = violation.edit
    if not edit.pointer:
        return edit.value
    keys = [key.replace("~1", "/").replace("~0", "~") for key in edit.pointer.split("/")[1:]]
    parent = value
    for key in keys[:-1]:
        parent = parent[int(key)] if isinstance(parent, list) else parent[key]
    last: Any = int(keys[-1]) if isinstance(parent, list) else keys[-1]
    if edit.kind is EditKind.REMOVE:
        del parent[last]
    else:
        parent[last] = edit.value
    return value


def fresh_parts(value: Any) -> tuple[Any, ...]:
    """The parts of a value that must be fresh."""
    assert isinstance(value, Fresh), value
    return value.parts
