"""Real Apifox exports: every operation is covered or named in a finding; the files compile, pass ruff, and pytest finds every case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXPORTS = ["02-napcat-oas31.json", "06-campushub-multipart.json", "09-eat-meal-oas31.json"]
pytestmark = pytest.mark.needs_shared


def specproof(*arguments: str, cwd: Path) -> dict[str, object]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SPECPROOF_")}
    finished = subprocess.run(
        [sys.executable, "-m", "specproof", *arguments, "--json"],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_becomes_a_whole_suite(name: str, shared: Path, tmp_path: Path) -> None:
    document = shared / "apifox" / "exports" / name
    report = specproof("generate", str(document), "-o", "suite", cwd=tmp_path)
    cases = json.loads((tmp_path / "suite" / "specproof.lock.json").read_text(encoding="utf-8"))["cases"]

    with_success = {case.split(" :: ")[0] for case in cases if case.endswith(" :: success")}
    documented = operations(json.loads(document.read_bytes()))
    found = report["findings"]
    assert isinstance(found, list)
    named = {label for label, pointer in documented.items() if any(finding["at"].startswith(pointer) for finding in found)}
    assert set(documented) - with_success <= named
    assert len(with_success) >= 0.97 * len(documented)
    assert report["operations_covered"] == len(with_success)

    modules = sorted((tmp_path / "suite").rglob("*.py"))
    for module in modules:
        compile(module.read_bytes(), str(module), "exec")
    ruff = [
        Path(sys.executable).parent / "ruff",
        "check",
        "--isolated",
        "--select",
        "E,F,I,W,UP,B,PT",
        "--ignore",
        "E501",
        "suite",
    ]
    linted = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert linted.returncode == 0, linted.stdout[-3000:]

    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "suite", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert collected.returncode == 0, collected.stdout[-3000:]
    assert sum(1 for line in collected.stdout.splitlines() if "::" in line) == len(cases) == report["cases"]


def operations(document: dict[str, dict[str, dict[str, object]]]) -> dict[str, str]:
    methods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
    return {
        f"{method.upper()} {path}": f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"
        for path, item in document["paths"].items()
        for method in item
        if method in methods
    }
