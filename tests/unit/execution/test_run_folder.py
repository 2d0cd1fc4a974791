"""The folder of a run and the report that is kept from it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from specproof.errors import ExecutionError
from specproof.execution.junit import MAX_BYTES, keep_junit
from specproof.execution.redaction import Redactor
from specproof.execution.workspace import prepare, remove

PLAIN = Redactor([])


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_report_is_kept_where_it_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("<a>topsecret</a>")
    target = tmp_path / "new" / "report.xml"

    assert keep_junit(tmp_path / "junit.xml", target, Redactor(["topsecret"])) == str(target)
    assert target.read_text() == "<a>***</a>"
    assert [path.name for path in target.parent.iterdir()] == ["report.xml"]


def test_a_report_that_nobody_asked_for_or_wrote_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("<a/>")

    assert keep_junit(tmp_path / "junit.xml", None, PLAIN) == ""
    assert keep_junit(tmp_path / "missing.xml", tmp_path / "report.xml", PLAIN) == ""


def test_a_report_that_cannot_be_written_costs_no_run(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("<a/>")
    (tmp_path / "file").write_text("")

    assert keep_junit(tmp_path / "junit.xml", tmp_path / "file" / "report.xml", PLAIN) == ""


def test_links_pipes_and_floods_are_no_reports(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "flood").open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    kept = [keep_junit(tmp_path / name, tmp_path / "report.xml", PLAIN) for name in ("link", "pipe", "flood")]

    assert kept == ["", "", ""]
    assert not (tmp_path / "report.xml").exists()


def test_a_run_without_credentials_has_no_file_of_them(temporary: Path) -> None:
    workspace = prepare({})

    assert "SPECPROOF_CREDENTIALS_FILE" not in workspace.environment("http://h", {"LD_LIBRARY_PATH": "/opt", "SECRET": "x"})
    assert workspace.environment("http://h", {"LD_LIBRARY_PATH": "/opt", "SECRET": "x"})["LD_LIBRARY_PATH"] == "/opt"
    assert "SECRET" not in workspace.environment("http://h", {"SECRET": "x"})
    remove(workspace)
    assert list(temporary.iterdir()) == []


def test_a_run_folder_is_ours_alone_and_goes_with_its_credentials(temporary: Path) -> None:
    workspace = prepare({"SPECPROOF_CREDENTIAL_A": "topsecret"})

    assert workspace.root.stat().st_mode & 0o777 == 0o700
    assert workspace.credentials.stat().st_mode & 0o777 == 0o600
    remove(workspace)
    assert not workspace.root.exists()


def test_the_credentials_are_overwritten_before_they_are_deleted(temporary: Path) -> None:
    workspace = prepare({"SPECPROOF_CREDENTIAL_A": "topsecret"})
    with workspace.credentials.open("rb") as still_open:
        remove(workspace)
        content = still_open.read()

    assert content
    assert set(content) == {0}


def test_a_temporary_folder_that_cannot_take_it_is_said(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (temporary / "file").write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "file"))

    with pytest.raises(ExecutionError) as caught:
        prepare({})
    assert "TMPDIR" in caught.value.hint


def test_what_our_own_environment_says_of_a_target_is_not_passed_on(temporary: Path) -> None:
    workspace = prepare({})

    assert "SPECPROOF_STATELESS" not in workspace.environment("http://h", {"SPECPROOF_STATELESS": "1"})
    remove(workspace)
    assert list(temporary.iterdir()) == []


def test_how_large_an_answer_may_be_is_said_once_and_reaches_the_suite(temporary: Path) -> None:
    workspace = prepare({})
    try:
        given = workspace.environment("http://127.0.0.1:9", {"SPECPROOF_ANSWER_LIMIT": "64", "SPECPROOF_DATABASE__URL": "secret"})
    finally:
        remove(workspace)
    assert given["SPECPROOF_ANSWER_LIMIT"] == "64"
    assert "SPECPROOF_DATABASE__URL" not in given
