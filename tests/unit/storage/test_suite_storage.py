"""The service's suites on disk: whole or not at all, inside the root, and never over a person's work."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from pathlib import Path

import pytest

from specproof.domain.suites import RenderedSuite, SuiteFile
from specproof.errors import StorageError
from specproof.storage.suite_files import create_file, file_hash
from specproof.storage.suite_storage import FolderSuiteStorage


def suite(**changes: str) -> RenderedSuite:
    """A small suite with its lock file; ``changes`` replace a file's content by its stem."""
    files = [
        SuiteFile("README.md", changes.get("README", "书店\n")),
        SuiteFile("checks_shop/client.py", "CLIENT = 1\n", is_carried=True),
        SuiteFile("conftest.py", "import pytest\n", is_carried=True),
        SuiteFile("tests_shop/test_books.py", changes.get("test_books", "def test_a(): pass\n"), is_code=True),
    ]
    hashes = {file.path: file_hash(file.content) for file in files}
    lock = SuiteFile("specproof.lock.json", json.dumps({"files": hashes}))
    return RenderedSuite("shop", (*files, lock), case_count=1, operation_count=1)


def tree(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


class FailingDisk:
    """Opens files until the ``after``-th, then refuses with an error number."""

    def __init__(self, number: int, after: int = 0) -> None:
        self._number = number
        self._left = after

    def __call__(self, path: Path) -> int:
        if self._left == 0:
            raise OSError(self._number, os.strerror(self._number), str(path))
        self._left -= 1
        return create_file(path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "suites"


@pytest.fixture
def storage(root: Path) -> FolderSuiteStorage:
    return FolderSuiteStorage(root)


async def test_a_suite_is_written_by_project_and_revision(storage: FolderSuiteStorage, root: Path) -> None:
    path = await storage.save("shop", 1, "e1", suite())

    assert path == "shop/r0001"
    assert tree(root / path) == {file.path: file.content for file in suite().files}
    assert (root / "shop" / "LATEST").read_text() == "r0001\n"
    assert list((root / ".staging").iterdir()) == []
    assert await storage.absolute(path) == str(root / "shop" / "r0001")


async def test_what_was_saved_is_loaded_again(storage: FolderSuiteStorage) -> None:
    path = await storage.save("shop", 1, "e1", suite())

    assert await storage.load(path) == tuple(sorted(suite().files, key=lambda file: file.path))


async def test_saving_the_same_again_changes_nothing(storage: FolderSuiteStorage, root: Path) -> None:
    await storage.save("shop", 1, "e1", suite())
    before = (root / "shop" / "r0001").stat().st_ino

    assert await storage.save("shop", 1, "e1", suite()) == "shop/r0001"
    assert (root / "shop" / "r0001").stat().st_ino == before
    assert sorted(path.name for path in (root / "shop").iterdir()) == ["LATEST", "r0001"]


async def test_an_attempt_that_died_while_staging_is_started_over(storage: FolderSuiteStorage, root: Path) -> None:
    left = root / ".staging" / "e1" / "tests_shop"
    left.mkdir(parents=True)
    (left / "half.py").write_text("half")

    await storage.save("shop", 1, "e1", suite())

    assert "tests_shop/half.py" not in tree(root / "shop" / "r0001")


async def test_a_revision_that_was_never_recorded_is_replaced_if_nobody_changed_it(
    storage: FolderSuiteStorage, root: Path
) -> None:
    await storage.save("shop", 1, "e1", suite())
    cache = root / "shop" / "r0001" / "tests_shop" / "__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"\xff")

    await storage.save("shop", 1, "e2", suite(test_books="def test_b(): pass\n"))

    assert tree(root / "shop" / "r0001")["tests_shop/test_books.py"] == "def test_b(): pass\n"
    assert sorted(path.name for path in (root / "shop").iterdir()) == ["LATEST", "r0001"]


async def test_what_a_person_changed_is_kept_aside(storage: FolderSuiteStorage, root: Path) -> None:
    await storage.save("shop", 1, "e1", suite())
    (root / "shop" / "r0001" / "README.md").write_text("my notes")

    await storage.save("shop", 1, "e2", suite())

    kept = [path for path in (root / "shop").iterdir() if ".kept-" in path.name]
    assert [(path / "README.md").read_text() for path in kept] == ["my notes"]
    assert tree(root / "shop" / "r0001")["README.md"] == "书店\n"


async def test_a_later_revision_leaves_the_earlier_one(storage: FolderSuiteStorage, root: Path) -> None:
    await storage.save("shop", 1, "e1", suite())
    await storage.save("shop", 2, "e2", suite())

    assert (root / "shop" / "LATEST").read_text() == "r0002\n"
    assert sorted(path.name for path in (root / "shop").iterdir()) == ["LATEST", "r0001", "r0002"]


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "a//b", "", ".", "a\\b", "C:x", "a/\0", "a/\n", "x" * 500])
async def test_a_file_that_would_leave_the_suite_is_refused(storage: FolderSuiteStorage, root: Path, path: str) -> None:
    hostile = RenderedSuite("shop", (SuiteFile("ok.txt", ""), SuiteFile(path, "x")), 1, 1)

    with pytest.raises(StorageError, match="of that name"):
        await storage.save("shop", 1, "e1", hostile)
    assert tree(root) == {}


