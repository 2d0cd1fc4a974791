"""Generating a suite for the sample API and running it as the product does: for tests."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from examples.bookshop.app import SECOND_TOKEN, TOKEN

from processes import ROOT, example
from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.runs import Outcome, OutcomeKind, RunRequest, RunResult
from specproof.execution.suite_runner import ProcessSuiteRunner
from specproof.storage.suite_folder import write_suite_folder

DOCUMENT = ROOT / "examples" / "bookshop" / "openapi.json"


def generated(document: bytes, folder: Path) -> Path:
    """The suite of ``document``, in ``folder``."""
    suite = generate_suite(GenerationPolicy(), document, "sample", None).suite
    write_suite_folder(folder, suite.files, force=False)
    return folder


def credentials(folder: Path) -> dict[str, str]:
    """A valid and a second user's token for every scheme that the suite's document has."""
    schemes = json.loads((folder / "schemas" / "security.json").read_text(encoding="utf-8"))
    return {
        **{f"SPECPROOF_CREDENTIAL_{scheme}": TOKEN for scheme in schemes},
        **{f"SPECPROOF_SECOND_CREDENTIAL_{scheme}": SECOND_TOKEN for scheme in schemes},
    }


def run_against(folder: Path, *arguments: str) -> RunResult:
    """Run the suite against the sample API started with ``arguments`` (``--bug NAME``, ``--rename SEED``)."""
    with example("bookshop", *arguments) as url:
        request = RunRequest(suite_dir=str(folder), api_url=url, credentials=credentials(folder), timeout_seconds=180)
        return asyncio.run(_run(request))


async def _run(request: RunRequest) -> RunResult:
    return await ProcessSuiteRunner().run(request)


def red(result: RunResult) -> list[Outcome]:
    """The cases that failed or errored."""
    return [outcome for outcome in result.outcomes if outcome.kind in (OutcomeKind.FAILED, OutcomeKind.ERRORED)]
