"""One document of the corpus: its suite, generated here, run by the product against Prism."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tools.compatibility import CORPUS

from benchmarks.prism.serving import NotServedError, served
from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.checks.client import TIME_BUDGET_SECONDS
from specproof.domain.runs import Outcome, OutcomeKind, RunRequest, RunResult
from specproof.execution.suite_runner import ProcessSuiteRunner
from specproof.fetching.folder_files import FolderFiles
from specproof.openapi.bundling import pack_specification
from specproof.openapi.documents.loader import SpecLimits, load_document
from specproof.storage.suite_folder import write_suite_folder

RUN_SECONDS = 120.0
ANSWER_SECONDS = 2.0
"""Prism answers in milliseconds or never; the 30 seconds that a suite waits by itself would be most of the measurement."""
MOST_OPERATIONS = 60
CUT_OPERATIONS = 40
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
TOKEN = "invented-token-0001"
PAIR = "invented-user:invented-password"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a suite said of Prism with one document. ``failures`` are the outcomes that failed or could not be carried out."""

    name: str
    operations: int = 0
    all_operations: int = 0
    """More than ``operations`` where the document was cut."""
    cases: int = 0
    passed: int = 0
    skipped: int = 0
    remarks: int = 0
    failures: tuple[Outcome, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    deaths: int = 0
    """How often Prism died and was started again."""
    seconds: float = 0.0
    status: str = ""
    refusal: str = ""
    """Why Prism does not serve the document."""


def measured(path: Path, *, is_stateless: bool = True, is_dynamic: bool = False) -> Measured:
    """What becomes of one document. Never raises for what Prism or the document does."""
    name = path.relative_to(CORPUS).as_posix()
    with tempfile.TemporaryDirectory(prefix="specproof-prism-") as folder:
        content, counted, everything = cut_document(path.read_bytes())
        document = path
        if counted < everything:
            document = Path(folder) / "document.json"
            document.write_bytes(content)
        try:
            with served(document, is_dynamic=is_dynamic) as prism:
                found = _run(name, document, path, Path(folder) / "suite", prism.url, is_stateless)
                return replace(found, all_operations=everything, deaths=prism.deaths)
        except NotServedError as error:
            return Measured(name, all_operations=everything, refusal=str(error))


def _run(name: str, document: Path, original: Path, folder: Path, url: str, is_stateless: bool) -> Measured:
    began = time.monotonic()
    generated = generate_suite(GenerationPolicy(), _packed(document, original), "prism", None)
    write_suite_folder(folder, generated.suite.files, force=False)
    _shorten_patience(folder)
    schemes = json.loads((folder / "schemas" / "security.json").read_text(encoding="utf-8"))
    request = RunRequest(
        suite_dir=str(folder),
        api_url=url,
        credentials=invented_credentials(schemes),
        timeout_seconds=RUN_SECONDS,
        is_stateless=is_stateless,
    )
    result = asyncio.run(ProcessSuiteRunner().run(request))
    return _summed(name, generated.operations_total, generated.suite.case_count, result, time.monotonic() - began)


def _shorten_patience(folder: Path) -> None:
    """Let the suite, which is its owner's to edit, wait less for an answer."""
    (client,) = folder.glob("checks_*/client.py")
    text = client.read_text(encoding="utf-8")
    shortened = text.replace(f"TIME_BUDGET_SECONDS = {TIME_BUDGET_SECONDS}", f"TIME_BUDGET_SECONDS = {ANSWER_SECONDS}")
    if shortened == text:
        raise ValueError("the suite's client does not say how long it waits where it used to")
    client.write_text(shortened, encoding="utf-8")


def _packed(document: Path, original: Path) -> bytes:
    """The document with the files that it refers to, as the command line reads it."""
    root = CORPUS / original.relative_to(CORPUS).parts[0]
    if document is not original or not root.is_dir():
        return document.read_bytes()
    limits = SpecLimits()
    files = FolderFiles(root, limits.max_bytes)
    main = original.relative_to(root).as_posix()
    return pack_specification(original.read_bytes(), limits=limits, files=files, name=main).content


def _summed(name: str, operations: int, cases: int, result: RunResult, seconds: float) -> Measured:
    return Measured(
        name=name,
        operations=operations,
        cases=cases,
        passed=result.count(OutcomeKind.PASSED),
        skipped=result.count(OutcomeKind.SKIPPED),
        remarks=sum(len(outcome.remarks) for outcome in result.outcomes),
        failures=tuple(one for one in result.outcomes if one.kind in (OutcomeKind.FAILED, OutcomeKind.ERRORED)),
        outcomes=result.outcomes,
        seconds=seconds,
        status=f"{result.status.value} {result.message}".strip(),
    )


def invented_credentials(schemes: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """A user's variables, with secrets that Prism takes as it takes any: it looks at their form alone."""
    made: dict[str, str] = {}
    for scheme, entry in schemes.items():
        secret = PAIR if entry.get("kind") == "basic" else TOKEN
        made[f"SPECPROOF_CREDENTIAL_{scheme}"] = secret
        made[f"SPECPROOF_SECOND_CREDENTIAL_{scheme}"] = f"{secret}-second"
    return made


def cut_document(content: bytes) -> tuple[bytes, int, int]:
    """The document with the first paths that hold 40 operations, if it has more than 60; how many are left, and of how many."""
    root = load_document(content, limits=SpecLimits()).root
    paths = root.get("paths")
    if not isinstance(paths, dict):
        return content, 0, 0
    sizes = {
        path: sum(1 for method in item if method.lower() in METHODS) if isinstance(item, dict) else 0
        for path, item in paths.items()
    }
    everything = sum(sizes.values())
    if everything <= MOST_OPERATIONS:
        return content, everything, everything
    kept: dict[str, object] = {}
    count = 0
    for path, size in sizes.items():
        if count >= CUT_OPERATIONS:
            break
        kept[path] = paths[path]
        count += size
    return json.dumps({**root, "paths": kept}).encode(), count, everything
