"""A proof built by hand, for tests of whatever reads proofs: a pet clinic whose suite misses two bugs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specproof.domain.proofs import (
    Alarm,
    FaultFamily,
    HealthyRun,
    Kill,
    MutantOutcome,
    ProofReport,
    Sample,
    VariantOutcome,
    Verdict,
)
from specproof.domain.suites import QualityReport
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.testability import DocumentTestability
from specproof.quality.metrics.metric import Metric
from specproof.quality.metrics.suite_metrics import Gap, SuiteMetrics
from specproof.quality.report.scorecard import QualityScorecard, SuiteFacts

CREATE = "POST /pets :: created_echoes_what_was_sent"
LIST = "GET /visits :: after_create_lists_the_record"
ALARM = Alarm("GET /pets/{petId} :: unknown_id_is_not_found", "unknown_id", "GET /pets/{petId}", "404 or 410", "403")


def mutant(operator: str, operation: str, sentence: str, verdict: Verdict, **more: Any) -> MutantOutcome:
    family = FaultFamily(operator[0])
    return MutantOutcome(f"{operator} {operation}", operator, family, operation, sentence, verdict, **more)


KILLED = mutant("D4", "PUT /pets/{petId}", "PUT /pets/{petId} forgets `note`", Verdict.KILLED, kill=Kill(CREATE, "read_back"))
ALSO_KILLED = mutant(
    "R1", "POST /pets", "POST /pets leaves out the required `id`", Verdict.KILLED, kill=Kill(CREATE, "body_schema")
)
MISSED = mutant(
    "L5", "GET /visits", "GET /visits counts one too many in `total`", Verdict.SURVIVED, request="curl 'http://127.0.0.1/visits'"
)
MISSED_STATUS = mutant("S2", "POST /pets", "POST /pets answers 200 instead of 201", Verdict.SURVIVED)
ACCIDENTAL = mutant(
    "C1", "POST /pets", "POST /pets breaks down at the longest `name`", Verdict.ACCIDENTAL, kill=Kill(LIST, "listed")
)
EQUIVALENT = mutant("V1", "GET /visits", "GET /visits takes any `limit`", Verdict.EQUIVALENT, probes=42)
HEALTHY = tuple(HealthyRun(name, passed=12, skipped=1) for name in ("first", "shuffled", "parallel", "populated"))


def proof(**changes: Any) -> ProofReport:
    report = ProofReport(
        mutants=(KILLED, ALSO_KILLED, MISSED, MISSED_STATUS, ACCIDENTAL, EQUIVALENT),
        variants=(
            VariantOutcome("delete_twice_is_204", "a second DELETE answers 204"),
            VariantOutcome("tags_sorted", "tags come sorted"),
        ),
        healthy=HEALTHY,
        case_count=13,
        requests=40,
        samples={"D4": Sample(1, 1), "L5": Sample(9, 1), "V1": Sample(30, 1)},
        kills_by_case={CREATE: (ALSO_KILLED.id, KILLED.id)},
        seconds=1.25,
    )
    return replace(report, **changes)


STATIC = QualityReport(
    score=97.5,
    grade="A",
    rules={"syntax": 15.0},
    findings=(Finding(FindingCode.SUITE_NAME, "tests_pets/test_pets.py:3", "a bad name", Severity.MINOR),),
    case_count=13,
    operations_total=5,
    operations_covered=5,
)


def scorecard(report: ProofReport | None = None, **changes: Any) -> QualityScorecard:
    card = QualityScorecard(
        suite=SuiteFacts("Pet clinic", "pet_clinic", digest="aa", spec_digest="11", locked_digest="11"),
        static=STATIC,
        proof=proof() if report is None else report,
        metrics=SuiteMetrics(
            metrics=(Metric("operations", 4, 5, "with a success", ("DELETE /pets/{petId}",)), Metric("enum values", 0, 0)),
            gaps=(Gap("POST /pets", "2 constraints cannot be violated over HTTP"),),
            redundant_cases=(LIST,),
            requests=40,
        ),
        testability=DocumentTestability(71, {"responses": 1.0, "examples": None}),
        lint_findings=(),
    )
    return replace(card, **changes)
