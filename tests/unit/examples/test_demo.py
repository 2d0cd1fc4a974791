"""The demo's judgement, its steps and its words; the whole story runs as ``make demo``."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from examples.bookshop.bugs import DEMO_BUGS, bug_named
from examples.bookshop.documents import document
from examples.demo.children import DemoError, environment, eventually
from examples.demo.following import Follower
from examples.demo.screen import Movement, Screen
from examples.demo.story import prepare, settings, write_document
from examples.demo.verdict import judge
from rich.console import Console
from rich.progress import Progress

BUGS = [bug_named(name) for name in DEMO_BUGS]
COUNTS = {"passed": 3, "failed": 3}


def outcome(operation: str, kind: str = "failed", **changes: Any) -> dict[str, Any]:
    base = {"case_id": f"{operation} {kind}", "operation": operation, "kind": kind, "check": "body_schema", "title": "a title"}
    return {**base, "expected": "one", "actual": "two", "curl": "curl http://127.0.0.1", "message": "differs", **changes}


RED = [outcome("GET /authors/{author_id}"), outcome("POST /books"), outcome("PUT /books/{book_id}")]


def test_three_blamed_operations_are_three_found_bugs() -> None:
    verdict = judge([*RED, outcome("GET /orders", "passed"), outcome("GET /health", "skipped")], BUGS)
    assert (verdict.complaint, verdict.missing, verdict.strangers) == ("", (), ())


def test_the_plainest_case_of_a_bug_comes_first() -> None:
    story = outcome("POST /books", case_id="story", family="crud")
    plain = outcome("POST /books", case_id="plain", family="validation")
    found = {bug.name: cases for bug, cases in judge([story, plain, RED[0], RED[2]], BUGS).found}
    assert [case["case_id"] for case in found["title_length_unchecked"]] == ["plain", "story"]


def test_a_consequence_is_explained_only_if_the_bug_itself_was_found() -> None:
    consequence = outcome("GET /books/{book_id}")
    assert judge([*RED, consequence], BUGS).complaint == ""
    verdict = judge([*RED[:2], consequence], BUGS)
    assert [bug.name for bug in verdict.missing] == ["book_update_lost"]
    assert verdict.strangers == (consequence,)


@pytest.mark.parametrize("kind", ["failed", "errored"])
def test_a_red_case_that_no_bug_explains_is_a_complaint(kind: str) -> None:
    verdict = judge([*RED, outcome("GET /orders", kind)], BUGS)
    assert "GET /orders is red without a seeded bug" in verdict.complaint


def test_a_bug_that_was_not_found_is_a_complaint() -> None:
    assert "title_length_unchecked was not found on POST /books" in judge([RED[0], RED[2]], BUGS).complaint


def plain_screen() -> tuple[Screen, io.StringIO]:
    stream = io.StringIO()
    return Screen(Console(file=stream, width=60, highlight=False)), stream


def test_each_bug_is_shown_with_a_command_that_is_not_wrapped_and_no_markup_of_others() -> None:
    screen, stream = plain_screen()
    command = "curl -H " + shlex.quote("x: " + "y" * 200)
    screen.verdict(judge([outcome("POST /books", curl=command, actual="[bold]201[/]\nsecond line"), *RED], BUGS))
    text = stream.getvalue()
    assert command in text
    assert "[bold]201[/]" in text
    assert "second line" in text
    assert text.count("seeded bug") == 3
    assert "(and 1 more case)" in text


class ScriptedService:
    """Answers each path with its next answer; the last one stays."""

    def __init__(self, **answers: list[dict[str, Any]]) -> None:
        self.answers = answers

    def get(self, path: str, **query: object) -> dict[str, Any]:
        kind = path.split("/")[3] + ("_list" if query else "")
        left = self.answers[kind]
        return left.pop(0) if len(left) > 1 else left[0]


def event(status: str, stage: str, **changes: Any) -> dict[str, Any]:
    return {"status": status, "stage": stage, "suite_id": "s1", "run_id": "r1", "summary": "", "failure": None, **changes}


def run(status: str, *, is_finished: bool) -> dict[str, Any]:
    return {"event_id": "e1", "status": status, "is_finished": is_finished, "counts": COUNTS, "total": 6, "message": "boom"}


def follow(service: ScriptedService) -> tuple[Any, str]:
    screen, stream = plain_screen()
    with Progress(disable=True) as progress:
        result = Follower(service, screen, Movement(progress)).follow("e1")  # type: ignore[arg-type]
    return result, stream.getvalue()


def test_following_shows_each_step_once_and_ends_with_the_run() -> None:
    stages = ["", "fetching", "generating", "quality", "running", "running"]
    service = ScriptedService(
        events=[*(event("running", stage) for stage in stages), event("succeeded", "notifying")],
        runs=[run("running", is_finished=False), run("failed", is_finished=True)],
        runs_list=[{"items": []}, {"items": [run("running", is_finished=False)]}],
        suites=[{"suite_id": "s1"}],
    )
    result, text = follow(service)
    steps = [line.split("✓")[1].split("  ")[0].strip() for line in text.splitlines()]
    assert steps == ["document exported", "suite generated", "quality checked"]
    assert (result.run["status"], result.suite["suite_id"]) == ("failed", "s1")


@pytest.mark.parametrize(
    ("proof", "line"),
    [
        ({"state": "proven", "strength": 91.25, "trust": "28/29", "grade": "C"}, "strength 91.2, trust 28/29, grade C"),
        ({"state": "failed", "strength": None, "trust": "", "grade": ""}, ""),
        (None, ""),
    ],
)
def test_a_proof_is_shown_after_the_quality_where_there_is_one(proof: dict[str, Any] | None, line: str) -> None:
    service = ScriptedService(
        events=[event("running", "proving"), event("succeeded", "notifying")],
        runs=[run("failed", is_finished=True)],
        suites=[{"suite_id": "s1", "proof": proof}],
    )
    _, text = follow(service)
    assert ("suite proven" in text) is bool(line)
    assert line in text
    assert not line or text.index("quality checked") < text.index("suite proven")


@pytest.mark.parametrize(
    ("last_event", "last_run", "message"),
    [
        (
            event("dead", "fetching", failure={"code": "fetch.refused", "message": "no", "stage": "fetching"}),
            None,
            "fetch.refused",
        ),
        (event("succeeded", "notifying", run_id=None, summary="nothing changed"), None, "nothing changed"),
        (event("succeeded", "notifying"), run("broken", is_finished=True), "broken: boom"),
    ],
)
def test_what_does_not_end_well_is_explained(last_event: dict[str, Any], last_run: dict[str, Any] | None, message: str) -> None:
    service = ScriptedService(events=[last_event], runs=[last_run or {}], suites=[{"suite_id": "s1"}])
    with pytest.raises(DemoError, match=message):
        follow(service)


def test_waiting_gives_up_with_the_name_of_what_did_not_happen() -> None:
    with pytest.raises(DemoError, match="the end of the world did not happen"):
        eventually(lambda: None, 0, "the end of the world")


def test_only_a_demos_own_folder_is_emptied(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    prepare(folder)
    (folder / "old").touch()
    assert prepare(folder) == folder / "logs"
    assert not (folder / "old").exists()
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis").touch()
    with pytest.raises(DemoError, match="holds something that no demo made"):
        prepare(tmp_path / "precious")
    assert (tmp_path / "precious" / "thesis").exists()


def test_the_service_gets_the_demos_settings_and_none_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECPROOF_SERVER__PORT", "1")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///precious.db")
    env = settings(tmp_path, "http://127.0.0.1:1001", "http://127.0.0.1:1002")
    assert not {"SPECPROOF_SERVER__PORT", "DATABASE_URL"} & set(env)
    assert json.loads(env["SPECPROOF_PROJECTS"])["bookshop"]["allowed_addresses"] == ["127.0.0.1:1001", "127.0.0.1:1002"]
    assert environment(A="b")["A"] == "b"


def test_the_settings_are_ones_that_the_service_accepts(tmp_path: Path) -> None:
    from specproof.settings.loading import load_settings

    loaded = load_settings(settings(tmp_path, "http://127.0.0.1:1001", "http://127.0.0.1:1002"), env_file=None)
    assert loaded.projects["bookshop"].target_url == "http://127.0.0.1:1002"
    assert loaded.webhook.settle_seconds == 0


def test_the_document_of_a_release_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "document.json"
    for release in (1, 2):
        write_document(path, release)
        assert json.loads(path.read_text(encoding="utf-8")) == document(release)
