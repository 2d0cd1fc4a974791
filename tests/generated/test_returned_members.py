"""Updates that have to say what the server said last: a checksum that is made up reaches nothing behind its check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notes_api import document, notes
from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from suiteruns import run_suites, written


def suite_in(folder: Path, *, create_shows_all: bool) -> Path:
    document_bytes = json.dumps(document(create_shows_all=create_shows_all)).encode()
    return written(folder, generate_suite(GenerationPolicy(), document_bytes, "notes", None).suite.files)


@pytest.mark.parametrize("create_shows_all", [True, False])
def test_updates_are_accepted_and_nothing_is_blamed(tmp_path: Path, create_shows_all: bool) -> None:
    folder = suite_in(tmp_path / "notes", create_shows_all=create_shows_all)
    with notes(*(() if create_shows_all else ("create_shows_id",))) as server:
        run = run_suites(folder, api_url=server.url)
        assert run.returncode == 0, run.output
        assert server.updates > 5
        assert server.notes == {}
    updates = {name for name in run.outcomes if name.startswith("test_put_notes")}
    assert len(updates & run.names("passed")) > 10
    assert not run.names("skipped")


@pytest.mark.parametrize(
    ("fault", "check"), [("crashes_after_the_checksum", "no_server_error"), ("forgets_updates", "read_back")]
)
def test_what_lies_behind_the_checksum_is_found(tmp_path: Path, fault: str, check: str) -> None:
    folder = suite_in(tmp_path / "notes", create_shows_all=False)
    with notes("create_shows_id", fault) as server:
        run = run_suites(folder, api_url=server.url, options=("-k", "crud and test_put_notes"))
    assert check in {run.property(name, "specproof_check")[0] for name in run.names("failure")}
