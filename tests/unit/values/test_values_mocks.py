"""Mock rules choose the kind of a value; what does not fit its schema, or is not known, changes nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from unit.values.valuekit import is_valid, proven, value_of


def text(rule: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "x-mock": rule, **more}


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("@cname", "\u738b\u5c0f\u660e.*"),
        ("@name", r"[A-Z][\w.]* .*"),
        ("@email", r"reader\..*@example\.com"),
        ("@url", r"https://example\.com/.*"),
        ("@ip", r"192\.0\.2\.10"),
        ("@date", r"2024-05-17"),
        ('@date("yyyy/MM/dd")', r"2024/05/17"),
        ("@time", r"09:30:00"),
        ("@datetime", r"2024-05-17 09:30:00"),
        ("@datetime('yyyy-MM-ddTHH:mm')", r"2024-05-17T09:30"),
        ("@id", r"\d{18}"),
        ("@guid", r"[0-9a-f-]{36}"),
        ("@uuid", r"[0-9a-f-]{36}"),
        ("@integer(1,100)", r"[1-9]\d?|100"),
        ("@natural", r"7"),
        ("@boolean", r"true"),
        ("@city", "\u676d\u5dde\u5e02"),
        ("@province", "\u6d59\u6c5f\u7701"),
        ("@county", "\u897f\u6e56\u533a"),
        ("@title", r"Title of a test .*"),
        ("@ctitle", "\u6d4b\u8bd5\u6807\u9898.*"),
        ("@sentence(3, 5)", r"A sentence.*"),
        ("@csentence", "\u4e00\u53e5.*"),
        ("@phone", r"138\d{8}"),
        ('@pick(["a","b"])', r"a"),
        ("@pick('x', 'y')", r"x"),
        ("{{$person.fullName}}", r"[A-Z][\w.]* .*"),
        ("{{$internet.email}}", r"reader\..*"),
        ("{{$string.uuid}}", r"[0-9a-f-]{36}"),
        ("{{$number.int(min=5,max=6)}}", r"[56]"),
        ("{{$location.city}}", "\u676d\u5dde\u5e02"),
        ("user-@guid.txt", r"user-[0-9a-f-]{36}\.txt"),
    ],
)
def test_a_rule_chooses_the_kind_of_a_text(rule: str, pattern: str) -> None:
    found = value_of(text(rule))
    assert re.fullmatch(pattern, found), found


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "@",
        "@nothing",
        "@cname(",
        "{{$person}}",
        "{{token}}",
        "{{$person.fullName}} @unknown",
        "someone@163.com",
        "@pick([1,2",
        "@pick",
        "@date(__import__('os'))",
        "@email" * 200,
        "/[a-z]{3}/",
    ],
)
def test_a_rule_that_we_do_not_know_is_no_rule(rule: str) -> None:
    assert value_of(text(rule)) == value_of({"type": "string"})


@pytest.mark.parametrize(
    "schema",
    [
        text("@email", format="uuid"),
        text("@datetime", format="date-time"),
        text("@date", format="date-time"),
        text("@cname", pattern="^[a-z]{4}$"),
        text("@url", maxLength=5),
        text("@integer(1,100)", pattern="^[A-Z]{2}[0-9]{6}$"),
        text("@pick(['long'])", maxLength=2),
        text("@cname", minLength=30),
        {"type": "integer", "minimum": 500, "x-mock": "@integer(1,100)"},
        {"type": "integer", "x-mock": "@cname"},
        {"type": "object", "x-mock": "@cname", "required": ["a"], "properties": {"a": text("@ip", format="ipv6")}},
    ],
)
def test_what_a_rule_gives_has_to_prove_valid(schema: dict[str, Any]) -> None:
    assert is_valid(schema, value_of(schema))


def test_a_short_name_fits_where_a_long_one_does_not() -> None:
    assert value_of(text("@cname", maxLength=4)) == "\u738b\u5c0f\u660e"


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("@integer(40,60)", range(40, 61)),
        ("@natural(3, 3)", [3]),
        ("{{$number.int(min=8,max=9)}}", [8, 9]),
        ("@pick([11, 12])", [11]),
    ],
)
def test_a_rule_chooses_the_range_of_a_number(rule: str, allowed: Any) -> None:
    assert value_of({"type": "integer", "x-mock": rule}) in allowed


def test_an_example_of_the_document_comes_before_its_rule() -> None:
    assert value_of(text("@city", example="Hamburg", enum=["Hamburg"])) == "Hamburg"


def test_keys_by_a_rule_are_fresh_in_every_run() -> None:
    assert proven(text("@phone")).value != value_of(text("@phone"))
