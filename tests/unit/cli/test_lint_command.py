"""``specproof lint`` as users call it: a process, three formats, and the two gates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specproof.cli.sarif import artifact_uri, sarif_log
from specproof.openapi.documents.positions import Position
from specproof.openapi.findings import FIX_HINTS, Finding, FindingCode, Severity

CLEAN = """\
openapi: 3.1.0
info: {title: t, version: "1"}
security: []
components: {securitySchemes: {b: {type: http, scheme: bearer}}}
paths:
  /things:
    get:
      operationId: things
      security: [{b: []}]
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: string}}}}
        "401": {description: no}
"""
POOR = """\
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /things:
    post:
      requestBody:
        content:
          application/json:
            schema: {type: string, minLength: 3, maxLength: 2}
      responses:
        "200": {description: ok, content: {application/json: {}}}
"""


def lint(folder: Path, *arguments: str, spec: str = "api.yaml", stdin: str = "") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPECPROOF_")}
    return subprocess.run(
        [sys.executable, "-m", "specproof", "lint", spec, *arguments],
        cwd=folder, env=kept, capture_output=True, text=True, timeout=120, check=False, input=stdin,
    )  # fmt: skip


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    (tmp_path / "api.yaml").write_text(POOR, encoding="utf-8")
    return tmp_path


def test_a_clean_document_exits_with_0(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(CLEAN, encoding="utf-8")
    finished = lint(tmp_path, "--fail-on", "minor", "--min-testability", "100")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "findings    none" in finished.stdout
    assert "testability 100 of 100" in finished.stdout


def test_people_are_told_place_code_message_and_once_for_each_code_what_to_do(poor: Path) -> None:
    finished = lint(poor)
    assert finished.returncode == 4
    lines = finished.stdout.splitlines()
    assert lines[0] == f"major  lint.contradiction  {FIX_HINTS[FindingCode.LINT_CONTRADICTION]}"
    assert lines[1] == "  api.yaml:9:13  lint.contradiction  minLength 3 is above maxLength 2"
    assert [line.split()[0] for line in lines if line[:1].isalpha()][:3] == ["major", "major", "minor"]
    assert any(line.startswith("testability ") for line in lines)
    assert lines[-1].split()[1:3] == ["POST", "/things"]


def test_output_for_people_is_bounded(tmp_path: Path) -> None:
    paths = {f"/a{number}": {"get": {"responses": {"200": {"description": "d"}}}} for number in range(30)}
    (tmp_path / "api.yaml").write_text(json.dumps({"openapi": "3.1.0", "paths": paths}), encoding="utf-8")
    finished = lint(tmp_path)
    assert finished.stdout.count("  lint.operation_id_missing  the operation") == 10
    assert "... 20 more with --json" in finished.stdout
    assert finished.stdout.count("GET /a") == 5


def test_json_holds_findings_with_hints_and_positions_and_every_operation(poor: Path) -> None:
    finished = lint(poor, "--json")
    document = json.loads(finished.stdout)
    assert finished.returncode == 4
    found = next(entry for entry in document["findings"] if entry["code"] == "lint.contradiction")
    assert found["hint"] == FIX_HINTS[FindingCode.LINT_CONTRADICTION]
    assert (found["line"], found["column"], found["severity"]) == (9, 13, "major")
    assert found["at"].endswith("/schema")
    assert [operation["operation"] for operation in document["operations"]] == ["POST /things"]
    assert document["testability"]["figure"] == document["operations"][0]["figure"]
    assert json.loads(lint(poor, "--format", "json").stdout) == document


def test_a_document_may_come_from_stdin(tmp_path: Path) -> None:
    finished = lint(tmp_path, spec="-", stdin=POOR)
    assert "stdin:9:13" in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--fail-on", "none"], 0),
        (["--fail-on", "major"], 4),
        (["--fail-on", "minor"], 4),
        (["--fail-on", "none", "--min-testability", "99"], 4),
        (["--fail-on", "none", "--min-testability", "1"], 0),
        (["--fail-on", "odd"], 2),
        (["--min-severity", "odd"], 2),
        (["--format", "odd"], 2),
        (["--min-testability", "101"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_exit_codes_say_which_gate_was_hit(poor: Path, arguments: list[str], code: int) -> None:
    finished = lint(poor, *arguments)
    assert finished.returncode == code
    assert "Traceback" not in finished.stderr


def test_what_is_not_shown_still_counts_for_the_gate(poor: Path) -> None:
    shown = json.loads(lint(poor, "--json", "--min-severity", "major").stdout)["findings"]
    assert {entry["severity"] for entry in shown} == {"major"}
    minor = POOR.replace("minLength: 3, maxLength: 2", "minLength: 3").replace("{application/json: {}}", "{text/plain: {}}")
    (poor / "api.yaml").write_text(minor, encoding="utf-8")
    finished = lint(poor, "--json", "--min-severity", "major", "--fail-on", "minor")
    assert (finished.returncode, json.loads(finished.stdout)["findings"]) == (4, [])


def test_a_document_without_operations_hits_the_testability_gate(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("openapi: 3.1.0\npaths: {}\n", encoding="utf-8")
    assert lint(tmp_path).returncode == 0
    finished = lint(tmp_path, "--min-testability", "1")
    assert finished.returncode == 4
    assert "no operations" in finished.stderr


def test_an_unreadable_document_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("{", encoding="utf-8")
    finished = lint(tmp_path, "--json")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert json.loads(finished.stderr)["code"] == "spec.unreadable"


# -- SARIF ----------------------------------------------------------------------------------------------------------


def check_sarif(log: dict[str, Any]) -> None:
    """What SARIF 2.1.0 demands of the parts that we write."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://")
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "specproof"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert not physical["artifactLocation"]["uri"].startswith(("/", "file:"))
        assert physical["region"]["startLine"] >= 1
        assert physical["region"]["startColumn"] >= 1
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())


