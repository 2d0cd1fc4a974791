"""What a proof leaves in a suite's folder: it is no part of the suite, and the suite still counts as unedited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from specproof.errors import StorageError
from specproof.quality.quality_checker import check_suite
from specproof.storage.proof_reports import earlier_report, keep_report, put_readme_line, write_report_file
from specproof.storage.suite_files import changed_since_locked, read_files

GOLDEN = Path(__file__).parents[2] / "golden" / "suites" / "petshop"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A suite that nobody has changed (without its carried files, which the lock file of a golden suite leaves out)."""
    return Path(shutil.copytree(GOLDEN, tmp_path / "suite"))


def test_a_kept_report_is_no_part_of_the_suite(folder: Path) -> None:
    before = read_files(folder)
    keep_report(folder, "{}", is_edited=False)
    assert read_files(folder) == before
    assert changed_since_locked(folder) == ()
    assert check_suite(read_files(folder)) == check_suite(before)


def test_the_readme_takes_a_line_and_still_counts_as_generated(folder: Path) -> None:
    put_readme_line(folder, "Proof: grade A.")
    put_readme_line(folder, "Proof: grade B.")
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert (text.count("Proof: grade"), "Proof: grade B." in text) == (1, True)
    assert changed_since_locked(folder) == ()


def test_a_readme_that_a_person_has_changed_still_counts_as_changed(folder: Path) -> None:
    readme = folder / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "\nOurs.\n", encoding="utf-8")
    put_readme_line(folder, "Proof: grade A.")
    assert changed_since_locked(folder) == ("README.md",)
    assert "Ours." in readme.read_text(encoding="utf-8")


def test_a_suite_without_a_readme_or_with_one_that_is_no_text_is_left_alone(folder: Path) -> None:
    (folder / "README.md").write_bytes(b"\xff\xfe")
    put_readme_line(folder, "Proof: grade A.")
    assert (folder / "README.md").read_bytes() == b"\xff\xfe"
    (folder / "README.md").unlink()
    put_readme_line(folder, "Proof: grade A.")
    assert not (folder / "README.md").exists()


def test_an_edited_suite_is_compared_with_the_suite_as_it_was_generated(folder: Path) -> None:
    assert earlier_report(folder, is_edited=False) is None
    keep_report(folder, "generated", is_edited=False)
    keep_report(folder, "edited", is_edited=True)
    assert earlier_report(folder, is_edited=True) == b"generated"
    assert earlier_report(folder, is_edited=False) == b"edited"


def test_an_edited_suite_without_a_baseline_is_compared_with_its_latest_report(folder: Path) -> None:
    keep_report(folder, "edited", is_edited=True)
    assert earlier_report(folder, is_edited=True) == b"edited"


def test_no_link_is_followed_out_of_the_suite(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / ".specproof").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError):
        keep_report(folder, "{}", is_edited=False)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_report_goes_where_it_is_wanted(tmp_path: Path) -> None:
    write_report_file(tmp_path / "reports" / "proof.html", "<html>")
    assert (tmp_path / "reports" / "proof.html").read_text() == "<html>"
    with pytest.raises(StorageError):
        write_report_file(tmp_path, "a folder is in the way")
