from __future__ import annotations

from typing import Any

import pytest

from planned import fixture_spec, json_answer, json_body, operation_of, spec_of
from specproof.generators.reading.producers import build_producers
from specproof.generators.reading.resources import ResourceModel, build_resources


@pytest.fixture(scope="module")
def model() -> ResourceModel:
    return build_resources(fixture_spec("kennels.yaml").operations)


def roles(model: ResourceModel) -> dict[str, str]:
    return {key.label: f"{resource.slug} {role}" for resource in model.resources for key, role in resource.roles.items()}


def test_operations_play_parts_in_the_life_of_their_resource(model: ResourceModel) -> None:
    found = roles(model)
    assert found["GET /dogs"] == "dogs list"
    assert found["POST /dogs"] == "dogs create"
    assert found["GET /dogs/{dogId}"] == "dogs read"
    assert found["PUT /dogs/{dogId}"] == "dogs replace"
    assert found["PATCH /dogs/{dogId}"] == "dogs patch"
    assert found["DELETE /dogs/{dogId}"] == "dogs delete"
    assert found["POST /dogs/{dogId}/groom"] == "dogs action"


def test_a_list_below_a_parent_and_a_second_key_belong_to_the_records_that_they_show(model: ResourceModel) -> None:
    found = roles(model)
    assert found["GET /owners/{ownerId}/dogs"] == "dogs list"
    assert found["GET /dogs/chip/{chip}"] == "dogs read"


def test_the_id_is_found_through_the_item_parameter_and_through_envelopes(model: ResourceModel) -> None:
    identities = {one.slug: one.identity.pointer for one in model.resources if one.identity is not None}
    assert identities == {"dogs": "/id", "owners": "/id", "walks": "/data/walk_id"}
    assert [one.slug for one in model.makers] == ["dogs", "owners", "walks"]


