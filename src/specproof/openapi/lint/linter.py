"""``lint_spec``: all rules over one document, and how testable it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import Finding
from specproof.openapi.lint import alternatives, contradictions, document_rules, operation_rules, schema_rules
from specproof.openapi.lint.context import LintContext
from specproof.openapi.lint.testability import (
    DocumentTestability,
    OperationTestability,
    document_testability,
    operation_testability,
)
from specproof.openapi.lint.written import as_written
from specproof.openapi.model import ApiSpec
from specproof.openapi.schema import JsonObject

Rule: TypeAlias = Callable[[LintContext], Iterator[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    operation_rules.missing_statuses,
    operation_rules.missing_response_schemas,
    operation_rules.misplaced_bodies,
    operation_rules.headers_without_schema,
    operation_rules.created_without_id,
    operation_rules.parameter_case,
    operation_rules.operation_ids,
    operation_rules.overlapping_paths,
    schema_rules.unconstrained_strings,
    schema_rules.unbounded_numbers,
    schema_rules.unbounded_arrays,
    schema_rules.free_form_schemas,
    schema_rules.nothing_required,
    schema_rules.open_objects,
    schema_rules.read_only_required,
    schema_rules.invalid_examples,
    schema_rules.discriminators,
    contradictions.contradictions,
    contradictions.pattern_lengths,
    contradictions.enum_types,
    alternatives.overlapping_alternatives,
    document_rules.unused_components,
    document_rules.undefined_tags,
    document_rules.unused_schemes,
    document_rules.servers_without_tls,
    document_rules.capped_rules,
)
"""Every rule. Each looks at the whole document and yields its findings in any order."""


@dataclass(frozen=True, slots=True)
class LintReport:
    """What there is to say about a document: the parser's findings and the rules' in one sorted list, and its testability.

    ``findings`` hold at most :data:`~specproof.openapi.finding_log.MAX_PER_CODE` of each code, and one that says how many more there
    are. ``testability`` is None for a document without operations.
    """

    findings: tuple[Finding, ...]
    testability: DocumentTestability | None
    operations: tuple[OperationTestability, ...]


def lint_spec(spec: ApiSpec, root: JsonObject | None = None) -> LintReport:
    """Apply :data:`RULES` to ``spec``. ``root`` is the tree that it was read from, for the rules about what is written there.

    Deterministic; raises nothing for any document that could be parsed.
    """
    context = LintContext(spec, root)
    ours = FindingLog()
    for rule in RULES:
        ours.extend(tuple(rule(context)))
    log = FindingLog()
    log.extend(spec.findings)
    log.extend(tuple(_placed(found, root) for found in ours.collected()))
    operations = operation_testability(context)
    return LintReport(log.collected(), document_testability(operations), operations)


def _placed(found: Finding, root: JsonObject | None) -> Finding:
    return found if root is None else replace(found, at=as_written(root, found.at))
