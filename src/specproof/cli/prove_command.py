"""``prove``: what a suite is worth: the faults that it finds, the legal differences on which it stays silent, what it costs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specproof.cli.documents import read_document
from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output
from specproof.errors import ProofGateError, RequestError

if TYPE_CHECKING:
    from specproof.bootstrap.proving import ProvingPolicy
    from specproof.quality.report.scorecard import QualityScorecard

    Prover = Callable[[ProvingPolicy, Path, bytes | None], QualityScorecard]
    """Makes the scorecard of the suite in a folder, by its own document or by another one."""

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class ProveOptions:
    """What ``specproof prove`` was asked for. ``document`` "" is the one that the suite carries; ``json_file`` ``-`` is stdout."""

    directory: Path
    document: str = ""
    min_strength: float = 0.0
    require_trust: bool = False
    json_file: str = ""
    html_file: str = ""
    workers: int = 0
    cap: int = 1_000
    no_cache: bool = False
    max_survivors: int = 10
    accept_equivalent: str = ""
    no_readme: bool = False


async def prove(options: ProveOptions, output: Output, prover: Prover | None = None) -> int:
    """Prove a suite, print the report, keep it beside the suite, and give the exit code."""
    from specproof.bootstrap.policies import spec_limits
    from specproof.bootstrap.proving import ProvingPolicy, keep_scorecard, prove_folder
    from specproof.domain.suite_proofs import ProofGate
    from specproof.quality.report.console import console_lines
    from specproof.quality.report.gate import gate_failures
    from specproof.quality.report.json_report import report_document
    from specproof.settings.loading import load_settings

    settings = load_settings(os.environ)
    folder = options.directory
    if not (folder / "conftest.py").is_file():
        raise RequestError("this is not the folder of a suite", at=str(folder), hint="specproof generate makes one.")
    policy = ProvingPolicy(
        limits=spec_limits(settings),
        workers=options.workers,
        cap=options.cap,
        uses_cache=not options.no_cache,
        accepted_equivalent=options.accept_equivalent.strip(),
    )
    with output.progress("reading the document") as show:
        document = await read_document(settings, options.document) if options.document else None
        show("proving the suite")
        scorecard = await asyncio.to_thread(prover or prove_folder, policy, folder, document)
    keep_scorecard(folder, scorecard, has_readme_line=not options.no_readme)
    _write_files(options, scorecard)
    output.result(report_document(scorecard), console_lines(scorecard, max_survivors=options.max_survivors))
    failures = gate_failures(scorecard, ProofGate(options.min_strength, options.require_trust))
    if failures:
        raise ProofGateError("; ".join(failures), at=str(folder))
    return ExitCode.DONE


def _write_files(options: ProveOptions, scorecard: QualityScorecard) -> None:
    from specproof.quality.report.html_report import report_html
    from specproof.quality.report.json_report import report_json
    from specproof.storage.proof_reports import write_report_file

    if options.json_file and options.json_file != STDOUT:
        write_report_file(Path(options.json_file), report_json(scorecard))
    if options.html_file:
        write_report_file(Path(options.html_file), report_html(scorecard))
