"""The static quality of a suite: rules over its files, a score of 0 to 100, a grade.

No rule imports or runs anything of the suite. The score is the weighted share of what is in order; code that could do harm
(foreign imports, ``eval``, changed carried files) and code that does not parse cap it, because no other virtue makes up for that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import orjson

from specproof.domain.suites import QualityReport, SuiteFile
from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.quality import rules
from specproof.quality.smells import smells
from specproof.quality.suite_code import (
    SuiteModule,
    UnreadableModule,
    is_carried,
    is_in_layout,
    own_packages,
    printable_path,
    read_module,
)

MAX_FILES = 5_000
LOCK_FILE = "specproof.lock.json"
UNSAFE_SCORE_CAP = 49.0
"""The most that a suite can reach with unparsable, foreign or tampered code in it: an F."""

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "syntax": 15.0,
        "imports": 10.0,
        "names": 10.0,
        "unique_names": 5.0,
        "assertions": 25.0,
        "docstrings": 5.0,
        "length": 5.0,
        "smells": 10.0,
        "carried_files": 5.0,
        "coverage": 10.0,
    }
)
_GRADES = ((90.0, "A"), (80.0, "B"), (70.0, "C"), (60.0, "D"))
_UNSAFE = frozenset(
    {FindingCode.SUITE_SYNTAX, FindingCode.SUITE_IMPORT, FindingCode.SUITE_SMELL, FindingCode.SUITE_FILE_TAMPERED}
)
_TEST_RULES: Final[Mapping[str, Callable[[SuiteModule], Iterator[Finding]]]] = MappingProxyType(
    {
        "names": rules.name_findings,
        "unique_names": rules.duplicate_findings,
        "assertions": rules.assertion_findings,
        "docstrings": rules.docstring_findings,
        "length": rules.length_findings,
    }
)


def check_suite(
    files: Sequence[SuiteFile],
    *,
    expected_carried: Mapping[str, str] | None = None,
    operations_total: int = 0,
    operations_covered: int = 0,
) -> QualityReport:
    """Judge a suite.

    ``expected_carried`` maps the path of each carried file to the SHA-256 (hex) of what was shipped; without it, the suite's own lock
    file is believed. ``operations_covered`` of ``operations_total`` operations of the document have a case. ``rules`` of the report holds
    each rule's points (:data:`WEIGHTS` are the most that it can give); their sum is the score unless unsafe code caps it.
    """
    judged = _judge(files, expected_carried)
    findings = FindingLog()
    findings.extend(judged.findings)
    shares = dict(judged.shares)
    shares["coverage"] = min(1.0, operations_covered / operations_total) if operations_total > 0 else 1.0
    if operations_covered < operations_total:
        message = f"{operations_total - operations_covered} of {operations_total} operations have no case"
        findings.add(FindingCode.SUITE_COVERAGE, "suite", message)
    points = {name: round(weight * shares[name], 2) for name, weight in WEIGHTS.items()}
    score = round(sum(points.values()), 1)
    collected = findings.collected()
    if any(finding.code in _UNSAFE and finding.severity is Severity.MAJOR for finding in collected):
        score = min(score, UNSAFE_SCORE_CAP)
    return QualityReport(
        score=score,
        grade=next((grade for least, grade in _GRADES if score >= least), "F"),
        rules=points,
        findings=collected,
        case_count=judged.case_count,
        operations_total=operations_total,
        operations_covered=operations_covered,
    )


def validate_files(files: Sequence[SuiteFile]) -> tuple[Finding, ...]:
    """What the rules say of an uploaded suite, which may be incomplete, broken or hostile."""
    log = FindingLog()
    log.extend(_judge(files, None).findings)
    return log.collected()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """Findings, and for each rule but coverage the share (0 to 1) of what is in order."""

    findings: tuple[Finding, ...]
    shares: Mapping[str, float]
    case_count: int


def _judge(files: Sequence[SuiteFile], expected_carried: Mapping[str, str] | None) -> _Judgement:
    findings = list(_layout_findings(files))
    own = own_packages(files)
    found: dict[str, list[Finding]] = {name: [] for name in ("syntax", "imports", "smells", *_TEST_RULES)}
    read_count = module_count = test_count = case_count = 0
    # One module at a time: the syntax trees of a large suite take a gigabyte together.
    for file in files[:MAX_FILES]:
        if not file.path.endswith(".py") or is_carried(file.path):
            continue
        module = read_module(file)
        read_count += 1
        if isinstance(module, UnreadableModule):
            at = f"{module.path}:{module.line}"
            found["syntax"].append(Finding(FindingCode.SUITE_SYNTAX, at, module.reason, Severity.MAJOR))
            continue
        module_count += 1
        test_count += len(module.tests())
        case_count += module.case_count()
        _judge_module(module, own, found)
    if test_count == 0:
        findings.append(Finding(FindingCode.SUITE_NO_ASSERTION, "suite", "the suite holds no test", Severity.MAJOR))
    carried = list(_carried_findings(files, expected_carried))
    shares = {
        "syntax": _share(len(found["syntax"]), read_count),
        "imports": _share(len({finding.at.rpartition(":")[0] for finding in found["imports"]}), module_count),
        "smells": _share(sum(1 for finding in found["smells"] if finding.severity is not Severity.INFO), test_count),
        "carried_files": 0.0 if any(finding.severity is Severity.MAJOR for finding in carried) else 1.0,
        **{name: _share(len(found[name]), test_count) for name in _TEST_RULES},
    }
    findings += [*carried, *(finding for several in found.values() for finding in several)]
    return _Judgement(tuple(findings), shares, case_count)


def _judge_module(module: SuiteModule, own: frozenset[str], found: Mapping[str, list[Finding]]) -> None:
    """Add what the rules say of one module to ``found``, by the name of the rule."""
    found["imports"] += rules.import_findings(module, own)
    found["smells"] += smells(module)
    for name, rule in _TEST_RULES.items():
        found[name] += rule(module)


def _share(bad: int, total: int) -> float:
    """The part that is in order; nothing to judge earns nothing."""
    return max(0.0, 1 - bad / total) if total else 0.0


def _layout_findings(files: Sequence[SuiteFile]) -> Iterator[Finding]:
    if len(files) > MAX_FILES:
        message = f"the suite has {len(files)} files; only {MAX_FILES} are looked at"
        yield Finding(FindingCode.SUITE_SYNTAX, "suite", message, Severity.MAJOR)
    seen: set[str] = set()
    for file in files[:MAX_FILES]:
        at = printable_path(file.path)
        if file.path in seen:
            yield Finding(FindingCode.SUITE_FILE_TAMPERED, at, "two files have this path", Severity.MAJOR)
        seen.add(file.path)
        if file.path.startswith("/") or "\\" in file.path or ".." in file.path.split("/"):
            yield Finding(FindingCode.SUITE_FILE_TAMPERED, at, "this path leads out of the suite", Severity.MAJOR)
        elif file.path.endswith(".py") and not is_in_layout(file.path):
            yield Finding(
                FindingCode.SUITE_FILE_TAMPERED,
                at,
                "Python outside of checks_* and tests_* is no part of a suite",
                Severity.MAJOR,
            )


def _carried_findings(files: Sequence[SuiteFile], expected: Mapping[str, str] | None) -> Iterator[Finding]:
    """Carried files that are not what was shipped, that were never shipped, or that are missing."""
    present = {file.path: file.content for file in files[:MAX_FILES] if is_carried(file.path)}
    hashes = _locked_hashes(files) if expected is None else expected
    if hashes is None:
        if present:
            message = "there is no readable lock file, so nothing says whether the carried files are as shipped"
            yield Finding(FindingCode.SUITE_FILE_TAMPERED, LOCK_FILE, message)
        return
    wanted = {path: digest for path, digest in hashes.items() if is_carried(path)}
    for path in sorted(present.keys() | wanted.keys()):
        if path not in present:
            yield Finding(FindingCode.SUITE_FILE_TAMPERED, printable_path(path), "this carried file is missing", Severity.MAJOR)
        elif path not in wanted:
            yield Finding(FindingCode.SUITE_FILE_TAMPERED, path, "this file was never shipped with a suite", Severity.MAJOR)
        elif _digest(present[path]) != wanted[path]:
            yield Finding(FindingCode.SUITE_FILE_TAMPERED, path, "this carried file is not as it was shipped", Severity.MAJOR)


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", errors="surrogatepass")).hexdigest()


def _locked_hashes(files: Sequence[SuiteFile]) -> Mapping[str, str] | None:
    """Path -> SHA-256 out of the suite's own lock file; None where there is none that can be read."""
    content = next((file.content for file in files if file.path == LOCK_FILE), None)
    if content is None:
        return None
    try:
        lock = orjson.loads(content.encode("utf-8", errors="replace"))
    except orjson.JSONDecodeError:
        return None
    listed = lock.get("files") if isinstance(lock, dict) else None
    if not isinstance(listed, dict):
        return None
    return {path: digest for path, digest in listed.items() if isinstance(digest, str)}
