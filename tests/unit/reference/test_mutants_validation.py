"""Requests that break a rule and are taken all the same: by one operation, for one rule, at one place."""

from __future__ import annotations

from typing import Any

import pytest

from kennel_reference import TENANT, asking, document, dog, kennel, kennel_model, query, shows, taking
from pets_reference import Client, model_of
from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.reference.mutants.requests import ContractChanged
from specproof.reference.mutants.validation import VALIDATION

MODEL = kennel_model()
MUTANTS = {mutant.id: mutant for operator in VALIDATION for mutant in operator(MODEL)}


def client(identity: str) -> Client:
    return kennel(MODEL, MUTANTS[identity].behaviour)


def ids_of(described: Any) -> set[str]:
    model = model_of(described)
    return {mutant.id for operator in VALIDATION for mutant in operator(model)}


def operators_of(described: Any) -> set[str]:
    return {identity.split()[0] for identity in ids_of(described)}


BODIES: list[tuple[str, Any]] = [
    ("V4 {} /name minLength", dog(name="R")),
    ("V4 {} /name maxLength", dog(name="Rexington I")),
    ("V4 {} /chip pattern", dog(chip="abc")),
    ("V4 {} /mail format", dog(mail="nobody")),
    ("V4 {} /size enum", dog(size="huge")),
    ("V5 {} /age minimum", dog(age=-1)),
    ("V5 {} /age maximum", dog(age=31)),
    ("V5 {} /weight minimum", dog(weight=0.5)),
    ("V5 {} /weight exclusiveMaximum", dog(weight=90)),
    ("V5 {} /weight multipleOf", dog(weight=20.3)),
    ("V6 {} /tags maxItems", dog(tags=["a", "b", "c"])),
    ("V6 {} /tags uniqueItems", dog(tags=["a", "a"])),
    ("V6 {} /tags items", dog(tags=[1])),
    ("V7 {} required name", dog(name=...)),
    ("V8 {} additionalProperties", dog(breed="pug")),
    ("V9 {} /collar/colour maxLength", dog(collar={"colour": "turquoise"})),
    ("V9 {} /collar/holes minimum", dog(collar={"colour": "red", "holes": 0})),
    ("V7 {} /collar required colour", dog(collar={"holes": 1})),
    ("V9 {} /name null", dog(name=None)),
    ("V9 {} /age type", dog(age="seven")),
    ("V10 {}", dog(name="R", age=31)),
]


@pytest.mark.parametrize("label", ["POST /dogs", "PUT /dogs/{dogId}"])
@pytest.mark.parametrize(("identity", "body"), BODIES, ids=[identity for identity, _ in BODIES])
def test_one_operation_takes_a_body_that_the_other_refuses(identity: str, body: Any, label: str) -> None:
    targets = {"POST /dogs": ("POST", "/dogs"), "PUT /dogs/{dogId}": ("PUT", "/dogs/1")}
    mine = targets.pop(label)
    (others,) = targets.values()
    talk = client(identity.format(label))

    assert kennel(MODEL).send(*mine, body).status == 422
    assert talk.send(*mine, body).status in {200, 201}
    assert talk.send(*others, body).status == 422


@pytest.mark.parametrize(("identity", "body"), BODIES[:-1], ids=[identity for identity, _ in BODIES[:-1]])
def test_other_rules_are_looked_at_as_ever(identity: str, body: Any) -> None:
    other = {"breed": "pug"} if "additional" not in identity else {"size": "huge"}

    assert client(identity.format("POST /dogs")).send("POST", "/dogs", {**body, **other}).status == 422


def test_a_change_is_taken_that_would_leave_the_record_invalid() -> None:
    talk = client("V5 PATCH /dogs/{dogId} /age maximum")

    assert kennel(MODEL).send("PATCH", "/dogs/1", {"age": 31}).status == 422
    assert talk.send("PATCH", "/dogs/1", {"age": 31}).status == 200
    assert talk.send("PATCH", "/dogs/1", {"age": -1}).status == 422


