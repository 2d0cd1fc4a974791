"""The files of a suite as a proof sees them: the document that it is for, and a digest of everything that one case depends on."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from specproof.domain.source_documents import JSON_PATH, SOURCE_PATHS, source_document
from specproof.domain.suites import PERSONAL_FILES, SuiteFile
from specproof.errors import SuiteUnprovableError
from specproof.openapi.schema import bundle_schema
from specproof.quality.suite_code import table_rows

OWN_FOLDER = ".specproof"
"""Where a proof keeps its own files in a suite."""
_IGNORED = frozenset({"__pycache__", OWN_FOLDER})
_SEPARATE = frozenset(
    {"schemas/contracts.json", "schemas/definitions.json", "specproof.lock.json", *SOURCE_PATHS, *PERSONAL_FILES}
)
"""Files of which a case depends on parts, or not at all."""


def document_of(folder: Path) -> bytes:
    """The document that the suite carries. Raises :class:`~specproof.errors.SuiteUnprovableError` if it has none that can be read."""
    files = []
    for path in SOURCE_PATHS:
        with contextlib.suppress(OSError):
            files.append(SuiteFile(path, (folder / path).read_bytes().decode("utf-8", "replace")))
    document = source_document(files)
    if document is None:
        raise SuiteUnprovableError(
            "the suite does not carry the document that it is for",
            at=JSON_PATH,
            hint="Name the document, or generate the suite again.",
        )
    return document


@dataclass(frozen=True, slots=True)
class ModuleDigests:
    """A module with tests: the digests of all of it, of what is no test, and of each test by name. Cutting one up is slow: it is kept.

    A row of a table whose id stands in the code has a digest of its own (``test_a[too_long]``): an edit of it leaves the others alone.
    """

    whole: str
    rest: str
    functions: Mapping[str, str]


class SuiteSources:
    """Digests of a suite's files, cut so that an edit of one case leaves the digests of the others alone.

    A case depends on its own function, on everything in its module that is no test, on its entry in ``cases/``, on what the document says
    about the operations that it calls, and on all that is shared: the checks, ``conftest.py``, modules without tests.
    """

    def __init__(self, folder: Path, known: Mapping[str, ModuleDigests] = MappingProxyType({})) -> None:
        self._known = known
        self.modules: dict[str, ModuleDigests] = {}
        self._entries: dict[str, Mapping[str, object]] = {}
        shared = hashlib.sha256()
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            if path.parent.name == "cases" and path.suffix == ".json":
                self._entries[path.stem] = json_object(path)
            elif path.name.startswith("test_") and path.suffix == ".py":
                self._read_module(name, path.read_bytes())
            elif path.suffix in {".py", ".json"} and name not in _SEPARATE:
                shared.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        self._shared = shared.hexdigest()
        self._contracts = json_object(folder / "schemas" / "contracts.json")
        self._definitions = json_object(folder / "schemas" / "definitions.json")
        self._operations: dict[str, str] = {}

    def digest(self, module: str, function: str, row: str, operations: Iterable[str]) -> str:
        """Of one case: its module's path in the suite, its function, its row where it has several, labels of operations that it calls."""
        entries = self._entries.get(Path(module).stem, {})
        entry = entries.get(f"{function}[{row}]", entries.get(function))
        cut = self.modules.get(module) or ModuleDigests("", "", {})
        own = cut.functions.get(f"{function}[{row}]", cut.functions.get(function, ""))
        parts = [self._shared, cut.rest, own, row]
        parts += [json.dumps(entry, sort_keys=True), *(self._operation(label) for label in sorted(set(operations)))]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _operation(self, label: str) -> str:
        """The digest of what the suite holds the answers of an operation against."""
        if label not in self._operations:
            contract = self._contracts.get(label)
            text = json.dumps([label, bundle_schema({"": contract}, self._definitions)], sort_keys=True)
            self._operations[label] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return self._operations[label]

    def _read_module(self, name: str, content: bytes) -> None:
        whole = hashlib.sha256(content).hexdigest()
        known = self._known.get(name)
        self.modules[name] = known if known is not None and known.whole == whole else _cut(content, whole)


def _cut(content: bytes, whole: str) -> ModuleDigests:
    """A module's tests, each by itself, and the rest."""
    try:
        body = ast.parse(content).body
    except (SyntaxError, ValueError):
        return ModuleDigests(whole, whole, {})
    lines = content.splitlines()
    rest, functions = hashlib.sha256(), {}
    for node in body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        digest = _digest(lines, first, node.end_lineno)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
            is_new = node.name not in functions
            functions[node.name] = digest if is_new else whole
            code = _digest(lines, node.lineno, node.end_lineno)
            for row, call in table_rows(node).items() if is_new else ():
                functions[f"{node.name}[{row}]"] = code + _digest(lines, call.lineno, call.end_lineno)
        else:
            rest.update(digest.encode())
    return ModuleDigests(whole, rest.hexdigest(), functions)


def _digest(lines: list[bytes], first: int, last: int | None) -> str:
    return hashlib.sha256(b"\n".join(lines[first - 1 : last])).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """All files of the suite, in a stable order."""
    for path in sorted(folder.iterdir()):
        if path.name in _IGNORED or path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def json_object(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty where there is none: the suite itself will say so."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
