from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from specproof.checks.contracts import Expectation
from specproof.checks.credentials import valid
from specproof.checks.expectation import CHECKS, expect
from specproof.checks.expectation import Expectation as Expected
from specproof.checks.outcome import CaseNotes, CheckFailure
from specproof.checks.records import Answer
from specproof.domain.check_ids import CheckId
from specproof.generators.rendering.rendered_code import CHECK_METHODS
from unit.checks.checkfakes import answer_of, remarks

Skipped = pytest.skip.Exception
LISTED = {"200": Expectation("200", {}), "4XX": Expectation("4XX", {})}
STATUS_CHECKS = ["status_documented", "rejected", "unauthenticated", "unknown_id", "deleted"]


def test_every_check_id_of_the_domain_is_a_check_and_a_method() -> None:
    ids = {check.value for check in CheckId}
    assert set(CHECKS) == ids
    assert set(CHECK_METHODS) == ids
    assert ids <= {name for name in vars(Expected) if not name.startswith("_")}


def test_checks_can_be_chained() -> None:
    expect(answer_of(200, responses=LISTED)).no_server_error().status_expected(200).status_documented().body_empty().control()


def test_the_only_answer_that_the_document_has_is_no_failure() -> None:
    refusals = {"405": Expectation("405", {})}
    with pytest.raises(Skipped, match="lists no success, and this refusal"):
        expect(answer_of(405, responses=refusals)).status_expected(200, 204)
    for listed in ({}, LISTED, {**refusals, "default": Expectation("default", {})}, {"404": Expectation("404", {})}):
        with pytest.raises(CheckFailure):
            expect(answer_of(405, responses=listed)).status_expected(200, 204)


def test_a_refusal_is_a_failure_where_the_control_was_accepted() -> None:
    refusals = {"400": Expectation("400", {}), "404": Expectation("404", {})}

    def refused(status: int, about: str = "GET /things") -> Answer:
        answer = answer_of(status, responses=refusals)
        return replace(answer, case=CaseNotes(operation=about, control="control"))

    with pytest.raises(CheckFailure):
        expect(refused(400)).status_expected(200)
    for answer in (refused(404), refused(400, about="POST /things")):
        with pytest.raises(Skipped, match="lists no success, and this refusal"):
            expect(answer).status_expected(200)


def test_a_documented_401_for_a_credential_that_the_document_does_not_describe_is_inconclusive() -> None:
    listed = {"200": Expectation("200", {}), "401": Expectation("401", {})}
    with pytest.raises(Skipped, match="does not say which credential"):
        expect(answer_of(401, responses=listed)).status_expected(200)
    for responses, sending in ((listed, {"auth": valid("TOKEN")}), ({"200": Expectation("200", {})}, {})):
        with pytest.raises(CheckFailure):
            expect(answer_of(401, responses=responses, sending=sending)).status_expected(200)


@pytest.mark.parametrize("check", STATUS_CHECKS)
def test_a_server_error_fails_every_status_check(check: str) -> None:
    with pytest.raises(CheckFailure) as failure:
        CHECKS[check](answer_of(500, severity="minor"))
    assert failure.value.check == "no_server_error"


def test_unavailable_for_now_is_inconclusive() -> None:
    with pytest.raises(Skipped, match="not available now"):
        expect(answer_of(503, retry_after="5")).no_server_error()


@pytest.mark.parametrize("status", [402, 403, 409, 412, 423, 429])
def test_a_positive_refused_for_state_or_quota_is_inconclusive(status: int) -> None:
    with pytest.raises(Skipped):
        expect(answer_of(status)).status_expected(200, 201)


@pytest.mark.parametrize("status", [200, 204, 302, 400, 404, 422])
def test_another_status_than_expected_fails(status: int) -> None:
    with pytest.raises(CheckFailure, match=r"expected:  status 201"):
        expect(answer_of(status)).status_expected(201)


def test_a_refusal_that_was_expected_is_no_quota() -> None:
    with pytest.raises(CheckFailure):
        expect(answer_of(409)).status_expected(406)


def test_too_many_requests_say_nothing_about_any_case() -> None:
    with pytest.raises(Skipped):
        expect(answer_of(429)).status_expected(406)
    expect(answer_of(429)).status_expected(429)


def test_a_valid_credential_that_is_refused_hints_at_itself() -> None:
    with pytest.raises(CheckFailure, match="is the credential that was given still valid"):
        expect(answer_of(401)).status_expected(200)


@pytest.mark.parametrize("status", [202, 301])
def test_an_undocumented_success_fails(status: int) -> None:
    with pytest.raises(CheckFailure) as failure:
        expect(answer_of(status, responses={"200": Expectation("200", {})})).status_documented()
    assert failure.value.check == "status_documented"


def test_an_undocumented_refusal_is_a_remark() -> None:
    answer = answer_of(418, responses={"200": Expectation("200", {})})
    expect(answer).status_documented()
    assert remarks(answer) == ["GET /things: the document does not list status 418"]


