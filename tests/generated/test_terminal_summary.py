"""What plain pytest prints at the end of a suite's run, alone and under pytest-xdist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faulty_server import Answering, FaultyServer, running
from planbuilders import library_plan
from suiteruns import run_suites, suite_on_disk

# Port 1 of the loopback: nobody listens there.
SILENT = "http://127.0.0.1:1"
BY_HAND = """
def test_remarkable(api):
    api.case.remark("GET /readers: odd")


def test_remarkable_too(api):
    api.case.remark("POST /loans: odd")
"""


class Page(Answering):
    """A page that says 404 to everybody."""

    def handle_any(self) -> None:
        self.received()
        self.send_whole(404, "text/html", b"<html>")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any  # noqa: N815 - http.server's names


@pytest.fixture
def page() -> Iterator[str]:
    with running(FaultyServer(Page, ())) as server:
        yield server.url


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_a_target_that_is_not_the_api_is_told_at_the_end(tmp_path: Path, page: str, options: tuple[str, ...]) -> None:
    suite = suite_on_disk(tmp_path / "suite", library_plan())
    credentials = {"SPECPROOF_CREDENTIAL_LIBRARYTOKEN": "t-12345", "SPECPROOF_CREDENTIAL_X_KEY": "k-12345"}
    run = run_suites(suite, api_url=page, environment=credentials, options=options)
    (line,) = [line for line in run.output.splitlines() if line.startswith("The target does not look like this API: all ")]
    assert line.endswith(" operations that were asked answered 404 text/html; is the base URL right?")


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_remarks_and_a_silent_api_are_told_at_the_end(tmp_path: Path, options: tuple[str, ...]) -> None:
    suite = suite_on_disk(tmp_path / "suite", library_plan())
    (suite / "tests_library" / "test_by_hand.py").write_text(BY_HAND, encoding="utf-8")
    credentials = {"SPECPROOF_CREDENTIAL_LIBRARYTOKEN": "t-12345", "SPECPROOF_CREDENTIAL_X_KEY": "k-12345"}
    run = run_suites(suite, api_url=SILENT, environment=credentials, options=options)
    lines = run.output.splitlines()
    assert "2x  odd (GET /readers, POST /loans)" in lines
    assert run.output.count("= remarks =") == 1
    ending = f"cases were not judged: the API at {SILENT} did not answer. Is it running, and is --api-url right?"
    assert [line for line in lines if line.endswith(ending)]
    assert "During handling of the above exception" not in run.output
    assert "Traceback" not in run.output


def test_two_suites_of_one_run_speak_of_their_own_cases(tmp_path: Path) -> None:
    first, second = (suite_on_disk(tmp_path / slug, library_plan(slug)) for slug in ("first", "second"))
    (first / "tests_first" / "test_by_hand.py").write_text(BY_HAND, encoding="utf-8")
    run = run_suites(first, second, api_url=SILENT)
    assert run.output.count("= remarks =") == 1
    assert run.output.count("2x  odd (GET /readers, POST /loans)") == 1
