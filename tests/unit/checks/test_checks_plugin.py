"""What a suite adds to pytest, and the controls that it tries once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from specproof.checks import plugin
from specproof.checks.client import Connection
from specproof.checks.outcome import CaseNotes, CheckFailure
from specproof.checks.suite import Cases, Suite
from unit.checks.checkfakes import response

Skipped = pytest.skip.Exception
SOURCE = """
def test_accepted(api):
    api.send("POST", "/things", json={})


def test_refused(api):
    api.send("POST", "/refused", json={})


def test_crashing(api):
    api.send("POST", "/other", json={}).fail("rejected", "something else")


def test_unprepared(api):
    api.skip("no credential")


def test_rewritten(api, tmp_path):
    raise AssertionError
"""
OPERATIONS = {"accepted": "POST /things", "refused": "POST /refused"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A suite on disk; its package has a name that no other test uses."""
    for name in ("cases", "schemas", "tests_plugin_sample"):
        (tmp_path / name).mkdir()
    for name in ("contracts", "definitions", "security"):
        (tmp_path / "schemas" / f"{name}.json").write_text("{}", encoding="utf-8")
    (tmp_path / "tests_plugin_sample" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "tests_plugin_sample" / "test_sample.py").write_text(SOURCE, encoding="utf-8")
    names = ("accepted", "refused", "crashing", "unprepared", "rewritten")
    entries = {
        f"test_{name}": {"id": name, "operation": OPERATIONS.get(name, "GET /"), "family": "functional", "severity": "major"}
        for name in names
    }
    (tmp_path / "cases" / "test_sample.json").write_text(json.dumps(entries), encoding="utf-8")
    (tmp_path / "cases" / "test_gone.json").write_text(json.dumps({"test_gone": {"id": "gone"}}), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("tests_plugin_sample")]:
        del sys.modules[name]


class Server:
    """Counts the requests and refuses one path."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request.url.path)
        return response(422 if request.url.path == "/refused" else 201, {})


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def suite(folder: Path, server: Server) -> Suite:
    return Suite(folder, Connection("http://api.test", transport=httpx2.MockTransport(server)))


def controlled(by: str) -> CaseNotes:
    return CaseNotes(id="negative", control=by)


def test_a_control_is_tried_once(suite: Suite, server: Server) -> None:
    for _ in range(3):
        suite.require_control(controlled("accepted"))
        with pytest.raises(Skipped, match="the control request was refused: POST /refused answered 422"):
            suite.require_control(controlled("refused"))
    assert server.seen == ["/things", "/refused"]


def test_a_functional_case_that_ran_is_its_own_control(suite: Suite, server: Server) -> None:
    notes = CaseNotes(id="refused", operation="POST /refused", family="functional")
    api = suite.api_for(notes)
    api.send("POST", "/refused")
    suite.note_control(api)
    with pytest.raises(Skipped):
        suite.require_control(controlled("refused"))
    assert server.seen == ["/refused"]
    suite.note_control(suite.api_for(CaseNotes(id="accepted", operation="POST /things", family="functional")))
    suite.require_control(controlled("accepted"))
    assert server.seen == ["/refused", "/things"]


def test_of_a_control_that_ran_again_the_second_run_counts(suite: Suite) -> None:
    notes = CaseNotes(id="refused", operation="POST /refused", family="functional")
    first, second = suite.api_for(notes), suite.api_for(CaseNotes(id="refused", operation="POST /things", family="functional"))
    first.send("POST", "/refused")
    second.send("POST", "/things")
    suite.note_control(first)
    suite.note_control(second)
    with pytest.raises(Skipped):
        suite.require_control(controlled("refused"))
    suite.note_control(second, is_retry=True)
    suite.require_control(controlled("refused"))


@pytest.mark.parametrize(
    ("case_id", "words"), [("crashing", "the control failed rejected: POST /other"), ("unprepared", "no credential")]
)
def test_a_control_that_never_gets_there_skips_with_its_reason(suite: Suite, case_id: str, words: str) -> None:
    with pytest.raises(Skipped, match=words):
        suite.require_control(controlled(case_id))


@pytest.mark.parametrize("case_id", ["", "gone", "nowhere", "rewritten"])
def test_without_a_control_that_can_be_tried_the_case_stands_for_itself(suite: Suite, server: Server, case_id: str) -> None:
    suite.require_control(controlled(case_id))
    assert server.seen == []


def item(folder: Path, cases: Cases, name: str = "test_refused") -> Any:
    session = SimpleNamespace(stash={plugin.CASES: cases})
    config = SimpleNamespace(stash=pytest.Stash())
    return SimpleNamespace(
        path=folder / "test_sample.py", name=f"{name}[1]", originalname=name, user_properties=[], session=session, config=config
    )


def test_every_collected_case_says_which_it_is(folder: Path) -> None:
    known, foreign = (item(folder, Cases.load(folder), name) for name in ("test_refused", "test_by_hand"))
    plugin.pytest_itemcollected(known)
    plugin.pytest_itemcollected(foreign)
    assert ("specproof_case", "refused") in known.user_properties
    assert ("specproof_operation", "POST /refused") in known.user_properties
    assert foreign.user_properties == []


def test_a_failed_check_adds_its_properties_and_shows_without_a_traceback(folder: Path) -> None:
    def raising() -> None:
        raise CheckFailure(check="rejected", operation="GET /", expected="a", actual="b", curl="curl")

    failing = item(folder, Cases([]))
    call = pytest.CallInfo.from_call(raising, "call")
    wrapper = plugin.pytest_runtest_makereport(failing, call)
    next(wrapper)
    report = SimpleNamespace(longrepr="a long traceback", when="call", outcome="failed", user_properties=failing.user_properties)
    with pytest.raises(StopIteration) as end:
        wrapper.send(report)  # type: ignore[arg-type]
    assert end.value.value is report
    assert dict(failing.user_properties)["specproof_check"] == "rejected"
    assert "GET / fails rejected" in str(report.longrepr)
    assert "def raising" not in str(report.longrepr)


def test_other_outcomes_are_left_alone(folder: Path) -> None:
    passing = item(folder, Cases([]))
    wrapper = plugin.pytest_runtest_makereport(passing, pytest.CallInfo.from_call(lambda: None, "call"))
    next(wrapper)
    report = SimpleNamespace(longrepr=None, when="call", outcome="passed", user_properties=[])
    with pytest.raises(StopIteration):
        wrapper.send(report)  # type: ignore[arg-type]
    assert (report.longrepr, report.outcome) == (None, "passed")
    assert passing.user_properties == []


def test_the_option_is_added_once_however_many_suites_run() -> None:
    parser = pytest.Parser(_ispytest=True)
    plugin.pytest_addoption(parser)
    plugin.pytest_addoption(parser)
    assert parser.parse_known_args(["--api-url", "http://a"]).api_url == "http://a"
