"""Edits of bodies: what the rows of tables differ in."""

from __future__ import annotations

from specproof.checks.fresh import ALNUM, Fresh
from specproof.checks.pointers import Change, Remove, edited

BODY = {"name": "Rex", "tags": ["a"]}


def test_an_edit_leaves_the_body_alone() -> None:
    assert edited(BODY, Change("/name", None)) == {"name": None, "tags": ["a"]}
    assert edited(BODY, Change("/tags/0", "b")) == {"name": "Rex", "tags": ["b"]}
    assert edited(BODY, Change("", [])) == []
    assert edited(BODY, Remove("/name")) == {"tags": ["a"]}
    assert BODY == {"name": "Rex", "tags": ["a"]}


def test_what_a_test_does_to_a_value_does_not_reach_the_row() -> None:
    row = Change("/tags", [{"deep": ["x"]}])
    sent = edited(BODY, row)
    assert isinstance(sent, dict)
    sent["tags"][0]["deep"].append("y")
    assert edited(BODY, row) == {"name": "Rex", "tags": [{"deep": ["x"]}]}


def test_each_use_of_a_row_has_a_string_of_its_own() -> None:
    row = Change("/tags", [Fresh("t-", (ALNUM, 8)), {"deep": Fresh((ALNUM, 8))}])
    drawn = [edited(BODY, row) for _ in range(3)]
    texts = [text for one in drawn if isinstance(one, dict) for text in (one["tags"][0], one["tags"][1]["deep"])]
    assert len(set(texts)) == 6
    assert all(len(text.removeprefix("t-")) == 8 for text in texts)
