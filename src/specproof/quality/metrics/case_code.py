"""What the code of each case does: the requests that it sends and the checks on each answer, read from its syntax tree.

The steps of functions that a test calls in its own module count as the test's; what happens behind ``api.cleanup`` does not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import orjson

from specproof.domain.suites import SuiteFile
from specproof.quality.suite_code import FunctionScope, SuiteModule, UnreadableModule, is_carried, read_module, table_rows

ASSERTED = "assert"
"""Stands for the check of a plain ``assert`` that a person has written about an answer."""
ASSERTED_STATUS = "assert status"
_DEEPEST = 20
"""Functions that call each other in a row: more than anybody can follow."""


@dataclass(frozen=True, slots=True)
class SentCall:
    """One request in the code. ``operation`` is a label ("" where it is computed); ``checks`` are the checks on its answer."""

    operation: str
    checks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CaseCode:
    """One test of a suite. ``id`` is that of its case, or its node id where a person has added it."""

    id: str
    path: str
    function: str
    family: str
    operation: str
    calls: tuple[SentCall, ...]
    keyword: str = ""
    pointer: str = ""

    @property
    def judged(self) -> frozenset[str]:
        """The operations on whose answers it makes a check."""
        return frozenset(call.operation for call in self.calls if call.checks)


def read_modules(files: Sequence[SuiteFile]) -> tuple[SuiteModule, ...]:
    """The suite's own modules that can be read."""
    own = (file for file in files if file.path.endswith(".py") and not is_carried(file.path))
    return tuple(module for module in map(read_module, own) if not isinstance(module, UnreadableModule))


def case_codes(modules: Sequence[SuiteModule], files: Sequence[SuiteFile]) -> tuple[CaseCode, ...]:
    """All tests of ``modules``, with what ``cases/*.json`` among ``files`` says of them."""
    entries = {PurePosixPath(file.path).stem: _entries(file) for file in files if file.path.startswith("cases/")}
    cases: list[CaseCode] = []
    for module in modules:
        local = _Local({each.node.name: each for each in module.functions if not each.is_test and not each.owner})
        known = entries.get(PurePosixPath(module.path).stem, {})
        for scope in module.tests():
            name = scope.node.name
            rows = [row for row in (f"{name}[{row}]" for row in table_rows(scope.node)) if row in known] or [name]
            calls = tuple(_Reader(local).calls(scope.node.body))
            cases += (_case(module, scope, known.get(row, {}), row, calls) for row in rows)
    return tuple(cases)


def _entries(file: SuiteFile) -> Mapping[str, Mapping[str, object]]:
    try:
        loaded = orjson.loads(file.content.encode("utf-8", errors="replace"))
    except orjson.JSONDecodeError:
        return {}
    return {name: entry for name, entry in loaded.items() if isinstance(entry, dict)} if isinstance(loaded, dict) else {}


def _case(
    module: SuiteModule, scope: FunctionScope, entry: Mapping[str, object], name: str, calls: tuple[SentCall, ...]
) -> CaseCode:
    node_id = "::".join(part for part in (module.path, scope.owner.replace(".", "::"), name) if part)
    rationale = entry.get("rationale")
    reason = rationale if isinstance(rationale, dict) else {}
    return CaseCode(
        id=str(entry.get("id") or node_id),
        path=module.path,
        function=scope.node.name,
        family=str(entry.get("family") or ""),
        operation=str(entry.get("operation") or ""),
        calls=calls,
        keyword=str(reason.get("keyword") or ""),
        pointer=str(reason.get("pointer") or ""),
    )


class _Local:
    """The functions of one module that tests may call, each read once. One that is still being read calls itself: that adds nothing."""

    def __init__(self, scopes: Mapping[str, FunctionScope]) -> None:
        self._scopes = scopes
        self._calls: dict[str, tuple[SentCall, ...]] = {}
        self._depth = 0

    def __contains__(self, name: str) -> bool:
        return name in self._scopes

    def calls(self, name: str) -> tuple[SentCall, ...]:
        """The requests that the function sends."""
        if name not in self._calls and self._depth < _DEEPEST:
            self._calls[name] = ()
            self._depth += 1
            self._calls[name] = tuple(_Reader(self).calls(self._scopes[name].node.body))
            self._depth -= 1
        return self._calls.get(name, ())


