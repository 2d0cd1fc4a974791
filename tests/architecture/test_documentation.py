"""Documentation that a command makes is what the command makes, and names everything that there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from specproof.settings.loading import FOUNDING_ALIASES, setting_names

ROOT = Path(__file__).parents[2]


def test_generated_tables_are_up_to_date() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tools.tables", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("name", [*dict(setting_names()), *FOUNDING_ALIASES])
def test_a_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_each_kind_of_minor_case_is_documented() -> None:
    """A place in the generators that makes a case minor has a row in docs/strictness.md, and the README says what that means."""
    generators = (ROOT / "src" / "specproof" / "generators").rglob("*.py")
    places = [path.name for path in generators for _ in re.findall(r"Severity\.MINOR\b", path.read_text(encoding="utf-8"))]
    table = re.search(
        r"\| case \| why a good server.*?\n\n", (ROOT / "docs" / "strictness.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert table is not None
    rows = table[0].strip().split("\n")[2:]
    assert len(rows) == len(places), f"one row for each of {sorted(places)}"
    assert "only [remarks](docs/strictness.md#how-strict)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_relative_links_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    ]
    assert [f"{page.relative_to(ROOT)}: {target}" for page, target in links if not (page.parent / target).exists()] == []


def test_no_file_names_a_package_registry_or_a_place_on_one_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    ).stdout.split("\0")
    registry = re.compile(
        r"(files\.)?python" + r"hosted\.org|pypi" + r"\.org|registry\." + r"npmjs|/ro" + r"ot/|/work/" + r"main"
    )
    ours = [ROOT / name for name in tracked if name and "swagger-ui" not in name and not name.endswith((".png", ".ico"))]
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in ours if path.is_file()}
    assert [path.name for path, text in texts.items() if registry.search(text)] == []


def test_there_is_no_lock_file_of_a_package_tool() -> None:
    assert not (ROOT / "uv.lock").exists()
