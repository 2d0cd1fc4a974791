"""Suites: the rendered files of a plan, and a stored revision of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from specproof.domain.business_codes import AUTO
from specproof.domain.profiles import Profile
from specproof.domain.suite_proofs import NO_PROOF, SuiteProof
from specproof.openapi.findings import Finding

PERSONAL_FILES = frozenset({"baseline.json", "specproof.toml", "calibration.json"})
"""What a person keeps in the folder of a suite: known failures, overrides, what was learnt of a target. A new suite takes them over."""


@dataclass(frozen=True, slots=True)
class SuiteChoices:
    """What a project decides about its suites. ``from_status``: a stage of :mod:`specproof.domain.lifecycle`, "" for every operation.

    ``business_code``: ``auto``, ``off``, or what :func:`~specproof.domain.business_codes.explicit_code` reads.
    """

    from_status: str = ""
    business_code: str = AUTO
    profile: Profile = Profile.STANDARD


USUAL_CHOICES = SuiteChoices()


@dataclass(frozen=True, slots=True)
class SuiteFile:
    """One file of a suite. ``path`` is relative, POSIX, made of our own slugs; ``is_code`` marks what is formatted and checked as Python."""

    path: str
    content: str
    is_code: bool = False
    is_carried: bool = False
    """Shipped verbatim (``checks``, ``conftest.py``): compared by hash, never rendered, never formatted."""


@dataclass(frozen=True, slots=True)
class RenderedSuite:
    """A whole suite in memory. ``case_count`` counts the cases of the plan, ``operations`` the ones with a success case."""

    slug: str
    files: tuple[SuiteFile, ...]
    case_count: int
    operation_count: int
    findings: tuple[Finding, ...] = ()

    def file(self, path: str) -> SuiteFile:
        """The file at ``path``; :class:`KeyError` if the suite has none."""
        for candidate in self.files:
            if candidate.path == path:
                return candidate
        raise KeyError(path)


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What the static rules say of a suite. ``score`` is 0 to 100; ``grade`` A to F; ``rules`` maps a rule to its part of the score."""

    score: float
    grade: str
    rules: dict[str, float]
    findings: tuple[Finding, ...]
    case_count: int
    operations_total: int
    operations_covered: int


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change of the contract. ``rule``, ``severity`` and ``direction`` are words of ``docs/diff.md``, as they were at the time."""

    operation: str
    """Its label; "" for what concerns the whole document."""
    rule: str
    severity: str
    direction: str
    pointer_before: str
    pointer_after: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SpecChange:
    """What changed between two revisions of a document: labels (``POST /pets``) of operations, and sentences for people.

    ``breaking``, ``warnings`` and ``harmless`` count all changes; ``records`` holds the worst of them. A revision that was stored before
    they were counted has none.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    breaking: int = 0
    warnings: int = 0
    harmless: int = 0
    records: tuple[ChangeRecord, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no operation differs."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class SuiteRevision:
    """A stored suite: its place on disk and what was said of it. ``revision`` counts from 1 within a project."""

    suite_id: str
    project: str
    revision: int
    slug: str
    title: str
    spec_digest: str
    path: str
    """Relative to the output folder, POSIX: the storage makes it absolute."""
    file_count: int
    case_count: int
    operations_total: int
    operations_covered: int
    quality_score: float
    quality_grade: str
    findings: tuple[Finding, ...]
    change: SpecChange
    event_id: str
    created_at: datetime
    is_retired: bool = False
    proof: SuiteProof = NO_PROOF
