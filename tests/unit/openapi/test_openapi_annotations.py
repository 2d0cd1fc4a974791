"""What is kept of a schema beside its rules: XML, names of enum values, hints for made-up data. None of it changes what is valid."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from openapi_documents import OK, found_at, parsed
from specproof.generators.rendering.response_view import response_view
from specproof.openapi.diff.spec_diff import diff_specs
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec


def read(schema: Any, **rest: Any) -> tuple[Any, ApiSpec]:
    """The schema of a request body as it is kept."""
    body = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    spec = parsed({"/a": {"post": {**OK, **body}}}, **rest)
    found = spec.operations[0].request_body
    assert found is not None
    assert found.media_types[0].schema is not None
    return found.media_types[0].schema.raw, spec


APIFOX = [{"value": "1", "name": "一", "description": "one"}, {"value": "2", "name": "", "description": "two"}]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"xml": {"name": "Pet", "namespace": "urn:x", "prefix": "p", "attribute": True, "wrapped": False, "nodeType": "element"}},
         {"xml": {"name": "Pet", "namespace": "urn:x", "prefix": "p", "attribute": True, "wrapped": False, "nodeType": "element"}}),
        ({"xml": {"name": 5, "attribute": "yes", "x-note": 1, "namespace": None, "prefix": "p" * 501}}, {}),
        ({"xml": {"name": "Pet", "wrapped": 1}}, {"xml": {"name": "Pet"}}),
        ({"x-apifox-mock": "@integer(1,100)"}, {"x-mock": "@integer(1,100)"}),
        ({"x-apifox-mock": "x" * 201}, {}),
        ({"x-apifox-mock": ""}, {}),
        ({"x-apifox-mock": {"a": 1}}, {}),
        ({"x-mock": "mine", "x-enum-names": ["mine"]}, {}),
        ({"contentMediaType": "image/png", "contentEncoding": "base64"}, {"contentMediaType": "image/png", "contentEncoding": "base64"}),
    ],
)  # fmt: skip
def test_annotations_are_kept_as_far_as_they_can_be_read(raw: Any, kept: Any) -> None:
    schema, spec = read({"type": "string", **raw})
    assert schema == {"type": "string", **kept}
    assert spec.findings == ()


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ({"enum": ["1", "2"], "x-apifox-enum": APIFOX}, ["一", "two"]),
        ({"enum": ["2", "1"], "x-apifox-enum": APIFOX}, ["two", "一"]),
        ({"enum": [2, 1], "x-apifox-enum": APIFOX}, ["two", "一"]),
        ({"enum": ["1", "3"], "x-apifox-enum": APIFOX}, None),
        ({"enum": ["1"], "x-apifox-enum": APIFOX}, None),
        ({"enum": ["1", "2"], "x-apifox-enum": [None, 5]}, None),
        ({"enum": ["1", "2"], "x-enum-varnames": ["ONE", "TWO"]}, ["ONE", "TWO"]),
        ({"enum": ["1", "2"], "x-enum-descriptions": ["one", "two"]}, ["one", "two"]),
        ({"enum": ["1", "2"], "x-enum-descriptions": ["one", "two"], "x-enum-varnames": ["ONE"]}, ["one", "two"]),
        ({"enum": ["1", "2"], "x-enum-varnames": ["ONE", 2]}, None),
        ({"enum": ["1", "2"], "x-enum-varnames": {"1": "ONE"}}, None),
        ({"enum": ["1"], "x-enum-varnames": ["x" * 300]}, ["x" * 100]),
        ({"x-enum-varnames": []}, None),
    ],
)
def test_names_of_enum_values_fit_the_enum_or_go(raw: Any, names: list[str] | None) -> None:
    schema, spec = read(raw)
    assert schema.get("x-enum-names") == names
    assert spec.findings == ()


def test_null_of_openapi_30_has_a_name_too() -> None:
    schema, _ = read({"type": "string", "enum": ["a"], "x-enum-varnames": ["A"], "nullable": True}, openapi="3.0.3")
    assert (schema["enum"], schema["x-enum-names"]) == (["a", None], ["A", "null"])


@pytest.mark.parametrize("xml", ["x", [], 5])
def test_impossible_xml_is_a_finding(xml: Any) -> None:
    schema, spec = read({"type": "string", "xml": xml})
    assert schema == {"type": "string"}
    assert found_at(spec, FindingCode.SCHEMA_INVALID) == ["#/paths/~1a/post/requestBody/content/application~1json/schema/xml"]


def test_impossible_annotations_weaken_nothing() -> None:
    schema, _ = read(
        {"oneOf": [{"type": "string", "xml": 5}, {"type": "integer", "x-apifox-mock": []}], "not": {"const": 1, "xml": 5}}
    )
    assert schema == {"oneOf": [{"type": "string"}, {"type": "integer"}], "not": {"const": 1}}


ANNOTATED = {"type": "string", "enum": ["a", "b"], "xml": {"name": "x"}, "x-apifox-mock": "@word", "x-enum-varnames": ["A", "B"]}


def test_annotations_change_nothing_for_the_validator() -> None:
    schema, _ = read(ANNOTATED)
    assert {"xml", "x-mock", "x-enum-names"} < schema.keys()
    validator = jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions(), offline=True)
    assert [validator.is_valid(value) for value in ("a", "b", "c", 1)] == [True, True, False, False]


def test_annotations_are_no_change_of_the_contract() -> None:
    _, old = read({"type": "string", "enum": ["a", "b"]})
    _, new = read(ANNOTATED)
    assert old.digest != new.digest
    assert diff_specs(old, new).is_empty


def test_hints_for_made_up_data_do_not_reach_a_suite() -> None:
    schema, _ = read({"type": "object", "properties": {"a": ANNOTATED}})
    assert response_view(schema, {}) == {
        "type": "object",
        "properties": {"a": {"type": "string", "enum": ["a", "b"], "xml": {"name": "x"}}},
    }
