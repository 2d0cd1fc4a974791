"""Any JSON at any place that a reader looks at is read or is a finding, and never an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi_documents import OK
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec

TEXTS = st.sampled_from(
    ["", "x", "$url", "$response.body#/id", "{$request.body#/url}", "$x", "{{x}}", "#/paths/~1a/post", "#/nowhere", "a/b, c/d", "form", "deepObject",
     "https://h/{v}", "http://[",
     "path.id", "query", "GET", "COPY", "oauth2", "http", "\ud7ff\u202e"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["$ref", "name", "parent", "url", "variables", "v", "default", "enum", "operationId", "operationRef", "parameters", "requestBody", "post",
     "query",
     "GET", "COPY", "responses", "200", "links", "content", "multipart/form-data", "application/x-www-form-urlencoded", "schema", "properties", "a",
     "encoding", "contentType", "style", "explode", "allowReserved", "headers", "x-a", "type", "scheme", "flows", "implicit", "scopes", "callbacks",
     "http://x", "servers", "security", "serializedValue", "dataValue", "value", "itemSchema", "prefixEncoding", "in", "xml", "x-apifox-enum",
     "x-apifox-mock", "x-enum-varnames", "discriminator", "propertyName", "defaultMapping"]
)  # fmt: skip
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(KEYS, below, max_size=4)),
    max_leaves=20,
)
RESPONSE = {"description": "d"}
FORM = "multipart/form-data"


def with_operation(**parts: Any) -> dict[str, Any]:
    return {"paths": {"/a": {"post": {**OK, **parts}}}}


PLACES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "additionalOperations": lambda value: {"paths": {"/a": {"additionalOperations": value}}},
    "additional operation": lambda value: {"paths": {"/a": {"additionalOperations": {"COPY": value}}}},
    "query": lambda value: {"paths": {"/a": {"query": value}}},
    "querystring": lambda value: with_operation(parameters=[{"name": "q", "in": "querystring", "content": value}]),
    "parameter": lambda value: with_operation(parameters=[value, {"name": "q", "in": "query", "allowReserved": value, "examples": {"a": value}}]),
    "$self": lambda value: {"paths": {}, "$self": value},
    "media type": lambda value: with_operation(requestBody={"content": {FORM: value, "application/x-ndjson": {"itemSchema": value}}}),
    "encoding": lambda value: with_operation(requestBody={"content": {FORM: {"encoding": value}}}),
    "one encoding": lambda value: with_operation(requestBody={"content": {FORM: {"encoding": {"a": value}}}}),
    "encoding by position": lambda value: with_operation(requestBody={"content": {FORM: {"prefixEncoding": value, "itemEncoding": value}}}),
    "mediaTypes": lambda value: {
        "components": {"mediaTypes": value},
        **with_operation(requestBody={"content": {FORM: {"$ref": "#/components/mediaTypes/a"}}}),
    },
    "links": lambda value: with_operation(responses={"200": {**RESPONSE, "links": value}}),
    "one link": lambda value: with_operation(operationId="me", responses={"200": {**RESPONSE, "links": {"a": value}}}),
    "link parameters": lambda value: with_operation(
        operationId="me", responses={"200": {**RESPONSE, "links": {"a": {"operationId": "me", "parameters": value, "requestBody": value}}}}
    ),
    "callbacks": lambda value: with_operation(callbacks=value),
    "one callback": lambda value: with_operation(callbacks={"a": {"http://x": value}}),
    "webhooks": lambda value: {"paths": {}, "webhooks": value},
    "one webhook": lambda value: {"paths": {}, "webhooks": {"a": value}},
    "tags": lambda value: {"paths": {}, "tags": value},
    "one tag": lambda value: {"paths": {}, "tags": [{"name": "a", "parent": value}, value]},
    "servers": lambda value: {"servers": value, **with_operation(servers=value)},
    "one server": lambda value: {"servers": [value], **with_operation(servers=[value])},
    "security scheme": lambda value: {"paths": {}, "components": {"securitySchemes": {"s": value}}},
    "flows": lambda value: {"paths": {}, "components": {"securitySchemes": {"s": {"type": "oauth2", "flows": value}}}},
    "one flow": lambda value: {"paths": {}, "components": {"securitySchemes": {"s": {"type": "oauth2", "flows": {"implicit": value}}}}},
    "scopes": lambda value: {"components": {"securitySchemes": {"s": {"type": "oauth2"}}}, **with_operation(security=[{"s": value}, value])},
    "annotations": lambda value: {
        "paths": {},
        "components": {
            "schemas": {"A": {"enum": ["a"], "xml": value, "x-apifox-enum": value, "x-enum-varnames": value, "x-apifox-mock": value}}
        },
    },
    "discriminator": lambda value: {
        "paths": {},
        "components": {"schemas": {"A": {"discriminator": {"propertyName": "a", "defaultMapping": value, "mapping": value}}}},
    },
}  # fmt: skip


def read(document: dict[str, Any]) -> ApiSpec:
    return parse_spec(orjson.dumps(document))


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], derandomize=True
)
@given(place=st.sampled_from(sorted(PLACES)), value=JSON)
def test_any_value_at_any_place_is_read_or_a_finding(version: str, place: str, value: Any) -> None:
    spec = read({"openapi": version, "info": {"title": "t", "version": "1"}, **PLACES[place](value)})
    assert all(finding.at.startswith("#") and finding.message.isprintable() for finding in spec.findings)
    assert all(spec.operation(link.target) for one in spec.operations for response in one.responses for link in response.links)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], derandomize=True
)
@given(value=JSON, kind=st.sampled_from(["array", "file", "string"]))
def test_any_value_at_the_places_of_swagger_20_is_read_or_a_finding(value: Any, kind: str) -> None:
    form = {"name": "f", "in": "formData", "type": kind, "collectionFormat": value}
    operation = {"parameters": [form], "servers": value, "callbacks": value, "security": [{"s": value}], **OK}
    scheme = {"type": "oauth2", "flow": value, "scopes": value, "tokenUrl": value}
    spec = read({"swagger": "2.0", "paths": {"/a": {"post": operation}}, "tags": value, "securityDefinitions": {"s": scheme}})
    assert len(spec.operations) == 1
    assert all(finding.at.startswith("#") and finding.message.isprintable() for finding in spec.findings)
