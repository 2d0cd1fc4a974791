"""Faults in what the server remembers: each shows in a conversation, in the operations that it names, and nowhere else."""

from __future__ import annotations

from copy import deepcopy

import pytest

from pets_conversation import Topic, differing
from pets_reference import DOCUMENT, FIRST_PET, Client, model_of, pets_model
from specproof.domain.proofs import FaultFamily
from specproof.reference.behaviour import CONFORMING
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.state import STATE

MODEL = pets_model()
TOPICS = (Topic.RECORDS, Topic.CHANGES, Topic.HIERARCHY, Topic.REMOVAL, Topic.SHOPS)
MUTANTS = {mutant.id: mutant for operator in STATE for mutant in operator(MODEL)}


def client(identity: str) -> Client:
    return Client(MODEL, MUTANTS[identity].behaviour)


def operators_of(model: object) -> set[str]:
    return {mutant.operator for operator in STATE for mutant in operator(model)}  # type: ignore[arg-type]


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_every_fault_shows_in_the_conversation_and_only_in_the_operations_that_it_touches(mutant: Mutant) -> None:
    seen = differing(MODEL, mutant.behaviour, TOPICS)

    assert seen
    assert seen <= mutant.touches


def test_every_operator_has_a_mutant_on_a_document_with_everything() -> None:
    assert {mutant.operator for mutant in MUTANTS.values()} == {f"D{number}" for number in range(1, 12)}
    assert {mutant.family for mutant in MUTANTS.values()} == {FaultFamily.STATE}


def test_ids_are_unique_and_the_same_for_every_reading_of_the_document() -> None:
    again = [mutant.id for operator in STATE for mutant in operator(pets_model())]

    assert again == list(MUTANTS)
    assert len(set(again)) == len(again)


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        ("D1 POST /pets not stored", "POST /pets answers that it made the record and does not keep it"),
        ("D2 POST /pets /price dropped", "POST /pets forgets `price`"),
        ("D2 POST /pets /name truncated", "POST /pets cuts `name` to 20 characters"),
        ("D4 PUT /pets/{petId} /price lost", "PUT /pets/{petId} forgets `price`"),
        ("D7 DELETE /pets/{petId} nothing", "DELETE /pets/{petId} answers 204 and deletes nothing"),
    ],
)
def test_a_fault_is_told_in_the_words_of_a_tester(identity: str, sentence: str) -> None:
    assert MUTANTS[identity].sentence == sentence


def test_a_record_that_is_not_stored_is_answered_and_then_unknown() -> None:
    talk = client("D1 POST /pets not stored")
    made = talk.made("/pets", FIRST_PET)

    assert made["name"] == FIRST_PET["name"]
    assert talk.send("GET", f"/pets/{made['id']}").status == 404


def test_a_wrong_id_is_shown_for_a_record_that_is_there_under_its_own() -> None:
    talk = client("D1 POST /pets wrong id")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("GET", f"/pets/{made['id']}").status == 404
    assert talk.send("GET", f"/pets/{made['id'] - 1}").body["code"] == "c-1"


def test_an_id_that_is_used_again_takes_the_place_of_the_record_before() -> None:
    talk = client("D1 POST /pets same id")
    one, other = talk.made("/pets", FIRST_PET), talk.made("/pets", {**FIRST_PET, "code": "c-2"})

    assert one["id"] == other["id"]
    assert talk.send("GET", f"/pets/{one['id']}").body["code"] == "c-2"


