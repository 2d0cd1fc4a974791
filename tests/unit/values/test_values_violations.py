"""Single faults of a base value, each proven."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.domain.plans import Edit, EditKind, FromStep
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.openapi.findings import Severity
from unit.values.valuekit import edited, is_valid, parameter, proven, request_for, violations_of

BOOK: dict[str, Any] = {
    "type": "object",
    "required": ["title", "price"],
    "properties": {
        "title": {"type": "string", "minLength": 2, "maxLength": 40},
        "isbn": {"type": "string", "pattern": "^97[89][0-9]{10}$"},
        "price": {"type": "number", "exclusiveMinimum": 0, "maximum": 99.99, "multipleOf": 0.01},
        "stock": {"type": "integer", "minimum": 0, "exclusiveMaximum": 500},
        "genre": {"enum": ["novel", "essay"], "type": "string"},
        "code": {"const": 7},
        "email": {"type": "string", "format": "email", "maxLength": 60},
        "born": {"type": ["string", "null"], "format": "date"},
        "tags": {
            "type": "array",
            "items": {"type": "string", "maxLength": 20},
            "minItems": 1,
            "maxItems": 3,
            "uniqueItems": True,
        },
        "author": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 30}}},
        "flag": {"type": "boolean"},
    },
    "additionalProperties": False,
}
EXPECTED = {
    *("body_wrong_type", "body_null", "body_unknown_property"),
    *("title_missing", "title_wrong_type", "title_null", "title_too_short", "title_too_long"),
    *("isbn_wrong_type", "isbn_null", "isbn_pattern_mismatch"),
    *(
        "price_missing",
        "price_wrong_type",
        "price_boolean",
        "price_null",
        "price_too_small",
        "price_too_large",
        "price_not_a_multiple",
    ),
    *("stock_wrong_type", "stock_null", "stock_too_small", "stock_too_large"),
    *("genre_wrong_type", "genre_null", "genre_not_allowed", "genre_other_case", "code_not_allowed"),
    *("email_wrong_type", "email_null", "email_not_email", "email_too_long"),
    *("born_wrong_type", "born_not_date"),
    *("tags_wrong_type", "tags_null", "tags_too_few", "tags_too_many", "tags_repeated"),
    *("tags_item_wrong_type", "tags_item_null", "tags_item_too_long"),
    *(
        "author_wrong_type",
        "author_null",
        "author_name_missing",
        "author_name_wrong_type",
        "author_name_null",
        "author_name_too_long",
    ),
    *("flag_wrong_type", "flag_null"),
}


def test_every_constraint_of_every_field_is_broken_once() -> None:
    assert set(violations_of(BOOK)) == EXPECTED


@pytest.mark.parametrize("slug", sorted(EXPECTED))
def test_each_violation_is_invalid_in_a_second_opinion(slug: str) -> None:
    violation = violations_of(BOOK)[slug]
    assert not is_valid(BOOK, edited(proven(BOOK).value, violation))


def test_bounds_are_broken_by_the_next_value() -> None:
    found = violations_of(BOOK)
    assert found["stock_too_small"].edit == Edit(EditKind.SET, "/stock", -1)
    assert found["stock_too_large"].edit.value == 500
    assert found["price_too_small"].edit.value == 0
    assert found["price_too_large"].edit.value == 100
    assert len(str(found["title_too_long"].edit.value)) == 41
    assert len(str(found["title_too_short"].edit.value)) == 1
    assert str(found["email_too_long"].edit.value).endswith("@example.com")


def test_a_violation_says_where_why_and_how_bad() -> None:
    found = violations_of(BOOK)
    title = found["title_too_long"]
    assert (title.keyword, title.pointer) == ("maxLength", "#/schema/properties/title/maxLength")
    assert title.phrase == "title longer than 40 characters"
    assert title.severity is Severity.MAJOR
    missing = found["author_name_missing"]
    assert (missing.keyword, missing.pointer) == ("required", "#/schema/properties/author/required")
    assert missing.edit == Edit(EditKind.REMOVE, "/author/name")
    assert missing.phrase == "author.name missing"
    assert found["email_not_email"].severity is Severity.MINOR
    assert found["flag_null"].severity is Severity.MINOR
    assert found["title_null"].severity is Severity.MAJOR


def test_a_violation_behind_a_reference_points_into_the_definition() -> None:
    definitions = {"Name": {"type": "string", "maxLength": 5}}
    found = violations_of({"type": "object", "properties": {"n": {"$ref": "#/$defs/Name"}}}, definitions=definitions)
    assert found["n_too_long"].pointer == "#/$defs/Name/maxLength"


def test_a_property_that_the_base_leaves_out_is_violated_too() -> None:
    raw = {"type": "object", "properties": {"size": {"type": "integer", "maximum": 9}, "part": {"type": "object"}}}
    found = violations_of(raw, {})
    assert found["size_too_large"].edit == Edit(EditKind.SET, "/size", 10)
    assert set(found) == {"body_wrong_type", "body_null", "size_wrong_type", "size_null", "size_too_large"}


def test_a_value_that_another_answer_brings_does_not_stop_the_proof() -> None:
    raw = {
        "type": "object",
        "required": ["author_id", "lines"],
        "properties": {
            "author_id": {"type": "string", "format": "uuid"},
            "lines": {
                "type": "array",
                "items": {"type": "object", "required": ["book"], "properties": {"book": {"type": "integer"}}},
            },
        },
    }
    base = {"author_id": FromStep("author", "/id"), "lines": [{"book": FromStep("book", "/id")}]}
    found = violations_of(raw, base)
    assert {"author_id_missing", "author_id_not_uuid", "lines_item_book_wrong_type"} <= set(found)


def test_an_invalid_base_proves_nothing() -> None:
    assert violations_of(BOOK, {"title": "x"}) == {}


def test_the_limit_is_kept() -> None:
    factory = ValueFactory(seed="s")
    request = request_for(BOOK)
    assert len(factory.violations(request, proven(BOOK).value, limit=5)) == 5


def test_allof_is_looked_into_and_says_a_thing_once() -> None:
    raw = {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}}},
            {"properties": {"a": {"type": "string"}}, "required": ["a"]},
        ]
    }
    assert set(violations_of(raw)) == {"body_wrong_type", "body_null", "a_missing", "a_wrong_type", "a_null", "a_too_long"}


def test_a_nullable_field_is_violated_behind_its_choice() -> None:
    raw = {"type": "object", "properties": {"a": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}}}
    assert {"a_too_long", "a_wrong_type"} <= set(violations_of(raw))
    assert "a_null" not in violations_of(raw)


def test_what_another_branch_may_accept_is_dropped() -> None:
    raw = {
        "type": "object",
        "properties": {"a": {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "string", "minLength": 4}]}},
    }
    assert "a_too_long" not in violations_of(raw)


NUMBERED = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "maximum": 9}}}


def test_members_of_a_choice_break_the_rules_of_the_branch_that_the_base_takes() -> None:
    found = violations_of({"oneOf": [NUMBERED, {"type": "array"}]})
    assert {"a_missing", "a_wrong_type", "a_null", "a_too_large"} <= set(found)
    assert (found["a_too_large"].keyword, found["a_too_large"].pointer) == ("maximum", "#/schema/oneOf/0/properties/a/maximum")


@pytest.mark.parametrize(
    ("other", "lost"),
    [
        ({"type": "object", "required": ["b"]}, set()),
        ({"type": "object"}, {"a_missing", "a_wrong_type", "a_null", "a_too_large"}),
        ({"type": "object", "required": ["a"], "properties": {"a": {"minimum": 10}}}, {"a_wrong_type", "a_null", "a_too_large"}),
    ],
)
def test_what_another_branch_of_a_choice_above_may_accept_is_dropped(other: dict[str, Any], lost: set[str]) -> None:
    every = {"a_missing", "a_wrong_type", "a_null", "a_too_large"}
    found = set(violations_of({"anyOf": [NUMBERED, other]}))
    assert every & found == every - lost


def test_a_branch_that_only_its_format_keeps_from_accepting_may_accept() -> None:
    dated = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "format": "date"}}}
    wrong = violations_of({"anyOf": [NUMBERED, dated]})["a_wrong_type"].edit.value
    assert not isinstance(wrong, str)
    assert isinstance(violations_of(NUMBERED)["a_wrong_type"].edit.value, str)


def test_a_choice_inside_of_a_choice_is_followed_down() -> None:
    inner = {
        "type": "object",
        "required": ["to"],
        "properties": {"to": {"oneOf": [NUMBERED, {"type": "string", "maxLength": 3}]}},
    }
    found = violations_of({"oneOf": [inner, {"type": "array"}]})
    assert found["to_a_too_large"].edit.pointer == "/to/a"
    assert {"to_missing", "to_a_missing"} <= set(found)


def test_what_two_branches_accept_is_no_single_fault() -> None:
    # Both branches accept 9: which of them is one too many nobody can say.
    found = violations_of({"oneOf": [NUMBERED, {"type": "object", "required": ["a"], "properties": {"a": {"const": 9}}}]})
    assert all(violation.keyword != "oneOf" for violation in found.values())


def test_dependent_properties_are_removed() -> None:
    raw = {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "dependentRequired": {"a": ["b"]},
    }
    found = violations_of(raw)
    assert (found["b_missing"].keyword, found["b_missing"].pointer) == ("dependentRequired", "#/schema/dependentRequired/a")


def test_unevaluated_properties_are_refused_too() -> None:
    raw = {"allOf": [{"properties": {"a": {"type": "integer"}}}], "type": "object", "unevaluatedProperties": False}
    assert violations_of(raw)["body_unknown_property"].keyword == "unevaluatedProperties"


def test_a_format_without_gross_errors_has_no_violation() -> None:
    assert set(violations_of({"type": "string", "format": "byte"})) == {"body_wrong_type", "body_null"}


def test_texts_longer_than_64_kib_are_not_sent() -> None:
    assert "body_too_long" not in violations_of({"type": "string", "maxLength": 70_000})
    assert "body_too_long" in violations_of({"type": "string", "maxLength": 5_000})


def test_names_that_are_one_in_slugs_keep_their_violations() -> None:
    raw = {"type": "object", "properties": {"userName": {"type": "string"}, "user_name": {"type": "string"}}}
    slugs = [slug for slug in violations_of(raw) if slug.startswith("user_name_wrong_type")]
    assert len(slugs) == 2


def test_slugs_of_other_scripts_are_ascii_and_differ() -> None:
    raw = {"type": "object", "required": ["名称", "价格"], "properties": {"名称": {"type": "string"}, "价格": {"type": "string"}}}
    slugs = set(violations_of(raw))
    assert all(slug.isascii() and slug.isidentifier() for slug in slugs)
    assert len([slug for slug in slugs if slug.endswith("_missing")]) == 2
    assert all(violation.phrase.isascii() for violation in violations_of(raw).values())


def test_pointers_of_odd_names_are_escaped() -> None:
    raw = {"type": "object", "properties": {"a/b~c": {"type": "integer"}}}
    found = violations_of(raw)
    assert found["a_b_c_wrong_type"].edit.pointer == "/a~1b~0c"
    assert found["a_b_c_wrong_type"].pointer == "#/schema/properties/a~1b~0c/type"


@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
def test_a_number_in_a_parameter_is_violated_by_what_nobody_reads_as_one(location: str) -> None:
    found = violations_of({"type": "integer", "minimum": 1, "maximum": 100}, **parameter(location))
    assert {slug: violation.edit.value for slug, violation in found.items()} == {
        "p_wrong_type": "not-of-this-type",
        "p_too_small": 0,
        "p_too_large": 101,
    }
    assert all(violation.edit.pointer == "" for violation in found.values())


def test_a_string_in_a_parameter_has_no_wrong_type() -> None:
    found = violations_of({"type": "string", "enum": ["a", "b"]}, **parameter("query"))
    assert set(found) == {"p_not_allowed", "p_other_case"}
    assert violations_of({"type": "string"}, **parameter("query")) == {}


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "string", "minLength": 1},  # "" may mean absent
        {"type": "boolean", "enum": [True]},  # false is read as 0, 0 is no true; but see below
        {"type": "array", "items": {"type": "string"}, "maxItems": 1},  # the last of repeated keys
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 2},
    ],
)
def test_what_some_server_reads_as_valid_is_dropped(raw: Any) -> None:
    kept = violations_of(raw, **parameter("query"))
    assert not {"p_too_short", "p_too_many"} & set(kept)


def test_members_of_an_array_parameter_are_violated() -> None:
    raw = {"type": "array", "items": {"type": "string", "enum": ["on", "off"]}}
    assert set(violations_of(raw, **parameter("query"))) == {"p_item_not_allowed", "p_item_other_case"}


def test_members_of_an_object_parameter_are_left_alone() -> None:
    raw = {"type": "object", "properties": {"a": {"type": "integer"}}}
    assert violations_of(raw, {"a": 1}, **parameter("query", style="deepObject")) == {}


def test_a_near_miss_never_changes_the_route() -> None:
    found = violations_of({"type": "string", "pattern": "^[a-z]{3}$"}, **parameter("path"))
    assert not set(str(found["p_pattern_mismatch"].edit.value)) & set("/\\?#%. ")


def test_forms_need_the_proof_of_texts() -> None:
    raw = {
        "type": "object",
        "required": ["n", "s"],
        "properties": {
            "n": {"type": "integer", "maximum": 9},
            "s": {"type": "string", "minLength": 1, "maxLength": 9},
            "o": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}},
        },
    }
    found = violations_of(raw, media_type="application/x-www-form-urlencoded")
    assert set(found) == {"n_missing", "s_missing", "o_x_missing", "n_wrong_type", "n_too_large", "s_too_long"}


@pytest.mark.parametrize(
    ("raw", "slug"),
    [
        ({"type": "number", "enum": [1, 2.5]}, "body_not_allowed"),
        ({"type": "boolean", "const": True}, "body_not_allowed"),
        ({"type": "string", "enum": ["AB", "CD"], "pattern": "^[A-Z]{2}$"}, "body_wrong_type"),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 2, "uniqueItems": True}, "body_too_many"),
        ({"type": "array", "items": {"type": "object"}, "maxItems": 2}, "body_too_many"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2, "uniqueItems": True}, "body_repeated"),
        ({"type": "string", "pattern": "^[a-z]+$", "minLength": 4, "maxLength": 6}, "body_too_short"),
        ({"type": "string", "pattern": "^[a-z]+$", "minLength": 4, "maxLength": 6}, "body_too_long"),
        ({"type": "integer", "multipleOf": 5, "minimum": 10}, "body_too_small"),
        ({"type": "integer", "multipleOf": 5, "minimum": 10}, "body_not_a_multiple"),
        ({"type": "number", "multipleOf": 0.5}, "body_not_a_multiple"),
    ],
)
def test_one_keyword_is_broken_while_the_others_hold(raw: Any, slug: str) -> None:
    violation = violations_of(raw)[slug]
    assert not is_valid(raw, edited(proven(raw).value, violation))
    others = {key: value for key, value in raw.items() if key not in {violation.keyword, "enum"}}
    if violation.keyword != "type":
        assert is_valid(others, edited(proven(raw).value, violation))


def test_members_of_a_map_are_broken_too() -> None:
    raw = {"type": "object", "additionalProperties": {"type": "integer", "maximum": 9}}
    broken = {(one.keyword, one.edit.pointer) for one in violations_of(raw, base={"a": 1, "b": 2}).values()}
    assert {("type", "/a"), ("maximum", "/a")} <= broken
    patterned = {**raw, "patternProperties": {"^a": {"type": "integer"}}}
    assert not any(one.edit.pointer == "/a" for one in violations_of(patterned, base={"a": 1}).values())


def test_one_character_is_one() -> None:
    found = violations_of(
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 2, "maxLength": 12}}}
    )
    assert {one.phrase for one in found.values()} >= {"a shorter than 2 characters", "a longer than 12 characters"}
    found = violations_of({"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "maxLength": 1}}})
    assert "a longer than 1 character" in {one.phrase for one in found.values()}
