"""``specproof prove`` as a process on a small suite: generated, then edited by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from processes import ROOT, clean_environment

DOCUMENT = ROOT / "tests" / "golden" / "documents" / "calculator.json"
ACCEPTED = ("--accept-equivalent", "no request can show them")


def specproof(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "specproof", *arguments],
        cwd=folder, env=clean_environment(), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("prove")
    assert specproof(made, "generate", str(DOCUMENT), "-o", "suite").returncode == 0
    return made


def test_a_suite_is_proven_edited_and_told_what_the_edit_cost(folder: Path) -> None:
    proven = specproof(folder, "prove", "suite", "--min-strength", "1", "--html", "proof.html", *ACCEPTED)
    assert proven.returncode == 0, proven.stdout + proven.stderr
    assert proven.stdout.startswith("Suite quality  ")
    assert "strength" in (folder / "suite" / "README.md").read_text(encoding="utf-8")
    assert (folder / "proof.html").is_file()

    modules = [one for one in sorted((folder / "suite").glob("tests_*/test_*.py")) if ".body_schema()" in one.read_text("utf-8")]
    assert modules
    for module in modules:
        module.write_text(module.read_text(encoding="utf-8").replace(".body_schema()", ""), encoding="utf-8")
    edited = specproof(folder, "prove", "suite", "--min-strength", "99", "--json", "proof.json", *ACCEPTED)
    assert edited.returncode == 4, edited.stdout + edited.stderr
    assert "your edit dropped" in edited.stdout
    assert "is below 99.0" in edited.stderr
    report = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    names = [f"{module.parent.name}/{module.name}" for module in modules]
    assert report["suite"]["edited"] == names
    lost = report["comparison"]["lost"]
    assert lost
    assert all(each["killer"] for each in lost)
    assert {each["mutant"][0] for each in lost} <= {"R", "S"}  # what looks at bodies is gone, and nothing else

    again = specproof(folder, "generate", str(DOCUMENT), "-o", "suite")
    assert again.returncode == 3  # the edit is protected, and only the edit is called one
    assert f"since the suite was made: {names[0]}" in again.stderr
