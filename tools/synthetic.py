"""Documents of any size, for measurements: resources that can be created, read, listed, changed and deleted, five operations each."""

from __future__ import annotations

from typing import Any

OPERATIONS_OF_A_RESOURCE = 5


def synthetic_document(operations: int) -> dict[str, Any]:
    """An OpenAPI 3.0 document of so many operations. Resources share some schemas, have some of their own, and refer to each other."""
    resources = -(-operations // OPERATIONS_OF_A_RESOURCE)
    schemas: dict[str, Any] = dict(_SHARED)
    paths: dict[str, Any] = {}
    left = operations
    for number in range(resources):
        schemas |= _schemas(number)
        for path, method, operation in _operations(number)[:left]:
            paths.setdefault(path, {})[method] = operation
        left -= OPERATIONS_OF_A_RESOURCE
    info = {"title": f"Synthetic {operations}", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}


_SHARED = {
    "Address": {
        "type": "object",
        "required": ["street", "city"],
        "properties": {
            "street": {"type": "string", "minLength": 1, "maxLength": 80},
            "city": {"type": "string", "maxLength": 40},
            "zip": {"type": "string", "pattern": "^[0-9]{5}$"},
            "country": {"type": "string", "enum": ["DE", "FR", "US"]},
        },
    },
    "Error": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    },
}


def _schemas(number: int) -> dict[str, Any]:
    thing: dict[str, Any] = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "readOnly": True},
            "name": {"type": "string", "minLength": 2, "maxLength": 60},
            "size": {"type": "integer", "minimum": 1, "maximum": 100},
            "email": {"type": "string", "format": "email"},
            "tags": {"type": "array", "items": {"type": "string", "maxLength": 20}, "maxItems": 5},
            "address": _reference("Address"),
            "parent": _reference(f"Thing{number - number % 2}"),
            "created": {"type": "string", "format": "date-time", "readOnly": True},
        },
    }
    if number % 2:
        # Resources refer to each other in pairs: in a longer row the last one would need a record of each before it.
        thing["properties"][f"thing{number - 1}_id"] = {"type": "string", "format": "uuid"}
    listing = {"type": "array", "items": _reference(f"Thing{number}")}
    return {
        f"Thing{number}": thing,
        f"Thing{number}Page": {"type": "object", "properties": {"items": listing, "total": {"type": "integer"}}},
    }


def _operations(number: int) -> list[tuple[str, str, dict[str, Any]]]:
    collection, thing = f"/thing{number}s", _answer(_reference(f"Thing{number}"))
    body = {"required": True, "content": thing["content"]}
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    refused, missing = {"400": _answer(_reference("Error"))}, {"404": _answer(_reference("Error"))}
    paging = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
    search = {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 50}}
    listed = {"200": _answer(_reference(f"Thing{number}Page")), **refused}
    item, tagged = f"{collection}/{{id}}", {"tags": [f"thing{number}s"]}
    return [
        (collection, "get", {**tagged, "parameters": [paging, search], "responses": listed}),
        (collection, "post", {**tagged, "requestBody": body, "responses": {"201": thing, **refused}}),
        (item, "get", {**tagged, "parameters": [identity], "responses": {"200": thing, **missing}}),
        (
            item,
            "put",
            {**tagged, "parameters": [identity], "requestBody": body, "responses": {"200": thing, **refused, **missing}},
        ),
        (item, "delete", {**tagged, "parameters": [identity], "responses": {"204": {"description": "Gone"}, **missing}}),
    ]


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(schema: dict[str, str]) -> dict[str, Any]:
    return {"description": "An answer", "content": {"application/json": {"schema": schema}}}
