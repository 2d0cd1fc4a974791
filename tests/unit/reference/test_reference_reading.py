"""How documents are read: resources, roles, ids, whatever the order of the document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from petserver import PET, answers, body_of, caller, document, path_parameter, pets_paths
from specproof.openapi.parser import parse_spec
from specproof.reference.model import ReferenceModel

ROOT = Path(__file__).parents[3]


def model_of(paths: dict[str, Any]) -> ReferenceModel:
    return ReferenceModel(parse_spec(json.dumps(document(paths)).encode()))


def roles(model: ReferenceModel) -> dict[str, str]:
    return {reading.key.label: reading.role.value for reading in model.readings}


def test_the_roles_of_the_pets_api() -> None:
    assert roles(model_of(pets_paths())) == {
        "GET /pets": "list",
        "POST /pets": "create",
        "GET /pets/chip/{chip}": "read",
        "GET /pets/{petId}": "read",
        "PUT /pets/{petId}": "replace",
        "PATCH /pets/{petId}": "patch",
        "DELETE /pets/{petId}": "delete",
        "POST /pets/{petId}/adopt": "action",
        "GET /pets/{petId}/visits": "list",
        "POST /pets/{petId}/visits": "create",
        "GET /pets/{petId}/visits/{visitId}": "read",
        "DELETE /pets/{petId}/visits/{visitId}": "delete",
    }


def test_resources_have_their_parents_keys_and_ids() -> None:
    pets, visits = model_of(pets_paths()).resources
    assert (pets.name, pets.id_property, pets.id_parameter, pets.unique_keys, pets.parent) == (
        "/pets",
        "id",
        "petId",
        ("chip",),
        None,
    )
    assert (visits.name, visits.id_property, visits.parent) == ("/pets/{petId}/visits", "id", pets)
    assert pets.item_paths == ("/pets/{petId}", "/pets/chip/{chip}")


@pytest.mark.parametrize(
    ("parameter", "properties", "expected"),
    [
        ("petId", ["name", "id"], "id"),
        ("petId", ["pet_id", "id"], "pet_id"),
        ("id", ["uuid", "name"], "uuid"),
        ("username", ["id", "username"], "username"),
        ("slug", ["title", "slug"], "slug"),
        ("petNumber", ["name", "number"], "number"),
        ("petId", ["label"], ""),
    ],
)
def test_the_id_is_the_property_that_the_parameter_means(parameter: str, properties: list[str], expected: str) -> None:
    pet = {"type": "object", "properties": {name: {"type": "string"} for name in properties}}
    item = {"get": {"parameters": [path_parameter(parameter, "string")], "responses": answers(200, schema=pet)}}
    (resource,) = model_of({f"/pets/{{{parameter}}}": item}).resources
    assert resource.id_property == expected


def test_the_order_of_a_document_makes_no_difference() -> None:
    made = document(pets_paths())
    turned = json.loads(json.dumps(made), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    first, second = (ReferenceModel(parse_spec(json.dumps(each).encode())) for each in (made, turned))
    assert roles(first) == roles(second)
    assert [(r.name, r.id_property, r.unique_keys, r.item_paths) for r in first.resources] == [
        (r.name, r.id_property, r.unique_keys, r.item_paths) for r in second.resources
    ]


def test_an_operation_without_a_record_is_answered_by_a_valid_value_that_says_what_was_sent() -> None:
    total = {
        "type": "object",
        "required": ["amount", "weight"],
        "properties": {"amount": {"type": "integer"}, "weight": {"type": "number"}},
    }
    weight = {"type": "object", "properties": {"weight": {"type": "number"}}}
    shop = caller({"/price": {"post": {"requestBody": body_of(weight), "responses": answers(200, schema=total)}}})
    first, again = (shop.json("POST", "/price", {"weight": 2.5}) for _ in range(2))
    assert first == again
    assert first["weight"] == 2.5
    assert isinstance(first["amount"], int)


def test_headers_that_are_documented_are_there_and_valid() -> None:
    answer = answers(200, schema={"type": "object"}, X_Left={"required": True, "schema": {"type": "integer", "minimum": 5}})
    shop = caller({"/health": {"get": {"responses": answer}}})
    assert int(dict(shop("GET", "/health").headers)["x-left"]) >= 5


def test_the_sample_api_is_read_whole() -> None:
    spec = parse_spec((ROOT / "examples" / "bookshop" / "openapi.json").read_bytes())
    model = ReferenceModel(spec)
    assert [role for role in roles(model).values() if role == "other"] == ["other"]
    assert len(model.resources) == 3
    assert [resource.is_owned for resource in model.resources].count(True) == 1


def test_a_record_shown_by_another_schema_is_still_one_record() -> None:
    short = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    paths = pets_paths()
    paths["/pets"]["get"]["responses"] = answers(200, schema={"type": "array", "items": short})
    pets = caller(paths)
    pets("POST", "/pets", {"name": "Mia", "weight": 4})
    assert pets.json("GET", "/pets") == [{"id": 1, "name": "Mia"}]
    assert pets.json("GET", "/pets/1")["weight"] == 4
    assert PET["properties"]["weight"]
