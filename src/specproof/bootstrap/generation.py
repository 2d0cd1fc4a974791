"""The CPU work of an attempt, composed: document -> specification -> plan -> files -> formatted files -> quality.

Plain functions over a picklable :class:`GenerationPolicy`, so that the pipeline can call them in a child process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from specproof.domain.plans import USUAL_FAMILIES, Family
from specproof.domain.ports import GeneratedSuite
from specproof.domain.suites import USUAL_CHOICES, ChangeRecord, QualityReport, SpecChange, SuiteChoices, SuiteFile
from specproof.openapi.diff.changes import Change, SpecDifference
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.findings import Finding, FindingCode, Severity

SLUG_LENGTH = 40
MAX_RECORDS = 200
"""Changes that are stored with a revision; all of them are counted."""


@dataclass(frozen=True, slots=True)
class GenerationPolicy:
    """How suites are generated, by value. ``choices`` are those of whoever makes none."""

    seed: str = "specproof"
    families: tuple[Family, ...] = USUAL_FAMILIES
    p95_ms: int = 0
    max_requests: int = 0
    templates_dir: str = ""
    limits: SpecLimits = field(default_factory=SpecLimits)
    choices: SuiteChoices = USUAL_CHOICES


def document_digest(policy: GenerationPolicy, document: bytes) -> str:
    """The canonical digest of a document. Raises a ``SpecificationError``."""
    from specproof.openapi.parser import parse_spec

    return parse_spec(document, limits=policy.limits).digest


def generate_suite(
    policy: GenerationPolicy, document: bytes, slug: str, previous: bytes | None, choices: SuiteChoices | None = None
) -> GeneratedSuite:
    """A formatted suite from a document; an empty ``slug`` is made from its title. ``previous`` gives the change."""
    from specproof.domain.source_documents import source_file
    from specproof.formatting.ruff_formatter import format_files
    from specproof.generators.base import GenerationConfig
    from specproof.generators.registry import strategies
    from specproof.generators.rendering.suite import TemplateSet, render_suite
    from specproof.generators.test_data_factory.factory import ValueFactory
    from specproof.generators.test_generator import SuiteGenerator
    from specproof.openapi.diff.spec_diff import diff_specs
    from specproof.openapi.parser import parse_spec

    spec = parse_spec(document, limits=policy.limits)
    chosen = choices or policy.choices
    config = GenerationConfig(
        slug=slug or suite_slug(spec.title.printable()),
        seed=policy.seed,
        families=policy.families,
        from_status=chosen.from_status,
        business_code=chosen.business_code,
        profile=chosen.profile,
        p95_ms=policy.p95_ms,
        max_requests=policy.max_requests,
    )
    plan = SuiteGenerator(strategies=strategies(policy.families), values=ValueFactory(seed=policy.seed)).plan(spec, config)
    source = source_file(document)
    rendered = render_suite(plan, templates=TemplateSet(policy.templates_dir or None), source=source)
    change = SpecChange()
    if previous is not None:
        difference = diff_specs(parse_spec(previous, limits=policy.limits), spec)
        change = spec_change(difference)
    files = format_files(rendered.files)
    left_out = () if source is not None else (_left_out(document),)
    findings = tuple(dict.fromkeys((*spec.findings, *plan.findings, *rendered.findings, *left_out)))
    return GeneratedSuite(
        suite=replace(rendered, files=files),
        title=spec.title.printable(),
        spec_digest=spec.digest,
        operations_total=len(spec.operations),
        findings=findings,
        change=change,
    )


def _left_out(document: bytes) -> Finding:
    message = f"the document is too large to be carried by the suite ({len(document)} bytes): a proof needs it given again"
    return Finding(FindingCode.SUITE_NO_DOCUMENT, "suite", message, Severity.INFO)


def spec_change(difference: SpecDifference) -> SpecChange:
    """A comparison as a revision stores it: the worst changes first, and no more than a page can show."""
    listed = [("", change) for change in difference.document]
    listed += [(operation.label, change) for operation in difference.operations for change in operation.changes]
    listed.sort(key=lambda pair: pair[1].severity.rank)
    counts = difference.counts
    return SpecChange(
        added=tuple(operation.label for operation in difference.added),
        removed=tuple(operation.label for operation in difference.removed),
        changed=tuple(operation.label for operation in difference.changed),
        details=difference.details,
        breaking=counts.breaking,
        warnings=counts.warning,
        harmless=counts.info,
        records=tuple(_record(label, change) for label, change in listed[:MAX_RECORDS]),
    )


def _record(label: str, change: Change) -> ChangeRecord:
    return ChangeRecord(
        operation=label,
        rule=change.rule.value,
        severity=change.severity.value,
        direction=change.direction.value,
        pointer_before=change.pointer_before,
        pointer_after=change.pointer_after,
        sentence=change.sentence,
    )


def assess_suite(generated: GeneratedSuite) -> QualityReport:
    """The static quality of a generated suite."""
    from specproof.quality.quality_checker import check_suite

    return check_suite(
        generated.suite.files,
        operations_total=generated.operations_total,
        operations_covered=generated.suite.operation_count,
    )


def assess_files(files: Sequence[SuiteFile]) -> QualityReport:
    """The static quality of any suite's files, for instance of an uploaded one."""
    from specproof.quality.quality_checker import check_suite

    return check_suite(files)


def suite_slug(title: str) -> str:
    """An ASCII identifier for a suite: lower-case words of ``title``, or ``api_`` and a digest where none are left."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in title.lower()).split()
    slug = "_".join(words)[:SLUG_LENGTH].strip("_")
    if not slug or not slug[0].isalpha():
        slug = f"api_{slug}".strip("_") if slug else "api_" + hashlib.sha256(title.encode()).hexdigest()[:8]
    return slug[:SLUG_LENGTH]
