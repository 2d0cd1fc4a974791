"""The command line's surface: help, exit codes, errors in words and as JSON. Each call is a process, as for users."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from envelope_api import document
from specproof.cli.output import Output

COMMANDS = [
    "serve",
    "worker",
    "generate",
    "lint",
    "run",
    "calibrate",
    "validate",
    "prove",
    "mock",
    "diff",
    "events",
    "dead-letters",
    "keys",
    "db",
    "doctor",
]


def specproof(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPECPROOF_")}
    return subprocess.run(
        [sys.executable, "-m", "specproof", *arguments],
        cwd=cwd, env={**kept, **environ}, capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_help_names_every_command_and_imports_no_framework(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom specproof.cli.app import app\n"
        "try:\n    app(['--help'], standalone_mode=False)\nfinally:\n"
        "    print('LOADED', sorted({m.split('.')[0] for m in sys.modules} & {'fastapi', 'sqlalchemy', 'httpx2', 'pydantic', 'rich'}))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert all(command in finished.stdout for command in COMMANDS)
    assert "LOADED []" in finished.stdout, finished.stdout + finished.stderr


def test_version(tmp_path: Path) -> None:
    finished = specproof("--version", cwd=tmp_path)
    assert (finished.returncode, finished.stdout.split()[0]) == (0, "specproof")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["generate"],
        ["events", "list", "--limit", "0"],
        ["dead-letters", "retry"],
        ["events", "list", "--status", "odd"],
        ["diff", "one.json"],
        ["diff", "one.json", "two.json", "--format", "odd"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_says_why(tmp_path: Path, arguments: list[str]) -> None:
    finished = specproof(*arguments, cwd=tmp_path)
    assert finished.returncode == 2
    assert finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_misspelt_setting_exits_with_2_and_suggests(tmp_path: Path) -> None:
    finished = specproof("doctor", cwd=tmp_path, SPECPROOF_SERVR__PORT="1")
    assert finished.returncode == 2
    assert "SPECPROOF_SERVER__PORT" in finished.stderr


def test_an_unreadable_document_exits_with_2_and_a_code(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("{", encoding="utf-8")
    finished = specproof("generate", "odd.json", "-o", "out", "--json", cwd=tmp_path)
    assert finished.returncode == 2
    assert json.loads(finished.stderr)["code"] == "spec.unreadable"
    assert not (tmp_path / "out").exists()


def test_a_folder_of_files_becomes_a_suite(tmp_path: Path) -> None:
    (tmp_path / "api" / "paths").mkdir(parents=True)
    (tmp_path / "api" / "openapi.yaml").write_text("openapi: 3.1.0\npaths: {/a: {$ref: paths/a.yaml}}\n", encoding="utf-8")
    (tmp_path / "api" / "paths" / "a.yaml").write_text("get: {responses: {'200': {description: x}}}\n", encoding="utf-8")
    for number, spec in enumerate((["api"], ["api/openapi.yaml", "--root", "."])):
        finished = specproof("generate", *spec, "-o", f"out{number}", "--json", cwd=tmp_path)
        assert finished.returncode == 0, finished.stderr
        assert json.loads(finished.stdout)["operations"] == 1


def test_a_missing_document_exits_with_2(tmp_path: Path) -> None:
    finished = specproof("generate", "nowhere.json", "-o", "out", cwd=tmp_path)
    assert finished.returncode == 2
    assert "nowhere.json" in finished.stderr


def test_breaking_changes_exit_with_1_where_that_was_asked_for(tmp_path: Path) -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "openapi"
    before, after = str(fixtures / "books_before.json"), str(fixtures / "books_after.json")
    assert specproof("diff", before, after, cwd=tmp_path).returncode == 0
    assert specproof("diff", before, after, "--fail-on-breaking", "--format", "markdown", cwd=tmp_path).returncode == 1
    assert specproof("diff", before, "nowhere.json", "--fail-on-breaking", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [("--from-status", "finished", "pending, designing"), ("--business-code", "code", "code=0,200")],
)
def test_a_choice_that_is_none_exits_with_2_and_lists_the_choices(tmp_path: Path, option: str, value: str, says: str) -> None:
    (tmp_path / "api.json").write_text(json.dumps(document()), encoding="utf-8")
    finished = specproof("generate", "api.json", "-o", "suite", option, value, cwd=tmp_path)
    assert finished.returncode == 2
    assert says in " ".join(finished.stderr.split())
    assert option in finished.stderr
    assert not (tmp_path / "suite").exists()


def test_generate_takes_a_status_and_a_business_code(tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(document()), encoding="utf-8")
    options = ("--from-status", "tested", "--business-code", "off", "--slug", "orders", "--json")
    finished = specproof("generate", "api.json", "-o", "suite", *options, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    made = json.loads(finished.stdout)
    assert (made["operations"], made["operations_covered"]) == (4, 2)
    codes = [finding["code"] for finding in made["findings"]]
    assert codes.count("plan.below_status") == 2
    assert "document.business_code" not in codes


def test_a_folder_that_is_no_suite_is_refused(tmp_path: Path) -> None:
    finished = specproof("run", ".", "--url", "http://127.0.0.1:9", "--json", cwd=tmp_path)
    assert finished.returncode == 2
    assert json.loads(finished.stderr)["code"] == "request.invalid"


def test_an_output_folder_that_cannot_be_written_exits_with_3(tmp_path: Path) -> None:
    document = Path(__file__).parents[3] / "examples" / "bookshop" / "openapi.json"
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    finished = specproof("generate", str(document), "-o", "file/suite", "--json", cwd=tmp_path)
    assert finished.returncode == 3, finished.stderr
    problem = json.loads(finished.stderr)
    assert (problem["code"], bool(problem["hint"])) == ("storage.failed", True)


def test_a_database_that_is_away_exits_with_3_and_a_hint(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nowhere"
    finished = specproof("events", "list", "--json", cwd=tmp_path, SPECPROOF_DATABASE__URL=url)
    assert finished.returncode == 3, finished.stderr
    problem = json.loads(finished.stderr)
    assert (problem["code"], bool(problem["hint"])) == ("database.unavailable", True)


def test_keys_are_shown_once_listed_and_revoked(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/keys.db"
    assert specproof("db", "upgrade", cwd=tmp_path, SPECPROOF_DATABASE__URL=database).returncode == 0
    created = json.loads(
        specproof("keys", "create", "ci", "--scope", "run", "--json", cwd=tmp_path, SPECPROOF_DATABASE__URL=database).stdout
    )
    assert created["key"].startswith(f"sp_{created['key_id']}_")
    assert specproof("keys", "revoke", created["key_id"], cwd=tmp_path, SPECPROOF_DATABASE__URL=database).returncode == 0
    listed = specproof("keys", "list", "--json", cwd=tmp_path, SPECPROOF_DATABASE__URL=database).stdout
    assert [(key["name"], key["revoked"]) for key in json.loads(listed)["keys"]] == [("ci", True)]
    assert created["key"] not in listed
    assert specproof("keys", "revoke", "nope", cwd=tmp_path, SPECPROOF_DATABASE__URL=database).returncode == 2


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/doctor.db"
    projects = json.dumps({"shop": {"spec_file": str(tmp_path / "missing.json")}})
    finished = specproof("doctor", "--json", cwd=tmp_path, SPECPROOF_DATABASE__URL=database, SPECPROOF_PROJECTS=projects)
    verdicts = {check["name"]: check["verdict"] for check in json.loads(finished.stdout)["checks"]}
    assert (finished.returncode, verdicts["shop: document"], verdicts["database"]) == (3, "fail", "ok")


def test_text_of_a_document_commands_no_terminal() -> None:
    out = io.StringIO()
    Output(as_json=False, out=out).result({}, ["red \u009b31m \x1b[2J \u202e turned \u2028 end", "two\nlines"])
    assert out.getvalue() == "red \\u009b31m \\u001b[2J \\u202e turned \\u2028 end\ntwo\nlines\n"


def test_a_hand_made_syntax_error_fails_validation(tmp_path: Path) -> None:
    document = Path(__file__).parents[2] / "golden" / "documents" / "calculator.json"
    made = specproof("generate", str(document), "-o", "suite", cwd=tmp_path)
    assert made.returncode == 0
    assert "static quality  A (" in made.stdout
    assert specproof("validate", "suite", cwd=tmp_path).stdout.startswith("static quality A (")
    module = next((tmp_path / "suite").glob("tests_*/test_*.py"))
    module.write_text("def broken(:\n", encoding="utf-8")
    finished = specproof("validate", "suite", "--json", cwd=tmp_path)
    assert finished.returncode == 4
    assert "suite.syntax" in {finding["code"] for finding in json.loads(finished.stdout)["findings"]}


def test_an_api_that_is_down_is_no_failed_test(tmp_path: Path) -> None:
    document = Path(__file__).parents[2] / "golden" / "documents" / "calculator.json"
    assert specproof("generate", str(document), "-o", "suite", cwd=tmp_path).returncode == 0
    finished = specproof("run", "suite", "--url", "http://127.0.0.1:9", "--json", cwd=tmp_path)
    assert (finished.returncode, json.loads(finished.stdout)["status"]) == (3, "broken")


@pytest.mark.parametrize(
    ("options", "variables"),
    [(("--as-documented", "--risky"), {}), ((), {"SPECPROOF_AS_DOCUMENTED": "1", "SPECPROOF_RISKY": "1"})],
    ids=["options", "variables"],
)
def test_the_document_alone_and_risks_can_be_asked_for_by_option_and_variable(
    tmp_path: Path, options: tuple[str, ...], variables: dict[str, str]
) -> None:
    (tmp_path / "conftest.py").touch()
    (tmp_path / "baseline.json").write_text("{", encoding="utf-8")
    asked = '[os.environ.get(f"SPECPROOF_{name}") for name in ("AS_DOCUMENTED", "RISKY")]'
    (tmp_path / "test_asked.py").write_text(f"import os\ndef test_asked():\n    assert {asked} == ['1', '1']\n", encoding="utf-8")
    finished = specproof("run", ".", "--url", "http://127.0.0.1:1", *options, cwd=tmp_path, **variables)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("variable", ["", "harsh"])
def test_a_strictness_that_is_none_exits_with_2_and_lists_the_profiles(tmp_path: Path, variable: str) -> None:
    (tmp_path / "conftest.py").touch()
    options = () if variable else ("--strictness", "harsh")
    environ = {"SPECPROOF_STRICTNESS": variable} if variable else {}
    finished = specproof("run", ".", "--url", "http://127.0.0.1:1", *options, cwd=tmp_path, **environ)
    assert finished.returncode == 2
    assert "lenient, standard, strict" in " ".join(finished.stderr.split())


@pytest.mark.parametrize(
    ("name", "content", "options", "says"),
    [
        ("specproof.toml", "[operation]", (), "Did you mean operations?"),
        ("baseline.json", "{", (), "is no baseline"),
        ("other.json", "[]", ("--baseline", "other.json"), "is no baseline"),
        ("other.json", "[]", ("--write-baseline", "other.json"), "is no baseline"),
        ("other.json", "[]", ("--write-baseline", "schemas"), "schemas is a folder"),
        ("other.json", "[]", ("--write-baseline", "nowhere/new.json"), "lies in no folder that exists"),
        ("specproof.toml", None, (), "is no TOML that can be read: Is a directory"),
    ],
)
def test_a_file_beside_the_suite_that_is_not_understood_exits_with_2(
    tmp_path: Path, name: str, content: str | None, options: tuple[str, ...], says: str
) -> None:
    (tmp_path / "conftest.py").touch()
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "contracts.json").write_text("{}", encoding="utf-8")
    if content is None:
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text(content, encoding="utf-8")
    finished = specproof("run", ".", "--url", "http://127.0.0.1:1", *options, cwd=tmp_path)
    assert finished.returncode == 2
    assert says in " ".join(finished.stderr.split())
    assert "Errno" not in finished.stderr
    assert "/docs for the shape" not in finished.stderr
