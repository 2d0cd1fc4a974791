"""What outcomes say of the baseline that a run was judged by."""

from __future__ import annotations

from pathlib import Path

import pytest

from specproof.checks.baseline import Accepted, Baseline, Ours
from specproof.checks.causes import FailureKey
from specproof.domain.runs import Outcome, OutcomeKind
from specproof.execution.baselines import mended_in, seen_in

TAKEN = FailureKey("POST /things", "rejected", "201 {id} to too long")
KEY = '["POST /things", "rejected", "201 {id} to too long"]'
KNOWN = Outcome("a", "t::a", OutcomeKind.SKIPPED, 0.1, known=(str(TAKEN),), failure_keys=(KEY,))
PASSED = Outcome("b", "t::b", OutcomeKind.PASSED, 0.1)
SUITE = Ours(Path("/suites/things"), {"a", "b"}, {"POST /things"})


def test_a_case_that_passes_is_mended_while_another_of_its_entry_still_fails() -> None:
    file = Baseline(Path("/suites/things/baseline.json"), {TAKEN: Accepted(TAKEN, 2, ("a", "b"))})
    assert mended_in(file, [KNOWN, PASSED], SUITE) == (Accepted(TAKEN, 1, ("b",)),)


def test_a_case_of_several_rows_is_judged_where_all_of_them_are() -> None:
    failed = Outcome("b", "t::b2", OutcomeKind.FAILED, 0.1)
    assert seen_in([KNOWN, PASSED, failed]).judged == {"a"}


@pytest.mark.parametrize("text", ["", "{", "3", "[]", '["a"]'])
def test_what_is_no_key_says_nothing(text: str) -> None:
    assert seen_in([Outcome("a", "t::a", OutcomeKind.PASSED, 0.1, failure_keys=(text,))]).cases_of == {}
