"""Which strictness fails what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specproof.checks.contracts import Expectation
from specproof.checks.expectation import CHECKS, expect
from specproof.checks.judgement import Judgement
from specproof.checks.outcome import CheckFailure
from specproof.checks.records import Answer
from specproof.checks.strictness import FAILS_FROM, Strictness, fails, strictness_named
from unit.checks.checkfakes import answer_of, remarks

BOOLEAN = {"200": Expectation("200", {"application/json": {"type": "boolean"}})}


def judged(strictness: Strictness, *arguments: Any, **named: Any) -> Answer:
    answer = answer_of(*arguments, **named)
    return replace(answer, case=replace(answer.case, judgement=Judgement(strictness)))


def failure_of(answer: Answer, check: str) -> CheckFailure | None:
    try:
        CHECKS[check](answer)
    except CheckFailure as failure:
        return failure
    return None


def test_every_check_that_can_fail_has_its_row() -> None:
    assert set(FAILS_FROM) == set(CHECKS) - {"control", "refused"}


@pytest.mark.parametrize("check", FAILS_FROM)
def test_a_stricter_run_fails_no_less(check: str) -> None:
    verdicts = [fails(check, strictness, is_minor=is_minor) for is_minor in (True, False) for strictness in Strictness]
    assert verdicts[:3] == [False, False, True]
    assert verdicts[3:] == sorted(verdicts[3:])
    assert verdicts[4:] == [True, True]


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        ("no_server_error", {"status": 500}),
        ("no_leak", {"status": 400, "body": "Traceback (most recent call last)"}),
        ("unauthenticated", {"status": 200}),
        ("body_schema", {"status": 200, "body": "no", "responses": BOOLEAN}),
    ],
)
def test_what_nobody_argues_about_fails_under_lenient(check: str, answer: dict[str, Any]) -> None:
    failure = failure_of(judged(Strictness.LENIENT, **answer), check)
    assert failure is not None
    assert (failure.check, failure.severity) == (check, "major")


@pytest.mark.parametrize("check", ["rejected", "status_documented", "unknown_id", "deleted", "method_refused"])
def test_what_people_argue_about_is_a_remark_under_lenient(check: str) -> None:
    lenient = judged(Strictness.LENIENT, 200, {"id": 1})
    assert failure_of(lenient, check) is None
    assert [str(text).startswith("GET /things: expected ") for text in remarks(lenient)] == [True]
    assert failure_of(judged(Strictness.STANDARD, 200, {"id": 1}), check) is not None


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        ("status_documented", {"status": 418}),
        ("unauthenticated", {"status": 401}),
        ("unauthenticated", {"status": 403}),
        ("unknown_id", {"status": 200, "method": "DELETE"}),
        ("method_refused", {"status": 405}),
        ("media_type", {"status": 400, "content": b"no", "responses": {"400": Expectation("400", {"application/json": None})}}),
    ],
)
def test_a_remark_fails_under_strict_alone(check: str, answer: dict[str, Any]) -> None:
    usual = judged(Strictness.STANDARD, **answer)
    assert failure_of(usual, check) is None
    assert len(remarks(usual)) == 1
    failure = failure_of(judged(Strictness.STRICT, **answer), check)
    assert failure is not None
    assert f"fails {check} (minor" in str(failure)
    assert ("specproof_weight", "minor") in failure.properties()


def test_a_minor_case_fails_under_strict_alone() -> None:
    assert failure_of(judged(Strictness.STANDARD, 200, severity="minor"), "rejected") is None
    assert failure_of(judged(Strictness.STRICT, 200, severity="minor"), "rejected") is not None


def test_a_case_that_cannot_be_judged_is_skipped_under_strict_too() -> None:
    with pytest.raises(pytest.skip.Exception, match="inconclusive"):
        expect(judged(Strictness.STRICT, 429)).rejected()


@pytest.mark.parametrize(
    ("name", "strictness"), [("", Strictness.STANDARD), (" Strict ", Strictness.STRICT), ("lenient", Strictness.LENIENT)]
)
def test_a_strictness_goes_by_its_name(name: str, strictness: Strictness) -> None:
    assert strictness_named(name) is strictness


def test_a_wrong_name_lists_the_right_ones() -> None:
    with pytest.raises(ValueError, match=r"^'harsh' is no strictness: lenient, standard, strict$"):
        strictness_named("harsh")
