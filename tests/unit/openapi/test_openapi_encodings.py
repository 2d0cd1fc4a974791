"""How each property of a form or multipart body is sent."""

from __future__ import annotations

from typing import Any

import pytest

from openapi_documents import found_at, operation_of, parsed
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import ApiSpec, Encoding
from specproof.openapi.vocabulary import ParameterStyle

FORM = "application/x-www-form-urlencoded"
FORM_DATA = "multipart/form-data"
SCHEMA = {"type": "object", "properties": {"tags": {"type": "array"}, "photo": {"type": "string"}}}


def encoded(
    encoding: Any, *, media_type: str = FORM_DATA, schema: Any = SCHEMA, **rest: Any
) -> tuple[tuple[Encoding, ...], ApiSpec]:
    """The encodings of a body of one media type."""
    described = {key: value for key, value in {"schema": schema, "encoding": encoding}.items() if value != "absent"}
    operation, spec = operation_of({"requestBody": {"content": {media_type: described}}}, **rest)
    assert operation.request_body is not None
    return operation.request_body.media_types[0].encodings, spec


def place(media_type: str = FORM_DATA) -> str:
    return f"#/paths/~1a/post/requestBody/content/{media_type.replace('/', '~1')}/encoding"


# -- style and content type -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", [FORM, FORM_DATA])
@pytest.mark.parametrize(
    ("written", "style", "explode", "allow_reserved"),
    [
        ({}, None, True, False),
        ({"contentType": "text/plain"}, None, True, False),
        ({"style": "form"}, ParameterStyle.FORM, True, False),
        ({"explode": False}, ParameterStyle.FORM, False, False),
        ({"allowReserved": True}, ParameterStyle.FORM, True, True),
        ({"allowReserved": False}, ParameterStyle.FORM, True, False),
        ({"style": "pipeDelimited"}, ParameterStyle.PIPE_DELIMITED, False, False),
        ({"style": "spaceDelimited", "explode": True}, ParameterStyle.SPACE_DELIMITED, True, False),
        ({"style": "deepObject", "explode": True}, ParameterStyle.DEEP_OBJECT, True, False),
    ],
)
def test_a_style_is_there_where_one_of_its_three_words_stands(
    media_type: str, written: Any, style: ParameterStyle | None, explode: bool, allow_reserved: bool
) -> None:
    (encoding,), spec = encoded({"tags": written}, media_type=media_type)
    assert (encoding.name.raw(), encoding.pointer) == ("tags", f"{place(media_type)}/tags")
    assert (encoding.style, encoding.explode, encoding.allow_reserved) == (style, explode, allow_reserved)
    assert spec.findings == ()


@pytest.mark.parametrize("media_type", ["multipart/mixed", "multipart/related"])
def test_styles_count_in_two_media_types_only(media_type: str) -> None:
    (encoding,), spec = encoded({"tags": {"style": "pipeDelimited", "contentType": "a/b"}}, media_type=media_type)
    assert (encoding.style, encoding.content_types) == (None, ("a/b",))
    assert [(one.code, one.at, one.severity) for one in spec.findings] == [
        (FindingCode.ENCODING_INVALID, f"{place(media_type)}/tags/style", Severity.INFO)
    ]


@pytest.mark.parametrize(
    ("written", "content_types", "number"),
    [
        ("image/png", ("image/png",), 0),
        ("image/png, Image/JPEG;q=1 ,image/png", ("image/png", "image/jpeg"), 0),
        ("image/*, */*", ("image/*", "*/*"), 0),
        ("application/json; charset=utf-8", ("application/json",), 0),
        ("nonsense, a/b", ("a/b",), 1),
        ("", (), 1),
        (["a/b"], (), 1),
        ("a/b\r\nX: y", (), 1),
    ],
)
def test_content_types_are_a_list_of_plain_names(written: Any, content_types: tuple[str, ...], number: int) -> None:
    (encoding,), spec = encoded({"photo": {"contentType": written}})
    assert encoding.content_types == content_types
    assert found_at(spec, FindingCode.ENCODING_INVALID) == [f"{place()}/photo/contentType"] * number


