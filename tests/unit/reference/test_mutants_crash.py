"""Requests that make one operation answer 500."""

from __future__ import annotations

from typing import Any

import pytest

from kennel_reference import TENANT, asking, document, dog, kennel, kennel_model, query, taking
from pets_reference import Client, model_of
from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.reference.mutants.crash import CRASH

MODEL = kennel_model()
MUTANTS = {mutant.id: mutant for operator in CRASH for mutant in operator(MODEL)}


def client(identity: str) -> Client:
    talk = Client(MODEL, MUTANTS[identity].behaviour)
    talk.records = 1
    talk.__post_init__()
    return talk


def ids_of(described: Any) -> set[str]:
    model = model_of(described)
    return {mutant.id for operator in CRASH for mutant in operator(model)}


@pytest.mark.parametrize(
    ("identity", "body"),
    [
        ("C1 POST /dogs /age maximum", dog(age=30)),
        ("C1 POST /dogs /age minimum", dog(age=0)),
        ("C1 POST /dogs /name maxLength", dog(name="Rexy the")),
        ("C1 POST /dogs /name minLength", dog(name="Re")),
        ("C1 POST /dogs /tags maxItems", dog(tags=["a", "b"])),
        ("C1 POST /dogs /collar/holes minimum", dog(collar={"colour": "red", "holes": 1})),
        ("C2 POST /dogs /name too long", dog(name="Rexington")),
        ("C2 POST /dogs long the body", dog(pin="1" * 201)),
        ("C3 POST /dogs not ASCII in the body", dog(name="R\u00e9x")),
        ("C3 POST /dogs empty list", dog(tags=[])),
        ("C3 POST /dogs null", dog(nickname=None)),
        ("C4 POST /dogs type in the body", dog(age="seven")),
        ("C4 POST /dogs malformed", b'{"name": '),
        ("C4 POST /dogs no object", [1]),
    ],
)
def test_a_body_makes_its_operation_crash_and_no_other(identity: str, body: Any) -> None:
    talk, healthy = client(identity), kennel(MODEL)

    assert healthy.send("POST", "/dogs", body).status < 500
    assert talk.send("POST", "/dogs", body).status == 500
    assert talk.send("PUT", "/dogs/1", body).status < 500
    assert talk.send("POST", "/dogs", dog()).status == 201


@pytest.mark.parametrize(
    ("identity", "target", "headers"),
    [
        ("C1 GET /dogs query limit maximum", "/dogs?limit=10", TENANT),
        ("C1 GET /dogs header X-Tenant maxLength", "/dogs", (("x-tenant", "abcde"),)),
        ("C2 GET /dogs long the parameters", f"/dogs?word={'x' * 201}", TENANT),
        ("C3 GET /dogs not ASCII in the parameters", "/dogs?word=%C3%A9", TENANT),
        ("C4 GET /dogs type of a parameter", "/dogs?limit=many", TENANT),
    ],
)
def test_a_parameter_makes_its_operation_crash(identity: str, target: str, headers: Any) -> None:
    assert kennel(MODEL).send("GET", target, headers=headers).status < 500
    assert client(identity).send("GET", target, headers=headers).status == 500
    assert client(identity).send("GET", "/dogs?limit=2&word=x", headers=TENANT).status == 200


def test_the_first_key_makes_it_crash() -> None:
    assert client("C1 GET /dogs/{dogId} path dogId minimum").send("GET", "/dogs/1").status == 500


@pytest.mark.parametrize("header", ["Digest abc", "abc"])
def test_an_unknown_authorization_scheme_makes_it_crash_and_a_missing_one_does_not(header: str) -> None:
    talk = client("C4 POST /dogs scheme")

    assert kennel(MODEL).send("POST", "/dogs", dog(), user=header).status == 401
    assert talk.send("POST", "/dogs", dog(), user=header).status == 500
    assert talk.send("POST", "/dogs", dog(), user="nobody").status == 401
    assert talk.send("POST", "/dogs", dog(), user="Bearer wrong").status == 401


def test_a_crash_stores_nothing() -> None:
    talk = Client(MODEL, MUTANTS["C1 POST /dogs /age maximum"].behaviour)
    talk.send("POST", "/dogs", dog(age=30))

    assert talk.send("GET", "/dogs", headers=TENANT).body == []


@pytest.mark.parametrize(
    ("operator", "described", "other"),
    [
        ("C1", asking(query("a", {"type": "integer", "maximum": 5})), asking(query("a", {"type": "integer"}))),
        ("C1", asking(query("a", {"type": "string", "maxLength": 5})), asking(query("a", {"enum": ["a"], "maxLength": 5}))),
        ("C2", asking(query("a", {"type": "string"})), asking(query("a", {"type": "string", "format": "uuid"}))),
        ("C2", taking({"properties": {"a": {"type": "string"}}}), taking({"properties": {"a": {"type": "integer"}}})),
        ("C3", taking({"properties": {"a": {"type": "array"}}}), taking({"properties": {"a": {"type": "array", "minItems": 1}}})),
        ("C3", taking({"properties": {"a": {"type": ["integer", "null"]}}}), taking({"properties": {"a": {"type": "integer"}}})),
        ("C3", asking(query("a", {"type": "string"})), asking(query("a", {"type": "string", "pattern": "^a"}))),
        ("C4", asking(query("a", {"type": "integer"})), asking(query("a", {"type": "string"}))),
        ("C4", taking({}), document({"responses": {}})),
        ("C4", document({"security": [{"Token": []}], "responses": {}}), document({"responses": {}})),
    ],
)
def test_an_operator_applies_where_there_is_something_to_crash_on(operator: str, described: Any, other: Any) -> None:
    assert operator in {identity.split()[0] for identity in ids_of(described)}
    assert operator not in {identity.split()[0] for identity in ids_of(other)}


def test_every_operator_has_a_mutant_here_and_each_has_an_id_of_its_own() -> None:
    every = [mutant.id for operator in CRASH for mutant in operator(MODEL)]

    assert {mutant.operator for mutant in MUTANTS.values()} == {"C1", "C2", "C3", "C4"}
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        ("C1 PUT /dogs/{dogId} /age maximum", "PUT /dogs/{dogId} answers 500 when `age` is exactly 30"),
        ("C1 POST /dogs /name maxLength", "POST /dogs answers 500 when `name` has exactly 8 characters"),
        ("C4 POST /dogs malformed", "POST /dogs answers 500 to a body that is no JSON"),
    ],
)
def test_a_fault_is_told_in_the_words_of_a_tester(identity: str, sentence: str) -> None:
    mutant = MUTANTS[identity]

    assert mutant.sentence == sentence
    assert mutant.family is FaultFamily.CRASH
    assert CheckId.NO_SERVER_ERROR in mutant.checks
    assert mutant.touches == {mutant.operation}
