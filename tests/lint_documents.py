"""Small documents for tests of the lint rules, and what the rules say about them."""

from __future__ import annotations

import json
from typing import Any

from specproof.openapi.documents.loader import SpecLimits, load_document
from specproof.openapi.lint.linter import LintReport, lint_spec
from specproof.openapi.parser import parse_spec

JSON = "application/json"
OK: dict[str, Any] = {"200": {"description": "ok", "content": {JSON: {"schema": {"type": "string"}}}}}


def document(paths: dict[str, Any], version: str = "3.1.0", **rest: Any) -> dict[str, Any]:
    """A document with these paths."""
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": paths, **rest}


def with_body(schema: Any, version: str = "3.1.0", **schemas: Any) -> dict[str, Any]:
    """A document whose only operation takes ``schema`` as its body; ``schemas`` are its components."""
    body = {"content": {JSON: {"schema": schema}}}
    operation = {"operationId": "send", "requestBody": body, "responses": OK | {"400": {"description": "bad"}}}
    return document({"/things": {"put": operation}}, version, components={"schemas": schemas})


def with_answer(schema: Any, **schemas: Any) -> dict[str, Any]:
    """A document whose only operation answers with ``schema``."""
    response = {"description": "ok", "content": {JSON: {"schema": schema}}}
    operation = {"operationId": "read", "responses": {"200": response}}
    return document({"/things": {"get": operation}}, components={"schemas": schemas})


def with_operation(operation: dict[str, Any], method: str = "get", path: str = "/things", **rest: Any) -> dict[str, Any]:
    """A document with one operation."""
    return document({path: {method: {"operationId": "only", "responses": OK, **operation}}}, **rest)


def report_of(tree: dict[str, Any]) -> LintReport:
    """What the linter says about ``tree``."""
    content = json.dumps(tree).encode()
    return lint_spec(parse_spec(content), load_document(content, limits=SpecLimits()).root)


def places(tree: dict[str, Any], code: str) -> list[str]:
    """Where the linter reports ``code``."""
    return [finding.at for finding in report_of(tree).findings if finding.code.value == code]


BODY = "#/paths/~1things/put/requestBody/content/application~1json/schema"
"""The schema in :func:`with_body`."""
ANSWER = "#/paths/~1things/get/responses/200/content/application~1json/schema"
"""The schema in :func:`with_answer`."""
