"""The suite generator: from a specification to a plan, in the same steps for every document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specproof.domain.plans import Case, Family, Plan
from specproof.domain.profiles import Profile
from specproof.errors import SpecProofError
from specproof.generators.base import GenerationConfig, Strategy, Values
from specproof.generators.covering import covering, within
from specproof.generators.planning.context import GenerationContext
from specproof.generators.planning.contracts import response_contract
from specproof.generators.planning.gating import gated
from specproof.generators.planning.risks import risk_findings, with_risks
from specproof.generators.planning.security import security_findings
from specproof.generators.reading.groups import group_of
from specproof.generators.selection import capped, distinct, importance, ordered
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import ApiSpec, Operation
from specproof.openapi.reading.servers import base_path
from specproof.openapi.text import UntrustedText


@dataclass(frozen=True, slots=True)
class SuiteGenerator:
    """Plans suites: context, strategies chosen by the document, selection, names, order."""

    strategies: Sequence[Strategy]
    values: Values

    def plan(self, spec: ApiSpec, config: GenerationConfig) -> Plan:
        """The plan of a document. The same document, its paths in any order, gives the same plan.

        Every operation has a success case or is named in a finding. A strategy that raises a :class:`~specproof.errors.SpecProofError`
        leaves a finding, and the others go on.
        """
        context = GenerationContext.begin(spec, config, self.values)
        planned: list[Case] = []
        findings: list[Finding] = []
        for strategy in sorted(self.strategies, key=lambda one: importance(one.family)):
            if strategy.family not in config.families or not strategy.applies_to(spec):
                continue
            if _is_full(planned, config):
                findings.append(_not_planned(strategy.family, config))
                continue
            cases, trouble = _planned(strategy, context)
            planned += cases
            findings += trouble
        planned, findings = gated(spec, config.from_status, planned, findings)
        able = distinct(with_risks(spec, _able(planned)))
        findings += [*risk_findings(spec), *security_findings(spec.operations)]
        kept, left_out = capped(covering(ordered(able)) if config.profile is Profile.SMOKE else able, config.max_cases)
        if config.max_requests:
            kept, too_many = within(ordered(kept), config.max_requests)
            left_out = (*left_out, *too_many)
        findings += [*left_out, *_unnamed(spec, kept, (*findings, *left_out), config)]
        base_paths = tuple(dict.fromkeys(path for server in spec.servers if (path := base_path(server))))
        findings += [_based(path) for path in base_paths]
        findings += [context.codes.finding] if context.codes.finding is not None else []
        groups = {one.key: group for one in spec.operations if (group := group_of(one))}
        maintainers = {one.key: one.maintainer for one in spec.operations}
        nobody = UntrustedText("")
        return Plan(
            slug=config.slug,
            title=spec.title,
            digest=spec.digest,
            seed=config.seed,
            cases=tuple(
                replace(case, group=groups.get(case.subject, nobody), maintainer=maintainers.get(case.subject, nobody))
                for case in ordered(_with_living_controls(kept))
            ),
            contracts=tuple(
                response_contract(operation, context.codes.of(operation))
                for operation in sorted(spec.operations, key=lambda one: one.key)
            ),
            security_schemes=tuple(sorted(spec.security_schemes, key=lambda scheme: scheme.name)),
            findings=tuple(sorted(set(findings))),
            groups=groups,
            base_paths=base_paths,
        )


def _planned(strategy: Strategy, context: GenerationContext) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    try:
        planned = strategy.plan(context)
    except SpecProofError as error:
        message = f"the {strategy.family.value} cases could not be planned: {error}"
        return (), (Finding(FindingCode.STRATEGY_FAILED, error.at or "#/paths", message, Severity.MAJOR),)
    return planned.cases, planned.findings


def _is_full(planned: Sequence[Case], config: GenerationConfig) -> bool:
    """Whether families that matter more leave no place for another one: every case of it would be left out again.

    Not where cases are chosen from all families (a smoke suite, a number of requests) or others still fall out.
    """
    if len(planned) < config.max_cases or config.profile is Profile.SMOKE or config.max_requests or config.from_status:
        return False
    return len({(case.id, case.name) for case in _able(planned)}) >= config.max_cases


def _not_planned(family: Family, config: GenerationConfig) -> Finding:
    message = f"no {family.value} cases are planned: families that matter more have the {config.max_cases:,} of max_cases"
    return Finding(FindingCode.CAPPED, "#/paths", message, Severity.INFO)


def _able(cases: Sequence[Case]) -> list[Case]:
    """Without the cases that would only repeat why their operation's success case is skipped."""
    return [case for case in cases if case.family is Family.FUNCTIONAL or not case.skip_reason]


def _with_living_controls(cases: Sequence[Case]) -> list[Case]:
    """The cases, each with a control that is in the plan too; a control that was left out is none."""
    ids = {case.id for case in cases}
    return [case if not case.control or case.control in ids else replace(case, control="") for case in cases]


def _based(path: str) -> Finding:
    message = f"the document says that the API lies under {path}: the URL of a run has to end in it"
    return Finding(FindingCode.SERVER_BASE_PATH, "#/servers", message, Severity.INFO)


def _unnamed(spec: ApiSpec, cases: Sequence[Case], findings: Sequence[Finding], config: GenerationConfig) -> list[Finding]:
    """A finding for each operation that has neither a success case nor a finding yet."""
    if Family.FUNCTIONAL not in config.families:
        return []
    covered = {case.subject for case in cases if case.family is Family.FUNCTIONAL}
    named = {finding.at for finding in findings}
    return [_missing(one) for one in spec.operations if one.key not in covered and one.pointer not in named]


def _missing(operation: Operation) -> Finding:
    message = f"{operation.key.label}: no success case could be planned"
    return Finding(FindingCode.METHOD_UNSUPPORTED, operation.pointer, message, Severity.INFO)
