"""Entity tags, from the document to the proof: a server whose tags tell nothing is found, one that keeps them is left alone."""

from __future__ import annotations

from pathlib import Path

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.proofs import Verdict
from specproof.quality.proof.proving import prove
from specproof.quality.proof.settings import ProofSettings
from suiteruns import written

DOCUMENT = Path(__file__).parents[1] / "fixtures" / "planning" / "entity_tags.json"


def test_tags_that_tell_nothing_are_found_and_others_are_not_blamed(tmp_path: Path) -> None:
    suite = generate_suite(GenerationPolicy(), DOCUMENT.read_bytes(), "tags", None).suite
    report = prove(written(tmp_path / "tags", suite.files), settings=ProofSettings(workers=1, cap=400))
    assert report.is_healthy, [run.alarms for run in report.healthy]
    assert [outcome for outcome in report.variants if outcome.alarms] == []
    assert {outcome.operator: outcome.verdict for outcome in report.mutants}["D11"] is Verdict.KILLED