@pytest.mark.parametrize(
    ("place", "member", "stored"),
    [
        ("/name truncated", "name", FIRST_PET["name"][:20]),
        ("/name altered", "name", FIRST_PET["name"].upper()),
        ("/code truncated", "code", "c-"),
        ("/status altered", "status", "available"),
        ("/price altered", "price", 20),
        ("/weight altered", "weight", 8),
        ("/chipped altered", "chipped", False),
        ("/born altered", "born", "2020-02-04"),
        ("/seen altered", "seen", "2024-05-07T07:08:09Z"),
        ("/tags altered", "tags", ["small"]),
    ],
)
def test_a_member_is_stored_wrongly_when_the_record_is_made(place: str, member: str, stored: object) -> None:
    talk = client(f"D2 POST /pets {place}")
    made = talk.made("/pets", FIRST_PET)

    assert made[member] == stored
    assert talk.send("GET", f"/pets/{made['id']}").body[member] == stored
    assert {name: value for name, value in made.items() if name not in {member, "id", "rank"}} == {
        name: value for name, value in FIRST_PET.items() if name not in {member, "pin"}
    }


def test_what_clients_never_see_is_not_forgotten_by_any_mutant() -> None:
    assert not [identity for identity in MUTANTS if "/pin" in identity or "/id" in identity or "/rank" in identity]


def test_a_code_is_taken_twice() -> None:
    talk = client("D3 POST /pets /code")
    talk.made("/pets", FIRST_PET)

    assert talk.send("POST", "/pets", FIRST_PET).status == 201
    assert Client(MODEL).made("/pets", FIRST_PET)


def test_an_id_that_a_client_chooses_is_taken_twice_where_that_is_a_conflict() -> None:
    document = deepcopy(DOCUMENT)
    document["paths"] = {path: document["paths"][path] for path in ("/shops", "/shops/{shopId}")}
    document["components"]["schemas"]["Shop"]["properties"]["id"] = {"type": "string"}
    document["paths"]["/shops"]["post"]["responses"]["409"] = {"description": "the id is taken"}
    model = model_of(document)
    mutants = {mutant.id: mutant for operator in STATE for mutant in operator(model)}
    for behaviour, status in ((mutants["D3 POST /shops /id"].behaviour, 201), (CONFORMING, 409)):
        talk = Client(model, behaviour)
        talk.made("/shops", {"id": "a", "title": "b"})

        assert talk.send("POST", "/shops", {"id": "a", "title": "c"}).status == status


def test_a_change_that_is_not_stored_is_answered_as_if_it_were() -> None:
    talk = client("D4 PATCH /pets/{petId} not stored")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("PATCH", f"/pets/{made['id']}", {"name": "Kim"}).body["name"] == "Kim"
    assert talk.send("GET", f"/pets/{made['id']}").body == made


def test_put_that_merges_keeps_what_the_body_leaves_out() -> None:
    talk = client("D5 PUT /pets/{petId} merges")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("PUT", f"/pets/{made['id']}", {"name": "Tim", "code": "c"}).body["price"] == 20.5


def test_patch_that_wipes_forgets_what_the_body_does_not_name() -> None:
    talk = client("D5 PATCH /pets/{petId} wipes")
    made = talk.made("/pets", FIRST_PET)
    after = talk.send("PATCH", f"/pets/{made['id']}", {"status": "available"}).body

    assert after["status"] == "available"
    assert after["name"] == FIRST_PET["name"]
    assert "price" not in after


def test_null_that_is_ignored_leaves_the_member_as_it_was() -> None:
    talk = client("D5 PATCH /pets/{petId} null ignored")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("PATCH", f"/pets/{made['id']}", {"nickname": None}).body["nickname"] == "rexy"


def test_put_that_gives_a_new_id_leaves_nothing_under_the_old_one() -> None:
    talk = client("D6 PUT /pets/{petId} new id")
    made = talk.made("/pets", FIRST_PET)
    after = talk.send("PUT", f"/pets/{made['id']}", FIRST_PET).body

    assert after["id"] != made["id"]
    assert talk.send("PUT", f"/pets/{made['id']}", FIRST_PET).status == 404


def test_put_that_appends_adds_to_the_list() -> None:
    talk = client("D6 PUT /pets/{petId} /toys appended")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("PUT", f"/pets/{made['id']}", {**FIRST_PET, "toys": ["rope"]}).body["toys"] == ["ball", "bone", "rope"]


