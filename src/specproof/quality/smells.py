"""Code that makes a test flaky, ties it to one machine, or does what no test has to do."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.quality.suite_code import SuiteModule, dotted_name

_FLAKY_CALLS = {
    "time.sleep": "waits a fixed time: wait for a condition",
    "asyncio.sleep": "waits a fixed time: wait for a condition",
    "datetime.now": "depends on the clock",
    "datetime.utcnow": "depends on the clock",
    "datetime.today": "depends on the clock",
    "date.today": "depends on the clock",
    "time.time": "depends on the clock",
    "uuid.uuid4": "is different in each run and cannot be repeated: use fresh()",
    "uuid4": "is different in each run and cannot be repeated: use fresh()",
    "sleep": "waits a fixed time: wait for a condition",
}
_FORBIDDEN_CALLS = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "open",
        "__import__",
        "input",
        "breakpoint",
        "globals",
        "locals",
        "vars",
        "getattr",
        "setattr",
        "delattr",
    }
)
_FORBIDDEN_ROOTS = frozenset(
    {"os", "sys", "subprocess", "socket", "shutil", "pathlib", "importlib", "builtins", "ctypes", "pickle"}
)
_RANDOM_ROOTS = frozenset({"random", "secrets"})
_REQUEST_METHODS = frozenset({"send", "get", "post", "put", "patch", "delete", "head", "options", "request"})
_URL_KEYWORDS = frozenset({"url", "base_url"})
_MODULE_NAMES = frozenset({"__file__", "__name__"})


def smells(module: SuiteModule) -> Iterator[Finding]:
    """Every smell of one module; what could do harm is major, what makes a test unreliable minor."""
    yield from _hidden_text(module)
    for node in module.nodes:
        found = _smell(node)
        if found is not None:
            message, severity = found
            yield Finding(FindingCode.SUITE_SMELL, module.place(node), message, severity)


def _smell(node: ast.AST) -> tuple[str, Severity] | None:
    judge = _JUDGES.get(type(node))
    return judge(node) if judge is not None else None


def _call_smell(node: ast.Call) -> tuple[str, Severity] | None:
    name = dotted_name(node.func)
    if name in _FORBIDDEN_CALLS:
        return f"{name}() has no place in a test", Severity.MAJOR
    short = ".".join(name.split(".")[-2:])
    for known in (name, short):
        if known in _FLAKY_CALLS:
            return f"{known}() {_FLAKY_CALLS[known]}", Severity.MINOR
    if name.split(".")[0] in _RANDOM_ROOTS and "." in name:
        return f"{short}() is different in each run and cannot be repeated: use fresh()", Severity.MINOR
    return _address_smell(node)


def _address_smell(node: ast.Call) -> tuple[str, Severity] | None:
    """A request to an address that stands in the test, instead of a path below the address that the user gave."""
    targets = [keyword.value for keyword in node.keywords if keyword.arg in _URL_KEYWORDS]
    if isinstance(node.func, ast.Attribute) and node.func.attr in _REQUEST_METHODS:
        targets += node.args[:2]
    for target in targets:
        if (
            isinstance(target, ast.Constant)
            and isinstance(target.value, str)
            and target.value.lower().startswith(("http://", "https://"))
        ):
            return "a fixed address: send a path, the address comes from --api-url", Severity.MAJOR
    return None


def _attribute_smell(node: ast.Attribute) -> tuple[str, Severity] | None:
    if _is_dunder(node.attr):
        return f"{node.attr} reaches into the interpreter", Severity.MAJOR
    return None


def _is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def _except_smell(node: ast.ExceptHandler) -> tuple[str, Severity] | None:
    if node.type is None or dotted_name(node.type) in ("Exception", "BaseException", "AssertionError"):
        return "this except swallows failures", Severity.MINOR
    return None


def _compare_smell(node: ast.Compare) -> tuple[str, Severity] | None:
    sides = [node.left, *node.comparators]
    is_equality = any(isinstance(operator, (ast.Eq, ast.NotEq)) for operator in node.ops)
    if is_equality and any(_is_fraction(side) for side in sides):
        return "floating-point numbers are compared exactly: use pytest.approx", Severity.MINOR
    return None


def _is_fraction(node: ast.expr) -> bool:
    value = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, float) and not value.value.is_integer()


def _name_smell(node: ast.Name) -> tuple[str, Severity] | None:
    if _is_dunder(node.id) and node.id not in _MODULE_NAMES:
        return f"{node.id} reaches into the interpreter", Severity.MAJOR
    if node.id in _FORBIDDEN_ROOTS and isinstance(node.ctx, ast.Load):
        return f"{node.id} reaches out of the test", Severity.MAJOR
    return None


def _while_smell(node: ast.While) -> tuple[str, Severity] | None:
    return ("a loop without an end", Severity.MINOR) if isinstance(node.test, ast.Constant) else None


def _shared_state_smell(_node: ast.AST) -> tuple[str, Severity] | None:
    return "state shared by tests makes them depend on their order", Severity.MINOR


_JUDGES: Final[Mapping[type[ast.AST], Callable[[Any], tuple[str, Severity] | None]]] = MappingProxyType(
    {
        ast.Call: _call_smell,
        ast.Attribute: _attribute_smell,
        ast.Name: _name_smell,
        ast.ExceptHandler: _except_smell,
        ast.Compare: _compare_smell,
        ast.While: _while_smell,
        ast.Global: _shared_state_smell,
        ast.Nonlocal: _shared_state_smell,
    }
)


def _hidden_text(module: SuiteModule) -> Iterator[Finding]:
    """Characters that make code read otherwise than it runs; and, at most once, anything that is not ASCII."""
    if module.content.isascii():
        return
    is_reported = False
    for number, line in enumerate(module.content.split("\n"), 1):
        if line.isascii():
            continue
        at = f"{module.path}:{number}"
        if any(unicodedata.category(char) in ("Cf", "Cc") for char in line if not char.isascii()):
            yield Finding(FindingCode.SUITE_SMELL, at, "invisible characters hide what this line does", Severity.MAJOR)
        elif not is_reported:
            is_reported = True
            message = "code of a suite is plain ASCII: write other characters as escapes"
            yield Finding(FindingCode.SUITE_SMELL, at, message, Severity.INFO)
