"""Faults in the bodies of answers: each shows in its own operation, and breaks what the document says."""

from __future__ import annotations

from typing import Any

import pytest

from kennel_reference import TENANT, answering, document, dog, kennel, kennel_model, listed, refusals, shows
from pets_reference import Client, model_of
from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.messages import Request
from specproof.reference.mutants.answers import ABSENT, Absent, altered
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.response import RESPONSE
from specproof.reference.server import ReferenceServer

MODEL = kennel_model()
MUTANTS = {mutant.id: mutant for operator in RESPONSE for mutant in operator(MODEL)}


def client(identity: str) -> Client:
    return kennel(MODEL, MUTANTS[identity].behaviour)


def shown(identity: str) -> Any:
    """Dog 1 as that server shows it."""
    return client(identity).send("GET", "/dogs/1").body


def operators_of(document: Any) -> set[str]:
    model = model_of(document)
    return {mutant.operator for operator in RESPONSE for mutant in operator(model)}


@pytest.mark.parametrize(
    ("identity", "member", "value"),
    [
        ("R1 GET /dogs/{dogId} required name", "name", ...),
        ("R3 GET /dogs/{dogId} /name type", "name", 7),
        ("R3 GET /dogs/{dogId} /age type", "age", "seven"),
        ("R4 GET /dogs/{dogId} /name null", "name", None),
        ("R5 GET /dogs/{dogId} /size enum", "size", "undocumented-value"),
        ("R6 GET /dogs/{dogId} additionalProperties", "undocumentedMember", True),
        ("R7 GET /dogs/{dogId} /mail format", "mail", "yesterday"),
        ("R7 GET /dogs/{dogId} /made format", "made", "yesterday"),
        ("R8 GET /dogs/{dogId} /age maximum", "age", 31),
        ("R8 GET /dogs/{dogId} /age minimum", "age", -1),
        ("R8 GET /dogs/{dogId} /weight exclusiveMaximum", "weight", 90),
        ("R8 GET /dogs/{dogId} /weight multipleOf", "weight", 0.75),
        ("R8 GET /dogs/{dogId} /name minLength", "name", "x"),
        ("R8 GET /dogs/{dogId} /name maxLength", "name", "xxxxxxxxx"),
        ("R8 GET /dogs/{dogId} /tags maxItems", "tags", ["old", "old", "old"]),
        ("R8 GET /dogs/{dogId} /tags uniqueItems", "tags", ["old", "old"]),
        ("R9 GET /dogs/{dogId} /tags array", "tags", {"items": ["old"]}),
        ("R9 GET /dogs/{dogId} /collar object", "collar", [{"colour": "red", "holes": 3}]),
        ("R14 GET /dogs/{dogId} /id readOnly", "id", ...),
        ("R14 GET /dogs/{dogId} /pin writeOnly", "pin", "1234"),
    ],
)
def test_one_member_of_the_answer_is_wrong_and_nothing_else(identity: str, member: str, value: Any) -> None:
    right = kennel(MODEL).send("GET", "/dogs/1").body
    wrong = shown(identity)

    assert wrong.get(member, ...) == value
    assert right.get(member, ...) != value
    assert {**wrong, member: 0} == {**right, member: 0}


def test_a_text_that_does_not_match_its_pattern_is_shown() -> None:
    assert not shown("R8 GET /dogs/{dogId} /chip pattern")["chip"].isalpha()


def test_of_a_list_the_last_item_is_wrong() -> None:
    talk = client("R2 GET /dogs /* required name")
    talk.send("POST", "/dogs", dog(chip="XYZ"))
    first, last = listed(talk).body

    assert "name" in first
    assert "name" not in last


def test_an_empty_list_is_left_alone() -> None:
    assert listed(Client(MODEL, MUTANTS["R2 GET /dogs /* required name"].behaviour)).body == []


def test_what_is_stored_stays_right() -> None:
    talk = client("R3 PUT /dogs/{dogId} /name type")

    assert talk.send("PUT", "/dogs/1", dog()).body["name"] == 7
    assert talk.send("GET", "/dogs/1").body["name"] == "Rexy"


@pytest.mark.parametrize(
    ("identity", "raw"),
    [("R10 GET /dogs/{dogId}", "cut"), ("R11 GET /dogs/{dogId}", "empty")],
)
def test_bytes_are_missing(identity: str, raw: str) -> None:
    server = ReferenceServer(MODEL, MUTANTS[identity].behaviour)
    server.populate(1)
    right = ReferenceServer(MODEL)
    right.populate(1)
    request = Request("GET", "/dogs/1")

    assert server.answer(request).body == (right.answer(request).body[:-1] if raw == "cut" else b"")


@pytest.mark.parametrize(
    ("identity", "expected"),
    [("R12 GET /dogs/{dogId} required", {}), ("R12 GET /dogs/{dogId} type", "error")],
)
def test_refusals_have_another_body_than_documented(identity: str, expected: Any) -> None:
    talk = client(identity)

    assert talk.send("GET", "/dogs/99").body == expected
    assert talk.send("GET", "/dogs/99").status == 404
    assert talk.send("GET", "/dogs/1").body["name"] == "Rexy"


def test_a_discriminator_names_no_alternative() -> None:
    talk = client("R13 GET /guests discriminator")

    assert talk.send("GET", "/guests").body["kind"] == "undocumentedKind"


