"""The last gate: an allow-list over the syntax of every rendered module.

A generated test needs little of Python: functions, assignments to names, calls of the suite's own checks, literals. Everything else
is refused, whoever wrote it: a template of ours, an overriding one, or a specification that found a hole in both.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable

from specproof.domain.check_ids import CheckId
from specproof.domain.suites import SuiteFile
from specproof.errors import UnsafeCodeError
from specproof.generators.rendering.module_code import VOCABULARY

OPERATORS = (ast.Add, ast.Mult, ast.BitOr, ast.USub)
LISTED = (
    *(ast.Module, ast.Expr, ast.Return, ast.Pass, ast.arguments, ast.arg, ast.keyword, ast.Load, ast.Store),
    *(ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Subscript, *OPERATORS),
)
"""What may stand anywhere; imports, functions, calls, names, attributes, assignments and operations are looked at more closely."""
_LISTED_KINDS = frozenset(LISTED)
METHODS = frozenset(
    {"send", "cleanup", "skip", "remark", "at", "find", "sent_at", "or_skip", "sent", "body", "status", "headers", "header"}
)
"""What may follow a dot besides the checks of ``expect(answer)``."""
CHECK_METHODS = frozenset(check.value for check in CheckId)
MARKS = frozenset({"mark", "skip", "skipif", "xfail", "parametrize", "param", "usefixtures"})
EVALUATED = frozenset({"skipif", "xfail"})
"""Marks that take a condition: pytest evaluates it as Python where it is a text."""
BUILT_INS = frozenset({"float"})
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def check_code(file: SuiteFile, slug: str) -> None:
    """Raise :class:`~specproof.errors.UnsafeCodeError` naming file and line if ``file`` does not parse or holds anything not listed."""
    if not file.content.isascii():
        line = next(number for number, text in enumerate(file.content.splitlines(), 1) if not text.isascii())
        raise UnsafeCodeError("a generated module is not pure ASCII", at=f"{file.path}:{line}")
    try:
        tree = ast.parse(file.content, file.path)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UnsafeCodeError(
            f"a generated module does not parse: {error}", at=f"{file.path}:{getattr(error, 'lineno', None) or 1}"
        ) from error
    _refuse_other_encodings(file)
    nodes = tuple(ast.walk(tree))
    known = _defined(nodes)
    decorators = _decorators(nodes)
    for node in nodes:
        reason = "" if type(node) in _LISTED_KINDS else _refused(node, slug, known)
        if isinstance(node, ast.Attribute) and node.attr in EVALUATED and node not in decorators:
            reason = f"{node.attr} that is no decorator"  # kept under a name it would take another condition later
        if reason:
            raise UnsafeCodeError(reason, at=f"{file.path}:{getattr(node, 'lineno', 1)}")


def _refuse_other_encodings(file: SuiteFile) -> None:
    """A comment can say how a file is encoded: then Python runs another text than the one that was looked at."""
    lines = io.BytesIO(file.content.replace("\r", "\n").encode("ascii"))
    try:
        encoding = tokenize.detect_encoding(lines.readline)[0]
    except SyntaxError:
        encoding = ""
    if encoding != "utf-8":
        raise UnsafeCodeError("a generated module says that it is not encoded in UTF-8", at=f"{file.path}:1")


def _decorators(nodes: Iterable[ast.AST]) -> frozenset[ast.expr]:
    """What functions are decorated with, without the arguments."""
    used = [decorator for node in nodes if isinstance(node, ast.FunctionDef) for decorator in node.decorator_list]
    return frozenset(decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in used)


def _defined(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Every name that the module itself defines: imports, functions, arguments, variables."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(names)


def _refused(node: ast.AST, slug: str, known: frozenset[str]) -> str:  # noqa: PLR0911 - one line for each kind of node
    """Why ``node`` may not stand in a generated module; "" if it may."""
    match node:
        case ast.alias():
            return ""  # judged with its import
        case ast.Import():
            names = [(alias.name, alias.asname) for alias in node.names]
            return "" if names == [("pytest", None)] else "an import of something else than pytest"
        case ast.ImportFrom():
            return _refused_import(node, slug)
        case ast.FunctionDef():
            return _refused_function(node)
        case ast.Call():
            return _refused_call(node)
        case ast.Name():
            return _refused_name(node.id, known)
        case ast.Attribute():
            return "" if node.attr in METHODS | CHECK_METHODS | MARKS else f"the attribute {node.attr!r}, which tests may not use"
        case ast.BinOp() | ast.UnaryOp():
            return "" if isinstance(node.op, OPERATORS) else f"{type(node.op).__name__}, which generated modules may not use"
        case ast.Assign():
            return (
                ""
                if all(isinstance(target, ast.Name) for target in node.targets)
                else "an assignment to something else than a name"
            )
        case _:
            return "" if isinstance(node, LISTED) else f"{type(node).__name__}, which generated modules may not use"


def _refused_import(node: ast.ImportFrom, slug: str) -> str:
    if node.level or node.module != f"checks_{slug}":
        return f"an import from {node.module or '.'}"
    foreign = [alias.name for alias in node.names if alias.asname or alias.name not in VOCABULARY]
    return f"the import of {foreign[0]}, which the checks do not offer" if foreign else ""


def _refused_function(node: ast.FunctionDef) -> str:
    arguments = node.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs or arguments.defaults or arguments.kw_defaults:
        return "a function with other than plain arguments"
    is_ours = _PLAIN_NAME.fullmatch(node.name) and node.name not in VOCABULARY and not _is_for_pytest(node.name)
    return "" if is_ours else f"a function called {node.name}"


def _is_for_pytest(name: str) -> bool:
    """Hooks, and the names of further modules that pytest imports."""
    return name.startswith("pytest_")


def _refused_name(name: str, known: frozenset[str]) -> str:
    if not _PLAIN_NAME.fullmatch(name) or _is_for_pytest(name):
        return f"the name {name!r}"
    return "" if name in known or name in BUILT_INS else f"the name {name!r}, which the module does not define"


def _refused_call(node: ast.Call) -> str:
    if any(keyword.arg is None for keyword in node.keywords):
        return "a call with ** arguments"
    if isinstance(node.func, ast.Name) and node.func.id == "float":
        is_literal = len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and not node.keywords
        return "" if is_literal else "float() of something else than a literal"
    if isinstance(node.func, ast.Attribute) and node.func.attr in EVALUATED:
        conditions = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "condition")]
        if not all(isinstance(one, ast.Constant) and isinstance(one.value, bool) for one in conditions):
            return f"a condition of {node.func.attr} that is neither True nor False"
    return "" if isinstance(node.func, (ast.Name, ast.Attribute)) else "a call of something else than a name or a method"