@pytest.mark.parametrize("status", [400, 405, 406, 413, 415, 422])
def test_any_4xx_rejects(status: int) -> None:
    expect(answer_of(status, responses=LISTED)).rejected()


@pytest.mark.parametrize("status", [302, 401, 403, 404, 409, 410, 429])
def test_a_negative_refused_for_something_else_is_inconclusive_with_a_remark(status: int) -> None:
    answer = answer_of(status)
    with pytest.raises(Skipped, match="inconclusive"):
        expect(answer).rejected()
    assert len(remarks(answer)) == 1


@pytest.mark.parametrize("status", [200, 201, 204])
def test_an_accepted_negative_fails(status: int) -> None:
    with pytest.raises(CheckFailure) as failure:
        expect(answer_of(status)).rejected()
    assert failure.value.check == "rejected"


def test_a_minor_negative_that_is_accepted_is_a_remark() -> None:
    answer = answer_of(200, {"a": 1}, severity="minor")
    expect(answer).rejected()
    assert re.match(r"GET /things: expected a 4xx status.* got 200 OK", str(remarks(answer)[0]))


@pytest.mark.parametrize(("status", "count"), [(401, 1), (403, 1), (404, 1), (302, 1)])
def test_no_credential_may_be_refused_in_several_ways(status: int, count: int) -> None:
    answer = answer_of(status)
    expect(answer).unauthenticated()
    assert len(remarks(answer)) == count


def test_a_challenge_leaves_no_remark() -> None:
    answer = answer_of(401, www_authenticate="Bearer")
    expect(answer).unauthenticated()
    assert remarks(answer) == []


def test_getting_in_without_a_credential_fails_and_another_refusal_is_inconclusive() -> None:
    with pytest.raises(CheckFailure):
        expect(answer_of(200)).unauthenticated()
    with pytest.raises(Skipped):
        expect(answer_of(422)).unauthenticated()


@pytest.mark.parametrize("status", [404, 410])
def test_an_unknown_id_is_not_found(status: int) -> None:
    answer = answer_of(status)
    expect(answer).unknown_id().deleted()
    assert remarks(answer) == []


@pytest.mark.parametrize("status", [302, 401, 403, 429])
def test_an_unknown_id_refused_for_something_else_is_inconclusive(status: int) -> None:
    with pytest.raises(Skipped):
        expect(answer_of(status)).unknown_id()


def test_an_unknown_id_that_is_found_fails() -> None:
    with pytest.raises(CheckFailure):
        expect(answer_of(200, {"id": 1})).unknown_id()
    with pytest.raises(CheckFailure):
        expect(answer_of(201, method="PUT")).unknown_id()


def test_deleting_nothing_and_creating_by_put_are_legal() -> None:
    gone = answer_of(204, method="DELETE")
    made = answer_of(201, method="PUT", responses={"201": Expectation("201", {})})
    strict = answer_of(400)
    for answer in (gone, made, strict):
        expect(answer).unknown_id()
        assert len(remarks(answer)) == 1


def test_reading_what_was_deleted_fails_and_a_refusal_says_nothing() -> None:
    with pytest.raises(CheckFailure):
        expect(answer_of(200, {"id": 1})).deleted()
    with pytest.raises(Skipped):
        expect(answer_of(403)).deleted()


def test_a_refused_control_skips() -> None:
    with pytest.raises(Skipped, match="the control request was refused: GET /things answered 422"):
        expect(answer_of(422)).control()


def test_modules_of_the_checks_stay_readable() -> None:
    for path in (Path(__file__).parents[3] / "src" / "specproof" / "checks").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 300, path.name


def test_a_conflict_is_no_excuse_where_nothing_can_be_in_the_way() -> None:
    expect(answer_of(200)).status_expected(200, alone=True)
    with pytest.raises(CheckFailure, match=r"expected:  status 200"):
        expect(answer_of(409)).status_expected(200, alone=True)
    with pytest.raises(Skipped):
        expect(answer_of(423)).status_expected(200, alone=True)


@pytest.mark.parametrize("status", [404, 410])
def test_nobody_has_to_have_what_only_an_example_names(status: int) -> None:
    with pytest.raises(pytest.skip.Exception, match="the document's example"):
        expect(answer_of(status)).status_expected(200, unmade=True)
    with pytest.raises(CheckFailure):
        expect(answer_of(status)).status_expected(200)
    with pytest.raises(CheckFailure):
        expect(answer_of(400)).status_expected(200, unmade=True)


def test_a_conflict_says_what_to_do_and_is_not_judged() -> None:
    with pytest.raises(pytest.skip.Exception, match="refused as a conflict, so not judged") as skipped:
        expect(answer_of(409, {"taken": "name"}, method="POST")).status_expected(201)
    assert "Free texts are new in each run" in str(skipped.value)
    assert str(skipped.value).endswith('409 Conflict, application/json: {"taken": "name"}')
    with pytest.raises(pytest.skip.Exception, match="a quota or a role"):
        expect(answer_of(402, method="POST")).status_expected(201)
