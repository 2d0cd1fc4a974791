"""The tail is budgeted: a module under 400 lines, a function under 60, nine functions in ten under 35; and the words we do not use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "specproof").rglob("*.py"))
BANNED = {"manager", "handler", "handlers", "helper", "helpers", "util", "utils", "data", "info", "process", "do", "obj"}
SAVED = {
    "config_manager",  # the founding document's names
    "test_data_factory",
    "process_event",
    "ProcessEvent",
    "process_bind_param",  # SQLAlchemy's hooks
    "process_result_value",
    "info",  # a logger's method
    "get_extra_info",  # a stream of httpcore2
    "ProcessSuiteRunner",
    "ProcessSuiteBuilder",  # the operating system's word
    "error_handlers",  # FastAPI's word
    "exception_handler",
    "add_exception_handler",
    "MimeData",
}
BROAD = {"pipeline/worker.py": 1, "pipeline/event_bus.py": 1, "cli/app.py": 1}
"""The three places that may catch everything: worker loop, event bus, top of the command line."""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "specproof").as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_stays_under_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


def test_functions_stay_under_60_lines_and_nine_in_ten_under_35() -> None:
    lengths = {
        f"{name_of(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in SOURCES
        for function in functions(parsed(path))
        if "migrations/versions" not in path.as_posix()
    }
    assert {name: length for name, length in lengths.items() if length >= 60} == {}
    short = sum(1 for length in lengths.values() if length < 35)
    assert short >= 0.9 * len(lengths)


def words(name: str) -> set[str]:
    spaced = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
    return set(spaced.strip("_").split("_"))


def test_names_use_none_of_the_banned_words() -> None:
    offenders: list[str] = []
    for path in SOURCES:
        tree = parsed(path)
        names = {path.stem} | {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        for function in functions(tree):
            arguments = function.args
            names.add(function.name)
            names |= {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        offenders += [f"{name_of(path)}: {name}" for name in sorted(names) if name not in SAVED and words(name) & BANNED]
    assert offenders == []


def test_production_classes_are_never_called_test() -> None:
    classes = [
        f"{name_of(path)}:{node.name}" for path in SOURCES for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef)
    ]
    assert [name for name in classes if name.split(":")[1].startswith("Test")] == []


def test_everything_is_caught_in_three_places_only() -> None:
    found: dict[str, int] = {}
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or "Exception" in names_in(node.type)):
                found[name_of(path)] = found.get(name_of(path), 0) + 1
    assert found == BROAD


def names_in(node: ast.expr) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name) and child.id in {"Exception", "BaseException"}}


def test_only_the_unit_of_work_commits() -> None:
    offenders = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and not name_of(path).startswith(
            ("database/unit_of_work", "database/receiving", "database/migrations", "database/schema")
        )
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id in {"uow", "work"})
    ]
    assert offenders == []