def test_what_is_refused_all_the_same_is_refused_in_the_same_words() -> None:
    body = dog(name="R", breed="pug")

    assert client("V4 POST /dogs /name minLength").send("POST", "/dogs", body) == kennel(MODEL).send("POST", "/dogs", body)


@pytest.mark.parametrize(
    ("identity", "query_string", "headers"),
    [
        ("V1 GET /dogs query limit minimum", "?limit=0", TENANT),
        ("V1 GET /dogs query limit maximum", "?limit=11", TENANT),
        ("V1 GET /dogs header X-Tenant maxLength", "", (("x-tenant", "longer"),)),
        ("V2 GET /dogs query limit type", "?limit=many", TENANT),
        ("V3 GET /dogs query size enum", "?size=huge", TENANT),
        ("V7 GET /dogs header X-Tenant required", "", ()),
    ],
)
def test_a_parameter_is_taken_that_breaks_its_rule(identity: str, query_string: str, headers: Any) -> None:
    target = f"/dogs{query_string}"

    assert kennel(MODEL).send("GET", target, headers=headers).status == 400
    assert client(identity).send("GET", target, headers=headers).status == 200


def test_a_parameter_of_the_wrong_type_is_as_good_as_none_or_has_a_value_where_it_has_to() -> None:
    needed = document(
        {"parameters": [query("limit", {"type": "integer", "minimum": 3}, required=True)], "responses": {"200": shows({})}},
        method="get",
    )
    model = model_of(needed)
    (mutant,) = [mutant for operator in VALIDATION for mutant in operator(model) if mutant.operator == "V2"]

    assert Client(model).send("GET", "/pets?limit=x").status == 400
    assert Client(model, mutant.behaviour).send("GET", "/pets?limit=x").status == 200
    assert Client(model, mutant.behaviour).send("GET", "/pets?limit=2").status == 400
    assert Client(model, mutant.behaviour).send("GET", "/pets").status == 400


def test_a_body_that_is_no_json_is_taken_for_an_empty_object() -> None:
    talk = client("V11 POST /dogs")

    assert kennel(MODEL).send("POST", "/dogs", b'{"name": ').status == 400
    assert talk.send("POST", "/dogs", b'{"name": ').status == 201
    assert talk.send("POST", "/dogs", {}).status == 422
    assert talk.send("PUT", "/dogs/1", b'{"name": ').status in {400, 422}


def test_a_body_may_be_missing() -> None:
    talk = client("V7 POST /dogs body required")

    assert kennel(MODEL).send("POST", "/dogs").status >= 400
    assert talk.send("POST", "/dogs").status == 201


@pytest.mark.parametrize(
    ("operator", "parameter", "other"),
    [
        ("V1", {"type": "string", "maxLength": 5}, {"type": "string", "minLength": 0}),
        ("V1", {"type": "string", "format": "uuid"}, {"type": "string", "format": "password"}),
        ("V1", {"type": "string", "pattern": "^a$"}, {"type": "string", "pattern": "^(?=a)"}),
        ("V2", {"type": "integer"}, {"type": "string"}),
        ("V3", {"enum": ["a", "b"]}, {"type": "boolean", "enum": [True, False]}),
    ],
)
def test_rules_of_parameters_are_forgotten_where_they_forbid_something(operator: str, parameter: Any, other: Any) -> None:
    assert operator in operators_of(asking(query("a", parameter)))
    assert operator not in operators_of(asking(query("a", other)))


