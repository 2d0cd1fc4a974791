"""How much fails a case of a suite on disk: profiles, overrides, and both through the command line."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from library_api import TOKEN, library
from planbuilders import library_plan
from specproof.cli import suite_commands
from specproof.domain.runs import Outcome
from specproof.errors import RequestError
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
    assert "Judged as strict (--strictness)." in strict.output


def test_lenient_passes_what_standard_fails_and_still_says_it(suite: Path) -> None:
    run = run_of(suite, faults=("long_names",), SPECPROOF_STRICTNESS="lenient")
    assert run.returncode == 0, run.output
    assert run.outcomes[TOO_LONG] == "passed"
    assert [remark for remark in run.property(TOO_LONG, "specproof_remark") if "expected a 4xx status" in remark]
    assert "Judged as lenient (--strictness)." in run.output


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


def test_an_override_passes_with_its_reason_and_only_what_it_names(suite: Path) -> None:
    path = suite / "specproof.toml"
    path.write_text(
        '[operations."POST /readers"]\nseverity.rejected = "remark"\nreason = "the gateway cuts names until March"\n',
        encoding="utf-8",
    )
    try:
        run = run_of(suite, faults=("long_names", "forget_update"))
        proper = run_of(suite, "--as-documented", faults=("long_names", "forget_update"))
    finally:
        path.unlink()
    assert run.names("failure") == {"test_post_readers__life_of_a_record"}
    assert "1x  overridden (the gateway cuts names until March): expected a 4xx status" in run.output
    (remark,) = run.property(TOO_LONG, "specproof_remark")
    assert remark.startswith("POST /readers: overridden (the gateway cuts names until March): expected a 4xx status")
    assert proper.names("failure") == {TOO_LONG, "test_post_readers__life_of_a_record"}


@pytest.mark.parametrize(
    "name", ["POST /readers :: name_too_long", "library/tests_library/{module}.py::test_post_readers__name_too_long"]
)
def test_an_override_of_one_case_is_named_as_the_report_names_it(suite: Path, name: str) -> None:
    (module,) = [
        path.stem for path in (suite / "tests_library").glob("test_*.py") if TOO_LONG in path.read_text(encoding="utf-8")
    ]
    text = f'[cases."{name.format(module=module)}"]\nseverity.rejected = "remark"\nreason = "until March"\n'
    path = suite / "specproof.toml"
    path.write_text(text, encoding="utf-8")
    try:
        run = run_of(suite, faults=("long_names", "forget_update"))
    finally:
        path.unlink()
    assert run.names("failure") == {"test_post_readers__life_of_a_record"}
    assert "1x  overridden (until March): expected a 4xx status" in run.output
    assert "  case:      POST /readers :: life_of_a_record" in run.output


async def none(_: Outcome) -> None:
    """Nothing is told while it runs."""


def test_an_override_of_a_case_that_is_not_there_ends_the_run_as_a_slip_of_the_user(suite: Path) -> None:
    path = suite / "specproof.toml"
    path.write_text('[cases."POST /readers :: name_too_lon"]\nseverity.rejected = "remark"\nreason = "x"\n', encoding="utf-8")
    try:
        with library() as server:
            run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
            assert server.seen == []
        with pytest.raises(RequestError, match=r"the suite has no such case\. Did you mean POST /readers :: name_too_long"):
            asyncio.run(suite_commands.suite_result(suite_commands.RunOptions(suite, "http://127.0.0.1:1", 10), none))
    finally:
        path.unlink()
    assert run.returncode == 4
    assert "the suite has no such case. Did you mean POST /readers :: name_too_long?" in " ".join(run.output.split())


def test_what_the_report_prints_is_what_the_baseline_takes(suite: Path, tmp_path: Path) -> None:
    faults = ("long_names", "forget_update")
    file = tmp_path / "copied.json"
    with library(*faults) as server:
        code, plain = cli_run(suite, server.url)
    entries = [outcome["baseline_entry"] for outcome in plain["outcomes"] if outcome["baseline_entry"]]
    assert (code, len(entries)) == (1, 2)
    file.write_text(json.dumps({"version": 1, "known": entries}), encoding="utf-8")
    with library(*faults) as server:
        code, known = cli_run(suite, server.url, "--baseline", str(file))
    assert (code, known["counts"]["known"], known["mended"]) == (0, 2, [])


def test_an_override_that_cannot_be_understood_ends_the_run_before_anything_is_sent(suite: Path) -> None:
    path = suite / "specproof.toml"
    path.write_text('[operations."POST /reader"]\nexpected = [200]\nreason = "x"\n', encoding="utf-8")
    try:
        with library() as server:
            run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
            assert server.seen == []
    finally:
        path.unlink()
    assert run.returncode == 4
    assert "the suite has no such operation. Did you mean POST /readers?" in " ".join(run.output.split())


def cli_run(suite: Path, url: str, *options: str) -> tuple[int, dict[str, Any]]:
    """``specproof run`` as a process, and its JSON."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPECPROOF_")}
    command = [sys.executable, "-m", "specproof", "run", str(suite), "--url", url, "--json", *options]
    done = subprocess.run(
        command, cwd=suite.parent, env={**kept, **CREDENTIALS}, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, json.loads(done.stdout)


def test_the_command_line_passes_on_profile_and_baseline_and_tells_what_is_known(suite: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "known.json")
    faults = ("long_names", "lenient_age")
    with library(*faults) as server:
        code, strict = cli_run(suite, server.url, "--strictness", "strict", "--write-baseline", file)
    # The two, and a 400 that the document does not list.
    assert (code, strict["counts"]["known"]) == (0, 3)
    assert strict["baseline_written"] == file
    with library(*faults) as server:
        code, usual = cli_run(suite, server.url, "--baseline", file)
    assert (code, usual["counts"]["failed"], usual["counts"]["known"]) == (0, 0, 1)
    (known,) = [outcome for outcome in usual["outcomes"] if outcome["outcome"] == "known"]
    assert (known["case"], known["known"]) == (
        "POST /readers :: name_too_long",
        ["POST /readers fails rejected: 201 {age, id, name, tags} to name_too_long"],
    )
    assert usual["mended"] == []
    with library("lenient_age") as server:
        code, better = cli_run(suite, server.url, "--baseline", file)
    assert (code, [entry["cases"] for entry in better["mended"]]) == (0, [["POST /readers :: name_too_long"]])
    with library(*faults) as server:
        code, plain = cli_run(suite, server.url)
    assert (code, plain["counts"]["failed"], plain["counts"]["known"]) == (1, 1, 0)


def test_what_is_a_remark_again_is_not_called_mended(suite: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "known.json")
    assert run_of(suite, "--strictness", "strict", "--write-baseline", path, faults=("lenient_age",)).returncode == 0
    run = run_of(suite, "--baseline", path, faults=("lenient_age",))
    assert run.outcomes[AGE_IS_TEXT] == "passed"
    assert "mended" not in run.output
