"""Real Apifox exports: every operation is covered or named, and nearly all get a valid request."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planned import plan_of_spec
from specproof.domain.plans import Family
from specproof.openapi.parser import parse_spec

pytestmark = pytest.mark.needs_shared

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")
EXPORTS = ("02-napcat-oas31.json", "06-campushub-multipart.json", "09-eat-meal-oas31.json")


@pytest.mark.parametrize("name", EXPORTS)
def test_every_operation_of_an_export_is_covered_or_named(name: str) -> None:
    path = SHARED / "apifox" / "exports" / name
    if not path.exists():
        pytest.skip(f"the shared exports are not at {path.parent} (set SPECPROOF_CORPUS)")
    spec = parse_spec(path.read_bytes())
    plan = plan_of_spec(spec)
    covered = {case.subject for case in plan.cases if case.family is Family.FUNCTIONAL and not case.skip_reason}
    named = {finding.at for finding in plan.findings}
    assert [one.key.label for one in spec.operations if one.key not in covered and one.pointer not in named] == []
    assert len(covered) >= 0.97 * len(spec.operations)
