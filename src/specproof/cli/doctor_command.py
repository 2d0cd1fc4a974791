"""``doctor``: what stands in the way, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output, table
from specproof.errors import SettingsError, SpecProofError
from specproof.settings.loading import load_settings
from specproof.settings.sections import Settings


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. ``verdict`` is ``ok``, ``warn`` or ``fail``; ``advice`` says what to do."""

    name: str
    verdict: str
    says: str
    advice: str = ""


async def doctor(output: Output) -> int:
    """Look at everything and say what to do. Settings that cannot be read exit with 2, a failed check with 3."""
    settings = load_settings(os.environ)
    diagnoses = [diagnosis async for diagnosis in _examined(settings)]
    rows = [(diagnosis.verdict, diagnosis.name, diagnosis.says) for diagnosis in diagnoses]
    advice = [f"{diagnosis.name}: {diagnosis.advice}" for diagnosis in diagnoses if diagnosis.advice]
    document = {"checks": [{"name": d.name, "verdict": d.verdict, "says": d.says, "advice": d.advice} for d in diagnoses]}
    output.result(document, [*table(rows, ("", "check", "says")), *advice])
    has_failed = any(diagnosis.verdict == "fail" for diagnosis in diagnoses)
    return ExitCode.INFRASTRUCTURE if has_failed else ExitCode.DONE


async def _examined(settings: Settings) -> AsyncIterator[Diagnosis]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Diagnosis("python", "ok", version)
    yield await _database(settings)
    yield await asyncio.to_thread(_output_folder, settings.storage.output_dir)
    yield _formatter()
    yield _isolation()
    if not settings.projects:
        yield Diagnosis(
            "projects", "warn", "none are configured", "Set SPECPROOF_PROJECTS: see 'Connect an Apifox project' in the README."
        )
    for name in sorted(settings.projects):
        yield _trust(settings, name)
        yield await _source(settings, name)


async def _database(settings: Settings) -> Diagnosis:
    from specproof.database.database import create_database

    database = create_database(settings.database.url)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        if database.path is not None and not await asyncio.to_thread(database.path.exists):
            return Diagnosis("database", "ok", f"{kind}, not made yet: serve makes it")
        if await database.is_current():
            return Diagnosis("database", "ok", f"{kind}, tables up to date")
        return Diagnosis("database", "fail", f"{kind}, tables missing or old", "Run: specproof db upgrade")
    except SpecProofError as error:
        return Diagnosis("database", "fail", str(error), error.hint)
    finally:
        await database.close()


def _output_folder(folder: Path) -> Diagnosis:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Diagnosis(
            "output folder", "fail", f"{folder}: {error.strerror}", "Set SPECPROOF_STORAGE__OUTPUT_DIR to a writable folder."
        )
    free = shutil.disk_usage(folder).free >> 20
    verdict = "ok" if free > 500 else "warn"
    return Diagnosis(
        "output folder", verdict, f"{folder}, {free} MB free", "" if verdict == "ok" else "Make room: suites need it."
    )


def _formatter() -> Diagnosis:
    found = (Path(sys.executable).parent / "ruff").exists() or shutil.which("ruff") is not None
    if found:
        return Diagnosis("formatter", "ok", "ruff")
    return Diagnosis("formatter", "fail", "ruff is not installed", "Install it beside SpecProof: it formats generated code.")


def _isolation() -> Diagnosis:
    from specproof.execution.suite_runner import TIER_DESCRIPTION

    return Diagnosis("isolation", "warn", TIER_DESCRIPTION, "Run only suites of documents that you trust on this machine.")


def _trust(settings: Settings, name: str) -> Diagnosis:
    project = settings.projects[name]
    title = f"{name}: deliveries"
    if project.secrets:
        return Diagnosis(title, "ok", "signed")
    if project.allow_unsigned:
        return Diagnosis(
            title, "warn", "anybody may send them", "Set secrets of the project, and the same signature token in Apifox."
        )
    return Diagnosis(title, "warn", "all are refused: there is no secret", "Set secrets of the project, or allow_unsigned.")


async def _source(settings: Settings, name: str) -> Diagnosis:
    from specproof.bootstrap.fetching import fetch_for_project
    from specproof.openapi.parser import parse_spec

    title = f"{name}: document"
    try:
        document = await fetch_for_project(settings, name)
        if document is None:
            return Diagnosis(
                title, "warn", "no place to fetch it from", "Set apifox_project_id with a token, spec_url or spec_file."
            )
        spec = await asyncio.to_thread(parse_spec, document.content)
    except SettingsError:
        raise
    except SpecProofError as error:
        return Diagnosis(title, "fail", str(error), error.hint)
    return Diagnosis(title, "ok", f"{len(spec.operations)} operations, {len(spec.findings)} findings, from {document.origin}")
