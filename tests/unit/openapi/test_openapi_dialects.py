"""Schemas of 3.0 and 3.1 become JSON Schema 2020-12 that compiles."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from specproof.errors import SpecLimitError
from specproof.openapi.dialects.definitions import Definitions
from specproof.openapi.documents.references import ReferenceResolver
from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import FindingCode
from specproof.openapi.schema import bundle_schema


class Normalised:
    """One schema, normalised within a document that has ``schemas`` as its components."""

    def __init__(
        self, raw: Any, *, version: str = "3.0", schemas: dict[str, Any] | None = None, max_nodes: int = 100_000
    ) -> None:
        log = FindingLog()
        resolver = ReferenceResolver({"components": {"schemas": schemas or {}}}, log)
        self.definitions = Definitions(resolver, log, is_openapi_30=version == "3.0", max_nodes=max_nodes)
        self.schema = self.definitions.normalised(raw, ("here",))
        self.definitions.complete()
        self.codes = [finding.code for finding in log.collected()]
        self.places = [finding.at for finding in log.collected()]
        self.validator = jsonschema_rs.Draft202012Validator(
            bundle_schema(self.schema, self.definitions), pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )

    def takes(self, value: object) -> bool:
        return self.validator.is_valid(value)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"nullable": True, "const": 1}, {"enum": [1, None]}),
        ({"nullable": True}, {}),
        ({"$ref": "#/components/schemas/A", "nullable": True}, {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}),
        (
            {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True, "readOnly": True},
            {"readOnly": True, "anyOf": [{"allOf": [{"$ref": "#/$defs/A"}]}, {"type": "null"}]},
        ),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"exclusiveMaximum": True}, {}),
        ({"type": "string", "example": "x"}, {"type": "string", "examples": ["x"]}),
        ({"$ref": "#/components/schemas/A", "description": "d", "maxLength": 1}, {"$ref": "#/$defs/A"}),
        ({"$ref": "#/components/schemas/A", "readOnly": True}, {"$ref": "#/$defs/A", "readOnly": True}),
        ({"type": "string", "x-apifox-name": "n", "title": "t", "description": "d", "xml": {}, "default_factory": "x"}, {"type": "string"}),
        ({"type": "string", "x-unique": True}, {"type": "string", "x-unique": True}),
        ({"type": "string", "x-unique": False}, {"type": "string", "x-unique": False}),
        ({"type": "string", "x-unique": "per tenant", "x-unique-key": True}, {"type": "string"}),
        ({"type": "string", "x-unique": True, "nullable": True}, {"type": ["string", "null"], "x-unique": True}),
        ({"minLength": 3.0, "maxLength": 1e30, "readOnly": True, "format": "date"},
         {"minLength": 3, "maxLength": 2**53, "readOnly": True, "format": "date"}),
        ({"properties": {"$ref": {"type": "string"}}}, {"properties": {"$ref": {"type": "string"}}}),
        ({"discriminator": {"propertyName": "kind", "mapping": {"a": "A", "b": "#/components/schemas/A", "c": 5}}},
         {"discriminator": {"propertyName": "kind", "mapping": {"a": "#/$defs/A", "b": "#/$defs/A"}}}),
        (True, True),
        ({}, {}),
    ],
)  # fmt: skip
def test_openapi_30_keywords_are_translated(raw: Any, expected: Any) -> None:
    normalised = Normalised(raw, schemas={"A": {"type": "string"}})
    assert normalised.schema == expected
    assert normalised.codes == []


def test_openapi_31_keeps_what_stands_beside_a_reference() -> None:
    normalised = Normalised({"$ref": "#/components/schemas/A", "maxLength": 1}, version="3.1", schemas={"A": {"type": "string"}})
    assert normalised.schema == {"$ref": "#/$defs/A", "maxLength": 1}
    assert normalised.takes("x")
    assert not normalised.takes("xy")


@pytest.mark.parametrize(
    "raw",
    [
        {"required": True}, {"minLength": "3"}, {"enum": {}}, {"enum": []}, {"minLength": -1}, {"minLength": 1.5}, {"multipleOf": 0},
        {"multipleOf": -3}, {"properties": []}, {"properties": {"a": None}}, {"items": None}, {"required": ["a", 1]}, {"allOf": []},
        {"allOf": {}}, {"not": 5}, {"minimum": "5"}, {"maximum": True}, {"uniqueItems": "true"}, {"format": {}}, {"readOnly": "x"},
        {"pattern": 5}, {"additionalProperties": "false"}, {"dependentRequired": {"a": "b"}}, {"dependentRequired": 5}, {"type": []},
        {"$ref": 5}, {"$ref": ["a"]}, {"oneOf": None}, {"nullable": "yes"}, {"discriminator": "kind"}, {"examples": 5}, {"if": 5, "then": False},
        "string", [], 5, {"minimum": float("inf")},
    ],
)  # fmt: skip
def test_invalid_keyword_values_are_removed_with_a_finding(raw: Any) -> None:
    normalised = Normalised(raw)
    assert set(normalised.codes) == {FindingCode.SCHEMA_INVALID}
    assert normalised.takes({"a": 1})


@pytest.mark.parametrize(
    ("raw", "expected", "has_finding"),
    [
        ({"type": "null"}, {"type": "null"}, True),
        ({"type": ""}, {}, True),
        ({"type": "objekt"}, {}, True),
        ({"type": "String"}, {"type": "string"}, True),
        ({"type": None}, {"type": "null"}, True),
        ({"type": 5}, {}, True),
        ({"type": ["string", "integer", "string"]}, {"type": ["string", "integer"]}, False),
        ({"type": ["string"]}, {"type": "string"}, False),
    ],
)
def test_unknown_types_are_findings(raw: Any, expected: Any, has_finding: bool) -> None:
    normalised = Normalised(raw)
    assert normalised.schema == expected
    assert normalised.codes == [FindingCode.SCHEMA_TYPE_UNKNOWN] * has_finding


def test_null_type_is_ordinary_in_openapi_31() -> None:
    normalised = Normalised({"type": ["string", "null"]}, version="3.1")
    assert normalised.schema == {"type": ["string", "null"]}
    assert normalised.codes == []


def test_boolean_exclusive_bounds_are_read_in_openapi_31_with_a_finding() -> None:
    normalised = Normalised({"minimum": 3, "exclusiveMinimum": True}, version="3.1")
    assert normalised.schema == {"exclusiveMinimum": 3}
    assert normalised.codes == [FindingCode.SCHEMA_INVALID]


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "[", "a{0,99999999}", "x" * 6000])
def test_patterns_that_the_linear_engine_refuses_are_removed(pattern: str) -> None:
    normalised = Normalised({"type": "string", "pattern": pattern, "maxLength": 3})
    assert normalised.schema == {"type": "string", "maxLength": 3}
    assert normalised.codes == [FindingCode.SCHEMA_PATTERN_UNSUPPORTED]


def test_good_patterns_stay() -> None:
    assert Normalised({"pattern": r"^\p{L}+$"}).schema == {"pattern": r"^\p{L}+$"}


def test_number_of_distinct_patterns_is_capped() -> None:
    raw = {"properties": {f"p{n}": {"pattern": f"^{n}$"} for n in range(5_010)}}
    normalised = Normalised(raw)
    assert set(normalised.codes) == {FindingCode.SCHEMA_PATTERN_UNSUPPORTED}


def test_number_of_large_patterns_is_capped() -> None:
    raw = {"properties": {f"p{n}": {"pattern": f"^.{{1,4000}}{n}$"} for n in range(60)}}
    normalised = Normalised(raw)
    assert normalised.codes == [FindingCode.SCHEMA_PATTERN_UNSUPPORTED] * 10


def test_weakening_below_one_of_makes_it_any_of() -> None:
    raw = {"oneOf": [{"type": "string", "pattern": "(?=a)"}, {"type": "string"}], "anyOf": [{"minLength": 1}]}
    normalised = Normalised(raw)
    assert normalised.takes("abc")
    assert not normalised.takes("")
    assert not normalised.takes(5)


@pytest.mark.parametrize(
    "raw",
    [
        {"not": {"pattern": "(?=a)"}},
        {"oneOf": [{"$ref": "#/nope"}, {"type": "string"}]},
        {"anyOf": [{"$ref": "#/nope"}, {"type": "integer"}]},
        {"if": {"$ref": "#/nope"}, "then": False},
        {"if": {"$ref": "#/nope"}, "else": False},
        {"patternProperties": {"(?=a)": {}}, "additionalProperties": False},
        {"properties": "x", "additionalProperties": False},
        {"allOf": [{"$ref": "#/nope"}], "unevaluatedProperties": False},
        {"additionalProperties": {"$ref": "#/nope"}},
    ],
)
def test_what_could_not_be_read_never_makes_a_schema_stricter(raw: Any) -> None:
    normalised = Normalised(raw, version="3.1")
    assert normalised.codes
    assert normalised.takes({"abc": 1})
    assert normalised.takes("abc")


def test_then_without_if_is_dropped() -> None:
    assert Normalised({"then": False, "type": "string"}, version="3.1").schema == {"type": "string"}


def test_list_of_items_becomes_prefix_items() -> None:
    normalised = Normalised({"items": [{"type": "string"}, {"type": "integer"}]})
    assert normalised.schema == {"prefixItems": [{"type": "string"}, {"type": "integer"}]}
    assert normalised.codes == [FindingCode.SCHEMA_INVALID]


def test_placeholders_in_examples_and_defaults_are_dropped() -> None:
    normalised = Normalised({"default": {"a": ["{{token}}"]}, "examples": ["{{x}}", "fine"], "const": "{{kept}}"}, version="3.1")
    assert normalised.schema == {"examples": ["fine"], "const": "{{kept}}"}
    assert set(normalised.codes) == {FindingCode.EXAMPLE_PLACEHOLDER}


def test_references_to_any_place_work() -> None:
    schemas = {"List": {"properties": {"x": {"items": {"type": "integer"}}}}, "订单": {"type": "string"}}
    normalised = Normalised(
        {
            "anyOf": [
                {"$ref": "#/components/schemas/List/properties/x/items"},
                {"$ref": "#/components/schemas/%E8%AE%A2%E5%8D%95"},
            ]
        },
        schemas=schemas,
    )
    assert normalised.takes(5)
    assert normalised.takes("x")
    assert not normalised.takes(None)


def test_alias_chains_collapse_to_their_end() -> None:
    schemas: dict[str, Any] = {f"C{n}": {"$ref": f"#/components/schemas/C{n + 1}"} for n in range(3000)}
    normalised = Normalised({"$ref": "#/components/schemas/C0"}, schemas={**schemas, "C3000": {"type": "string"}})
    assert normalised.schema == {"$ref": "#/$defs/C3000"}


def test_recursive_schemas_stay_recursive() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}, "required": ["next"]}
    normalised = Normalised({"$ref": "#/components/schemas/Node"}, schemas={"Node": node})
    assert normalised.codes == []
    assert not normalised.takes({"next": 5})


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}},
        {"A": {"oneOf": [{"$ref": "#/components/schemas/B"}, {"type": "string"}]}, "B": {"anyOf": [{"not": {"$ref": "#/components/schemas/A"}}]}},
        {"A": {"$ref": "#/components/schemas/A"}},
        {"A": {"$ref": "#/components/schemas/A", "nullable": True}},
        {"A": {"dependentSchemas": {"x": {"$ref": "#/components/schemas/A"}}}},
    ],
)  # fmt: skip
def test_schemas_that_are_nothing_but_themselves_are_cut(schemas: dict[str, Any]) -> None:
    normalised = Normalised({"$ref": "#/components/schemas/A"}, schemas=schemas)
    assert FindingCode.REF_CYCLE in normalised.codes
    assert normalised.takes({"x": 1})


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_exponential_combinations_are_cut(keyword: str) -> None:
    schemas: dict[str, Any] = {f"T{n}": {keyword: [{"$ref": f"#/components/schemas/T{n + 1}"}] * 2} for n in range(40)}
    normalised = Normalised({"$ref": "#/components/schemas/T0"}, schemas={**schemas, "T40": {"type": "string"}})
    assert FindingCode.SCHEMA_INVALID in normalised.codes
    assert normalised.takes("x") is (keyword != "oneOf")


def test_deep_results_are_cut_where_the_validator_would_stop() -> None:
    raw: dict[str, Any] = {"type": "string"}
    for _ in range(95):
        raw = {"nullable": True, "allOf": [raw]}
    assert Normalised(raw).takes(None)
    for _ in range(60):
        raw = {"properties": {"a": raw}}
    normalised = Normalised(raw)
    assert FindingCode.SCHEMA_INVALID in normalised.codes


def test_deep_values_are_left_out() -> None:
    value: Any = "x"
    for _ in range(60):
        value = [value]
    normalised = Normalised({"enum": [value], "default": value, "examples": [value, "y"]}, version="3.1")
    assert normalised.schema == {"examples": ["y"]}


def test_work_on_schemas_is_limited() -> None:
    with pytest.raises(SpecLimitError, match="schemas"):
        Normalised({"properties": {f"p{n}": {} for n in range(50)}}, max_nodes=20)


def test_definitions_are_a_lazy_mapping() -> None:
    normalised = Normalised({}, schemas={"B b": {"type": "string"}, "A": {"type": "integer"}})
    names = list(normalised.definitions)
    assert names[0] == "A"
    assert len(normalised.definitions) == 2
    assert normalised.definitions[names[1]] == {"type": "string"}
    assert "A" in normalised.definitions
    assert normalised.definitions.get("missing") is None
