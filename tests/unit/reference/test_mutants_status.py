"""Faults in statuses, media types and headers, and in what is answered to requests that name nothing."""

from __future__ import annotations

from typing import Any

import pytest

from kennel_reference import REX, TENANT, document, kennel, kennel_model, query, refusals, shows
from pets_reference import Client, model_of
from specproof.domain.check_ids import CheckId
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.status import STATUSES

MODEL = kennel_model()
MUTANTS = {mutant.id: mutant for operator in STATUSES for mutant in operator(MODEL)}
RIGHT = Client(MODEL)


def client(identity: str) -> Client:
    return kennel(MODEL, MUTANTS[identity].behaviour)


def operators_of(described: Any) -> set[str]:
    model = model_of(described)
    return {mutant.operator for operator in STATUSES for mutant in operator(model)}


@pytest.mark.parametrize(
    ("identity", "method", "target", "body", "expected", "actual"),
    [
        ("S1 GET /dogs/{dogId} 202", "GET", "/dogs/1", None, 200, 202),
        ("S1 DELETE /dogs/{dogId} 202", "DELETE", "/dogs/1", None, 204, 202),
        ("S2 POST /dogs", "POST", "/dogs", {**REX, "chip": "XYZ"}, 201, 200),
        ("S8 GET /dogs/{dogId}", "GET", "/dogs/99", None, 404, 200),
        ("S8 DELETE /dogs/{dogId}", "DELETE", "/dogs/99", None, 404, 204),
        ("S9 GET /dogs/{dogId} 500", "GET", "/dogs/99", None, 404, 500),
        ("S9 PUT /dogs/{dogId} 403", "PUT", "/dogs/99", REX, 404, 403),
        ("S10 GET /dogs", "DELETE", "/dogs", None, 405, 200),
    ],
)
def test_the_status_is_another_one(identity: str, method: str, target: str, body: Any, expected: int, actual: int) -> None:
    assert kennel(MODEL).send(method, target, body).status == expected
    assert client(identity).send(method, target, body).status == actual


def test_a_body_comes_with_204() -> None:
    answer = client("S3 DELETE /dogs/{dogId}").send("DELETE", "/dogs/1")

    assert answer.status == 204
    assert answer.body == '{"status":"done"}'
    assert kennel(MODEL).send("DELETE", "/dogs/1").body == ""


def test_an_answer_says_that_it_is_html_and_refusals_do_not() -> None:
    talk = client("S4 GET /dogs/{dogId}")

    assert talk.send("GET", "/dogs/1").headers["content-type"] == "text/html"
    assert talk.send("GET", "/dogs/99").headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("identity", "header", "value"),
    [
        ("S5 POST /dogs x-made", "x-made", None),
        ("S6 POST /dogs x-left", "x-left", "many"),
        ("S7 POST /dogs missing", "location", None),
        ("S7 POST /dogs wrong", "location", "/dogs/3"),
    ],
)
def test_a_header_is_missing_or_wrong(identity: str, header: str, value: str | None) -> None:
    right = kennel(MODEL).send("POST", "/dogs", {**REX, "chip": "XYZ"})
    wrong = client(identity).send("POST", "/dogs", {**REX, "chip": "XYZ"})

    assert header in right.headers
    assert right.headers[header] != value
    assert wrong.headers.get(header) == value
    assert wrong.body == right.body


def test_the_first_record_is_taken_for_an_unknown_one_and_nothing_for_none() -> None:
    talk = client("S8 GET /dogs/{dogId}")

    assert talk.send("GET", "/dogs/99").body["id"] == 1
    talk.send("DELETE", "/dogs/1")
    assert talk.send("GET", "/dogs/99").status == 404


def test_other_methods_are_refused_without_saying_which_there_are() -> None:
    assert kennel(MODEL).send("DELETE", "/dogs").headers["allow"] == "GET, HEAD, POST"
    talk = client("S11 GET /dogs")

    assert talk.send("DELETE", "/dogs").status == 405
    assert "allow" not in talk.send("DELETE", "/dogs").headers
    assert "allow" in talk.send("POST", "/dogs/1").headers


def test_a_path_that_takes_every_method_leaves_other_paths_alone() -> None:
    talk = client("S10 GET /dogs")

    assert talk.send("POST", "/dogs/1").status == 405
    assert talk.send("GET", "/dogs", headers=TENANT).status == 200


def test_a_refused_credential_is_not_told_what_is_needed() -> None:
    assert "www-authenticate" in kennel(MODEL).send("POST", "/dogs", REX, user="nobody").headers
    answer = client("S12 POST /dogs").send("POST", "/dogs", REX, user="nobody")

    assert answer.status == 401
    assert "www-authenticate" not in answer.headers


