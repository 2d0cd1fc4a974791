"""A small document with everything that a fault or a legal difference needs, and a client for servers of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from specproof.openapi.parser import parse_spec
from specproof.reference.behaviour import CONFORMING, Behaviour
from specproof.reference.credentials import issued
from specproof.reference.model import ReferenceModel
from specproof.reference.server import ReferenceServer

Json = dict[str, Any]

_ERROR: Json = {"description": "refused", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_ETAG: Json = {"ETag": {"schema": {"type": "string"}}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _refusals(*statuses: str) -> Json:
    return {status: deepcopy(_ERROR) for status in statuses}


def _shows(name: str, headers: Json | None = None) -> Json:
    return {"description": "a record", "content": _json(_ref(name)), "headers": headers or {}}


def _parameter(name: str, schema: Json, location: str = "query") -> Json:
    return {"name": name, "in": location, "schema": schema, "required": location == "path"}


PET: Json = {
    "type": "object",
    "required": ["id", "name", "code"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "code": {"type": "string", "description": "unique"},
        "status": {"type": "string", "enum": ["available", "sold"]},
        "price": {"type": "number", "minimum": 0},
        "weight": {"type": "integer"},
        "chipped": {"type": "boolean"},
        "born": {"type": "string", "format": "date"},
        "seen": {"type": "string", "format": "date-time"},
        "nickname": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "toys": {"type": "array", "items": {"type": "string"}},
        "rank": {"type": "integer", "readOnly": True},
        "pin": {"type": "string", "writeOnly": True},
    },
}

DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "security": [{"Token": []}],
    "paths": {
        "/pets": {
            "get": {
                "parameters": [
                    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 4}),
                    _parameter("offset", {"type": "integer", "minimum": 0}),
                    _parameter("status", {"type": "string", "enum": ["available", "sold"]}),
                    _parameter("sort", {"type": "string", "enum": ["price", "-price"]}),
                ],
                "responses": {"200": {"description": "pets", "content": _json(_ref("PetPage"))}, **_refusals("400", "401")},
            },
            "post": {
                "requestBody": {"required": True, "content": _json(_ref("Pet"))},
                "responses": {
                    "201": _shows("Pet", {"Location": {"schema": {"type": "string"}}}),
                    **_refusals("400", "401", "422"),
                    "409": {**deepcopy(_ERROR), "description": "The code is used already"},
                },
            },
        },
        "/pets/{petId}": {
            "parameters": [_parameter("petId", {"type": "integer"}, "path")],
            "get": {"responses": {"200": _shows("Pet", _ETAG), **_refusals("401", "403", "404")}},
            "put": {
                "requestBody": {"required": True, "content": _json(_ref("Pet"))},
                "responses": {"200": _shows("Pet", _ETAG), **_refusals("400", "401", "404", "409")},
            },
            "patch": {
                "requestBody": {"required": True, "content": _json(_ref("PetChange"))},
                "responses": {"200": _shows("Pet"), **_refusals("400", "401", "404", "409")},
            },
            "delete": {"responses": {"204": {"description": "gone"}, **_refusals("401", "404")}},
        },
        "/pets/{petId}/visits": {
            "parameters": [_parameter("petId", {"type": "integer"}, "path")],
            "get": {
                "responses": {
                    "200": {"description": "visits", "content": _json({"type": "array", "items": _ref("Visit")})},
                    **_refusals("401", "404"),
                }
            },
            "post": {
                "requestBody": {"required": True, "content": _json(_ref("Visit"))},
                "responses": {"201": _shows("Visit"), **_refusals("400", "401", "404")},
            },
        },
        "/pets/{petId}/visits/{visitId}": {
            "parameters": [_parameter("petId", {"type": "integer"}, "path"), _parameter("visitId", {"type": "integer"}, "path")],
            "get": {"responses": {"200": _shows("Visit"), **_refusals("401", "404")}},
            "delete": {"responses": {"204": {"description": "gone"}, **_refusals("401", "404")}},
        },
        "/shops": {
            "get": {
                "security": [],
                "responses": {"200": {"description": "shops", "content": _json({"type": "array", "items": _ref("Shop")})}},
            },
            "post": {
                "security": [],
                "requestBody": {"required": True, "content": _json(_ref("Shop"))},
                "responses": {"201": _shows("Shop"), **_refusals("400")},
            },
        },
        "/shops/{shopId}": {
            "parameters": [_parameter("shopId", {"type": "string"}, "path")],
            "get": {"security": [], "responses": {"200": _shows("Shop"), **_refusals("404")}},
            "delete": {
                "security": [],
                "responses": {"200": _shows("Shop"), "204": {"description": "gone"}, **_refusals("404", "410")},
            },
        },
    },
    "components": {
        "securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Problem": {"type": "object", "properties": {"message": {"type": "string"}}},
            "Pet": PET,
            "PetChange": {
                "type": "object",
                "minProperties": 1,
                "properties": {name: PET["properties"][name] for name in ("name", "status", "price", "nickname", "toys", "rank")},
            },
            "PetPage": {
                "type": "object",
                "required": ["items", "total"],
                "properties": {"items": {"type": "array", "items": _ref("Pet")}, "total": {"type": "integer"}},
            },
            "Visit": {
                "type": "object",
                "required": ["id", "reason"],
                "additionalProperties": False,
                "properties": {"id": {"type": "integer", "readOnly": True}, "reason": {"type": "string", "maxLength": 9}},
            },
            "Shop": {
                "type": "object",
                "required": ["id", "title"],
                "properties": {
                    "id": {"type": ["string", "integer"], "readOnly": True},
                    "title": {"type": "string"},
                    "opened": {"type": "string", "format": "date-time"},
                    "rent": {"type": "number"},
                    "motto": {"type": ["string", "null"]},
                },
            },
        },
    },
}

FIRST_PET: Json = {
    "name": "Rex the first of a very long line of dogs",
    "code": "c-1",
    "status": "sold",
    "price": 20.5,
    "weight": 7,
    "chipped": True,
    "born": "2020-02-03",
    "seen": "2024-05-06T07:08:09Z",
    "nickname": "rexy",
    "tags": ["small", "brown"],
    "toys": ["ball", "bone"],
    "pin": "1234",
}
FIRST_PET["name"] = FIRST_PET["name"][:40]


def model_of(document: Mapping[str, Any]) -> ReferenceModel:
    """The reading of a document."""
    return ReferenceModel(parse_spec(json.dumps(document).encode()))


def pets_model() -> ReferenceModel:
    """The reading of the pets' document."""
    return model_of(DOCUMENT)


