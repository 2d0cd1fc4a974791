"""Two runs compared: what differs from the document, what differs from itself, and what is not written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specproof.cli.calibrate_command import calibration_lines
from specproof.domain.runs import Outcome, OutcomeKind
from specproof.execution.calibration import calibration, in_both, without_secrets


def outcome(case: str, kind: str = "passed", check: str = "", **more: Any) -> Outcome:
    return Outcome(case, f"t.py::{case}", OutcomeKind(kind), 0.1, operation="GET /things", check=check, **more)


def test_only_what_fails_in_both_runs_the_same_way_differs_from_the_document() -> None:
    first = [
        outcome("same", "failed", "rejected"),
        outcome("other", "failed", "rejected"),
        outcome("once", "failed", "rejected"),
        outcome("good"),
    ]
    second = [outcome("same", "failed", "rejected"), outcome("other", "failed", "echo"), outcome("once"), outcome("good")]
    found = calibration(first, second, {})
    assert [one.outcome.case_id for one in found.differences] == ["same"]
    assert [(one.outcome.case_id, one.endings) for one in found.unstable] == [
        ("other", ("failed rejected", "failed echo")),
        ("once", ("failed rejected", "passed")),
    ]


def test_a_case_that_only_passes_when_it_runs_again_or_runs_once_is_unstable() -> None:
    again = outcome("again", remarks=("GET /things: unstable: passed when it ran again alone; first it failed rejected",))
    found = calibration([again, outcome("gone")], [again], {})
    assert [(one.outcome.case_id, one.endings) for one in found.unstable] == [
        ("again", ("passed only when it ran again",) * 2),
        ("gone", ("passed", "did not run")),
    ]
    assert found.differences == ()


def test_the_file_names_what_a_person_needs_and_the_ids() -> None:
    bad = outcome(
        "bad", "failed", "rejected", expected="a 4xx", actual='200 OK: {"owner_email": "a@b.example"}', curl="curl -u a@b.example"
    )
    found = calibration([bad], [bad], {"/things/{id}": {"id": ["7"]}}).to_json()
    assert found == {
        "version": 1,
        "known_ids": {"/things/{id}": {"id": ["7"]}},
        "differences": [
            {
                "case": "bad",
                "operation": "GET /things",
                "check": "rejected",
                "expected": "a 4xx",
                "actual": '200 OK: {"owner_email": "***"}',
                "curl": "curl -u ***",
            }
        ],
        "unstable": [],
        "skipped": {"count": 0, "reasons": {}},
    }


def test_what_was_skipped_in_both_runs_is_counted_by_its_reason() -> None:
    refused = "the control request was refused: PUT /things/{id} answered 409 Conflict"
    runs = [
        [outcome(f"c{number}", "skipped", message=f'{refused}, application/json: {{"n": {number}}}') for number in range(3)]
        + [outcome("key", "skipped", message="needs a credential: set X"), outcome("late", kind)]
        for kind in ("passed", "skipped")
    ]
    found = calibration(*runs, {})
    assert list(found.skipped.items()) == [(refused, 3), ("needs a credential: set X", 1)]
    assert found.to_json()["skipped"]["count"] == 4
    assert calibration_lines(found, Path("suite/calibration.json"), Path("suite"))[1:4] == [
        "SKIPPED  4 cases were skipped in both runs, and said nothing of the API:",
        f"  {refused} (3)",
        "  needs a credential: set X (1)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"access_token": "abc\\"def", "id": 1}', '{"access_token": "***", "id": 1}'),
        ('{"passwordHash":"abc', '{"passwordHash":"***"'),
        ("-H 'Authorization: Bearer abc' -H 'X-Trace: 1'", "-H 'Authorization: ***' -H 'X-Trace: 1'"),
        ("Set-Cookie: sid=1\nnext", "Set-Cookie: ***\nnext"),
        ("write to jane.doe+x@mail.example.com now", "write to *** now"),
        ('{"name": "plain"}', '{"name": "plain"}'),
    ],
)
def test_what_names_call_secret_is_not_written_down(text: str, expected: str) -> None:
    assert without_secrets(text) == expected


def test_ids_are_those_that_both_runs_have_seen() -> None:
    first = {"/a/{id}": {"id": ["1", "2"]}, "/b/{id}": {"id": ["3"]}, "/c/{id}": {"id": ["4"]}}
    assert in_both(first, {"/a/{id}": {"id": ["2", "5"]}, "/c/{id}": {"id": []}}) == {"/a/{id}": {"id": ["2"]}}


def test_one_is_counted_as_one() -> None:
    bad, odd = outcome("bad", "failed", "rejected"), outcome("odd")
    found = calibration([bad, odd], [bad, outcome("odd", "failed", "echo")], {})
    lines = calibration_lines(found, Path("c.json"), Path("suite"))
    assert "1 case differs from the document in both runs, 1 is unstable -> c.json" in lines