def test_sarif_has_the_structure_that_the_standard_demands(poor: Path) -> None:
    finished = lint(poor, "--format", "sarif", spec=str(poor / "api.yaml"))
    log = json.loads(finished.stdout)
    check_sarif(log)
    assert finished.returncode == 4
    result = next(entry for entry in log["runs"][0]["results"] if entry["ruleId"] == "lint.contradiction")
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "api.yaml"},
        "region": {"startLine": 9, "startColumn": 13},
    }


def test_a_fingerprint_does_not_change_when_the_document_grows_above_it() -> None:
    found = Finding(FindingCode.LINT_FREE_FORM, "#/a", "any value is allowed here", Severity.MINOR)
    other = Finding(FindingCode.LINT_FREE_FORM, "#/b", "any value is allowed here", Severity.MINOR)
    logs: list[Any] = [sarif_log("a.yaml", [found, other], {"#/a": Position(line, 1)}) for line in (3, 30)]
    prints = [[result["partialFingerprints"]["specproof/v1"] for result in log["runs"][0]["results"]] for log in logs]
    assert prints[0] == prints[1]
    assert prints[0][0] != prints[0][1]


@pytest.mark.parametrize(
    ("spec", "file", "uri"),
    [
        ("-", "", "stdin"),
        ("docs/my api.yaml", "", "docs/my%20api.yaml"),
        ("docs/api.yaml", "paths/user.yaml", "docs/paths/user.yaml"),
        ("https://user:secret@host.test/a/api.json?token=x", "", "https://host.test/a/api.json"),
        ("https://host.test/a/api.json", "b/c.json", "https://host.test/a/b/c.json"),
    ],
)
def test_an_artifact_is_named_relative_and_without_secrets(spec: str, file: str, uri: str) -> None:
    assert artifact_uri(spec, file) == uri


def test_a_log_without_findings_is_whole() -> None:
    log: Any = sarif_log("a.yaml", [], {})
    check_sarif(log)
    assert log["runs"][0]["results"] == []
