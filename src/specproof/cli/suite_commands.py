"""``generate``, ``run`` and ``validate``: the main job by hand, without service and database."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from specproof.checks.strictness import STRICTNESS, strictness_named
from specproof.cli.documents import read_document
from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output, table
from specproof.cli.run_reports import SHOWN_FINDINGS, is_judged, run_document, run_lines, written_line
from specproof.domain.plans import Family
from specproof.domain.ports import GeneratedSuite
from specproof.domain.runs import Outcome, RunRequest, RunResult, RunStatus
from specproof.domain.suites import QualityReport, SuiteChoices, SuiteFile
from specproof.errors import QualityGateError, RequestError
from specproof.openapi.findings import Finding, Severity

FILES_HINT = "docs/strictness.md shows how specproof.toml and baseline.json are written."
CREDENTIALS_HINT = 'SPECPROOF_CREDENTIALS_FILE names a file like {"SPECPROOF_CREDENTIAL_<SCHEME>": "..."}.'


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """What ``specproof generate`` was asked for."""

    spec: str
    directory: Path
    slug: str
    seed: str
    force: bool
    min_quality: float
    root: Path | None = None
    from_status: str = ""
    business_code: str = ""
    profile: str = ""
    """Empty: as the settings say."""


async def generate(options: GenerateOptions, output: Output) -> int:
    """Generate a suite into a folder."""
    from specproof.bootstrap.generation import assess_suite, generate_suite
    from specproof.bootstrap.policies import generation_policy
    from specproof.settings.loading import load_settings
    from specproof.storage.suite_folder import write_suite_folder

    settings = load_settings(os.environ)
    policy = generation_policy(settings)
    policy = replace(policy, seed=options.seed or policy.seed, choices=_choices(options, policy.choices))
    with output.progress("reading the document") as show:
        document = await read_document(settings, options.spec, options.root)
        show("generating the suite")
        generated = await asyncio.to_thread(generate_suite, policy, document, options.slug, None)
        show("checking its quality")
        quality = await asyncio.to_thread(assess_suite, generated)
        kept = await asyncio.to_thread(write_suite_folder, options.directory, generated.suite.files, force=options.force)
    findings = (*generated.findings, *quality.findings)
    lines = _generated_lines(options, generated, quality, findings, is_functional=Family.FUNCTIONAL in policy.families)
    if kept:
        lines.append(f"kept        the earlier folder held edits of a person: {kept}")
    result = {**_generated_document(options, generated, quality, findings), "kept": str(kept) if kept else None}
    output.result(result, lines)
    wanted = max(options.min_quality, settings.quality.min_score)
    if quality.score < wanted:
        raise QualityGateError(f"static quality {quality.score:.2f} is below {wanted:.2f}", at=str(options.directory))
    return ExitCode.DONE


def _choices(options: GenerateOptions, settings: SuiteChoices) -> SuiteChoices:
    """What the command line chose, over the settings."""
    from specproof.domain.business_codes import explicit_code
    from specproof.domain.lifecycle import known_gate
    from specproof.domain.profiles import known_profile

    at = "--from-status"
    try:
        gate = known_gate(options.from_status)
        at = "--business-code"
        explicit_code(options.business_code or settings.business_code)
        at = "--profile"
        profile = known_profile(options.profile or settings.profile)
    except ValueError as error:
        raise RequestError(str(error), at=at, hint="specproof generate --help says more about each choice.") from error
    return SuiteChoices(gate or settings.from_status, options.business_code or settings.business_code, profile)


def _generated_document(
    options: GenerateOptions, generated: GeneratedSuite, quality: QualityReport, findings: tuple[Finding, ...]
) -> dict[str, object]:
    return {
        "directory": str(options.directory),
        "slug": generated.suite.slug,
        "title": generated.title,
        "spec_digest": generated.spec_digest,
        "operations": generated.operations_total,
        "operations_covered": generated.suite.operation_count,
        "cases": generated.suite.case_count,
        "files": len(generated.suite.files),
        "quality": {"score": quality.score, "grade": quality.grade, "rules": quality.rules},
        "findings": [finding.to_json() for finding in findings],
    }


def _generated_lines(
    options: GenerateOptions,
    generated: GeneratedSuite,
    quality: QualityReport,
    findings: tuple[Finding, ...],
    *,
    is_functional: bool,
) -> list[str]:
    suite = generated.suite
    lines = [
        f"{generated.title or suite.slug}: {suite.case_count} cases in {len(suite.files)} files -> {options.directory}",
        f"operations  {suite.operation_count} of {generated.operations_total} with a {'success case' if is_functional else 'case'}",
        f"static quality  {quality.grade} ({quality.score:.1f})   (what the suite finds: specproof prove {options.directory})",
    ]
    if findings:
        counts = Counter(finding.code.value for finding in findings)
        lines.append(
            f"findings    {len(findings)}: " + ", ".join(f"{code} x{count}" for code, count in counts.most_common(SHOWN_FINDINGS))
        )
        lines.extend(
            f"  {finding.code.value}  {finding.at}  {finding.message}" for finding in sorted(set(findings))[:SHOWN_FINDINGS]
        )
        if len(set(findings)) > SHOWN_FINDINGS:
            lines.append("  ... all of them with --json, and in the suite's README")
    if not suite.case_count:
        lines.append("WARNING     the document has no operation that could be tested: the suite is empty")
    if suite.slug.startswith("api_") and not options.slug:
        lines.append(f"name        the title gives no ASCII name; choose one instead of {suite.slug} with --slug")
    lines.append(f"run it      specproof run {options.directory} --url URL   (or: pytest {options.directory} --api-url URL)")
    return lines


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What ``specproof run`` was asked for. ``strictness`` "": as the variable or the settings say; the files may be None."""

    directory: Path
    url: str
    limit_seconds: float
    strictness: str = ""
    baseline: Path | None = None
    write_baseline: Path | None = None
    harvest: Path | None = None
    is_as_documented: bool = False
    is_risky: bool = False
    is_stateless: bool = False


