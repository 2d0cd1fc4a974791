"""The family performance on a running API: timings are told, and a budget that nobody could keep is a failure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generated.test_risky_operations import DOCUMENT, ZONES, machine
from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.plans import Family
from suiteruns import run_suites, written

QUICK = "test_get_zones__many_times__stays_quick"


def suite_in(folder: Path, **policy: int) -> Path:
    families = (Family.FUNCTIONAL, Family.PERFORMANCE)
    made = generate_suite(GenerationPolicy(families=families, **policy), json.dumps(DOCUMENT).encode(), "machine", None)
    return written(folder, made.suite.files)


def test_timings_are_told_and_fail_nothing(tmp_path: Path) -> None:
    suite = suite_in(tmp_path / "machine")
    with machine() as (url, asked):
        run = run_suites(suite, api_url=url)
    assert run.outcomes[QUICK] == run.outcomes[ZONES] == "passed"
    assert asked.count("/zones") == 1 + 1 + 5 + 30 + 30
    assert "timings" in run.output
    assert "GET /zones: p50 " in run.output
    assert len(run.property(QUICK, "specproof_timing")) == 1


def test_a_budget_that_is_not_kept_is_a_failure(tmp_path: Path) -> None:
    suite = suite_in(tmp_path / "machine", p95_ms=60_000)
    module = next(suite.glob("tests_*/test_zones_performance.py"))
    module.write_text(module.read_text(encoding="utf-8").replace("p95_ms=60000", "p95_ms=0.001"), encoding="utf-8")
    with machine() as (url, _):
        run = run_suites(suite, api_url=url)
    assert run.names("failure") == {QUICK}
    assert run.property(QUICK, "specproof_check") == ["response_time"]


@pytest.mark.parametrize("workers", [2])
def test_a_generated_budget_is_kept(tmp_path: Path, workers: int) -> None:
    suite = suite_in(tmp_path / "machine", p95_ms=60_000)
    with machine() as (url, _):
        run = run_suites(suite, api_url=url, options=("-n", str(workers)))
    assert run.outcomes[QUICK] == "passed", run.output