class _Reader:
    """Reads one function, statement by statement, in the order of the text."""

    def __init__(self, local: _Local) -> None:
        self._local = local
        self._operations: list[str] = []
        self._checks: list[set[str]] = []
        self._names: dict[str, int] = {}
        self._seen: set[int] = set()

    def calls(self, body: Sequence[ast.stmt]) -> Iterator[SentCall]:
        for statement in _statements(body):
            self._read(statement)
        for operation, checks in zip(self._operations, self._checks, strict=True):
            yield SentCall(operation, frozenset(checks))

    def _read(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assert):
            self._note_assertion(statement.test)
        for node in _in_order(statement):
            if isinstance(node, ast.Call):
                self._note_call(node)
        value = getattr(statement, "value", None)
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if isinstance(value, ast.expr) and len(targets) == 1 and isinstance(targets[0], ast.Name):
            last = self._answer_of(value)
            if last is not None:
                self._names[targets[0].id] = last

    def _note_call(self, call: ast.Call) -> None:
        if id(call) in self._seen:
            return
        self._seen.add(id(call))
        if isinstance(call.func, ast.Attribute) and call.func.attr == "send":
            self._add(_label(call), set())
        elif isinstance(call.func, ast.Name) and call.func.id in self._local:
            for sent in self._local.calls(call.func.id):
                self._add(sent.operation, set(sent.checks))
        elif isinstance(call.func, ast.Attribute):
            self._note_check(call)

    def _note_check(self, call: ast.Call) -> None:
        """``expect(answer).first().second()``: each name of the chain is a check on the answer."""
        chain: list[ast.Call] = []
        current: ast.expr = call
        while isinstance(current, ast.Call) and isinstance(current.func, ast.Attribute):
            chain.append(current)
            current = current.func.value
        if not isinstance(current, ast.Call) or not isinstance(current.func, ast.Name) or current.func.id != "expect":
            return
        self._seen.update(map(id, chain))
        names = [link.func.attr for link in chain if isinstance(link.func, ast.Attribute)]
        if current.args:
            for node in _in_order(current.args[0]):
                if isinstance(node, ast.Call):
                    self._note_call(node)
            answer = self._answer_of(current.args[0])
            if answer is not None:
                self._checks[answer].update(names)

    def _note_assertion(self, test: ast.expr) -> None:
        for node in ast.walk(test):
            if isinstance(node, ast.Name) and node.id in self._names:
                is_status = any(isinstance(part, ast.Attribute) and part.attr.startswith("status") for part in ast.walk(test))
                self._checks[self._names[node.id]].add(ASSERTED_STATUS if is_status else ASSERTED)

    def _answer_of(self, value: ast.expr) -> int | None:
        """Which request's answer an expression is: ``pet``, ``api.send(...).or_skip()``, ``make_pet(api)``."""
        if isinstance(value, ast.Name):
            return self._names.get(value.id)
        current = value
        while isinstance(current, ast.Call):
            if isinstance(current.func, ast.Name):
                return len(self._operations) - 1 if current.func.id in self._local and self._operations else None
            if isinstance(current.func, ast.Attribute) and current.func.attr == "send":
                return len(self._operations) - 1 if self._operations else None
            current = current.func.value if isinstance(current.func, ast.Attribute) else current.func
        return None

    def _add(self, operation: str, checks: set[str]) -> None:
        self._operations.append(operation)
        self._checks.append(checks)


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Simple statements, those inside of blocks included, in the order of the text."""
    for statement in body:
        inner = [child for child in ast.iter_child_nodes(statement) if isinstance(child, (ast.stmt, ast.ExceptHandler))]
        if not inner:
            yield statement
        for child in inner:
            yield from _statements(child.body if isinstance(child, ast.ExceptHandler) else [child])


def _in_order(node: ast.AST) -> list[ast.AST]:
    """Calls from the outside in, in the order of the text."""
    return sorted(ast.walk(node), key=lambda each: (getattr(each, "lineno", 0), getattr(each, "col_offset", 0)))


def _label(call: ast.Call) -> str:
    words = [
        argument.value for argument in call.args[:2] if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    return " ".join(words) if len(words) == 2 else ""
