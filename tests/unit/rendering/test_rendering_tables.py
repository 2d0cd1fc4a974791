"""Tables: cases that differ in one argument are rows of one test, which people read and extend."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from difflib import ndiff

import pytest

from planbuilders import ALNUM, BEARER, CREATE_READER, READER_BODY, case, create_reader, library_plan, make_reader, parameter
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import (
    BodyPlan,
    Case,
    Check,
    CredentialUse,
    Edit,
    EditKind,
    Family,
    Fresh,
    FromStep,
    PlanValue,
    Rationale,
    RequestPlan,
    Step,
)
from specproof.domain.suites import RenderedSuite
from specproof.formatting.ruff_formatter import format_files
from specproof.generators.rendering.suite import TemplateSet, render_suite
from specproof.openapi.text import UntrustedText

TEMPLATES = TemplateSet()
REJECTED = (Check(CheckId.REJECTED),)


def row(
    condition: str, request: RequestPlan, *before: Step, family: Family = Family.VALIDATION, checks: tuple[Check, ...] = REJECTED
) -> Case:
    reason = Rationale("maxLength", "#/components/schemas/NewReader/maxLength", UntrustedText(f"{condition} breaks a rule"))
    step = Step("refused", f"Send {condition.replace('_', ' ')}", request, checks)
    made = case(condition, family, CREATE_READER, *before, step, rationale=reason)
    return replace(made, name=f"test_create_reader__{condition}__is_rejected")


def sets(pointer: str, value: PlanValue) -> RequestPlan:
    return create_reader(Edit(EditKind.SET, pointer, value))


def suite_of(*cases: Case) -> RenderedSuite:
    return render_suite(library_plan(cases=list(cases)), templates=TEMPLATES)


def code_of(*cases: Case) -> str:
    return next(file.content for file in suite_of(*cases).files if file.path.startswith("tests_library/test_"))


def functions(code: str) -> dict[str, ast.FunctionDef]:
    return {
        node.name: node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    }


def test_cases_that_differ_in_one_edit_are_rows_of_one_test() -> None:
    cases = [
        row("name_missing", create_reader(Edit(EditKind.REMOVE, "/name"))),
        row("name_too_long", sets("/name", "x" * 41)),
        row("age_negative", sets("/age", -1)),
    ]
    code = code_of(*cases)
    assert list(functions(code)) == ["test_create_reader__body_edited__is_rejected"]
    assert "import pytest\n" in code
    assert 'pytest.param(Remove("/name"), id="name_missing")' in code
    assert 'pytest.param(Change("/name", "x" * 41), id="name_too_long")' in code
    assert "# age negative: #/components/schemas/NewReader/maxLength\n" in code
    assert "(api: Api, edit: Edit) -> None:" in code
    assert "edited(new_reader(), edit)" in code


def test_every_row_is_a_case_in_the_lock_file_and_the_case_files() -> None:
    suite = suite_of(row("name_empty", sets("/name", "")), row("age_negative", sets("/age", -1)))
    node = "test_create_reader__body_edited__is_rejected[age_negative]"
    lock = json.loads(suite.file("specproof.lock.json").content)
    assert lock["cases"]["POST /readers :: age_negative"] == f"tests_library/test_readers_validation.py::{node}"
    entries = json.loads(suite.file("cases/test_readers_validation.json").content)
    assert entries[node]["id"] == "POST /readers :: age_negative"
    assert len(entries) == 2


def test_a_case_that_is_alone_of_its_kind_stays_a_test_of_its_own() -> None:
    code = code_of(
        row("name_empty", sets("/name", "")),
        row("limit_zero", RequestPlan(CREATE_READER, query=(parameter("limit", 0, "form", explode=True),), security=(BEARER,))),
        row("no_json", RequestPlan(CREATE_READER, body=BodyPlan("application/json", raw="{"), security=(BEARER,))),
    )
    assert sorted(functions(code)) == [
        f"test_create_reader__{one}__is_rejected" for one in ("limit_zero", "name_empty", "no_json")
    ]
    assert "pytest" not in code
    assert "Edit" not in code


def test_other_checks_or_other_steps_make_another_table() -> None:
    strict = (*REJECTED, Check(CheckId.BODY_SCHEMA))
    code = code_of(
        row("a", sets("/age", 1)),
        row("b", sets("/age", 2)),
        row("c", sets("/age", 3), checks=strict),
        row("d", sets("/age", 4), checks=strict),
        row("e", sets("/age", 5), make_reader()),
    )
    assert list(functions(code)) == [
        "test_create_reader__body_edited__is_rejected",
        "test_create_reader__body_edited_c__is_rejected",
        "test_create_reader__e__is_rejected",
    ]


def test_queries_headers_and_credentials_have_tables_too() -> None:
    def query(value: int) -> RequestPlan:
        return RequestPlan(CREATE_READER, query=(parameter("limit", value, "form", explode=True),), security=(BEARER,))

    code = code_of(row("zero", query(0)), row("minus", query(-1)))
    assert 'pytest.param({"limit": 0}, id="zero")' in code
    assert "(api: Api, query: Parameters) -> None:" in code

    def header(value: str) -> RequestPlan:
        return RequestPlan(CREATE_READER, headers=(parameter("X-Trace", value),), security=(BEARER,))

    assert 'pytest.param({"X-Trace": "b"}, id="other")' in code_of(row("one", header("a")), row("other", header("b")))
    uses = (CredentialUse.WRONG, CredentialUse.NONE)
    code = code_of(*(row(use.value, create_reader(credential=use), family=Family.AUTH) for use in uses))
    assert 'pytest.param(wrong("LIBRARYTOKEN"), id="wrong")' in code
    assert 'pytest.param(None, id="none")' in code


def test_what_comes_out_of_an_answer_stands_in_a_test_of_its_own() -> None:
    friends = [
        row(name, sets("/friend", FromStep("reader", pointer)), make_reader()) for name, pointer in (("a", "/id"), ("b", "/name"))
    ]
    assert len(functions(code_of(*friends))) == 2


def test_new_strings_of_rows_are_drawn_while_the_test_runs() -> None:
    long = Fresh(("x" * 30, (ALNUM, 8)), "x" * 38)
    code = code_of(row("a", sets("/name", long)), row("b", sets("/name", "")))
    assert 'Change("/name", Fresh("x" * 30, (ALNUM, 8)))' in code


def test_controls_and_stories_are_never_rows() -> None:
    for family in (Family.FUNCTIONAL, Family.CRUD):
        cases = [row(name, sets("/age", age), family=family) for name, age in (("a", 1), ("b", 2))]
        assert len(functions(code_of(*cases))) == 2


def test_a_step_called_like_the_variable_keeps_its_cases_out_of_tables() -> None:
    step = Step("edit", "Prepare: create the reader", create_reader(), (), is_setup=True)
    assert len(functions(code_of(*(row(name, sets("/age", age), step) for name, age in (("a", 1), ("b", 2)))))) == 2


def test_several_edits_stand_side_by_side() -> None:
    removals = [Edit(EditKind.REMOVE, "/age"), Edit(EditKind.REMOVE, "/tags")]
    assert 'removed(new_reader(), "/age", "/tags")' in code_of(row("little", create_reader(*removals)))
    new = Edit(EditKind.SET, "/name", Fresh(("x-", (ALNUM, 8)), "x-a1b2c3d4"))
    code = code_of(row("other", create_reader(*removals[:1], new)))
    assert 'edited(new_reader(), Remove("/age"), Change("/name", Fresh("x-", (ALNUM, 8))))' in code


@pytest.mark.parametrize("place", [0, 1, 3])
def test_one_more_property_changes_only_its_own_lines(place: int) -> None:
    fields = ["age", "name", "tags"]

    def files(names: list[str]) -> dict[str, str]:
        body: PlanValue = (
            {**READER_BODY, **{name: 1 for name in names if name not in fields}} if isinstance(READER_BODY, dict) else {}
        )
        cases = []
        for name in names:
            for kind, value in (("null", None), ("wrong_type", {})):
                plan = BodyPlan("application/json", body, "new_reader", (Edit(EditKind.SET, f"/{name}", value),))
                cases.append(row(f"{name}_{kind}", RequestPlan(CREATE_READER, body=plan, security=(BEARER,))))
        formatted = format_files(suite_of(*cases).files)
        return {file.path: file.content for file in formatted}

    more = sorted([*fields, "zip" if place == 3 else "aaa" if place == 0 else "motto"])
    before, after = files(fields), files(more)
    new = (set(more) - set(fields)).pop()
    module = "tests_library/test_readers_validation.py"
    lines = [line for line in ndiff(before[module].splitlines(), after[module].splitlines()) if line[0] in "+-"]
    assert lines
    assert all(line.startswith("+") and new in line for line in lines), lines
    assert {path for path in after if before.get(path) != after[path]} == {
        module,
        "README.md",
        "cases/test_readers_validation.json",
        "specproof.lock.json",
    }


def test_a_new_number_is_drawn_in_the_test_itself() -> None:
    number = Fresh(("1", ("0123456789", 9)), "1000000007", is_number=True)
    code = code_of(*(row(name, sets("/age", number)) for name in ("a", "b")))
    assert 'changed(new_reader(), "/age", fresh_number("1", (DIGITS, 9)))' in code
    assert len(functions(code)) == 2