@pytest.mark.parametrize(
    ("project", "revision", "event"),
    [
        ("..", 1, "e1"),
        ("a/b", 1, "e1"),
        ("Shop", 1, "e1"),
        (".staging", 1, "e1"),
        ("shop", 0, "e1"),
        ("shop", 1, "../e"),
        ("", 1, "e"),
    ],
)
async def test_names_that_are_no_folders_are_refused(
    storage: FolderSuiteStorage, root: Path, project: str, revision: int, event: str
) -> None:
    with pytest.raises(StorageError):
        await storage.save(project, revision, event, suite())
    assert tree(root) == {}


async def test_a_link_in_place_of_a_project_is_not_followed(storage: FolderSuiteStorage, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "r0001").mkdir(parents=True)
    (root / "other").mkdir(parents=True)
    (root / "shop").symlink_to(outside)

    with pytest.raises(StorageError, match="a link"):
        await storage.save("shop", 1, "e1", suite())
    with pytest.raises(StorageError, match="a link"):
        await storage.absolute("shop/r0001")
    assert tree(outside) == {}


async def test_a_link_inside_a_suite_is_not_read(storage: FolderSuiteStorage, root: Path) -> None:
    path = await storage.save("shop", 1, "e1", suite())
    (root / path / "link.txt").symlink_to("/etc/passwd")

    with pytest.raises(StorageError) as caught:
        await storage.load(path)
    assert caught.value.at == "link.txt"


async def test_a_file_that_is_no_text_is_named(storage: FolderSuiteStorage, root: Path) -> None:
    path = await storage.save("shop", 1, "e1", suite())
    (root / path / "picture.png").write_bytes(b"\x89PNG\xff")

    with pytest.raises(StorageError, match="UTF-8"):
        await storage.load(path)


@pytest.mark.parametrize(
    "path", ["", ".", "..", "shop", "../shop/r0001", "/etc/r0001", "shop/r0001/..", "shop/latest", ".staging/r0001"]
)
async def test_a_path_that_is_no_stored_suite_is_refused(storage: FolderSuiteStorage, path: str) -> None:
    with pytest.raises(StorageError, match="no path of a stored suite"):
        await storage.absolute(path)


async def test_a_suite_that_is_gone_is_said_to_be_gone(storage: FolderSuiteStorage) -> None:
    with pytest.raises(StorageError, match="is gone"):
        await storage.load("shop/r0001")


async def test_an_output_folder_below_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError) as caught:
        await FolderSuiteStorage(tmp_path / "file" / "suites").save("shop", 1, "e1", suite())
    assert caught.value.hint == "A part of that path is a file: choose another SPECPROOF_STORAGE__OUTPUT_DIR."
    assert caught.value.at.startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "may not write"), (errno.EIO, "OUTPUT_DIR")],
)
@pytest.mark.parametrize("after", [0, 3])
async def test_a_disk_that_refuses_leaves_nothing_half_written(root: Path, number: int, hint: str, after: int) -> None:
    storage = FolderSuiteStorage(root, opener=FailingDisk(number, after))

    with pytest.raises(StorageError) as caught:
        await storage.save("shop", 1, "e1", suite())

    assert hint in caught.value.hint
    assert tree(root) == {}


async def test_the_earlier_suite_survives_a_disk_that_refuses(storage: FolderSuiteStorage, root: Path) -> None:
    await storage.save("shop", 1, "e1", suite())
    before = tree(root)

    with pytest.raises(StorageError):
        await FolderSuiteStorage(root, opener=FailingDisk(errno.ENOSPC, 2)).save("shop", 2, "e2", suite())

    assert tree(root) == before


def test_whether_the_folder_can_be_written_is_told_before_work_begins(root: Path, storage: FolderSuiteStorage) -> None:
    storage.check_writable()
    assert list((root / ".staging").iterdir()) == []

    with pytest.raises(StorageError, match="Read-only"):
        FolderSuiteStorage(root, opener=FailingDisk(errno.EROFS)).check_writable()


async def test_projects_are_saved_side_by_side(storage: FolderSuiteStorage, root: Path) -> None:
    paths = await asyncio.gather(*(storage.save(f"p{number}", 1, f"e{number}", suite()) for number in range(5)))

    assert [tree(root / path) for path in paths] == [tree(root / "p0" / "r0001")] * 5


async def test_many_files_are_written_with_few_open_at_once(storage: FolderSuiteStorage, root: Path) -> None:
    files = tuple(SuiteFile(f"cases/file_{number}.json", str(number)) for number in range(200))
    highest = 0

    def counting(path: Path) -> int:
        nonlocal highest
        descriptor = create_file(path)
        highest = max(highest, descriptor)
        return descriptor

    await FolderSuiteStorage(root, opener=counting).save("shop", 1, "e1", RenderedSuite("shop", files, 1, 1))

    assert len(tree(root / "shop" / "r0001")) == 200
    assert highest < 150