@pytest.mark.parametrize("written", [{"style": "simple"}, {"style": 5}, {"style": ["form"]}])
def test_impossible_styles_are_findings(written: Any) -> None:
    (encoding,), spec = encoded({"tags": written})
    assert (encoding.style, encoding.explode) == (ParameterStyle.FORM, True)
    assert found_at(spec, FindingCode.PARAMETER_STYLE_UNSUPPORTED) == [f"{place()}/tags/style"]


@pytest.mark.parametrize("key", ["explode", "allowReserved"])
def test_flags_must_be_booleans(key: str) -> None:
    (encoding,), spec = encoded({"tags": {key: "true"}})
    assert (encoding.explode, encoding.allow_reserved) == (True, False)
    assert found_at(spec, FindingCode.ENCODING_INVALID) == [f"{place()}/tags/{key}"]


def test_parts_have_headers_besides_their_content_type() -> None:
    headers = {"X-Id": {"required": True, "schema": {"type": "integer"}}, "Content-Type": {"schema": {}}}
    (encoding,), spec = encoded({"photo": {"headers": headers}})
    assert [(header.name, header.required) for header in encoding.headers] == [("x-id", True)]
    assert spec.findings == ()
    (encoding,), _ = encoded({"photo": {"headers": headers}}, media_type=FORM)
    assert encoding.headers == ()


# -- which properties -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "is_known"),
    [
        (SCHEMA, True),
        ({"$ref": "#/components/schemas/Photo"}, True),
        ({"allOf": [{"type": "object"}, {"$ref": "#/components/schemas/Photo"}]}, True),
        ({"oneOf": [{"$ref": "#/components/schemas/Photo"}, {"properties": {"a": {}}}]}, True),
        ({"type": "object"}, True),
        ("absent", True),
        (True, True),
        ({"properties": {"a": {}}, "patternProperties": {"^p": {}}}, True),
        ({"$ref": "#/components/schemas/Loop"}, True),
        ({"properties": {"a": {}}}, False),
        ({"allOf": [{"properties": {"a": {}}}, {"$ref": "#/components/schemas/Loop"}]}, False),
        ({"properties": {"Photo": {}}}, False),
    ],
)
def test_an_encoding_of_no_property_is_a_finding_and_left_out(schema: Any, is_known: bool) -> None:
    schemas = {"Photo": {"properties": {"photo": {}}}, "Loop": {"anyOf": [{"$ref": "#/components/schemas/Loop"}]}}
    encodings, spec = encoded({"photo": {"contentType": "image/png"}}, schema=schema, components={"schemas": schemas})
    assert [one.name.raw() for one in encodings] == ["photo"] * is_known
    assert found_at(spec, FindingCode.ENCODING_INVALID) == [f"{place()}/photo"] * (not is_known)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "application/octet-stream"])
def test_encodings_of_no_form_are_left_out(media_type: str) -> None:
    encodings, spec = encoded({"photo": {"contentType": "image/png"}}, media_type=media_type)
    assert encodings == ()
    assert [(one.at, one.severity) for one in spec.findings] == [(place(media_type), Severity.INFO)]


@pytest.mark.parametrize("key", ["prefixEncoding", "itemEncoding"])
def test_encodings_by_position_are_a_remark(key: str) -> None:
    body = {"content": {"multipart/mixed": {"schema": {"type": "array"}, key: [{}]}}}
    operation, spec = operation_of({"requestBody": body})
    assert operation.request_body is not None
    assert operation.request_body.media_types[0].encodings == ()
    at = place("multipart/mixed").replace("encoding", key)
    assert [(one.code, one.at, one.severity) for one in spec.findings] == [(FindingCode.ENCODING_INVALID, at, Severity.INFO)]


