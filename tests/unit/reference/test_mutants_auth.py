"""Faults in who may do what: each shows in a conversation, in the operations that it names, and nowhere else."""

from __future__ import annotations

from copy import deepcopy

import pytest

from pets_conversation import Topic, differing
from pets_reference import DOCUMENT, FIRST_PET, Client, model_of, pets_model
from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.reference.mutants.auth import AUTH
from specproof.reference.mutants.model import Mutant

MODEL = pets_model()
TOPICS = (Topic.USERS, Topic.RECORDS, Topic.CHANGES)
MUTANTS = {mutant.id: mutant for operator in AUTH for mutant in operator(MODEL)}


def client(identity: str) -> Client:
    return Client(MODEL, MUTANTS[identity].behaviour)


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_every_fault_shows_in_the_conversation_and_only_in_the_operations_that_it_touches(mutant: Mutant) -> None:
    seen = differing(MODEL, mutant.behaviour, TOPICS)

    assert seen
    assert seen <= mutant.touches


def test_every_operator_has_a_mutant_on_a_document_with_everything() -> None:
    assert {mutant.operator for mutant in MUTANTS.values()} == {f"A{number}" for number in range(1, 8)}
    assert {mutant.family for mutant in MUTANTS.values()} == {FaultFamily.AUTH}


def test_open_operations_have_no_fault_of_credentials() -> None:
    assert not [mutant.id for mutant in MUTANTS.values() if "/shops" in mutant.operation.path]


@pytest.mark.parametrize(
    ("identity", "let_in", "refused"),
    [
        ("A1 GET /pets", ("nobody", "Bearer wrong", "Bearer", "Basic eDp5"), ()),
        ("A2 GET /pets any secret", ("Bearer wrong",), ("nobody", "Bearer", "Basic eDp5")),
        ("A2 GET /pets any scheme", ("Basic eDp5",), ("nobody", "Bearer", "Bearer wrong")),
        ("A3 GET /pets", ("Bearer", "Bearer "), ("nobody", "Bearer wrong", "Basic eDp5")),
    ],
)
def test_an_operation_lets_in_whom_it_should_refuse(identity: str, let_in: tuple[str, ...], refused: tuple[str, ...]) -> None:
    talk = client(identity)

    assert {talk.send("GET", "/pets", user=user).status for user in let_in} == {200}
    assert {talk.send("GET", "/pets", user=user).status for user in refused} <= {401}
    assert {talk.send("GET", "/pets/1", user=user).status for user in (*let_in, *refused)} == {401}


def test_a_refused_write_is_done_all_the_same() -> None:
    talk = client("A4 POST /pets")

    assert talk.send("POST", "/pets", FIRST_PET, user="nobody").status == 401
    assert talk.send("GET", "/pets").body["total"] == 1
    assert talk.send("POST", "/pets", {"name": ""}, user="nobody").status == 401
    assert talk.send("GET", "/pets").body["total"] == 1


def test_one_user_reads_the_record_of_another() -> None:
    talk = client("A5 GET /pets/{petId}")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("GET", f"/pets/{made['id']}", user="second").status == 200
    assert talk.send("DELETE", f"/pets/{made['id']}", user="second").status == 404


def test_one_user_deletes_the_record_of_another() -> None:
    talk = client("A5 DELETE /pets/{petId}")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("DELETE", f"/pets/{made['id']}", user="second").status == 204
    assert talk.send("GET", f"/pets/{made['id']}").status == 404


def test_a_list_shows_the_records_of_everybody() -> None:
    talk = client("A6 GET /pets")
    talk.made("/pets", FIRST_PET)

    assert talk.send("GET", "/pets", user="second").body["total"] == 1
    assert talk.send("GET", "/pets/1", user="second").status == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_member_that_clients_have_no_say_in_is_stored(method: str) -> None:
    talk = client(f"A7 {method} /pets/{{petId}} /rank")
    made = talk.made("/pets", {**FIRST_PET, "rank": 5})
    body = {**FIRST_PET, "rank": 6} if method == "PUT" else {"rank": 6, "name": "Kim"}
    talk.send(method, f"/pets/{made['id']}", body)

    assert made.get("rank") != 5
    assert talk.send("GET", f"/pets/{made['id']}").body["rank"] == 6


def test_the_id_is_no_member_that_a_client_can_assign() -> None:
    assert not [identity for identity in MUTANTS if identity.startswith("A7") and identity.endswith("/id")]


def test_credentials_count_by_the_check_of_credentials_alone() -> None:
    checks = {mutant.checks for mutant in MUTANTS.values() if mutant.operator in {"A1", "A2", "A3"}}

    assert checks == {frozenset({CheckId.UNAUTHENTICATED})}


def test_api_keys_in_every_place_can_be_wrong_or_empty() -> None:
    for location, target, headers in (
        ("header", "/shops", (("x-key", "wrong"),)),
        ("query", "/shops?x-key=wrong", ()),
        ("cookie", "/shops", (("cookie", "x-key=wrong"),)),
    ):
        document = deepcopy(DOCUMENT)
        document["components"]["securitySchemes"] = {"Key": {"type": "apiKey", "in": location, "name": "x-key"}}
        document["security"] = [{"Key": []}]
        document["paths"] = {"/shops": {"get": {"responses": document["paths"]["/shops"]["get"]["responses"]}}}
        model = model_of(document)
        mutants = {mutant.id: mutant for operator in AUTH for mutant in operator(model)}

        assert sorted(mutants) == ["A1 GET /shops", "A2 GET /shops any secret", "A3 GET /shops"]
        wrong = Client(model, mutants["A2 GET /shops any secret"].behaviour)
        assert wrong.send("GET", target, headers=headers).status == 200
        assert wrong.send("GET", "/shops").status == 401
        empty = Client(model, mutants["A3 GET /shops"].behaviour)
        assert (
            empty.send("GET", target.replace("wrong", ""), headers=[(n, v.replace("wrong", "")) for n, v in headers]).status
            == 200
        )
        assert empty.send("GET", target, headers=headers).status == 401


def test_a_document_without_security_has_no_fault_of_it() -> None:
    document = deepcopy(DOCUMENT)
    document["security"] = []
    operators = {mutant.operator for operator in AUTH for mutant in operator(model_of(document))}

    assert operators == {"A7"}


def test_what_cannot_be_refused_has_no_fault_of_credentials() -> None:
    document = deepcopy(DOCUMENT)
    document["components"]["securitySchemes"]["Token"] = {"type": "mutualTLS"}
    operators = {mutant.operator for operator in AUTH for mutant in operator(model_of(document))}

    assert operators == {"A7"}