def parameter(name: str, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def crud(name: str, parameter_name: str, record: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    schema = {"type": "object", "properties": record}
    sent = {"type": "object", "properties": body if body is not None else {"label": {"type": "string"}}}
    return {
        f"/{name}": {"post": {"requestBody": json_body(sent), "responses": json_answer(schema, "201")}},
        f"/{name}/{{{parameter_name}}}": {"get": {"parameters": [parameter(parameter_name)], "responses": json_answer(schema)}},
    }


@pytest.mark.parametrize(
    ("parameter_name", "record", "pointer"),
    [
        ("id", {"id": {"type": "integer"}, "label": {"type": "string"}}, "/id"),
        ("thing_id", {"thingId": {"type": "integer"}, "label": {"type": "string"}}, "/thingId"),
        ("thingCode", {"code": {"type": "string"}, "label": {"type": "string"}}, "/code"),
        ("ref", {"uuid": {"type": "string"}, "label": {"type": "string"}}, "/uuid"),
        ("thing", {"slug": {"type": "string"}, "label": {"type": "string"}}, "/slug"),
        ("zorp", {"blik": {"type": "integer"}, "label": {"type": "string"}}, "/blik"),
    ],
)
def test_ids_have_many_names(parameter_name: str, record: dict[str, Any], pointer: str) -> None:
    model = build_resources(spec_of(crud("things", parameter_name, record)).operations)
    identity = model.resources[0].identity
    assert identity is not None
    assert identity.pointer == pointer
    assert not identity.sent


def test_an_id_that_the_client_chooses_comes_out_of_the_sent_body() -> None:
    paths = crud("users", "username", {"note": {"type": "string"}}, {"username": {"type": "string"}})
    identity = build_resources(spec_of(paths).operations).resources[0].identity
    assert identity is not None
    assert (identity.pointer, identity.sent) == ("/username", True)


def test_a_record_without_any_id_cannot_be_made() -> None:
    model = build_resources(spec_of(crud("things", "zorp", {"label": {"type": "string"}})).operations)
    assert model.makers == ()


def test_remote_procedures_are_grouped_by_what_stands_before_the_verb() -> None:
    answer = {"post": {"responses": {"200": {"description": "d"}}}}
    lists = {"get": {"responses": json_answer({"type": "array", "items": {"type": "object", "properties": {"id": {}}}})}}
    single = {"get": {"responses": {"200": {"description": "d"}}}, "put": {"responses": {"200": {"description": "d"}}}}
    model = build_resources(
        spec_of(
            {"/food/search": answer, "/food/add": answer, "/api/v1/login": answer, "/feed/posts": lists, "/settings": single}
        ).operations
    )
    found = roles(model)
    assert found["POST /food/search"] == found["POST /food/add"] == "food action"
    assert found["POST /api/v1/login"] == "login action"
    assert found["GET /feed/posts"] == "posts list"
    assert found["PUT /settings"] == "settings singleton"


def test_collections_that_share_their_last_word_are_qualified_and_the_shallowest_keeps_it() -> None:
    item = {"responses": {"200": {"description": "d"}}}
    paths = {
        "/notes/{noteId}": {"get": {"parameters": [parameter("noteId")], **item}},
        "/dogs/{dogId}/notes/{noteId}": {"get": {"parameters": [parameter("dogId"), parameter("noteId")], **item}},
        "/cats/{catId}/notes/{noteId}": {"get": {"parameters": [parameter("catId"), parameter("noteId")], **item}},
    }
    model = build_resources(spec_of(paths).operations)
    assert [resource.slug for resource in model.resources] == ["cat_notes", "dog_notes", "notes"]
    assert len({resource.record_name for resource in model.resources}) == 3


def test_body_slots_name_the_records_that_they_need() -> None:
    spec = fixture_spec("kennels.yaml")
    producers = build_producers(build_resources(spec.operations))
    dog = {slot.pointer: (slot.resource.slug, slot.is_cut) for slot in producers.of_body(operation_of(spec, "POST /dogs"))}
    walk = {slot.pointer: (slot.resource.slug, slot.is_list) for slot in producers.of_body(operation_of(spec, "POST /walks"))}
    assert dog == {"/owner_id": ("owners", False), "/sire_dog_id": ("dogs", True)}
    assert walk == {"/dog_ids": ("dogs", True), "/stops/*/owner_id": ("owners", False)}
    assert producers.orphans(operation_of(spec, "POST /dogs")) == {"/mother_id"}


def test_circles_are_cut_at_the_optional_edge() -> None:
    pack = {"id": {"type": "integer"}, "leader_wolf_id": {"type": "integer"}}
    wolf = {"id": {"type": "integer"}, "pack_id": {"type": "integer"}}
    paths = {**crud("packs", "id", pack, {"leader_wolf_id": {"type": "integer"}}), **crud("wolves", "id", wolf, {})}
    wolves = paths["/wolves"]["post"]
    wolves["requestBody"] = json_body({"type": "object", "required": ["pack_id"], "properties": {"pack_id": {"type": "integer"}}})
    paths["/wolfs"], paths["/wolfs/{id}"] = paths.pop("/wolves"), paths.pop("/wolves/{id}")
    spec = spec_of(paths)
    producers = build_producers(build_resources(spec.operations))
    assert [slot.is_cut for slot in producers.of_body(operation_of(spec, "POST /packs"))] == [True]
    assert [slot.is_cut for slot in producers.of_body(operation_of(spec, "POST /wolfs"))] == [False]


def test_enums_and_other_types_are_no_references() -> None:
    body = {"thing_id": {"type": "string", "enum": ["a"]}, "thing": {"type": "string"}, "things": {"type": "boolean"}}
    paths = {**crud("things", "id", {"id": {"type": "integer"}}), **crud("users", "id", {"id": {"type": "integer"}}, body)}
    spec = spec_of(paths)
    assert build_producers(build_resources(spec.operations)).of_body(operation_of(spec, "POST /users")) == ()
