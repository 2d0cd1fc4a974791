"""Strings made out of regular expressions."""

from __future__ import annotations

import re

import pytest

from specproof.generators.test_data_factory import fresh
from specproof.generators.test_data_factory.patterns import layouts, open_ends
from specproof.generators.test_data_factory.seeds import Seed
from unit.values.valuekit import fresh_parts, proven, refusal, value_of


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z]+$",
        r"^\d{13}$",
        r"^97[89]\d{10}$",
        r"^[A-Z]{2,3}-\d+$",
        r"^(foo|bar|baz)_[0-9a-f]{8}$",
        r"^(?:\+\d{1,3})? ?\d{4,14}$",
        r"^(?<year>\d{4})-(?P<month>\d{2})$",
        r"^[^/\\]+$",
        r"^[\w.-]+@[\w-]+\.[a-z]{2,}$",
        r"^\S+$",
        r"^.{3,10}$",
        r"^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$",
        r"^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$",
        r"^\x41\u0042$",
        r"^[-a]{4}$",
        r"^[\]\-x]{4}$",
        r"^[一-龥]{2,4}$",
        r"^(ab)*c$",
        r"^(a{2}b?){2}$",
        r"x*?y+?",
        r"^$",
        r"\bword\b",
        r"^(0|[1-9]\d*)(\.\d{1,2})?$",
        r"^\D\W\S$",
        r"^[^a-z]$",
        r"^a\.b\*c\/d$",
        r"^\t\n$",
    ],
)
def test_every_layout_of_a_readable_pattern_matches_it(pattern: str) -> None:
    found = list(layouts(pattern, 0, None))
    assert found
    # Python writes only the named group of ECMA differently.
    expression = re.compile(pattern.replace("(?<y", "(?P<y"))
    for index, parts in enumerate(found):
        text = fresh.sample(parts, Seed("s").at(str(index)))
        assert expression.search(text), text


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=a)b",
        r"(?<!a)b",
        r"(?!x)",
        r"(a)\1",
        r"(a",
        r"[a",
        "a" * 1001,
        r"[[:alpha:]]",
        r"\k<n>",
        r"\p{Greek}",
        "(" * 50 + ")" * 50,
        r"\xzz",
        r")",
    ],
)
def test_a_pattern_outside_of_the_subset_is_refused_not_guessed(pattern: str) -> None:
    assert list(layouts(pattern, 0, None)) == []


@pytest.mark.parametrize(
    ("pattern", "property_text"), [(r"^\p{Lu}\p{Ll}+$", "Upper"), (r"^\P{L}$", "none"), (r"^\pL+$", "letters")]
)
def test_unicode_properties_become_plain_characters(pattern: str, property_text: str) -> None:
    text = value_of({"type": "string", "pattern": pattern})
    assert text.isascii()
    assert text, property_text


@pytest.mark.parametrize(("low", "high"), [(0, 5), (5, 5), (12, None), (3, 40), (40, 60)])
def test_a_layout_keeps_to_the_length(low: int, high: int | None) -> None:
    found = list(layouts(r"^[a-z]+-?[0-9]*$", low, high))
    assert found
    assert all(low <= fresh.length(parts) <= (high or 10_000) for parts in found)


def test_a_group_is_repeated_until_the_length_is_reached() -> None:
    assert any(fresh.length(parts) == 6 for parts in layouts(r"^(ab)+$", 6, 6))


def test_no_layout_is_given_where_the_length_is_out_of_reach() -> None:
    assert list(layouts(r"^[a-z]{3}$", 4, 10)) == []


def test_huge_repeats_do_not_allocate() -> None:
    assert list(layouts(r"^(ab){1000000}$", 0, None)) == []


def test_a_pattern_with_room_becomes_fresh_and_keeps_its_literals() -> None:
    assert fresh_parts(proven({"type": "string", "pattern": r"^97[89]\d{10}$"}).value) == ("97", ("89", 1), ("0123456789", 10))


def test_a_pattern_with_few_strings_stays_constant() -> None:
    value = proven({"type": "string", "pattern": "^[A-Z]{3}$"}).value
    assert isinstance(value, str)
    assert re.fullmatch("[A-Z]{3}", value)


def test_a_pattern_that_looks_like_a_date_gets_a_date() -> None:
    assert value_of({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}) == "2024-05-17"


def test_of_several_ways_the_one_that_can_differ_is_taken() -> None:
    parts = fresh_parts(proven({"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}).value)
    assert fresh.entropy(parts) >= 10**6


def test_a_pattern_that_no_length_allows_is_a_finding() -> None:
    finding = refusal({"type": "string", "pattern": "[A-Z]{30,40}", "minLength": 3, "maxLength": 20})
    assert finding.code.value == "plan.no_valid_value"
    assert "pattern" in finding.message


def test_a_pattern_with_an_open_end_is_filled_up() -> None:
    assert re.fullmatch("[A-Z][a-z]{11}", value_of({"type": "string", "pattern": "[A-Z]", "minLength": 12, "maxLength": 12}))


def test_two_patterns_at_once_are_both_kept() -> None:
    raw = {"allOf": [{"type": "string", "pattern": "^[a-z]+$"}, {"pattern": "^.{4,6}$"}]}
    assert re.fullmatch("[a-z]{4,6}", value_of(raw))


@pytest.mark.parametrize(
    ("pattern", "ends"),
    [
        (r'^"([0-9]+?)"$|\*', [(r"\*", True, True)]),
        (r"^a", [(r"^a", False, True)]),
        (r"a$|^(b|c)$", [("a$", True, False)]),
        (r"^a\$", [(r"^a\$", False, True)]),
        (r"^[|]+$", []),
        (r"^(a|b)\|$", []),
    ],
)
def test_what_a_pattern_does_not_end_is_found(pattern: str, ends: list[tuple[str, bool, bool]]) -> None:
    assert list(open_ends(pattern)) == ends
