"""An outside referee in a child process: schemathesis judges the unmutated reference of one document, in process, by ASGI.

Run as a script with a document (or the folder of one of several files), it prints what it found as JSON. How much it asks is
bounded by counts, never by the clock, so that it finds the same each time; ``seconds`` only ends a run that has gone wrong.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from processes import ROOT, clean_environment
from specproof.fetching.folder_files import FolderFiles
from specproof.openapi.documents.archives import main_document
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec
from specproof.openapi.vocabulary import SchemeKind
from specproof.reference.asgi import ReferenceApp
from specproof.reference.credentials import issued
from specproof.reference.model import ReferenceModel
from specproof.reference.server import ReferenceServer

LIMITS = SpecLimits()
LISTED, EACH = 40, 10
"""How many of an operation's listed cases are tried, and which of those beyond."""
GRACE = 60
"""Seconds that a child has beyond its own limit, to start and to end."""


class Finding(NamedTuple):
    """One operation that failed one check."""

    operation: str
    check: str


class Verdict(NamedTuple):
    """What the referee says of one document."""

    findings: dict[Finding, list[str]]
    """Each with what the referee says about every case of it."""
    calls: int
    operations: int
    errors: list[str]
    """What the referee itself could not do."""
    is_cut: bool
    """Whether it was ended by the clock."""


def judge(document: Path, *, operations: int, examples: int, seconds: int) -> Verdict:
    """The verdict about the reference of a document; of its operations only the first are looked at."""
    finished = subprocess.run(
        [sys.executable, str(Path(__file__)), str(document), str(operations), str(examples), str(seconds)],
        env=clean_environment() | {"PYTHONPATH": str(ROOT / "tests"), "PYTHONHASHSEED": "0"},
        capture_output=True, text=True, timeout=seconds + GRACE, check=False,
    )  # fmt: skip
    if finished.returncode:
        raise RuntimeError(f"the referee of {document.name} fell over:\n{finished.stderr[-4_000:]}")
    told = json.loads(finished.stdout.splitlines()[-1])
    findings = {Finding(operation, check): said for operation, check, said in told.pop("findings")}
    return Verdict(findings=findings, **told)


def read(document: Path) -> tuple[Path, ApiSpec]:
    """A document, or the main one of a folder, as we read it; the referee reads it, and what it refers to, by itself."""
    if document.is_file():
        return document, parse_spec(document.read_bytes())
    files = FolderFiles(document, LIMITS.max_bytes)
    name = main_document(files.names(), files.read, limits=LIMITS)
    return document / name, parse_spec((document / name).read_bytes(), files=files, name=name)


def secrets(spec: ApiSpec) -> dict[str, dict[str, str]]:
    """The first user's secrets, as the referee wants to have them."""
    found: dict[str, dict[str, str]] = {}
    first = {name: pair[0] for name, pair in issued(spec).items()}
    for scheme in spec.security_schemes:
        name = scheme.name.raw()
        if scheme.kind is SchemeKind.BASIC:
            user, _, password = first[name].partition(":")
            found[name] = {"username": user, "password": password}
        elif scheme.kind is SchemeKind.API_KEY:
            found[name] = {"api_key": first[name]}
        elif scheme.kind is SchemeKind.BEARER:
            found[name] = {"bearer": first[name]}
    return found


def configuration(spec: ApiSpec, examples: int) -> Any:
    """All checks that look at single calls, and no source of chance."""
    from schemathesis.config import SchemathesisConfig

    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "suppress-health-check": ["all"],
            "continue-on-failure": True,
            "workers": 1,
            **({"auth": {"openapi": shown}} if (shown := secrets(spec)) else {}),
            "analysis": {"constants": {"enabled": False}},
            "generation": {
                "deterministic": True,
                "max-examples": examples,
                "no-shrink": True,
                "database": "none",
                "allow-extra-parameters": False,
            },
            "phases": {"stateful": {"enabled": False}},
        }
    )


def first_of(count: int) -> Callable[[Any], bool]:
    """Whether an operation is one of the first that were asked about."""
    seen: set[str] = set()

    def is_taken(context: Any) -> bool:
        label = context.operation.label
        if label not in seen and len(seen) < count:
            seen.add(label)
        return label in seen

    return is_taken


def sample_of_coverage() -> Callable[[Any, Any], bool]:
    """Of the cases that the referee lists for an operation: the first, and some of the many that may follow."""
    counts: Counter[str] = Counter()

    def filter_case(context: Any, case: Any) -> bool:
        if case.meta is None or case.meta.phase.name.value != "coverage":
            return True
        counts[case.operation.label] += 1
        number = counts[case.operation.label]
        return number <= LISTED or number % EACH == 0

    return filter_case


def verdict(document: Path, operations: int, examples: int, seconds: int) -> dict[str, Any]:
    """Judge, here."""
    import schemathesis
    from schemathesis.engine import from_schema

    main, spec = read(document)
    schema = schemathesis.openapi.from_path(main, config=configuration(spec, examples))
    schema.hook("filter_case")(sample_of_coverage())
    schema.app = ReferenceApp(ReferenceServer(ReferenceModel(spec)))
    chosen = schema.include(first_of(operations))
    return watched(from_schema(chosen).execute(), seconds)


def watched(stream: Any, seconds: int) -> dict[str, Any]:
    """What the events of a run say."""
    from schemathesis.engine import events

    findings: dict[tuple[str, str], list[str]] = {}
    errors: list[str] = []
    asked: set[str] = set()
    calls, until, is_cut = 0, time.monotonic() + seconds, False
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            calls += len(event.recorder.interactions)
            asked |= {str(event.label)} if event.recorder.interactions else set()
            for operation, check, said in failures(event.recorder):
                findings.setdefault((operation, check), []).append(said)
        elif isinstance(event, events.NonFatalError):
            errors.append(f"{event.label}: {event.value}")
        elif isinstance(event, events.FatalError):
            errors.append(f"fatal: {event.exception}")
        if not is_cut and time.monotonic() > until:
            is_cut = True
            stream.stop()
    told = [(operation, check, said) for (operation, check), said in sorted(findings.items())]
    return {"findings": told, "calls": calls, "operations": len(asked), "errors": sorted(set(errors)), "is_cut": is_cut}


def failures(recorder: Any) -> Iterable[tuple[str, str, str]]:
    """Operation, check, and what was said, sent and answered."""
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            failure = check.failure_info.failure
            response = recorder.find_response(case_id=case_id)
            answered = "" if response is None else f"{response.status_code} {response.content[:600].decode(errors='replace')}"
            said = f"{failure.title}: {failure.message}\n{check.failure_info.code_sample[:900]}\n{answered}"
            yield recorder.cases[case_id].value.operation.label, check.name, said


def main() -> None:
    """Judge what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("document", type=Path)
    for name in ("operations", "examples", "seconds"):
        parser.add_argument(name, type=int)
    arguments = parser.parse_args()
    told = verdict(arguments.document, arguments.operations, arguments.examples, arguments.seconds)
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
