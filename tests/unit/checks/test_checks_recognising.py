"""Telling the API of the document from somebody else at its address."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from specproof.checks.contracts import Contracts, Expectation
from specproof.checks.recognising import Reported, strange_target, unrecognised
from unit.checks.checkfakes import api_of, response

PROBLEM = {"type": "object", "required": ["code"]}
OPERATIONS = {
    "GET /things": {
        "200": Expectation("200", {"application/json": {}}),
        "404": Expectation("404", {}),
        "302": Expectation("302", {}),
    },
    "GET /pages": {"200": Expectation("200", {"text/html": None})},
    "GET /things/{id}": {"404": Expectation("404", {"application/json": PROBLEM}), "500": Expectation("500", {})},
}
HTML = {"content": b"<html>", "content_type": "text/html"}


def answered(path: str, *given: httpx2.Response) -> str:
    waiting = list(given)
    api = api_of(lambda request: waiting.pop(0), contracts=Contracts(OPERATIONS, {}))
    for _ in given:
        api.send("GET", path, path={"id": "7"} if "{" in path else ())
    return unrecognised(api.answers)


@pytest.mark.parametrize(
    ("path", "given", "told"),
    [
        ("/things", response(404, **HTML), "404 text/html"),
        ("/things/{id}", response(404, {"detail": "Not Found"}), "404 {detail: string}"),
        ("/things", response(405), "405 no body"),
        ("/things", response(200, **HTML), "200 text/html"),
        ("/things", response(502, **HTML), "502 text/html"),
        ("/things", response(301), "301 no body"),
        ("/things", response(400, **HTML), "400 text/html"),
    ],
)
def test_what_the_document_does_not_know_may_come_from_anybody(path: str, given: httpx2.Response, told: str) -> None:
    assert answered(path, given) == f"GET {path}: {told}"


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/things", response(200, {})),
        ("/things/{id}", response(404, {"code": 7})),
        ("/pages", response(200, **HTML)),
        ("/things", response(302)),
        # JSON that is called a page, crashes, refusals of who asks or of what was sent: the API is there, and wrong.
        ("/things", response(200, content=b"[]", content_type="text/html")),
        ("/things", response(500, **HTML)),
        ("/things", response(401, **HTML)),
        ("/things", response(403, **HTML)),
        ("/things", response(422, {"detail": []})),
        ("/things", response(200, content=b"ok", content_type="text/plain")),
    ],
)
def test_what_the_api_may_have_said_itself_is_recognised(path: str, given: httpx2.Response) -> None:
    assert answered(path, given) == ""


def test_one_answer_of_the_api_is_enough_and_no_answer_says_nothing() -> None:
    assert answered("/things", response(404), response(200, {})) == ""
    assert answered("/things") == ""


def case(operation: str, answer: str, **fields: Any) -> Reported:
    ending = {"is_failed": True, "is_skipped": False, **fields}
    return Reported(operation, answered=f"{operation}: {answer}" if answer else "", **ending)


def test_a_target_that_answers_everything_alike_is_told_in_one_sentence() -> None:
    passed = case("GET /b", "404 text/html", is_failed=False)
    unasked = case("GET /c", "", is_failed=False, is_skipped=True)
    sentence = (
        "the target does not look like this API: all 2 operations that were asked answered 404 text/html; is the base URL right?"
    )
    assert strange_target([case("GET /a", "404 text/html"), passed, unasked]) == sentence


def test_a_target_with_some_answers_of_its_own_shows_the_most_frequent_ones() -> None:
    found = strange_target([case(f"GET /{number}", f"{status} no body") for number, status in enumerate((404, 405, 404))])
    assert "all 3 operations that were asked answered 404 no body (2), 405 no body (1);" in found


def test_a_step_of_another_case_is_no_further_operation() -> None:
    prepared = Reported("PUT /a", is_failed=False, is_skipped=True, answered="POST /a: 404 no body")
    undeclared = Reported("GET /b", is_failed=False, is_skipped=False, answered="PATCH /b: 404 no body")
    assert "all 2 operations" in strange_target(
        [prepared, undeclared, case("POST /a", "404 no body"), case("GET /b", "404 no body")]
    )


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param([case("GET /a", "404 no body"), case("GET /b", "")], id="one case was answered by the API"),
        pytest.param([case("GET /a", "404 no body"), case("GET /b", "", is_failed=False)], id="one case passed"),
        pytest.param([case("GET /a", "404 no body"), case("GET /a", "404 no body")], id="one operation"),
        pytest.param([case(f"GET /{name}", "404 no body", is_failed=False) for name in "ab"], id="nothing failed"),
        pytest.param([], id="nothing ran"),
    ],
)
def test_real_failures_are_not_hidden(cases: list[Reported]) -> None:
    assert strange_target(cases) == ""
