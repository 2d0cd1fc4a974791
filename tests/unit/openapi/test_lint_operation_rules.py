"""Each rule about operations and about the whole document: where it speaks, and where it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lint_documents import JSON, OK, document, places, report_of, with_answer, with_operation
from specproof.openapi.finding_log import MAX_PER_CODE
from specproof.openapi.lint.context import LintContext
from specproof.openapi.lint.document_rules import capped_rules
from specproof.openapi.lint.linter import lint_spec
from specproof.openapi.parser import parse_spec

AT = "#/paths/~1things/get"
BODY = {"content": {JSON: {"schema": {"type": "string", "maxLength": 1}}}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 9}}
QUERY = {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 9}}
BEARER = {"components": {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}}}


def answers(*statuses: str) -> dict[str, Any]:
    return {"responses": {status: {"description": "d"} for status in statuses}}


def creating(schema: Any, *statuses: str, **response: Any) -> dict[str, Any]:
    created = {"description": "d", "content": {JSON: {"schema": schema}}, **response}
    post = {"operationId": "make", "requestBody": BODY, "responses": {"201": created, **answers(*statuses)["responses"]}}
    read = {"operationId": "read", "parameters": [ID], **answers("200", "404", "400")}
    return document({"/things": {"post": post}, "/things/{id}": {"get": read}})


def referring(**components: Any) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/A"}
    return {**with_answer(schema), "components": {"schemas": {"A": {"type": "string"}}, **components}}


OBJECT = {"type": "object", "properties": {"color": {"type": "string"}}}
SPOKEN: list[tuple[str, dict[str, Any], list[str]]] = [
    ("lint.success_response_missing", with_operation(answers("400")), [f"{AT}/responses"]),
    ("lint.success_response_missing", with_operation(answers("default")), [f"{AT}/responses"]),
    (
        "lint.response_schema_missing",
        with_operation({"responses": {"200": {"description": "d", "content": {JSON: {}}}}}),
        [f"{AT}/responses/200/content/application~1json"],
    ),
    ("lint.response_schema_missing", with_answer({}), [f"{AT}/responses/200/content/application~1json"]),
    ("lint.response_body_missing", with_operation(answers("200")), [f"{AT}/responses/200"]),
    ("lint.client_error_missing", with_operation({"parameters": [QUERY]}), [f"{AT}/responses"]),
    ("lint.unauthorized_missing", with_operation({"security": [{"b": []}]}, **BEARER), [f"{AT}/responses"]),
    (
        "lint.not_found_missing",
        with_operation({"parameters": [ID], **answers("200", "400")}, path="/things/{id}"),
        ["#/paths/~1things~1{id}/get/responses"],
    ),
    ("lint.conflict_missing", creating(OBJECT), ["#/paths/~1things/post/responses"]),
    ("lint.body_unexpected", with_operation({"requestBody": BODY}), [f"{AT}/requestBody"]),
    (
        "lint.content_forbidden",
        with_operation({"responses": {"204": {"description": "d", **BODY}}}),
        [f"{AT}/responses/204/content"],
    ),
    ("lint.created_without_id", creating(OBJECT), ["#/paths/~1things/post/responses/201"]),
    (
        "lint.header_schema_missing",
        with_operation({"responses": {"200": {"description": "d", "headers": {"X-A": {}}}}}),
        [f"{AT}/responses/200/headers/X-A"],
    ),
    ("lint.parameter_case", with_operation({"parameters": [QUERY, {**QUERY, "name": "Q"}]}), [f"{AT}/parameters/1"]),
    ("lint.operation_id_missing", document({"/things": {"get": {"responses": OK}}}), [AT]),
    (
        "lint.operation_id_duplicate",
        document({"/things": {"get": {"operationId": "a", "responses": OK}, "put": {"operationId": "a", "responses": OK}}}),
        ["#/paths/~1things/put/operationId"],
    ),
    ("lint.path_overlap", document({path: {"get": {"responses": OK}} for path in ("/a/{x}", "/a/b")}), ["#/paths/~1a~1b"]),
    ("lint.component_unused", referring(parameters={"p": QUERY}), ["#/components/parameters/p"]),
    (
        "lint.component_unused",
        {**with_answer({"$ref": "#/components/schemas/A"}, A={}, B={"items": {"$ref": "#/components/schemas/B"}})},
        ["#/components/schemas/B"],
    ),
    ("lint.tag_undefined", with_operation({"tags": ["a", "b"]}, tags=[{"name": "a"}]), [f"{AT}/tags"]),
    ("lint.security_scheme_unused", with_operation({}, **BEARER), ["#/components/securitySchemes/b"]),
    ("lint.server_without_tls", with_operation({}, servers=[{"url": "http://api.test/v1"}]), ["#/servers/0/url"]),
    (
        "lint.server_without_tls",
        {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "host": "api.test", "schemes": ["http"], "paths": {}},
        ["#/schemes"],
    ),
]

SILENT: list[tuple[str, dict[str, Any]]] = [
    ("lint.success_response_missing", with_operation(answers("302"))),
    ("lint.success_response_missing", with_operation({"responses": {}})),  # response.none_documented says it
    ("lint.response_schema_missing", with_operation({"responses": {"200": {"description": "d", "content": {"image/png": {}}}}})),
    ("lint.response_body_missing", with_operation(answers("204"))),
    ("lint.response_body_missing", with_operation(answers("200"), "delete")),
    ("lint.client_error_missing", with_operation(answers("200"))),
    ("lint.client_error_missing", with_operation({"parameters": [QUERY], **answers("200", "422")})),
    ("lint.client_error_missing", with_operation({"parameters": [QUERY], **answers("200", "4XX")})),
    ("lint.client_error_missing", with_operation({"parameters": [QUERY], **answers("200", "default")})),
    ("lint.unauthorized_missing", with_operation({"security": [{"b": []}], **answers("200", "401")}, **BEARER)),
    ("lint.unauthorized_missing", with_operation({"security": [{"b": []}, {}]}, **BEARER)),
    ("lint.not_found_missing", with_operation({"parameters": [ID], **answers("200", "404")}, path="/things/{id}")),
    ("lint.conflict_missing", creating(OBJECT, "409")),
    ("lint.conflict_missing", with_operation({"requestBody": BODY}, "post")),  # nothing below: no record is made
    ("lint.body_unexpected", with_operation({"requestBody": BODY}, "patch")),
    ("lint.content_forbidden", with_operation(answers("204"))),
    ("lint.created_without_id", creating({"type": "object", "properties": {"thing_id": {"type": "string"}}})),
    ("lint.created_without_id", creating({"type": "object", "properties": {"thing": {**OBJECT, "properties": {"uuid": {}}}}})),
    ("lint.created_without_id", creating({"type": "object", "additionalProperties": True})),
    ("lint.created_without_id", creating(OBJECT, headers={"Location": {"schema": {"type": "string"}}})),
    (
        "lint.header_schema_missing",
        with_operation({"responses": {"200": {"description": "d", "headers": {"X-A": {"schema": {}}}}}}),
    ),
    ("lint.parameter_case", with_operation({"parameters": [QUERY, {**QUERY, "name": "r"}]})),
    ("lint.operation_id_missing", with_operation({})),
    ("lint.operation_id_duplicate", with_operation({})),
    ("lint.path_overlap", document({"/a/{x}": {"get": {"responses": OK}}, "/a/b": {"post": {"responses": OK}}})),
    ("lint.path_overlap", document({path: {"get": {"responses": OK}} for path in ("/a/{x}", "/a/b/c")})),
    ("lint.component_unused", referring()),
    ("lint.component_unused", referring(parameters={"p": QUERY}, x={"$ref": "other.yaml#/a"})),  # the other file may refer back
    ("lint.component_unused", document({}, components={"schemas": {"A": {}}})),  # a library
    (
        "lint.component_unused",  # a discriminator refers to it by name
        with_answer(
            {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}},
            A={"type": "object"},
        ),
    ),
    ("lint.tag_undefined", with_operation({"tags": ["a"]}, tags=[{"name": "a"}])),
    ("lint.tag_undefined", with_operation({"tags": ["a"]})),
    ("lint.security_scheme_unused", with_operation({"security": [{"b": []}]}, **BEARER)),
    ("lint.security_scheme_unused", with_operation({}, security=[{"b": []}], **BEARER)),
    ("lint.server_without_tls", with_operation({}, servers=[{"url": "http://localhost:80"}, {"url": "https://api.test"}])),
]


@pytest.mark.parametrize(("code", "tree", "where"), SPOKEN, ids=lambda value: value if isinstance(value, str) else "")
def test_a_rule_speaks_where_it_has_to_be_mended(code: str, tree: dict[str, Any], where: list[str]) -> None:
    assert places(tree, code) == where


@pytest.mark.parametrize(("code", "tree"), SILENT, ids=lambda value: value if isinstance(value, str) else "")
def test_a_rule_is_silent_where_nothing_is_wrong(code: str, tree: dict[str, Any]) -> None:
    assert places(tree, code) == []


def test_a_shared_response_is_reported_once_at_the_component() -> None:
    shared = {"200": {"$ref": "#/components/responses/R"}}
    components = {"responses": {"R": {"description": "d", "content": {JSON: {}}}}}
    paths = {path: {"get": {"operationId": path, "responses": shared}} for path in ("/a", "/b")}
    tree = document(paths, components=components)
    assert places(tree, "lint.response_schema_missing") == ["#/components/responses/R/content/application~1json"]


def test_findings_of_the_parser_and_of_the_rules_are_one_sorted_list() -> None:
    report = report_of(document({"/a/{x}": {"get": {"responses": OK}}}))
    codes = [finding.code.value for finding in report.findings]
    assert {"path.parameter_missing", "lint.operation_id_missing"} <= set(codes)
    assert list(report.findings) == sorted(report.findings)


def test_of_each_code_a_bounded_number_is_listed_and_the_rest_is_counted() -> None:
    tree = document({f"/a{index}": {"get": {"responses": OK}} for index in range(MAX_PER_CODE + 7)})
    found = [finding for finding in report_of(tree).findings if finding.code.value == "lint.operation_id_missing"]
    assert len(found) == MAX_PER_CODE + 1
    assert any(finding.message == "7 more findings of this kind are not listed" for finding in found)


def test_without_the_tree_the_rules_about_what_is_written_say_nothing() -> None:
    content = b'{"openapi": "3.1.0", "tags": [{"name": "a"}], "paths": {"/a": {"get": {"tags": ["b"]}}}, "components": {"schemas": {"A": {}}}}'
    codes = {finding.code.value for finding in lint_spec(parse_spec(content)).findings}
    assert "lint.operation_id_missing" in codes
    assert not codes & {"lint.component_unused", "lint.tag_undefined"}


def test_what_was_not_looked_at_is_said() -> None:
    spec = parse_spec(json.dumps(with_answer({"properties": {"a": {}, "b": {}}})).encode())
    assert [finding.at for finding in capped_rules(LintContext(spec, max_sites=2))] == ["#"]
    assert list(capped_rules(LintContext(spec, max_sites=9))) == []
