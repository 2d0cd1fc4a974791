"""Documents that are small to read and dear to plan: each makes one kind of work grow. All of them are made up."""

from __future__ import annotations

from typing import Any

_ID = {"type": "string", "format": "uuid", "readOnly": True}
_REFERENCE_ID = {"type": "string", "format": "uuid"}


def chained_records(levels: int, *, needs: int = 1, is_nested: bool = False) -> dict[str, Any]:
    """Each level's create needs the ids of the ``needs`` levels before it, in its body or (``is_nested``) in its path."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    above = ""
    for level in range(levels):
        name = f"Level{_word(level)}"
        needed = {f"level{_word(other)}_id": _REFERENCE_ID for other in range(max(0, level - needs), level)}
        own = {} if is_nested else needed
        properties = {"id": _ID, "name": {"type": "string", "minLength": 2, "maxLength": 60}, **own}
        schemas[name] = {"type": "object", "required": [*properties], "properties": properties}
        collection = f"{above if is_nested else ''}/level{_word(level)}s"
        item = f"{collection}/{{level{_word(level)}_id}}"
        paths[collection] = {"post": _created(name)}
        paths[item] = {"get": _read(name)}
        paths[collection]["parameters"] = _path_parameters(collection)
        paths[item]["parameters"] = _path_parameters(item)
        above = item
    return _document(paths, schemas)


def many_alternatives(count: int) -> dict[str, Any]:
    """One operation that asks for any of ``count`` credentials, beside one that asks for the first of them."""
    schemes = {f"key{number}": {"type": "apiKey", "in": "header", "name": f"X-Key-{number}"} for number in range(count)}
    read, other = _read("Thing"), _read("Thing")
    read["security"] = [{name: []} for name in schemes]
    other["security"] = [{"key0": []}]
    paths = {"/things/current": {"get": read}, "/things/last": {"get": other}}
    document = _document(paths, {"Thing": {"type": "object", "properties": {"name": {"type": "string"}}}})
    document["components"]["securitySchemes"] = schemes
    return document


def meshed_schemas(count: int) -> dict[str, Any]:
    """``count`` resources whose schemas all refer to each other."""
    names = [f"Node{_word(number)}" for number in range(count)]
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for name in names:
        links = {f"to_{other.lower()}": {"$ref": f"#/components/schemas/{other}"} for other in names}
        schemas[name] = {
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": _ID, "name": {"type": "string", "minLength": 2, "maxLength": 60}, **links},
        }
        paths[f"/{name.lower()}s"] = {"post": _created(name)}
        paths[f"/{name.lower()}s/{{id}}"] = {"get": _read(name), "parameters": _path_parameters("/{id}")}
    return _document(paths, schemas)


def wide_bodies(operations: int, *, members: int = 20) -> dict[str, Any]:
    """Creates that take a body of so many members each."""
    paths: dict[str, Any] = {}
    for number in range(operations):
        properties = {
            f"member{place}": {"type": "string", "minLength": 1 + place % 3, "maxLength": 40 + place} for place in range(members)
        }
        schema = {"type": "object", "required": [*properties][: members // 2], "properties": properties}
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        paths[f"/things{_word(number)}"] = {"post": {"requestBody": body, "responses": {"201": {"description": "Made"}}}}
    return _document(paths, {})


def _word(number: int) -> str:
    """Letters for a number: a digit at the end of a name would be read as part of a version."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _created(name: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    refused = {"description": "Refused"}
    return {
        "requestBody": {"required": True, "content": content},
        "responses": {"201": {"description": "Made", "content": content}, "400": refused},
    }


def _read(name: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"responses": {"200": {"description": "Found", "content": content}, "404": {"description": "None"}}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [segment[1:-1] for segment in path.split("/") if segment.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": _REFERENCE_ID} for name in names]


def _document(paths: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    info = {"title": "Costly", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}
