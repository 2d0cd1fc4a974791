"""Records of the reference: made, read, replaced, changed, deleted, and all that lies below them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from petserver import PET, Caller, answers, body_of, caller, header, path_parameter, pets_paths


@pytest.fixture
def pets() -> Caller:
    return caller()


def test_a_new_record_is_shown_with_what_the_server_adds_and_without_what_is_write_only(pets: Caller) -> None:
    made = pets.json("POST", "/pets", {"name": "Mia", "secret": "s"})
    assert made == {
        "id": 1,
        "name": "Mia",
        "kind": "cat",
        "status": "waiting",
        "created_at": "2024-01-01T00:00:01Z",
        "updated_at": "2024-01-01T00:00:01Z",
    }
    assert pets.json("GET", "/pets/1") == made


def test_ids_count_up_and_are_never_given_twice(pets: Caller) -> None:
    first, second = (pets.json("POST", "/pets", {"name": name})["id"] for name in "ab")
    pets("DELETE", f"/pets/{second}")
    assert (first, second, pets.json("POST", "/pets", {"name": "c"})["id"]) == (1, 2, 3)


def test_a_client_does_not_set_what_is_read_only(pets: Caller) -> None:
    made = pets.json("POST", "/pets", {"name": "Mia", "id": 99, "status": "adopted", "created_at": "1999-01-01T00:00:00Z"})
    assert (made["id"], made["status"], made["created_at"]) == (1, "waiting", "2024-01-01T00:00:01Z")


def test_location_leads_to_the_new_record(pets: Caller) -> None:
    place = header(pets("POST", "/pets", {"name": "Mia"}), "location")
    assert place == "/pets/1"
    assert pets("GET", place).status == 200


def test_replacing_drops_optional_members_and_keeps_what_the_server_keeps(pets: Caller) -> None:
    made = pets.json("POST", "/pets", {"name": "Mia", "weight": 3.5, "kind": "dog"})
    replaced = pets.json("PUT", "/pets/1", {"name": "Leo"})
    assert replaced == {**{k: v for k, v in made.items() if k != "weight"}, "name": "Leo", "kind": "cat"} | {
        "updated_at": "2024-01-01T00:00:02Z"
    }
    assert pets.json("GET", "/pets/1") == replaced


def test_a_change_leaves_other_members_and_null_is_a_value(pets: Caller) -> None:
    pets("POST", "/pets", {"name": "Mia", "weight": 3.5, "note": "shy"})
    changed = pets.json("PATCH", "/pets/1", {"note": None})
    assert (changed["name"], changed["weight"], changed["note"]) == ("Mia", 3.5, None)


@pytest.mark.parametrize(
    ("media_type", "patch", "weight"),
    [
        ("application/merge-patch+json", {"weight": None, "name": "Leo"}, None),
        (
            "application/json-patch+json",
            [{"op": "remove", "path": "/weight"}, {"op": "replace", "path": "/name", "value": "Leo"}],
            None,
        ),
        (
            "application/json-patch+json",
            [{"op": "test", "path": "/name", "value": "Mia"}, {"op": "add", "path": "/name", "value": "Leo"}],
            2,
        ),
    ],
)
def test_patches_are_applied_as_their_media_type_says(media_type: str, patch: Any, weight: float | None) -> None:
    paths = pets_paths()
    paths["/pets/{petId}"]["patch"]["requestBody"]["content"] = {media_type: {}}
    pets = caller(paths)
    pets("POST", "/pets", {"name": "Mia", "weight": 2})
    changed = pets.json("PATCH", "/pets/1", patch, Content_Type=media_type)
    assert (changed["name"], changed.get("weight")) == ("Leo", weight)


def test_a_change_that_would_leave_an_invalid_record_is_refused() -> None:
    paths = pets_paths()
    paths["/pets/{petId}"]["patch"]["requestBody"]["content"] = {"application/merge-patch+json": {}}
    pets = caller(paths)
    pets("POST", "/pets", {"name": "Mia"})
    assert pets("PATCH", "/pets/1", {"name": None}, Content_Type="application/merge-patch+json").status == 422
    assert pets.json("GET", "/pets/1")["name"] == "Mia"


def test_a_patch_that_leads_nowhere_is_refused() -> None:
    paths = pets_paths()
    paths["/pets/{petId}"]["patch"]["requestBody"]["content"] = {"application/json-patch+json": {}}
    pets = caller(paths)
    pets("POST", "/pets", {"name": "Mia"})
    steps = [{"op": "remove", "path": "/nothing"}]
    assert pets("PATCH", "/pets/1", steps, Content_Type="application/json-patch+json").status == 422


def test_a_deleted_record_is_gone_and_so_is_what_lay_below_it(pets: Caller) -> None:
    pets("POST", "/pets", {"name": "Mia"})
    pets("POST", "/pets/1/visits", {"reason": "cold"})
    assert pets.server.record_count() == 2
    assert pets("DELETE", "/pets/1") == (204, (), b"", 0.0)
    assert [pets("GET", "/pets/1").status, pets("DELETE", "/pets/1").status] == [404, 404]
    assert pets.server.record_count() == 0


def test_records_below_are_reached_through_their_own_parent_alone(pets: Caller) -> None:
    for name in "ab":
        pets("POST", "/pets", {"name": name})
    visit = pets.json("POST", "/pets/1/visits", {"reason": "cold"})
    assert visit["petId"] == 1
    assert pets("GET", f"/pets/1/visits/{visit['id']}").status == 200
    assert pets("GET", f"/pets/2/visits/{visit['id']}").status == 404
    assert pets.json("GET", "/pets/2/visits") == []
    assert pets("POST", "/pets/9/visits", {"reason": "cold"}).status == 404


def test_a_record_is_looked_up_by_another_unique_property(pets: Caller) -> None:
    pets("POST", "/pets", {"name": "Mia", "chip": "1234"})
    assert pets.json("GET", "/pets/chip/1234")["name"] == "Mia"
    assert pets("GET", "/pets/chip/9999").status == 404


def test_a_unique_property_conflicts_on_making_and_replacing(pets: Caller) -> None:
    for chip in ("1234", "5678"):
        pets("POST", "/pets", {"name": "Mia", "chip": chip})
    assert pets("POST", "/pets", {"name": "Leo", "chip": "1234"}).status == 409
    assert pets("PUT", "/pets/2", {"name": "Leo", "chip": "1234"}).status == 409
    assert pets("PUT", "/pets/2", {"name": "Leo", "chip": "5678"}).status == 200


def test_a_verb_moves_the_status_on_and_shows_the_record(pets: Caller) -> None:
    pets("POST", "/pets", {"name": "Mia"})
    assert pets.json("POST", "/pets/1/adopt")["status"] == "adopted"
    assert pets.json("GET", "/pets/1")["status"] == "adopted"
    assert pets("POST", "/pets/7/adopt").status == 404


def test_etags_change_with_the_record_and_guard_it(pets: Caller) -> None:
    pets("POST", "/pets", {"name": "Mia"})
    tag = header(pets("GET", "/pets/1"), "etag")
    assert tag is not None
    assert pets("GET", "/pets/1", If_None_Match=tag).status == 304
    assert pets("PUT", "/pets/1", {"name": "Leo"}, If_Match=tag).status == 200
    assert pets("PUT", "/pets/1", {"name": "Max"}, If_Match=tag).status == 412
    assert header(pets("GET", "/pets/1"), "etag") != tag


def chosen_ids(*statuses: int) -> Caller:
    toy = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}, "size": {"type": "integer"}}}
    return caller(
        {
            "/toys": {"post": {"requestBody": body_of(toy), "responses": answers(201, *statuses, schema=toy)}},
            "/toys/{code}": {
                "parameters": [path_parameter("code", "string")],
                "get": {"responses": answers(200, 404, schema=toy)},
                "put": {"requestBody": body_of(toy), "responses": answers(200, 201, schema=toy)},
            },
        }
    )


def test_an_id_of_the_clients_choice_is_kept_and_a_second_one_is_a_conflict_or_an_update() -> None:
    strict, lax = chosen_ids(409), chosen_ids()
    for toys in (strict, lax):
        assert toys.json("POST", "/toys", {"code": "a b/c", "size": 1})["code"] == "a b/c"
        assert toys.json("GET", "/toys/a%20b%2Fc")["size"] == 1
    assert strict("POST", "/toys", {"code": "a b/c", "size": 2}).status == 409
    assert lax.json("POST", "/toys", {"code": "a b/c", "size": 2})["size"] == 2
    assert lax.server.record_count() == 1


def test_put_makes_a_record_where_201_is_documented() -> None:
    toys = chosen_ids()
    assert toys("PUT", "/toys/new", {"code": "new", "size": 1}).status == 201
    assert toys("PUT", "/toys/new", {"code": "new", "size": 2}).status == 200
    assert toys.json("GET", "/toys/new")["size"] == 2


def test_a_singleton_is_there_from_the_beginning_and_keeps_what_is_written() -> None:
    settings = {"type": "object", "required": ["theme"], "properties": {"theme": {"type": "string", "enum": ["light", "dark"]}}}
    desk = caller(
        {
            "/settings": {
                "get": {"responses": answers(200, schema=settings)},
                "put": {"requestBody": body_of(settings), "responses": answers(200, schema=settings)},
            }
        }
    )
    assert desk.json("GET", "/settings") == {"theme": "light"}
    desk("PUT", "/settings", {"theme": "dark"})
    assert desk.json("GET", "/settings") == {"theme": "dark"}


def test_records_in_a_wrapper_are_read_and_shown_in_it() -> None:
    def wrapped(inner: dict[str, Any]) -> dict[str, Any]:
        around = {"code": {"type": "integer"}, "message": {"type": "string"}, "data": inner}
        return {"type": "object", "required": ["code", "data"], "properties": around}

    several = {"type": "object", "properties": {"total": {"type": "integer"}, "items": {"type": "array", "items": PET}}}
    pets = caller(
        {
            "/pets": {
                "get": {"responses": answers(200, schema=wrapped(several))},
                "post": {"requestBody": body_of(PET), "responses": answers(200, schema=wrapped(PET))},
            },
            "/pets/{petId}": {
                "get": {"parameters": [path_parameter("petId")], "responses": answers(200, 404, schema=wrapped(PET))}
            },
        }
    )
    made = pets.json("POST", "/pets", {"name": "Mia"})
    assert (made["code"], made["data"]["name"]) == (0, "Mia")
    assert pets.json("GET", "/pets/1")["data"] == made["data"]
    listed = pets.json("GET", "/pets")["data"]
    assert (listed["total"], listed["items"]) == (1, [made["data"]])


def test_records_made_below_others_are_read_by_paths_of_their_own() -> None:
    toy = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
    }
    paths = pets_paths()
    paths["/pets/{petId}/toys"] = {
        "parameters": [path_parameter("petId")],
        "get": {"responses": answers(200, schema={"type": "array", "items": toy})},
        "post": {"requestBody": body_of(toy), "responses": answers(201, schema=toy)},
    }
    paths["/toys/{toyId}"] = {"get": {"parameters": [path_parameter("toyId")], "responses": answers(200, 404, schema=toy)}}
    pets = caller(paths)
    for name in "ab":
        pets("POST", "/pets", {"name": name})
        pets("POST", f"/pets/{1 if name == 'a' else 2}/toys", {"name": name})
    assert pets.json("GET", "/toys/2") == {"id": 2, "name": "b"}
    assert pets.json("GET", "/pets/1/toys") == [{"id": 1, "name": "a"}]
    assert header(pets("POST", "/pets/1/toys", {"name": "c"}), "location") == "/toys/3"
    pets("DELETE", "/pets/2")
    assert pets("GET", "/toys/2").status == 404


def test_required_members_that_nobody_sent_are_made_up_once() -> None:
    thing = {
        "type": "object",
        "required": ["id", "token"],
        "properties": {"id": {"type": "integer"}, "token": {"type": "string"}},
    }
    sent = {"type": "object", "properties": {"name": {"type": "string"}}}
    things = caller(
        {
            "/things": {"post": {"requestBody": body_of(sent), "responses": answers(201, schema=thing)}},
            "/things/{id}": {"get": {"parameters": [path_parameter("id")], "responses": answers(200, 404, schema=thing)}},
        }
    )
    made = things.json("POST", "/things", {"name": "x"})
    assert isinstance(made["token"], str)
    assert things.json("GET", "/things/1") == made


def test_the_same_requests_get_the_same_answers_after_a_reset(pets: Caller) -> None:
    def story() -> list[bytes]:
        return [
            pets("POST", "/pets", {"name": "Mia"}).body,
            pets("GET", "/pets").body,
            pets("POST", "/pets/1/visits", {"reason": "x"}).body,
        ]

    first = story()
    pets.server.reset()
    assert pets.server.record_count() == 0
    assert story() == first


def test_records_of_a_stranger_fill_every_collection_that_can_be_listed(pets: Caller) -> None:
    pets.server.populate(4)
    collections = [name for name, _ in pets.server.records()]
    assert {name: collections.count(name) for name in set(collections)} == {"/pets": 4, "/pets/{petId}/visits": 12}
    assert pets.json("GET", "/pets")["total"] == 4


def test_documents_that_let_nobody_make_a_record_have_some() -> None:
    breed = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    breeds = caller(
        {
            "/breeds": {"get": {"responses": answers(200, schema={"type": "array", "items": breed})}},
            "/breeds/{breedId}": {
                "get": {"parameters": [path_parameter("breedId")], "responses": answers(200, 404, schema=breed)}
            },
        }
    )
    listed = breeds.json("GET", "/breeds")
    assert [each["id"] for each in listed] == [1, 2, 3]
    assert breeds.json("GET", "/breeds/2") == listed[1]
    assert breeds("GET", "/breeds/9").status == 404


def test_bytes_of_an_answer_are_compact_json(pets: Caller) -> None:
    reply = pets("POST", "/pets", {"name": "Mia"})
    assert header(reply, "content-type") == "application/json"
    assert json.loads(reply.body)["name"] == "Mia"
