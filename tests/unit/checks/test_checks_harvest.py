"""Ids out of the lists of an API: which are kept, and which never are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specproof.checks.harvest import Harvest
from unit.checks.checkfakes import SECRET, answer_of

THING = "/things/{thingId}"


def found(*bodies: Any, template: str = THING, **named: Any) -> Any:
    harvest = Harvest([template])
    harvest.take([answer_of(200, body, **named) for body in bodies])
    return harvest.to_json()


@pytest.mark.parametrize(
    "body",
    [
        [{"id": 7}, {"id": "a-8"}],
        {"items": [{"id": 7}, {"id": "a-8"}], "total": 2},
        {"data": [{"thingId": 7, "id": "other"}, {"id": "a-8"}]},
    ],
)
def test_a_list_above_a_parameter_tells_its_ids(body: Any) -> None:
    assert found(body) == {THING: {"thingId": ["7", "a-8"]}}


@pytest.mark.parametrize("value", [True, None, 1.5, {"a": 1}, "a@b.example", "x" * 65, "two words", "", SECRET])
def test_what_is_no_plain_id_or_is_a_secret_is_not_kept(value: Any) -> None:
    assert found([{"id": value}]) == {}


@pytest.mark.parametrize("name", ["token", "sessionId", "apiKey", "email", "password_reset"])
def test_a_parameter_that_is_a_secret_is_not_looked_for(name: str) -> None:
    assert found([{name: "abc", "id": 1}], template=f"/things/{{{name}}}") == {}


def test_another_list_says_nothing() -> None:
    assert found([{"id": 7}], path="/others") == {}
    assert found([{"id": 7}], template="/things") == {}


def test_a_refusal_says_nothing() -> None:
    harvest = Harvest([THING])
    harvest.take([answer_of(400, [{"id": 7}]), answer_of(200, content=b"id 7")])
    assert harvest.to_json() == {}


def test_what_the_suite_has_made_is_gone_afterwards_and_not_kept() -> None:
    harvest = Harvest([THING])
    harvest.take([answer_of(200, [{"id": 7}, {"id": 8}]), answer_of(201, {"id": 8}, method="POST")])
    assert harvest.to_json() == {THING: {"thingId": ["7"]}}


def test_five_are_enough_and_are_written_down(tmp_path: Path) -> None:
    harvest = Harvest([THING])
    harvest.take([answer_of(200, [{"id": number} for number in range(9)])])
    harvest.write(tmp_path / "ids.json")
    assert harvest.to_json() == {THING: {"thingId": ["0", "1", "2", "3", "4"]}}
    assert '"thingId"' in (tmp_path / "ids.json").read_text(encoding="utf-8")
