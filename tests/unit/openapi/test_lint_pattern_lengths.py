"""Bounds on the length of what a pattern matches: right, or none."""

from __future__ import annotations

import re

import pytest

from countedwork import LINEAR, growth
from specproof.openapi.lint.pattern_lengths import length_bounds


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest"),
    [
        ("^abc$", 3, 3),
        ("abc", 3, None),
        ("^abc", 3, None),
        ("", 0, None),
        ("^$", 0, 0),
        ("^[a-z]{2,5}$", 2, 5),
        ("^[a-z]{2,}$", 2, None),
        (r"^\d+$", 1, None),
        (r"^\d*?$", 0, None),
        ("^a?b$", 1, 2),
        ("^(?:ab|c)$", 1, 2),
        ("^(ab|c){3}$", 3, 6),
        ("^(a+)?$", 0, None),
        ("^(?<year>[0-9]{4})-x$", 6, 6),
        ("^ab$|^c$", 1, 2),
        ("^ab$|c", 1, None),
        (r"^[\]\[a]{2}\b$", 2, 2),
        (r"^\u0041\x41\p{L}\.$", 4, 4),
        ("^a{0}$", 0, 0),
        ("^(){5}a$", 1, 1),
        ("^#(?:[0-9a-f]{3}){1,2}$", 4, 7),
    ],
)
def test_bounds_are_those_of_the_language(pattern: str, shortest: int, longest: int | None) -> None:
    assert length_bounds(pattern) == (shortest, longest)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)a", "(?=a)b", "(?<!a)b", r"(a)\1", "[[a]]", "a^b", "a$b", "(^a)", "(a$)b", "a**", "*a", "a{2}{3}", "(", ")", "[a",
        "a]", "a}", "a{,3}", "a{3,2}", "x" * 6_000,
    ],
)  # fmt: skip
def test_what_is_not_known_for_sure_has_no_bounds(pattern: str) -> None:
    assert length_bounds(pattern) is None


def test_deep_nesting_takes_linear_time_and_no_stack() -> None:
    assert growth(lambda size: lambda: length_bounds("^" + "(" * size + "a" + ")" * size + "$"), 700) < LINEAR
    assert growth(lambda size: lambda: length_bounds("(" * size), 1_000) < LINEAR
    assert length_bounds("^" + "(" * 1_600 + "a" + "){1,9}" * 100 + ")" * 1_500 + "$") == (1, 9**100)
    assert length_bounds("(" * 5_000) is None


def test_a_match_is_never_outside_of_the_bounds() -> None:
    for pattern, text in [("^(a|bb){2}c?$", "abbc"), ("^(a|bb){2}c?$", "aa"), (r"^\w{1,3}-?\d$", "ab-1")]:
        bounds = length_bounds(pattern)
        assert bounds is not None
        assert bounds.longest is not None
        assert re.search(pattern, text)
        assert bounds.shortest <= len(text) <= bounds.longest
