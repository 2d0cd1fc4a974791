"""What refused writes leave, what replacements clear, what nobody may assign, what others may see, methods, Locations, leaks, patience."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from specproof.checks.expectation import expect
from specproof.checks.outcome import CheckFailure
from specproof.checks.records import Answer
from unit.checks.checkfakes import answer_of, api_of, remarks, response

Skipped = pytest.skip.Exception


def failing(check: Callable[[], Any]) -> CheckFailure:
    with pytest.raises(CheckFailure) as raised:
        check()
    return raised.value


def test_a_precondition_skips_what_was_not_refused_and_fails_on_a_crash() -> None:
    expect(answer_of(422)).refused()
    with pytest.raises(Skipped, match="not refused"):
        expect(answer_of(200)).refused()
    assert failing(lambda: expect(answer_of(500)).refused()).check == "no_server_error"


def test_what_a_replacement_left_out_may_be_gone_null_or_another_value_but_not_the_old_one() -> None:
    for body in ({}, {"nickname": None}, {"nickname": ""}):
        expect(answer_of(200, body)).cleared("Rex", at="/nickname")
    failure = failing(lambda: expect(answer_of(200, {"nickname": "Rex"})).cleared("Rex", at="/nickname"))
    assert (failure.check, failure.actual) == ("cleared", 'still "Rex"')
    with pytest.raises(Skipped):
        expect(answer_of(404)).cleared("Rex", at="/nickname")


def test_what_only_the_server_sets_is_not_taken() -> None:
    expect(answer_of(201, {"made": "2026-01-01"})).not_taken("2001-02-03", at="/made")
    expect(answer_of(400, {"made": "2001-02-03"})).not_taken("2001-02-03", at="/made")
    assert (
        failing(lambda: expect(answer_of(201, {"made": "2001-02-03"})).not_taken("2001-02-03", at="/made")).check == "not_taken"
    )


@pytest.mark.parametrize("said", ["/pets/7", "https://api.test/v1/pets/7", "/v1/pets/7?x=1", "/jobs/12", "/somewhere", ""])
def test_a_location_that_names_the_record_or_leads_elsewhere_is_fine(said: str) -> None:
    answer = answer_of(201, {"id": 7}, **({"location": said} if said else {}))
    expect(answer).location(7, template="/pets/{petId}")
    assert bool(remarks(answer)) is not bool(said)


def test_a_location_of_another_record_is_not() -> None:
    failure = failing(lambda: expect(answer_of(201, location="/v1/pets/8")).location(7, template="/pets/{petId}"))
    assert (failure.check, failure.actual) == ("location", '"/v1/pets/8"')


def test_another_user_reads_what_his_own_list_holds_and_nothing_else() -> None:
    theirs, empty = answer_of(200, [{"id": 7}]), answer_of(200, [])
    for refusal in (401, 403, 404, 410):
        expect(answer_of(refusal)).hidden(empty, 7, items="", key="/id")
    with pytest.raises(Skipped, match="everybody's"):
        expect(answer_of(200, {"id": 7})).hidden(theirs, 7, items="", key="/id")
    with pytest.raises(Skipped, match="everybody's"):
        expect(answer_of(200, {"id": 7})).hidden(answer_of(403), 7, items="", key="/id")
    assert failing(lambda: expect(answer_of(200, {"id": 7})).hidden(empty, 7, items="", key="/id")).check == "hidden"


@pytest.mark.parametrize("status", [405, 404, 501, 401, 403])
def test_a_method_that_is_not_there_is_refused_in_any_way(status: int) -> None:
    answer = answer_of(status)
    expect(answer).method_refused()
    assert bool(remarks(answer)) is (status == 405)
    expect(answer_of(405, allow="GET")).method_refused()


def test_a_method_that_is_not_there_is_not_carried_out() -> None:
    assert failing(lambda: expect(answer_of(204)).method_refused()).check == "method_refused"
    assert failing(lambda: expect(answer_of(500)).method_refused()).check == "no_server_error"


@pytest.mark.parametrize(
    "text",
    [
        'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in <module>',
        "java.lang.NullPointerException\n\tat com.example.Pets.read(Pets.java:42)",
        "at Api.Pets.Read(Int32 id) in C:\\src\\Pets.cs:line 12",
        "TypeError: x is undefined\n    at Object.read (/srv/app/pets.js:10:5)",
        "Fatal error: Uncaught Error in /var/www/pets.php:12",
        "panic: runtime error: index out of range",
        "app/models/pet.rb:12:in `read'",
        "SQLSTATE[42000]: Syntax error or access violation",
        "-----BEGIN PRIVATE KEY-----",
        "AKIAABCDEFGHIJKLMNOP",
    ],
)
def test_a_refusal_that_shows_the_inside_leaks_and_a_success_only_shows_what_users_wrote(text: str) -> None:
    assert failing(lambda: expect(answer_of(400, content=text.encode())).no_server_error()).check == "no_leak"
    expect(answer_of(200, content=text.encode())).no_server_error().no_leak()
    expect(answer_of(400, {"message": "look at line 12 of your file"})).no_leak()


def test_a_record_that_is_gone_where_it_was_is_a_difference() -> None:
    for check in (lambda: expect(answer_of(404)).read_back({"a": 1}), lambda: expect(answer_of(410)).unchanged({"a": 1})):
        assert failing(check).check in {"read_back", "unchanged"}
    with pytest.raises(Skipped):
        expect(answer_of(403)).read_back({"a": 1})


def eventually(*bodies: Any) -> Answer:
    """The first of several answers to the same GET."""
    waiting = list(bodies)

    def respond(_: httpx2.Request) -> httpx2.Response:
        body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return response(404) if body is None else response(200, body)

    return api_of(respond).send("GET", "/things")


def test_a_write_may_take_a_moment_to_be_seen() -> None:
    expect(eventually([], [], [{"id": 7}])).listed(7, items="", key="/id")
    expect(eventually([{"id": 7}], [])).not_listed(7, items="", key="/id")
    expect(eventually(None, {"id": 7})).read_back({"id": 7})


def test_but_not_for_ever() -> None:
    assert failing(lambda: expect(eventually([], [], [], [], [{"id": 7}])).listed(7, items="", key="/id")).check == "listed"
    assert failing(lambda: expect(eventually([{"id": 7}])).not_listed(7, items="", key="/id")).check == "not_listed"
    assert failing(lambda: expect(eventually(None)).read_back({"id": 7})).check == "read_back"
