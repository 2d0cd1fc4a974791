"""Faults in lists: each shows in a conversation, in the list that it names, and nowhere else."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from pets_conversation import Topic, differing
from pets_reference import DOCUMENT, FIRST_PET, Client, model_of, pets_model
from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.reference.mutants.listing import LISTS
from specproof.reference.mutants.model import Mutant

MODEL = pets_model()
TOPICS = (Topic.LISTS, Topic.HIERARCHY, Topic.SHOPS)
MUTANTS = {mutant.id: mutant for operator in LISTS for mutant in operator(MODEL)}


def stocked(identity: str) -> Client:
    """A server with that fault and six pets, the codes of which are 0 to 5: cheap ones and dear ones in turn, the even ones sold."""
    talk = Client(MODEL, MUTANTS[identity].behaviour)
    for number in range(6):
        changes = {"code": str(number), "price": number * 10 % 7 + 0.5, "status": "available" if number % 2 else "sold"}
        talk.made("/pets", {**FIRST_PET, **changes})
    return talk


def codes(talk: Client, query: str) -> str:
    return "".join(pet["code"] for pet in talk.send("GET", f"/pets{query}").body["items"])


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_every_fault_shows_in_the_conversation_and_only_in_its_list(mutant: Mutant) -> None:
    assert differing(MODEL, mutant.behaviour, TOPICS) == {mutant.operation} == mutant.touches


def test_every_operator_has_a_mutant_on_a_document_with_everything() -> None:
    assert {mutant.operator for mutant in MUTANTS.values()} == {f"L{number}" for number in range(1, 6)}
    assert {mutant.family for mutant in MUTANTS.values()} == {FaultFamily.LIST}


@pytest.mark.parametrize(
    ("identity", "query", "expected"),
    [
        ("L1 GET /pets ?status ignored", "?status=sold&limit=9", "012345"),
        ("L1 GET /pets ?status inverted", "?status=sold&limit=9", "135"),
        ("L1 GET /pets ?status inverted", "?limit=9", "012345"),
        ("L2 GET /pets ?sort ignored", "?sort=price&limit=9", "012345"),
        ("L2 GET /pets ?sort reversed", "?sort=price&limit=9", "241350"),
        ("L3 GET /pets ?limit ignored", "?limit=2", "012345"),
        ("L3 GET /pets ?limit one off", "?limit=2", "012"),
        ("L3 GET /pets ?limit one off", "", "0123"),
        ("L3 GET /pets ?limit default", "", "01234"),
        ("L3 GET /pets ?limit default", "?limit=2", "01"),
        ("L4 GET /pets ?offset ignored", "?offset=2&limit=2", "01"),
        ("L4 GET /pets ?offset one off", "?offset=2&limit=2", "34"),
        ("L4 GET /pets ?offset one off", "?limit=2", "01"),
        ("L5 GET /pets newest missing", "?limit=9", "01234"),
        ("L5 GET /pets twice", "?limit=2", "011"),
    ],
)
def test_a_list_shows_what_it_should_not(identity: str, query: str, expected: str) -> None:
    assert codes(stocked(identity), query) == expected


def test_a_total_counts_one_too_many() -> None:
    assert stocked("L5 GET /pets total").send("GET", "/pets").body["total"] == 7


def test_faults_are_told_in_the_words_of_a_tester() -> None:
    assert MUTANTS["L1 GET /pets ?status ignored"].sentence == "GET /pets ignores the filter `status`"
    assert MUTANTS["L3 GET /pets ?limit default"].sentence == "GET /pets shows 5 records where `limit` is not sent, instead of 4"
    assert MUTANTS["L3 GET /pets ?limit default"].checks == {CheckId.PAGE_SIZE}


def test_plain_lists_have_only_the_faults_of_plain_lists() -> None:
    found = {mutant.id for mutant in MUTANTS.values() if mutant.operation.path == "/shops"}

    assert found == {"L5 GET /shops newest missing", "L5 GET /shops twice"}


@pytest.mark.parametrize(("parameter", "place"), [("page", "?page"), ("cursor", "?cursor")])
def test_pages_by_number_and_cursor_begin_at_the_wrong_record(parameter: str, place: str) -> None:
    document: dict[str, Any] = deepcopy(DOCUMENT)
    kind = {"type": "integer", "minimum": 1} if parameter == "page" else {"type": "string"}
    document["paths"]["/pets"]["get"]["parameters"][1] = {"name": parameter, "in": "query", "schema": kind}
    model = model_of(document)
    mutants = {mutant.id: mutant for operator in LISTS for mutant in operator(model) if mutant.operator == "L4"}

    assert sorted(mutants) == [f"L4 GET /pets {place} ignored", f"L4 GET /pets {place} one off"]
    for identity, expected in ((f"L4 GET /pets {place} ignored", "01"), (f"L4 GET /pets {place} one off", "3")):
        talk = Client(model, mutants[identity].behaviour)
        made = [talk.made("/pets", {**FIRST_PET, "code": str(number)}) for number in range(4)]
        value = 2 if parameter == "page" else made[1]["id"]
        assert codes(talk, f"?limit=2&{parameter}={value}") == expected
