"""What the reference refuses, with which status, and what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from petserver import PET, SECURED, Caller, answers, body_of, both_users, caller, header, path_parameter, pets_paths


@pytest.fixture
def pets() -> Caller:
    return caller()


def test_an_unknown_path_is_not_found(pets: Caller) -> None:
    reply = pets("GET", "/nothing")
    assert (reply.status, header(reply, "content-type")) == (404, "application/problem+json")
    assert json.loads(reply.body)["status"] == 404


def test_an_undeclared_method_is_told_what_is_allowed(pets: Caller) -> None:
    reply = pets("DELETE", "/pets")
    assert (reply.status, header(reply, "allow")) == (405, "GET, HEAD, POST")
    assert header(pets("OPTIONS", "/pets"), "allow") == "GET, HEAD, POST"


def test_head_is_answered_as_get_without_a_body(pets: Caller) -> None:
    pets("POST", "/pets", {"name": "Mia"})
    head, get = pets("HEAD", "/pets/1"), pets("GET", "/pets/1")
    assert (head.status, head.headers, head.body) == (200, get.headers, b"")


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b'{"name": ""}', 422), (b"{}", 422), (b"[]", 422), (b"", 422), (b'{"name": "Mia", "weight": -1}', 422)],
)
def test_bad_bodies_are_refused_and_leave_nothing(pets: Caller, body: bytes, status: int) -> None:
    assert pets.server("POST", "/pets", {"Content-Type": "application/json"}, body).status == status
    assert pets.server.record_count() == 0


def test_a_body_of_another_media_type_is_refused(pets: Caller) -> None:
    assert pets.server("POST", "/pets", {"Content-Type": "text/plain"}, b"Mia").status == 415
    assert pets.server("PUT", "/pets/1", {"Content-Type": "text/plain"}, b"Mia").status == 422


@pytest.mark.parametrize(("documented", "status"), [((400, 422), 422), ((400,), 400), ((422,), 422), ((), 400)])
def test_an_invalid_body_gets_the_nearest_documented_status(documented: tuple[int, ...], status: int) -> None:
    pets = caller({"/pets": {"post": {"requestBody": body_of(PET), "responses": answers(201, *documented, schema=PET)}}})
    assert pets("POST", "/pets", {}).status == status


def test_accept_is_looked_at_where_406_is_documented() -> None:
    def server(*statuses: int) -> Caller:
        return caller({"/health": {"get": {"responses": answers(200, *statuses, schema={"type": "object"})}}})

    assert server(406)("GET", "/health", Accept="text/csv").status == 406
    assert server(406)("GET", "/health", Accept="text/csv, application/*;q=0.5").status == 200
    assert server()("GET", "/health", Accept="text/csv").status == 200


ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message", "status"],
    "properties": {
        "code": {"type": "string", "enum": ["bad_request", "not_found", "conflict"]},
        "message": {"type": "string", "minLength": 1},
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": {"type": "object", "properties": {"field": {"type": "string"}}}},
    },
    "additionalProperties": False,
}


def test_the_body_of_a_refusal_follows_its_schema_and_says_what_is_wrong() -> None:
    paths = pets_paths()
    for status, place in (("404", "get"), ("422", "put")):
        paths["/pets/{petId}"][place]["responses"][status]["content"] = {"application/json": {"schema": ERROR}}
    pets = caller(paths)
    missing = json.loads(pets("GET", "/pets/1").body)
    assert (missing["code"], missing["status"]) == ("not_found", 404)
    broken = json.loads(pets("PUT", "/pets/1", {"name": ""}).body)
    assert "name" in broken["message"]
    assert broken["errors"] == [{"field": "/name"}]


def test_a_documented_refusal_without_a_body_has_none(pets: Caller) -> None:
    assert pets("GET", "/pets/1") == (404, (), b"", 0.0)


def owned_paths() -> dict[str, Any]:
    return {
        "/pets": {
            "get": {"security": SECURED, "responses": answers(200, 401, schema={"type": "array", "items": PET})},
            "post": {"security": SECURED, "requestBody": body_of(PET), "responses": answers(201, 401, schema=PET)},
        },
        "/pets/{petId}": {
            "parameters": [path_parameter("petId")],
            "get": {"security": SECURED, "responses": answers(200, 401, 404, schema=PET)},
            "delete": {"security": SECURED, "responses": answers(204, 401, 404)},
        },
    }


def test_without_a_known_secret_there_is_a_challenge() -> None:
    anonymous = caller(owned_paths())
    for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Bearer "}, {"Authorization": "Basic eDp5"}):
        reply = anonymous("GET", "/pets", **headers)
        assert (reply.status, header(reply, "www-authenticate")) == (401, "Bearer")


def test_records_of_another_user_are_as_if_they_did_not_exist() -> None:
    first, second = both_users(owned_paths())
    first("POST", "/pets", {"name": "Mia"})
    assert [first("GET", "/pets/1").status, second("GET", "/pets/1").status, second("DELETE", "/pets/1").status] == [
        200,
        404,
        404,
    ]
    assert (len(first.json("GET", "/pets")), second.json("GET", "/pets")) == (1, [])
    first.server.populate(2)
    assert len(first.json("GET", "/pets")) == 1


def test_records_are_everybodys_where_reads_need_no_credential() -> None:
    paths = owned_paths()
    for path in paths.values():
        path["get"].pop("security")
    first, second = both_users(paths)
    first("POST", "/pets", {"name": "Mia"})
    assert second("DELETE", "/pets/1").status == 204


def test_another_users_record_is_forbidden_where_that_alone_is_documented() -> None:
    paths = owned_paths()
    paths["/pets/{petId}"]["get"]["responses"] = answers(200, 403, schema=PET)
    first, second = both_users(paths)
    first("POST", "/pets", {"name": "Mia"})
    assert second("GET", "/pets/1").status == 403
