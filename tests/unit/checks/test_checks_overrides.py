"""``specproof.toml``: what is understood, what is refused, and what becomes of a failed check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specproof.checks.contracts import Expectation
from specproof.checks.expectation import CHECKS, expect
from specproof.checks.judgement import Judgement
from specproof.checks.outcome import CheckFailure
from specproof.checks.overrides import Override, Overrides, OverridesError, load_overrides
from specproof.checks.records import Answer
from specproof.checks.strictness import Strictness
from unit.checks.checkfakes import answer_of, remarks

OPERATIONS = {"DELETE /things/{id}", "GET /things"}
WHOLE = """
[operations."DELETE /things/{id}"]
expected = [200, 204]
severity.status_documented = "remark"
severity.rejected = "fail"
reason = "the gateway answers 200 until March"
"""
NO_CONTENT = {"204": Expectation("204", {})}


def overridden(answer: Answer, override: Override, strictness: Strictness = Strictness.STANDARD) -> Answer:
    judgement = Judgement(strictness, overrides={answer.operation: override})
    return replace(answer, case=replace(answer.case, judgement=judgement))


def file(folder: Path, text: str) -> Path:
    path = folder / "specproof.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_override_says_what_is_accepted_and_why(tmp_path: Path) -> None:
    found = load_overrides(file(tmp_path, WHOLE), OPERATIONS)
    expected = Override("the gateway answers 200 until March", (200, 204), {"status_documented": "remark", "rejected": "fail"})
    assert found.operations == {"DELETE /things/{id}": expected}
    assert load_overrides(file(tmp_path, ""), OPERATIONS) == Overrides()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[operations", "is no TOML that can be read"),
        ("[operation]", "`operation` is not known here. Did you mean operations?"),
        ("operations = 1", "`operations` must hold tables"),
        ('operations."GET /things" = 1', "must be a table with expected, severity, reason"),
        ('[operations."DELETE /thing/{id}"]', "the suite has no such operation. Did you mean DELETE /things/{id}?"),
        ('[operations."x"]', "There are: DELETE /things/{id}, GET /things."),
        ('[operations."GET /things"]\nexpected = [200]', "`reason` is missing"),
        ('[operations."GET /things"]\nexpected = [200]\nreason = " "', "`reason` is missing"),
        ('[operations."GET /things"]\nreasons = "x"', "`reasons` is not known here. Did you mean reason?"),
        ('[operations."GET /things"]\nreason = "x"', "nothing is overridden"),
        ('[operations."GET /things"]\nreason = "x"\nexpected = 200', "`expected` must be a list of statuses from 200 to 499"),
        ('[operations."GET /things"]\nreason = "x"\nexpected = [500]', "`expected` must be a list of statuses from 200 to 499"),
        ('[operations."GET /things"]\nreason = "x"\nexpected = [true]', "`expected` must be a list of statuses from 200 to 499"),
        ('[operations."GET /things"]\nreason = "x"\nseverity = "fail"', "`severity` names a check"),
        ('[operations."GET /things"]\nreason = "x"\nseverity.status_documentd = "fail"', "Did you mean status_documented?"),
        ('[operations."GET /things"]\nreason = "x"\nseverity.rejected = "off"', 'severity.rejected must be "remark" or "fail"'),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(OverridesError) as caught:
        load_overrides(path, OPERATIONS)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))


CASE = "GET /things :: limit_zero"
NAMES = {
    CASE: (CASE,),
    "test_things::test_list_things__bounds__hold[limit_zero]": (CASE,),
    "GET /things :: limit_one": ("GET /things :: limit_one",),
    "test_things::test_list_things__bounds__hold[limit_one]": ("GET /things :: limit_one",),
    "test_things::test_list_things__bounds__hold": (CASE, "GET /things :: limit_one"),
}
REMARK = 'severity.rejected = "remark"\nreason = "until March"\n'


@pytest.mark.parametrize(
    "name",
    [
        CASE,
        "tests_shop/test_things.py::test_list_things__bounds__hold[limit_zero]",
        "my/suite/tests_shop/test_things.py::test_list_things__bounds__hold[limit_zero]",
        "tests_shop\\\\test_things.py::test_list_things__bounds__hold[limit_zero]",
    ],
)
def test_a_case_is_named_by_its_id_or_by_its_node_as_any_report_prints_it(tmp_path: Path, name: str) -> None:
    found = load_overrides(file(tmp_path, f'[cases."{name}"]\n{REMARK}'), OPERATIONS, NAMES)
    assert found == Overrides(cases={CASE: Override("until March", severity={"rejected": "remark"})})


def test_the_node_of_a_table_names_all_of_its_rows(tmp_path: Path) -> None:
    text = f'[cases."tests_shop/test_things.py::test_list_things__bounds__hold"]\n{REMARK}'
    assert set(load_overrides(file(tmp_path, text), OPERATIONS, NAMES).cases) == {CASE, "GET /things :: limit_one"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cases = 1", "`cases` must hold tables"),
        ('[cases."GET /things :: limit_zeros"]', f"the suite has no such case. Did you mean {CASE}?"),
        ('[cases."x.py::y"]', "the suite has no such case. There are: test_things::test_list_things__bounds__hold, "),
        (f'[cases."{CASE}"]\nseverity.rejected = "remark"', "`reason` is missing"),
        (
            f'[cases."{CASE}"]\n{REMARK}[cases."a/test_things.py::test_list_things__bounds__hold"]\n{REMARK}',
            "is about the same case",
        ),
    ],
)
def test_a_case_that_cannot_be_understood_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(OverridesError) as caught:
        load_overrides(path, OPERATIONS, NAMES)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_what_is_accepted_of_one_case_fails_in_another_and_wins_over_its_operation() -> None:
    judgement = Judgement(
        overrides={"GET /things": Override("we mean it", severity={"rejected": "fail"})},
        case_overrides={CASE: Override("until March", (201,), severity={"rejected": "remark"})},
    )
    answer = answer_of(200, {"id": 1})

    def in_case(case: str, judged: Answer = answer) -> Answer:
        return replace(judged, case=replace(judged.case, id=case, judgement=judgement.of_case(case, "GET /things")))

    expect(in_case(CASE)).rejected()
    with pytest.raises(CheckFailure):
        expect(in_case("GET /things :: limit_one")).rejected()
    expect(in_case(CASE, answer_of(201))).status_expected(200)
    with pytest.raises(CheckFailure):
        expect(in_case(CASE, answer_of(201, method="POST"))).status_expected(200)


def test_an_accepted_status_is_a_remark_with_its_reason_and_so_is_the_body_that_comes_with_it() -> None:
    answer = answer_of(200, {"done": True}, method="DELETE", responses=NO_CONTENT)
    with pytest.raises(CheckFailure):
        expect(answer).status_expected(204)
    accepted = overridden(answer, Override("until March", (200,)))
    expect(accepted).no_server_error().status_expected(204).status_documented().media_type().body_schema().body_empty()
    assert all(str(text).startswith("DELETE /things: overridden (until March): expected ") for text in remarks(accepted))
    assert len(remarks(accepted)) == 3


def test_a_body_where_the_document_has_none_fails_though_another_status_is_accepted() -> None:
    answer = answer_of(204, content=b"surprise", method="DELETE", responses=NO_CONTENT)
    with pytest.raises(CheckFailure):
        expect(overridden(answer, Override("until March", (200, 204)))).body_empty()


@pytest.mark.parametrize(
    ("check", "arguments"), [("rejected", ()), ("unauthenticated", ()), ("unknown_id", ()), ("status_expected", (404,))]
)
def test_who_expects_a_refusal_accepts_no_success(check: str, arguments: tuple[Any, ...]) -> None:
    answer = overridden(answer_of(200, {"id": 1}), Override("until March", (200,)))
    with pytest.raises(CheckFailure):
        CHECKS[check](answer, *arguments)


def test_another_operation_is_judged_as_usual() -> None:
    answer = answer_of(200, {"id": 1})
    judgement = Judgement(overrides={"GET /others": Override("x", (200,), {"rejected": "remark"})})
    with pytest.raises(CheckFailure):
        expect(replace(answer, case=replace(answer.case, judgement=judgement))).rejected()


@pytest.mark.parametrize(
    ("overrides", "is_failure"),
    [
        ({"PUT /things": "remark"}, False),
        ({"GET /things": "remark"}, False),
        ({"PUT /things": "fail", "GET /things": "remark"}, True),
        ({"POST /things": "remark"}, True),
    ],
)
def test_a_severity_is_said_of_the_case_or_of_the_answer_that_it_judges(overrides: dict[str, str], is_failure: bool) -> None:
    """The case is about a PUT; a GET looks afterwards."""
    judgement = Judgement(overrides={name: Override("x", severity={"unchanged": word}) for name, word in overrides.items()})
    answer = answer_of(200, {"a": 2})
    looking = replace(answer, case=replace(answer.case, operation="PUT /things", judgement=judgement))
    if is_failure:
        with pytest.raises(CheckFailure):
            expect(looking).unchanged({"a": 1})
    else:
        expect(looking).unchanged({"a": 1})
        assert str(remarks(looking)[0]).startswith("GET /things: overridden (x): ")


def test_a_severity_counts_however_strict() -> None:
    accepted = overridden(answer_of(200), Override("until March", severity={"rejected": "remark"}), Strictness.STRICT)
    expect(accepted).rejected()
    assert [str(text).startswith("GET /things: overridden (until March): expected a 4xx") for text in remarks(accepted)] == [True]
    strict = Override("we mean it", severity={"rejected": "fail", "unauthenticated": "fail"})
    for severity in ("major", "minor"):
        with pytest.raises(CheckFailure):
            expect(overridden(answer_of(200, severity=severity), strict, Strictness.LENIENT)).rejected()
    with pytest.raises(CheckFailure):
        expect(overridden(answer_of(403), strict)).unauthenticated()
