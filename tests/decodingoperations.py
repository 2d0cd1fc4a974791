"""Operations for tests of the reference's decoder: small documents, parsed; and requests for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from specproof.openapi.model import Operation
from specproof.openapi.parser import parse_spec
from specproof.reference.decoding import Decoded, Malformed, RequestDecoder
from specproof.reference.messages import Request


def operation_with(
    parameters: list[dict[str, Any]] | None = None,
    content: Mapping[str, Any] | None = None,
    *,
    required: bool = True,
    schemas: Mapping[str, Any] | None = None,
    version: str = "3.1.0",
) -> Operation:
    """``POST /pets`` (or ``/pets/{name}`` for each path parameter) with those parameters and that request body."""
    names = [each["name"] for each in parameters or [] if each["in"] == "path"]
    path = "/pets" + "".join(f"/{{{name}}}" for name in names)
    operation: dict[str, Any] = {"parameters": parameters or [], "responses": {"200": {"description": "Fine."}}}
    if content is not None:
        operation["requestBody"] = {"required": required, "content": content}
    document = {
        "openapi": version,
        "info": {"title": "Pets", "version": "1"},
        "paths": {path: {"post": operation}},
        "components": {"schemas": dict(schemas or {})},
    }
    [read] = parse_spec(json.dumps(document).encode()).operations
    return read


def body_of(
    content_type: str,
    body: bytes,
    schema: Mapping[str, Any] | bool | None,
    *,
    schemas: Mapping[str, Any] | None = None,
    documented: str = "",
    **media: Any,
) -> Any:
    """The value of a body, or the :class:`Malformed` that it is."""
    described = {**({} if schema is None else {"schema": schema}), **media}
    name = documented or content_type.partition(";")[0]
    operation = operation_with(content={name: described}, schemas=schemas, version="3.2.0")
    headers = (("content-type", content_type),) if content_type else ()
    read = RequestDecoder.of(operation).decode(Request("POST", "/pets", headers, body), {})
    if isinstance(read, Malformed):
        return read
    assert read.has_body
    return read.body


def decoded_of(operation: Operation, target: str = "/pets", path: Mapping[str, str] | None = None, **headers: str) -> Decoded:
    """What a request without a body says."""
    named = tuple((name.replace("_", "-").lower(), value) for name, value in headers.items())
    read = RequestDecoder.of(operation).decode(Request("POST", target, named), path or {})
    assert isinstance(read, Decoded)
    return read
