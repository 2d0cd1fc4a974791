"""Runtime expressions of links: a closed grammar (OpenAPI 3.1, "Runtime Expressions"), parsed and never evaluated as anything else."""

from __future__ import annotations

import re

from specproof.openapi.model import ExpressionSource, RuntimeExpression
from specproof.openapi.text import UntrustedText

_LONGEST = 1_000
_NOTHING = "()"
_HEADER = r"\.([!#$%&'*+.^_`|~0-9A-Za-z-]+)"
_NAME = r"\.([^\x00-\x1f\x7f{}]+)"
_BODY = r"(?:#((?:/(?:[^~/\x00-\x1f\x7f]|~[01])*)*))?"
_GRAMMAR = {
    ExpressionSource.URL: _NOTHING,
    ExpressionSource.METHOD: _NOTHING,
    ExpressionSource.STATUS_CODE: _NOTHING,
    ExpressionSource.REQUEST_PATH: _NAME,
    ExpressionSource.REQUEST_QUERY: _NAME,
    ExpressionSource.REQUEST_HEADER: _HEADER,
    ExpressionSource.REQUEST_BODY: _BODY,
    ExpressionSource.RESPONSE_HEADER: _HEADER,
    ExpressionSource.RESPONSE_BODY: _BODY,
}
_EXPRESSIONS = {source: re.compile(re.escape(f"${source.value}") + rest) for source, rest in _GRAMMAR.items()}
_EMBEDDED = re.compile(r"\{\$[^{}]*\}")


def holds_expression(text: str) -> bool:
    """Whether ``text`` looks like a runtime expression, or has one somewhere inside of it (``{$request.body#/id}``)."""
    return text.startswith("$") or _EMBEDDED.search(text) is not None


def parse_expression(text: str) -> RuntimeExpression | None:
    """The expression that ``text`` is, bare or in braces of its own; None for everything else, text around it included."""
    if len(text) > _LONGEST:
        return None
    if _EMBEDDED.fullmatch(text):
        text = text[1:-1]
    for source, grammar in _EXPRESSIONS.items():
        match = grammar.fullmatch(text)
        if match is not None:
            return RuntimeExpression(source, UntrustedText(match[1] or ""))
    return None
