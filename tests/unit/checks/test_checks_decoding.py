"""JSON of answers that are out to break what reads them."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.checks.comparison import same
from specproof.checks.contracts import Contracts, Expectation
from specproof.checks.decoding import DEEPEST, UnreadableError, decoded
from specproof.checks.expectation import expect
from specproof.checks.outcome import CheckFailure
from specproof.checks.pointers import ABSENT
from unit.checks.checkfakes import answer_of


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_nesting_is_read_to_a_depth_that_does_not_depend_on_the_interpreter(opening: str) -> None:
    closing = "".join({"[": "]", "{": "}"}[char] for char in reversed(opening) if char in "[{")
    levels = len(closing)

    def nested(depth: int) -> str:
        return opening * (depth // levels) + "1" + closing * (depth // levels)

    assert decoded(nested(DEEPEST)) != 1
    for depth in (DEEPEST + levels, 900, 100_000):
        with pytest.raises(UnreadableError, match=f"nested deeper than {DEEPEST}"):
            decoded(nested(depth))


def test_wide_values_and_brackets_in_texts_are_not_deep() -> None:
    assert len(decoded(f"[{','.join(['[[[[[[[[[[1]]]]]]]]]]'] * 500)}]")) == 500
    assert decoded(f'["{"[" * 1000}"]') == ["[" * 1000]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[" * 100_000 + b"]" * 100_000, f" (JSON nested deeper than {DEEPEST})"),
        (b"1" * 1_000_000, " (a number of too many digits)"),
        (b'{"id": NaN}', " (NaN is not JSON)"),
        (b"{", ": {"),
    ],
)
def test_what_cannot_be_read_fails_and_says_why(content: bytes, reason: str) -> None:
    answer = answer_of(
        responses={"200": Expectation("200", {"application/json": True})}, content=content, content_type="application/json"
    )
    assert answer.body is ABSENT
    with pytest.raises(CheckFailure) as failure:
        expect(answer).body_schema()
    assert failure.value.check == "body_schema"
    assert failure.value.actual.endswith(reason)


def test_half_of_a_surrogate_pair_is_judged_like_another_character() -> None:
    schema: dict[str, Any] = {"properties": {"id": {"type": "string", "maxLength": 1}}}
    contracts = Contracts({}, {})
    assert contracts.first_error(schema, {"id": "\ud800", "\udfff": 1}) is None
    error = contracts.first_error(schema, {"id": "\ud800\ud800"})
    assert error is not None
    assert "maxLength" in error


def test_numbers_beyond_floats_are_compared() -> None:
    assert not same(10**400, 1.5)
    assert not same(float("inf"), 10**400)
    assert same(10**400, 10**400)
