"""Result lines that want to mislead whoever reads them."""

from __future__ import annotations

import json

import pytest

from specproof.domain.runs import Outcome
from specproof.execution.result_stream import parse_line


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u2069", "\u2028", "\u2029", "\x9b", "\x1b", "\x00", "\x85"])
def test_text_that_reorders_or_escapes_is_replaced(char: str) -> None:
    line = {"type": "outcome", "node_id": "t.py::a", "kind": "failed", "message": f"a{char}b", "title": f"{char}t"}

    outcome = parse_line(json.dumps(line).encode())

    assert isinstance(outcome, Outcome)
    assert (outcome.message, outcome.title) == ("a\N{REPLACEMENT CHARACTER}b", "\N{REPLACEMENT CHARACTER}t")


def test_other_scripts_stay_as_they_are() -> None:
    message = "图书 não 📚 שלום"

    outcome = parse_line(json.dumps({"type": "outcome", "node_id": "n", "kind": "failed", "message": message}).encode())

    assert isinstance(outcome, Outcome)
    assert outcome.message == message


def test_a_script_that_is_too_long_is_replaced_whole_and_never_cut() -> None:
    from specproof.execution.result_plugin import MAX_CURL, curl_of

    assert curl_of("curl -sS x", "tests/test_a.py::test_b") == "curl -sS x"
    assert (
        curl_of("x" * (MAX_CURL + 1), "tests/test_a.py::test_b")
        == "# too long to show here: run tests/test_a.py::test_b with pytest"
    )
