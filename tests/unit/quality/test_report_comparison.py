"""What an edit or a new document made better or worse."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

import proofs
from specproof.domain.proofs import Alarm, ProofReport, VariantOutcome, Verdict
from specproof.quality.report.comparison import Comparison, EarlierProof, compare, read_earlier
from specproof.quality.report.console import console_lines
from specproof.quality.report.json_report import report_json


def earlier() -> EarlierProof:
    read = read_earlier(report_json(proofs.scorecard()).encode())
    assert read is not None
    return read


def compared(report: ProofReport, *, suite: str = "bb", spec: str = "11") -> Comparison:
    return compare(earlier(), report, suite_digest=suite, spec_digest=spec)


def weakened() -> ProofReport:
    kept = [each for each in proofs.proof().mutants if each is not proofs.KILLED]
    return proofs.proof(mutants=(*kept, replace(proofs.KILLED, verdict=Verdict.SURVIVED, kill=None)))


def test_an_edit_that_drops_a_kill_is_told_with_the_case_that_caught_it() -> None:
    comparison = compared(weakened())
    assert comparison.sentence == "your edit dropped 1 kill"
    text = "\n".join(console_lines(proofs.scorecard(weakened(), comparison=comparison)))
    assert f"no longer caught: PUT /pets/{{petId}} forgets `note`, which {proofs.CREATE} caught" in text
    assert f"(strength was {proofs.proof().strength:g} %)" in text


def test_a_kill_that_became_accidental_is_lost_too() -> None:
    changed = replace(proofs.KILLED, verdict=Verdict.ACCIDENTAL)
    assert [lost.mutant for lost in compared(proofs.proof(mutants=(changed,))).lost] == [changed]


def test_gains_and_new_false_alarms_are_told() -> None:
    noisy = VariantOutcome("tags_sorted", "tags come sorted", (Alarm("GET /pets :: success", "echo"),))
    found = replace(proofs.MISSED, verdict=Verdict.KILLED)
    comparison = compared(proofs.proof(mutants=(proofs.KILLED, found), variants=(noisy,)))
    assert comparison.sentence == "your edit added 1 kill and raised 1 new false alarm"
    assert comparison.new_alarms == (("tags_sorted", "GET /pets :: success"),)


def test_mutants_that_only_one_proof_tried_or_that_were_equivalent_are_neither_lost_nor_gained() -> None:
    new = proofs.mutant("D1", "POST /pets", "POST /pets stores nothing", Verdict.KILLED)
    was_equivalent = replace(proofs.EQUIVALENT, verdict=Verdict.KILLED)
    comparison = compared(proofs.proof(mutants=(new, was_equivalent)))
    assert comparison.is_empty
    assert comparison.sentence == "your edit changed no verdict"


def test_under_another_document_it_is_not_called_an_edit() -> None:
    assert compared(weakened(), spec="22").sentence == "since the earlier proof the suite dropped 1 kill"


def test_the_same_suite_again_says_nothing() -> None:
    comparison = compared(proofs.proof(), suite="aa")
    assert comparison.is_empty
    assert not [line for line in console_lines(proofs.scorecard(comparison=comparison)) if "change" in line.split("  ")[0]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"schema": "specproof/proof", "version": 1}',
        b'{"schema": "other", "version": 1}',
        b'{"schema": "specproof/proof", "version": 1, "suite": {"digest": "", "spec_digest": ""}, "proof": {"mutants": 3, "strength": 1}}',
    ],
)
def test_what_is_no_earlier_report_is_left_aside(content: bytes) -> None:
    assert read_earlier(content) is None


def test_a_report_of_a_later_version_is_left_aside() -> None:
    later = orjson.loads(report_json(proofs.scorecard())) | {"version": 2}
    assert read_earlier(orjson.dumps(later)) is None
