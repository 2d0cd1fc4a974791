"""The Python files of a suite as syntax trees, read defensively: an upload may be anything."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from specproof.domain.suites import SuiteFile
from specproof.openapi.finding_log import shortened

MAX_FILE_LENGTH = 2_000_000
"""Characters in one Python file; the syntax tree of more would take several hundred megabytes."""
CARRIED_CONFTEST = "conftest.py"
_CHECKS_FILE = re.compile(r"checks_[a-z0-9_]+/[a-z0-9_]+\.py")
_TESTS_FILE = re.compile(r"tests_[a-z0-9_]+/[a-z0-9_]+\.py")

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"


@dataclass(frozen=True, slots=True)
class FunctionScope:
    """A function that a module or a class defines directly; ``owner`` is the class's name, or empty."""

    node: FunctionNode
    owner: str

    @property
    def is_test(self) -> bool:
        """Whether pytest would collect it by name."""
        return self.node.name.startswith("test")


@dataclass(frozen=True, slots=True)
class SuiteModule:
    """One Python file that parses. ``path`` is printable."""

    path: str
    content: str
    nodes: tuple[ast.AST, ...]
    """Every node of its syntax tree, breadth first: walked once for all rules."""
    functions: tuple[FunctionScope, ...]

    def case_count(self) -> int:
        """How many cases the tests are: a table is as many as it has rows."""
        return sum(len(table_rows(scope.node)) or 1 for scope in self.tests())

    def tests(self) -> tuple[FunctionScope, ...]:
        """The tests, in order."""
        return tuple(scope for scope in self.functions if scope.is_test)

    def place(self, node: ast.AST) -> str:
        """``file:line`` of a node."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@dataclass(frozen=True, slots=True)
class UnreadableModule:
    """One Python file that cannot be read, and why."""

    path: str
    line: int
    reason: str


def printable_path(path: str) -> str:
    """A path as reports show it: one line, no control characters."""
    return shortened(path, 200)


def is_carried(path: str) -> bool:
    """Whether the layout says that this file is shipped verbatim."""
    return path == CARRIED_CONFTEST or _CHECKS_FILE.fullmatch(path) is not None


def is_in_layout(path: str) -> bool:
    """Whether a Python file of this path belongs to a suite at all."""
    return is_carried(path) or _TESTS_FILE.fullmatch(path) is not None


def own_packages(files: Sequence[SuiteFile]) -> frozenset[str]:
    """The suite's own packages: ``checks_shop``, ``tests_shop``."""
    return frozenset(file.path.split("/")[0] for file in files if "/" in file.path and is_in_layout(file.path))


def read_module(file: SuiteFile) -> SuiteModule | UnreadableModule:
    """Parse one file. Nesting bombs, NUL bytes and endless literals come back as :class:`UnreadableModule`."""
    path = printable_path(file.path)
    if len(file.content) > MAX_FILE_LENGTH:
        return UnreadableModule(path, 1, f"the file has more than {MAX_FILE_LENGTH} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.content, filename="suite")
    except SyntaxError as error:
        return UnreadableModule(path, error.lineno or 1, f"Python does not understand this: {shortened(error.msg, 100)}")
    except (ValueError, RecursionError, MemoryError) as error:
        return UnreadableModule(path, 1, f"Python cannot read this file ({type(error).__name__}): NUL bytes or endless nesting")
    return SuiteModule(path, file.content, tuple(ast.walk(tree)), tuple(_functions(tree)))


def _functions(tree: ast.Module) -> Iterator[FunctionScope]:
    """Functions of the module and of its classes, nested classes included."""
    waiting: list[tuple[str, list[ast.stmt]]] = [("", tree.body)]
    while waiting:
        owner, body = waiting.pop(0)
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield FunctionScope(node, owner)
            elif isinstance(node, ast.ClassDef):
                waiting.append((f"{owner}.{node.name}".lstrip("."), node.body))


def table_rows(node: FunctionNode) -> Mapping[str, ast.Call]:
    """The rows of a parametrised test that stand in its code with an id of their own, ``pytest.param(..., id="too_long")``, by it.

    Empty where the test has several tables, or a row without such an id.
    """
    tables = [
        each for each in node.decorator_list if isinstance(each, ast.Call) and dotted_name(each.func) == "pytest.mark.parametrize"
    ]
    if len(tables) != 1 or len(tables[0].args) != 2 or tables[0].keywords or not isinstance(tables[0].args[1], ast.List):
        return {}
    rows: dict[str, ast.Call] = {}
    for row in tables[0].args[1].elts:
        name = _row_id(row)
        if not isinstance(row, ast.Call) or name is None or name in rows:
            return {}
        rows[name] = row
    return rows


def _row_id(row: ast.expr) -> str | None:
    if not isinstance(row, ast.Call) or dotted_name(row.func) != "pytest.param":
        return None
    ids = [keyword.value for keyword in row.keywords if keyword.arg == "id"]
    return ids[0].value if ids and isinstance(ids[0], ast.Constant) and isinstance(ids[0].value, str) else None


def chain_root(node: ast.expr) -> ast.expr:
    """Where a chain of calls, attributes and subscripts begins: ``expect`` of ``expect(x).status(200)``. No recursion."""
    current = node
    while True:
        if isinstance(current, ast.Call):
            current = current.func
        elif isinstance(current, (ast.Attribute, ast.Subscript, ast.Await)):
            current = current.value
        else:
            return current


def dotted_name(node: ast.expr) -> str:
    """``datetime.datetime.now`` of an attribute chain; empty where it does not begin with a name."""
    parts: list[str] = []
    current = node
    while isinstance(current, ast.Attribute):
        parts.append(current.attr)
        current = current.value
    if not isinstance(current, ast.Name):
        return ""
    return ".".join([current.id, *reversed(parts)])
