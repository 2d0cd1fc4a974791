"""Whether a test asserts anything that can fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from specproof.quality.suite_code import FunctionScope, SuiteModule, chain_root, dotted_name

_ASSERTING_NAME = re.compile(r"(?:assert|check|verify)(?:_\w+|s?)")
_ASSERTING_PYTEST = frozenset({"pytest.raises", "pytest.fail", "pytest.warns"})
_SKIPPING = re.compile(r"(?:pytest|api)\.skip|skip")


class AssertionRule:
    """Knows the names that a module took from its checks, and the functions of the module that assert for others."""

    def __init__(self, module: SuiteModule) -> None:
        self._checks = _names_from_checks(module.nodes)
        others = {scope.node.name: scope for scope in module.functions if not scope.is_test}
        callers: dict[str, set[str]] = {}
        for name, scope in others.items():
            for called in _calls(scope) & others.keys():
                callers.setdefault(called, set()).add(name)
        waiting = [name for name, scope in others.items() if self._holds_assertion(scope)]
        asserting: set[str] = set()
        while waiting:  # A function that calls an asserting one asserts too.
            name = waiting.pop()
            if name not in asserting:
                asserting.add(name)
                waiting.extend(callers.get(name, ()))
        self._asserting = frozenset(asserting)

    def asserts(self, scope: FunctionScope) -> bool:
        """Whether the test holds an assertion, calls a function that does, or is skipped for a reason that it states."""
        return _is_skipped(scope) or self._holds_assertion(scope) or bool(_calls(scope) & self._asserting)

    def _holds_assertion(self, scope: FunctionScope) -> bool:
        return any(self._is_assertion(node) for node in ast.walk(scope.node))

    def _is_assertion(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Assert):
            return not _cannot_fail(node.test)
        if not isinstance(node, ast.Call):
            return False
        name = dotted_name(node.func)
        if name in _ASSERTING_PYTEST:
            return True
        root = chain_root(node)
        if not isinstance(root, ast.Name) or root.id not in self._checks:
            return False
        # ``expect(answer)`` alone says nothing; ``expect(answer).rejected()`` does, and so does ``verify_order(answer)``.
        is_chain = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)
        return is_chain or _ASSERTING_NAME.fullmatch(name.rpartition(".")[2]) is not None


def _calls(scope: FunctionScope) -> frozenset[str]:
    return frozenset(dotted_name(node.func) for node in ast.walk(scope.node) if isinstance(node, ast.Call))


def _names_from_checks(nodes: Iterable[ast.AST]) -> frozenset[str]:
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0].startswith("checks_"):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names if alias.name.startswith("checks_")}
    return frozenset(names)


def _is_skipped(scope: FunctionScope) -> bool:
    """Whether pytest skips the test: by a mark, or by its first statement."""
    for decorator in scope.node.decorator_list:
        if dotted_name(decorator.func if isinstance(decorator, ast.Call) else decorator) == "pytest.mark.skip":
            return True
    body = [node for node in scope.node.body if not _is_text(node)]
    first = body[0] if body else None
    is_call = isinstance(first, ast.Expr) and isinstance(first.value, ast.Call)
    return is_call and _SKIPPING.fullmatch(dotted_name(first.value.func)) is not None  # type: ignore[union-attr]


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _cannot_fail(test: ast.expr) -> bool:
    """``assert True``, ``assert "text"``, ``assert (x, "message")``, ``assert x == x``."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Tuple):
        return bool(test.elts)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.Is, ast.LtE, ast.GtE)):
        left, right = dotted_name(test.left), dotted_name(test.comparators[0])
        return bool(left) and left == right
    return False
