"""The files of a folder: what is read, and what is not even opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specproof.errors import FetchRefusedError, SpecLimitError
from specproof.fetching.folder_files import FolderFiles
from specproof.openapi.findings import FindingCode
from specproof.openapi.parser import parse_spec


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "below").mkdir(parents=True)
    (root / "a.json").write_bytes(b"{}")
    (root / "below" / "b.yaml").write_bytes(b"x: 1")
    (tmp_path / "secret.json").write_bytes(b'{"type": "hunter2"}')
    (tmp_path / "root-twin").mkdir()
    (tmp_path / "root-twin" / "t.json").write_bytes(b"{}")
    return root


def test_regular_files_are_read(folder: Path) -> None:
    files = FolderFiles(folder, 100)
    assert files.read("a.json") == b"{}"
    assert files.read("below/b.yaml") == b"x: 1"
    assert files.read("nowhere.json") is None
    assert files.read("a.json/x.json") is None
    assert files.read("x" * 5000) is None
    assert files.read("a\0.json") is None


def test_links_inside_are_followed_and_links_out_are_refused(folder: Path) -> None:
    (folder / "inside.json").symlink_to("below/b.yaml")
    (folder / "out.json").symlink_to("../secret.json")
    (folder / "absolute.json").symlink_to(folder.parent / "secret.json")
    (folder / "chain.json").symlink_to("out.json")
    (folder / "up").symlink_to("..")
    (folder / "loop.json").symlink_to("loop.json")
    (folder / "dangling.json").symlink_to("gone.json")
    files = FolderFiles(folder, 100)
    assert files.read("inside.json") == b"x: 1"
    for path in ("out.json", "absolute.json", "chain.json", "up/secret.json", "up/root-twin/t.json"):
        with pytest.raises(FetchRefusedError):
            files.read(path)
    assert files.read("loop.json") is None
    assert files.read("dangling.json") is None


def test_what_is_no_regular_file_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    (folder / "zero.json").symlink_to("/dev/zero")
    files = FolderFiles(folder, 100)
    for path in ("pipe.json", "folder.json", "zero.json"):
        with pytest.raises(FetchRefusedError):
            files.read(path)


def test_long_files_are_over_the_limit(folder: Path) -> None:
    (folder / "long.json").write_bytes(b" " * 101)
    with pytest.raises(SpecLimitError):
        FolderFiles(folder, 100).read("long.json")


def test_names_are_those_of_documents(folder: Path) -> None:
    for name in (".git/config.json", "node_modules/x/package.json", "below/deep/c.YML", "d.txt", "e\n.json"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (folder / "up").symlink_to("..")
    assert FolderFiles(folder, 100).names() == ("a.json", "below/b.yaml", "below/deep/c.YML")


def test_a_link_out_is_a_finding_that_tells_nothing(folder: Path) -> None:
    (folder / "out.json").symlink_to("../secret.json")
    spec = parse_spec(b'{"openapi": "3.1.0", "paths": {"/a": {"$ref": "out.json"}}}', files=FolderFiles(folder, 100))
    assert [finding.code for finding in spec.findings] == [FindingCode.REF_EXTERNAL]
    assert "hunter2" not in str(spec.findings)
