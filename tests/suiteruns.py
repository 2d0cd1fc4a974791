"""Rendered suites on disk, and pytest run on them in a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specproof.domain.plans import Plan
from specproof.domain.suites import SuiteFile
from specproof.formatting.ruff_formatter import format_files
from specproof.generators.rendering.suite import TemplateSet, render_suite


def written(folder: Path, files: Iterable[SuiteFile]) -> Path:
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content.encode("utf-8"))
    return folder


def suite_on_disk(folder: Path, plan: Plan) -> Path:
    return written(folder, format_files(render_suite(plan, templates=TemplateSet()).files))


@dataclass(frozen=True)
class SuiteRun:
    """How a child's pytest ended: ``properties`` of each case by its name, in the order in which they were noted."""

    returncode: int
    output: str
    outcomes: dict[str, str]
    properties: dict[str, list[tuple[str, str]]]

    def names(self, outcome: str) -> set[str]:
        return {name for name, kind in self.outcomes.items() if kind == outcome}

    def property(self, name: str, key: str) -> list[str]:
        return [value for found, value in self.properties[name] if found == key]


def pasted(script: str, environment: dict[str, str]) -> tuple[int, Any]:
    """The status and the JSON body (None without one) of the last answer that the commands of a failure show, pasted into ``sh``."""
    # Our own python3 first; nothing else of our environment.
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    kept = {"PATH": path, "LC_ALL": "C.UTF-8", "no_proxy": "*", **environment}
    done = subprocess.run(["sh"], input=script.encode(), env=kept, capture_output=True, check=True, timeout=30)
    assert done.stderr == b"", done.stderr.decode()
    last = done.stdout.decode().rpartition("HTTP/1.1 ")[2]
    body = last.partition("\r\n\r\n")[2]
    return int(last[:3]), json.loads(body) if body else None


def run_suites(
    *folders: Path, api_url: str = "", environment: dict[str, str] | None = None, options: tuple[str, ...] = ()
) -> SuiteRun:
    """Plain ``pytest`` in its default import mode, away from our own configuration."""
    report = folders[0].parent / "report.xml"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPECPROOF_", "PYTEST", "COV"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", "-q", f"--junitxml={report}"]
    command += [*(["--api-url", api_url] if api_url else []), *options, *map(str, folders)]
    done = subprocess.run(
        command,
        cwd=folders[0].parent,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    outcomes: dict[str, str] = {}
    properties: dict[str, list[tuple[str, str]]] = {}
    for node in ET.parse(report).iter("testcase") if report.exists() else ():
        name = node.get("name", "")
        kinds = [kind for kind in ("failure", "error", "skipped") if node.find(kind) is not None]
        outcomes[name] = kinds[0] if kinds else "passed"
        properties[name] = [(p.get("name", ""), p.get("value", "")) for p in node.iter("property")]
    return SuiteRun(done.returncode, done.stdout + done.stderr, outcomes, properties)
