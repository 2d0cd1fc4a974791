"""Rendered suites, run by plain pytest in a child process against a real server on 127.0.0.1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from library_api import TOKEN, library
from planbuilders import library_plan
from suiteruns import pasted, run_suites, suite_on_disk

CREDENTIALS = {"SPECPROOF_CREDENTIAL_LIBRARYTOKEN": TOKEN, "SPECPROOF_CREDENTIAL_X_KEY": "the-x-key"}
NO_PRODUCER = "test_get_readers_by_readerid__no_producer"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return suite_on_disk(tmp_path_factory.mktemp("suites") / "library", library_plan())


def test_a_healthy_api_is_green_and_clean_afterwards(suite: Path) -> None:
    with library() as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
        assert run.returncode == 0, run.output
        assert server.readers == {}
    assert run.names("passed") == set(run.outcomes) - {NO_PRODUCER}
    assert run.names("skipped") == {NO_PRODUCER}


@pytest.mark.parametrize(
    ("fault", "red", "check"),
    [
        ("long_names", "test_post_readers__name_too_long", "rejected"),
        ("forget_update", "test_post_readers__life_of_a_record", "read_back"),
        ("keep_deleted", "test_post_readers__life_of_a_record", "deleted"),
        ("age_as_text", "test_post_readers__valid", "body_schema"),
    ],
)
def test_a_seeded_fault_turns_exactly_its_case_red(suite: Path, fault: str, red: str, check: str) -> None:
    with library(fault) as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
    # An answer that breaks its schema and does not echo what was sent is seen by both; every other fault by one case.
    expected = {red, "test_post_readers__life_of_a_record"} if fault == "age_as_text" else {red}
    assert run.names("failure") == expected
    assert run.returncode == 1
    assert run.property(red, "specproof_check") == [check]


def test_a_failure_says_what_was_expected_what_came_and_how_to_see_it_again(suite: Path) -> None:
    red = "test_post_readers__name_too_long"
    with library("long_names") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
        found = dict(run.properties[red])
        assert found["specproof_case"] == "POST /readers :: name_too_long"
        assert found["specproof_operation"] == "POST /readers"
        assert found["specproof_family"] == "validation"
        assert found["specproof_title"] == "\u4e66\u540d: name_too_long"
        assert found["specproof_severity"] == "major"
        assert found["specproof_expected"].startswith("a 4xx status")
        assert found["specproof_actual"].startswith("201 Created")
        assert TOKEN not in run.output + str(run.properties)
        assert "$SPECPROOF_CREDENTIAL_LIBRARYTOKEN" in found["specproof_curl"]
        # The command is no picture of the request: it sends it.
        status, body = pasted(found["specproof_curl"], CREDENTIALS)
        assert (status, body["name"]) == (201, "x" * 41)
    for words in ("POST /readers fails rejected", "expected:", "actual:", "reproduce: curl -sS -i -X POST"):
        assert words in run.output
    assert "Traceback" not in run.output
    assert "status_checks.py" not in run.output


def test_a_minor_case_leaves_a_remark_and_stays_green(suite: Path) -> None:
    with library("lenient_age") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
    name = "test_post_readers__age_is_text"
    assert run.outcomes[name] == "passed"
    assert [remark for remark in run.property(name, "specproof_remark") if "expected a 4xx status" in remark]


def test_a_refused_control_skips_its_cases_after_one_request(suite: Path) -> None:
    with library("refuse_all") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS, options=("-k", "readers_validation"))
        assert server.seen == ["POST /readers"]
    assert set(run.outcomes.values()) == {"skipped"}
    with library("refuse_all") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS, options=("-rs",))
    assert run.names("failure") == {"test_post_readers__valid"}
    assert "the control request was refused: POST /readers answered 422" in run.output
    assert "cannot be prepared: POST /readers answered 422" in run.output


def test_a_missing_credential_skips_with_the_name_of_its_variable(suite: Path) -> None:
    with library() as server:
        run = run_suites(suite, api_url=server.url, options=("-rs",))
    assert set(run.outcomes.values()) == {"skipped"}
    assert "needs a credential: set SPECPROOF_CREDENTIAL_LIBRARYTOKEN" in " ".join(run.output.split())


def test_the_credentials_file_wins_over_the_environment(suite: Path, tmp_path: Path) -> None:
    secrets = tmp_path / "credentials.json"
    secrets.write_text(json.dumps(CREDENTIALS), encoding="utf-8")
    environment = {**CREDENTIALS, "SPECPROOF_CREDENTIAL_LIBRARYTOKEN": "outdated", "SPECPROOF_CREDENTIALS_FILE": str(secrets)}
    with library() as server:
        run = run_suites(suite, environment={**environment, "SPECPROOF_API_URL": server.url})
    assert run.names("passed") == set(run.outcomes) - {NO_PRODUCER}


def test_two_suites_run_together_and_keep_to_themselves(suite: Path, tmp_path: Path) -> None:
    other = suite_on_disk(tmp_path / "second", library_plan("second", title="Second"))
    with library("forget_update") as server:
        run = run_suites(suite, other, api_url=server.url, environment=CREDENTIALS)
    assert "2 failed, 22 passed, 2 skipped" in run.output
    for folder in ("library", "second"):
        assert f"{folder}/tests_{folder}/test_readers_crud.py::test_post_readers__life_of_a_record" in run.output


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_collecting_needs_no_address_and_finds_every_case(suite: Path, mode: str) -> None:
    run = run_suites(suite, options=("--collect-only", f"--import-mode={mode}"))
    assert run.returncode == 0
    assert f"{len(library_plan().cases)} tests collected" in run.output


def test_without_an_address_the_run_ends_with_one_sentence(suite: Path) -> None:
    run = run_suites(suite)
    assert run.returncode == 4
    assert "which API? Run: pytest DIR --api-url" in run.output


def test_a_silent_api_fails_the_first_cases_and_skips_the_rest(suite: Path) -> None:
    with library() as server:
        url = server.url
    run = run_suites(suite, api_url=url, environment=CREDENTIALS, options=("-rs",))
    assert len(run.names("failure")) <= 3
    assert f"the API at {url} did not answer" in run.output
    assert run.names("passed") == set()


def test_parallel_workers_do_not_collide(suite: Path) -> None:
    with library() as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS, options=("-p", "xdist", "-n", "2"))
        assert server.readers == {}
    assert run.names("passed") == set(run.outcomes) - {NO_PRODUCER}
    assert dict(run.properties["test_post_readers__valid"])["specproof_case"] == "POST /readers :: valid"
