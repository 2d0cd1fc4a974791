"""Laws of the reading of documents, tried on many made-up ones."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specproof.errors import SpecificationError
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec

NAMES = st.sampled_from(["A", "B", "C", "订 单", "x/y"])
REFERENCES = NAMES.map(lambda name: {"$ref": "#/components/schemas/" + name.replace("/", "~1").replace(" ", "%20")})
JUNK = st.sampled_from([None, True, -1, 1.5, "x", [], {}, ["a", "a"], {"a": None}, 10**30, "(?=a)", "{{x}}"])
KEYWORDS = st.sampled_from(
    ["type", "minLength", "maximum", "exclusiveMinimum", "multipleOf", "enum", "required", "pattern", "format", "nullable", "default", "examples",
     "example", "discriminator", "items", "properties", "additionalProperties", "patternProperties", "not", "if", "then", "dependentRequired"]
)  # fmt: skip


def combined(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(below, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries(
            {}, optional={"allOf": several, "anyOf": several, "oneOf": several, "not": below, "nullable": st.booleans()}
        ),
        st.fixed_dictionaries({"type": st.just("object"), "properties": st.dictionaries(NAMES, below, max_size=3)}),
        st.fixed_dictionaries({"type": st.just("array"), "items": below}),
        st.dictionaries(KEYWORDS, st.one_of(JUNK, below), max_size=4),
    )


SCHEMAS = st.recursive(st.one_of(REFERENCES, JUNK, st.just({"type": "string"})), combined, max_leaves=8)
DOCUMENTS = st.dictionaries(NAMES, SCHEMAS, max_size=5).map(
    lambda schemas: {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {
            f"/p{number}": {
                "post": {
                    "parameters": [{"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/A"}}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}},
                    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/B"}}}}},
                }
            }
            for number, name in enumerate(["A", "B", "C"])
        },
        "components": {"schemas": schemas},
    }
)
QUICK = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], derandomize=True
)


def parsed(document: Any) -> ApiSpec:
    return parse_spec(json.dumps(document).encode())


def shuffled(node: Any, order: random.Random) -> Any:
    if isinstance(node, dict):
        keys = list(node)
        order.shuffle(keys)
        return {key: shuffled(node[key], order) for key in keys}
    if isinstance(node, list):
        return [shuffled(entry, order) for entry in node]
    return node


@QUICK
@given(DOCUMENTS)
def test_references_terminate_and_every_schema_compiles(document: Any) -> None:
    spec = parsed(document)
    assert len(spec.operations) == 3
    for operation in spec.operations:
        schema = operation.parameters[0].schema
        assert isinstance(schema.resolved(), (dict, bool))
        validator = jsonschema_rs.Draft202012Validator(
            schema.bundle(), pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )
        assert validator.is_valid({"a": 1}) in (True, False)


@QUICK
@given(DOCUMENTS, st.integers())
def test_order_of_keys_changes_nothing(document: Any, seed: int) -> None:
    one, other = parsed(document), parsed(shuffled(document, random.Random(seed)))
    assert one.digest == other.digest
    assert one.operations == other.operations
    assert one.findings == other.findings
    assert dict(one.definitions) == dict(other.definitions)


@QUICK
@given(st.recursive(JUNK, lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(st.sampled_from(
    ["get", "post", "parameters", "responses", "200", "content", "application/json", "schema", "requestBody", "security", "headers", "examples",
     "name", "in", "tags", "$ref", "/a", "x-200:b"]), below, max_size=4)), max_leaves=25))  # fmt: skip
def test_junk_in_paths_never_crashes(paths: Any) -> None:
    spec = parsed({"openapi": "3.0.3", "paths": {"/a": paths, "/b": {"get": paths}}})
    assert isinstance(spec.findings, tuple)


def read_or_refused(content: bytes) -> str:
    """The digest, or the message of the refusal."""
    try:
        return parse_spec(content).digest
    except SpecificationError as error:
        return str(error)


@QUICK
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_an_error_of_ours(content: bytes) -> None:
    assert read_or_refused(content)


@QUICK
@given(st.text(alphabet="{}[]:,-?&*!|>'\"%@` \n\tab1~<.#", max_size=60))
def test_any_text_is_read_or_refused_with_an_error_of_ours(text: str) -> None:
    assert read_or_refused(f"openapi: 3.0.0\npaths: {{}}\nx: {text}".encode())
