"""``calibrate``: two runs on a live target, and what a person should know of it before its tests are relied upon."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output
from specproof.cli.run_reports import failure_details, indented
from specproof.cli.suite_commands import RunOptions, counting, suite_result
from specproof.domain.runs import RunResult, RunStatus
from specproof.errors import ExecutionError, StorageError
from specproof.execution.calibration import Calibration, Ids, calibration, in_both
from specproof.execution.failures import failure_groups

CALIBRATION = "calibration.json"
LEAST_SECONDS = 1.0
SHOWN_REASONS = 5


async def calibrate(directory: Path, url: str, limit_seconds: float, output: Output) -> int:
    """Run the suite twice, write ``calibration.json`` beside it, and print what was found. The exit code is 0 whatever it is."""
    with output.progress("first run") as show, tempfile.TemporaryDirectory(prefix="specproof-calibrate-") as folder:
        files = [Path(folder, name) for name in ("first.json", "second.json")]
        deadline = time.monotonic() + limit_seconds
        first = await _run(RunOptions(directory, url, limit_seconds, harvest=files[0], is_as_documented=True), show)
        show("second run")
        left = max(deadline - time.monotonic(), LEAST_SECONDS)
        second = await _run(RunOptions(directory, url, left, harvest=files[1], is_as_documented=True), show)
        ids = [await asyncio.to_thread(_read, file) for file in files]
    found = calibration(first.outcomes, second.outcomes, in_both(*ids))
    path = directory / CALIBRATION
    await asyncio.to_thread(_write, path, found)
    output.result({**found.to_json(), "file": str(path)}, calibration_lines(found, path, directory))
    return ExitCode.DONE


async def _run(options: RunOptions, show: Callable[[str], None]) -> RunResult:
    result = await suite_result(options, counting(show))
    if result.status not in (RunStatus.PASSED, RunStatus.FAILED):
        raise ExecutionError(
            f"the run says nothing of the API: {result.message}", at=str(options.directory), hint=result.log_tail[-500:]
        )
    return result


def _read(path: Path) -> Ids:
    loaded: Ids = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return loaded


def _write(path: Path, found: Calibration) -> None:
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n"
    staged = path.with_name(f".{path.name}.new")
    try:
        staged.write_text(text, encoding="utf-8")
        staged.replace(path)
    except OSError as error:
        raise StorageError(f"it cannot be written: {error.strerror}", at=str(path)) from error


def calibration_lines(found: Calibration, path: Path, directory: Path) -> list[str]:
    """What people read of a calibration that was written to ``path``."""
    lines: list[str] = []
    for group in failure_groups([difference.outcome for difference in found.differences]):
        outcome = group.outcomes[0]
        lines += [f"DIFFERENT  {outcome.title or outcome.operation or outcome.node_id}"]
        lines += [indented(name, text) for name, text in failure_details(outcome) if text]
        lines += [f"  {group.elsewhere}"] if group.elsewhere else []
    lines += [f"UNSTABLE  {one.outcome.case_id}: first {one.endings[0]}, then {one.endings[1]}" for one in found.unstable]
    for template, parameters in found.known_ids.items():
        lines += [f"known ids  {template}: {name} {', '.join(ids)}" for name, ids in parameters.items()]
    lines += _skipped_lines(found)
    differ = "1 case differs" if len(found.differences) == 1 else f"{len(found.differences)} cases differ"
    unstable = "1 is" if len(found.unstable) == 1 else f"{len(found.unstable)} are"
    lines.append(f"{differ} from the document in both runs, {unstable} unstable -> {path}")
    if found.differences:
        lines += [
            "next: where the API is wrong, have it mended. Where the document is, mend it and generate again. Where you accept it, say so:",
            f"      one operation in {directory / 'specproof.toml'}, or all of it with specproof run --write-baseline {directory / 'baseline.json'}",
        ]
    return lines


def _skipped_lines(found: Calibration) -> list[str]:
    count = sum(found.skipped.values())
    if not count:
        return []
    reasons = list(found.skipped.items())
    lines = [
        f"SKIPPED  {'1 case was' if count == 1 else f'{count} cases were'} skipped in both runs, and said nothing of the API:"
    ]
    lines += [f"  {reason} ({number})" for reason, number in reasons[:SHOWN_REASONS]]
    if len(reasons) > SHOWN_REASONS:
        lines.append(f"  ... {len(reasons) - SHOWN_REASONS} reasons more in the file")
    return lines
