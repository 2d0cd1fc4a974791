"""Laws of made values, tried on many made-up schemas: what comes back is valid, repeatable, and nothing raises."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specproof.openapi.schema import Schema
from specproof.reference.values import Impossible, Instances, View
from specproof.reference.values.drawing import Draw
from specproof.reference.values.patterns import matching_texts
from specproof.reference.values.violations import boundaries, violations

NAMES = st.sampled_from(["a", "b", "required", "properties", "$ref", "x-y"])
REFERENCES = st.sampled_from(["A", "B", "Nowhere"]).map(lambda name: {"$ref": f"#/$defs/{name}"})
SMALL = st.integers(-3, 8)
SIZE = st.integers(0, 5)
SCALARS = st.one_of(
    st.fixed_dictionaries({"type": st.just("string")}, optional={"minLength": SIZE, "maxLength": SIZE}),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number", ["integer", "null"]])},
        optional={"minimum": SMALL, "maximum": SMALL, "multipleOf": st.sampled_from([2, 3, 0.5, 0.1]), "exclusiveMinimum": SMALL},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("string"),
            "format": st.sampled_from(["date", "date-time", "email", "uuid", "uri", "ipv4", "byte", "x-own"]),
        }
    ),
    st.fixed_dictionaries({"enum": st.lists(st.sampled_from(["a", "b", 1, None, True, [], {}]), max_size=3)}),
    st.fixed_dictionaries(
        {"type": st.just("string"), "pattern": st.sampled_from(["^a+$", "[0-9]{2}", "^(?=x)", "(", "^\\S+ \\w$"])}
    ),
    st.fixed_dictionaries({"type": st.sampled_from(["boolean", "null", "object", "array", "string"])}),
    st.sampled_from(
        [
            True,
            False,
            {},
            {"const": 3},
            {"default": "x"},
            {"readOnly": True, "type": "string"},
            {"type": "string", "examples": [1]},
        ]
    ),
    REFERENCES,
)


def combined(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(below, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(NAMES, below, max_size=4)},
            optional={
                "required": st.lists(NAMES, max_size=3, unique=True),
                "additionalProperties": below,
                "minProperties": SIZE,
                "maxProperties": SIZE,
                "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2), max_size=2),
                "patternProperties": st.dictionaries(st.sampled_from(["^x", "(", "a|b"]), below, max_size=2),
                "propertyNames": below,
            },
        ),
        st.fixed_dictionaries(
            {"type": st.just("array"), "items": below},
            optional={
                "minItems": SIZE,
                "maxItems": SIZE,
                "uniqueItems": st.booleans(),
                "contains": below,
                "prefixItems": several,
            },
        ),
        st.fixed_dictionaries({}, optional={"allOf": several, "anyOf": several, "oneOf": several, "not": below}),
        st.fixed_dictionaries({"if": below, "then": below}, optional={"else": below}),
    )


SCHEMAS = st.recursive(SCALARS, combined, max_leaves=8)
LAWS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def validator(raw: Any) -> jsonschema_rs.Draft202012Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator(raw, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions())
    except (ValueError, jsonschema_rs.ReferencingError):
        return None


def self_contained(raw: Any, first: Any, second: Any) -> Any:
    return {"allOf": [raw], "$defs": {"A": first, "B": second, "Nowhere": True}}


@LAWS
@given(SCHEMAS, SCHEMAS, SCHEMAS, st.sampled_from(View), st.booleans())
def test_a_made_value_is_valid_and_the_same_every_time(raw: Any, first: Any, second: Any, view: View, is_fresh: bool) -> None:
    schema = Schema(raw, "#/x", {"A": first, "B": second})
    value = Instances().instance(schema, key="k", view=view, is_fresh=is_fresh)
    assert value == Instances().instance(schema, key="k", view=view, is_fresh=is_fresh)
    if not isinstance(value, Impossible):
        assert Instances().proven(schema, value, view)
        known = validator(self_contained(raw, first, second))
        if view is View.WHOLE and known is not None:
            assert known.is_valid(value)


@LAWS
@given(SCHEMAS, SCHEMAS, SCHEMAS)
def test_violations_are_invalid_and_edges_valid(raw: Any, first: Any, second: Any) -> None:
    schema = self_contained(raw, first, second)
    base = Instances().instance(Schema(schema, "#/x", schema["$defs"]), key="k", view=View.WHOLE)
    known = validator(schema)
    if isinstance(base, Impossible) or known is None:
        return
    assert not any(known.is_valid(violation.value) for violation in violations(schema, base, cap=40))
    assert all(known.is_valid(boundary.value) for boundary in boundaries(schema, base, cap=40))


@LAWS
@given(
    SCHEMAS,
    SCHEMAS,
    SCHEMAS,
    st.dictionaries(NAMES, st.one_of(st.none(), st.integers(), st.text(max_size=3), st.just({})), max_size=4),
)
def test_an_answer_that_is_filled_is_valid_and_its_record_untouched(raw: Any, first: Any, second: Any, known: Any) -> None:
    schema = Schema({"type": "object", "allOf": [raw]}, "#/x", {"A": first, "B": second})
    before = repr(known)
    value = Instances().filled(schema, known, key="k")
    assert repr(known) == before
    if not isinstance(value, Impossible) and validator(self_contained(raw, first, second)) is not None:
        assert Instances().proven(schema, value, View.RESPONSE)


@LAWS
@given(st.text(alphabet="ab[](){}^$*+?|\\dwsp.,-0123LN", max_size=14), st.integers(0, 9), st.integers(0, 9))
def test_any_text_is_taken_as_a_pattern_without_an_error(pattern: str, least: int, most: int) -> None:
    for _, text in zip(range(5), matching_texts(pattern, Draw.of("x"), least, most), strict=False):
        assert isinstance(text, str)
