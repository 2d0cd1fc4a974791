"""``lint``: what a document lacks for good tests, for people, programs and code hosts."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from specproof.cli.documents import read_document
from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output
from specproof.errors import QualityGateError, RequestError
from specproof.openapi.findings import FIX_HINTS, Finding, FindingCode, Severity

if TYPE_CHECKING:
    from specproof.openapi.documents.positions import Position
    from specproof.openapi.lint.linter import LintReport
    from specproof.openapi.lint.testability import OperationTestability

Word = TypeVar("Word", bound=StrEnum)

SHOWN_PER_CODE = 10
SHOWN_CODES = 40
SHOWN_OPERATIONS = 5
_ORDER = (Severity.MAJOR, Severity.MINOR, Severity.INFO)


class LintFormat(StrEnum):
    """How the result is written."""

    HUMAN = "human"
    JSON = "json"
    SARIF = "sarif"


class FailOn(StrEnum):
    """From which severity on a finding makes the command fail."""

    NONE = "none"
    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What ``specproof lint`` was asked for. ``min_testability`` 0 asks for nothing."""

    spec: str
    format: LintFormat = LintFormat.HUMAN
    min_severity: Severity = Severity.INFO
    fail_on: FailOn = FailOn.MAJOR
    min_testability: int = 0


def options(spec: str, form: str, min_severity: str, fail_on: str, min_testability: int) -> LintOptions:
    """What was asked for, out of words. Raises ``RequestError`` for a word that is none of the choices."""
    return LintOptions(
        spec,
        _choice(LintFormat, form, "--format"),
        _choice(Severity, min_severity, "--min-severity"),
        _choice(FailOn, fail_on, "--fail-on"),
        min_testability,
    )


def _choice(kind: type[Word], word: str, option: str) -> Word:
    try:
        return kind(word)
    except ValueError:
        raise RequestError(f"{word!r} is none of {', '.join(kind)}", at=option, hint="See --help.") from None


async def lint(options: LintOptions, output: Output) -> int:
    """Read the document, say what it lacks, and give the exit code."""
    from specproof.bootstrap.linting import lint_document, positions_of
    from specproof.bootstrap.policies import generation_policy
    from specproof.settings.loading import load_settings

    settings = load_settings(os.environ)
    with output.progress("reading the document") as show:
        content = await read_document(settings, options.spec)
        show("looking for what it lacks")
        report = await asyncio.to_thread(lint_document, generation_policy(settings), content)
        findings = tuple(found for found in report.findings if _is_at_least(found.severity, options.min_severity))
        positions = await asyncio.to_thread(positions_of, generation_policy(settings), content, findings)
    _write(options, report, findings, positions, output)
    return _verdict(options, report)


def _is_at_least(severity: Severity, wanted: Severity) -> bool:
    return _ORDER.index(severity) <= _ORDER.index(wanted)


def _write(
    options: LintOptions, report: LintReport, findings: Sequence[Finding], positions: Mapping[str, Position], output: Output
) -> None:
    if options.format is LintFormat.HUMAN:
        output.result({}, _lines(options, report, findings, positions))
        return
    if options.format is LintFormat.JSON:
        document = _document(report, findings, positions)
    else:
        from specproof.cli.sarif import sarif_log

        document = sarif_log(options.spec, findings, positions)
    print(json.dumps(document, ensure_ascii=False, indent=2), flush=True)


def _verdict(options: LintOptions, report: LintReport) -> ExitCode:
    """Both gates look at the whole report: what is not shown counts too."""
    if options.min_testability:
        figure = report.testability.figure if report.testability is not None else None
        if figure is None or figure < options.min_testability:
            told = "there are no operations" if figure is None else f"testability {figure} is below {options.min_testability}"
            raise QualityGateError(told, at=options.spec)
    if options.fail_on is FailOn.NONE:
        return ExitCode.DONE
    wanted = Severity(options.fail_on.value)
    is_hit = any(_is_at_least(found.severity, wanted) for found in report.findings)
    return ExitCode.QUALITY_GATE if is_hit else ExitCode.DONE


