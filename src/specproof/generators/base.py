"""What every strategy implements and what it is given.

A third party's strategy is an entry point of the group ``specproof.strategies`` that names a class like this; the built-in ones are
listed in ``registry.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from specproof.domain.business_codes import AUTO
from specproof.domain.plans import USUAL_FAMILIES, Case, Family, Fresh, PlanValue
from specproof.domain.profiles import Profile
from specproof.generators.test_data_factory.model import Boundary, ProvenValue, ValueRequest, Violation
from specproof.openapi.findings import Finding
from specproof.openapi.model import ApiSpec, Operation, OperationKey


class Values(Protocol):
    """The value engine as strategies see it (``test_data_factory.factory.ValueFactory``)."""

    def valid(self, request: ValueRequest) -> ProvenValue | Finding:
        """A proven value, or the finding that says why there is none (``plan.no_valid_value``, ``schema.unsatisfiable``)."""

    def violations(self, request: ValueRequest, base: PlanValue, limit: int = 200) -> tuple[Violation, ...]:
        """Every proven single fault of ``base``: per required property one removal, per constrained field one per constraint."""

    def boundaries(self, request: ValueRequest, base: PlanValue, limit: int = 200) -> tuple[Boundary, ...]:
        """Every proven change of ``base`` to an edge of what is allowed: bounds, members, null, nothing optional."""

    def sample(self, value: PlanValue) -> PlanValue:
        """``value`` with each :class:`~specproof.domain.plans.Fresh` replaced by its proven sample."""

    def fresh(self, sample: str) -> Fresh:
        """A fresh string in the likeness of ``sample``, for values without a schema."""


@dataclass(frozen=True, slots=True)
class GenerationConfig:
    """Policy of a generation, by value. ``slug`` names the suite (an ASCII identifier)."""

    slug: str
    seed: str = "specproof"
    families: tuple[Family, ...] = USUAL_FAMILIES
    max_violations_per_operation: int = 60
    max_boundaries_per_operation: int = 40
    max_cases: int = 20_000
    max_requests: int = 0
    """What all cases together may send, clean-up included; 0 for no limit. Retries and later pages of lists are not counted."""
    from_status: str = ""
    """Only operations of this status or a later one (:mod:`specproof.domain.lifecycle`); "" for all."""
    business_code: str = AUTO
    """``auto``, ``off``, or what :func:`~specproof.domain.business_codes.explicit_code` reads."""
    profile: Profile = Profile.STANDARD
    p95_ms: int = 0
    """What 19 of 20 answers to a read may take, where the family performance is planned; 0: they are only measured."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a strategy planned, and what it could not plan and why."""

    cases: tuple[Case, ...]
    findings: tuple[Finding, ...] = field(default=())


class Strategy(Protocol):
    """Plans the cases of one family."""

    family: Family

    def applies_to(self, spec: ApiSpec) -> bool:
        """Whether the document gives this strategy anything to do (chosen at run time from the specification)."""

    def plan(self, context: PlanningContext) -> Planned:
        """All cases of the family. Deterministic, independent of document order; trouble with one operation is a finding."""


class PlanningContext(Protocol):
    """What a strategy is given (``generators/planning/context.py`` implements it)."""

    @property
    def spec(self) -> ApiSpec:
        """The specification."""

    @property
    def config(self) -> GenerationConfig:
        """The policy."""

    @property
    def values(self) -> Values:
        """The value engine."""

    def operations(self) -> Sequence[Operation]:
        """The operations that can be planned, sorted."""

    def resource_of(self, operation: OperationKey) -> str:
        """The module slug of an operation's resource (``pets``): ASCII, an identifier, unique per resource."""