@dataclass(frozen=True)
class Exchange:
    """One answer, decoded. ``label`` is ``GET /pets/{petId}``, as far as the client was told."""

    method: str
    target: str
    status: int
    headers: Mapping[str, str]
    body: Any
    seconds: float


@dataclass
class Client:
    """A client of one server. Each request shows the first user's secret unless told otherwise."""

    model: ReferenceModel
    behaviour: Behaviour = CONFORMING
    records: int = 0
    seen: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = ReferenceServer(self.model, self.behaviour)
        if self.records:
            self._server.populate(self.records)
        secrets = issued(self.model.spec).get("Token", ("", ""))
        self._authorizations = {"first": f"Bearer {secrets[0]}", "second": f"Bearer {secrets[1]}", "nobody": ""}

    def send(
        self, method: str, target: str, body: Any = None, *, user: str = "first", headers: Iterable[tuple[str, str]] = ()
    ) -> Exchange:
        """Send one request; ``user`` is ``first``, ``second``, ``nobody`` or what stands in Authorization."""
        authorization = self._authorizations.get(user, user)
        sent = [("host", "pets.example"), *headers]
        if authorization or user not in self._authorizations:
            sent.append(("authorization", authorization))
        content = b""
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            if not any(name == "content-type" for name, _ in sent):
                sent.append(("content-type", "application/json"))
        reply = self._server(method, target, tuple(sent), content)
        named = {name.lower(): value for name, value in reply.headers}
        is_json = "json" in named.get("content-type", "")
        value = json.loads(reply.body) if is_json and reply.body else reply.body.decode()
        exchange = Exchange(method, target, reply.status, named, value, reply.seconds)
        self.seen.append(exchange)
        return exchange

    def made(self, target: str, body: Any, *, user: str = "first") -> Any:
        """The record that a POST makes."""
        answer = self.send("POST", target, body, user=user)
        assert answer.status == 201, answer
        return answer.body
