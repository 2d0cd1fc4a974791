"""``specproof diff``: its exit codes, and its three ways to say what changed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from specproof.cli.diff_command import DiffFormat, DiffOptions, diff
from specproof.cli.diff_reports import diff_document, diff_lines, diff_markdown
from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output
from specproof.errors import RequestError, SpecUnreadableError
from specproof.openapi.diff.changes import SpecDifference
from specproof.openapi.diff.spec_diff import diff_specs
from specproof.openapi.parser import parse_spec

FIXTURES = Path(__file__).parents[2] / "fixtures" / "openapi"
BEFORE, AFTER = str(FIXTURES / "books_before.json"), str(FIXTURES / "books_after.json")


class Terminal(io.StringIO):
    """Text that says it is shown to a person."""

    def isatty(self) -> bool:
        return True


async def run(
    before: str, after: str, form: str = "human", *, fails: bool = False, out: io.StringIO | None = None
) -> tuple[int, str]:
    written = out or io.StringIO()
    output = Output(as_json=form == "json", out=written, err=io.StringIO())
    code = await diff(DiffOptions(before, after, DiffFormat(form), fails), output)
    return code, written.getvalue()


def difference(old: dict[str, Any], new: dict[str, Any]) -> SpecDifference:
    return diff_specs(*(parse_spec(json.dumps({"openapi": "3.1.0", **paths}).encode()) for paths in (old, new)))


def operation(path: str = "/a", **described: Any) -> dict[str, Any]:
    return {"paths": {path: {"get": {"responses": {"200": {}}, **described}}}}


async def test_people_read_the_summary_first_and_what_breaks_before_the_rest() -> None:
    code, text = await run(BEFORE, AFTER)
    lines = text.splitlines()
    assert code == ExitCode.DONE
    assert lines[0] == "8 breaking, 1 warning, 5 info"
    assert lines[2] == "DELETE /books/{bookId}"
    assert lines[3] == "  breaking operation removed  [operation.removed]"
    assert "GET /books" in lines[-2]
    assert "\x1b" not in text


async def test_a_terminal_gets_colours_unless_it_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    _, text = await run(BEFORE, AFTER, out=Terminal())
    assert "\x1b[31m  breaking operation removed" in text
    monkeypatch.setenv("NO_COLOR", "1")
    _, text = await run(BEFORE, AFTER, out=Terminal())
    assert "\x1b" not in text


async def test_breaking_changes_fail_only_where_that_was_asked_for() -> None:
    assert (await run(BEFORE, AFTER, fails=True))[0] == 1
    assert (await run(BEFORE, AFTER))[0] == 0
    assert await run(BEFORE, BEFORE, fails=True) == (0, "no difference\n")


async def test_json_is_complete() -> None:
    _, text = await run(BEFORE, AFTER, "json")
    report = json.loads(text)
    assert report["summary"] == {"breaking": 8, "warning": 1, "info": 5}
    assert (report["added"], report["removed"]) == (["GET /books"], ["DELETE /books/{bookId}"])
    changes = [change for entry in report["operations"] for change in entry["changes"]]
    assert len(changes) == 14
    narrowed = next(change for change in changes if change["rule"] == "request.value.max_length_lowered")
    assert narrowed == {
        "rule": "request.value.max_length_lowered",
        "severity": "breaking",
        "direction": "request",
        "pointer_before": "#/components/schemas/NewBook/properties/title/maxLength",
        "pointer_after": "#/components/schemas/NewBook/properties/title/maxLength",
        "subject": 'request property "title"',
        "sentence": 'request property "title": maxLength 120 -> 80',
    }


async def test_a_document_from_stdin_and_none_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    document = b'{"openapi": "3.1.0", "paths": {}}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(document)))
    assert (await run(BEFORE, "-", fails=True))[0] == 1
    with pytest.raises(RequestError, match="only one"):
        await run("-", "-")


async def test_a_document_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpecUnreadableError):
        await run(BEFORE, str(tmp_path / "nowhere.json"))
    (tmp_path / "odd.json").write_text("{", encoding="utf-8")
    with pytest.raises(SpecUnreadableError):
        await run(str(tmp_path / "odd.json"), AFTER)


def test_markdown_shows_foreign_text_letter_by_letter() -> None:
    hostile = "a|b`c`<i>&lt;\n# @team [x](https://e.example) **b**"
    query = {"name": hostile, "in": "query", "required": True, "schema": {"type": "string"}}
    lines = diff_markdown(difference(operation(), operation(parameters=[query])))
    row = next(line for line in lines if "parameter" in line and line.startswith("|") and "severity" not in line)
    assert row.count("|") == 4
    assert not set("<>@[*") & set(row.replace("**breaking**", "").replace("`parameter.added_required`", ""))
    assert "https://" not in row
    assert "&amp;lt;" in row
    assert lines[0] == "**1 breaking, 0 warnings, 0 info**"


def test_markdown_of_very_many_changes_stays_a_comment() -> None:
    many = {"paths": {f"/{number}": {"get": {"responses": {"200": {}}}} for number in range(900)}}
    lines = diff_markdown(difference({"paths": {}}, many))
    assert sum(line.startswith("| info") for line in lines) == 300
    assert len("\n".join(lines).encode()) < 65_536
    assert "--format json" in lines[-1]


def test_reports_of_no_difference() -> None:
    assert diff_lines(SpecDifference()) == [("", "no difference")]
    assert diff_markdown(SpecDifference()) == ["**No difference.**"]
    assert diff_document(SpecDifference())["operations"] == []


def test_what_concerns_the_whole_document_comes_last() -> None:
    servers = {"servers": [{"url": "https://a.example/v2"}]}
    report = [text for _, text in diff_lines(difference(operation(), {**operation("/b"), **servers}))]
    assert report[-2:] == ["the document", "  info     server https://a.example/v2 added  [servers.added]"]