async def run(options: RunOptions, output: Output) -> int:
    """Run a suite against an address."""
    with output.progress("running") as show:
        result = await suite_result(options, counting(show))
    warning = "STATELESS   the target was said not to remember: what it keeps and gives back is not tested"
    written = str(options.write_baseline) if options.write_baseline and is_judged(result) else ""
    mended, mended_lines = await asyncio.to_thread(_mended, options, result)
    lines = [*([warning] if options.is_stateless else []), *run_lines(result, mended_lines)]
    lines += [written_line(written, result)] if written else []
    told = {"stateless": options.is_stateless, "baseline_written": written, "mended": mended}
    output.result({**run_document(result), **told}, lines)
    return _run_code(result)


def _mended(options: RunOptions, result: RunResult) -> tuple[list[dict[str, object]], list[str]]:
    """What of the baseline does not occur any more: as JSON, and as lines."""
    from specproof.checks.baseline import Baseline
    from specproof.checks.known import mended_lines
    from specproof.checks.suite import Cases
    from specproof.execution.baselines import mended_in

    path = _baseline_of(options)
    if path is None or options.is_as_documented or options.write_baseline or not is_judged(result):
        return [], []
    baseline = Baseline.load(path)
    mended = mended_in(baseline, result.outcomes, Cases.load(options.directory).belongings)
    return [entry.to_json() for entry in mended], list(mended_lines(baseline, mended))


def _baseline_of(options: RunOptions) -> Path | None:
    """The file of known failures that the run is judged by."""
    from specproof.checks.baseline import BASELINE

    usual = options.directory / BASELINE
    return options.baseline or (usual if usual.exists() else None)


async def suite_result(options: RunOptions, on_outcome: Callable[[Outcome], Awaitable[None]]) -> RunResult:
    """Run a suite in a child process. Raises ``RequestError`` for what cannot be understood."""
    from specproof.bootstrap.execution import suite_runner
    from specproof.settings.loading import RESERVED_PREFIXES, load_settings

    settings = load_settings(os.environ)
    directory, url = options.directory, options.url
    if not url.startswith(("http://", "https://")) or not urlsplit(url).hostname:
        raise RequestError(f"{url!r} is no http(s) address", at="--url", hint="For example --url http://127.0.0.1:8080")
    if not (directory / "conftest.py").is_file():
        raise RequestError("this is not the folder of a suite", at=str(directory), hint="specproof generate makes one.")
    await asyncio.to_thread(_refuse_what_is_not_understood, options)
    request = RunRequest(
        suite_dir=str(await asyncio.to_thread(directory.resolve)),
        api_url=url.rstrip("/"),
        credentials={
            **{name: value for name, value in os.environ.items() if name.startswith(RESERVED_PREFIXES)},
            **_credentials_file(),
        },
        timeout_seconds=options.limit_seconds,
        memory_bytes=settings.execution.memory_mb << 20,
        baseline=str(options.baseline.absolute()) if options.baseline else "",
        write_baseline=str(options.write_baseline.absolute()) if options.write_baseline else "",
        harvest=str(options.harvest.absolute()) if options.harvest else "",
        is_as_documented=options.is_as_documented,
        is_risky=options.is_risky,
        is_stateless=options.is_stateless,
        strictness=_strictness(options.strictness or os.environ.get(STRICTNESS, "") or settings.execution.strictness),
    )
    return await suite_runner(settings).run(request, on_outcome=on_outcome)


