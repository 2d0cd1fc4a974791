"""What the pipeline must know of a project, by value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from specproof.domain.ports import ProofLimits
from specproof.domain.suite_proofs import ProofGate
from specproof.domain.suites import USUAL_CHOICES, SuiteChoices


@dataclass(frozen=True, slots=True)
class ProofPolicy:
    """Whether a project's suites are proven, with what effort, and what they must be worth to be run."""

    is_enabled: bool = False
    limits: ProofLimits = field(default_factory=ProofLimits)
    gate: ProofGate = field(default_factory=ProofGate)
    runs_below_gate: bool = False


@dataclass(frozen=True, slots=True)
class ProjectPolicy:
    """How a project's suites are made and run.

    ``target_url`` "" means: generate only. ``credentials`` maps ``SPECPROOF_CREDENTIAL_<SCHEME>`` and
    ``SPECPROOF_SECOND_CREDENTIAL_<SCHEME>`` to raw secrets; they go to ``target_url`` and to no other address.
    """

    name: str
    slug: str
    target_url: str = ""
    credentials: dict[str, str] = field(default_factory=dict, repr=False)
    min_quality_score: float = 0.0
    run_timeout_seconds: float = 600.0
    memory_bytes: int = 1 << 30
    strictness: str = ""
    choices: SuiteChoices = USUAL_CHOICES
    proof: ProofPolicy = field(default_factory=ProofPolicy)


ProjectPolicies = Callable[[str], ProjectPolicy]
"""A project's name to its policy. Raises ``ProjectNotFoundError`` for a name that is not configured (any more)."""
