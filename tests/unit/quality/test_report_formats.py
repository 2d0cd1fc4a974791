"""The report as JSON and HTML, the README's line, and the gate."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import orjson
import pytest

import proofs
from specproof.domain.proofs import ProofReport, Verdict
from specproof.domain.suite_proofs import ProofGate
from specproof.openapi.findings import FindingCode
from specproof.quality.report.gate import gate_failures
from specproof.quality.report.html_report import report_html
from specproof.quality.report.json_report import report_document, report_json
from specproof.quality.report.readme_line import BEGIN, END, readme_line, with_line, without_line

LOW, HIGH = ProofGate(min_strength=10), ProofGate(min_strength=99)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html)
    return parser.found


# -- JSON -----------------------------------------------------------------------------------------------------------


def test_the_json_names_its_schema_and_version_and_repeats_the_proofs_own_figures() -> None:
    report = orjson.loads(report_json(proofs.scorecard()))
    assert (report["schema"], report["version"]) == ("specproof/proof", 1)
    assert (report["proof"]["strength"], report["proof"]["grade"]) == (proofs.proof().strength, proofs.proof().grade)
    assert report["proof"]["samples"]["V1"] == {"applicable": 30, "tried": 1}
    assert [mutant["id"] for mutant in report["proof"]["mutants"]] == sorted(each.id for each in proofs.proof().mutants)
    assert report["metrics"][1]["share"] is None
    assert report["cases"] == [{"case": proofs.CREATE, "kills": [proofs.KILLED.id, proofs.ALSO_KILLED.id]}]


def test_the_json_has_exactly_the_documented_members() -> None:
    assert list(report_document(proofs.scorecard())) == [
        "schema", "version", "suite", "static", "proof", "accepted_equivalent", "cases", "operations", "metrics", "gaps",
        "redundant_cases", "seconds_at_50_ms", "testability", "comparison",
    ]  # fmt: skip


# -- HTML -----------------------------------------------------------------------------------------------------------


def test_the_html_needs_nothing_from_elsewhere_and_runs_no_script() -> None:
    html = report_html(proofs.scorecard())
    tags = tags_of(html)
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "embed", "form"}
    names = {name for _, attributes in tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "href", "style")]
    assert "url(" not in html
    assert "default-src 'none'" in html


def test_hostile_text_stays_text_in_the_html() -> None:
    hostile = "<script>alert(1)</script>' onload='x \u202eturned"
    mutant = replace(proofs.MISSED, sentence=hostile, request=hostile, operation=hostile)
    card = proofs.scorecard(proofs.proof(mutants=(mutant,)), suite=replace(proofs.scorecard().suite, title=hostile))
    html = report_html(card)
    assert "<script" not in html
    assert "\u202e" not in html
    assert html.count("\\u202eturned") == 5  # title, heading, sentence, request, operation
    assert not [name for _, attributes in tags_of(html) for name in attributes if name == "onload"]


def test_the_html_shows_every_survivor_with_its_request_and_every_metric() -> None:
    html = report_html(proofs.scorecard())
    assert "GET /visits counts one too many in `total`" in html
    assert "curl &#39;http://127.0.0.1/visits&#39;" in html
    assert "4/5 (80 %)" in html
    assert "<td>enum values</td><td>n/a</td>" in html
    assert "<b>71 of 100</b>" in html


def test_a_scorecard_with_everything_missing_is_still_a_page() -> None:
    empty = ProofReport(mutants=(), variants=(), healthy=(), case_count=0, requests=0)
    html = report_html(proofs.scorecard(empty, testability=None, lint_findings=proofs.STATIC.findings))
    assert "not green on the conforming reference" in html
    assert FindingCode.SUITE_NAME.value in html


# -- the README's line ----------------------------------------------------------------------------------------------


def test_the_line_is_put_below_the_title_and_replaced_by_the_next() -> None:
    readme = "# Tests of Pets\n\n13 cases.\n"
    once = with_line(readme, readme_line(proofs.scorecard()))
    assert once.startswith(f"# Tests of Pets\n\n{BEGIN}\nProof: grade ")
    assert with_line(once, readme_line(proofs.scorecard())) == once
    other = with_line(once, "Proof: other.")
    assert other.count(BEGIN) == other.count(END) == 1
    assert without_line(other) == readme


@pytest.mark.parametrize("readme", ["", "text without a title\n", "# Title only", "# Title\ntext at once\n"])
def test_any_readme_takes_the_line_and_keeps_its_own_text(readme: str) -> None:
    once = with_line(readme, "Proof: n/a.")
    assert with_line(once, "Proof: n/a.") == once
    assert re.sub(r"\s", "", without_line(once)) == re.sub(r"\s", "", readme)


def test_a_line_at_the_end_of_an_edited_readme_is_found_again() -> None:
    assert with_line(f"# T\n\n{BEGIN}\nold\n{END}", "new").count(BEGIN) == 1


def test_an_unhealthy_suite_has_no_strength_in_its_readme() -> None:
    red = replace(proofs.HEALTHY[0], alarms=(proofs.ALARM,))
    assert "strength" not in readme_line(proofs.scorecard(proofs.proof(healthy=(red,))))
    empty = ProofReport(mutants=(), variants=(), healthy=proofs.HEALTHY, case_count=1, requests=1)
    assert readme_line(proofs.scorecard(empty)).startswith("Proof: n/a, the document gives no mutant to try; testability")


# -- the gate -------------------------------------------------------------------------------------------------------

EXPLAINED = {"accepted_equivalent": "a limit that nothing can show"}


def test_a_good_suite_passes_and_a_weak_one_is_told_by_how_much() -> None:
    card = proofs.scorecard(**EXPLAINED)
    assert gate_failures(card, LOW) == ()
    assert gate_failures(card, HIGH) == (f"strength {proofs.proof().strength:.1f} is below 99.0",)


def test_more_than_a_tenth_of_equivalent_mutants_fails_until_it_is_explained() -> None:
    (failure,) = gate_failures(proofs.scorecard(), ProofGate())
    assert "16.7 % of the mutants are equivalent" in failure
    assert "--accept-equivalent" in failure


def test_a_tenth_of_equivalent_mutants_is_still_allowed() -> None:
    killed = tuple(replace(proofs.KILLED, id=str(number)) for number in range(9))
    tenth = proofs.proof(mutants=(*killed, proofs.EQUIVALENT))
    assert tenth.equivalent_share == 0.1
    assert gate_failures(proofs.scorecard(tenth), ProofGate()) == ()


def test_a_suite_that_is_red_on_the_reference_never_passes() -> None:
    red = replace(proofs.HEALTHY[1], leftovers=1)
    (failure,) = gate_failures(proofs.scorecard(proofs.proof(healthy=(proofs.HEALTHY[0], red)), **EXPLAINED), ProofGate())
    assert "(runs: shuffled)" in failure


def test_a_false_alarm_fails_only_where_trust_is_required() -> None:
    variants = (replace(proofs.proof().variants[0], alarms=(proofs.ALARM,)),)
    card = proofs.scorecard(proofs.proof(variants=variants), **EXPLAINED)
    assert gate_failures(card, ProofGate()) == ()
    (failure,) = gate_failures(card, ProofGate(require_trust=True))
    assert "trust is 0/1" in failure


def test_a_document_without_a_mutant_lacks_no_strength() -> None:
    empty = ProofReport(mutants=(), variants=(), healthy=proofs.HEALTHY, case_count=1, requests=1)
    assert gate_failures(proofs.scorecard(empty), HIGH) == ()


def test_verdicts_are_words() -> None:
    assert {verdict.value for verdict in Verdict} == {"killed", "accidental", "survived", "equivalent"}
