"""Known failures of a suite on disk: accepted once, not counted from then on, told when they are mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from library_api import TOKEN, library
from planbuilders import library_plan
from suiteruns import SuiteRun, run_suites, suite_on_disk

CREDENTIALS = {"SPECPROOF_CREDENTIAL_LIBRARYTOKEN": TOKEN, "SPECPROOF_CREDENTIAL_X_KEY": "the-x-key"}
TOO_LONG = "test_post_readers__name_too_long"
LIFE = "test_post_readers__life_of_a_record"
VALID = "test_post_readers__valid"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return suite_on_disk(tmp_path / "library", library_plan())


def run_of(suite: Path, *faults: str, options: tuple[str, ...] = (), **environment: str) -> SuiteRun:
    with library(*faults) as server:
        return run_suites(suite, api_url=server.url, environment={**CREDENTIALS, **environment}, options=options)


def accepted(suite: Path, *faults: str, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The entries of the baseline that such an API gives."""
    run = run_of(suite, *faults, options=("--write-baseline", str(suite / "baseline.json"), *options))
    assert run.returncode == 0, run.output
    return list(json.loads((suite / "baseline.json").read_text(encoding="utf-8"))["known"])


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_what_is_known_does_not_count_and_what_is_new_fails(suite: Path, options: tuple[str, ...]) -> None:
    known = accepted(suite, "long_names", options=options)
    assert known == [
        {
            "operation": "POST /readers",
            "check": "rejected",
            "cause": "201 {age, id, name, tags} to name_too_long",
            "count": 1,
            "cases": ["POST /readers :: name_too_long"],
        }
    ]
    again = run_of(suite, "long_names", options=options)
    assert again.returncode == 0, again.output
    assert again.outcomes[TOO_LONG] == "skipped"
    assert again.property(TOO_LONG, "specproof_known") == [
        "POST /readers fails rejected: 201 {age, id, name, tags} to name_too_long"
    ]
    assert "1 failure is known since the baseline and not counted:" in again.output
    assert "1 xfailed" in again.output
    worse = run_of(suite, "long_names", "forget_update", options=options)
    assert worse.returncode == 1
    assert worse.names("failure") == {LIFE}
    assert worse.outcomes[TOO_LONG] == "skipped"


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_what_is_mended_is_told_and_rewritten(suite: Path, options: tuple[str, ...]) -> None:
    accepted(suite, "long_names", "forget_update")
    mended = run_of(suite, "forget_update", options=options)
    assert mended.returncode == 0
    path = suite / "baseline.json"
    assert f"1 entry of the baseline is mended: rewrite it with --write-baseline {path}" in " ".join(mended.output.split())
    assert "mended: POST /readers fails rejected" in mended.output
    assert len(json.loads(path.read_text(encoding="utf-8"))["known"]) == 2
    assert {entry["check"] for entry in accepted(suite, "forget_update")} == {"read_back"}


def test_an_entry_covers_only_the_cases_that_it_names(suite: Path) -> None:
    (known,) = accepted(suite, "long_names")
    named = {**known, "cases": ["POST /readers :: valid"]}
    (suite / "baseline.json").write_text(json.dumps({"version": 1, "known": [named]}), encoding="utf-8")
    run = run_of(suite, "long_names")
    assert (run.returncode, run.names("failure")) == (1, {TOO_LONG})
    assert "1 entry of the baseline is mended" in run.output


def test_a_run_of_some_cases_neither_calls_the_others_mended_nor_drops_them(suite: Path) -> None:
    accepted(suite, "long_names", "forget_update")
    some = run_of(suite, options=("-k", "name_too_long"))
    assert "1 entry of the baseline is mended" in some.output
    assert {entry["check"] for entry in accepted(suite, options=("-k", "name_too_long"))} == {"read_back"}


def test_a_new_failure_behind_a_known_one_still_fails(suite: Path) -> None:
    life = ("-k", "life_of_a_record")
    known = accepted(suite, "age_as_text", options=life)
    assert [entry["check"] for entry in known] == ["echo"]
    assert run_of(suite, "age_as_text", options=life).outcomes[LIFE] == "skipped"
    run = run_of(suite, "age_as_text", "forget_update", options=life)
    assert run.outcomes[LIFE] == "failure"
    assert run.property(LIFE, "specproof_check") == ["read_back"]


def test_of_a_broken_schema_the_broken_rule_is_known_and_not_another(suite: Path) -> None:
    valid = ("-k", "post_readers__valid")
    (known,) = accepted(suite, "age_as_text", options=valid)
    assert known["cause"] == "201 {age, id, name, tags} to valid at $defs/Reader/properties/age/type"
    path = suite / "baseline.json"
    path.write_text(path.read_text(encoding="utf-8").replace("properties/age", "properties/name"), encoding="utf-8")
    assert run_of(suite, "age_as_text", options=valid).outcomes[VALID] == "failure"


def test_a_reason_is_shown_and_outlives_a_rewrite(suite: Path) -> None:
    known = accepted(suite, "long_names")
    document = {"version": 1, "known": [{**known[0], "reason": "until the gateway is replaced"}]}
    (suite / "baseline.json").write_text(json.dumps(document), encoding="utf-8")
    assert "name_too_long (until the gateway is replaced)" in run_of(suite, "long_names").output
    assert accepted(suite, "long_names")[0]["reason"] == "until the gateway is replaced"


def test_an_api_that_is_silent_is_not_accepted(suite: Path) -> None:
    path = suite / "baseline.json"
    options = ("--write-baseline", str(path))
    run = run_suites(suite, api_url="http://127.0.0.1:1", environment=CREDENTIALS, options=options)
    assert run.returncode == 1
    assert json.loads(path.read_text(encoding="utf-8"))["known"] == []


def test_no_secret_and_no_value_gets_into_the_file(suite: Path) -> None:
    accepted(suite, "age_as_text", "long_names", "forget_update", "lenient_age")
    text = (suite / "baseline.json").read_text(encoding="utf-8")
    assert TOKEN not in text
    assert "xxxx" not in text


@pytest.mark.parametrize("how", ["option", "variable"])
def test_the_document_alone_can_be_asked_for(suite: Path, how: str) -> None:
    accepted(suite, "long_names")
    options, environment = (("--as-documented",), {}) if how == "option" else ((), {"SPECPROOF_AS_DOCUMENTED": "1"})
    assert run_of(suite, "long_names", options=options, **environment).names("failure") == {TOO_LONG}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is no baseline"),
        ("[]", 'it must be {"version": 1'),
        ('{"version": 1, "known": [{}]}', "entry 0 of `known` needs the texts operation, check, cause"),
    ],
)
def test_a_file_that_is_no_baseline_ends_the_run_and_is_left_alone(suite: Path, content: str, words: str) -> None:
    path = suite / "baseline.json"
    path.write_text(content, encoding="utf-8")
    for options in ((), ("--write-baseline", str(path))):
        run = run_of(suite, options=options)
        assert run.returncode == 4
        assert words in run.output
        assert str(path) in run.output
        assert "--write-baseline FILE" in run.output
    assert path.read_text(encoding="utf-8") == content


def test_files_that_are_not_there_end_the_run(suite: Path) -> None:
    assert "No such file" in run_of(suite, options=("--baseline", "nowhere.json")).output
    wrong = run_of(suite, options=("--write-baseline", str(suite)))
    assert (wrong.returncode, "is a folder" in wrong.output) == (4, True)
