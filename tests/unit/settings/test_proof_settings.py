"""The settings of proofs: shared ones, a project's own, and what the pipeline makes of both."""

from __future__ import annotations

import json

import pytest

from specproof.bootstrap.pipeline_proof import suite_prover
from specproof.bootstrap.policies import project_policies
from specproof.domain.ports import ProofLimits
from specproof.domain.suite_proofs import ProofGate
from specproof.errors import SettingsError
from specproof.main import project_directory
from specproof.pipeline.project_policy import ProofPolicy
from specproof.settings.loading import load_settings
from specproof.settings.sections import Settings


def load(projects: object = None, **environ: str) -> Settings:
    prefixed = {f"SPECPROOF_PROOF__{name.upper()}": value for name, value in environ.items()}
    return load_settings({**prefixed, "SPECPROOF_PROJECTS": json.dumps(projects or {"shop": {}})}, env_file=None)


def test_suites_are_proven_and_run_whatever_they_are_worth_unless_somebody_sets_a_gate() -> None:
    assert project_policies(load())("shop").proof == ProofPolicy(
        True, ProofLimits(120, 120.0), ProofGate(), runs_below_gate=False
    )
    assert ProofGate().is_open


def test_every_setting_reaches_the_pipeline() -> None:
    settings = load(
        enabled="false", min_strength="85.5", require_trust="true", run_below_gate="true", max_mutants="7", seconds="3"
    )
    expected = ProofPolicy(False, ProofLimits(7, 3.0), ProofGate(85.5, require_trust=True), runs_below_gate=True)
    assert project_policies(settings)("shop").proof == expected
    assert project_directory(settings)("shop").runs_below_gate  # type: ignore[union-attr]


def test_a_project_has_a_gate_of_its_own() -> None:
    settings = load(
        {
            "strict": {"min_strength": 90, "require_trust": True, "run_below_gate": False},
            "lax": {"min_strength": 0, "require_trust": False},
        },
        min_strength="50",
        run_below_gate="true",
    )
    policies = project_policies(settings)
    assert policies("strict").proof.gate == ProofGate(90, require_trust=True)
    assert not policies("strict").proof.runs_below_gate
    assert (policies("lax").proof.gate.is_open, policies("lax").proof.runs_below_gate) == (True, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("min_strength", "101"), ("min_strength", "-1"), ("max_mutants", "0"), ("seconds", "0"), ("enabled", "perhaps")],
)
def test_impossible_values_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"SPECPROOF_PROOF__{name.upper()}"):
        load(**{name: value})


def test_a_misspelt_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError) as told:
        load(min_strenght="3")
    assert "SPECPROOF_PROOF__MIN_STRENGTH" in told.value.hint


def test_a_prover_starts_nothing_before_it_is_used() -> None:
    suite_prover(load()).close()
