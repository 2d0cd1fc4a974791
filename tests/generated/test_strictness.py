"""How much fails a case of a suite on disk: profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from library_api import TOKEN, library
from planbuilders import library_plan
from suiteruns import SuiteRun, run_suites, suite_on_disk

CREDENTIALS = {"SPECPROOF_CREDENTIAL_LIBRARYTOKEN": TOKEN, "SPECPROOF_CREDENTIAL_X_KEY": "the-x-key"}
TOO_LONG = "test_post_readers__name_too_long"
AGE_IS_TEXT = "test_post_readers__age_is_text"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return suite_on_disk(tmp_path_factory.mktemp("suites") / "library", library_plan())


def run_of(suite: Path, *options: str, faults: tuple[str, ...] = (), **environment: str) -> SuiteRun:
    with library(*faults) as server:
        return run_suites(suite, api_url=server.url, environment={**CREDENTIALS, **environment}, options=options)


@pytest.mark.parametrize("options", [("--strictness", "strict"), ("--strictness", "strict", "-n", "2")])
def test_strict_fails_what_standard_remarks(suite: Path, options: tuple[str, ...]) -> None:
    usual = run_of(suite, faults=("lenient_age",))
    assert usual.outcomes[AGE_IS_TEXT] == "passed"
    assert "strictness" not in usual.output
    strict = run_of(suite, *options, faults=("lenient_age",))
    assert strict.outcomes[AGE_IS_TEXT] == "failure"
    assert strict.property(AGE_IS_TEXT, "specproof_weight") == ["minor"]
    assert "POST /readers fails rejected (minor, WFC 102)" in strict.output
    assert "Judged by the profile strict (--strictness)." in strict.output


def test_lenient_passes_what_standard_fails_and_still_says_it(suite: Path) -> None:
    run = run_of(suite, faults=("long_names",), SPECPROOF_STRICTNESS="lenient")
    assert run.returncode == 0, run.output
    assert run.outcomes[TOO_LONG] == "passed"
    assert [remark for remark in run.property(TOO_LONG, "specproof_remark") if "expected a 4xx status" in remark]
    assert "Judged by the profile lenient (--strictness)." in run.output


def test_lenient_fails_what_nobody_argues_about(suite: Path) -> None:
    run = run_of(suite, "--strictness", "lenient", faults=("age_as_text", "open_door"))
    assert run.property("test_post_readers__valid", "specproof_check") == ["body_schema"]
    assert "unauthenticated" in {check for name in run.names("failure") for check in run.property(name, "specproof_check")}


@pytest.mark.parametrize("name", ["option", "variable"])
def test_a_wrong_name_ends_the_run_and_lists_the_right_ones(suite: Path, name: str) -> None:
    options = ("--strictness", "harsh") if name == "option" else ()
    run = run_of(suite, *options, SPECPROOF_STRICTNESS="harsh" if name == "variable" else "lenient")
    assert run.returncode == 4
    assert "'harsh' is no strictness: lenient, standard, strict" in run.output
    assert "passed" not in run.output
