"""The reference as a proof uses it: its state, and which records count as left behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specproof.openapi.parser import parse_spec
from specproof.quality.proof.reference_side import ReferenceSide
from specproof.reference.messages import Request

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
SHOWN = {**PET, "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}}}
KEY = {"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}
LOCATION = {"Location": {"schema": {"type": "string"}}}


def side(created: dict[str, Any], *servers: str) -> ReferenceSide:
    shown = {"description": "a pet", "content": {"application/json": {"schema": SHOWN}}}
    paths = {
        "/pets": {
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": PET}}},
                "responses": {"201": {"description": "made", **created}},
            }
        },
        "/pets/{petId}": {
            "parameters": [KEY],
            "get": {"responses": {"200": shown}},
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
    }
    return ReferenceSide(
        parse_spec(
            json.dumps(
                {
                    "openapi": "3.1.0",
                    "info": {"title": "P", "version": "1"},
                    "servers": [{"url": url} for url in servers],
                    "paths": paths,
                }
            ).encode()
        )
    )


def test_the_state_of_a_reference_holds_what_its_behaviour_has_noted() -> None:
    reference = side({})
    server, other = reference.server(), reference.server()
    server.world.notes["made"] = 3
    kept = server.state()
    server.world.notes["made"] = 4
    other.restore(kept)
    assert other.world.notes == {"made": 3}


@pytest.mark.parametrize(
    ("created", "count"),
    [({}, 0), ({"content": {"application/json": {"schema": SHOWN}}}, 1), ({"headers": LOCATION}, 1)],
)
def test_a_record_counts_as_left_behind_where_its_maker_is_told_its_id(created: dict[str, Any], count: int) -> None:
    reference = side(created)
    server = reference.server()
    reply = server.answer(Request("POST", "/pets", (("content-type", "application/json"),), b'{"name": "Tom"}'))
    assert reply.status == 201
    assert len(list(server.records())) == 1
    assert reference.records(server) == count


@pytest.mark.parametrize(
    ("servers", "target", "shown"),
    [
        ((), "/pets?a=1", "/pets?a=1"),
        (("/v2",), "/pets?a=1", "/v2/pets?a=1"),
        (("https://pets.test/v2/", "/v3"), "/pets", "/v2/pets"),
        (("/v2",), "/v2/pets", "/v2/pets"),
        (("https://pets.test", "/v3"), "/pets", "/pets"),
        (("/{version}",), "/pets", "/pets"),
    ],
)
def test_a_request_is_shown_below_the_path_of_the_first_server(servers: tuple[str, ...], target: str, shown: str) -> None:
    reference = side({}, *servers)
    request = Request("GET", target)
    assert reference.shown(request).split()[-1].strip("'") == f"http://127.0.0.1:8080{shown}"
    assert request.target == target


def test_a_mock_answers_below_the_path_of_its_server() -> None:
    assert side({}, "/v2").server().answer(Request("GET", "/v2/pets/7")).status == 404
    made = side({}, "/v2").server().answer(Request("POST", "/v2/pets", (("content-type", "application/json"),), b'{"name": "T"}'))
    assert made.status == 201