def _refuse_what_is_not_understood(options: RunOptions) -> None:
    """The suite would end with the same words, but its process cannot say that it was the user's slip."""
    from specproof.checks.baseline import Baseline, BaselineError
    from specproof.checks.options import overrides_of
    from specproof.checks.overrides import OverridesError

    _refuse_the_target(options.write_baseline)
    if options.is_as_documented:
        return
    baseline = _baseline_of(options)
    try:
        overrides_of(options.directory)
        if baseline is not None:
            Baseline.load(baseline)
    except (OverridesError, BaselineError) as error:
        raise RequestError(str(error), at=str(options.directory), hint=FILES_HINT) from error


def _refuse_the_target(target: Path | None) -> None:
    """A file for the baseline that cannot be written, or that is something else."""
    from specproof.checks.baseline import BASELINE, Baseline, BaselineError

    if target is None:
        return
    if target.is_dir() or not target.parent.is_dir():
        message = f"{target} is a folder" if target.is_dir() else f"{target} lies in no folder that exists"
        raise RequestError(message, at="--write-baseline", hint=f"Name a file, for example --write-baseline {BASELINE}")
    try:
        if target.exists():
            Baseline.load(target)
    except BaselineError as error:
        raise RequestError(str(error), at="--write-baseline", hint=FILES_HINT) from error


def _strictness(name: str) -> str:
    try:
        return strictness_named(name).value
    except ValueError as error:
        raise RequestError(str(error), at=f"--strictness (or {STRICTNESS})", hint="For example --strictness strict") from error


def _credentials_file() -> dict[str, str]:
    import json

    name = os.environ.get("SPECPROOF_CREDENTIALS_FILE")
    if not name:
        return {}
    try:
        loaded = json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise RequestError(f"the credentials file cannot be read: {reason}", at=name, hint=CREDENTIALS_HINT) from error
    if not isinstance(loaded, dict) or not all(isinstance(value, str) for value in loaded.values()):
        raise RequestError("the credentials file must be a JSON object of strings", at=name, hint=CREDENTIALS_HINT)
    return loaded


def counting(show: Callable[[str], None]) -> Callable[[Outcome], Awaitable[None]]:
    """What shows, while a run goes on, how many cases have ended in which way."""
    counts: Counter[str] = Counter()

    async def count(outcome: Outcome) -> None:
        counts[outcome.kind.value] += 1
        show("running: " + ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())))

    return count


def _run_code(result: RunResult) -> ExitCode:
    if result.status is RunStatus.PASSED:
        return ExitCode.DONE
    return ExitCode.TESTS_FAILED if result.status is RunStatus.FAILED else ExitCode.INFRASTRUCTURE


async def validate(directory: Path, min_quality: float, output: Output) -> int:
    """Apply the static rules to a suite on disk."""
    from specproof.quality.quality_checker import check_suite
    from specproof.storage.suite_folder import read_suite_folder

    files: tuple[SuiteFile, ...] = await asyncio.to_thread(read_suite_folder, directory)
    report = await asyncio.to_thread(check_suite, files)
    document: dict[str, object] = {
        "directory": str(directory),
        "score": report.score,
        "grade": report.grade,
        "cases": report.case_count,
        "rules": report.rules,
        "findings": [finding.to_json() for finding in report.findings],
    }
    rows = [(finding.severity.value, finding.code.value, finding.at, finding.message) for finding in report.findings]
    lines = [f"static quality {report.grade} ({report.score:.1f}), {report.case_count} cases, {len(report.findings)} findings"]
    output.result(document, [*lines, *(table(rows, ("severity", "code", "at", "message")) if rows else [])])
    if report.score < min_quality:
        raise QualityGateError(f"static quality {report.score:.2f} is below {min_quality:.2f}", at=str(directory))
    is_broken = any(finding.severity is Severity.MAJOR for finding in report.findings)
    return ExitCode.QUALITY_GATE if is_broken else ExitCode.DONE
