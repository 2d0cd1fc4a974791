"""The scorecard: the static rules, the proof and the metrics of one suite, joined. Nothing is scored here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from specproof.domain.proofs import WEIGHTS, MutantOutcome, ProofReport, Verdict
from specproof.domain.suites import QualityReport
from specproof.openapi.findings import Finding
from specproof.openapi.lint.testability import DocumentTestability
from specproof.quality.metrics.suite_metrics import SuiteMetrics
from specproof.quality.report.comparison import Comparison


@dataclass(frozen=True, slots=True)
class SuiteFacts:
    """Which suite was proven, against which document.

    ``digest`` is that of the suite's files; ``spec_digest`` that of the document in the proof, ``locked_digest`` that of the document
    which the suite was made from. ``edited`` are the files that a person has changed, added or removed since.
    """

    title: str
    slug: str
    digest: str
    spec_digest: str
    locked_digest: str = ""
    edited: tuple[str, ...] = ()

    @property
    def is_of_this_document(self) -> bool:
        """Whether the suite was made from the document that it is proven against (or nobody knows)."""
        return not self.locked_digest or self.locked_digest == self.spec_digest


@dataclass(frozen=True, slots=True)
class CaseWorth:
    """What one case is worth: the faults for which it is the recorded killer, the weightiest first."""

    case_id: str
    kills: tuple[MutantOutcome, ...]

    @property
    def catches(self) -> str:
        """The weightiest of its faults, in words. Each fault is recorded for the one case that caught it first."""
        shown = "; ".join(mutant.sentence for mutant in self.kills[:2])
        return f"only case recorded for: {shown}" + (f"; and {len(self.kills) - 2} more" if len(self.kills) > 2 else "")


@dataclass(frozen=True, slots=True)
class OperationScore:
    """How many non-equivalent mutants of one operation there are, and how many were killed."""

    operation: str
    killed: int
    counted: int


@dataclass(frozen=True, slots=True)
class QualityScorecard:
    """Everything that is known of a suite's quality. ``accepted_equivalent`` is the reason why so many equivalent mutants are right."""

    suite: SuiteFacts
    static: QualityReport
    proof: ProofReport
    metrics: SuiteMetrics = field(default_factory=SuiteMetrics)
    testability: DocumentTestability | None = None
    lint_findings: tuple[Finding, ...] = ()
    accepted_equivalent: str = ""
    comparison: Comparison | None = None

    def mutants(self, verdict: Verdict) -> tuple[MutantOutcome, ...]:
        """The mutants of one verdict, the weightiest families first, then by id."""
        return _weightiest(mutant for mutant in self.proof.mutants if mutant.verdict is verdict)

    @property
    def missed(self) -> tuple[MutantOutcome, ...]:
        """The bugs that the suite would miss."""
        return self.mutants(Verdict.SURVIVED)

    @property
    def case_worths(self) -> tuple[CaseWorth, ...]:
        """Every case that kills, the most kills first."""
        known: Mapping[str, MutantOutcome] = {mutant.id: mutant for mutant in self.proof.mutants}
        worths = [
            CaseWorth(case_id, _weightiest(known[each] for each in ids if each in known))
            for case_id, ids in self.proof.kills_by_case.items()
        ]
        return tuple(sorted((worth for worth in worths if worth.kills), key=lambda worth: (-len(worth.kills), worth.case_id)))

    @property
    def operations(self) -> tuple[OperationScore, ...]:
        """The verdicts by operation, those with the most survivors first."""
        counted: dict[str, list[Verdict]] = {}
        for mutant in self.proof.mutants:
            if mutant.verdict is not Verdict.EQUIVALENT:
                counted.setdefault(mutant.operation, []).append(mutant.verdict)
        scores = [OperationScore(label, verdicts.count(Verdict.KILLED), len(verdicts)) for label, verdicts in counted.items()]
        return tuple(sorted(scores, key=lambda score: (score.killed - score.counted, score.operation)))


def _weightiest(mutants: Iterable[MutantOutcome]) -> tuple[MutantOutcome, ...]:
    return tuple(sorted(mutants, key=lambda mutant: (-WEIGHTS[mutant.family], mutant.operator, mutant.id)))
