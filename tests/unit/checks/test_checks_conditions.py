"""Entity tags: who knows one, what a change does to it, writes that are meant for another state; and how a failure is reproduced."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from specproof.checks.expectation import expect
from specproof.checks.outcome import CheckFailure
from unit.checks.checkfakes import answer_of, api_of, remarks, response

Skipped = pytest.skip.Exception
STRONG, WEAK = '"a1"', 'W/"a1"'


def failing(check: Callable[[], Any]) -> CheckFailure:
    with pytest.raises(CheckFailure) as raised:
        check()
    return raised.value


@pytest.mark.parametrize("known", [STRONG, WEAK])
def test_who_knows_the_present_tag_is_told_that_nothing_changed(known: str) -> None:
    expect(answer_of(304)).not_modified(known)
    failure = failing(lambda: expect(answer_of(200, {"id": 7}, etag=STRONG)).not_modified(known))
    assert failure.check == "not_modified"


@pytest.mark.parametrize("answer", [answer_of(200, {}, etag='"b2"'), answer_of(200, {}), answer_of(404), answer_of(412)])
def test_another_tag_or_none_proves_nothing(answer: Any) -> None:
    with pytest.raises(Skipped, match="inconclusive"):
        expect(answer).not_modified(STRONG)


def test_a_change_makes_another_tag() -> None:
    expect(answer_of(200, {}, etag='"b2"')).tag_changed(STRONG)
    assert failing(lambda: expect(answer_of(200, {}, etag=STRONG)).tag_changed(STRONG)).check == "tag_changed"


def test_a_weak_tag_may_outlive_a_change() -> None:
    answer = answer_of(200, {}, etag=WEAK)
    expect(answer).tag_changed(WEAK)
    assert remarks(answer)


@pytest.mark.parametrize("answer", [answer_of(200, {}), answer_of(404)])
def test_without_a_tag_there_is_nothing_to_compare(answer: Any) -> None:
    with pytest.raises(Skipped, match="inconclusive"):
        expect(answer).tag_changed(STRONG)


@pytest.mark.parametrize("status", [412, 409, 428, 400, 404])
def test_a_write_for_another_state_may_be_refused_with_any_status(status: int) -> None:
    expect(answer_of(status)).condition_failed(declared=True)


def test_a_write_for_another_state_is_not_carried_out() -> None:
    assert failing(lambda: expect(answer_of(200, {})).condition_failed(declared=True)).check == "condition_failed"
    undeclared = answer_of(200, {})
    expect(undeclared).condition_failed()
    assert remarks(undeclared)


@pytest.mark.parametrize("check", ["not_modified", "tag_changed", "condition_failed"])
def test_a_server_error_stays_one(check: str) -> None:
    arguments = () if check == "condition_failed" else (STRONG,)
    assert failing(lambda: getattr(expect(answer_of(503)), check)(*arguments)).check == "no_server_error"


def test_a_case_cannot_go_on_without_the_header_that_it_needs() -> None:
    assert answer_of(200, {}, etag=STRONG).header("ETag") == STRONG
    with pytest.raises(Skipped, match="no header ETag"):
        answer_of(200, {}).header("ETag")


def test_the_commands_take_the_tag_out_of_the_new_answer() -> None:
    waiting = [response(201, {"id": 7}), response(200, {"id": 7}, etag=STRONG), response(200, {"id": 7}, etag=STRONG)]
    api = api_of(lambda _: waiting.pop(0))
    made = api.send("POST", "/things", json={"name": "x"})
    before = api.send("GET", "/things/{id}", path={"id": made.at("/id")})
    again = api.send("GET", "/things/{id}", path={"id": made.at("/id")}, headers={"If-None-Match": before.header("ETag")})
    script = failing(lambda: expect(again).not_modified(STRONG)).curl
    assert STRONG not in script
    fake = """curl() { case "$*" in
        *POST*) printf '{"id": 8}';;
        *"-D -"*) printf 'HTTP/1.1 200 OK\\r\\nContent-Type: x\\r\\nETag: "new: tag"\\r\\n\\r\\n';;
        *) printf '<%s>' "$@";;
    esac; }"""
    done = subprocess.run(["sh"], input=f"{fake}\n{script}\n", capture_output=True, text=True, check=True, timeout=20)
    assert done.stderr == ""
    assert '<If-None-Match: "new: tag">' in done.stdout
    assert "/things/8" in done.stdout
