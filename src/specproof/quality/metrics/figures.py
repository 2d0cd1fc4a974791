"""The single figures: coverage, idle cases, repetitions, readability, stability; and the gaps in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from specproof.domain.proofs import HealthyRun
from specproof.domain.traffic import Exchange
from specproof.openapi.findings import Severity
from specproof.quality.metrics.demand import Demand
from specproof.quality.metrics.items import Coverage, Item
from specproof.quality.metrics.metric import Metric
from specproof.quality.metrics.reached import Reached
from specproof.quality.metrics.suite_metrics import Gap
from specproof.quality.rules import docstring_findings, length_findings, name_findings
from specproof.quality.smells import smells
from specproof.quality.suite_code import SuiteModule

SHOWN_MISSING = 50
MOST_IDLE = 0.10


def coverage_metric(coverage: Coverage, demand: Demand, reached: Reached) -> Metric:
    """One coverage metric."""
    wanted = demand.of(coverage)
    missing = [item.text for item in wanted if item not in reached]
    limits = sum(1 for item in demand.impossible if item.coverage is coverage)
    note = coverage.note + (f"; {limits} more cannot be broken over HTTP" if limits else "")
    return Metric(coverage.value, len(wanted) - len(missing), len(wanted), note, tuple(missing[:SHOWN_MISSING]))


def idle_cases(case_ids: Sequence[str], kills: Mapping[str, Sequence[str]], demand: Demand, reached: Reached) -> list[str]:
    """Cases that kill nothing and reach nothing that the others do not.

    Cases with a kill are kept; of the others those that add most are kept first, until nothing is left to add.
    """
    by_case: dict[str, set[Item]] = {case_id: set() for case_id in case_ids}
    for item, cases in reached.items():
        if item in demand.items:
            for case_id in cases & by_case.keys():
                by_case[case_id].add(item)
    covered: set[Item] = set()
    for case_id in case_ids:
        if kills.get(case_id):
            covered |= by_case[case_id]
    waiting = sorted((case_id for case_id in case_ids if not kills.get(case_id)), key=lambda each: (-len(by_case[each]), each))
    idle: list[str] = []
    for case_id in waiting:
        if by_case[case_id] <= covered:
            idle.append(case_id)
        covered |= by_case[case_id]
    return sorted(idle)


def idle_metric(idle: Sequence[str], case_count: int) -> Metric:
    """The cases that are not idle."""
    note = f"cases that kill or reach something of their own; {100 * (1 - MOST_IDLE):.0f} % is the aim"
    return Metric("useful cases", case_count - len(idle), case_count, note, tuple(idle[:SHOWN_MISSING]))


def repetition_metric(traffic: Iterable[Exchange]) -> Metric:
    """How many requests of the run were no exact repetition of an earlier one."""
    counts = Counter(exchange.wire for exchange in traffic)
    repeated = [f"{wire[0]} {wire[1][:100]} x{count}" for wire, count in counts.most_common(SHOWN_MISSING) if count > 1]
    note = "requests that no other one repeats byte by byte; a repetition may be wanted where the state has changed"
    return Metric("distinct requests", len(counts), counts.total(), note, tuple(repeated))


def readability_metric(modules: Sequence[SuiteModule]) -> Metric:
    """Tests that are short, named after what they expect, and say why they are there."""
    offenders: dict[str, list[str]] = {}
    tests = 0
    for module in modules:
        tests += len(module.tests())
        for rule in (name_findings, docstring_findings, length_findings):
            for found in rule(module):
                offenders.setdefault(found.at, []).append(found.message)
    missing = [f"{at}: {'; '.join(messages)}" for at, messages in sorted(offenders.items())]
    note = "tests of at most 25 lines, named operation, condition, expectation, with a reason in their docstring"
    return Metric("readable tests", tests - len(offenders), tests, note, tuple(missing[:SHOWN_MISSING]))


def stability_metrics(modules: Sequence[SuiteModule], healthy: Sequence[HealthyRun]) -> tuple[Metric, Metric]:
    """Runs on the reference that were green, and tests without a smell of the clock, chance or one machine."""
    green = sum(1 for run in healthy if run.is_green)
    red = tuple(run.name for run in healthy if not run.is_green)
    found = [each for module in modules for each in smells(module) if each.severity is not Severity.INFO]
    tests = sum(len(module.tests()) for module in modules)
    messages = tuple(f"{each.at}: {each.message}" for each in found[:SHOWN_MISSING])
    return (
        Metric("green healthy runs", green, len(healthy), "first, shuffled, parallel, populated; nothing left behind", red),
        Metric(
            "tests without smells", max(0, tests - len(found)), tests, "of clock, chance, one machine, shared state", messages
        ),
    )


def gaps(demand: Demand, reached: Reached) -> list[Gap]:
    """What limits the suite, one line for each operation and kind: the impossible first, then what is missing."""
    reasons = Counter((operation, reason) for operation, reason in demand.impossible.values())
    by_operation = Counter(operation for operation, _ in reasons.elements())
    found: list[Gap] = []
    for operation, count in sorted(by_operation.items(), key=lambda pair: (-pair[1], pair[0])):
        words = sorted({reason for place, reason in reasons if place == operation})
        what = "1 constraint" if count == 1 else f"{count} constraints"
        found.append(Gap(operation, f"{what} cannot be broken over HTTP: {'; '.join(words)}"))
    missing = [item for item in demand.of(Coverage.STATUSES) if item not in reached]
    by_label: dict[str, list[str]] = {}
    for item in missing:
        by_label.setdefault(item.at, []).append(item.what)
    found += [Gap(label, f"no case sees its documented {', '.join(statuses)}") for label, statuses in sorted(by_label.items())]
    found += [
        Gap("", f"{item.at}: no case looks whether {item.what}") for item in demand.of(Coverage.RELATIONS) if item not in reached
    ]
    return found
