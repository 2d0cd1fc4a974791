"""Documents to the typed model: operations, parameters, bodies, responses, security."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specproof.errors import SpecLimitError, SpecUnsupportedError
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec, Operation, OperationKey
from specproof.openapi.parser import parse_spec
from specproof.openapi.vocabulary import Method, ParameterLocation, ParameterStyle, SchemeKind, SpecVersion


def parse(paths: Any, **rest: Any) -> ApiSpec:
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths, **rest}
    return parse_spec(json.dumps(document).encode())


def parse_operation(operation: dict[str, Any], *, path: str = "/a", **rest: Any) -> tuple[Operation, ApiSpec]:
    spec = parse({path: {"get": {"responses": {"200": {"description": "ok"}}, **operation}}}, **rest)
    (found,) = spec.operations
    return found, spec


def codes(spec: ApiSpec) -> list[FindingCode]:
    return [finding.code for finding in spec.findings]


# -- the document ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "dialect"),
    [("3.0.0", SpecVersion.OPENAPI_30), ("3.0.1-rc2", SpecVersion.OPENAPI_30), ("3.1.1", SpecVersion.OPENAPI_31), (3.1, SpecVersion.OPENAPI_31)],
)  # fmt: skip
def test_openapi_30_and_31_are_read(declared: object, dialect: SpecVersion) -> None:
    assert parse({}, openapi=declared).dialect is dialect


def test_unquoted_yaml_version_is_a_number_and_counts() -> None:
    spec = parse_spec(b"openapi: 3.1\ninfo: {title: Tags, version: 2}\npaths: {}\n")
    assert spec.dialect is SpecVersion.OPENAPI_31
    assert (spec.title.raw(), spec.version.raw()) == ("Tags", "2")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"swagger": "1.2"}, 'Swagger "1.2"'),
        ({"openapi": "3.3.0"}, 'OpenAPI "3.3.0"'),
        ({"openapi": 4}, 'OpenAPI "4"'),
        ({"openapi": "2.0", "swagger": "2.0"}, 'OpenAPI "2.0"'),
        ({"asyncapi": "2.6.0"}, "AsyncAPI"),
        ({"info": {}, "item": []}, "Postman"),
        ({"hello": 1}, 'no "openapi" key'),
    ],
)
def test_other_documents_are_refused_by_name(document: dict[str, Any], told: str) -> None:
    with pytest.raises(SpecUnsupportedError, match=told):
        parse_spec(json.dumps(document).encode())


def test_openapi_wins_over_swagger() -> None:
    assert parse({}, swagger="2.0").dialect is SpecVersion.OPENAPI_30


@pytest.mark.parametrize("paths", [None, [], "x", 5])
def test_unusable_paths_are_a_finding(paths: Any) -> None:
    spec = parse(paths)
    assert spec.operations == ()
    assert codes(spec) == [FindingCode.OPERATION_INVALID]


def test_missing_info_and_paths_are_no_trouble() -> None:
    spec = parse_spec(b'{"openapi": "3.1.0", "webhooks": {}}')
    assert (spec.title.raw(), spec.operations, spec.findings) == ("", (), ())


def test_unusable_components_are_findings() -> None:
    assert codes(parse({}, components=[])) == [FindingCode.DOCUMENT_INVALID]
    spec = parse({}, components={"schemas": [], "securitySchemes": "x"})
    assert codes(spec) == [FindingCode.DOCUMENT_INVALID, FindingCode.SECURITY_SCHEME_UNSUPPORTED]


def test_operations_are_sorted_by_path_then_method_order() -> None:
    item = {
        method: {"responses": {"200": {}}} for method in ("trace", "delete", "patch", "put", "post", "options", "head", "get")
    }
    spec = parse({"/b": item, "/a": {"get": {"responses": {"200": {}}}}})
    assert [operation.key.label for operation in spec.operations] == [
        "GET /a", "GET /b", "HEAD /b", "OPTIONS /b", "POST /b", "PUT /b", "PATCH /b", "DELETE /b", "TRACE /b"
    ]  # fmt: skip
    assert spec.operation(OperationKey(Method.GET, "/a")) is spec.operations[0]


def test_number_of_operations_is_limited() -> None:
    document = {"openapi": "3.0.0", "paths": {f"/p{n}": {"get": {"responses": {"200": {}}}} for n in range(5)}}
    with pytest.raises(SpecLimitError, match="more than 3 operations"):
        parse_spec(json.dumps(document).encode(), limits=SpecLimits(max_operations=3))


def test_digest_ignores_order_and_white_space() -> None:
    one = parse_spec(b'{"openapi": "3.0.0", "paths": {}, "info": {"title": "t", "version": "1"}}')
    other = parse_spec(b"info:\n  version: '1'\n  title: t\npaths: {}\nopenapi: 3.0.0\n")
    assert one.digest == other.digest
    assert parse_spec(b'{"openapi": "3.0.0"}').digest != one.digest


# -- paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["no-slash", "/{a", "/a}b", "/{}", "/a?b=1", "/a#f", "/b\r\nX: y", "/../admin", "/%2e%2e/x", "/a/.", "/a\\b", "*"]
)
def test_paths_that_cannot_be_sent_are_findings_and_the_others_live(path: str) -> None:
    ok = {"get": {"responses": {"200": {}}}}
    spec = parse({path: ok, "/fine": ok, "x-note": ok})
    assert [operation.key.path for operation in spec.operations] == ["/fine"]
    assert codes(spec) == [FindingCode.OPERATION_INVALID]


def test_paths_that_a_server_cannot_tell_apart_are_findings() -> None:
    ok = {"get": {"responses": {"200": {}}, "parameters": [{"name": n, "in": "path", "schema": {}} for n in ("a", "b")]}}
    spec = parse({"/x/{a}": ok, "/x/{b}": ok})
    assert len(spec.operations) == 2
    assert FindingCode.OPERATION_DUPLICATE in codes(spec)


def test_path_items_may_be_references_but_not_circles() -> None:
    spec = parse(
        {"/a": {"$ref": "#/paths/~1b"}, "/b": {"get": {"responses": {"200": {}}}}, "/c": {"$ref": "#/paths/~1c"}, "/d": None}
    )
    assert [operation.key.path for operation in spec.operations] == ["/a", "/b"]
    assert codes(spec) == [FindingCode.OPERATION_INVALID, FindingCode.REF_CYCLE]


def test_methods_that_openapi_lacks_are_findings() -> None:
    spec = parse(
        {
            "/a": {
                "link": {},
                "PROPFIND": {},
                "summary": "s",
                "servers": [],
                "x-a": 1,
                "get": "x",
                "post": {"responses": {"200": {}}},
            }
        }
    )
    assert [operation.key.method for operation in spec.operations] == [Method.POST]
    assert codes(spec) == [FindingCode.OPERATION_INVALID, FindingCode.METHOD_UNSUPPORTED, FindingCode.METHOD_UNSUPPORTED]


# -- parameters -----------------------------------------------------------------------------------------------------


def test_path_level_parameters_are_merged_and_overridden() -> None:
    shared = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "q", "in": "query", "schema": {"type": "string"}},
        {"name": "X-A", "in": "header", "schema": {}},
    ]
    own = [
        {"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}},
        {"name": "x-a", "in": "header", "required": True, "schema": {}},
    ]
    spec = parse({"/a/{id}": {"parameters": shared, "get": {"parameters": own, "responses": {"200": {}}}}})
    (operation,) = spec.operations
    assert [(parameter.name.raw(), parameter.required) for parameter in operation.parameters] == [
        ("id", True),
        ("q", True),
        ("x-a", True),
    ]
    assert operation.parameters_in(ParameterLocation.QUERY)[0].schema.raw == {"type": "integer"}
    assert spec.findings == ()


def test_template_and_declarations_are_brought_together() -> None:
    operation, spec = parse_operation({"parameters": [{"name": "other", "in": "path", "schema": {}}]}, path="/a/{id}/{id}")
    (parameter,) = operation.parameters
    assert (parameter.name.raw(), parameter.required, parameter.schema.raw) == ("id", True, {"type": "string"})
    assert codes(spec) == [FindingCode.PATH_PARAMETER_MISSING, FindingCode.PATH_PARAMETER_UNUSED]


@pytest.mark.parametrize(
    "parameter",
    [
        None, "x", {}, {"name": 5.5, "in": "nowhere"}, {"in": "query"}, {"name": "a b", "in": "header"}, {"name": "c;d=e", "in": "cookie"},
        {"name": "X\r\nY", "in": "header"}, {"name": "Accept", "in": "header"}, {"name": "content-type", "in": "header"}, {"name": "", "in": "query"},
        {"name": "a", "in": ["query"]},
    ],
)  # fmt: skip
def test_unusable_parameters_are_left_out_with_a_finding(parameter: Any) -> None:
    operation, spec = parse_operation({"parameters": [parameter, {"name": "ok", "in": "query", "schema": {}}]})
    assert [found.name.raw() for found in operation.parameters] == ["ok"]
    assert codes(spec) == [FindingCode.PARAMETER_INVALID]


def test_parameters_that_are_no_list_are_a_finding() -> None:
    assert codes(parse_operation({"parameters": {"a": 1}})[1]) == [FindingCode.PARAMETER_INVALID]


def test_a_parameter_listed_twice_counts_once() -> None:
    twice = [{"name": "a", "in": "query", "schema": {"type": kind}} for kind in ("string", "integer")]
    operation, spec = parse_operation({"parameters": twice})
    assert [parameter.schema.raw for parameter in operation.parameters] == [{"type": "string"}]
    assert codes(spec) == [FindingCode.PARAMETER_INVALID]


@pytest.mark.parametrize(
    ("location", "written", "style", "explode"),
    [
        ("query", {}, ParameterStyle.FORM, True),
        ("cookie", {}, ParameterStyle.FORM, True),
        ("path", {}, ParameterStyle.SIMPLE, False),
        ("header", {}, ParameterStyle.SIMPLE, False),
        ("query", {"style": "deepObject", "explode": True}, ParameterStyle.DEEP_OBJECT, True),
        ("query", {"style": "pipeDelimited"}, ParameterStyle.PIPE_DELIMITED, False),
        ("query", {"style": "spaceDelimited"}, ParameterStyle.SPACE_DELIMITED, False),
        ("query", {"explode": False}, ParameterStyle.FORM, False),
        ("path", {"style": "matrix"}, ParameterStyle.MATRIX, False),
        ("path", {"style": "label"}, ParameterStyle.LABEL, False),
    ],
)
def test_styles_have_the_defaults_of_their_location(
    location: str, written: dict[str, Any], style: ParameterStyle, explode: bool
) -> None:
    operation, spec = parse_operation({"parameters": [{"name": "id", "in": location, "schema": {}, **written}]}, path="/{id}")
    found = next(parameter for parameter in operation.parameters if parameter.location.value == location)
    assert (found.style, found.explode) == (style, explode)
    assert FindingCode.PARAMETER_STYLE_UNSUPPORTED not in codes(spec)


@pytest.mark.parametrize("style", ["matrix", "nonsense", 5])
def test_styles_of_other_locations_are_findings(style: object) -> None:
    operation, spec = parse_operation({"parameters": [{"name": "a", "in": "query", "schema": {}, "style": style}]})
    assert operation.parameters[0].style is ParameterStyle.FORM
    assert codes(spec) == [FindingCode.PARAMETER_STYLE_UNSUPPORTED]


def test_a_parameter_may_be_described_by_content() -> None:
    content = {"application/json; charset=utf-8": {"schema": {"type": "object"}, "example": {"a": 1}}}
    operation, _ = parse_operation({"parameters": [{"name": "filter", "in": "query", "content": content}]})
    (parameter,) = operation.parameters
    assert parameter.content_type == "application/json"
    assert parameter.schema.raw == {"type": "object"}
    assert [example.value for example in parameter.examples] == [{"a": 1}]


def test_parameters_without_a_schema_are_read_leniently() -> None:
    listed = [
        {"name": "a", "in": "query", "type": "integer"},
        {"name": "b", "in": "query"},
        {"name": "c", "in": "query", "content": {"x/y": 5}},
    ]
    operation, spec = parse_operation({"parameters": listed})
    assert [parameter.schema.raw for parameter in operation.parameters] == [{"type": "integer"}, {}, {}]
    assert set(codes(spec)) == {FindingCode.PARAMETER_INVALID}


def test_references_to_parameters_are_followed() -> None:
    components = {
        "parameters": {"P": {"name": "p", "in": "query", "schema": {}}, "Loop": {"$ref": "#/components/parameters/Loop"}}
    }
    listed = [
        {"$ref": "#/components/parameters/P"},
        {"$ref": "#/components/parameters/Loop"},
        {"$ref": "#/components/parameters/No"},
    ]
    operation, spec = parse_operation({"parameters": listed}, components=components)
    assert [parameter.pointer for parameter in operation.parameters] == ["#/components/parameters/P"]
    assert codes(spec) == [FindingCode.REF_CYCLE, FindingCode.REF_NOT_FOUND]


# -- examples -------------------------------------------------------------------------------------------------------


def test_examples_are_gathered_without_placeholders() -> None:
    components = {"examples": {"E": {"value": "shared"}}}
    examples = {
        "b": {"value": "{{token}}"},
        "a": {"value": "first"},
        "c": {"$ref": "#/components/examples/E"},
        "d": {"externalValue": "http://x"},
        "e": 5,
    }
    operation, spec = parse_operation(
        {"parameters": [{"name": "q", "in": "query", "schema": {}, "example": "one", "examples": examples}]},
        components=components,
    )
    assert [(example.value, example.pointer.split("/")[-2]) for example in operation.parameters[0].examples] == [
        ("one", "0"),
        ("first", "a"),
        ("shared", "E"),
    ]
    assert codes(spec) == [FindingCode.EXAMPLE_INVALID, FindingCode.EXAMPLE_PLACEHOLDER]


def test_a_list_of_examples_is_read_too() -> None:
    operation, _ = parse_operation({"parameters": [{"name": "q", "in": "query", "schema": {}, "examples": ["a", "b"]}]})
    assert [example.value for example in operation.parameters[0].examples] == ["a", "b"]


# -- bodies and responses -------------------------------------------------------------------------------------------


def test_media_types_are_lower_case_sorted_and_without_parameters() -> None:
    content = {
        "text/plain": {}, "Application/JSON; version=2": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}},
        "nonsense": {}, "a/b\r\nc": {}, "application/xml": None,
    }  # fmt: skip
    operation, spec = parse_operation({"requestBody": {"required": True, "content": content}})
    body = operation.request_body
    assert body is not None
    assert body.required
    assert [(media_type.name, media_type.schema and media_type.schema.raw) for media_type in body.media_types] == [
        ("application/json", {"type": "object"}),
        ("text/plain", None),
    ]
    assert codes(spec) == [FindingCode.MEDIA_TYPE_UNSUPPORTED] * 4


@pytest.mark.parametrize("body", [None, {"content": {}}, {"content": None}, {}, {"content": []}, "x"])
def test_bodies_without_a_media_type_are_none(body: Any) -> None:
    operation, _ = parse_operation({"requestBody": body})
    assert operation.request_body is None


def test_statuses_are_normalised() -> None:
    responses: dict[str, Any] = {
        "default": {}, "2xx": {}, "4XX": {}, "404": {}, "2XX": {}, "x-200:Success": {}, "x-note": {}, "abc": {}, "99": {}, "600": {}, "201": None
    }  # fmt: skip
    operation, spec = parse_operation({"responses": responses})
    assert [response.status for response in operation.responses] == ["2XX", "404", "4XX", "default"]
    assert [response.status for response in operation.success_responses()] == ["2XX"]
    assert codes(spec) == [FindingCode.RESPONSE_ALTERNATIVE] + [FindingCode.RESPONSE_INVALID] * 5


def test_integer_statuses_of_yaml_are_text() -> None:
    spec = parse_spec(b"openapi: 3.0.0\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: ok}\n")
    assert spec.operations[0].responses[0].status == "200"


@pytest.mark.parametrize("responses", [None, {}, [], {"x-200:Success": {}}])
def test_no_documented_response_is_a_finding(responses: Any) -> None:
    _, spec = parse_operation({"responses": responses})
    assert FindingCode.RESPONSES_MISSING in codes(spec)


def test_response_headers_are_read() -> None:
    headers = {
        "ETag": {"required": True, "schema": {"type": "string"}},
        "X Y": {},
        "Content-Type": {},
        "X-A": {},
        "x-a": {},
        "X-Null": None,
    }
    operation, spec = parse_operation({"responses": {"200": {"headers": headers}}})
    found = [(header.name, header.required, header.schema is not None) for header in operation.responses[0].headers]
    assert found == [("etag", True, True), ("x-a", False, False)]
    assert codes(spec) == [FindingCode.RESPONSE_INVALID] * 2
    assert codes(parse_operation({"responses": {"200": {"headers": []}}})[1]) == [FindingCode.RESPONSE_INVALID]


# -- security -------------------------------------------------------------------------------------------------------

SCHEMES: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "Bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {}},
    "openid": {"type": "openIdConnect"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key"},
    "mtls": {"type": "mutualTLS"},
    "digest": {"type": "http", "scheme": "digest"},
    "broken": {"type": "apiKey", "in": "header", "name": "X Key"},
    "nowhere": {"type": "apiKey", "name": "k"},
    "null": None,
}


def test_schemes_are_reduced_to_what_is_sent() -> None:
    spec = parse({}, components={"securitySchemes": SCHEMES})
    kinds = {scheme.name.raw(): scheme.kind for scheme in spec.security_schemes}
    assert kinds == {
        "bearer": SchemeKind.BEARER, "oauth": SchemeKind.BEARER, "openid": SchemeKind.BEARER, "basic": SchemeKind.BASIC,
        "key": SchemeKind.API_KEY, "query": SchemeKind.API_KEY, "mtls": SchemeKind.UNSUPPORTED, "digest": SchemeKind.UNSUPPORTED,
        "broken": SchemeKind.UNSUPPORTED, "nowhere": SchemeKind.UNSUPPORTED, "null": SchemeKind.UNSUPPORTED,
    }  # fmt: skip
    assert set(codes(spec)) == {FindingCode.SECURITY_SCHEME_UNSUPPORTED}


def shown(operation: Operation) -> list[list[str]]:
    return [[scheme.name.raw() for scheme in alternative.schemes] for alternative in operation.security]


@pytest.mark.parametrize(
    ("outer", "own", "expected"),
    [
        ([{"bearer": []}], "absent", [["bearer"]]),
        ([{"bearer": []}], [], []),
        ([{"bearer": []}], [{}], [[]]),
        (None, [{"key": [], "bearer": []}, {"basic": []}, {"basic": ["scope"]}], [["bearer", "key"], ["basic"], ["basic"]]),
        ([{"bearer": []}], "x", [["bearer"]]),
        ([{"bearer": []}], None, [["bearer"]]),
        (None, ["x", {"key": []}], [["key"]]),
        (None, None, []),
    ],
)
def test_security_is_inherited_and_alternatives_are_kept(outer: Any, own: Any, expected: list[list[str]]) -> None:
    written = {} if own == "absent" else {"security": own}
    operation, _ = parse_operation(written, security=outer, components={"securitySchemes": SCHEMES})
    assert shown(operation) == expected


def test_an_undefined_scheme_does_not_make_an_operation_look_open() -> None:
    operation, spec = parse_operation({"security": [{"nope": []}]})
    assert operation.security[0].schemes[0].kind is SchemeKind.UNSUPPORTED
    assert codes(spec) == [FindingCode.SECURITY_SCHEME_UNKNOWN]


AUTHORIZATION = {"name": "authorization", "in": "header", "required": True, "schema": {"type": "string"}}


def test_authorization_parameter_becomes_a_credential_where_there_is_none() -> None:
    operation, spec = parse_operation({"parameters": [AUTHORIZATION]})
    assert operation.parameters == ()
    (alternative,) = operation.security
    (scheme,) = alternative.schemes
    assert (scheme.name.raw(), scheme.kind, scheme.parameter.raw(), scheme.location) == (
        "Authorization",
        SchemeKind.API_KEY,
        "Authorization",
        ParameterLocation.HEADER,
    )
    assert spec.security_schemes == (scheme,)
    assert codes(spec) == [FindingCode.PARAMETER_INVALID]


def test_optional_authorization_parameter_leaves_anonymous_access() -> None:
    operation, _ = parse_operation({"parameters": [{**AUTHORIZATION, "required": False}], "security": []})
    assert shown(operation) == [["Authorization"], []]


def test_authorization_parameter_is_dropped_where_security_says_the_same() -> None:
    operation, spec = parse_operation(
        {"parameters": [AUTHORIZATION], "security": [{"bearer": []}]}, components={"securitySchemes": SCHEMES}
    )
    assert shown(operation) == [["bearer"]]
    assert operation.parameters == ()
    assert "Authorization" not in [scheme.name.raw() for scheme in spec.security_schemes]


@pytest.mark.parametrize(
    ("defined", "name"),
    [
        ({"type": "http", "scheme": "bearer"}, "Authorization"),
        ({"type": "apiKey", "in": "header", "name": "Authorization"}, "Authorization"),
        ({"type": "apiKey", "in": "query", "name": "token"}, "Authorization header"),
    ],
)
def test_authorization_parameter_uses_a_scheme_of_that_name_if_it_fits(defined: dict[str, Any], name: str) -> None:
    operation, spec = parse_operation({"parameters": [AUTHORIZATION]}, components={"securitySchemes": {"Authorization": defined}})
    assert shown(operation) == [[name]]
    assert len(spec.security_schemes) == (1 if name == "Authorization" else 2)


# -- the rest of an operation ---------------------------------------------------------------------------------------


def test_apifox_fields_are_read() -> None:
    operation, _ = parse_operation(
        {
            "operationId": 5,
            "summary": "订单",
            "description": True,
            "tags": ["a", 1, "b"],
            "deprecated": True,
            "x-apifox-folder": "x/y",
            "x-apifox-status": "released\x1b[31m",
            "x-apifox-maintainer": "Li",
            "x-run-in-apifox": "https://app.apifox.com/web/project/12/apis/api-345-run",
        }
    )
    assert (operation.operation_id.raw(), operation.summary.raw(), operation.description.raw()) == ("5", "订单", "")
    assert [tag.raw() for tag in operation.tags] == ["a", "b"]
    assert (operation.folder.raw(), operation.apifox_status, operation.maintainer.raw()) == ("x/y", "released [31m", "Li")
    assert (operation.apifox_id, operation.deprecated) == ("345", True)


def test_unusable_tags_are_a_finding() -> None:
    assert codes(parse_operation({"tags": "x"})[1]) == [FindingCode.OPERATION_INVALID]


def test_trouble_in_one_operation_leaves_the_others() -> None:
    good = {"responses": {"200": {"description": "ok"}}}
    spec = parse({"/a": {"get": {"parameters": 5, "responses": 5, "requestBody": 5, "security": 5, "tags": 5}, "post": good}})
    assert [operation.key.method for operation in spec.operations] == [Method.GET, Method.POST]
    assert all(finding.at.startswith("#/paths/~1a/get") for finding in spec.findings)


def test_absurdly_long_names_stay_out_of_reports() -> None:
    long = "x" * 100_000
    spec = parse(
        {f"/{long}": {"get": {}}, "/a": {"get": {"responses": {long: {}}, "parameters": [{"name": long, "in": "header"}]}}}
    )
    assert all(len(finding.at) + len(finding.message) < 3_000 for finding in spec.findings)
    assert len(spec.findings) == 4


@pytest.mark.parametrize(("place", "schema"), [("path", {"type": "integer"}), ("query", {})])
def test_a_type_of_a_programming_language_says_what_a_path_takes_and_is_no_rule_elsewhere(
    place: str, schema: dict[str, Any]
) -> None:
    parameter = {"name": "n", "in": place, "required": True, "schema": {"type": "int"}}
    operation, spec = parse_operation({"parameters": [parameter]}, path="/a/{n}" if place == "path" else "/a")
    assert operation.parameters[0].schema.resolved() == schema
    assert FindingCode.SCHEMA_TYPE_UNKNOWN in codes(spec)
