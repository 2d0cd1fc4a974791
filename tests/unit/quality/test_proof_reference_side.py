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


def side(created: dict[str, Any]) -> ReferenceSide:
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
        parse_spec(json.dumps({"openapi": "3.1.0", "info": {"title": "P", "version": "1"}, "paths": paths}).encode())
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