@pytest.mark.parametrize(
    ("operator", "schema", "other"),
    [
        (
            "V4",
            {"properties": {"a": {"type": "string", "minLength": 1}}},
            {"properties": {"a": {"enum": ["a"], "minLength": 1}}},
        ),
        ("V5", {"properties": {"a": {"type": "integer", "minimum": 1}}}, {"properties": {"a": {"type": "integer"}}}),
        ("V6", {"properties": {"a": {"type": "array", "maxItems": 1}}}, {"properties": {"a": {"type": "array", "items": {}}}}),
        ("V7", {"required": ["a"]}, {"required": ["a"], "properties": {"a": {"readOnly": True}}}),
        ("V8", {"additionalProperties": False}, {"additionalProperties": {}}),
        ("V9", {"properties": {"a": {"type": "string"}}}, {"properties": {"a": {}}}),
        ("V9", {"properties": {"a": {"properties": {"b": {"minimum": 1}}}}}, {"properties": {"a": {"properties": {"b": {}}}}}),
    ],
)
def test_rules_of_bodies_are_forgotten_where_they_forbid_something(operator: str, schema: Any, other: Any) -> None:
    def optional(inner: Any) -> Any:
        described = taking(inner)
        described["paths"]["/pets"]["post"]["requestBody"]["required"] = False
        return described

    assert operator in operators_of(optional(schema))
    found = {identity for identity in ids_of(optional(other)) if identity.startswith(f"{operator} ")}
    assert not {identity for identity in found if not identity.endswith("enum")}


def test_a_shared_body_is_shared_by_name_and_one_operation_alone_shares_with_nobody() -> None:
    assert "V10" not in operators_of(taking({"$ref": "#/components/schemas/Pet"}, {"Pet": {"type": "object"}}))
    assert {identity for identity in MUTANTS if identity.startswith("V10")} == {"V10 POST /dogs", "V10 PUT /dogs/{dogId}"}


def test_malformed_json_is_taken_only_where_json_is() -> None:
    form = document({"requestBody": {"content": {"multipart/form-data": {"schema": {}}}}, "responses": {}})

    assert "V11" in operators_of(taking({}))
    assert "V11" not in operators_of(form)


def test_rules_for_the_key_of_a_record_are_left_alone() -> None:
    # An id that breaks its rule is unknown at best: the answer is a refusal either way.
    assert not [identity for identity in MUTANTS if " path dogId" in identity]


def test_a_name_that_several_branches_ask_for_cannot_be_forgotten_at_one_place() -> None:
    branches = [{"required": ["kind"], "properties": {"kind": {"const": kind}}} for kind in ("cat", "dog")]

    assert "V7 POST /pets required kind" not in ids_of(taking({"required": ["kind"], "oneOf": branches}))


def test_every_operator_has_a_mutant_here_and_each_has_an_id_of_its_own() -> None:
    every = [mutant.id for operator in VALIDATION for mutant in operator(MODEL)]

    assert {mutant.operator for mutant in MUTANTS.values()} == {f"V{number}" for number in range(1, 12)}
    assert len(every) == len(set(every))


@pytest.mark.parametrize("identity", [name for name, mutant in MUTANTS.items() if isinstance(mutant.behaviour, ContractChanged)])
def test_every_changed_contract_differs_from_the_documented_one(identity: str) -> None:
    mutant = MUTANTS[identity]
    documented = MODEL.contract(mutant.operation)
    assert isinstance(mutant.behaviour, ContractChanged)
    changed = mutant.behaviour.change(documented)

    assert (changed.parameters, changed.bodies, changed.required, changed.body_required) != (
        documented.parameters,
        documented.bodies,
        documented.required,
        documented.body_required,
    )


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        ("V4 POST /dogs /name maxLength", "POST /dogs accepts a text longer than 8 characters in `name`"),
        ("V7 POST /dogs required name", "POST /dogs accepts a request without the required `name`"),
        ("V9 POST /dogs /collar/holes minimum", "POST /dogs accepts less than 1 in `collar.holes`"),
        ("V1 GET /dogs query limit minimum", "GET /dogs accepts less than 1 in the query parameter `limit`"),
    ],
)
def test_a_fault_is_told_in_the_words_of_a_tester(identity: str, sentence: str) -> None:
    mutant = MUTANTS[identity]

    assert mutant.sentence == sentence
    assert mutant.family is FaultFamily.VALIDATION
    assert mutant.checks == {CheckId.REJECTED}
