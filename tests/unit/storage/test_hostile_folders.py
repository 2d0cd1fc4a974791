"""Folders that a slip or a stranger would have us delete or write through."""

from __future__ import annotations

from pathlib import Path

import pytest

from specproof.domain.suites import RenderedSuite, SuiteFile
from specproof.errors import StorageError
from specproof.storage.suite_folder import write_suite_folder
from specproof.storage.suite_storage import STAGING, FolderSuiteStorage

FILES = (SuiteFile("conftest.py", "pass\n", is_code=False, is_carried=True),)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    work = tmp_path / "home" / "work"
    work.mkdir(parents=True)
    (work / "thesis.txt").write_text("years of work")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(work)
    return work


@pytest.mark.parametrize("slip", [".", "..", "../..", "~"])
def test_force_replaces_neither_the_folder_one_is_in_nor_home_nor_what_is_above(project: Path, slip: str) -> None:
    with pytest.raises(StorageError, match="not even by force"):
        write_suite_folder(Path(slip).expanduser(), FILES, force=True)

    assert (project / "thesis.txt").read_text() == "years of work"
    assert [path.name for path in project.iterdir()] == ["thesis.txt"]


def test_force_still_replaces_a_folder_of_its_own(project: Path) -> None:
    other = project / "suite"
    other.mkdir()
    (other / "old.txt").write_text("old")

    write_suite_folder(other, FILES, force=True)

    assert [path.name for path in other.iterdir()] == ["conftest.py"]


async def test_nothing_is_staged_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "evt-1").mkdir(parents=True)
    (elsewhere / "evt-1" / "precious.txt").write_text("x")
    root = tmp_path / "root"
    root.mkdir()
    (root / STAGING).symlink_to(elsewhere)

    with pytest.raises(StorageError, match="a link stands"):
        await FolderSuiteStorage(root).save("shop", 1, "evt-1", RenderedSuite("shop", FILES, case_count=0, operation_count=0))

    assert (elsewhere / "evt-1" / "precious.txt").exists()
