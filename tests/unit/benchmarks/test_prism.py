"""Suites against Prism: how a document is cut, whose fault a failure is, and how the table reads."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.prism.__main__ import causes, table
from benchmarks.prism.judgements import JUDGEMENTS, OURS, judgement_of
from benchmarks.prism.measuring import Measured, cut_document, invented_credentials

from specproof.domain.runs import Outcome, OutcomeKind


def failure(case: str, check: str, actual: str) -> Outcome:
    return Outcome(
        case, f"test.py::{case}", OutcomeKind.FAILED, 0.1, operation=case.partition(" ::")[0], check=check, actual=actual
    )


HANGS = failure("POST /a :: malformed_json_is_rejected", "no_server_error", "no answer within 2 seconds")
UNKNOWN = failure("POST /a :: created_is_odd", "echo", "was | odd")
OUR_FAULT = failure("POST /header/param/protectedkey :: success", "status_expected", "422")


def document(paths: int, methods: int) -> bytes:
    item: dict[str, Any] = {method: {} for method in ("get", "put", "post", "delete")[:methods]}
    return json.dumps(
        {"openapi": "3.1.0", "paths": {f"/p{number}": {**item, "parameters": []} for number in range(paths)}}
    ).encode()


def test_a_big_document_is_cut_to_its_first_paths() -> None:
    small = document(30, 2)
    assert cut_document(small) == (small, 60, 60)
    cut, left, everything = cut_document(document(50, 3))
    assert (left, everything) == (42, 150)
    assert list(json.loads(cut)["paths"]) == [f"/p{number}" for number in range(14)]


def test_every_scheme_gets_an_invented_secret_of_its_form() -> None:
    made = invented_credentials({"KEY": {"kind": "apiKey"}, "PAIR": {"kind": "basic"}})
    assert set(made) == {f"SPECPROOF_{which}CREDENTIAL_{name}" for which in ("", "SECOND_") for name in ("KEY", "PAIR")}
    assert ":" in made["SPECPROOF_CREDENTIAL_PAIR"]
    assert len(set(made.values())) == 4


def test_what_nobody_has_judged_is_blamed_on_us() -> None:
    assert judgement_of("20-users.yaml", UNKNOWN) is None
    found = Measured(
        "20-users.yaml", 3, 9, cases=5, passed=3, failures=(HANGS, UNKNOWN), skipped=0, remarks=1, seconds=2.4, status="failed"
    )
    refused = Measured("33-x.json", all_operations=3, refusal="no | file")
    ours = Measured("05-a/b.json", 1, 1, cases=1, failures=(OUR_FAULT,), status="timed_out after 120 s")
    assert list(table([found, refused, ours]))[2:] == [
        "| 20-users.yaml | 3 of 9 | 5 | 3 | 2 | 1 | 1 | 0 | 0 | 2 |",
        "| 33-x.json | 3 | not served: no \\| file | | | | | | | |",
        "| 05-a/b.json (timed_out after 120 s) | 1 | 1 | 0 | 1 | 1 | 0 | 0 | 0 | 0 |",
        "| all 2 that are served | 4 | 6 | 3 | 3 | 2 | 1 | 0 | 0 | 2 |",
    ]
    rows = list(causes([found, ours]))[2:]
    assert [row.split("|")[1:4] for row in rows] == [
        [" Prism ", " 1 ", " 20 "],
        [" SpecProof ", " 1 ", " 05 "],
        [" **not judged** ", " 1 ", " 20 "],
    ]


def test_every_judgement_has_words_and_evidence() -> None:
    assert all(one.words and one.evidence and one.checks for one in JUDGEMENTS)
    assert any(one.whose == OURS for one in JUDGEMENTS)
