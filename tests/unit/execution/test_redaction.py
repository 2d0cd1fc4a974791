"""Secrets do not come back from a run."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from specproof.domain.runs import Outcome, OutcomeKind
from specproof.execution.redaction import Redactor
from specproof.execution.streams import OutputTail

SECRET = 's3c&r"t/<tok>+1'


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps(SECRET)[1:-1],
        escape(SECRET),
        escape(SECRET, {'"': "&quot;"}),
        repr(SECRET)[1:-1],
    ],
)
def test_a_secret_goes_in_every_spelling(spelling: str) -> None:
    assert Redactor([SECRET]).text(f"before {spelling} after") == "before *** after"


def test_a_user_and_password_go_together_alone_and_as_a_basic_credential() -> None:
    basic = base64.b64encode(b"alice:wonder").decode()

    assert Redactor(["alice:wonder"]).text(f"alice:wonder wonder Basic {basic}") == "*** *** Basic ***"


def test_the_longer_of_two_secrets_goes_whole() -> None:
    assert Redactor(["token", "token-and-more"]).text("token-and-more token") == "*** ***"


@pytest.mark.parametrize("secrets", [[], [""], ["abc"]])
def test_without_a_secret_worth_the_name_nothing_changes(secrets: list[str]) -> None:
    given = Outcome("c", "abc", OutcomeKind.PASSED, 0.0)

    assert Redactor(secrets).text("abc") == "abc"
    assert Redactor(secrets).outcome(given) is given


def test_every_text_of_an_outcome_is_redacted() -> None:
    texts = dict.fromkeys(
        ("case_id", "node_id", "operation", "family", "title", "check", "expected", "actual", "curl", "message", "rule"),
        "has topsecret",
    )

    lists = dict.fromkeys(("remarks", "known", "failure_keys", "timings"), ("has topsecret",))

    redacted = Redactor(["topsecret"]).outcome(Outcome(kind=OutcomeKind.FAILED, duration_seconds=0.0, **lists, **texts))

    assert "topsecret" not in repr(redacted)
    assert redacted.curl == "has ***"


def test_short_output_is_kept_whole_without_control_characters() -> None:
    tail = OutputTail(keep_bytes=100, limit_bytes=1000)

    assert tail.feed(b"one\r\ntwo \x1b[31m\xff\n")
    assert tail.text(Redactor([])) == "one\ntwo \ufffd[31m\ufffd\n"


def test_of_long_output_the_last_lines_are_kept() -> None:
    tail = OutputTail(keep_bytes=30, limit_bytes=10_000)
    for number in range(100):
        assert tail.feed(f"line {number}\n".encode())

    text = tail.text(Redactor([]))

    assert text.startswith("[...]\nline ")
    assert text.endswith("line 98\nline 99\n")
    assert len(text) < 40


def test_a_secret_that_the_cut_would_halve_does_not_show_its_rest() -> None:
    secret = "SECRET" + "0123456789" * 5
    for shift in range(120):
        tail = OutputTail(keep_bytes=100, limit_bytes=10_000)
        for piece in (b"x" * 70 + b"y" * shift + secret.encode(), b"z" * 60, b"z" * 60):
            tail.feed(piece)
        assert "56789" not in tail.text(Redactor([secret]))


def test_too_much_output_is_noticed() -> None:
    tail = OutputTail(keep_bytes=10, limit_bytes=100)

    assert [tail.feed(b"x" * 50) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("after", ["", "z", "yz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_in_the_midst_of_base64_goes_too(before: str, after: str, encode: Callable[[bytes], bytes]) -> None:
    shown = Redactor([SECRET]).text(encode(f"{before}{SECRET}{after}".encode()).decode())
    rest = base64.urlsafe_b64decode(
        shown.replace("*", "").replace("+", "-").replace("/", "_").rstrip("=")
        + "A" * (-len(shown.replace("*", "").rstrip("=")) % 4)
    )
    assert "***" in shown
    # A character at either end shares its bits with a neighbour.
    assert len(rest) <= len(before) + len(after) + 3


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        quote(SECRET, safe="").lower(),
        quote(SECRET),
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        json.dumps(SECRET)[1:-1].replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
        json.dumps(json.dumps(SECRET)[1:-1])[1:-1],
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_a_secret_goes_in_the_spellings_of_other_programs(spelling: str) -> None:
    assert Redactor([SECRET]).text(f"before {spelling} after") == "before *** after"


def test_other_texts_stay_as_they_are() -> None:
    chance = random.Random(7)
    text = "".join(chance.choices(string.ascii_letters + string.digits + "+/=%&", k=200_000))
    assert Redactor(["hunter2", "12ab", SECRET]).text(text) == text
