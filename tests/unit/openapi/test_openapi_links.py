"""Links: which operation an answer leads to, and what it hands on."""

from __future__ import annotations

from typing import Any

import pytest

from openapi_documents import OK, found_at, parsed
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec, ExpressionSource, JsonLiteral, Link, RuntimeExpression
from specproof.openapi.reading.expressions import parse_expression
from specproof.openapi.vocabulary import ParameterLocation

AT = "#/paths/~1pets/post/responses/201/links/next"


def linked(link: Any, **rest: Any) -> tuple[tuple[Link, ...], ApiSpec]:
    """The links of ``POST /pets`` where it has the one link ``next``."""
    paths = {
        "/pets": {"post": {"responses": {"201": {"description": "d", "links": {"next": link}}}}},
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
            "get": {"operationId": "readPet", **OK},
            "delete": {"operationId": "twice", **OK},
            "put": {"operationId": "twice", **OK},
            "additionalOperations": {"COPY": {"operationId": "copyPet", **OK}},
        },
        "/shared": {"$ref": "#/components/pathItems/Shared"},
    }
    spec = parsed(paths, **{"components": {"pathItems": {"Shared": {"get": OK}}}, **rest})
    operation = next(one for one in spec.operations if one.key.label == "POST /pets")
    return operation.responses[0].links, spec


# -- targets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "label"),
    [
        ({"operationId": "readPet"}, "GET /pets/{id}"),
        ({"operationId": "copyPet"}, "COPY /pets/{id}"),
        ({"operationRef": "#/paths/~1pets~1{id}/get"}, "GET /pets/{id}"),
        ({"operationRef": "#/paths/~1pets~1%7Bid%7D/delete"}, "DELETE /pets/{id}"),
        ({"operationRef": "#/paths/~1pets~1{id}/additionalOperations/COPY"}, "COPY /pets/{id}"),
        ({"operationRef": "#/paths/~1shared/get"}, "GET /shared"),
        ({"operationRef": "#/components/pathItems/Shared/get"}, "GET /shared"),
        ({"operationRef": "https://api.example/me#/paths/~1pets/post"}, "POST /pets"),
    ],
)
def test_a_link_leads_to_an_operation_by_id_or_by_place(link: dict[str, str], label: str) -> None:
    (found,), spec = linked(link, **{"$self": "https://api.example/me"})
    assert (found.name.raw(), found.target.label, found.pointer) == ("next", label, AT)
    assert spec.operation(found.target) is not None
    assert spec.findings == ()


@pytest.mark.parametrize(
    ("link", "at"),
    [
        ({"operationId": "nobody"}, f"{AT}/operationId"),
        ({"operationId": "twice"}, f"{AT}/operationId"),
        ({"operationId": ""}, f"{AT}/operationId"),
        ({"operationId": 5}, AT),
        ({"operationRef": ["#/paths/~1pets/post"]}, AT),
        ({}, AT),
        ("x", AT),
        (None, AT),
        ({"operationRef": "#/paths/~1nowhere/get"}, f"{AT}/operationRef"),
        ({"operationRef": "#/paths/~1pets"}, f"{AT}/operationRef"),
        ({"operationRef": "#anchor"}, f"{AT}/operationRef"),
        ({"operationRef": ""}, f"{AT}/operationRef"),
        ({"operationRef": "https://other.example/api.json#/paths/~1pets/post"}, f"{AT}/operationRef"),
        ({"operationRef": "../../etc/passwd"}, f"{AT}/operationRef"),
    ],
)
def test_a_link_to_no_operation_is_a_finding_and_left_out(link: Any, at: str) -> None:
    links, spec = linked(link)
    assert links == ()
    assert found_at(spec, FindingCode.LINK_INVALID) == [at]


def test_where_a_link_names_two_targets_the_id_counts() -> None:
    (link,), spec = linked({"operationId": "readPet", "operationRef": "#/paths/~1pets/post"})
    assert link.target.label == "GET /pets/{id}"
    assert found_at(spec, FindingCode.LINK_INVALID) == [f"{AT}/operationRef"]


def test_links_may_be_components() -> None:
    (link,), spec = linked(
        {"$ref": "#/components/links/Read"},
        components={"links": {"Read": {"operationId": "readPet"}}, "pathItems": {"Shared": {"get": OK}}},
    )
    assert (link.name.raw(), link.pointer) == ("next", "#/components/links/Read")
    assert spec.findings == ()


@pytest.mark.parametrize(
    ("links", "number"), [([], 0), ("x", 0), ({f"l{n:02}": {"operationId": "readPet"} for n in range(60)}, 50)]
)
def test_impossible_and_too_many_links_are_findings(links: Any, number: int) -> None:
    get = {"operationId": "readPet", "responses": {"200": {"description": "d", "links": links}}}
    spec = parsed({"/a": {"get": get}})
    assert len(spec.operations[0].responses[0].links) == number
    assert found_at(spec, FindingCode.LINK_INVALID) == ["#/paths/~1a/get/responses/200/links"]


# -- what is handed on ----------------------------------------------------------------------------------------------

