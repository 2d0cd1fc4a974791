"""Which media type a request uses, and how bodies that are no JSON are laid out."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from planned import operation_of, plan_of_spec, spec_of
from specproof.domain.body_kinds import BodyKind, body_kind, concrete
from specproof.domain.check_ids import CheckId
from specproof.domain.plan_json import plan_to_json
from specproof.domain.plans import BodyPlan, Case, Family, FieldLayout, Fresh, Plan, XmlLayout
from specproof.generators.planning.body_layouts import SAMPLES, chosen_media
from specproof.generators.planning.xml_layouts import xml_layout
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec, Encoding, MediaType, Parameter, ResponseHeader
from specproof.openapi.schema import Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterLocation, ParameterStyle

DONE = {"200": {"description": "d"}}
OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 1}}}


def media(name: str, schema: Any = None, **more: Any) -> MediaType:
    return MediaType(name, None if schema is None else Schema(schema, f"#/{name}", {}), f"#/{name}", **more)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["text/plain", "application/xml", "application/json", "multipart/form-data"], "application/json"),
        (["application/hal+json", "application/merge-patch+json"], "application/hal+json"),
        (["application/merge-patch+json", "application/json-patch+json"], "application/merge-patch+json"),
        (["application/json", "application/hal+json"], "application/json"),
        (["multipart/form-data", "application/x-www-form-urlencoded"], "application/x-www-form-urlencoded"),
        (["multipart/form-data", "application/x-ndjson"], "multipart/form-data"),
        (["application/x-ndjson", "text/plain"], "application/x-ndjson"),
        (["application/jsonl", "application/json-seq"], "application/json-seq"),
        (["text/csv", "text/plain", "application/xml"], "text/plain"),
        (["application/xml", "application/octet-stream"], "application/xml"),
        (["application/atom+xml"], "application/atom+xml"),
        (["image/png", "application/pdf"], "application/pdf"),
        (["*/*"], "application/json"),
        (["text/*"], "text/plain"),
        (["image/*"], "image/png"),
        (["audio/*"], "application/octet-stream"),
        (["application/vnd.acme.thing"], "application/vnd.acme.thing"),
        (["multipart/mixed"], None),
        (["multipart/mixed", "text/plain"], "text/plain"),
        (["application/x-protobuf"], None),
        (["application/json-patch+json"], None),
        ([], None),
    ],
)
def test_what_says_most_about_its_values_is_chosen(names: list[str], chosen: str | None) -> None:
    found = chosen_media(tuple(media(name) for name in names))
    assert (found.name if found else None) == chosen


def test_an_object_cannot_be_sent_as_opaque_bytes() -> None:
    assert chosen_media((media("application/vnd.acme.thing", OBJECT),)) is None
    assert chosen_media((media("application/vnd.acme.thing", {"type": "string"}),)) is not None
    assert chosen_media((media("application/vnd.acme.thing", OBJECT), media("text/plain", {"type": "string"}))) is not None


def test_every_kind_has_a_word_of_its_own() -> None:
    assert body_kind("application/geo+json-seq") is BodyKind.LINES
    assert body_kind("application/soap+xml") is BodyKind.XML
    assert body_kind("message/rfc822") is BodyKind.UNKNOWN
    assert concrete("font/*") == "application/octet-stream"


def spec_with(found: MediaType, definitions: dict[str, Any] | None = None) -> ApiSpec:
    """A document of one operation, whose body is ``found``: hints and encodings by hand, so that only planning is on trial."""
    body = {"required": True, "content": {"application/json": {}}}
    spec = spec_of({"/sent": {"post": {"operationId": "sendIt", "requestBody": body, "responses": DONE}}})
    operation = operation_of(spec, "POST /sent")
    assert operation.request_body is not None
    if found.schema is not None and definitions:
        found = replace(found, schema=replace(found.schema, definitions=definitions))
    return replace(spec, operations=(replace(operation, request_body=replace(operation.request_body, media_types=(found,))),))


def body_of(plan: Plan) -> BodyPlan:
    [case] = [case for case in plan.cases if case.family is Family.FUNCTIONAL]
    body = case.steps[-1].request.body
    assert body is not None
    return body


def planned(found: MediaType, definitions: dict[str, Any] | None = None) -> BodyPlan:
    return body_of(plan_of_spec(spec_with(found, definitions)))


def text(value: str) -> UntrustedText:
    return UntrustedText(value)


def test_hints_become_a_layout() -> None:
    schema = {
        "type": "object",
        "xml": {"name": "pet", "prefix": "p", "namespace": "urn:p"},
        "required": ["id", "tags", "rows", "inner", "note"],
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": True}},
            "tags": {"type": "array", "minItems": 1, "items": {"type": "string", "xml": {"name": "tag"}}, "xml": {"wrapped": True, "name": "list"}},
            "rows": {"type": "array", "minItems": 1, "items": {"type": "integer"}, "xml": {"name": "ignored"}},
            "inner": {"type": "object", "required": ["v"], "properties": {"v": {"type": "string", "xml": {"nodeType": "text"}}}},
            "note": {"type": "string", "xml": {"name": "remark", "nodeType": "cdata"}},
        },
    }  # fmt: skip
    layout = planned(media("application/xml", schema)).xml
    assert layout == XmlLayout(
        text("pet"),
        prefix=text("p"),
        namespace=text("urn:p"),
        members=(
            (text("id"), XmlLayout(kind="attribute")),
            (text("inner"), XmlLayout(members=((text("v"), XmlLayout(kind="text")),))),
            (text("note"), XmlLayout(text("remark"), "cdata")),
            (text("tags"), XmlLayout(text("list"), wrapped=True, item=XmlLayout(text("tag")))),
        ),
    )


def test_a_component_names_its_root_and_a_reference_its_element() -> None:
    definitions = {
        "Pet": {"type": "object", "required": ["kind"], "properties": {"kind": {"$ref": "#/$defs/Kind"}}},
        "Kind": {"type": "string", "enum": ["cat"], "xml": {"name": "sort"}},
    }
    layout = planned(media("text/xml", {"$ref": "#/$defs/Pet"}), definitions).xml
    assert layout == XmlLayout(text("Pet"), members=((text("kind"), XmlLayout(text("sort"))),))


def test_a_tree_is_laid_out_as_deep_as_its_value() -> None:
    node = {
        "type": "object",
        "xml": {"name": "node"},
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": True}},
            "below": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
        },
    }
    layout = xml_layout(Schema({"$ref": "#/$defs/Node"}, "#", {"Node": node}), {"id": 1, "below": [{"id": 2}]})
    attribute = (text("id"), XmlLayout(kind="attribute"))
    below = XmlLayout(item=XmlLayout(text("node"), members=(attribute,)))
    assert layout == XmlLayout(text("node"), members=((text("below"), below), attribute))


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (OBJECT, "its root element has no name"),
        ({**OBJECT, "xml": {"name": "a b"}}, "cannot be a name"),
        ({**OBJECT, "xml": {"name": "r", "prefix": "xmlns", "namespace": "urn:x"}}, ""),
        (
            {"type": "object", "required": ["a b"], "properties": {"a b": {"type": "integer"}}, "xml": {"name": "r"}},
            "cannot be a name",
        ),
    ],
)
def test_what_cannot_be_xml_is_a_finding_and_no_case(schema: Any, words: str) -> None:
    plan = plan_of_spec(spec_with(media("application/xml", schema)))
    assert [case for case in plan.cases if case.family is Family.FUNCTIONAL] == []
    [found] = [finding for finding in plan.findings if finding.code is FindingCode.MEDIA_TYPE_UNSUPPORTED]
    assert words in found.message


def test_a_text_that_xml_cannot_hold_is_no_value() -> None:
    schema = {"type": "object", "xml": {"name": "r"}, "required": ["a"], "properties": {"a": {"const": "\x01"}}}
    plan = plan_of_spec(spec_with(media("application/xml", schema)))
    assert [case for case in plan.cases if case.family is Family.FUNCTIONAL] == []
    assert any(finding.code is FindingCode.NO_VALID_VALUE for finding in plan.findings)


def test_null_is_no_value_where_the_wire_would_drop_it() -> None:
    schema = {"type": "object", "xml": {"name": "r"}, "required": ["a"], "properties": {"a": {"type": "null"}}}
    for name in ("application/xml", "application/x-www-form-urlencoded", "multipart/form-data"):
        plan = plan_of_spec(spec_with(media(name, schema)))
        assert [case for case in plan.cases if case.family is Family.FUNCTIONAL] == [], name
        assert any(finding.code is FindingCode.NO_VALID_VALUE for finding in plan.findings), name


def test_xml_is_violated_only_where_every_reading_breaks() -> None:
    schema = {
        "type": "object",
        "xml": {"name": "r"},
        "additionalProperties": False,
        "required": ["age", "name", "tags"],
        "properties": {
            "age": {"type": "integer", "minimum": 1},
            "name": {"type": "string", "maxLength": 5},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        },
    }
    plan = plan_of_spec(spec_with(media("application/xml", schema)))
    slugs = {case.id.partition(" :: ")[2] for case in plan.cases if case.family is Family.VALIDATION}
    assert {"body_missing", "age_missing", "age_too_small", "age_wrong_type", "name_missing", "name_too_long"} == slugs
    assert any("minItems" in finding.message for finding in plan.findings)


def test_rows_of_json_are_violated_row_by_row() -> None:
    plan = plan_of_spec(spec_with(media("application/x-ndjson", None, item_schema=Schema(OBJECT, "#/here/itemSchema", {}))))
    assert isinstance(body_of(plan).value, list)
    broken = {case.id.partition(" :: ")[2]: case for case in plan.cases if case.family is Family.VALIDATION}
    assert {"item_a_missing", "item_a_too_small", "item_a_wrong_type", "item_a_null"} == set(broken)
    assert broken["item_a_too_small"].rationale.pointer == "#/here/itemSchema/properties/a/minimum"


@pytest.mark.parametrize("schema", [OBJECT, {"type": "array", "items": OBJECT}])
def test_the_rows_of_a_sequential_body_follow_its_array_or_the_schema_itself(schema: Any) -> None:
    [row] = planned(media("application/jsonl", schema)).value  # type: ignore[misc, union-attr]
    assert set(row) == {"a"}  # type: ignore[arg-type]


PARTS = {
    "type": "object",
    "required": ["title", "photo", "scans", "code", "meta", "ids", "named"],
    "properties": {
        "title": {"type": "string"},
        "photo": {"type": "string", "format": "binary"},
        "scans": {"type": "array", "minItems": 2, "items": {"type": "string", "contentMediaType": "image/gif"}},
        "code": {"type": "string", "contentEncoding": "base64"},
        "meta": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}, "xml": {"name": "meta"}},
        "ids": {"type": "array", "minItems": 2, "items": {"type": "integer"}},
        "named": {"type": "string", "format": "binary", "maxLength": 100},
    },
}


def encoding(name: str, *types: str, **more: Any) -> Encoding:
    return Encoding(text(name), types, f"#/encoding/{name}", **more)


def test_encodings_become_fields_of_a_multipart_body() -> None:
    header = ResponseHeader("x-of", True, Schema({"type": "integer", "enum": [7]}, "#/h", {}), "#/h")
    optional = replace(header, name="x-other", required=False)
    own = replace(header, name="content-type")
    encodings = (
        encoding("photo", "image/png", headers=(header, optional, own)),
        encoding("meta", "application/xml"),
        encoding("ids", style=ParameterStyle.PIPE_DELIMITED, explode=False),
        encoding("named", "image/*"),
    )
    body = planned(media("multipart/form-data", PARTS, encodings=encodings))
    fields = {field.name.raw(): field for field in body.fields}
    assert fields == {
        "photo": FieldLayout(text("photo"), "image/png", file_name="file.png", is_base64=True, headers=(("x-of", "7"),)),
        "scans": FieldLayout(text("scans"), "image/gif", file_name="file.gif", is_base64=True),
        "code": FieldLayout(text("code"), "application/octet-stream", headers=(("Content-Transfer-Encoding", "base64"),)),
        "meta": FieldLayout(text("meta"), "application/xml", xml=XmlLayout(text("meta"))),
        "ids": FieldLayout(text("ids"), style="pipeDelimited", explode=False),
        # A file of ours is longer than the document allows: the text that fits is sent.
        "named": FieldLayout(text("named"), "image/png", file_name="file.png"),
    }
    value = body.value
    assert isinstance(value, dict)
    assert value["photo"] == SAMPLES["image/png"]
    assert value["scans"] == [SAMPLES["image/gif"]] * 2
    assert base64.b64decode(str(value["code"]), validate=True)


def test_a_content_type_that_would_end_its_header_is_not_taken() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {
            "a": {"type": "string"},
            "b": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}},
        },
    }
    encodings = (encoding("a", "text/csv\r\nx-evil: 1", "text/csv, text/plain", "text/csv"), encoding("b", "application/xml"))
    body = planned(media("multipart/form-data", schema, encodings=encodings))
    # The property names the root of its own document.
    assert body.fields == (
        FieldLayout(text("a"), "text/csv"),
        FieldLayout(text("b"), "application/xml", xml=XmlLayout(text("b"))),
    )


def test_forms_follow_their_encodings() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b", "c", "d", "e"],
        "properties": {
            "a": {"type": "array", "items": {"type": "integer"}, "minItems": 2},
            "b": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}},
            "c": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}},
            "d": {"type": "string"},
            "e": {"type": "array", "items": {"type": "integer"}, "minItems": 2},
        },
    }
    encodings = (
        encoding("a", style=ParameterStyle.FORM, explode=False),
        encoding("b", style=ParameterStyle.DEEP_OBJECT),
        encoding("c", "application/json"),
        encoding("d", "text/plain"),
        encoding("e", style=ParameterStyle.FORM),
    )
    body = planned(media("application/x-www-form-urlencoded", schema, encodings=encodings))
    assert body.fields == (
        FieldLayout(text("a"), style="form", explode=False),
        FieldLayout(text("b"), style="deepObject"),
    )


@pytest.mark.parametrize(
    ("name", "schema", "sample"),
    [
        ("image/png", None, True),
        ("image/png", {}, True),
        ("application/pdf", {"type": "string", "format": "binary"}, True),
        ("image/png", {"type": "string", "maxLength": 9}, False),
        ("application/octet-stream", None, False),
        ("application/x-unheard-of", {"type": "string", "enum": ["a"]}, False),
    ],
)
def test_bytes_are_a_small_file_of_the_type_or_a_text(name: str, schema: Any, sample: bool) -> None:
    body = planned(media(name, schema))
    assert body.is_base64 == sample
    assert isinstance(body.value, (str, Fresh))
    assert (body.value == SAMPLES.get(name)) == sample
    assert body.value


def test_the_small_files_begin_as_their_types_do() -> None:
    beginnings = {"image/png": b"\x89PNG", "image/gif": b"GIF89a", "application/zip": b"PK\x05\x06", "application/pdf": b"%PDF-"}
    assert {name: base64.b64decode(SAMPLES[name]).startswith(start) for name, start in beginnings.items()} == dict.fromkeys(
        SAMPLES, True
    )


def test_a_plan_with_layouts_is_json() -> None:
    plan = plan_of_spec(spec_with(media("multipart/form-data", PARTS, encodings=(encoding("meta", "text/xml"),))))
    [case] = [one for one in json.loads(json.dumps(plan_to_json(plan)))["cases"] if one["family"] == "functional"]
    fields = {field["name"]: field for field in case["steps"][0]["request"]["body"]["fields"]}
    assert fields["meta"]["xml"] == {"name": "meta", "kind": "element"}
    assert fields["scans"]["is_base64"] is True
    plan = plan_of_spec(spec_with(media("application/xml", {**OBJECT, "xml": {"name": "r"}})))
    [case] = [one for one in plan_to_json(plan)["cases"] if one["family"] == "functional"]  # type: ignore[union-attr, index, call-overload]
    assert case["steps"][0]["request"]["body"]["xml"]["name"] == "r"  # type: ignore[index, call-overload]


def with_parameter(parameter: Parameter) -> Plan:
    spec = spec_of({"/found": {"get": {"operationId": "find", "responses": DONE}}})
    return plan_of_spec(replace(spec, operations=(replace(spec.operations[0], parameters=(parameter,)),)))


def a_parameter(location: ParameterLocation, schema: Any, style: str = "form", **more: Any) -> Parameter:
    given = {"required": True, "explode": True, "pointer": "#/p", **more}
    return Parameter(text("p"), location, schema=Schema(schema, "#/p/schema", {}), style=ParameterStyle(style), **given)


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_whole_query_is_planned_as_its_media_type_says(content_type: str) -> None:
    plan = with_parameter(a_parameter(ParameterLocation.QUERYSTRING, OBJECT, content_type=content_type))
    [case] = [case for case in plan.cases if case.family is Family.FUNCTIONAL]
    [sent] = case.steps[-1].request.query
    assert (sent.style, sent.json_content) == ("querystring", content_type == "application/json")
    assert isinstance(sent.value, dict)
    assert "p_missing" in {one.id.partition(" :: ")[2] for one in plan.cases}


def test_a_parameter_of_json_content_may_hold_anything_and_one_of_text_is_plain() -> None:
    nested = {"type": "array", "minItems": 1, "items": OBJECT}
    plan = with_parameter(a_parameter(ParameterLocation.QUERY, nested, content_type="application/vnd.x+json"))
    [sent] = success_of(plan).steps[-1].request.query
    assert sent.json_content
    plan = with_parameter(a_parameter(ParameterLocation.QUERY, {"type": "string"}, content_type="text/plain"))
    [sent] = success_of(plan).steps[-1].request.query
    assert not sent.json_content


def success_of(plan: Plan) -> Case:
    return next(case for case in plan.cases if case.family is Family.FUNCTIONAL)


def test_reserved_characters_and_cookies_keep_their_way_of_travelling() -> None:
    [sent] = (
        with_parameter(a_parameter(ParameterLocation.QUERY, {"const": "a/b"}, allow_reserved=True))
        .cases[0]
        .steps[-1]
        .request.query
    )
    assert sent.allow_reserved
    [sent] = with_parameter(a_parameter(ParameterLocation.COOKIE, {"const": "a/b"}, "cookie")).cases[0].steps[-1].request.cookies
    assert sent.style == "cookie"
    plan = with_parameter(a_parameter(ParameterLocation.COOKIE, {"const": "a b"}, "cookie"))
    assert any(finding.code is FindingCode.NO_VALID_VALUE for finding in plan.findings)


@pytest.mark.parametrize(
    ("content", "checks"),
    [
        ({"application/xml": {"schema": {"type": "object"}}}, {CheckId.MEDIA_TYPE, CheckId.BODY_SCHEMA}),
        ({"application/x-ndjson": {"schema": {"type": "array", "items": OBJECT}}}, {CheckId.MEDIA_TYPE, CheckId.BODY_SCHEMA}),
        ({"text/plain": {"schema": {"type": "string"}}}, {CheckId.MEDIA_TYPE}),
        ({"image/png": {"schema": {"type": "string"}}}, {CheckId.MEDIA_TYPE}),
        ({"text/event-stream": {"schema": {"type": "array"}}}, {CheckId.MEDIA_TYPE}),
    ],
)
def test_an_answer_that_is_no_json_is_not_held_against_a_json_schema(content: Any, checks: set[CheckId]) -> None:
    spec = spec_of({"/found": {"get": {"responses": {"200": {"description": "d", "content": content}}}}})
    plan = plan_of_spec(spec)
    [case] = [case for case in plan.cases if case.family is Family.FUNCTIONAL]
    found = {check.id for check in case.steps[-1].checks} - {CheckId.NO_SERVER_ERROR, CheckId.STATUS_EXPECTED}
    assert found == checks
    [expected] = plan.contracts[0].responses["200"].media_types.values()
    if "application/x-ndjson" in content:
        assert expected is not None
        assert expected.raw == OBJECT  # type: ignore[comparison-overlap]


def test_one_free_text_of_a_form_and_a_text_that_is_the_whole_body_are_long_too() -> None:
    fields = {"a": {"type": "string", "enum": ["x"]}, "b": {"type": "string"}, "c": {"type": "string", "format": "binary"}}
    form = {"content": {"multipart/form-data": {"schema": {"type": "object", "properties": fields}}}}
    text = {"content": {"application/json": {"schema": {"type": "string"}}}}
    spec = spec_of(
        {"/form": {"post": {"requestBody": form, "responses": DONE}}, "/text": {"post": {"requestBody": text, "responses": DONE}}}
    )
    edits = {
        case.subject.path: case.steps[-1].request.body.edits
        for case in plan_of_spec(spec).cases
        if "5000" in case.id and case.steps[-1].request.body is not None
    }
    assert {path: [(edit.pointer, len(str(edit.value))) for edit in found] for path, found in edits.items()} == {
        "/form": [("/b", 5000)],
        "/text": [("", 5000)],
    }
    assert any(case.id == "POST /text :: body_emoji_crashes_nothing" for case in plan_of_spec(spec).cases)
