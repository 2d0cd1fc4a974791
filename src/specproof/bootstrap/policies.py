"""Settings turned into the small policy values that the rooms take."""

from __future__ import annotations

from specproof.bootstrap.generation import GenerationPolicy
from specproof.domain.plans import Family
from specproof.openapi.loader import SpecLimits
from specproof.settings import Settings


def generation_policy(settings: Settings) -> GenerationPolicy:
    """How suites are generated."""
    limits = SpecLimits(
        max_bytes=settings.fetch.max_bytes,
        max_depth=settings.spec.max_depth,
        max_nodes=settings.spec.max_nodes,
        max_operations=settings.spec.max_operations,
    )
    generation = settings.generation
    return GenerationPolicy(
        seed=generation.seed,
        families=tuple(Family(name) for name in generation.families),
        templates_dir=str(generation.templates_dir or ""),
        limits=limits,
    )
