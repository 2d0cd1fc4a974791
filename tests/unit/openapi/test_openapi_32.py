"""What OpenAPI 3.2 brings: methods, the whole query, items of streams, tags with parents, and what else may stand in a document."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from openapi_documents import OK, found_at, operation_of, parsed
from specproof.errors import SpecUnsupportedError
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method, ParameterLocation, ParameterStyle, SchemeKind, SpecVersion

# -- the document ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", ["3.2.0", "3.2", "3.2.1-rc1", 3.2])
def test_openapi_32_is_read(declared: object) -> None:
    assert parsed({"/a": {"get": OK}}, openapi=declared).dialect is SpecVersion.OPENAPI_32


@pytest.mark.parametrize("declared", ["3.3.0", "3.20.0", "3.2x", 3.3, 4])
def test_later_versions_are_refused_by_name(declared: object) -> None:
    with pytest.raises(SpecUnsupportedError, match=f'OpenAPI "{declared}"'):
        parsed({}, openapi=declared)


@pytest.mark.parametrize(
    ("address", "codes"),
    [("https://api.example/v1.json", []), ("/api", []), (5, ["document.invalid"]), ("/a#b", ["document.invalid"])],
)
def test_own_address_of_a_document_disturbs_no_reference(address: object, codes: list[str]) -> None:
    schema = {"$ref": "#/components/schemas/Pet"}
    spec = parsed(
        {"/a": {"get": {"parameters": [{"name": "q", "in": "query", "schema": schema}], **OK}}},
        **{"$self": address},
        components={"schemas": {"Pet": {"type": "string"}}},
    )
    assert spec.operations[0].parameters[0].schema.resolved() == {"type": "string"}
    assert [finding.code.value for finding in spec.findings] == codes


# -- methods --------------------------------------------------------------------------------------------------------


def test_query_and_additional_operations_are_operations() -> None:
    spec = parsed({"/a": {"query": OK, "get": OK, "additionalOperations": {"PURGE": OK, "COPY": OK}}})
    assert [operation.key.label for operation in spec.operations] == ["GET /a", "QUERY /a", "COPY /a", "PURGE /a"]
    assert spec.operation(OperationKey(Method("COPY"), "/a")) is spec.operations[2]
    assert spec.operations[2].pointer == "#/paths/~1a/additionalOperations/COPY"
    assert spec.findings == ()


def test_an_additional_method_is_one_member_in_every_process() -> None:
    copy = Method("COPY")
    assert copy is Method("COPY")
    assert pickle.loads(pickle.dumps(copy)) is copy
    assert copy not in list(Method)


@pytest.mark.parametrize("name", ["copy", "CO PY", "", "X" * 31, "COPY\r\nX: y", "書", "GET", "POST", "QUERY", "get", "1A"])
def test_additional_operations_of_impossible_names_are_findings(name: str) -> None:
    spec = parsed({"/a": {"additionalOperations": {name: OK, "COPY": OK}}})
    assert [operation.key.label for operation in spec.operations] == ["COPY /a"]
    assert [finding.code for finding in spec.findings] == [FindingCode.METHOD_UNSUPPORTED]


def test_additional_operations_are_no_field_of_older_documents() -> None:
    spec = parsed({"/a": {"additionalOperations": {"COPY": OK}}}, openapi="3.1.0")
    assert spec.operations == ()
    assert found_at(spec, FindingCode.METHOD_UNSUPPORTED) == ["#/paths/~1a/additionalOperations"]


@pytest.mark.parametrize("version", [{"openapi": "3.0.1"}, {"openapi": "3.1.0"}, {"swagger": "2.0", "openapi": None}])
def test_query_in_an_older_document_is_read_with_a_remark(version: dict[str, Any]) -> None:
    spec = parsed({"/a": {"query": OK, "connect": OK}}, **version)
    assert [operation.key.label for operation in spec.operations] == ["QUERY /a"]
    assert [(finding.code, finding.at, finding.severity) for finding in spec.findings] == [
        (FindingCode.METHOD_UNSUPPORTED, "#/paths/~1a/connect", Severity.MINOR),
        (FindingCode.METHOD_UNSUPPORTED, "#/paths/~1a/query", Severity.INFO),
    ]


def test_number_of_additional_methods_is_limited() -> None:
    many = {f"/p{path:03}": {"additionalOperations": {f"M{path}X{number}": OK for number in range(30)}} for path in range(10)}
    spec = parsed(many)
    assert len({operation.key.method for operation in spec.operations}) == 50
    assert FindingCode.METHOD_UNSUPPORTED in {finding.code for finding in spec.findings}


# -- parameters -----------------------------------------------------------------------------------------------------

FORM = {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}
WHOLE = {"name": "filter", "in": "querystring", "content": FORM}


def test_one_parameter_may_lay_out_the_whole_query() -> None:
    operation, spec = operation_of({"parameters": [WHOLE]})
    (parameter,) = operation.parameters
    assert (parameter.location, parameter.content_type) == (ParameterLocation.QUERYSTRING, "application/x-www-form-urlencoded")
    assert spec.findings == ()


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [
        ([WHOLE, {"name": "q", "in": "query", "schema": {}}], ["q"]),
        ([WHOLE, {**WHOLE, "name": "other"}], ["filter"]),
        ([{"name": "filter", "in": "querystring", "schema": {}}], []),
        ([{"name": "filter", "in": "querystring"}], []),
        ([{"name": "filter", "in": "querystring", "content": {}}], []),
        ([{"name": "filter", "in": "querystring", "content": {**FORM, "application/json": {}}}], []),
        ([{"name": "filter", "in": "querystring", "content": "x"}], []),
        ([{"in": "querystring", "content": FORM}], []),
    ],
)  # fmt: skip
def test_a_whole_query_that_cannot_be_is_a_finding(parameters: list[Any], kept: list[str]) -> None:
    operation, spec = operation_of({"parameters": parameters})
    assert [parameter.name.raw() for parameter in operation.parameters] == kept
    assert [finding.code for finding in spec.findings] == [FindingCode.PARAMETER_INVALID]


def test_cookies_have_a_style_of_their_own() -> None:
    operation, spec = operation_of({"parameters": [{"name": "c", "in": "cookie", "style": "cookie", "schema": {}}]})
    assert (operation.parameters[0].style, operation.parameters[0].explode) == (ParameterStyle.COOKIE, True)
    assert spec.findings == ()


@pytest.mark.parametrize(
    ("version", "place", "allowed"),
    [
        ("3.0.3", "query", True),
        ("3.1.0", "path", False),
        ("3.2.0", "path", True),
        ("3.2.0", "cookie", True),
        ("3.2.0", "header", False),
    ],
)
def test_reserved_characters_are_allowed_where_the_version_says_so(version: str, place: str, allowed: bool) -> None:
    parameter = {"name": "p", "in": place, "required": True, "schema": {}, "allowReserved": True}
    operation, spec = operation_of({"parameters": [parameter]}, path="/a/{p}" if place == "path" else "/a", openapi=version)
    assert operation.parameters[0].allow_reserved is allowed
    assert spec.findings == ()


def test_reserved_characters_are_never_allowed_by_something_else_than_a_boolean() -> None:
    operation, spec = operation_of({"parameters": [{"name": "p", "in": "query", "schema": {}, "allowReserved": "yes"}]})
    assert operation.parameters[0].allow_reserved is False
    assert found_at(spec, FindingCode.PARAMETER_INVALID) == ["#/paths/~1a/post/parameters/0/allowReserved"]


# -- bodies ---------------------------------------------------------------------------------------------------------


def test_items_of_a_stream_have_a_schema() -> None:
    content = {"application/x-ndjson": {"itemSchema": {"type": "integer"}}}
    operation, spec = operation_of({"responses": {"200": {"description": "d", "content": content}}})
    (media_type,) = operation.responses[0].media_types
    assert media_type.is_sequential
    assert media_type.schema is None
    assert media_type.item_schema is not None
    assert (media_type.item_schema.raw, media_type.item_schema.pointer) == (
        {"type": "integer"},
        "#/paths/~1a/post/responses/200/content/application~1x-ndjson/itemSchema",
    )
    assert spec.findings == ()


def test_media_types_may_be_components() -> None:
    content = {"application/json": {"$ref": "#/components/mediaTypes/Pet"}}
    operation, spec = operation_of(
        {"requestBody": {"content": content}}, components={"mediaTypes": {"Pet": {"schema": {"type": "string"}}}}
    )
    assert operation.request_body is not None
    (media_type,) = operation.request_body.media_types
    assert media_type.schema is not None
    assert (media_type.schema.raw, media_type.pointer) == ({"type": "string"}, "#/components/mediaTypes/Pet")
    assert spec.findings == ()


@pytest.mark.parametrize(("response", "told"), [({"summary": "s"}, "s"), ({"summary": "s", "description": "d"}, "d"), ({}, "")])
def test_a_response_is_described_by_its_summary_where_it_has_nothing_else(response: dict[str, str], told: str) -> None:
    operation, _ = operation_of({"responses": {"200": response}})
    assert operation.responses[0].description.raw() == told


@pytest.mark.parametrize(
    ("example", "value", "places"),
    [
        ({"dataValue": 1}, [1], []),
        ({"value": 2, "dataValue": 1}, [2], []),
        ({"dataValue": 1, "serializedValue": "1"}, [1], ["serializedValue"]),
        ({"serializedValue": "1"}, [], ["serializedValue"]),
        ({"externalValue": "http://x"}, [], []),
    ],
)
def test_examples_give_their_data_and_never_how_it_is_written(example: Any, value: list[Any], places: list[str]) -> None:
    operation, spec = operation_of({"parameters": [{"name": "q", "in": "query", "schema": {}, "examples": {"one": example}}]})
    assert [one.value for one in operation.parameters[0].examples] == value
    at = "#/paths/~1a/post/parameters/0/examples/one/"
    assert [(finding.at, finding.severity) for finding in spec.findings] == [(at + place, Severity.INFO) for place in places]


# -- tags -----------------------------------------------------------------------------------------------------------


def test_tags_have_parents() -> None:
    tags = [{"name": "pets", "summary": "Pets", "kind": "nav"}, {"name": "dogs", "parent": "pets"}]
    spec = parsed({}, tags=tags)
    assert [(tag.name.raw(), tag.parent.raw(), tag.pointer) for tag in spec.tags] == [
        ("pets", "", "#/tags/0"),
        ("dogs", "pets", "#/tags/1"),
    ]
    assert spec.findings == ()


@pytest.mark.parametrize(
    ("tags", "kept", "places"),
    [
        ([{"name": "a", "parent": "a"}], [("a", "")], ["#/tags/0/parent"]),
        (
            [{"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}],
            [("a", ""), ("b", "")],
            ["#/tags/0/parent", "#/tags/1/parent"],
        ),
        (
            [{"name": "a", "parent": "b"}, {"name": "b", "parent": "c"}, {"name": "c", "parent": "b"}],
            [("a", "b"), ("b", ""), ("c", "")],
            ["#/tags/1/parent", "#/tags/2/parent"],
        ),
        ([{"name": "a", "parent": "nowhere"}], [("a", "")], ["#/tags/0/parent"]),
        ([{"name": "a", "parent": 1}], [("a", "")], ["#/tags/0/parent"]),
        ([{"name": "a"}, {"name": "a"}], [("a", "")], ["#/tags/1"]),
        (["a", {}, {"name": []}], [], ["#/tags/0", "#/tags/1", "#/tags/2"]),
        ({"a": 1}, [], ["#/tags"]),
        ([{"name": f"t{n}"} for n in range(1001)], [(f"t{n}", "") for n in range(1000)], ["#/tags"]),
    ],
)
def test_impossible_tags_are_findings(tags: Any, kept: list[tuple[str, str]], places: list[str]) -> None:
    spec = parsed({}, tags=tags)
    assert [(tag.name.raw(), tag.parent.raw()) for tag in spec.tags] == kept
    assert found_at(spec, FindingCode.DOCUMENT_INVALID) == places


# -- security -------------------------------------------------------------------------------------------------------

DEVICE = {
    "type": "oauth2",
    "deprecated": True,
    "oauth2MetadataUrl": "https://id.example/.well-known",
    "flows": {
        "deviceAuthorization": {
            "deviceAuthorizationUrl": "https://id.example/device",
            "tokenUrl": "https://id.example/token",
            "scopes": {"read": "r", "admin": "a"},
        }
    },
}


def test_device_flows_are_read() -> None:
    spec = parsed({}, components={"securitySchemes": {"device": DEVICE}})
    (scheme,) = spec.security_schemes
    (flow,) = scheme.flows
    assert (scheme.kind, scheme.declared.raw(), flow.kind) == (SchemeKind.BEARER, "oauth2", "deviceAuthorization")
    assert (flow.authorization_url.raw(), flow.token_url.raw()) == ("https://id.example/device", "https://id.example/token")
    assert [scope.raw() for scope in flow.scopes] == ["admin", "read"]
    assert spec.findings == ()


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("#/components/securitySchemes/device", True),
        ("https://api.example/spec#/components/securitySchemes/device", True),
        ("https://other.example/spec#/components/securitySchemes/device", False),
        ("#/components/securitySchemes/nobody", False),
        ("#/components/schemas/device", False),
        ("#", False),
    ],
)
def test_a_requirement_may_name_a_scheme_by_its_address(name: str, is_known: bool) -> None:
    operation, spec = operation_of(
        {"security": [{name: []}]}, **{"$self": "https://api.example/spec"}, components={"securitySchemes": {"device": DEVICE}}
    )
    assert (operation.security[0].schemes[0] in spec.security_schemes) is is_known
    assert (found_at(spec, FindingCode.SECURITY_SCHEME_UNKNOWN) == []) is is_known


def test_addresses_of_schemes_are_plain_names_in_older_documents() -> None:
    operation, _ = operation_of(
        {"security": [{"#/components/securitySchemes/device": []}]},
        openapi="3.1.0",
        components={"securitySchemes": {"device": DEVICE}},
    )
    assert operation.security[0].schemes[0].kind is SchemeKind.UNSUPPORTED


def test_a_discriminator_keeps_its_default() -> None:
    schemas = {
        "Pet": {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}],
            "discriminator": {"propertyName": "kind", "defaultMapping": "Cat"},
        },
        "Cat": {"type": "object"},
    }
    spec = parsed({}, components={"schemas": schemas})
    pet = spec.definitions["Pet"]
    assert isinstance(pet, dict)
    assert pet["discriminator"] == {"propertyName": "kind", "defaultMapping": "#/$defs/Cat"}
