"""A document of dogs in which every fault of responses, statuses, validation, strictness and crashes has a place."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pets_reference import Client, Exchange, model_of
from specproof.reference.behaviour import CONFORMING, Behaviour
from specproof.reference.model import ReferenceModel

Json = dict[str, Any]

PROBLEM: Json = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
COLLAR: Json = {
    "type": "object",
    "required": ["colour"],
    "properties": {"colour": {"type": "string", "maxLength": 6}, "holes": {"type": "integer", "minimum": 1}},
}
DOG: Json = {
    "type": "object",
    "required": ["id", "name", "made"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": 1, "readOnly": True},
        "made": {"type": "string", "format": "date-time", "readOnly": True},
        "name": {"type": "string", "minLength": 2, "maxLength": 8},
        "chip": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "mail": {"type": "string", "format": "email"},
        "size": {"type": "string", "enum": ["small", "large"]},
        "weight": {"type": "number", "minimum": 1, "exclusiveMaximum": 90, "multipleOf": 0.5},
        "age": {"type": "integer", "minimum": 0, "maximum": 30},
        "tags": {"type": "array", "minItems": 0, "maxItems": 2, "uniqueItems": True, "items": {"type": "string"}},
        "nickname": {"type": ["string", "null"]},
        "collar": {"$ref": "#/components/schemas/Collar"},
        "pin": {"type": "string", "writeOnly": True},
    },
}


def content(schema: Json, media_type: str = "application/json") -> Json:
    """One media type."""
    return {media_type: {"schema": schema}}


def ref(name: str) -> Json:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def shows(schema: Json, headers: Json | None = None) -> Json:
    """A response with a JSON body."""
    return {"description": "shown", "content": content(schema), "headers": headers or {}}


def refusals(*statuses: str) -> Json:
    """Refusals with a documented body."""
    return {status: shows(ref("Problem")) for status in statuses}


def query(name: str, schema: Json, *, required: bool = False, location: str = "query") -> Json:
    """A parameter."""
    return {"name": name, "in": location, "schema": schema, "required": required or location == "path"}


def body(schema: Json, *, required: bool = True) -> Json:
    """A JSON request body."""
    return {"required": required, "content": content(schema)}


_HEADERS: Json = {
    "Location": {"required": True, "schema": {"type": "string"}},
    "X-Made": {"required": True, "schema": {"type": "string"}},
    "X-Left": {"schema": {"type": "integer"}},
}

KENNEL: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Kennel", "version": "1"},
    "paths": {
        "/dogs": {
            "get": {
                "parameters": [
                    query("limit", {"type": "integer", "minimum": 1, "maximum": 10, "default": 5}),
                    query("size", {"type": "string", "enum": ["small", "large"]}),
                    query("word", {"type": "string"}),
                    query("X-Tenant", {"type": "string", "maxLength": 5}, required=True, location="header"),
                ],
                "responses": {"200": shows({"type": "array", "items": ref("Dog")}), **refusals("400")},
            },
            "post": {
                "security": [{"Token": []}],
                "requestBody": body(ref("Dog")),
                "responses": {"201": shows(ref("Dog"), _HEADERS), **refusals("400", "401", "415", "422")},
            },
        },
        "/dogs/{dogId}": {
            "parameters": [query("dogId", {"type": "integer", "minimum": 1}, location="path")],
            "get": {"responses": {"200": shows(ref("Dog")), **refusals("400", "404")}},
            "put": {"requestBody": body(ref("Dog")), "responses": {"200": shows(ref("Dog")), **refusals("404", "415", "422")}},
            "patch": {
                "requestBody": body(
                    {"type": "object", "properties": {name: DOG["properties"][name] for name in ("name", "age", "nickname")}},
                    required=False,
                ),
                "responses": {"200": shows(ref("Dog")), **refusals("404", "422")},
            },
            "delete": {"responses": {"204": {"description": "gone"}, **refusals("404")}},
        },
        "/guests": {
            "get": {
                "responses": {
                    "200": shows(
                        {
                            "oneOf": [ref("Cat"), ref("Bird")],
                            "discriminator": {
                                "propertyName": "kind",
                                "mapping": {"cat": ref("Cat")["$ref"], "bird": ref("Bird")["$ref"]},
                            },
                        }
                    )
                }
            }
        },
    },
    "components": {
        "securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Problem": PROBLEM,
            "Collar": COLLAR,
            "Dog": DOG,
            "Cat": {
                "type": "object",
                "required": ["kind", "lives"],
                "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
            },
            "Bird": {
                "type": "object",
                "required": ["kind", "wings"],
                "properties": {"kind": {"const": "bird"}, "wings": {"type": "integer"}},
            },
        },
    },
}

REX: Json = {
    "name": "Rexy",
    "chip": "ABC",
    "mail": "rex@dogs.example",
    "size": "small",
    "weight": 20.5,
    "age": 7,
    "tags": ["old"],
    "nickname": "rex",
    "collar": {"colour": "red", "holes": 3},
    "pin": "1234",
}
TENANT = (("x-tenant", "acme"),)


def kennel_model() -> ReferenceModel:
    """The reading of the kennel's document."""
    return model_of(KENNEL)


def kennel(model: ReferenceModel, behaviour: Behaviour = CONFORMING) -> Client:
    """A client of a server that has one dog, number 1."""
    client = Client(model, behaviour)
    client.send("POST", "/dogs", REX)
    return client


def dog(**changes: Any) -> Json:
    """Rex with other members; ``...`` takes one away."""
    changed = {**deepcopy(REX), **changes}
    return {name: value for name, value in changed.items() if value is not ...}


def listed(client: Client, query_string: str = "") -> Exchange:
    """The dogs."""
    return client.send("GET", f"/dogs{query_string}", headers=TENANT)


def document(operation: Json, schemas: Json | None = None, *, method: str = "post") -> Json:
    """A document of one operation."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "One", "version": "1"},
        "paths": {"/pets": {method: operation}},
        "components": {"schemas": schemas or {}, "securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}}},
    }


def answering(schema: Json, schemas: Json | None = None) -> Json:
    """A document whose one operation answers with a value of ``schema``."""
    return document({"responses": {"200": shows(schema)}}, schemas, method="get")


def taking(schema: Json, schemas: Json | None = None) -> Json:
    """A document whose one operation takes a body of ``schema``."""
    return document({"requestBody": body(schema), "responses": {"200": {"description": "taken"}}}, schemas)


def asking(parameter: Json) -> Json:
    """A document whose one operation has one parameter."""
    return document({"parameters": [parameter], "responses": {"200": {"description": "taken"}}}, method="get")
