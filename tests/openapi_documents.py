"""Small OpenAPI documents for tests of the reading."""

from __future__ import annotations

from typing import Any

import orjson

from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec, Operation
from specproof.openapi.parser import parse_spec

OK: dict[str, Any] = {"responses": {"200": {"description": "ok"}}}
"""An operation that says nothing but that it may succeed."""


def parsed(paths: Any, **rest: Any) -> ApiSpec:
    """The document of these paths: OpenAPI 3.2 unless ``rest`` says otherwise; what is None there is left out."""
    document = {"openapi": "3.2.0", "info": {"title": "t", "version": "1"}, "paths": paths, **rest}
    return parse_spec(orjson.dumps({key: value for key, value in document.items() if value is not None}))


def operation_of(operation: dict[str, Any], *, path: str = "/a", **rest: Any) -> tuple[Operation, ApiSpec]:
    """The one operation ``POST path`` of a document, and all of it."""
    spec = parsed({path: {"post": {**OK, **operation}}}, **rest)
    return spec.operations[0], spec


def found_at(spec: ApiSpec, code: FindingCode) -> list[str]:
    """The places of the findings of one code, sorted."""
    return [finding.at for finding in spec.findings if finding.code is code]
