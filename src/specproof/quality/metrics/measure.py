"""All metrics of one suite, from its files, from what one healthy run sent and got, and from what its cases killed."""

from __future__ import annotations

from collections.abc import Sequence

from specproof.domain.proofs import ProofReport
from specproof.domain.suites import SuiteFile
from specproof.openapi.model import ApiSpec
from specproof.quality.metrics.case_code import case_codes, read_modules
from specproof.quality.metrics.demand import demand_of
from specproof.quality.metrics.figures import (
    coverage_metric,
    gaps,
    idle_cases,
    idle_metric,
    readability_metric,
    repetition_metric,
    stability_metrics,
)
from specproof.quality.metrics.items import Coverage
from specproof.quality.metrics.levels import assertion_metric
from specproof.quality.metrics.reached import reached_items
from specproof.quality.metrics.relations import relation_items, relations_reached
from specproof.quality.metrics.suite_metrics import SuiteMetrics
from specproof.quality.metrics.traffic import observations
from specproof.reference.model import ReferenceModel


def measure_suite(spec: ApiSpec, files: Sequence[SuiteFile], proof: ProofReport) -> SuiteMetrics:
    """The metrics of the suite of ``files`` for the document ``spec``, whose healthy traffic and kills ``proof`` holds."""
    modules = read_modules(files)
    cases = case_codes(modules, files)
    model = ReferenceModel(spec)
    demand = demand_of(spec)
    demand.items |= relation_items(model)
    reached = reached_items(observations(model, proof.traffic), {case.id: case.judged for case in cases})
    reached |= relations_reached(model, cases)
    idle = idle_cases([case.id for case in cases], proof.kills_by_case, demand, reached)
    metrics = [coverage_metric(coverage, demand, reached) for coverage in Coverage]
    metrics += [
        assertion_metric(cases),
        idle_metric(idle, len(cases)),
        repetition_metric(proof.traffic),
        readability_metric(modules),
        *stability_metrics(modules, proof.healthy),
    ]
    return SuiteMetrics(tuple(metrics), tuple(gaps(demand, reached)), tuple(idle), proof.requests)
