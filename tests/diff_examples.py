"""For every rule of the comparison a pair of documents that differ by exactly it: data, for the tests of the comparison."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.model import ApiSpec, Encoding, Operation
from specproof.openapi.text import UntrustedText

Document = dict[str, Any]
Amend = Callable[[ApiSpec], ApiSpec]
"""What the reader of documents does not fill in by itself is put into the model."""


@dataclass(frozen=True)
class RuleExample:
    """Two documents whose difference is exactly ``rule``."""

    rule: ChangeRule
    before: Document
    after: Document
    amend_before: Amend | None = None
    amend_after: Amend | None = None


SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "flow": {"type": "oauth2", "flows": {}},
}


def document(operation: Document | None = None, path: str = "/a", method: str = "post", **top: Any) -> Document:
    """A document with one operation."""
    described = {"responses": {"200": {"description": ""}}, **(operation or {})}
    base = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {path: {method: described}}}
    return {**base, "components": {"securitySchemes": SCHEMES}, **top}


def body(schema: Any, *, required: bool = False, **more: Any) -> Document:
    return document({"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}, **more}})


def answer(schema: Any) -> Document:
    return document({"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}})


def query(**parameter: Any) -> Document:
    return document({"parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}, **parameter}]})


def headers(**described: Any) -> Document:
    return document({"responses": {"200": {"description": "", "headers": described}}})


PLACES: dict[str, Callable[[Any], Document]] = {
    "parameter": lambda schema: query(schema=schema),
    "request": body,
    "response": answer,
}

_A, _B = ({"type": "object", "properties": {name: {"type": "string"}}, "required": [name]} for name in "ab")
_KINDS = {"propertyName": "kind", "mapping": {"a": "#/components/schemas/A"}}
_WIDE: Document = {"allOf": [{"properties": {f"p{number}": {}}} for number in range(250)]}

NARROWED: dict[str, tuple[Any, Any]] = {
    "type_narrowed": ({"type": ["string", "integer"]}, {"type": "string"}),
    "became_not_nullable": ({"type": ["string", "null"]}, {"type": "string"}),
    "format_added": ({"type": "string"}, {"type": "string", "format": "date"}),
    "enum_added": ({"type": "string"}, {"type": "string", "enum": ["a"]}),
    "enum_value_removed": ({"enum": ["a", "b"]}, {"enum": ["a"]}),
    "minimum_raised": ({"minimum": 1}, {"minimum": 2}),
    "maximum_lowered": ({"maximum": 2}, {"exclusiveMaximum": 2}),
    "min_length_raised": ({}, {"minLength": 1}),
    "max_length_lowered": ({"maxLength": 5}, {"maxLength": 4}),
    "min_items_raised": ({"minItems": 1}, {"minItems": 2}),
    "max_items_lowered": ({}, {"maxItems": 4}),
    "min_properties_raised": ({}, {"minProperties": 1}),
    "max_properties_lowered": ({"maxProperties": 5}, {"maxProperties": 4}),
    "multiple_of_added": ({"type": "integer"}, {"type": "integer", "multipleOf": 2}),
    "pattern_added": ({"type": "string"}, {"type": "string", "pattern": "^a"}),
    "unique_items_added": ({"type": "array"}, {"type": "array", "uniqueItems": True}),
    "additional_properties_closed": ({"type": "object"}, {"type": "object", "additionalProperties": False}),
    "union_added": ({"type": "object"}, {"type": "object", "oneOf": [_A, _B]}),
    "alternative_removed": ({"oneOf": [_A, _B]}, {"oneOf": [_A]}),
    "discriminator_value_removed": (
        {"discriminator": _KINDS}, {"discriminator": {"propertyName": "kind"}},
    ),
}  # fmt: skip
"""Facet -> a schema before, and one that takes less. The other way round it is the facet of ``WIDENED`` in the same row."""
WIDENED = (
    "type_widened", "became_nullable", "format_removed", "enum_removed", "enum_value_added", "minimum_lowered", "maximum_raised",
    "min_length_lowered", "max_length_raised", "min_items_lowered", "max_items_raised", "min_properties_lowered", "max_properties_raised",
    "multiple_of_removed", "pattern_removed", "unique_items_removed", "additional_properties_opened", "union_removed", "alternative_added",
    "discriminator_value_added",
)  # fmt: skip
OTHERS: dict[str, tuple[Any, Any]] = {
    "type_changed": ({"type": "string"}, {"type": "integer"}),
    "format_changed": ({"format": "date"}, {"format": "uuid"}),
    "multiple_of_changed": ({"multipleOf": 2}, {"multipleOf": 3}),
    "pattern_changed": ({"pattern": "^a"}, {"pattern": "^b"}),
    "discriminator_changed": ({"discriminator": {"propertyName": "a"}}, {"discriminator": {"propertyName": "b"}}),
    "content_encoding_changed": ({"type": "string"}, {"type": "string", "contentEncoding": "base64"}),
    "condition_changed": ({"not": {"const": 1}}, {"not": {"const": 2}}),
    "schema_changed": (_WIDE, {"allOf": [*_WIDE["allOf"], {"maxProperties": 1}]}),
}


def _with_component(made: Document) -> Document:
    return {**made, "components": {**made["components"], "schemas": {"A": _A}}}


def value_examples() -> Iterator[RuleExample]:
    for place, make in PLACES.items():
        for (facet, (before, after)), reverse in zip(NARROWED.items(), WIDENED, strict=True):
            wide, narrow = _with_component(make(before)), _with_component(make(after))
            yield RuleExample(ChangeRule(f"{place}.value.{facet}"), wide, narrow)
            yield RuleExample(ChangeRule(f"{place}.value.{reverse}"), narrow, wide)
        for facet, (before, after) in OTHERS.items():
            yield RuleExample(ChangeRule(f"{place}.value.{facet}"), make(before), make(after))


def _object(*required: str, **properties: Any) -> Document:
    return {"type": "object", "properties": properties, "required": list(required)}


_NONE, _OPTIONAL, _REQUIRED = _object(), _object(x={}), _object("x", x={})


def property_examples() -> Iterator[RuleExample]:
    rule = ChangeRule
    request = (
        (rule.REQUEST_PROPERTY_ADDED_REQUIRED, _NONE, _REQUIRED),
        (rule.REQUEST_PROPERTY_ADDED_OPTIONAL, _NONE, _OPTIONAL),
        (rule.REQUEST_PROPERTY_REMOVED, _OPTIONAL, _NONE),
        (rule.REQUEST_PROPERTY_BECAME_REQUIRED, _OPTIONAL, _REQUIRED),
        (rule.REQUEST_PROPERTY_BECAME_OPTIONAL, _REQUIRED, _OPTIONAL),
        (rule.REQUEST_PROPERTY_BECAME_READ_ONLY, _OPTIONAL, _object(x={"readOnly": True})),
        (rule.REQUEST_PROPERTY_BECAME_WRITABLE, _object(x={"readOnly": True}), _OPTIONAL),
        (rule.REQUEST_PROPERTY_BECAME_WRITABLE_REQUIRED, _object("x", x={"readOnly": True}), _REQUIRED),
    )
    response = (
        (rule.RESPONSE_PROPERTY_ADDED_REQUIRED, _NONE, _REQUIRED),
        (rule.RESPONSE_PROPERTY_ADDED_OPTIONAL, _NONE, _OPTIONAL),
        (rule.RESPONSE_PROPERTY_REMOVED_REQUIRED, _REQUIRED, _NONE),
        (rule.RESPONSE_PROPERTY_REMOVED_OPTIONAL, _OPTIONAL, _NONE),
        (rule.RESPONSE_PROPERTY_BECAME_REQUIRED, _OPTIONAL, _REQUIRED),
        (rule.RESPONSE_PROPERTY_BECAME_OPTIONAL, _REQUIRED, _OPTIONAL),
        (rule.RESPONSE_PROPERTY_BECAME_WRITE_ONLY, _OPTIONAL, _object(x={"writeOnly": True})),
        (rule.RESPONSE_PROPERTY_BECAME_READABLE, _object(x={"writeOnly": True}), _OPTIONAL),
    )
    yield from (RuleExample(name, body(before), body(after)) for name, before, after in request)
    yield from (RuleExample(name, answer(before), answer(after)) for name, before, after in response)


def operation_examples() -> Iterator[RuleExample]:
    rule = ChangeRule
    plain = document()
    two = {**plain, "paths": {**plain["paths"], "/b": {"get": {"responses": {"200": {}}}}}}
    old = copy.deepcopy(two)
    old["paths"]["/b"]["get"]["deprecated"] = True
    link = {"x-run-in-apifox": "https://app.apifox.com/web/project/1/apis/api-7-run"}
    yield RuleExample(rule.OPERATION_ADDED, plain, two)
    yield RuleExample(rule.OPERATION_REMOVED, two, plain)
    yield RuleExample(rule.OPERATION_REMOVED_DEPRECATED, old, plain)
    yield RuleExample(rule.OPERATION_MOVED, document(link), document(link, path="/moved"))
    named = [{"parameters": [{"name": name, "in": "path", "required": True, "schema": {}}]} for name in ("id", "petId")]
    yield RuleExample(rule.OPERATION_PATH_PARAMETER_RENAMED, document(named[0], "/a/{id}"), document(named[1], "/a/{petId}"))
    for name, before, after in (
        (rule.OPERATION_DEPRECATED, {}, {"deprecated": True}),
        (rule.OPERATION_REACTIVATED, {"deprecated": True}, {}),
        (rule.OPERATION_SUNSET_ANNOUNCED, {}, {"x-sunset": "2027-01-01"}),
        (rule.OPERATION_SUNSET_WITHDRAWN, {"x-sunset": "2027-01-01"}, {}),
        (rule.OPERATION_SUNSET_EARLIER, {"x-sunset": "2027-01-01"}, {"x-sunset": "2026-12-01"}),
        (rule.OPERATION_SUNSET_LATER, {"x-sunset": "2027-01-01"}, {"x-sunset": "2027-12-01"}),
        (rule.OPERATION_STATUS_CHANGED, {}, {"x-apifox-status": "released"}),
    ):
        yield RuleExample(name, document(before), document(after))
    one, other, path = ([{"url": url}] for url in ("https://a.example/v1", "https://b.example/v1", "https://a.example/v2"))
    yield RuleExample(rule.SERVERS_ADDED, document(servers=one), document(servers=one + other))
    yield RuleExample(rule.SERVERS_REMOVED, document(servers=one + other), document(servers=one))
    yield RuleExample(rule.SERVERS_CHANGED, document(servers=one), document(servers=other))
    yield RuleExample(rule.SERVERS_BASE_PATH_CHANGED, document(servers=one), document(servers=path))


def security_examples() -> Iterator[RuleExample]:
    rule = ChangeRule
    for name, before, after in (
        (rule.SECURITY_BECAME_REQUIRED, [], [{"token": []}]),
        (rule.SECURITY_NO_LONGER_REQUIRED, [{"token": []}], [{"token": []}, {}]),
        (rule.SECURITY_ALTERNATIVE_ADDED, [{"token": []}], [{"token": []}, {"key": []}]),
        (rule.SECURITY_ALTERNATIVE_REMOVED, [{"token": []}, {"key": []}], [{"token": []}]),
    ):
        yield RuleExample(name, document({"security": before}), document({"security": after}))
    secured = document({"security": [{"token": []}]})
    basic = {"securitySchemes": {**SCHEMES, "token": {"type": "http", "scheme": "basic"}}}
    yield RuleExample(rule.SECURITY_SCHEME_CHANGED, secured, {**secured, "components": basic})
    scoped = document({"security": [{"flow": []}]})
    marked = {**scoped, "x-revision": 2}
    few, many = (_with_scopes(*names) for names in (("read",), ("read", "write")))
    yield RuleExample(rule.SECURITY_SCOPE_ADDED, scoped, marked, few, many)
    yield RuleExample(rule.SECURITY_SCOPE_REMOVED, scoped, marked, many, few)


def _changed(spec: ApiSpec, change: Callable[[Operation], Operation]) -> ApiSpec:
    return replace(spec, operations=tuple(change(operation) for operation in spec.operations))


def _with_scopes(*names: str) -> Amend:
    scopes = (tuple(UntrustedText(name) for name in names),)

    def change(operation: Operation) -> Operation:
        return replace(operation, security=tuple(replace(item, scopes=scopes) for item in operation.security))

    return lambda spec: _changed(spec, change)


def _allowing_reserved(spec: ApiSpec) -> ApiSpec:
    return _changed(
        spec,
        lambda operation: replace(operation, parameters=tuple(replace(p, allow_reserved=True) for p in operation.parameters)),
    )


def _with_encoding(spec: ApiSpec) -> ApiSpec:
    def change(operation: Operation) -> Operation:
        assert operation.request_body is not None
        media_types = operation.request_body.media_types
        encoding = Encoding(UntrustedText("file"), ("image/png",), media_types[0].pointer + "/encoding/file")
        encoded = tuple(replace(item, encodings=(encoding,)) for item in media_types)
        return replace(operation, request_body=replace(operation.request_body, media_types=encoded))

    return _changed(spec, change)


def parameter_examples() -> Iterator[RuleExample]:
    rule = ChangeRule
    array = {"type": "array", "items": {"type": "string"}}
    none, plain, required, old = document(), query(), query(required=True), query(deprecated=True)
    json_content = {"content": {"application/json": {"schema": {"type": "string"}}}}
    content = document({"parameters": [{"name": "q", "in": "query", **json_content}]})
    yield RuleExample(rule.PARAMETER_ADDED_REQUIRED, none, required)
    yield RuleExample(rule.PARAMETER_ADDED_OPTIONAL, none, plain)
    yield RuleExample(rule.PARAMETER_REMOVED, plain, none)
    yield RuleExample(rule.PARAMETER_REMOVED_DEPRECATED, old, none)
    yield RuleExample(rule.PARAMETER_BECAME_REQUIRED, plain, required)
    yield RuleExample(rule.PARAMETER_BECAME_OPTIONAL, required, plain)
    yield RuleExample(rule.PARAMETER_MOVED, plain, query(**{"in": "header"}))
    yield RuleExample(rule.PARAMETER_STYLE_CHANGED, query(schema=array), query(schema=array, style="pipeDelimited"))
    yield RuleExample(rule.PARAMETER_EXPLODE_CHANGED, query(schema=array), query(schema=array, explode=False))
    yield RuleExample(rule.PARAMETER_CONTENT_CHANGED, plain, content)
    yield RuleExample(rule.PARAMETER_DEPRECATED, plain, old)
    yield RuleExample(rule.PARAMETER_REACTIVATED, old, plain)
    yield RuleExample(rule.PARAMETER_ALLOW_RESERVED_CHANGED, plain, {**plain, "x-revision": 2}, None, _allowing_reserved)
    one, two = (query(schema={"type": "string", "default": value}) for value in "ab")
    yield RuleExample(rule.PARAMETER_DEFAULT_ADDED, plain, one)
    yield RuleExample(rule.PARAMETER_DEFAULT_CHANGED, one, two)
    yield RuleExample(rule.PARAMETER_DEFAULT_REMOVED, one, plain)


def payload_examples() -> Iterator[RuleExample]:
    rule = ChangeRule
    none, optional, required = document(), body({}), body({}, required=True)
    both = body({}, content={"application/json": {"schema": {}}, "text/plain": {}})
    form = body({}, content={"multipart/form-data": {"schema": {"type": "object"}}})
    yield RuleExample(rule.REQUEST_BODY_ADDED_REQUIRED, none, required)
    yield RuleExample(rule.REQUEST_BODY_ADDED_OPTIONAL, none, optional)
    yield RuleExample(rule.REQUEST_BODY_REMOVED, optional, none)
    yield RuleExample(rule.REQUEST_BODY_BECAME_REQUIRED, optional, required)
    yield RuleExample(rule.REQUEST_BODY_BECAME_OPTIONAL, required, optional)
    yield RuleExample(rule.REQUEST_BODY_ENCODING_CHANGED, form, {**form, "x-revision": 2}, None, _with_encoding)
    yield RuleExample(rule.REQUEST_MEDIA_TYPE_ADDED, optional, both)
    yield RuleExample(rule.REQUEST_MEDIA_TYPE_REMOVED, both, optional)

    def statuses(*names: str) -> Document:
        return document({"responses": {name: {"description": ""} for name in names}})

    yield RuleExample(rule.RESPONSE_STATUS_SUCCESS_ADDED, statuses("200"), statuses("200", "202"))
    yield RuleExample(rule.RESPONSE_STATUS_SUCCESS_REMOVED, statuses("200", "202"), statuses("200"))
    yield RuleExample(rule.RESPONSE_STATUS_OTHER_ADDED, statuses("200"), statuses("200", "404"))
    yield RuleExample(rule.RESPONSE_STATUS_OTHER_REMOVED, statuses("200", "default"), statuses("200"))
    json_only = {"application/json": {"schema": {}}}
    answers = [document({"responses": {"200": {"content": content}}}) for content in (json_only, {**json_only, "text/plain": {}})]
    yield RuleExample(rule.RESPONSE_MEDIA_TYPE_ADDED, answers[0], answers[1])
    yield RuleExample(rule.RESPONSE_MEDIA_TYPE_REMOVED, answers[1], answers[0])
    etag, always = headers(ETag={"schema": {}}), headers(ETag={"schema": {}, "required": True})
    yield RuleExample(rule.RESPONSE_HEADER_ADDED, headers(), etag)
    yield RuleExample(rule.RESPONSE_HEADER_REMOVED_REQUIRED, always, headers())
    yield RuleExample(rule.RESPONSE_HEADER_REMOVED_OPTIONAL, etag, headers())
    yield RuleExample(rule.RESPONSE_HEADER_BECAME_REQUIRED, etag, always)
    yield RuleExample(rule.RESPONSE_HEADER_BECAME_OPTIONAL, always, etag)


EXAMPLES: tuple[RuleExample, ...] = (
    *operation_examples(),
    *security_examples(),
    *parameter_examples(),
    *payload_examples(),
    *property_examples(),
    *value_examples(),
)
