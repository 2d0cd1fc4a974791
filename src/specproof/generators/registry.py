"""The strategies there are: ours, listed, and third parties' entry points of the group ``specproof.strategies``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from specproof.domain.plans import USUAL_FAMILIES, Family
from specproof.errors import GenerationError
from specproof.generators.base import Strategy
from specproof.generators.test_generators.auth_generator import AuthGenerator
from specproof.generators.test_generators.crud_generator import CrudGenerator
from specproof.generators.test_generators.error_generator import ErrorGenerator
from specproof.generators.test_generators.functional_generator import FunctionalGenerator
from specproof.generators.test_generators.performance_generator import PerformanceGenerator
from specproof.generators.test_generators.validation_generator import ValidationGenerator

GROUP = "specproof.strategies"
BUILT_IN: tuple[type[Strategy], ...] = (
    FunctionalGenerator,
    CrudGenerator,
    ValidationGenerator,
    ErrorGenerator,
    AuthGenerator,
    PerformanceGenerator,
)


def strategies(
    families: Collection[Family] = USUAL_FAMILIES, *, third_parties: Iterable[EntryPoint] | None = None
) -> tuple[Strategy, ...]:
    """An instance of every strategy of ``families``: the built-in ones, then third parties' by entry point name.

    ``third_parties`` defaults to what is installed. Raises :class:`~specproof.errors.GenerationError` naming an entry point that does
    not load or is no strategy.
    """
    found = [strategy() for strategy in BUILT_IN]
    installed = entry_points(group=GROUP) if third_parties is None else third_parties
    found += [_loaded(point) for point in sorted(installed, key=lambda point: point.name)]
    return tuple(strategy for strategy in found if strategy.family in families)


def _loaded(point: EntryPoint) -> Strategy:
    """The strategy that an entry point names."""
    hint = f"Uninstall the package that brings the entry point, or correct {point.value}."
    try:
        strategy = point.load()()
    except (ImportError, AttributeError, TypeError) as error:
        message = f"the strategy {point.name!r} of the entry points {GROUP} does not load: {error}"
        raise GenerationError(message, at=point.value, hint=hint) from error
    is_strategy = all(callable(getattr(strategy, name, None)) for name in ("applies_to", "plan"))
    if not is_strategy or not isinstance(getattr(strategy, "family", None), Family):
        message = f"the strategy {point.name!r} of the entry points {GROUP} lacks family, applies_to or plan"
        raise GenerationError(message, at=point.value, hint=hint)
    return cast("Strategy", strategy)
