"""Over generated schemas: values prove valid, violations prove invalid, and nothing depends on chance or order."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specproof.domain.plans import Fresh, PlanValue
from specproof.generators.test_data_factory import fresh
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_data_factory.model import ProvenValue
from specproof.generators.test_data_factory.seeds import Seed
from unit.values.valuekit import edited, is_valid, request_for

names = st.sampled_from(["name", "email", "price", "id", "状态", "a/b", "userName", "page", "tags", "note"])
patterns = st.sampled_from(["^[a-z]+$", "^[A-Z]{2}[0-9]{3,}$", "^(a|b)*c?$", r"^\d{4}-\d{2}$", "x", "^.+$"])
strings = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 12),
        "maxLength": st.integers(0, 30),
        "pattern": patterns,
        "format": st.sampled_from(["date", "date-time", "email", "uuid", "uri", "ipv4"]),
        "examples": st.lists(st.one_of(st.text(max_size=8), st.integers()), max_size=2),
    },
)
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-50, 50),
        "maximum": st.integers(-50, 50),
        "exclusiveMinimum": st.integers(-50, 50),
        "multipleOf": st.sampled_from([1, 2, 5, 0.5, 0.01]),
    },
)
scalars = st.one_of(
    strings,
    numbers,
    st.just({"type": "boolean"}),
    st.just({"type": ["integer", "null"]}),
    st.fixed_dictionaries(
        {"enum": st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)), min_size=1, max_size=4)}
    ),
)


def composites(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(names, inner, max_size=4)},
        optional={
            "required": st.lists(names, max_size=3, unique=True),
            "additionalProperties": st.one_of(st.booleans(), inner),
            "minProperties": st.integers(0, 3),
            "maxProperties": st.integers(1, 5),
        },
    )
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": st.integers(0, 3), "maxItems": st.integers(0, 4), "uniqueItems": st.booleans()},
    )
    choices = st.fixed_dictionaries(
        {}, optional={"oneOf": st.lists(inner, min_size=1, max_size=3), "anyOf": st.lists(inner, min_size=1, max_size=3)}
    )
    merged = st.builds(lambda parts: {"allOf": parts}, st.lists(objects, min_size=1, max_size=2))
    return st.one_of(objects, arrays, choices, merged)


schemas = st.recursive(scalars, composites, max_leaves=8)


def redrawn(value: PlanValue, seed: str) -> Any:
    """``value`` as another run would draw it, by another route than the engine's own."""
    if isinstance(value, Fresh):
        return fresh.sample(value.parts, Seed(seed))
    if isinstance(value, dict):
        return {name: redrawn(member, seed + name) for name, member in value.items()}
    if isinstance(value, list):
        return [redrawn(member, f"{seed}{index}") for index, member in enumerate(value)]
    return value


@settings(max_examples=150, deadline=None)
@given(raw=schemas, only_required=st.booleans())
def test_a_value_is_valid_in_a_second_opinion_whatever_is_drawn(raw: Any, only_required: bool) -> None:
    found = ValueFactory(seed="s").valid(request_for(raw, only_required=only_required))
    if isinstance(found, ProvenValue):
        assert is_valid(raw, ValueFactory(seed="s").sample(found.value))  # type: ignore[arg-type]
        assert all(is_valid(raw, redrawn(found.value, str(index))) for index in range(3))


@settings(max_examples=100, deadline=None)
@given(raw=schemas)
def test_a_violation_is_invalid_in_a_second_opinion_and_named_once(raw: Any) -> None:
    factory = ValueFactory(seed="s")
    request = request_for(raw)
    found = factory.valid(request)
    if isinstance(found, ProvenValue):
        violations = factory.violations(request, found.value, limit=40)
        # The second opinion knows fewer formats.
        judged = [violation for violation in violations if violation.keyword != "format"]
        assert all(not is_valid(raw, edited(found.value, violation)) for violation in judged)
        slugs = [violation.slug for violation in violations]
        assert len(set(slugs)) == len(slugs)
        assert all(slug.isascii() and f"x_{slug}".isidentifier() for slug in slugs)


def turned(raw: Any) -> Any:
    """The same schema with its objects written the other way round."""
    if isinstance(raw, dict):
        return {key: turned(value) for key, value in reversed(raw.items())}
    return [turned(value) for value in raw] if isinstance(raw, list) else raw


@settings(max_examples=60, deadline=None)
@given(raw=schemas)
def test_the_order_of_a_document_changes_nothing(raw: Any) -> None:
    one, other = ValueFactory(seed="s").valid(request_for(raw)), ValueFactory(seed="s").valid(request_for(turned(raw)))
    assert isinstance(one, ProvenValue) == isinstance(other, ProvenValue)
    if isinstance(one, ProvenValue) and isinstance(other, ProvenValue):
        assert one.value == other.value
