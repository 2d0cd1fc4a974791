"""The report as people read it in a terminal."""

from __future__ import annotations

from dataclasses import replace

import proofs
from specproof.domain.proofs import HealthyRun, ProofReport, VariantOutcome
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.quality.report.console import console_lines
from specproof.quality.report.scorecard import QualityScorecard


def text_of(card: QualityScorecard, **options: int) -> str:
    return "\n".join(console_lines(card, **options))


def test_the_first_line_gives_grade_strength_trust_economy_and_cost() -> None:
    report = proofs.proof()
    first = console_lines(proofs.scorecard(report))[0]
    assert first.split("  ") == [
        "Suite quality",
        report.grade,
        f"strength {report.strength:g} %",
        "trust 2/2",
        "economy 5 kills/100 req",
        "13 cases, 40 requests, ~2 s @50 ms",
    ]


def test_families_stand_below_the_verdict() -> None:
    families = console_lines(proofs.scorecard())[1]
    assert families.split("  ") == [
        " responses 100 %",
        "status 0 %",
        "validation n/a",
        "crashes 0 %",
        "state 100 %",
        "lists 0 %",
    ]


def test_a_survivor_is_a_bug_that_the_suite_would_miss_with_the_request_that_shows_it() -> None:
    lines = console_lines(proofs.scorecard())
    at = lines.index(" This suite would miss 2 bugs:")
    assert lines[at + 1] == "  - GET /visits counts one too many in `total`  [L5 GET /visits]"
    assert lines[at + 2] == "      shown by: curl 'http://127.0.0.1/visits'"
    assert lines[at + 3] == "  - POST /pets answers 200 instead of 201  [S2 POST /pets]"


def test_survivors_beyond_the_limit_are_counted() -> None:
    text = text_of(proofs.scorecard(), max_survivors=1)
    assert "POST /pets answers 200 instead of 201" not in text
    assert "... 1 more with --max-survivors 2" in text


def test_denominators_equivalents_and_accidental_kills_are_told() -> None:
    text = text_of(proofs.scorecard())
    assert "3 of 40 applicable were tried: 2 killed, 1 accidental, 2 survived, 1 equivalent" in text
    assert "D4 1/1  L5 1/9  V1 1/30" in text
    assert "equivalent: GET /visits takes any `limit`  [V1; 42 probes saw no difference]" in text
    assert f"{proofs.LIST} failed listed, which does not look for this" in text


def test_a_document_without_constraints_gets_na_and_its_testability() -> None:
    empty = ProofReport(mutants=(), variants=(), healthy=proofs.HEALTHY, case_count=2, requests=3)
    finding = Finding(FindingCode.SUITE_NAME, "#/x", "m", Severity.MINOR)
    text = text_of(proofs.scorecard(empty, lint_findings=(finding, finding)))
    assert "Suite quality  n/a  strength n/a" in text
    assert "testability 71 of 100; 2 findings limit testing" in text
    assert "100 %" not in text.split("\n")[0]


def test_a_metric_without_anything_to_reach_is_na() -> None:
    assert " reach   operations 4/5 (80 %)  enum values n/a" in console_lines(proofs.scorecard())


def test_a_red_run_on_the_reference_is_said_first_with_expected_and_actual() -> None:
    red = replace(proofs.HEALTHY[1], alarms=(proofs.ALARM,), leftovers=2)
    lines = console_lines(proofs.scorecard(proofs.proof(healthy=(proofs.HEALTHY[0], red))))
    at = next(number for number, line in enumerate(lines) if line.startswith(" RED"))
    assert lines[at].endswith("(shuffled run): 1 case failed, 2 records left behind")
    assert lines[at + 1].endswith(f"{proofs.ALARM.case_id}  unknown_id: expected 404 or 410, got 403")


def test_the_silence_of_a_suite_that_is_red_on_the_reference_is_no_trust() -> None:
    red = proofs.proof(healthy=(replace(proofs.HEALTHY[0], alarms=(proofs.ALARM,)),))
    lines = console_lines(proofs.scorecard(red))
    assert "trust n/a" in lines[0].split("  ")
    assert [line for line in lines if line.startswith(" trust   says nothing: a suite that is red where nothing is wrong")]
    assert not [line for line in console_lines(proofs.scorecard()) if line.startswith(" trust ")]


def test_a_false_alarm_names_the_variant_and_the_case() -> None:
    noisy = VariantOutcome("not_found_is_403", "an unknown id answers 403", (proofs.ALARM,))
    text = text_of(proofs.scorecard(proofs.proof(variants=(noisy,))))
    assert "trust 0/1" in text
    assert "false alarm on a legal variant: an unknown id answers 403  [not_found_is_403]" in text
    assert proofs.ALARM.case_id in text


def test_the_most_useful_case_says_what_it_alone_is_recorded_for() -> None:
    text = text_of(proofs.scorecard())
    assert "1 of 13 are the first to catch a fault" in text
    assert (
        f"{proofs.CREATE}: kills 2 faults; only case recorded for: PUT /pets/{{petId}} forgets `note`; POST /pets leaves" in text
    )


def test_other_versions_and_hand_edits_are_told() -> None:
    suite = replace(proofs.scorecard().suite, locked_digest="22", edited=("tests_pets/test_pets_crud.py",))
    text = text_of(proofs.scorecard(suite=suite))
    assert "made from another version of the document" in text
    assert "1 file changed by hand" in text


def test_a_healthy_report_raises_no_alarm_lines() -> None:
    assert HealthyRun("first", 1, 0).is_green
    assert "RED" not in text_of(proofs.scorecard())
    assert "false alarm" not in text_of(proofs.scorecard())