EXPRESSIONS = [
    ("$url", ExpressionSource.URL, ""),
    ("$method", ExpressionSource.METHOD, ""),
    ("$statusCode", ExpressionSource.STATUS_CODE, ""),
    ("$request.path.id", ExpressionSource.REQUEST_PATH, "id"),
    ("$request.query.the name", ExpressionSource.REQUEST_QUERY, "the name"),
    ("$request.header.X-Id", ExpressionSource.REQUEST_HEADER, "X-Id"),
    ("$request.body", ExpressionSource.REQUEST_BODY, ""),
    ("$request.body#/owner/id", ExpressionSource.REQUEST_BODY, "/owner/id"),
    ("$response.body#", ExpressionSource.RESPONSE_BODY, ""),
    ("$response.body#/a~1b/~0/", ExpressionSource.RESPONSE_BODY, "/a~1b/~0/"),
    ("$response.header.Location", ExpressionSource.RESPONSE_HEADER, "Location"),
    ("{$response.body#/id}", ExpressionSource.RESPONSE_BODY, "/id"),
    ("{$url}", ExpressionSource.URL, ""),
]
NO_EXPRESSIONS = [
    "$", "$URL", "$url ", "$url.x", "$request", "$request.", "$request.body.id", "$request.body#id", "$response.body#/~2", "$response.body#/~",
    "$response.query.q", "$response.path.id", "$request.header.", "$request.header.a b", "$request.query.", "$inputs.id", "$steps.x", "{$}",
    "{$inputs.id}", "id-{$response.body#/id}", "{$url}{$method}", "{{$url}}", "$request.query.a\n",
    "$response.body#/a\x00", "$request.path." + "x" * 1000,
]  # fmt: skip


@pytest.mark.parametrize(("text", "source", "name"), EXPRESSIONS)
def test_runtime_expressions_are_parsed(text: str, source: ExpressionSource, name: str) -> None:
    expression = parse_expression(text)
    assert expression is not None
    assert (expression.source, expression.name.raw()) == (source, name)


@pytest.mark.parametrize("text", [*NO_EXPRESSIONS, "url", "", "response.body#/id"])
def test_nothing_else_is_an_expression(text: str) -> None:
    assert parse_expression(text) is None


@pytest.mark.parametrize("text", [text for text in NO_EXPRESSIONS if text != "{{$url}}"])
def test_what_looks_like_an_expression_and_is_none_is_never_sent(text: str) -> None:
    (link,), spec = linked({"operationId": "readPet", "parameters": {"id": text, "other": 1}, "requestBody": text})
    assert [argument.name.raw() for argument in link.arguments] == ["other"]
    assert link.body is None
    assert found_at(spec, FindingCode.LINK_INVALID) == [f"{AT}/parameters/id", f"{AT}/requestBody"]


@pytest.mark.parametrize("value", ["plain", "a$b", "{id}", 5, None, True, ["$url"], {"a": 1}])
def test_literals_stay_what_they_are(value: Any) -> None:
    (link,), spec = linked({"operationId": "readPet", "parameters": {"id": value}, "requestBody": value})
    assert [argument.value for argument in link.arguments] == [JsonLiteral(value)]
    assert link.body == JsonLiteral(value)
    assert spec.findings == ()


@pytest.mark.parametrize("value", ["{{token}}", "{{$url}}", {"a": ["{{x}}"]}])
def test_placeholders_of_apifox_are_no_values(value: Any) -> None:
    (link,), spec = linked({"operationId": "readPet", "parameters": {"id": value}})
    assert link.arguments == ()
    assert {finding.code for finding in spec.findings} <= {FindingCode.EXAMPLE_PLACEHOLDER, FindingCode.LINK_INVALID}
    assert found_at(spec, spec.findings[0].code) == [f"{AT}/parameters/id"]


@pytest.mark.parametrize(
    ("written", "name", "location"),
    [
        ("id", "id", None),
        ("path.id", "id", ParameterLocation.PATH),
        ("query.a.b", "a.b", ParameterLocation.QUERY),
        ("cookie.c", "c", ParameterLocation.COOKIE),
        ("header.X-A", "X-A", ParameterLocation.HEADER),
        ("body.id", "body.id", None),
        ("path.", "path.", None),
        (".id", ".id", None),
    ],
)
def test_names_of_arguments_may_say_where_they_travel(written: str, name: str, location: ParameterLocation | None) -> None:
    (link,), _ = linked({"operationId": "readPet", "parameters": {written: "$response.body#/id"}})
    (argument,) = link.arguments
    assert (argument.name.raw(), argument.location) == (name, location)
    assert isinstance(argument.value, RuntimeExpression)


@pytest.mark.parametrize(("arguments", "number"), [([], 0), ("$url", 0), ({f"a{n:02}": n for n in range(60)}, 50)])
def test_impossible_and_too_many_arguments_are_findings(arguments: Any, number: int) -> None:
    (link,), spec = linked({"operationId": "readPet", "parameters": arguments})
    assert len(link.arguments) == number
    assert found_at(spec, FindingCode.LINK_INVALID) == [f"{AT}/parameters"]
