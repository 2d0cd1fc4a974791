"""A pet registry as a document, and callers of the reference that is derived from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from specproof.openapi.parser import parse_spec
from specproof.reference.behaviour import CONFORMING, Behaviour
from specproof.reference.credentials import issued
from specproof.reference.messages import Reply
from specproof.reference.model import ReferenceModel
from specproof.reference.server import ReferenceServer

TOKEN = {"Token": {"type": "http", "scheme": "bearer"}}
SECURED = [{"Token": []}]


def body_of(schema: Mapping[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    """A request body that has to be there."""
    return {"required": True, "content": {media_type: {"schema": schema}}}


def answers(*statuses: int | str, schema: Mapping[str, Any] | None = None, **headers: Mapping[str, Any]) -> dict[str, Any]:
    """Responses; the successful ones show ``schema``."""
    found: dict[str, Any] = {}
    for status in statuses:
        found[str(status)] = {"description": str(status)}
        if schema is not None and str(status).startswith("2"):
            found[str(status)]["content"] = {"application/json": {"schema": schema}}
            if headers:
                found[str(status)]["headers"] = {name.replace("_", "-"): value for name, value in headers.items()}
    return found


def path_parameter(name: str, kind: str = "integer", **keywords: Any) -> dict[str, Any]:
    """A path parameter."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind, **keywords}}


def query(name: str, **schema: Any) -> dict[str, Any]:
    """An optional query parameter."""
    return {"name": name, "in": "query", "schema": schema}


PET: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "status", "created_at", "updated_at"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1, "maxLength": 20},
        "chip": {"type": "string", "pattern": "^[0-9]{4}$"},
        "weight": {"type": "number", "minimum": 0},
        "note": {"type": ["string", "null"]},
        "secret": {"type": "string", "writeOnly": True},
        "status": {"type": "string", "enum": ["waiting", "adopted"], "readOnly": True},
        "kind": {"type": "string", "default": "cat"},
        "created_at": {"type": "string", "format": "date-time", "readOnly": True},
        "updated_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
}
PET_PATCH: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "properties": {key: PET["properties"][key] for key in ("name", "weight", "note", "chip")},
}
VISIT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "petId", "reason"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "readOnly": True},
        "petId": {"type": "integer", "readOnly": True},
        "reason": {"type": "string"},
    },
}
PET_PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["items", "total"],
    "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
        "total": {"type": "integer"},
    },
}
REF = {"$ref": "#/components/schemas/Pet"}


def pets_paths() -> dict[str, Any]:
    """Paths of pets and of their visits."""
    item = [path_parameter("petId")]
    return {
        "/pets": {
            "get": {
                "parameters": [
                    query("limit", type="integer", minimum=1, maximum=50, default=3),
                    query("offset", type="integer", minimum=0),
                    query("kind", type="string"),
                    query("min_weight", type="number"),
                    query("q", type="string"),
                    query("sort", type="string"),
                ],
                "responses": answers(200, 400, schema=PET_PAGE, X_Total_Count={"schema": {"type": "integer"}}),
            },
            "post": {"requestBody": body_of(REF), "responses": answers(201, 400, 409, 415, 422, schema=REF)},
        },
        "/pets/{petId}": {
            "parameters": item,
            "get": {"responses": answers(200, 304, 404, schema=REF, ETag={"schema": {"type": "string"}})},
            "put": {"requestBody": body_of(REF), "responses": answers(200, 404, 409, 412, 422, schema=REF)},
            "patch": {"requestBody": body_of(PET_PATCH), "responses": answers(200, 404, 422, schema=REF)},
            "delete": {"responses": answers(204, 404)},
        },
        "/pets/chip/{chip}": {
            "get": {"parameters": [path_parameter("chip", "string")], "responses": answers(200, 404, schema=REF)}
        },
        "/pets/{petId}/adopt": {"parameters": item, "post": {"responses": answers(200, 404, schema=REF)}},
        "/pets/{petId}/visits": {
            "parameters": item,
            "get": {"responses": answers(200, 404, schema={"type": "array", "items": VISIT})},
            "post": {"requestBody": body_of(VISIT), "responses": answers(201, 404, 422, schema=VISIT)},
        },
        "/pets/{petId}/visits/{visitId}": {
            "parameters": [*item, path_parameter("visitId", "string", format="uuid")],
            "get": {"responses": answers(200, 404, schema=VISIT)},
            "delete": {"responses": answers(204, 404)},
        },
    }


def document(paths: Mapping[str, Any], **components: Any) -> dict[str, Any]:
    """A document of these paths; ``components`` beside the pets' schema."""
    known = {"schemas": {"Pet": PET, **components.pop("schemas", {})}, "securitySchemes": TOKEN, **components}
    made = {"openapi": "3.1.0", "info": {"title": "pets", "version": "1"}, "paths": dict(paths), "components": known}
    return deepcopy(made)


class Caller:
    """Speaks JSON to a reference, as one of its users."""

    def __init__(self, server: ReferenceServer, *, user: int | None = None) -> None:
        self.server = server
        secrets = issued(server.model.spec)
        self._headers = {} if user is None else {"Authorization": f"Bearer {secrets['Token'][user]}"}

    def __call__(self, method: str, target: str, body: Any = None, **headers: str) -> Reply:
        """Send one request; underscores in the names of headers are dashes."""
        sent = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        return self.server(method, target, sent, b"" if body is None else json.dumps(body).encode())

    def json(self, method: str, target: str, body: Any = None, **headers: str) -> Any:
        """The body of a successful answer."""
        reply = self(method, target, body, **headers)
        assert 200 <= reply.status < 300, (method, target, reply)
        return json.loads(reply.body)


def caller(paths: Mapping[str, Any] | None = None, behaviour: Behaviour = CONFORMING, **components: Any) -> Caller:
    """Somebody without a credential, at a server of these paths (of the pets', where none are given)."""
    made = document(pets_paths() if paths is None else paths, **components)
    spec = parse_spec(json.dumps(made).encode())
    return Caller(ReferenceServer(ReferenceModel(spec), behaviour))


def both_users(paths: Mapping[str, Any]) -> tuple[Caller, Caller]:
    """The two users of one server."""
    server = caller(paths).server
    return Caller(server, user=0), Caller(server, user=1)


def header(reply: Reply, name: str) -> str | None:
    """One header of a reply."""
    return dict(reply.headers).get(name)
