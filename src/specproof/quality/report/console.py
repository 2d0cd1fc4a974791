"""The report as plain text, for a terminal or a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from specproof.domain.proofs import MutantOutcome, ProofReport, Verdict
from specproof.openapi.findings import FIX_HINTS
from specproof.quality.metrics.levels import ASSERTION_STRENGTH
from specproof.quality.report.scorecard import QualityScorecard

SHOWN_SURVIVORS = 10
SHOWN_GAPS = 6
SHOWN_FINDINGS = 3
SHOWN_CASES = 5
SHOWN_EQUIVALENT = 5
SHOWN_ALARMS = 5
SHOWN_LOST = 10
LONGEST_REQUEST = 400
METRICS_PER_LINE = 4


def console_lines(scorecard: QualityScorecard, *, max_survivors: int = SHOWN_SURVIVORS) -> list[str]:
    """The report, the verdict first."""
    return [
        *_headline(scorecard),
        *_alarm_lines(scorecard.proof),
        *_gap_lines(scorecard),
        *_document_lines(scorecard),
        *_metric_lines(scorecard),
        *_case_lines(scorecard),
        *_comparison_lines(scorecard),
        *_mutant_lines(scorecard),
        *_survivor_lines(scorecard, max_survivors),
    ]


def _headline(scorecard: QualityScorecard) -> Iterator[str]:
    proof, metrics = scorecard.proof, scorecard.metrics
    figures = [
        f"Suite quality  {proof.grade}",
        f"strength {_percent(proof.strength)}",
        f"trust {proof.trust}",
        f"economy {'n/a' if proof.economy is None else f'{proof.economy:g} kills/100 req'}",
        f"{proof.case_count} cases, {proof.requests} requests, ~{metrics.seconds:.0f} s @50 ms",
    ]
    yield "  ".join(figures)
    families = "  ".join(f"{score.family.words} {_percent(score.strength)}" for score in proof.families)
    if families:
        yield f" {families}"
    yield f" static  {scorecard.static.grade} ({scorecard.static.score:.1f}), {len(scorecard.static.findings)} findings"
    if not scorecard.suite.is_of_this_document:
        yield " NOTE    the suite was made from another version of the document than the one that it is proven against"
    if scorecard.suite.edited:
        yield f" edited  {_counted(len(scorecard.suite.edited), 'file')} changed by hand since the suite was made"


def _alarm_lines(proof: ProofReport) -> Iterator[str]:
    """What failed though nothing is wrong."""
    for run in proof.healthy:
        if not run.is_green:
            left = f", {_counted(run.leftovers, 'record')} left behind" if run.leftovers else ""
            yield f" RED     on the conforming reference ({run.name} run): {_counted(len(run.alarms), 'case')} failed{left}"
        for alarm in run.alarms[:SHOWN_ALARMS]:
            yield _alarm_line(alarm.case_id, alarm.check, alarm.expected, alarm.actual)
    if not proof.is_healthy:
        yield " trust   says nothing: a suite that is red where nothing is wrong cannot show that it stays silent. Make it green first."
    for variant in proof.variants:
        if variant.alarms:
            yield f" false alarm on a legal variant: {variant.sentence}  [{variant.id}]"
        for alarm in variant.alarms[:SHOWN_ALARMS]:
            yield _alarm_line(alarm.case_id, alarm.check, alarm.expected, alarm.actual)


def _alarm_line(case_id: str, check: str, expected: str, actual: str) -> str:
    told = f": expected {expected}, got {actual}" if expected or actual else ""
    return f"         {case_id}  {check}{told}"


def _gap_lines(scorecard: QualityScorecard) -> Iterator[str]:
    gaps = scorecard.metrics.gaps
    for number, gap in enumerate(gaps[:SHOWN_GAPS]):
        yield f" {'gaps ' if number == 0 else '     '}   {gap.text}"
    if len(gaps) > SHOWN_GAPS:
        yield f"         ... {len(gaps) - SHOWN_GAPS} more in the report"


def _document_lines(scorecard: QualityScorecard) -> Iterator[str]:
    """How testable the document is: beside the strength, for nobody can test what is not said."""
    findings = Counter(found.code for found in scorecard.lint_findings)
    figure = "n/a" if scorecard.testability is None else f"{scorecard.testability.figure} of 100"
    limits = f"; {_counted(findings.total(), 'finding')} limit testing" if findings else ""
    yield f" spec    testability {figure}{limits}"
    for code, count in findings.most_common(SHOWN_FINDINGS):
        yield f"         {code.value} x{count}: {FIX_HINTS[code]}"


def _metric_lines(scorecard: QualityScorecard) -> Iterator[str]:
    """The figures, some to a line; what each of them counts stands in the report."""
    metrics = scorecard.metrics.metrics
    words = [f"{metric.name} {metric.text}" for metric in metrics]
    for start in range(0, len(words), METRICS_PER_LINE):
        yield f" {'reach' if start == 0 else '     '}   {'  '.join(words[start : start + METRICS_PER_LINE])}"
    strength = scorecard.metrics.metric(ASSERTION_STRENGTH)
    if strength is not None and strength.total:
        yield f" checks  {strength.note}"


def _case_lines(scorecard: QualityScorecard) -> Iterator[str]:
    worths = scorecard.case_worths
    if worths:
        yield f" cases   {len(worths)} of {scorecard.proof.case_count} are the first to catch a fault; the most useful:"
    for worth in worths[:SHOWN_CASES]:
        faults = "1 fault" if len(worth.kills) == 1 else f"{len(worth.kills)} faults"
        yield f"         {worth.case_id}: kills {faults}; {worth.catches}"
    redundant = scorecard.metrics.redundant_cases
    if redundant:
        shown = ", ".join(redundant[:SHOWN_CASES])
        yield f" idle    {_counted(len(redundant), 'case')} neither kill nor reach anything that others do not: {shown}" + (
            ", ..." if len(redundant) > SHOWN_CASES else ""
        )


def _comparison_lines(scorecard: QualityScorecard) -> Iterator[str]:
    comparison = scorecard.comparison
    if comparison is None or (comparison.is_empty and comparison.is_same_suite):
        return
    before = f" (strength was {_percent(comparison.strength_before)})"
    yield f" change  {comparison.sentence}{before}"
    for lost in comparison.lost[:SHOWN_LOST]:
        by = f", which {lost.killer} caught" if lost.killer else ""
        yield f"         no longer caught: {lost.mutant.sentence}{by}"
    if len(comparison.lost) > SHOWN_LOST:
        yield f"         ... {len(comparison.lost) - SHOWN_LOST} more in the report"
    for place, case_id in comparison.new_alarms[:SHOWN_LOST]:
        yield f"         new false alarm: {case_id} on {place}"


def _mutant_lines(scorecard: QualityScorecard) -> Iterator[str]:
    """The denominators: how many faults the document gives, how many were tried, what became of them."""
    proof = scorecard.proof
    applicable = sum(sample.applicable for sample in proof.samples.values())
    tried = sum(sample.tried for sample in proof.samples.values())
    counts = Counter(mutant.verdict for mutant in proof.mutants)
    told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict)
    cached = f", {proof.from_cache} from an earlier proof" if proof.from_cache else ""
    sampled = f"{tried} of {applicable} applicable were tried" if proof.samples else f"{len(proof.mutants)} were tried"
    yield f" faults  {sampled}: {told} ({proof.seconds:.1f} s{cached})"
    operators = [f"{name} {sample.tried}/{sample.applicable}" for name, sample in sorted(proof.samples.items(), key=_order)]
    for start in range(0, len(operators), 12):
        yield f"         {'  '.join(operators[start : start + 12])}"
    yield from _listed("equivalent", scorecard.mutants(Verdict.EQUIVALENT), SHOWN_EQUIVALENT)
    if scorecard.accepted_equivalent:
        yield f"         accepted because: {scorecard.accepted_equivalent}"
    yield from _listed("accidental", scorecard.mutants(Verdict.ACCIDENTAL), SHOWN_EQUIVALENT)


def _order(entry: tuple[str, object]) -> tuple[str, int, str]:
    name = entry[0]
    number = "".join(char for char in name if char.isdigit())
    return name[:1], int(number or 0), name


def _listed(word: str, mutants: Sequence[MutantOutcome], most: int) -> Iterator[str]:
    for mutant in mutants[:most]:
        yield f"         {word}: {mutant.sentence}  [{mutant.operator}; {_why(mutant)}]"
    if len(mutants) > most:
        yield f"         ... {len(mutants) - most} more {word} in the report"


def _why(mutant: MutantOutcome) -> str:
    if mutant.kill is not None:
        return f"{mutant.kill.case_id} failed {mutant.kill.check}, which does not look for this"
    return f"{_counted(mutant.probes, 'probe')} saw no difference"


def _survivor_lines(scorecard: QualityScorecard, most: int) -> Iterator[str]:
    missed = scorecard.missed
    if not missed:
        return
    yield f" This suite would miss {_counted(len(missed), 'bug')}:"
    for mutant in missed[:most]:
        yield f"  - {mutant.sentence}  [{mutant.id}]"
        if mutant.request:
            yield f"      shown by: {_short(mutant.request)}"
    if len(missed) > most:
        yield f"  ... {len(missed) - most} more with --max-survivors {len(missed)}, and in the report"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_REQUEST else f"{text[:LONGEST_REQUEST]} ... (whole in the report)"


def _percent(value: float | None) -> str:
    return "n/a" if value is None else f"{value:g} %"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
