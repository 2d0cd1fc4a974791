"""Requests that the document allows and that one operation refuses."""

from __future__ import annotations

from typing import Any

import pytest

from kennel_reference import TENANT, asking, document, dog, kennel, kennel_model, query, taking
from pets_reference import Client, model_of
from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.reference.mutants.overstrict import OVERSTRICT

MODEL = kennel_model()
MUTANTS = {mutant.id: mutant for operator in OVERSTRICT for mutant in operator(MODEL)}


def client(identity: str) -> Client:
    return kennel(MODEL, MUTANTS[identity].behaviour)


def ids_of(described: Any) -> set[str]:
    model = model_of(described)
    return {mutant.id for operator in OVERSTRICT for mutant in operator(model)}


BODIES: list[tuple[str, Any]] = [
    ("O1 {} /name minLength", dog(name="Re")),
    ("O1 {} /name maxLength", dog(name="Rexy the")),
    ("O1 {} /age minimum", dog(age=0)),
    ("O1 {} /age maximum", dog(age=30)),
    ("O1 {} /weight minimum", dog(weight=1)),
    ("O1 {} /tags maxItems", dog(tags=["a", "b"])),
    ("O1 {} /tags minItems", dog(tags=[])),
    ("O1 {} /collar/colour maxLength", dog(collar={"colour": "yellow"})),
    ("O1 {} /collar/holes minimum", dog(collar={"colour": "red", "holes": 1})),
    ("O2 {} /size enum", dog(size="large")),
    ("O2 {} /nickname null", dog(nickname=None)),
    ("O3 {} optional chip", dog(chip=...)),
    ("O3 {} /collar optional holes", dog(collar={"colour": "red"})),
    ("O3 {} optional pin", dog(pin=...)),
]


@pytest.mark.parametrize("label", ["POST /dogs", "PUT /dogs/{dogId}"])
@pytest.mark.parametrize(("identity", "body"), BODIES, ids=[identity for identity, _ in BODIES])
def test_one_operation_refuses_a_body_that_the_other_takes(identity: str, body: Any, label: str) -> None:
    targets = {"POST /dogs": ("POST", "/dogs"), "PUT /dogs/{dogId}": ("PUT", "/dogs/1")}
    mine = targets.pop(label)
    (others,) = targets.values()
    talk = Client(MODEL, MUTANTS[identity.format(label)].behaviour)
    talk.records = 1
    talk.__post_init__()

    assert kennel(MODEL).send(*mine, body).status in {200, 201}
    assert talk.send(*mine, body).status == 422
    assert talk.send(*others, body).status in {200, 201}
    assert talk.send(*mine, dog()).status in {200, 201}


@pytest.mark.parametrize(
    ("identity", "query_string"),
    [
        ("O1 GET /dogs query limit minimum", "?limit=1"),
        ("O1 GET /dogs query limit maximum", "?limit=10"),
        ("O2 GET /dogs query size enum", "?size=large"),
        ("O3 GET /dogs query limit optional", ""),
        ("O3 GET /dogs query word optional", "?limit=2"),
    ],
)
def test_a_parameter_is_refused_that_is_allowed(identity: str, query_string: str) -> None:
    assert kennel(MODEL).send("GET", f"/dogs{query_string}", headers=TENANT).status == 200
    assert client(identity).send("GET", f"/dogs{query_string}", headers=TENANT).status == 400
    assert client(identity).send("GET", "/dogs?limit=5&size=small&word=x", headers=TENANT).status == 200


def test_a_header_of_the_greatest_length_is_refused() -> None:
    headers = (("x-tenant", "abcde"),)

    assert kennel(MODEL).send("GET", "/dogs", headers=headers).status == 200
    assert client("O1 GET /dogs header X-Tenant maxLength").send("GET", "/dogs", headers=headers).status == 400


def test_the_first_key_is_refused() -> None:
    assert client("O1 GET /dogs/{dogId} path dogId minimum").send("GET", "/dogs/1").status == 400


def test_an_optional_body_is_asked_for() -> None:
    assert kennel(MODEL).send("PATCH", "/dogs/1").status == 200
    assert client("O3 PATCH /dogs/{dogId} body optional").send("PATCH", "/dogs/1").status >= 400


def test_what_is_invalid_is_refused_in_the_same_words() -> None:
    talk = client("O1 POST /dogs /age maximum")

    assert talk.send("POST", "/dogs", dog(age=31)) == kennel(MODEL).send("POST", "/dogs", dog(age=31))


@pytest.mark.parametrize(
    ("operator", "schema", "other"),
    [
        ("O1", {"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 10_000_000}),
        ("O1", {"type": "integer", "minimum": 5}, {"type": "integer", "minimum": 5, "maximum": 5}),
        ("O1", {"type": "integer", "minimum": 5}, {"type": "integer", "minimum": 5, "exclusiveMinimum": 4}),
        ("O1", {"type": "array", "minItems": 2}, {"type": "array", "minItems": 2, "maxItems": 2}),
        ("O1", {"type": "string", "minLength": 2}, {"enum": ["ab"], "minLength": 2}),
        ("O2", {"enum": ["a", "b"]}, {"enum": ["a"]}),
        ("O2", {"type": ["string", "null"]}, {"type": "string"}),
        ("O2", {"oneOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"], "enum": ["a"]}),
    ],
)
def test_an_operator_applies_where_something_is_left_to_refuse_and_to_take(operator: str, schema: Any, other: Any) -> None:
    def found(inner: Any) -> set[str]:
        described = taking({"required": ["a"], "properties": {"a": inner}})
        return {identity.split()[0] for identity in ids_of(described)}

    assert operator in found(schema)
    assert operator not in found(other)


def test_what_is_required_or_only_read_cannot_be_asked_for_more() -> None:
    assert "O3 POST /pets optional a" in ids_of(taking({"properties": {"a": {}}}))
    assert not ids_of(taking({"required": ["a"], "properties": {"a": {}, "b": {"readOnly": True}}}))
    assert ids_of(asking(query("a", {}))) == {"O3 GET /pets query a optional"}
    assert not ids_of(asking(query("a", {}, required=True)))


def test_null_cannot_be_refused_where_it_cannot_be_sent() -> None:
    form = {"multipart/form-data": {"schema": {"required": ["a"], "properties": {"a": {"type": ["string", "null"]}}}}}

    assert not ids_of(document({"requestBody": {"required": True, "content": form}, "responses": {}}))
    assert not ids_of(asking(query("a", {"type": ["string", "null"]}, required=True)))


def test_every_operator_has_a_mutant_here_and_each_has_an_id_of_its_own() -> None:
    every = [mutant.id for operator in OVERSTRICT for mutant in operator(MODEL)]

    assert {mutant.operator for mutant in MUTANTS.values()} == {"O1", "O2", "O3"}
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        ("O1 POST /dogs /name maxLength", "POST /dogs refuses a text of exactly 8 characters in `name`"),
        ("O2 POST /dogs /size enum", "POST /dogs refuses the choice large in `size`"),
        ("O3 POST /dogs optional chip", "POST /dogs refuses a request without the optional `chip`"),
    ],
)
def test_a_fault_is_told_in_the_words_of_a_tester(identity: str, sentence: str) -> None:
    mutant = MUTANTS[identity]

    assert mutant.sentence == sentence
    assert mutant.family is FaultFamily.OVERSTRICT
    assert CheckId.STATUS_EXPECTED in mutant.checks
    assert CheckId.REJECTED not in mutant.checks
