"""A code inside of a 2xx: what fails, what counts as a refusal, and when nothing is said at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specproof.checks.contracts import BusinessCode, Contracts, Expectation
from specproof.checks.expectation import CHECKS, expect
from specproof.checks.outcome import CheckFailure
from specproof.checks.records import Answer
from unit.checks.checkfakes import SECRET, answer_of, api_of, remarks, response

Skipped = pytest.skip.Exception
REFUSALS = ("rejected", "unauthenticated", "unknown_id", "deleted")
INSIDE = {"code": 40001, "msg": "\u53c2\u6570\u9519\u8bef", "data": None}


def coded(
    body: Any, *, status: int = 200, pointer: str = "/code", success: tuple[object, ...] = (0,), method: str = "GET", **named: Any
) -> Answer:
    """An answer of an operation that has a business code."""
    operation = f"{method} /things"
    contracts = Contracts({operation: {"200": Expectation("200", {})}}, {}, {operation: BusinessCode(pointer, success)})
    return api_of(lambda _: response(status, body, **named), contracts=contracts).send(method, "/things")


def failure_of(check: Callable[[], object]) -> CheckFailure:
    with pytest.raises(CheckFailure) as caught:
        check()
    return caught.value


def test_a_code_that_is_no_success_fails_with_code_and_message() -> None:
    failure = failure_of(lambda: expect(coded(INSIDE)).business_code())
    assert failure.check == "business_code"
    assert failure.expected == "`code` to be 0, which means success"
    assert failure.actual == '200 with code 40001 "\u53c2\u6570\u9519\u8bef"'


def test_a_long_message_is_cut_and_holds_no_secret() -> None:
    failure = failure_of(lambda: expect(coded({"code": 1, "message": f"bad token {SECRET} " + "x" * 500})).business_code())
    assert SECRET not in failure.actual
    assert len(failure.actual) < 150


@pytest.mark.parametrize(
    ("body", "success"),
    [
        ({"code": 0}, (0,)),
        ({"code": "0"}, (0,)),
        ({"code": 200}, (0, 200)),
        ({"code": 0.0}, (0,)),
        ({"code": "SUCCESS"}, ("SUCCESS",)),
        ({"msg": "no code at all"}, (0,)),
        ({"code": None}, (0,)),
        ({"code": {"nested": 1}}, (0,)),
        ({"code": True}, (0,)),
        ([1, 2], (0,)),
    ],
)
def test_success_and_what_is_no_code_say_nothing(body: Any, success: tuple[object, ...]) -> None:
    answer = coded(body, success=success)
    expect(answer).business_code()
    assert answer.is_accepted


def test_a_text_of_a_number_is_not_every_text() -> None:
    assert not coded({"code": "00000"}).is_accepted
    assert not coded({"code": False, "data": {"code": 7}}, pointer="/data/code").is_accepted


def test_nothing_is_judged_outside_of_json_of_a_2xx_or_without_a_rule() -> None:
    assert coded(INSIDE, status=302).is_accepted
    assert coded(None, content=b'{"code": 9}', content_type="text/plain").is_accepted
    plain = answer_of(200, INSIDE)
    expect(plain).business_code()
    assert plain.is_accepted


@pytest.mark.parametrize("check", REFUSALS)
def test_a_refusal_inside_of_a_200_is_a_refusal(check: str) -> None:
    answer = coded(INSIDE)
    CHECKS[check](answer)
    assert remarks(answer) == []


@pytest.mark.parametrize("check", REFUSALS)
def test_a_success_is_no_refusal_and_the_failure_names_both_ways(check: str) -> None:
    failure = failure_of(lambda: CHECKS[check](coded({"code": 0, "data": {"id": 1}})))
    assert failure.check == check
    assert "or a `code` other than 0" in failure.expected


def test_a_refusal_that_was_asked_for_by_status_may_come_inside() -> None:
    expect(coded(INSIDE)).status_expected(400, 409, 422)
    failure_of(lambda: expect(coded({"code": 0})).status_expected(400, 409, 422))


@pytest.mark.parametrize(("check", "code"), [("rejected", 401), ("rejected", "429"), ("unknown_id", 403), ("deleted", 401)])
def test_a_refusal_for_another_reason_proves_nothing(check: str, code: object) -> None:
    with pytest.raises(Skipped, match="inconclusive"):
        CHECKS[check](coded({"code": code, "msg": "no"}))


@pytest.mark.parametrize("code", [403, 409, "429"])
def test_a_positive_refused_for_state_or_quota_is_inconclusive(code: object) -> None:
    with pytest.raises(Skipped, match="quota"):
        expect(coded({"code": code, "msg": "no"})).business_code()


def test_success_with_nothing_in_it_says_that_there_is_no_such_record() -> None:
    empty = coded({"code": 0, "data": None})
    expect(empty).unknown_id()
    assert remarks(empty)
    expect(coded({"code": 0, "data": None})).deleted()
    failure_of(lambda: expect(coded({"code": 0})).deleted())


def test_what_needs_a_success_goes_no_further() -> None:
    with pytest.raises(Skipped, match="cannot be prepared"):
        coded(INSIDE).or_skip()
    with pytest.raises(Skipped, match="control request was refused"):
        expect(coded(INSIDE)).control()
    with pytest.raises(Skipped, match="refused"):
        expect(coded(INSIDE)).read_back({"a": 1}, at="/data")
    assert not coded({**INSIDE, "data": {"id": 3}}).find("/data/id")


def test_a_server_error_stays_one() -> None:
    assert failure_of(lambda: expect(coded(INSIDE, status=500)).rejected()).check == "no_server_error"


def test_a_suite_on_disk_brings_its_codes(tmp_path: Any) -> None:
    entry = {"media_types": {}, "headers": {}, "required_headers": []}
    text = '{"GET /a": {"200": %s, "business_code": {"pointer": "/code", "success": [0, "00000"]}}, "GET /b": {"200": %s}}'
    shown = str(entry).replace("'", '"')
    (tmp_path / "contracts.json").write_text(text % (shown, shown), encoding="utf-8")
    (tmp_path / "definitions.json").write_text("{}", encoding="utf-8")
    contracts = Contracts.load(tmp_path)
    assert contracts.business_code("GET /a") == BusinessCode("/code", (0, "00000"))
    assert contracts.business_code("GET /b") is None
    assert not contracts.documents("GET /a", "business_code")
