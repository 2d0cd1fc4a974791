"""How one request of a case differs from the base request of its operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specproof.domain.plans import CredentialUse, Edit, PlanValue
from specproof.openapi.vocabulary import ParameterLocation

Labels = Mapping[str, str]
"""Which record of a resource (by collection path) is meant: "" the first, ``other`` a second one."""
NO_LABELS: Labels = {}


@dataclass(frozen=True, slots=True)
class Change:
    """How one request differs from the base request of its operation."""

    credential: CredentialUse = CredentialUse.VALID
    edits: tuple[Edit, ...] = ()
    raw_body: str | None = None
    no_body: bool = False
    replaced: Mapping[tuple[ParameterLocation, str], PlanValue] = field(default_factory=dict)
    """Parameters to send with another value; optional ones are added."""
    left_out: frozenset[tuple[ParameterLocation, str]] = frozenset()


AS_IS = Change()
