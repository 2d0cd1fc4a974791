"""A suite in a folder that a person named."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from specproof.domain.suites import PERSONAL_FILES, SuiteFile
from specproof.errors import StorageError
from specproof.storage.suite_files import changed_since_locked, file_hash, locked_hashes
from specproof.storage.suite_folder import edited_since_made, read_suite_folder, write_suite_folder


def files(readme: str = "one", **more: str) -> tuple[SuiteFile, ...]:
    plain = [SuiteFile("README.md", readme), SuiteFile("conftest.py", "", is_carried=True)]
    plain += [SuiteFile(f"tests_shop/{name}.py", content, is_code=True) for name, content in more.items()]
    hashes = {file.path: file_hash(file.content) for file in plain}
    return (*plain, SuiteFile("specproof.lock.json", json.dumps({"files": hashes})))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "parent" / "suite"


def test_a_new_folder_is_made_with_its_parents(folder: Path) -> None:
    write_suite_folder(folder, files(), force=False)

    assert read_suite_folder(folder) == tuple(sorted(files(), key=lambda file: file.path))
    assert names(folder.parent) == ["suite"]


def test_an_empty_folder_is_filled(folder: Path) -> None:
    folder.mkdir(parents=True)

    write_suite_folder(folder, files(), force=False)

    assert (folder / "README.md").read_text() == "one"


def test_an_earlier_suite_that_nobody_changed_is_replaced_whole(folder: Path) -> None:
    write_suite_folder(folder, files(test_old="x = 1\n"), force=False)
    (folder / "tests_shop" / "__pycache__").mkdir()
    write_suite_folder(folder, files("two"), force=False)

    assert names(folder) == ["README.md", "conftest.py", "specproof.lock.json"]
    assert (folder / "README.md").read_text() == "two"
    assert names(folder.parent) == ["suite"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda folder: (folder / "README.md").write_text("mine"), "README.md"),
        (lambda folder: (folder / "notes.txt").write_text("mine"), "notes.txt"),
        (lambda folder: (folder / "README.md").unlink(), "README.md"),
        (lambda folder: (folder / "link").symlink_to("README.md"), "link"),
    ],
)
def test_a_suite_that_a_person_changed_is_left_alone_unless_forced(folder: Path, change: object, named: str) -> None:
    write_suite_folder(folder, files(), force=False)
    change(folder)  # type: ignore[operator]
    before = names(folder)

    with pytest.raises(StorageError, match=named) as caught:
        write_suite_folder(folder, files("two"), force=False)
    assert "--force" in caught.value.hint
    assert names(folder) == before

    write_suite_folder(folder, files("two"), force=True)
    assert (folder / "README.md").read_text() == "two"


def test_what_is_kept_beside_a_suite_is_no_edit_of_it(folder: Path) -> None:
    write_suite_folder(folder, files(), force=False)
    for name in ("baseline.json", "calibration.json", "specproof.toml"):
        (folder / name).write_text("mine")
    assert edited_since_made(folder) == ()
    (folder / "notes.txt").write_text("mine")
    assert edited_since_made(folder) == ("notes.txt",)


def test_a_folder_that_is_no_suite_is_left_alone_unless_forced(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("years of work")

    with pytest.raises(StorageError, match="no suite of ours"):
        write_suite_folder(folder, files(), force=False)
    assert names(folder) == ["thesis.txt"]


@pytest.mark.parametrize("lock", ["{", "[]", "{}", '{"files": []}', "[" * 100_000])
def test_a_lock_file_that_cannot_be_read_makes_no_suite(folder: Path, lock: str) -> None:
    folder.mkdir(parents=True)
    (folder / "specproof.lock.json").write_text(lock)

    assert locked_hashes(folder) is None
    assert changed_since_locked(folder) == (".",)


@pytest.mark.parametrize("force", [False, True])
def test_a_file_in_the_way_is_never_replaced(folder: Path, force: bool) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file")

    with pytest.raises(StorageError, match="is a file"):
        write_suite_folder(folder, files(), force=force)
    assert folder.read_text() == "a file"


def test_a_disk_that_refuses_leaves_the_earlier_suite(folder: Path) -> None:
    write_suite_folder(folder, files(), force=False)

    def full(path: Path) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with pytest.raises(StorageError, match="No space left"):
        write_suite_folder(folder, files("two"), force=False, opener=full)
    assert (folder / "README.md").read_text() == "one"
    assert names(folder.parent) == ["suite"]


def test_a_link_to_a_folder_stays_a_link(folder: Path, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    folder.parent.mkdir()
    folder.symlink_to(real)

    write_suite_folder(folder, files(), force=False)

    assert folder.is_symlink()
    assert (real / "README.md").read_text() == "one"


def test_reading_what_is_no_suite_says_how_to_make_one(folder: Path) -> None:
    with pytest.raises(StorageError, match="no such folder"):
        read_suite_folder(folder)
    folder.mkdir(parents=True)
    with pytest.raises(StorageError, match="no conftest") as caught:
        read_suite_folder(folder)
    assert "specproof generate" in caught.value.hint


def test_force_deletes_nothing_that_a_person_wrote(folder: Path) -> None:
    write_suite_folder(folder, files(), force=False)
    (folder / "tests_shop").mkdir(exist_ok=True)
    (folder / "tests_shop" / "test_mine.py").write_text("def test_mine(): pass\n", encoding="utf-8")
    kept = write_suite_folder(folder, files(), force=True)
    assert kept is not None
    assert (kept / "tests_shop" / "test_mine.py").read_text(encoding="utf-8") == "def test_mine(): pass\n"
    assert not (folder / "tests_shop" / "test_mine.py").exists()
    assert write_suite_folder(folder, files(), force=True) is None


@pytest.mark.parametrize("force", [False, True])
def test_what_a_person_keeps_beside_a_suite_is_taken_over(folder: Path, force: bool) -> None:
    write_suite_folder(folder, files(test_old="x = 1\n"), force=False)
    for name in ("baseline.json", "specproof.toml", "calibration.json"):
        (folder / name).write_text(f"mine: {name}", encoding="utf-8")

    assert write_suite_folder(folder, files("two"), force=force) is None

    assert (folder / "README.md").read_text() == "two"
    assert {name: (folder / name).read_text() for name in PERSONAL_FILES} == {name: f"mine: {name}" for name in PERSONAL_FILES}
    assert names(folder.parent) == ["suite"]


def test_a_link_in_its_place_is_not_followed_and_not_lost(folder: Path, tmp_path: Path) -> None:
    write_suite_folder(folder, files(), force=False)
    (tmp_path / "elsewhere").write_text("{}", encoding="utf-8")
    (folder / "baseline.json").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StorageError, match=r"baseline\.json"):
        write_suite_folder(folder, files("two"), force=False)

    assert (folder / "baseline.json").is_symlink()
