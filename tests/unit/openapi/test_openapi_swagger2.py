"""Swagger 2.0: a document of an animal shelter, read as if it were OpenAPI 3.0, with pointers into itself."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from specproof.errors import SpecificationError
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec, MediaType, Operation, OperationKey, Parameter
from specproof.openapi.parser import parse_spec
from specproof.openapi.vocabulary import Method, ParameterLocation, ParameterStyle, SchemeKind, SpecVersion

SHELTER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Shelter", "version": "7"},
    "host": "shelter.example:8443",
    "basePath": "/v2/",
    "schemes": ["https", "http"],
    "consumes": ["application/json", "Application/XML; charset=utf-8"],
    "produces": ["application/json"],
    "security": [{"key": []}],
    "securityDefinitions": {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "login": {"type": "basic"},
        "grant": {"type": "oauth2", "flow": "implicit", "authorizationUrl": "https://shelter.example/auth", "scopes": {}},
    },
    "parameters": {
        "Tenant": {"name": "X-Tenant", "in": "header", "required": True, "type": "string", "minLength": 3},
        "Animal": {"name": "animal", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Animal"}},
    },
    "responses": {
        "Gone": {
            "description": "not here",
            "schema": {"$ref": "#/definitions/Trouble"},
            "examples": {"application/json": {"reason": "adopted"}},
        }
    },
    "definitions": {
        "Animal": {
            "type": "object",
            "discriminator": "kind",
            "required": ["kind", "name"],
            "properties": {
                "id": {"type": "integer", "format": "int64", "readOnly": True},
                "kind": {"type": "string"},
                "name": {"type": "string", "maxLength": 40},
                "chip": {"type": "string", "x-nullable": True},
                "mother": {"$ref": "#/definitions/Animal"},
            },
        },
        "Cat": {"allOf": [{"$ref": "#/definitions/Animal"}, {"type": "object", "properties": {"lives": {"type": "integer"}}}]},
        "Trouble": {"type": "object", "properties": {"reason": {"type": "string"}}},
    },
    "paths": {
        "/animals": {
            "parameters": [{"$ref": "#/parameters/Tenant"}],
            "get": {
                "security": [],
                "parameters": [
                    {"name": "a", "in": "query", "type": "array", "items": {"type": "string"}},
                    {"name": "b", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "ssv"},
                    {"name": "c", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
                    {"name": "d", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
                    {"name": "e", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "tsv"},
                    {"name": "f", "in": "query", "type": "integer", "minimum": 1, "maximum": 9, "default": 5, "x-example": 4},
                    {"name": "g", "in": "header", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
                    {"name": "h", "in": "query", "type": "string", "enum": ["in", "out"], "pattern": "(?<=x)y"},
                ],
                "responses": {
                    "200": {
                        "description": "all",
                        "schema": {"type": "array", "items": {"$ref": "#/definitions/Animal"}},
                        "headers": {
                            "X-Total": {"type": "integer", "minimum": 0},
                            "X-Kinds": {"type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
                        },
                        "examples": {"application/json": [{"kind": "cat", "name": "Mia"}]},
                    },
                    "410": {"$ref": "#/responses/Gone"},
                },
            },
            "post": {
                "security": [{"login": []}, {"grant": []}],
                "produces": ["application/xml"],
                "parameters": [
                    {"$ref": "#/parameters/Animal"},
                    {"name": "notify", "in": "query", "type": "boolean"},
                ],
                "responses": {"201": {"description": "taken in"}, "410": {"$ref": "#/responses/Gone"}},
            },
        },
        "/animals/{id}/notes": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "type": "integer"},
                {"name": "author", "in": "formData", "type": "string", "maxLength": 9},
            ],
            "post": {
                "consumes": ["application/x-www-form-urlencoded", "multipart/form-data"],
                "parameters": [
                    {"name": "text", "in": "formData", "required": True, "type": "string", "minLength": 1},
                    {"name": "words", "in": "formData", "type": "array", "items": {"type": "string"}},
                ],
                "responses": {"204": {"description": "noted"}},
            },
        },
        "/animals/{id}/photo": {
            "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
            "get": {
                "produces": ["image/png"],
                "responses": {"200": {"description": "the photo", "schema": {"type": "file"}}},
            },
            "put": {
                "consumes": ["multipart/form-data"],
                "parameters": [{"name": "photo", "in": "formData", "required": True, "type": "file"}],
                "responses": {"204": {"description": "kept"}},
            },
        },
    },
}


def parse(document: Any) -> ApiSpec:
    return parse_spec(json.dumps(document).encode())


def parse_operation(operation: dict[str, Any], **rest: Any) -> tuple[Operation, ApiSpec]:
    node = {"responses": {"200": {"description": "ok"}}, **operation}
    spec = parse({"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"post": node}}, **rest})
    (found,) = spec.operations
    return found, spec


@pytest.fixture(scope="module")
def shelter() -> ApiSpec:
    return parse(SHELTER)


def operation_of(spec: ApiSpec, method: Method, path: str) -> Operation:
    found = spec.operation(OperationKey(method, path))
    assert found is not None
    return found


def parameter_of(operation: Operation, name: str) -> Parameter:
    return next(parameter for parameter in operation.parameters if parameter.name.raw() == name)


def media_types_of(operation: Operation, status: str = "") -> tuple[MediaType, ...]:
    if status:
        return next(response for response in operation.responses if response.status == status).media_types
    assert operation.request_body is not None
    return operation.request_body.media_types


def places(spec: ApiSpec, code: FindingCode) -> list[str]:
    return [finding.at for finding in spec.findings if finding.code is code]


# -- the document ---------------------------------------------------------------------------------------------------


def test_document_is_read_with_its_own_dialect_and_digest(shelter: ApiSpec) -> None:
    assert (shelter.dialect, shelter.title.raw(), len(shelter.operations)) == (SpecVersion.SWAGGER_20, "Shelter", 5)
    assert shelter.digest == hashlib.sha256(orjson.dumps(SHELTER, option=orjson.OPT_SORT_KEYS)).hexdigest()


def test_unquoted_yaml_version_is_swagger_20() -> None:
    assert parse_spec(b"swagger: 2.0\ninfo: {title: t, version: 1}\npaths: {}\n").dialect is SpecVersion.SWAGGER_20


def test_only_what_cannot_be_said_in_openapi_is_a_finding(shelter: ApiSpec) -> None:
    assert [(finding.code, finding.at) for finding in shelter.findings] == [
        (FindingCode.PARAMETER_STYLE_UNSUPPORTED, "#/paths/~1animals/get/parameters/4/collectionFormat"),
        (FindingCode.PARAMETER_STYLE_UNSUPPORTED, "#/paths/~1animals/get/parameters/6/collectionFormat"),
        (FindingCode.SCHEMA_PATTERN_UNSUPPORTED, "#/paths/~1animals/get/parameters/7/pattern"),
    ]


def test_servers_are_made_of_schemes_host_and_base_path(shelter: ApiSpec) -> None:
    assert [server.url.raw() for server in shelter.servers] == [
        "https://shelter.example:8443/v2",
        "http://shelter.example:8443/v2",
    ]


@pytest.mark.parametrize(
    ("rest", "servers", "at"),
    [
        ({"basePath": "/v1"}, ["/v1"], []),
        ({"host": "h"}, ["https://h"], []),
        ({"host": "h", "schemes": ["gopher"]}, ["https://h"], ["#/schemes"]),
        ({"host": "h/evil?"}, [], ["#/host"]),
        ({"host": "h", "basePath": "v1"}, ["https://h"], ["#/basePath"]),
        ({"host": "[::1]:80", "basePath": "/"}, ["https://[::1]:80"], []),
        ({"definitions": []}, [], ["#/definitions"]),
    ],
)
def test_unusable_addresses_are_findings(rest: dict[str, Any], servers: list[str], at: list[str]) -> None:
    _, spec = parse_operation({}, **rest)
    assert [server.url.raw() for server in spec.servers] == servers
    assert places(spec, FindingCode.DOCUMENT_INVALID) == at


def test_security_definitions_of_all_kinds_are_read(shelter: ApiSpec) -> None:
    kinds = {scheme.name.raw(): (scheme.kind, scheme.pointer) for scheme in shelter.security_schemes}
    assert kinds == {
        "key": (SchemeKind.API_KEY, "#/securityDefinitions/key"),
        "login": (SchemeKind.BASIC, "#/securityDefinitions/login"),
        "grant": (SchemeKind.BEARER, "#/securityDefinitions/grant"),
    }


def test_security_is_the_operations_own_before_the_documents(shelter: ApiSpec) -> None:
    def names(method: Method, path: str) -> list[list[str]]:
        security = operation_of(shelter, method, path).security
        return [[scheme.name.raw() for scheme in requirement.schemes] for requirement in security]

    assert names(Method.GET, "/animals") == []
    assert names(Method.POST, "/animals") == [["login"], ["grant"]]
    assert names(Method.PUT, "/animals/{id}/photo") == [["key"]]


def test_security_definitions_that_are_no_object_are_a_finding_there() -> None:
    _, spec = parse_operation({}, securityDefinitions=[])
    assert places(spec, FindingCode.SECURITY_SCHEME_UNSUPPORTED) == ["#/securityDefinitions"]


# -- schemas --------------------------------------------------------------------------------------------------------


def test_definitions_keep_their_names_and_places(shelter: ApiSpec) -> None:
    (media_type,) = [one for one in media_types_of(operation_of(shelter, Method.POST, "/animals")) if one.is_json]
    assert media_type.schema is not None
    assert media_type.schema.raw == {"$ref": "#/$defs/Animal"}
    assert sorted(shelter.definitions) == ["Animal", "Cat", "Trouble"]
    origin = shelter.definitions.origin  # type: ignore[attr-defined]
    assert origin("Animal") == "#/definitions/Animal"


def test_keywords_of_20_become_keywords_of_json_schema(shelter: ApiSpec) -> None:
    animal = shelter.definitions["Animal"]
    assert isinstance(animal, dict)
    assert animal["discriminator"] == {"propertyName": "kind"}
    assert animal["properties"] == {
        "id": {"type": "integer", "format": "int64", "readOnly": True},
        "kind": {"type": "string"},
        "name": {"type": "string", "maxLength": 40},
        "chip": {"type": ["string", "null"]},
        "mother": {"$ref": "#/$defs/Animal"},
    }


def test_nullable_reference_takes_null() -> None:
    schema = {"properties": {"a": {"$ref": "#/definitions/A", "x-nullable": True}}}
    body = {"name": "b", "in": "body", "schema": schema}
    operation, _ = parse_operation({"parameters": [body]}, definitions={"A": {"type": "string"}})
    (media_type,) = media_types_of(operation)
    assert media_type.schema is not None
    assert media_type.schema.raw == {"properties": {"a": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}}}


def test_schema_may_refer_to_a_schema_of_another_operation() -> None:
    other = {"get": {"responses": {"200": {"description": "ok", "schema": {"type": "integer"}}}}}
    body = {"name": "b", "in": "body", "schema": {"$ref": "#/paths/~1b/get/responses/200/schema"}}
    paths = {"/a": {"post": {"parameters": [body], "responses": {"200": {"description": "ok"}}}}, "/b": other}
    spec = parse({"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": paths})
    (media_type,) = media_types_of(operation_of(spec, Method.POST, "/a"))
    assert media_type.schema is not None
    assert media_type.schema.resolved() == {"type": "integer"}
    assert places(spec, FindingCode.REF_NOT_FOUND) == []


# -- parameters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "style", "explode"),
    [
        ("a", ParameterStyle.FORM, False),
        ("b", ParameterStyle.SPACE_DELIMITED, False),
        ("c", ParameterStyle.PIPE_DELIMITED, False),
        ("d", ParameterStyle.FORM, True),
        ("e", ParameterStyle.FORM, False),
        ("g", ParameterStyle.SIMPLE, False),
    ],
)
def test_collection_formats_become_styles(shelter: ApiSpec, name: str, style: ParameterStyle, explode: bool) -> None:
    parameter = parameter_of(operation_of(shelter, Method.GET, "/animals"), name)
    assert (parameter.style, parameter.explode) == (style, explode)


def test_inline_keywords_become_the_schema(shelter: ApiSpec) -> None:
    parameter = parameter_of(operation_of(shelter, Method.GET, "/animals"), "f")
    assert parameter.schema.raw == {"type": "integer", "minimum": 1, "maximum": 9, "default": 5}
    assert parameter.pointer == parameter.schema.pointer == "#/paths/~1animals/get/parameters/5"
    assert [(example.value, example.pointer) for example in parameter.examples] == [
        (4, "#/paths/~1animals/get/parameters/5/x-example")
    ]


def test_shared_parameter_points_to_where_it_is_defined(shelter: ApiSpec) -> None:
    parameter = parameter_of(operation_of(shelter, Method.POST, "/animals"), "X-Tenant")
    assert (parameter.location, parameter.required, parameter.pointer) == (ParameterLocation.HEADER, True, "#/parameters/Tenant")
    assert parameter.schema.raw == {"type": "string", "minLength": 3}


def test_parameter_behind_the_body_keeps_its_own_place(shelter: ApiSpec) -> None:
    parameter = parameter_of(operation_of(shelter, Method.POST, "/animals"), "notify")
    assert parameter.pointer == "#/paths/~1animals/post/parameters/1"


def test_path_item_may_be_a_reference() -> None:
    item = {"get": {"parameters": [{"name": "q", "in": "query", "type": "string"}], "responses": {"200": {"description": "ok"}}}}
    document = {"swagger": "2.0", "info": {}, "paths": {"/a": {"$ref": "#/x-items/one"}}, "x-items": {"one": item}}
    (operation,) = parse(document).operations
    assert operation.pointer == "#/x-items/one/get"
    assert operation.parameters[0].pointer == "#/x-items/one/get/parameters/0"


@pytest.mark.parametrize(
    ("parameters", "code", "at"),
    [
        ({}, FindingCode.PARAMETER_INVALID, "#/paths/~1a/post/parameters"),
        ([{"$ref": "#/parameters/None"}], FindingCode.REF_NOT_FOUND, "#/paths/~1a/post/parameters/0"),
        (
            [{"name": "b", "in": "body", "schema": {}}, {"in": "nowhere"}],
            FindingCode.PARAMETER_INVALID,
            "#/paths/~1a/post/parameters/1",
        ),
        ([{"name": "q", "in": "query"}], FindingCode.PARAMETER_INVALID, "#/paths/~1a/post/parameters/0"),
        ([{"name": "b", "in": "body"}], FindingCode.PARAMETER_INVALID, "#/paths/~1a/post/parameters/0"),
        ([{"in": "formData", "type": "string"}], FindingCode.PARAMETER_INVALID, "#/paths/~1a/post/parameters/0"),
        (
            [{"name": "b", "in": "body", "schema": {}}, {"name": "c", "in": "body", "schema": {}}],
            FindingCode.PARAMETER_INVALID,
            "#/paths/~1a/post/parameters/1",
        ),
        (
            [{"name": "f", "in": "formData", "type": "string"}, {"name": "b", "in": "body", "schema": {}}],
            FindingCode.PARAMETER_INVALID,
            "#/paths/~1a/post/parameters/0",
        ),
    ],
)
def test_unusable_parameters_are_findings_where_they_stand(parameters: Any, code: FindingCode, at: str) -> None:
    _, spec = parse_operation({"parameters": parameters})
    assert [(finding.code, finding.at) for finding in spec.findings] == [(code, at)]


# -- bodies ---------------------------------------------------------------------------------------------------------


def test_body_parameter_is_sent_as_everything_that_is_consumed(shelter: ApiSpec) -> None:
    operation = operation_of(shelter, Method.POST, "/animals")
    assert operation.request_body is not None
    assert (operation.request_body.required, operation.request_body.pointer) == (True, "#/parameters/Animal")
    assert [one.name for one in media_types_of(operation)] == ["application/json", "application/xml"]
    assert {one.schema.pointer for one in media_types_of(operation) if one.schema} == {"#/parameters/Animal/schema"}


def test_body_without_consumes_is_json() -> None:
    operation, _ = parse_operation({"parameters": [{"name": "b", "in": "body", "schema": {}}]})
    assert [one.name for one in media_types_of(operation)] == ["application/json"]


def test_form_fields_become_one_object_in_every_form_type(shelter: ApiSpec) -> None:
    operation = operation_of(shelter, Method.POST, "/animals/{id}/notes")
    assert operation.request_body is not None
    assert (operation.request_body.required, operation.request_body.pointer) == (True, operation.pointer)
    urlencoded, multipart = media_types_of(operation)
    assert (urlencoded.name, multipart.name) == ("application/x-www-form-urlencoded", "multipart/form-data")
    assert urlencoded.schema is not None
    assert urlencoded.schema.raw == {
        "type": "object",
        "properties": {
            "author": {"type": "string", "maxLength": 9},
            "text": {"type": "string", "minLength": 1},
            "words": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["text"],
    }


def test_trouble_in_a_form_field_points_to_its_parameter() -> None:
    fields = [{"name": "q", "in": "query", "type": "string"}, {"name": "f", "in": "formData", "type": "string", "maxLength": -1}]
    _, spec = parse_operation({"parameters": fields})
    assert places(spec, FindingCode.SCHEMA_INVALID) == ["#/paths/~1a/post/parameters/1/maxLength"]


def test_file_is_a_binary_part_of_a_multipart_body(shelter: ApiSpec) -> None:
    (media_type,) = media_types_of(operation_of(shelter, Method.PUT, "/animals/{id}/photo"))
    assert media_type.name == "multipart/form-data"
    assert media_type.schema is not None
    assert media_type.schema.raw == {
        "type": "object",
        "properties": {"photo": {"type": "string", "format": "binary"}},
        "required": ["photo"],
    }


@pytest.mark.parametrize(
    ("kind", "consumes", "name", "findings"),
    [
        ("string", None, "application/x-www-form-urlencoded", 0),
        ("file", None, "multipart/form-data", 0),
        ("string", ["application/json"], "application/x-www-form-urlencoded", 1),
        ("file", ["application/x-www-form-urlencoded"], "multipart/form-data", 1),
    ],
)
def test_form_type_fits_the_fields(kind: str, consumes: list[str] | None, name: str, findings: int) -> None:
    declared = {} if consumes is None else {"consumes": consumes}
    operation, spec = parse_operation({"parameters": [{"name": "f", "in": "formData", "type": kind}], **declared})
    assert [one.name for one in media_types_of(operation)] == [name]
    assert len(places(spec, FindingCode.MEDIA_TYPE_UNSUPPORTED)) == findings


def test_own_body_parameters_come_before_those_of_the_path_item() -> None:
    answers = {"responses": {"200": {"description": "ok"}}}
    shared = {"name": "b", "in": "body", "schema": {"type": "string"}}
    item = {
        "parameters": [shared],
        "post": answers,
        "put": {**answers, "parameters": [{"name": "b", "in": "body", "schema": {"type": "integer"}}]},
        "patch": {**answers, "parameters": [{"name": "f", "in": "formData", "type": "string"}]},
    }
    spec = parse({"swagger": "2.0", "info": {}, "paths": {"/a": item}})
    raws = [media_type.schema.raw for one in spec.operations for media_type in media_types_of(one) if media_type.schema]
    assert raws == [{"type": "string"}, {"type": "integer"}, {"type": "object", "properties": {"f": {"type": "string"}}}]


def test_unusable_media_types_are_named_once_where_they_are_listed() -> None:
    many = [f"application/x{number}" for number in range(60)]
    operation, spec = parse_operation(
        {"consumes": many, "parameters": [{"name": "b", "in": "body", "schema": {}}]}, produces="json", consumes=["nonsense", 5]
    )
    assert places(spec, FindingCode.MEDIA_TYPE_UNSUPPORTED) == [
        "#/consumes/0",
        "#/consumes/1",
        "#/paths/~1a/post/consumes",
        "#/produces",
    ]
    assert len(media_types_of(operation)) == 50


# -- responses ------------------------------------------------------------------------------------------------------


def test_response_has_the_schema_and_example_of_what_is_produced(shelter: ApiSpec) -> None:
    (media_type,) = media_types_of(operation_of(shelter, Method.GET, "/animals"), "200")
    assert (media_type.name, media_type.pointer) == ("application/json", "#/paths/~1animals/get/responses/200")
    assert media_type.schema is not None
    assert media_type.schema.raw == {"type": "array", "items": {"$ref": "#/$defs/Animal"}}
    assert media_type.schema.pointer == "#/paths/~1animals/get/responses/200/schema"
    (example,) = media_type.examples
    assert example.value == [{"kind": "cat", "name": "Mia"}]
    assert example.pointer == "#/paths/~1animals/get/responses/200/examples/application~1json"


def test_shared_response_takes_the_media_types_of_the_operation(shelter: ApiSpec) -> None:
    for method, name, examples in ((Method.GET, "application/json", 1), (Method.POST, "application/xml", 0)):
        (media_type,) = media_types_of(operation_of(shelter, method, "/animals"), "410")
        assert (media_type.name, media_type.pointer, len(media_type.examples)) == (name, "#/responses/Gone", examples)
        assert media_type.schema is not None
        assert media_type.schema.pointer == "#/responses/Gone/schema"


def test_response_headers_have_their_inline_schema(shelter: ApiSpec) -> None:
    response = operation_of(shelter, Method.GET, "/animals").responses[0]
    kinds, total = response.headers
    assert (kinds.name, kinds.schema) == ("x-kinds", None)
    assert total.schema is not None
    assert total.schema.raw == {"type": "integer", "minimum": 0}
    assert total.pointer == total.schema.pointer == "#/paths/~1animals/get/responses/200/headers/X-Total"


def test_file_response_may_be_any_bytes(shelter: ApiSpec) -> None:
    (media_type,) = media_types_of(operation_of(shelter, Method.GET, "/animals/{id}/photo"), "200")
    assert (media_type.name, media_type.schema) == ("image/png", None)


def test_response_without_schema_promises_no_body(shelter: ApiSpec) -> None:
    assert media_types_of(operation_of(shelter, Method.POST, "/animals"), "201") == ()


def test_response_without_produces_may_be_of_any_media_type() -> None:
    response = {"description": "ok", "schema": {"type": "string"}, "examples": {"text/plain": "hi"}}
    operation, _ = parse_operation({"responses": {"200": response}})
    (media_type,) = media_types_of(operation, "200")
    assert (media_type.name, [example.value for example in media_type.examples]) == ("*/*", ["hi"])


@pytest.mark.parametrize(
    ("responses", "code", "at"),
    [
        ({"200": 5}, FindingCode.RESPONSE_INVALID, "#/paths/~1a/post/responses/200"),
        ({"200": {"$ref": "#/responses/None"}}, FindingCode.REF_NOT_FOUND, "#/paths/~1a/post/responses/200"),
        ({"200": {"headers": []}}, FindingCode.RESPONSE_INVALID, "#/paths/~1a/post/responses/200/headers"),
        ({"200": {"headers": {"X": 5}}}, FindingCode.RESPONSE_INVALID, "#/paths/~1a/post/responses/200/headers/X"),
        ({"200": {"examples": []}}, FindingCode.EXAMPLE_INVALID, "#/paths/~1a/post/responses/200/examples"),
        ([], FindingCode.RESPONSE_INVALID, "#/paths/~1a/post/responses"),
    ],
)
def test_unusable_responses_are_findings_where_they_stand(responses: Any, code: FindingCode, at: str) -> None:
    _, spec = parse_operation({"responses": responses})
    assert at in places(spec, code)


# -- trouble --------------------------------------------------------------------------------------------------------


def spoiled() -> Iterator[tuple[str, dict[str, Any]]]:
    """The document with one of its places replaced by junk, for every place and every kind of junk."""
    document = copy.deepcopy(SHELTER)
    waiting: list[tuple[str, Any]] = [("#", document)]
    while waiting:
        at, node = waiting.pop()
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            value = node[key]
            if at != "#" or key != "swagger":
                for junk in (None, 5, "x", [[]], {"a": None}):
                    node[key] = junk
                    yield f"{at}/{key} = {junk}", document
                node[key] = value
            if isinstance(value, (dict, list)):
                waiting.append((f"{at}/{key}", value))


def test_no_trouble_in_a_part_stops_the_reading() -> None:
    failed: list[str] = []
    for place, document in spoiled():
        try:
            spec = parse_spec(orjson.dumps(document))
        except SpecificationError as error:
            failed.append(f"{place}: {error}")
            continue
        if not place.startswith("#/paths") and len(spec.operations) != 5:
            failed.append(f"{place}: operations are lost")
    assert failed == []
