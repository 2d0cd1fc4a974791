"""The tools that are compared: each gets a document, an address and a minute, and says what failed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.runs import OutcomeKind, RunRequest
from specproof.execution.suite_runner import ProcessSuiteRunner
from specproof.storage.suite_folder import write_suite_folder

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = ROOT / ".venv-peers" / "bin" / "schemathesis"
LIMIT_SECONDS = 60
GRACE_SECONDS = 30
OURS, THEIRS = "specproof", "schemathesis"
OURS_WITH_FEW = f"{OURS}, a fifth of the requests"
"""Ours once more, with a fifth of the requests that schemathesis has just sent to the service."""


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that a tool says is wrong."""

    operation: str
    check: str
    case: str
    actual: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool said of a service; ``note`` is how it ended where that was not as it should."""

    reports: tuple[Report, ...]
    seconds: float
    note: str = ""


def run_ours(document: Mapping[str, Any], url: str, credential: str, folder: Path, *, max_requests: int = 0) -> Said:
    """A suite is generated and run by the product, as anybody gets it; with ``max_requests`` it is cut to the cases that ask most."""
    began = time.monotonic()
    suite = folder / "suite"
    generated = generate_suite(GenerationPolicy(max_requests=max_requests), json.dumps(document).encode(), "peers", None)
    write_suite_folder(suite, generated.suite.files, force=False)
    schemes = json.loads((suite / "schemas" / "security.json").read_text(encoding="utf-8"))
    request = RunRequest(
        suite_dir=str(suite),
        api_url=url,
        credentials={f"SPECPROOF_CREDENTIAL_{scheme}": credential for scheme in schemes if credential},
        timeout_seconds=max(1.0, LIMIT_SECONDS - (time.monotonic() - began)),
    )
    result = asyncio.run(ProcessSuiteRunner().run(request))
    reports = [
        Report(outcome.operation, outcome.check or "error", outcome.case_id, outcome.actual or outcome.message)
        for outcome in result.outcomes
        if outcome.kind in (OutcomeKind.FAILED, OutcomeKind.ERRORED)
    ]
    return Said(tuple(reports), time.monotonic() - began, result.message)


def run_theirs(document: Mapping[str, Any], url: str, credential: str, folder: Path) -> Said:
    """``schemathesis run`` as its own documentation shows it, with the time that it may take; no redirect is followed."""
    if not SCHEMATHESIS.exists():
        raise SystemExit("schemathesis is not installed: make bench-peers installs it")
    began = time.monotonic()
    given, told = folder / "document.json", folder / "told.json"
    given.write_text(json.dumps(document), encoding="utf-8")
    command = [str(SCHEMATHESIS), "--no-color", "run", str(given), "--url", url, "--max-time", str(LIMIT_SECONDS)]
    # A redirect may lead to any host.
    command += ["--max-redirects", "0", "--request-timeout", "10", "--continue-on-failure", "--seed", "1"]
    command += ["--report", "json", "--report-json-path", str(told), "--generation-database", "none"]
    command += ["--auth", credential] if credential else []
    environment = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}
    note = ""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=LIMIT_SECONDS + GRACE_SECONDS, check=False
        )
        note = "" if done.returncode in (0, 1) else f"ended with {done.returncode}"
    except subprocess.TimeoutExpired:
        note = f"stopped after {LIMIT_SECONDS + GRACE_SECONDS} s"
    seconds = time.monotonic() - began
    reports = tuple(reports_of(json.loads(told.read_text(encoding="utf-8")))) if told.exists() else ()
    return Said(reports, seconds, note)


def reports_of(told: Mapping[str, Any]) -> Iterator[Report]:
    """What schemathesis says in its JSON report: one for each kind of failure and operation."""
    for failure in told.get("failures", ()):
        for operation in failure.get("operations", ()):
            yield Report(str(operation), str(failure.get("type")), str(failure.get("title")), str(failure.get("message", "")))