CONVERSATION: list[tuple[str, str, str, Any]] = [
    ("POST /dogs", "POST", "/dogs", dog(chip="XYZ")),
    ("GET /dogs", "GET", "/dogs", None),
    ("GET /dogs/{dogId}", "GET", "/dogs/1", None),
    ("PUT /dogs/{dogId}", "PUT", "/dogs/1", dog(age=8)),
    ("PATCH /dogs/{dogId}", "PATCH", "/dogs/1", {"age": 9}),
    ("GET /guests", "GET", "/guests", None),
    ("GET /dogs/{dogId}", "GET", "/dogs/99", None),
    ("PUT /dogs/{dogId}", "PUT", "/dogs/99", dog()),
    ("PATCH /dogs/{dogId}", "PATCH", "/dogs/99", {}),
    ("DELETE /dogs/{dogId}", "DELETE", "/dogs/99", None),
    ("GET /dogs", "GET", "/dogs?limit=0", None),
    ("POST /dogs", "POST", "/dogs", {}),
]


def transcript(talk: Client) -> list[Any]:
    return [talk.send(method, target, body, headers=TENANT) for _, method, target, body in CONVERSATION]


@pytest.fixture(scope="module")
def right() -> list[Any]:
    return transcript(_Bytes(MODEL))


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_other_operations_answer_as_ever(mutant: Mutant, right: list[Any]) -> None:
    wrong = transcript(_Bytes(MODEL, mutant.behaviour))
    differing = {said[0] for said, one, other in zip(CONVERSATION, right, wrong, strict=True) if one != other}

    # What is only there in the other branch of a choice cannot be shown wrongly.
    assert differing == {mutant.operation.label} or (not differing and mutant.operation.path == "/guests")


class _Bytes(Client):
    """A client that takes what is no JSON for one text."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.send("POST", "/dogs", dog())

    def send(self, method: str, target: str, body: Any = None, **more: Any) -> Any:
        try:
            return super().send(method, target, body, **more)
        except ValueError:
            return "no JSON"


@pytest.mark.parametrize(
    ("operator", "schema", "other"),
    [
        ("R1", {"required": ["a"]}, {"properties": {"a": {}}}),
        ("R2", {"type": "array", "items": {"required": ["a"]}}, {"type": "array", "items": {"type": "object"}}),
        ("R3", {"type": "string"}, {"type": ["string", "integer"]}),
        ("R4", {"type": "string"}, {"type": ["string", "null"]}),
        ("R4", {"enum": [1, 2]}, {"properties": {"a": {}}}),
        ("R5", {"enum": ["a", "b"]}, {"type": "string"}),
        ("R6", {"type": "object", "additionalProperties": False}, {"type": "object", "additionalProperties": {}}),
        ("R6", {"additionalProperties": False}, {"additionalProperties": False, "patternProperties": {"^u": {}}}),
        ("R7", {"type": "string", "format": "uuid"}, {"type": "string", "format": "int-code"}),
        ("R8", {"type": "integer", "minimum": 3}, {"type": "integer"}),
        ("R8", {"type": "array", "minItems": 1}, {"type": "array", "minItems": 0}),
        ("R8", {"type": "string", "pattern": "^a$"}, {"type": "string", "pattern": "(?=b)"}),
        ("R9", {"type": "object"}, {"properties": {}}),
        ("R10", {"type": "object"}, {"type": "integer"}),
        ("R14", {"properties": {"a": {"writeOnly": True}}}, {"properties": {"a": {}}}),
        ("R14", {"properties": {"a": {"readOnly": True}}, "required": ["a"]}, {"properties": {"a": {"readOnly": True}}}),
    ],
)
def test_an_operator_applies_where_the_document_says_what_it_breaks_and_not_elsewhere(
    operator: str, schema: Any, other: Any
) -> None:
    assert operator in operators_of(answering(schema))
    assert operator not in operators_of(answering(other))


def test_answers_without_a_body_can_have_nothing_wrong_in_it() -> None:
    quiet = document({"responses": {"204": {"description": "done"}}})

    assert operators_of(quiet) == set()
    assert "R11" in operators_of(document({"responses": {"200": shows({})}}))


def test_errors_are_wrong_only_where_requests_can_be_refused_and_their_body_is_documented() -> None:
    secured = {"security": [{"Token": []}], "responses": {"204": {"description": "done"}, **refusals("401")}}
    schemas = {"Problem": {"type": "object"}}

    assert "R12" in operators_of(document(secured, schemas))
    assert "R12" not in operators_of(document({**secured, "security": []}, schemas))
    assert "R12" not in operators_of(document(secured, {"Problem": {}}))


def test_a_discriminator_is_wrong_only_where_there_are_alternatives() -> None:
    choice = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "discriminator": {"propertyName": "kind"}}

    assert "R13" in operators_of(answering(choice))
    assert "R13" not in operators_of(answering({"oneOf": choice["oneOf"]}))


def test_what_a_fault_is_and_what_may_notice_it() -> None:
    mutant = MUTANTS["R1 GET /dogs/{dogId} required name"]

    assert mutant.sentence == "GET /dogs/{dogId} leaves out the required `name`"
    assert mutant.family is FaultFamily.RESPONSE
    assert CheckId.BODY_SCHEMA in mutant.checks
    assert mutant.touches == {mutant.operation}


def test_a_place_is_changed_in_a_copy() -> None:
    value: JsonObject = {"pets": [{"name": "a"}, {"name": "b"}]}

    def gone(_: JsonValue | Absent) -> JsonValue | Absent:
        return ABSENT

    assert altered(value, ("pets", -1, "name"), gone) == {"pets": [{"name": "a"}, {}]}
    assert altered(value, ("owner", "name"), lambda _: 1) == {**value, "owner": {"name": 1}}
    assert altered(value, ("owner", "name"), gone) == value
    assert altered(value, ("owners", -1, "name"), lambda _: 1) == value
    assert altered([], (-1,), lambda _: 1) == []
    assert value == {"pets": [{"name": "a"}, {"name": "b"}]}
