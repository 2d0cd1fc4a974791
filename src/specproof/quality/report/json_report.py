"""The report as JSON: a stable schema, so that pipelines and later proofs can read it."""

from __future__ import annotations

from specproof.domain.proofs import Alarm, MutantOutcome, ProofReport
from specproof.generators.rendering.json_text import json_document
from specproof.quality.report.comparison import REPORT_SCHEMA, REPORT_VERSION, Comparison
from specproof.quality.report.scorecard import QualityScorecard


def report_document(scorecard: QualityScorecard) -> dict[str, object]:
    """The whole report. ``schema`` and ``version`` say how to read it; members are only ever added within a version."""
    suite, static, metrics = scorecard.suite, scorecard.static, scorecard.metrics
    return {
        "schema": REPORT_SCHEMA,
        "version": REPORT_VERSION,
        "suite": {
            "title": suite.title,
            "slug": suite.slug,
            "digest": suite.digest,
            "spec_digest": suite.spec_digest,
            "locked_spec_digest": suite.locked_digest,
            "edited": list(suite.edited),
        },
        "static": {
            "score": static.score,
            "grade": static.grade,
            "rules": dict(static.rules),
            "findings": [finding.to_json() for finding in static.findings],
        },
        "proof": _proof(scorecard),
        "accepted_equivalent": scorecard.accepted_equivalent,
        "cases": [{"case": worth.case_id, "kills": [mutant.id for mutant in worth.kills]} for worth in scorecard.case_worths],
        "operations": [
            {"operation": score.operation, "killed": score.killed, "counted": score.counted} for score in scorecard.operations
        ],
        "metrics": [metric.to_json() for metric in metrics.metrics],
        "gaps": [{"operation": gap.operation, "sentence": gap.sentence} for gap in metrics.gaps],
        "redundant_cases": list(metrics.redundant_cases),
        "seconds_at_50_ms": round(metrics.seconds, 2),
        "testability": None
        if scorecard.testability is None
        else {"figure": scorecard.testability.figure, "parts": dict(scorecard.testability.parts)},
        "comparison": None if scorecard.comparison is None else _comparison(scorecard.comparison),
    }


def report_json(scorecard: QualityScorecard) -> str:
    """:func:`report_document` as text that differs only where the report does."""
    return json_document(report_document(scorecard))


def _proof(scorecard: QualityScorecard) -> dict[str, object]:
    proof: ProofReport = scorecard.proof
    return {
        "strength": proof.strength,
        "grade": proof.grade,
        "is_healthy": proof.is_healthy,
        "is_trusted": proof.is_trusted,
        "trust": proof.trust,
        "silent_variants": proof.silent_variants,
        "economy": proof.economy,
        "equivalent_share": round(proof.equivalent_share, 4),
        "cases": proof.case_count,
        "requests": proof.requests,
        "seconds": round(proof.seconds, 3),
        "from_cache": proof.from_cache,
        "families": [
            {
                "family": score.family.value,
                "title": score.family.words,
                "strength": score.strength,
                "killed": score.killed,
                "accidental": score.accidental,
                "survived": score.survived,
                "equivalent": score.equivalent,
            }
            for score in proof.families
        ],
        "samples": {
            operator: {"applicable": sample.applicable, "tried": sample.tried}
            for operator, sample in sorted(proof.samples.items())
        },
        "mutants": [_mutant(mutant) for mutant in sorted(proof.mutants, key=lambda mutant: mutant.id)],
        "variants": [
            {"id": variant.id, "sentence": variant.sentence, "alarms": [_alarm(alarm) for alarm in variant.alarms]}
            for variant in proof.variants
        ],
        "healthy": [
            {
                "id": run.name,
                "passed": run.passed,
                "skipped": run.skipped,
                "leftovers": run.leftovers,
                "alarms": [_alarm(alarm) for alarm in run.alarms],
            }
            for run in proof.healthy
        ],
    }


def _mutant(mutant: MutantOutcome) -> dict[str, object]:
    return {
        "id": mutant.id,
        "operator": mutant.operator,
        "family": mutant.family.value,
        "operation": mutant.operation,
        "sentence": mutant.sentence,
        "verdict": mutant.verdict.value,
        "kill": None if mutant.kill is None else {"case": mutant.kill.case_id, "check": mutant.kill.check},
        "probes": mutant.probes,
        "request": mutant.request,
    }


def _alarm(alarm: Alarm) -> dict[str, object]:
    return {
        "case": alarm.case_id,
        "check": alarm.check,
        "operation": alarm.operation,
        "expected": alarm.expected,
        "actual": alarm.actual,
    }


def _comparison(comparison: Comparison) -> dict[str, object]:
    return {
        "sentence": comparison.sentence,
        "is_edit": comparison.is_edit,
        "strength_before": comparison.strength_before,
        "lost": [{"mutant": lost.mutant.id, "sentence": lost.mutant.sentence, "killer": lost.killer} for lost in comparison.lost],
        "gained": [{"mutant": mutant.id, "sentence": mutant.sentence} for mutant in comparison.gained],
        "new_alarms": [{"at": place, "case": case_id} for place, case_id in comparison.new_alarms],
    }
