"""Twice as many operations are twice as much work, counted in steps that cost something, not in seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from tools.synthetic import synthetic_document

from planned import config_of
from specproof.generators.reading import producers, shapes
from specproof.generators.registry import strategies
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_generator import SuiteGenerator
from specproof.openapi.dialects.normaliser import SchemaNormaliser
from specproof.openapi.parser import parse_spec

RESOURCES = 6
ROOM = 1.1
"""From two to four times the size, the work may grow by twice what it grew from once to twice, and this much more."""


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the calls of what a generation spends its time on."""
    counted: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        def counting(*arguments: Any, **named: Any) -> Any:
            counted[name] += 1
            return original(*arguments, **named)

        monkeypatch.setattr(owner, name, counting)

    count(SchemaNormaliser, "normalised")
    count(Prover, "_compile")
    count(Prover, "faults")
    count(shapes, "_read")
    count(producers, "_match")
    return counted


def work_for(resources: int, counted: Counter[str]) -> Counter[str]:
    counted.clear()
    spec = parse_spec(orjson.dumps(synthetic_document(5 * resources)))
    plan = SuiteGenerator(strategies=strategies(third_parties=()), values=ValueFactory(seed="specproof")).plan(spec, config_of())
    assert len(spec.operations) == 5 * resources
    assert len(plan.cases) > 10 * resources
    return Counter(counted)


def test_work_grows_no_faster_than_the_document(work: Counter[str]) -> None:
    once, twice, four_times = (work_for(times * RESOURCES, work) for times in (1, 2, 4))
    assert set(once) == {"normalised", "_compile", "faults", "_read", "_match"}
    growth = {name: (twice[name] - count, four_times[name] - twice[name]) for name, count in once.items()}
    assert {name: steps for name, steps in growth.items() if steps[1] > 2 * ROOM * steps[0]} == {}


def test_equal_schemas_are_compiled_once(work: Counter[str]) -> None:
    """The resources of this document differ in their names alone, and so do their schemas: only what names them is compiled anew."""
    once, twice = work_for(RESOURCES, work), work_for(2 * RESOURCES, work)
    assert twice["_compile"] - once["_compile"] <= 10 * RESOURCES
