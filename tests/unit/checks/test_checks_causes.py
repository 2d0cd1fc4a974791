"""Failures by root cause, and the numbers of the catalogue of faults."""

from __future__ import annotations

import json

import pytest

from specproof.checks.causes import MOST_NAMES, MOST_PLACES, Failed, answer_shape, cause_groups, cause_of, stated_cause
from specproof.checks.expectation import CHECKS
from specproof.checks.fault_numbers import FAULT_NUMBERS, NO_ANSWER, NO_ANSWER_IN_TIME, fault_number
from specproof.checks.outcome import CaseNotes, CheckFailure
from specproof.domain.check_ids import CheckId
from unit.checks.checkfakes import answer_of


def failed(path: str, slug: str, check: str = "no_server_error", cause: str = "500 {error: string} to type: null") -> Failed:
    return Failed(f"POST {path} :: {slug}", f"POST {path}", check, cause)


def test_one_cause_is_one_group_across_operations_and_everything_else_keeps_apart() -> None:
    first, other_cause, same = (
        failed("/a", "x_null"),
        failed("/a", "x_long", cause="500 no body to maxLength"),
        failed("/b", "y_null"),
    )
    other_check = failed("/b", "z", "rejected")
    groups = cause_groups([first, other_cause, same, other_check])
    assert [group.positions for group in groups] == [(0, 2), (1,), (3,)]
    assert [group.elsewhere for group in groups] == ["same cause at 1 other place: POST /b (y_null)", "", ""]


def test_failures_of_unknown_cause_stand_alone() -> None:
    groups = cause_groups([failed("/a", "x", cause=""), failed("/b", "x", cause="")])
    assert [group.positions for group in groups] == [(0,), (1,)]


def test_of_many_places_some_are_named() -> None:
    (group,) = cause_groups(failed(f"/p{number}", "x") for number in range(MOST_PLACES + 4))
    assert group.elsewhere.startswith(f"same cause at {MOST_PLACES + 3} other places: POST /p1 (x), ")
    assert group.elsewhere.endswith(f"POST /p{MOST_PLACES} (x) and 3 more")


@pytest.mark.parametrize(
    ("media_type", "body", "shape"),
    [
        ("application/json", {"b": 1, "a": "x", "c": None, "d": True}, "{a: string, b: number, c: null, d: boolean}"),
        ("application/problem+json", {"detail": [{"msg": "m"}]}, "{detail: [object]}"),
        ("application/json", {"a": {"b": {"c": 1}}}, "{a: {b: object}}"),
        ("application/json", [], "[]"),
        ("application/json", [1.5, "x"], "[number]"),
        ("text/html", "<p>", "text/html"),
        ("", "x", "a body of no media type"),
    ],
)
def test_the_shape_of_an_answer_tells_names_and_types_and_no_values(media_type: str, body: object, shape: str) -> None:
    assert answer_shape(media_type, json.dumps(body).encode()) == shape


def test_a_shape_ends() -> None:
    names = {f"n{number:03}": number for number in range(50)}
    assert answer_shape("application/json", json.dumps(names).encode()).endswith(", ...}")
    assert answer_shape("application/json", json.dumps(names).encode()).count(": ") == MOST_NAMES
    assert answer_shape("application/json", b"[" * 100_000) == "broken application/json"
    assert answer_shape("application/json", b"") == "no body"


def test_a_failure_says_the_cause_that_is_read_back_from_its_message() -> None:
    notes = CaseNotes(id="POST /a :: x_null", value_class="type: null", rule="x set to null breaks `type`.")
    failure = CheckFailure(
        check="rejected", operation="POST /a", expected="4xx", actual="201", curl="curl", answered="201 {id: number}", case=notes
    )
    assert str(failure).splitlines() == [
        "POST /a fails rejected (major, WFC 102)",
        "  case:      POST /a :: x_null",
        "  rule:      x set to null breaks `type`.",
        "  expected:  4xx",
        "  actual:    201",
        "  cause:     201 {id: number} to type: null",
        "  reproduce: curl",
    ]
    assert stated_cause(str(failure), "201", notes.id) == "201 {id: number} to type: null"
    assert dict(failure.properties())["specproof_wfc"] == 102


def test_an_answer_cannot_state_a_cause_of_its_own() -> None:
    answer = answer_of(200, content=b"fine\n  cause:     nothing", content_type="text/plain")
    with pytest.raises(CheckFailure) as failure:
        answer.fail("rejected", "a 4xx")
    assert stated_cause(str(failure.value), "", "") == "200 text/plain"


def test_secrets_of_an_answer_do_not_show_in_its_shape() -> None:
    answer = answer_of(500, {"s3cr3t-token": 1})
    with pytest.raises(CheckFailure) as failure:
        answer.fail("no_server_error", "none")
    assert "s3cr3t-token" not in str(failure.value)
    assert "s3cr3t-token" not in str(failure.value.properties())


def test_older_suites_state_no_cause_and_are_told_apart_by_status_and_case() -> None:
    actual = "500 Internal Server Error, application/json: {}"
    assert stated_cause("", actual, "GET /a :: x") == cause_of("500 Internal Server Error, application/json", "x")
    assert stated_cause("", "title is 'a', not 'b'", "GET /a :: x") == "title is 'a', not 'b' to x"
    assert stated_cause("", "", "GET /a :: x") == ""


def test_every_check_has_its_place_in_the_table() -> None:
    assert set(FAULT_NUMBERS) == {check.value for check in CheckId} == set(CHECKS)


@pytest.mark.parametrize(
    ("check", "case_id", "cause", "number"),
    [
        ("no_server_error", "", "500 no body", 100),
        ("no_server_error", "", f"{NO_ANSWER_IN_TIME} to x", 909),
        ("no_server_error", "", f"{NO_ANSWER} to x", None),
        ("rejected", "", "", 102),
        ("not_listed", "DELETE /a/{id} :: then_read_is_gone", "", 103),
        ("not_listed", "POST /a :: refused_makes_nothing", "", 104),
        ("unchanged", "PUT /a/{id} :: refused_changes_nothing", "", 901),
        ("unchanged", "DELETE /a/{id} :: of_one_record_leaves_others_alone", "", None),
        ("echo", "", "", None),
        ("unheard_of", "", "", None),
    ],
)
def test_the_number_of_a_fault(check: str, case_id: str, cause: str, number: int | None) -> None:
    assert fault_number(check, case_id, cause) == number


def test_a_name_gives_the_terminal_no_orders() -> None:
    assert answer_shape("application/json", b'{"\\u001b[31mred\\n": 1}') == "{?[31mred?: number}"
