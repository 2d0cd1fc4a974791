"""The rules on one module: imports, names, docstrings and lengths."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from specproof.openapi.finding_log import shortened
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.quality.assertions import AssertionRule
from specproof.quality.suite_code import FunctionScope, SuiteModule

MAX_TEST_LINES = 25
_MIN_DOCSTRING_LENGTH = 12
_WORDS = r"[a-z0-9]+(?:_[a-z0-9]+)*"
_TEST_NAME = re.compile(rf"test_{_WORDS}__{_WORDS}__{_WORDS}")
_ALLOWED_MODULES = frozenset({"pytest", "__future__", "typing"})


def import_findings(module: SuiteModule, own: frozenset[str]) -> Iterator[Finding]:
    """Imports of anything but pytest, typing and the suite's own packages, wherever they stand."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [] if node.level == 1 else ["." * node.level + (node.module or "")]
        else:
            continue
        for name in names:
            if name.split(".")[0] not in _ALLOWED_MODULES | own:
                message = f"{_shown(name)} may not be imported: only pytest, typing and the suite's own checks"
                yield Finding(FindingCode.SUITE_IMPORT, module.place(node), message, Severity.MAJOR)


def name_findings(module: SuiteModule) -> Iterator[Finding]:
    """Tests whose names do not say operation, condition and expectation."""
    for scope in module.tests():
        if not _TEST_NAME.fullmatch(scope.node.name):
            message = f"{_shown(scope.node.name)} is not test_<operation>__<condition>__<expected>"
            yield Finding(FindingCode.SUITE_NAME, module.place(scope.node), message)


def duplicate_findings(module: SuiteModule) -> Iterator[Finding]:
    """Tests that a later one of the same name replaces: pytest would never run them."""
    last = {(scope.owner, scope.node.name): scope for scope in module.tests()}
    for scope in module.tests():
        if last[scope.owner, scope.node.name] is not scope:
            message = f"{_shown(scope.node.name)} is defined again further down, so this one never runs"
            yield Finding(FindingCode.SUITE_DUPLICATE_NAME, module.place(scope.node), message, Severity.MAJOR)


def assertion_findings(module: SuiteModule) -> Iterator[Finding]:
    """Tests that cannot fail."""
    rule = AssertionRule(module)
    for scope in module.tests():
        if not rule.asserts(scope):
            message = f"{_shown(scope.node.name)} asserts nothing that can fail"
            yield Finding(FindingCode.SUITE_NO_ASSERTION, module.place(scope.node), message, Severity.MAJOR)


def docstring_findings(module: SuiteModule) -> Iterator[Finding]:
    """Tests that do not say why they are there; a docstring that only repeats the name says nothing."""
    for scope in module.tests():
        text = ast.get_docstring(scope.node) or ""
        if len(text) < _MIN_DOCSTRING_LENGTH or _plain(text) == _plain(scope.node.name):
            message = f"{_shown(scope.node.name)} has no docstring that says why it is there"
            yield Finding(FindingCode.SUITE_DOCSTRING, module.place(scope.node), message)


def length_findings(module: SuiteModule) -> Iterator[Finding]:
    """Tests of more lines than a reader takes in at once; docstring, comments and empty lines are not counted."""
    lines = module.content.split("\n")
    for scope in module.tests():
        count = _line_count(scope, lines)
        if count > MAX_TEST_LINES:
            message = f"{_shown(scope.node.name)} has {count} lines; {MAX_TEST_LINES} are enough for one behaviour"
            yield Finding(FindingCode.SUITE_FUNCTION_LENGTH, module.place(scope.node), message, Severity.INFO)


def _line_count(scope: FunctionScope, lines: list[str]) -> int:
    body = scope.node.body[1:] if ast.get_docstring(scope.node, clean=False) is not None else scope.node.body
    if not body:
        return 0
    inside = lines[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(1 for line in inside if line.strip() and not line.lstrip().startswith("#"))


def _plain(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _shown(name: str) -> str:
    return shortened(name, 80)