def test_encodings_inside_of_a_part_are_a_remark() -> None:
    (encoding,), spec = encoded({"photo": {"encoding": {"a": {}}}})
    assert encoding.content_types == ()
    assert [(one.at, one.severity) for one in spec.findings] == [(f"{place()}/photo/encoding", Severity.INFO)]


@pytest.mark.parametrize(
    ("encoding", "number", "at"),
    [
        ([], 0, ""),
        ("x", 0, ""),
        ({"photo": "x"}, 0, "/photo"),
        ({"photo": None}, 0, "/photo"),
        ({"photo": {"headers": []}}, 1, "/photo/headers"),
        ({"photo": {"headers": {"a b": {}}}}, 1, "/photo/headers/a%20b"),
        ({"photo": {"headers": {f"x-{n}": {} for n in range(101)}}}, 1, "/photo/headers"),
        ({f"p{n}": {} for n in range(101)}, 100, ""),
    ],
)
def test_impossible_and_too_many_encodings_are_findings(encoding: Any, number: int, at: str) -> None:
    schema = {"type": "object", "properties": {name: {} for name in ["photo", *(f"p{n}" for n in range(101))]}}
    encodings, spec = encoded(encoding, schema=schema)
    assert len(encodings) == number
    assert found_at(spec, FindingCode.ENCODING_INVALID) == [place() + at]


def test_a_parameter_described_by_content_has_its_encodings() -> None:
    content = {FORM: {"schema": SCHEMA, "encoding": {"tags": {"explode": False}}}}
    parameter = {"name": "f", "in": "querystring", "content": content}
    operation, spec = operation_of({"parameters": [parameter]})
    assert [(one.name.raw(), one.explode) for one in operation.parameters[0].encodings] == [("tags", False)]
    assert spec.findings == ()


def test_too_many_headers_of_a_response_are_a_finding() -> None:
    headers = {f"x-{number:03}": {"schema": {}} for number in range(101)}
    operation, spec = operation_of({"responses": {"200": {"description": "d", "headers": headers}}})
    assert len(operation.responses[0].headers) == 100
    assert found_at(spec, FindingCode.RESPONSE_INVALID) == ["#/paths/~1a/post/responses/200/headers"]


# -- Swagger 2.0 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "string"}, None),
        ({"type": "file"}, (("application/octet-stream",), None, True)),
        ({"type": "array"}, ((), ParameterStyle.FORM, False)),
        ({"type": "array", "collectionFormat": "csv"}, ((), ParameterStyle.FORM, False)),
        ({"type": "array", "collectionFormat": "multi"}, ((), ParameterStyle.FORM, True)),
        ({"type": "array", "collectionFormat": "ssv"}, ((), ParameterStyle.SPACE_DELIMITED, False)),
        ({"type": "array", "collectionFormat": "pipes"}, ((), ParameterStyle.PIPE_DELIMITED, False)),
        ({"type": "array", "collectionFormat": "tsv"}, ((), ParameterStyle.FORM, False)),
        ({"type": "array", "collectionFormat": 5}, ((), ParameterStyle.FORM, False)),
    ],
)
def test_fields_of_swagger_forms_say_how_they_are_sent(field: dict[str, Any], expected: Any) -> None:
    form = {"name": "f", "in": "formData", **field}
    spec = parsed(
        {"/a": {"post": {"parameters": [form], "responses": {"200": {"description": "d"}}}}}, openapi=None, swagger="2.0"
    )
    body = spec.operations[0].request_body
    assert body is not None
    found = [(one.content_types, one.style, one.explode) for one in body.media_types[0].encodings]
    assert found == ([] if expected is None else [expected])
    at = "#/paths/~1a/post/parameters/0"
    assert {one.pointer for one in body.media_types[0].encodings} <= {at}
    is_strange = field.get("collectionFormat") in ("tsv", 5)
    assert found_at(spec, FindingCode.PARAMETER_STYLE_UNSUPPORTED) == [f"{at}/collectionFormat"] * is_strange