def test_put_that_takes_a_record_for_its_own_duplicate_refuses_it() -> None:
    talk = client("D6 PUT /pets/{petId} own duplicate")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("PUT", f"/pets/{made['id']}", FIRST_PET).status == 409


def test_delete_that_deletes_nothing_leaves_the_record() -> None:
    talk = client("D7 DELETE /pets/{petId} nothing")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("DELETE", f"/pets/{made['id']}").status == 204
    assert talk.send("GET", f"/pets/{made['id']}").status == 200


def test_delete_that_deletes_everything_takes_the_others_too() -> None:
    talk = client("D7 DELETE /pets/{petId} everything")
    made, other = talk.made("/pets", FIRST_PET), talk.made("/pets", {**FIRST_PET, "code": "other"})
    talk.send("DELETE", f"/pets/{made['id']}")

    assert talk.send("GET", f"/pets/{other['id']}").status == 404


def test_a_deleted_record_that_stays_in_the_list_cannot_be_read() -> None:
    talk = client("D7 DELETE /pets/{petId} still listed")
    made = talk.made("/pets", FIRST_PET)
    talk.send("DELETE", f"/pets/{made['id']}")

    assert talk.send("GET", f"/pets/{made['id']}").status == 404
    assert [pet["id"] for pet in talk.send("GET", "/pets").body["items"]] == [made["id"]]


def test_an_invalid_body_is_refused_and_stored_all_the_same() -> None:
    talk = client("D8 POST /pets")

    assert talk.send("POST", "/pets", {**FIRST_PET, "weight": "heavy"}).status == 422
    assert talk.send("GET", "/pets").body["total"] == 1


def test_a_visit_is_found_below_the_wrong_pet() -> None:
    talk = client("D9 GET /pets/{petId}/visits/{visitId} any parent")
    one, other = talk.made("/pets", FIRST_PET), talk.made("/pets", {**FIRST_PET, "code": "other"})
    visit = talk.made(f"/pets/{one['id']}/visits", {"reason": "sick"})

    assert talk.send("GET", f"/pets/{other['id']}/visits/{visit['id']}").status == 200
    assert talk.send("DELETE", f"/pets/{other['id']}/visits/{visit['id']}").status == 404


def test_visits_of_all_pets_are_listed_below_each() -> None:
    talk = client("D9 GET /pets/{petId}/visits all parents")
    one, other = talk.made("/pets", FIRST_PET), talk.made("/pets", {**FIRST_PET, "code": "other"})
    talk.made(f"/pets/{one['id']}/visits", {"reason": "sick"})

    assert len(talk.send("GET", f"/pets/{other['id']}/visits").body) == 1


def test_the_oldest_record_is_shown_for_every_id() -> None:
    talk = client("D10 GET /pets/{petId}")
    talk.made("/pets", FIRST_PET)
    other = talk.made("/pets", {**FIRST_PET, "code": "other"})

    assert talk.send("GET", f"/pets/{other['id']}").body["code"] == "c-1"


def test_an_entity_tag_stays_the_same_after_a_change() -> None:
    talk = client("D11 GET /pets/{petId}")
    made = talk.made("/pets", FIRST_PET)
    before = talk.send("GET", f"/pets/{made['id']}").headers["etag"]
    talk.send("PATCH", f"/pets/{made['id']}", {"name": "Kim"})

    assert talk.send("GET", f"/pets/{made['id']}").headers["etag"] == before


def test_there_is_no_fault_of_records_where_there_are_none() -> None:
    document = deepcopy(DOCUMENT)
    document["paths"] = {"/convert": {"post": {"responses": {"200": {"description": "done"}}}}}

    assert operators_of(model_of(document)) == set()


def test_operators_apply_only_where_the_document_gives_them_something_to_get_wrong() -> None:
    document = deepcopy(DOCUMENT)
    document["paths"] = {path: document["paths"][path] for path in ("/shops", "/shops/{shopId}")}
    found = operators_of(model_of(document))

    # No parents, no unique key, no update, no ETag.
    assert found == {"D1", "D2", "D7", "D8", "D10"}