# -- JSON -----------------------------------------------------------------------------------------------------------


def _document(report: LintReport, findings: Sequence[Finding], positions: Mapping[str, Position]) -> dict[str, object]:
    testability = report.testability
    return {
        "testability": None if testability is None else {"figure": testability.figure, "parts": _shares(testability.parts)},
        "operations": [
            {
                "operation": operation.key.label,
                "at": operation.pointer,
                "figure": operation.figure,
                "parts": _shares(operation.parts),
            }
            for operation in report.operations
        ],
        "findings": [_finding_document(found, positions.get(found.at)) for found in findings],
    }


def _shares(parts: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: None if share is None else round(share, 4) for name, share in parts.items()}


def _finding_document(found: Finding, position: Position | None) -> dict[str, object]:
    line, column = (position.line, position.column) if position is not None else (None, None)
    return {**found.to_json(), "hint": found.hint, "line": line, "column": column}


# -- for people -----------------------------------------------------------------------------------------------------


def _lines(options: LintOptions, report: LintReport, findings: Sequence[Finding], positions: Mapping[str, Position]) -> list[str]:
    groups: dict[tuple[int, FindingCode], list[Finding]] = {}
    for found in findings:
        groups.setdefault((_ORDER.index(found.severity), found.code), []).append(found)
    lines: list[str] = []
    for key in sorted(groups)[:SHOWN_CODES]:
        lines += _group_lines(options.spec, groups[key], positions)
    if len(groups) > SHOWN_CODES:
        lines.append(f"... findings of {len(groups) - SHOWN_CODES} other kinds with --json")
    counts = Counter(found.severity for found in findings)
    told = ", ".join(f"{counts[severity]} {severity.value}" for severity in _ORDER if counts[severity])
    return [*lines, f"findings    {told or 'none'}", *_testability_lines(report)]


def _group_lines(spec: str, group: Sequence[Finding], positions: Mapping[str, Position]) -> list[str]:
    first = group[0]
    ordered = sorted(group, key=lambda found: (_line_of(found, positions), found.at))
    lines = [f"{first.severity.value}  {first.code.value}  {FIX_HINTS[first.code]}"]
    lines += [
        f"  {_place(spec, found.at, positions.get(found.at))}  {found.code.value}  {found.message}"
        for found in ordered[:SHOWN_PER_CODE]
    ]
    if len(group) > SHOWN_PER_CODE:
        lines.append(f"  ... {len(group) - SHOWN_PER_CODE} more with --json")
    return [*lines, ""]


def _line_of(found: Finding, positions: Mapping[str, Position]) -> tuple[int, int]:
    position = positions.get(found.at)
    return (position.line, position.column) if position is not None else (0, 0)


def _place(spec: str, at: str, position: Position | None) -> str:
    from specproof.cli.sarif import STDIN
    from specproof.openapi.documents.positions import split_pointer

    if position is None:
        return at
    other = split_pointer(at)[0]
    folder = Path(spec) if Path(spec).is_dir() else Path(spec).parent
    file = STDIN if spec == "-" else str(folder / other) if other else spec
    return f"{file}:{position.line}:{position.column}"


def _testability_lines(report: LintReport) -> list[str]:
    if report.testability is None:
        return ["testability no figure: there are no operations"]
    lines = [f"testability {report.testability.figure} of 100 ({_parts_text(report.testability.parts)})"]
    worst = sorted(report.operations, key=lambda operation: operation.figure)[:SHOWN_OPERATIONS]
    return lines + [f"  {operation.figure:3}  {_label(operation)}  ({_parts_text(operation.parts)})" for operation in worst]


def _label(operation: OperationTestability) -> str:
    label = operation.key.label
    return label if len(label) <= 80 else f"{label[:79]}\N{HORIZONTAL ELLIPSIS}"


def _parts_text(parts: Mapping[str, float | None]) -> str:
    return ", ".join(f"{name} {share * 100:.0f} %" for name, share in parts.items() if share is not None)