def test_a_body_is_read_whatever_its_content_type() -> None:
    headers = (("content-type", "text/plain"),)
    body = {**REX, "chip": "XYZ"}

    assert kennel(MODEL).send("POST", "/dogs", body, headers=headers).status == 415
    assert client("S13 POST /dogs").send("POST", "/dogs", body, headers=headers).status == 201
    assert client("S13 POST /dogs").send("PUT", "/dogs/1", body, headers=headers).status == 415


def test_an_answer_takes_a_minute_without_anybody_waiting() -> None:
    talk = client("S14 GET /dogs/{dogId}")

    assert talk.send("GET", "/dogs/1").seconds == 60
    assert talk.send("GET", "/dogs/99").seconds == 60
    assert talk.send("GET", "/guests").seconds == 0


def test_refusals_show_a_stack_trace() -> None:
    talk = client("S15 GET /dogs/{dogId}")

    assert "Traceback" in talk.send("GET", "/dogs/99").body["exception"]
    assert "exception" not in talk.send("GET", "/dogs/1").body


@pytest.mark.parametrize(
    ("operator", "operation", "other"),
    [
        (
            "S1",
            {"responses": {"200": {"description": "x"}}},
            {"responses": {"200": {"description": "x"}, "2XX": {"description": "y"}}},
        ),
        (
            "S2",
            {"responses": {"201": {"description": "x"}}},
            {"responses": {"201": {"description": "x"}, "200": {"description": "y"}}},
        ),
        ("S3", {"responses": {"204": {"description": "x"}}}, {"responses": {"202": {"description": "x"}}}),
        ("S4", {"responses": {"200": shows({})}}, {"responses": {"200": {"description": "x", "content": {"text/html": {}}}}}),
        ("S12", {"security": [{"Token": []}], "responses": {}}, {"security": [{"Token": []}, {}], "responses": {}}),
        (
            "S13",
            {"requestBody": {"content": {"application/json": {}}}, "responses": {}},
            {"requestBody": {"content": {"application/json": {}, "text/plain": {}}}, "responses": {}},
        ),
        (
            "S15",
            {"parameters": [query("a", {"type": "integer"})], "responses": {}},
            {"parameters": [query("a", {})], "responses": {}},
        ),
    ],
)
def test_an_operator_applies_where_the_document_gives_it_a_place(operator: str, operation: Any, other: Any) -> None:
    assert operator in operators_of(document(operation))
    assert operator not in operators_of(document(other))


@pytest.mark.parametrize(
    ("operator", "header"),
    [
        ("S5", {"X-A": {"required": True, "schema": {}}}),
        ("S6", {"X-A": {"schema": {"type": "integer"}}}),
        ("S7", {"Location": {"required": True, "schema": {}}}),
    ],
)
def test_headers_are_wrong_only_where_they_are_documented(operator: str, header: Any) -> None:
    assert operator in operators_of(document({"responses": {"200": shows({}, header)}}))
    assert operator not in operators_of(document({"responses": {"200": shows({}, {"X-B": {"schema": {"type": "string"}}})}}))


def test_unknown_ids_are_mistaken_only_where_records_have_ids() -> None:
    assert {"S8", "S9"}.isdisjoint(operators_of(document({"responses": {"200": shows({}), **refusals("404")}}, {"Problem": {}})))


def test_a_path_with_every_method_has_none_that_is_undeclared() -> None:
    full = document({"responses": {"200": {"description": "x"}}})
    methods = full["paths"]["/pets"]
    methods.update(dict.fromkeys(("get", "put", "patch", "delete"), methods["post"]))

    assert {"S10", "S11"}.isdisjoint(operators_of(full))


def test_every_operator_has_a_mutant_here() -> None:
    assert {mutant.operator for mutant in MUTANTS.values()} == {f"S{number}" for number in range(1, 16)}


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        ("S8 GET /dogs/{dogId}", "GET /dogs/{dogId} takes the first record where none has the id"),
        ("S14 GET /guests", "GET /guests takes 60 seconds to answer"),
        ("S1 GET /guests 202", "GET /guests answers 202 instead of 200"),
    ],
)
def test_a_fault_is_told_in_the_words_of_a_tester(identity: str, sentence: str) -> None:
    assert MUTANTS[identity].sentence == sentence


def test_a_fault_of_a_path_touches_its_operations_and_one_of_writes_those_that_show_it() -> None:
    def touched(mutant: Mutant) -> set[str]:
        return {key.label for key in mutant.touches}

    assert touched(MUTANTS["S10 GET /dogs"]) == {"GET /dogs", "POST /dogs"}
    assert touched(MUTANTS["S8 GET /dogs/{dogId}"]) == {"GET /dogs/{dogId}"}
    assert "GET /dogs" in touched(MUTANTS["S8 DELETE /dogs/{dogId}"])
    assert MUTANTS["S14 GET /guests"].checks == {CheckId.NO_SERVER_ERROR}
    assert MUTANTS["S14 GET /guests"].operation == OperationKey(Method.GET, "/guests")
